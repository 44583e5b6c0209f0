package view

import (
	"fmt"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// large is a view of n bookings, n requests in a queue, and some that wait.
func large(b *testing.B, n, waiting int) (*View, *desk) {
	d := &desk{t: &testing.T{}, now: monday.At(9, 0)}
	v := New(me, func() time.Time { return d.now }, func(func()) {})
	rows := d.rows()
	for i := range n / 2 {
		id := portal.ID(fmt.Sprint("b", i))
		rows = append(rows, d.row(mine, wire.Bookings, id, booking(id, tuesday.Add(i+1))))
		id = portal.ID(fmt.Sprint("q", i))
		rows = append(rows, d.row(wire.DeskFeed("scolaire"), wire.Queue, id, wire.QueueItem{ID: id, Desk: "scolaire", Person: "Léa Roy", Submitted: int64(i * 7919 % n)}))
	}
	for range waiting {
		id := portal.NewID()
		body, err := wire.NewCommand(id, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: canteen, Day: tuesday})
		if err != nil {
			b.Fatal(err)
		}
		d.outbox = append(d.outbox, cache.Pending{ID: id, Body: body})
	}
	v.Replace(cache.Snapshot{Rows: rows, Outbox: d.outbox})
	v.Subscribe(func(Notice) {}, Topic{wire.Bookings, lea})
	return v, d
}

func BenchmarkApplyOneRowOf5000(b *testing.B) {
	for _, waiting := range []int{0, 20, 200} {
		b.Run(fmt.Sprintf("waiting-%d", waiting), func(b *testing.B) {
			v, d := large(b, 5000, waiting)
			row := []wire.Change{d.row(mine, wire.Bookings, "one", booking("one", "2027-05-04"))}
			b.ReportAllocs()
			for b.Loop() {
				v.Apply(cache.Applied{Changes: row}, d.outbox, nil)
			}
		})
	}
}

func BenchmarkMonthOf5000(b *testing.B) {
	v, _ := large(b, 5000, 20)
	for b.Loop() {
		v.Month(lea, canteen, tuesday)
	}
}

func BenchmarkQueueOf5000Anew(b *testing.B) {
	v, _ := large(b, 10000, 0)
	for b.Loop() {
		v.queues.forget()
		v.Queue("scolaire", QueueFilter{}, ByAge)
	}
}

func BenchmarkQueueOf5000Filtered(b *testing.B) {
	v, _ := large(b, 10000, 0)
	for b.Loop() {
		v.queues.forget()
		v.Queue("scolaire", QueueFilter{Text: "lea"}, ByPerson)
	}
}

func BenchmarkReplace5000(b *testing.B) {
	_, d := large(b, 0, 0)
	rows := d.rows()
	for i := range 5000 {
		id := portal.ID(fmt.Sprint("b", i))
		rows = append(rows, d.row(mine, wire.Bookings, id, booking(id, tuesday.Add(i))))
	}
	v := New(me, time.Now, func(func()) {})
	for b.Loop() {
		v.Replace(cache.Snapshot{Rows: rows})
	}
}
