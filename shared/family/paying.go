package family

import "parvis/shared/portal"

// Paying is who pays for what the parents of a child book who live apart. It is
// a setting of its own beside with whom the child is: both agree on it, and it
// decides of what is booked from then on.
type Paying string

// Whoever books pays, unless both parents have agreed otherwise.
const (
	BookerPays Paying = ""
	// EachOwnWeeks has each parent pay for the days of their own weeks,
	// whichever of the two books them. What others book whom a parent has
	// invited stays on the account of that parent: the other one has not let
	// them spend anything.
	EachOwnWeeks Paying = "weeks"
)

// NoWeeks means that there are no weeks to pay by.
const NoWeeks portal.Code = "no_weeks"

// Check is what is wrong with one that a parent proposes. That whoever books
// pays is no proposal: either goes back to it alone.
func (p Paying) Check() *portal.Error {
	switch p {
	case EachOwnWeeks:
		return nil
	case BookerPays:
		return portal.E(portal.Missing, "paying")
	}
	return portal.E(portal.Invalid, "paying")
}

// ByOther reports whether the other parent pays for a day that one books; own
// says that the child is with the one who books. What a newer town hall may
// have agreed on is not guessed: the booker pays.
func (p Paying) ByOther(own bool) bool { return p == EachOwnWeeks && !own }
