package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parvis/shared/portal"
)

// Lease is how long a claimed item is ours. A worker that dies leaves its
// items to others after that time.
const Lease = 15 * time.Minute

// Outbox is the durable list of mails to be sent.
type Outbox interface {
	// Claim gives up to limit items that are due, the oldest first, and
	// durably keeps them from everybody else until now + Lease.
	Claim(ctx context.Context, now time.Time, limit int) ([]Item, error)
	// Done takes an item off: it was handed over. What it held, links and
	// codes among it, is to be forgotten.
	Done(ctx context.Context, id portal.ID) error
	// Retry gives an item back, due at next, and counts the attempt.
	Retry(ctx context.Context, id portal.ID, next time.Time, errText string) error
	// Release gives an item back that was not tried, due as before.
	Release(ctx context.Context, id portal.ID) error
	// Fail gives an item up: it is kept for the administrator to see, its
	// data forgotten.
	Fail(ctx context.Context, id portal.ID, errText string) error
}

// Retry's bounds.
const (
	firstPause = time.Minute
	mostPause  = 4 * time.Hour
	giveUp     = 24 * time.Hour
)

// Next is when an item is tried again after one more failed attempt: after a
// pause that doubles, somewhere in its second half, so that what failed
// together does not come back together. The last try is at the very end of
// the time; after it ok is false. random gives numbers in [0, 1).
func Next(it Item, now time.Time, random func() float64) (next time.Time, ok bool) {
	end := it.end()
	if !now.Before(end) {
		return time.Time{}, false
	}
	pause := mostPause
	if it.Attempts < 8 { // beyond, the doubling has passed the bound
		pause = min(firstPause<<it.Attempts, mostPause)
	}
	pause = pause/2 + time.Duration(random()*float64(pause/2))
	next = now.Add(pause)
	if next.After(end) {
		next = end
	}
	return next, true
}

func (it Item) end() time.Time {
	if !it.Expires.IsZero() {
		return it.Expires
	}
	return it.Created.Add(giveUp)
}

// Worker drains an outbox. Several, also in several processes, may drain the
// same one.
type Worker struct {
	Outbox    Outbox
	Transport Transport
	Renderer  *Renderer
	Now       portal.Clock
	Random    func() float64 // in [0, 1)
	Log       *slog.Logger
	// Wake tells that there is something new; one pending wake-up is
	// enough, so it should have room for one.
	Wake <-chan struct{}
	// Idle is how often the outbox is looked at without being woken, for
	// retries that fall due and for what another process put in; by
	// default 30 s.
	Idle time.Duration
}

const batch = 20

// Run works until ctx ends. The mail that is being handed over then is
// finished first, so that its outcome is known; the others are given back.
func (w *Worker) Run(ctx context.Context) {
	idle := w.Idle
	if idle == 0 {
		idle = 30 * time.Second
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.Wake:
		case <-timer.C:
		}
		for w.drain(ctx) {
			if ctx.Err() != nil {
				return
			}
		}
		timer.Reset(idle)
	}
}

// drain works off one batch, and reports whether there may be more.
func (w *Worker) drain(ctx context.Context) (more bool) {
	items, err := w.Outbox.Claim(ctx, w.Now(), batch)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Error("mail: the outbox cannot be read", "error", err)
		}
		return false
	}
	line := &line{transport: w.Transport}
	defer line.close()
	// What is settled from here on must be written down although the
	// worker is being stopped: a mail that went out would else go again.
	settle := context.WithoutCancel(ctx)
	until := w.Now().Add(Lease / 2)
	for _, it := range items {
		if ctx.Err() != nil || w.Now().After(until) {
			// Given back at once rather than at the lease's end.
			w.settled(it, w.Outbox.Release(settle, it.ID))
			continue
		}
		w.one(ctx, settle, line, it)
	}
	return len(items) == batch && line.down == nil
}

// one sends one item and writes down what came of it.
func (w *Worker) one(ctx, settle context.Context, line *line, it Item) {
	log := w.Log.With("mail", it.ID, "kind", it.Kind, "attempt", it.Attempts+1)
	m, err := w.Renderer.Render(it)
	if err != nil {
		log.Error("mail: cannot be written", "error", err)
		w.settled(it, w.Outbox.Fail(settle, it.ID, err.Error()))
		return
	}
	// A mail that waited because the server was down is still worth its one
	// try, unless what it says no longer holds.
	if w.Now().After(it.end()) && (it.Attempts > 0 || !it.Expires.IsZero()) {
		log.Warn("mail: given up, its time is over")
		w.settled(it, w.Outbox.Fail(settle, it.ID, "its time is over"))
		return
	}
	err = line.send(ctx, m)
	if err == nil {
		log.Info("mail: handed over")
		w.settled(it, w.Outbox.Done(settle, it.ID))
		return
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		w.settled(it, w.Outbox.Release(settle, it.ID))
		return
	}
	// The text of the error may hold the recipient's address: it goes into
	// the outbox, which holds it anyway, and not into the log.
	var de *DeliveryError
	if errors.As(err, &de) {
		log = log.With("code", de.Code, "enhanced", de.Enhanced)
	}
	if Permanent(err) {
		log.Warn("mail: refused for good")
		w.settled(it, w.Outbox.Fail(settle, it.ID, err.Error()))
		return
	}
	next, ok := Next(it, w.Now(), w.Random)
	if !ok {
		log.Warn("mail: given up")
		w.settled(it, w.Outbox.Fail(settle, it.ID, err.Error()))
		return
	}
	log.Warn("mail: to be tried again", "next", next)
	w.settled(it, w.Outbox.Retry(settle, it.ID, next, err.Error()))
}

// settled notes that an outcome could not be written down: the item comes
// back when its lease ends.
func (w *Worker) settled(it Item, err error) {
	if err != nil {
		w.Log.Error("mail: the outbox cannot be written", "mail", it.ID, "error", err)
	}
}

// line is the connection of one batch, opened when it is first needed and
// anew after it broke.
type line struct {
	transport Transport
	conn      Connection
	down      error // why it could not be opened: the rest of the batch need not wait for the same
}

func (l *line) send(ctx context.Context, m *Message) error {
	fresh := l.conn == nil
	if err := l.open(ctx); err != nil {
		return err
	}
	err := l.conn.Send(ctx, m)
	var de *DeliveryError
	if errors.As(err, &de) && de.Lost && !fresh {
		// Mail servers hang up after so many mails. Nothing of this
		// one was said, so it is no attempt.
		l.close()
		if err := l.open(ctx); err != nil {
			return err
		}
		err = l.conn.Send(ctx, m)
	}
	if err != nil && !(errors.As(err, &de) && de.Code != 0) {
		l.close() // no answer: nobody knows what the line still holds
	}
	return err
}

func (l *line) open(ctx context.Context) error {
	if l.conn != nil || l.down != nil {
		return l.down
	}
	l.conn, l.down = l.transport.Open(ctx)
	return l.down
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}
