package cache

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// small is a cache with something of everything, as a file and as what it
// shows.
type small struct {
	key     []byte
	file    []byte
	whole   Snapshot
	outbox  portal.ID
	rows    map[string]string // feed, collection, entity → body
	things  map[string]string
	changes []wire.Change
}

func rowName(r wire.Change) string { return fmt.Sprint(r.Feed, " ", r.Collection, " ", r.Entity) }

// fill fills a cache; then, with the second half, changes and removes.
func (s *small) fill(t testing.TB, c *Cache) {
	t.Helper()
	p := Pulled{Cursor: cursor(map[string]int64{"town": 6, "account:a": 9})}
	for i := range 6 {
		p.Changes = append(p.Changes, row("town", "site", portal.ID(fmt.Sprint("s", i)), int64(i+1), fmt.Sprint("École ", i)))
	}
	for i := range 3 {
		p.Changes = append(p.Changes, row("account:a", "child", portal.ID(fmt.Sprint("c", i)), int64(i+7), fmt.Sprint("Enfant ", i)))
	}
	s.changes = p.Changes
	pull(t, c, p)
	ids := enqueue(t, c, 6)
	if _, err := c.Number(ids[:3]); err != nil {
		t.Fatal(err)
	}
	p.Changes, p.Outbox, p.Mark = nil, c.OutboxID(), 2
	p.Verdicts = []wire.Verdict{{Command: ids[0], Number: 1, Accepted: true}, {Command: ids[1], Number: 2, Error: portal.E("full", "")}}
	pull(t, c, p)
	s.things = map[string]string{"a": "brouillon a", "b": "brouillon b"}
	for k, v := range s.things {
		if err := c.Put("draft", k, []byte(v)); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *small) remember(t testing.TB, c *Cache) {
	t.Helper()
	s.whole, s.outbox = load(t, c), c.OutboxID()
	s.rows = map[string]string{}
	for _, r := range s.whole.Rows {
		s.rows[rowName(r)] = string(r.Body)
	}
}

func smallCache(t testing.TB) *small {
	t.Helper()
	s := &small{key: newKey()}
	path := filepath.Join(t.TempDir(), "small.cache")
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	s.fill(t, c)
	s.remember(t, c)
	// In smaller pages the file is small enough to try each of its bytes.
	if err := c.db.exec("PRAGMA journal_mode=DELETE; PRAGMA page_size=4096; VACUUM"); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if s.file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return s
}

// try opens a damaged copy and says what is wrong with what it shows.
func (s *small) try(path string, file, wal []byte) error {
	if err := os.WriteFile(path, file, 0o600); err != nil {
		return err
	}
	if wal != nil {
		if err := os.WriteFile(path+"-wal", wal, 0o600); err != nil {
			return err
		}
	}
	defer removeFiles(path, path+"-wal", path+brokenSuffix, path+brokenSuffix+"-wal")
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		return fmt.Errorf("does not open: %w", err)
	}
	defer c.Close()
	got, err := c.Load()
	if err != nil {
		return fmt.Errorf("does not load: %w", err)
	}
	if err := s.judge(c, got); err != nil {
		return err
	}
	if got.Damaged == 0 {
		return nil
	}
	return s.recover(c, path, got)
}

// judge: what is shown is right, and what is missing was noticed.
func (s *small) judge(c *Cache, got Snapshot) error {
	noticed := got.Damaged > 0
	seen := map[string]bool{}
	for _, r := range got.Rows {
		if seen[rowName(r)] || s.rows[rowName(r)] != string(r.Body) {
			return fmt.Errorf("shows %s as %s", rowName(r), r.Body)
		}
		seen[rowName(r)] = true
	}
	for _, r := range s.whole.Rows {
		if !seen[rowName(r)] && (!noticed || got.Cursor.Feeds[r.Feed] != 0) {
			return fmt.Errorf("%s is missing unseen", rowName(r))
		}
	}
	if !noticed && !maps.Equal(got.Cursor.Feeds, s.whole.Cursor.Feeds) {
		return fmt.Errorf("the cursor became %v unseen", got.Cursor)
	}
	same := c.OutboxID() == s.outbox
	for _, p := range got.Outbox {
		i := indexOf(s.whole.Outbox, p.ID)
		if i < 0 || !bytes.Equal(p.Body, s.whole.Outbox[i].Body) || p.Note.Args["day"] != s.whole.Outbox[i].Note.Args["day"] {
			return fmt.Errorf("the outbox shows %+v", p)
		}
		if want := s.whole.Outbox[i].Number; same && p.Number != want || !same && p.Number != 0 {
			return fmt.Errorf("number %d became %d in outbox %s", want, p.Number, c.OutboxID())
		}
	}
	lost := len(s.whole.Outbox) - len(got.Outbox) + len(s.whole.Refused) - len(got.Refused)
	for k, want := range s.things {
		v, err := c.Get("draft", k)
		if portal.CodeOf(err) == portal.NotFound {
			lost++
		} else if err != nil || string(v) != want {
			return fmt.Errorf("draft %s is %q: %w", k, v, err)
		}
	}
	if lost > 1 {
		return fmt.Errorf("one byte took %d records: %d of the outbox are left", lost, len(got.Outbox))
	}
	if lost > 0 && !noticed {
		return fmt.Errorf("a record is missing unseen")
	}
	return nil
}

func indexOf(ps []Pending, id portal.ID) int {
	for i, p := range ps {
		if p.ID == id {
			return i
		}
	}
	return -1
}

// recover: the cache works on, is mended for good, and is whole after a pull.
func (s *small) recover(c *Cache, path string, got Snapshot) error {
	if _, err := c.Enqueue("after", []byte("{}"), Note{}, noon); err != nil {
		return fmt.Errorf("after damage: %w", err)
	}
	if err := c.Close(); err != nil {
		return err
	}
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		return err
	}
	defer c.Close()
	again, err := c.Load()
	if err != nil || again.Damaged != 0 || len(again.Outbox) != len(got.Outbox)+1 || shown(again) != shown(got) {
		return fmt.Errorf("not mended: %d damaged, %d in the outbox: %w", again.Damaged, len(again.Outbox), err)
	}
	p := Pulled{Cursor: s.whole.Cursor}
	for _, ch := range s.changes {
		if ch.Seq > again.Cursor.Feeds[ch.Feed] {
			p.Changes = append(p.Changes, ch)
		}
	}
	if _, err := c.ApplyPull(p); err != nil {
		return err
	}
	if again, err = c.Load(); err != nil || again.Damaged != 0 || shown(again) != shown(s.whole) {
		return fmt.Errorf("not whole after a pull: %w\n%s", err, shown(again))
	}
	return nil
}

// memoryDir is a folder that lies in memory where the system has one: twenty
// thousand files are written, and none has to outlive a power cut.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "parvis")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// eachByte tries a file with each of its bytes changed, on all cores.
func eachByte(t *testing.T, size int, try func(path string, at int, flip byte) error) {
	t.Helper()
	dir := memoryDir(t)
	var wg sync.WaitGroup
	workers := runtime.NumCPU()
	for w := range workers {
		wg.Go(func() {
			for at := w; at < size; at += workers {
				flip := byte(1) << (at % 8)
				if at%3 == 0 {
					flip = 0xff
				}
				if err := try(filepath.Join(dir, fmt.Sprint("f", w)), at, flip); err != nil {
					t.Errorf("byte %d changed by %#x: %v", at, flip, err)
					return
				}
			}
		})
	}
	wg.Wait()
}
