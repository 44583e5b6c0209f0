package view

import (
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Delegation is one as it will be: given by the account, or to it.
type Delegation struct {
	wire.Delegation
	Given   bool      // by this account
	Pending bool      // what it says is what a command that waits will make it
	Command portal.ID // that command
}

// Live reports whether it stands or may yet.
func (d Delegation) Live() bool { return accounts.DelegationState(d.State).Live() }

// Rule is the part that the rules judge.
func (d Delegation) Rule() accounts.Delegation {
	r := accounts.Delegation{Kind: accounts.DelegateKind(d.Kind), Level: accounts.DelegateLevel(d.Level), Activities: d.Activities, Until: d.Until}
	for _, c := range d.Children {
		r.Children = append(r.Children, c.ID)
	}
	return r
}

// Names reports whether it is for a child.
func (d Delegation) Names(child portal.ID) bool {
	return slices.ContainsFunc(d.Children, func(c wire.DelegatedChild) bool { return c.ID == child })
}

// Delegations is those that the account has given and those it was given, as
// they will be, the newest first.
func (v *View) Delegations() []Delegation {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.delegations(v.over)
}

func (v *View) delegations(over *overlay) []Delegation {
	var out []Delegation
	for id := range v.own.delegations {
		d, _ := v.delegation(id, over)
		out = append(out, d)
	}
	for id, d := range over.delegations {
		if _, landed := v.own.delegations[id]; !landed {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Delegation) int { return firstOf(compare(b.Invited, a.Invited), compare(b.ID, a.ID)) })
	return out
}

// Delegation is one of them.
func (v *View) Delegation(id portal.ID) (Delegation, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.delegation(id, v.over)
}

func (v *View) delegation(id portal.ID, over *overlay) (Delegation, bool) {
	if d, ok := over.delegations[id]; ok {
		return d, true
	}
	d, ok := v.own.delegations[id]
	return Delegation{Delegation: d, Given: d.From == v.account}, ok
}

// Tie is what ties the account to a child: by law, or by what parents have
// given it and is not over by the date of now.
func (v *View) Tie(child portal.ID) accounts.Tie {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.tie(child, v.over)
}

func (v *View) tie(child portal.ID, over *overlay) accounts.Tie {
	t := accounts.Tie{Account: v.account, Custody: accounts.FullCustody}
	if !v.own.children[child].Delegated {
		return t // or not one of ours, of which nothing is shown
	}
	t.Custody = accounts.NoCustody
	today := portal.DateOf(v.now())
	for _, d := range v.delegations(over) {
		// An acceptance gives nothing before the town hall has it.
		if !d.Given && v.own.delegations[d.ID].State == string(accounts.Accepted) && d.Live() && d.Names(child) && d.Rule().On(today) {
			t.Given = append(t.Given, accounts.Given{ID: d.ID, From: d.From, Delegation: d.Rule()})
		}
	}
	slices.Reverse(t.Given) // the oldest first, as the town hall has them
	return t
}

// Seen is the children whose days the account may see: its own and, behind
// them, those that other parents have it see. Only the former are Children:
// they alone can be named in a request.
func (v *View) Seen() []wire.Child {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var own, given []wire.Child
	for _, c := range sorted(v.children(v.over), eldestFirst) {
		switch {
		case !c.Delegated:
			own = append(own, c)
		case v.tie(c.ID, v.over).Rights().See:
			given = append(given, c)
		}
	}
	return append(own, given...)
}

// invite shows an invitation that has not left.
func (p *pass) invite(c *command, a *wire.InviteDelegate) *portal.Error {
	if _, landed := p.v.own.delegations[a.Delegation]; landed {
		return nil
	}
	mail, _ := accounts.NormaliseMail(a.Mail)
	d := Delegation{Given: true, Pending: true, Command: c.ID, Delegation: wire.Delegation{
		ID: a.Delegation, From: p.v.account, FromName: p.v.myName(), Mail: mail, Kind: a.Kind, Level: a.Level, Activities: a.Activities,
		Until: a.Until, State: string(accounts.Invited), Invited: c.At.UnixMicro(), Expires: c.At.Add(accounts.InvitationLasts).UnixMicro(),
	}}
	for _, id := range a.Children {
		d.Children = append(d.Children, wire.DelegatedChild{ID: id, FirstName: p.v.own.children[id].FirstName})
	}
	p.delegated(c, d)
	return d.Rule().Check(portal.DateOf(p.at(c)))
}

// changeDelegation shows one as the parent has changed it, and the invitation
// for the children that were added. Who has it sees no change before the town
// hall has it.
func (p *pass) changeDelegation(c *command, a *wire.ChangeDelegation) *portal.Error {
	d, there := p.v.delegation(a.Delegation, p.over)
	switch {
	case !there:
		return nil
	case d.State != string(accounts.Accepted):
		return portal.E(accounts.DelegationEnded, "delegation")
	}
	rule := accounts.Delegation{Kind: accounts.DelegateKind(d.Kind), Level: accounts.DelegateLevel(a.Level), Children: a.Children, Activities: a.Activities, Until: a.Until}.Normalise()
	before, added := d.Children, []portal.ID(nil)
	d.Children = nil
	for _, child := range before {
		if slices.Contains(rule.Children, child.ID) {
			d.Children = append(d.Children, child)
		}
	}
	for _, id := range rule.Children {
		if !slices.ContainsFunc(before, func(b wire.DelegatedChild) bool { return b.ID == id }) {
			added = append(added, id)
		}
	}
	if len(d.Children) == 0 {
		return portal.E(accounts.KeepsNoChild, "children")
	}
	d.Level, d.Activities, d.Until, d.Pending, d.Command = string(rule.Level), rule.Activities, rule.Until, true, c.ID
	p.delegated(c, d)
	if _, landed := p.v.own.delegations[a.Invitation]; len(added) > 0 && !landed {
		more := d
		more.ID, more.State, more.Children, more.Answered = a.Invitation, string(accounts.Invited), nil, 0
		more.Invited, more.Expires = c.At.UnixMicro(), c.At.Add(accounts.InvitationLasts).UnixMicro()
		for _, id := range added {
			more.Children = append(more.Children, wire.DelegatedChild{ID: id, FirstName: p.v.own.children[id].FirstName})
		}
		p.delegated(c, more)
	}
	return rule.Check(portal.DateOf(p.at(c)))
}

// answerDelegation shows one as what a command makes it.
func (p *pass) answerDelegation(c *command, id portal.ID, from []accounts.DelegationState, to accounts.DelegationState) *portal.Error {
	d, there := p.v.delegation(id, p.over)
	switch {
	case !there || accounts.DelegationState(d.State) == to:
		return nil
	case !slices.Contains(from, accounts.DelegationState(d.State)):
		return portal.E(accounts.InvitationOver, "delegation")
	}
	d.State, d.Pending, d.Command = string(to), true, c.ID
	p.delegated(c, d)
	clear(p.days) // what may be booked is another
	return nil
}

func (p *pass) delegated(c *command, d Delegation) {
	p.over.delegations[d.ID] = d
	p.over.look(wire.Delegations, d.ID, string(c.ID), d.State, d.Level, string(d.Until))
	for _, child := range d.Children {
		p.over.look(wire.Children, child.ID, string(c.ID))
	}
}
