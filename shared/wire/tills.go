package wire

import (
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Types of commands of the cashiers of a cash desk.
const (
	DeskEnter      = "desk.enter"
	DeskUndo       = "desk.undo"
	BalanceCorrect = "balance.correct"
)

// Takings is the collection of what a cash desk took, over the counter and on
// line, and corrected, in the feed of its cashiers: Taking, by ledger transaction.
const Takings = "taking"

// EnterAtDesk enters money that was brought to a cash desk. It cannot be changed
// afterwards, only taken back by UndoAtDesk.
type EnterAtDesk struct {
	Entry    portal.ID `json:"entry"` // made by the desktop: the ledger transaction
	Account  portal.ID `json:"account"`
	CashDesk string    `json:"cash_desk"`
	ledger.Brought
}

// UndoAtDesk takes money back that was entered by mistake: a correction on the
// same legs, with a reason that the payer reads.
type UndoAtDesk struct {
	Correction portal.ID `json:"correction"` // made by the desktop
	Entry      portal.ID `json:"entry"`
	CashDesk   string    `json:"cash_desk"`
	Reason     string    `json:"reason"`
}

// CorrectBalance puts a mistake on an account right, by more or less than
// nothing, with a reason that the payer reads.
type CorrectBalance struct {
	Correction portal.ID    `json:"correction"` // made by the desktop
	Account    portal.ID    `json:"account"`
	CashDesk   string       `json:"cash_desk"`
	Amount     portal.Money `json:"amount"`
	Reason     string       `json:"reason"`
}

// Taking is money that was brought to a cash desk or paid to it on line, or a
// correction there, as its cashiers read it; of what was not brought only the amount
// is told of what Brought holds.
type Taking struct {
	ID       portal.ID   `json:"id"`
	CashDesk string      `json:"cash_desk"`
	Kind     ledger.Kind `json:"kind"`
	Account  portal.ID   `json:"account"`
	Name     string      `json:"name"`
	ledger.Brought
	At      int64     `json:"at"` // when it was entered, microseconds UTC
	By      string    `json:"by"`
	Reason  string    `json:"reason,omitempty"`
	Receipt string    `json:"receipt,omitempty"`
	Undoes  portal.ID `json:"undoes,omitempty"` // what a correction takes back
	Undone  bool      `json:"undone,omitempty"` // it was taken back
}

// Counted is it as the sums of a day take it.
func (t Taking) Counted() ledger.Taking {
	b := t.Brought
	if t.Kind == ledger.KindTopUp {
		b.Form = ledger.OnLine
	}
	return ledger.Taking{Brought: b, Taken: t.Kind.Receives() && !t.Undone}
}
