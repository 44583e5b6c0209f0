package bookings

import (
	"slices"
	"testing"
	"time"

	"parvis/shared/portal"
)

func TestWhatAClosureHits(t *testing.T) {
	march := portal.Period{From: "2026-03-09", To: "2026-03-13"}
	all := Closure{Period: march}
	one := Closure{Activities: []portal.ID{"canteen"}, Sites: []portal.ID{"ferry"}, Class: "ce2", Period: march}
	for _, c := range []struct {
		closure              Closure
		activity, site, clas string
		day                  portal.Date
		want                 bool
	}{
		{all, "evening", "tilleuls", "", "2026-03-09", true},
		{all, "evening", "tilleuls", "cp", "2026-03-13", true},
		{all, "evening", "tilleuls", "", "2026-03-14", false},
		{all, "evening", "tilleuls", "", "2026-03-08", false},
		{one, "canteen", "ferry", "ce2", "2026-03-10", true},
		{one, "canteen", "ferry", "cp", "2026-03-10", false},
		{one, "canteen", "ferry", "", "2026-03-10", false},
		{one, "canteen", "tilleuls", "ce2", "2026-03-10", false},
		{one, "evening", "ferry", "ce2", "2026-03-10", false},
	} {
		if got := c.closure.Hits(portal.ID(c.activity), portal.ID(c.site), c.clas, c.day); got != c.want {
			t.Errorf("%+v at %s, %s, %q on %s: %v", c.closure, c.activity, c.site, c.clas, c.day, got)
		}
	}
}

func TestWhatAClosureMustBe(t *testing.T) {
	const today = portal.Date("2026-03-09")
	ok := Closure{Kind: Strike, Period: portal.Period{From: "2026-03-12", To: "2026-03-13"}}
	if e := CheckClosure(ok, today); e != nil {
		t.Fatal(e)
	}
	for field, change := range map[string]func(*Closure){
		"kind":  func(c *Closure) { c.Kind = "holiday" },
		"from":  func(c *Closure) { c.Period.From = "12 mars" },
		"to":    func(c *Closure) { c.Period.To = "2026-03-11" },
		"class": func(c *Closure) { c.Class = "ce2" }, // a strike is of no class
	} {
		c := ok
		if change(&c); CheckClosure(c, today) == nil || CheckClosure(c, today).Field != field {
			t.Errorf("%s: %v", field, CheckClosure(c, today))
		}
	}
	outing := ok
	outing.Kind, outing.Class = Outing, "ce2"
	if e := CheckClosure(outing, today); e == nil || e.Field != "class" {
		t.Errorf("a class of no school: %v", e)
	}
	outing.Sites = []portal.ID{"ferry"}
	if e := CheckClosure(outing, today); e != nil {
		t.Error(e)
	}
	for back, wrong := range map[int]bool{ClosureBack: false, ClosureBack + 1: true} {
		c := ok
		c.Period.From = today.Add(-back)
		if e := CheckClosure(c, today); (e != nil) != wrong {
			t.Errorf("from %d days ago: %v", back, e)
		}
	}
	c := ok
	if c.Period.To = c.Period.From.Add(MostClosureDays - 1); CheckClosure(c, today) != nil {
		t.Error("a year is not taken")
	}
	if c.Period.To = c.Period.From.Add(MostClosureDays); CheckClosure(c, today) == nil {
		t.Error("more than a year is")
	}
}

