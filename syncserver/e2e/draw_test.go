package e2e

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

const (
	pooled  portal.ID = "0190a0f0-0000-7000-8000-0000000000f1" // the activity
	opening portal.ID = "0190a0f0-0000-7000-8000-0000000000f2"
	asks              = 210 // two rounds give them their numbers, some twenty their places
	pool              = 60  // places a day
)

// asked is a town in which the asking has ended half an hour ago, by the machine's
// own clock, and nothing is drawn yet.
var asked = storetest.Prepare(func(dsn string) error {
	ctx := context.Background()
	clock := hosttest.NewClock()
	clock.Set(time.Now().Add(-45 * time.Minute))
	o := hosttest.Options(dsn, clock)
	o.Prepare = func(ctx context.Context, st *store.Store, svc *service.Service) error {
		_, err := demo.Seed(ctx, st, svc, hosttest.Plain{}, false)
		return err
	}
	h, err := host.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(h.Store.Write(ctx, func(tx *store.Tx) error { return ask(tx, h.Service, clock.Now()) }), h.Close(ctx))
})

// ask has each of many families ask for two or three days: some come before the
// others, and some have not the money.
func ask(tx *store.Tx, svc *service.Service, now time.Time) error {
	first := portal.DateOf(now).Add(20)
	of := bookings.Opening{
		ID: opening, Activity: pooled, Period: portal.Period{From: first, To: first.Add(2)}, Opens: now.Add(-time.Hour).UnixMicro(), Mode: bookings.Pooled, Until: now.Add(15 * time.Minute).UnixMicro(),
		Criteria: []bookings.Criterion{{Key: bookings.ByCarePlan, Points: 30}, {Key: bookings.BySibling, Points: 10}}, Commitment: bookings.Commitment("graine"),
	}
	if err := errors.Join(
		tx.PutFact(wire.Calendars, "B", bookings.Calendar{Zone: "B", Known: portal.Period{From: first.Add(-60), To: first.Add(700)}}),
		tx.PutFact(wire.Tariffs, pooled, ledger.Tariff{ID: pooled, Activity: pooled, From: "2020-01-01", Bands: []ledger.Band{{Price: 3_20}}}),
		tx.PutFact(wire.Activities, pooled, bookings.Activity{
			ID: pooled, Kind: bookings.Wednesday, Name: bookings.Names{"fr": "Tirée"}, Desk: string(accounts.Childhood), CashDesk: service.CashDesk, Sites: []portal.ID{demo.Clairiere},
			Weekdays: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, Book: bookings.Cutoff{Days: 1, Hour: 10}, Cancel: bookings.Cutoff{Days: 1, Hour: 10}, Waiting: &bookings.Waiting{Hours: 24},
		}),
		tx.SetCapacity(pooled, demo.Clairiere, pool), tx.SetSeed(opening, "graine"), tx.PutFact(wire.Openings, opening, of),
	); err != nil {
		return err
	}
	year := portal.SchoolYearOf(first)
	years := slices.Compact([]portal.SchoolYear{year, portal.SchoolYearOf(first.Add(2))})
	for n := 0; n < asks; {
		login := fmt.Sprint("tirage", n)
		a, err := svc.SeedFamily(tx, accounts.Profile{FirstName: "Odette", LastName: "Tirage", Mail: login + "@exemple.fr"}, login, "x", ledger.Payer{Resident: true}, portal.Money(n%4)*4_00)
		if err != nil {
			return err
		}
		var lots []bookings.Lot
		for range 1 + n%3/2 { // each third family has two children
			c := store.Child{ID: portal.NewID(), FirstName: fmt.Sprint("Enfant", n), LastName: "Tirage", BirthDate: "2018-03-12", Site: demo.JulesFerry, CarePlan: n%9 == 0, Record: "{}"}
			if _, err := svc.SeedChild(tx, c, map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, nil); err != nil {
				return err
			}
			for _, y := range years {
				if err := svc.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: c.ID, Activity: pooled, Site: demo.Clairiere, Year: y, Period: y.Period()}); err != nil {
					return err
				}
			}
			lots = append(lots, bookings.Lot{Child: c.ID, Activity: pooled, Days: []portal.Date{first, first.Add(1), first.Add(2)}[n%2:]})
			n++
		}
		if err := svc.Do(tx, a, wire.OpeningAsk, &wire.AskPlaces{Book: lots}); err != nil {
			return err
		}
	}
	return nil
}

// aDraw is a server's process of which only the job matters: it says when it begins
// and when there is nothing left to be drawn.
func aDraw() error {
	ctx := context.Background()
	h, err := host.Open(ctx, drawing(os.Getenv(dsnVariable)))
	if err != nil {
		return err
	}
	fmt.Println("begins")
	if err := drawAll(ctx, h); err != nil {
		return err
	}
	fmt.Println("drawn")
	select {}
}

// drawing is a host that goes by the machine's clock, as whoever asked did.
func drawing(dsn string) host.Options {
	o := hosttest.Options(dsn, nil)
	o.Clock, o.Prepare = time.Now, nil
	return o
}

