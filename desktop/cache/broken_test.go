package cache

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// A larger file, in the pages it really has and with records longer than a
// page, in strides.
func TestBytesOfALargerFile(t *testing.T) {
	s := &small{key: newKey()}
	path := filepath.Join(t.TempDir(), "large.cache")
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	s.fill(t, c)
	p := Pulled{Cursor: cursor(map[string]int64{"town": 400, "account:a": 9})}
	for i := range 300 {
		p.Changes = append(p.Changes, row("town", "level", portal.ID(fmt.Sprint("l", i)), int64(i+50), strings.Repeat("x", i*10)))
	}
	pull(t, c, p)
	s.changes = append(s.changes, p.Changes...)
	s.things["c"] = strings.Repeat("long ", 9000)
	if err := c.Put("draft", "c", []byte(s.things["c"])); err != nil {
		t.Fatal(err)
	}
	s.remember(t, c)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if s.file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	const stride = 4001
	eachByte(t, len(s.file)/stride, func(path string, n int, flip byte) error {
		file := bytes.Clone(s.file)
		file[n*stride+n%stride] ^= flip
		return s.try(path, file, nil)
	})
}

// A log that is damaged after a power cut: what it held is there as a whole,
// or not at all, or its loss is noticed.
func TestBytesOfTheLog(t *testing.T) {
	s := &small{key: newKey()}
	path := filepath.Join(t.TempDir(), "c.cache")
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s.fill(t, c)
	before, after := *s, *s
	before.remember(t, c)
	if err := c.db.exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Enqueue("last", []byte("{}"), Note{}, noon); err != nil {
		t.Fatal(err)
	}
	after.remember(t, c)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wal, err := os.ReadFile(path + "-wal")
	if err != nil || len(wal) == 0 {
		t.Fatal("there is no log", err)
	}
	if err := after.try(filepath.Join(t.TempDir(), "f"), file, wal); err != nil {
		t.Fatalf("undamaged: %v", err)
	}
	const stride = 13
	eachByte(t, len(wal)/stride, func(path string, n int, flip byte) error {
		log := bytes.Clone(wal)
		log[n*stride+n%stride] ^= flip
		if err := after.try(path, file, log); err != nil {
			return before.try(path, file, log)
		}
		return nil
	})
}

func TestAFileThatIsNoneIsSetAsideAndRebuilt(t *testing.T) {
	s := smallCache(t)
	for name, file := range map[string][]byte{
		"noise": bytes.Repeat([]byte("noise"), 5000), "empty": {}, "short": s.file[:100], "half": s.file[:len(s.file)/2],
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "c.cache")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := openCache(path, anne, s.key, portal.NewID)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			got := load(t, c)
			kept, err := os.ReadFile(path + brokenSuffix)
			if name == "empty" {
				if got.Damaged != 0 || !os.IsNotExist(err) {
					t.Fatalf("%+v %v", got, err) // nothing tells it from a new one
				}
			} else if got.Damaged == 0 || len(kept) == 0 {
				t.Fatalf("%d damaged, %d bytes set aside: %v", got.Damaged, len(kept), err)
			}
			enqueue(t, c, 1)
			if got := load(t, c); len(got.Outbox) == 0 {
				t.Fatal("it does not work on")
			}
		})
	}
}

// The first page holds what SQLite needs to find anything at all; the outbox
// survives its loss, with its numbers.
func TestTheOutboxOutlivesTheFirstPage(t *testing.T) {
	s := smallCache(t)
	file := bytes.Clone(s.file)
	clear(file[:4096])
	path := filepath.Join(t.TempDir(), "c.cache")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got := load(t, c)
	if err := s.judge(c, got); err != nil || len(got.Outbox) != 5-1 || len(got.Refused) != 1 || c.OutboxID() != s.outbox {
		t.Fatalf("%v: %+v", err, got)
	}
}

