package appointments

import (
	"strconv"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Why a slot cannot be had, or an appointment not be changed. The reason told
// is the first that holds, in this order.
const (
	NotNeeded       portal.Code = "no_appointment_needed" // the procedure wants nobody to come
	RequestOver     portal.Code = "appointment_over"      // the request was refused, closed or taken back
	HasAppointment  portal.Code = "has_appointment"       // this request awaits one already
	TooMany         portal.Code = "too_many_appointments" // Args: max
	NoAppointment   portal.Code = "no_appointment"        // it was cancelled meanwhile
	AppointmentPast portal.Code = "appointment_past"      // its time is over: another can be booked
	ChangeTooLate   portal.Code = "appointment_late"      // Args: until (RFC 3339, Paris)
	OutsideCalendar portal.Code = "appointment_no_year"   // the calendar of that year is not published
	SlotPast        portal.Code = "slot_past"
	SlotTooFar      portal.Code = "slot_too_far"  // Args: date, the last that can be booked
	SlotTooSoon     portal.Code = "slot_too_soon" // Args: until (RFC 3339, Paris)
	SlotHoliday     portal.Code = "slot_holiday"  // Args: name_fr, name_en
	NoSuchSlot      portal.Code = "no_such_slot"  // the hours say otherwise
	SlotClosed      portal.Code = "slot_closed"   // Args: reason
	SlotTaken       portal.Code = "slot_taken"
	NotYetHeld      portal.Code = "appointment_not_yet" // it is marked on its day, not before
)

// Situation is all that decides about the slots of a service.
type Situation struct {
	Now      time.Time
	Service  Service
	Calendar bookings.Calendar
	Closures []Closure
	// N is how many slots are needed, one behind the other.
	N int
	// Agent is true for who works at the desk: the cut-offs are for families.
	Agent bool
}

// LastDay is the last day that can be booked now.
func (s Situation) LastDay() portal.Date { return portal.DateOf(s.Now).Add(7 * s.Service.Weeks) }

// BookUntil is until when a day may be booked, ChangeUntil until when what is
// booked on it may be moved or cancelled, by families.
func (s Situation) BookUntil(day portal.Date) time.Time { return s.Service.Book.Until(day, s.Calendar) }

// ChangeUntil is until when what is booked on a day may be moved or cancelled.
func (s Situation) ChangeUntil(day portal.Date) time.Time {
	return s.Service.Change.Until(day, s.Calendar)
}

// CheckDay is why nothing at all can be booked on a day now, or nil.
func (s Situation) CheckDay(day portal.Date) *portal.Error {
	today := portal.DateOf(s.Now)
	switch {
	case !day.Valid():
		return portal.E(portal.Invalid, "start")
	case day < today:
		return portal.E(SlotPast, "start")
	case day > s.LastDay():
		return portal.E(SlotTooFar, "start", "date", string(s.LastDay()))
	case !s.Calendar.Known.Has(day):
		return portal.E(OutsideCalendar, "start")
	}
	if name, public := s.Calendar.Public[day]; public {
		return portal.E(SlotHoliday, "start", "name_fr", name.In("fr"), "name_en", name.In("en"))
	}
	if until := s.BookUntil(day); !s.Agent && !s.Now.Before(until) {
		return portal.E(SlotTooSoon, "start", "until", until.In(portal.Paris).Format(time.RFC3339))
	}
	return nil
}

// Check is nil when a slot that begins at an instant can be had now, with the
// slot and the counter that holds it, or the first reason why not.
func (s Situation) Check(start int64, b Busy) (Slot, int, *portal.Error) {
	slot := Slot{Start: start, End: start}
	if wrong := s.CheckDay(slot.Day()); wrong != nil {
		return slot, 0, wrong
	}
	found := false
	for _, c := range s.Service.Slots(slot.Day(), s.N) {
		if c.Start == start {
			slot, found = c, true
		}
	}
	switch {
	case start <= s.Now.UnixMicro():
		return slot, 0, portal.E(SlotPast, "start")
	case !found:
		return slot, 0, portal.E(NoSuchSlot, "start")
	}
	counter, wrong := s.checkSlot(slot, b)
	return slot, counter, wrong
}

// checkSlot judges a slot of a day that has passed CheckDay.
func (s Situation) checkSlot(slot Slot, b Busy) (counter int, wrong *portal.Error) {
	if slot.Start <= s.Now.UnixMicro() {
		return 0, portal.E(SlotPast, "start")
	}
	if c, closed := s.closed(slot); closed {
		return 0, portal.E(SlotClosed, "start", "reason", c.Reason)
	}
	if counter = s.Service.Counter(b, slot); counter > 0 {
		return counter, nil
	}
	return 0, portal.E(SlotTaken, "start")
}

func (s Situation) closed(slot Slot) (Closure, bool) {
	for _, c := range s.Closures {
		if c.hits(s.Service.ID, slot) {
			return c, true
		}
	}
	return Closure{}, false
}

// Free is the slots of a day that can be had now, in order.
func (s Situation) Free(day portal.Date, b Busy) []Slot {
	if s.CheckDay(day) != nil {
		return nil
	}
	var out []Slot
	for _, slot := range s.Service.Slots(day, s.N) {
		if _, wrong := s.checkSlot(slot, b); wrong == nil {
			out = append(out, slot)
		}
	}
	return out
}

// Why is why a day has no free slot, the most telling reason: of the day, or
// else of its slots. It is nil for a day that has some.
func (s Situation) Why(day portal.Date, b Busy) *portal.Error {
	if wrong := s.CheckDay(day); wrong != nil {
		return wrong
	}
	var why *portal.Error
	for _, slot := range s.Service.Slots(day, s.N) {
		_, wrong := s.checkSlot(slot, b)
		if wrong == nil {
			return nil
		}
		if why == nil || why.Code == SlotPast || why.Code == SlotClosed && wrong.Code == SlotTaken {
			why = wrong
		}
	}
	if why == nil {
		return portal.E(NoSuchSlot, "start")
	}
	return why
}

// CheckChange is nil when what is booked may still be moved or cancelled.
func (s Situation) CheckChange(held Slot) *portal.Error {
	if held.End <= s.Now.UnixMicro() {
		return portal.E(AppointmentPast, "appointment")
	}
	if s.Agent {
		return nil
	}
	if until := s.ChangeUntil(held.Day()); !s.Now.Before(until) {
		return portal.E(ChangeTooLate, "appointment", "until", until.In(portal.Paris).Format(time.RFC3339))
	}
	return nil
}

// CheckMark is nil when it can be said whether somebody came, or that be taken
// back: on the day, and ever after. another is true where the request awaits
// another appointment: until its time is over this one cannot be awaited
// beside it.
func (s Situation) CheckMark(held Slot, to State, another bool) *portal.Error {
	switch {
	case portal.DateOf(s.Now) < held.Day():
		return portal.E(NotYetHeld, "appointment")
	case another && to.Awaited(held, s.Now):
		return portal.E(HasAppointment, "appointment")
	}
	return nil
}

// CheckShare is nil while a family that awaits some appointments at a service
// may take one more; the town hall may give it any number.
func (s Situation) CheckShare(awaited int) *portal.Error {
	if !s.Agent && awaited >= MostHeld {
		return portal.E(TooMany, "request", "max", strconv.Itoa(MostHeld))
	}
	return nil
}

// Closed reports whether a closure that stands meets a slot, and which.
func (s Situation) Closed(slot Slot) (Closure, bool) { return s.closed(slot) }

// MostHeld is how many appointments still to come a family may hold at one
// service: each needs a request, but nothing bounds those.
const MostHeld = 6

// MaxReason is the longest reason of a closure or a cancellation, in
// characters.
const MaxReason = 300

// MaxClosure is for how long at most one closure goes.
const MaxClosure = 120 * 24 * time.Hour

// CheckClosure is nil for a closure that can be made.
func CheckClosure(c Closure, now time.Time) *portal.Error {
	switch {
	case c.From >= c.To:
		return portal.E(portal.Invalid, "to")
	case c.To <= now.UnixMicro():
		return portal.E(SlotPast, "to")
	case c.To-c.From < 0, c.To-c.From > MaxClosure.Microseconds(): // more than can be counted, too
		return portal.E(portal.Invalid, "to")
	}
	return nil
}

// remindDays and remindHour are when one is reminded: in the morning, two days
// before.
const (
	remindDays = 2
	remindHour = 9
)

// RemindAt is when a reminder of an appointment is due, 0 where that lies in
// the past: who books for tomorrow needs none.
func RemindAt(s Slot, now time.Time) int64 {
	if at := s.Day().Add(-remindDays).At(remindHour, 0); at.After(now) {
		return at.UnixMicro()
	}
	return 0
}

// State is where an appointment stands.
type State string

// The states.
const (
	Booked    State = "booked"
	Cancelled State = "cancelled"
	Honoured  State = "honoured" // they came
	Missed    State = "missed"
)

// Held reports whether it holds its slot.
func (s State) Held() bool { return s == Booked || s == Honoured || s == Missed }

// Awaited reports whether they are still to come, or are there: a request has
// one such appointment at most.
func (s State) Awaited(held Slot, now time.Time) bool {
	return s == Booked && held.End > now.UnixMicro()
}

// Passed reports whether its time is over and nobody has said yet whether they
// came. It keeps nobody from booking another.
func (s State) Passed(held Slot, now time.Time) bool {
	return s == Booked && held.End <= now.UnixMicro()
}
