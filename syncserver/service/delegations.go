package service

import (
	"maps"
	"strconv"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// What has ended a delegation.
const (
	endedByParent   = "from"
	endedByDelegate = "to"
	endedByDate     = "date"
	endedByCustody  = "custody" // the parent decides for none of the children any more
	endedByClosing  = "account"
	endedByRestore  = "restore" // a new epoch
)

// guardians is the custodies that let a parent give something.
var guardians = [2]string{string(accounts.FullCustody), string(accounts.SharedCustody)}

// inviteDelegate invites whoever has a mail address. What is answered, and what
// the parent sees of it, does not tell whether an account has it.
func (s *Service) inviteDelegate(tx *store.Tx, a Actor, args *wire.InviteDelegate) error {
	if !args.Delegation.Valid() {
		return portal.E(portal.Invalid, "delegation")
	}
	if _, taken, err := tx.Delegation(args.Delegation); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "delegation"))
	}
	address, form := accounts.NormaliseMail(args.Mail)
	switch {
	case address == "":
		return portal.E(portal.Missing, "mail")
	case !form:
		return portal.E(accounts.BadMail, "mail")
	}
	rule := accounts.Delegation{
		Kind: accounts.DelegateKind(args.Kind), Level: accounts.DelegateLevel(args.Level), Children: args.Children, Activities: args.Activities, Until: args.Until,
	}.Normalise()
	if err := s.mayGive(tx, a, rule); err != nil {
		return err
	}
	me, _, err := tx.Account(a.Account)
	if err != nil {
		return err
	}
	if me.MailKey == address {
		return portal.E(accounts.InvitesSelf, "mail")
	}
	if err := s.mayInvite(tx, me, address, rule); err != nil {
		return err
	}
	if err := tx.InsertDelegation(store.Delegation{
		ID: args.Delegation, Inviter: me.ID, Mail: address, Kind: string(rule.Kind), Level: string(rule.Level), Activities: list(rule.Activities),
		Until: rule.Until, State: string(accounts.Invited), Made: tx.Now().UnixMicro(),
	}, rule.Children); err != nil {
		return err
	}
	if err := tx.Audit(me.ID, "delegation.invite", string(args.Delegation)+" "+string(me.ID)); err != nil {
		return err
	}
	to, known, err := tx.AccountByMail(wire.Family, address)
	if err != nil {
		return err
	}
	if !known {
		return s.post(tx, address, mail.DelegateInvited, language(me.Language), mail.Data{From: me.FirstName + " " + me.LastName, Link: s.o.PublicURL()})
	}
	return s.tellInvited(tx, me, to, args.Delegation)
}

// tellInvited tells an account that somebody invites it.
func (s *Service) tellInvited(tx *store.Tx, me, to store.Account, delegation portal.ID) error {
	now, err := s.notify(tx, to, notices.Invitation, delegation)
	if err != nil || !now {
		return err
	}
	return s.postNotice(tx, to, mail.DelegateInvited, mail.Data{Name: to.FirstName, From: me.FirstName + " " + me.LastName, Link: s.o.PublicURL()})
}

// mayGive tells whether a parent may give what a delegation says, to anybody.
func (s *Service) mayGive(tx *store.Tx, a Actor, rule accounts.Delegation) error {
	if wrong := rule.Check(portal.DateOf(tx.Now())); wrong != nil {
		return wrong
	}
	for _, child := range rule.Children {
		if err := a.mayFor(tx, child, func(r accounts.LinkRights) bool { return r.Change }); err != nil {
			return err
		}
	}
	return s.knows(tx, rule.Activities)
}

// knows is nil when the town has all of some activities.
func (s *Service) knows(tx *store.Tx, activities []portal.ID) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	for _, id := range activities {
		if _, known := f.activities[id]; !known {
			return portal.E(portal.NotFound, "activities")
		}
	}
	return nil
}

// mayInvite is nil while the parent has not invited too many, nor the same
// address for the same child.
func (s *Service) mayInvite(tx *store.Tx, me store.Account, address string, rule accounts.Delegation) error {
	before, err := tx.DelegationsBy(me.ID)
	if err != nil {
		return err
	}
	live, today := 0, 0
	for _, d := range before {
		if d.Made > tx.Now().Add(-24*time.Hour).UnixMicro() {
			today++
		}
		if !accounts.DelegationState(d.State).Live() {
			continue
		}
		live++
		children, err := tx.DelegatedChildren(d.ID)
		if err != nil {
			return err
		}
		if d.Mail == address && anyOf(children, rule.Children) {
			return portal.E(accounts.AlreadyInvited, "mail")
		}
	}
	switch {
	case live >= accounts.MostDelegations:
		return portal.E(accounts.TooManyDelegates, "mail", "max", strconv.Itoa(accounts.MostDelegations))
	case today >= accounts.MostInvitations:
		return portal.E(accounts.TooManyInvitations, "mail", "max", strconv.Itoa(accounts.MostInvitations))
	}
	return nil
}

