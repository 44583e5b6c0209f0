package service

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// setPayers writes who pays for what is booked of a child from a day on, as an
// agent of the childhood's desk has seen it decided or agreed. The parents are told.
func (s *Service) setPayers(tx *store.Tx, a Actor, args *wire.SetPayers) error {
	if err := a.before(tx, args.Child); err != nil {
		return err
	}
	switch today := portal.DateOf(tx.Now()); {
	case !args.From.Valid():
		return portal.E(portal.Missing, "from")
	case args.From < today || args.From > today.Add(366):
		return portal.E(accounts.PastDate, "from")
	}
	if wrong := args.Shares.Check(); wrong != nil {
		return wrong
	}
	reason, err := reasonOf(args.Reason)
	if err != nil {
		return err
	}
	all, err := parents(tx, args.Child)
	if err != nil {
		return err
	}
	for _, p := range args.Shares {
		if p.Payer == "" || slices.ContainsFunc(all, func(l store.Link) bool { return l.Account == p.Payer }) {
			continue
		}
		if billed, err := isBilled(tx, p.Payer); err != nil || !billed {
			return orElse(err, portal.E(portal.NotFound, "shares")) // no parent's of this child, and no organisation's
		}
	}
	if err := tx.SetPayers(store.Payers{Child: args.Child, From: args.From, Reason: reason, At: tx.Now().UnixMicro(), By: a.Account}, args.Shares); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "payers.set", string(args.From)+" "+string(args.Child)); err != nil {
		return err
	}
	return s.tellParents(tx, args.Child, notices.Custody, news{what: notices.PayersSet})
}

// endPayersOf has whoever books pay again for all children of whom an account that
// is being closed pays a share, from today on.
func (s *Service) endPayersOf(tx *store.Tx, account portal.ID) error {
	children, err := tx.ChildrenSharedBy(account)
	if err != nil {
		return err
	}
	for _, child := range children {
		ended, err := endPayersFor(tx, child, account, account, "Compte fermé.")
		if err != nil {
			return err
		}
		if !ended {
			continue
		}
		if err := s.tellParents(tx, child, notices.Custody, news{what: notices.PayersSet}); err != nil {
			return err
		}
	}
	return nil
}

// endPayersFor has whoever books a child's days pay again wherever an account
// would pay a share from today on; false where it would nowhere.
func endPayersFor(tx *store.Tx, child, account, by portal.ID, reason string) (ended bool, err error) {
	written, err := tx.PayersOf(child)
	if err != nil {
		return false, err
	}
	today := portal.DateOf(tx.Now())
	for i, p := range written {
		names := slices.ContainsFunc(p.Rule().Shares, func(of ledger.Share) bool { return of.Payer == account })
		if over := i+1 < len(written) && written[i+1].From <= today; !names || over {
			continue
		}
		ended = true
		if err := tx.SetPayers(store.Payers{Child: child, From: max(p.From, today), Reason: reason, At: tx.Now().UnixMicro(), By: by}, nil); err != nil {
			return false, err
		}
	}
	return ended, nil
}

// stillCharged reports whether all who pay a booking may be charged for the child
// still: nobody is whose account is closed, or who has nothing to do with it any
// more.
func stillCharged(tx *store.Tx, b store.Booking) (bool, error) {
	payer, found, err := tx.Account(b.Payer)
	if err != nil || !found || payer.Closed > 0 {
		return false, err
	}
	ties, err := tiesOf(tx, b.Child)
	if err != nil || !slices.ContainsFunc(ties, func(t accounts.Tie) bool { return t.Account == b.Payer && t.Rights().See }) {
		return false, err
	}
	for _, p := range ledger.ReadShares(b.Shares) {
		if p.Payer == b.Payer || slices.ContainsFunc(ties, func(t accounts.Tie) bool { return t.Account == p.Payer && t.Parent() }) {
			continue
		}
		if billed, err := isBilled(tx, p.Payer); err != nil || !billed {
			return false, err
		}
	}
	return true, nil
}

// isBilled reports whether an account is an organisation's: it is billed, and
// never refused for money.
func isBilled(tx *store.Tx, account portal.ID) (bool, error) {
	return store.Once(tx, "billed:"+string(account), func() (bool, error) {
		if account == "" {
			return false, nil
		}
		a, found, err := tx.Account(account)
		return found && accounts.Kind(a.Kind) == accounts.Organisation, err
	})
}

