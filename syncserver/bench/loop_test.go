package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// loop is what the server is held against: the rows that a booking leaves, no
// question asked, written by a plain loop into a new database, with FULL where
// that is SQLite's to say, so many a commit. It gives bookings a second.
func loop(b testing.TB, dsn string, n, group int) float64 {
	b.Helper()
	s, err := store.Open(context.Background(), store.Options{DSN: dsn})
	if err == nil {
		if err = s.Migrate(context.Background()); err == nil {
			err = s.Close(context.Background())
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	driver, address, placeholders := "pgx", dsn, sqlx.DOLLAR
	if file, is := strings.CutPrefix(dsn, "sqlite:"); is {
		driver, placeholders = "sqlite3", sqlx.QUESTION
		address = "file:" + file + "?_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on&_stmt_cache_size=100&_secure_delete=on"
	}
	bound := map[string]string{}
	db, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	const body = `{"id":"03bb2cc3-d800-7000-8000-000000000001","child":"03bb2cc3-d800-7000-8000-000000000001","activity":"03bb2cc3-d800-7000-8000-000000000001",` +
		`"site":"03bb2cc3-d800-7000-8000-000000000001","day":"2026-11-19","payer":"03bb2cc3-d800-7000-8000-000000000001","price":480,"by_name":"Banc Essai","at":1763280000000000}`
	const small = `{"cash_desk":"main","amount":99999999}`
	account, activity, site := string(portal.NewID()), string(portal.NewID()), string(portal.NewID())
	began := time.Now()
	for k := 0; k < n; {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		do := func(query string, args ...any) {
			if bound[query] == "" {
				bound[query] = sqlx.Rebind(placeholders, query)
			}
			if err == nil {
				_, err = tx.Exec(bound[query], args...)
			}
		}
		for range group {
			k++
			command, booking, debit := string(portal.NewID()), string(portal.NewID()), string(portal.NewID())
			day := fmt.Sprintf("2026-%03d", k/2000)
			do(`INSERT INTO commands (id, outbox, number, account, type, hash, verdict, received) VALUES (?, ?, ?, ?, 'booking.book', ?, '', 1)`, command, account, k, account, command)
			do(`INSERT INTO bookings (id, child, activity, site, day, payer, price, debit, state, made, actor) VALUES (?, ?, ?, ?, ?, ?, 480, ?, 'live', 1, ?)`,
				booking, booking, activity, site, day, account, debit, account)
			do(`INSERT INTO day_counts (activity, site, day, live) VALUES (?, ?, ?, 1) ON CONFLICT (activity, site, day) DO UPDATE SET live = day_counts.live + 1`, activity, site, day)
			do(`INSERT INTO ledger_transactions (id, at, kind, about, actor) VALUES (?, 1, 'debit', ?, ?)`, debit, booking, account)
			for leg, of := range []string{"prepaid:main:" + account, "income:" + activity} {
				do(`INSERT INTO ledger_entries (tx, n, account, amount) VALUES (?, ?, ?, 480)`, debit, leg, of)
				do(`INSERT INTO balances (account, amount) VALUES (?, 480) ON CONFLICT (account) DO UPDATE SET amount = balances.amount + 480`, of)
			}
			for i, row := range [][4]string{{"account:" + account, "booking", booking, body}, {"account:" + account, "balance", "main", small}, {"site:" + site, "headcount", day, small}} {
				do(`INSERT INTO feed_rows (feed, collection, entity, source, seq, body, deleted, projection, changed_at) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 1)
					ON CONFLICT (feed, collection, entity) DO UPDATE SET seq = excluded.seq, body = excluded.body`, row[0], row[1], row[2], row[1]+":"+row[2], 3*k+i, row[3])
			}
		}
		do(`INSERT INTO outboxes (id, account, mark) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark`, account, account, k)
		do(`UPDATE head SET seq = ?`, 3*k+3)
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(began).Seconds()
}
