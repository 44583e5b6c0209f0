package cache

import (
	"database/sql/driver"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// A cache file has four tables of the same shape: a running number and a
// sealed body. What a row is about stands only inside its body.
const (
	rowsTable     = 'r' // rows of feeds
	outboxTable   = 'o' // commands not yet decided
	thingsTable   = 't' // local things: drafts, small state, refusals not yet read
	manifestTable = 'm' // one row
)

var tableNames = map[byte]string{rowsTable: "rows", outboxTable: "outbox", thingsTable: "things", manifestTable: "manifest"}

func schemaOf(table string) string {
	return "CREATE TABLE " + table + " (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"
}

// pragmas: nothing deleted stays readable, a commit is on the disk when it
// returns, and the file is one window's alone (which also spares the shared
// memory file beside it); another one waits a second for it. Pages are
// larger than SQLite's own, so that nearly every outbox row lies in one piece
// and can be found there even when the page's own order is broken.
const pragmas = `
PRAGMA page_size=8192;
PRAGMA secure_delete=ON;
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA fullfsync=ON;
PRAGMA foreign_keys=ON;
PRAGMA temp_store=MEMORY;
PRAGMA cell_size_check=ON;
PRAGMA trusted_schema=OFF;
PRAGMA wal_autocheckpoint=64;
PRAGMA journal_size_limit=1048576;`

// db is one connection to one file, with its prepared statements. It goes
// round database/sql: there is one connection and one user at a time, and a
// row a microsecond matters.
type db struct {
	conn  *sqlite3.SQLiteConn
	stmts map[string]*sqlite3.SQLiteStmt
}

// openDB opens or creates a file; an empty path is a database in memory.
func openDB(path string) (*db, error) {
	name := ":memory:"
	if path != "" {
		p := filepath.ToSlash(path)
		if !strings.HasPrefix(p, "/") {
			p = "/" + p // C:/… has a slash before it in an address
		}
		name = "file://" + (&url.URL{Path: p}).EscapedPath() + "?_busy_timeout=1000&_locking_mode=EXCLUSIVE"
	}
	conn, err := (&sqlite3.SQLiteDriver{}).Open(name)
	if err != nil {
		return nil, err
	}
	d := &db{conn: conn.(*sqlite3.SQLiteConn), stmts: map[string]*sqlite3.SQLiteStmt{}}
	if err := d.prepareFile(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *db) prepareFile() error {
	if err := d.exec(pragmas); err != nil {
		return err
	}
	ours, others := 0, 0
	if err := d.each("SELECT name, sql FROM sqlite_master", func(v []driver.Value) error {
		name, _ := v[0].(string)
		if v[1] == schemaOf(name) {
			ours++
		} else {
			others++
		}
		return nil
	}); err != nil {
		return err
	}
	switch {
	case ours == len(tableNames) && others == 0:
		return nil
	case ours+others > 0: // tables are made together: one has lost its name or shape
		return sqlite3.Error{Code: sqlite3.ErrCorrupt}
	}
	if err := d.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, table := range []byte{rowsTable, outboxTable, thingsTable, manifestTable} {
		if err := d.exec(schemaOf(tableNames[table])); err != nil {
			d.rollback()
			return err
		}
	}
	return d.exec("COMMIT")
}

func (d *db) exec(sql string) error {
	_, err := d.conn.Exec(sql, nil)
	return err
}

// rollback ends a transaction that failed; some faults have ended it already.
func (d *db) rollback() {
	if !d.conn.AutoCommit() {
		_ = d.exec("ROLLBACK")
	}
}

func (d *db) stmt(sql string) (*sqlite3.SQLiteStmt, error) {
	if s := d.stmts[sql]; s != nil {
		return s, nil
	}
	s, err := d.conn.Prepare(sql)
	if err != nil {
		return nil, err
	}
	d.stmts[sql] = s.(*sqlite3.SQLiteStmt)
	return d.stmts[sql], nil
}

// run runs a prepared statement.
func (d *db) run(sql string, args ...driver.Value) error {
	s, err := d.stmt(sql)
	if err != nil {
		return err
	}
	_, err = s.Exec(args)
	return err
}

// each calls f with each row of a query; the values are f's to keep, the
// slice is not.
func (d *db) each(sql string, f func([]driver.Value) error, args ...driver.Value) (err error) {
	s, err := d.stmt(sql)
	if err != nil {
		return err
	}
	rows, err := s.Query(args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		switch err := rows.Next(values); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := f(values); err != nil {
			return err
		}
	}
}

// records calls f with the number and body of each row of a table, in the
// order of their numbers. A value of another kind, which only damage makes,
// is given as an empty body.
func (d *db) records(table byte, f func(id int64, body []byte) error) error {
	return d.each("SELECT id, body FROM "+tableNames[table]+" ORDER BY id", func(v []driver.Value) error {
		id, _ := v[0].(int64)
		body, _ := v[1].([]byte)
		return f(id, body)
	})
}

// record reads one row of a table; nil when there is none.
func (d *db) record(table byte, id int64) (body []byte, err error) {
	err = d.each("SELECT body FROM "+tableNames[table]+" WHERE id = ?", func(v []driver.Value) error {
		body, _ = v[0].([]byte)
		return nil
	}, id)
	return body, err
}

var putSQL, dropSQL = map[byte]string{}, map[byte]string{}

func init() {
	for t, name := range tableNames {
		putSQL[t] = "INSERT OR REPLACE INTO " + name + " (id, body) VALUES (?, ?)"
		dropSQL[t] = "DELETE FROM " + name + " WHERE id = ?"
	}
}

func (d *db) put(table byte, id int64, body []byte) error { return d.run(putSQL[table], id, body) }
func (d *db) drop(table byte, id int64) error             { return d.run(dropSQL[table], id) }

// makeRoom carries the log into the file and empties it, so that on a full
// disk what is written next may yet find room.
func (d *db) makeRoom() {
	_ = d.each("PRAGMA wal_checkpoint(TRUNCATE)", func([]driver.Value) error { return nil })
}

// check asks SQLite whether the file's own order holds.
func (d *db) check() error {
	return d.each("PRAGMA quick_check(1)", func(v []driver.Value) error {
		if s, _ := v[0].(string); s != "ok" {
			return sqlite3.Error{Code: sqlite3.ErrCorrupt}
		}
		return nil
	})
}

// close lets go of the file; the write-ahead log is carried into it and
// removed.
func (d *db) close() error {
	for _, s := range d.stmts {
		_ = s.Close()
	}
	return d.conn.Close()
}
