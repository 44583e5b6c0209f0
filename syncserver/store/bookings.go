package store

import (
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// SaveEnrolment writes an enrolment.
func (tx *Tx) SaveEnrolment(e bookings.Enrolment) error {
	err := tx.write(`INSERT INTO enrolments (`+enrolmentColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (child, activity, year) DO UPDATE SET site = excluded.site, day_from = excluded.day_from, day_to = excluded.day_to, provisional = excluded.provisional`,
		e.ID, e.Child, e.Activity, e.Site, e.Year, e.Period.From, e.Period.To, e.Provisional)
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

	Provisional portal.ID `db:"provisional"`
}

func (r enrolmentRow) enrolment() bookings.Enrolment {
	return bookings.Enrolment{ID: r.ID, Child: r.Child, Activity: r.Activity, Site: r.Site, Year: r.Year, Period: portal.Period{From: r.From, To: r.To}, Provisional: r.Provisional}
}

const enrolmentColumns = `id, child, activity, site, year, day_from, day_to, provisional`

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
	// Provisional is the request under review by which it is booked: until that is
	// decided it has no debit, and falls with a refusal.
	Provisional portal.ID `db:"provisional"`
	Shares      string    `db:"shares"` // ledger.Shares, by which it is parted; '' where its payer pays alone
}

// Rule is the part of a booking that the rules judge.
func (b Booking) Rule() bookings.Booking {
	return bookings.Booking{ID: b.ID, Child: b.Child, Activity: b.Activity, Site: b.Site, Day: b.Day, Payer: b.Payer, Price: b.Price, By: b.Actor}
}

// Part is what an account pays of it.
func (b Booking) Part(account portal.ID) portal.Money {
	if b.Shares != "" {
		return ledger.ReadShares(b.Shares).Part(account, b.Price)
	}
	if account == b.Payer {
		return b.Price
	}
	return 0
}

const bookingColumns = `id, child, activity, site, day, payer, price, debit, state, made, cancelled, credit, actor, why, provisional, shares`

// Booking finds a booking by id, live or not.
func (tx *Tx) Booking(id portal.ID) (b Booking, found bool, err error) {
	if b, found, known := tx.ahead.bookings.of(id); known {
		return b, found, nil
	}
	found, err = tx.get(&b, `SELECT `+bookingColumns+` FROM bookings WHERE id = ?`, id)
	return
}

// LiveBooking finds the live booking of a child, activity and day.
func (tx *Tx) LiveBooking(child, activity portal.ID, day portal.Date) (b Booking, found bool, err error) {
	found, err = tx.get(&b, `SELECT `+bookingColumns+` FROM bookings WHERE child = ? AND activity = ? AND day = ? AND state = 'live'`, child, activity, day)
	return
}

// BookedBeside lists the other activities at which a child has a live booking on
// a day.
func (tx *Tx) BookedBeside(child, activity portal.ID, day portal.Date) (out []portal.ID, err error) {
	err = tx.all(&out, `SELECT activity FROM bookings WHERE child = ? AND day = ? AND activity <> ? AND state = 'live' ORDER BY activity`, child, day, activity)
	return
}

// LiveBookingsOf lists a child's live bookings.
func (tx *Tx) LiveBookingsOf(child portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE child = ? AND state = 'live' ORDER BY id`, child)
	return
}

// LiveBookingsIn lists a child's live bookings of a period.
func (tx *Tx) LiveBookingsIn(child portal.ID, days portal.Period) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE child = ? AND day >= ? AND day <= ? AND state = 'live' ORDER BY id`, child, days.From, days.To)
	return
}

// BookingsByID finds bookings, live or not, in no order; those that do not
// exist are left out.
func (tx *Tx) BookingsByID(ids []portal.ID) (out []Booking, err error) {
	return selectIn[Booking](tx, selectBookings, ids)
}

// InsertBookings writes live bookings and counts them at their days.
func (tx *Tx) InsertBookings(all []Booking) error {
	err := inChunks(len(all), func(from, n int) error {
		args := make([]any, 0, n*16)
		for _, b := range all[from : from+n] {
			args = append(args, b.ID, b.Child, b.Activity, b.Site, b.Day, b.Payer, b.Price, b.Debit, BookingLive, b.Made, 0, "", b.Actor, b.Why, b.Provisional, b.Shares)
		}
		err := tx.write(insertBookings[n], args...)
		return err
	})
	if err != nil {
		return err
	}
	return tx.count(all, 1)
}

// CancelBookings ends live bookings, each credited by the transaction that its
// Credit names, and frees their places.
func (tx *Tx) CancelBookings(all []Booking) error {
	at := tx.Now().UnixMicro()
	for _, b := range all {
		if err := tx.write(`UPDATE bookings SET state = 'cancelled', cancelled = ?, credit = ? WHERE id = ? AND state = 'live'`, at, b.Credit, b.ID); err != nil {
			return err
		}
	}
	return tx.count(all, -1)
}

// count moves what is counted at the days of bookings.
func (tx *Tx) count(all []Booking, by int) error {
	type place struct {
		activity, site portal.ID
		day            portal.Date
	}
	counts := map[place]int{}
	var places []place
	for _, b := range all {
		tx.Touch("booking", b.ID)
		p := place{b.Activity, b.Site, b.Day}
		if _, had := counts[p]; !had {
			places = append(places, p)
		}
		counts[p] += by
	}
	for _, p := range places {
		tx.Touch("day", p.activity+"/"+p.site+"/"+portal.ID(p.day))
	}
	return inChunks(len(places), func(from, n int) error {
		args := make([]any, 0, n*4)
		for _, p := range places[from : from+n] {
			args = append(args, p.activity, p.site, p.day, counts[p])
			tx.batch.moved(p.activity, p.site, p.day, Taken{Live: counts[p]})
		}
		err := tx.write(countDays[n], args...)
		return err
	})
}

// Taken is what of the places of a day is not anybody's to book.
type Taken struct {
	Live    int `db:"live"`    // bookings
	Offered int `db:"offered"` // kept for children who waited
	Waiting int `db:"waiting"` // children who wait
}

func (tx *Tx) readPlaces(activity, site portal.ID, days portal.Period) (places, error) {
	var rows []struct {
		Day portal.Date `db:"day"`
		Taken
	}
	p := places{days: days}
	err := tx.Together(
		func() error {
			return tx.all(&rows, `SELECT day, live, offered, waiting FROM day_counts WHERE activity = ? AND site = ? AND day >= ? AND day <= ?`, activity, site, days.From, days.To)
		},
		func() (err error) { p.capacity, err = tx.capacity(activity, site); return err },
	)
	p.taken = make(map[portal.Date]Taken, len(rows))
	for _, r := range rows {
		p.taken[r.Day] = r.Taken
	}
	return p, err
}

func (tx *Tx) capacity(activity, site portal.ID) (places int, err error) {
	_, err = tx.get(&places, `SELECT places FROM capacities WHERE activity = ? AND site = ?`, activity, site)
	return places, err
}

// Places is what is taken at an activity, site and day, and how many places
// there are.
func (tx *Tx) Places(activity, site portal.ID, day portal.Date) (taken Taken, capacity int, err error) {
	err = tx.Together(
		func() error {
			_, err := tx.get(&taken, `SELECT live, offered, waiting FROM day_counts WHERE activity = ? AND site = ? AND day = ?`, activity, site, day)
			return err
		},
		func() (err error) { capacity, err = tx.capacity(activity, site); return err },
	)
	return
}

// Counted is Places with whether the count of the day is settled.
func (tx *Tx) Counted(activity, site portal.ID, day portal.Date) (taken Taken, capacity int, settled bool, err error) {
	var row struct {
		Taken
		Final bool `db:"final"`
	}
	err = tx.Together(
		func() error {
			_, err := tx.get(&row, `SELECT live, offered, waiting, final FROM day_counts WHERE activity = ? AND site = ? AND day = ?`, activity, site, day)
			return err
		},
		func() (err error) { capacity, err = tx.capacity(activity, site); return err },
	)
	return row.Taken, capacity, row.Final, err
}

// SetCapacity says how many places an activity has at a site each day. What is
// told of the days to come follows, and what is told of the activity, which
// says how full its unbooked days are.
func (tx *Tx) SetCapacity(activity, site portal.ID, places int) error {
	if err := tx.write(`INSERT INTO capacities (activity, site, places) VALUES (?, ?, ?)
		ON CONFLICT (activity, site) DO UPDATE SET places = excluded.places`, activity, site, places); err != nil {
		return err
	}
	tx.batch.moves++
	delete(tx.batch.places, placesKey{activity, site})
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
