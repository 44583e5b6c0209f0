package bookings

import (
	"testing"

	"parvis/shared/portal"
)

// town is activities that say something of each other: homework needs the
// evening, its late hour needs homework, and half a day excludes the whole one.
var town = map[portal.ID]Activity{
	"evening": {ID: "evening", Name: Names{"fr": "Accueil du soir", "en": "Evening care"}},
	"study":   {ID: "study", Requires: []portal.ID{"evening"}},
	"late":    {ID: "late", Requires: []portal.ID{"study", "evening"}},
	"half":    {ID: "half", Excludes: []portal.ID{"whole"}},
	"whole":   {ID: "whole"},
	"canteen": {ID: "canteen"},
}

// of is a situation of one of them, on a quiet day.
func of(id portal.ID, beside ...portal.ID) Situation {
	s := usual()
	a := town[id]
	a.Sites, a.Weekdays, a.Book, a.Cancel, a.Floor = s.Activity.Sites, s.Activity.Weekdays, s.Activity.Book, s.Activity.Cancel, s.Activity.Floor
	s.Activity, s.Town, s.Beside = a, town, beside
	return s
}

func TestActivitiesThatBelongTogetherOrExcludeEachOther(t *testing.T) {
	for name, c := range map[string]struct {
		s    Situation
		want portal.Code
		of   string // the other activity
	}{
		"alone it needs nothing":                {of("evening"), "", ""},
		"homework without the evening":          {of("study"), NeedsOther, "evening"},
		"homework with the evening":             {of("study", "canteen", "evening"), "", ""},
		"of two that are needed, the missing":   {of("late", "study"), NeedsOther, "evening"},
		"of two that are needed, the first one": {of("late"), NeedsOther, "study"},
		"with both":                             {of("late", "evening", "study"), "", ""},
		"half beside whole":                     {of("half", "whole"), ExcludedBy, "whole"},
		"whole beside half, which says so":      {of("whole", "half"), ExcludedBy, "half"},
		"whole beside others":                   {of("whole", "canteen", "evening"), "", ""},
	} {
		e := c.s.CheckBook()
		if e == nil != (c.want == "") || e != nil && (e.Code != c.want || e.Args["activity"] != c.of) {
			t.Errorf("%s: %v, not %s of %s", name, e, c.want, c.of)
		}
	}
	if e := of("study").CheckBook(); e.Args["name_fr"] != "Accueil du soir" || e.Args["name_en"] != "Evening care" {
		t.Errorf("the other one is not named: %v", e)
	}
}

func TestWhatAnotherNeedsIsCancelledAfterIt(t *testing.T) {
	booked := func(s Situation) Situation {
		s.Booking = &Booking{Payer: "claire"}
		return s
	}
	for name, c := range map[string]struct {
		s    Situation
		want portal.Code
	}{
		"the evening alone":                   {booked(of("evening", "canteen")), ""},
		"the evening under homework":          {booked(of("evening", "study")), NeededBy},
		"homework":                            {booked(of("study", "evening")), ""},
		"what excludes another needs nothing": {booked(of("half")), ""},
	} {
		if e := c.s.CheckCancel(); e == nil != (c.want == "") || e != nil && e.Code != c.want {
			t.Errorf("%s: %v", name, e)
		}
	}
	late := booked(of("evening", "study"))
	late.Now = late.Day.Add(-1).At(10, 0)
	if e := late.CheckCancel(); e.Code != CutoffPassed {
		t.Errorf("too late is told after what could not be helped: %v", e)
	}
}

func TestOnWhichDaysOfTheSchoolCalendarAnActivityRuns(t *testing.T) {
	holiday := Calendar{Known: portal.Period{From: "2026-09-01", To: "2027-08-31"},
		School: []Holiday{{Name: Names{"fr": "vacances"}, Period: portal.Period{From: "2026-11-14", To: "2026-11-22"}}},
		Public: map[portal.Date]Names{"2026-11-16": {"fr": "férié"}}}
	for _, c := range []struct {
		runs Runs
		day  portal.Date
		want portal.Code
	}{
		{SchoolDays, "2026-11-19", SchoolHoliday}, {SchoolDays, "2026-11-26", ""},
		{HolidayDays, "2026-11-19", ""}, {HolidayDays, "2026-11-26", SchoolDay}, {HolidayDays, "2026-11-16", PublicHoliday}, {HolidayDays, "2026-11-21", WeekdayOff},
		{AllDays, "2026-11-19", ""}, {AllDays, "2026-11-26", ""}, {AllDays, "2026-11-16", PublicHoliday},
	} {
		s := usual()
		s.Calendar, s.Activity.Runs, s.Day = holiday, c.runs, c.day
		if e := s.Open(); portal.CodeOf(orNil(e)) != c.want {
			t.Errorf("what runs on %q on %s: %v, not %q", c.runs, c.day, e, c.want)
		}
	}
}

func orNil(e *portal.Error) error {
	if e == nil {
		return nil
	}
	return e
}
