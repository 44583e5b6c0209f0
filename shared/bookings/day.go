package bookings

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// Why a day cannot be booked, or a booking not be cancelled. The reason told
// is the first that holds, in this order.
const (
	NotEnrolled   portal.Code = "not_enrolled"
	OutsideYear   portal.Code = "outside_year"   // the calendar of that year is not published
	SchoolHoliday portal.Code = "school_holiday" // Args: name_fr, name_en
	SchoolDay     portal.Code = "school_day"     // it runs in the school holidays only
	PublicHoliday portal.Code = "public_holiday" // Args: name_fr, name_en
	Closed        portal.Code = "closed"         // Args: reason
	WeekdayOff    portal.Code = "weekday_off"    // the activity does not run that day of the week
	DayPast       portal.Code = "day_past"
	DayToday      portal.Code = "day_today"
	CutoffPassed  portal.Code = "cutoff_passed" // Args: until (RFC 3339, Paris)
	AlreadyBooked portal.Code = "already_booked"
	NoPlace       portal.Code = "no_place"
	// Of the other activities of the day the place is judged first: nobody is to
	// cancel one for another that is full.
	NeedsOther   portal.Code = "needs_other"   // Args: activity, name_fr, name_en: it has to be booked too
	ExcludedBy   portal.Code = "excluded_by"   // Args: the same: it is booked, and excludes this one
	BalanceFloor portal.Code = "balance_floor" // Args: after, floor (decimal euros)
	// A cancellation also knows:
	NotBooked     portal.Code = "not_booked"
	NotYourBooker portal.Code = "not_your_booking" // only who booked, or an agent, cancels
	NeededBy      portal.Code = "needed_by"        // Args: activity, name_fr, name_en: it is booked, and needs this one
	// OtherFloor tells a parent that the other payer's account refuses, and
	// nothing of what is in it.
	OtherFloor portal.Code = "see_town_hall"
	// PayerChanged means that the booker was told that the child's other parent
	// pays, and would pay now.
	PayerChanged portal.Code = "payer_changed"
)

// Colour of a day in the agenda.
type Colour string

// The colours, in the words of the field.
const (
	Green  Colour = "bookable"
	Grey   Colour = "not"
	Yellow Colour = "today"
	Blue   Colour = "booked"
)

// Booking is one child's day at an activity.
type Booking struct {
	ID       portal.ID    `json:"id"`
	Child    portal.ID    `json:"child"`
	Activity portal.ID    `json:"activity"`
	Site     portal.ID    `json:"site"`
	Day      portal.Date  `json:"day"`
	Payer    portal.ID    `json:"payer"` // the account that pays
	Price    portal.Money `json:"price"`
	By       portal.ID    `json:"by,omitempty"` // who booked it, where that is another
}

// Situation is all that decides about one child's day at one activity.
type Situation struct {
	Now       time.Time
	Day       portal.Date
	Activity  Activity
	Calendar  Calendar
	Closures  []Closure
	Openings  []Opening
	Enrolment *Enrolment // nil when there is none for that child and activity
	Class     string     // the child's, where it is enrolled at its own school
	Booking   *Booking   // the live booking of that day, whoever made it
	// Town is the activities by id, and Beside those others at which the child has
	// a live booking that day, whoever made it.
	Town    map[portal.ID]Activity
	Beside  []portal.ID
	Level   Level         // of the places left for anybody
	Wait    *Wait         // the child's waiting for that day; nil when there is none
	Actor   portal.ID     // the account that looks or acts
	Payer   portal.ID     // the account that pays; "": the actor's
	Parent  bool          // the actor is the child's by law: what they booked stays theirs to cancel
	Barred  *portal.Error // why the actor may not book at all, on no day
	Price   portal.Money  // that the payer is charged: their part, where it is parted
	Balance portal.Money
	Drawing portal.ID // the opening whose draw gives the place, and keeps it from nobody else
	// Others is the parts of others who pay, without those that are never refused.
	Others []Charge
}

// Charge is what an account is charged, and what it holds.
type Charge struct{ Price, Balance portal.Money }

// Look is what a day says: its colour, whether a click books or cancels, and
// if it does neither, why.
type Look struct {
	Colour    Colour
	Booked    bool // today stays yellow and carries the booked sign
	CanBook   bool
	CanCancel bool
	CanWait   bool          // it is full, and one may wait for a place
	Kept      bool          // a place is kept for the child
	Reason    *portal.Error // nil when a click does something
	Until     time.Time     // the cut-off of what a click would do
}

// Look judges the day.
func (s Situation) Look() Look {
	l := Look{Colour: Grey, Booked: s.Booking != nil}
	today := portal.DateOf(s.Now)
	if s.Booking != nil {
		l.Colour = Blue
		l.Until = s.Activity.Cancel.Until(s.Day, s.Calendar)
		l.Reason = s.CheckCancel()
		l.CanCancel = l.Reason == nil
	} else {
		l.Until = s.Activity.Book.Until(s.Day, s.Calendar)
		l.Reason = s.CheckBook()
		l.CanBook = l.Reason == nil
		if l.CanBook {
			l.Colour = Green
		}
		l.CanWait = s.Level == Full && s.CheckWait() == nil
		l.Kept = s.Wait.Kept(s.Now)
	}
	if s.Day == today {
		l.Colour = Yellow
	}
	return l
}

