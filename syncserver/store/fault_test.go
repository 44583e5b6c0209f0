package store_test

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"pgregory.net/rapid"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// A fault is a way in which a statement of the writer fails.
type fault struct {
	name string
	do   func(store.Statement) error
}

// sqliteFaults are those in which SQLite rolls the whole transaction back and
// leaves autocommit on, one that leaves it open, and one that comes although
// the statement was carried out.
func sqliteFaults() (faults []fault) {
	for name, code := range map[string]sqlite3.ErrNo{"full": sqlite3.ErrFull, "ioerr": sqlite3.ErrIoErr, "nomem": sqlite3.ErrNomem, "interrupt": sqlite3.ErrInterrupt} {
		faults = append(faults, fault{name, func(s store.Statement) error {
			_ = s.Raw("ROLLBACK") // an error: there was none yet
			return sqlite3.Error{Code: code}
		}})
	}
	return append(faults, commonFaults(sqlite3.Error{Code: sqlite3.ErrBusy})...)
}

func postgresFaults() []fault {
	const end = "SELECT pg_terminate_backend(pg_backend_pid())"
	return append(commonFaults(&pgconn.PgError{Code: "53100", Message: "disk full"}),
		fault{"lost before", func(s store.Statement) error {
			_ = s.Raw(end)
			return s.Do()
		}},
		fault{"lost after", func(s store.Statement) error {
			if err := s.Do(); err != nil {
				return err
			}
			return s.Raw(end)
		}},
		fault{"aborted", func(s store.Statement) error {
			_ = s.Raw("SELECT 1/0")
			return s.Do()
		}},
	)
}

func commonFaults(err error) []fault {
	return []fault{
		{"before", func(store.Statement) error { return err }},
		{"after", func(s store.Statement) error {
			_ = s.Do()
			return err
		}},
	}
}

func faultsOf(dsn string) []fault {
	if strings.HasPrefix(dsn, "sqlite:") {
		return sqliteFaults()
	}
	return postgresFaults()
}

// eachAndMemory runs a test on all that a store can stand on.
func eachAndMemory(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	storetest.EachDSN(t, test)
	t.Run("memory", func(t *testing.T) { test(t, "sqlite::memory:") })
}

// One passing fault at any statement of a batch: everybody is answered as if
// there had been none.
func TestAFaultAtEveryStatementOfABatch(t *testing.T) {
	eachAndMemory(t, func(t *testing.T, dsn string) {
		for _, f := range faultsOf(dsn) {
			t.Run(f.name, func(t *testing.T) {
				s := unstarted(t, notes(store.Options{DSN: dsn}))
				var armed, fired bool
				var at, left int
				s.Around(func(st store.Statement) error {
					if !armed {
						return st.Do()
					}
					if left--; left >= 0 || fired {
						return st.Do()
					}
					fired = true
					if err := f.do(st); err != nil {
						return err
					}
					return nil // the loss shows at the next statement
				})
				start(t, s)
				for at = 0; ; at++ {
					n := newNeighbours(t, s)
					n.together(t, func() { armed, fired, left = true, false, at+1 }) // the first is the gate's own COMMIT
					armed = false
					if n.written != nil || n.errs[0] != nil || n.errs[1] != nil {
						t.Fatalf("statement %d: %v %v %v", at, n.written, n.errs[0], n.errs[1])
					}
					n.check(t, false)
					if !fired {
						break
					}
				}
				if at < 15 {
					t.Fatalf("the batch had %d statements only", at)
				}
			})
		}
	})
}

