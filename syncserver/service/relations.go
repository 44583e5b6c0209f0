package service

import (
	"encoding/json"
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// mayChange loads a child whose facts the actor may change.
func mayChange(tx *store.Tx, a Actor, child portal.ID) (store.Child, error) {
	if err := a.mayFor(tx, child, func(r accounts.LinkRights) bool { return r.Health && r.Change }); err != nil {
		return store.Child{}, err
	}
	c, _, err := tx.Child(child)
	return c, err
}

// changeHealth writes what must be known for a child's health. What others have
// written meanwhile is not written over.
func (s *Service) changeHealth(tx *store.Tx, a Actor, args *wire.ChangeHealth) error {
	if wrong := args.Health.Check(); len(wrong) > 0 {
		return within("health", wrong[0])
	}
	c, err := mayChange(tx, a, args.Child)
	if err != nil {
		return err
	}
	to, now := args.Health.Normalise(), healthOf(c)
	if to == now {
		return nil // somebody has written the same
	}
	if args.Was.Normalise() != now.Normalise() {
		by, err := nameOf(tx, c.HealthBy)
		return orElse(err, portal.E(family.ChangedMeanwhile, "health", "by", by))
	}
	setHealth(&c, to, tx.Now().UnixMicro(), a.Account)
	if err := tx.SaveChild(c); err != nil {
		return err
	}
	return s.tellBy(tx, a, c.ID, notices.Child, notices.HealthChanged)
}

// changeCollectors writes who may collect a child.
func (s *Service) changeCollectors(tx *store.Tx, a Actor, args *wire.ChangeCollectors) error {
	if wrong := family.CheckCollectors(args.Collectors); len(wrong) > 0 {
		return wrong[0]
	}
	c, err := mayChange(tx, a, args.Child)
	if err != nil {
		return err
	}
	now := collectorsOf(c)
	if family.SameCollectors(args.Collectors, now) {
		return nil
	}
	if !family.SameCollectors(args.Was, now) {
		by, err := nameOf(tx, c.CollectBy)
		return orElse(err, portal.E(family.ChangedMeanwhile, "collectors", "by", by))
	}
	setCollectors(&c, args.Collectors, tx.Now().UnixMicro(), a.Account)
	if err := tx.SaveChild(c); err != nil {
		return err
	}
	return s.tellBy(tx, a, c.ID, notices.Child, notices.CollectChanged)
}

func healthOf(c store.Child) family.Health {
	return family.Health{Diet: c.Diet, Allergies: c.Allergies, CarePlan: c.CarePlan, CareActions: c.CareActions, MealFromHome: c.MealFromHome}
}

func setHealth(c *store.Child, h family.Health, at int64, by portal.ID) {
	c.Diet, c.Allergies, c.CarePlan, c.CareActions, c.MealFromHome = h.Diet, h.Allergies, h.CarePlan, h.CareActions, h.MealFromHome
	c.HealthAt, c.HealthBy = at, by
}

func collectorsOf(c store.Child) (all []family.Collector) {
	_ = json.Unmarshal([]byte(c.Collectors), &all) // a text of ours
	return all
}

func setCollectors(c *store.Child, all []family.Collector, at int64, by portal.ID) {
	raw, _ := json.Marshal(family.NormaliseCollectors(all)) // strings always encode
	c.Collectors, c.CollectAt, c.CollectBy = string(raw), at, by
}

// tellHealth writes the health of a child as its reader may see it.
func tellHealth(tx *store.Tx, c store.Child, body *wire.Child) (err error) {
	body.SetHealth(healthOf(c))
	body.Collectors = collectorsOf(c)
	body.HealthAt, body.CollectAt = c.HealthAt, c.CollectAt
	if body.HealthBy, err = nameOf(tx, c.HealthBy); err != nil {
		return err
	}
	body.CollectBy, err = nameOf(tx, c.CollectBy)
	return err
}

// parents is the accounts that have custody of a child.
func parents(tx *store.Tx, child portal.ID) ([]store.Link, error) {
	links, err := tx.LinksOf(child)
	return slices.DeleteFunc(links, func(l store.Link) bool { return !accounts.RightsOf(accounts.Custody(l.Custody)).Change }), err
}

// apart is the other one of two parents who live apart.
func apart(tx *store.Tx, child, one portal.ID) (other portal.ID, err error) {
	all, err := parents(tx, child)
	if err != nil {
		return "", err
	}
	if len(all) != 2 {
		return "", portal.E(family.NotTwoParents, "child")
	}
	for _, l := range all {
		if l.Custody != string(accounts.SharedCustody) {
			return "", portal.E(family.NotTwoParents, "child")
		}
		if l.Account != one {
			other = l.Account
		}
	}
	if all[0].Account != one && all[1].Account != one {
		return "", portal.E(portal.NotFound, "first")
	}
	return other, nil
}

// tellParents notifies all who have custody of a child that something of it has
// changed, whoever did it, save those named.
func (s *Service) tellParents(tx *store.Tx, child portal.ID, kind notices.Kind, news news, but ...portal.ID) error {
	all, err := parents(tx, child)
	if err != nil {
		return err
	}
	for _, l := range all {
		if slices.Contains(but, l.Account) {
			continue
		}
		if err := s.tellParent(tx, l.Account, child, kind, news); err != nil {
			return err
		}
	}
	return nil
}

// tellBy is tellParents of what one of them has done.
func (s *Service) tellBy(tx *store.Tx, a Actor, child portal.ID, kind notices.Kind, what notices.What, but ...portal.ID) error {
	news, err := by(tx, what, a.Account)
	if err != nil {
		return err
	}
	return s.tellParents(tx, child, kind, news, but...)
}

// tellOther tells the other parent what one has done between them.
func (s *Service) tellOther(tx *store.Tx, a Actor, child portal.ID, what notices.What) error {
	return s.tellBy(tx, a, child, notices.Custody, what, a.Account)
}

func (s *Service) tellParent(tx *store.Tx, parent, child portal.ID, kind notices.Kind, news news) error {
	account, found, err := tx.Account(parent)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	now, err := s.notifyOf(tx, account, kind, child, news)
	if err != nil || !now {
		return err
	}
	return s.postNotice(tx, account, mail.FamilyChanged, mail.Data{Name: account.FirstName, Link: s.o.PublicURL()})
}

// before is nil when the actor has a file open in which the child is, at the
// desk that answers for children.
func (a Actor) before(tx *store.Tx, child portal.ID) error {
	desk := string(accounts.Childhood)
	missing := portal.E(portal.NotFound, "child")
	if a.mustReach(desk) != nil {
		return missing
	}
	links, err := tx.LinksOf(child)
	if err != nil {
		return err
	}
	grants, err := tx.GrantsOf(a.Account)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.Desk == desk && slices.ContainsFunc(links, func(l store.Link) bool { return l.Account == g.Account }) {
			return nil
		}
	}
	return missing
}

