package view

import (
	"strings"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestADayFromClickToVerdict(t *testing.T) {
	d := open(t)
	d.want(tuesday, "bookable can-book 3.20 16.80")
	d.want(monday, "today day_today 3.20 20.00")
	d.want("2026-11-25", "not weekday_off 3.20 20.00")
	d.want("2026-12-21", "not school_holiday 3.20 20.00")

	id := portal.NewID()
	command := d.do(wire.BookingBook, wire.Book{Booking: id, Child: lea, Activity: canteen, Day: tuesday})
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 20.00")
	d.wantBalance(2000, 1680)
	if v := d.Day(lea, canteen, tuesday); v.Command != command || v.Booking.ID != id || v.Booking.ByName != "Anne Roy" {
		t.Errorf("the day is %+v", v)
	}
	d.hand()
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 20.00")

	// The row arrives on the socket before the verdict by a pull: the booking
	// is there once, and paid once.
	d.get(d.row(mine, wire.Bookings, id, booking(id, tuesday)), d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 1680}))
	d.want(tuesday, "booked booked can-cancel 3.20 20.00")
	d.wantBalance(1680, 1680)
	d.decided()
	d.want(tuesday, "booked booked can-cancel 3.20 20.00")
	if got := d.Bookings(lea, tuesday); len(got) != 1 || got[0].Pending != "" {
		t.Errorf("bookings: %+v", got)
	}

	d.do(wire.BookingCancel, wire.CancelBooking{Booking: id})
	d.want(tuesday, "bookable can-book pending-cancelling 3.20 16.80")
	d.wantBalance(1680, 2000)
	if got := d.Bookings(lea, tuesday); len(got) != 0 {
		t.Errorf("bookings: %+v", got)
	}
	d.hand()
	d.decided(d.gone(mine, wire.Bookings, id), d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 2000}))
	d.want(tuesday, "bookable can-book 3.20 16.80")
	d.wantBalance(2000, 2000)
}

func TestBookedCancelledAndBookedAgainOffLine(t *testing.T) {
	d := open(t)
	first, second := portal.NewID(), portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: first, Child: lea, Activity: canteen, Day: tuesday})
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: first})
	d.want(tuesday, "bookable can-book pending-cancelling 3.20 16.80")
	d.wantBalance(2000, 2000)
	d.do(wire.BookingBook, wire.Book{Booking: second, Child: lea, Activity: canteen, Day: tuesday})
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 20.00")
	if v := d.Day(lea, canteen, tuesday); v.Booking.ID != second {
		t.Errorf("the day is %+v", v)
	}
	d.wantBalance(2000, 1680)
}

func TestWhatTheRulesRefuseIsDoubtfulAndHasNoEffect(t *testing.T) {
	d := open(t)
	a, b := portal.NewID(), portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: a, Child: lea, Activity: canteen, Day: tuesday})
	d.do(wire.BookingBook, wire.Book{Booking: b, Child: lea, Activity: canteen, Day: "2026-11-26"})
	d.wantBalance(2000, 1360)

	full := wire.DayLevel{Activity: canteen, Site: school, Day: tuesday, Level: bookings.Full}
	key := wire.LevelKey(canteen, school, tuesday)
	d.get(d.row(town, wire.Levels, key, full))
	d.want(tuesday, "not no_place doubt-no_place 3.20 16.80")
	d.wantBalance(2000, 1680)
	if got := d.Doubts(); len(got) != 1 || got[0].Reason.Code != bookings.NoPlace || len(d.Waiting()) != 2 {
		t.Errorf("doubts: %+v", got)
	}
	// A place comes free: it counts again.
	d.get(d.gone(town, wire.Levels, key))
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 16.80")

	// What was handed over may be what filled the day.
	d.hand()
	d.get(d.row(town, wire.Levels, key, full))
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 16.80")

	// The other parent was faster: theirs stands, ours is in doubt.
	theirs := booking("theirs", tuesday)
	theirs.Payer, theirs.Price = "", 0
	d.get(d.row(mine, wire.Bookings, "theirs", theirs))
	d.want(tuesday, "booked booked not_your_booking doubt-already_booked 0.00 16.80")
}

