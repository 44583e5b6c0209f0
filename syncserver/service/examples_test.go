package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	"parvis/syncserver/store"
)

// The worked examples of prices hold at the server too: what is booked costs
// what was reckoned by hand.
func TestWhatIsBookedCostsWhatTheExamplesSay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		s.Clock.Set(portal.Date("2026-01-02").At(8, 0)) // before the first of their days
		const prefix portal.ID = "exemple-"
		all := examples.Prices()
		must := func(do func(tx *store.Tx) error) {
			t.Helper()
			if err := s.Store.Write(context.Background(), do); err != nil {
				t.Fatal(err)
			}
		}
		must(func(tx *store.Tx) error {
			every := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
			// Any day is open: the calendar has examples of its own.
			if err := tx.PutFact(wire.Calendars, "B", bookings.Calendar{Known: portal.Period{From: "2025-09-01", To: "2027-08-31"}}); err != nil {
				return err
			}
			for _, e := range all {
				e.Tariff.Activity = prefix + e.Tariff.Activity
				if err := tx.PutFact(wire.Tariffs, prefix+e.Tariff.ID, e.Tariff); err != nil {
					return err
				}
				id := e.Tariff.Activity
				if err := tx.PutFact(wire.Activities, id, bookings.Activity{
					ID: id, Kind: bookings.Canteen, Name: bookings.Names{"fr": string(id)}, Desk: "enfance", CashDesk: "main", Sites: []portal.ID{demo.JulesFerry},
					Weekdays: every, Book: bookings.Cutoff{Days: 1}, Cancel: bookings.Cutoff{Days: 1}, Floor: -10000,
				}); err != nil {
					return err
				}
				if err := tx.SetCapacity(id, demo.JulesFerry, 1000); err != nil {
					return err
				}
			}
			return nil
		})
		for n, e := range all {
			activity := prefix + e.Tariff.Activity
			must(func(tx *store.Tx) error {
				login := fmt.Sprintf("exemple.%03d", n)
				account, err := s.Service.SeedFamily(tx, accounts.Profile{FirstName: "Camille", LastName: "Exemple", Mail: login + "@exemple.fr"}, login, "plain:family:x", e.Payer, 0)
				if err != nil {
					return err
				}
				kids := e.Children
				if len(kids) == 0 {
					kids = append(kids, only)
				}
				ids := map[portal.ID]portal.ID{}
				for _, k := range slices.Sorted(slices.Values(names(kids))) { // the order of names is that of ids
					ids[k] = portal.NewID()
				}
				var asked portal.ID
				for _, k := range kids {
					id := ids[k.Child]
					if k.Child == e.Child || k.Child == only.Child {
						asked = id
					}
					if _, err := s.Service.SeedChild(tx, store.Child{ID: id, FirstName: string(k.Child), LastName: "Exemple", BirthDate: k.Born, Site: demo.JulesFerry},
						map[portal.ID]accounts.Custody{account.ID: accounts.FullCustody}, nil); err != nil {
						return err
					}
					if k.Enrolled {
						year := portal.SchoolYearOf(e.Day)
						if err := s.Service.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: id, Activity: activity, Site: demo.JulesFerry, Year: year, Period: year.Period()}); err != nil {
							return err
						}
					}
				}
				book := func(child portal.ID) error {
					return s.Service.Do(tx, account, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: child, Activity: activity, Day: e.Day})
				}
				for _, k := range kids {
					if k.Booked && ids[k.Child] != asked {
						if err := book(ids[k.Child]); err != nil {
							return fmt.Errorf("%s: %s: %w", e.Case, k.Child, err)
						}
					}
				}
				if err := book(asked); err != nil {
					return fmt.Errorf("%s: %w", e.Case, err)
				}
				b, found, err := tx.LiveBooking(asked, activity, e.Day)
				if err != nil || !found {
					return fmt.Errorf("%s: it is not booked: %w", e.Case, err)
				}
				if b.Price != e.Want {
					t.Errorf("%s: it cost %s, not %s", e.Case, b.Price.Decimal(), e.Want.Decimal())
				}
				return nil
			})
		}
	})
}

