package service

import (
	"parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// proposePaying keeps who is to pay as a parent proposes it to the other, who is
// told.
func (s *Service) proposePaying(tx *store.Tx, a Actor, args *wire.ProposePaying) error {
	if !args.Proposal.Valid() {
		return portal.E(portal.Invalid, "proposal")
	}
	if wrong := args.Paying.Check(); wrong != nil {
		return wrong
	}
	if _, err := mayChange(tx, a, args.Child); err != nil {
		return err
	}
	if _, err := apart(tx, args.Child, a.Account); err != nil {
		return err
	}
	if _, found, err := tx.WeeksOf(args.Child); err != nil || !found {
		return orElse(err, portal.E(family.NoWeeks, "paying"))
	}
	if now, found, err := tx.PayingOf(args.Child); err != nil || found && now.Rule == string(args.Paying) {
		return orElse(err, portal.E(portal.Conflict, "proposal"))
	}
	if had, found, err := tx.ProposedPaying(args.Child); err != nil || found && had.By != a.Account {
		return orElse(err, portal.E(portal.Conflict, "proposal")) // the other one's is answered first
	}
	if err := tx.ProposePaying(store.Paying{Child: args.Child, ID: args.Proposal, Rule: string(args.Paying), At: tx.Now().UnixMicro(), By: a.Account}); err != nil {
		return err
	}
	return s.tellOther(tx, a, args.Child, notices.PayingProposed)
}

// answerPaying accepts or declines what the other parent proposes, or takes
// one's own proposal back.
func (s *Service) answerPaying(tx *store.Tx, a Actor, args *wire.AnswerPaying) error {
	if _, err := mayChange(tx, a, args.Child); err != nil {
		return err
	}
	p, found, err := tx.ProposedPaying(args.Child)
	if err != nil || !found || p.ID != args.Proposal {
		return orElse(err, portal.E(portal.Conflict, "proposal"))
	}
	if args.Accept && p.By == a.Account {
		return portal.E(portal.Forbidden, "proposal") // nobody agrees with themselves
	}
	if err := tx.DropProposedPaying(args.Child); err != nil {
		return err
	}
	if args.Accept {
		p.At = tx.Now().UnixMicro()
		if err := tx.SetPaying(p); err != nil {
			return err
		}
		if err := tx.Audit(a.Account, "paying.set", p.Rule+" "+string(args.Child)); err != nil {
			return err
		}
	}
	return s.tellOther(tx, a, args.Child, answerTold(args.Accept, p.By == a.Account, notices.PayingAccepted, notices.PayingDeclined, notices.PayingTakenBack))
}

// answerTold is what an answer is told as.
func answerTold(accepted, own bool, yes, no, back notices.What) notices.What {
	switch {
	case accepted:
		return yes
	case own:
		return back
	}
	return no
}

// endPaying has whoever books pay again. Either ends it: nobody then pays for
// what they have not booked themself, and what is booked stays as it was.
func (s *Service) endPaying(tx *store.Tx, a Actor, args *wire.EndPaying) error {
	if _, err := mayChange(tx, a, args.Child); err != nil {
		return err
	}
	if _, found, err := tx.PayingOf(args.Child); err != nil || !found {
		return err
	}
	if err := tx.DropPaying(args.Child); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "paying.end", string(args.Child)); err != nil {
		return err
	}
	return s.tellOther(tx, a, args.Child, notices.PayingEnded)
}

// endPayingOf ends it for all children of an account that is being closed: who
// leaves does not go on paying for what the other one books.
func (s *Service) endPayingOf(tx *store.Tx, account portal.ID) error {
	links, err := tx.LinksTo(account)
	if err != nil {
		return err
	}
	for _, l := range links {
		w, set, err := tx.WeeksOf(l.Child)
		if err != nil {
			return err
		}
		if !set || w.First != account && w.Second != account {
			continue
		}
		_, agreed, err := tx.PayingOf(l.Child)
		if err != nil {
			return err
		}
		if err := tx.DropPaying(l.Child); err != nil {
			return err
		}
		if !agreed {
			continue
		}
		if err := s.tellOther(tx, Actor{Account: account}, l.Child, notices.PayingEnded); err != nil {
			return err
		}
	}
	return nil
}

// paysFor is who is charged for what a child's parents book.
type paysFor struct {
	rule   family.Paying
	weeks  store.Weeks
	agreed bool // or else whoever books pays
	// dated is who pays as the town hall has written it, and billed the
	// organisations among them, which are never refused.
	dated  []ledger.Payers
	billed map[portal.ID]bool
}

func paysForOf(tx *store.Tx, child portal.ID) (p paysFor, err error) {
	var written []store.Payers
	var agreed store.Paying
	var found bool
	if err := tx.Together(
		func() (err error) { written, err = tx.PayersOf(child); return err },
		func() (err error) { agreed, found, err = tx.PayingOf(child); return err },
	); err != nil {
		return p, err
	}
	p.billed = map[portal.ID]bool{}
	for _, w := range written {
		rule := w.Rule()
		p.dated = append(p.dated, rule)
		for _, s := range rule.Shares {
			if p.billed[s.Payer], err = isBilled(tx, s.Payer); err != nil {
				return p, err
			}
		}
	}
	if !found {
		return p, nil
	}
	p.rule = family.Paying(agreed.Rule)
	p.weeks, p.agreed, err = tx.WeeksOf(child)
	return p, err
}

// on is the account that is charged for what a parent books on a day: by
// default their own, or that of the other one where both have agreed on it.
// What a delegate books stays on the account of the parent who let them. How the
// price is parted then is for shares to say.
func (p paysFor) on(parent portal.ID, day portal.Date) portal.ID {
	w := p.weeks
	if !p.agreed || parent != w.First && parent != w.Second {
		return parent
	}
	first := parent == w.First
	other := w.First
	if first {
		other = w.Second
	}
	if p.rule.ByOther((family.Weeks{Anchor: w.Anchor}).Has(day) == first) {
		return other
	}
	return parent
}

// shares is how a day is parted that one would pay alone.
func (p paysFor) shares(payer portal.ID, day portal.Date) ledger.Shares {
	return ledger.PayersOn(p.dated, day).For(payer)
}

// tellPaying writes into a child what its parent of, or the town hall, may know
// of who pays.
func (r relations) tellPaying(body *wire.Child, of portal.ID) {
	if r.pays {
		body.Paying = &wire.ChildPaying{Rule: family.Paying(r.paying.Rule), At: r.paying.At}
	}
	if r.asksPay {
		body.AskedPaying = &wire.PayingProposal{ID: r.askedPaying.ID, Rule: family.Paying(r.askedPaying.Rule), Own: r.askedPaying.By == of, At: r.askedPaying.At}
	}
}
