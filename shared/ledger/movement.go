package ledger

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"parvis/shared/portal"
)

// Kind is what moved money.
type Kind string

// The kinds of ledger transaction. One that a desktop does not know is told by
// its amount alone.
const (
	KindOpening    Kind = "opening"    // taken over from before
	KindDebit      Kind = "debit"      // a day was booked
	KindCredit     Kind = "credit"     // and cancelled
	KindTopUp      Kind = "topup"      // paid on line
	KindDeskMoney  Kind = "desk"       // brought to the cash desk
	KindCorrection Kind = "correction" // a mistake put right by a new entry
)

// Movement is money that came to or went from a prepaid account, as its payer
// may know it.
type Movement struct {
	ID       portal.ID    `json:"id"` // of the ledger transaction
	CashDesk string       `json:"cash_desk"`
	At       int64        `json:"at"` // microseconds UTC
	Kind     Kind         `json:"kind"`
	Amount   portal.Money `json:"amount"` // as it changes the balance
	// What day of whom it was for, where it was for one.
	Booking  portal.ID   `json:"booking,omitempty"`
	Child    portal.ID   `json:"child,omitempty"`
	Activity portal.ID   `json:"activity,omitempty"`
	Day      portal.Date `json:"day,omitempty"`
	// Meal is what of the amount of a debit is a meal, where it is more than that.
	Meal portal.Money `json:"meal,omitempty"`
	// By is the name of who did it, where that is not the payer.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Closure is the town's that cancelled the day, or whose taking back booked it
	// again.
	Closure portal.ID `json:"closure,omitempty"`
	// Absent is why a day was credited that was told too late.
	Absent string `json:"absent,omitempty"`
	// Payment is what was paid on line, and Receipt the number of what proves that
	// money was received (ReceiptNumber).
	Payment portal.ID `json:"payment,omitempty"`
	Receipt string    `json:"receipt,omitempty"`
	// Form, Reference and Received tell of money that was brought to the cash desk.
	Form      Form        `json:"form,omitempty"`
	Reference string      `json:"reference,omitempty"`
	Received  portal.Date `json:"received,omitempty"`
	// Undoes is the movement that a correction takes back.
	Undoes portal.ID `json:"undoes,omitempty"`
}

// Why a day was credited that was told too late to be cancelled.
const (
	AbsentForgiven = "grace"  // the town forgives some
	AbsentProved   = "proved" // an illness was
)

// Receives reports whether money of this kind is received, so that it has a
// receipt: taking it over from before or putting a mistake right is not.
func (k Kind) Receives() bool { return k == KindTopUp || k == KindDeskMoney }

// ReceiptNumber is how the number of a receipt is written: of each cash desk and
// year the first is 2026-000001. A second series, as a restore begins, says so.
func ReceiptNumber(year, series, n int) string {
	if series > 1 {
		return fmt.Sprintf("%d-%d-%06d", year, series, n)
	}
	return fmt.Sprintf("%d-%06d", year, n)
}

// On is the day in the town on which money moved.
func (m Movement) On() portal.Date { return portal.DateOf(time.UnixMicro(m.At)) }

// InOrder is the order of the books: as it happened, and for one instant by id.
func InOrder(a, b Movement) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
}

// Line is a movement with the balance after it.
type Line struct {
	Movement
	Balance portal.Money
}

// Statement is the movements of a prepaid account in a period.
type Statement struct {
	Opening portal.Money // the balance before the first line
	Lines   []Line       // the oldest first
	In, Out portal.Money // what came, and what went as a negative amount
	Closing portal.Money // the balance after the last line
}

// StatementOf is the statement of a period, whose ends may be empty for as far as
// the books go, from all movements of one prepaid account.
func StatementOf(movements []Movement, p portal.Period) Statement {
	all := movements
	if !slices.IsSortedFunc(all, InOrder) {
		all = slices.SortedFunc(slices.Values(movements), InOrder)
	}
	s := Statement{Lines: make([]Line, 0, len(all))}
	balance := portal.Money(0)
	for _, m := range all {
		day := m.On()
		if p.To != "" && day > p.To {
			break
		}
		balance += m.Amount
		if p.From != "" && day < p.From {
			s.Opening = balance
			continue
		}
		s.Lines = append(s.Lines, Line{m, balance})
		if m.Amount < 0 {
			s.Out += m.Amount
		} else {
			s.In += m.Amount
		}
	}
	s.Closing = balance
	return s
}

// Committed is what of the money that went is for days to come.
type Committed struct {
	Amount portal.Money
	Days   int         // of children at activities
	Until  portal.Date // the last of them; "" where there is none
}

// CommittedOf is what the movements have paid for days from a day on, without
// those that were cancelled.
func CommittedOf(movements []Movement, from portal.Date) Committed {
	var c Committed
	for m := range paid(movements) {
		if m.Day >= from {
			c.Amount -= m.Amount
			c.Days++
			c.Until = max(c.Until, m.Day)
		}
	}
	return c
}

// paid is the debits of days that were not cancelled. There may be thousands:
// none is copied.
func paid(movements []Movement) iter.Seq[*Movement] {
	return func(yield func(*Movement) bool) {
		ended := map[portal.ID]bool{}
		for i := range movements {
			if movements[i].Kind == KindCredit {
				ended[movements[i].Booking] = true
			}
		}
		for i := range movements {
			m := &movements[i]
			if m.Kind == KindDebit && m.Booking != "" && !ended[m.Booking] && !yield(m) {
				return
			}
		}
	}
}
