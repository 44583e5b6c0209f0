package family

import "parvis/shared/portal"

// Weeks says on which days a child is with the one of two parents whose week
// begins with Anchor: seven days there, seven with the other one, and so on,
// before that day as after it. It knows nothing of the numbers of weeks: 2026
// has 53 of them, and two odd ones follow each other.
type Weeks struct {
	Anchor portal.Date `json:"anchor"`
}

// aroundToday is how far from today an anchor may lie, in days: one typed for
// another year is a slip.
const aroundToday = 366

// Has reports whether a day lies in a week of the anchor's parent.
func (w Weeks) Has(day portal.Date) bool {
	n := w.Anchor.DaysUntil(day) % 14
	return n < -7 || n >= 0 && n < 7
}

// Start is the first day of the week that a day lies in.
func (w Weeks) Start(day portal.Date) portal.Date {
	n := w.Anchor.DaysUntil(day) % 7
	if n < 0 {
		n += 7
	}
	return day.Add(-n)
}

// Check is what is wrong with them.
func (w Weeks) Check(today portal.Date) *portal.Error {
	switch {
	case w.Anchor == "":
		return portal.E(portal.Missing, "anchor")
	case !w.Anchor.Valid():
		return portal.E(portal.Invalid, "anchor")
	}
	if n := today.DaysUntil(w.Anchor); n < -aroundToday || n > aroundToday {
		return portal.E(portal.Invalid, "anchor")
	}
	return nil
}

// Same reports whether two settings give the same parent the same days; flip
// says that their anchors are of different parents.
func (w Weeks) Same(other Weeks, flip bool) bool {
	if w.Start(other.Anchor) != other.Anchor {
		return false
	}
	return w.Has(other.Anchor) != flip
}
