package service

import (
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnBooking is a day that the account pays, or has booked for another who does:
// what that one pays is theirs.
type OwnBooking struct {
	Child    string      `json:"child"`
	Activity string      `json:"activity"`
	Day      portal.Date `json:"day"`
	Price    string      `json:"price,omitempty"`
	State    string      `json:"state"`
	Made     time.Time   `json:"made"`
	By       string      `json:"booked_by,omitempty"` // where another has
	PaidBy   string      `json:"paid_by,omitempty"`   // where another does
	// Provisional says that it stands by a request under review, and is not paid.
	Provisional bool `json:"provisional,omitempty"`
}

func ownBookings(tx *store.Tx, f *townFacts, a Actor, lang string) (out []OwnBooking, err error) {
	paid, err := tx.BookingsPaidBy(a.Account)
	if err != nil {
		return nil, err
	}
	forOthers, err := tx.BookingsForOthers(a.Account)
	if err != nil {
		return nil, err
	}
	seen := map[portal.ID]string{} // the children's names, "" of those who are no longer theirs to see
	parts, err := tx.PartsOf(a.Account)
	if err != nil {
		return nil, err
	}
	for _, b := range slices.Concat(paid, forOthers, parts) {
		name, known := seen[b.Child]
		if !known {
			if name, err = firstNameFor(tx, a, b.Child); err != nil {
				return nil, err
			}
			seen[b.Child] = name
		}
		own := OwnBooking{Child: name, Activity: f.activities[b.Activity].Name.In(lang), Day: b.Day, State: b.State, Made: micro(b.Made), Provisional: b.Provisional != ""}
		switch {
		case b.Part(a.Account) > 0 && b.Payer != a.Account:
			own.Price = b.Part(a.Account).Decimal()
			if own.By, err = nameOf(tx, b.Actor); err == nil {
				own.PaidBy, err = nameOf(tx, b.Payer)
			}
		case b.Payer == a.Account:
			own.Price = b.Part(a.Account).Decimal()
			if b.Actor != a.Account {
				own.By, err = nameOf(tx, b.Actor)
			}
		case name != "":
			own.PaidBy, err = nameOf(tx, b.Payer)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, own)
	}
	return out, nil
}

// firstNameFor is what a child is called, "" where the actor does not see it.
func firstNameFor(tx *store.Tx, a Actor, child portal.ID) (string, error) {
	t, err := a.tieTo(tx, child)
	if err != nil || !t.Rights().See {
		return "", err
	}
	c, _, err := tx.Child(child)
	return c.FirstName, err
}
