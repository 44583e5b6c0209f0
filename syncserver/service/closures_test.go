package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// strike is a closure of the canteen of one school.
func strike(days ...portal.Date) wire.DeclareClosure {
	return wire.DeclareClosure{Closure: portal.NewID(), Kind: bookings.Strike, Activities: []portal.ID{demo.Canteen}, Sites: []portal.ID{demo.JulesFerry},
		Period: portal.Period{From: slices.Min(days), To: slices.Max(days)}, Reason: "Grève du personnel de restauration"}
}

// closure is the fact of one.
func (w *world) closure(id portal.ID) (c bookings.Closure) {
	w.t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Fact(wire.Closures, id, &c)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// closureNews is what somebody is told of a closure and has not read.
func (w *world) closureNews(who string, id portal.ID) (out []notices.What) {
	for _, n := range w.news(who, notices.Closure, id) {
		if n.Read == 0 {
			out = append(out, notices.What(n.What))
		}
	}
	return out
}

// fewer is what an agent reads of how many do not come.
func (w *world) fewer(who string, closure portal.ID) (n int) {
	w.t.Helper()
	w.desks[who].Catch()
	for _, body := range w.desks[who].In(wire.ClosureDays) {
		var day wire.ClosureDay
		if err := json.Unmarshal([]byte(body), &day); err != nil {
			w.t.Fatal(err)
		}
		if day.Closure == closure {
			n += day.Fewer
		}
	}
	return n
}

func TestAStrikeCreditsTellsAndIsTakenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before, theirs := w.balanceOf(family), w.balanceOf(otherParent)
		mine := []portal.ID{w.book(family, schoolDays[0], false), w.book(family, schoolDays[1], false)}
		w.book(otherParent, schoolDays[2], false)
		after := w.balanceOf(family)
		was := w.canteen(family)[schoolDays[0]]
		if after == before {
			t.Fatal("nothing was paid")
		}
		// The evening before: nothing can be cancelled by a family any more.
		s.Clock.Set(schoolDays[0].Add(-1).At(20, 0))
		agent, family1 := s.SignIn("sylvie.roy"), w.desks[family]
		w.desks[deskAgent] = agent
		family1.Refused(bookings.CutoffPassed, wire.BookingCancel, wire.CancelBooking{Booking: mine[0]})

		args := strike(schoolDays[0], schoolDays[2])
		preview, err := agent.PreviewClosure(context.Background(), args)
		if err != nil || preview.Bookings != 3 || preview.Children != 1 || preview.Families != 2 || preview.Credit != before-after+was.Price || len(preview.Lines) != 1 || preview.Lines[0].Bookings != 3 {
			t.Errorf("it is foretold as %+v: %v", preview, err)
		}
		agent.Must(wire.ClosureDeclare, args)
		if got := w.balanceOf(family); got != before {
			t.Errorf("the balance is %s, not %s", got.Decimal(), before.Decimal())
		}
		if got := w.balanceOf(otherParent); got != theirs {
			t.Errorf("the other parent's is %s, not %s", got.Decimal(), theirs.Decimal())
		}
		if len(w.canteen(family)) != 0 {
			t.Errorf("still booked: %v", w.canteen(family))
		}
		for _, who := range []string{family, otherParent, seer, booker, partner} {
			if got := w.closureNews(who, args.Closure); !slices.Equal(got, []notices.What{notices.ClosureDeclared}) {
				t.Errorf("%s is told %v", who, got)
			}
		}
		for _, who := range []string{otherFamily, noCustody, former, invitee} {
			if got := w.closureNews(who, args.Closure); len(got) != 0 {
				t.Errorf("%s is told %v", who, got)
			}
		}
		if n := mailsOf(t, s, mailkinds.ClosureChanged, "Grève"); n != 5 {
			t.Errorf("%d mails tell of it", n)
		}
		if n := w.fewer(deskAgent, args.Closure); n != 3 {
			t.Errorf("%d fewer are told", n)
		}
		reasons := 0
		family1.Catch()
		for _, body := range family1.In(wire.Movements) {
			var m ledger.Movement
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatal(err)
			}
			if m.Kind == ledger.KindCredit && m.Reason == args.Reason && m.Closure == args.Closure && m.By == "" {
				reasons++
			}
		}
		if reasons != 2 {
			t.Errorf("%d lines of the statement say why", reasons)
		}
		family1.Refused(bookings.Closed, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[2]})
		// The job finds nothing left, and a command that comes again is the same.
		s.Housekeep(context.Background())
		agent.Refused(portal.Conflict, wire.ClosureDeclare, args)
		if got := w.balanceOf(family); got != before {
			t.Errorf("after the job the balance is %s", got.Decimal())
		}

		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: args.Closure})
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: args.Closure})
		if c := w.closure(args.Closure); c.Stands() {
			t.Errorf("it stands as %+v", c)
		}
		if got := w.balanceOf(family); got != after {
			t.Errorf("booked again the balance is %s, not %s", got.Decimal(), after.Decimal())
		}
		again := w.canteen(family)
		if b := again[schoolDays[0]]; len(again) != 3 || b.ID == mine[0] || b.ID != bookings.RestoredID(args.Closure, mine[0]) || b.Price != was.Price || b.Why == nil || b.ByName != was.ByName {
			t.Errorf("booked again are %+v", again)
		}
		for _, who := range []string{family, otherParent} {
			if got := w.closureNews(who, args.Closure); !slices.Equal(got, []notices.What{notices.ClosureUndone}) {
				t.Errorf("%s is told %v", who, got)
			}
		}
		if n := w.fewer(deskAgent, args.Closure); n != 0 {
			t.Errorf("%d fewer are still told", n)
		}
		s.Housekeep(context.Background())
		if got := w.balanceOf(family); got != after {
			t.Errorf("after the job the balance is %s", got.Decimal())
		}
	})
}

