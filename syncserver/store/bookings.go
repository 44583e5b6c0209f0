package store

import (
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// SaveEnrolment writes an enrolment.
func (tx *Tx) SaveEnrolment(e bookings.Enrolment) error {
	_, err := tx.exec(`INSERT INTO enrolments (id, child, activity, site, year, day_from, day_to) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (child, activity, year) DO UPDATE SET site = excluded.site, day_from = excluded.day_from, day_to = excluded.day_to`,
		e.ID, e.Child, e.Activity, e.Site, e.Year, e.Period.From, e.Period.To)
	tx.Touch("enrolment", e.ID)
	return err
}

type enrolmentRow struct {
	ID       portal.ID         `db:"id"`
	Child    portal.ID         `db:"child"`
	Activity portal.ID         `db:"activity"`
	Site     portal.ID         `db:"site"`
	Year     portal.SchoolYear `db:"year"`
	From     portal.Date       `db:"day_from"`
	To       portal.Date       `db:"day_to"`
}

func (r enrolmentRow) enrolment() bookings.Enrolment {
	return bookings.Enrolment{ID: r.ID, Child: r.Child, Activity: r.Activity, Site: r.Site, Year: r.Year, Period: portal.Period{From: r.From, To: r.To}}
}

const enrolmentColumns = `id, child, activity, site, year, day_from, day_to`

// Enrolment finds an enrolment by id.
func (tx *Tx) Enrolment(id portal.ID) (e bookings.Enrolment, found bool, err error) {
	var r enrolmentRow
	found, err = tx.get(&r, `SELECT `+enrolmentColumns+` FROM enrolments WHERE id = ?`, id)
	return r.enrolment(), found, err
}

// EnrolmentFor finds a child's enrolment at an activity for a school year.
func (tx *Tx) EnrolmentFor(child, activity portal.ID, year portal.SchoolYear) (e bookings.Enrolment, found bool, err error) {
	var r enrolmentRow
	found, err = tx.get(&r, `SELECT `+enrolmentColumns+` FROM enrolments WHERE child = ? AND activity = ? AND year = ?`, child, activity, year)
	return r.enrolment(), found, err
}

// EnrolmentsOf lists a child's enrolments.
func (tx *Tx) EnrolmentsOf(child portal.ID) ([]bookings.Enrolment, error) {
	var rows []enrolmentRow
	err := tx.all(&rows, `SELECT `+enrolmentColumns+` FROM enrolments WHERE child = ? ORDER BY id`, child)
	out := make([]bookings.Enrolment, len(rows))
	for i, r := range rows {
		out[i] = r.enrolment()
	}
	return out, err
}

// States of a booking.
const (
	BookingLive      = "live"
	BookingCancelled = "cancelled"
)

// Booking is a booking as it is stored, with the ledger transactions that
// paid and, once cancelled, credited it.
type Booking struct {
	ID        portal.ID    `db:"id"`
	Child     portal.ID    `db:"child"`
	Activity  portal.ID    `db:"activity"`
	Site      portal.ID    `db:"site"`
	Day       portal.Date  `db:"day"`
	Payer     portal.ID    `db:"payer"`
	Price     portal.Money `db:"price"`
	Debit     portal.ID    `db:"debit"`
	State     string       `db:"state"`
	Made      int64        `db:"made"`
	Cancelled int64        `db:"cancelled"`
	Credit    portal.ID    `db:"credit"`
	Actor     portal.ID    `db:"actor"`
	Why       string       `db:"why"` // ledger.Price, which fixed the price; '' where it was not kept
}

// Rule is the part of a booking that the rules judge.
func (b Booking) Rule() bookings.Booking {
	return bookings.Booking{ID: b.ID, Child: b.Child, Activity: b.Activity, Site: b.Site, Day: b.Day, Payer: b.Payer, Price: b.Price, By: b.Actor}
}

const bookingColumns = `id, child, activity, site, day, payer, price, debit, state, made, cancelled, credit, actor, why`

// Booking finds a booking by id, live or not.
func (tx *Tx) Booking(id portal.ID) (b Booking, found bool, err error) {
	found, err = tx.get(&b, `SELECT `+bookingColumns+` FROM bookings WHERE id = ?`, id)
	return
}

// LiveBooking finds the live booking of a child, activity and day.
func (tx *Tx) LiveBooking(child, activity portal.ID, day portal.Date) (b Booking, found bool, err error) {
	found, err = tx.get(&b, `SELECT `+bookingColumns+` FROM bookings WHERE child = ? AND activity = ? AND day = ? AND state = 'live'`, child, activity, day)
	return
}

// LiveBookingsOf lists a child's live bookings.
func (tx *Tx) LiveBookingsOf(child portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE child = ? AND state = 'live' ORDER BY id`, child)
	return
}

// SiblingsOf lists the children that an account is a parent of, as far as they
// make a rank among those who come to an activity on a day.
func (tx *Tx) SiblingsOf(payer, activity portal.ID, day portal.Date) (out []ledger.Sibling, err error) {
	err = tx.all(&out, `SELECT c.id AS child, c.birth_date AS born,
		EXISTS (SELECT 1 FROM enrolments e WHERE e.child = c.id AND e.activity = ? AND e.day_from <= ? AND e.day_to >= ?) AS enrolled,
		EXISTS (SELECT 1 FROM bookings b WHERE b.child = c.id AND b.activity = ? AND b.day = ? AND b.state = 'live') AS booked
		FROM child_links l JOIN children c ON c.id = l.child WHERE l.account = ? AND l.custody IN (?, ?) ORDER BY c.id`,
		activity, day, day, activity, day, payer, accounts.FullCustody, accounts.SharedCustody)
	return
}

// InsertBooking writes a live booking and counts it at its day.
func (tx *Tx) InsertBooking(b Booking) error {
	if _, err := tx.exec(`INSERT INTO bookings (`+bookingColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'live', ?, 0, '', ?, ?)`,
		b.ID, b.Child, b.Activity, b.Site, b.Day, b.Payer, b.Price, b.Debit, b.Made, b.Actor, b.Why); err != nil {
		return err
	}
	tx.Touch("booking", b.ID)
	return tx.count(b, 1)
}

// CancelBooking ends a live booking and frees its place.
func (tx *Tx) CancelBooking(b Booking, credit portal.ID) error {
	if _, err := tx.exec(`UPDATE bookings SET state = 'cancelled', cancelled = ?, credit = ? WHERE id = ? AND state = 'live'`, tx.Now().UnixMicro(), credit, b.ID); err != nil {
		return err
	}
	tx.Touch("booking", b.ID)
	return tx.count(b, -1)
}

func (tx *Tx) count(b Booking, by int) error {
	_, err := tx.exec(`INSERT INTO day_counts (activity, site, day, live) VALUES (?, ?, ?, ?)
		ON CONFLICT (activity, site, day) DO UPDATE SET live = day_counts.live + excluded.live`, b.Activity, b.Site, b.Day, by)
	tx.Touch("day", b.Activity+"/"+b.Site+"/"+portal.ID(b.Day))
	return err
}

// Places is how many are booked at an activity, site and day, and how many
// may be.
func (tx *Tx) Places(activity, site portal.ID, day portal.Date) (live, capacity int, err error) {
	if _, err = tx.get(&live, `SELECT live FROM day_counts WHERE activity = ? AND site = ? AND day = ?`, activity, site, day); err != nil {
		return
	}
	_, err = tx.get(&capacity, `SELECT places FROM capacities WHERE activity = ? AND site = ?`, activity, site)
	return
}

// SetCapacity says how many places an activity has at a site each day. What is
// told of the days to come follows, and what is told of the activity, which
// says how full its unbooked days are.
func (tx *Tx) SetCapacity(activity, site portal.ID, places int) error {
	if _, err := tx.exec(`INSERT INTO capacities (activity, site, places) VALUES (?, ?, ?)
		ON CONFLICT (activity, site) DO UPDATE SET places = excluded.places`, activity, site, places); err != nil {
		return err
	}
	tx.Touch("fact", wire.Activities+"/"+activity)
	var days []portal.Date
	if err := tx.all(&days, `SELECT day FROM day_counts WHERE activity = ? AND site = ? AND day >= ? ORDER BY day`, activity, site, portal.DateOf(tx.Now())); err != nil {
		return err
	}
	for _, d := range days {
		tx.Touch("day", activity+"/"+site+"/"+portal.ID(d))
	}
	return nil
}
