package accounts

import (
	"slices"
	"strconv"
	"time"

	"parvis/shared/portal"
)

// DelegateKind is what an adult whom a parent invites is to the child.
type DelegateKind string

// A partner is given the whole child; the others see, or see and book, what
// the parent chooses.
const (
	Partner     DelegateKind = "partner"
	Grandparent DelegateKind = "grandparent"
	Sitter      DelegateKind = "sitter"
	Relative    DelegateKind = "relative"
)

// DelegateKinds in the order they are offered.
var DelegateKinds = []DelegateKind{Partner, Grandparent, Sitter, Relative}

// DelegateLevel is how far a delegate's right goes.
type DelegateLevel string

// The levels.
const (
	LevelSee  DelegateLevel = "see"
	LevelBook DelegateLevel = "book"
)

// DelegationState is where a delegation stands.
type DelegationState string

// An invitation gives nothing before it is accepted, and none of the last
// three ever again.
const (
	Invited  DelegationState = "invited"
	Accepted DelegationState = "accepted"
	Declined DelegationState = "declined"
	Expired  DelegationState = "expired" // nobody answered
	Ended    DelegationState = "ended"
)

// Live reports whether something may yet come of it.
func (s DelegationState) Live() bool { return s == Invited || s == Accepted }

const (
	// InvitationLasts is how long an invitation can be accepted.
	InvitationLasts = 14 * 24 * time.Hour
	// DelegationYears is how far ahead a right may end: what nobody remembers
	// having given should not go on for ever.
	DelegationYears = 2
	// MostDelegations is how many of a parent's may be live at once, and
	// MostInvitations how many one may send in 24 hours: each is a mail to
	// somebody who has not asked for it.
	MostDelegations = 20
	MostInvitations = 10
	// MostDelegated is how many children or activities one may name.
	MostDelegated = 20
)

// Codes about delegations.
const (
	InvitesSelf        portal.Code = "invites_self"
	AlreadyInvited     portal.Code = "already_invited"      // this address, for one of these children
	TooManyInvitations portal.Code = "too_many_invitations" // Args: max
	TooManyDelegates   portal.Code = "too_many_delegates"   // Args: max
	PastDate           portal.Code = "past_date"            // it should still be to come
	UntilTooFar        portal.Code = "until_too_far"        // Args: years
	AlreadyYours       portal.Code = "already_yours"        // the account is tied to the children itself
	BooksForOther      portal.Code = "books_for_other"      // already books the same for another parent, who pays
	InvitationOver     portal.Code = "invitation_over"      // withdrawn, expired or answered
	OnlySees           portal.Code = "only_sees"            // the right is to see, not to book
	NotDelegated       portal.Code = "not_delegated"        // not for this activity
	DelegationEnded    portal.Code = "delegation_ended"     // there was a right, and it has ended
	NotAccepted        portal.Code = "not_accepted"         // what nobody has accepted is withdrawn, not changed
	KeepsNoChild       portal.Code = "keeps_no_child"       // one of the children of before stays, or it is ended
	CannotBookThat     portal.Code = "cannot_book_that"     // the delegate could not tell on whose account; why is theirs to say
)

// Delegation is what a parent gives another adult for some of their children.
type Delegation struct {
	Kind       DelegateKind
	Level      DelegateLevel
	Children   []portal.ID
	Activities []portal.ID // none: all
	Until      portal.Date // the last day; "" where it has none
}