// linkParent ties a child to the account of another parent.
func (s *Service) linkParent(tx *store.Tx, a Actor, args *wire.LinkParent) error {
	if err := checkTie(tx, args.Custody, args.Evidence, args.Day); err != nil {
		return err
	}
	if err := a.before(tx, args.Child); err != nil {
		return err
	}
	if strings.TrimSpace(args.Who) == "" {
		return portal.E(portal.Missing, "who")
	}
	account, found, err := familyNamed(tx, args.Who)
	if err != nil || !found || account.Closed > 0 {
		return orElse(err, portal.E(family.NoSuchAccount, "who"))
	}
	all, err := parents(tx, args.Child)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(all, func(l store.Link) bool { return l.Account == account.ID }):
		return portal.E(family.AlreadyLinked, "who", "by", account.FirstName+" "+account.LastName)
	case len(all) >= family.MostParents:
		return portal.E(family.TooManyLinked, "who")
	}
	if err := tx.SaveLink(store.Link{Child: args.Child, Account: account.ID, Custody: args.Custody, Since: tx.Now().UnixMicro(), Evidence: args.Evidence, EvidenceDay: args.Day}); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "custody.link", string(args.Child)+" "+string(account.ID)); err != nil {
		return err
	}
	return s.custodyOf(tx, args.Child, args.Custody, args.Evidence, args.Day, notices.CustodyLinked)
}

// setCustody says anew how a child's parents have custody.
func (s *Service) setCustody(tx *store.Tx, a Actor, args *wire.SetCustody) error {
	if err := checkTie(tx, args.Custody, args.Evidence, args.Day); err != nil {
		return err
	}
	if err := a.before(tx, args.Child); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "custody.set", args.Custody+" "+string(args.Child)); err != nil {
		return err
	}
	return s.custodyOf(tx, args.Child, args.Custody, args.Evidence, args.Day, notices.CustodySet)
}

// custodyOf gives all parents of a child the custody that is theirs together,
// and tells them. Parents who live together have no weeks of their own.
func (s *Service) custodyOf(tx *store.Tx, child portal.ID, custody, evidence string, day portal.Date, what notices.What) error {
	all, err := parents(tx, child)
	if err != nil {
		return err
	}
	for _, l := range all {
		l.Custody, l.Evidence, l.EvidenceDay = custody, evidence, day
		if err := tx.SaveLink(l); err != nil {
			return err
		}
	}
	if custody != string(accounts.SharedCustody) || len(all) != 2 {
		if err := dropAllWeeks(tx, child); err != nil {
			return err
		}
	}
	return s.tellParents(tx, child, notices.Custody, news{what: what})
}

