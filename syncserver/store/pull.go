package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// pageBytes is how much of bodies a page of a pull holds before it ends, were
// it the first row: what a small server can build for many at a time.
const pageBytes = 4 << 20

// pagesFloor is carried by the cursor of an unfinished pull beside its feeds:
// the tombstones' floor when the first page was read. As long as it stands,
// what this reader has not come to yet is whole, though a page of a snapshot
// may end below the floor.
const pagesFloor = "~floor"

// Pull answers a reader from one read snapshot, in which feeds says what is
// granted to it. Pages go by sequence number within each feed; the reader
// sends each page's cursor back for the next, and shows what it has staged
// once a page is Complete: that page was read up to the head of its snapshot,
// in which the granted feeds, the mark and the verdicts were read too.
//
// A row that changes while a reader pages moves to a higher number and comes
// on a later page, so a page has no fixed end: one fixed at the first page
// would lose such a row.
//
// A granted feed that the cursor does not name begins at 0, without what is
// gone: whoever stages pages drops, with every page, what it holds of feeds that
// the page's cursor does not name.
func (s *Store) Pull(ctx context.Context, q wire.Pull, account portal.ID, feeds func(*Tx) ([]string, error)) (page wire.PullPage, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		page, err = s.pull(tx, q, account, feeds)
		return err
	})
	return page, err
}

func (s *Store) pull(tx *Tx, q wire.Pull, account portal.ID, feeds func(*Tx) ([]string, error)) (wire.PullPage, error) {
	page := wire.PullPage{Changes: []wire.Change{}, Time: tx.Now().UnixMicro()}
	granted, err := feeds(tx)
	if err != nil {
		return page, err
	}
	granted = slices.Compact(slices.Sorted(slices.Values(granted)))
	h, err := tx.history()
	if err != nil {
		return page, err
	}
	at, reset, err := h.cursor(tx, q.Cursor)
	if err != nil {
		return page, err
	}
	page.Reset = reset
	page.Cursor = wire.Cursor{Epoch: h.epoch, Run: h.run.ID, Feeds: make(map[string]int64, len(granted)+1)}

	page.Complete = true
	room := s.pageRows
	bytes := 0
	for _, feed := range granted {
		from := at[feed]
		if !page.Complete {
			page.Cursor.Feeds[feed] = from
			continue
		}
		rows, more, err := tx.delta(feed, from, room, pageBytes-bytes)
		if err != nil {
			return page, err
		}
		to := h.head
		if more {
			page.Complete = false
			to = from
		}
		for _, r := range rows {
			page.Changes = append(page.Changes, r)
			bytes += len(r.Body)
			if more {
				to = r.Seq
			}
		}
		room -= len(rows)
		page.Cursor.Feeds[feed] = to
	}
	if !page.Complete {
		if h.floor > 0 {
			page.Cursor.Feeds[pagesFloor] = h.floor
		}
		return page, nil
	}
	return page, tx.verdicts(&page, q, account)
}

// cursor is where a reader stands in each feed, or nowhere when its cursor
// belongs to another history (reset).
func (h history) cursor(tx *Tx, c wire.Cursor) (at map[string]int64, reset bool, err error) {
	if c.Epoch == "" && len(c.Feeds) == 0 {
		return nil, false, nil
	}
	at = maps.Clone(c.Feeds)
	seen, paging := at[pagesFloor]
	delete(at, pagesFloor)
	valid, err := h.follows(tx, c.Epoch, c.Run, at)
	if err != nil || !valid {
		return nil, true, err
	}
	if paging && seen == h.floor {
		return at, false, nil
	}
	for _, n := range at {
		if n > 0 && n < h.floor {
			return nil, true, nil
		}
	}
	return at, false, nil
}

type deltaRow struct {
	Feed       string    `db:"feed"`
	Collection string    `db:"collection"`
	Entity     portal.ID `db:"entity"`
	Seq        int64     `db:"seq"`
	Body       string    `db:"body"`
	Deleted    bool      `db:"deleted"`
}

func (r deltaRow) change() wire.Change {
	c := wire.Change{Feed: r.Feed, Collection: r.Collection, Entity: r.Entity, Seq: r.Seq, Deleted: r.Deleted}
	if !r.Deleted {
		c.Body = json.RawMessage(r.Body)
	}
	return c
}

const deltaColumns = "feed, collection, entity, seq, body, deleted"

// delta reads a feed's rows after a number, within the room there is; more
// says that some were left. From 0 it is the snapshot, without what is gone.
func (tx *Tx) delta(feed string, from int64, room, bytes int) (changes []wire.Change, more bool, err error) {
	query := "SELECT " + deltaColumns + " FROM feed_rows WHERE feed = ? AND seq > ? ORDER BY seq LIMIT ?"
	if from == 0 {
		query = "SELECT " + deltaColumns + " FROM feed_rows WHERE feed = ? AND seq > ? AND deleted = 0 ORDER BY seq LIMIT ?"
	}
	var rows []deltaRow
	if err := tx.all(&rows, query, feed, from, room+1); err != nil {
		return nil, false, err
	}
	for i, r := range rows {
		if i == room || bytes <= 0 {
			return changes, true, nil
		}
		bytes -= len(r.Body)
		changes = append(changes, r.change())
	}
	return changes, false, nil
}

// verdicts adds what was decided of the reader's outbox. Where there is more
// than a page holds, the mark stays behind with what is told.
func (tx *Tx) verdicts(page *wire.PullPage, q wire.Pull, account portal.ID) error {
	if q.Outbox == "" {
		return nil
	}
	if _, err := tx.get(&page.Mark, "SELECT mark FROM outboxes WHERE id = ? AND account = ?", q.Outbox, account); err != nil || page.Mark == 0 {
		return err
	}
	var rows []logRow
	if err := tx.all(&rows, `SELECT id, number, account, hash, verdict, received FROM commands
		WHERE outbox = ? AND account = ? AND number > ? ORDER BY number LIMIT ?`, q.Outbox, account, q.Number, wire.PullRows); err != nil {
		return err
	}
	for _, r := range rows {
		v, err := r.verdict(r.Number)
		if err != nil {
			return err
		}
		page.Verdicts = append(page.Verdicts, v)
	}
	if len(rows) == wire.PullRows {
		page.Mark = rows[len(rows)-1].Number
	}
	return nil
}

// Changes lists rows of all feeds with numbers after one, in order, at most
// limit, and the head of the same snapshot: for those who pass them on live.
func (s *Store) Changes(ctx context.Context, after int64, limit int) (changes []wire.Change, head int64, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		changes = nil
		if _, err := tx.get(&head, "SELECT seq FROM head"); err != nil {
			return err
		}
		var rows []deltaRow
		if err := tx.all(&rows, "SELECT "+deltaColumns+" FROM feed_rows WHERE seq > ? ORDER BY seq LIMIT ?", after, limit); err != nil {
			return err
		}
		for _, r := range rows {
			changes = append(changes, r.change())
		}
		return nil
	})
	return changes, head, err
}
