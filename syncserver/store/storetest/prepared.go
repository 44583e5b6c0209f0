package storetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Prepared is a database that is made ready once in a test program and copied
// for each test: migrating and filling one takes longer than most tests do.
type Prepared struct {
	sqlite   func() ([]byte, error)
	postgres func() (string, error)
}

// Prepare gives one that make makes ready, on either engine, when it is first
// asked for. make closes what it has opened.
func Prepare(make func(dsn string) error) *Prepared {
	return &Prepared{
		sqlite: sync.OnceValues(func() ([]byte, error) {
			dir, err := os.MkdirTemp("", "prepared")
			if err != nil {
				return nil, err
			}
			defer os.RemoveAll(dir)
			path := filepath.Join(dir, "parvis.db")
			if err := make("sqlite:" + path); err != nil {
				return nil, err
			}
			return os.ReadFile(path) // whole: who closes it last writes its log into it
		}),
		postgres: sync.OnceValues(func() (string, error) { return original(make) }),
	}
}

// Fill puts a copy where the DSN of a SQLite file has nothing yet. A database
// that is there is left as it is, and so is one in memory.
func (p *Prepared) Fill(t testing.TB, dsn string) {
	t.Helper()
	path, file := strings.CutPrefix(dsn, "sqlite:")
	if !file || path == ":memory:" {
		return
	}
	if _, err := os.Stat(path); err == nil {
		return
	}
	data, err := p.sqlite()
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Postgres is the DSN of a copy on the tests' server, dropped with the test.
func (p *Prepared) Postgres(t testing.TB) string {
	t.Helper()
	from, err := p.postgres()
	if err != nil {
		t.Fatal(err)
	}
	address := server(t)
	name := fmt.Sprintf("t%d_%d", os.Getpid(), schemas.Add(1))
	administer(t, address.String(), "CREATE DATABASE "+name+" TEMPLATE "+from)
	t.Cleanup(func() { administer(t, address.String(), "DROP DATABASE "+name+" WITH (FORCE)") })
	return in(address, name)
}

// in is the address of another database on the same server.
func in(address *url.URL, name string) string {
	other := *address
	other.Path = "/" + name
	return other.String()
}

const originals = "parvis_original_"

// living are connections that are never closed: their locks say that the
// program lives. They are kept here because one that nothing knows any more is
// closed by the garbage collector.
var living []*pgx.Conn

// original makes a database ready that others are copied from. It stays as long
// as this program runs: the next one drops it.
func original(make func(dsn string) error) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	address, err := url.Parse(os.Getenv(Variable))
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, address.String())
	if err != nil {
		return "", err
	}
	living = append(living, conn)
	rows, err := conn.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", originals)
	if err != nil {
		return "", err
	}
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s%d_%d", originals, os.Getpid(), schemas.Add(1)) // a program may have several
	for _, left := range append(left, name) {
		var mine bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtext($1))", left).Scan(&mine); err != nil {
			return "", err
		}
		if !mine {
			continue
		}
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+left+" WITH (FORCE)"); err != nil {
			return "", err
		}
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return name, make(in(address, name))
}
