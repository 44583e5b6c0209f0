package bench

import (
	"context"
	"slices"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store/storetest"
)

// BenchmarkGroup: as many days as four children at three activities have in a
// school year of 140 days, booked by one command over HTTP and taken back by
// another, against a loop that writes the same rows in one transaction.
func BenchmarkGroup(b *testing.B) {
	const wanted = 4 * 140 * 3
	t := newTown(b, storetest.SQLite(b))
	f := t.family(b, writers, wanted/len(activities)/len(t.days)+1) // of the last child only what is missing
	var lots []bookings.Lot
	for _, child := range f.children {
		for _, activity := range activities {
			missing := wanted - bookings.Count(lots)
			lots = append(lots, bookings.Lot{Child: child, Activity: activity, Days: f.days[:min(missing, len(f.days))]})
		}
	}
	lots = slices.DeleteFunc(lots, func(l bookings.Lot) bool { return len(l.Days) == 0 })
	n := bookings.Count(lots)
	send := func(g wire.GroupBookings) (took time.Duration) {
		body, err := wire.NewCommand(portal.NewID(), wire.BookingGroup, g)
		if err != nil {
			b.Fatal(err)
		}
		f.number++
		began := time.Now()
		out, err := f.client.SendCommands(context.Background(), f.outbox, []wire.Envelope{{Number: f.number, Body: body}})
		took = time.Since(began)
		if err != nil || len(out.Verdicts) != 1 || !out.Verdicts[0].Accepted {
			b.Fatalf("%+v, %v", out.Verdicts, err)
		}
		return took
	}
	bare := time.Duration(float64(n) / loop(b, storetest.SQLite(b), n, n) * float64(time.Second))
	var booked, undone time.Duration
	const times = 3
	for range times {
		id := portal.NewID()
		booked += send(wire.GroupBookings{Group: id, All: true, Book: lots})
		back := wire.GroupBookings{Group: portal.NewID(), All: true, Undoes: id}
		for _, o := range bookings.InOrder(lots) {
			back.Cancel = append(back.Cancel, bookings.GroupedID(id, o.Child, o.Activity, o.Day))
		}
		undone += send(back)
	}
	if each := booked / times; each > time.Second {
		b.Errorf("a group takes %v", each)
	}
	b.ReportMetric(float64(n), "days")
	b.ReportMetric(milliseconds(booked)/times, "book_ms")
	b.ReportMetric(milliseconds(undone)/times, "undo_ms")
	b.ReportMetric(float64(booked)/times/float64(bare), "book:loop")
}
