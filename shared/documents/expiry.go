package documents

import (
	"time"

	"parvis/shared/portal"
	"parvis/shared/requests"
)

// furthest is how many years ahead a document may serve at most: longer than
// any identity document.
const furthest = 20

// Proposed is the last day that a document of a kind serves when it is judged
// on a day, by the kind's own rule: "" is for ever. known is false where only
// the document itself says.
func Proposed(kind requests.DocumentKind, judged portal.Date) (until portal.Date, known bool) {
	switch {
	case kind.OwnDate:
		return "", false
	case kind.SchoolYear:
		return portal.SchoolYearFor(judged).Period().To, true
	case kind.Months > 0:
		return addMonths(judged, kind.Months), true
	}
	return "", true
}

// addMonths is the same day some months later, or that month's last.
func addMonths(d portal.Date, months int) portal.Date {
	first := portal.NewDate(d.Year(), d.Month()+time.Month(months), 1)
	last := portal.NewDate(first.Year(), first.Month()+1, 0)
	return min(portal.NewDate(first.Year(), first.Month(), d.Day()), last)
}

// CheckUntil is what is wrong with the day that an agent sets when judging a
// document valid. A day sooner than the kind's rule proposes is the agent's to
// choose; a later one must be said to be longer on purpose.
func CheckUntil(kind requests.DocumentKind, judged, until portal.Date, longer bool) *portal.Error {
	limit := portal.NewDate(judged.Year()+furthest, judged.Month(), judged.Day())
	proposed, known := Proposed(kind, judged)
	switch {
	case until == "" && !known:
		return portal.E(UntilNeeded, "until")
	case until != "" && !until.Valid():
		return portal.E(portal.Invalid, "until")
	case until != "" && until < judged:
		return portal.E(UntilPast, "until")
	case until > limit:
		return portal.E(UntilFar, "until", "max", string(limit))
	case known && proposed != "" && (until == "" || until > proposed) && !longer:
		return portal.E(UntilLonger, "until", "max", string(proposed))
	}
	return nil
}

// Longer reports whether a document is made to serve longer than its kind's
// rule says, which the audit trail is told.
func Longer(kind requests.DocumentKind, judged, until portal.Date) bool {
	proposed, known := Proposed(kind, judged)
	return known && proposed != "" && (until == "" || until > proposed)
}
