package wire

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// BookingGroup is the type of the command that books and cancels many days.
const BookingGroup = "booking.group"

// Groups is the collection of what became of such commands, in the feed of who
// sent them.
const Groups = "booking_group" // GroupResult

// GroupBookings books and cancels days together: first what is cancelled is
// judged, then what is booked, by day. Each booking made has the id that
// bookings.GroupedID gives it.
type GroupBookings struct {
	Group portal.ID `json:"group"` // made by the desktop
	// All has the command refused where not each of its days is possible;
	// otherwise those that are are done, and the others told in the result.
	All    bool           `json:"all,omitempty"`
	Book   []bookings.Lot `json:"book,omitempty"`
	Cancel []portal.ID    `json:"cancel,omitempty"`
	// Wait puts the child on the waiting list of those days to be booked that are
	// full, by the id that bookings.WaitedID gives it. It goes with what is
	// possible, not with All. Leave takes it off others.
	Wait  bool        `json:"wait,omitempty"`
	Leave []portal.ID `json:"leave,omitempty"`
	// Undoes is the group whose opposite this is.
	Undoes portal.ID `json:"undoes,omitempty"`
}

// GroupResult is what became of a group, as its sender reads it, kept for a
// year.
type GroupResult struct {
	ID        portal.ID      `json:"id"`
	At        int64          `json:"at"` // when it was received, microseconds UTC
	Booked    []bookings.Lot `json:"booked,omitempty"`
	Cancelled []bookings.Lot `json:"cancelled,omitempty"`
	Waiting   []bookings.Lot `json:"waiting,omitempty"` // full: on the list
	Left      []bookings.Lot `json:"left,omitempty"`    // off the list again
	Refused   []GroupRefusal `json:"refused,omitempty"`
	// Debited and Credited are what it cost and gave back on the sender's own
	// account.
	Debited  portal.Money `json:"debited,omitempty"`
	Credited portal.Money `json:"credited,omitempty"`
	Undoes   portal.ID    `json:"undoes,omitempty"`
}

// GroupRefusal is days of a child at an activity that were not possible for one
// reason; Cancel says that they were to be cancelled.
type GroupRefusal struct {
	Child    portal.ID     `json:"child,omitempty"` // "" where a booking to be cancelled was not the sender's to see
	Activity portal.ID     `json:"activity,omitempty"`
	Days     []portal.Date `json:"days,omitempty"`
	Cancel   bool          `json:"cancel,omitempty"`
	Error    *portal.Error `json:"error"`
}

// Refuse adds a day to those that were not possible.
func (r *GroupResult) Refuse(child, activity portal.ID, day portal.Date, cancel bool, why *portal.Error) {
	for i := range r.Refused {
		f := &r.Refused[i]
		if f.Child == child && f.Activity == activity && f.Cancel == cancel && sameError(f.Error, why) {
			f.Days = append(f.Days, day)
			return
		}
	}
	r.Refused = append(r.Refused, GroupRefusal{Child: child, Activity: activity, Days: []portal.Date{day}, Cancel: cancel, Error: why})
}

// sameError reports whether two reasons read alike, but for what each day has
// of its own: its limit, and the balance after it.
func sameError(a, b *portal.Error) bool {
	if a.Code != b.Code || a.Field != b.Field {
		return false
	}
	if a.Code == bookings.CutoffPassed || a.Code == bookings.BalanceFloor {
		return true
	}
	if len(a.Args) != len(b.Args) {
		return false
	}
	for k, v := range a.Args {
		if b.Args[k] != v {
			return false
		}
	}
	return true
}
