// Package quotients holds the life of a family quotient before it fixes any
// price: told by the family with a proof, or asked of the family fund with the
// person's consent; accepted or refused by an agent. What an accepted one then
// costs or saves is the ledger's.
//
// The package is pure: no I/O and no clock.
package quotients

import (
	"strconv"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// Proof is the kind of document that proves a quotient.
const Proof = "family-quotient"

// Consent names the text a person agrees to before the fund is asked for them.
// A text that says something else is another one.
const Consent = "2026-11"

// Limits.
const (
	Most      = 99_999 // of a value
	MaxReason = 1000   // characters of a refusal
	monthsAgo = 24     // the oldest month a value may be of
	ahead     = 366    // days: the latest that one may begin
	behind    = 366    // and the earliest
)

// GiveUp is how long a question to the fund is tried again.
const GiveUp = 24 * time.Hour

// RemindBefore is how many days before a quotient ends its family is told.
const RemindBefore = 30

// Codes of what can be wrong.
const (
	BadValue     portal.Code = "quotient_value"     // Args["max"]
	BadMonth     portal.Code = "quotient_month"     // to come, or too long ago
	BadFrom      portal.Code = "quotient_from"      // before its month, or too far off: Args["min"], Args["max"]
	Waiting      portal.Code = "quotient_waiting"   // another one has not been decided
	ProofNeeded  portal.Code = "quotient_proof"     // no document, or one that does not serve
	Decided      portal.Code = "quotient_decided"   // Args["by"], Args["state"]
	NotAsked     portal.Code = "quotient_unasked"   // the town has no way to ask the fund
	NoConsent    portal.Code = "quotient_consent"   // the person has not agreed to the text that stands
	TooOften     portal.Code = "quotient_often"     // the fund was asked three times within a day
	NotYourself  portal.Code = "quotient_yourself"  // the fund is asked about oneself only
	Unanswerable portal.Code = "quotient_no_answer" // there is no value to decide on
)

// State is where a quotient stands.
type State string

// The states.
const (
	Asked      State = "asked"      // the fund has not answered yet
	Declared   State = "declared"   // its value is known; an agent has to decide
	Accepted   State = "accepted"   // it fixes prices from its date on
	Refused    State = "refused"    // by an agent, for a reason
	Unanswered State = "unanswered" // the fund gave no value
)

// Open reports whether it still waits for somebody.
func (s State) Open() bool { return s == Asked || s == Declared }

// Outcome is why the fund gave no value.
type Outcome string

// The outcomes.
const (
	NoFile        Outcome = "no_file"        // the fund knows nobody who has one
	NotIdentified Outcome = "not_identified" // it could not tell who is meant
	Unavailable   Outcome = "unavailable"    // it did not answer for a day
)

// Entry is a quotient as whoever may read it sees it.
type Entry struct {
	ID       portal.ID     `json:"id"`
	Account  portal.ID     `json:"account"`
	State    State         `json:"state"`
	Source   ledger.Source `json:"source"`
	Value    int           `json:"value"`
	Month    portal.Date   `json:"month,omitempty"`    // the first day of the month it is of
	Provider string        `json:"provider,omitempty"` // which fund answered: CNAF, MSA
	From     portal.Date   `json:"from,omitempty"`     // as wished, then as decided
	Until    portal.Date   `json:"until,omitempty"`    // of an accepted one
	Document portal.ID     `json:"document,omitempty"`
	Made     int64         `json:"made"` // when it was sent or asked for, microseconds UTC
	Outcome  Outcome       `json:"outcome,omitempty"`
	Next     int64         `json:"next,omitempty"` // when a fund that did not answer is asked again
	Reason   string        `json:"reason,omitempty"`
	Decided  int64         `json:"decided,omitempty"`
	// DecidedBy is the agent, where the reader may know: agents do.
	DecidedBy     portal.ID `json:"decided_by,omitempty"`
	DecidedByName string    `json:"decided_by_name,omitempty"`
}

// CheckValue is what is wrong with a value.
func CheckValue(v int) *portal.Error {
	if v < 0 || v > Most {
		return portal.E(BadValue, "value", "max", strconv.Itoa(Most))
	}
	return nil
}

// CheckMonth is what is wrong with the month a value is of, given by its first
// day.
func CheckMonth(month, today portal.Date) *portal.Error {
	if !month.Valid() || month.Day() != 1 {
		return portal.E(portal.Invalid, "month")
	}
	oldest := portal.NewDate(today.Year(), today.Month()-monthsAgo, 1)
	if month > today || month < oldest {
		return portal.E(BadMonth, "month")
	}
	return nil
}

// CheckFrom is what is wrong with the day a quotient is to apply from. month is
// the one its value is of.
func CheckFrom(from, month, today portal.Date) *portal.Error {
	if !from.Valid() {
		return portal.E(portal.Invalid, "from")
	}
	least, most := max(month, today.Add(-behind)), today.Add(ahead)
	if from < least || from > most {
		return portal.E(BadFrom, "from", "min", string(least), "max", string(most))
	}
	return nil
}

// Until is the last day that a quotient accepted from a day on serves: its
// school year, and no longer than its proof ("" for none, or one for ever).
func Until(from, proof portal.Date) portal.Date {
	until := ledger.ServesUntil(from)
	if proof != "" {
		until = min(until, proof)
	}
	return until
}

// France is the country of birth of whoever was born in France, in the codes of
// INSEE.
const France = "99100"

// Sex as the civil registry writes it.
const (
	Female = "F"
	Male   = "M"
)

// Identity is by whom the fund finds a person: the names and the place of birth.
// It is kept no longer than the question waits for its answer.
type Identity struct {
	BirthName  string      `json:"birth_name"`
	FirstNames []string    `json:"first_names"`
	Sex        string      `json:"sex"`
	Birth      portal.Date `json:"birth"`
	Country    string      `json:"country"`        // five digits of INSEE
	Town       string      `json:"town,omitempty"` // of birth, in France
	Department string      `json:"department,omitempty"`
}

const maxFirstNames = 8

// Normalise is an identity as it is asked with.
func (i Identity) Normalise() Identity {
	i.BirthName, i.Town = words.Tidy(i.BirthName), words.Tidy(i.Town)
	i.Department = strings.ToUpper(strings.TrimSpace(i.Department))
	if len(i.Department) == 1 {
		i.Department = "0" + i.Department
	}
	names := []string{}
	for _, n := range i.FirstNames {
		names = append(names, strings.FieldsFunc(n, func(r rune) bool { return r == ' ' || r == ',' || r == ';' })...)
	}
	i.FirstNames = names
	if i.Country != France {
		i.Town, i.Department = "", ""
	}
	return i
}

// Check is all that is wrong with an identity.
func (i Identity) Check() portal.Errors {
	i = i.Normalise()
	var es portal.Errors
	es.Add(accounts.CheckName("birth_name", i.BirthName))
	switch {
	case len(i.FirstNames) == 0:
		es.Add(portal.E(portal.Missing, "first_names"))
	case len(i.FirstNames) > maxFirstNames:
		es.Add(portal.E(portal.TooLong, "first_names", "max", strconv.Itoa(maxFirstNames)))
	default:
		for _, n := range i.FirstNames {
			if e := accounts.CheckName("first_names", n); e != nil {
				es.Add(e)
				break
			}
		}
	}
	if i.Sex != Female && i.Sex != Male {
		es.Add(portal.E(portal.Missing, "sex"))
	}
	if !i.Birth.Valid() {
		es.Add(portal.E(portal.Missing, "birth"))
	}
	if len(i.Country) != 5 || !strings.HasPrefix(i.Country, "99") || strings.Trim(i.Country, "0123456789") != "" {
		es.Add(portal.E(portal.Missing, "country"))
	}
	if i.Country == France {
		es.Add(accounts.CheckName("town", i.Town))
		if !department(i.Department) {
			es.Add(portal.E(portal.Invalid, "department"))
		}
	}
	return es
}

// department reports whether it is the number of one: 01 to 95, 2A, 2B, or 971
// to 989 overseas.
func department(d string) bool {
	if d == "2A" || d == "2B" {
		return true
	}
	n, err := strconv.Atoi(d)
	return err == nil && strings.Trim(d, "0123456789") == "" && (len(d) == 2 && n >= 1 && n <= 95 || len(d) == 3 && n >= 971 && n <= 989)
}

// Oneself is nil when an identity may be that of an account's own person: the
// first name they are called by is among those given, and the day of birth is
// the one they told. The name of birth need not be the one they bear.
func (i Identity) Oneself(firstName string, birth portal.Date) *portal.Error {
	if birth != "" && i.Birth != birth {
		return portal.E(NotYourself, "birth")
	}
	given := map[string]bool{}
	for _, n := range i.Normalise().FirstNames {
		for _, part := range parts(n) {
			given[part] = true
		}
	}
	for _, part := range parts(firstName) {
		if given[part] {
			return nil
		}
	}
	return portal.E(NotYourself, "first_names")
}

func parts(name string) []string {
	return strings.FieldsFunc(words.Fold(name), func(r rune) bool { return r == ' ' || r == '-' || r == '\'' })
}

// Answer is what the fund says of a person.
type Answer struct {
	Value    int
	Month    portal.Date // its first day
	Provider string
}

// RetryAfter is when a fund that did not answer is asked again: a minute,
// doubling to an hour, and not before the fund itself says.
func RetryAfter(tries int, said time.Duration) time.Duration {
	return max(min(time.Minute<<min(tries, 6), time.Hour), min(said, GiveUp))
}

// Trouble is the error of a fund that gave no value: an outcome where asking
// again is of no use, or the time to wait before it.
type Trouble struct {
	Outcome Outcome
	After   time.Duration // as the fund itself says; 0 where it does not
	Cause   error         // for the log; it tells nothing of the person
}

// Error implements error.
func (t *Trouble) Error() string {
	if t.Cause != nil {
		return t.Cause.Error()
	}
	return "quotients: the fund answers " + string(t.Outcome)
}

// Unwrap gives the cause.
func (t *Trouble) Unwrap() error { return t.Cause }
