package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"parvis/shared/portal"
)

// Tx is one transaction as its queries see it: a read snapshot, or in a write
// one savepoint of the batch. It is good until the function that was given it
// returns, and for one goroutine.
//
// An error of the database that a query returns is the end of the whole
// transaction even if the function goes on: an expected clash is asked for
// with ON CONFLICT, never read from an error.
type Tx struct {
	s        *Store
	link     *link
	caller   context.Context // of a read; nil in a write
	now      time.Time
	readOnly bool
	batch    *batch // nil in a read
	fault    error
	over     bool
	within   bool // a savepoint

	kept   map[string]any  // see Once
	making map[string]bool // of them, by a function beside; see Together
	ahead  ahead           // see ReadAhead

	together bool                          // see Together
	pause    func(asked []*statement) bool // has the functions beside go on
}

// Once is what f finds, asked once after ReadAhead: many of the entities ask the
// same of the tables. Elsewhere f is asked each time. The value is shared and not
// to be changed.
func Once[T any](tx *Tx, key string, f func() (T, error)) (T, error) {
	if tx.kept == nil {
		return f()
	}
	for {
		if v, known := tx.kept[key]; known {
			return v.(T), nil
		}
		if tx.fault != nil || tx.pause == nil || !tx.making[key] || !tx.pause(nil) {
			break
		}
	}
	tx.making[key] = true
	defer delete(tx.making, key) // also where f panics: others wait for it
	v, err := f()
	if err == nil {
		tx.kept[key] = v
	}
	return v, err
}

// Keys of what the engine keeps in meta. The domain adds its own.
const (
	MetaEpoch = "epoch" // names this history; changed by a restore
	MetaTown  = "town"  // the town's id, by which desktops name their caches
	metaFloor = "tombstone_floor"
)

// Now is the instant by which everything in this transaction is judged; for a
// command, the one at which it was received.
func (tx *Tx) Now() time.Time { return tx.now }

// Touch has an entity projected into the feeds at the end of the batch.
func (tx *Tx) Touch(kind string, id portal.ID) {
	if tx.readOnly || tx.batch == nil {
		tx.fail(errors.New("store: Touch where nothing is written"))
		return
	}
	tx.batch.touch(Source{kind, id})
}

// Meta reads a value that the town keeps about itself: once in a batch, for
// nobody else writes in the meantime.
func (tx *Tx) Meta(key string) (string, bool, error) {
	if tx.batch != nil {
		if m, known := tx.batch.meta[key]; known {
			return m.value, m.found, nil
		}
	}
	var m meta
	var err error
	m.found, err = tx.get(&m.value, "SELECT value FROM meta WHERE key = ?", key)
	if tx.batch != nil && err == nil {
		tx.batch.meta[key] = m
	}
	return m.value, m.found, err
}

type meta struct {
	value string
	found bool
}

// SetMeta keeps a value under a key.
func (tx *Tx) SetMeta(key, value string) error {
	err := tx.write("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
	if tx.batch != nil {
		delete(tx.batch.meta, key)
	}
	return err
}

// get reads one row into a struct or a scalar; found is false where there is
// none.
func (tx *Tx) get(dest any, query string, args ...any) (found bool, err error) {
	if args, err = tx.ready(args); err != nil {
		return false, err
	}
	tx.mayWrite(query)
	err = tx.ask(&statement{query: query, args: args, into: tx.link.conn.GetContext, dest: dest})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, tx.fail(err)
}

// all reads rows into a slice.
func (tx *Tx) all(dest any, query string, args ...any) (err error) {
	if args, err = tx.ready(args); err != nil {
		return err
	}
	tx.mayWrite(query)
	return tx.fail(tx.ask(&statement{query: query, args: args, into: tx.link.conn.SelectContext, dest: dest}))
}

// mayWrite counts a query that gives rows and is no plain SELECT as a change
// (INSERT … RETURNING).
func (tx *Tx) mayWrite(query string) {
	if tx.batch != nil && !strings.HasPrefix(query, "SELECT ") {
		tx.batch.dirty = true
	}
}

// exec changes rows and says how many.
func (tx *Tx) exec(query string, args ...any) (rows int64, err error) {
	if err = tx.mayChange(); err != nil {
		return 0, err
	}
	if args, err = tx.ready(args); err != nil {
		return 0, err
	}
	rows, err = tx.link.exec(query, args...)
	if tx.batch != nil && rows > 0 {
		tx.batch.dirty = true
	}
	return rows, tx.fail(err)
}

// ready says whether another statement may run, and makes its arguments fit.
func (tx *Tx) ready(args []any) ([]any, error) {
	switch {
	case tx.over:
		return nil, errors.New("store: a transaction used after its end")
	case tx.fault != nil:
		return nil, tx.fault
	case tx.caller != nil && tx.caller.Err() != nil:
		return nil, tx.caller.Err()
	}
	return bindable(args)
}

// fail keeps the first error of the database, which ends the transaction.
func (tx *Tx) fail(err error) error {
	if err != nil && tx.fault == nil {
		tx.fault = err
	}
	return err
}

// savepoint runs f so that a refusal takes back what f did and nothing else.
// Any other error is a fault of the whole batch.
func (tx *Tx) savepoint(f func() error) (refusal *portal.Error, fault error) {
	if tx.within {
		return nil, tx.fail(errors.New("store: a savepoint within a savepoint"))
	}
	// A savepoint is released with the making of the next one; the last ends
	// with the batch.
	if tx.batch.savepoint {
		if err := tx.link.write("RELEASE SAVEPOINT work"); err != nil {
			return nil, tx.fail(err)
		}
	}
	if err := tx.link.write("SAVEPOINT work"); err != nil {
		return nil, tx.fail(err)
	}
	tx.batch.savepoint = true
	touched := len(tx.batch.touched)
	dirty, moves := tx.batch.dirty, tx.batch.moves
	tx.within = true
	err := guarded(f)
	tx.within = false
	if err != nil && errors.Is(tx.fault, errInTheMiddle) {
		return nil, err // the panic for which those beside were left
	}
	if tx.fault != nil {
		return nil, tx.fault
	}
	if err != nil && !errors.As(err, &refusal) {
		return nil, tx.fail(err)
	}
	if refusal != nil {
		tx.batch.forget(touched)
		tx.batch.dirty = dirty
		clear(tx.batch.meta)
		if tx.batch.moves != moves {
			clear(tx.batch.places)
		}
		// What is queued goes before it, so that what came before the savepoint
		// stays, and an error of what came after is one still.
		if err := tx.link.write("ROLLBACK TO SAVEPOINT work"); err != nil {
			return nil, tx.fail(err)
		}
	}
	return refusal, nil
}

// guarded turns a panic into an error: it must not take the writer with it.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}
