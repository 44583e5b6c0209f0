// Package store holds all of the server's SQL, on SQLite and PostgreSQL: the
// one writer that runs many commands a commit, the command log, the feeds and
// the queries of the domain. It knows tables and rows, not who may do what.
//
// Everything that is written passes through Write or Apply and so through one
// goroutine; everything that is read passes through Read, in one snapshot.
// The functions handed to them run with a *Tx, may run more than once, and do
// no I/O of their own.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/semaphore"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// DefaultMaxBatch is how many commands share a commit unless Options say
// otherwise.
const DefaultMaxBatch = 128

// Options of a store.
type Options struct {
	// DSN is "sqlite:/path/file.db", "sqlite::memory:" or "postgres://…".
	DSN     string
	Clock   portal.Clock // time.Now when nil
	IDs     portal.IDs   // makes run ids and the epoch; portal.NewID when nil
	Project Projector    // nil: nothing is projected
	// Projection is the version of Project. Rows of an older one are found by
	// Outdated and written anew by Reproject.
	Projection int
	MaxBatch   int         // DefaultMaxBatch when 0
	Readers    int         // connections that read; 8 when 0
	Observe    func(Batch) // told of every attempt at a batch, from the writer; must not block
	Logger     *slog.Logger
}

// Batch is what an Observe function learns of one attempt of the writer.
type Batch struct {
	Jobs     int           // calls of Write and Apply
	Commands int           // commands within them
	Rows     int           // feed rows that changed
	Took     time.Duration // the whole transaction
	Commit   time.Duration // its COMMIT alone
	Err      error         // why it was thrown away, nil when it was committed
}

// Store is an open database.
type Store struct {
	o      Options
	log    *slog.Logger
	engine engine
	read   *sqlx.DB // the same as write for a database in memory
	write  *sqlx.DB
	// turns lets those who read in as they came. The pool alone gives a free
	// connection to any of those who wait for one.
	turns *semaphore.Weighted

	rebound sync.Map // query with ? → query of the engine
	epoch   atomic.Value

	mu      sync.Mutex // guards what follows
	started bool
	closed  bool

	writer   *writer
	wakes    wakes
	whispers whispers

	pageRows int // of a pull: wire.PullRows but in tests

	// around, set by tests only, stands around every statement of a batch.
	around func(l *link, query string, do func() error) error
}

// Open opens a database, or makes an empty file for one; see Options for the
// forms of a DSN. Migrate and Start come next.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.IDs == nil {
		o.IDs = portal.NewID
	}
	if o.MaxBatch <= 0 {
		o.MaxBatch = DefaultMaxBatch
	}
	if o.Readers <= 0 {
		o.Readers = 8
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Store{o: o, log: o.Logger, pageRows: wire.PullRows, turns: semaphore.NewWeighted(int64(o.Readers))}
	s.epoch.Store("")
	if err := s.openEngine(ctx); err != nil {
		return nil, err
	}
	s.writer = newWriter(s)
	return s, nil
}

// Start writes this start's row into the runs, starts the writer and what
// wakes readers. It refuses a database that was not migrated.
func (s *Store) Start(ctx context.Context) error {
	if err := s.checkVersion(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	if s.started || s.closed {
		s.mu.Unlock()
		return errors.New("store: started twice, or after it was closed")
	}
	s.started = true
	s.mu.Unlock()
	s.writer.start()
	// The first batch carries the run's row.
	var epoch string
	err := s.Write(ctx, func(tx *Tx) error {
		var err error
		epoch, _, err = tx.Meta(MetaEpoch)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: the first write failed: %w", err)
	}
	s.epoch.Store(epoch)
	s.engine.listen(s)
	return nil
}

// Close lets the writer finish and answer all that waits, then closes the
// connections. Past ctx it no longer waits for the work.
func (s *Store) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	started := s.started
	s.mu.Unlock()
	var err error
	if started {
		err = s.writer.stop(ctx)
	}
	s.engine.close()
	err = errors.Join(err, s.write.Close())
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping reports whether the database answers a reader.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read.GetContext(ctx, &one, "SELECT 1")
}

// Epoch names the history that this database tells. It is known once the
// store has started.
func (s *Store) Epoch() string { return s.epoch.Load().(string) }

// now is the clock's instant as the database keeps it.
func (s *Store) now() time.Time { return s.o.Clock().UTC().Truncate(time.Microsecond) }

// Read runs f in one read snapshot. f must not call Read or Write, and may
// run twice when a connection is lost. ctx ends it between two statements.
func (s *Store) Read(ctx context.Context, f func(*Tx) error) error {
	err := s.readOnce(ctx, f)
	if err != nil && ctx.Err() == nil && lost(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		err = s.readOnce(ctx, f)
	}
	if err != nil && lost(err) {
		s.log.Error("store: a read lost its connection", "error", err)
		return unavailable(err)
	}
	return err
}

func (s *Store) readOnce(ctx context.Context, f func(*Tx) error) (err error) {
	if err := s.turns.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.turns.Release(1)
	conn, err := s.read.Connx(ctx)
	if err != nil {
		return s.noConnection(ctx, err)
	}
	l := &link{s: s, conn: conn, ctx: s.engine.statements()}
	defer l.ctx.cancel()
	if err = l.exec0(s.engine.beginRead); err != nil {
		s.engine.discard(conn)
		return err
	}
	tx := &Tx{s: s, link: l, caller: ctx, now: s.now(), readOnly: true}
	done := false
	defer func() {
		// Also when f panics: the connection must not go back with its
		// transaction open.
		if done && tx.fault == nil {
			done = l.exec0("ROLLBACK") == nil
		}
		if done && tx.fault == nil {
			conn.Close()
		} else {
			s.engine.discard(conn)
		}
	}()
	err = f(tx)
	done = true
	tx.over = true
	if tx.fault != nil {
		return tx.fault
	}
	return err
}

// noConnection says why there is no connection: the caller's own end, or a
// database out of reach.
func (s *Store) noConnection(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, sql.ErrConnDone) || s.isClosed() {
		return unavailable(err)
	}
	return &lostError{err}
}

func (s *Store) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// unavailable is what a caller gets instead of an answer: the work was not
// judged and may be offered again. The cause is for the log alone.
func unavailable(why error) error {
	return fmt.Errorf("%w: %w", portal.E(portal.Unavailable, "", "seconds", "2"), why)
}