// A file can only be mended where a new one can be written; until then
// nothing of it is moved, and a mending that was cut short is ended.
func TestMendingCutShort(t *testing.T) {
	s := smallCache(t)
	file := bytes.Clone(s.file)
	clear(file[:100])
	path := filepath.Join(t.TempDir(), "c.cache")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	inTheWay := filepath.Join(path+mendingSuffix, "x")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := openCache(path, anne, s.key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Load(); err == nil || len(c.Outbox()) != 0 {
		t.Fatal("mended on a disk that cannot be written")
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, file) {
		t.Fatal("the file was touched", err)
	}
	if err := os.RemoveAll(path + mendingSuffix); err != nil {
		t.Fatal(err)
	}
	got := load(t, c)
	if err := s.judge(c, got); err != nil || len(got.Outbox) != len(s.whole.Outbox) {
		t.Fatal(err)
	}
	_ = c.Close()
	// As when the power went between the two renames.
	if err := os.Rename(path, path+mendingSuffix); err != nil {
		t.Fatal(err)
	}
	if c, err = openCache(path, anne, s.key, portal.NewID); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := load(t, c); len(got.Outbox) != len(s.whole.Outbox) || got.Damaged != 0 {
		t.Fatalf("%+v", got)
	}
}

// What the server removed while a feed is pulled anew must not stay.
func TestAFeedPulledAnewReplacesWhatWasKept(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "c.cache"), newKey()
	c, err := openCache(path, anne, key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	(&small{}).fill(t, c)
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 9, "account:a": 9}), Changes: []wire.Change{row("town", "level", "l1", 8, "full")}})
	if err := c.db.exec("DELETE FROM rows WHERE id = 1"); err != nil { // a site
		t.Fatal(err)
	}
	got := load(t, c)
	if got.Damaged == 0 || len(got.Rows) != 4 || got.Cursor.Feeds["town"] != 0 || got.Cursor.Feeds["account:a"] != 9 {
		t.Fatalf("%+v", got)
	}
	a := pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 12, "account:a": 9}), Changes: []wire.Change{row("town", "site", "s5", 6, "École 5")}})
	got = load(t, c)
	if len(a.Dropped) != 1 || len(got.Rows) != 4 || !strings.Contains(shown(got), "École 5") || strings.Contains(shown(got), "l1") {
		t.Fatalf("%+v\n%s", a, shown(got))
	}
	_ = c.Close()
}

