package bookings

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// ClosureKind is why the town closes.
type ClosureKind string

// The kinds of closure; an outing and a teacher's absence may be of one class.
const (
	Strike        ClosureKind = "strike"
	Outing        ClosureKind = "outing"
	TeacherAbsent ClosureKind = "teacher"
	Works         ClosureKind = "works"
	OtherClosure  ClosureKind = "other"
)

// ClosureKinds is all of them, in the order in which one chooses.
var ClosureKinds = []ClosureKind{Strike, Outing, TeacherAbsent, Works, OtherClosure}

// OfClass reports whether a closure of this kind may be of one class alone.
func (k ClosureKind) OfClass() bool { return k == Outing || k == TeacherAbsent }

// Closure is a run of days on which the town keeps activities shut, for all
// children or for those of one class. It is one fact, which the rules obey at
// once; what was booked within it is cancelled and credited after.
type Closure struct {
	ID         portal.ID   `json:"id"`
	Kind       ClosureKind `json:"kind,omitempty"`
	Activities []portal.ID `json:"activities,omitempty"` // none: all
	Sites      []portal.ID `json:"sites,omitempty"`      // none: all
	// Class is that of the children it is for, at the one school it names; ""
	// is all.
	Class    string        `json:"class,omitempty"`
	Period   portal.Period `json:"period"`
	Reason   string        `json:"reason"` // families read it
	Declared int64         `json:"declared,omitempty"`
	// Undone is when the town took it back, and Reopened when all that it had
	// cancelled was booked again. In between the days stay shut, so that nobody
	// takes a place that is to be given back.
	Undone   int64 `json:"undone,omitempty"`
	Reopened int64 `json:"reopened,omitempty"`
}

// Stands reports whether nothing can be booked within it.
func (c Closure) Stands() bool { return c.Reopened == 0 }

// Hits reports whether it is about a day at an activity and site, for a child of
// a class.
func (c Closure) Hits(activity, site portal.ID, class string, day portal.Date) bool {
	return (len(c.Activities) == 0 || slices.Contains(c.Activities, activity)) &&
		(len(c.Sites) == 0 || slices.Contains(c.Sites, site)) && (c.Class == "" || c.Class == class) && c.Period.Has(day)
}

// Restores reports whether a day that it had closed is to be booked again once
// it is taken back: a day that went by while it was closed is over.
func (c Closure) Restores(day portal.Date, now time.Time) bool {
	return day >= portal.DateOf(now) || day < portal.DateOf(time.UnixMicro(c.Declared))
}

// How long a closure may be, and how long ago it may have begun: a strike is
// sometimes told after the morning, and written down after the week.
const (
	MostClosureDays = 366
	ClosureBack     = 31
)

// CheckClosure is nil for a closure that can be declared on a day; its reason is
// a text like others.
func CheckClosure(c Closure, today portal.Date) *portal.Error {
	switch {
	case !slices.Contains(ClosureKinds, c.Kind):
		return portal.E(portal.Invalid, "kind")
	case !c.Period.From.Valid():
		return portal.E(portal.Invalid, "from")
	case !c.Period.To.Valid() || c.Period.To < c.Period.From || c.Period.To > c.Period.From.Add(MostClosureDays-1):
		return portal.E(portal.Invalid, "to")
	case c.Period.From < today.Add(-ClosureBack):
		return portal.E(DayPast, "from")
	case c.Class != "" && (!c.Kind.OfClass() || len(c.Sites) != 1):
		return portal.E(portal.Invalid, "class")
	}
	return nil
}

// Needing is some activities and all that cannot be without them: what needs a
// closed activity is closed with it. No activities are all.
func Needing(activities []portal.ID, town map[portal.ID]Activity) []portal.ID {
	out := slices.Clone(activities)
	for grown := true; grown; {
		grown = false
		for id, a := range town {
			if !slices.Contains(out, id) && slices.ContainsFunc(a.Requires, func(needed portal.ID) bool { return slices.Contains(out, needed) }) {
				out, grown = append(out, id), true
			}
		}
	}
	slices.Sort(out)
	return out
}

// RestoredID is the id under which a booking is made again that a closure or an
// absence has cancelled: the same however often it is tried.
func RestoredID(by, booking portal.ID) portal.ID { return by.Derived(string(booking)) }
