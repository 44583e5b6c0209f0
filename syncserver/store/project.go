package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"parvis/shared/portal"
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
	var head int64
	if _, err := tx.get(&head, "SELECT seq FROM head"); err != nil {
		return err
	}
	p := projection{tx: tx, head: head, version: b.w.s.o.Projection}
	reading := *tx
	reading.readOnly = true
	for _, from := range b.touched {
		if err := p.source(&reading, from); err != nil {
			return err
		}
	}
	b.rows = int(p.head - head)
	if b.rows == 0 {
		return nil
	}
	_, err := tx.exec("UPDATE head SET seq = ?", p.head)
	return err
}

type projection struct {
	tx      *Tx
	head    int64
	version int
}

func (p *projection) source(reading *Tx, from source) error {
	var rows []FeedRow
	err := guarded(func() (err error) {
		rows, err = p.tx.s.o.Project(reading, from.kind, from.id)
		return err
	})
	if err = cmp.Or(reading.fault, err); err != nil {
		return fmt.Errorf("store: projecting %s: %w", from.kind, err)
	}
	var stored []storedRow
	if err := p.tx.all(&stored, "SELECT feed, collection, entity, body, deleted, projection FROM feed_rows WHERE source = ?", from.String()); err != nil {
		return err
	}
	old := make(map[rowKey]storedRow, len(stored))
	for _, r := range stored {
		old[r.key()] = r
	}
	for _, r := range rows {
		body, err := json.Marshal(r.Body)
		if err != nil {
			return fmt.Errorf("store: projecting %s: %w", from.kind, err)
		}
		row := storedRow{r.Feed, r.Collection, string(r.Entity), string(body), false, p.version}
		was, had := old[row.key()]
		delete(old, row.key())
		switch {
		case !had || was.Deleted || was.Body != row.Body:
			err = p.put(from, row)
		case was.Projection != p.version:
			_, err = p.tx.exec("UPDATE feed_rows SET projection = ? WHERE feed = ? AND collection = ? AND entity = ?",
				p.version, row.Feed, row.Collection, row.Entity)
		}
		if err != nil {
			return err
		}
	}
	// What is left is no longer to be seen there.
	for _, r := range stored {
		if _, left := old[r.key()]; !left || r.Deleted {
			continue
		}
		r.Body, r.Deleted, r.Projection = "", true, p.version
		if err := p.put(from, r); err != nil {
			return err
		}
	}
	return nil
}

func (p *projection) put(from source, r storedRow) error {
	p.head++
	_, err := p.tx.exec(`INSERT INTO feed_rows (feed, collection, entity, source, seq, body, deleted, projection, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (feed, collection, entity) DO UPDATE SET source = excluded.source, seq = excluded.seq, body = excluded.body,
		deleted = excluded.deleted, projection = excluded.projection, changed_at = excluded.changed_at`,
		r.Feed, r.Collection, r.Entity, from.String(), p.head, r.Body, r.Deleted, r.Projection, p.tx.now)
	return err
}

// Reproject projects entities anew, as an ordinary write: rows that come out
// as they were keep their sequence numbers.
func (s *Store) Reproject(ctx context.Context, kind string, ids []portal.ID) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, id := range ids {
			tx.Touch(kind, id)
		}
		return nil
	})
}

// Prune forgets tombstones older than keep: a cursor from before then is told
// to begin anew. It says how many it forgot.
func (s *Store) Prune(ctx context.Context, keep time.Duration) (forgotten int64, err error) {
	var n int64
	err = s.Write(ctx, func(tx *Tx) error {
		n = 0
		was, err := tx.floor()
		if err != nil {
			return err
		}
		var floor int64
		if _, err := tx.get(&floor, "SELECT COALESCE(MAX(seq), 0) FROM feed_rows WHERE deleted = 1 AND changed_at < ?", tx.Now().Add(-keep)); err != nil {
			return err
		}
		if floor <= was {
			return nil
		}
		if n, err = tx.exec("DELETE FROM feed_rows WHERE deleted = 1 AND seq <= ?", floor); err != nil {
			return err
		}
		return tx.SetMeta(metaFloor, strconv.FormatInt(floor, 10))
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (tx *Tx) floor() (int64, error) {
	text, found, err := tx.Meta(metaFloor)
	if err != nil || !found {
		return 0, err
	}
	floor, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, tx.fail(errors.New("store: the tombstones' floor is no number"))
	}
	return floor, nil
}
