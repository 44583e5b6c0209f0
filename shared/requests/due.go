package requests

import (
	"fmt"
	"time"

	"parvis/shared/portal"
)

// Span is a length of time as a town hall counts it: one of its members.
type Span struct {
	WorkingDays int `json:"workingDays,omitempty"`
	Days        int `json:"days,omitempty"`
	Months      int `json:"months,omitempty"`
}

func (s Span) check() error {
	given := 0
	for _, n := range []int{s.WorkingDays, s.Days, s.Months} {
		if n < 0 || n > 400 {
			return fmt.Errorf("a span of %+v", s)
		}
		if n > 0 {
			given++
		}
	}
	if given > 1 {
		return fmt.Errorf("a span is counted in one way")
	}
	return nil
}

// End is the last day of a span that begins to run on the day after from; ""
// for no span. A span that ends on a day off lasts until the next working day,
// as the law counts.
func (s Span) End(from portal.Date, working func(portal.Date) bool) portal.Date {
	end := from
	switch {
	case !from.Valid():
		return ""
	case s.WorkingDays > 0:
		for left := s.WorkingDays; left > 0; {
			end = end.Add(1)
			if working(end) {
				left--
			}
		}
		return end
	case s.Days > 0:
		end = from.Add(s.Days)
	case s.Months > 0:
		end = addMonths(from, s.Months)
	default:
		return ""
	}
	// Bounded: a calendar that knows no working day must not hold anybody up.
	for range 14 {
		if working(end) {
			break
		}
		end = end.Add(1)
	}
	return end
}

// addMonths is the same day some months later, the month's last where it has
// no such day: a month from 31 January ends on 28 February.
func addMonths(d portal.Date, n int) portal.Date {
	first := portal.NewDate(d.Year(), d.Month()+time.Month(n), 1)
	end := first.Add(d.Day() - 1)
	for end.Month() != first.Month() {
		end = end.Add(-1)
	}
	return end
}

// Happened is a step of a time line, as far as delays look at it.
type Happened struct {
	On   portal.Date
	Kind EventKind
}

// Await is what a request waits for: of whom, and by when; By is "" when
// nothing is awaited, Until when no date was promised.
type Await struct {
	By    Actor
	Until portal.Date
}

// Awaits is what is awaited in a state. The town hall's time runs from the
// sending, and anew from each answer it asked for and from a reopening: while
// the family is asked something, it does not run. familyUntil is by when the
// family was asked to answer.
func Awaits(s State, within Span, steps []Happened, familyUntil portal.Date, working func(portal.Date) bool) Await {
	switch s {
	case WaitingFamily:
		return Await{By: ByFamily, Until: familyUntil}
	case Submitted, InReview:
		var from portal.Date
		for _, h := range steps {
			switch h.Kind {
			case EventSubmitted, EventAnswered, EventReopened:
				from = h.On
			}
		}
		return Await{By: ByAgent, Until: within.End(from, working)}
	}
	return Await{}
}
