// Played without the race detector, which would take ten times as long over them:
// what they hold is the rules, and the same doors are tried under it elsewhere.

//go:build !race

package service_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// household is a family of the random histories: what it holds must always be
// what it was given less what it has booked.
type household struct {
	account store.Account
	child   portal.ID
	given   portal.Money
}

// Bookings, cancellations, closures that lie over each other and are taken back,
// rounds of their job, absences told, taken back and judged, prices that change, money that
// comes, places that go and days that pass, in any order: nothing contradicts
// the invariants, and nobody gains or loses a cent.
func TestClosuresAmongRandomHistories(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		st := staged(t, s)
		const evening, study portal.ID = "soir-tire", "etude-tiree"
		st.opens(bookings.Activity{ID: evening}, 192)
		st.opens(bookings.Activity{ID: study, Requires: []portal.ID{evening}}, 80)
		both := []portal.ID{evening, study}
		history := 0
		var left []string
		if few := flag.Lookup("rapid.checks"); strings.HasPrefix(s.DSN, "postgres") && few.Value.String() == few.DefValue {
			// Each takes twenty times as long there; the rules are the same.
			if err := flag.Set("rapid.checks", "15"); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = flag.Set("rapid.checks", few.DefValue) })
		}
		rapid.Check(t, func(rt *rapid.T) {
			history++
			// Each history has weeks of its own, so that it begins with nothing closed.
			start := portal.Date("2025-09-08").Add(7 * (history % 90))
			s.Clock.Set(start.At(8, 0))
			rule := bookings.UsualAbsences
			rule.Grace, rule.UnpaidDays = rapid.IntRange(0, 2).Draw(rt, "grace"), rapid.IntRange(0, 2).Draw(rt, "unpaid")
			rule.BackHour = rapid.IntRange(0, 20).Draw(rt, "until")
			st.must(func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, rule) })
			var homes []*household
			for i := range 2 {
				site := []portal.ID{demo.JulesFerry, demo.Tilleuls}[i%2]
				a, child := st.family(fmt.Sprintf("tire.%04d.%d", history, i), site, []string{"ce2", "cp"}[i%2], []portal.Date{start, start.Add(13)}, both...)
				homes = append(homes, &household{account: a, child: child})
			}
			var closed []portal.ID
			var absences []portal.ID
			// Few days, so that what is done meets.
			day := func() portal.Date { return start.Add(rapid.IntRange(1, 4).Draw(rt, "day")) }
			home := func() *household { return rapid.SampledFrom(homes).Draw(rt, "family") }
			// try does what may well be refused.
			try := func(a store.Account, kind string, args any) (done bool) {
				err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return s.Service.Do(tx, a, kind, args) })
				if err != nil && portal.CodeOf(err) == portal.Internal {
					rt.Fatalf("%s: %v", kind, err)
				}
				return err == nil
			}
			booked := func(h *household) (out []store.Booking) {
				st.must(func(tx *store.Tx) (err error) { out, err = tx.LiveBookingsOf(h.child); return err })
				return out
			}
			rt.Repeat(map[string]func(*rapid.T){
				"book": func(*rapid.T) {
					h := home()
					try(h.account, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: h.child, Activity: rapid.SampledFrom(both).Draw(rt, "activity"), Day: day()})
				},
				"book both": func(*rapid.T) {
					h, on := home(), day()
					for _, activity := range both {
						try(h.account, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: h.child, Activity: activity, Day: on})
					}
				},
				"cancel": func(*rapid.T) {
					h := home()
					if all := booked(h); len(all) > 0 {
						try(h.account, wire.BookingCancel, &wire.CancelBooking{Booking: rapid.SampledFrom(all).Draw(rt, "booking").ID})
					}
				},
				"close": func(*rapid.T) {
					from := day()
					args := wire.DeclareClosure{Closure: portal.NewID(), Kind: bookings.Outing, Period: portal.Period{From: from, To: from.Add(rapid.IntRange(0, 2).Draw(rt, "length"))}, Reason: "Tirée"}
					switch rapid.IntRange(0, 3).Draw(rt, "what") {
					case 0:
						args.Activities = both
					case 1:
						args.Activities, args.Sites, args.Class = both, []portal.ID{demo.JulesFerry}, "ce2"
					case 2:
						args.Activities = both[1:]
					default:
						args.Activities = both[:1]
					}
					if try(st.agent, wire.ClosureDeclare, &args) {
						closed = append(closed, args.Closure)
					}
				},
				"open": func(*rapid.T) {
					if len(closed) > 0 {
						try(st.agent, wire.ClosureUndo, &wire.UndoClosure{Closure: rapid.SampledFrom(closed).Draw(rt, "closure")})
					}
				},
				"round": func(*rapid.T) {
					st.must(func(tx *store.Tx) error { _, err := s.Service.CarryOutDayClosures(tx); return err })
				},
				"absent": func(*rapid.T) {
					h := home()
					args := wire.TellAbsence{Absence: portal.NewID(), Child: h.child, Illness: true}
					for _, b := range booked(h) {
						if rapid.Bool().Draw(rt, "told") {
							args.Bookings = append(args.Bookings, b.ID)
						}
					}
					if try(h.account, wire.AbsenceTell, &args) {
						absences = append(absences, args.Absence)
					}
				},
				"back": func(*rapid.T) {
					if len(absences) == 0 {
						return
					}
					args := wire.WithdrawAbsence{Absence: rapid.SampledFrom(absences).Draw(rt, "absence")}
					var told store.Absence
					var days []store.AbsenceDay
					st.must(func(tx *store.Tx) (err error) {
						if told, _, err = tx.Absence(args.Absence); err == nil {
							days, err = tx.AbsenceDays(args.Absence)
						}
						return err
					})
					for _, d := range days {
						if rapid.Bool().Draw(rt, "back") {
							args.Bookings = append(args.Bookings, d.Booking)
						}
					}
					for _, h := range homes {
						if h.account.ID == told.Account {
							try(h.account, wire.AbsenceWithdraw, &args)
						}
					}
				},
				"judge": func(*rapid.T) {
					if len(absences) > 0 {
						try(st.agent, wire.AbsenceJudge, &wire.JudgeAbsence{Absence: rapid.SampledFrom(absences).Draw(rt, "absence"), Accept: rapid.Bool().Draw(rt, "accept"),
							Whole: rapid.Bool().Draw(rt, "whole"), Reason: "Tirée"})
					}
				},
				"price": func(*rapid.T) {
					price := portal.Money(rapid.IntRange(0, 900).Draw(rt, "price"))
					st.must(func(tx *store.Tx) error {
						return tx.PutFact(wire.Tariffs, evening, ledger.Tariff{ID: evening, Activity: evening, From: "2025-09-01", Bands: []ledger.Band{{Price: price}}})
					})
				},
				"money": func(*rapid.T) {
					h, amount := home(), portal.Money(rapid.IntRange(1, 5000).Draw(rt, "amount"))
					h.given += amount
					st.must(func(tx *store.Tx) error {
						return tx.Post(portal.NewID(), store.LedgerOpening, h.account.ID, "", []ledger.Entry{
							{Account: ledger.Prepaid(h.account.ID, service.CashDesk), Amount: amount}, {Account: ledger.Opening(service.CashDesk), Amount: -amount}})
					})
				},
				"time": func(*rapid.T) { s.Clock.Add(time.Duration(rapid.IntRange(1, 12).Draw(rt, "hours")) * time.Hour) },
				"": func(*rapid.T) {
					for _, h := range homes {
						spent := portal.Money(0)
						for _, b := range booked(h) {
							spent += b.Price
						}
						if got := st.holds(h.account); got != h.given-spent {
							rt.Fatalf("%s holds %s, was given %s and has booked for %s", h.account.Login, got.Decimal(), h.given.Decimal(), spent.Decimal())
						}
					}
				},
			})
			// What was begun is ended, so that the next history finds nothing of it.
			for _, id := range closed {
				try(st.agent, wire.ClosureUndo, &wire.UndoClosure{Closure: id})
			}
			for range 3 {
				st.must(func(tx *store.Tx) error { _, err := s.Service.CarryOutDayClosures(tx); return err })
			}
			found, err := s.Service.Contradictions(context.Background())
			if err != nil {
				rt.Fatal(err)
			}
			// What an earlier history left wrong is that one's failure: were it this
			// one's too, the failing history could not be made smaller.
			wrong := slices.DeleteFunc(slices.Clone(found), func(c string) bool { return slices.Contains(left, c) })
			if left = found; len(wrong) > 0 {
				rt.Fatal(wrong)
			}
		})
	})
}
