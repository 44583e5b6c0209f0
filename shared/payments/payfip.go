package payments

import (
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/words"
)

// Order is what PayFiP is asked to open a page for.
type Order struct {
	Client    string // the cash desk's number at PayFiP, six digits
	Amount    portal.Money
	Reference string
	Object    string // what it is for: letters, digits and spaces
	Mail      string // the payer's
	Exercise  string
	Notice    string // where PayFiP says that there is news
	Return    string // where the payer's browser goes back to
}

// Result is what PayFiP says of a payment: an answer, and of which payment
// where that is a result.
type Result struct {
	Answer    Answer
	Client    string
	Amount    portal.Money
	Reference string
	Number    string // the authorisation's
}

// Of is the answer to whoever asked about an order: a result for anything else
// is none of it.
func (r Result) Of(o Order) Answer {
	switch r.Answer {
	case PaidByCard, PaidByDebit, CardRefused, DebitRefused, WasAbandoned:
		if r.Client != o.Client || r.Amount != o.Amount || r.Reference != o.Reference {
			return Different
		}
	}
	return r.Answer
}

// Fault is why PayFiP did not do what it was asked.
type Fault struct {
	Code  string // of what it refuses, such as "T2"; "" where it could not answer at all
	Cause error
}

// Error tells of the fault for logs.
func (f *Fault) Error() string {
	text := "payfip"
	if f.Code != "" {
		text += " refuses with " + f.Code
	}
	if f.Cause != nil && f.Cause.Error() != "" {
		text += ": " + f.Cause.Error()
	}
	return text
}

// Unwrap is its cause.
func (f *Fault) Unwrap() error { return f.Cause }

// longestObject is how many characters PayFiP takes of what a payment is for.
const longestObject = 99

// Object is a text as PayFiP takes it: capitals without accents, digits, and
// single spaces.
func Object(text string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return ' '
	}, words.Fold(text))
	plain = strings.Join(strings.Fields(plain), " ")
	return strings.ToUpper(strings.TrimSpace(plain[:min(len(plain), longestObject)]))
}

// AskLimit is how long PayFiP is waited for.
const AskLimit = 10 * time.Second
