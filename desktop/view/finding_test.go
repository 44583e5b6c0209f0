package view

import (
	"slices"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestAllBookingsAreAsTheyWillBe(t *testing.T) {
	d := open(t)
	if d.AnyBooking() || len(d.AllBookings()) != 0 {
		t.Fatal("something is booked")
	}
	d.get(d.row(mine, wire.Bookings, "b2", booking("b2", "2026-12-04")), d.row(mine, wire.Bookings, "b1", booking("b1", "2026-12-01")))
	d.do(wire.BookingBook, wire.Book{Booking: "b3", Child: lea, Activity: canteen, Day: "2026-12-03"})
	days := func() (out []portal.Date) {
		for _, b := range d.AllBookings() {
			out = append(out, b.Day)
		}
		return out
	}
	if got := days(); !slices.Equal(got, []portal.Date{"2026-12-01", "2026-12-03", "2026-12-04"}) {
		t.Errorf("booked are %v", got)
	}
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: "b1"})
	if got := days(); !slices.Equal(got, []portal.Date{"2026-12-03", "2026-12-04"}) || !d.AnyBooking() {
		t.Errorf("booked are %v", got)
	}
}

func TestOpenFilesAreThoseThatWereReceived(t *testing.T) {
	d := open(t)
	feed := wire.FileFeed("enfance", "famille")
	d.get(d.row(feed, wire.Accounts, "famille", wire.Account{ID: "famille"}), d.row(wire.DeskFeed("enfance"), wire.Queue, "q", wire.QueueItem{ID: "q"}))
	if got := d.OpenFiles(); !slices.Equal(got, []OpenFile{{"enfance", "famille"}}) {
		t.Errorf("open are %v", got)
	}
}
