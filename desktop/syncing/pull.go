package syncing

import (
	"context"
	"maps"
	"slices"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// stage is a pull under way. Its pages are kept over a line that breaks: the
// next attempt goes on behind the last one, so that a first start is not for
// ever begun anew on a poor line. Nothing of it is shown before it is whole.
type stage struct {
	reset   bool
	start   wire.Cursor // what the cache had
	cursor  wire.Cursor // behind the last page
	changes []wire.Change
	pages   int
}

// pull brings the cache up to date.
func (e *Engine) pull(ctx context.Context) error {
	if e.stage == nil || e.stage.pages == 0 && !e.stage.reset {
		e.stage = &stage{start: e.cursor, cursor: e.cursor}
	}
	for {
		outbox := portal.ID("")
		q := wire.Pull{Cursor: e.stage.cursor}
		if !e.o.Public {
			outbox = e.cache.OutboxID()
			q.Outbox, q.Number = outbox, e.cache.Decided()
		}
		if !e.synced || e.stage.pages > 0 {
			e.working(e.percent())
		}
		var page wire.PullPage
		asked := e.o.Clock()
		arrived, err := e.flight(ctx, func(ctx context.Context) (err error) {
			page, err = e.client.Pull(ctx, q)
			return err
		})
		if err != nil {
			return err
		}
		if page.Cursor.Epoch == "" || !page.Complete && !page.Reset && len(page.Changes) == 0 && sameCursor(page.Cursor, e.stage.cursor) {
			// A page of a captive portal that happens to be JSON, or a server that
			// answers without getting any further: asking on would never end.
			return &client.Error{Told: portal.E(portal.NotReachable, "", "cause", string(client.NotParvis)), Cause: client.NotParvis}
		}
		e.heardFrom(page.Time, asked, arrived)
		if page.Reset {
			e.stage = &stage{reset: true}
		}
		e.stage.cursor = page.Cursor
		// A feed that this page no longer names was taken away meanwhile; were it
		// granted again before the last page, its old rows would be ghosts.
		e.stage.changes = slices.DeleteFunc(e.stage.changes, func(c wire.Change) bool {
			_, granted := page.Cursor.Feeds[c.Feed]
			return !granted
		})
		e.stage.changes = append(e.stage.changes, page.Changes...)
		e.stage.pages++
		if page.Complete {
			return e.apply(page, outbox)
		}
		// Who has done something meanwhile is not to wait for a long pull.
		if err := e.push(ctx); err != nil {
			return err
		}
	}
}

// apply applies a pull that is complete.
func (e *Engine) apply(page wire.PullPage, outbox portal.ID) error {
	s := e.stage
	e.stage = nil
	if outbox != "" && outbox == e.cache.OutboxID() {
		// Also where it is lower than a push was told: an older copy of the
		// town's database was put back, and what it lacks is sent again.
		e.mark = page.Mark
	}
	if !s.reset && len(s.changes) == 0 && sameCursor(page.Cursor, e.cursor) && page.Mark <= e.cache.Decided() {
		return e.keepContact() // nothing is new: nothing to write
	}
	pulled := cache.Pulled{
		Reset: s.reset, Cursor: page.Cursor, Changes: s.changes,
		Outbox: outbox, Mark: page.Mark, Verdicts: page.Verdicts, At: e.Now(),
	}
	var applied cache.Applied
	err := e.change(func() (_ cache.Applied, err error) {
		applied, err = e.cache.ApplyPull(pulled)
		return applied, err
	})
	if portal.CodeOf(err) == portal.Conflict {
		// Another epoch, and no word of a reset: it is one.
		e.stage = &stage{reset: true}
		return err
	}
	if err != nil {
		return err
	}
	e.contacted = pulled.At
	if e.cursor, err = e.cache.Cursor(); err != nil {
		return err
	}
	if applied.OtherOutbox {
		return e.newOutbox(portal.E(portal.OtherOutbox, ""))
	}
	return nil
}

func sameCursor(a, b wire.Cursor) bool {
	return a.Epoch == b.Epoch && a.Run == b.Run && maps.Equal(a.Feeds, b.Feeds)
}

// percent is how much of the pull has come: by the head that the socket told,
// or by a guess that never reaches the end.
func (e *Engine) percent() int {
	s := e.stage
	if e.head > 0 && len(s.cursor.Feeds) > 0 {
		var done, all int64
		for feed, at := range s.cursor.Feeds {
			done += at - s.start.Feeds[feed]
			all += e.head - s.start.Feeds[feed]
		}
		if all > 0 && done >= 0 && done <= all {
			return int(min(99, 100*done/all))
		}
	}
	return 99 * s.pages / (s.pages + 2)
}

// heardFrom notes an answer of the server's.
func (e *Engine) heardFrom(server int64, asked, arrived time.Time) {
	contact := e.o.Clock()
	if server != 0 && !arrived.IsZero() && e.clock.sample(time.UnixMicro(server), asked, arrived) {
		off := e.clock.told
		e.mu.Lock()
		e.clockOff = off
		e.mu.Unlock()
		e.sink.SetClockError(off)
	}
	off := e.clock.told
	e.told(func(s *Status) { s.LastContact, s.ClockError = contact.Add(off), off })
}

// keepContact keeps in the cache now and then when the server was last heard.
func (e *Engine) keepContact() error {
	now := e.Now()
	if now.Sub(e.contacted).Abs() < contactEvery {
		return nil
	}
	e.contacted = now
	return e.cache.SetLastContact(now)
}
