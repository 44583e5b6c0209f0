package wire

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Types of the commands about waiting lists. A place that is offered is taken by
// booking the day.
const (
	WaitingJoin  = "waiting.join"
	WaitingLeave = "waiting.leave"
)

// Waits is the collection of what children wait for, in the feeds of those who
// see their bookings.
const Waits = "wait" // Wait

// JoinWaiting puts a child on the list of those who wait for a place on a day.
type JoinWaiting struct {
	Wait     portal.ID   `json:"wait"` // made by the desktop
	Child    portal.ID   `json:"child"`
	Activity portal.ID   `json:"activity"`
	Day      portal.Date `json:"day"`
}

// LeaveWaiting takes a child from a list again, or gives up the place that is
// kept for it.
type LeaveWaiting struct {
	Wait portal.ID `json:"wait"`
}

// Wait is a child's waiting for a place on a day, as those read it who see its
// bookings: until the day is past, but for one that the family gave up or that
// became a booking.
type Wait struct {
	ID       portal.ID          `json:"id"`
	Child    portal.ID          `json:"child"`
	Activity portal.ID          `json:"activity"`
	Site     portal.ID          `json:"site"`
	Day      portal.Date        `json:"day"`
	State    bookings.WaitState `json:"state"`
	Since    int64              `json:"since"` // microseconds UTC
	// Place in the list, the next being 1; 0 from behind bookings.MostPlaceTold.
	Place int   `json:"place,omitempty"`
	Until int64 `json:"until,omitempty"` // of a place that is kept, microseconds UTC
	// Mine says that the reader has put the child on the list, who alone takes it
	// off again; ByName is who has.
	Mine   bool   `json:"mine,omitempty"`
	ByName string `json:"by_name,omitempty"`
}
