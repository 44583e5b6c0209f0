package view

import (
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Care is what was paid for the care of the account's children in a year.
type Care struct {
	Lines []ledger.CareLine
	// Gone says that days of children were paid whom the account is not tied to any
	// more: whether they are under the age is not known here.
	Gone bool
}

// CareYears is the years that are over in which something moved, the newest
// first, and the year that runs, where something moved in it.
func (v *View) CareYears() (over []int, running int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	now := portal.DateOf(v.now()).Year()
	for _, movements := range v.own.books {
		for i := range movements {
			switch y := movements[i].On().Year(); {
			case y >= now:
				running = now
			case !slices.Contains(over, y):
				over = append(over, y)
			}
		}
	}
	slices.Sort(over)
	slices.Reverse(over)
	return over, running
}

// Care is what may be certified for a year, out of all that has arrived; nothing
// that waits is of a year that is over.
func (v *View) Care(year int) (c Care) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	counts := func(activity portal.ID) bool { return bookings.Care(v.town.activities[activity].Kind) }
	var children []ledger.CareChild
	for id, child := range v.own.children {
		if !child.Delegated {
			children = append(children, ledger.CareChild{ID: id, Born: child.BirthDate, Turning: child.Custody == string(accounts.SharedCustody)})
		}
	}
	var books [][]ledger.Movement
	for _, movements := range v.own.books {
		books = append(books, movements)
		for child, amount := range ledger.PaidForCare(movements, counts, year) {
			c.Gone = c.Gone || amount > 0 && !slices.ContainsFunc(children, func(k ledger.CareChild) bool { return k.ID == child })
		}
	}
	c.Lines = ledger.CareOf(books, children, counts, year)
	return c
}
