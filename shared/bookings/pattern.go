package bookings

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// Pattern is the days of a period that lie on some days of the week.
type Pattern struct {
	Period   portal.Period
	Weekdays []time.Weekday
	// Every second week only: the week of this day, the one after the next, and
	// so on, before it as after it; "" for every week. It is a date and not a
	// week's number: in a year of 53 weeks two odd ones follow each other.
	Alternate portal.Date
}

// longest is how many days a pattern looks at: a school year, and the summer
// before it.
const longest = 500

// Days is the pattern's days, in order.
func (p Pattern) Days() (out []portal.Date) {
	if !p.Period.From.Valid() || !p.Period.To.Valid() {
		return nil
	}
	for day, n := p.Period.From, 0; day <= p.Period.To && n < longest; day, n = day.Add(1), n+1 {
		if slices.Contains(p.Weekdays, day.Weekday()) && (p.Alternate == "" || monday(p.Alternate).DaysUntil(monday(day))%14 == 0) {
			out = append(out, day)
		}
	}
	return out
}

// monday is the first day of the week that a day lies in.
func monday(day portal.Date) portal.Date { return day.Add(-((int(day.Weekday()) + 6) % 7)) }

// asBefore is how far back, in runs of four weeks, a like day is looked for: a
// month that was holidays says nothing of the next.
const asBefore = 4

// AsBefore is the days of a period that are as four weeks before: that keeps the
// day of the week, and the one parent's weeks apart from the other's. Where
// nothing was open that day, it is the last time before on which something was.
// open and booked are of one child at one activity; what the period itself
// takes counts for its later weeks.
func AsBefore(period portal.Period, open, booked func(portal.Date) bool) (out []portal.Date) {
	if !period.From.Valid() || !period.To.Valid() {
		return nil
	}
	taken := map[portal.Date]bool{}
	for day, n := period.From, 0; day <= period.To && n < longest; day, n = day.Add(1), n+1 {
		if !open(day) {
			continue
		}
		for back := 1; back <= asBefore; back++ {
			like := day.Add(-28 * back)
			if !open(like) {
				continue
			}
			if taken[like] || !period.Has(like) && booked(like) {
				taken[day] = true
				out = append(out, day)
			}
			break
		}
	}
	return out
}
