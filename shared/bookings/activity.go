package bookings

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// Names holds a thing's name by language ("fr", "en").
type Names map[string]string

// In is the name in a language, the French one where there is no other.
func (n Names) In(lang string) string {
	if s := n[lang]; s != "" {
		return s
	}
	return n["fr"]
}

// Site is a school or a centre.
type Site struct {
	ID   portal.ID `json:"id"`
	Name string    `json:"name"`
	Kind string    `json:"kind"` // "school" or "centre"
}

// Kind of activity; it fixes the icon, and whether meals are counted.
const (
	Canteen   = "canteen"
	Morning   = "morning"
	Evening   = "evening"
	Study     = "study" // homework, within the evening or after it
	Wednesday = "wednesday"
	Holidays  = "holidays"
)

// Kinds is all of them, in the order in which a day is told.
var Kinds = []string{Canteen, Morning, Evening, Study, Wednesday, Holidays}

// Care reports whether an activity of a kind is the care of a child, as the tax
// office has it: meals are not.
func Care(kind string) bool { return kind != Canteen && slices.Contains(Kinds, kind) }

// Runs is on which days of the school calendar an activity runs.
type Runs string

// The days of the school calendar.
const (
	SchoolDays  Runs = ""
	HolidayDays Runs = "holidays" // of the zone's school holidays only
	AllDays     Runs = "all"
)

// Activity is something a child attends on days: the canteen, mornings,
// evenings, Wednesdays, holidays.
type Activity struct {
	ID       portal.ID   `json:"id"`
	Kind     string      `json:"kind"`
	Name     Names       `json:"name"`
	Desk     string      `json:"desk"`      // the service that runs it
	CashDesk string      `json:"cash_desk"` // where it is paid
	Sites    []portal.ID `json:"sites"`
	// Weekdays on which it runs, Sunday being 0.
	Weekdays []time.Weekday `json:"weekdays"`
	Runs     Runs           `json:"runs,omitempty"`
	Book     Cutoff         `json:"book"`
	Cancel   Cutoff         `json:"cancel"`
	// Floor is the balance a booking may not go below; usually negative.
	Floor portal.Money `json:"floor"`
	// Requires is the activities that must all be booked the same day, Excludes
	// those that must not be; the latter holds both ways, whichever says so.
	Requires []portal.ID `json:"requires,omitempty"`
	Excludes []portal.ID `json:"excludes,omitempty"`
	// Linked is since when the two above are as they are: what was booked before
	// stands.
	Linked int64 `json:"linked,omitempty"`
	// Waiting is how one waits for a place on a full day; nil where nobody can.
	Waiting *Waiting `json:"waiting,omitempty"`
	// Provisional lets a child's days be booked while the request that enrols it is
	// under review: they count for places and are not paid until it is accepted.
	Provisional bool `json:"provisional,omitempty"`
}

// At reports whether the activity is held at a site.
func (a Activity) At(site portal.ID) bool { return slices.Contains(a.Sites, site) }

// Against reports whether two activities exclude each other.
func (a Activity) Against(b Activity) bool {
	return slices.Contains(a.Excludes, b.ID) || slices.Contains(b.Excludes, a.ID)
}

// Enrolment is a child's right to book an activity at a site, for a school
// year or the part of one that Period says.
type Enrolment struct {
	ID       portal.ID         `json:"id"`
	Child    portal.ID         `json:"child"`
	Activity portal.ID         `json:"activity"`
	Site     portal.ID         `json:"site"`
	Year     portal.SchoolYear `json:"year"`
	Period   portal.Period     `json:"period"`
	// Provisional is the request under review by which it stands, where it does not
	// stand for good.
	Provisional portal.ID `json:"provisional,omitempty"`
}

// Level is what families are told of the places left.
type Level string

// The levels, each fuller than the one before.
const (
	Free Level = ""
	Few  Level = "few"
	Full Level = "full"
)

// LevelOf is the word for a number of places left out of a capacity: few from
// a tenth of it, and from three at the latest.
func LevelOf(left, capacity int) Level {
	switch {
	case left <= 0:
		return Full
	case left <= max(3, capacity/10):
		return Few
	default:
		return Free
	}
}

// UnbookedLevel is the word for a day that nobody has booked. What is booked
// only makes a day fuller, so it also stands for a day of which nothing else
// is told.
func UnbookedLevel(capacity int) Level { return LevelOf(capacity, capacity) }

// ReceivedWithin is how long what was received before an instant may still be on its
// way through the server's queue: no request takes so long. A list of that instant
// waits for it.
const ReceivedWithin = 2 * time.Minute

// SettledAt is when it is certain how many are awaited on a day: both of its limits
// have passed, and all that was received before them has been judged. A child told as
// absent too late and a closure go on changing what was settled.
func (a Activity) SettledAt(day portal.Date, cal Calendar) time.Time {
	at := a.Book.Until(day, cal)
	if cancel := a.Cancel.Until(day, cal); cancel.After(at) {
		at = cancel
	}
	return at.Add(ReceivedWithin)
}

// SettledThrough is the last day of those from one on that are all settled at an
// instant, the day before it where it is not. A day of which an opening still owes the
// places is not, nor what comes after it.
func (a Activity) SettledThrough(from portal.Date, cal Calendar, openings []Opening, now time.Time) portal.Date {
	day := from
	for range 366 {
		o := OpeningOf(openings, a.ID, day)
		if now.Before(a.SettledAt(day, cal)) || o != nil && o.Mode == Pooled && o.Drawn == 0 {
			break
		}
		day = day.Add(1)
	}
	return day.Add(-1)
}
