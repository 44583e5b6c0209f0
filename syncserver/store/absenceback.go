package store

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// AbsenceBack is a booking of an absence that was taken back.
type AbsenceBack struct {
	Absence  portal.ID   `db:"absence"`
	Booking  portal.ID   `db:"booking"`
	Child    portal.ID   `db:"child"`
	Activity portal.ID   `db:"activity"`
	Site     portal.ID   `db:"site"`
	Day      portal.Date `db:"day"`
	Cost     string      `db:"cost"`  // bookings.AbsentCost
	Again    portal.ID   `db:"again"` // the booking made instead; "" where it was never cancelled
	At       int64       `db:"at"`
}

const absenceBackColumns = `absence, booking, child, activity, site, day, cost, again, at`

// Rule is the part that the rules judge, and readers see.
func (b AbsenceBack) Rule() bookings.AbsentDay {
	return bookings.AbsentDay{Booking: b.Booking, Activity: b.Activity, Site: b.Site, Day: b.Day, Cost: bookings.AbsentCost(b.Cost)}
}

// TakeBack moves days of an absence among those that were taken back.
func (tx *Tx) TakeBack(a Absence, taken []AbsenceBack) error {
	for _, b := range taken {
		if _, err := tx.exec(`DELETE FROM absence_days WHERE booking = ? AND absence = ?`, b.Booking, a.ID); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO absence_back (`+absenceBackColumns+`) VALUES `+row(9), a.ID, b.Booking, b.Child, b.Activity, b.Site, b.Day, b.Cost, b.Again, b.At); err != nil {
			return err
		}
		tx.Touch("booking", b.Booking)                              // that the child comes after all
		tx.Touch("day", b.Activity+"/"+b.Site+"/"+portal.ID(b.Day)) // how many are absent
	}
	return tx.SaveAbsence(a)
}

// BackOf lists what was taken back of an absence, in the order of days.
func (tx *Tx) BackOf(absence portal.ID) (out []AbsenceBack, err error) {
	err = tx.all(&out, `SELECT `+absenceBackColumns+` FROM absence_back WHERE absence = ? ORDER BY day, activity, booking`, absence)
	return
}

// CancelledBack finds the absence that had cancelled a booking and was taken back.
func (tx *Tx) CancelledBack(booking portal.ID) (b AbsenceBack, found bool, err error) {
	if b, found, known := tx.ahead.back.of(booking); known {
		return b, found, nil
	}
	found, err = tx.get(&b, `SELECT `+absenceBackColumns+` FROM absence_back WHERE booking = ? AND again <> ''`, booking)
	return
}

// BackAs finds what a booking was made instead of, when an absence was taken back.
func (tx *Tx) BackAs(booking portal.ID) (b AbsenceBack, found bool, err error) {
	found, err = tx.get(&b, `SELECT `+absenceBackColumns+` FROM absence_back WHERE again = ?`, booking)
	return
}

// backContradictions is what must never be true of absences that were taken back.
var backContradictions = []struct{ what, query string }{
	// One that was taken back may join its absence again with the day that it needs.
	{"booking %s is told and taken back of one absence",
		`SELECT d.booking FROM absence_days d JOIN absence_back k ON k.absence = d.absence AND k.booking = d.booking WHERE d.credited = 0`},
	{"absence %s is withdrawn and has days, or has none and is not",
		`SELECT id FROM absences a WHERE (state = 'withdrawn') = EXISTS (SELECT 1 FROM absence_days d WHERE d.absence = a.id)`},
	{"booking %s was due, and was made again when its absence was taken back, or was cancelled and was not",
		`SELECT booking FROM absence_back WHERE (cost = 'due') = (again <> '')`},
	{"what was taken back of absence %s is not of its child",
		`SELECT k.absence FROM absence_back k LEFT JOIN absences a ON a.id = k.absence WHERE a.id IS NULL OR a.child <> k.child`},
	{"booking %s was made instead of another day",
		`SELECT k.again FROM absence_back k LEFT JOIN bookings b ON b.id = k.again LEFT JOIN bookings w ON w.id = k.booking WHERE k.again <> '' AND
			(b.id IS NULL OR w.id IS NULL OR w.state <> 'cancelled' OR b.child <> k.child OR b.activity <> k.activity OR b.site <> k.site OR b.day <> k.day OR b.price <> w.price OR b.payer <> w.payer)`},
}
