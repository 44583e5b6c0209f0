package store

import "parvis/shared/portal"

// BookingGroup is what became of days that were booked and cancelled together.
type BookingGroup struct {
	ID      portal.ID `db:"id"`
	Account portal.ID `db:"account"` // who sent it
	At      int64     `db:"at"`
	Body    string    `db:"body"` // wire.GroupResult, as JSON
}

// SaveBookingGroup writes what became of a group.
func (tx *Tx) SaveBookingGroup(g BookingGroup) error {
	err := tx.write(`INSERT INTO booking_groups (id, account, at, body) VALUES (?, ?, ?, ?)`, g.ID, g.Account, g.At, g.Body)
	tx.Touch("booking_group", g.ID)
	return err
}

// BookingGroup finds a group.
func (tx *Tx) BookingGroup(id portal.ID) (g BookingGroup, found bool, err error) {
	found, err = tx.get(&g, `SELECT id, account, at, body FROM booking_groups WHERE id = ?`, id)
	return
}

// DropBookingGroups forgets those of before an instant, at most limit; what
// they booked stays.
func (tx *Tx) DropBookingGroups(before int64, limit int) (int64, error) {
	return tx.dropGroups(`SELECT id FROM booking_groups WHERE at < ? ORDER BY at LIMIT ?`, before, limit)
}

// DropBookingGroupsOf forgets those of an account.
func (tx *Tx) DropBookingGroupsOf(account portal.ID) error {
	_, err := tx.dropGroups(`SELECT id FROM booking_groups WHERE account = ? ORDER BY id`, account)
	return err
}

func (tx *Tx) dropGroups(query string, args ...any) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, query, args...); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := tx.write(`DELETE FROM booking_groups WHERE id = ?`, id); err != nil {
			return 0, err
		}
		tx.Touch("booking_group", id)
	}
	return int64(len(ids)), nil
}
