package service

import (
	"parvis/shared/accounts"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// lapsesARound is how many one transaction ends: with each, all that is booked
// for its children is looked at anew.
const lapsesARound = 5

// LapsesDue reports whether there is one whose time is over.
func (s *Service) LapsesDue(tx *store.Tx) (bool, error) {
	due, err := tx.Lapsed(portal.DateOf(tx.Now()), tx.Now().Add(-accounts.InvitationLasts).UnixMicro(), guardians, 1)
	return len(due) > 0, err
}

// LapseDelegations ends those whose time is over, some at a time. A job calls
// it; the rights themselves compare the date, so that a late round gives nobody
// a day more.
func (s *Service) LapseDelegations(tx *store.Tx) (int64, error) {
	today := portal.DateOf(tx.Now())
	due, err := tx.Lapsed(today, tx.Now().Add(-accounts.InvitationLasts).UnixMicro(), guardians, lapsesARound)
	if err != nil {
		return 0, err
	}
	epoch, _, err := tx.Meta(store.MetaEpoch)
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		state, why, what := accounts.Ended, endedByCustody, notices.AccessLost
		switch {
		case d.Epoch != epoch:
			why, what = endedByRestore, notices.AccessRestored
		case d.Until != "" && d.Until < today:
			why, what = endedByDate, notices.AccessOver
		case d.State == string(accounts.Invited) && d.Made <= tx.Now().Add(-accounts.InvitationLasts).UnixMicro():
			why = endedByDate
		}
		if d.State == string(accounts.Invited) && why == endedByDate {
			state, what = accounts.Expired, notices.AccessExpired
		}
		if err := s.end(tx, d, state, why); err != nil {
			return 0, err
		}
		if err := tx.Audit("", "delegation.lapse", string(d.ID)+" "+string(d.Inviter)); err != nil {
			return 0, err
		}
		for _, account := range []portal.ID{d.Inviter, d.Delegate} {
			if err := s.tellAccess(tx, account, d, what, nil); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(due)), nil
}

// projectDelegation shows it to who gave it, whatever its state; and to who is
// invited or has accepted, while it stands. That an account has the address
// that was invited is told to its own person alone.
func (s *Service) projectDelegation(tx *store.Tx, id portal.ID) (rows []store.FeedRow, err error) {
	d, found, err := tx.Delegation(id)
	if err != nil || !found {
		return nil, err
	}
	body := wire.Delegation{
		ID: d.ID, From: d.Inviter, Mail: d.Mail, To: d.Delegate, Kind: d.Kind, Level: d.Level, Activities: store.Strings[portal.ID](d.Activities),
		Until: d.Until, State: d.State, Invited: d.Made, Expires: d.Made + accounts.InvitationLasts.Microseconds(), Answered: d.Answered, Ended: d.Ended, Why: d.Why,
	}
	if body.FromName, err = nameOf(tx, d.Inviter); err != nil {
		return nil, err
	}
	if d.Delegate != "" {
		if body.ToName, err = nameOf(tx, d.Delegate); err != nil {
			return nil, err
		}
	}
	children, err := s.stillGiven(tx, d)
	if err != nil {
		return nil, err
	}
	for _, child := range children {
		c, _, err := tx.Child(child)
		if err != nil {
			return nil, err
		}
		body.Children = append(body.Children, wire.DelegatedChild{ID: c.ID, FirstName: c.FirstName})
	}
	inviter, _, err := tx.Account(d.Inviter)
	if err != nil {
		return nil, err
	}
	if inviter.Closed == 0 {
		rows = append(rows, store.FeedRow{Feed: wire.AccountFeed(d.Inviter), Collection: wire.Delegations, Entity: id, Body: body})
	}
	reader := d.Delegate
	if d.State == string(accounts.Invited) {
		to, _, err := invitee(tx, d)
		if err != nil {
			return nil, err
		}
		reader = to.ID
	}
	// What has lapsed stays until the job takes it.
	if reader != "" && accounts.DelegationState(d.State).Live() && len(children) > 0 {
		rows = append(rows, store.FeedRow{Feed: wire.AccountFeed(reader), Collection: wire.Delegations, Entity: id, Body: body})
	}
	return rows, nil
}

// foreignDelegation is foreignTo for a delegation.
func foreignDelegation(tx *store.Tx, account portal.ID, desk string, id portal.ID) (string, error) {
	d, _, err := tx.Delegation(id)
	if err != nil || desk != "" {
		return "another's delegation", err
	}
	if d.Inviter == account {
		return "", nil
	}
	me, _, err := tx.Account(account)
	if err != nil {
		return "", err
	}
	if d.State == string(accounts.Accepted) && d.Delegate == account || d.State == string(accounts.Invited) && isFor(d, me) {
		return "", nil
	}
	return "another's delegation, or one that has ended", nil
}
