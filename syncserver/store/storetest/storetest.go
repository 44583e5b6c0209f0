// Package storetest runs tests of what stands on the store on both of its
// engines.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parvis/syncserver/store"
)

// Variable names the environment variable with the address of a PostgreSQL
// server that belongs to the tests, as postgres://….
const Variable = "PARVIS_TEST_POSTGRES"

// Each runs a test on SQLite, in a file of its own, and on PostgreSQL, in a
// schema of its own that is dropped afterwards. open gives a store on that
// database, migrated, started and closed with the test; called again it opens
// the same database once more.
func Each(t *testing.T, test func(t *testing.T, open func(o store.Options) *store.Store)) {
	t.Helper()
	EachDSN(t, func(t *testing.T, dsn string) {
		test(t, func(o store.Options) *store.Store {
			t.Helper()
			o.DSN = dsn
			return Open(t, o)
		})
	})
}

var said sync.Once

// EachDSN is Each for tests that open the database themselves.
func EachDSN(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	each(t, Postgres, test)
}

// EachDSN is that for a database of which every test has a copy.
func (p *Prepared) EachDSN(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	each(t, p.Postgres, test)
}

func each(t *testing.T, postgres func(testing.TB) string, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		test(t, SQLite(t))
	})
	if os.Getenv(Variable) == "" {
		said.Do(func() { t.Logf("%s is not set: nothing is run on PostgreSQL", Variable) })
		return
	}
	t.Run("postgres", func(t *testing.T) {
		test(t, postgres(t))
	})
}

// SQLite is the DSN of a new file.
func SQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "parvis.db")
}

var schemas atomic.Int64

// Postgres is the DSN of a new schema on the tests' server.
func Postgres(t testing.TB) string {
	t.Helper()
	address := server(t)
	schema := fmt.Sprintf("t%d_%d", os.Getpid(), schemas.Add(1))
	administer(t, address.String(), "CREATE SCHEMA "+schema)
	t.Cleanup(func() { administer(t, address.String(), "DROP SCHEMA "+schema+" CASCADE") })
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return address.String()
}

// server is the address of the tests' server.
func server(t testing.TB) *url.URL {
	t.Helper()
	address, err := url.Parse(os.Getenv(Variable))
	if err != nil || address.Scheme == "" {
		t.Fatalf("%s is no postgres:// address", Variable)
	}
	return address
}

func administer(t testing.TB, dsn, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// Open opens, migrates and starts a store, and closes it with the test.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

// ForgetAsked makes the requests of a SQLite database as they were before what
// they ask for was kept beside them.
func ForgetAsked(t testing.TB, dsn string) {
	t.Helper()
	db, err := sql.Open("sqlite3", strings.TrimPrefix(dsn, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("DELETE FROM request_documents"); err != nil {
		t.Fatal(err)
	}
}
