package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"parvis/shared/portal"
)

// source is an entity that feed rows are made from.
// Source is an entity that stands in feeds.
type Source struct {
	Kind string
	ID   portal.ID
}

func (s Source) String() string { return s.Kind + ":" + string(s.ID) }

// batch is one transaction of the writer.
type batch struct {
	w       *writer
	link    *link
	run     string // under which it is counted
	newRun  string // the row it writes for a new run, "" when there is one
	number  int64
	began   time.Time
	touched []Source
	known   map[Source]bool
	dirty   bool // something was written
	rows    int

	meta   map[string]meta // as the batch has it
	places map[placesKey]places
	moves  int // of what places is about

	savepoint bool // one is open
}

func (b *batch) touch(s Source) {
	if !b.known[s] {
		b.known[s] = true
		b.touched = append(b.touched, s)
	}
}

// forget drops what was touched after the first n.
func (b *batch) forget(n int) {
	for _, s := range b.touched[n:] {
		delete(b.known, s)
	}
	b.touched = b.touched[:n]
}

// begin opens a transaction and, after a start or a lost connection, writes
// the row of a new run into it.
func (w *writer) begin() (*batch, error) {
	l, err := w.open()
	if err != nil {
		return nil, err
	}
	w.number++
	b := &batch{w: w, link: l, run: w.run, number: w.number, began: time.Now(), known: map[Source]bool{}, meta: map[string]meta{}, places: map[placesKey]places{}}
	if err := b.beginRun(); err != nil {
		w.drop(l, err)
		return nil, err
	}
	return b, nil
}

// open begins a transaction on the writer's connection.
func (w *writer) open() (*link, error) {
	ctx := w.s.engine.statements()
	conn, err := w.connect(ctx)
	if err != nil {
		ctx.cancel()
		w.lost = true
		return nil, &lostError{err}
	}
	l := &link{s: w.s, conn: conn, ctx: ctx, around: w.s.around}
	if err := w.s.engine.beginWrite(l); err != nil {
		w.drop(l, err)
		return nil, err
	}
	return l, nil
}

func (w *writer) connect(ctx bounded) (*sqlx.Conn, error) { return w.s.write.Connx(ctx) }

// drop throws a connection away with all that is open on it.
func (w *writer) drop(l *link, why error) {
	// After a loss the server may be another one, or stand in the past.
	if lost(why) {
		w.lost = true
	} else {
		w.retired = true
	}
	w.s.engine.discard(l.conn)
	l.ctx.cancel()
}

// tx is a transaction of the batch as queries see it, at an instant.
func (b *batch) tx(now time.Time) *Tx {
	return &Tx{s: b.w.s, link: b.link, now: now, batch: b}
}

// commit projects what was touched, counts the batch and commits it. After an
// error the transaction is as if it had never been, for certain, unless the
// error is errUnsure.
func (b *batch) commit() (took time.Duration, err error) {
	w := b.w
	tx := b.tx(w.s.now())
	if err := b.project(tx); err != nil {
		return 0, err
	}
	if b.dirty || b.newRun != "" {
		rows, err := b.link.exec("UPDATE runs SET batch = ? WHERE id = ?", b.number, b.run)
		if err != nil {
			return 0, err
		}
		if rows != 1 {
			// The database has lost our run's row: it was put back to an
			// earlier state beneath us.
			w.run = ""
			return 0, errors.New("store: the row of this run is gone")
		}
	}
	if err := b.link.flush(); err != nil {
		return 0, err
	}
	start := time.Now()
	err = w.s.engine.commit(b.link)
	took = time.Since(start)
	if err != nil {
		return took, b.settle(err)
	}
	b.link.conn.Close()
	b.link.ctx.cancel()
	b.committed()
	return took, nil
}

// committed is what follows from a commit that is certain.
func (b *batch) committed() {
	w := b.w
	if b.newRun != "" {
		w.run, w.lost = b.newRun, false
		w.retired = false
	}
	if b.dirty || b.newRun != "" {
		w.s.wakes.ring()
		w.s.engine.notify()
	}
}

// errUnsure says that a COMMIT may or may not have happened, and that the
// database could not be asked.
var errUnsure = errors.New("store: nobody knows whether the batch was committed")

// settle finds out what became of a COMMIT that failed: on another connection
// and, on PostgreSQL, under the lock that the first one holds until its end.
// The count of batches in our run's row then tells.
func (b *batch) settle(why error) error {
	w := b.w
	w.drop(b.link, why)
	b.link = nil
	if !b.dirty && b.newRun == "" {
		return nil // there was nothing to commit: what was read stands
	}
	l, err := w.open()
	if err != nil {
		return fmt.Errorf("%w: %w; then %w", errUnsure, why, err)
	}
	var counted []int64
	err = l.all(&counted, "SELECT batch FROM runs WHERE id = ?", b.run)
	if err == nil {
		err = l.exec0("ROLLBACK")
	}
	if err != nil {
		w.drop(l, err)
		return fmt.Errorf("%w: %w; then %w", errUnsure, why, err)
	}
	l.conn.Close()
	l.ctx.cancel()
	if len(counted) == 1 && counted[0] == b.number {
		w.s.log.Warn("store: a COMMIT answered with an error and had happened", "error", why)
		b.committed()
		return nil
	}
	return why
}
