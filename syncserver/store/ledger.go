package store

import (
	"cmp"
	"slices"

	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Kinds of ledger transaction.
const (
	LedgerOpening    = string(ledger.KindOpening)
	LedgerDebit      = string(ledger.KindDebit)
	LedgerCredit     = string(ledger.KindCredit)
	LedgerTopUp      = string(ledger.KindTopUp) // about its payment; there is never a second one
	LedgerDesk       = string(ledger.KindDeskMoney)
	LedgerCorrection = string(ledger.KindCorrection) // about what was brought, where it takes that back
)

// Posting is a ledger transaction to be written, about something.
type Posting struct {
	ID      portal.ID
	Kind    string
	About   portal.ID
	Actor   portal.ID
	Reason  string // that the payer reads
	Entries []ledger.Entry
}

// Post writes a ledger transaction about something and moves the balances.
func (tx *Tx) Post(id portal.ID, kind string, about, actor portal.ID, entries []ledger.Entry) error {
	return tx.PostFor(id, kind, about, actor, "", entries)
}

// PostFor is Post with a reason that the payer reads.
func (tx *Tx) PostFor(id portal.ID, kind string, about, actor portal.ID, reason string, entries []ledger.Entry) error {
	return tx.PostAll([]Posting{{id, kind, about, actor, reason, entries}})
}

// PostAll is Post for many.
func (tx *Tx) PostAll(all []Posting) error {
	at := tx.Now().UnixMicro()
	var legs []leg
	moved := map[string]portal.Money{}
	for _, p := range all {
		if err := ledger.Check(p.Entries); err != nil {
			return err
		}
		for n, e := range p.Entries {
			legs = append(legs, leg{p.ID, n, e})
			moved[e.Account] += e.Amount
		}
	}
	if err := inChunks(len(all), func(from, n int) error {
		args := make([]any, 0, n*6)
		for _, p := range all[from : from+n] {
			args = append(args, p.ID, at, p.Kind, p.About, p.Actor, p.Reason)
		}
		err := tx.write(insertTransactions[n], args...)
		return err
	}); err != nil {
		return err
	}
	if err := inChunks(len(legs), func(from, n int) error {
		args := make([]any, 0, n*4)
		for _, l := range legs[from : from+n] {
			args = append(args, l.tx, l.n, l.Account, l.Amount)
		}
		err := tx.write(insertEntries[n], args...)
		return err
	}); err != nil {
		return err
	}
	accounts := make([]string, 0, len(moved))
	for account := range moved {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		if err := tx.write(`INSERT INTO balances (account, amount) VALUES (?, ?)
			ON CONFLICT (account) DO UPDATE SET amount = balances.amount + excluded.amount`, account, moved[account]); err != nil {
			return err
		}
		tx.Touch("balance", portal.ID(account))
	}
	for _, p := range all {
		tx.Touch("transaction", p.ID)
	}
	return nil
}

// leg is one entry of a transaction.
type leg struct {
	tx portal.ID
	n  int
	ledger.Entry
}

// Transaction is a ledger transaction without its legs.
type Transaction struct {
	ID     portal.ID `db:"id"`
	At     int64     `db:"at"`
	Kind   string    `db:"kind"`
	About  portal.ID `db:"about"`
	Actor  portal.ID `db:"actor"`
	Reason string    `db:"reason"`
}

const transactionColumns = `id, at, kind, about, actor, reason`

// Transaction finds a ledger transaction.
func (tx *Tx) Transaction(id portal.ID) (t Transaction, found bool, err error) {
	if t, found, known := tx.ahead.transactions.of(id); known {
		return t, found, nil
	}
	found, err = tx.get(&t, `SELECT `+transactionColumns+` FROM ledger_transactions WHERE id = ?`, id)
	return
}

// Entries lists the legs of a ledger transaction in order.
func (tx *Tx) Entries(id portal.ID) ([]ledger.Entry, error) {
	if legs, _, known := tx.ahead.entries.of(id); known {
		return legs, nil
	}
	all, err := tx.EntriesOf([]portal.ID{id})
	return all[id], err
}

// EntriesOf lists the legs of ledger transactions, each in order.
func (tx *Tx) EntriesOf(ids []portal.ID) (map[portal.ID][]ledger.Entry, error) {
	out := make(map[portal.ID][]ledger.Entry, len(ids))
	type row struct {
		Tx      portal.ID    `db:"tx"`
		N       int          `db:"n"`
		Account string       `db:"account"`
		Amount  portal.Money `db:"amount"`
	}
	rows, err := selectIn[row](tx, selectEntries, ids)
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.N, b.N) })
	for _, r := range rows {
		out[r.Tx] = append(out[r.Tx], ledger.Entry{Account: r.Account, Amount: r.Amount})
	}
	return out, err
}

// Balance of a ledger account; one without entries is zero.
func (tx *Tx) Balance(account string) (m portal.Money, err error) {
	_, err = tx.get(&m, `SELECT amount FROM balances WHERE account = ?`, account)
	return
}

// Receipt is the number of what was received by a ledger transaction.
type Receipt struct {
	CashDesk string    `db:"cash_desk"`
	Year     int       `db:"year"`
	Series   int       `db:"series"`
	N        int       `db:"n"`
	Epoch    string    `db:"epoch"`
	Tx       portal.ID `db:"tx"`
}

