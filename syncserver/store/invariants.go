package store

import (
	"fmt"
	"slices"
	"strings"

	"parvis/shared/portal"
)

// Contradictions lists what in the store contradicts what Parvis promises of
// its own books: the ledger, the counts beside the bookings, the command log.
// An empty list is what every test that writes must end with, and what doctor
// hopes for.
func (tx *Tx) Contradictions() ([]string, error) {
	var out []string
	for _, c := range slices.Concat([]struct{ what, query string }{
		{"ledger transaction %s does not sum to zero",
			`SELECT tx FROM ledger_entries GROUP BY tx HAVING SUM(amount) <> 0 OR COUNT(*) < 2`},
		{"ledger transaction %s has no entries",
			`SELECT id FROM ledger_transactions WHERE id NOT IN (SELECT tx FROM ledger_entries)`},
		{"the balance of %s is not the sum of its entries",
			`SELECT b.account FROM balances b WHERE b.amount <> (SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e WHERE e.account = b.account)`},
		{"ledger account %s has entries and no balance",
			`SELECT DISTINCT account FROM ledger_entries WHERE account NOT IN (SELECT account FROM balances)`},
		{"booking %s has not its debit",
			`SELECT b.id FROM bookings b WHERE b.debit <> '' AND b.shares = '' AND NOT EXISTS (SELECT 1 FROM ledger_transactions t JOIN ledger_entries e ON e.tx = t.id
				WHERE t.id = b.debit AND t.about = b.id AND t.kind = 'debit' AND e.amount = -b.price AND e.account LIKE '%:' || b.payer)`},
		{"the shares of booking %s do not make its price",
			`SELECT b.id FROM bookings b WHERE b.shares <> '' AND b.debit <> '' AND (NOT EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.id = b.debit AND t.about = b.id AND t.kind = 'debit')
				OR b.price <> (SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_entries e WHERE e.tx = b.debit AND e.account LIKE 'prepaid:%'))`},
		{"debit %s has not its booking",
			`SELECT id FROM ledger_transactions WHERE kind = 'debit' AND about NOT IN (SELECT id FROM bookings)`},
		{"cancelled booking %s was not credited on the same legs",
			`SELECT b.id FROM bookings b WHERE b.state = 'cancelled' AND b.debit <> '' AND (b.credit = '' OR EXISTS (SELECT 1 FROM ledger_entries d
				LEFT JOIN ledger_entries c ON c.tx = b.credit AND c.n = d.n AND c.account = d.account AND c.amount = -d.amount WHERE d.tx = b.debit AND c.tx IS NULL))`},
		{"live booking %s was credited", `SELECT id FROM bookings WHERE state = 'live' AND credit <> ''`},
		{"credit %s has not its cancelled booking",
			`SELECT id FROM ledger_transactions WHERE kind = 'credit' AND about NOT IN (SELECT id FROM bookings WHERE state = 'cancelled')`},
		{"the count of %s is not that of its live bookings",
			`SELECT c.activity || '/' || c.site || '/' || c.day FROM day_counts c WHERE c.live <>
				(SELECT COUNT(*) FROM bookings b WHERE b.activity = c.activity AND b.site = c.site AND b.day = c.day AND b.state = 'live')`},
		{"booking %s is counted nowhere",
			`SELECT b.id FROM bookings b WHERE NOT EXISTS (SELECT 1 FROM day_counts c WHERE c.activity = b.activity AND c.site = b.site AND c.day = b.day)`},
		{"%s is oversold",
			`SELECT c.activity || '/' || c.site || '/' || c.day FROM day_counts c LEFT JOIN capacities p ON p.activity = c.activity AND p.site = c.site WHERE c.live + c.offered > COALESCE(p.places, 0)`},
		{"child and day of booking %s are booked twice",
			`SELECT MIN(id) FROM bookings WHERE state = 'live' GROUP BY child, activity, day HAVING COUNT(*) > 1`},
		{"the mark of outbox %s is not the count of its commands",
			`SELECT o.id FROM outboxes o WHERE o.mark < (SELECT COUNT(*) FROM commands c WHERE c.outbox = o.id) OR o.mark < (SELECT COALESCE(MAX(c.number), 0) FROM commands c WHERE c.outbox = o.id)`},
		{"request %s is decided by nobody",
			`SELECT id FROM requests WHERE state IN ('accepted', 'refused') AND (agent = '' OR decided = 0)`},
		{"request %s waits for its family and asks it nothing",
			`SELECT r.id FROM requests r WHERE r.state = 'waiting_family' AND NOT EXISTS (SELECT 1 FROM request_corrections c WHERE c.request = r.id AND c.answered = 0
				AND c.n = (SELECT MAX(n) FROM request_corrections l WHERE l.request = r.id))`},
		{"request %s was sent and is still a draft",
			`SELECT r.id FROM requests r JOIN drafts d ON d.account = r.account AND d.dropped = 0 AND d.body LIKE '%"request":"' || r.id || '"%'`},
		{"message %s is about no request, or of the wrong side",
			`SELECT m.id FROM messages m LEFT JOIN requests r ON r.id = m.request WHERE r.id IS NULL OR m.staff = 0 AND m.sender <> r.account OR m.staff = 1 AND m.sender = r.account`},
		{"request %s has no time line",
			`SELECT id FROM requests WHERE id NOT IN (SELECT request FROM request_events)`},
	}, documentContradictions, weeksContradictions, quotientContradictions, delegationContradictions, appointmentContradictions, movementContradictions, paymentContradictions, waitContradictions, closureContradictions, absenceContradictions, backContradictions, openingContradictions, provisionalContradictions, tillContradictions) {
		var ids []string
		if err := tx.all(&ids, c.query); err != nil {
			return out, fmt.Errorf("%s: %w", c.what, err)
		}
		for _, id := range ids {
			out = append(out, fmt.Sprintf(c.what, id))
		}
	}
	if _, err := tx.VerifyAudit(); err != nil {
		out = append(out, err.Error())
	}
	return out, nil
}

