package calendars

import (
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

func TestZoneB(t *testing.T) {
	c, err := Of("B")
	if err != nil {
		t.Fatal(err)
	}
	off := func(d portal.Date) bool {
		for _, h := range c.School {
			if h.Period.Has(d) {
				return true
			}
		}
		return false
	}
	for d, want := range map[portal.Date]bool{
		"2026-10-16": false, "2026-10-17": true, "2026-11-01": true, "2026-11-02": false,
		"2027-02-19": false, "2027-02-20": true, "2027-03-07": true, "2027-03-08": false,
		"2026-02-07": false, // zone A's winter
		"2026-07-03": false, "2026-07-04": true, "2026-08-31": true, "2026-09-01": false, "2027-09-01": true, "2027-09-02": false,
		"2026-05-15": true,
	} {
		if off(d) != want {
			t.Errorf("%s: holiday %v", d, !want)
		}
	}
	for _, d := range []portal.Date{"2026-11-11", "2027-03-29", "2027-05-06", "2027-05-17", "2026-12-25", "2026-05-08", "2027-07-14"} {
		if c.Public[d] == nil {
			t.Errorf("%s is a public holiday", d)
		}
	}
	if len(c.Public) != 4*11-1 && len(c.Public) != 4*11 {
		// Ascension or Whit Monday may fall on 1 or 8 May.
		t.Errorf("%d public holidays in four years", len(c.Public))
	}
	s := bookings.Situation{Day: "2026-11-12", Calendar: c, Activity: bookings.Activity{Sites: []portal.ID{"f"}, Weekdays: nil}, Enrolment: &bookings.Enrolment{Site: "f", Period: portal.Period{From: "2026-09-01", To: "2027-08-31"}}}
	if e := s.Open(); e == nil || e.Code != bookings.WeekdayOff {
		t.Errorf("an ordinary day fails with %v", e)
	}
	if _, err := Of("D"); err == nil {
		t.Error("zone D exists")
	}
}
