package wire

import "parvis/shared/portal"

// Types of commands by which a parent lets another adult see, or see and book,
// for their children.
const (
	DelegationInvite  = "delegation.invite"
	DelegationAccept  = "delegation.accept"
	DelegationDecline = "delegation.decline"
	DelegationEnd     = "delegation.end"
	DelegationChange  = "delegation.change"
)

// Delegations is their collection, in the feeds of both accounts.
const Delegations = "delegation" // Delegation

// InviteDelegate invites whoever has a mail address, now or later: the answer
// is the same whether an account has it or not.
type InviteDelegate struct {
	Delegation portal.ID   `json:"delegation"` // made by the desktop
	Mail       string      `json:"mail"`
	Kind       string      `json:"kind"`                 // accounts.DelegateKind
	Level      string      `json:"level"`                // accounts.DelegateLevel
	Children   []portal.ID `json:"children"`             // of the parent's own
	Activities []portal.ID `json:"activities,omitempty"` // none: all
	Until      portal.Date `json:"until,omitempty"`      // the last day
}

// AcceptDelegation accepts an invitation, from the account that has the
// address it was sent to.
type AcceptDelegation struct {
	Delegation portal.ID `json:"delegation"`
}

// DeclineDelegation declines one.
type DeclineDelegation struct {
	Delegation portal.ID `json:"delegation"`
}

// EndDelegation ends one at once, by either side; an invitation that nobody has
// answered is withdrawn.
type EndDelegation struct {
	Delegation portal.ID `json:"delegation"`
}

// ChangeDelegation changes one that was accepted, by who gave it, at once. To
// add children is to invite for these, under an id of its own: whoever looks
// after a child has said yes to it.
type ChangeDelegation struct {
	Delegation portal.ID   `json:"delegation"`
	Level      string      `json:"level"`
	Children   []portal.ID `json:"children"` // all of them, added ones too; one of before at least
	Activities []portal.ID `json:"activities,omitempty"`
	Until      portal.Date `json:"until,omitempty"`
	Invitation portal.ID   `json:"invitation,omitempty"` // made by the desktop; with added children
}

// Delegation is one as either of the two may see it. It leaves the delegate's
// feed when it ends; who gave it reads for a while that it has.
type Delegation struct {
	ID         portal.ID        `json:"id"`
	From       portal.ID        `json:"from"` // the parent's account
	FromName   string           `json:"from_name"`
	Mail       string           `json:"mail"`               // that was invited
	To         portal.ID        `json:"to,omitempty"`       // the account that accepted
	ToName     string           `json:"to_name,omitempty"`  // and its person
	Kind       string           `json:"kind"`               // accounts.DelegateKind
	Level      string           `json:"level"`              // accounts.DelegateLevel
	Children   []DelegatedChild `json:"children,omitempty"` // those the parent still decides for
	Activities []portal.ID      `json:"activities,omitempty"`
	Until      portal.Date      `json:"until,omitempty"`
	State      string           `json:"state"`    // accounts.DelegationState
	Invited    int64            `json:"invited"`  // microseconds UTC
	Expires    int64            `json:"expires"`  // until when it can be accepted
	Answered   int64            `json:"answered"` // 0: not yet
	Ended      int64            `json:"ended,omitempty"`
	Why        string           `json:"why,omitempty"` // what ended it: from, to, date, custody, account, restore
}

// DelegatedChild is what an invitation says of a child.
type DelegatedChild struct {
	ID        portal.ID `json:"id"`
	FirstName string    `json:"first_name"`
}