// Sources lists every entity that may stand in a feed, as kind and id: what
// a reader sees must be what projecting each of them gives.
func (tx *Tx) Sources() ([]Source, error) {
	var out []Source
	for _, of := range []struct{ kind, query string }{
		{"fact", `SELECT collection || '/' || id FROM facts ORDER BY 1`},
		{"account", `SELECT id FROM accounts ORDER BY 1`},
		{"child", `SELECT id FROM children ORDER BY 1`},
		{"enrolment", `SELECT id FROM enrolments ORDER BY 1`},
		{"booking", `SELECT id FROM bookings ORDER BY 1`},
		{"wait", `SELECT id FROM waits ORDER BY 1`},
		{"request", `SELECT id FROM requests ORDER BY 1`},
		{"draft", `SELECT id FROM drafts ORDER BY 1`},
		{"message", `SELECT id FROM messages ORDER BY 1`},
		{"text", `SELECT id FROM reply_texts ORDER BY 1`},
		{"notice", `SELECT id FROM notices ORDER BY 1`},
		{"choices", `SELECT DISTINCT account FROM notice_choices ORDER BY 1`},
		{"document", `SELECT id FROM documents ORDER BY 1`},
		{"delegation", `SELECT id FROM delegations ORDER BY 1`},
		{"appointment", `SELECT id FROM appointments ORDER BY 1`},
		{"appointment_day", `SELECT DISTINCT service || '/' || day FROM appointment_cells ORDER BY 1`},
		{"payment", `SELECT id FROM payments ORDER BY 1`},
		{"balance", `SELECT account FROM balances UNION SELECT 'prepaid:' || cash_desk || ':' || account FROM balance_levels ORDER BY 1`},
		{"calendar_address", `SELECT account FROM calendar_addresses ORDER BY 1`},
		{"prepared", `SELECT id FROM prepared_groups ORDER BY 1`},
		{"opening_ask", `SELECT id FROM opening_asks ORDER BY 1`},
		{"booking_group", `SELECT id FROM booking_groups ORDER BY 1`},
		{"transaction", `SELECT id FROM ledger_transactions ORDER BY 1`},
		{"closure_day", `SELECT DISTINCT k.closure || '/' || b.activity || '/' || b.site || '/' || b.day FROM closure_bookings k JOIN bookings b ON b.id = k.booking ORDER BY 1`},
		{"absence", `SELECT id FROM absences ORDER BY 1`},
		{"day", `SELECT activity || '/' || site || '/' || day FROM day_counts ORDER BY 1`},
	} {
		var ids []portal.ID
		if err := tx.all(&ids, of.query); err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, Source{of.kind, id})
		}
	}
	return out, nil
}

// Standing lists the rows that stand in the feeds, by feed, collection and
// entity.
func (tx *Tx) Standing() (map[[3]string]string, error) {
	var rows []struct {
		Feed       string `db:"feed"`
		Collection string `db:"collection"`
		Entity     string `db:"entity"`
		Body       string `db:"body"`
	}
	if err := tx.all(&rows, `SELECT feed, collection, entity, body FROM feed_rows WHERE deleted = 0`); err != nil {
		return nil, err
	}
	out := make(map[[3]string]string, len(rows))
	for _, r := range rows {
		out[[3]string{r.Feed, r.Collection, r.Entity}] = r.Body
	}
	return out, nil
}

// Older lists the rows that an older projection has left in the feeds, by
// feed, collection and entity, and the entities they are of: what they say is
// compared with nothing until they are projected anew.
func (tx *Tx) Older() (rows map[[3]string]bool, of map[Source]bool, err error) {
	var found []struct {
		Feed       string `db:"feed"`
		Collection string `db:"collection"`
		Entity     string `db:"entity"`
		Source     string `db:"source"`
	}
	if err := tx.all(&found, `SELECT feed, collection, entity, source FROM feed_rows WHERE deleted = 0 AND projection < ?`, tx.s.o.Projection); err != nil {
		return nil, nil, err
	}
	rows, of = map[[3]string]bool{}, map[Source]bool{}
	for _, r := range found {
		kind, id, _ := strings.Cut(r.Source, ":")
		rows[[3]string{r.Feed, r.Collection, r.Entity}] = true
		of[Source{kind, portal.ID(id)}] = true
	}
	return rows, of, nil
}
