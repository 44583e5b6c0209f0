package store

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Absence is what an account has told of a child that does not come.
type Absence struct {
	ID      portal.ID   `db:"id"`
	Account portal.ID   `db:"account"` // who told it
	Child   portal.ID   `db:"child"`
	Desk    string      `db:"desk"` // that judges it
	Illness bool        `db:"illness"`
	Told    int64       `db:"told"`
	Until   portal.Date `db:"until"`
	Grace   int         `db:"grace"` // the town's, when it was told
	State   string      `db:"state"` // bookings.AbsenceState
	Judged  int64       `db:"judged"`
	Agent   portal.ID   `db:"agent"`
	Reason  string      `db:"reason"`
	Listed  bool        `db:"listed"` // its days stand in the lists of the sites
	Gone    bool        `db:"gone"`   // it is told to nobody any more
	Person  string      `db:"person"` // the child's name, as the sites and the desk read it
	Class   string      `db:"class"`
}

const absenceColumns = `id, account, child, desk, illness, told, until, grace, state, judged, agent, reason, listed, gone, person, class`

// AbsenceDay is a booking of one, with what became of it.
type AbsenceDay struct {
	Absence  portal.ID   `db:"absence"`
	Booking  portal.ID   `db:"booking"`
	Child    portal.ID   `db:"child"`
	Activity portal.ID   `db:"activity"`
	Site     portal.ID   `db:"site"`
	Day      portal.Date `db:"day"`
	Cost     string      `db:"cost"` // bookings.AbsentCost
	Credited bool        `db:"credited"`
}

// Rule is the part that the rules judge, and readers see.
func (d AbsenceDay) Rule() bookings.AbsentDay {
	return bookings.AbsentDay{Booking: d.Booking, Activity: d.Activity, Site: d.Site, Day: d.Day, Cost: bookings.AbsentCost(d.Cost), Credited: d.Credited}
}

const absenceDayColumns = `absence, booking, child, activity, site, day, cost, credited`

// InsertAbsence writes an absence with its days.
func (tx *Tx) InsertAbsence(a Absence, days []AbsenceDay) error {
	if _, err := tx.exec(`INSERT INTO absences (`+absenceColumns+`) VALUES `+row(16),
		a.ID, a.Account, a.Child, a.Desk, a.Illness, a.Told, a.Until, a.Grace, a.State, a.Judged, a.Agent, a.Reason, a.Listed, a.Gone, a.Person, a.Class); err != nil {
		return err
	}
	for _, d := range days {
		d.Absence = a.ID
		if err := tx.insertAbsenceDay(d); err != nil {
			return err
		}
	}
	tx.touchAbsence(a, days)
	return nil
}

func (tx *Tx) insertAbsenceDay(d AbsenceDay) error {
	_, err := tx.exec(`INSERT INTO absence_days (`+absenceDayColumns+`) VALUES `+row(8), d.Absence, d.Booking, d.Child, d.Activity, d.Site, d.Day, d.Cost, d.Credited)
	return err
}

// JoinAbsence has an absence be about one more booking, which is due. One that is
// told absent already stays with what it was told in.
func (tx *Tx) JoinAbsence(a Absence, b Booking) error {
	before, told, err := tx.AbsenceOf(b.ID)
	if err != nil {
		return err
	}
	if told {
		other, _, err := tx.Absence(before.Absence)
		tx.touchAbsence(other, []AbsenceDay{before})
		return err
	}
	d := AbsenceDay{Absence: a.ID, Booking: b.ID, Child: b.Child, Activity: b.Activity, Site: b.Site, Day: b.Day, Cost: string(bookings.Due)}
	tx.touchAbsence(a, []AbsenceDay{d})
	return tx.insertAbsenceDay(d)
}

// SaveAbsence writes what has become of one; credited are the bookings that were
// credited now.
func (tx *Tx) SaveAbsence(a Absence, credited ...portal.ID) error {
	if _, err := tx.exec(`UPDATE absences SET illness = ?, state = ?, judged = ?, agent = ?, reason = ?, listed = ?, gone = ?, person = ?, class = ? WHERE id = ?`,
		a.Illness, a.State, a.Judged, a.Agent, a.Reason, a.Listed, a.Gone, a.Person, a.Class, a.ID); err != nil {
		return err
	}
	for _, id := range credited {
		if _, err := tx.exec(`UPDATE absence_days SET credited = 1 WHERE booking = ?`, id); err != nil {
			return err
		}
	}
	days, err := tx.AbsenceDays(a.ID)
	tx.touchAbsence(a, days)
	return err
}

