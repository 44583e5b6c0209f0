package store

import (
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// ClosureBooking is a booking that a closure has cancelled, with the one that
// was made instead once it was taken back, or why none was.
type ClosureBooking struct {
	Closure  portal.ID `db:"closure"`
	Booking  portal.ID `db:"booking"`
	Restored portal.ID `db:"restored"`
	Kept     string    `db:"kept"`
}

// closed is what a closure is about, as a condition on bookings b, or on waitings,
// and their children c.
func closed(c bookings.Closure) (string, []any) {
	where, args := `b.day >= ? AND b.day <= ?`, []any{c.Period.From, c.Period.To}
	for _, of := range []struct {
		column string
		ids    []portal.ID
	}{{"b.activity", c.Activities}, {"b.site", c.Sites}} {
		if len(of.ids) == 0 {
			continue
		}
		where += ` AND ` + of.column + ` IN (?` + strings.Repeat(", ?", len(of.ids)-1) + `)`
		for _, id := range of.ids {
			args = append(args, id)
		}
	}
	if c.Class != "" {
		where, args = where+` AND c.site = b.site AND c.class = ?`, append(args, c.Class)
	}
	return where, args
}

// BookingsClosed lists what is booked within a closure, a payer's together, some
// at most.
func (tx *Tx) BookingsClosed(c bookings.Closure, limit int) (out []Booking, err error) {
	where, args := closed(c)
	err = tx.all(&out, `SELECT b.`+strings.ReplaceAll(bookingColumns, ", ", ", b.")+` FROM bookings b JOIN children c ON c.id = b.child WHERE b.state = 'live' AND `+where+
		` ORDER BY b.payer, b.day, b.id LIMIT ?`, append(args, limit)...)
	return out, err
}

// WaitsClosed lists what is waited for within a closure, some at most.
func (tx *Tx) WaitsClosed(c bookings.Closure, limit int) (out []Wait, err error) {
	where, args := closed(c)
	err = tx.all(&out, `SELECT b.`+strings.ReplaceAll(waitColumns, ", ", ", b.")+` FROM waits b JOIN children c ON c.id = b.child WHERE b.state IN ('waiting', 'offered') AND `+where+
		` ORDER BY b.number LIMIT ?`, append(args, limit)...)
	return out, err
}

// ClosedCount is how much is booked at an activity and site within a closure.
type ClosedCount struct {
	Activity portal.ID    `db:"activity"`
	Site     portal.ID    `db:"site"`
	Bookings int          `db:"bookings"`
	Price    portal.Money `db:"price"`
}

// CountClosed counts what is booked within a closure, and of how many children
// and payers.
func (tx *Tx) CountClosed(c bookings.Closure) (lines []ClosedCount, children, payers int, err error) {
	where, args := closed(c)
	from := ` FROM bookings b JOIN children c ON c.id = b.child WHERE b.state = 'live' AND ` + where
	if err = tx.all(&lines, `SELECT b.activity, b.site, COUNT(*) AS bookings, SUM(CASE WHEN b.debit <> '' THEN b.price ELSE 0 END) AS price`+from+` GROUP BY b.activity, b.site ORDER BY b.activity, b.site`, args...); err != nil {
		return
	}
	if _, err = tx.get(&children, `SELECT COUNT(DISTINCT b.child)`+from, args...); err != nil {
		return
	}
	_, err = tx.get(&payers, `SELECT COUNT(DISTINCT b.payer)`+from, args...)
	return
}

// NoteClosed keeps that a closure has cancelled bookings.
func (tx *Tx) NoteClosed(closure portal.ID, all []Booking) error {
	if err := inChunks(len(all), func(from, n int) error {
		args := make([]any, 0, n*2)
		for _, b := range all[from : from+n] {
			args = append(args, b.ID, closure)
		}
		_, err := tx.exec(insertClosed[n], args...)
		return err
	}); err != nil {
		return err
	}
	tx.touchClosed(closure, all)
	return tx.touchAbsent(all)
}

var insertClosed = sized("INSERT INTO closure_bookings (booking, closure) VALUES ", row(2), "")

// touchClosed has told anew how many fewer come for a closure on the days of
// bookings.
func (tx *Tx) touchClosed(closure portal.ID, all []Booking) {
	for _, b := range all {
		tx.Touch("closure_day", closure+"/"+b.Activity+"/"+b.Site+"/"+portal.ID(b.Day))
	}
}

// ClosedToRestore lists what a closure has cancelled and nothing has become of
// since it was taken back, in the order of days, some at most.
func (tx *Tx) ClosedToRestore(closure portal.ID, limit int) (out []Booking, err error) {
	err = tx.all(&out, `SELECT b.`+strings.ReplaceAll(bookingColumns, ", ", ", b.")+` FROM closure_bookings k JOIN bookings b ON b.id = k.booking
		WHERE k.closure = ? AND k.restored = '' AND k.kept = '' ORDER BY b.day, b.id LIMIT ?`, closure, limit)
	return out, err
}

// ClosedBy finds by which closure a booking was cancelled.
func (tx *Tx) ClosedBy(booking portal.ID) (k ClosureBooking, found bool, err error) {
	if k, found, known := tx.ahead.closed.of(booking); known {
		return k, found, nil
	}
	found, err = tx.get(&k, `SELECT closure, booking, restored, kept FROM closure_bookings WHERE booking = ?`, booking)
	return
}

// RestoredFrom finds what a booking was made instead of, when a closure was
// taken back.
func (tx *Tx) RestoredFrom(booking portal.ID) (k ClosureBooking, found bool, err error) {
	if k, found, known := tx.ahead.restored.of(booking); known {
		return k, found, nil
	}
	found, err = tx.get(&k, `SELECT closure, booking, restored, kept FROM closure_bookings WHERE restored = ? AND restored <> ''`, booking)
	return
}

// SaveClosed writes what has become of a booking that a closure has cancelled:
// made again, not to be, or another closure's from now on.
func (tx *Tx) SaveClosed(k ClosureBooking, b Booking) error {
	was, _, err := tx.ClosedBy(b.ID)
	if err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE closure_bookings SET closure = ?, restored = ?, kept = ? WHERE booking = ?`, k.Closure, k.Restored, k.Kept, b.ID)
	tx.touchClosed(was.Closure, []Booking{b})
	if k.Closure != was.Closure {
		tx.touchClosed(k.Closure, []Booking{b})
		tx.Touch("transaction", b.Credit) // it says which
	}
	return err
}

// Fewer is how many do not come at an activity and site on a day because of a
// closure.
func (tx *Tx) Fewer(closure, activity, site portal.ID, day portal.Date) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM closure_bookings k JOIN bookings b ON b.id = k.booking
		WHERE k.closure = ? AND k.restored = '' AND b.activity = ? AND b.site = ? AND b.day = ?`, closure, activity, site, day)
	return
}

