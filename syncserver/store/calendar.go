package store

import (
	"encoding/json"

	"parvis/shared/portal"
)

// CalendarAddress is where an account's booked days can be subscribed to.
type CalendarAddress struct {
	Account portal.ID `db:"account"`
	Secret  string    `db:"secret"` // its SHA-256
	Made    int64     `db:"made"`
}

// SetCalendarAddress writes an account's address, instead of the one before.
func (tx *Tx) SetCalendarAddress(a CalendarAddress) error {
	_, err := tx.exec(`INSERT INTO calendar_addresses (account, secret, made) VALUES (?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, made = excluded.made`, a.Account, a.Secret, a.Made)
	tx.Touch("calendar_address", a.Account)
	return err
}

// DropCalendarAddress forgets it.
func (tx *Tx) DropCalendarAddress(account portal.ID) error {
	_, err := tx.exec(`DELETE FROM calendar_addresses WHERE account = ?`, account)
	tx.Touch("calendar_address", account)
	return err
}

// CalendarAddressOf finds an account's address.
func (tx *Tx) CalendarAddressOf(account portal.ID) (a CalendarAddress, found bool, err error) {
	found, err = tx.get(&a, `SELECT account, secret, made FROM calendar_addresses WHERE account = ?`, account)
	return
}

// CalendarAddressBy finds the one of a secret.
func (tx *Tx) CalendarAddressBy(secret string) (a CalendarAddress, found bool, err error) {
	found, err = tx.get(&a, `SELECT account, secret, made FROM calendar_addresses WHERE secret = ?`, secret)
	return
}

// Shown lists the rows of a collection that stand in a feed, by their entities:
// what its readers see, and nothing else.
func (tx *Tx) Shown(feed, collection string) ([]json.RawMessage, error) {
	var bodies []string
	err := tx.all(&bodies, `SELECT body FROM feed_rows WHERE feed = ? AND collection = ? AND deleted = 0 ORDER BY entity`, feed, collection)
	out := make([]json.RawMessage, len(bodies))
	for i, b := range bodies {
		out[i] = json.RawMessage(b)
	}
	return out, err
}