// paysOnly reports whether an account is an organisation's and a desk that of
// cashiers: its money is all there is to be read of it.
func paysOnly(a store.Account, desk string) bool {
	_, till := accounts.Desk(desk).CashDesk()
	return till && accounts.Kind(a.Kind) == accounts.Organisation
}

// saveOrganisation writes an organisation down that pays for children.
func (s *Service) saveOrganisation(tx *store.Tx, a Actor, args *wire.SaveOrganisation) error {
	if err := s.atTill(tx, a, args.CashDesk); err != nil {
		return err
	}
	name := strings.Join(strings.Fields(args.Name), " ")
	switch {
	case !args.Organisation.Valid():
		return portal.E(portal.Invalid, "organisation")
	case name == "":
		return portal.E(portal.Missing, "name")
	case !accounts.Readable(name):
		return portal.E(portal.Invalid, "name")
	case utf8.RuneCountInString(name) > wire.MostOrganisationName:
		return portal.E(portal.TooLong, "name", "max", strconv.Itoa(wire.MostOrganisationName))
	}
	had, found, err := tx.Account(args.Organisation)
	switch {
	case err != nil:
		return err
	case found && accounts.Kind(had.Kind) != accounts.Organisation:
		return portal.E(portal.Conflict, "organisation")
	}
	profile, err := json.Marshal(accounts.Profile{LastName: name})
	if err != nil {
		return err
	}
	if found {
		had.LastName, had.Profile = name, string(profile)
		err = errors.Join(tx.SaveAccount(had), s.renamed(tx, had.ID))
	} else {
		// Neither can be typed: nobody signs in for it.
		locked := "organisation:" + string(args.Organisation)
		err = tx.InsertAccount(store.Account{ID: args.Organisation, Kind: string(accounts.Organisation), Login: locked, MailKey: locked, Recovery: "[]", LastName: name, Language: "fr",
			Profile: string(profile), Desks: "[]", Sites: "[]", Created: tx.Now().UnixMicro()})
	}
	if err != nil {
		return err
	}
	return tx.Audit(a.Account, "organisation.save", string(args.Organisation))
}

// renamed tells all who read of an organisation what it is called now: the parents
// of whom it pays the days, and the cashiers of what it paid.
func (s *Service) renamed(tx *store.Tx, organisation portal.ID) error {
	children, err := tx.ChildrenSharedBy(organisation)
	if err != nil {
		return err
	}
	for _, child := range children {
		tx.Touch("child", child)
	}
	return s.touchPayer(tx, organisation)
}

// projectOrganisation tells those who tie it to children, and the cashiers, that
// there is one; in its file its name alone.
func (s *Service) projectOrganisation(tx *store.Tx, a store.Account) ([]store.FeedRow, error) {
	body := wire.Organisation{ID: a.ID, Name: a.LastName}
	rows := []store.FeedRow{{Feed: wire.DeskFeed(string(accounts.Childhood)), Collection: wire.Organisations, Entity: a.ID, Body: body}}
	desks, err := tx.DesksReading(a.ID)
	for _, desk := range desks {
		rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, a.ID), Collection: wire.Accounts, Entity: a.ID, Body: wire.Account{ID: a.ID, Kind: a.Kind, LastName: a.LastName}})
	}
	return rows, err
}

// foreignOrganisation is foreign for the list of organisations.
func foreignOrganisation(tx *store.Tx, desk string, id portal.ID) (string, error) {
	billed, err := isBilled(tx, id)
	if err == nil && (!billed || desk != string(accounts.Childhood)) {
		return "what is no organisation, or none of this desk's affairs", nil
	}
	return "", err
}

// tellPayers writes into a child who pays for it besides, as its parent of, or the
// town hall, may know it.
func (r relations) tellPayers(body *wire.Child, of portal.ID, townHall bool) {
	for _, p := range r.payers {
		told := wire.ChildPayers{From: p.From}
		for _, s := range p.Rule().Shares {
			part := wire.PayerPart{Percent: s.Percent, Booker: s.Payer == "", Own: !townHall && (s.Payer == "" || s.Payer == of)}
			if s.Payer != "" && !part.Own {
				part.Name = r.names[s.Payer]
			}
			if townHall {
				part.Account = s.Payer
			}
			told.Parts = append(told.Parts, part)
		}
		if townHall {
			told.Reason, told.By = p.Reason, r.names[p.By]
		}
		body.Payers = append(body.Payers, told)
	}
}