// Number is how it is written.
func (r Receipt) Number() string { return ledger.ReceiptNumber(r.Year, r.Series, r.N) }

// GiveReceipt numbers what a transaction received at a cash desk, in the same
// commit: the next number of the year, or the first of a new series under another
// epoch than the last one's.
func (tx *Tx) GiveReceipt(id portal.ID, cashDesk string) error {
	epoch, _, err := tx.Meta(MetaEpoch)
	if err != nil {
		return err
	}
	r := Receipt{CashDesk: cashDesk, Year: portal.DateOf(tx.Now()).Year(), Series: 1, N: 1, Epoch: epoch, Tx: id}
	var last Receipt
	found, err := tx.get(&last, `SELECT cash_desk, year, series, n, epoch, tx FROM receipts WHERE cash_desk = ? AND year = ? ORDER BY series DESC, n DESC LIMIT 1`, r.CashDesk, r.Year)
	switch {
	case err != nil:
		return err
	case found && last.Epoch == epoch:
		r.Series, r.N = last.Series, last.N+1
	case found:
		r.Series = last.Series + 1
	}
	err = tx.write(`INSERT INTO receipts (cash_desk, year, series, n, epoch, tx) VALUES (?, ?, ?, ?, ?, ?)`, r.CashDesk, r.Year, r.Series, r.N, r.Epoch, r.Tx)
	tx.Touch("transaction", id)
	return err
}

// ReceiptOf finds the receipt of a transaction.
func (tx *Tx) ReceiptOf(id portal.ID) (r Receipt, found bool, err error) {
	found, err = tx.get(&r, `SELECT cash_desk, year, series, n, epoch, tx FROM receipts WHERE tx = ?`, id)
	return
}

// Level is below which balance at a cash desk a payer wants to be told, and
// whether it is there already.
type Level struct {
	Account  portal.ID    `db:"account"`
	CashDesk string       `db:"cash_desk"`
	Level    portal.Money `db:"level"`
	Low      bool         `db:"low"`
}

// Level finds what a payer has chosen for a cash desk.
func (tx *Tx) Level(account portal.ID, cashDesk string) (l Level, found bool, err error) {
	found, err = tx.get(&l, `SELECT account, cash_desk, level, low FROM balance_levels WHERE account = ? AND cash_desk = ?`, account, cashDesk)
	return
}

// LevelsOf lists all that a payer has chosen.
func (tx *Tx) LevelsOf(account portal.ID) (out []Level, err error) {
	err = tx.all(&out, `SELECT account, cash_desk, level, low FROM balance_levels WHERE account = ? ORDER BY cash_desk`, account)
	return
}

// SaveLevel keeps what a payer has chosen.
func (tx *Tx) SaveLevel(l Level) error {
	err := tx.write(`INSERT INTO balance_levels (account, cash_desk, level, low) VALUES (?, ?, ?, ?)
		ON CONFLICT (account, cash_desk) DO UPDATE SET level = excluded.level, low = excluded.low`, l.Account, l.CashDesk, l.Level, l.Low)
	tx.Touch("balance", portal.ID(ledger.Prepaid(l.Account, l.CashDesk)))
	return err
}

// DropLevel forgets it.
func (tx *Tx) DropLevel(account portal.ID, cashDesk string) error {
	err := tx.write(`DELETE FROM balance_levels WHERE account = ? AND cash_desk = ?`, account, cashDesk)
	tx.Touch("balance", portal.ID(ledger.Prepaid(account, cashDesk)))
	return err
}

// DropLevels forgets all that a payer has chosen.
func (tx *Tx) DropLevels(account portal.ID) error {
	all, err := tx.LevelsOf(account)
	if err != nil {
		return err
	}
	for _, l := range all {
		if err := tx.DropLevel(account, l.CashDesk); err != nil {
			return err
		}
	}
	return nil
}

// movementContradictions is what Contradictions asks of what payers chose.
var movementContradictions = []struct{ what, query string }{
	{"the balance of %s is below its level and is not known to be, or the reverse",
		`SELECT l.account || ':' || l.cash_desk FROM balance_levels l LEFT JOIN balances b ON b.account = 'prepaid:' || l.cash_desk || ':' || l.account
			WHERE (COALESCE(b.amount, 0) < l.level) <> (l.low = 1)`},
	{"receipts of %s have a gap",
		`SELECT cash_desk || ' ' || year || '/' || series FROM receipts GROUP BY cash_desk, year, series HAVING MIN(n) <> 1 OR MAX(n) <> COUNT(*)`},
	{"what was received by %s has no receipt",
		`SELECT id FROM ledger_transactions WHERE kind IN ('topup', 'desk') AND id NOT IN (SELECT tx FROM receipts)`},
	{"receipt of %s is for nothing that was received",
		`SELECT tx FROM receipts WHERE tx NOT IN (SELECT id FROM ledger_transactions WHERE kind IN ('topup', 'desk'))`},
	{"correction %s has no reason", `SELECT id FROM ledger_transactions WHERE kind = 'correction' AND reason = ''`},
}
