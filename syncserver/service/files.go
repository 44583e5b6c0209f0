package service

import (
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// fileTime is how long an agent holds a family's file once opened: a working
// day, as long as a session at most.
const fileTime = 8 * time.Hour

// openFile gives an agent the feed of a family's file as one desk sees it,
// and notes it in the audit trail.
func (s *Service) openFile(tx *store.Tx, a Actor, args *wire.OpenFile) error {
	if err := a.mustReach(args.Desk); err != nil {
		return err
	}
	account, found, err := tx.Account(args.Account)
	if err != nil || !found || account.Kind != string(accounts.Family) && !paysOnly(account, args.Desk) {
		return orElse(err, portal.E(portal.NotFound, "account"))
	}
	if err := tx.Grant(a.Account, args.Desk, args.Account, tx.Now().Add(fileTime).UnixMicro()); err != nil {
		return err
	}
	if err := touchFileAt(tx, args.Account, args.Desk); err != nil {
		return err
	}
	return tx.Audit(a.Account, "file.open", args.Desk+" "+string(args.Account))
}

// seenFile notes that an agent looked again at a file that is open.
func (s *Service) seenFile(tx *store.Tx, a Actor, args *wire.SeenFile) error {
	if err := a.mustReach(args.Desk); err != nil {
		return err
	}
	grants, err := tx.GrantsOf(a.Account)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.Desk == args.Desk && g.Account == args.Account {
			return tx.Audit(a.Account, "file.seen", args.Desk+" "+string(args.Account))
		}
	}
	return portal.E(portal.NotFound, "account")
}

// touchFileAt projects anew what stands in an account's file at a desk: at that
// of a cash desk's cashiers all its money there, which no other desk reads, and what
// the account's children are called, by whom cashiers find it.
func touchFileAt(tx *store.Tx, account portal.ID, desk string) error {
	if cashDesk, is := accounts.Desk(desk).CashDesk(); is {
		tx.Touch("account", account)
		links, err := tx.LinksTo(account)
		if err != nil {
			return err
		}
		for _, l := range links {
			tx.Touch("child", l.Child)
		}
		return tx.TouchMoney(account, cashDesk)
	}
	return touchFile(tx, account)
}

// touchFile projects anew all that stands in an account's file.
func touchFile(tx *store.Tx, account portal.ID) error {
	tx.Touch("account", account)
	if err := tx.TouchDocuments(account); err != nil {
		return err
	}
	visits, err := tx.AppointmentsTo(account)
	if err != nil {
		return err
	}
	for _, v := range visits {
		tx.Touch("appointment", v.ID)
	}
	requests, err := tx.RequestsOf(account)
	if err != nil {
		return err
	}
	for _, r := range requests {
		tx.Touch("request", r.ID)
		thread, err := tx.ThreadIDs(r.ID)
		if err != nil {
			return err
		}
		for _, id := range thread {
			tx.Touch("message", id)
		}
	}
	links, err := tx.LinksTo(account)
	if err != nil {
		return err
	}
	for _, l := range links {
		tx.Touch("child", l.Child)
		enrolments, err := tx.EnrolmentsOf(l.Child)
		if err != nil {
			return err
		}
		for _, e := range enrolments {
			tx.Touch("enrolment", e.ID)
		}
		booked, err := tx.LiveBookingsOf(l.Child)
		if err != nil {
			return err
		}
		for _, b := range booked {
			tx.Touch("booking", b.ID)
		}
		waits, err := tx.WaitsFor(l.Child)
		if err != nil {
			return err
		}
		for _, id := range waits {
			tx.Touch("wait", id)
		}
	}
	return nil
}

// filesARound is how many files are closed in one transaction: each may hold
// some hundred rows.
const filesARound = 20

// CloseFiles takes away files whose time has run out, some at a time: the
// feeds lose their rows once nobody reads them. A job calls it.
func (s *Service) CloseFiles(tx *store.Tx) error {
	ended, err := tx.EndedGrants(filesARound)
	if err != nil {
		return err
	}
	for _, g := range ended {
		if err := touchFileAt(tx, g.Account, g.Desk); err != nil {
			return err
		}
	}
	return nil
}