// CheckDay is nil when nothing of the day itself, of who is enrolled and of who
// acts keeps it from being booked, or the first reason why not.
func (s Situation) CheckDay() *portal.Error {
	if e := s.Open(); e != nil {
		return e
	}
	if e := s.before(s.Activity.Book); e != nil {
		return e
	}
	switch {
	case s.Booking != nil:
		return portal.E(AlreadyBooked, "day")
	case s.Barred != nil:
		return s.Barred
	}
	return nil
}

// CheckBook is nil when the day may be booked now, or the first reason why
// not.
func (s Situation) CheckBook() *portal.Error {
	if e := s.CheckDay(); e != nil {
		return e
	}
	if e := s.opening(); e != nil && !s.Wait.Kept(s.Now) {
		return e
	}
	return s.room()
}

// room is nil when a place is left, what else is booked that day allows this, and
// the money of all who pay suffices.
func (s Situation) room() *portal.Error {
	if s.Level == Full && !s.Wait.Kept(s.Now) {
		return portal.E(NoPlace, "day")
	}
	if e := s.beside(); e != nil {
		return e
	}
	switch {
	case s.Price > 0 && s.Balance-s.Price < s.Activity.Floor && s.payer() != s.Actor:
		return portal.E(OtherFloor, "balance")
	case s.Price > 0 && s.Balance-s.Price < s.Activity.Floor:
		return portal.E(BalanceFloor, "balance", "after", (s.Balance - s.Price).Decimal(), "floor", s.Activity.Floor.Decimal())
	}
	for _, o := range s.Others {
		if o.Price > 0 && o.Balance-o.Price < s.Activity.Floor {
			return portal.E(OtherFloor, "balance")
		}
	}
	return nil
}

// CheckCancel is nil when the live booking may be cancelled now by the actor,
// or the first reason why not.
func (s Situation) CheckCancel() *portal.Error {
	if e := s.checkTheirs(); e != nil {
		return e
	}
	if e := s.before(s.Activity.Cancel); e != nil {
		return e
	}
	return s.needed()
}

// needed is nil when nothing else that is booked that day needs this.
func (s Situation) needed() *portal.Error {
	for _, id := range s.Beside {
		if slices.Contains(s.Town[id].Requires, s.Activity.ID) {
			return s.other(NeededBy, id)
		}
	}
	return nil
}

// checkTheirs is nil when there is a booking and it is the actor's to cancel. Who
// pays may; a parent what they booked, whoever pays; and another who booked
// while the parent who pays lets them book.
func (s Situation) checkTheirs() *portal.Error {
	switch {
	case s.Booking == nil:
		return portal.E(NotBooked, "day")
	case s.Booking.Payer == s.Actor:
	case s.Barred == nil && s.Booking.By == s.Actor && (s.Parent || s.Booking.Payer == s.payer()):
	default:
		return portal.E(NotYourBooker, "day")
	}
	return nil
}

// CheckRestore is nil when a booking that a closure has cancelled can be made
// again now that it is taken back, or the first reason why not. No cut-off and
// no balance is in the way: it was booked in time, and paid.
func (s Situation) CheckRestore() *portal.Error {
	if e := s.Open(); e != nil {
		return e
	}
	switch {
	case s.Booking != nil:
		return portal.E(AlreadyBooked, "day")
	case s.Level == Full:
		return portal.E(NoPlace, "day")
	}
	return s.beside()
}

// beside is nil when what else is booked that day allows this, too.
func (s Situation) beside() *portal.Error {
	for _, id := range s.Activity.Requires {
		if !slices.Contains(s.Beside, id) {
			return s.other(NeedsOther, id)
		}
	}
	for _, id := range s.Beside {
		if s.Activity.Against(s.Town[id]) {
			return s.other(ExcludedBy, id)
		}
	}
	return nil
}

// other is a reason that lies with another activity of the day.
func (s Situation) other(code portal.Code, id portal.ID) *portal.Error {
	name := s.Town[id].Name
	return portal.E(code, "day", "activity", string(id), "name_fr", name.In("fr"), "name_en", name.In("en"))
}

func (s Situation) payer() portal.ID {
	if s.Payer == "" {
		return s.Actor
	}
	return s.Payer
}

// Open is nil when the child is enrolled and the activity runs that day.
func (s Situation) Open() *portal.Error {
	e := s.Enrolment
	switch {
	case e == nil || !s.Activity.At(e.Site):
		return portal.E(NotEnrolled, "child")
	case !s.Calendar.Known.Has(s.Day):
		return portal.E(OutsideYear, "day")
	case !e.Period.Has(s.Day):
		return portal.E(NotEnrolled, "child")
	}
	if off := s.Calendar.shuts(s.Activity, s.Day); off != nil {
		return off
	}
	for _, c := range s.Closures {
		if c.Stands() && c.Hits(s.Activity.ID, e.Site, s.Class, s.Day) {
			return portal.E(Closed, "day", "reason", c.Reason)
		}
	}
	if !slices.Contains(s.Activity.Weekdays, s.Day.Weekday()) {
		return portal.E(WeekdayOff, "day")
	}
	return nil
}

func (s Situation) before(c Cutoff) *portal.Error {
	switch today := portal.DateOf(s.Now); {
	case s.Day < today:
		return portal.E(DayPast, "day")
	case s.Day == today:
		return portal.E(DayToday, "day")
	}
	if until := c.Until(s.Day, s.Calendar); !s.Now.Before(until) {
		return portal.E(CutoffPassed, "day", "until", until.In(portal.Paris).Format(time.RFC3339))
	}
	return nil
}