// The worked examples of limits hold at the server too: a second before it is
// booked, and from then on it is refused.
func TestWhatIsBookedIsBookedBeforeTheLimit(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		for n, e := range examples.Cutoffs() {
			activity := portal.ID(fmt.Sprintf("limite-%03d", n))
			e.Calendar.Known = portal.Period{From: "2025-09-01", To: "2028-08-31"}
			if !e.Rule.Holidays {
				e.Calendar.School = nil // some examples count to a day within them, as a centre is open then
			}
			s.Clock.Set(e.Want.Add(-time.Second))
			if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
				if err := tx.PutFact(wire.Calendars, "B", e.Calendar); err != nil {
					return err
				}
				if err := tx.PutFact(wire.Activities, activity, bookings.Activity{
					ID: activity, Kind: bookings.Canteen, Name: bookings.Names{"fr": string(activity)}, Desk: "enfance", CashDesk: "main", Sites: []portal.ID{demo.JulesFerry},
					Weekdays: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, Book: e.Rule, Cancel: e.Rule, Floor: -10000,
				}); err != nil {
					return err
				}
				if err := tx.PutFact(wire.Tariffs, activity, ledger.Tariff{ID: activity, Activity: activity, From: "2025-09-01", Bands: []ledger.Band{{Price: 100}}}); err != nil {
					return err
				}
				login := fmt.Sprintf("limite.%03d", n)
				account, err := s.Service.SeedFamily(tx, accounts.Profile{FirstName: "Camille", LastName: "Limite", Mail: login + "@exemple.fr"}, login, "plain:family:x", ledger.Payer{Resident: true}, 0)
				if err != nil {
					return err
				}
				for range 2 {
					kid, err := s.Service.SeedChild(tx, store.Child{FirstName: "Seul", LastName: "Limite", BirthDate: "2018-03-12", Site: demo.JulesFerry}, map[portal.ID]accounts.Custody{account.ID: accounts.FullCustody}, nil)
					if err != nil {
						return err
					}
					year := portal.SchoolYearOf(e.Day)
					if err := s.Service.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: kid, Activity: activity, Site: demo.JulesFerry, Year: year, Period: year.Period()}); err != nil {
						return err
					}
				}
				return tx.SetCapacity(activity, demo.JulesFerry, 10)
			}); err != nil {
				t.Fatalf("%s: %v", e.Case, err)
			}
			book := func() error {
				return s.Store.Write(context.Background(), func(tx *store.Tx) error {
					account, _, err := tx.AccountByLogin(fmt.Sprintf("limite.%03d", n))
					if err != nil {
						return err
					}
					links, err := tx.LinksTo(account.ID)
					if err != nil {
						return err
					}
					for _, l := range links {
						if _, booked, err := tx.LiveBooking(l.Child, activity, e.Day); err != nil || booked {
							if err != nil {
								return err
							}
							continue
						}
						return s.Service.Do(tx, account, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: l.Child, Activity: activity, Day: e.Day})
					}
					return nil
				})
			}
			if err := book(); err != nil {
				t.Errorf("%s: a second before it is refused: %v", e.Case, err)
			}
			s.Clock.Set(e.Want)
			if code := portal.CodeOf(book()); code != bookings.CutoffPassed && code != bookings.DayToday {
				t.Errorf("%s: from then on it ends as %q", e.Case, code)
			}
		}
	})
}

// only is the child of an example that names none.
var only = ledger.Sibling{Child: "Seul", Born: "2018-03-12", Enrolled: true}

func names(of []ledger.Sibling) (out []portal.ID) {
	for _, k := range of {
		out = append(out, k.Child)
	}
	return out
}

// The worked examples of days hold at the server too.
func TestADayIsAnsweredAsTheExamplesSay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		all := examples.Days()
		town, cal := examples.DayTown()
		cal.Known = portal.Period{From: "2026-09-01", To: "2027-08-31"}
		must := func(do func(tx *store.Tx) error) {
			t.Helper()
			if err := s.Store.Write(context.Background(), do); err != nil {
				t.Fatal(err)
			}
		}
		s.Clock.Set(portal.Date("2026-09-15").At(9, 0)) // before all of their days
		must(func(tx *store.Tx) error {
			if err := tx.PutFact(wire.Calendars, "B", cal); err != nil {
				return err
			}
			for id, a := range town {
				a.Kind, a.Desk, a.CashDesk, a.Sites, a.Floor = bookings.Evening, "enfance", "main", []portal.ID{demo.JulesFerry}, -10000
				a.Book, a.Cancel = bookings.Cutoff{Days: 1, Hour: 10}, bookings.Cutoff{Days: 1, Hour: 10}
				if err := tx.PutFact(wire.Activities, id, a); err != nil {
					return err
				}
				if err := tx.PutFact(wire.Tariffs, id, ledger.Tariff{ID: id, Activity: id, From: "2025-09-01", Bands: []ledger.Band{{Price: 100}}}); err != nil {
					return err
				}
				if err := tx.SetCapacity(id, demo.JulesFerry, 1000); err != nil {
					return err
				}
			}
			return nil
		})
		for n, e := range all {
			must(func(tx *store.Tx) error {
				var refused error
				login := fmt.Sprintf("jour.%03d", n)
				account, err := s.Service.SeedFamily(tx, accounts.Profile{FirstName: "Camille", LastName: "Jour", Mail: login + "@exemple.fr"}, login, "plain:family:x", ledger.Payer{Resident: true}, 0)
				if err != nil {
					return err
				}
				kid, err := s.Service.SeedChild(tx, store.Child{FirstName: "Seul", LastName: "Jour", BirthDate: "2018-03-12", Site: demo.JulesFerry}, map[portal.ID]accounts.Custody{account.ID: accounts.FullCustody}, []string{bookings.Evening})
				if err != nil {
					return err
				}
				book := func(activity portal.ID) error {
					return s.Service.Do(tx, account, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: kid, Activity: activity, Day: e.Day})
				}
				// stand has something booked, after what it needs.
				var stand func(activity portal.ID) error
				stand = func(activity portal.ID) error {
					if _, there, err := tx.LiveBooking(kid, activity, e.Day); err != nil || there {
						return err
					}
					for _, need := range town[activity].Requires {
						if err := stand(need); err != nil {
							return err
						}
					}
					return book(activity)
				}
				booked := e.Beside
				if e.Cancel {
					booked = append([]portal.ID{e.Activity}, booked...)
				}
				for _, activity := range booked {
					if err := stand(activity); err != nil {
						return fmt.Errorf("%s: %s: %w", e.Case, activity, err)
					}
				}
				if e.Cancel {
					asked, _, err := tx.LiveBooking(kid, e.Activity, e.Day)
					if err != nil {
						return err
					}
					refused = s.Service.Do(tx, account, wire.BookingCancel, &wire.CancelBooking{Booking: asked.ID})
				} else {
					refused = book(e.Activity)
				}
				of := portal.ID("")
				if told, is := errors.AsType[*portal.Error](refused); is {
					of = portal.ID(told.Args["activity"])
				}
				if portal.CodeOf(refused) != e.Want || of != e.Of {
					t.Errorf("%s: %v, not %q %s", e.Case, refused, e.Want, e.Of)
				}
				return nil
			})
		}
	})
}

