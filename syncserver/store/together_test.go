package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// inOneBatch queues calls of Write behind a gate and gives their answers.
func inOneBatch(t *testing.T, s *store.Store, calls ...func(tx *store.Tx) error) []error {
	t.Helper()
	open := gate(t, s)
	errs := make([]error, len(calls))
	var all sync.WaitGroup
	for i, f := range calls {
		all.Go(func() { errs[i] = s.Write(ctx, f) })
		queued(s, i+1)
	}
	open()
	all.Wait()
	return errs
}

// A refusal takes back what waited in the queue since its savepoint, and nothing
// of what waited there before.
func TestARefusalTakesBackWhatIsQueued(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		seen := map[string]string{}
		errs := inOneBatch(t, s,
			func(tx *store.Tx) error { return tx.SetMeta("a", "1") },
			func(tx *store.Tx) error {
				if err := errors.Join(tx.SetMeta("a", "2"), tx.SetMeta("b", "2")); err != nil {
					return err
				}
				return portal.E(portal.Conflict, "")
			},
			func(tx *store.Tx) error { return tx.SetMeta("c", "3") },
			func(tx *store.Tx) error {
				for _, key := range []string{"a", "b", "c"} { // so that they are remembered
					if _, _, err := tx.Meta(key); err != nil {
						return err
					}
				}
				if err := errors.Join(tx.SetMeta("a", "4"), tx.SetMeta("b", "4")); err != nil {
					return err
				}
				if v, _, err := tx.Meta("a"); err != nil || v != "4" {
					t.Errorf("what was just written reads %q, %v", v, err)
				}
				return portal.E(portal.Conflict, "")
			},
			func(tx *store.Tx) error {
				for _, key := range []string{"a", "b", "c"} {
					v, found, err := tx.Meta(key)
					if err != nil {
						return err
					}
					seen[key] = fmt.Sprint(v, found)
				}
				return nil
			},
		)
		for i, code := range []portal.Code{"", portal.Conflict, "", portal.Conflict, ""} {
			if portal.CodeOf(errs[i]) != code {
				t.Errorf("call %d was answered with %v", i, errs[i])
			}
		}
		if want := map[string]string{"a": "1true", "b": "false", "c": "3true"}; !reflect.DeepEqual(seen, want) {
			t.Errorf("the batch sees %v", seen)
		}
		if a, b, c := meta(t, s, "a"), meta(t, s, "b"), meta(t, s, "c"); a != "1" || b != "" || c != "3" {
			t.Errorf("stored: %q %q %q", a, b, c)
		}
	})
}

// An error of a statement that waited in the queue is told as its own, and ends
// the transaction.
func TestAQueuedStatementThatFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		for _, query := range []string{
			"INSERT INTO head (id, seq) VALUES (1, 1)", // there is one
			"INSERT INTO nowhere (id) VALUES (1)",      // cannot be prepared
			"UPDATE head SET seq = 'x' || 'y'",         // of the wrong type
		} {
			var told error
			if errs := inOneBatch(t, s,
				func(tx *store.Tx) error { return tx.SetMeta("before", query) },
				func(tx *store.Tx) error {
					_ = errors.Join(tx.SetMeta("beside", query), tx.Write(query), tx.SetMeta("behind", query)) // where it waits, it has not failed yet
					_, told = tx.Get(new(string), "SELECT value FROM meta WHERE key = ?", "before")
					return nil
				},
				func(tx *store.Tx) error { return tx.SetMeta("after", query) },
			); errs[0] != nil || portal.CodeOf(errs[1]) != portal.Unavailable || errs[2] != nil {
				t.Errorf("%s: answered with %v", query, errs)
			}
			words := strings.Join(strings.Fields(query)[:3], " ")
			if told == nil || !strings.Contains(told.Error(), words) || store.Lost(told) {
				t.Errorf("%s: told as %v", query, told)
			}
			if meta(t, s, "before") != query || meta(t, s, "after") != query || meta(t, s, "beside")+meta(t, s, "behind") != "" {
				t.Errorf("%s left something, or took its neighbours with it", query)
			}
		}
	})
}

