// Package bookings holds the rules of days at an activity: which day is open,
// until when it may be booked or cancelled, what colour it has and why. The
// rules are pure: the desktop runs them to answer at once and off line, the
// server runs the same code to decide. Every fact, the time included, is an
// argument.
package bookings
