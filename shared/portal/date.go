package portal

import (
	"fmt"
	"time"
	_ "time/tzdata" // Paris must be known on machines without a zone database
)

// Paris is the zone in which the town counts its days and cut-offs.
var Paris = mustZone("Europe/Paris")

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// Clock tells the time. It is an argument everywhere, so that a test may
// stand on any day and a desktop may correct its own clock's error.
type Clock func() time.Time

// Date is a civil date written YYYY-MM-DD: it sorts, compares and is stored
// as its text. The zero Date is "".
type Date string

const dateLayout = "2006-01-02"

// DateOf is the civil date in Paris at an instant.
func DateOf(t time.Time) Date { return Date(t.In(Paris).Format(dateLayout)) }

// NewDate is the date of a year, month and day; days past the month's end
// carry over as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(dateLayout))
}

// ParseDate reads YYYY-MM-DD and refuses dates that do not exist.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(dateLayout, s); err != nil {
		return "", fmt.Errorf("portal: %q is not a date", s)
	}
	return Date(s), nil
}

// Valid reports whether d is a date that exists.
func (d Date) Valid() bool { _, err := time.Parse(dateLayout, string(d)); return err == nil }

func (d Date) utc() time.Time { t, _ := time.Parse(dateLayout, string(d)); return t }

// Add is d moved by a number of days.
func (d Date) Add(days int) Date { return Date(d.utc().AddDate(0, 0, days).Format(dateLayout)) }

// Weekday is the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Year, Month and Day are the parts of d.
func (d Date) Year() int         { return d.utc().Year() }
func (d Date) Month() time.Month { return d.utc().Month() }
func (d Date) Day() int          { return d.utc().Day() }

// FirstOfMonth is the first day of d's month.
func (d Date) FirstOfMonth() Date { return NewDate(d.Year(), d.Month(), 1) }

// At is the instant of an hour and minute of d in Paris. In the hour that the
// change of summer time skips or repeats, Go's own choice stands on both
// sides of the line, as both run this code.
func (d Date) At(hour, minute int) time.Time {
	t := d.utc()
	return time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, Paris)
}

// DaysUntil is the number of days from d to e, negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()).Hours() / 24) }

// Period is a run of days, both ends within.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Has reports whether d lies in p.
func (p Period) Has(d Date) bool { return p.From <= d && d <= p.To }

// SchoolYear is written "2026-2027" and runs from September to August.
type SchoolYear string

// SchoolYearOf is the school year d lies in.
func SchoolYearOf(d Date) SchoolYear {
	y := d.Year()
	if d.Month() < time.September {
		y--
	}
	return SchoolYear(fmt.Sprintf("%d-%d", y, y+1))
}

// Period is the school year's first and last day.
func (y SchoolYear) Period() Period {
	var from, to int
	if _, err := fmt.Sscanf(string(y), "%d-%d", &from, &to); err != nil {
		return Period{}
	}
	return Period{From: NewDate(from, time.September, 1), To: NewDate(to, time.August, 31)}
}

// SchoolYearFor is the school year that a certificate given on a day is for: in
// July and August, the one to come.
func SchoolYearFor(d Date) SchoolYear {
	if m := d.Month(); m == time.July || m == time.August {
		d = d.Add(62)
	}
	return SchoolYearOf(d)
}
