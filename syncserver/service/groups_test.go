package service_test

import (
	"encoding/json"
	"slices"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// group is what became of a group, as its sender reads it.
func group(t *testing.T, d *hosttest.Desk, id portal.ID) (r wire.GroupResult) {
	t.Helper()
	d.Catch()
	if err := json.Unmarshal([]byte(d.In(wire.Groups)[string(id)]), &r); err != nil {
		t.Fatalf("of group %s is told %q", id, d.In(wire.Groups)[string(id)])
	}
	return r
}

func lot(child, activity portal.ID, days ...portal.Date) bookings.Lot {
	return bookings.Lot{Child: child, Activity: activity, Days: days}
}

// leave has an account hold so much at the canteen's desk.
func leave(tx *store.Tx, account portal.ID, amount portal.Money) error {
	prepaid := ledger.Prepaid(account, service.CashDesk)
	holds, err := tx.Balance(prepaid)
	if err != nil {
		return err
	}
	return tx.Post(portal.NewID(), store.LedgerOpening, account, "", []ledger.Entry{{Account: prepaid, Amount: amount - holds}, {Account: ledger.Opening(service.CashDesk), Amount: holds - amount}})
}

// canteen is the family's bookings at the canteen, by day.
func (w *world) canteen(who string) map[portal.Date]wire.Booking {
	w.t.Helper()
	w.desks[who].Catch()
	out := map[portal.Date]wire.Booking{}
	for _, raw := range w.desks[who].In(wire.Bookings) {
		var b wire.Booking
		if err := json.Unmarshal([]byte(raw), &b); err != nil {
			w.t.Fatal(err)
		}
		if b.Child == familyChild && b.Activity == demo.Canteen {
			out[b.Day] = b
		}
	}
	return out
}

func TestAGroupDoesWhatIsPossibleAndTellsTheRest(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.balanceOf(family)
		old := w.book(family, schoolDays[4], false)
		id := portal.NewID()
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{
			Group: id, Cancel: []portal.ID{old, portal.NewID()},
			Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[2], schoolDays[0], "2026-11-21", "2026-11-28"), lot(foreignChild, demo.Canteen, schoolDays[0])},
		})
		r := group(t, w.desks[family], id)
		if len(r.Booked) != 1 || !slices.Equal(r.Booked[0].Days, []portal.Date{schoolDays[0], schoolDays[2]}) || len(r.Cancelled) != 1 || !slices.Equal(r.Cancelled[0].Days, []portal.Date{schoolDays[4]}) {
			t.Errorf("done: %+v and %+v", r.Booked, r.Cancelled)
		}
		refused := map[portal.Code]int{}
		for _, f := range r.Refused {
			refused[f.Error.Code] += len(f.Days)
		}
		if refused[bookings.WeekdayOff] != 2 || refused[portal.NotFound] != 2 || len(refused) != 2 {
			t.Errorf("refused: %v", refused)
		}
		now := w.canteen(family)
		if len(now) != 2 || now[schoolDays[0]].ID != bookings.GroupedID(id, familyChild, demo.Canteen, schoolDays[0]) || now[schoolDays[0]].Why == nil {
			t.Errorf("it stands as %+v", now)
		}
		price := now[schoolDays[0]].Price
		if r.Debited != 2*price || r.Credited != price || w.balanceOf(family) != before-2*price {
			t.Errorf("it cost %s and gave back %s, and the balance is %s of %s", r.Debited.Decimal(), r.Credited.Decimal(), w.balanceOf(family).Decimal(), before.Decimal())
		}
		if theirs := w.desks[otherParent]; len(theirs.In(wire.Groups)) != 0 {
			t.Error("the other parent reads what was sent together")
		}

		// Its opposite takes it back: what it booked goes, what it cancelled is
		// booked again.
		back := portal.NewID()
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{
			Group: back, Undoes: id, All: true, Cancel: []portal.ID{now[schoolDays[0]].ID, now[schoolDays[2]].ID}, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[4])},
		})
		if now := w.canteen(family); len(now) != 1 || now[schoolDays[4]].ID == "" || w.balanceOf(family) != before-price {
			t.Errorf("undone: %+v, balance %s", now, w.balanceOf(family).Decimal())
		}
	})
}

func TestAllOrNothingLeavesNothing(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.balanceOf(family)
		old := w.book(family, schoolDays[4], false)
		after := w.balanceOf(family)
		v := w.desks[family].Do(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{old},
			Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[0], schoolDays[1], "2026-11-21", "2026-11-28")}})
		if v.Accepted || v.Error.Code != bookings.GroupNotAll || v.Error.Args["days"] != "2" || v.Error.Args["why"] != string(bookings.WeekdayOff) {
			t.Errorf("it ends as %+v", v.Error)
		}
		if now := w.canteen(family); len(now) != 1 || w.balanceOf(family) != after || after == before {
			t.Errorf("something was done: %+v", now)
		}
		w.desks[family].Refused(bookings.GroupNone, wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{lot(familyChild, demo.Canteen, "2026-11-21", "2026-11-28")}})
	})
}

