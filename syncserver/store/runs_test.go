package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

func write(t testing.TB, s *store.Store, ids ...portal.ID) {
	t.Helper()
	if err := s.Write(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			if err := note(tx, id, string(portal.NewID()), "town"); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func pull(t testing.TB, s *store.Store, c wire.Cursor) wire.PullPage {
	t.Helper()
	page, err := s.Pull(ctx, wire.Pull{Cursor: c}, "a", granted("town"))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func wantReset(t testing.TB, page wire.PullPage, reset bool) wire.Cursor {
	t.Helper()
	if page.Reset != reset {
		t.Fatalf("reset is %v: %+v", page.Reset, page)
	}
	return page.Cursor
}

func TestACursorOutlivesAStartOfTheServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a", "b")
		c := wantReset(t, pull(t, s, wire.Cursor{}), false)
		if err := s.Close(ctx); err != nil {
			t.Fatal(err)
		}
		s = open(notes(store.Options{}))
		write(t, s, "c")
		page := pull(t, s, c)
		after := wantReset(t, page, false)
		if len(page.Changes) != 1 || page.Changes[0].Entity != "c" || after.Run == c.Run || after.Epoch != s.Epoch() {
			t.Fatalf("%+v", page)
		}
	})
}

func TestCursorsOfAnotherHistoryAreReset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a", "b")
		good := wantReset(t, pull(t, s, wire.Cursor{}), false)
		with := func(change func(*wire.Cursor)) wire.Cursor {
			c := wire.Cursor{Epoch: good.Epoch, Run: good.Run, Feeds: map[string]int64{"town": good.Feeds["town"]}}
			change(&c)
			return c
		}
		for name, c := range map[string]wire.Cursor{
			"epoch":       with(func(c *wire.Cursor) { c.Epoch = "another" }),
			"no epoch":    with(func(c *wire.Cursor) { c.Epoch = "" }),
			"run":         with(func(c *wire.Cursor) { c.Run = "another" }),
			"ahead":       with(func(c *wire.Cursor) { c.Feeds["town"]++ }),
			"other ahead": with(func(c *wire.Cursor) { c.Feeds["desk:x"] = 99 }),
			"negative":    with(func(c *wire.Cursor) { c.Feeds["town"] = -1 }),
		} {
			page := pull(t, s, c)
			if !page.Reset || len(page.Changes) != 2 || !page.Complete {
				t.Errorf("%s: %+v", name, page)
			}
		}
		wantReset(t, pull(t, s, with(func(*wire.Cursor) {})), false)
	})
}

// copyFile takes a copy of a live database as a backup program would.
func copyFile(t *testing.T, dsn string) (to string) {
	t.Helper()
	to = filepath.Join(t.TempDir(), "copy.db")
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(dsn, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("VACUUM INTO ?", to); err != nil {
		t.Fatal(err)
	}
	return to
}

// putBack puts a copy in the place of a database that is not open.
func putBack(t *testing.T, from, dsn string) {
	t.Helper()
	to := strings.TrimPrefix(dsn, "sqlite:")
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(to + end); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	bytes, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A database file copied back is noticed at the next start, also when the copy
// was made during the run that cursors know and the numbers have long passed
// theirs since.
func TestACopiedBackFileIsNoticed(t *testing.T) {
	dsn := storetest.SQLite(t)
	open := func() *store.Store { return storetest.Open(t, notes(store.Options{DSN: dsn})) }
	s := open()
	write(t, s, "a", "b")
	before := wantReset(t, pull(t, s, wire.Cursor{}), false)
	copied := copyFile(t, dsn)
	write(t, s, "lost", "lost too")
	after := wantReset(t, pull(t, s, before), false)
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	putBack(t, copied, dsn)
	s = open()
	wantReset(t, pull(t, s, before), false)
	wantReset(t, pull(t, s, after), true)
	write(t, s, "c", "d", "e", "f")
	wantReset(t, pull(t, s, before), false)
	wantReset(t, pull(t, s, after), true)
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	s = open()
	c := wantReset(t, pull(t, s, after), true)
	wantReset(t, pull(t, s, c), false)
	wantReset(t, pull(t, s, before), false)
}

// A run's row that is gone says that the database was put back beneath a
// running server: a new run begins.
func TestARunThatIsGoneBeginsAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a")
		c := wantReset(t, pull(t, s, wire.Cursor{}), false)
		other := open(notes(store.Options{}))
		if err := other.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec("DELETE FROM runs WHERE id = ?", c.Run); return err }); err != nil {
			t.Fatal(err)
		}
		write(t, s, "b")
		if c = wantReset(t, pull(t, s, c), true); c.Feeds["town"] != 2 {
			t.Fatalf("%+v", c)
		}
		write(t, s, "c")
		wantReset(t, pull(t, s, c), false)
	})
}

// A restore begins a new epoch: every cursor is reset.
func TestANewEpochResets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		write(t, s, "a")
		c := wantReset(t, pull(t, s, wire.Cursor{}), false)
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta(store.MetaEpoch, "new") }); err != nil {
			t.Fatal(err)
		}
		if c = wantReset(t, pull(t, s, c), true); c.Epoch != "new" {
			t.Fatalf("%+v", c)
		}
	})
}

func TestACursorOlderThanTheTombstonesIsReset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		now := day
		s := open(notes(store.Options{Clock: func() time.Time { return now }}))
		write(t, s, "a", "b")
		old := wantReset(t, pull(t, s, wire.Cursor{}), false)
		if err := s.Write(ctx, func(tx *store.Tx) error { return note(tx, "a", "") }); err != nil {
			t.Fatal(err)
		}
		fresh := wantReset(t, pull(t, s, old), false)
		if n, err := s.Prune(ctx, 0, 10); err != nil || n != 0 {
			t.Fatal(n, err) // it is not older than now
		}
		now = now.Add(1e6)
		if n, err := s.Prune(ctx, 0, 10); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		wantReset(t, pull(t, s, fresh), false)
		if c := wantReset(t, pull(t, s, old), true); c.Feeds["town"] != fresh.Feeds["town"] {
			t.Fatalf("%+v", c)
		}
	})
}