// RestoredHeld is what a payer pays of bookings that were made again.
func (tx *Tx) RestoredHeld(payer portal.ID) (m portal.Money, err error) {
	var all []Booking
	err = tx.all(&all, `SELECT `+bookingColumns+` FROM bookings WHERE id IN (SELECT restored FROM closure_bookings WHERE restored <> '') AND state = 'live' AND debit <> ''
		AND (payer = ? OR shares LIKE ?)`, payer, `%"`+string(payer)+`"%`)
	for _, b := range all {
		m += b.Part(payer)
	}
	return m, err
}

// TellClosure notes that an account is told something of a closure, and reports
// whether it was not before.
func (tx *Tx) TellClosure(closure, account portal.ID, what string) (bool, error) {
	n, err := tx.exec(`INSERT INTO closure_told (closure, account, what) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, closure, account, what)
	return n > 0, err
}

// ForgetClosuresTold forgets what an account was told of.
func (tx *Tx) ForgetClosuresTold(account portal.ID) error {
	_, err := tx.exec(`DELETE FROM closure_told WHERE account = ?`, account)
	return err
}

// closureContradictions is what must never be true of closures.
var closureContradictions = []struct{ what, query string }{
	{"booking %s was cancelled by a closure and is live",
		`SELECT k.booking FROM closure_bookings k LEFT JOIN bookings b ON b.id = k.booking WHERE b.id IS NULL OR b.state <> 'cancelled'`},
	{"booking %s was credited twice", `SELECT about FROM ledger_transactions WHERE kind = 'credit' GROUP BY about HAVING COUNT(*) > 1`},
	{"booking %s was debited twice", `SELECT about FROM ledger_transactions WHERE kind = 'debit' GROUP BY about HAVING COUNT(*) > 1`},
	{"booking %s was not made again as it was",
		`SELECT k.booking FROM closure_bookings k JOIN bookings b ON b.id = k.booking LEFT JOIN bookings r ON r.id = k.restored
			WHERE k.restored <> '' AND (r.id IS NULL OR r.child <> b.child OR r.activity <> b.activity OR r.site <> b.site OR r.day <> b.day OR r.payer <> b.payer OR r.price <> b.price OR k.kept <> '')`},
	{"booking %s was made again for two", `SELECT restored FROM closure_bookings WHERE restored <> '' GROUP BY restored HAVING COUNT(*) > 1`},
	{"booking %s is of a closure that nobody knows",
		`SELECT booking FROM closure_bookings WHERE closure NOT IN (SELECT id FROM facts WHERE collection = 'closure')`},
}
