package bookings_test

import (
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

func micro(day portal.Date, hour, minute int) int64 { return day.At(hour, minute).UnixMicro() }

// spring is an opening of the days of the spring holidays.
func spring(mode bookings.OpeningMode) bookings.Opening {
	o := bookings.Opening{
		ID: portal.NewID(), Activity: "centre", Period: portal.Period{From: "2027-04-10", To: "2027-04-26"}, Opens: micro("2027-03-08", 9, 0), Mode: mode,
	}
	if mode == bookings.Pooled {
		o.Until = micro("2027-03-15", 18, 0)
	}
	return o
}

func TestADayOpensAtItsHourAndNotBefore(t *testing.T) {
	first, drawn := spring(bookings.FirstCome), spring(bookings.Pooled)
	drawn.Drawn = micro("2027-03-15", 18, 5)
	for _, c := range []struct {
		what string
		of   bookings.Opening
		at   time.Time
		want portal.Code
	}{
		{"a microsecond before", first, first.At().Add(-time.Microsecond), bookings.OpensLater},
		{"at its hour", first, first.At(), ""},
		{"before asking begins", spring(bookings.Pooled), first.At().Add(-time.Microsecond), bookings.OpensLater},
		{"while one asks", spring(bookings.Pooled), first.At(), bookings.AskedFor},
		{"a microsecond before asking ends", spring(bookings.Pooled), drawn.Ends().Add(-time.Microsecond), bookings.AskedFor},
		{"when it has ended", spring(bookings.Pooled), drawn.Ends(), bookings.BeingDrawn},
		{"when it is drawn", drawn, drawn.Ends(), ""},
	} {
		got := portal.Code("")
		if e := c.of.Shut(c.at); e != nil {
			got = e.Code
		}
		if got != c.want {
			t.Errorf("%s: %q, not %q", c.what, got, c.want)
		}
	}
	if e := first.Shut(first.At().Add(-time.Hour)); e.Args["at"] != "2027-03-08T09:00:00+01:00" {
		t.Errorf("it says %v, not the hour in Paris", e.Args)
	}
}

func TestTheDaySaysWhenItOpensAfterAllThatOpeningWouldNotChange(t *testing.T) {
	o := spring(bookings.FirstCome)
	act := bookings.Activity{ID: "centre", Sites: []portal.ID{"pre-vert"}, Weekdays: []time.Weekday{1, 2, 3, 4, 5}, Runs: bookings.AllDays, Book: bookings.Cutoff{Days: 1, Hour: 10}}
	s := bookings.Situation{
		Now: o.At().Add(-time.Hour), Day: "2027-04-12", Activity: act, Openings: []bookings.Opening{o}, Level: bookings.Full,
		Calendar:  bookings.Calendar{Known: portal.Period{From: "2026-09-01", To: "2027-08-31"}},
		Enrolment: &bookings.Enrolment{Activity: "centre", Site: "pre-vert", Period: portal.Period{From: "2026-09-01", To: "2027-08-31"}},
	}
	code := func(s bookings.Situation) portal.Code {
		if e := s.CheckBook(); e != nil {
			return e.Code
		}
		return ""
	}
	if got := code(s); got != bookings.OpensLater {
		t.Errorf("a full day that opens later says %q", got)
	}
	if s.Now = o.At(); code(s) != bookings.NoPlace {
		t.Errorf("once it is open it says %q", code(s))
	}
	if s.Level = ""; code(s) != "" {
		t.Errorf("with a place left it says %q", code(s))
	}
	s.Now = o.At().Add(-time.Hour)
	if s.Day = "2027-04-11"; code(s) != bookings.WeekdayOff {
		t.Errorf("a Sunday says %q", code(s))
	}
	if s.Day = "2027-05-03"; code(s) != "" {
		t.Errorf("a day that no opening is about says %q", code(s))
	}
	s.Day, s.Drawing = "2027-04-12", o.ID
	if code(s) != "" {
		t.Errorf("to its own draw it says %q", code(s))
	}
	s.Drawing, s.Booking = "", &bookings.Booking{}
	if code(s) != bookings.AlreadyBooked {
		t.Errorf("a day booked before the opening was announced says %q", code(s))
	}
}

func TestOfTwoOpeningsTheLaterCounts(t *testing.T) {
	a, b := spring(bookings.FirstCome), spring(bookings.FirstCome)
	b.Opens += 1
	for _, all := range [][]bookings.Opening{{a, b}, {b, a}} {
		if got := bookings.OpeningOf(all, "centre", "2027-04-12"); got == nil || got.ID != b.ID {
			t.Errorf("of %v it is %v", all, got)
		}
	}
	if bookings.OpeningOf([]bookings.Opening{a}, "canteen", "2027-04-12") != nil {
		t.Error("another activity's opening counts")
	}
}

func TestAnOpeningIsChecked(t *testing.T) {
	for _, c := range []struct {
		field string
		with  func(o *bookings.Opening)
	}{
		{"", func(*bookings.Opening) {}},
		{"period.from", func(o *bookings.Opening) { o.Period.From = "2027-04-31" }},
		{"period.to", func(o *bookings.Opening) { o.Period.To = "2027-04-09" }},
		{"opens", func(o *bookings.Opening) { o.Opens = micro("2027-04-10", 9, 0); o.Until = o.Opens + 1 }},
		{"mode", func(o *bookings.Opening) { o.Mode = "auction" }},
		{"until", func(o *bookings.Opening) { o.Until = o.Opens }},
		{"until", func(o *bookings.Opening) { o.Until = micro("2027-04-10", 0, 0) }},
		{"until", func(o *bookings.Opening) { o.Mode = bookings.FirstCome }},
		{"criteria.0", func(o *bookings.Opening) { o.Criteria = []bookings.Criterion{{Key: "income", Points: 5}} }},
		{"criteria.0", func(o *bookings.Opening) { o.Criteria = []bookings.Criterion{{Key: bookings.ByResident}} }},
		{"criteria.1", func(o *bookings.Opening) {
			o.Criteria = []bookings.Criterion{{Key: bookings.ByResident, Points: 1}, {Key: bookings.ByResident, Points: 2}}
		}},
	} {
		o := spring(bookings.Pooled)
		c.with(&o)
		got := ""
		if e := o.Check(); e != nil {
			got = e.Field
		}
		if got != c.field {
			t.Errorf("%+v: %q, not %q", o, got, c.field)
		}
	}
}
