// Package payments holds the life of a payment that tops up a prepaid account
// through PayFiP: what may be asked for, and what the answers of PayFiP and the
// time make of it. Only what PayFiP says when it is asked makes a payment paid;
// no answer is never taken for a failure.
//
// The package is pure: no I/O and no clock.
package payments

import (
	"encoding/base32"
	"encoding/hex"
	"strconv"
	"strings"

	"parvis/shared/portal"
)

// Limits of an amount, in cents. The most is the town's where it says less.
const (
	Least     portal.Money = 100
	UsualMost portal.Money = 50_000
	PayFiPMax portal.Money = 9_999_999
	MailMax                = 80 // characters of the address that PayFiP writes to
	AnHour                 = 20 // payments that one account may start within an hour
)

// Codes of what can be wrong.
const (
	TooLittle portal.Code = "payment_too_little" // Args["min"], euros
	TooMuch   portal.Code = "payment_too_much"   // Args["max"], euros
	NotOnline portal.Code = "payment_not_online" // this cash desk takes no payments on line
	TooOften  portal.Code = "payment_too_often"  // Args["max"] within an hour
	Unopened  portal.Code = "payment_unopened"   // PayFiP does not answer now; nothing was paid
	NotAsked  portal.Code = "payment_not_asked"  // the payment is not one that the town hall has to look into, or no more
	MailLong  portal.Code = "payment_mail_long"  // the account's address is too long for PayFiP: Args["max"]
)

// State is where a payment stands.
type State string

// The states. Each may still become Paid, but for Failed: nobody was ever given
// a page on which to pay that one.
const (
	Opening   State = "opening"   // PayFiP has given no page yet
	Pending   State = "pending"   // there is a page, and no result yet
	Paid      State = "paid"      // PayFiP says so, and the account is credited
	Refused   State = "refused"   // the card or the debit was
	Abandoned State = "abandoned" // the payer went away from the page
	Expired   State = "expired"   // no result, and the page can no longer be opened
	Failed    State = "failed"    // PayFiP never gave a page
	Unclear   State = "unclear"   // what PayFiP says is not what was asked, or it is silent: for the town hall
)

// States is all of them.
var States = []State{Opening, Pending, Paid, Refused, Abandoned, Expired, Failed, Unclear}

// Open reports whether nobody knows the end yet.
func (s State) Open() bool { return s == Opening || s == Pending }

// CheckAmount judges an amount at a cash desk whose greatest is most.
func CheckAmount(amount, most portal.Money) *portal.Error {
	if most <= 0 {
		most = UsualMost
	}
	switch {
	case amount < Least:
		return portal.E(TooLittle, "amount", "min", euros(Least))
	case amount > min(most, PayFiPMax):
		return portal.E(TooMuch, "amount", "max", euros(min(most, PayFiPMax)))
	}
	return nil
}

// euros is an amount without cents where it has none.
func euros(m portal.Money) string { return strings.TrimSuffix(m.Decimal(), ".00") }

// Reference is the name of a payment at PayFiP (refdet) and on the payer's
// statement: 26 letters and digits that hold its whole id.
func Reference(id portal.ID) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(string(id), "-", ""))
	if err != nil {
		return ""
	}
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
}

// Exercise is the budget year of a day, as PayFiP wants it.
func Exercise(day portal.Date) string { return strconv.Itoa(day.Year()) }