func TestACutOffPasses(t *testing.T) {
	d := open(t)
	unsent, handed := portal.NewID(), portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: handed, Child: lea, Activity: canteen, Day: tuesday})
	d.hand()
	d.do(wire.BookingBook, wire.Book{Booking: unsent, Child: lea, Activity: canteen, Day: "2026-11-26"})
	d.now = monday.At(10, 30)
	d.Tick()
	// It was under way in time: only the server knows.
	d.want(tuesday, "booked booked cutoff_passed pending-booking 3.20 13.60")
	d.now = portal.Date("2026-11-25").At(10, 0)
	d.Tick()
	d.want("2026-11-26", "not cutoff_passed doubt-cutoff_passed 3.20 16.80")
	// It is our clock that is wrong: the server's says 9:59.
	d.SetClockError(-time.Minute)
	d.want("2026-11-26", "booked booked can-cancel pending-booking 3.20 16.80")
	if !d.Now().Equal(portal.Date("2026-11-25").At(9, 59)) {
		t.Errorf("now is %v", d.Now())
	}
}

func TestTheFloorCountsWhatWaits(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -500}))
	for _, day := range []portal.Date{tuesday, "2026-11-26"} {
		d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: canteen, Day: day})
	}
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 -5.00")
	d.want("2026-11-26", "not balance_floor doubt-balance_floor 3.20 -8.20")
	d.wantBalance(-500, -820)
}

func TestAMonthHasSixWeeksFromAMonday(t *testing.T) {
	d := open(t)
	d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: canteen, Day: tuesday})
	m := d.Month(lea, canteen, "2026-11-15")
	if m[0].Day != "2026-10-26" || m[41].Day != "2026-12-06" || m[28].Day != monday {
		t.Errorf("from %s to %s, and %s", m[0].Day, m[41].Day, m[28].Day)
	}
	if m[29].Pending != PendingBook || m[28].Look.Colour != bookings.Yellow || m[0].Look.Reason.Code != bookings.DayPast {
		t.Errorf("%+v", m[28:30])
	}
	for i, day := range m {
		if one := d.Day(lea, canteen, day.Day); one.Look.Colour != m[i].Look.Colour || one.BalanceAfter != m[i].BalanceAfter {
			t.Errorf("%s alone is %+v, in its month %+v", day.Day, one, m[i])
		}
	}
	if got := d.Day("nobody", canteen, tuesday); got.Look.Reason.Code != bookings.NotEnrolled {
		t.Errorf("nobody's day: %+v", got)
	}
	if got := d.Day(lea, "nothing", tuesday); got.Look.CanBook {
		t.Errorf("an unknown activity: %+v", got)
	}
}

func TestADayWithoutAPriceIsNotBooked(t *testing.T) {
	d := open(t)
	d.get(d.gone(town, wire.Tariffs, "tariff"))
	d.want(tuesday, "not no_tariff 0.00 20.00")
	d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: canteen, Day: tuesday})
	d.want(tuesday, "not no_tariff doubt-no_tariff 0.00 20.00")
	d.get(d.row(town, wire.Tariffs, "t2", ledger.Tariff{ID: "t2", Activity: canteen, From: "2026-09-01", Bands: []ledger.Band{{Price: 100}}}))
	d.want(tuesday, "booked booked can-cancel pending-booking 1.00 20.00")
}

func TestAResetKeepsWhatWaits(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Bookings, "old", booking("old", "2026-11-26")))
	id := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: id, Child: lea, Activity: canteen, Day: tuesday})
	told := 0
	d.Subscribe(func(n Notice) {
		if told++; !n.All {
			t.Errorf("told as %+v", n)
		}
	}, Topic{Collection: wire.Sites})
	d.Apply(cache.Applied{Reset: true, Dropped: []string{town, mine}, Changes: d.rows()}, d.outbox, nil)
	d.drain()
	d.want(tuesday, "booked booked can-cancel pending-booking 3.20 20.00")
	d.want("2026-11-26", "bookable can-book 3.20 13.60")
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

