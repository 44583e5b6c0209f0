package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Projector says which rows of which feeds an entity stands for now, as each
// feed's readers may see it; none when it is gone. It only reads, and must
// give the same rows for the same tables.
type Projector func(tx *Tx, kind string, id portal.ID) ([]FeedRow, error)

// FeedRow is one row of a feed; Body is marshalled to JSON.
type FeedRow struct {
	Feed, Collection string
	Entity           portal.ID
	Body             any
}

type storedRow struct {
	Feed       string `db:"feed"`
	Collection string `db:"collection"`
	Entity     string `db:"entity"`
	Source     string `db:"source"`
	Body       string `db:"body"`
	Deleted    bool   `db:"deleted"`
	Projection int    `db:"projection"`
}

type rowKey struct{ feed, collection, entity string }

func (r storedRow) key() rowKey { return rowKey{r.Feed, r.Collection, r.Entity} }

// project brings the feeds up to what the batch has touched, in the order in
// which it was touched, and gives what has changed its sequence numbers.
func (b *batch) project(tx *Tx) error {
	if len(b.touched) == 0 || b.w.s.o.Project == nil {
		return nil
	}
	p := projection{tx: tx, version: b.w.s.o.Projection, planned: map[rowKey]int{}, claimed: map[rowKey]bool{}}
	reading := *tx
	reading.readOnly = true
	if err := reading.ReadAhead(b.touched); err != nil {
		return err
	}
	wanted := make([][]storedRow, len(b.touched))
	var ask []func() error
	for i, from := range b.touched {
		ask = append(ask, func() (err error) {
			if wanted[i], err = p.wanted(&reading, from); err != nil && reading.fault == nil {
				return fmt.Errorf("store: projecting %s: %w", from.Kind, err)
			}
			return err // a statement that failed is told with the statement
		})
	}
	for some := range slices.Chunk(ask, projectedTogether) {
		if err := reading.Together(some...); err != nil {
			return err
		}
	}
	var stored map[string][]storedRow
	if err := reading.Together(
		func() (err error) { stored, err = p.stored(&reading, b.touched); return err },
		func() error { _, err := reading.get(&p.head, "SELECT seq FROM head"); return err },
	); err != nil {
		return err
	}
	for i, from := range b.touched {
		if err := p.compare(wanted[i], stored[from.String()]); err != nil {
			return fmt.Errorf("store: projecting %s: %w", from.Kind, err)
		}
	}
	var err error
	b.rows, err = p.write()
	return err
}

// projectedTogether bounds what many entities keep in memory while they are read
// for together.
const projectedTogether = 256

// projection is the work of one batch: what its entities stand for now, held
// against what is stored.
type projection struct {
	tx      *Tx
	version int
	rows    []storedRow    // to be written, in order
	planned map[rowKey]int // where in rows
	claimed map[rowKey]bool
	head    int64 // the last number that was given
}

// wanted asks the projector.
func (p *projection) wanted(reading *Tx, from Source) ([]storedRow, error) {
	var rows []FeedRow
	err := guarded(func() (err error) {
		rows, err = p.tx.s.o.Project(reading, from.Kind, from.ID)
		return err
	})
	if reading.fault != nil {
		return nil, reading.fault
	}
	if err != nil {
		return nil, err
	}
	wanted := make([]storedRow, len(rows))
	for i, r := range rows {
		body, err := json.Marshal(r.Body)
		if err != nil {
			return nil, err
		}
		wanted[i] = storedRow{r.Feed, r.Collection, string(r.Entity), from.String(), string(body), false, p.version}
		if p.claimed[wanted[i].key()] {
			return nil, fmt.Errorf("a row of %s in %s is claimed twice", r.Collection, wire.FeedKind(r.Feed))
		}
		p.claimed[wanted[i].key()] = true
	}
	return wanted, nil
}

// stored reads the rows that entities have in the feeds, by their source.
func (p *projection) stored(reading *Tx, touched []Source) (map[string][]storedRow, error) {
	names := make([]portal.ID, len(touched))
	for i, from := range touched {
		names[i] = portal.ID(from.String())
	}
	rows, err := selectIn[storedRow](reading, selectStored, names)
	stored := make(map[string][]storedRow, len(touched))
	for _, r := range rows {
		stored[r.Source] = append(stored[r.Source], r)
	}
	return stored, err
}

// compare plans what makes the stored rows of an entity the wanted ones.
func (p *projection) compare(wanted, stored []storedRow) error {
	old := make(map[rowKey]storedRow, len(stored))
	for _, r := range stored {
		old[r.key()] = r
	}
	for _, row := range wanted {
		was, had := old[row.key()]
		delete(old, row.key())
		switch {
		case !had || was.Deleted || was.Body != row.Body:
			p.plan(row)
		case was.Projection != p.version:
			if err := p.tx.write("UPDATE feed_rows SET projection = ? WHERE feed = ? AND collection = ? AND entity = ?",
				p.version, row.Feed, row.Collection, row.Entity); err != nil {
				return err
			}
		}
	}
	// What is left is no longer to be seen there.
	gone := slices.Collect(maps.Values(old))
	slices.SortFunc(gone, func(a, b storedRow) int {
		return cmp.Or(cmp.Compare(a.Feed, b.Feed), cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.Entity, b.Entity))
	})
	for _, r := range gone {
		if !r.Deleted {
			r.Body, r.Deleted, r.Projection = "", true, p.version
			p.plan(r)
		}
	}
	return nil
}

// plan has a row written. A row may pass from one entity to another in a
// batch: what stands for it now comes before what no longer does.
func (p *projection) plan(r storedRow) {
	if i, had := p.planned[r.key()]; !had {
		p.planned[r.key()] = len(p.rows)
		p.rows = append(p.rows, r)
	} else if !r.Deleted {
		p.rows[i] = r
	}
}

// write gives the planned rows their numbers and stores them.
func (p *projection) write() (int, error) {
	if len(p.rows) == 0 {
		return 0, nil
	}
	if err := inChunks(len(p.rows), func(from, n int) error {
		args := make([]any, 0, n*9)
		for _, r := range p.rows[from : from+n] {
			p.head++
			args = append(args, r.Feed, r.Collection, r.Entity, r.Source, p.head, r.Body, r.Deleted, r.Projection, p.tx.now)
		}
		return p.tx.write(upsertRows[n], args...)
	}); err != nil {
		return 0, err
	}
	return len(p.rows), p.tx.write("UPDATE head SET seq = ?", p.head)
}
