package store

import "parvis/shared/portal"

// ClosedBefore lists accounts that were closed before an instant and whose
// names are still kept.
func (tx *Tx) ClosedBefore(at int64, limit int) (out []Account, err error) {
	err = tx.all(&out, `SELECT `+accountColumns+` FROM accounts WHERE closed > 0 AND closed < ? AND profile <> '{}' ORDER BY closed, id LIMIT ?`, at, limit)
	return
}

// LeftBefore lists children whose last enrolment ended before a day, or who
// have none and nobody who is tied to them; each as long as its name is kept,
// and none for whom something is being asked.
func (tx *Tx) LeftBefore(day portal.Date, limit int) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT c.id FROM children c WHERE c.last_name <> ''
		AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id AND e.day_to >= ?)
		AND (EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id) OR NOT EXISTS (SELECT 1 FROM child_links l WHERE l.child = c.id))
		AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.child = c.id AND r.child <> '' AND r.state NOT IN ('accepted', 'refused', 'withdrawn', 'closed'))
		ORDER BY c.id LIMIT ?`, day, limit)
	return
}

// ForgetAnswersAbout takes away what was told of a child in requests: that they
// were made, and how they were decided, stays.
func (tx *Tx) ForgetAnswersAbout(child portal.ID) error {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM requests WHERE child = ? AND child <> '' ORDER BY id`, child); err != nil {
		return err
	}
	for _, id := range ids {
		for _, query := range []string{
			`UPDATE requests SET answers = '{}', person = '', reason = '', decision = '' WHERE id = ?`,
			`UPDATE request_corrections SET note = '', reply = '', before = '' WHERE request = ?`,
			`UPDATE request_events SET note = '' WHERE request = ?`,
		} {
			if _, err := tx.exec(query, id); err != nil {
				return err
			}
		}
		tx.Touch("request", id)
	}
	return nil
}
