package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// A small command of the bench: one row of its own, one row of a feed.
func benchRun(tx *store.Tx, c wire.Command, _ any) error {
	tx.Touch("bench", c.ID)
	return tx.SetMeta("bench/"+string(c.ID), "a day at the canteen for a child of the town")
}

func benchProject(tx *store.Tx, _ string, id portal.ID) ([]store.FeedRow, error) {
	text, _, err := tx.Meta("bench/" + string(id))
	return []store.FeedRow{{Feed: "account:" + string(id[:4]), Collection: "booking", Entity: id, Body: map[string]string{"text": text}}}, err
}

func benchEngines(b *testing.B, bench func(b *testing.B, s *store.Store)) {
	eachDSN(b, func(b *testing.B, dsn func() string) {
		var batches, commands atomic.Int64
		bench(b, storetest.Open(b, store.Options{DSN: dsn(), Project: benchProject, Observe: func(x store.Batch) {
			batches.Add(1)
			commands.Add(int64(x.Commands))
		}}))
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		b.ReportMetric(float64(commands.Load())/float64(max(batches.Load(), 1)), "commands/batch")
	})
}

func benchStores(b *testing.B, bench func(b *testing.B, s *store.Store)) {
	eachDSN(b, func(b *testing.B, dsn func() string) { bench(b, storetest.Open(b, notes(store.Options{DSN: dsn()}))) })
}

func eachDSN(b *testing.B, bench func(b *testing.B, dsn func() string)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, func() string { return storetest.SQLite(b) }) })
	if os.Getenv(storetest.Variable) != "" {
		b.Run("postgres", func(b *testing.B) { bench(b, func() string { return storetest.Postgres(b) }) })
	}
}

// BenchmarkCommands: one command a call, by as many writers.
func BenchmarkCommands(b *testing.B) {
	for _, writers := range []int{1, 32, 128} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			benchEngines(b, func(b *testing.B, s *store.Store) { pour(b, s, writers, 1) })
		})
	}
}

// BenchmarkGroups: 50 commands a call, by four writers.
func BenchmarkGroups(b *testing.B) {
	benchEngines(b, func(b *testing.B, s *store.Store) { pour(b, s, 4, 50) })
}

// pour writes b.N commands by a number of writers, so many a call.
func pour(b *testing.B, s *store.Store, writers, group int) {
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			outbox, account := portal.NewID(), portal.NewID()
			for n := int64(0); left.Add(int64(-group)) > int64(-group); {
				batch := make([]wire.Envelope, group)
				for i := range batch {
					n++
					batch[i] = command(b, n, portal.NewID())
				}
				if got, err := s.Apply(context.Background(), account, outbox, batch, time.Now(), benchRun); err != nil || len(got.Verdicts) != group {
					b.Errorf("%+v %v", got, err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
}

// BenchmarkBareLoop is what the store is compared with: the rows that a
// command of the bench leaves, written by a plain loop with FULL.
func BenchmarkBareLoop(b *testing.B) {
	for _, size := range []int{1, 50, 128} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			dsn := storetest.SQLite(b)
			storetest.Open(b, store.Options{DSN: dsn})
			db, err := sql.Open("sqlite3", "file:"+dsn[len("sqlite:"):]+"?_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_stmt_cache_size=100&_secure_delete=on")
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			b.ResetTimer()
			for n := 0; n < b.N; {
				tx, err := db.Begin()
				if err != nil {
					b.Fatal(err)
				}
				for range size {
					n++
					id := string(portal.NewID())
					for _, q := range []struct {
						text string
						args []any
					}{
						{"INSERT INTO commands (id, outbox, number, account, type, hash, verdict, received) VALUES (?, ?, ?, ?, 'booking.cancel', ?, '', 1)", []any{id, id, n, id, id}},
						{"INSERT INTO meta (key, value) VALUES (?, ?)", []any{"bench/" + id, "a day at the canteen for a child of the town"}},
						{"INSERT INTO feed_rows (feed, collection, entity, source, seq, body, deleted, projection, changed_at) VALUES (?, 'booking', ?, ?, ?, ?, 0, 0, 1)", []any{"account:" + id[:4], id, "bench:" + id, n, `{"text":"a day at the canteen for a child of the town"}`}},
						{"INSERT INTO outboxes (id, account, mark) VALUES ('o', 'a', ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark", []any{n}},
					} {
						if _, err := tx.Exec(q.text, q.args...); err != nil {
							b.Fatal(err)
						}
					}
				}
				if err := tx.Commit(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}

// BenchmarkPull: whole feeds of so many rows, page by page, and a pull that
// finds nothing new.
func BenchmarkPull(b *testing.B) {
	const rows = 10_000
	benchStores(b, func(b *testing.B, s *store.Store) {
		for from := 0; from < rows; from += 1000 {
			if err := s.Write(ctx, func(tx *store.Tx) error {
				for n := range 1000 {
					if err := note(tx, portal.ID(fmt.Sprintf("%05d", from+n)), "a day at the canteen for a child of the town", "town"); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		}
		whole := func() (c wire.Cursor) {
			for {
				page, err := s.Pull(ctx, wire.Pull{Cursor: c}, "a", granted("account:x", "town"))
				if err != nil {
					b.Fatal(err)
				}
				if c = page.Cursor; page.Complete {
					return c
				}
			}
		}
		b.Run("snapshot", func(b *testing.B) {
			for b.Loop() {
				whole()
			}
			b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
		})
		c := whole()
		b.Run("nothing", func(b *testing.B) {
			for b.Loop() {
				if page, err := s.Pull(ctx, wire.Pull{Cursor: c}, "a", granted("account:x", "town")); err != nil || len(page.Changes) > 0 {
					b.Fatal(page, err)
				}
			}
		})
	})
}

// BenchmarkGrowth: what a command costs at a thousand rows and at a hundred
// thousand.
func BenchmarkGrowth(b *testing.B) {
	for _, rows := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			benchEngines(b, func(b *testing.B, s *store.Store) {
				for from := 0; from < rows; from += 1000 {
					if err := s.Write(ctx, func(tx *store.Tx) error {
						for range 1000 {
							if err := benchRun(tx, wire.Command{ID: portal.NewID()}, nil); err != nil {
								return err
							}
						}
						return nil
					}); err != nil {
						b.Fatal(err)
					}
				}
				pour(b, s, 32, 1)
			})
		})
	}
}

// BenchmarkOpenMemory: what each history of a simulation begins with.
func BenchmarkOpenMemory(b *testing.B) {
	for b.Loop() {
		s, err := store.Open(ctx, store.Options{DSN: "sqlite::memory:"})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Migrate(ctx); err != nil {
			b.Fatal(err)
		}
		if err := s.Start(ctx); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
