package payments

import "time"

// Spans of a payment, from the moment PayFiP gave its page.
const (
	PageOpens = 15 * time.Minute    // the page must be opened within
	Unsure    = 20 * time.Minute    // until then "abandoned" may still become paid
	Watched   = 3 * 24 * time.Hour  // one without a result is still asked about
	GiveUp    = 30 * 24 * time.Hour // so is one that PayFiP was silent about
	// OpeningFor is how long a start that got no answer is left to be tried
	// again, from the moment it was asked for.
	OpeningFor = 10 * time.Minute
)

// Answer is what PayFiP said when it was asked about a payment.
type Answer string

// The answers: a result, the code of a fault, or nothing that can be used.
const (
	PaidByCard   Answer = "P"
	PaidByDebit  Answer = "V"
	CardRefused  Answer = "R"
	DebitRefused Answer = "Z"
	WasAbandoned Answer = "A"

	Unknown   Answer = "P1" // no such payment, or one that was purged
	Used      Answer = "P3"
	TooOld    Answer = "P4" // its page is no longer to be opened
	NotYet    Answer = "P5" // the result is not known yet
	Silent    Answer = ""   // no answer, or one that says nothing
	Different Answer = "≠"  // a result for another amount or reference than was asked
	// Vouched is no answer of PayFiP: a cashier has looked the payment up and found
	// it paid.
	Vouched Answer = "régie"
)

// Life is what decides about a payment that PayFiP knows.
type Life struct {
	State State
	Since time.Time // when PayFiP gave its page
}

// After is the state once PayFiP gave an answer. Paid is never left, and what
// is not known changes nothing but where the time itself has decided.
func (l Life) After(a Answer, now time.Time) State {
	age := now.Sub(l.Since)
	switch {
	case l.State == Paid || l.State == Failed || l.State == Opening:
		return l.State
	case a == PaidByCard || a == PaidByDebit:
		return Paid
	case a == Different:
		return Unclear
	case !l.State.Open() && l.State != Expired && l.State != Abandoned:
		return l.State
	case a == CardRefused || a == DebitRefused:
		return Refused
	case a == WasAbandoned:
		return Abandoned
	case (a == Unknown || a == TooOld || a == NotYet) && age >= Unsure && l.State == Pending:
		return Expired
	case l.State == Pending && age >= GiveUp:
		return Unclear
	}
	return l.State
}

// Next is when PayFiP is to be asked again of its own accord after an answer,
// and false when never: only a notice makes the server ask then.
func (l Life) Next(a Answer, now time.Time) (time.Time, bool) {
	age := now.Sub(l.Since)
	switch {
	case l.State == Opening || age >= GiveUp:
		return time.Time{}, false
	case l.State == Pending:
	case l.State == Abandoned && (age < Unsure || a != WasAbandoned && a != Unknown && age < Watched):
	case l.State == Expired && a != Unknown && age < Watched:
		// Somebody may still be on the page that they opened in time.
	default:
		return time.Time{}, false
	}
	next := now.Add(min(max(age/4, 20*time.Second), 6*time.Hour))
	// What the time decides is told when it does.
	if edge := l.Since.Add(Unsure); now.Before(edge) && next.After(edge) {
		next = edge
	}
	return next, true
}