func TestAFeedThatGoesTakesItsRowsAlong(t *testing.T) {
	d := open(t)
	d.Apply(cache.Applied{Dropped: []string{mine}}, nil, nil)
	if len(d.Children()) != 0 || len(d.Sites()) != 1 {
		t.Errorf("children %v, sites %v", d.Children(), d.Sites())
	}
	d.want(tuesday, "not not_enrolled 5.60 0.00")
	d.get(d.row(mine, wire.Children, lea, wire.Child{ID: lea}))
	if len(d.Children()) != 1 {
		t.Error("the feed does not come back")
	}
}

// Of a day of which nothing is told, what is told of all days holds.
func TestADayNobodyHasBookedIsAsFullAsItsPlacesSay(t *testing.T) {
	other := wire.DayLevel{Activity: canteen, Site: "site-other", Level: bookings.Full}
	for capacity, want := range []string{"not no_place", "bookable can-book", "bookable can-book", "bookable can-book", "bookable can-book"} {
		d := open(t)
		d.get(d.row(town, wire.Levels, wire.LevelKey(canteen, other.Site, ""), other))
		level := bookings.UnbookedLevel(capacity)
		all := wire.LevelKey(canteen, school, "")
		if level != bookings.Free {
			d.get(d.row(town, wire.Levels, all, wire.DayLevel{Activity: canteen, Site: school, Level: level}))
		}
		if got := d.says(tuesday); !strings.HasPrefix(got, want+" ") {
			t.Errorf("%d places: the day says %q, not %q", capacity, got, want)
		}
		if got := d.Day(lea, canteen, tuesday).Level; got != level {
			t.Errorf("%d places: the level is %q, not %q", capacity, got, level)
		}
		// What is told of the day itself wins.
		d.get(d.row(town, wire.Levels, wire.LevelKey(canteen, school, tuesday), wire.DayLevel{Activity: canteen, Site: school, Day: tuesday, Level: bookings.Full}))
		if got := d.Day(lea, canteen, tuesday).Level; got != bookings.Full {
			t.Errorf("%d places, and the day full: %q", capacity, got)
		}
		d.get(d.gone(town, wire.Levels, wire.LevelKey(canteen, school, tuesday)), d.gone(town, wire.Levels, all))
		if got := d.Day(lea, canteen, tuesday).Level; got != bookings.Free {
			t.Errorf("%d places, and nothing told any more: %q", capacity, got)
		}
	}
}

// A brother's booking that still waits makes the sister the second of the day,
// as the town hall will have it; a child of another parent counts for nothing.
func TestWhatWaitsMakesTheRank(t *testing.T) {
	const noe, tom portal.ID = "child-noe", "child-tom"
	d := open(t)
	rule := func(count ledger.Counting) {
		d.get(d.row(town, wire.Tariffs, "tariff", ledger.Tariff{ID: "tariff", Activity: canteen, From: "2026-09-01", Bands: []ledger.Band{{Price: 320}},
			Siblings: &ledger.Siblings{Count: count, Shares: []int{100, 75}}}))
	}
	for child, born := range map[portal.ID]portal.Date{noe: "2020-01-01", tom: "2012-01-01"} {
		d.get(d.row(mine, wire.Children, child, wire.Child{ID: child, BirthDate: born, Delegated: child == tom}),
			d.row(mine, wire.Enrolments, "e-"+child, bookings.Enrolment{ID: "e-" + child, Child: child, Activity: canteen, Site: school, Period: portal.SchoolYear("2026-2027").Period()}))
	}
	rule(ledger.CountPresent)
	d.want(tuesday, "bookable can-book 3.20 16.80")
	d.do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: noe, Activity: canteen, Day: tuesday})
	d.want(tuesday, "bookable can-book 2.40 14.40")
	if p := d.Day(noe, canteen, tuesday).Price; p.Amount != 320 || p.Rank != 1 || p.Tariff == "" {
		t.Errorf("what waits costs %+v", p)
	}
	rule(ledger.CountEnrolled)
	d.want(tuesday, "bookable can-book 3.20 14.40")
	if p := d.Day(noe, canteen, "2026-11-26").Price; p.Amount != 240 || p.Rank != 2 || p.Full != 320 {
		t.Errorf("the younger one pays %+v", p)
	}
}
