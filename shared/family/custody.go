package family

import (
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// What an agent may meet who ties children to their parents.
const (
	NoSuchAccount portal.Code = "no_such_account" // nobody has this login or mail address
	AlreadyLinked portal.Code = "already_linked"  // that account is a parent's of this child
	LastParent    portal.Code = "last_parent"     // a child keeps one parent at least
	TooManyLinked portal.Code = "too_many_linked"
	NotTwoParents portal.Code = "not_two_parents" // weeks are between two parents who live apart
)

// MostParents is how many guardians a child may have.
const MostParents = 4

// Evidence of custody that an agent may have seen.
var Evidence = []string{"judgment", "agreement", "record", "birth"}

// CheckEvidence is the mistake in what an agent says they have seen.
func CheckEvidence(kind string, day, today portal.Date) *portal.Error {
	switch {
	case kind == "":
		return portal.E(portal.Missing, "evidence")
	case !slices.Contains(Evidence, kind):
		return portal.E(portal.Invalid, "evidence")
	case day == "":
		return portal.E(portal.Missing, "day")
	case !day.Valid():
		return portal.E(accounts.BadDate, "day")
	case day > today:
		return portal.E(accounts.FutureDate, "day")
	}
	return nil
}

// CheckCustody is the mistake in a custody that parents are to have.
func CheckCustody(c string) *portal.Error {
	if k := accounts.Custody(c); k != accounts.FullCustody && k != accounts.SharedCustody {
		return portal.E(portal.Invalid, "custody")
	}
	return nil
}
