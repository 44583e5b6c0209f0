package store

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"parvis/shared/portal"
)

// link is one transaction's connection. Every statement passes here: it is
// bound to the engine's placeholders, and its errors are sorted.
type link struct {
	s    *Store
	conn *sqlx.Conn
	ctx  bounded
	// around stands around each statement; nil but for the writer's in tests.
	around func(l *link, query string, do func() error) error

	queued []*statement // to leave with the next one that is answered
}

// lostError says that there is no connection, or no longer one.
type lostError struct{ err error }

func (e *lostError) Error() string { return "store: connection lost: " + e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

func lost(err error) bool {
	var l *lostError
	return errors.As(err, &l) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

func (l *link) do(query string, f func() error) error {
	var err error
	l.ctx.begins()
	if l.around != nil {
		err = l.around(l, query, f)
	} else {
		err = f()
	}
	return l.told(query, err)
}

// statementError is an error of the database with the statement that it is of.
type statementError struct {
	query string
	err   error
}

func (e *statementError) Error() string {
	return "store: " + firstWords(e.query) + ": " + e.err.Error()
}
func (e *statementError) Unwrap() error { return e.err }

// told sorts an error of a statement, once.
func (l *link) told(query string, err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var sorted *statementError
	var gone *lostError
	if errors.As(err, &sorted) || errors.As(err, &gone) {
		return err
	}
	if lost(err) || l.s.engine.broken(l.conn) {
		return &lostError{err}
	}
	return &statementError{query, err}
}

func (l *link) get(dest any, query string, args ...any) error {
	q := &statement{query: query, args: args, into: l.conn.GetContext, dest: dest}
	l.ask(q)
	return q.err
}

func (l *link) all(dest any, query string, args ...any) error {
	q := &statement{query: query, args: args, into: l.conn.SelectContext, dest: dest}
	l.ask(q)
	return q.err
}

func (l *link) exec(query string, args ...any) (rows int64, err error) {
	q := &statement{query: query, args: args}
	l.ask(q)
	return q.changed, q.err
}

func (l *link) exec0(query string, args ...any) error {
	_, err := l.exec(query, args...)
	return err
}

// rebind writes a query's ? in the engine's own way, once a query.
func (s *Store) rebind(query string) string {
	if s.engine.bind == sqlx.QUESTION {
		return query
	}
	if q, ok := s.rebound.Load(query); ok {
		return q.(string)
	}
	q := sqlx.Rebind(s.engine.bind, query)
	s.rebound.Store(query, q)
	return q
}

// firstWords of a query tell a log which one it was; values are never in it.
func firstWords(query string) string {
	words := strings.Fields(query)
	return strings.Join(words[:min(len(words), 6)], " ")
}

// bindable turns arguments into what both engines store alike: booleans as 0
// and 1, instants as microseconds, JSON as text. Text that PostgreSQL cannot
// hold is a mistake of whoever typed it, and told as such on both.
func bindable(args []any) ([]any, error) {
	for i, a := range args {
		switch v := a.(type) {
		case nil, int64, int:
		case string:
			if !storable(v) {
				return nil, portal.E(portal.Invalid, "")
			}
		case portal.ID:
			if !storable(string(v)) {
				return nil, portal.E(portal.Invalid, "")
			}
			args[i] = string(v)
		case bool:
			args[i] = int64(0)
			if v {
				args[i] = int64(1)
			}
		case time.Time:
			args[i] = v.UnixMicro()
		case json.RawMessage:
			if !storable(string(v)) {
				return nil, portal.E(portal.Invalid, "")
			}
			args[i] = string(v)
		case driver.Valuer:
		default:
			if r := reflect.ValueOf(a); r.Kind() == reflect.String {
				if !storable(r.String()) {
					return nil, portal.E(portal.Invalid, "")
				}
				args[i] = r.String()
			}
		}
	}
	return args, nil
}

func storable(s string) bool {
	return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}