// An outing is of one class; what needs a closed activity closes with it.
func TestAClassGoesOut(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		claire := s.SignIn("claire.martel")
		claire.Catch()
		lea, noe := claire.Child("Léa"), claire.Child("Noé")
		const day = portal.Date("2026-11-19")
		for _, b := range []wire.Book{{Child: lea, Activity: demo.Canteen}, {Child: noe, Activity: demo.Canteen}, {Child: lea, Activity: demo.Evening}, {Child: lea, Activity: demo.Study}} {
			b.Booking, b.Day = portal.NewID(), day
			claire.Must(wire.BookingBook, b)
		}
		booked := func() (n map[portal.ID]int) {
			claire.Catch()
			n = map[portal.ID]int{}
			for _, raw := range claire.In(wire.Bookings) {
				var b wire.Booking
				if json.Unmarshal([]byte(raw), &b) == nil && b.Day == day {
					n[b.Child]++
				}
			}
			return n
		}
		agent := w.desks[deskAgent]
		outing := strike(day)
		outing.Kind, outing.Class = bookings.Outing, "ce2"
		agent.Must(wire.ClosureDeclare, outing)
		if n := booked(); n[lea] != 2 || n[noe] != 1 {
			t.Errorf("after the outing: %v", n)
		}
		claire.Refused(bookings.Closed, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Canteen, Day: day})
		evening := strike(day)
		evening.Activities = []portal.ID{demo.Evening}
		agent.Must(wire.ClosureDeclare, evening)
		if n := booked(); n[lea] != 0 || n[noe] != 1 {
			t.Errorf("homework stands without the evening: %v", n)
		}
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: evening.Closure})
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: outing.Closure})
		if n := booked(); n[lea] != 3 || n[noe] != 1 {
			t.Errorf("in the end: %v", n)
		}
	})
}

