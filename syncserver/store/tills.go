package store

import (
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Brought is money that was brought to a cash desk, as it was entered.
type Brought struct {
	Tx        portal.ID   `db:"tx"` // the ledger transaction
	CashDesk  string      `db:"cash_desk"`
	Form      ledger.Form `db:"form"`
	Reference string      `db:"reference"`
	Received  portal.Date `db:"received"`
}

// SaveBrought writes how the money of a transaction was brought.
func (tx *Tx) SaveBrought(b Brought) error {
	_, err := tx.exec(`INSERT INTO brought (tx, cash_desk, form, reference, received) VALUES (?, ?, ?, ?, ?)`, b.Tx, b.CashDesk, b.Form, b.Reference, b.Received)
	tx.Touch("transaction", b.Tx)
	return err
}

// Brought finds how the money of a transaction was brought.
func (tx *Tx) Brought(id portal.ID) (b Brought, found bool, err error) {
	found, err = tx.get(&b, `SELECT tx, cash_desk, form, reference, received FROM brought WHERE tx = ?`, id)
	return
}

// Undone reports whether a transaction was taken back by a correction.
func (tx *Tx) Undone(id portal.ID) (bool, error) {
	var by portal.ID
	return tx.get(&by, `SELECT id FROM ledger_transactions WHERE about = ? AND kind = 'correction'`, id)
}

// TakenBack is how much corrections have taken from a prepaid account.
func (tx *Tx) TakenBack(account string) (m portal.Money, err error) {
	_, err = tx.get(&m, `SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.tx
		WHERE e.account = ? AND t.kind = 'correction' AND e.amount < 0`, account)
	return
}

// TouchMoney projects anew all that moved on an account's prepaid account at a
// cash desk, and its balance.
func (tx *Tx) TouchMoney(account portal.ID, cashDesk string) error {
	prepaid := ledger.Prepaid(account, cashDesk)
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT DISTINCT tx FROM ledger_entries WHERE account = ? ORDER BY tx`, prepaid); err != nil {
		return err
	}
	for _, id := range ids {
		tx.Touch("transaction", id)
	}
	tx.Touch("balance", portal.ID(prepaid))
	return nil
}

// TouchTakings projects anew what tells the cashiers of a cash desk a payer's name:
// what was brought, paid on line and corrected there, and the payments to look into.
func (tx *Tx) TouchTakings(account portal.ID, cashDesk string) error {
	for _, of := range []struct {
		kind, query string
		args        []any
	}{
		{"transaction", `SELECT DISTINCT t.id FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.tx WHERE e.account = ? AND t.kind IN ('desk', 'topup', 'correction') ORDER BY t.id`,
			[]any{ledger.Prepaid(account, cashDesk)}},
		{"payment", `SELECT id FROM payments WHERE account = ? AND cash_desk = ? AND state = 'unclear' ORDER BY id`, []any{account, cashDesk}},
	} {
		var ids []portal.ID
		if err := tx.all(&ids, of.query, of.args...); err != nil {
			return err
		}
		for _, id := range ids {
			tx.Touch(of.kind, id)
		}
	}
	return nil
}

// PayerListed is a payer as a cashier's search goes over them, once for each
// child whose parent it is.
type PayerListed struct {
	ID        portal.ID `db:"id"`
	FirstName string    `db:"first_name"`
	LastName  string    `db:"last_name"`
	Profile   string    `db:"profile"`
	Child     string    `db:"child"` // '' for none
}

// PayersAfter lists the payers of a cash desk behind one, by id: at most so many
// rows, the last payer's perhaps not all. Who has closed their account is one as
// long as there is money to give back, or to be paid.
func (tx *Tx) PayersAfter(cashDesk string, last portal.ID, most int) (out []PayerListed, err error) {
	err = tx.all(&out, `SELECT a.id, a.first_name, a.last_name, a.profile, COALESCE(c.first_name || ' ' || c.last_name, '') AS child
		FROM accounts a
		LEFT JOIN child_links l ON l.account = a.id AND l.custody IN ('full', 'shared')
		LEFT JOIN children c ON c.id = l.child
		WHERE a.kind <> 'agent' AND a.id > ? AND (a.closed = 0 OR EXISTS (SELECT 1 FROM balances b WHERE b.account = 'prepaid:' || CAST(? AS TEXT) || ':' || a.id AND b.amount <> 0))
		ORDER BY a.id, c.birth_date, c.id LIMIT ?`, last, cashDesk, most)
	return
}

// tillContradictions is what Contradictions asks of what cashiers entered.
var tillContradictions = []struct{ what, query string }{
	{"brought money %s is not told how",
		`SELECT id FROM ledger_transactions WHERE (kind = 'desk') <> (id IN (SELECT tx FROM brought))`},
	{"brought money %s lies in another till",
		`SELECT b.tx FROM brought b WHERE NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.tx = b.tx AND e.account = 'till:' || b.cash_desk || ':' || b.form)`},
	{"correction %s does not take back what it names",
		`SELECT c.id FROM ledger_transactions c WHERE c.kind = 'correction' AND c.about <> '' AND (c.about NOT IN (SELECT tx FROM brought) OR EXISTS (
			SELECT 1 FROM ledger_entries d LEFT JOIN ledger_entries e ON e.tx = c.id AND e.n = d.n AND e.account = d.account AND e.amount = -d.amount WHERE d.tx = c.about AND e.tx IS NULL))`},
}
