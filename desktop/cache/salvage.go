package cache

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// brokenSuffix names the file that a broken one is set aside as; only the
// last is kept.
const brokenSuffix = ".broken"

// mendingSuffix names the new file until it is whole.
const mendingSuffix = ".mending"

// salvage sets a broken file aside and builds a new one from what in it still
// opens: the outbox and the local things. Feeds are pulled anew.
func (c *Cache) salvage(cause error) error {
	s := salvaged{best: map[[2]int64]record{}}
	if c.db != nil {
		for _, table := range []byte{manifestTable, outboxTable, thingsTable} {
			_ = c.db.records(table, func(_ int64, body []byte) error { // as far as it goes
				s.take(c.openRecord(body))
				return nil
			})
		}
		_ = c.db.close()
		c.db = nil
	}
	for _, end := range []string{"", "-wal"} {
		raw, err := os.ReadFile(c.path + end)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		c.carve(raw, &s)
	}
	// The new file is whole before the broken one is moved: on a full disk, or
	// when the power goes, what there is stays where it is.
	next := c.path + mendingSuffix
	if err := removeFiles(next, next+"-wal"); err != nil {
		return err
	}
	d, err := openDB(next)
	if err != nil {
		return err
	}
	c.db = d
	err = c.rebuild(&s)
	c.db = nil
	if err = errors.Join(err, d.close()); err != nil {
		return errors.Join(err, removeFiles(next, next+"-wal"))
	}
	if err := setAside(c.path, c.path+brokenSuffix); err != nil {
		return fmt.Errorf("%w, and could not be set aside: %w", cause, err)
	}
	if err := finishSalvage(c.path); err != nil {
		return err
	}
	c.rebuilt = true
	c.db, err = openDB(c.path)
	return err
}

// finishSalvage puts the new file in the place of the one set aside.
func finishSalvage(path string) error {
	if err := os.Rename(path+mendingSuffix, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// salvaged is the newest state of each record found.
type salvaged struct {
	best map[[2]int64]record
}

func (s *salvaged) take(r record, _ int, err error) {
	k := [2]int64{int64(r.table), r.id}
	if old, known := s.best[k]; err == nil && (!known || r.revision > old.revision) {
		s.best[k] = r
	}
}

// carve looks for records in the bytes of a file, wherever they lie.
func (c *Cache) carve(raw []byte, s *salvaged) {
	for {
		i := bytes.Index(raw, c.word[:])
		if i < 0 {
			return
		}
		r, size, err := c.openRecord(raw[i:])
		s.take(r, size, err)
		if err != nil {
			size = 1
		}
		raw = raw[i+size:]
	}
}

// rebuild writes what was salvaged into a new, empty file. Without the
// manifest all that opens is kept; with it only what it says was still there.
func (c *Cache) rebuild(s *salvaged) error {
	c.damaged++
	m := manifest{Outbox: c.ids()}
	r, sound := s.best[[2]int64{manifestTable, 1}]
	if sound {
		sound = json.Unmarshal(r.content, &m) == nil
	}
	m.Parts, m.Cursor.Feeds = nil, map[string]int64{}
	m.ThingsTally = tally{}
	c.state = state{manifest: m}
	c.index, c.things = map[rowKey]stored{}, map[thingKey]stored{}
	c.partOf, c.lastID, c.mending = map[[2]string]int32{}, map[byte]int64{}, nil
	var sum tally
	var keys [][2]int64
	for k := range s.best {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) })
	return c.writeLocked(func(t *tx) error {
		for _, k := range keys {
			r := s.best[k]
			switch {
			case r.table == outboxTable && (!sound || slices.Contains(m.OutboxRows, r.id)):
				p, err := readCommand(r)
				if err != nil || t.find(p.ID) >= 0 {
					continue
				}
				sum.add(p.at.mark)
				c.lastID[outboxTable] = max(c.lastID[outboxTable], r.id)
				p.at.mark = mark{}
				t.outbox = append(t.outbox, p)
			case r.table == thingsTable && (!sound || slices.Contains(m.ThingsRows, r.id)):
				if err := t.keepThing(r); err != nil {
					return err
				}
			}
		}
		if !sound || sum != m.OutboxTally {
			t.renumber(c.ids(), t.outbox)
		}
		t.OutboxTally = tally{}
		return t.rewriteOutbox()
	})
}

func (t *tx) keepThing(r record) error {
	th, err := readThing(r)
	if err != nil {
		return nil
	}
	if th.Kind == refusalKind {
		var f Refusal
		if json.Unmarshal(th.Value, &f) != nil {
			return nil
		}
		t.refused = append(t.refused, f)
	}
	return t.putThing(thingKey{th.Kind, th.Key}, th.Value)
}

// setAside renames a cache file, its log with it, over what was set aside
// under that name before.
func setAside(path, to string) error {
	for _, end := range []string{"-wal", "-shm", ""} {
		if err := os.Remove(to + end); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Rename(path+end, to+end); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}
