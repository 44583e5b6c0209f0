package store

import (
	"time"

	"parvis/shared/appointments"
	"parvis/shared/portal"
)

// Appointment is an appointment as it is stored.
type Appointment struct {
	ID       portal.ID `db:"id"`
	Request  portal.ID `db:"request"`
	Account  portal.ID `db:"account"`
	Service  portal.ID `db:"service"`
	Start    int64     `db:"start_at"`
	End      int64     `db:"end_at"`
	Counter  int       `db:"counter"`
	People   int       `db:"people"`
	State    string    `db:"state"`    // appointments.State
	Sequence int       `db:"sequence"` // raised with each change that calendars must hear of
	Made     int64     `db:"made"`
	Changed  int64     `db:"changed"`
	Actor    portal.ID `db:"actor"` // who did the last of it
	Staff    bool      `db:"staff"` // it was the town hall
	Reason   string    `db:"reason"`
	RemindAt int64     `db:"remind_at"`
	Listed   bool      `db:"listed"`
}

// Slot is the time it holds.
func (a Appointment) Slot() appointments.Slot { return appointments.Slot{Start: a.Start, End: a.End} }

// Awaited reports whether they are still to come, or are there.
func (a Appointment) Awaited(now time.Time) bool {
	return appointments.State(a.State).Awaited(a.Slot(), now)
}

const appointmentColumns = `id, request, account, service, start_at, end_at, counter, people, state, sequence, made, changed, actor, staff, reason, remind_at, listed`

// Appointment finds an appointment by id.
func (tx *Tx) Appointment(id portal.ID) (a Appointment, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+appointmentColumns+` FROM appointments WHERE id = ?`, id)
	return
}

// AppointmentsOf lists the appointments of a request, in the order in which
// they were made.
func (tx *Tx) AppointmentsOf(request portal.ID) (out []Appointment, err error) {
	err = tx.all(&out, `SELECT `+appointmentColumns+` FROM appointments WHERE request = ? ORDER BY made, id`, request)
	return
}

// AwaitedAppointment is the one that a request has and whose time is not over.
func (tx *Tx) AwaitedAppointment(request portal.ID) (a Appointment, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+appointmentColumns+` FROM appointments WHERE request = ? AND state = 'booked' AND end_at > ?`, request, tx.Now())
	return
}

// AppointmentsTo lists the appointments of an account.
func (tx *Tx) AppointmentsTo(account portal.ID) (out []Appointment, err error) {
	err = tx.all(&out, `SELECT `+appointmentColumns+` FROM appointments WHERE account = ? ORDER BY id`, account)
	return
}

// AppointmentsWithin lists what is booked of a service within a time and has
// not begun, the earliest first, at most limit.
func (tx *Tx) AppointmentsWithin(service portal.ID, from, to int64, limit int) (out []Appointment, err error) {
	err = tx.all(&out, `SELECT `+appointmentColumns+` FROM appointments
		WHERE service = ? AND start_at > ? AND start_at < ? AND end_at > ? AND state = 'booked' ORDER BY start_at, id LIMIT ?`, service, tx.Now(), to, from, limit)
	return
}

