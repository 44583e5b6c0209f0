// Package portal holds the few words every other package speaks: ids, money,
// civil dates, and errors with stable codes. It knows nothing of the town
// hall's business, does no I/O and has no clock.
package portal