// endCustody takes the tie to a parent's account away. Both are told; what that
// parent had booked stays, for the child is expected.
func (s *Service) endCustody(tx *store.Tx, a Actor, args *wire.EndCustody) error {
	if wrong := family.CheckEvidence(args.Evidence, args.Day, portal.DateOf(tx.Now())); wrong != nil {
		return wrong
	}
	if err := a.before(tx, args.Child); err != nil {
		return err
	}
	all, err := parents(tx, args.Child)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(l store.Link) bool { return l.Account == args.Parent }) {
		return portal.E(portal.NotFound, "parent")
	}
	if len(all) == 1 {
		return portal.E(family.LastParent, "parent")
	}
	if err := s.tellParents(tx, args.Child, notices.Custody, news{what: notices.CustodyEnded}); err != nil {
		return err
	}
	if err := tx.Unlink(args.Child, args.Parent); err != nil {
		return err
	}
	if _, err := endPayersFor(tx, args.Child, args.Parent, a.Account, "Fin du lien avec l'enfant."); err != nil {
		return err
	}
	if len(all) == 2 { // who is left decides alone
		for _, l := range all {
			if l.Account == args.Parent {
				continue
			}
			l.Custody, l.Evidence, l.EvidenceDay = string(accounts.FullCustody), args.Evidence, args.Day
			if err := tx.SaveLink(l); err != nil {
				return err
			}
		}
	}
	return tx.Audit(a.Account, "custody.end", string(args.Child)+" "+string(args.Parent))
}

func checkTie(tx *store.Tx, custody, evidence string, day portal.Date) error {
	if wrong := family.CheckCustody(custody); wrong != nil {
		return wrong
	}
	if wrong := family.CheckEvidence(evidence, day, portal.DateOf(tx.Now())); wrong != nil {
		return wrong
	}
	return nil
}

// proposeWeeks keeps what a parent proposes to the other, who is told.
func (s *Service) proposeWeeks(tx *store.Tx, a Actor, args *wire.ProposeWeeks) error {
	if !args.Proposal.Valid() {
		return portal.E(portal.Invalid, "proposal")
	}
	if wrong := args.Weeks.Check(portal.DateOf(tx.Now())); wrong != nil {
		return wrong
	}
	if _, err := mayChange(tx, a, args.Child); err != nil {
		return err
	}
	other, err := apart(tx, args.Child, a.Account)
	if err != nil {
		return err
	}
	if had, found, err := tx.ProposedWeeks(args.Child); err != nil || found && had.By != a.Account {
		// The other one's is answered first: two that cross would each be lost.
		return orElse(err, portal.E(portal.Conflict, "proposal"))
	}
	w := store.Weeks{Child: args.Child, ID: args.Proposal, Anchor: args.Weeks.Anchor, First: other, Second: a.Account, At: tx.Now().UnixMicro(), By: a.Account}
	if args.Mine {
		w.First, w.Second = a.Account, other
	}
	if err := tx.ProposeWeeks(w); err != nil {
		return err
	}
	return s.tellOther(tx, a, args.Child, notices.WeeksProposed)
}

// answerWeeks accepts or declines what the other parent proposes, or takes one's
// own proposal back.
func (s *Service) answerWeeks(tx *store.Tx, a Actor, args *wire.AnswerWeeks) error {
	if _, err := mayChange(tx, a, args.Child); err != nil {
		return err
	}
	w, found, err := tx.ProposedWeeks(args.Child)
	if err != nil || !found || w.ID != args.Proposal {
		return orElse(err, portal.E(portal.Conflict, "proposal"))
	}
	if args.Accept && w.By == a.Account {
		return portal.E(portal.Forbidden, "proposal") // nobody agrees with themselves
	}
	if err := tx.DropProposedWeeks(args.Child); err != nil {
		return err
	}
	if args.Accept {
		w.At = tx.Now().UnixMicro()
		if err := tx.SetWeeks(w); err != nil {
			return err
		}
	}
	return s.tellOther(tx, a, args.Child, answerTold(args.Accept, w.By == a.Account, notices.WeeksAccepted, notices.WeeksDeclined, notices.WeeksTakenBack))
}