// SaveAppointment writes an appointment, new or changed, and holds its time of
// its counter, or frees it. taken is true where another holds some of it: then
// nothing may stand of what the transaction has written for it.
func (tx *Tx) SaveAppointment(a Appointment) (taken bool, err error) {
	if _, err = tx.exec(`INSERT INTO appointments (`+appointmentColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET start_at = excluded.start_at, end_at = excluded.end_at, counter = excluded.counter, people = excluded.people,
		state = excluded.state, sequence = excluded.sequence, changed = excluded.changed, actor = excluded.actor, staff = excluded.staff,
		reason = excluded.reason, remind_at = excluded.remind_at, listed = excluded.listed`,
		a.ID, a.Request, a.Account, a.Service, a.Start, a.End, a.Counter, a.People, a.State, a.Sequence, a.Made, a.Changed, a.Actor, a.Staff, a.Reason, a.RemindAt, a.Listed); err != nil {
		return false, err
	}
	tx.Touch("appointment", a.ID)
	if err = tx.freeCells(a.ID); err != nil || !appointments.State(a.State).Held() || !a.Listed {
		return false, err
	}
	day := a.Slot().Day()
	for _, cell := range a.Slot().Cells() {
		rows, err := tx.exec(`INSERT INTO appointment_cells (service, counter, cell, day, appointment) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (service, counter, cell) DO NOTHING`, a.Service, a.Counter, cell, day, a.ID)
		if err != nil {
			return false, err
		}
		if rows == 0 {
			return true, nil
		}
	}
	tx.touchDay(a.Service, day)
	return false, nil
}

func (tx *Tx) touchDay(service portal.ID, day portal.Date) {
	tx.Touch("appointment_day", appointments.BusyKey(service, day))
}

// freeCells frees what an appointment holds.
func (tx *Tx) freeCells(id portal.ID) error {
	var held []struct {
		Service portal.ID   `db:"service"`
		Day     portal.Date `db:"day"`
	}
	if err := tx.all(&held, `SELECT DISTINCT service, day FROM appointment_cells WHERE appointment = ?`, id); err != nil {
		return err
	}
	for _, h := range held {
		tx.touchDay(h.Service, h.Day)
	}
	_, err := tx.exec(`DELETE FROM appointment_cells WHERE appointment = ?`, id)
	return err
}

// Busy is what is taken of a service on a day.
func (tx *Tx) Busy(service portal.ID, day portal.Date) (appointments.Busy, error) {
	out := appointments.Busy{Service: service, Day: day}
	var rows []struct {
		Counter int   `db:"counter"`
		Cell    int64 `db:"cell"`
	}
	err := tx.all(&rows, `SELECT counter, cell FROM appointment_cells WHERE service = ? AND day = ? ORDER BY counter, cell`, service, day)
	length := appointments.Cell.Microseconds()
	for _, r := range rows {
		out.Take(r.Counter, appointments.Slot{Start: r.Cell * length, End: (r.Cell + 1) * length})
	}
	return out, err
}

// DueReminders lists what is to be reminded of now, at most limit, and takes it
// as done.
func (tx *Tx) DueReminders(limit int) (out []Appointment, err error) {
	now := tx.Now().UnixMicro()
	if err = tx.all(&out, `SELECT `+appointmentColumns+` FROM appointments WHERE remind_at > 0 AND remind_at <= ? ORDER BY remind_at, id LIMIT ?`, now, limit); err != nil {
		return
	}
	for _, a := range out {
		if _, err = tx.exec(`UPDATE appointments SET remind_at = 0 WHERE id = ?`, a.ID); err != nil {
			return
		}
	}
	return
}

// UnlistAppointments has what ended before an instant leave the lists and the
// counts of its day, at most limit.
func (tx *Tx) UnlistAppointments(before int64, limit int) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM appointments WHERE end_at < ? AND listed = 1 ORDER BY end_at, id LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.exec(`UPDATE appointments SET listed = 0 WHERE id = ?`, id); err != nil {
			return 0, err
		}
		tx.Touch("appointment", id)
		if err := tx.freeCells(id); err != nil {
			return 0, err
		}
	}
	return int64(len(ids)), nil
}

// ForgetAppointments forgets what ended before an instant, at most limit.
func (tx *Tx) ForgetAppointments(before int64, limit int) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM appointments WHERE end_at < ? AND listed = 0 ORDER BY end_at, id LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.exec(`DELETE FROM appointments WHERE id = ?`, id); err != nil {
			return 0, err
		}
		tx.Touch("appointment", id)
	}
	return int64(len(ids)), nil
}

// appointmentContradictions is what must never be true of appointments.
var appointmentContradictions = []struct{ what, query string }{
	{"appointment %s meets another at its counter",
		`SELECT a.id FROM appointments a JOIN appointments b ON b.service = a.service AND b.counter = a.counter AND b.id <> a.id
			AND b.start_at < a.end_at AND a.start_at < b.end_at WHERE a.state <> 'cancelled' AND b.state <> 'cancelled'`},
	{"appointment %s does not hold what it says",
		`SELECT a.id FROM appointments a WHERE (a.end_at - a.start_at) / 300000000 * (CASE WHEN a.state = 'cancelled' OR a.listed = 0 THEN 0 ELSE 1 END) <>
			(SELECT COUNT(*) FROM appointment_cells c WHERE c.appointment = a.id AND c.service = a.service AND c.counter = a.counter
				AND c.cell >= a.start_at / 300000000 AND c.cell < a.end_at / 300000000)`},
	{"a counter is held for %s, which is no appointment",
		`SELECT appointment FROM appointment_cells WHERE appointment NOT IN (SELECT id FROM appointments)`},
	{"appointment %s is about no request, or another's",
		`SELECT a.id FROM appointments a LEFT JOIN requests r ON r.id = a.request WHERE r.id IS NULL OR r.account <> a.account`},
	// One that has gone by may stand beside the next, and only after its time can
	// what was noted of it be taken back.
	{"request %s awaited two appointments at once",
		`SELECT a.request FROM appointments a JOIN appointments b ON b.request = a.request AND b.id <> a.id AND b.made >= a.made
			WHERE a.state = 'booked' AND b.state = 'booked' AND a.end_at > b.made AND a.changed < a.end_at`},
	{"cancelled appointment %s is to be reminded of", `SELECT id FROM appointments WHERE state <> 'booked' AND remind_at > 0`},
}
