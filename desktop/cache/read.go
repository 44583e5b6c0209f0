package cache

import (
	"encoding/json"
	"errors"

	sqlite3 "github.com/mattn/go-sqlite3"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// broken tells a file whose inner order does not hold from one that cannot be
// reached at the moment.
func broken(err error) bool {
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return false
	}
	switch se.Code {
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrError, sqlite3.ErrSchema, sqlite3.ErrFormat,
		sqlite3.ErrMismatch, sqlite3.ErrConstraint, sqlite3.ErrRange, sqlite3.ErrTooBig, sqlite3.ErrReadonly:
		return true
	}
	return false
}

// mending is what is to be put right in the file with the next transaction.
type mending struct {
	drop     map[byte][]int64
	rewrite  bool // the outbox's records, under a new outbox
	recorded bool // only the manifest
}

// read fills the mirrors from the file, checks them against the manifest and
// mends what does not match. It gives the rows if they are wanted.
func (c *Cache) read(wanted bool) ([]wire.Change, error) {
	if c.closed {
		return nil, portal.E(portal.Unavailable, "cache")
	}
	rows, err := c.readAndMend(wanted)
	if broken(err) && c.path != "" {
		if err = c.salvage(err); err == nil {
			rows, err = c.readAndMend(wanted)
		}
	}
	if err != nil {
		c.loaded = false
		return nil, typed(err)
	}
	return rows, nil
}

func (c *Cache) readAndMend(wanted bool) ([]wire.Change, error) {
	if c.db == nil { // it could not even be opened
		return nil, sqlite3.Error{Code: sqlite3.ErrNotADB}
	}
	rows, err := c.readFile(wanted)
	if err != nil {
		return nil, err
	}
	c.loaded = true
	if c.mending != nil {
		if err := c.writeLocked(func(*tx) error { return nil }); broken(err) {
			return nil, err
		}
		// On a full disk what was read stands; the next transaction mends.
		c.loaded = true
	}
	return rows, nil
}

// readFile does the reading and the checking.
func (c *Cache) readFile(wanted bool) ([]wire.Change, error) {
	if c.path != "" {
		if err := c.db.check(); err != nil {
			return nil, err
		}
	}
	r := &reading{c: c, bad: map[byte][]int64{}, wanted: wanted}
	c.lastID = map[byte]int64{}
	c.index, c.things = map[rowKey]stored{}, map[thingKey]stored{}
	c.partOf = map[[2]string]int32{}
	if err := r.manifest(); err != nil {
		return nil, err
	}
	for i, p := range r.m.Parts {
		c.partOf[[2]string{p.Feed, p.Collection}] = int32(i)
	}
	if err := errors.Join(r.readRows(), r.readOutbox(), r.readThings()); err != nil {
		return nil, err
	}
	if r.fresh() {
		r.sound, r.damage = true, 0
		r.m.Outbox = c.ids()
		c.mending = &mending{recorded: true}
	}
	if r.missing() && c.path != "" && !c.rebuilt {
		return nil, sqlite3.Error{Code: sqlite3.ErrCorrupt}
	}
	r.judgeRows()
	r.judgeOutbox()
	r.judgeThings()
	if r.damage > 0 || len(r.bad) > 0 {
		if c.mending == nil {
			c.mending = &mending{}
		}
		c.mending.drop = r.bad
		c.mending.rewrite = c.mending.rewrite || r.renew
	}
	c.damaged += r.damage
	c.state = state{manifest: r.m, outbox: r.outbox, refused: r.refused, uploads: r.uploads, files: r.files}
	return r.rows, nil
}

// reading is one pass over the file.
type reading struct {
	c       *Cache
	wanted  bool
	m       manifest
	sound   bool // the manifest opened
	damage  int
	bad     map[byte][]int64 // numbers of records to drop
	found   []part           // as counted, by the places of m.Parts
	rows    []wire.Change
	outbox  []command
	refused []Refusal
	uploads []Upload
	files   []kept
	count   int // of all records, also of those that do not open
	renew   bool
	outboxT tally
	thingsT tally
}

func (r *reading) fresh() bool { return !r.sound && r.count == 0 }

// manifest opens the manifest. One that is missing or does not open leaves an
// empty one, which nothing matches.
func (r *reading) manifest() error {
	raw, err := r.c.db.record(manifestTable, 1)
	if err != nil {
		return err
	}
	r.m.Cursor.Feeds = map[string]int64{}
	if raw == nil {
		r.damage++
		return nil
	}
	r.count++
	rec, _, err := r.c.openRecord(raw)
	var m manifest
	if err != nil || rec.table != manifestTable || json.Unmarshal(rec.content, &m) != nil {
		r.damage++
		return nil
	}
	if m.Format > format {
		return portal.E(portal.TooNew, "cache")
	}
	if m.Cursor.Feeds == nil {
		m.Cursor.Feeds = map[string]int64{}
	}
	r.m, r.sound = m, true
	r.found = make([]part, len(m.Parts))
	return nil
}

