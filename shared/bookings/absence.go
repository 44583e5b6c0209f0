package bookings

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// AbsenceRule is what the town makes of days on which a booked child does not
// come, and of which it is told too late to cancel.
type AbsenceRule struct {
	// Grace is how many days of a child and school year are credited although they
	// were told too late, without any proof.
	Grace int `json:"grace,omitempty"`
	// UnpaidDays is how many days of a proved absence stay due, the first ones.
	UnpaidDays int `json:"unpaid_days"`
	// ProofDays is within how many days of the telling the proof is to come.
	ProofDays int `json:"proof_days"`
	// Proof is the kind of document that proves an illness.
	Proof string `json:"proof,omitempty"`
	// BackHour and BackMinute of the day itself, in Paris, are until when an absence
	// told too late may be taken back; 0:00 where a town says nothing.
	BackHour   int `json:"back_hour,omitempty"`
	BackMinute int `json:"back_minute,omitempty"`
}

// UsualAbsences is what a town has that says nothing.
var UsualAbsences = AbsenceRule{UnpaidDays: 1, ProofDays: 8, Proof: "medical-certificate"}

// AbsentCost is what becomes of a booking whose child does not come.
type AbsentCost string

// What it can be.
const (
	InTime   AbsentCost = "in_time" // it is cancelled, and credited
	Forgiven AbsentCost = "grace"   // too late, and credited by the town's grace
	Due      AbsentCost = "due"     // too late, and charged until a proof is accepted
)

// MostAbsent is how many bookings one absence may be about.
const MostAbsent = 200

// AbsenceState is what becomes of an absence.
type AbsenceState string

// The states. One in which nothing is due has nothing to be judged.
const (
	AbsenceSettled   AbsenceState = "settled"
	AbsenceTold      AbsenceState = "told"
	AbsenceAccepted  AbsenceState = "accepted"
	AbsenceRefused   AbsenceState = "refused"
	AbsenceWithdrawn AbsenceState = "withdrawn" // whole; nothing of it is left
)

// Why an absence cannot be told or judged.
const (
	AlreadyTold   portal.Code = "absence_told"
	AbsenceJudged portal.Code = "absence_judged" // Args: by
)

// MayProve reports whether a certificate that was sent at an instant may be about an
// absence that was told at another, in microseconds: it may come as long before as it
// may come after. An older one was about another absence.
func (r AbsenceRule) MayProve(sent, told int64) bool {
	return sent >= told-int64(r.ProofDays)*24*int64(time.Hour/time.Microsecond)
}

// Absent says what becomes of bookings of one child of which the town is told
// together, or why they cannot be told: by who may cancel them, and until the
// end of each day. forgiven is the child's days that were before.
func (r AbsenceRule) Absent(told []Situation, forgiven []portal.Date) ([]AbsentCost, *portal.Error) {
	costs := make([]AbsentCost, len(told))
	for i, s := range told {
		s.Beside = slices.DeleteFunc(slices.Clone(s.Beside), func(id portal.ID) bool {
			return slices.ContainsFunc(told, func(o Situation) bool { return o.Activity.ID == id && o.Day == s.Day })
		})
		cost, e := s.absent(r, forgiven)
		if e != nil {
			return nil, e
		}
		if costs[i] = cost; cost == Forgiven {
			forgiven = append(slices.Clone(forgiven), s.Day)
		}
	}
	// What stays needs what it cannot be without.
	for again := true; again; {
		again = false
		for i, s := range told {
			if costs[i] == Due {
				continue
			}
			for j, o := range told {
				if costs[j] == Due && o.Day == s.Day && slices.Contains(o.Activity.Requires, s.Activity.ID) {
					costs[i], again = Due, true
				}
			}
		}
	}
	return costs, nil
}

// absent is Absent for one that nothing else told with it stands in the way of.
func (s Situation) absent(rule AbsenceRule, forgiven []portal.Date) (AbsentCost, *portal.Error) {
	if e := s.checkTheirs(); e != nil {
		return "", e
	}
	e := s.CheckCancel()
	switch {
	case e == nil:
		return InTime, nil
	case e.Code != CutoffPassed && e.Code != DayToday:
		return "", e
	}
	if e := s.needed(); e != nil {
		return "", e
	}
	if rule.Forgives(s.Day, forgiven) {
		return Forgiven, nil
	}
	return Due, nil
}

// Forgives reports whether a day told too late is credited, given the child's
// that were forgiven before, of which those of the same school year count: a day
// that was is forgiven whole, whichever of its activities is told first.
func (r AbsenceRule) Forgives(day portal.Date, forgiven []portal.Date) bool {
	year := portal.SchoolYearOf(day)
	days := slices.Compact(slices.Sorted(slices.Values(forgiven)))
	days = slices.DeleteFunc(days, func(d portal.Date) bool { return portal.SchoolYearOf(d) != year })
	return slices.Contains(days, day) || len(days) < r.Grace
}

// AbsentDay is a booking of an absence.
type AbsentDay struct {
	Booking  portal.ID   `json:"booking"`
	Activity portal.ID   `json:"activity"`
	Site     portal.ID   `json:"site"`
	Day      portal.Date `json:"day"`
	Cost     AbsentCost  `json:"cost"`
	Credited bool        `json:"credited,omitempty"` // in time, forgiven, or proved
	// Price is the reader's part of it; told to who told the absence alone.
	Price portal.Money `json:"price,omitempty"`
	// Provisional says that nothing had been paid: the child's enrolment was under
	// review when the day was booked.
	Provisional bool `json:"provisional,omitempty"`
}

// Proved is which bookings of an absence are credited once its proof is
// accepted: those that are due still, but for the first days of it that were told
// too late; whole leaves out none.
func (r AbsenceRule) Proved(days []AbsentDay, whole bool) (credited []portal.ID) {
	var late []portal.Date
	for _, d := range days {
		if d.Cost != InTime && !slices.Contains(late, d.Day) {
			late = append(late, d.Day)
		}
	}
	slices.Sort(late)
	unpaid := late[:min(max(0, r.UnpaidDays), len(late))]
	for _, d := range days {
		if d.Cost == Due && !d.Credited && (whole || !slices.Contains(unpaid, d.Day)) {
			credited = append(credited, d.Booking)
		}
	}
	return credited
}