func anyOf(a, b []portal.ID) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// isFor reports whether an account is the one that was invited: by name, or
// else by having the address.
func isFor(d store.Delegation, me store.Account) bool {
	if d.Delegate != "" {
		return d.Delegate == me.ID
	}
	return d.Mail == me.MailKey
}

// invitee is the account that was invited, false where none has the address.
func invitee(tx *store.Tx, d store.Delegation) (store.Account, bool, error) {
	if d.Delegate != "" {
		return tx.Account(d.Delegate)
	}
	return tx.AccountByMail(wire.Family, d.Mail)
}

// invitation is one that waits for the actor's answer. Another's is told as
// one that does not exist.
func (s *Service) invitation(tx *store.Tx, a Actor, id portal.ID) (store.Delegation, error) {
	d, found, err := tx.Delegation(id)
	if err != nil {
		return d, err
	}
	me, _, err := tx.Account(a.Account)
	if err != nil {
		return d, err
	}
	epoch, _, err := tx.Meta(store.MetaEpoch)
	if err != nil {
		return d, err
	}
	switch {
	case !found || !isFor(d, me):
		return d, portal.E(portal.NotFound, "delegation")
	case d.State != string(accounts.Invited) || d.Made <= tx.Now().Add(-accounts.InvitationLasts).UnixMicro() || d.Epoch != epoch:
		return d, portal.E(accounts.InvitationOver, "delegation")
	}
	return d, nil
}

// acceptDelegation gives the actor what a parent has offered.
func (s *Service) acceptDelegation(tx *store.Tx, a Actor, args *wire.AcceptDelegation) error {
	d, err := s.invitation(tx, a, args.Delegation)
	if err != nil {
		return err
	}
	children, err := s.stillGiven(tx, d)
	if err != nil {
		return err
	}
	rule := ruleOf(d, children...)
	if len(children) == 0 || !rule.On(portal.DateOf(tx.Now())) {
		return portal.E(accounts.InvitationOver, "delegation")
	}
	own := 0
	for _, child := range children {
		t, err := a.tieTo(tx, child)
		if err != nil {
			return err
		}
		if t.Parent() {
			own++
			continue
		}
		for _, g := range t.Given {
			g.Children = []portal.ID{child}
			if g.From != d.Inviter && g.SamePurse(rule) {
				return portal.E(accounts.BooksForOther, "delegation")
			}
		}
	}
	if own == len(children) {
		return portal.E(accounts.AlreadyYours, "delegation")
	}
	d.Delegate, d.State, d.Answered = a.Account, string(accounts.Accepted), tx.Now().UnixMicro()
	if err := tx.MoveDelegation(d); err != nil {
		return err
	}
	return s.answeredBy(tx, a, d, "delegation.accept")
}

// declineDelegation says no to it.
func (s *Service) declineDelegation(tx *store.Tx, a Actor, args *wire.DeclineDelegation) error {
	d, err := s.invitation(tx, a, args.Delegation)
	if err != nil {
		return err
	}
	now := tx.Now().UnixMicro()
	d.State, d.Answered, d.Ended, d.Why = string(accounts.Declined), now, now, endedByDelegate
	if err := tx.MoveDelegation(d); err != nil {
		return err
	}
	return s.answeredBy(tx, a, d, "delegation.decline")
}

// answeredBy notes an answer, and tells the parent that there is one.
func (s *Service) answeredBy(tx *store.Tx, a Actor, d store.Delegation, action string) error {
	if err := noticesRead(tx, a.Account, notices.Invitation, d.ID); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, action, string(d.ID)+" "+string(a.Account)); err != nil {
		return err
	}
	what := notices.AccessAccepted
	if d.State == string(accounts.Declined) {
		what = notices.AccessDeclined
	}
	return s.tellAccess(tx, d.Inviter, d, what, nil)
}