// Normalise is the delegation as it is kept: a partner's has no bounds but its
// date.
func (d Delegation) Normalise() Delegation {
	if d.Kind == Partner {
		d.Level, d.Activities = LevelBook, nil
	}
	for _, ids := range []*[]portal.ID{&d.Children, &d.Activities} {
		*ids = slices.Clone(*ids)
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
	return d
}

// Check is the first mistake in a delegation that is to be given today.
func (d Delegation) Check(today portal.Date) *portal.Error {
	switch {
	case !slices.Contains(DelegateKinds, d.Kind):
		return portal.E(portal.Invalid, "kind")
	case d.Level != LevelSee && d.Level != LevelBook:
		return portal.E(portal.Invalid, "level")
	case len(d.Children) == 0:
		return portal.E(portal.Missing, "children")
	case len(d.Children) > MostDelegated:
		return portal.E(portal.Invalid, "children")
	case len(d.Activities) > MostDelegated:
		return portal.E(portal.Invalid, "activities")
	}
	return d.CheckUntil(today)
}

// CheckUntil is the mistake in its date. Only a partner's may have none.
func (d Delegation) CheckUntil(today portal.Date) *portal.Error {
	switch {
	case d.Until == "" && d.Kind == Partner:
		return nil
	case d.Until == "":
		return portal.E(portal.Missing, "until")
	case !d.Until.Valid():
		return portal.E(BadDate, "until")
	case d.Until < today:
		return portal.E(PastDate, "until")
	case d.Until > portal.NewDate(today.Year()+DelegationYears, today.Month(), today.Day()):
		return portal.E(UntilTooFar, "until", "years", strconv.Itoa(DelegationYears))
	}
	return nil
}

// On reports whether the date lets it give anything on a day.
func (d Delegation) On(today portal.Date) bool { return d.Until == "" || today <= d.Until }

// Covers reports whether it is about an activity.
func (d Delegation) Covers(activity portal.ID) bool {
	return len(d.Activities) == 0 || slices.Contains(d.Activities, activity)
}

// Rights is what it gives for one of its children. To change what the town
// hall holds of a child, or to ask in its name, is a parent's by law: nobody
// can give it on.
func (d Delegation) Rights() LinkRights {
	return LinkRights{See: true, Book: d.Level == LevelBook, Health: d.Kind == Partner}
}

// SamePurse reports whether both let book an activity for a child, so that
// nobody could tell who pays for it.
func (d Delegation) SamePurse(o Delegation) bool {
	if d.Level != LevelBook || o.Level != LevelBook {
		return false
	}
	shared := func(a, b []portal.ID) bool {
		return slices.ContainsFunc(a, func(id portal.ID) bool { return slices.Contains(b, id) })
	}
	return shared(d.Children, o.Children) && (len(d.Activities) == 0 || len(o.Activities) == 0 || shared(d.Activities, o.Activities))
}

// Given is a delegation that stands, and who has given it.
type Given struct {
	ID   portal.ID
	From portal.ID // the parent's account, which pays
	Delegation
}

// Tie is all that ties an account to one child: custody, or what parents have
// given it. Who has custody needs nobody's leave.
type Tie struct {
	Account portal.ID
	Custody Custody
	Given   []Given
}

// Parent reports whether the account is tied to the child by law.
func (t Tie) Parent() bool { return RightsOf(t.Custody).See }

// Rights is what the account may do for the child, at some activity at least.
func (t Tie) Rights() LinkRights { return t.rights(func(Given) bool { return true }) }

// RightsAt is what it may do at one activity.
func (t Tie) RightsAt(activity portal.ID) LinkRights {
	return t.rights(func(g Given) bool { return g.Covers(activity) })
}

func (t Tie) rights(counts func(Given) bool) LinkRights {
	r := RightsOf(t.Custody)
	if t.Parent() {
		return r
	}
	for _, g := range t.Given {
		if counts(g) {
			more := g.Rights()
			r.See, r.Book, r.Health, r.Change = r.See || more.See, r.Book || more.Book, r.Health || more.Health, r.Change || more.Change
		}
	}
	return r
}

// Payer is the account that is charged for what this one books at an activity:
// its own, or that of the parent who lets it book; "" when it may book nothing.
func (t Tie) Payer(activity portal.ID) portal.ID {
	if t.Parent() {
		return t.Account
	}
	for _, g := range t.Given {
		if g.Covers(activity) && g.Rights().Book {
			return g.From
		}
	}
	return ""
}
