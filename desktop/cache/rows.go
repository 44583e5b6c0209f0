package cache

import (
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Pulled is a complete pull: all its pages together.
type Pulled struct {
	// Reset says that what is cached belongs to another history.
	Reset   bool
	Cursor  wire.Cursor // of the last page
	Changes []wire.Change
	// Outbox is the outbox that was asked for; Mark and Verdicts are of it.
	// When it is not the cache's any more, they are left alone.
	Outbox   portal.ID
	Mark     int64
	Verdicts []wire.Verdict
	// At is when the pull ended, for LastContact; zero leaves that as it is.
	At time.Time
}

// Applied is what a pull changed, for whoever shows it: first the feeds
// Dropped go with all their rows, then Changes come in their order, and the
// outbox is what Outbox gives now.
type Applied struct {
	Reset    bool // all feeds were dropped
	Dropped  []string
	Changes  []wire.Change
	Accepted []Pending
	Refused  []Refusal
	// OtherOutbox says that the server knows one of our numbers as another
	// command, or that one which has a number waits for its file again: NewOutbox
	// is called for.
	OtherOutbox bool

	files []portal.ID // of refused commands, to be removed
}

// ApplyPull applies a complete pull in one transaction: a reset drops all
// rows and keeps the outbox; feeds that are no longer granted go; a feed
// pulled from the start replaces what was there; changes that are already
// contained are passed over, so that the cache never goes back in time; and
// the commands that the server has decided leave the outbox.
func (c *Cache) ApplyPull(p Pulled) (Applied, error) {
	a := Applied{Reset: p.Reset}
	err := c.write(func(t *tx) error {
		if !p.Reset && t.Cursor.Epoch != "" && t.Cursor.Epoch != p.Cursor.Epoch {
			return portal.E(portal.Conflict, "cursor.epoch")
		}
		if err := t.dropFeeds(p, &a); err != nil {
			return err
		}
		for i := range p.Changes {
			ch := &p.Changes[i]
			at, granted := p.Cursor.Feeds[ch.Feed]
			if !granted || ch.Seq > at || ch.Seq <= t.Cursor.Feeds[ch.Feed] && t.Cursor.Feeds[ch.Feed] > 0 {
				continue
			}
			if err := t.apply(ch); err != nil {
				return err
			}
			a.Changes = append(a.Changes, *ch)
		}
		t.Cursor.Epoch, t.Cursor.Run = p.Cursor.Epoch, p.Cursor.Run
		for feed, seq := range p.Cursor.Feeds {
			t.Cursor.Feeds[feed] = max(seq, t.Cursor.Feeds[feed])
		}
		if !p.At.IsZero() {
			t.Contact = p.At.UnixMicro()
		}
		if err := t.settle(p, &a); err != nil || !p.Reset {
			return err
		}
		return t.doubtUploads(&a)
	})
	if err != nil {
		return Applied{}, err
	}
	c.removeSealed(a.files)
	if a.tookDocuments() {
		if err := c.SweepFiles(); err != nil && portal.CodeOf(err) != DiskFull {
			return a, err // what was applied stands
		}
	}
	return a, nil
}

// dropFeeds removes the rows that a pull does away with.
func (t *tx) dropFeeds(p Pulled, a *Applied) error {
	goes := make([]bool, len(t.Parts))
	any := false
	for i, part := range t.Parts {
		_, granted := p.Cursor.Feeds[part.Feed]
		goes[i] = part.Count > 0 && (p.Reset || !granted || t.Cursor.Feeds[part.Feed] == 0)
		any = any || goes[i]
	}
	seen := map[string]bool{}
	for i, part := range t.Parts {
		if goes[i] && !seen[part.Feed] {
			seen[part.Feed] = true
			a.Dropped = append(a.Dropped, part.Feed)
		}
	}
	for feed := range t.Cursor.Feeds {
		if _, granted := p.Cursor.Feeds[feed]; p.Reset || !granted {
			delete(t.Cursor.Feeds, feed)
		}
	}
	if !any {
		return nil
	}
	t.touched = true
	if p.Reset {
		if err := t.c.db.run("DELETE FROM rows"); err != nil {
			return err
		}
		clear(t.c.index)
	} else {
		for k, s := range t.c.index {
			if goes[k.part] {
				if err := t.dropRecord(rowsTable, s.id); err != nil {
					return err
				}
				delete(t.c.index, k)
			}
		}
	}
	for i := range t.Parts {
		if goes[i] {
			t.Parts[i].tally = tally{}
		}
	}
	return nil
}

// apply puts or removes one row.
func (t *tx) apply(ch *wire.Change) error {
	c := t.c
	t.touched = true
	name := [2]string{ch.Feed, ch.Collection}
	place, known := c.partOf[name]
	if !known {
		if ch.Deleted {
			return nil
		}
		place = int32(len(t.Parts))
		c.partOf[name] = place
		t.Parts = append(t.Parts, part{Feed: ch.Feed, Collection: ch.Collection})
	}
	p := &t.Parts[place]
	k := rowKey{place, ch.Entity}
	old, there := c.index[k]
	if there {
		p.remove(old.mark)
	}
	if ch.Deleted {
		if !there {
			return nil
		}
		delete(c.index, k)
		return c.db.drop(rowsTable, old.id)
	}
	s := stored{id: old.id}
	if !there {
		s.id = t.nextID(rowsTable)
	}
	c.sealed = c.sealRow(c.sealed[:0], s.id, ch)
	s.mark = c.box.mark(rowsTable, s.id, c.sealed)
	p.add(s.mark)
	c.index[k] = s
	return c.db.put(rowsTable, s.id, c.sealed)
}

// ApplyFrame applies a live frame when the cursor of its feed lies within it,
// and says whether it did. When it did not, f.Applies with the cursor tells
// whether the frame was old or a pull is needed.
func (c *Cache) ApplyFrame(f wire.Frame) (bool, error) {
	applied := false
	err := c.write(func(t *tx) error {
		at, granted := t.Cursor.Feeds[f.Feed]
		if applies, _ := f.Applies(at); f.Type != wire.FrameFeed || !granted || !applies {
			return errNothing
		}
		for i := range f.Changes {
			ch := f.Changes[i]
			if ch.Feed == "" {
				ch.Feed = f.Feed
			}
			if ch.Feed != f.Feed || ch.Seq > f.To {
				return portal.E(portal.Invalid, "frame")
			}
			if ch.Seq <= at {
				continue
			}
			if err := t.apply(&ch); err != nil {
				return err
			}
		}
		t.Cursor.Feeds[f.Feed] = f.To
		applied = true
		return nil
	})
	if err == errNothing {
		return false, nil
	}
	if err == nil && (Applied{Changes: f.Changes}).tookDocuments() {
		err = c.SweepFiles()
	}
	return applied && err == nil, err
}
