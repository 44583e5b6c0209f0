package view

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The town of the tests: one canteen at one school, cut-off the working day
// before at 10:00, 3.20 € for everybody, and Monday 23 November 2026, 9:00.
const (
	me      portal.ID = "account-me"
	lea     portal.ID = "child-lea"
	canteen portal.ID = "activity-canteen"
	school  portal.ID = "site-ferry"

	monday  portal.Date = "2026-11-23"
	tuesday portal.Date = "2026-11-24"
)

var (
	town = wire.TownFeed
	mine = wire.AccountFeed(me)
)

// desk drives a view as syncing does, with a queue for a dispatcher.
type desk struct {
	*View
	t       testing.TB
	now     time.Time
	queue   []func()
	seq     int64
	outbox  []cache.Pending
	refused []cache.Refusal
}

func open(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, now: monday.At(9, 0)}
	d.View = New(me, func() time.Time { return d.now }, func(f func()) { d.queue = append(d.queue, f) })
	d.Replace(cache.Snapshot{Rows: d.rows()})
	d.drain()
	return d
}

func (d *desk) rows() []wire.Change {
	school2 := bookings.Holiday{Name: bookings.Names{"fr": "Noël"}, Period: portal.Period{From: "2026-12-19", To: "2027-01-03"}}
	return []wire.Change{
		d.row(town, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin"}),
		d.row(town, wire.Sites, school, bookings.Site{ID: school, Name: "Jules-Ferry"}),
		d.row(town, wire.Calendars, "calendar", bookings.Calendar{Known: portal.Period{From: "2026-09-01", To: "2027-08-31"}, School: []bookings.Holiday{school2}}),
		d.row(town, wire.Activities, canteen, bookings.Activity{ID: canteen, Kind: bookings.Canteen, CashDesk: "regie", Sites: []portal.ID{school},
			Weekdays: []time.Weekday{1, 2, 4, 5}, Book: bookings.Cutoff{Days: 1, Hour: 10, Working: true},
			Cancel: bookings.Cutoff{Days: 1, Hour: 10, Working: true}, Floor: -1000}),
		d.row(town, wire.Tariffs, "tariff", ledger.Tariff{ID: "tariff", Activity: canteen, From: "2026-09-01", Bands: []ledger.Band{{Price: 320}}, Outside: 560}),
		d.row(mine, wire.Accounts, me, wire.Account{ID: me, FirstName: "Anne", LastName: "Roy", Payer: &ledger.Payer{Resident: true}}),
		d.row(mine, wire.Children, lea, wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12"}),
		d.row(mine, wire.Enrolments, "enrolment", bookings.Enrolment{ID: "enrolment", Child: lea, Activity: canteen, Site: school, Period: portal.SchoolYear("2026-2027").Period()}),
		d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 2000}),
	}
}

func (d *desk) row(feed, collection string, id portal.ID, body any) wire.Change {
	d.seq++
	raw, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	return wire.Change{Feed: feed, Collection: collection, Entity: id, Seq: d.seq, Body: raw}
}

func (d *desk) gone(feed, collection string, id portal.ID) wire.Change {
	d.seq++
	return wire.Change{Feed: feed, Collection: collection, Entity: id, Seq: d.seq, Deleted: true}
}

// get applies changes from the town hall.
func (d *desk) get(changes ...wire.Change) {
	d.Apply(cache.Applied{Changes: changes}, d.outbox, d.refused)
}

// do puts a command into the outbox.
func (d *desk) do(kind string, args any, needs ...portal.ID) portal.ID {
	d.t.Helper()
	id := portal.NewID()
	body, err := wire.NewCommand(id, kind, args, needs...)
	if err != nil {
		d.t.Fatal(err)
	}
	d.outbox = append(d.outbox, cache.Pending{ID: id, Body: body, At: d.now})
	d.get()
	return id
}

// hand hands all that waits to the network.
func (d *desk) hand() {
	for i := range d.outbox {
		d.outbox[i].Number = int64(i) + 1
	}
	d.get()
}

// decided takes all that waits out, with what it changed.
func (d *desk) decided(changes ...wire.Change) {
	d.outbox = nil
	d.get(changes...)
}

func (d *desk) drain() {
	for len(d.queue) > 0 {
		f := d.queue[0]
		d.queue = d.queue[1:]
		f()
	}
}

// says is a day in one word a fact.
func (d *desk) says(day portal.Date) string {
	v := d.Day(lea, canteen, day)
	s := string(v.Look.Colour)
	if v.Look.Booked {
		s += " booked"
	}
	if v.Look.CanBook {
		s += " can-book"
	}
	if v.Look.CanCancel {
		s += " can-cancel"
	}
	if v.Look.Reason != nil {
		s += " " + string(v.Look.Reason.Code)
	}
	if v.Pending != "" {
		s += " pending-" + string(v.Pending)
	}
	if v.Doubt != nil {
		s += " doubt-" + string(v.Doubt.Code)
	}
	return s + fmt.Sprintf(" %s %s", v.Price.Amount.Decimal(), v.BalanceAfter.Decimal())
}

func (d *desk) want(day portal.Date, want string) {
	d.t.Helper()
	if got := d.says(day); got != want {
		d.t.Errorf("%s says %q, not %q", day, got, want)
	}
}

func (d *desk) wantBalance(confirmed, expected portal.Money) {
	d.t.Helper()
	if b, ok := d.Balance("regie"); !ok || b.Confirmed != confirmed || b.Expected != expected {
		d.t.Errorf("the balance is %+v, not %d and %d", b, confirmed, expected)
	}
}

func booking(id portal.ID, day portal.Date) wire.Booking {
	return wire.Booking{ID: id, Child: lea, Activity: canteen, Site: school, Day: day, Payer: me, Price: 320, ByName: "Anne Roy"}
}