// The worked examples of alternate weeks hold at the server too: the account of who
// pays is debited, whoever books.
func TestAWeekIsPaidByWhomTheExamplesSay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		s.Clock.Set(portal.Date("2026-12-01").At(9, 0)) // before all of their days
		const lunch portal.ID = "repas-des-semaines"
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			// Any day is open: the calendar has examples of its own.
			if err := tx.PutFact(wire.Calendars, "B", bookings.Calendar{Known: portal.Period{From: "2026-09-01", To: "2027-08-31"}}); err != nil {
				return err
			}
			if err := tx.PutFact(wire.Activities, lunch, bookings.Activity{
				ID: lunch, Kind: bookings.Canteen, Name: bookings.Names{"fr": "Repas"}, Desk: "enfance", CashDesk: "main", Sites: []portal.ID{demo.JulesFerry},
				Weekdays: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, Book: bookings.Cutoff{Days: 1}, Cancel: bookings.Cutoff{Days: 1}, Floor: -10000,
			}); err != nil {
				return err
			}
			if err := tx.PutFact(wire.Tariffs, lunch, ledger.Tariff{ID: lunch, Activity: lunch, From: "2025-09-01", Bands: []ledger.Band{{Price: 100}}}); err != nil {
				return err
			}
			return tx.SetCapacity(lunch, demo.JulesFerry, 100)
		}); err != nil {
			t.Fatal(err)
		}
		for n, e := range examples.Weeks() {
			if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
				parents, custody := map[string]store.Account{}, map[portal.ID]accounts.Custody{}
				for _, name := range []string{"Claire", "Julien"} {
					login := fmt.Sprintf("semaine.%s.%03d", name, n)
					a, err := s.Service.SeedFamily(tx, accounts.Profile{FirstName: name, LastName: "Semaine", Mail: login + "@exemple.fr"}, login, "plain:family:x", ledger.Payer{Resident: true}, 0)
					if err != nil {
						return err
					}
					parents[name], custody[a.ID] = a, accounts.SharedCustody
				}
				child, err := s.Service.SeedChild(tx, store.Child{FirstName: "Léa", LastName: "Semaine", BirthDate: "2018-03-12", Site: demo.JulesFerry}, custody, []string{bookings.Canteen})
				if err != nil {
					return err
				}
				if err := tx.SetWeeks(store.Weeks{Child: child, Anchor: e.Weeks.Anchor, First: parents["Claire"].ID, Second: parents["Julien"].ID}); err != nil {
					return err
				}
				if e.Rule != "" {
					if err := tx.SetPaying(store.Paying{Child: child, Rule: string(e.Rule), By: parents["Claire"].ID}); err != nil {
						return err
					}
				}
				if err := s.Service.Do(tx, parents[e.By], wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: child, Activity: lunch, Day: e.Day, Other: e.Pays != e.By}); err != nil {
					return fmt.Errorf("%s: %w", e.Case, err)
				}
				for name, a := range parents {
					want := portal.Money(0)
					if name == e.Pays {
						want = -100
					}
					if got, err := tx.Balance(ledger.Prepaid(a.ID, "main")); err != nil || got != want {
						t.Errorf("%s: %s has %s, not %s: %v", e.Case, name, got.Decimal(), want.Decimal(), err)
					}
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
		s.Check()
	})
}