func (tx *Tx) touchAbsence(a Absence, days []AbsenceDay) {
	tx.Touch("absence", a.ID)
	tx.Touch("child", a.Child) // which days of it were forgiven
	for _, d := range days {
		tx.Touch("booking", d.Booking)                              // that the child does not come
		tx.Touch("day", d.Activity+"/"+d.Site+"/"+portal.ID(d.Day)) // how many are absent
	}
}

// Absence finds one.
func (tx *Tx) Absence(id portal.ID) (a Absence, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+absenceColumns+` FROM absences WHERE id = ?`, id)
	return
}

// AbsenceDays lists the bookings of one, in the order of days.
func (tx *Tx) AbsenceDays(id portal.ID) (out []AbsenceDay, err error) {
	err = tx.all(&out, `SELECT `+absenceDayColumns+` FROM absence_days WHERE absence = ? ORDER BY day, activity, booking`, id)
	return
}

// AbsenceOf finds what was told of a booking.
func (tx *Tx) AbsenceOf(booking portal.ID) (d AbsenceDay, found bool, err error) {
	if d, found, known := tx.ahead.absent.of(booking); known {
		return d, found, nil
	}
	found, err = tx.get(&d, `SELECT `+absenceDayColumns+` FROM absence_days WHERE booking = ?`, booking)
	return
}

// FollowAbsence has what was told of a booking be told of the one that is made
// instead; what was credited stays with the former.
func (tx *Tx) FollowAbsence(from, to portal.ID) error {
	d, found, err := tx.AbsenceOf(from)
	if err != nil || !found || d.Credited {
		return err
	}
	if _, err := tx.exec(`UPDATE absence_days SET booking = ? WHERE booking = ?`, to, from); err != nil {
		return err
	}
	a, _, err := tx.Absence(d.Absence)
	tx.touchAbsence(a, []AbsenceDay{d})
	return err
}

// AbsencesTold lists those that an account has told, the oldest first.
func (tx *Tx) AbsencesTold(account portal.ID) (out []Absence, err error) {
	err = tx.all(&out, `SELECT `+absenceColumns+` FROM absences WHERE account = ? ORDER BY told, id`, account)
	return
}

// AbsencesOf lists those of a child that are told to somebody.
func (tx *Tx) AbsencesOf(child portal.ID) (out []Absence, err error) {
	err = tx.all(&out, `SELECT `+absenceColumns+` FROM absences WHERE child = ? AND gone = 0 ORDER BY told, id`, child)
	return
}

// AbsenceBookings lists the bookings that an absence is or was about, also those that
// were taken back.
func (tx *Tx) AbsenceBookings(absence portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE id IN (SELECT booking FROM absence_days WHERE absence = ? UNION SELECT booking FROM absence_back WHERE absence = ?) ORDER BY id`, absence, absence)
	return
}

// PassAbsence has an absence be another account's, as if that one had told it.
func (tx *Tx) PassAbsence(a Absence, to portal.ID) error {
	if _, err := tx.exec(`UPDATE absences SET account = ? WHERE id = ?`, to, a.ID); err != nil {
		return err
	}
	a.Account = to
	days, err := tx.AbsenceDays(a.ID)
	tx.touchAbsence(a, days)
	return err
}

// ForgivenDays lists the days of a child that were credited by the town's grace.
func (tx *Tx) ForgivenDays(child portal.ID) (out []portal.Date, err error) {
	err = tx.all(&out, `SELECT DISTINCT day FROM absence_days WHERE child = ? AND cost = ? ORDER BY day`, child, string(bookings.Forgiven))
	return
}

// AbsentOn is how many who are booked at an activity and site on a day are told
// as absent.
func (tx *Tx) AbsentOn(activity, site portal.ID, day portal.Date) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM absence_days d JOIN bookings b ON b.id = d.booking WHERE d.activity = ? AND d.site = ? AND d.day = ? AND b.state = 'live'`, activity, site, day)
	return
}

