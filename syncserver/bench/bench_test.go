package bench

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// Each benchmark does a fixed amount of work and takes longer than a second,
// so that it is run once: what it prints are the metrics of its own.

// BenchmarkTown measures one town as it fills.
func BenchmarkTown(b *testing.B) {
	t := newTown(b, storetest.SQLite(b))
	b.Run("bookings", func(b *testing.B) { measureBookings(b, t) })
	b.Run("first_sync", func(b *testing.B) { firstSync(b, t) })
}

// measureBookings: single bookings over HTTP by 32 families against a loop
// that commits one by one; batches of 50 against one that commits 128 at a
// time; and what a booking costs once 100,000 stand.
func measureBookings(b *testing.B, t *town) {
	alone := loop(b, storetest.SQLite(b), 3000, 1)
	together := loop(b, storetest.SQLite(b), 30_000, 128)
	t.pour(b, 1000, writers, 50)
	few, took := t.pour(b, 8000, writers, 1)
	groups, _ := t.pour(b, 16_000, 8, 50)
	// A batch goes on from where the families stand, so all come to have much.
	for i := 0; int(t.booked.Load()) < 100_000 && !b.Failed(); i++ {
		t.pour(b, 20_000, writers, 50)
	}
	many, later := t.pour(b, 8000, writers, 1)
	b.ReportMetric(few, "singles/s")
	b.ReportMetric(few/alone, "singles:loop1")
	b.ReportMetric(groups, "grouped/s")
	b.ReportMetric(groups/together, "grouped:loop128")
	b.ReportMetric(few/many, "cost_1e5:1e3")
	b.ReportMetric(milliseconds(percentile(took, 0.5)), "p50_ms_1e3")
	b.ReportMetric(milliseconds(percentile(later, 0.5)), "p50_ms_1e5")
	b.Logf("the bare loop: %.0f a second one by one, %.0f at 128", alone, together)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// noRing is a computer without a keyring.
type noRing struct{}

func (noRing) Get(string) (string, error) { return "", cache.ErrNoSecret }
func (noRing) Set(string, string) error   { return portal.E(portal.Unavailable, "") }
func (noRing) Delete(string) error        { return nil }

// desktop is a family's desktop on a computer of its own, with its cache in a
// sealed file; it is not started yet.
func (t *town) desktop(b *testing.B, f *family, url string) (*cache.Cache, *syncing.Engine) {
	b.Helper()
	vault, err := cache.OpenVault(b.TempDir(), noRing{}, cache.WithKDF(cache.CheapKDF))
	if err != nil {
		b.Fatal(err)
	}
	c, err := vault.OpenOnline(t.Service.Town().ID, f.account, "banc", "Banc Essai", "password", []byte("a share of the server's, 32 bytes"), wire.Family)
	if err != nil {
		b.Fatal(err)
	}
	to, err := client.New(client.Options{Address: url, Token: func() string { return f.token }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(to.Close)
	e, err := syncing.New(syncing.Options{Cache: c, Client: to, Sink: view.New(f.account, time.Now, func(f func()) { f() })})
	if err != nil {
		b.Fatal(err)
	}
	return c, e
}

// await waits until an engine's status is as it should be.
func await(e *syncing.Engine, holds func(syncing.Status) bool) {
	done := make(chan struct{})
	said := sync.OnceFunc(func() { close(done) })
	cancel := e.Observe(func(s syncing.Status) {
		if holds(s) {
			said()
		}
	})
	defer cancel()
	if holds(e.Status()) {
		return
	}
	<-done
}

// firstSync is a desktop's first pull: over HTTP, into a sealed file and into
// the view, until all is up to date.
func firstSync(b *testing.B, t *town) {
	f := t.families[0]
	var rows, seconds float64
	for b.Loop() {
		c, e := t.desktop(b, f, t.url)
		began := time.Now()
		e.Start()
		await(e, func(s syncing.Status) bool { return s.State == syncing.UpToDate })
		seconds += time.Since(began).Seconds()
		e.Close()
		s, err := c.Load()
		if err != nil {
			b.Fatal(err)
		}
		rows += float64(len(s.Rows))
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows/seconds, "rows/s")
	b.ReportMetric(rows/float64(b.N), "rows")
}

// BenchmarkFanOut: from a change until each of 200 sockets has it.
func BenchmarkFanOut(b *testing.B) {
	const sockets, changes = 200, 100
	t := newTown(b, storetest.SQLite(b))
	ctx, cancel := context.WithCancel(context.Background())
	arrived := make(chan time.Time, sockets*2)
	var all sync.WaitGroup
	var ready sync.WaitGroup
	ready.Add(sockets)
	for i := range sockets {
		l, err := t.families[i%writers].client.Live(ctx)
		if err != nil {
			b.Fatal(err)
		}
		all.Go(func() {
			defer l.Close()
			hello := false
			for {
				f, err := l.Read()
				if err != nil {
					return
				}
				switch {
				case f.Type == wire.FrameHello && !hello:
					hello = true
					ready.Done()
				case f.Type == wire.FrameFeed && f.Feed == wire.TownFeed:
					arrived <- time.Now()
				}
			}
		})
		b.Cleanup(l.Close)
	}
	ready.Wait()
	var took []time.Duration
	for i := range changes {
		began := time.Now()
		if err := t.Service.Facts(ctx, func(tx *store.Tx) error {
			return tx.PutFact(wire.Closures, "banc", bookings.Closure{ID: "banc", Reason: time.Duration(i).String()})
		}); err != nil {
			b.Fatal(err)
		}
		for range sockets {
			took = append(took, (<-arrived).Sub(began))
		}
		time.Sleep(20 * time.Millisecond)
	}
	slices.Sort(took)
	b.ReportMetric(milliseconds(percentile(took, 0.5)), "p50_ms")
	b.ReportMetric(milliseconds(percentile(took, 0.99)), "p99_ms")
	cancel()
}
