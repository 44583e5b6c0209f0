package view

import (
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// told subscribes and gathers what it is told, one line a notice.
func (d *desk) told(on ...Topic) (*[]string, func()) {
	var got []string
	cancel := d.Subscribe(func(n Notice) {
		line := ""
		if n.All {
			line = "all"
		}
		topics := n.Topics
		slices.SortFunc(topics, func(a, b Topic) int { return compare(a.Collection+string(a.Key), b.Collection+string(b.Key)) })
		for _, t := range topics {
			line += " " + t.Collection + ":" + string(t.Key)
		}
		got = append(got, line)
	}, on...)
	return &got, cancel
}

func TestAScreenIsToldOfWhatItShows(t *testing.T) {
	d := open(t)
	leas, _ := d.told(Topic{wire.Bookings, lea})
	others, _ := d.told(Topic{wire.Bookings, "other"}, Topic{Collection: wire.Sites})
	all, _ := d.told(Topic{Collection: wire.Bookings}, Topic{wire.Balances, "regie"})
	d.get(d.row(mine, wire.Bookings, "b", booking("b", tuesday)))
	d.get(d.row(mine, wire.Bookings, "c", booking("c", "2026-11-26")))
	d.drain()
	id := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: id, Child: lea, Activity: canteen, Day: "2026-11-27"})
	d.drain()
	d.decided(d.row(mine, wire.Bookings, id, booking(id, "2026-11-27")))
	d.get() // nothing has changed
	d.Tick()
	d.drain()
	line := " booking:" + string(lea)
	if want := []string{line, line, line}; !reflect.DeepEqual(*leas, want) {
		t.Errorf("told %q, not %q", *leas, want)
	}
	if want := []string{line, " balance:regie" + line, " balance:regie" + line}; !reflect.DeepEqual(*all, want) {
		t.Errorf("told %q, not %q", *all, want)
	}
	if len(*others) != 0 {
		t.Errorf("told %q", *others)
	}
}

func TestTheOutboxAndRefusalsAreTold(t *testing.T) {
	d := open(t)
	got, _ := d.told(Topic{Collection: OutboxTopic}, Topic{Collection: RefusalTopic})
	d.do(wire.FileSeen, wire.SeenFile{Account: "a", Desk: "b"})
	d.drain()
	d.hand()
	d.drain()
	d.refused = []cache.Refusal{{Pending: d.outbox[0]}}
	d.decided()
	d.drain()
	if want := []string{" outbox:", " outbox:", " outbox: refusal:"}; !reflect.DeepEqual(*got, want) {
		t.Errorf("told %q", *got)
	}
	if len(d.Refusals()) != 1 {
		t.Errorf("refusals: %v", d.Refusals())
	}
}

func TestWhoHasLeftIsNotTold(t *testing.T) {
	d := open(t)
	got, cancel := d.told(Topic{Collection: wire.Bookings})
	d.get(d.row(mine, wire.Bookings, "b", booking("b", tuesday)))
	cancel() // with a notice under way
	cancel()
	d.drain()
	d.get(d.gone(mine, wire.Bookings, "b"))
	if d.drain(); len(*got) != 0 {
		t.Errorf("told %q", *got)
	}
}

func TestFilesAreToldByFamily(t *testing.T) {
	d := open(t)
	got, _ := d.told(Topic{FileTopic, "famille"})
	file := wire.FileFeed("scolaire", "famille")
	d.get(d.row(file, wire.Children, "k", wire.Child{ID: "k"}), d.row(wire.FileFeed("scolaire", "autre"), wire.Children, "k", wire.Child{ID: "k"}))
	d.drain()
	d.Apply(cache.Applied{Dropped: []string{file}}, nil, nil)
	d.drain()
	if want := []string{" file:famille", " file:famille"}; !reflect.DeepEqual(*got, want) {
		t.Errorf("told %q", *got)
	}
}

// Screens read on one goroutine while syncing writes on another.
func TestReadingWhileWriting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		// The dispatcher of the program is safe for concurrent use; this one
		// runs at once.
		v := New(me, time.Now, func(f func()) { f() })
		v.Replace(cache.Snapshot{Rows: d.rows()})
		stop := make(chan struct{})
		for range 4 {
			go func() {
				for {
					select {
					case <-stop:
						return
					default:
						v.Month(lea, canteen, tuesday)
						v.Queue("", QueueFilter{}, ByAge)
						v.Procedures()
						v.Presence("a")
						v.Subscribe(func(Notice) { v.Requests() }, Topic{Collection: wire.Bookings})()
					}
				}
			}()
		}
		for i := range 200 {
			id := portal.ID(rune('a' + i%26))
			v.Apply(cache.Applied{Changes: []wire.Change{d.row(mine, wire.Bookings, id, booking(id, tuesday.Add(i%26)))}}, nil, nil)
			v.SetPresence("a", []string{"x"})
		}
		close(stop)
		synctest.Wait()
	})
}