// Of two closures over one day the one that stands keeps it closed, and when it
// goes too the booking comes back.
func TestClosuresOverEachOther(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.book(family, schoolDays[0], false)
		paid := w.balanceOf(family)
		agent := w.desks[deskAgent]
		first, second := strike(schoolDays[0]), strike(schoolDays[0])
		second.Kind, second.Reason = bookings.Works, "Travaux"
		agent.Must(wire.ClosureDeclare, first)
		agent.Must(wire.ClosureDeclare, second)
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: first.Closure})
		if len(w.canteen(family)) != 0 || w.fewer(deskAgent, second.Closure) != 1 || w.fewer(deskAgent, first.Closure) != 0 {
			t.Errorf("under the second: %v", w.canteen(family))
		}
		if got := w.closureNews(family, second.Closure); !slices.Equal(got, []notices.What{notices.ClosureDeclared}) {
			t.Errorf("of the second is told %v", got)
		}
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: second.Closure})
		if len(w.canteen(family)) != 1 || w.balanceOf(family) != paid {
			t.Errorf("in the end: %v", w.canteen(family))
		}
	})
}

// What cannot be booked again stays credited: the day that has gone by, the
// child that has left, the place that the town has taken away.
func TestWhatCannotBeRestoredStaysCredited(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.balanceOf(family)
		var prices []portal.Money
		for _, day := range schoolDays[:3] {
			w.book(family, day, false)
			prices = append(prices, w.canteen(family)[day].Price)
		}
		args := strike(schoolDays[0], schoolDays[2])
		w.desks[deskAgent].Must(wire.ClosureDeclare, args)
		s.Clock.Set(schoolDays[1].At(9, 0)) // the first day is over
		w.alter(func(tx *store.Tx) error {
			enrolments, err := tx.EnrolmentsOf(familyChild)
			for _, e := range enrolments {
				if e.Period.To = schoolDays[1]; err == nil {
					err = tx.SaveEnrolment(e)
				}
			}
			return err
		})
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		w.desks[deskAgent].Must(wire.ClosureUndo, wire.UndoClosure{Closure: args.Closure})
		if now := w.canteen(family); len(now) != 1 || now[schoolDays[1]].ID == "" || w.balanceOf(family) != before-prices[1] {
			t.Errorf("booked again: %v", now)
		}
		told := w.news(family, notices.Closure, args.Closure)
		lost := ""
		for _, n := range told {
			if n.What == string(notices.ClosureLost) {
				lost = n.Args[notices.ArgLost]
			}
		}
		if lost != string(schoolDays[2]) {
			t.Errorf("told as lost: %q of %v", lost, told)
		}
		if c := w.closure(args.Closure); c.Stands() {
			t.Error("it still stands")
		}
	})
}

