package bookings

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

// Holiday is a named run of days without school.
type Holiday struct {
	Name   Names         `json:"name"`
	Period portal.Period `json:"period"`
}

// Calendar is what the town knows of its days: school holidays of its zone
// and public holidays. Days outside Known are open in no calendar, so that a
// year nobody has published yet cannot be booked.
type Calendar struct {
	Zone   string                `json:"zone"`
	Known  portal.Period         `json:"known"`
	School []Holiday             `json:"school"`
	Public map[portal.Date]Names `json:"public"`
}

// Working reports whether town-hall offices count d as a working day: Monday
// to Friday, public holidays left out, school holidays not.
func (c Calendar) Working(d portal.Date) bool {
	if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	_, public := c.Public[d]
	return !public
}

func (c Calendar) schoolHoliday(d portal.Date) (Holiday, bool) {
	for _, h := range c.School {
		if h.Period.Has(d) {
			return h, true
		}
	}
	return Holiday{}, false
}

// shuts is why the calendar leaves an activity out on a day, nil where it does not.
func (c Calendar) shuts(a Activity, d portal.Date) *portal.Error {
	switch h, off := c.schoolHoliday(d); {
	case !off && a.Runs == HolidayDays:
		return portal.E(SchoolDay, "day")
	case off && a.Runs == SchoolDays:
		return portal.E(SchoolHoliday, "day", "name_fr", h.Name.In("fr"), "name_en", h.Name.In("en"))
	}
	if names, ok := c.Public[d]; ok {
		return portal.E(PublicHoliday, "day", "name_fr", names.In("fr"), "name_en", names.In("en"))
	}
	return nil
}

// Holds reports whether an activity is held on a day, as far as the calendar and
// its own weekdays say.
func (c Calendar) Holds(a Activity, d portal.Date) bool {
	return c.shuts(a, d) == nil && slices.Contains(a.Weekdays, d.Weekday())
}

// Cutoff says until when a day may be booked, or cancelled.
type Cutoff struct {
	// Days before the day itself; at least 1, for the current day never opens.
	Days int `json:"days"`
	// Hour and Minute on that earlier day, in Paris. 23:59 means the whole day.
	Hour   int `json:"hour"`
	Minute int `json:"minute"`
	// What is left out of the count; the limit lies on a day that counts. Working
	// leaves out all but working days, Holidays those without school, Except some
	// days of the week.
	Working  bool           `json:"working,omitempty"`
	Holidays bool           `json:"holidays,omitempty"`
	Except   []time.Weekday `json:"except,omitempty"`
	// Weekly, when set, replaces Days: the last such weekday before the week
	// of the day ("the Thursday before").
	Weekly *time.Weekday `json:"weekly,omitempty"`
}

// counts reports whether a day is one of those that are counted.
func (c Cutoff) counts(d portal.Date, cal Calendar) bool {
	if c.Holidays {
		if _, off := cal.schoolHoliday(d); off {
			return false
		}
	}
	return (!c.Working || cal.Working(d)) && !slices.Contains(c.Except, d.Weekday())
}

// Until is the first instant at which it is too late to act for a day.
func (c Cutoff) Until(day portal.Date, cal Calendar) time.Time {
	d := day
	switch {
	case c.Weekly != nil:
		monday := day.Add(-((int(day.Weekday()) + 6) % 7))
		for d = monday.Add(-1); d.Weekday() != *c.Weekly; {
			d = d.Add(-1)
		}
	default:
		// Where nothing counts for a year on end the calendar is wrong, and the
		// limit as far away as that.
		for n, tries := max(1, c.Days), 366; n > 0 && tries > 0; tries-- {
			if d = d.Add(-1); c.counts(d, cal) {
				n--
			}
		}
	}
	if c.Hour == 23 && c.Minute == 59 {
		return d.Add(1).At(0, 0)
	}
	return d.At(c.Hour, c.Minute)
}
