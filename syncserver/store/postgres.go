package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3/lock"
)

func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("store: the PostgreSQL address cannot be read: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "parvis"
	}
	if config.ConnectTimeout == 0 || config.ConnectTimeout > 10*time.Second {
		config.ConnectTimeout = 10 * time.Second
	}
	// A process that stops in the middle of a transaction (a paused machine)
	// holds the town's lock: the server ends it.
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "15s"

	var generation atomic.Int64
	writing := config.Copy()
	db := openLines(writing, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		generation.Add(1)
		// What is acknowledged must be on disk, whatever the server's default.
		if _, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`); err != nil {
			return err
		}
		// A plan is kept as long as the connection. One that was made while a table
		// was empty reads all of it, and is still there when an opening fills the
		// table within seconds, long before anybody gathers statistics. The writer
		// looks for rows by their keys: it uses the index from the beginning. What
		// has none is read through all the same, and is not to be compiled because
		// that is reckoned as dear.
		_, err := c.Exec(ctx, `SELECT set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)`)
		return err
	}))
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	s.write = sqlx.NewDb(db, "pgx")
	readers := openLines(config)
	readers.SetMaxOpenConns(s.o.Readers)
	readers.SetMaxIdleConns(s.o.Readers)
	s.read = sqlx.NewDb(readers, "pgx")

	// Locks and channels are the whole database's, tables the schema's: their
	// names carry the schema, so that several towns can share a database.
	var schema string
	if err := s.read.GetContext(ctx, &schema, "SELECT COALESCE(current_schema(), '')"); err != nil {
		s.write.Close()
		s.read.Close()
		return fmt.Errorf("store: PostgreSQL does not answer: %w", err)
	}
	key := func(what string) int64 {
		h := fnv.New64a()
		fmt.Fprintf(h, "parvis/%s/%s", what, schema)
		return int64(h.Sum64())
	}
	town := key("writer")
	channel := func(what string) string { return fmt.Sprintf("parvis_%016x", uint64(key(what))) }
	ear := newListener(config, channel("feed"), channel("whisper"))
	s.engine = engine{
		name:      "postgres",
		bind:      sqlx.DOLLAR,
		beginRead: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		// READ COMMITTED, whatever the default: every statement after the lock
		// must see what the batch before this one committed.
		beginWrite: func(l *link) error {
			if err := l.write("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"); err != nil {
				return err
			}
			return l.exec0("SELECT pg_advisory_xact_lock(?)", town)
		},
		journey:    postgresJourney,
		commit:     postgresCommit,
		statements: onALine,
		discard:    throwAway,
		broken:     postgresBroken,
		generation: generation.Load,
		timeline:   postgresTimeline,
		locker: func() (lock.SessionLocker, error) {
			return lock.NewPostgresSessionLocker(lock.WithLockID(key("migrate")), lock.WithLockTimeout(1, 300))
		},
		listen:  func(s *Store) { ear.start(s) },
		notify:  ear.tell,
		whisper: ear.whisper,
		close:   ear.stop,
	}
	return nil
}

// postgresCommit reads the answer to COMMIT: a transaction that had failed
// before is rolled back by it, and that is no error.
func postgresCommit(l *link) error {
	return l.do("COMMIT", func() error {
		return l.conn.Raw(func(c any) error {
			tag, err := c.(*line).Conn.Conn().Exec(l.ctx, "COMMIT")
			if err == nil && tag.String() != "COMMIT" {
				err = errors.New("it was rolled back")
			}
			return err
		})
	})
}

func postgresBroken(conn *sqlx.Conn) bool {
	closed := true
	err := conn.Raw(func(c any) error {
		closed = c.(*line).Conn.Conn().IsClosed()
		if closed {
			return driver.ErrBadConn
		}
		return nil
	})
	return closed || err != nil
}

// postgresTimeline is the timeline that the server writes now. It is read from
// the position in the log and not from the last checkpoint, which lags behind
// a promotion. A service that does not let us ask has none.
func postgresTimeline(l *link) (string, error) {
	var may bool
	if err := l.get(&may, "SELECT has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')"); err != nil || !may {
		return "", err
	}
	var timeline string
	err := l.get(&timeline, "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)")
	return timeline, err
}