// manyBooked seeds families that have booked a day each.
func manyBooked(t *testing.T, s *hosttest.Server, n int, day portal.Date) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.SetCapacity(demo.Canteen, demo.JulesFerry, n+200); err != nil {
			return err
		}
		for i := range n {
			login := fmt.Sprintf("nombre.%04d", i)
			a, err := s.Service.SeedFamily(tx, accounts.Profile{FirstName: "Camille", LastName: "Nombre", Mail: login + "@exemple.fr"}, login, "plain:family:x", ledger.Payer{Resident: true}, 10000)
			if err != nil {
				return err
			}
			child, err := s.Service.SeedChild(tx, store.Child{FirstName: "Alix", LastName: "Nombre", BirthDate: "2018-03-12", Site: demo.JulesFerry, Class: "ce2"},
				map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, []string{bookings.Canteen})
			if err != nil {
				return err
			}
			if err := s.Service.Do(tx, a, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: child, Activity: demo.Canteen, Day: day}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// standing is how many are booked at the canteen on a day, and how much all
// payers hold.
func standing(t *testing.T, s *hosttest.Server, day portal.Date) (live int) {
	t.Helper()
	if err := s.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
		taken, _, err := tx.Places(demo.Canteen, demo.JulesFerry, day)
		live = taken.Live
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return live
}

// A closure beyond one transaction: the fact holds at once, a job does the rest
// whichever round is lost on its way, and nobody takes a place while what was
// cancelled is booked again.
func TestALargeClosureIsCarriedOutInRounds(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		const day, n, atOnce = portal.Date("2026-11-19"), 47, 20
		s.Service.CloseInRoundsOf(atOnce)
		w := newWorld(t, s)
		manyBooked(t, s, n, day)
		there := standing(t, s, day)
		args := strike(day)
		agent := w.desks[deskAgent]
		agent.Must(wire.ClosureDeclare, args)
		if live := standing(t, s, day); live != there-atOnce {
			t.Errorf("the command leaves %d of %d", live, there)
		}
		book := wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: day}
		w.desks[family].Refused(bookings.Closed, wire.BookingBook, book)
		lost := fmt.Errorf("the machine goes")
		round := func(fails bool) {
			t.Helper()
			err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
				if _, err := s.Service.CarryOutDayClosures(tx); err != nil || !fails {
					return err
				}
				return lost
			})
			if (err != nil) != fails {
				t.Fatal(err)
			}
			s.Check()
		}
		round(true)
		if live := standing(t, s, day); live != there-atOnce {
			t.Errorf("a lost round leaves %d", live)
		}
		round(false)
		s.Housekeep(context.Background())
		if live := standing(t, s, day); live != 0 {
			t.Errorf("the job leaves %d", live)
		}
		if got := w.fewer(deskAgent, args.Closure); got != there {
			t.Errorf("%d fewer, not %d", got, there)
		}
		if told := mailsOf(t, s, mailkinds.ClosureChanged, "Alix"); told < n {
			t.Errorf("%d mails for %d families", told, n)
		}

		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: args.Closure})
		if c := w.closure(args.Closure); !c.Stands() || standing(t, s, day) != atOnce {
			t.Errorf("half done it is %+v", c)
		}
		w.desks[family].Refused(bookings.Closed, wire.BookingBook, book)
		round(true)
		round(false)
		s.Housekeep(context.Background())
		if c := w.closure(args.Closure); c.Stands() || standing(t, s, day) != there {
			t.Errorf("in the end it is %+v with %d of %d", c, standing(t, s, day), there)
		}
		w.desks[family].Must(wire.BookingBook, book)
	})
}

// Who has read of a closure is not told again when a later round cancels another
// day of the child's.
func TestRoundsTellOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		booking := w.book(family, schoolDays[0], false)
		args := strike(schoolDays[0])
		w.desks[deskAgent].Must(wire.ClosureDeclare, args)
		told := w.news(family, notices.Closure, args.Closure)
		if len(told) != 1 {
			t.Fatalf("told %v", told)
		}
		w.desks[family].Must(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{told[0].ID}})
		w.alter(func(tx *store.Tx) error {
			b, found, err := tx.Booking(booking)
			if err != nil || !found {
				t.Fatal(found, err)
			}
			return s.Service.TellOfClosure(tx, args.Closure, b)
		})
		if again := w.closureNews(family, args.Closure); len(again) != 0 {
			t.Errorf("told again: %v", again)
		}
	})
}