// A line that is lost with statements in the queue, before they leave or in their
// middle, is told as lost, and the batch runs again on another.
func TestALineLostWithStatementsQueued(t *testing.T) {
	onPostgres(t, func(t *testing.T, dsn string) {
		s, other := storetest.Open(t, notes(store.Options{DSN: dsn})), storetest.Open(t, notes(store.Options{DSN: dsn}))
		for name, end := range map[string]func(tx *store.Tx) error{
			"before": func(tx *store.Tx) error {
				var pid int64
				if _, err := tx.Get(&pid, "SELECT pg_backend_pid()"); err != nil {
					return err
				}
				if err := tx.SetMeta("lost", "x"); err != nil {
					return err
				}
				return other.Read(ctx, func(tx *store.Tx) error {
					var ended bool
					_, err := tx.Get(&ended, "SELECT pg_terminate_backend(?, 10000)", pid)
					return err
				})
			},
			"in the middle": func(tx *store.Tx) error {
				return errors.Join(tx.SetMeta("lost", "x"), tx.Write("SELECT pg_terminate_backend(pg_backend_pid())"), tx.SetMeta("lost", "y"))
			},
		} {
			t.Run(name, func(t *testing.T) {
				runs := 0
				var told error
				errs := inOneBatch(t, s,
					func(tx *store.Tx) error { return tx.SetMeta("before", name) },
					func(tx *store.Tx) error {
						if runs++; runs > 1 {
							return tx.SetMeta("again", name)
						}
						if err := end(tx); err != nil {
							return err
						}
						_, told = tx.Get(new(string), "SELECT value FROM meta WHERE key = ?", "before")
						return told
					},
				)
				if errs[0] != nil || errs[1] != nil || runs != 2 || !store.Lost(told) {
					t.Errorf("answered with %v after %d runs; told as %v", errs, runs, told)
				}
				if meta(t, s, "before") != name || meta(t, s, "again") != name || meta(t, s, "lost") != "" {
					t.Error("something is missing, or was done by a line that was lost")
				}
			})
		}
	})
}

// values is a row of all kinds that the tables have.
type values struct {
	N     int64        `db:"n"`
	Small int          `db:"small"`
	Is    bool         `db:"yes"`
	Money portal.Money `db:"money"`
	Text  portal.ID    `db:"words"`
	None  *string      `db:"none"`
	Sum   int64        `db:"total"`
}

// What is asked together is answered as what is asked alone, wherever it is asked.
func TestTogetherIsAnsweredAsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a")
		const query = `SELECT seq AS n, CAST(7 AS SMALLINT) AS small, deleted AS yes, CAST(-250 AS BIGINT) AS money, body AS words, CAST(NULL AS TEXT) AS none,
			(SELECT SUM(seq) FROM feed_rows) AS total FROM feed_rows WHERE seq >= ? ORDER BY seq`
		ask := func(tx *store.Tx) error {
			if err := tx.All(&[]values{}, query, int64(0)); err != nil {
				return err
			}
			var alone, none, all, later []values
			var one values
			var found, missed bool
			if err := tx.All(&alone, query, int64(0)); err != nil {
				return err
			}
			err := tx.Together(
				func() error { return tx.All(&all, query, int64(0)) },
				func() error { return tx.All(&none, query, int64(99)) },
				func() (err error) { found, err = tx.Get(&one, query, int64(1)); return err },
				func() error {
					missed, err := tx.Get(new(values), query, int64(99))
					if err != nil || missed {
						return fmt.Errorf("found what is not there: %v", err)
					}
					return tx.Together(
						func() error { return tx.All(&later, query, int64(0)) },
						func() error { return nil },
					)
				},
			)
			if len(alone) != 1 || alone[0].Sum != 1 || alone[0].Money != -250 || !reflect.DeepEqual(all, alone) || !reflect.DeepEqual(later, alone) ||
				!found || missed || !reflect.DeepEqual(one, alone[0]) || len(none) != 0 {
				t.Errorf("alone %+v; together %+v %+v %+v %v %+v", alone, all, later, one, found, none)
			}
			return err
		}
		if err := s.Read(ctx, ask); err != nil {
			t.Error(err)
		}
		if err := s.Write(ctx, ask); err != nil {
			t.Error(err)
		}
	})
}

