package simulate

import (
	"time"

	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
)

// waits does one thing about waiting lists: takes a place that is kept, gives
// one or a place in a line up, or joins the list of a day that is full, now and
// then without looking.
func (d *desktop) waits() {
	if w, ok := pick(d.r, d.view.Waitings()); ok && d.r.IntN(2) == 0 {
		switch now := d.h.town.now(); {
		case w.Pending != view.PendingNone && d.r.IntN(2) == 0:
			d.undo(w.Command)
		case w.State == bookings.WaitOffered && now.Before(time.UnixMicro(w.Until)) && d.r.IntN(4) > 0:
			d.submit(wire.BookingBook, wire.Book{Booking: d.ids(), Child: w.Child, Activity: w.Activity, Day: w.Day})
		case w.Mine || d.r.IntN(8) == 0:
			var needs []portal.ID
			if w.Pending != view.PendingNone {
				needs = append(needs, w.Command)
			}
			d.submit(wire.WaitingLeave, wire.LeaveWaiting{Wait: w.ID}, needs...)
		}
		return
	}
	child, ok := pick(d.r, d.view.Children())
	if !ok {
		return
	}
	for range 8 {
		activity, day := []portal.ID{demo.Evening, demo.Evening, demo.Study, demo.Canteen}[d.r.IntN(4)], d.day()
		if look := d.view.Day(child.ID, activity, day); look.Look.CanWait || d.r.IntN(16) == 0 {
			d.submit(wire.WaitingJoin, wire.JoinWaiting{Wait: d.ids(), Child: child.ID, Activity: activity, Day: day})
			return
		}
	}
}
