package bookings

import (
	"testing"
	"time"

	"parvis/shared/portal"
)

// listed is a full day at an activity that keeps a list.
func listed() Situation {
	s := usual()
	s.Activity.Waiting, s.Level = &Waiting{Hours: 24}, Full
	return s
}

func TestWhoMayWait(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Situation)
		want   portal.Code
	}{
		"a full day":                 {func(*Situation) {}, ""},
		"a place was freed since":    {func(s *Situation) { s.Level = Few }, ""},
		"no money":                   {func(s *Situation) { s.Balance = -9000 }, ""},
		"beside what excludes it":    {func(s *Situation) { s.Activity.Excludes, s.Beside = []portal.ID{"half"}, []portal.ID{"half"} }, ""},
		"the town keeps no list":     {func(s *Situation) { s.Activity.Waiting = nil }, NoWaitingList},
		"too late":                   {func(s *Situation) { s.Now = portal.Date("2026-11-18").At(10, 0) }, CutoffPassed},
		"it does not run":            {func(s *Situation) { s.Day = "2026-11-18" }, WeekdayOff},
		"not enrolled":               {func(s *Situation) { s.Enrolment = nil }, NotEnrolled},
		"booked":                     {func(s *Situation) { s.Booking = &Booking{} }, AlreadyBooked},
		"may only see":               {func(s *Situation) { s.Barred = portal.E("only_sees", "child") }, "only_sees"},
		"waits already":              {func(s *Situation) { s.Wait = &Wait{State: WaitQueued} }, AlreadyWaiting},
		"a place is kept":            {func(s *Situation) { s.Wait = &Wait{State: WaitOffered, Until: s.Now.Add(time.Hour)} }, AlreadyWaiting},
		"a place was not taken once": {func(s *Situation) { s.Wait = &Wait{State: WaitLapsed} }, ""},
	} {
		s := listed()
		c.change(&s)
		if e := s.CheckWait(); (e == nil) != (c.want == "") || e != nil && e.Code != c.want {
			t.Errorf("%s: %v, not %q", name, e, c.want)
		}
	}
}

func TestAPlaceThatIsKeptIsForThatChildUntilThen(t *testing.T) {
	s := listed()
	if e := s.CheckBook(); e == nil || e.Code != NoPlace {
		t.Fatalf("a full day: %v", e)
	}
	if l := s.Look(); !l.CanWait || l.CanBook || l.Kept {
		t.Errorf("a full day looks like %+v", l)
	}
	s.Wait = &Wait{State: WaitOffered, Until: s.Now.Add(time.Minute)}
	if e := s.CheckBook(); e != nil {
		t.Errorf("the place that is kept: %v", e)
	}
	if l := s.Look(); l.CanWait || !l.CanBook || !l.Kept || l.Colour != Green {
		t.Errorf("a place that is kept looks like %+v", l)
	}
	s.Now = s.Wait.Until
	if e := s.CheckBook(); e == nil || e.Code != NoPlace {
		t.Errorf("a minute later: %v", e)
	}
	s.Wait.State = WaitQueued
	if l := s.Look(); l.CanBook || l.CanWait || l.Kept {
		t.Errorf("who waits sees %+v", l)
	}
}

func TestUntilWhenAPlaceIsKept(t *testing.T) {
	// The cut-off is on the 18th at ten.
	for name, c := range map[string]struct {
		now    time.Time
		behind int
		want   time.Time
	}{
		"a day, where there is time":                {portal.Date("2026-11-12").At(9, 0), 5, portal.Date("2026-11-13").At(9, 0)},
		"a day, also for the last":                  {portal.Date("2026-11-12").At(9, 0), 0, portal.Date("2026-11-13").At(9, 0)},
		"half of what is left for those behind":     {portal.Date("2026-11-17").At(18, 0), 1, portal.Date("2026-11-18").At(2, 0)},
		"all that is left where nobody is behind":   {portal.Date("2026-11-17").At(18, 0), 0, portal.Date("2026-11-18").At(10, 0)},
		"half an hour at least":                     {portal.Date("2026-11-18").At(9, 15), 3, portal.Date("2026-11-18").At(9, 45)},
		"never beyond the cut-off":                  {portal.Date("2026-11-18").At(9, 50), 3, portal.Date("2026-11-18").At(10, 0)},
		"a whole minute":                            {portal.Date("2026-11-12").At(9, 0).Add(42 * time.Second), 5, portal.Date("2026-11-13").At(9, 0)},
		"two days before, a day is less than half":  {portal.Date("2026-11-16").At(10, 0), 9, portal.Date("2026-11-17").At(10, 0)},
		"a little later it is more than half of it": {portal.Date("2026-11-16").At(12, 0), 9, portal.Date("2026-11-17").At(11, 0)},
	} {
		s := listed()
		s.Now = c.now
		if got := s.OfferUntil(c.behind); !got.Equal(c.want) {
			t.Errorf("%s: until %v, not %v", name, got, c.want)
		}
	}
}

func TestWhatIsLeftForAnybody(t *testing.T) {
	for _, c := range []struct{ capacity, live, offered, waiting, want int }{
		{10, 7, 0, 0, 3}, {10, 7, 2, 0, 1}, {10, 7, 2, 1, 0}, {10, 5, 2, 9, 0}, {10, 5, 2, 1, 2}, {10, 11, 0, 4, -1}, {0, 0, 0, 0, 0},
	} {
		if got := Left(c.capacity, c.live, c.offered, c.waiting); got != c.want {
			t.Errorf("of %d with %d booked, %d kept and %d waiting %d are left, not %d", c.capacity, c.live, c.offered, c.waiting, got, c.want)
		}
	}
}
