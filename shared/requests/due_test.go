package requests

import (
	"testing"
	"time"

	"parvis/shared/portal"
)

// working is Monday to Friday without two days of Christmas.
func working(d portal.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && d != "2026-12-25" && d != "2027-01-01"
}

func TestDelays(t *testing.T) {
	for _, c := range []struct {
		within Span
		from   portal.Date
		want   portal.Date
	}{
		{Span{WorkingDays: 3}, "2026-11-16", "2026-11-19"},
		{Span{WorkingDays: 3}, "2026-11-19", "2026-11-24"},
		{Span{WorkingDays: 1}, "2026-11-21", "2026-11-23"}, // sent on a Saturday
		{Span{WorkingDays: 2}, "2026-12-24", "2026-12-29"},
		{Span{Days: 10}, "2026-11-16", "2026-11-26"},
		{Span{Days: 5}, "2026-11-16", "2026-11-23"}, // a Saturday is put off
		{Span{Months: 1}, "2027-01-29", "2027-03-01"},
		{Span{Months: 1}, "2028-01-31", "2028-02-29"},
		{Span{Months: 2}, "2026-11-16", "2027-01-18"},
		{Span{Months: 14}, "2026-01-15", "2027-03-15"},
		{Span{}, "2026-11-16", ""},
		{Span{Days: 3}, "", ""},
	} {
		if got := c.within.End(c.from, working); got != c.want {
			t.Errorf("%+v from %s ends %s, not %s", c.within, c.from, got, c.want)
		}
	}
	if got := (Span{Days: 1}).End("2026-11-16", func(portal.Date) bool { return false }); !got.Valid() {
		t.Errorf("a calendar without working days gives %q", got)
	}
	for _, bad := range []Span{{WorkingDays: -1}, {Days: 1, Months: 1}, {Days: 500}} {
		if bad.check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func TestWhatIsAwaitedFromWhomAndByWhen(t *testing.T) {
	steps := []Happened{{"2026-11-16", EventSubmitted}, {"2026-11-17", EventTaken}, {"2026-11-18", EventAsked}, {"2026-11-23", EventAnswered}}
	three := Span{WorkingDays: 3}
	for _, c := range []struct {
		s     State
		steps []Happened
		want  Await
	}{
		{Submitted, steps[:1], Await{ByAgent, "2026-11-19"}},
		{InReview, steps[:2], Await{ByAgent, "2026-11-19"}},
		{WaitingFamily, steps[:3], Await{ByFamily, "2026-12-01"}},
		{InReview, steps, Await{ByAgent, "2026-11-26"}},
		{Accepted, steps, Await{}},
		{Withdrawn, steps, Await{}},
		{Draft, nil, Await{}},
	} {
		if got := Awaits(c.s, three, c.steps, "2026-12-01", working); got != c.want {
			t.Errorf("%s: %+v, not %+v", c.s, got, c.want)
		}
	}
}
