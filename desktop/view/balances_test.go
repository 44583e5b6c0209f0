package view

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func (d *desk) moved(id portal.ID, on portal.Date, amount portal.Money, booking portal.ID, day portal.Date) wire.Change {
	m := ledger.Movement{ID: id, CashDesk: "regie", At: on.At(12, 0).UnixMicro(), Amount: amount, Kind: ledger.KindTopUp}
	if booking != "" {
		m.Kind, m.Booking, m.Child, m.Activity, m.Day = ledger.KindDebit, booking, lea, canteen, day
		if amount > 0 {
			m.Kind = ledger.KindCredit
		}
	}
	return d.row(mine, wire.Movements, wire.MovementKey(id, "regie"), m)
}

// What waits stands after what the town hall has, and the two make the balance
// that is expected.
func TestMovementsWithWhatWaits(t *testing.T) {
	d := open(t)
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{Collection: wire.Movements})
	id := portal.NewID()
	d.get(d.moved("2", "2026-11-10", -320, id, tuesday.Add(2)), d.moved("1", "2026-09-01", 2320, "", ""), d.row(mine, wire.Bookings, id, booking(id, tuesday.Add(2))))
	d.drain()
	if all := d.Movements("regie"); told != 1 || len(all) != 2 || all[0].ID != "1" || all[1].ID != "2" || len(d.Movements("other")) != 0 {
		t.Fatalf("told %d times, %+v", told, all)
	}
	book := d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: canteen, Day: "2026-12-01"})
	d.now = d.now.Add(1000)
	end := d.do(wire.BookingCancel, wire.CancelBooking{Booking: id})
	coming := d.Coming("regie")
	if len(coming) != 2 || coming[0].Command != book || coming[0].Amount != -320 || coming[0].Day != "2026-12-01" || coming[1].Command != end || coming[1].Amount != 320 || coming[1].Booking != id {
		t.Fatalf("to come are %+v", coming)
	}
	sum := ledger.StatementOf(d.Movements("regie"), portal.Period{}).Closing
	for _, c := range coming {
		sum += c.Amount
	}
	if b, _ := d.Balance("regie"); b.Confirmed != 2000 || b.Expected != sum {
		t.Errorf("the balance is %+v, the movements make %d", b, sum)
	}
	d.decided(d.gone(mine, wire.Movements, wire.MovementKey("2", "regie")))
	if len(d.Movements("regie")) != 1 || len(d.Coming("regie")) != 0 {
		t.Errorf("afterwards %+v %+v", d.Movements("regie"), d.Coming("regie"))
	}
}

// What another pays moves nothing here.
func TestWhatAnotherPaysDoesNotCome(t *testing.T) {
	d := open(t)
	c := wire.Child{ID: lea, FirstName: "Léa", Delegated: true}
	d.get(d.row(mine, wire.Children, lea, c))
	d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: canteen, Day: "2026-12-01"})
	if all := d.Coming("regie"); len(all) != 0 {
		t.Errorf("to come are %+v", all)
	}
}

func TestOutlook(t *testing.T) {
	d := open(t)
	if o := d.Outlook("regie"); o.Days != 0 || o.Habit.Weeks != 0 || o.Until.Until != "" {
		t.Fatalf("without movements %+v", o)
	}
	// Monday and Thursday of the two weeks before, at what they cost then, and
	// this Thursday.
	var rows []wire.Change
	for i, day := range []portal.Date{"2026-11-09", "2026-11-12", "2026-11-16", "2026-11-19", "2026-11-26"} {
		rows = append(rows, d.moved(portal.ID(fmt.Sprint(i)), "2026-11-01", -300, portal.ID(fmt.Sprint("b", i)), day))
	}
	d.get(rows...)
	o := d.Outlook("regie")
	if o.Committed != (ledger.Committed{Amount: 300, Days: 1, Until: "2026-11-26"}) || o.Habit.Weeks != 2 || o.Week != 640 {
		t.Errorf("the outlook is %+v", o)
	}
	// 20.00 € pay: this Thursday is paid but for the 0.20 it costs more now, then
	// six days, of which the last is Thursday 17 December.
	if o.Until != (ledger.Sufficient{Until: "2026-12-17"}) {
		t.Errorf("it suffices until %+v", o.Until)
	}
	// Nothing is open in the holidays.
	d.get(d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 2300}))
	if o := d.Outlook("regie"); o.Until.Until != "2027-01-04" {
		t.Errorf("over the holidays it suffices until %+v", o.Until)
	}
	d.get(d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 90_000}))
	if o := d.Outlook("regie"); !o.Until.Whole || o.Until.Until != "2027-08-30" {
		t.Errorf("at most it suffices until %+v", o.Until)
	}
}

