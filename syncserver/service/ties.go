package service

import (
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// tiesOf is what ties accounts to a child, by account: the custody that the
// town hall has seen proved, and what parents have given others. It is the one
// reckoning of who may see and do what for a child. What a parent has given
// stands as long as that parent may decide for the child.
func tiesOf(tx *store.Tx, child portal.ID) ([]accounts.Tie, error) {
	return store.Once(tx, "ties:"+string(child), func() ([]accounts.Tie, error) { return reckonTies(tx, child) })
}

func reckonTies(tx *store.Tx, child portal.ID) ([]accounts.Tie, error) {
	var links []store.Link
	var given []store.Delegation
	if err := tx.Together(
		func() (err error) { links, err = tx.LinksOf(child); return err },
		func() (err error) { given, err = tx.DelegationsFor(child); return err },
	); err != nil {
		return nil, err
	}
	var ties []accounts.Tie
	at := map[portal.ID]int{}
	for _, l := range links {
		at[l.Account] = len(ties)
		ties = append(ties, accounts.Tie{Account: l.Account, Custody: accounts.Custody(l.Custody)})
	}
	today := portal.DateOf(tx.Now())
	for _, d := range given {
		g := accounts.Given{ID: d.ID, From: d.Inviter, Delegation: ruleOf(d, child)}
		parent, linked := at[d.Inviter]
		if !linked || !accounts.RightsOf(ties[parent].Custody).Change || !g.On(today) {
			continue
		}
		i, known := at[d.Delegate]
		if !known {
			i = len(ties)
			at[d.Delegate] = i
			ties = append(ties, accounts.Tie{Account: d.Delegate, Custody: accounts.NoCustody})
		}
		ties[i].Given = append(ties[i].Given, g)
	}
	slices.SortFunc(ties, func(a, b accounts.Tie) int { return compareIDs(a.Account, b.Account) })
	return ties, nil
}

func compareIDs(a, b portal.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// ruleOf is the part of a stored delegation that the rules judge.
func ruleOf(d store.Delegation, children ...portal.ID) accounts.Delegation {
	return accounts.Delegation{
		Kind: accounts.DelegateKind(d.Kind), Level: accounts.DelegateLevel(d.Level), Children: children,
		Activities: store.Strings[portal.ID](d.Activities), Until: d.Until,
	}
}

// tieTo is what ties the actor's account to a child.
func (a Actor) tieTo(tx *store.Tx, child portal.ID) (accounts.Tie, error) {
	ties, err := tiesOf(tx, child)
	for _, t := range ties {
		if t.Account == a.Account {
			return t, err
		}
	}
	return accounts.Tie{Account: a.Account, Custody: accounts.NoCustody}, err
}

// mayFor is nil when what ties the actor's account to the child gives a
// right. A child of others, and one that the actor may not even see, are told
// as one that does not exist.
func (a Actor) mayFor(tx *store.Tx, child portal.ID, has func(accounts.LinkRights) bool) error {
	t, err := a.tieTo(tx, child)
	switch rights := t.Rights(); {
	case err != nil:
		return err
	case !rights.See:
		return portal.E(portal.NotFound, "child")
	case !has(rights):
		return portal.E(portal.Forbidden, "child")
	}
	return nil
}

// mayBook is what ties the actor to a child whose days at an activity they may
// book, or are told why they may book none. Who had a right that has ended is
// told so: they know of the child.
func (a Actor) mayBook(tx *store.Tx, child, activity portal.ID) (t accounts.Tie, barred *portal.Error, err error) {
	t, err = a.tieTo(tx, child)
	if err != nil {
		return t, nil, err
	}
	if !t.Rights().See {
		had, err := tx.WasDelegate(a.Account, child)
		if err == nil && had {
			return t, nil, portal.E(accounts.DelegationEnded, "child")
		}
		return t, nil, orElse(err, portal.E(portal.NotFound, "child"))
	}
	switch rights := t.RightsAt(activity); {
	case !rights.See:
		return t, nil, portal.E(accounts.NotDelegated, "activity")
	case !rights.Book:
		return t, portal.E(accounts.OnlySees, "child"), nil
	}
	return t, nil, nil
}
