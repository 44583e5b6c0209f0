package syncing

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

var (
	seeds = flag.Int("seeds", 40, "histories of the soak test")
	first = flag.Uint64("seed", 1, "the first of them")
)

// Whole histories of faults, each from a seed: at the end everything was done
// once, and the desktop shows what the town says.
func TestHistories(t *testing.T) {
	var slowest time.Duration
	for seed := *first; seed < *first+uint64(*seeds); seed++ {
		t.Run(fmt.Sprint("seed-", seed), func(t *testing.T) {
			inWorld(t, func(w *world) { slowest = max(slowest, history(w, rand.New(rand.NewPCG(seed, 7)))) })
		})
	}
	t.Logf("the slowest had sent all %v after the line was back", slowest)
}

func history(w *world, r *rand.Rand) time.Duration {
	w.pageRows = 1 + r.IntN(4)
	w.start()
	var mine []portal.ID
	for step := range 40 {
		switch r.IntN(14) {
		case 0, 1, 2, 3:
			id := portal.NewID()
			mine = append(mine, id)
			w.submit(wire.BookingBook, wire.Book{Booking: id, Child: child, Activity: "canteen", Day: day(step)})
		case 4:
			if len(mine) > 0 {
				w.submit(wire.BookingCancel, wire.CancelBooking{Booking: mine[r.IntN(len(mine))]})
			}
		case 5:
			w.line.set(true, false)
		case 6:
			w.line.set(false, true)
		case 7:
			w.line.set(false, false)
		case 8:
			w.town.mu.Lock()
			w.lose = 1 + r.IntN(2)
			w.town.mu.Unlock()
		case 9:
			busy := 1 + r.IntN(4)
			w.town.mu.Lock()
			w.meddle = func(wr http.ResponseWriter, _ *http.Request) bool {
				w.town.mu.Lock()
				busy--
				done := busy >= 0
				w.town.mu.Unlock()
				if done {
					problem(wr, http.StatusServiceUnavailable, portal.Unavailable, 0, []string{"", "2"}[busy%2])
				}
				return done
			}
			w.town.mu.Unlock()
		case 10:
			w.start() // the program is ended and started again
		case 11:
			if r.IntN(4) == 0 {
				w.restore()
			}
		case 12:
			w.hangUp()
		case 13:
			w.put(wire.AccountFeed(account), wire.Children, child, wire.Child{ID: child, FirstName: fmt.Sprint("Léa ", step)})
		}
		w.pass(time.Duration(r.Int64N(int64(6 * time.Second))))
	}
	w.town.mu.Lock()
	w.meddle, w.lose = nil, 0
	w.town.mu.Unlock()
	// A server that was busy may have asked for patience; that is not the line.
	w.within(2*time.Minute, "nothing asked for patience", func() bool { return w.engine.Status().State != Busy })
	w.line.set(false, false)
	took := w.within(6*time.Second, "all sent", func() bool { return w.waiting() == 0 })
	w.quiet(-1)
	return took
}
