package service_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/examples"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// stage is a town for one worked example: every day is open, and whoever books
// does so early.
type stage struct {
	*hosttest.Server
	t     *testing.T
	agent store.Account
}

func (s *stage) must(do func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.Store.Write(context.Background(), do); err != nil {
		s.t.Fatal(err)
	}
}

// opens puts an activity up at both schools of the examples at a price.
func (s *stage) opens(a bookings.Activity, price portal.Money) {
	s.t.Helper()
	s.must(func(tx *store.Tx) error {
		a.Kind, a.Name, a.Desk, a.CashDesk, a.Floor = bookings.Evening, bookings.Names{"fr": string(a.ID)}, "enfance", "main", -10000
		a.Sites, a.Weekdays, a.Book, a.Cancel = []portal.ID{demo.JulesFerry, demo.Tilleuls}, []time.Weekday{0, 1, 2, 3, 4, 5, 6}, examples.AbsentCutoff, examples.AbsentCutoff
		for _, site := range a.Sites {
			if err := tx.SetCapacity(a.ID, site, 1000); err != nil {
				return err
			}
		}
		if err := tx.PutFact(wire.Tariffs, a.ID, ledger.Tariff{ID: a.ID, Activity: a.ID, From: "2025-09-01", Bands: []ledger.Band{{Price: price}}}); err != nil {
			return err
		}
		return tx.PutFact(wire.Activities, a.ID, a)
	})
}

// family seeds one with a child in a class of a school, enrolled for a day's year.
func (s *stage) family(login string, site portal.ID, class string, days []portal.Date, activities ...portal.ID) (account store.Account, child portal.ID) {
	s.t.Helper()
	s.must(func(tx *store.Tx) (err error) {
		account, err = s.Service.SeedFamily(tx, accounts.Profile{FirstName: "Camille", LastName: "Exemple", Mail: login + "@exemple.fr"}, login, "plain:family:x", ledger.Payer{Resident: true}, 0)
		if err != nil {
			return err
		}
		child, err = s.Service.SeedChild(tx, store.Child{FirstName: "Seul", LastName: "Exemple", BirthDate: "2018-03-12", Site: site, Class: class}, map[portal.ID]accounts.Custody{account.ID: accounts.FullCustody}, nil)
		years := map[portal.SchoolYear]bool{}
		for _, day := range days {
			year := portal.SchoolYearOf(day)
			for _, activity := range activities {
				if err == nil && !years[year] {
					err = s.Service.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: child, Activity: activity, Site: site, Year: year, Period: year.Period()})
				}
			}
			years[year] = true
		}
		return err
	})
	return account, child
}

func (s *stage) do(a store.Account, kind string, args any) {
	s.t.Helper()
	s.must(func(tx *store.Tx) error { return s.Service.Do(tx, a, kind, args) })
}

func (s *stage) holds(a store.Account) (m portal.Money) {
	s.t.Helper()
	s.must(func(tx *store.Tx) (err error) {
		m, err = tx.Balance(ledger.Prepaid(a.ID, service.CashDesk))
		return err
	})
	return m
}

func staged(t *testing.T, s *hosttest.Server) *stage {
	st := &stage{Server: s, t: t}
	agent := s.SignIn("sylvie.roy").Session.Account.ID
	st.must(func(tx *store.Tx) (err error) {
		if st.agent, _, err = tx.Account(agent); err != nil {
			return err
		}
		return tx.PutFact(wire.Calendars, "B", bookings.Calendar{Known: portal.Period{From: "2025-09-01", To: "2027-08-31"}})
	})
	return st
}

// The worked examples of closures hold at the server too.
func TestAClosureCreditsWhatTheExamplesSay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		st := staged(t, s)
		for n, e := range examples.Closures() {
			named := func(id portal.ID) portal.ID { return portal.ID(fmt.Sprintf("ferme-%02d-%s", n, id)) }
			town := examples.ClosedTown()
			var ids []portal.ID
			for id, a := range town {
				a.ID = named(id)
				for i, need := range a.Requires {
					a.Requires[i] = named(need)
				}
				price := portal.Money(0)
				if id == e.Activity {
					price = e.Price
				}
				st.opens(a, price)
				ids = append(ids, a.ID)
			}
			family, child := st.family(fmt.Sprintf("ferme.%03d", n), e.Site, e.Class, []portal.Date{e.Day}, ids...)
			s.Clock.Set(e.Day.Add(-30).At(9, 0))
			for _, need := range append(town[e.Activity].Requires, named(e.Activity)) {
				st.do(family, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: child, Activity: need, Day: e.Day})
			}
			paid := st.holds(family)
			s.Clock.Set(e.Declared)
			args := wire.DeclareClosure{Closure: portal.NewID(), Kind: e.Closure.Kind, Sites: e.Closure.Sites, Class: e.Closure.Class, Period: e.Closure.Period, Reason: e.Closure.Reason}
			for _, id := range e.Closure.Activities {
				args.Activities = append(args.Activities, named(id))
			}
			st.do(st.agent, wire.ClosureDeclare, &args)
			if got := st.holds(family) - paid; got != e.Credited {
				t.Errorf("%s: %s credited, not %s", e.Case, got.Decimal(), e.Credited.Decimal())
			}
			// Whether it stays or not, the next example has the days to itself.
			undo := e.Undone
			if undo.IsZero() {
				undo = e.Declared.Add(time.Minute)
			}
			closed := st.holds(family)
			s.Clock.Set(undo)
			st.do(st.agent, wire.ClosureUndo, &wire.UndoClosure{Closure: args.Closure})
			if got := closed - st.holds(family); !e.Undone.IsZero() && got != e.Again {
				t.Errorf("%s: %s due again, not %s", e.Case, got.Decimal(), e.Again.Decimal())
			}
		}
	})
}