// The real process is killed again and again while places are drawn; on PostgreSQL
// two of them draw at once. What each family has in the end is what an undisturbed
// draw with the same seed gives it, down to its place in the list.
func TestSoakTheServerIsKilledWhilePlacesAreDrawn(t *testing.T) {
	for _, engine := range []struct {
		name    string
		servers int
		copy    func(testing.TB) string
	}{
		{"sqlite", 1, func(t testing.TB) string { dsn := storetest.SQLite(t); asked.Fill(t, dsn); return dsn }},
		{"postgres", 2, asked.Postgres},
	} {
		if engine.name == "postgres" && os.Getenv(storetest.Variable) == "" {
			t.Logf("%s is not set: nothing is run on PostgreSQL", storetest.Variable)
			continue
		}
		t.Run(engine.name, func(t *testing.T) {
			hosttest.Soak(t, func(t *testing.T, random *rand.Rand, _ uint64) {
				quiet, disturbed := engine.copy(t), engine.copy(t)
				want := drawn(t, quiet)
				drawAndKill(t, disturbed, random, engine.servers)
				got := drawn(t, disturbed)
				if len(want) < asks {
					t.Fatalf("an undisturbed draw says no more than %d things", len(want))
				}
				for i := range max(len(want), len(got)) {
					var w, g string
					if i < len(want) {
						w = want[i]
					}
					if i < len(got) {
						g = got[i]
					}
					if w != g {
						t.Fatalf("%d:\n%s is, undisturbed,\n%s", i, g, w)
					}
				}
			})
		})
	}
}

// drawAndKill kills who draws at moments that nobody chose, until all is drawn.
func drawAndKill(t *testing.T, dsn string, random *rand.Rand, servers int) {
	kills, within := 0, 0
	for began := time.Now(); ; kills++ {
		if t.Failed() || time.Since(began) > 8*time.Minute {
			t.Fatalf("after %d kills it is not drawn", kills)
		}
		over := make(chan struct{}, servers)
		var processes []*child
		for range servers {
			processes = append(processes, start(t, "draw", func(line string) {
				if line == "drawn" {
					over <- struct{}{}
				}
			}, dsnVariable+"="+dsn))
		}
		for _, c := range processes {
			c.speaks()
		}
		// The fault's own moment; later and later, so that it ends on a slow machine too.
		limit := time.Duration(float64(80*time.Millisecond) * math.Pow(1.2, float64(kills)))
		select {
		case <-over:
		case <-time.After(time.Duration(random.Int64N(int64(limit)))):
		}
		for _, c := range processes {
			c.kill()
		}
		all, turns := turnsOf(t, dsn)
		if turns == all {
			break
		}
		if turns > 0 {
			within++
		}
	}
	t.Logf("%d kills, %d of them between the first place and the last", kills+1, within)
	if within == 0 {
		t.Error("no kill fell into the draw")
	}
}

// turnsOf is how many have had their turn, of all.
func turnsOf(t *testing.T, dsn string) (all, done int) {
	t.Helper()
	h, err := host.Open(t.Context(), drawing(dsn))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(h.Store.Read(t.Context(), func(tx *store.Tx) (err error) { all, _, done, err = tx.CountAsks(opening); return err }), h.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	return all, done
}

// drawn is all that a draw has given, in words. What is left of it is drawn first:
// nothing or all, or the last round.
func drawn(t *testing.T, dsn string) (said []string) {
	t.Helper()
	ctx := context.Background()
	h, err := host.Open(ctx, drawing(dsn))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	if err := drawAll(ctx, h); err != nil {
		t.Fatal(err)
	}
	if err := h.Store.Read(ctx, func(tx *store.Tx) error {
		of, err := tx.AsksIn(opening)
		if err != nil {
			return err
		}
		for _, a := range of {
			live, err := tx.LiveBookingsOf(a.Child)
			if err != nil {
				return err
			}
			text := fmt.Sprintf("turn %d: %d points, number %s of %s: %s", a.Turn, a.Points, a.Number, a.Child, a.Results)
			slices.SortFunc(live, func(a, b store.Booking) int { return strings.Compare(string(a.Day), string(b.Day)) })
			for _, b := range live {
				text += fmt.Sprintf("; booked %s as %s for %s", b.Day, b.ID, b.Price.Decimal())
			}
			var o bookings.Opening
			if _, err := tx.Fact(wire.Openings, opening, &o); err != nil {
				return err
			}
			waits, err := tx.LiveWaitsIn(a.Child, o.Period)
			if err != nil {
				return err
			}
			for _, w := range waits {
				place, err := tx.PlaceInLine(w)
				if err != nil {
					return err
				}
				text += fmt.Sprintf("; %s for %s as %s at %d", w.State, w.Day, w.ID, place)
			}
			has, err := tx.Balance(ledger.Prepaid(a.Account, service.CashDesk))
			if err != nil {
				return err
			}
			said = append(said, text+"; has "+has.Decimal())
		}
		var told wire.Draw
		if found, err := tx.Fact(wire.Draws, opening, &told); err != nil || !found {
			t.Errorf("nothing is told of the draw: %v", err)
		}
		said = append(said, fmt.Sprintf("told: %d asks, %s, %+v", told.Asks, told.Seed, told.Days))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if found, err := h.Service.Contradictions(ctx); err != nil || len(found) > 0 {
		t.Errorf("%v %v", found, err)
	}
	return said
}

// drawAll does what the job does, a round after the other and without its pauses,
// until nothing is left to be drawn.
func drawAll(ctx context.Context, h *host.Host) error {
	for due := true; due; {
		if err := h.Store.Write(ctx, func(tx *store.Tx) (err error) {
			if _, err = h.Service.Draw(tx); err == nil {
				due, err = h.Service.DrawsDue(tx)
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