// Faults that stay: a database that answers nothing leaves nothing behind and
// no refusal, and one guilty call does not take its neighbours with it.
func TestFaultsThatStay(t *testing.T) {
	eachAndMemory(t, func(t *testing.T, dsn string) {
		for _, f := range faultsOf(dsn) {
			t.Run(f.name, func(t *testing.T) {
				s := unstarted(t, notes(store.Options{DSN: dsn}))
				var word atomic.Value
				word.Store("never")
				s.Around(func(st store.Statement) error {
					if !strings.HasPrefix(st.Query, word.Load().(string)) {
						return st.Do()
					}
					if err := f.do(st); err != nil {
						return err
					}
					return errors.New("fault")
				})
				start(t, s)
				for _, part := range []string{"BEGIN", "SAVEPOINT", "INSERT INTO commands", "INSERT INTO outboxes", "UPDATE head", "UPDATE runs", "COMMIT"} {
					n := newNeighbours(t, s)
					n.together(t, func() { word.Store(part) })
					word.Store("never")
					// A COMMIT that happens and whose answer is lost is settled
					// by asking; all others leave no chance.
					happens := part == "COMMIT" && strings.Contains(f.name, "after")
					if (n.errs[0] == nil) != happens || (n.errs[1] == nil) != happens {
						t.Fatalf("%s: %v %v", part, n.errs[0], n.errs[1])
					}
					plain := happens || part == "INSERT INTO commands" || part == "INSERT INTO outboxes" || part == "UPDATE head"
					if (n.written == nil) != plain {
						t.Fatalf("%s: the write was answered with %v", part, n.written)
					}
					n.check(t, false)
				}
			})
		}
	})
}

func TestAGuiltyCallDoesNotTakeItsNeighbours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		for name, guilty := range map[string]func(tx *store.Tx) error{
			"an error that is no refusal": func(*store.Tx) error { return errors.New("oops") },
			"a statement":                 func(tx *store.Tx) error { _, err := tx.Exec("INSERT INTO nowhere VALUES (1)"); return err },
			"a statement told as refusal": func(tx *store.Tx) error {
				_, _ = tx.Exec("INSERT INTO head (id, seq) VALUES (1, 1)")
				return portal.E(portal.Conflict, "")
			},
			"a statement passed over": func(tx *store.Tx) error { _, _ = tx.Exec("INSERT INTO head (id, seq) VALUES (1, 1)"); return nil },
			"a queued statement":      func(tx *store.Tx) error { return tx.Write("INSERT INTO head (id, seq) VALUES (1, 1)") },
			"a queued statement told as refusal": func(tx *store.Tx) error {
				_ = tx.Write("INSERT INTO head (id, seq) VALUES (1, 1)")
				return portal.E(portal.Conflict, "")
			},
			"a panic":                 func(*store.Tx) error { panic("oops") },
			"an end of its goroutine": func(*store.Tx) error { runtime.Goexit(); return nil },
			"a kind nobody projects":  func(tx *store.Tx) error { tx.Touch("ghost", "1"); return tx.SetMeta("ghost", "1") },
		} {
			t.Run(name, func(t *testing.T) {
				n := newNeighbours(t, s)
				released := gate(t, s)
				var all sync.WaitGroup
				var err error
				calls := []func(){func() { n.apply(0) }, func() { err = s.Write(ctx, guilty) }, n.write, func() { n.apply(1) }}
				for i, call := range calls {
					all.Go(call)
					queued(s, i+1)
				}
				released()
				all.Wait()
				if portal.CodeOf(err) != portal.Unavailable {
					t.Fatalf("the guilty call was answered with %v", err)
				}
				n.check(t, false)
				if got := meta(t, s, "ghost"); got != "" {
					t.Fatalf("a write whose projection failed left %q", got)
				}
				if name != "an end of its goroutine" && (n.written != nil || n.errs[0] != nil || n.errs[1] != nil) {
					t.Fatalf("a neighbour suffered: %v %v %v", n.written, n.errs[0], n.errs[1])
				}
			})
		}
	})
}

// A command among others of its outbox that cannot be carried out ends the
// batch before it; the ones before are answered.
func TestAGuiltyCommandEndsItsOutboxsBatchBeforeIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		account, outbox := portal.NewID(), portal.NewID()
		ids := []portal.ID{portal.NewID(), portal.NewID(), portal.NewID()}
		var sent []wire.Envelope
		for i, id := range ids {
			sent = append(sent, command(t, int64(i+1), id))
		}
		guilty := true
		run := func(tx *store.Tx, c wire.Command, _ any) error {
			if err := count(tx, c); err != nil {
				return err
			}
			if c.ID == ids[1] && guilty {
				return errors.New("oops")
			}
			return nil
		}
		got, err := s.Apply(ctx, account, outbox, sent, day, run)
		if err != nil || got.Mark != 1 || len(got.Verdicts) != 1 || !got.Verdicts[0].Accepted {
			t.Fatalf("%+v %v", got, err)
		}
		got, err = s.Apply(ctx, account, outbox, sent[1:], day, run)
		if portal.CodeOf(err) != portal.Unavailable || got.Mark != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		guilty = false
		got, err = s.Apply(ctx, account, outbox, sent, day, run)
		if err != nil || got.Mark != 3 {
			t.Fatalf("%+v %v", got, err)
		}
		for _, id := range ids {
			if counted(t, s, id) != 1 {
				t.Fatal("not exactly once")
			}
		}
	})
}