func (r *reading) readRows() error {
	if r.wanted {
		n := 0
		for _, p := range r.m.Parts {
			n += max(p.Count, 0)
		}
		r.rows = make([]wire.Change, 0, min(n, 1<<16))
	}
	return r.c.db.records(rowsTable, func(id int64, body []byte) error {
		r.count++
		r.c.lastID[rowsTable] = max(r.c.lastID[rowsTable], id)
		var m mark
		if len(body) >= nonceSize+tagSize {
			m = r.c.box.mark(rowsTable, id, body)
		}
		ch, err := r.c.openRow(id, body)
		if err != nil || !r.sound {
			r.bad[rowsTable] = append(r.bad[rowsTable], id)
			return nil
		}
		place, known := r.c.partOf[[2]string{ch.Feed, ch.Collection}]
		k := rowKey{place, ch.Entity}
		if _, twice := r.c.index[k]; !known || twice {
			r.bad[rowsTable] = append(r.bad[rowsTable], id)
			if known {
				r.found[place].add(m) // so that the part does not match
			}
			return nil
		}
		r.found[place].add(m)
		r.c.index[k] = stored{id, m}
		if r.wanted {
			r.rows = append(r.rows, ch)
		}
		return nil
	})
}

// judgeRows drops the collections that do not match and sets their feeds back
// to be pulled anew. What the feed's other collections show stays until then.
func (r *reading) judgeRows() {
	r.damage += len(r.bad[rowsTable])
	lost := map[int32]bool{}
	for i := range r.m.Parts {
		p := &r.m.Parts[i]
		if p.tally == r.found[i].tally {
			continue
		}
		r.damage++
		lost[int32(i)] = true
		p.tally = tally{}
		r.m.Cursor.Feeds[p.Feed] = 0
	}
	if len(lost) == 0 {
		return
	}
	for k, s := range r.c.index {
		if lost[k.part] {
			r.bad[rowsTable] = append(r.bad[rowsTable], s.id)
			delete(r.c.index, k)
		}
	}
	kept := r.rows[:0]
	for _, ch := range r.rows {
		if !lost[r.c.partOf[[2]string{ch.Feed, ch.Collection}]] {
			kept = append(kept, ch)
		}
	}
	r.rows = kept
}

func (r *reading) readOutbox() error {
	return r.c.db.records(outboxTable, func(id int64, body []byte) error {
		r.count++
		r.c.lastID[outboxTable] = max(r.c.lastID[outboxTable], id)
		rec, _, err := r.c.openRecord(body)
		var p command
		if err == nil && rec.table == outboxTable && rec.id == id {
			p, err = readCommand(rec)
		} else {
			err = errSealed
		}
		if err != nil {
			r.bad[outboxTable] = append(r.bad[outboxTable], id)
			return nil
		}
		r.outbox = append(r.outbox, p)
		r.outboxT.add(p.at.mark)
		return nil
	})
}

// missing says that SQLite does not find records which the manifest knows of,
// though their bytes may still be there.
func (r *reading) missing() bool {
	return r.sound && (len(r.outbox)+len(r.bad[outboxTable]) < r.m.OutboxTally.Count ||
		len(r.c.things)+len(r.bad[thingsTable]) < r.m.ThingsTally.Count)
}

// judgeOutbox keeps every command that opens. When some are lost, or were put
// back, their numbers mean nothing any more: what is kept goes into a new
// outbox, and the server answers those it has already seen by their ids.
func (r *reading) judgeOutbox() {
	r.damage += len(r.bad[outboxTable])
	if r.sound && r.m.OutboxTally == r.outboxT {
		return
	}
	if len(r.bad[outboxTable]) == 0 {
		r.damage++
	}
	r.renew = true
	r.m.OutboxTally = r.outboxT
	r.m.renumber(r.c.ids(), r.outbox)
}

// renumber begins a new outbox.
func (m *manifest) renumber(id portal.ID, outbox []command) {
	m.Outbox, m.Numbered, m.Decided = id, 0, 0
	for i := range outbox {
		outbox[i].Number = 0
	}
}

func (r *reading) readThings() error {
	return r.c.db.records(thingsTable, func(id int64, body []byte) error {
		r.count++
		r.c.lastID[thingsTable] = max(r.c.lastID[thingsTable], id)
		rec, _, err := r.c.openRecord(body)
		var t thing
		if err == nil && rec.table == thingsTable && rec.id == id {
			t, err = readThing(rec)
		} else {
			err = errSealed
		}
		k := thingKey{t.Kind, t.Key}
		if _, twice := r.c.things[k]; err != nil || twice {
			r.bad[thingsTable] = append(r.bad[thingsTable], id)
			return nil
		}
		if !r.known(t) {
			r.bad[thingsTable] = append(r.bad[thingsTable], id)
			return nil
		}
		r.c.things[k] = stored{id, rec.mark}
		r.thingsT.add(rec.mark)
		return nil
	})
}

// known reads the things that are the cache's own, and reports whether they
// can be.
func (r *reading) known(t thing) bool {
	var f Refusal
	var u Upload
	var k kept
	switch t.Kind {
	case refusalKind:
		if json.Unmarshal(t.Value, &f) != nil {
			return false
		}
		r.refused = append(r.refused, f)
	case uploadKind:
		if json.Unmarshal(t.Value, &u) != nil {
			return false
		}
		r.uploads = append(r.uploads, u)
	case fileKind:
		if json.Unmarshal(t.Value, &k) != nil {
			return false
		}
		r.files = append(r.files, k)
	}
	return true
}

func (r *reading) judgeThings() {
	r.damage += len(r.bad[thingsTable])
	if r.m.ThingsTally != r.thingsT && len(r.bad[thingsTable]) == 0 {
		r.damage++
	}
	r.m.ThingsTally = r.thingsT
}

// mend puts right in the file what reading found.
func (t *tx) mend() error {
	m := t.c.mending
	if m == nil {
		return nil
	}
	for table, ids := range m.drop {
		for _, id := range ids {
			if err := t.dropRecord(table, id); err != nil {
				return err
			}
		}
	}
	if m.rewrite {
		return t.rewriteOutbox()
	}
	return nil
}
