package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// onPostgres runs a test that is about several processes on one database.
func onPostgres(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		if !strings.HasPrefix(dsn, "sqlite:") {
			test(t, dsn)
		}
	})
}

// soon waits for something that happens by itself, and fails long after it
// should have.
func soon(t testing.TB, what string, happened <-chan struct{}) {
	t.Helper()
	select {
	case <-happened:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s did not come", what)
	}
}

// Two processes write to one database: the numbers are given in the order of
// the commits, so that a reader of either never misses one, and a command that
// comes to both is applied once.
func TestTwoProcesses(t *testing.T) {
	onPostgres(t, func(t *testing.T, dsn string) {
		s := []*store.Store{storetest.Open(t, notes(store.Options{DSN: dsn})), storetest.Open(t, notes(store.Options{DSN: dsn}))}
		if s[0].Epoch() != s[1].Epoch() {
			t.Fatal("two epochs")
		}
		const outboxes, commands = 6, 15
		var writers, readers sync.WaitGroup
		ids := make([][]portal.ID, outboxes)
		for o := range outboxes {
			for range commands {
				ids[o] = append(ids[o], portal.NewID())
			}
			writers.Go(func() {
				account, outbox := portal.NewID(), portal.NewID()
				var both sync.WaitGroup
				for _, at := range s {
					// The same outbox through both at once, as a desktop whose
					// line breaks and comes back elsewhere.
					both.Go(func() {
						for n := 0; n < commands; n++ {
							got, err := at.Apply(ctx, account, outbox, []wire.Envelope{command(t, int64(n+1), ids[o][n])}, time.Now(), applyAll)
							if err != nil || !got.Verdicts[0].Accepted {
								t.Errorf("%+v %v", got, err)
							}
						}
					})
				}
				both.Wait()
			})
		}
		stop := make(chan struct{})
		ends := make([]*reader, len(s))
		for i, at := range s {
			ends[i] = &reader{}
			readers.Go(func() {
				for {
					select {
					case <-stop:
						for !ends[i].page(fatal{t}, at, "town") {
						}
						return
					default:
						ends[i].page(fatal{t}, at, "town")
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		for _, r := range ends {
			if len(r.rows) != outboxes*commands || r.resets != 0 {
				t.Fatalf("a reader sees %d rows after %d resets", len(r.rows), r.resets)
			}
		}
		for _, of := range ids {
			for _, id := range of {
				if n := counted(t, s[0], id); n != 1 {
					t.Fatalf("a command had its effect %d times", n)
				}
			}
		}
	})
}

// fatal lets a goroutine other than the test's own fail it.
type fatal struct{ t *testing.T }

func (f fatal) Fatalf(format string, args ...any) { f.t.Errorf(format, args...) }

// A commit in one process wakes the readers of another, also after the
// listening connection was cut.
func TestACommitWakesTheOtherProcess(t *testing.T) {
	onPostgres(t, func(t *testing.T, dsn string) {
		name := string(portal.NewID())
		a, b := storetest.Open(t, notes(store.Options{DSN: dsn})), storetest.Open(t, notes(store.Options{DSN: dsn + "&application_name=" + name}))
		wake, stop := b.Wake()
		defer stop()
		soon(t, "the wake-up of the beginning to listen", wake)
		write(t, a, "one")
		soon(t, "the wake-up", wake)
		for drained := false; !drained; {
			select {
			case <-wake:
			case <-time.After(50 * time.Millisecond):
				drained = true
			}
		}
		if n, err := cutListener(a, name); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		soon(t, "the wake-up of listening again", wake)
		write(t, a, "two")
		soon(t, "the wake-up", wake)
	})
}

// cutListener ends the listening connection of the store with a name.
func cutListener(s *store.Store, name string) (n int, err error) {
	err = s.Read(ctx, func(tx *store.Tx) error {
		var ended []bool
		err := tx.All(&ended, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND application_name = ?", name)
		n = len(ended)
		return err
	})
	return n, err
}

// The writer's connection lost between two batches: the next one is carried
// out all the same, and begins a new run.
func TestALostConnectionBeginsANewRun(t *testing.T) {
	onPostgres(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, notes(store.Options{DSN: dsn}))
		runs := func() (runs []store.Run) {
			t.Helper()
			if err := s.Read(ctx, func(tx *store.Tx) (err error) {
				runs, err = tx.Runs(10)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return runs
		}
		write(t, s, "a")
		c := wantReset(t, pull(t, s, wire.Cursor{}), false)
		// A statement that fails is no reason for a new run.
		_ = s.Write(ctx, func(tx *store.Tx) error { return errors.New("oops") })
		write(t, s, "b")
		if r := runs(); len(r) != 1 || !strings.Contains(r[0].ID, "-0000000") {
			t.Fatalf("runs %+v", r)
		}
		var pid int64
		if err := s.Write(ctx, func(tx *store.Tx) error { _, err := tx.Get(&pid, "SELECT pg_backend_pid()"); return err }); err != nil {
			t.Fatal(err)
		}
		if err := s.Read(ctx, func(tx *store.Tx) error {
			var ended bool
			_, err := tx.Get(&ended, "SELECT pg_terminate_backend(?, 10000)", pid)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		write(t, s, "c")
		r := runs()
		if len(r) != 2 || r[0].Seq != 2 || r[1].Seq != 0 {
			t.Fatalf("runs %+v", r)
		}
		wantReset(t, pull(t, s, c), false)
	})
}

// Readers whose connections were cut read again on new ones.
func TestReadersSurviveACutLine(t *testing.T) {
	onPostgres(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, notes(store.Options{DSN: dsn, Readers: 1}))
		other := storetest.Open(t, notes(store.Options{DSN: dsn}))
		write(t, s, "a")
		first := true
		err := s.Read(ctx, func(tx *store.Tx) error {
			if first {
				first = false
				var pid int64
				if _, err := tx.Get(&pid, "SELECT pg_backend_pid()"); err != nil {
					return err
				}
				if err := other.Read(ctx, func(tx *store.Tx) error {
					var ended bool
					_, err := tx.Get(&ended, "SELECT pg_terminate_backend(?, 10000)", pid)
					return err
				}); err != nil {
					return err
				}
			}
			_, _, err := tx.Meta("note/a")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
