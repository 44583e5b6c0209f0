package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
	"github.com/pressly/goose/v3/lock"
)

// Pragmas of every connection. FULL because what was acknowledged survives a
// power cut, secure_delete because what was deleted is gone from the file.
const sqlitePragmas = "_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on&_busy_timeout=10000&_secure_delete=on&_stmt_cache_size=256"

func (s *Store) openSQLite(path string) error {
	memory := path == ":memory:"
	file := "file:parvis?mode=memory&" // without a shared cache each connection has a database of its own
	if !memory {
		uri, err := sqliteURI(path)
		if err != nil {
			return err
		}
		file = uri + "?"
	}
	var err error
	if s.write, err = sqlx.Open("sqlite3", file+"_txlock=immediate&"+sqlitePragmas); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.write.SetMaxOpenConns(1)
	s.write.SetMaxIdleConns(1)
	s.read = s.write
	if !memory {
		if s.read, err = sqlx.Open("sqlite3", file+"_query_only=true&"+sqlitePragmas); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		s.read.SetMaxOpenConns(s.o.Readers)
		s.read.SetMaxIdleConns(s.o.Readers)
	}
	discard := throwAway
	if memory {
		// The connection is the database: it is emptied of its transaction
		// instead. An error says that there was none left.
		discard = func(conn *sqlx.Conn) {
			_, _ = conn.ExecContext(context.Background(), "ROLLBACK")
			_ = conn.Close()
		}
	}
	s.engine = engine{
		name:       "sqlite",
		bind:       sqlx.QUESTION,
		beginRead:  "BEGIN",
		beginWrite: func(l *link) error { return l.exec0("BEGIN IMMEDIATE") },
		commit:     func(l *link) error { return l.exec0("COMMIT") },
		// A cancelled context interrupts the statement, and an interrupt rolls
		// the whole transaction back: none is ever handed down.
		statements: onThisMachine,
		discard:    discard,
		broken:     func(*sqlx.Conn) bool { return false },
		generation: func() int64 { return 0 },
		timeline:   func(*link) (string, error) { return "", nil },
		locker:     func() (lock.SessionLocker, error) { return nil, nil },
		listen:     func(*Store) {},
		notify:     func() {},
		whisper:    func(string) {},
		close:      func() {},
	}
	return nil
}

// sqliteURI writes a path as SQLite's own URI and makes sure that the file is
// its owner's alone, for families' data is in it.
func sqliteURI(path string) (string, error) {
	if path == "" {
		return "", errors.New(`store: "sqlite:" needs the path of a file, or ":memory:"`)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String(), nil
}
