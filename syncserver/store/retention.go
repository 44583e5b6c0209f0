package store

import "parvis/shared/portal"

// told is whether a request r still has words: what was asked, of whom, how it
// was decided, or what was written about it.
const told = `(r.answers <> '{}' OR r.person <> '' OR r.reason <> '' OR r.decision <> ''
	OR EXISTS (SELECT 1 FROM messages m WHERE m.request = r.id)
	OR EXISTS (SELECT 1 FROM request_events e WHERE e.request = r.id AND e.note <> '')
	OR EXISTS (SELECT 1 FROM request_corrections k WHERE k.request = r.id AND (k.note <> '' OR k.reply <> '' OR k.before <> '')))`

// undecided are the states in which somebody is awaited.
const undecided = `r.state NOT IN ('accepted', 'refused', 'withdrawn', 'closed')`

// ClosedBefore lists accounts that were closed before an instant and of which
// names are still kept: their own, or in what they asked for.
func (tx *Tx) ClosedBefore(at int64, limit int) (out []Account, err error) {
	err = tx.all(&out, `SELECT `+accountColumns+` FROM accounts WHERE closed > 0 AND closed < ?
		AND (profile <> '{}' OR EXISTS (SELECT 1 FROM requests r WHERE r.account = accounts.id AND `+told+`)) ORDER BY closed, id LIMIT ?`, at, limit)
	return
}

// LeftBefore lists children whose last enrolment ended before a day, or who
// have none and nobody who is tied to them; each as long as its name is kept,
// and none for whom something is being asked. A child whose parents have since
// that day asked for something in its name, written of its health or of who
// collects it, or been tied to it, has not left: whose record was accepted and
// who books nothing has no enrolment. Of those forgotten it lists the ones about
// whom something stands that is older than that day.
func (tx *Tx) LeftBefore(day portal.Date, limit int) (ids []portal.ID, err error) {
	since := day.At(0, 0).UnixMicro()
	err = tx.all(&ids, `SELECT c.id FROM children c WHERE (c.last_name <> ''
		AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id AND e.day_to >= ?)
		AND c.health_at < ? AND c.collect_at < ?
		AND NOT EXISTS (SELECT 1 FROM child_links l WHERE l.child = c.id AND l.since >= ?)
		AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.child = c.id AND r.child <> ''
			AND (r.submitted >= ? OR r.decided >= ? OR EXISTS (SELECT 1 FROM messages m WHERE m.request = r.id AND m.at >= ?)))
		AND (EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id) OR NOT EXISTS (SELECT 1 FROM child_links l WHERE l.child = c.id))
		OR c.last_name = '' AND EXISTS (SELECT 1 FROM requests r WHERE r.child = c.id AND r.child <> '' AND r.submitted < ? AND `+told+`
			AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.request = r.id AND m.at >= ?)))
		AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.child = c.id AND r.child <> '' AND `+undecided+`)
		ORDER BY c.id LIMIT ?`, day, since, since, since, since, since, since, since, since, limit)
	return
}

// RequestsAbout lists the requests about a child, whoever made them.
func (tx *Tx) RequestsAbout(child portal.ID) (out []Request, err error) {
	err = tx.all(&out, `SELECT `+requestColumns+` FROM requests WHERE child = ? AND child <> '' ORDER BY id`, child)
	return
}

// ForgetWords takes away all that was said in a request and about it, with the
// messages; that it was made, and how it was decided, stays. The files that go
// with its messages are to be gone before.
func (tx *Tx) ForgetWords(request portal.ID) error {
	thread, err := tx.ThreadIDs(request)
	if err != nil {
		return err
	}
	for _, query := range []string{
		`UPDATE requests SET answers = '{}', person = '', reason = '', decision = '' WHERE id = ?`,
		`UPDATE request_corrections SET note = '', reply = '', before = '' WHERE request = ?`,
		`UPDATE request_events SET note = '' WHERE request = ?`,
		`DELETE FROM messages WHERE request = ?`,
	} {
		if _, err := tx.exec(query, request); err != nil {
			return err
		}
	}
	for _, id := range thread {
		tx.Touch("message", id)
	}
	tx.Touch("request", request)
	return nil
}

// TouchNamed projects anew what tells others an account's name: the days of
// children who are still tied to somebody, which it booked or pays, and who wrote
// of a child.
func (tx *Tx) TouchNamed(account portal.ID) error {
	const tied = ` AND b.state = 'live' AND EXISTS (SELECT 1 FROM child_links l WHERE l.child = b.child)`
	for _, of := range []struct{ kind, query string }{
		{"booking", `SELECT b.id FROM bookings b WHERE b.payer = ?` + tied + ` ORDER BY b.id`},
		{"booking", `SELECT b.id FROM bookings b WHERE b.actor = ? AND b.actor <> b.payer` + tied + ` ORDER BY b.id`},
		{"wait", `SELECT w.id FROM waits w WHERE w.account = ? AND EXISTS (SELECT 1 FROM child_links l WHERE l.child = w.child) ORDER BY w.id`},
		{"transaction", `SELECT debit FROM bookings WHERE actor = ? AND actor <> payer AND debit <> '' ORDER BY debit`},
		{"transaction", `SELECT credit FROM bookings WHERE actor = ? AND actor <> payer AND credit <> '' ORDER BY credit`},
		// Who else pays a part of a day reads who booked it.
		{"transaction", `SELECT debit FROM bookings WHERE payer = ? AND shares <> '' AND debit <> '' ORDER BY debit`},
		{"transaction", `SELECT credit FROM bookings WHERE payer = ? AND shares <> '' AND credit <> '' ORDER BY credit`},
		{"child", `SELECT id FROM children WHERE health_by = ? AND health_by <> '' ORDER BY id`},
		{"child", `SELECT id FROM children WHERE collect_by = ? AND collect_by <> '' ORDER BY id`},
	} {
		var ids []portal.ID
		if err := tx.all(&ids, of.query, account); err != nil {
			return err
		}
		for _, id := range ids {
			tx.Touch(of.kind, id)
		}
	}
	return nil
}
