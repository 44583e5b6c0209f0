package bookings

import (
	"time"

	"parvis/shared/portal"
)

// Why an absence, or a day of one, cannot be taken back; what keeps a day from
// being booked may be in the way as well.
const (
	AbsenceBack portal.Code = "absence_back"      // it was taken back before
	BackTooLate portal.Code = "absence_back_late" // Args: until (RFC 3339, Paris)
)

// Taking back an absence follows from what the telling did, and when.
//
// Told in time it was a cancellation: the kitchen has ordered without the child,
// and the place may be another's by now. Taking it back books the day again, at
// the price it had: until the limit of booking, where a place is left and the
// money suffices, as any click.
//
// Told too late it changed nothing of the order: the meal is there, and is due,
// or was given back as a favour. Taking it back has the child expected again, and
// what was given back is due again. That is possible until the site counts who
// comes, at an hour of the day itself that the town says; before the day begins
// where it says none.
//
// What an agent has judged stands.

// BackUntil is the first instant at which it is too late to take back the absence
// of a day that was told too late.
func (r AbsenceRule) BackUntil(day portal.Date) time.Time { return day.At(r.BackHour, r.BackMinute) }

// CheckBack is nil when a day of an absence that nobody has judged may be taken
// back now, or the first reason why not. Price is what the day had cost.
func (s Situation) CheckBack(rule AbsenceRule, d AbsentDay) *portal.Error {
	if d.Cost == InTime {
		return s.CheckBook()
	}
	if until := rule.BackUntil(s.Day); !s.Now.Before(until) {
		return portal.E(BackTooLate, "day", "until", until.In(portal.Paris).Format(time.RFC3339))
	}
	if d.Cost == Due {
		if s.Booking == nil || s.Booking.ID != d.Booking {
			return portal.E(NotBooked, "day") // the town has closed the day, or an agent cancelled it
		}
		return s.checkTheirs()
	}
	if e := s.Open(); e != nil {
		return e
	}
	switch {
	case s.Booking != nil:
		return portal.E(AlreadyBooked, "day")
	case s.Barred != nil:
		return s.Barred
	}
	return s.room()
}

// Judged reports whether an agent has decided.
func (a AbsenceState) Judged() bool { return a == AbsenceAccepted || a == AbsenceRefused }

// Without is the state of an absence that nobody has judged once only some of its
// days are left.
func Without(left []AbsentDay) AbsenceState {
	if len(left) == 0 {
		return AbsenceWithdrawn
	}
	for _, d := range left {
		if d.Cost == Due {
			return AbsenceTold
		}
	}
	return AbsenceSettled
}
