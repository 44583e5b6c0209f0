package bookings

import (
	"slices"
	"testing"
	"time"

	"parvis/shared/portal"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Pattern
		want []portal.Date
	}{
		{"two days of the week", Pattern{Period: portal.Period{From: "2026-11-16", To: "2026-11-26"}, Weekdays: []time.Weekday{time.Monday, time.Thursday}},
			[]portal.Date{"2026-11-16", "2026-11-19", "2026-11-23", "2026-11-26"}},
		{"every second week, anchored in the middle of one", Pattern{Period: portal.Period{From: "2026-11-16", To: "2026-12-08"}, Weekdays: []time.Weekday{time.Tuesday}, Alternate: "2026-11-26"},
			[]portal.Date{"2026-11-24", "2026-12-08"}},
		{"over the end of a year of 53 weeks, before its anchor too", Pattern{Period: portal.Period{From: "2026-12-14", To: "2027-01-29"}, Weekdays: []time.Weekday{time.Friday}, Alternate: "2027-01-11"},
			[]portal.Date{"2026-12-18", "2027-01-01", "2027-01-15", "2027-01-29"}},
		{"over the change to summer time", Pattern{Period: portal.Period{From: "2026-03-23", To: "2026-04-07"}, Weekdays: []time.Weekday{time.Monday}, Alternate: "2026-03-23"},
			[]portal.Date{"2026-03-23", "2026-04-06"}},
		{"no period", Pattern{Weekdays: []time.Weekday{time.Monday}}, nil},
		{"a period that ends before it begins", Pattern{Period: portal.Period{From: "2026-03-23", To: "2026-03-01"}, Weekdays: []time.Weekday{time.Monday}}, nil},
	} {
		if got := c.p.Days(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
	if n := len(Pattern{Period: portal.Period{From: "2026-01-01", To: "9999-12-31"}, Weekdays: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}.Days()); n != longest {
		t.Errorf("an endless period has %d days", n)
	}
}

func TestAsBefore(t *testing.T) {
	off := portal.Period{From: "2026-12-19", To: "2027-01-03"} // Christmas
	open := func(d portal.Date) bool {
		return !off.Has(d) && slices.Contains([]time.Weekday{1, 2, 4, 5}, d.Weekday())
	}
	had := []portal.Date{"2026-11-30", "2026-12-04", "2026-12-07", "2026-12-14", "2026-12-15"}
	booked := func(d portal.Date) bool { return slices.Contains(had, d) }
	got := AsBefore(portal.Period{From: "2027-01-01", To: "2027-01-31"}, open, booked)
	// Four weeks before the 4th, 11th and 12th are booked days. Before the 25th and
	// the 29th lie holidays: four weeks further back the 30th of November and the
	// 4th of December are booked. The 18th has the 21st of December, holidays, and
	// the 23rd of November, on which nothing was.
	if want := []portal.Date{"2027-01-04", "2027-01-11", "2027-01-12", "2027-01-25", "2027-01-29"}; !slices.Equal(got, want) {
		t.Errorf("January is as %v, not %v", got, want)
	}
	// A period longer than four weeks goes on as it began.
	got = AsBefore(portal.Period{From: "2027-01-04", To: "2027-02-28"}, open, booked)
	if !slices.Contains(got, "2027-02-01") || !slices.Contains(got, "2027-02-08") || !slices.Contains(got, "2027-02-22") || slices.Contains(got, "2027-02-16") {
		t.Errorf("January and February are as %v", got)
	}
}
