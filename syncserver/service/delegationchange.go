package service

import (
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// changeDelegation changes what a parent has given, at once: what is no longer
// given leaves the delegate's feed with this very command. More of the same
// children is told and asks for no new answer; for other children the delegate
// is invited anew, under an id of its own.
func (s *Service) changeDelegation(tx *store.Tx, a Actor, args *wire.ChangeDelegation) error {
	d, err := s.changeable(tx, a, args.Delegation)
	if err != nil {
		return err
	}
	rule := accounts.Delegation{
		Kind: accounts.DelegateKind(d.Kind), Level: accounts.DelegateLevel(args.Level), Children: args.Children, Activities: args.Activities, Until: args.Until,
	}.Normalise()
	if err := s.mayGive(tx, a, rule); err != nil {
		return err
	}
	before, err := tx.DelegatedChildren(d.ID)
	if err != nil {
		return err
	}
	kept, added := split(rule.Children, before)
	_, removed := split(before, rule.Children)
	if len(kept) == 0 {
		return portal.E(accounts.KeepsNoChild, "children")
	}
	if err := staysOnePurse(tx, d, rule, kept); err != nil {
		return err
	}
	was := ruleOf(d)
	d.Level, d.Activities, d.Until = string(rule.Level), list(rule.Activities), rule.Until
	if changed := differences(was, rule); len(changed) > 0 || len(removed) > 0 {
		if changed[notices.ArgLost], err = firstNames(tx, removed); err != nil {
			return err
		}
		if len(removed) == 0 {
			delete(changed, notices.ArgLost)
		}
		if err := tx.ChangeDelegation(d, removed); err != nil {
			return err
		}
		if err := tx.Audit(a.Account, "delegation.change", string(d.ID)+" "+string(a.Account)); err != nil {
			return err
		}
		if err := s.tellAccess(tx, d.Delegate, d, notices.AccessChanged, changed); err != nil {
			return err
		}
	}
	if len(added) == 0 {
		return nil
	}
	rule.Children = added
	return s.inviteAgain(tx, a, args.Invitation, d, rule)
}

// changeable is a delegation of the actor's that somebody has accepted and that
// still stands.
func (s *Service) changeable(tx *store.Tx, a Actor, id portal.ID) (d store.Delegation, err error) {
	d, found, err := tx.Delegation(id)
	if err != nil || !found || d.Inviter != a.Account {
		return d, orElse(err, portal.E(portal.NotFound, "delegation"))
	}
	epoch, _, err := tx.Meta(store.MetaEpoch)
	switch {
	case err != nil:
		return d, err
	case d.State == string(accounts.Invited):
		return d, portal.E(accounts.NotAccepted, "delegation")
	case d.State != string(accounts.Accepted) || d.Epoch != epoch || !ruleOf(d).On(portal.DateOf(tx.Now())):
		return d, portal.E(accounts.DelegationEnded, "delegation")
	}
	return d, nil
}

// split is what of some is among others, and what is not.
func split(some, others []portal.ID) (in, out []portal.ID) {
	for _, id := range some {
		if slices.Contains(others, id) {
			in = append(in, id)
		} else {
			out = append(out, id)
		}
	}
	return in, out
}

// staysOnePurse is nil unless the delegate could, after a change, book the same
// for two parents. What the other one has let them do is not told.
func staysOnePurse(tx *store.Tx, d store.Delegation, rule accounts.Delegation, children []portal.ID) error {
	for _, child := range children {
		t, err := Actor{Account: d.Delegate}.tieTo(tx, child)
		if err != nil {
			return err
		}
		rule.Children = []portal.ID{child}
		for _, g := range t.Given {
			g.Children = rule.Children
			if g.From != d.Inviter && g.SamePurse(rule) {
				return portal.E(accounts.CannotBookThat, "level")
			}
		}
	}
	return nil
}

// differences is what of a delegation is another, as its notice says it.
func differences(was, now accounts.Delegation) map[string]string {
	out := map[string]string{}
	if was.Level != now.Level {
		out[notices.ArgLevel] = string(now.Level)
	}
	if !slices.Equal(was.Activities, now.Activities) {
		var ids []string
		for _, id := range now.Activities {
			ids = append(ids, string(id))
		}
		out[notices.ArgActivities] = strings.Join(ids, notices.ArgSeparator)
	}
	if was.Until != now.Until {
		out[notices.ArgUntil] = string(now.Until)
	}
	return out
}

func firstNames(tx *store.Tx, children []portal.ID) (string, error) {
	var names []string
	for _, id := range children {
		c, _, err := tx.Child(id)
		if err != nil {
			return "", err
		}
		names = append(names, c.FirstName)
	}
	return strings.Join(names, notices.ArgSeparator), nil
}

// inviteAgain invites the delegate of a delegation for other children too. It
// is for that account, whatever its address is now.
func (s *Service) inviteAgain(tx *store.Tx, a Actor, id portal.ID, d store.Delegation, rule accounts.Delegation) error {
	if !id.Valid() {
		return portal.E(portal.Invalid, "invitation")
	}
	if _, taken, err := tx.Delegation(id); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "delegation"))
	}
	me, _, err := tx.Account(a.Account)
	if err != nil {
		return err
	}
	if err := s.mayInvite(tx, me, d.Mail, rule); err != nil {
		return err
	}
	if err := tx.InsertDelegation(store.Delegation{
		ID: id, Inviter: me.ID, Mail: d.Mail, Delegate: d.Delegate, Kind: string(rule.Kind), Level: string(rule.Level), Activities: list(rule.Activities),
		Until: rule.Until, State: string(accounts.Invited), Made: tx.Now().UnixMicro(),
	}, rule.Children); err != nil {
		return err
	}
	if err := tx.Audit(me.ID, "delegation.invite", string(id)+" "+string(me.ID)); err != nil {
		return err
	}
	to, found, err := tx.Account(d.Delegate)
	if err != nil || !found || to.Closed > 0 {
		return err
	}
	return s.tellInvited(tx, me, to, id)
}
