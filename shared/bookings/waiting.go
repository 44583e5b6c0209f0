package bookings

import (
	"time"

	"parvis/shared/portal"
)

// Why nobody can wait for a day, or wait no longer.
const (
	NoWaitingList  portal.Code = "no_waiting_list" // the town keeps none for that activity
	AlreadyWaiting portal.Code = "already_waiting"
	NotWaiting     portal.Code = "not_waiting"
)

// Waiting is the town's rule for those who wait for a place on a full day.
type Waiting struct {
	// Hours is how long a place that has become free is kept for the one to whom
	// it is offered.
	Hours int `json:"hours"`
}

// MostWaitingHours is how long a place may be kept at most: a week.
const MostWaitingHours = 7 * 24

// shortestOffer is how long a place is kept at least, where the day allows it:
// long enough for somebody who sees the mail on their way home.
const shortestOffer = 30 * time.Minute

// MostPlaceTold is the last place in the list that is told: from behind it one
// reads that many wait, so that not each step of a long list is a change for
// everybody in it.
const MostPlaceTold = 100

// WaitState is what has become of a child's waiting for a day.
type WaitState string

// The states. Those after Offered are the end of it.
const (
	WaitQueued   WaitState = "waiting"
	WaitOffered  WaitState = "offered" // a place is kept for the child
	WaitTaken    WaitState = "taken"   // the day is booked
	WaitLeft     WaitState = "left"    // by the family
	WaitLapsed   WaitState = "lapsed"  // the place was not taken in time
	WaitTooLate  WaitState = "ended"   // no place became free before the day's cut-off
	WaitVanished WaitState = "gone"    // the child cannot come any more: not enrolled, closed, no account
)

// Live reports whether the child waits still.
func (s WaitState) Live() bool { return s == WaitQueued || s == WaitOffered }

// Wait is a child's waiting for a place on one day.
type Wait struct {
	ID    portal.ID
	State WaitState
	Until time.Time // until when a place is kept
}

// Kept reports whether a place is kept for the child at an instant.
func (w *Wait) Kept(now time.Time) bool {
	return w != nil && w.State == WaitOffered && now.Before(w.Until)
}

// WaitedID is the id of the waiting that a group makes for a day that is full.
func WaitedID(group, child, activity portal.ID, day portal.Date) portal.ID {
	return group.Derived("wait", string(child), string(activity), string(day))
}

// Left is how many places anybody may book: what is neither booked nor kept for
// somebody, nor about to be offered to those who wait.
func Left(capacity, live, offered, waiting int) int {
	left := capacity - live - offered
	if left > 0 && waiting > 0 {
		left = max(0, left-waiting)
	}
	return left
}

// CheckWait is nil when the child may wait for a place on the day, or the first
// reason why not. What else is booked that day and what is on the balance is
// judged when a place is taken. Whether a place is left is not asked: it may
// have become free since the screen said so, and is offered at once then.
func (s Situation) CheckWait() *portal.Error {
	if e := s.CheckDay(); e != nil {
		return e
	}
	if e := s.opening(); e != nil {
		return e
	}
	switch {
	case s.Activity.Waiting == nil:
		return portal.E(NoWaitingList, "activity")
	case s.Wait != nil && s.Wait.State.Live():
		return portal.E(AlreadyWaiting, "day")
	}
	return nil
}

// OfferUntil is until when a place that becomes free now is kept for the first
// who waits, while so many wait behind: the town's hours, but not longer than
// half of the time until the day's cut-off where somebody else could still have
// it, and never beyond the cut-off. It is a whole minute.
func (s Situation) OfferUntil(behind int) time.Time {
	end := s.Activity.Book.Until(s.Day, s.Calendar)
	left := end.Sub(s.Now)
	var keep time.Duration
	if s.Activity.Waiting != nil {
		keep = time.Duration(s.Activity.Waiting.Hours) * time.Hour
	}
	if behind > 0 && keep > left/2 {
		keep = max(left/2, shortestOffer)
	}
	if keep >= left {
		return end
	}
	return s.Now.Add(keep).Truncate(time.Minute)
}
