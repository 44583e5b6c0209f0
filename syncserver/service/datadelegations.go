package service

import (
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnAccess is a right that the account has given, or was given. The children
// that others let it see are not its own data: what they are called is all that
// is told of them.
type OwnAccess struct {
	Given      bool        `json:"given"` // by the account, or to it
	With       string      `json:"with"`  // the other adult: a name, or the address invited
	Kind       string      `json:"kind"`
	Level      string      `json:"level"`
	Children   []string    `json:"children"`
	Activities []string    `json:"activities,omitempty"` // none: all
	Until      portal.Date `json:"until,omitempty"`
	State      string      `json:"state"`
	Since      time.Time   `json:"since"`
}

// ownAccesses lists what an account has given, then what it was given.
func (s *Service) ownAccesses(tx *store.Tx, f *townFacts, account portal.ID, lang string) (out []OwnAccess, err error) {
	given, err := tx.DelegationsBy(account)
	if err != nil {
		return nil, err
	}
	held, err := tx.DelegationsOf(account)
	if err != nil {
		return nil, err
	}
	for _, d := range append(given, held...) {
		own := OwnAccess{Given: d.Inviter == account, Kind: d.Kind, Level: d.Level, Until: d.Until, State: d.State, Since: micro(d.Made)}
		if other := d.Delegate; own.Given && other == "" {
			own.With = d.Mail
		} else {
			if !own.Given {
				other = d.Inviter
			}
			if own.With, err = nameOf(tx, other); err != nil {
				return nil, err
			}
		}
		if own.Given || accounts.DelegationState(d.State).Live() {
			children, err := s.stillGiven(tx, d)
			if err != nil {
				return nil, err
			}
			for _, id := range children {
				c, _, err := tx.Child(id)
				if err != nil {
					return nil, err
				}
				own.Children = append(own.Children, c.FirstName)
			}
		}
		for _, id := range store.Strings[portal.ID](d.Activities) {
			own.Activities = append(own.Activities, f.activities[id].Name.In(lang))
		}
		out = append(out, own)
	}
	return out, nil
}
