package store

import "parvis/shared/portal"

// ClosedBefore lists accounts that were closed before an instant and whose
// names are still kept.
func (tx *Tx) ClosedBefore(at int64, limit int) (out []Account, err error) {
	err = tx.all(&out, `SELECT `+accountColumns+` FROM accounts WHERE closed > 0 AND closed < ? AND profile <> '{}' ORDER BY closed, id LIMIT ?`, at, limit)
	return
}

// LeftBefore lists children whose last enrolment ended before a day, or who
// have none and nobody who is tied to them; each as long as its name is kept.
func (tx *Tx) LeftBefore(day portal.Date, limit int) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT c.id FROM children c WHERE c.last_name <> ''
		AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id AND e.day_to >= ?)
		AND (EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id) OR NOT EXISTS (SELECT 1 FROM child_links l WHERE l.child = c.id))
		ORDER BY c.id LIMIT ?`, day, limit)
	return
}