// endDelegation ends one at once, by whoever gave it or has it. A parent ends
// those they gave themself, not the other parent's.
func (s *Service) endDelegation(tx *store.Tx, a Actor, args *wire.EndDelegation) error {
	d, found, err := tx.Delegation(args.Delegation)
	if err != nil {
		return err
	}
	switch {
	case !found || d.Inviter != a.Account && d.Delegate != a.Account:
		return portal.E(portal.NotFound, "delegation")
	case !accounts.DelegationState(d.State).Live():
		return portal.E(accounts.InvitationOver, "delegation")
	}
	why, what := endedByParent, notices.AccessEnded
	other := d.Delegate // none where nobody has answered
	switch {
	case d.Delegate == a.Account:
		why, what, other = endedByDelegate, notices.AccessLeft, d.Inviter
	case d.State == string(accounts.Invited):
		what = notices.AccessWithdrawn
	}
	if err := s.end(tx, d, accounts.Ended, why); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "delegation.end", string(d.ID)+" "+string(a.Account)); err != nil {
		return err
	}
	return s.tellAccess(tx, other, d, what, nil)
}

// end ends one, and with it the notice of an invitation that is no more.
func (s *Service) end(tx *store.Tx, d store.Delegation, state accounts.DelegationState, why string) error {
	if to, known, err := invitee(tx, d); err != nil {
		return err
	} else if known {
		if err := noticesRead(tx, to.ID, notices.Invitation, d.ID); err != nil {
			return err
		}
	}
	d.State, d.Ended, d.Why = string(state), tx.Now().UnixMicro(), why
	return tx.MoveDelegation(d)
}

// tellAccess tells an account what became of a right it gave or has. While
// nobody has accepted it, who gave it is told the address alone.
func (s *Service) tellAccess(tx *store.Tx, account portal.ID, d store.Delegation, what notices.What, args map[string]string) error {
	if account == "" {
		return nil // nobody had answered
	}
	to, found, err := tx.Account(account)
	if err != nil || !found || to.Closed > 0 {
		return err
	}
	name := d.Mail
	if other := d.Delegate; account != d.Inviter || other != "" {
		if account != d.Inviter {
			other = d.Inviter
		}
		if name, err = nameOf(tx, other); err != nil {
			return err
		}
	}
	words := map[string]string{"name": name}
	maps.Copy(words, args)
	now, err := s.notifyOf(tx, to, notices.Access, d.ID, news{what, words})
	if err != nil || !now {
		return err
	}
	return s.postNotice(tx, to, mail.AccessChanged, mail.Data{Name: to.FirstName, Link: s.o.PublicURL()})
}

// stillGiven is those of its children for whom the inviter may still decide.
func (s *Service) stillGiven(tx *store.Tx, d store.Delegation) (out []portal.ID, err error) {
	children, err := tx.DelegatedChildren(d.ID)
	if err != nil {
		return nil, err
	}
	inviter := Actor{Account: d.Inviter}
	for _, child := range children {
		t, err := inviter.tieTo(tx, child)
		if err != nil {
			return nil, err
		}
		if t.Rights().Change {
			out = append(out, child)
		}
	}
	return out, nil
}

// endDelegationsOf ends all that an account has given or holds.
func (s *Service) endDelegationsOf(tx *store.Tx, account portal.ID) error {
	given, err := tx.DelegationsBy(account)
	if err != nil {
		return err
	}
	held, err := tx.DelegationsOf(account)
	if err != nil {
		return err
	}
	for _, d := range append(given, held...) {
		if !accounts.DelegationState(d.State).Live() {
			continue
		}
		if err := s.end(tx, d, accounts.Ended, endedByClosing); err != nil {
			return err
		}
		other := d.Delegate
		if other == account {
			other = d.Inviter
		}
		if err := s.tellAccess(tx, other, d, notices.AccessClosed, nil); err != nil {
			return err
		}
	}
	return nil
}

// welcomeInvitations shows an account the invitations that wait for its
// address, which has just become its own.
func (s *Service) welcomeInvitations(tx *store.Tx, account store.Account) error {
	waiting, err := tx.InvitationsTo(account.MailKey)
	if err != nil {
		return err
	}
	for _, d := range waiting {
		if d.Delegate != "" {
			continue // for one account, whatever its address is now
		}
		tx.Touch("delegation", d.ID)
		// The mail was sent when the invitation was.
		if _, err := s.notify(tx, account, notices.Invitation, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// touchInvitations projects those to an address anew, which is leaving its
// account.
func touchInvitations(tx *store.Tx, address string) error {
	waiting, err := tx.InvitationsTo(address)
	for _, d := range waiting {
		tx.Touch("delegation", d.ID)
	}
	return err
}

// touchDelegations projects all anew that stands in an account's feed of them.
func touchDelegations(tx *store.Tx, account store.Account) error {
	given, err := tx.DelegationsBy(account.ID)
	if err != nil {
		return err
	}
	for _, d := range given {
		tx.Touch("delegation", d.ID)
	}
	return touchInvitations(tx, account.MailKey)
}
