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

// ForgetThePast takes the names away of accounts closed ten years ago, with all
// that they asked and wrote, whose payments stay without them; and of children
// who left three years ago with all that was known of them. A job calls it; it
// says how many it forgot.
func (s *Service) ForgetThePast(tx *store.Tx) (did int64, err error) {
	closed, left, err := past(tx, payersARound, childrenARound)
	if err != nil {
		return 0, err
	}
	for _, a := range closed {
		if err := s.forgetPayer(tx, a); err != nil {
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

// forgetPayer takes away what a closed account was called, and the words of all
// its requests: the answers of some name others of the household.
func (s *Service) forgetPayer(tx *store.Tx, a store.Account) error {
	asked, err := tx.RequestsOf(a.ID)
	if err != nil {
		return err
	}
	for _, r := range asked {
		if err := forgetWords(tx, r.ID); err != nil {
			return err
		}
	}
	a.FirstName, a.LastName, a.Profile = "", "", "{}"
	if err := tx.SaveAccount(a); err != nil {
		return err
	}
	if err := s.touchPayer(tx, a.ID); err != nil {
		return err
	}
	return tx.TouchNamed(a.ID)
}

// forgetWords takes away what was said in a request and about it, with the files
// that went along.
func forgetWords(tx *store.Tx, request portal.ID) error {
	enclosed, err := tx.EnclosedAbout(request)
	if err != nil {
		return err
	}
	for _, d := range enclosed {
		if err := tx.DeleteDocument(d); err != nil {
			return err
		}
	}
	return tx.ForgetWords(request)
}

// forgetChild takes away what a child is called, what was known of it, who is
// tied to it, the documents about it and the words of requests and messages.
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
	asked, err := tx.RequestsAbout(id)
	if err != nil {
		return err
	}
	for _, r := range asked {
		if err := forgetWords(tx, r.ID); err != nil {
			return err
		}
	}
	if err := tx.DropPriority(id); err != nil {
		return err
	}
	if err := tx.SaveChild(store.Child{ID: id, Record: "{}"}); err != nil {
		return err
	}
	return tx.Audit("", "child.forgotten", string(id))
}
