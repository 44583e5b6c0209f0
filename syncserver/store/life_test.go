package store_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Close answers all that waits, and what was answered is there afterwards.
func TestCloseAnswersAllThatWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{MaxBatch: 3}))
		release := gate(t, s)
		account := portal.NewID()
		ids := make([]portal.ID, 10)
		errs := make([]error, len(ids))
		var all sync.WaitGroup
		for i := range ids {
			ids[i] = portal.NewID()
			all.Go(func() {
				_, errs[i] = s.Apply(ctx, account, portal.NewID(), []wire.Envelope{command(t, 1, ids[i])}, day, applyAll)
			})
		}
		queued(s, len(ids))
		closed := make(chan error)
		go func() { closed <- s.Close(ctx) }()
		release()
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		all.Wait()
		if err := s.Write(ctx, func(*store.Tx) error { return nil }); portal.CodeOf(err) != portal.Unavailable {
			t.Fatalf("a write after the end: %v", err)
		}
		if err := s.Read(ctx, func(*store.Tx) error { return nil }); portal.CodeOf(err) != portal.Unavailable {
			t.Fatalf("a read after the end: %v", err)
		}
		s = open(notes(store.Options{}))
		for i, id := range ids {
			if errs[i] != nil || counted(t, s, id) != 1 {
				t.Fatalf("%v, carried out %d times", errs[i], counted(t, s, id))
			}
		}
	})
}

// A caller that gives up while it waits is told so, and nothing is done. One
// whose turn has come is answered: it and its function share what they like.
func TestACallerThatGivesUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		release := gate(t, s)
		short, cancel := context.WithCancel(ctx)
		done := make(chan error)
		go func() {
			done <- s.Write(short, func(tx *store.Tx) error { return tx.SetMeta("k", "v") })
		}()
		queued(s, 1)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		release()
		if err := s.Write(ctx, func(*store.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := meta(t, s, "k"); got != "" {
			t.Fatalf("what nobody waited for any more was done: %q", got)
		}
		if err := s.Write(short, func(tx *store.Tx) error { return tx.SetMeta("k", "w") }); !errors.Is(err, context.Canceled) || meta(t, s, "k") != "" {
			t.Fatalf("a caller that had ended before: %v", err)
		}
		during, cancel := context.WithCancel(ctx)
		said := ""
		if err := s.Write(during, func(tx *store.Tx) error {
			cancel()
			said = "in its turn"
			return tx.SetMeta("k", "v")
		}); err != nil || said == "" || meta(t, s, "k") != "v" {
			t.Fatalf("a caller that ended in its turn: %v", err)
		}
		if err := s.Read(short, func(tx *store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		// In the middle of a read it ends between two statements.
		short, cancel = context.WithCancel(ctx)
		err := s.Read(short, func(tx *store.Tx) error {
			cancel()
			_, _, err := tx.Meta("k")
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	})
}

// A command keeps its turn though its caller gave up: it is judged by when it came,
// before what came after it, and found when it is sent again.
func TestACommandKeepsItsTurn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		release := gate(t, s)
		var order []string
		sent := map[string]wire.Envelope{"first": command(t, 1, portal.NewID()), "second": command(t, 1, portal.NewID())}
		send := func(ctx context.Context, d desk, at time.Time, name string) (wire.CommandResults, error) {
			return s.Apply(ctx, d.account, d.outbox, []wire.Envelope{sent[name]}, at, func(tx *store.Tx, c wire.Command, _ any) error {
				order = append(order, name)
				if !tx.Now().Equal(at) {
					t.Errorf("%s is judged by %v", name, tx.Now())
				}
				return count(tx, c)
			})
		}
		short, cancel := context.WithCancel(ctx)
		first, second := newDesk(t, s), newDesk(t, s)
		done := make(chan error, 2)
		go func() { _, err := send(short, first, day, "first"); done <- err }()
		queued(s, 1)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		go func() { _, err := send(ctx, second, day.Add(time.Second), "second"); done <- err }()
		queued(s, 2)
		release()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(order, []string{"first", "second"}) {
			t.Errorf("carried out in the order %v", order)
		}
		again, err := send(ctx, first, day.Add(time.Minute), "first")
		first.want(again, err, 1, "", "")
		if len(order) != 2 {
			t.Errorf("it was carried out again: %v", order)
		}
	})
}

func TestOneReadIsOneSnapshot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a")
		if err := s.Read(ctx, func(tx *store.Tx) error {
			for range 2 {
				var head int64
				if _, err := tx.Get(&head, "SELECT seq FROM head"); err != nil {
					return err
				}
				if head != 1 {
					t.Errorf("the head is %d", head)
				}
				write(t, s, portal.NewID())
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhoReadsCannotWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		for name, f := range map[string]func(*store.Tx) error{
			"exec":  func(tx *store.Tx) error { return tx.SetMeta("k", "v") },
			"touch": func(tx *store.Tx) error { tx.Touch(noteKind, "x"); return nil },
			"returning": func(tx *store.Tx) error {
				var v string
				_, err := tx.Get(&v, "UPDATE meta SET value = 'x' RETURNING key")
				return err
			},
		} {
			if err := s.Read(ctx, f); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		var kept *store.Tx
		if err := s.Write(ctx, func(tx *store.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := kept.SetMeta("k", "v"); err == nil {
			t.Error("a transaction works after its end")
		}
		if err := s.Ping(ctx); err != nil {
			t.Error(err)
		}
	})
}

// A panic in a reader's function is the caller's, and leaves nothing open.
func TestAPanicInAReader(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{Readers: 1}))
		for range 3 {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the panic was swallowed")
					}
				}()
				_ = s.Read(ctx, func(tx *store.Tx) error { panic("oops") })
			}()
		}
		write(t, s, "a")
		if len(pull(t, s, wire.Cursor{}).Changes) != 1 {
			t.Fatal("the reader stands in the past")
		}
	})
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	dsn := storetest.SQLite(t) + " with % and ? and #.db"
	s := storetest.Open(t, notes(store.Options{DSN: dsn}))
	write(t, s, "a")
	for _, end := range []string{"", "-wal"} {
		info, err := os.Stat(strings.TrimPrefix(dsn, "sqlite:") + end)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", info.Name(), info.Mode().Perm())
		}
	}
}

func TestAddressesThatCannotBeOpened(t *testing.T) {
	for _, dsn := range []string{"", "mysql://x", "sqlite:", "sqlite:/nowhere/at/all.db", "postgres://%zz", "postgres:///x?host=/nowhere/at/all"} {
		if s, err := store.Open(ctx, store.Options{DSN: dsn}); err == nil {
			s.Close(ctx)
			t.Errorf("%q was opened", dsn)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", dsn, err)
		}
	}
	if _, err := store.Open(ctx, store.Options{DSN: "postgres://user:secret@/x?host=/nowhere&sslmode=what"}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a password in an error: %v", err)
	}
}

func TestAWriteBeforeTheStartIsRefused(t *testing.T) {
	s := unstarted(t, store.Options{DSN: "sqlite::memory:"})
	if err := s.Write(ctx, func(*store.Tx) error { return nil }); portal.CodeOf(err) != portal.Unavailable {
		t.Fatal(err)
	}
}