// What went by while it was closed stays credited; what was over when it was
// closed, by mistake, does not.
func TestWhatIsRestored(t *testing.T) {
	c := Closure{Declared: portal.Date("2026-03-10").At(9, 0).UnixMicro()}
	now := portal.Date("2026-03-12").At(8, 0)
	for day, want := range map[portal.Date]bool{"2026-03-09": true, "2026-03-10": false, "2026-03-11": false, "2026-03-12": true, "2026-03-13": true} {
		if c.Restores(day, now) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
}

func TestWhatNeedsAClosedActivityClosesWithIt(t *testing.T) {
	town := map[portal.ID]Activity{"evening": {}, "study": {Requires: []portal.ID{"evening"}}, "late": {Requires: []portal.ID{"study"}}, "canteen": {}}
	if got := Needing([]portal.ID{"evening"}, town); !slices.Equal(got, []portal.ID{"evening", "late", "study"}) {
		t.Errorf("with the evening: %v", got)
	}
	if got := Needing([]portal.ID{"canteen"}, town); !slices.Equal(got, []portal.ID{"canteen"}) {
		t.Errorf("with the canteen: %v", got)
	}
	if got := Needing(nil, town); len(got) != 0 {
		t.Errorf("all are %v", got)
	}
}

// closedDay is a school day on which all would be well but for a closure.
func closedDay() Situation {
	s := usual()
	s.Class = "ce2"
	s.Closures = []Closure{{Class: "ce2", Sites: []portal.ID{s.Enrolment.Site}, Period: portal.Period{From: s.Day, To: s.Day}, Reason: "sortie au musée"}}
	return s
}

func TestAClosedDayIsClosedUntilAllIsRestored(t *testing.T) {
	s := closedDay()
	e := s.CheckBook()
	if e == nil || e.Code != Closed || e.Args["reason"] != "sortie au musée" {
		t.Fatalf("closed: %v", e)
	}
	s.Closures[0].Undone = 1
	if s.CheckBook() == nil {
		t.Error("places are taken that are to be given back")
	}
	s.Closures[0].Reopened = 1
	if e := s.CheckBook(); e != nil {
		t.Errorf("reopened: %v", e)
	}
	s = closedDay()
	s.Class = "cp"
	if e := s.CheckBook(); e != nil {
		t.Errorf("another class: %v", e)
	}
}

func TestWhatStandsInTheWayOfRestoring(t *testing.T) {
	ready := func() Situation {
		s := closedDay()
		s.Closures[0].Reopened = 1
		// Neither the limit nor the money is.
		s.Now, s.Price, s.Balance = s.Day.At(8, 0), 400, -9000
		return s
	}
	if e := ready().CheckRestore(); e != nil {
		t.Fatal(e)
	}
	for code, change := range map[portal.Code]func(*Situation){
		Closed:        func(s *Situation) { s.Closures[0].Reopened = 0 },
		AlreadyBooked: func(s *Situation) { s.Booking = &Booking{} },
		NoPlace:       func(s *Situation) { s.Level = Full },
		NotEnrolled:   func(s *Situation) { s.Enrolment = nil },
		NeedsOther:    func(s *Situation) { s.Activity.Requires = []portal.ID{"other"} },
	} {
		s := ready()
		if change(&s); s.CheckRestore() == nil || s.CheckRestore().Code != code {
			t.Errorf("%s: %v", code, s.CheckRestore())
		}
	}
}

// told is what becomes of one booking that is told alone.
func told(s Situation, rule AbsenceRule, forgiven []portal.Date) (AbsentCost, *portal.Error) {
	costs, e := rule.Absent([]Situation{s}, forgiven)
	if e != nil {
		return "", e
	}
	return costs[0], nil
}

// What is told together of one day is judged together: what stays keeps what it
// needs, and what needs another is told with it.
func TestAnAbsenceOfActivitiesThatBelongTogether(t *testing.T) {
	evening := usual()
	evening.Activity.ID, evening.Booking = "evening", &Booking{Payer: evening.Actor}
	study := evening
	study.Activity.ID, study.Activity.Requires = "study", []portal.ID{"evening"}
	study.Activity.Cancel = Cutoff{Days: 5, Hour: 10} // its limit has passed
	town := map[portal.ID]Activity{"evening": evening.Activity, "study": study.Activity}
	evening.Town, study.Town, evening.Beside, study.Beside = town, town, []portal.ID{"study"}, []portal.ID{"evening"}
	if _, e := (AbsenceRule{}).Absent([]Situation{evening}, nil); e == nil || e.Code != NeededBy {
		t.Errorf("the evening alone: %v", e)
	}
	if got, e := (AbsenceRule{}).Absent([]Situation{evening, study}, nil); e != nil || got[0] != Due || got[1] != Due {
		t.Errorf("what stays without what it needs: %v, %v", got, e)
	}
	if got, e := (AbsenceRule{Grace: 1}).Absent([]Situation{evening, study}, nil); e != nil || got[0] != InTime || got[1] != Forgiven {
		t.Errorf("forgiven: %v, %v", got, e)
	}
	// One day is forgiven, not two.
	next := study
	next.Day, next.Activity.Requires, next.Beside = study.Day.Add(1), nil, nil
	first := next
	first.Day = study.Day
	if got, e := (AbsenceRule{Grace: 1}).Absent([]Situation{first, next}, nil); e != nil || got[0] != Forgiven || got[1] != Due {
		t.Errorf("of two days: %v, %v", got, e)
	}
	// The grace of another school year is not this one's.
	if got, _ := told(study, AbsenceRule{Grace: 1}, []portal.Date{"2025-11-20"}); got != Forgiven {
		t.Errorf("of another year: %v", got)
	}
}

func TestWhatAnAbsenceCosts(t *testing.T) {
	rule := AbsenceRule{Grace: 1, UnpaidDays: 1}
	booked := func(now time.Time) Situation {
		s := usual()
		s.Booking = &Booking{Payer: s.Actor}
		s.Now = now
		return s
	}
	day := usual().Day
	until := usual().Activity.Cancel.Until(day, usual().Calendar)
	for _, c := range []struct {
		about    string
		now      time.Time
		forgiven []portal.Date
		want     AbsentCost
		refused  portal.Code
	}{
		{"before the limit", until.Add(-time.Second), nil, InTime, ""},
		{"at the limit", until, nil, Forgiven, ""},
		{"after another was forgiven", until, []portal.Date{day.Add(-7)}, Due, ""},
		{"another activity of the day that was", until, []portal.Date{day}, Forgiven, ""},
		{"in the evening of the day", day.At(23, 59), nil, Forgiven, ""},
		{"the day after", day.Add(1).At(0, 0), nil, "", DayPast},
	} {
		got, e := told(booked(c.now), rule, c.forgiven)
		if got != c.want || (e == nil) != (c.refused == "") || e != nil && e.Code != c.refused {
			t.Errorf("%s: %q, %v", c.about, got, e)
		}
	}
	if got, _ := told(booked(until), AbsenceRule{}, nil); got != Due {
		t.Errorf("without grace: %q", got)
	}
	other := booked(until)
	other.Booking.Payer = "somebody"
	if _, e := told(other, rule, nil); e == nil || e.Code != NotYourBooker {
		t.Errorf("another's: %v", e)
	}
}

func TestWhatAProofCredits(t *testing.T) {
	days := []AbsentDay{
		{Booking: "a", Day: "2026-03-12", Cost: Due}, {Booking: "b", Day: "2026-03-12", Cost: Due},
		{Booking: "c", Day: "2026-03-13", Cost: Due}, {Booking: "d", Day: "2026-03-16", Cost: InTime},
	}
	for _, c := range []struct {
		unpaid int
		whole  bool
		want   []portal.ID
	}{{1, false, []portal.ID{"c"}}, {0, false, []portal.ID{"a", "b", "c"}}, {2, false, nil}, {9, false, nil}, {2, true, []portal.ID{"a", "b", "c"}}} {
		if got := (AbsenceRule{UnpaidDays: c.unpaid}).Proved(days, c.whole); !slices.Equal(got, c.want) {
			t.Errorf("%d unpaid, whole %v: %v", c.unpaid, c.whole, got)
		}
	}
	days[0].Cost, days[1].Cost = Forgiven, Forgiven
	if got := (AbsenceRule{UnpaidDays: 1}).Proved(days, false); !slices.Equal(got, []portal.ID{"c"}) {
		t.Errorf("after a forgiven first day: %v", got)
	}
}
