package storetest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"parvis/shared/portal"
)

// raw opens the database beside whoever else has it open.
func raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver := "pgx"
	if file, is := strings.CutPrefix(dsn, "sqlite:"); is {
		driver, dsn = "sqlite3", file
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Everything is all that stands in a database, whatever the table.
func Everything(t testing.TB, dsn string) string {
	t.Helper()
	names := `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`
	if strings.HasPrefix(dsn, "sqlite:") {
		names = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1`
	}
	db := raw(t, dsn)
	defer db.Close()
	var out strings.Builder
	read := func(query string, row func(values []any)) {
		t.Helper()
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			row(values)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	var tables []string
	read(names, func(v []any) { tables = append(tables, fmt.Sprint(v[0])) })
	if len(tables) < 40 {
		t.Fatalf("only %d tables: %v", len(tables), tables)
	}
	for _, table := range tables {
		read("SELECT * FROM "+table, func(values []any) {
			fmt.Fprintf(&out, "%s:", table)
			for _, v := range values {
				if raw, is := v.([]byte); is {
					v = string(raw)
				}
				fmt.Fprintf(&out, " %v", v)
			}
			out.WriteByte('\n')
		})
	}
	return out.String()
}

// OldRequests puts so many old requests of an account at a desk into the database, the
// first of them for somebody else, and takes them out again before the server is
// checked: nothing else is there of them.
func OldRequests(t testing.TB, dsn string, account portal.ID, n int) {
	t.Helper()
	db := raw(t, dsn)
	t.Cleanup(func() {
		if _, err := db.Exec(`DELETE FROM requests WHERE id LIKE 'old-%'`); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	if _, err := db.Exec(fmt.Sprintf(`INSERT INTO requests (id, reference, account, procedure_id, version, desk, state, child, person, submitted, answers)
		WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d)
		SELECT 'old-' || CAST(n AS TEXT), '2019-' || CAST(n AS TEXT), '%s', 'fiche-enfant', 1, 'enfance', 'accepted', '',
			CASE WHEN n = 1 THEN 'Zéphirine Dulac' ELSE 'Camille Roussel' END, n, '{}' FROM c`, n, account)); err != nil {
		t.Fatal(err)
	}
}