// Whoever can write the file and has no key cannot make it show anything
// else: neither by taking rows away, nor by moving them, nor by putting back
// what they were.
func TestTamperingIsNoticed(t *testing.T) {
	for name, sql := range map[string]string{
		"a row taken away":           "DELETE FROM rows WHERE id = 2",
		"a collection taken away":    "DELETE FROM rows WHERE id > 6",
		"all rows taken away":        "DELETE FROM rows",
		"two rows exchanged":         "UPDATE rows SET body = (SELECT body FROM rows r WHERE r.id = 3 - rows.id) WHERE id IN (1, 2)",
		"a row copied":               "INSERT INTO rows SELECT id + 100, body FROM rows WHERE id = 1",
		"a row put back":             "UPDATE rows SET body = (SELECT body FROM old WHERE old.id = rows.id) WHERE id = 1",
		"a command taken away":       "DELETE FROM outbox WHERE id = 4",
		"a command of another table": "INSERT OR REPLACE INTO outbox SELECT 4, body FROM things LIMIT 1",
		"a thing taken away":         "DELETE FROM things WHERE id = 2",
		"the manifest taken away":    "DELETE FROM manifest",
		"the manifest put back":      "UPDATE manifest SET body = (SELECT body FROM oldmanifest)",
	} {
		t.Run(name, func(t *testing.T) {
			s := &small{key: newKey()}
			path := filepath.Join(t.TempDir(), "c.cache")
			c, err := openCache(path, anne, s.key, portal.NewID)
			if err != nil {
				t.Fatal(err)
			}
			s.fill(t, c)
			for _, sql := range []string{"CREATE TABLE old AS SELECT * FROM rows", "CREATE TABLE oldmanifest AS SELECT * FROM manifest"} {
				if err := c.db.exec(sql); err != nil {
					t.Fatal(err)
				}
			}
			pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 20, "account:a": 9}), Changes: []wire.Change{row("town", "site", "s0", 15, "École neuve")}})
			s.changes = append(s.changes[1:], row("town", "site", "s0", 15, "École neuve"))
			s.remember(t, c)
			for _, sql := range []string{sql, "DROP TABLE old", "DROP TABLE oldmanifest"} {
				if err := c.db.exec(sql); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			c, err = openCache(path, anne, s.key, portal.NewID)
			if err != nil {
				t.Fatal(err)
			}
			got := load(t, c)
			if got.Damaged == 0 {
				t.Fatal("not noticed")
			}
			if err := s.judge(c, got); err != nil {
				t.Fatal(err)
			}
			if err := s.recover(c, path, got); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestANewerFormatIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.cache")
	key := newKey()
	c, err := openCache(path, anne, key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	load(t, c)
	if err := c.db.put(manifestTable, 1, c.sealRecord(manifestTable, 1, 9, []byte(`{"format":2}`))); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	c, err = openCache(path, anne, key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Load(); portal.CodeOf(err) != portal.TooNew {
		t.Fatal(err)
	}
}

// limit lets the file not grow any more, as a full disk does.
func limit(t *testing.T, c *Cache, pages string) {
	t.Helper()
	if err := c.db.exec("PRAGMA max_page_count=" + pages); err != nil {
		t.Fatal(err)
	}
}

func TestOnAFullDiskReadingGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.cache")
	key := newKey()
	c, err := openCache(path, anne, key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	s := &small{key: key}
	s.fill(t, c)
	limit(t, c, "1") // SQLite takes the present size
	var full error
	accepted := 0
	for range 1000 {
		if _, full = c.Enqueue(portal.NewID(), []byte(strings.Repeat("x", 900)), Note{}, noon); full != nil {
			break
		}
		accepted++
	}
	if portal.CodeOf(full) != DiskFull {
		t.Fatalf("after %d: %v", accepted, full)
	}
	s.remember(t, c)
	before := shown(s.whole)
	if len(s.whole.Outbox) != 4+accepted+1 && len(s.whole.Outbox) != 4+accepted || s.whole.Damaged != 0 {
		t.Fatalf("%d in the outbox after %d, %d damaged", len(s.whole.Outbox), accepted, s.whole.Damaged)
	}
	big := family(500)
	big.Reset = true
	for range 3 {
		if _, err := c.ApplyPull(big); portal.CodeOf(err) != DiskFull {
			t.Fatal(err)
		}
		if got := load(t, c); shown(got) != before || got.Damaged != 0 || len(got.Outbox) != len(s.whole.Outbox) {
			t.Fatalf("half a pull is shown: %+v", got)
		}
	}
	if got := c.Outbox(); len(got) != len(s.whole.Outbox) {
		t.Fatalf("%d in the outbox", len(got))
	}
	if v, err := c.Get("draft", "a"); err != nil || string(v) != s.things["a"] {
		t.Fatal(v, err)
	}
	// Straight after a failure, with nothing read in between.
	if _, err := c.ApplyPull(big); portal.CodeOf(err) != DiskFull {
		t.Fatal(err)
	}
	limit(t, c, "100000")
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 7, "account:a": 9}), Changes: []wire.Change{row("town", "site", "s0", 7, "École neuve")}})
	if got := load(t, c); len(got.Rows) != len(s.whole.Rows) || got.Damaged != 0 {
		t.Fatalf("%d rows, %d damaged", len(got.Rows), got.Damaged)
	}
	pull(t, c, big)
	_ = c.Close()
	if c, err = openCache(path, anne, key, portal.NewID); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := load(t, c); len(got.Rows) != 500 || got.Damaged != 0 || len(got.Outbox) != len(s.whole.Outbox) {
		t.Fatalf("%d rows, %d damaged", len(got.Rows), got.Damaged)
	}
}

func TestErrorsHaveTheirCodes(t *testing.T) {
	for want, err := range map[portal.Code]error{
		DiskFull:        &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC},
		portal.Internal: errors.New("something else"),
		portal.Conflict: fmt.Errorf("about: %w", portal.E(portal.Conflict, "")),
	} {
		if got := portal.CodeOf(typed(err)); got != want || !errors.Is(typed(err), err) {
			t.Errorf("%v is told as %s", err, got)
		}
	}
	if typed(nil) != nil {
		t.Error("nothing is told as something")
	}
	missing := filepath.Join(t.TempDir(), "no folder", "c.cache")
	if _, err := openCache(missing, anne, newKey(), portal.NewID); portal.CodeOf(err) != portal.Internal {
		t.Error(err)
	}
}
