package store

import (
	"slices"

	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Kinds of ledger transaction.
const (
	LedgerOpening = "opening"
	LedgerDebit   = "debit"
	LedgerCredit  = "credit"
	LedgerTopUp   = "topup" // about its payment; there is never a second one
)

// Posting is a ledger transaction to be written, about something.
type Posting struct {
	ID      portal.ID
	Kind    string
	About   portal.ID
	Actor   portal.ID
	Entries []ledger.Entry
}

// Post writes a ledger transaction about something and moves the balances.
func (tx *Tx) Post(id portal.ID, kind string, about, actor portal.ID, entries []ledger.Entry) error {
	return tx.PostAll([]Posting{{id, kind, about, actor, entries}})
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
		args := make([]any, 0, n*5)
		for _, p := range all[from : from+n] {
			args = append(args, p.ID, at, p.Kind, p.About, p.Actor)
		}
		_, err := tx.exec(insertTransactions[n], args...)
		return err
	}); err != nil {
		return err
	}
	if err := inChunks(len(legs), func(from, n int) error {
		args := make([]any, 0, n*4)
		for _, l := range legs[from : from+n] {
			args = append(args, l.tx, l.n, l.Account, l.Amount)
		}
		_, err := tx.exec(insertEntries[n], args...)
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
		if _, err := tx.exec(`INSERT INTO balances (account, amount) VALUES (?, ?)
			ON CONFLICT (account) DO UPDATE SET amount = balances.amount + excluded.amount`, account, moved[account]); err != nil {
			return err
		}
		tx.Touch("balance", portal.ID(account))
	}
	return nil
}

// leg is one entry of a transaction.
type leg struct {
	tx portal.ID
	n  int
	ledger.Entry
}

// EntriesOf lists the legs of ledger transactions, each in order.
func (tx *Tx) EntriesOf(ids []portal.ID) (map[portal.ID][]ledger.Entry, error) {
	out := make(map[portal.ID][]ledger.Entry, len(ids))
	err := inChunks(len(ids), func(from, n int) error {
		var rows []struct {
			Tx      portal.ID    `db:"tx"`
			Account string       `db:"account"`
			Amount  portal.Money `db:"amount"`
		}
		args := make([]any, n)
		for i := range args {
			args[i] = ids[from+i]
		}
		err := tx.all(&rows, selectEntries[n], args...)
		for _, r := range rows {
			out[r.Tx] = append(out[r.Tx], ledger.Entry{Account: r.Account, Amount: r.Amount})
		}
		return err
	})
	return out, err
}

// Balance of a ledger account; one without entries is zero.
func (tx *Tx) Balance(account string) (m portal.Money, err error) {
	_, err = tx.get(&m, `SELECT amount FROM balances WHERE account = ?`, account)
	return
}
