package store

import (
	"slices"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Wait is a child's waiting for a place on a day, as it is stored.
type Wait struct {
	ID       portal.ID          `db:"id"`
	Child    portal.ID          `db:"child"`
	Activity portal.ID          `db:"activity"`
	Site     portal.ID          `db:"site"`
	Day      portal.Date        `db:"day"`
	Account  portal.ID          `db:"account"` // who has put the child on the list
	Number   int64              `db:"number"`  // the town's count of all who ever waited: the order
	Since    int64              `db:"since"`
	Ends     int64              `db:"ends"` // the day's cut-off as it was then
	State    bookings.WaitState `db:"state"`
	Until    int64              `db:"until"` // of a place that is kept
}

const waitColumns = `id, child, activity, site, day, account, number, since, ends, state, until`

// Wait finds a waiting by id, live or not.
func (tx *Tx) Wait(id portal.ID) (w Wait, found bool, err error) {
	found, err = tx.get(&w, `SELECT `+waitColumns+` FROM waits WHERE id = ?`, id)
	return
}

// LiveWaitsIn lists the days of a period for which a child waits.
func (tx *Tx) LiveWaitsIn(child portal.ID, days portal.Period) (out []Wait, err error) {
	err = tx.all(&out, `SELECT `+waitColumns+` FROM waits WHERE child = ? AND day >= ? AND day <= ? AND state IN ('waiting', 'offered') ORDER BY number`, child, days.From, days.To)
	return
}

// WaitsFor lists the ids of all that a child ever waited for and that is still
// kept.
func (tx *Tx) WaitsFor(child portal.ID) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT id FROM waits WHERE child = ? ORDER BY number`, child)
	return
}

// LiveWaitsOf lists those that an account has put on a list, in order.
func (tx *Tx) LiveWaitsOf(account portal.ID) (out []Wait, err error) {
	err = tx.all(&out, `SELECT `+waitColumns+` FROM waits WHERE account = ? AND state IN ('waiting', 'offered') ORDER BY number`, account)
	return
}

// WaitsOf lists all that an account ever waited for and that is still kept.
func (tx *Tx) WaitsOf(account portal.ID) (out []Wait, err error) {
	err = tx.all(&out, `SELECT `+waitColumns+` FROM waits WHERE account = ? ORDER BY number`, account)
	return
}

// NextWaiting is who is first in the list of a day, and how many wait behind.
func (tx *Tx) NextWaiting(activity, site portal.ID, day portal.Date) (w Wait, behind int, found bool, err error) {
	found, err = tx.get(&w, `SELECT `+waitColumns+` FROM waits WHERE activity = ? AND site = ? AND day = ? AND state = 'waiting' ORDER BY number LIMIT 1`, activity, site, day)
	if err != nil || !found {
		return
	}
	_, err = tx.get(&behind, `SELECT waiting FROM day_counts WHERE activity = ? AND site = ? AND day = ?`, activity, site, day)
	return w, behind - 1, true, err
}

// PlaceInLine is a waiting child's place in the list, 0 from behind the last
// that is told.
func (tx *Tx) PlaceInLine(w Wait) (int, error) {
	line, err := Once(tx, "line:"+string(w.Activity)+"/"+string(w.Site)+"/"+string(w.Day), func() (ids []portal.ID, err error) {
		err = tx.all(&ids, `SELECT id FROM waits WHERE activity = ? AND site = ? AND day = ? AND state = 'waiting' ORDER BY number LIMIT ?`, w.Activity, w.Site, w.Day, bookings.MostPlaceTold)
		return ids, err
	})
	return slices.Index(line, w.ID) + 1, err
}

// AddWait puts a child at the end of a day's list.
func (tx *Tx) AddWait(w Wait) error {
	if _, err := tx.get(&w.Number, `SELECT COALESCE(MAX(number), 0) + 1 FROM waits`); err != nil {
		return err
	}
	w.State = bookings.WaitQueued
	if err := tx.write(`INSERT INTO waits (`+waitColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		w.ID, w.Child, w.Activity, w.Site, w.Day, w.Account, w.Number, w.Since, w.Ends, w.State, 0); err != nil {
		return err
	}
	tx.Touch("wait", w.ID)
	return tx.countWaits(w, 0, 1)
}

// PassWait writes who waits for a child from now on.
func (tx *Tx) PassWait(w Wait) error {
	err := tx.write(`UPDATE waits SET account = ? WHERE id = ?`, w.Account, w.ID)
	tx.Touch("wait", w.ID)
	return err
}

// OfferWait keeps a place for a child that waits, until an instant.
func (tx *Tx) OfferWait(w Wait, until int64) error {
	return tx.moveWait(w, bookings.WaitOffered, until)
}

// EndWait takes a child from a list, or gives up the place that was kept for
// it. What has ended already stays as it is.
func (tx *Tx) EndWait(w Wait, how bookings.WaitState) error {
	return tx.moveWait(w, how, w.Until)
}

func (tx *Tx) moveWait(w Wait, to bookings.WaitState, until int64) error {
	if !w.State.Live() {
		return nil
	}
	if err := tx.write(`UPDATE waits SET state = ?, until = ? WHERE id = ?`, to, until, w.ID); err != nil {
		return err
	}
	tx.Touch("wait", w.ID)
	offered, waiting := 0, 0
	if w.State == bookings.WaitOffered {
		offered--
	} else {
		waiting--
	}
	if to == bookings.WaitOffered {
		offered++
	}
	if waiting < 0 {
		if err := tx.touchBehind(w); err != nil {
			return err
		}
	}
	return tx.countWaits(w, offered, waiting)
}

// touchBehind projects anew those who have moved up in the line.
func (tx *Tx) touchBehind(w Wait) error {
	var ids []portal.ID
	err := tx.all(&ids, `SELECT id FROM (SELECT id, number FROM waits WHERE activity = ? AND site = ? AND day = ? AND state = 'waiting' ORDER BY number LIMIT ?) AS line
		WHERE number > ? ORDER BY number`, w.Activity, w.Site, w.Day, bookings.MostPlaceTold, w.Number)
	for _, id := range ids {
		tx.Touch("wait", id)
	}
	return err
}

// countWaits moves what is counted at the day of a waiting.
func (tx *Tx) countWaits(w Wait, offered, waiting int) error {
	tx.Touch("day", w.Activity+"/"+w.Site+"/"+portal.ID(w.Day))
	err := tx.write(`INSERT INTO day_counts (activity, site, day, live, offered, waiting) VALUES (?, ?, ?, 0, ?, ?)
		ON CONFLICT (activity, site, day) DO UPDATE SET offered = day_counts.offered + excluded.offered, waiting = day_counts.waiting + excluded.waiting`,
		w.Activity, w.Site, w.Day, offered, waiting)
	if err == nil {
		tx.batch.moved(w.Activity, w.Site, w.Day, Taken{Offered: offered, Waiting: waiting})
	}
	return err
}

// LapsedOffers lists places that were to be taken before an instant and were not,
// those first that were kept longest ago.
func (tx *Tx) LapsedOffers(before int64, limit int) (out []Wait, err error) {
	err = tx.all(&out, `SELECT `+waitColumns+` FROM waits WHERE state = 'offered' AND until <= ? ORDER BY until, number LIMIT ?`, before, limit)
	return
}

// LateWaits lists who waits for a day that nobody can book any more.
func (tx *Tx) LateWaits(limit int) (out []Wait, err error) {
	err = tx.all(&out, `SELECT `+waitColumns+` FROM waits WHERE state = 'waiting' AND ends <= ? ORDER BY ends, number LIMIT ?`, tx.Now().UnixMicro(), limit)
	return
}

// Queue is a day's list of an activity at a site.
type Queue struct {
	Activity portal.ID   `db:"activity"`
	Site     portal.ID   `db:"site"`
	Day      portal.Date `db:"day"`
}

// QueuesWithPlaces lists days on which somebody waits although a place is free,
// as when the town hall has made room.
func (tx *Tx) QueuesWithPlaces(limit int) (out []Queue, err error) {
	err = tx.all(&out, `SELECT d.activity, d.site, d.day FROM day_counts d JOIN capacities c ON c.activity = d.activity AND c.site = d.site
		WHERE d.waiting > 0 AND d.day > ? AND d.live + d.offered < c.places ORDER BY d.day, d.activity, d.site LIMIT ?`, portal.DateOf(tx.Now()), limit)
	return
}

// ForgetWaits forgets those of days before one, at most limit.
func (tx *Tx) ForgetWaits(before portal.Date, limit int) (int64, error) {
	var past []Wait
	if err := tx.all(&past, `SELECT `+waitColumns+` FROM waits WHERE day < ? AND state NOT IN ('waiting', 'offered') ORDER BY day, number LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, w := range past {
		if err := tx.write(`DELETE FROM waits WHERE id = ?`, w.ID); err != nil {
			return 0, err
		}
		tx.Touch("wait", w.ID)
	}
	return int64(len(past)), nil
}

// waitContradictions are those of Contradictions about waiting lists.
var waitContradictions = []struct{ what, query string }{
	{"the places kept on %s are not those that are offered",
		`SELECT d.activity || '/' || d.site || '/' || d.day FROM day_counts d WHERE d.offered <>
			(SELECT COUNT(*) FROM waits w WHERE w.activity = d.activity AND w.site = d.site AND w.day = d.day AND w.state = 'offered')`},
	{"the count of those who wait on %s is wrong",
		`SELECT d.activity || '/' || d.site || '/' || d.day FROM day_counts d WHERE d.waiting <>
			(SELECT COUNT(*) FROM waits w WHERE w.activity = d.activity AND w.site = d.site AND w.day = d.day AND w.state = 'waiting')`},
	{"child and day of waiting %s wait twice",
		`SELECT MIN(id) FROM waits WHERE state IN ('waiting', 'offered') GROUP BY child, activity, day HAVING COUNT(*) > 1`},
	{"who waits as %s has the day already",
		`SELECT w.id FROM waits w JOIN bookings b ON b.child = w.child AND b.activity = w.activity AND b.day = w.day AND b.state = 'live' WHERE w.state IN ('waiting', 'offered')`},
	{"on %s children wait beside a free place",
		`SELECT d.activity || '/' || d.site || '/' || d.day FROM day_counts d JOIN capacities c ON c.activity = d.activity AND c.site = d.site
			WHERE d.waiting > 0 AND d.live + d.offered < c.places`},
}
