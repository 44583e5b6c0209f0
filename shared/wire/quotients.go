package wire

import (
	"parvis/shared/portal"
	"parvis/shared/quotients"
)

// Types of commands about family quotients.
const (
	QuotientDeclare  = "quotient.declare"
	QuotientFetch    = "quotient.fetch"
	QuotientWithdraw = "quotient.withdraw"
	QuotientAccept   = "quotient.accept"
	QuotientRefuse   = "quotient.refuse"
)

// Collections of family quotients.
const (
	Quotients     = "quotient"       // quotients.Entry, in an account's feed and in the childhood desk's file of it
	QuotientQueue = "quotient_queue" // QueueQuotient, in the childhood desk's feed
)

// DeclareQuotient tells the town hall of a quotient, with the document that
// proves it: one that was sent, or is on its way by a command that this one
// needs.
type DeclareQuotient struct {
	Quotient portal.ID   `json:"quotient"` // made by the desktop
	Value    int         `json:"value"`
	Month    portal.Date `json:"month"` // the first day of the month it is of
	From     portal.Date `json:"from"`  // the day it is to apply from
	Document portal.ID   `json:"document"`
}

// FetchQuotient has the town hall ask the family fund, with the consent of the
// person it is about, who is whoever sends it.
type FetchQuotient struct {
	Quotient portal.ID          `json:"quotient"` // made by the desktop
	Identity quotients.Identity `json:"identity"`
	Consent  string             `json:"consent"` // the text that was agreed to: quotients.Consent
}

// WithdrawQuotient takes back one that nobody has decided.
type WithdrawQuotient struct {
	Quotient portal.ID `json:"quotient"`
}

// AcceptQuotient has a quotient fix prices from a day on. A proof that nobody
// has judged is found valid with it.
type AcceptQuotient struct {
	Quotient portal.ID   `json:"quotient"`
	From     portal.Date `json:"from"`
}

// RefuseQuotient decides against one; the family reads the reason as it stands.
type RefuseQuotient struct {
	Quotient portal.ID `json:"quotient"`
	Reason   string    `json:"reason"`
}

// QueueQuotient is a quotient that waits for an agent: whose, and since when.
// Its value is in the family's file.
type QueueQuotient struct {
	ID      portal.ID `json:"id"`
	Account portal.ID `json:"account"`
	Desk    string    `json:"desk"`
	Person  string    `json:"person"`
	Source  string    `json:"source"`
	Since   int64     `json:"since"`
}