// endWeeks ends the telling of weeks for both: it was agreed by both, and either
// may have changed their mind. No booking hangs on it; who pays by the weeks
// ends with them.
func (s *Service) endWeeks(tx *store.Tx, a Actor, args *wire.EndWeeks) error {
	if _, err := mayChange(tx, a, args.Child); err != nil {
		return err
	}
	if _, found, err := tx.WeeksOf(args.Child); err != nil || !found {
		return err
	}
	if err := tx.DropWeeks(args.Child); err != nil {
		return err
	}
	return s.tellOther(tx, a, args.Child, notices.WeeksEnded)
}

// setWeeks sets or ends a child's weeks for the town hall, as a judgment says.
// Where the parents have agreed that each pays for their own weeks, these are
// other ones from then on.
func (s *Service) setWeeks(tx *store.Tx, a Actor, args *wire.SetWeeks) error {
	if args.First != "" {
		if wrong := args.Weeks.Check(portal.DateOf(tx.Now())); wrong != nil {
			return wrong
		}
	}
	if err := a.before(tx, args.Child); err != nil {
		return err
	}
	what := notices.WeeksUnset
	if args.First == "" {
		if err := dropAllWeeks(tx, args.Child); err != nil {
			return err
		}
	} else {
		what = notices.WeeksSet
		if err := tx.DropProposedWeeks(args.Child); err != nil {
			return err
		}
		other, err := apart(tx, args.Child, args.First)
		if err != nil {
			return err
		}
		if err := tx.SetWeeks(store.Weeks{Child: args.Child, Anchor: args.Weeks.Anchor, First: args.First, Second: other, At: tx.Now().UnixMicro(), By: a.Account}); err != nil {
			return err
		}
	}
	if err := tx.Audit(a.Account, "weeks.set", string(args.Weeks.Anchor)+" "+string(args.Child)); err != nil {
		return err
	}
	return s.tellParents(tx, args.Child, notices.Custody, news{what: what})
}

func dropAllWeeks(tx *store.Tx, child portal.ID) error {
	if err := tx.DropProposedWeeks(child); err != nil {
		return err
	}
	return tx.DropWeeks(child)
}

// relations is what of a child's parents its readers may know.
type relations struct {
	parents       []store.Link
	names         map[portal.ID]string
	weeks         store.Weeks
	asked         store.Weeks
	apart, offers bool
	paying        store.Paying
	askedPaying   store.Paying
	pays, asksPay bool
	payers        []store.Payers
}

func relationsOf(tx *store.Tx, child portal.ID) (r relations, err error) {
	if r.parents, err = parents(tx, child); err != nil {
		return r, err
	}
	r.names = map[portal.ID]string{}
	for _, l := range r.parents {
		if r.names[l.Account], err = nameOf(tx, l.Account); err != nil {
			return r, err
		}
	}
	if r.weeks, r.apart, err = tx.WeeksOf(child); err != nil {
		return r, err
	}
	if r.asked, r.offers, err = tx.ProposedWeeks(child); err != nil {
		return r, err
	}
	if r.paying, r.pays, err = tx.PayingOf(child); err != nil {
		return r, err
	}
	if r.askedPaying, r.asksPay, err = tx.ProposedPaying(child); err != nil {
		return r, err
	}
	r.payers, err = tx.PayersOf(child)
	for _, p := range r.payers {
		for _, s := range append(p.Rule().Shares, ledger.Share{Payer: p.By}) {
			if err == nil && s.Payer != "" && r.names[s.Payer] == "" {
				r.names[s.Payer], err = nameOf(tx, s.Payer)
			}
		}
	}
	return r, err
}

// tell writes into a child what its parent of may know of the other ones; the
// town hall also reads whose accounts these are, and what proves it.
func (r relations) tell(body *wire.Child, of portal.ID, townHall bool) {
	for _, l := range r.parents {
		switch {
		case townHall:
			body.Adults = append(body.Adults, wire.Adult{Account: l.Account, Name: r.names[l.Account], Custody: l.Custody, Evidence: l.Evidence, Day: l.EvidenceDay})
		case l.Account != of:
			body.Adults = append(body.Adults, wire.Adult{Name: r.names[l.Account], Custody: l.Custody})
		}
	}
	if r.apart {
		w := r.told(r.weeks, of)
		body.Weeks = &w
	}
	if r.offers {
		body.Asked = &wire.WeeksProposal{ChildWeeks: r.told(r.asked, of), ID: r.asked.ID, Own: r.asked.By == of, At: r.asked.At}
	}
	r.tellPaying(body, of)
	r.tellPayers(body, of, townHall)
}

func (r relations) told(w store.Weeks, of portal.ID) wire.ChildWeeks {
	out := wire.ChildWeeks{Weeks: family.Weeks{Anchor: w.Anchor}, Mine: w.First == of, With: r.names[w.First]}
	if out.Mine {
		out.With = r.names[w.Second]
	}
	return out
}
