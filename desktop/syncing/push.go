package syncing

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// maxBatchBytes keeps a batch within the body that a server reads.
const maxBatchBytes = wire.MaxBody - 1024

// newOutboxes bounds how often one round begins a new outbox: more often
// means that client and server disagree about something else.
const newOutboxes = 3

// unsent reports whether something waits that could be sent now.
func (e *Engine) unsent() bool {
	if e.o.Public || time.Now().Before(e.heldUntil) {
		return false
	}
	return slices.ContainsFunc(e.sendable(), func(p cache.Pending) bool { return p.Number == 0 || p.Number > e.mark })
}

// sendable is what of the outbox may be handed over: without what waits for a
// file, and what builds on that. What has a number comes first, by its number:
// a command that had to wait gets a later one than those behind it.
func (e *Engine) sendable() []cache.Pending {
	outbox := e.cache.Outbox()
	held := map[portal.ID]bool{}
	out := outbox[:0:0]
	for _, p := range outbox {
		if p.Upload != "" || p.Number == 0 && len(held) > 0 && buildsOn(p.Body, held) {
			held[p.ID] = true
			continue
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b cache.Pending) int {
		if (a.Number == 0) != (b.Number == 0) {
			return cmp.Compare(b.Number, a.Number)
		}
		return cmp.Compare(a.Number, b.Number)
	})
	return out
}

// buildsOn reports whether a command names one of some.
func buildsOn(body []byte, held map[portal.ID]bool) bool {
	c, _, _ := wire.ReadCommand(body) // one that cannot be read names none
	return slices.ContainsFunc(c.Needs, func(id portal.ID) bool { return held[id] })
}

// push sends what waits, batch by batch. Nothing leaves the outbox by it:
// only a pull takes out what was decided, together with what that changed.
func (e *Engine) push(ctx context.Context) error {
	for e.unsent() {
		batch, err := e.nextBatch()
		if err != nil || len(batch) == 0 {
			return err
		}
		e.working(e.sent())
		var result wire.CommandResults
		_, err = e.flight(ctx, func(ctx context.Context) (err error) {
			result, err = e.client.SendCommands(ctx, e.cache.OutboxID(), batch)
			return err
		})
		if err := e.pushed(batch, result, err); err != nil {
			return err
		}
	}
	return nil
}

// sent is how much of what waited has been sent, in percent.
func (e *Engine) sent() int {
	outbox := e.cache.Outbox()
	done := 0
	for _, p := range outbox {
		if p.Number != 0 && p.Number <= e.mark {
			done++
		}
	}
	return 100 * done / max(1, len(outbox))
}

// findLine asks the smallest question before anything is handed over, where
// there may be no line: what has not left this computer can still be undone.
func (e *Engine) findLine(ctx context.Context) error {
	if !e.unsent() || e.synced && e.line.tries == 0 {
		return nil
	}
	_, err := e.flight(ctx, func(ctx context.Context) error {
		_, err := e.client.Town(ctx)
		return err
	})
	return err
}

// nextBatch is the first of what waits, numbered: their numbers are on the
// disk before the network sees them.
func (e *Engine) nextBatch() ([]wire.Envelope, error) {
	var ids []portal.ID
	size := 0
	for _, p := range e.sendable() {
		if p.Number != 0 && p.Number <= e.mark {
			continue
		}
		if size += len(p.Body) + client.EnvelopeOverhead; len(ids) == e.batch || len(ids) > 0 && size > maxBatchBytes {
			break
		}
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var numbered []cache.Pending
	err := e.change(func() (_ cache.Applied, err error) {
		numbered, err = e.cache.Number(ids)
		return cache.Applied{}, err
	})
	if portal.CodeOf(err) == portal.NotFound {
		return e.nextBatch() // one of them was undone just now
	}
	batch := make([]wire.Envelope, len(numbered))
	for i, p := range numbered {
		batch[i] = wire.Envelope{Number: p.Number, Body: p.Body}
	}
	return batch, err
}

// pushed takes the server's answer to a batch.
func (e *Engine) pushed(batch []wire.Envelope, result wire.CommandResults, err error) error {
	last := batch[len(batch)-1].Number
	var ce *client.Error
	switch {
	case err == nil && result.Mark >= last:
		e.mark = result.Mark
		e.batch = min(wire.MaxBatch, 2*e.batch)
		return nil
	case err == nil && result.Mark >= batch[0].Number:
		// It ended early: the next batch begins with that command, and the
		// server says of it alone whether it is too old for it or was only busy.
		e.mark = result.Mark
		return nil
	case err == nil:
		e.mark = max(e.mark, result.Mark)
		e.holdBack(batch)
		return nil
	case !errors.As(err, &ce):
		return err
	}
	switch portal.CodeOf(err) {
	case portal.TooNew:
		e.holdBack(batch)
		return nil
	case portal.Gap:
		if e.mark = ce.Mark; ce.Mark+1 < batch[0].Number && !e.holds(ce.Mark+1) {
			return e.newOutbox(err)
		}
		// What the server lacks is still here: it is sent with the next batch.
		if e.forgive++; e.forgive > newOutboxes {
			return err
		}
		return nil
	case portal.OtherOutbox:
		return e.newOutbox(err)
	case portal.Unauthorized, portal.Throttled, portal.NotReachable:
		return err
	}
	if ce.Status >= 500 {
		return err
	}
	// Something in the batch is not to the server's liking. One at a time finds
	// out what; that one is kept and told, and does not stop the pulls.
	if len(batch) > 1 {
		e.batch = 1
		return nil
	}
	e.holdBack(batch)
	return nil
}

// holds reports whether the outbox has a command of a number.
func (e *Engine) holds(number int64) bool {
	for _, p := range e.cache.Outbox() {
		if p.Number == number {
			return true
		}
	}
	return false
}

// holdBack keeps a command that the server is too old for, and those behind
// it.
func (e *Engine) holdBack(batch []wire.Envelope) {
	e.heldUntil = time.Now().Add(holdFor)
	held := &Held{Until: e.o.Clock().Add(holdFor)}
	for _, p := range e.sendable() {
		if p.Number > e.mark && p.Number >= batch[0].Number {
			held.Command = p.ID
			break
		}
	}
	e.told(func(s *Status) { s.Held = held })
}

// newOutbox gives all that waits new numbers in a new outbox; cause is why,
// and the answer where that has not helped before.
func (e *Engine) newOutbox(cause error) error {
	if e.forgive++; e.forgive > newOutboxes {
		return cause
	}
	e.mark = 0
	return e.change(func() (cache.Applied, error) { return cache.Applied{}, e.cache.NewOutbox() })
}
