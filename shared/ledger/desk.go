package ledger

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parvis/shared/portal"
)

// Form is how money was brought to a cash desk.
type Form string

// The forms. A desktop that does not know one says that money was brought.
const (
	Cash     Form = "cash"
	Cheque   Form = "cheque"
	CESU     Form = "cesu" // vouchers for the care of children
	Transfer Form = "transfer"
)

// OnLine is how money came that nobody brought: through PayFiP. No cashier enters
// it, so that it is not valid.
const OnLine Form = "online"

// Forms lists those that a cashier enters.
var Forms = []Form{Cash, Cheque, CESU, Transfer}

// Why what a cashier enters is refused, besides its shape.
const (
	AmountBad     portal.Code = "amount_bad"     // Args: least, most (decimal euros)
	BelowLowest   portal.Code = "below_lowest"   // a correction; Args: after, floor (decimal euros)
	AlreadyUndone portal.Code = "already_undone" // what is to be taken back was
	ReceivedBad   portal.Code = "received_bad"   // a day that is to come, or too long ago
	ReferenceBad  portal.Code = "reference_bad"  // of this form one is needed, or it is too long
)

// Limits of what is entered by hand: above them it is a slip of the keys.
const (
	MostReference = 60  // characters
	LeastReason   = 2   // characters
	MostReason    = 300 // characters
	ReceivedReach = 92  // days back
)

// MostEntered is the most that is entered at a time, either way.
const MostEntered portal.Money = 5000_00

// Valid reports whether f is one of the four.
func (f Form) Valid() bool { return f == Cash || f == Cheque || f == CESU || f == Transfer }

// Numbered reports whether money of this form has a number by which it is found
// again: that of a cheque, or what a transfer was made with.
func (f Form) Numbered() bool { return f == Cheque || f == Transfer }

// Brought is money as a cashier enters it.
type Brought struct {
	Form      Form         `json:"form"`
	Amount    portal.Money `json:"amount"`
	Reference string       `json:"reference,omitempty"`
	Received  portal.Date  `json:"received"` // when it was brought, or came to the bank
}

// Trimmed is it without what was typed around its reference.
func (b Brought) Trimmed() Brought {
	b.Reference = strings.Join(strings.Fields(b.Reference), " ")
	return b
}

// Check is the first thing that is wrong with it, nil for nothing.
func (b Brought) Check(today portal.Date) *portal.Error {
	switch n := utf8.RuneCountInString(b.Reference); {
	case !b.Form.Valid():
		return portal.E(portal.Invalid, "form")
	case b.Amount < 1 || b.Amount > MostEntered:
		return portal.E(AmountBad, "amount", "least", portal.Money(1).Decimal(), "most", MostEntered.Decimal())
	case n > MostReference || n == 0 && b.Form.Numbered():
		return portal.E(ReferenceBad, "reference")
	case !b.Received.Valid() || b.Received > today || b.Received < today.Add(-ReceivedReach):
		return portal.E(ReceivedBad, "received")
	}
	return nil
}

// CheckCorrection is what is wrong with a correction that an agent enters, nil
// for nothing.
func CheckCorrection(amount portal.Money, reason string) *portal.Error {
	if amount == 0 || amount > MostEntered || amount < -MostEntered {
		return portal.E(AmountBad, "amount", "least", portal.Money(1).Decimal(), "most", MostEntered.Decimal())
	}
	return CheckReason(reason)
}

// CheckReason is what is wrong with the reason of a correction, which its payer
// reads.
func CheckReason(reason string) *portal.Error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(reason)); {
	case n < LeastReason:
		return portal.E(portal.Missing, "reason")
	case n > MostReason:
		return portal.E(portal.TooLong, "reason", "max", strconv.Itoa(MostReason))
	}
	return nil
}

// Till is the ledger account of what was brought to a cash desk in a form.
func Till(cashDesk string, f Form) string { return "till:" + cashDesk + ":" + string(f) }

// Corrections is the ledger account against which a cash desk corrects.
func Corrections(cashDesk string) string { return "correction:" + cashDesk }

// Bring is the entries of money that was brought.
func Bring(payer portal.ID, cashDesk string, b Brought) []Entry {
	return []Entry{{Prepaid(payer, cashDesk), b.Amount}, {Till(cashDesk, b.Form), -b.Amount}}
}

// Correct is the entries of a correction.
func Correct(payer portal.ID, cashDesk string, amount portal.Money) []Entry {
	return []Entry{{Prepaid(payer, cashDesk), amount}, {Corrections(cashDesk), -amount}}
}

// Taking is what a cash desk took or corrected, as its day's list tells it.
type Taking struct {
	Brought
	Taken bool // brought or paid on line, and not taken back; a correction is none
}

// FormSum is what was taken in a form.
type FormSum struct {
	Form   Form
	Count  int
	Amount portal.Money
}

// SumsOf is what was taken by form, in their order and on line last, without what
// was taken back, and all of it together.
func SumsOf(of []Taking) (sums []FormSum, all FormSum) {
	by := map[Form]FormSum{}
	for _, t := range of {
		if !t.Taken {
			continue
		}
		s := by[t.Form]
		by[t.Form] = FormSum{t.Form, s.Count + 1, s.Amount + t.Amount}
		all.Count++
		all.Amount += t.Amount
	}
	for _, f := range append(slices.Clone(Forms), OnLine) {
		if s, some := by[f]; some {
			sums = append(sums, s)
		}
	}
	return sums, all
}