// The invariants find what a closure must not leave.
func TestBrokenClosuresAreFound(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.book(family, schoolDays[0], false)
		args := strike(schoolDays[0])
		w.desks[deskAgent].Must(wire.ClosureDeclare, args)
		w.desks[deskAgent].Must(wire.ClosureUndo, wire.UndoClosure{Closure: args.Closure})
		var b store.Booking
		var was store.ClosureBooking
		w.alter(func(tx *store.Tx) (err error) {
			if b, _, err = tx.LiveBooking(familyChild, demo.Canteen, schoolDays[0]); err == nil {
				was, _, err = tx.RestoredFrom(b.ID)
			}
			return err
		})
		find := func(what string) {
			t.Helper()
			found, err := s.Service.Contradictions(context.Background())
			if err != nil || len(found) == 0 {
				t.Errorf("%s is not found: %v", what, err)
			}
		}
		cancelled := func(tx *store.Tx) store.Booking {
			c, _, err := tx.Booking(was.Booking)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		w.alter(func(tx *store.Tx) error {
			return tx.SaveClosed(store.ClosureBooking{Closure: args.Closure, Restored: portal.NewID()}, cancelled(tx))
		})
		find("a booking made again that is not there")
		w.alter(func(tx *store.Tx) error {
			return tx.SaveClosed(store.ClosureBooking{Closure: portal.NewID(), Restored: b.ID}, cancelled(tx))
		})
		find("a closure that nobody knows")
		w.alter(func(tx *store.Tx) error {
			return tx.SaveClosed(store.ClosureBooking{Closure: args.Closure, Restored: b.ID}, cancelled(tx))
		})
		// Within a closure that stands nobody books.
		w.alter(func(tx *store.Tx) error {
			return tx.PutFact(wire.Closures, "planted", bookings.Closure{ID: "planted", Period: portal.Period{From: schoolDays[0], To: schoolDays[0]}, Reason: "x", Declared: 1})
		})
		find("a booking within a closure")
		w.alter(func(tx *store.Tx) error {
			return tx.PutFact(wire.Closures, "planted", bookings.Closure{ID: "planted", Period: portal.Period{From: schoolDays[0], To: schoolDays[0]}, Reason: "x", Declared: 1, Reopened: 2})
		})
	})
}

func TestWhatCannotBeClosed(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := w.desks[deskAgent]
		for code, change := range map[portal.Code]func(*wire.DeclareClosure){
			portal.Missing:   func(c *wire.DeclareClosure) { c.Reason = " " },
			portal.Invalid:   func(c *wire.DeclareClosure) { c.Kind = "fête" },
			portal.NotFound:  func(c *wire.DeclareClosure) { c.Activities = []portal.ID{"piscine"} },
			bookings.DayPast: func(c *wire.DeclareClosure) { c.Period.From = "2026-01-05" },
		} {
			c := strike(schoolDays[0])
			change(&c)
			agent.Refused(code, wire.ClosureDeclare, c)
		}
		c := strike(schoolDays[0])
		c.Sites = []portal.ID{"ailleurs"}
		agent.Refused(portal.NotFound, wire.ClosureDeclare, c)
		agent.Refused(portal.NotFound, wire.ClosureUndo, wire.UndoClosure{Closure: portal.NewID()})
		for _, who := range []string{family, otherAgent} {
			if _, err := w.desks[who].PreviewClosure(context.Background(), strike(schoolDays[0])); portal.CodeOf(err) != portal.Forbidden {
				t.Errorf("%s is foretold: %v", who, err)
			}
		}
		// What was forgotten is declared afterwards.
		w.book(family, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].Add(1).At(9, 0))
		late := s.SignIn("sylvie.roy")
		before := w.balanceOf(family)
		late.Must(wire.ClosureDeclare, strike(schoolDays[0]))
		if w.balanceOf(family) <= before {
			t.Error("nothing is credited for yesterday")
		}
		s.Clock.Add(time.Hour)
	})
}

func init() {
	matrix["closure.declare@1"] = []row{
		{"of the canteen", func(*world, int) any { return strike(schoolDays[17]) }, agents(accepted, accepted, portal.Forbidden)},
		{"of everything", func(*world, int) any {
			c := strike(schoolDays[17])
			c.Activities, c.Sites = nil, nil
			return c
		}, agents(accepted, accepted, portal.Forbidden)},
	}
	matrix["closure.undo@1"] = []row{{"of the canteen", func(w *world, _ int) any {
		c := strike(schoolDays[17])
		w.desks[deskAgent].Must(wire.ClosureDeclare, c)
		return wire.UndoClosure{Closure: c.Closure}
	}, agents(accepted, accepted, portal.Forbidden)}}
}
