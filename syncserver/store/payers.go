package store

import (
	"encoding/json"

	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Payers is who pays for what is booked of a child from a day on.
type Payers struct {
	Child  portal.ID   `db:"child"`
	From   portal.Date `db:"day_from"`
	Shares string      `db:"shares"` // ledger.Shares
	Reason string      `db:"reason"`
	At     int64       `db:"set_at"`
	By     portal.ID   `db:"set_by"`
}

// Rule is the part of it that the rules judge.
func (p Payers) Rule() ledger.Payers {
	return ledger.Payers{From: p.From, Shares: ledger.ReadShares(p.Shares)}
}

// SetPayers writes who pays from a day on, instead of what was written for that
// day.
func (tx *Tx) SetPayers(p Payers, shares ledger.Shares) error {
	if shares == nil {
		shares = ledger.Shares{}
	}
	raw, err := json.Marshal(shares)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO child_payers (child, day_from, shares, reason, set_at, set_by) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (child, day_from) DO UPDATE SET shares = excluded.shares, reason = excluded.reason, set_at = excluded.set_at, set_by = excluded.set_by`,
		p.Child, p.From, string(raw), p.Reason, p.At, p.By)
	tx.Touch("child", p.Child)
	return err
}

// PayersOf is who pays for a child, by day.
func (tx *Tx) PayersOf(child portal.ID) (out []Payers, err error) {
	err = tx.all(&out, `SELECT child, day_from, shares, reason, set_at, set_by FROM child_payers WHERE child = ? ORDER BY day_from`, child)
	return
}

// ChildrenSharedBy lists the children of whom an account pays a share.
func (tx *Tx) ChildrenSharedBy(account portal.ID) (out []portal.ID, err error) {
	err = tx.all(&out, `SELECT DISTINCT child FROM child_payers WHERE shares LIKE ? ORDER BY child`, `%"`+string(account)+`"%`)
	return
}

// PartsOf lists all bookings of which an account pays a part that others have made
// in their own name, cancelled or not.
func (tx *Tx) PartsOf(account portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE payer <> ? AND actor <> ? AND shares LIKE ? ORDER BY made, id`, account, account, `%"`+string(account)+`"%`)
	return
}