// So do those of absences.
func TestAnAbsenceCostsWhatTheExamplesSay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		st := staged(t, s)
		const activity portal.ID = "absence"
		st.opens(bookings.Activity{ID: activity}, examples.AbsentPrice)
		for n, e := range examples.Absences() {
			st.must(func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, e.Rule) })
			family, child := st.family(fmt.Sprintf("absent.%03d", n), demo.JulesFerry, "ce2", append(e.Days, e.Forgiven...), activity)
			tell := func(at time.Time, days ...portal.Date) portal.ID {
				args := wire.TellAbsence{Absence: portal.NewID(), Child: child, Illness: true}
				s.Clock.Set(days[0].Add(-30).At(9, 0))
				for _, day := range days {
					id := portal.NewID()
					st.do(family, wire.BookingBook, &wire.Book{Booking: id, Child: child, Activity: activity, Day: day})
					args.Bookings = append(args.Bookings, id)
				}
				s.Clock.Set(at)
				st.do(family, wire.AbsenceTell, &args)
				return args.Absence
			}
			for _, day := range e.Forgiven {
				tell(day.At(8, 0), day)
			}
			start := st.holds(family)
			id := tell(e.Told, e.Days...)
			if e.Judged {
				args := wire.JudgeAbsence{Absence: id, Accept: e.Accept, Whole: e.Whole}
				if !e.Accept {
					args.Reason = "Exemple"
				}
				st.do(st.agent, wire.AbsenceJudge, &args)
			}
			if due := start - st.holds(family); due != e.Due || examples.AbsentPrice*portal.Money(len(e.Days))-due != e.Credited {
				t.Errorf("%s: %s stay due, not %s", e.Case, due.Decimal(), e.Due.Decimal())
			}
		}
	})
}

// And of those that are taken back.
func TestAnAbsenceIsTakenBackAsTheExamplesSay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		st := staged(t, s)
		for n, e := range examples.Backs() {
			activity := portal.ID(fmt.Sprintf("reprise-%02d", n))
			st.opens(bookings.Activity{ID: activity}, examples.AbsentPrice)
			st.must(func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, e.Rule) })
			family, child := st.family(fmt.Sprintf("reprise.%03d", n), demo.JulesFerry, "ce2", []portal.Date{e.Day}, activity)
			booking, start := portal.NewID(), st.holds(family)
			s.Clock.Set(e.Day.Add(-30).At(9, 0))
			st.do(family, wire.BookingBook, &wire.Book{Booking: booking, Child: child, Activity: activity, Day: e.Day})
			s.Clock.Set(e.Told)
			tell := wire.TellAbsence{Absence: portal.NewID(), Child: child, Bookings: []portal.ID{booking}}
			st.do(family, wire.AbsenceTell, &tell)
			s.Clock.Set(e.Back)
			if !e.Place {
				st.must(func(tx *store.Tx) error {
					b, _, err := tx.Booking(booking)
					if err != nil || b.State == store.BookingLive {
						return errors.Join(err, tx.SetCapacity(activity, demo.JulesFerry, 1))
					}
					return tx.SetCapacity(activity, demo.JulesFerry, 0)
				})
			}
			err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
				return s.Service.Do(tx, family, wire.AbsenceWithdraw, &wire.WithdrawAbsence{Absence: tell.Absence, Bookings: tell.Bookings})
			})
			if portal.CodeOf(err) == portal.Internal && err != nil {
				t.Fatalf("%s: %v", e.Case, err)
			}
			if paid := start - st.holds(family); (err == nil) != e.Done || paid != e.Paid {
				t.Errorf("%s: %v, and %s are paid", e.Case, err, paid.Decimal())
			}
		}
	})
}
