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

// forgottenARound is how many accounts and children one round forgets.
const forgottenARound = 50

// ForgetThePast takes the names away of accounts closed ten years ago, whose
// payments stay without them, and of children who left three years ago with all
// that was known of them. A job calls it; it says how many it forgot.
func (s *Service) ForgetThePast(tx *store.Tx) (did int64, err error) {
	now := tx.Now().In(portal.Paris)
	closed, err := tx.ClosedBefore(now.AddDate(-keepPayers, 0, 0).UnixMicro(), forgottenARound)
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
	left, err := tx.LeftBefore(portal.DateOf(now.AddDate(-keepChildren, 0, 0)), forgottenARound)
	if err != nil {
		return did, err
	}
	for _, id := range left {
		links, err := tx.LinksOf(id)
		if err != nil {
			return did, err
		}
		for _, l := range links {
			if err := tx.Unlink(id, l.Account); err != nil {
				return did, err
			}
		}
		if err := tx.SaveChild(store.Child{ID: id, Record: "{}"}); err != nil {
			return did, err
		}
		if err := tx.Audit("", "child.forgotten", string(id)); err != nil {
			return did, err
		}
		did++
	}
	return did, nil
}