// What stops an outbox's batch stops it also where its commands are tried one
// by one after two faults.
func TestAStopAmongFaults(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s := unstarted(t, notes(store.Options{DSN: dsn}))
		faults := 0
		s.Around(func(st store.Statement) error {
			if strings.HasPrefix(st.Query, "SELECT account, mark") && faults > 0 {
				faults--
				return errors.New("fault")
			}
			return st.Do()
		})
		start(t, s)
		d := newDesk(t, s)
		a, b, c := command(t, 1, portal.NewID()), command(t, 2, portal.NewID()), command(t, 3, portal.NewID())
		faults = 2
		got, err := d.send(applyAll, a, b, c)
		d.want(got, err, 3, "", "", "", "")
		faults = 2
		got, err = d.send(applyAll, command(t, 1, portal.NewID()), b, c)
		d.want(got, err, 3, portal.OtherOutbox)
		faults = 2
		got, err = d.send(applyAll, a, command(t, 2, portal.NewID()), c)
		d.want(got, err, 3, "", "")
		faults = 3
		got, err = d.send(applyAll, a, b)
		d.want(got, err, 0, portal.Unavailable)
	})
}

// Many faults at random: whatever was answered holds, and what is offered
// again in the end has its effect exactly once.
func TestManyFaults(t *testing.T) {
	eachAndMemory(t, func(t *testing.T, dsn string) {
		faults := faultsOf(dsn)
		s := unstarted(t, notes(store.Options{DSN: dsn}))
		var plan []int // for each statement to come: -1, or which fault
		s.Around(func(st store.Statement) error {
			if len(plan) == 0 {
				return st.Do()
			}
			next := plan[0]
			plan = plan[1:]
			if next < 0 {
				return st.Do()
			}
			return faults[next].do(st)
		})
		start(t, s)
		rapid.Check(t, func(rt *rapid.T) {
			rare := rapid.IntRange(3, 40).Draw(rt, "rare")
			drawn := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) int {
				if rapid.IntRange(0, rare).Draw(rt, "fails") > 0 {
					return -1
				}
				return rapid.IntRange(0, len(faults)-1).Draw(rt, "how")
			}), 0, 150).Draw(rt, "plan")
			n := newNeighbours(t, s)
			n.together(t, func() { plan = drawn })
			plan = nil
			n.check(t, true)
		})
	})
}

// A full disk, as SQLite itself tells it: reading goes on, what was not
// written is told as such, and with room again all goes on without help.
func TestAFullDisk(t *testing.T) {
	s := storetest.Open(t, notes(store.Options{DSN: storetest.SQLite(t)}))
	fill := func(tx *store.Tx) error {
		if _, err := tx.Exec("PRAGMA max_page_count = 1"); err != nil { // as many as there are
			return err
		}
		return tx.SetMeta("big", strings.Repeat("x", 1<<20))
	}
	n := newNeighbours(t, s)
	open := gate(t, s)
	var all sync.WaitGroup
	var err error
	for i, call := range []func(){func() { n.apply(0) }, func() { err = s.Write(ctx, fill) }, n.write, func() { n.apply(1) }} {
		all.Go(call)
		queued(s, i+1)
	}
	open()
	all.Wait()
	if portal.CodeOf(err) != portal.Unavailable {
		t.Fatalf("the full disk was told as %v", err)
	}
	if n.written != nil || n.errs[0] != nil || n.errs[1] != nil {
		t.Fatalf("%v %v %v", n.written, n.errs[0], n.errs[1])
	}
	n.check(t, false)
	var told *portal.Error
	if !errors.As(err, &told) || told.Args["seconds"] == "" || !strings.Contains(err.Error(), "full") {
		t.Fatalf("%v does not say when to come back, or why", err)
	}
}
