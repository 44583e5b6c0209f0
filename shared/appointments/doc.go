// Package appointments holds the rules of appointments at the town hall: when
// a service receives people, the slots that follow from it, what may be booked,
// moved or cancelled and until when, and why not. It is pure: the time and what
// is taken are arguments.
package appointments
