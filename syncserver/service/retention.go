package service

import (
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// How long the town hall keeps what people leave: what a screen promises when
// an account is closed.
const (
	keepPayers   = 10 // years after the closing: the rule of public accounts
	keepChildren = 3  // years after the last enrolment's end
)

// How many accounts, and how many children, one round forgets: with a child go
// all the days that were ever booked for it.
const (
	payersARound   = 50
	childrenARound = 2
)

// PastDue reports whether somebody is to be forgotten.
func (s *Service) PastDue(tx *store.Tx) (bool, error) {
	closed, left, err := past(tx, 1, 1)
	return len(closed)+len(left) > 0, err
}

// past lists the accounts whose names, and the children, whose time has come.
func past(tx *store.Tx, payers, children int) (closed []store.Account, left []portal.ID, err error) {
	now := tx.Now().In(portal.Paris)
	if closed, err = tx.ClosedBefore(now.AddDate(-keepPayers, 0, 0).UnixMicro(), payers); err != nil {
		return nil, nil, err
	}
	left, err = tx.LeftBefore(portal.DateOf(now.AddDate(-keepChildren, 0, 0)), children)
	return closed, left, err
}

// ForgetThePast takes the names away of accounts closed ten years ago, whose
// payments stay without them, and of children who left three years ago with all
// that was known of them. A job calls it; it says how many it forgot.
func (s *Service) ForgetThePast(tx *store.Tx) (did int64, err error) {
	closed, left, err := past(tx, payersARound, childrenARound)
	if err != nil {
		return 0, err
	}
	for _, a := range closed {
		a.FirstName, a.LastName, a.Profile = "", "", "{}"
		if err := tx.SaveAccount(a); err != nil {
			return did, err
		}
		did++
	}
	for _, id := range left {
		if err := forgetChild(tx, id); err != nil {
			return did, err
		}
		did++
	}
	return did, nil
}

// forgetChild takes away what a child is called, what was known of it, who is
// tied to it, the documents about it and the answers of requests.
func forgetChild(tx *store.Tx, id portal.ID) error {
	links, err := tx.LinksOf(id)
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := tx.Unlink(id, l.Account); err != nil {
			return err
		}
	}
	given, err := tx.DocumentsAbout(id)
	if err != nil {
		return err
	}
	for _, d := range given {
		if err := tx.DeleteDocument(d); err != nil {
			return err
		}
	}
	if err := tx.ForgetAnswersAbout(id); err != nil {
		return err
	}
	if err := tx.SaveChild(store.Child{ID: id, Record: "{}"}); err != nil {
		return err
	}
	return tx.Audit("", "child.forgotten", string(id))
}