// The first of several errors is told, a panic passes as it is, and who reads
// together cannot write.
func TestTogetherFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		read := func(tx *store.Tx) error { _, err := tx.Get(new(int64), "SELECT seq FROM head"); return err }
		first, second := errors.New("first"), errors.New("second")
		for name, of := range map[string]struct {
			want error
			all  func(tx *store.Tx) []func() error
		}{
			"errors": {first, func(tx *store.Tx) []func() error {
				return []func() error{func() error { return errors.Join(read(tx), first) }, func() error { return second }}
			}},
			"a write": {nil, func(tx *store.Tx) []func() error {
				return []func() error{func() error { return tx.SetMeta("k", "v") }, func() error { return read(tx) }}
			}},
			"a statement": {nil, func(tx *store.Tx) []func() error {
				return []func() error{func() error { return read(tx) }, func() error { _, err := tx.Get(new(int64), "SELECT x FROM nowhere"); return err }}
			}},
		} {
			err := s.Read(ctx, func(tx *store.Tx) error { return tx.Together(of.all(tx)...) })
			if err == nil || of.want != nil && (!errors.Is(err, of.want) || errors.Is(err, second)) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "a write" {
				err := s.Write(ctx, func(tx *store.Tx) error { return tx.Together(of.all(tx)...) })
				if err == nil {
					t.Error("what is read together was written")
				}
			}
		}
		var beside, waiting error
		func() {
			defer func() {
				if p := recover(); p != "oops" {
					t.Errorf("the panic came as %v", p)
				}
			}()
			_ = s.Read(ctx, func(tx *store.Tx) error {
				if err := tx.ReadAhead(nil); err != nil {
					return err
				}
				once := func(f func()) func() error {
					return func() error {
						_, err := store.Once(tx, "k", func() (bool, error) { f(); return true, nil })
						return err
					}
				}
				return tx.Together(
					once(func() { _ = read(tx); panic("oops") }),
					once(func() { waiting = read(tx) }),
					func() error {
						_ = read(tx) // here it is left
						beside = read(tx)
						return nil
					},
				)
			})
		}()
		if strings.HasSuffix(t.Name(), "postgres") && (beside == nil || waiting == nil) {
			t.Error("who stood beside a panic went on asking")
		}
		write(t, s, "a")
	})
}

// What several ask for at once is made by one of them, the others wait for it.
func TestTogetherMakesOnceWhatManyAsk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a")
		made := 0
		if err := s.Read(ctx, func(tx *store.Tx) error {
			if err := tx.ReadAhead(nil); err != nil {
				return err
			}
			ask := func() error {
				seq, err := store.Once(tx, "seq", func() (seq int64, err error) {
					made++
					_, err = tx.Get(&seq, "SELECT seq FROM head")
					return seq, err
				})
				if seq != 1 {
					t.Errorf("it is %d", seq)
				}
				return err
			}
			return tx.Together(ask, ask, func() error { return tx.Together(ask, ask) })
		}); err != nil || made != 1 {
			t.Errorf("made %d times, %v", made, err)
		}
	})
}

// Who waits for what another makes goes on where that one panics and is caught, and
// nobody waits for ever.
func TestNobodyWaitsForWhatPanics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		read := func(tx *store.Tx) error { _, err := tx.Get(new(int64), "SELECT seq FROM head"); return err }
		var made int
		ended := make(chan error, 1)
		go func() {
			ended <- s.Read(ctx, func(tx *store.Tx) error {
				if err := tx.ReadAhead(nil); err != nil {
					return err
				}
				return tx.Together(
					func() error {
						defer func() { _ = recover() }()
						_, err := store.Once(tx, "k", func() (int, error) { _ = read(tx); panic("oops") })
						return err
					},
					func() (err error) {
						made, err = store.Once(tx, "k", func() (int, error) { return 7, read(tx) })
						return err
					},
				)
			})
		}()
		select {
		case err := <-ended:
			if err != nil || made != 7 {
				t.Errorf("made %d, %v", made, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("it waits for ever")
		}
	})
}
