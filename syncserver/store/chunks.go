package store

import (
	"slices"
	"strings"

	"parvis/shared/portal"
)

// Statements over many rows come in a few sizes only, so that each connection
// keeps them prepared: the ten days of an opening are two statements.
var chunks = []int{64, 32, 16, 8, 4, 2, 1}

// inChunks calls f for n rows in runs of those sizes.
func inChunks(n int, f func(from, n int) error) error {
	for from := 0; from < n; {
		size := 1
		for _, s := range chunks {
			if s <= n-from {
				size = s
				break
			}
		}
		if err := f(from, size); err != nil {
			return err
		}
		from += size
	}
	return nil
}

// selectIn lists what a statement finds of many ids, in no order of theirs.
func selectIn[T any](tx *Tx, statement map[int]string, ids []portal.ID) (out []T, err error) {
	var found [][]T
	var ask []func() error
	_ = inChunks(len(ids), func(from, n int) error {
		args := make([]any, n)
		for i := range args {
			args[i] = ids[from+i]
		}
		found = append(found, nil)
		into := len(ask)
		ask = append(ask, func() error { return tx.all(&found[into], statement[n], args...) })
		return nil
	})
	err = tx.Together(ask...)
	return slices.Concat(found...), err
}

// sized is a statement by its size: what stands before its rows, one row, and
// what stands behind them.
func sized(before, row, after string) map[int]string {
	out := map[int]string{}
	for _, n := range chunks {
		out[n] = before + strings.Repeat(row+", ", n-1) + row + after
	}
	return out
}

// row is a row of n values.
func row(n int) string { return "(" + strings.Repeat("?, ", n-1) + "?)" }

var (
	selectStored = sized("SELECT feed, collection, entity, source, body, deleted, projection FROM feed_rows WHERE source IN (", "?", ")")
	upsertRows   = sized("INSERT INTO feed_rows (feed, collection, entity, source, seq, body, deleted, projection, changed_at) VALUES ", row(9),
		` ON CONFLICT (feed, collection, entity) DO UPDATE SET source = excluded.source, seq = excluded.seq, body = excluded.body,
			deleted = excluded.deleted, projection = excluded.projection, changed_at = excluded.changed_at`)

	selectClosedBy      = sized("SELECT closure, booking, restored, kept FROM closure_bookings WHERE booking IN (", "?", ")")
	selectRestoredFrom  = sized("SELECT closure, booking, restored, kept FROM closure_bookings WHERE restored <> '' AND restored IN (", "?", ")")
	selectAbsenceOf     = sized("SELECT "+absenceDayColumns+" FROM absence_days WHERE booking IN (", "?", ")")
	selectCancelledBack = sized("SELECT "+absenceBackColumns+" FROM absence_back WHERE again <> '' AND booking IN (", "?", ")")

	selectLogged = sized("SELECT id, number, account, hash, verdict, received FROM commands WHERE id IN (", "?", ")")

	selectBookings = sized("SELECT "+bookingColumns+" FROM bookings WHERE id IN (", "?", ")")
	insertBookings = sized("INSERT INTO bookings ("+bookingColumns+") VALUES ", row(16), "")
	countDays      = sized("INSERT INTO day_counts (activity, site, day, live) VALUES ", row(4),
		" ON CONFLICT (activity, site, day) DO UPDATE SET live = day_counts.live + excluded.live")

	insertTransactions = sized("INSERT INTO ledger_transactions ("+transactionColumns+") VALUES ", row(6), "")
	selectTransactions = sized("SELECT "+transactionColumns+" FROM ledger_transactions WHERE id IN (", "?", ")")
	insertEntries      = sized("INSERT INTO ledger_entries (tx, n, account, amount) VALUES ", row(4), "")
	// In no order: for its sake PostgreSQL, which knows nothing of an empty table,
	// would go through all entries in theirs.
	selectEntries = sized("SELECT tx, n, account, amount FROM ledger_entries WHERE tx IN (", "?", ")")
)
