package store

import "parvis/shared/portal"

// ProvisionalEnrolments lists the enrolments that stand by a request under review.
func (tx *Tx) ProvisionalEnrolments(request portal.ID) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT id FROM enrolments WHERE provisional = ? ORDER BY id`, request)
	return
}

// ConfirmEnrolment has an enrolment stand for good.
func (tx *Tx) ConfirmEnrolment(id portal.ID) error {
	_, err := tx.exec(`UPDATE enrolments SET provisional = '' WHERE id = ?`, id)
	tx.Touch("enrolment", id)
	return err
}

// DropEnrolment takes an enrolment away.
func (tx *Tx) DropEnrolment(id portal.ID) error {
	_, err := tx.exec(`DELETE FROM enrolments WHERE id = ?`, id)
	tx.Touch("enrolment", id)
	return err
}

// ProvisionalBookings lists the live bookings that stand by a request under
// review, by day.
func (tx *Tx) ProvisionalBookings(request portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE provisional = ? AND state = 'live' ORDER BY day, id`, request)
	return
}

// Committed is what an account would pay at a cash desk if all that it has booked
// provisionally became true, given the activities that are paid there.
func (tx *Tx) Committed(payer portal.ID, paidThere func(activity portal.ID) bool) (sum portal.Money, err error) {
	var rows []Booking
	err = tx.all(&rows, `SELECT `+bookingColumns+` FROM bookings WHERE provisional <> '' AND state = 'live' AND payer = ?
		UNION ALL SELECT `+bookingColumns+` FROM bookings WHERE provisional <> '' AND shares <> '' AND state = 'live' AND payer <> ? AND shares LIKE ?`, payer, payer, `%"`+string(payer)+`"%`)
	for _, b := range rows {
		if paidThere(b.Activity) {
			sum += b.Part(payer)
		}
	}
	return sum, err
}

// ConfirmBookings has provisional bookings become true, each paid by its Debit. An
// absence says whether its days are paid.
func (tx *Tx) ConfirmBookings(all []Booking) error {
	for _, b := range all {
		if err := tx.write(`UPDATE bookings SET provisional = '', debit = ? WHERE id = ? AND state = 'live' AND provisional <> ''`, b.Debit, b.ID); err != nil {
			return err
		}
		tx.Touch("booking", b.ID)
	}
	return tx.touchAbsent(all)
}

// PassProvisional has a provisional booking stand by another request.
func (tx *Tx) PassProvisional(id, request portal.ID) error {
	return tx.write(`UPDATE bookings SET provisional = ? WHERE id = ? AND state = 'live' AND provisional <> ''`, request, id)
}

// provisionalContradictions is what contradicts what stands by a request under
// review.
var provisionalContradictions = []struct{ what, query string }{
	{"booking %s is provisional and paid", `SELECT id FROM bookings WHERE provisional <> '' AND debit <> ''`},
	{"booking %s is true and not paid", `SELECT id FROM bookings WHERE provisional = '' AND debit = ''`},
	{"provisional booking %s stands although its request is not under review", `SELECT b.id FROM bookings b LEFT JOIN requests r ON r.id = b.provisional
		WHERE b.provisional <> '' AND b.state = 'live' AND COALESCE(r.state, '') NOT IN ('submitted', 'in_review', 'waiting_family')`},
	{"provisional enrolment %s stands although its request is not under review", `SELECT e.id FROM enrolments e LEFT JOIN requests r ON r.id = e.provisional
		WHERE e.provisional <> '' AND COALESCE(r.state, '') NOT IN ('submitted', 'in_review', 'waiting_family')`},
}