// touchAbsent has told anew of the absences that bookings are of.
func (tx *Tx) touchAbsent(all []Booking) error {
	return inChunks(len(all), func(from, n int) error {
		args := make([]any, n)
		for i := range args {
			args[i] = all[from+i].ID
		}
		var ids []portal.ID
		err := tx.all(&ids, selectAbsent[n], args...)
		for _, id := range ids {
			tx.Touch("absence", id)
		}
		return err
	})
}

var selectAbsent = sized("SELECT DISTINCT absence FROM absence_days WHERE booking IN (", "?", ") ORDER BY absence")

// touchProved has told anew of the absences that a document may prove.
func (tx *Tx) touchProved(d Document) error {
	if d.Child == "" {
		return nil
	}
	all, err := tx.AbsencesOf(d.Child)
	for _, a := range all {
		tx.Touch("absence", a.ID)
	}
	return err
}

// UnlistAbsences takes those out of the lists of the sites of which no day comes
// any more, some at most.
func (tx *Tx) UnlistAbsences(before portal.Date, limit int) (int64, error) {
	var due []Absence
	if err := tx.all(&due, `SELECT `+absenceColumns+` FROM absences a WHERE listed = 1 AND NOT EXISTS (SELECT 1 FROM absence_days d WHERE d.absence = a.id AND d.day >= ?) ORDER BY id LIMIT ?`,
		before, limit); err != nil {
		return 0, err
	}
	for _, a := range due {
		a.Listed = false
		if err := tx.SaveAbsence(a); err != nil {
			return 0, err
		}
	}
	return int64(len(due)), nil
}

// ForgetAbsences forgets why children did not come, and tells nobody of it any
// more, of what was told before an instant; what moved money stays.
func (tx *Tx) ForgetAbsences(before int64, limit int) (int64, error) {
	var due []Absence
	if err := tx.all(&due, `SELECT `+absenceColumns+` FROM absences WHERE told < ? AND gone = 0 ORDER BY told LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, a := range due {
		if err := tx.ForgetAbsence(a); err != nil {
			return 0, err
		}
	}
	return int64(len(due)), nil
}

// ForgetAbsence forgets one at once.
func (tx *Tx) ForgetAbsence(a Absence) error {
	a.Illness, a.Reason, a.Listed, a.Gone, a.Person, a.Class = false, "", false, true, "", ""
	if err := tx.SaveAbsence(a); err != nil {
		return err
	}
	return tx.TouchDocumentsFor(a.Child) // no desk reads what was to prove it
}

// absenceContradictions is what must never be true of absences.
var absenceContradictions = []struct{ what, query string }{
	{"booking %s is credited for an absence and live",
		`SELECT d.booking FROM absence_days d JOIN bookings b ON b.id = d.booking WHERE d.credited = 1 AND b.state <> 'cancelled'`},
	{"booking %s was forgiven, or told in time, and not credited", `SELECT booking FROM absence_days WHERE cost <> 'due' AND credited = 0`},
	{"booking %s is of an absence of another child, or of none",
		`SELECT d.booking FROM absence_days d LEFT JOIN absences a ON a.id = d.absence LEFT JOIN bookings b ON b.id = d.booking
			WHERE a.id IS NULL OR b.id IS NULL OR a.child <> d.child OR b.child <> d.child OR b.activity <> d.activity OR b.site <> d.site OR b.day <> d.day`},
	{"absence %s is judged by nobody", `SELECT id FROM absences WHERE state IN ('accepted', 'refused') AND (agent = '' OR judged = 0)`},
	{"absence %s waits and nothing of it was due",
		`SELECT id FROM absences a WHERE state = 'told' AND NOT EXISTS (SELECT 1 FROM absence_days d WHERE d.absence = a.id AND d.cost = 'due')`},
	// A school year begins on the first of September.
	{"child %s was forgiven more often than the town forgives",
		`SELECT d.child FROM absence_days d JOIN absences a ON a.id = d.absence WHERE d.cost = 'grace'
			GROUP BY d.child, CAST(SUBSTR(d.day, 1, 4) AS INTEGER) - CASE WHEN SUBSTR(d.day, 6, 2) < '09' THEN 1 ELSE 0 END
			HAVING COUNT(DISTINCT d.day) > MAX(a.grace)`},
}
