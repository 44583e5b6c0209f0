package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3/lock"
)

// engine is what differs between SQLite and PostgreSQL besides the folder of
// their migrations. The SQL of everything else is one text.
type engine struct {
	name      string // of its folder of migrations
	bind      int    // sqlx's kind of placeholder
	beginRead string // opens one read snapshot

	// beginWrite opens a transaction that no other writer can overlap.
	beginWrite func(l *link) error
	// journey sends statements in one go and reads their answers, and names the
	// one that failed; nil where each may as well run when its turn comes.
	journey func(l *link, all []*statement) (failed string, err error)
	// commit ends it, and errs when the database says it rolled back.
	commit func(l *link) error
	// statements is the context of one transaction's statements.
	statements func() bounded
	// discard ends a connection whose state is no longer known.
	discard func(conn *sqlx.Conn)
	// broken reports whether the connection under an error is gone.
	broken func(conn *sqlx.Conn) bool
	// generation counts the connections that the writer has opened.
	generation func() int64
	// timeline names the history of the server under the connection, "" where
	// there is no such thing.
	timeline func(l *link) (string, error)
	// locker guards migrations against another process; nil where the
	// database is one process's own.
	locker func() (lock.SessionLocker, error)
	// listen starts what hears of other processes' commits; notify tells them
	// of one here, without waiting; close ends both.
	listen func(s *Store)
	notify func()
	// whisper tells other processes a text that may be lost.
	whisper func(text string)
	close   func()
}

// bounded is a context with the release of what bounds it, and what a statement
// that begins does to the bound.
type bounded struct {
	context.Context
	cancel func()
	begins func()
}

// patience is how long one statement on a line may take before the line is held
// to be dead. A transaction of many may take longer: doctor reads a whole town
// in one.
const patience = 30 * time.Second

// onALine is the context of statements that may never be answered.
func onALine() bounded {
	c, cancel := context.WithCancel(context.Background())
	timer := time.AfterFunc(patience, cancel)
	return bounded{c, func() { timer.Stop(); cancel() }, func() { timer.Reset(patience) }}
}

// onThisMachine is the context of statements that no line can lose.
func onThisMachine() bounded {
	return bounded{context.Background(), func() {}, func() {}}
}

func (s *Store) openEngine(ctx context.Context) error {
	dsn := s.o.DSN
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		return s.openSQLite(strings.TrimPrefix(dsn, "sqlite:"))
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return s.openPostgres(ctx, dsn)
	}
	return fmt.Errorf(`store: a DSN begins with "sqlite:" or "postgres://"`)
}

// throwAway makes the pool close a connection for good; what was open on it is
// rolled back by the database.
func throwAway(conn *sqlx.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
}
