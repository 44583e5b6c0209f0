package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// BenchmarkClosure: a day on which 3,000 are booked by 1,500 families is closed
// and opened again: the command that an agent sends, and all rounds of the job
// after it, without the pauses between them, against a loop that writes as many
// bookings, 200 a commit.
func BenchmarkClosure(b *testing.B) {
	const families, each = 1500, 2
	const n = families * each
	t := newTown(b, storetest.SQLite(b))
	day := t.days[len(t.days)-1]
	ctx := context.Background()
	write := func(do func(tx *store.Tx) error) time.Duration {
		began := time.Now()
		if err := t.Store.Write(ctx, do); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	for from := 0; from < families; from += 100 {
		write(func(tx *store.Tx) error {
			for i := from; i < from+100; i++ {
				a, err := t.Service.SeedFamily(tx, accounts.Profile{FirstName: "Banc", LastName: "Ferme", Mail: fmt.Sprintf("ferme.%04d@exemple.fr", i)}, fmt.Sprintf("ferme.%04d", i), "plain:family:x",
					ledger.Payer{Resident: true}, 10_000)
				for range each {
					if err != nil {
						return err
					}
					c := store.Child{ID: portal.NewID(), FirstName: "Enfant", LastName: "Ferme", BirthDate: "2018-01-01", Site: demo.JulesFerry, Class: "ce1", Diet: "standard", Record: "{}"}
					if _, err = t.Service.SeedChild(tx, c, map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, []string{bookings.Canteen}); err == nil {
						err = t.Service.Do(tx, a, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: c.ID, Activity: demo.Canteen, Day: day})
					}
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	agent := store.Account{ID: portal.NewID(), Kind: wire.Agent, Desks: `["enfance"]`, Sites: `[]`}
	rounds := func() (took time.Duration) {
		for did := int64(1); did > 0; {
			took += write(func(tx *store.Tx) (err error) { did, err = t.Service.CarryOutDayClosures(tx); return err })
		}
		return took
	}
	bare := time.Duration(float64(n) / loop(b, storetest.SQLite(b), n, 200) * float64(time.Second))
	live := func(want int) {
		if err := t.Store.Read(ctx, func(tx *store.Tx) error {
			is, _, err := tx.Places(demo.Canteen, demo.JulesFerry, day)
			if err == nil && is.Live != want {
				b.Errorf("%d are booked, not %d", is.Live, want)
			}
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	args := wire.DeclareClosure{Closure: portal.NewID(), Kind: bookings.Strike, Activities: []portal.ID{demo.Canteen}, Sites: []portal.ID{demo.JulesFerry},
		Period: portal.Period{From: day, To: day}, Reason: "Banc d'essai"}
	command := write(func(tx *store.Tx) error { return t.Service.Do(tx, agent, wire.ClosureDeclare, &args) })
	closing := command + rounds()
	live(0)
	opening := write(func(tx *store.Tx) error {
		return t.Service.Do(tx, agent, wire.ClosureUndo, &wire.UndoClosure{Closure: args.Closure})
	}) + rounds()
	live(n)
	b.ReportMetric(n, "bookings")
	b.ReportMetric(milliseconds(command), "command_ms")
	b.ReportMetric(milliseconds(closing), "close_ms")
	b.ReportMetric(milliseconds(opening), "open_ms")
	b.ReportMetric(float64(closing)/float64(bare), "close:loop")
	b.ReportMetric(float64(opening)/float64(bare), "open:loop")
}
