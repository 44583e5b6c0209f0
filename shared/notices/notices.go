// Package notices holds what people are told of: the kinds of notices there
// are, for whom, and how each reaches them unless they have chosen otherwise.
// It is pure: a new kind is a row of Kinds, its sentence in the translations,
// and a call where it happens.
package notices

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// Kind is what a notice is about.
type Kind string

// The kinds there are.
const (
	Message    Kind = "message"    // somebody has written about a request
	Decision   Kind = "decision"   // a request was decided
	Correction Kind = "correction" // the town hall asks for something
	Rejected   Kind = "rejected"   // a document cannot be accepted
	Expiry     Kind = "expiry"     // a document in use soon serves no more
	Balance    Kind = "balance"    // what is left on a prepaid account is below the level its payer chose
	Quotient   Kind = "quotient"   // there is news of the family quotient, or it ends
	Receipt    Kind = "receipt"    // a request has arrived: a mail, for the person did it themself
	Child      Kind = "child"      // what must be known of a child, or who may collect it, has changed
	Places     Kind = "places"     // a draw, or the end of a review, has given places or not
	Custody    Kind = "custody"    // so has who its parents are to it, or the weeks between them
	Place      Kind = "place"      // what becomes of a child's waiting for a full day
	Absence    Kind = "absence"    // it was decided whether an absence is proved
	Closure    Kind = "closure"    // the town closes days that were booked, or opens them again
)

// Kinds about what parents give other adults for their children.
const (
	Invitation Kind = "invitation" // somebody invites the reader
	Access     Kind = "access"     // one that the reader gave or has was answered or has ended
)

// Kinds about appointments.
const (
	AppointmentChanged Kind = "appointment"      // the town hall made, moved or cancelled one
	AppointmentSoon    Kind = "appointment_soon" // it is in two days
	// As many people come as before no more: it takes longer or less, or another
	// time is needed.
	AppointmentLength Kind = "appointment_length"
)

// Mail is how a kind comes by mail.
type Mail string

// The ways.
const (
	Never  Mail = "never"
	Digest Mail = "digest" // once a day, with all there is
	AtOnce Mail = "at_once"
)

// Mails lists them.
var Mails = []Mail{AtOnce, Digest, Never}

// Spec is a kind with who may be told of it.
type Spec struct {
	Kind     Kind
	Agents   bool // agents are told too; never by mail
	MailOnly bool // it stands in no list: nobody else did it
	Mail     Mail // unless the person has chosen
}

// Kinds is every kind, in the order in which one chooses.
var Kinds = []Spec{
	{Kind: Message, Agents: true, Mail: AtOnce},
	{Kind: Decision, Mail: AtOnce},
	{Kind: Correction, Mail: AtOnce},
	{Kind: Rejected, Mail: AtOnce},
	{Kind: Expiry, Mail: AtOnce},
	{Kind: Quotient, Mail: AtOnce},
	{Kind: Balance, Mail: AtOnce},
	{Kind: Place, Mail: AtOnce},
	{Kind: Closure, Mail: AtOnce},
	{Kind: Absence, Mail: AtOnce},
	{Kind: AppointmentChanged, Mail: AtOnce},
	{Kind: AppointmentSoon, Mail: AtOnce},
	{Kind: AppointmentLength, Mail: AtOnce},
	{Kind: Receipt, MailOnly: true, Mail: AtOnce},
	{Kind: Places, Mail: AtOnce},
	{Kind: Invitation, Mail: AtOnce},
	{Kind: Access, Mail: AtOnce},
	{Kind: Child, Mail: AtOnce},
	{Kind: Custody, Mail: AtOnce},
}

// ExpiryDays is how many days before a document's last one its owner is
// reminded, the earliest first.
var ExpiryDays = []int{30, 7}

// Ways is how a kind can come by mail: what stands in no list is not for the
// mail of the day.
func (s Spec) Ways() []Mail {
	if s.MailOnly {
		return []Mail{AtOnce, Never}
	}
	return Mails
}

// Find is a kind's row.
func Find(k Kind) (Spec, bool) {
	i := slices.IndexFunc(Kinds, func(s Spec) bool { return s.Kind == k })
	if i < 0 {
		return Spec{}, false
	}
	return Kinds[i], true
}

// Choice checks what a person has chosen for a kind.
func Choice(k Kind, m Mail) *portal.Error {
	spec, known := Find(k)
	if !known {
		return portal.E(portal.Invalid, "kind")
	}
	if !slices.Contains(spec.Ways(), m) {
		return portal.E(portal.Invalid, "mail")
	}
	return nil
}

// DigestHour is when the mail of the day is sent, in the town's time.
const DigestHour = 18

// DigestAfter is the first instant after now at which the mail of the day
// leaves.
func DigestAfter(now time.Time) time.Time {
	day := portal.DateOf(now)
	if at := day.At(DigestHour, 0); at.After(now) {
		return at
	}
	return day.Add(1).At(DigestHour, 0)
}
