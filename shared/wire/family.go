package wire

import (
	"parvis/shared/family"
	"parvis/shared/portal"
)

// Commands about a child that adults share.
const (
	ChildHealth  = "child.health"
	ChildCollect = "child.collect"
	CustodyLink  = "custody.link"
	CustodySet   = "custody.set"
	CustodyEnd   = "custody.end"
	WeeksPropose = "weeks.propose"
	WeeksAnswer  = "weeks.answer"
	WeeksEnd     = "weeks.end"
	WeeksSet     = "weeks.set"

	PayingPropose = "paying.propose"
	PayingAnswer  = "paying.answer"
	PayingEnd     = "paying.end"
)

// ChangeHealth changes what must be known for a child's health. Was is what its
// sender had before them: nobody writes over what they have not seen.
type ChangeHealth struct {
	Child  portal.ID     `json:"child"`
	Was    family.Health `json:"was"`
	Health family.Health `json:"health"`
}

// ChangeCollectors changes the list of who may collect a child, the guardians
// aside.
type ChangeCollectors struct {
	Child      portal.ID          `json:"child"`
	Was        []family.Collector `json:"was"`
	Collectors []family.Collector `json:"collectors"`
}

// LinkParent ties a child to the account of another parent, on the evidence
// that an agent has seen.
type LinkParent struct {
	Child    portal.ID   `json:"child"`
	Who      string      `json:"who"`      // the login or the mail address of that account
	Custody  string      `json:"custody"`  // accounts.Custody, then of all its parents
	Evidence string      `json:"evidence"` // family.Evidence
	Day      portal.Date `json:"day"`      // of the evidence
}

// SetCustody says anew how the parents of a child have custody.
type SetCustody struct {
	Child    portal.ID   `json:"child"`
	Custody  string      `json:"custody"`
	Evidence string      `json:"evidence"`
	Day      portal.Date `json:"day"`
}

// EndCustody takes the tie between a child and a parent's account away.
type EndCustody struct {
	Child    portal.ID   `json:"child"`
	Parent   portal.ID   `json:"parent"`
	Evidence string      `json:"evidence"`
	Day      portal.Date `json:"day"`
}

// ProposeWeeks proposes alternate weeks to the other parent. Mine says that the
// week of the anchor is the sender's own.
type ProposeWeeks struct {
	Proposal portal.ID    `json:"proposal"` // made by the desktop
	Child    portal.ID    `json:"child"`
	Weeks    family.Weeks `json:"weeks"`
	Mine     bool         `json:"mine"`
}

// AnswerWeeks answers a proposal; whoever made it can take it back so.
type AnswerWeeks struct {
	Child    portal.ID `json:"child"`
	Proposal portal.ID `json:"proposal"`
	Accept   bool      `json:"accept"`
}

// EndWeeks has a child's weeks told no longer.
type EndWeeks struct {
	Child portal.ID `json:"child"`
}

// SetWeeks sets alternate weeks for the town hall, First being the parent whose
// week begins with the anchor; without one there are none any more.
type SetWeeks struct {
	Child portal.ID    `json:"child"`
	First portal.ID    `json:"first,omitempty"`
	Weeks family.Weeks `json:"weeks"`
}

// ProposePaying proposes to the other parent who pays for what is booked from
// then on.
type ProposePaying struct {
	Proposal portal.ID     `json:"proposal"` // made by the desktop
	Child    portal.ID     `json:"child"`
	Paying   family.Paying `json:"paying"`
}

// AnswerPaying answers such a proposal; whoever made it can take it back so.
type AnswerPaying struct {
	Child    portal.ID `json:"child"`
	Proposal portal.ID `json:"proposal"`
	Accept   bool      `json:"accept"`
}

// EndPaying has whoever books pay again.
type EndPaying struct {
	Child portal.ID `json:"child"`
}

// Adult is a guardian of a child. Other parents are told the name alone; only
// the town hall reads whose account it is and on what evidence.
type Adult struct {
	Account  portal.ID   `json:"account,omitempty"`
	Name     string      `json:"name"`
	Custody  string      `json:"custody,omitempty"`
	Evidence string      `json:"evidence,omitempty"`
	Day      portal.Date `json:"day,omitempty"`
}

// ChildWeeks is the alternate weeks of a child as one of two parents reads them.
type ChildWeeks struct {
	family.Weeks
	Mine bool   `json:"mine,omitempty"` // the week of the anchor is the reader's
	With string `json:"with"`           // the other parent's name
}

// Own reports whether the child is with the reader on a day.
func (w ChildWeeks) Own(day portal.Date) bool { return w.Has(day) == w.Mine }

// WeeksProposal is alternate weeks that one parent has proposed.
type WeeksProposal struct {
	ChildWeeks
	ID  portal.ID `json:"id"`
	Own bool      `json:"own,omitempty"` // the reader proposed it
	At  int64     `json:"at"`
}

// ChildPaying is who pays for a child, where its parents have agreed on it.
type ChildPaying struct {
	Rule family.Paying `json:"rule"`
	At   int64         `json:"at"` // since when
}

// PayingProposal is who is to pay, as one parent has proposed.
type PayingProposal struct {
	ID   portal.ID     `json:"id"`
	Rule family.Paying `json:"rule"`
	Own  bool          `json:"own,omitempty"` // the reader proposed it
	At   int64         `json:"at"`
}

// PaidByOther is the name of the child's other parent where that one pays for a
// day that the reader books, "" where the reader does.
func (c Child) PaidByOther(day portal.Date) string {
	if c.Paying == nil || c.Weeks == nil || !c.Paying.Rule.ByOther(c.Weeks.Own(day)) {
		return ""
	}
	return c.Weeks.With
}

// Health is what must be known for the child's health.
func (c Child) Health() family.Health {
	return family.Health{Diet: c.Diet, Allergies: c.Allergies, CarePlan: c.CarePlan, CareActions: c.CareActions, MealFromHome: c.MealFromHome}
}

// SetHealth writes it.
func (c *Child) SetHealth(h family.Health) {
	c.Diet, c.Allergies, c.CarePlan, c.CareActions, c.MealFromHome = h.Diet, h.Allergies, h.CarePlan, h.CareActions, h.MealFromHome
}