// Money and places end within a group as they would one by one: the first days
// are the ones that are kept, and what is freed by it may be taken by it.
func TestWithinAGroupEachDayIsJudgedAfterTheOnesBefore(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.book(family, schoolDays[17], false)
		price := w.canteen(family)[schoolDays[17]].Price
		w.alter(func(tx *store.Tx) error { return leave(tx, w.account(family), 3*price-5000) }) // the floor is at −50
		id := portal.NewID()
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: id, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[3], schoolDays[1], schoolDays[0], schoolDays[2], schoolDays[4])}})
		r := group(t, w.desks[family], id)
		if len(r.Booked) != 1 || !slices.Equal(r.Booked[0].Days, schoolDays[:3]) || len(r.Refused) != 1 || r.Refused[0].Error.Code != bookings.BalanceFloor || !slices.Equal(r.Refused[0].Days, schoolDays[3:5]) {
			t.Fatalf("booked %+v, refused %+v", r.Booked, r.Refused)
		}
		// What is cancelled pays for what is booked.
		now := w.canteen(family)
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{now[schoolDays[0]].ID}, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[3])}})
		// The last place of a day, freed and taken by one command.
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, 1) })
		now = w.canteen(family)
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{now[schoolDays[1]].ID}, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[1])}})
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, 0) })
		now = w.canteen(family)
		w.desks[family].Refused(bookings.GroupNotAll, wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{now[schoolDays[1]].ID}, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[1])}})
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, 50) })
	})
}

// What needs another activity of the day waits for its turn, in whatever order
// the days come; and so does what another needs, to be cancelled.
func TestWhatBelongsTogetherIsDoneInItsTurn(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		claire := s.SignIn("claire.martel")
		claire.Catch()
		lea, day, id := claire.Child("Léa"), portal.Date("2026-12-03"), portal.NewID()
		claire.Must(wire.BookingGroup, wire.GroupBookings{Group: id, All: true, Book: []bookings.Lot{lot(lea, demo.Study, day), lot(lea, demo.Evening, day)}})
		claire.Must(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{
			bookings.GroupedID(id, lea, demo.Evening, day), bookings.GroupedID(id, lea, demo.Study, day)}})
		claire.Refused(bookings.NeedsOther, wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{lot(lea, demo.Study, day)}})
	})
}

// A group that is no group is told which of its parts is wrong.
func TestAGroupThatIsNone(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := portal.NewID()
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: id, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[0])}})
		w.desks[family].Refused(portal.Conflict, wire.BookingGroup, wire.GroupBookings{Group: id, Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[1])}})
		long := lot(familyChild, demo.Canteen)
		for d := portal.Date("2026-09-01"); len(long.Days) <= bookings.MaxGroup; d = d.Add(1) {
			long.Days = append(long.Days, d)
		}
		for code, g := range map[portal.Code]wire.GroupBookings{
			portal.Missing:  {Group: portal.NewID()},
			portal.Invalid:  {Group: portal.NewID(), Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[1], schoolDays[1])}},
			portal.TooLong:  {Group: portal.NewID(), Book: []bookings.Lot{long}},
			portal.NotFound: {Group: portal.NewID(), Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[1]), lot(familyChild, "piscine", schoolDays[1])}},
		} {
			w.desks[family].Refused(code, wire.BookingGroup, g)
		}
		w.desks[family].Refused(portal.Invalid, wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{lot("Philémon", demo.Canteen, schoolDays[1])}})
		w.desks[family].Refused(portal.Invalid, wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Undoes: "hier", Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[1])}})
	})
}

// A year of a family's days is one command, and is written whole.
func TestAYearOfAFamily(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		claire := s.SignIn("claire.martel")
		claire.Catch()
		var lots []bookings.Lot
		for _, child := range []string{"Léa", "Noé"} {
			for _, activity := range []portal.ID{demo.Canteen, demo.Morning, demo.Evening} {
				l := lot(claire.Child(child), activity)
				for d := portal.Date("2026-11-23"); d < "2027-07-03"; d = d.Add(1) {
					l.Days = append(l.Days, d)
				}
				lots = append(lots, l)
			}
		}
		if err := s.Store.Write(t.Context(), func(tx *store.Tx) error { return leave(tx, claire.Session.Account.ID, 1_000_000) }); err != nil {
			t.Fatal(err)
		}
		id := portal.NewID()
		claire.Must(wire.BookingGroup, wire.GroupBookings{Group: id, Book: lots})
		r := group(t, claire, id)
		if n := bookings.Count(r.Booked); n < 600 || len(claire.In(wire.Bookings)) < n {
			t.Errorf("%d were booked of %d, and %d stand in the feed", n, bookings.Count(lots), len(claire.In(wire.Bookings)))
		}
		var undo wire.GroupBookings
		undo.Group, undo.All, undo.Undoes = portal.NewID(), true, id
		for _, o := range bookings.InOrder(r.Booked) {
			undo.Cancel = append(undo.Cancel, bookings.GroupedID(id, o.Child, o.Activity, o.Day))
		}
		claire.Must(wire.BookingGroup, undo)
		if r := group(t, claire, undo.Group); r.Credited == 0 || bookings.Count(r.Cancelled) != len(undo.Cancel) {
			t.Errorf("of the undoing is told %+v", r)
		}
	})
}
