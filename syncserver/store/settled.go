package store

import "parvis/shared/portal"

// CountsNotSettled lists days of an activity up to one whose count is not settled
// and that anybody ever booked, some at most.
func (tx *Tx) CountsNotSettled(activity portal.ID, through portal.Date, limit int) (out []Queue, err error) {
	err = tx.all(&out, `SELECT activity, site, day FROM day_counts WHERE activity = ? AND final = 0 AND day <= ? ORDER BY day, site LIMIT ?`, activity, through, limit)
	return
}

// CountsSettled lists days of an activity from one on whose count is settled, some at
// most.
func (tx *Tx) CountsSettled(activity portal.ID, from portal.Date, limit int) (out []Queue, err error) {
	err = tx.all(&out, `SELECT activity, site, day FROM day_counts WHERE activity = ? AND final = 1 AND day >= ? ORDER BY day, site LIMIT ?`, activity, from, limit)
	return
}

// SettleCount notes whether the count of a day is settled; that of a day which nobody
// has booked is none.
func (tx *Tx) SettleCount(at Queue, settled bool) error {
	tx.Touch("day", at.Activity+"/"+at.Site+"/"+portal.ID(at.Day))
	return tx.write(`INSERT INTO day_counts (activity, site, day, live, final) VALUES (?, ?, ?, 0, ?)
		ON CONFLICT (activity, site, day) DO UPDATE SET final = excluded.final`, at.Activity, at.Site, at.Day, settled)
}
