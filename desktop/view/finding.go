package view

import (
	"cmp"
	"slices"
	"strings"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// AllBookings is the account's own bookings as they will be, by day.
func (v *View) AllBookings() []Booking {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := make([]Booking, 0, len(v.own.bookings))
	for id, b := range v.own.bookings {
		if _, going := v.over.cancelled[id]; !going {
			out = append(out, Booking{Booking: b})
		}
	}
	for _, b := range v.over.booked {
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b Booking) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Child, b.Child), cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// AnyBooking reports whether any day is booked, or will be.
func (v *View) AnyBooking() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for id := range v.own.bookings {
		if _, going := v.over.cancelled[id]; !going {
			return true
		}
	}
	return len(v.over.booked) > 0
}

// OpenFile is a family's file that is open at a desk.
type OpenFile struct {
	Desk    string
	Account portal.ID
}

// OpenFiles is the files of families that are open and received, by name of
// their feed.
func (v *View) OpenFiles() []OpenFile {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []OpenFile
	for feed := range v.feeds {
		if parts := strings.SplitN(feed, ":", 3); len(parts) == 3 && wire.FeedKind(feed) == "file" {
			out = append(out, OpenFile{parts[1], portal.ID(parts[2])})
		}
	}
	slices.SortFunc(out, func(a, b OpenFile) int {
		return cmp.Or(cmp.Compare(a.Desk, b.Desk), cmp.Compare(a.Account, b.Account))
	})
	return out
}
