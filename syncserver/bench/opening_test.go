package bench

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// BenchmarkOpening: the days of an opening open, and 2,000 families each send one
// command of ten of them within the same second, for half as many places as are
// asked for. Nothing may be oversold, nobody is told to wait who sent after the
// hour, and every answer must come within five seconds.
func BenchmarkOpening(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { opening(b, storetest.SQLite) })
	b.Run("postgres", func(b *testing.B) {
		if os.Getenv(storetest.Variable) == "" {
			b.Skip(storetest.Variable, " is not set")
		}
		opening(b, storetest.Postgres)
	})
}

func opening(b *testing.B, database func(testing.TB) string) {
	const families, days, places = 2000, 10, 1000
	t := newTown(b, database(b))
	alone := loop(b, database(b), places*days, days)
	all := make([]*family, families)
	for n := range all {
		all[n] = t.family(b, writers+n, 1)
	}
	if err := t.Store.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.SetCapacity(demo.Canteen, demo.JulesFerry, places); err != nil {
			return err
		}
		o := bookings.Opening{ID: portal.NewID(), Activity: demo.Canteen, Period: portal.Period{From: t.days[0], To: t.days[days-1]}, Opens: tx.Now().UnixMicro()} // the town's clock stands at its very hour
		return tx.PutFact(wire.Openings, o.ID, o)
	}); err != nil {
		b.Fatal(err)
	}
	took := make([]time.Duration, families)
	var wait sync.WaitGroup
	began := time.Now()
	for n, f := range all {
		body, err := wire.NewCommand(portal.NewID(), wire.BookingGroup, wire.GroupBookings{
			Group: portal.NewID(), Book: []bookings.Lot{{Child: f.children[0], Activity: demo.Canteen, Days: t.days[:days]}},
		})
		if err != nil {
			b.Fatal(err)
		}
		wait.Go(func() {
			time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / families)))
			asked := time.Now()
			out, err := f.client.SendCommands(context.Background(), f.outbox, []wire.Envelope{{Number: 1, Body: body}})
			took[n] = time.Since(asked)
			if err != nil || len(out.Verdicts) != 1 {
				b.Errorf("family %d: %+v, %v", n, out, err)
				return
			}
			if v := out.Verdicts[0]; !v.Accepted && v.Error.Code != bookings.GroupNone {
				b.Errorf("family %d: %v", n, v.Error)
			}
		})
	}
	wait.Wait()
	whole := time.Since(began)
	if wrong, err := t.Service.Contradictions(context.Background()); err != nil || len(wrong) > 0 {
		b.Fatalf("%v, %v", wrong, err)
	}
	if err := t.Store.Read(context.Background(), func(tx *store.Tx) error {
		taken, _, err := tx.PlacesIn(demo.Canteen, demo.JulesFerry, portal.Period{From: t.days[0], To: t.days[days-1]})
		if len(taken) < days {
			b.Errorf("only %d days were booked", len(taken))
		}
		for day, n := range taken {
			if n.Live != places {
				b.Errorf("on %s %d of %d places are taken", day, n.Live, places)
			}
		}
		return err
	}); err != nil {
		b.Fatal(err)
	}
	slices.Sort(took)
	if longest := took[len(took)-1]; longest > 5*time.Second {
		b.Errorf("the last answer took %v", longest)
	}
	b.ReportMetric(families/whole.Seconds(), "answers/s")
	b.ReportMetric(milliseconds(percentile(took, 0.5)), "p50_ms")
	b.ReportMetric(milliseconds(percentile(took, 0.99)), "p99_ms")
	b.ReportMetric(milliseconds(took[len(took)-1]), "longest_ms")
	b.ReportMetric(places*days/whole.Seconds()/alone, "booked:loop")
}