// A child who lives with each parent by turns is booked in the account's own weeks
// only: the others cost nothing, and what a week costs is said of those.
func TestOutlookOfAlternateWeeks(t *testing.T) {
	d := open(t)
	weeks := func(mine bool) wire.Change {
		return d.row(wire.AccountFeed(me), wire.Children, lea, wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12", Weeks: &wire.ChildWeeks{Weeks: family.Weeks{Anchor: "2026-11-16"}, Mine: mine, With: "Hugo Roy"}})
	}
	d.get(weeks(true), d.moved("1", "2026-11-01", -300, "b1", "2026-11-16"), d.moved("2", "2026-11-01", -300, "b2", "2026-11-19"))
	o := d.Outlook("regie")
	// 20.00 € are six days at 3.20 €, of every second week from 30 November on.
	if !o.Turning || o.Week != 640 || o.Until.Until != "2027-01-14" {
		t.Errorf("of own weeks the outlook is %+v", o)
	}
	d.get(weeks(false))
	if o := d.Outlook("regie"); o.Turning || o.Until.Until >= "2027-01-01" {
		t.Errorf("of the other's weeks as well it is %+v", o)
	}
}

func TestALevelThatWaits(t *testing.T) {
	d := open(t)
	if l, pending := d.Level("regie"); l != nil || pending {
		t.Fatalf("nobody has chosen %v", l)
	}
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{Collection: wire.Balances})
	twenty := portal.Money(2000)
	d.do(wire.BalanceLevel, wire.ChooseLevel{CashDesk: "regie", Level: &twenty})
	d.drain()
	if l, pending := d.Level("regie"); l == nil || *l != 2000 || !pending || told != 1 {
		t.Errorf("it is %v, %v, told %d times", l, pending, told)
	}
	d.decided(d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 2000, Level: &twenty}))
	if l, pending := d.Level("regie"); l == nil || pending {
		t.Errorf("accepted it is %v, %v", l, pending)
	}
	d.do(wire.BalanceLevel, wire.ChooseLevel{CashDesk: "regie"})
	if l, pending := d.Level("regie"); l != nil || !pending {
		t.Errorf("given up it is %v, %v", l, pending)
	}
}

func BenchmarkStatementOf5000(b *testing.B) {
	d := &desk{t: b, now: monday.At(9, 0)}
	d.View = New(me, func() time.Time { return d.now }, func(func()) {})
	rows := d.rows()
	random := rand.New(rand.NewSource(1))
	for i := range 5000 {
		rows = append(rows, d.moved(portal.ID(fmt.Sprint("m", i)), tuesday.Add(-random.Intn(700)), -320, portal.ID(fmt.Sprint("b", i)), tuesday.Add(-random.Intn(700))))
	}
	d.get(rows...)
	for b.Loop() {
		if s := ledger.StatementOf(d.Movements("regie"), portal.Period{}); len(s.Lines) != 5000 {
			b.Fatal(len(s.Lines))
		}
		d.Outlook("regie")
	}
}

// An account that will pay at a cash desk where it never has, has nothing there:
// it is told so, and what is booked first counts from there.
func TestACashDeskWhereNothingWasPaidYet(t *testing.T) {
	d := open(t)
	if all := d.Balances(); len(all) != 1 {
		t.Fatalf("with one it is %+v", all)
	}
	d.get(d.row(town, wire.Activities, "wednesday", bookings.Activity{ID: "wednesday", Kind: bookings.Wednesday, CashDesk: "jeunesse", Sites: []portal.ID{school},
		Weekdays: []time.Weekday{time.Wednesday}, Book: bookings.Cutoff{Days: 1, Hour: 10}, Cancel: bookings.Cutoff{Days: 1, Hour: 10}, Floor: -2000}),
		d.row(town, wire.Tariffs, "w", ledger.Tariff{ID: "w", Activity: "wednesday", From: "2026-09-01", Bands: []ledger.Band{{Price: 800}}}))
	if all := d.Balances(); len(all) != 1 {
		t.Errorf("before a child may come there it is %+v", all)
	}
	d.get(d.row(mine, wire.Enrolments, "e2", bookings.Enrolment{ID: "e2", Child: lea, Activity: "wednesday", Site: school, Period: portal.SchoolYear("2026-2027").Period()}))
	if all := d.Balances(); len(all) != 2 || all[0] != (Balance{CashDesk: "jeunesse"}) {
		t.Errorf("then it is %+v", all)
	}
	day := tuesday.Add(8)
	if v := d.Day(lea, "wednesday", day); !v.Look.CanBook || v.BalanceAfter != -800 {
		t.Errorf("a Wednesday looks %+v", v)
	}
	d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: "wednesday", Day: day})
	if b, known := d.Balance("jeunesse"); !known || b.Expected != -800 || b.Confirmed != 0 {
		t.Errorf("with what waits it is %+v", b)
	}
	d.wantBalance(2000, 2000)
	if plan := d.Plan(wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{{Child: lea, Activity: "wednesday", Days: []portal.Date{day.Add(7)}}, {Child: lea, Activity: canteen, Days: []portal.Date{day.Add(1)}}}}); len(plan.Balances) != 2 || plan.Balances[0].Expected != -1600 || plan.Balances[1].Expected != 1680 {
		t.Errorf("a group of both would leave %+v", plan.Balances)
	}
	d.get(d.gone(mine, wire.Balances, "balance"))
	if all := d.Balances(); len(all) != 0 {
		t.Errorf("before the account has arrived it is %+v", all)
	}
}
