package bookings

import (
	"slices"
	"testing"
	"time"

	"parvis/shared/portal"
)

func TestCutoffs(t *testing.T) {
	thursday := time.Thursday
	cal := Calendar{Public: map[portal.Date]Names{"2026-11-11": {"fr": "Armistice"}}}
	for _, c := range []struct {
		name string
		cut  Cutoff
		day  portal.Date
		want time.Time
	}{
		{"the day before at 23:59", Cutoff{Days: 1, Hour: 23, Minute: 59}, "2026-11-24", portal.Date("2026-11-24").At(0, 0)},
		{"working days over a week-end", Cutoff{Days: 1, Hour: 10, Working: true}, "2026-11-23", portal.Date("2026-11-20").At(10, 0)},
		{"two working days before, for Monday", Cutoff{Days: 2, Hour: 10, Working: true}, "2026-11-23", portal.Date("2026-11-19").At(10, 0)},
		{"a public holiday does not count", Cutoff{Days: 1, Hour: 10, Working: true}, "2026-11-12", portal.Date("2026-11-10").At(10, 0)},
		{"the Thursday before", Cutoff{Weekly: &thursday, Hour: 12}, "2026-11-25", portal.Date("2026-11-19").At(12, 0)},
		{"the Thursday before, for a Monday", Cutoff{Weekly: &thursday, Hour: 12}, "2026-11-23", portal.Date("2026-11-19").At(12, 0)},
		{"the Thursday before, for a Friday, is not the day before", Cutoff{Weekly: &thursday, Hour: 12}, "2026-11-27", portal.Date("2026-11-19").At(12, 0)},
		{"never the day itself", Cutoff{Days: 0, Hour: 10}, "2026-11-24", portal.Date("2026-11-23").At(10, 0)},
		{"ten o'clock stays ten o'clock in summer time", Cutoff{Days: 1, Hour: 10}, "2026-03-30", time.Date(2026, 3, 29, 8, 0, 0, 0, time.UTC)},
	} {
		if got := c.cut.Until(c.day, cal); !got.Equal(c.want) {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

// Where nothing counts the limit is far away, and found.
func TestACutoffThatNothingCountsFor(t *testing.T) {
	cal := Calendar{School: []Holiday{{Period: portal.Period{From: "2020-01-01", To: "2030-12-31"}}}}
	if got := (Cutoff{Days: 1, Hour: 10, Holidays: true}).Until("2026-11-24", cal); !got.Before(portal.Date("2025-11-25").At(0, 0)) {
		t.Errorf("the limit is %v", got)
	}
}

// usual is a child at the canteen of a school, on a quiet Monday morning.
func usual() Situation {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Thursday, time.Friday}
	cut := Cutoff{Days: 1, Hour: 10, Working: true}
	return Situation{
		Now:       portal.Date("2026-11-16").At(8, 0),
		Day:       "2026-11-19",
		Activity:  Activity{ID: "canteen", Sites: []portal.ID{"ferry"}, Weekdays: week, Book: cut, Cancel: cut, Floor: -5000},
		Calendar:  Calendar{Known: portal.Period{From: "2026-09-01", To: "2027-08-31"}},
		Enrolment: &Enrolment{Site: "ferry", Period: portal.Period{From: "2026-09-01", To: "2027-07-02"}},
		Actor:     "claire",
		Price:     320,
		Balance:   2000,
	}
}

func TestTheFirstReasonThatFailsIsTold(t *testing.T) {
	closed := func(s *Situation) {
		s.Closures = []Closure{{Sites: []portal.ID{"ferry"}, Period: portal.Period{From: s.Day, To: s.Day}, Reason: "travaux"}}
	}
	steps := []struct {
		want  portal.Code
		spoil func(*Situation)
	}{
		{BalanceFloor, func(s *Situation) { s.Balance = -4700 }},
		{ExcludedBy, func(s *Situation) {
			s.Town = map[portal.ID]Activity{"half": {ID: "half", Excludes: []portal.ID{"canteen"}}}
			s.Beside = []portal.ID{"half"}
		}},
		{NeedsOther, func(s *Situation) { s.Activity.Requires = []portal.ID{"evening"} }},
		{NoPlace, func(s *Situation) { s.Level = Full }},
		{AlreadyBooked, func(s *Situation) { s.Booking = &Booking{Payer: "paul"} }},
		{CutoffPassed, func(s *Situation) { s.Now = portal.Date("2026-11-18").At(10, 0) }},
		{DayToday, func(s *Situation) { s.Now = portal.Date("2026-11-19").At(0, 0) }},
		{DayPast, func(s *Situation) { s.Now = portal.Date("2026-11-20").At(0, 0) }},
		{WeekdayOff, func(s *Situation) { s.Activity.Weekdays = nil }},
		{Closed, closed},
		{PublicHoliday, func(s *Situation) { s.Calendar.Public = map[portal.Date]Names{"2026-11-19": {}} }},
		{SchoolHoliday, func(s *Situation) {
			s.Calendar.School = []Holiday{{Period: portal.Period{From: "2026-11-19", To: "2026-11-19"}}}
		}},
		{NotEnrolled, func(s *Situation) { s.Enrolment.Period.To = "2026-11-18" }},
		{OutsideYear, func(s *Situation) { s.Calendar.Known.To = "2026-11-18" }},
		{NotEnrolled, func(s *Situation) { s.Enrolment = nil }},
	}
	s := usual()
	if e := s.CheckBook(); e != nil {
		t.Fatalf("a quiet day is refused: %v", e)
	}
	for _, step := range steps {
		step.spoil(&s)
		if got := s.CheckBook(); got == nil || got.Code != step.want {
			t.Fatalf("with one more thing wrong the reason is %v, not %s", got, step.want)
		}
	}
}

func TestColours(t *testing.T) {
	green := usual()
	grey := usual()
	grey.Day = "2026-11-18" // a Wednesday
	blue := usual()
	blue.Booking = &Booking{Payer: "claire"}
	theirs := usual()
	theirs.Booking = &Booking{Payer: "paul"}
	today := usual()
	today.Now = today.Day.At(7, 0)
	todayBooked := today
	todayBooked.Booking = &Booking{Payer: "claire"}
	for name, c := range map[string]struct {
		s              Situation
		colour         Colour
		book, cancel   bool
		booked, reason bool
	}{
		"bookable":         {green, Green, true, false, false, false},
		"a Wednesday":      {grey, Grey, false, false, false, true},
		"booked":           {blue, Blue, false, true, true, false},
		"booked by other":  {theirs, Blue, false, false, true, true},
		"today":            {today, Yellow, false, false, false, true},
		"today and booked": {todayBooked, Yellow, false, false, true, true},
	} {
		l := c.s.Look()
		if l.Colour != c.colour || l.CanBook != c.book || l.CanCancel != c.cancel || l.Booked != c.booked || (l.Reason != nil) != c.reason {
			t.Errorf("%s looks %+v (%v)", name, l, l.Reason)
		}
	}
}

func TestTheFloorMayBeReachedButNotPassed(t *testing.T) {
	s := usual()
	s.Balance = s.Activity.Floor + s.Price
	if e := s.CheckBook(); e != nil {
		t.Fatalf("landing on the floor is refused: %v", e)
	}
	s.Balance--
	if e := s.CheckBook(); e == nil || e.Code != BalanceFloor {
		t.Fatalf("a cent below the floor: %v", e)
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		left, capacity int
		want           Level
	}{{0, 60, Full}, {-2, 60, Full}, {1, 60, Few}, {6, 60, Few}, {7, 60, Free}, {3, 4, Few}, {4, 4, Free}} {
		if got := LevelOf(c.left, c.capacity); got != c.want {
			t.Errorf("%d of %d is %q", c.left, c.capacity, got)
		}
	}
	for capacity, want := range []Level{Full, Few, Few, Few, Free, Free} {
		if got := UnbookedLevel(capacity); got != want {
			t.Errorf("unbooked at %d places is %q", capacity, got)
		}
	}
	// A day with bookings is never freer than one without: what is told of all
	// days may stand for one of which nothing more is told.
	order := map[Level]int{Free: 0, Few: 1, Full: 2}
	for capacity := range 100 {
		for left := range capacity + 1 {
			if order[LevelOf(left, capacity)] < order[UnbookedLevel(capacity)] {
				t.Fatalf("%d of %d is freer than the unbooked day", left, capacity)
			}
		}
	}
}

// The days of a group are judged by day, whatever the order they came in, and
// each has an id of its own that both sides know.
func TestTheDaysOfAGroup(t *testing.T) {
	lots := Add(Add(Add(nil, "lea", "canteen", "2026-11-20", false), "noe", "canteen", "2026-11-19", false), "lea", "canteen", "2026-11-19", false)
	if len(lots) != 2 || Count(lots) != 3 {
		t.Fatalf("gathered as %+v", lots)
	}
	group := portal.NewID()
	seen := map[portal.ID]bool{group: true}
	var days []portal.Date
	for _, o := range InOrder(lots) {
		days = append(days, o.Day)
		id := GroupedID(group, o.Child, o.Activity, o.Day)
		if !id.Valid() || seen[id] || id != GroupedID(group, o.Child, o.Activity, o.Day) || id[:13] != group[:13] {
			t.Errorf("%s of %s is %s", o.Day, group, id)
		}
		seen[id] = true
	}
	if !slices.Equal(days, []portal.Date{"2026-11-19", "2026-11-19", "2026-11-20"}) {
		t.Errorf("judged in the order %v", days)
	}
	if p := Within(lots, "2026-12-01"); p.From != "2026-11-19" || p.To != "2026-12-01" {
		t.Errorf("within %v", p)
	}
	if other := portal.NewID(); other.Derived("a", "b") == group.Derived("a", "b") || group.Derived("ab", "") == group.Derived("a", "b") {
		t.Error("two parts bear one id")
	}
}

func TestThingsAreDoneInTheirTurn(t *testing.T) {
	needs := map[string]string{"c": "b", "b": "a", "x": "y"}
	done := map[string]bool{}
	var order, not []string
	err := InTurn([]string{"c", "x", "b", "a", "bad"}, NeedsOther, func(one string) (*portal.Error, error) {
		if n := needs[one]; n != "" && !done[n] {
			return portal.E(NeedsOther, ""), nil
		}
		if one == "bad" {
			return portal.E(Closed, ""), nil
		}
		done[one] = true
		order = append(order, one)
		return nil, nil
	}, func(one string, why *portal.Error) { not = append(not, one+" "+string(why.Code)) })
	if err != nil || !slices.Equal(order, []string{"a", "b", "c"}) || !slices.Equal(not, []string{"bad closed", "x needs_other"}) {
		t.Errorf("done %v, not %v, %v", order, not, err)
	}
}
