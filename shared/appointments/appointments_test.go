package appointments

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

func known() bookings.Calendar {
	return bookings.Calendar{
		Known:  portal.Period{From: "2025-09-01", To: "2028-08-31"},
		Public: map[portal.Date]bookings.Names{"2026-12-25": {"fr": "Noël", "en": "Christmas Day"}},
	}
}

// papers is a service like the demonstration's.
func papers() Service {
	s := Service{ID: "titres", Slot: 15, Counters: 2, Most: 6, Weeks: 8, Book: bookings.Cutoff{Days: 1, Hour: 12, Working: true}, Change: bookings.Cutoff{Days: 1, Hour: 16, Working: true}}
	for _, day := range []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday} {
		s.Hours = append(s.Hours, Hours{day, 9 * 60, 12 * 60}, Hours{day, 13*60 + 30, 17 * 60})
	}
	return s
}

func monday(hour, minute int) int64 { return portal.Date("2026-11-30").At(hour, minute).UnixMicro() }

func situation() Situation {
	return Situation{Now: portal.Date("2026-11-23").At(10, 0), Service: papers(), Calendar: known(), N: 1}
}

// drawn is any service whose hours do not overlap, also at night, when summer
// time begins and ends.
func drawn(t *rapid.T) Service {
	s := Service{ID: "s", Slot: 5 * rapid.IntRange(1, 24).Draw(t, "slot"), Counters: rapid.IntRange(1, 4).Draw(t, "counters"), Most: 6, Weeks: 52}
	for day := range time.Weekday(7) {
		at := 0
		for range rapid.IntRange(0, 3).Draw(t, "runs") {
			from := at + 5*rapid.IntRange(0, 72).Draw(t, "from")
			to := from + 5*rapid.IntRange(1, 96).Draw(t, "to")
			if to > 24*60-5 {
				break
			}
			s.Hours = append(s.Hours, Hours{day, from, to})
			at = to
		}
	}
	return s
}

// changes are days on which summer time begins or ends, and those beside.
var changes = []portal.Date{"2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26", "2027-03-28", "2027-10-31"}

func TestSlotsLieWithinTheHoursAndNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		day := rapid.SampledFrom(changes).Draw(t, "day")
		if rapid.Bool().Draw(t, "any") {
			day = portal.Date("2026-01-01").Add(rapid.IntRange(0, 800).Draw(t, "days"))
		}
		n := rapid.IntRange(1, 6).Draw(t, "n")
		one := s.Slots(day, 1)
		for i, slot := range one {
			if i > 0 && one[i-1].End > slot.Start {
				t.Fatalf("%v meets %v", one[i-1], slot)
			}
			if slot.End-slot.Start != int64(s.Slot)*60e6 {
				t.Fatalf("%v is not %d minutes", slot, s.Slot)
			}
			if slot.Start%Cell.Microseconds() != 0 {
				t.Fatalf("%v begins within a cell", slot)
			}
		}
		for _, slot := range s.Slots(day, n) {
			if slot.Day() != day {
				t.Fatalf("%v is not of %s", slot, day)
			}
			if !slices.ContainsFunc(s.Hours, func(h Hours) bool {
				return h.Weekday == day.Weekday() && at(day, h.From) <= slot.Start && slot.End <= at(day, h.To)
			}) {
				t.Fatalf("%s–%s is not within one opening", slot.From(), slot.Until())
			}
			if !slices.ContainsFunc(one, func(o Slot) bool { return o.Start == slot.Start }) {
				t.Fatalf("%v begins where no slot does", slot)
			}
			if len(slot.Cells()) != n*s.Slot/5 {
				t.Fatalf("%v has %d cells", slot, len(slot.Cells()))
			}
		}
	})
}

func TestAnOpeningWithinTheSkippedHourIsNone(t *testing.T) {
	s := Service{ID: "s", Slot: 5, Counters: 1, Most: 1, Weeks: 52, Hours: []Hours{{time.Sunday, 125, 150}, {time.Sunday, 150, 185}, {time.Sunday, 185, 195}}}
	got := s.Slots("2026-03-29", 1)
	want := []string{"03:00", "03:05", "03:10"}
	if len(got) != len(want) {
		t.Fatalf("slots at %v", got)
	}
	for i, slot := range got {
		if shown := slot.From().Format("15:04"); shown != want[i] {
			t.Errorf("slot %d begins at %s, not %s", i, shown, want[i])
		}
	}
}

// Whatever is booked, moved and cancelled by the rule, no counter holds two at
// a time, and a day whose slots are all refused is as full as can be.
func TestNeverTwoAtACounter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		day := rapid.SampledFrom(changes).Draw(t, "day")
		q := Situation{Now: day.Add(-3).At(8, 0), Service: s, Calendar: bookings.Calendar{Known: portal.Period{From: "2025-01-01", To: "2030-01-01"}}, N: 1}
		type held struct {
			counter int
			slot    Slot
		}
		var all []held
		busy := Busy{Service: s.ID, Day: day}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			if len(all) > 0 && rapid.IntRange(0, 4).Draw(t, "what") == 0 {
				i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
				busy = busy.Without(all[i].counter, all[i].slot)
				all = slices.Delete(all, i, i+1)
				continue
			}
			q.N = rapid.IntRange(1, 4).Draw(t, "n")
			slots := s.Slots(day, q.N)
			if len(slots) == 0 {
				continue
			}
			slot, counter, wrong := q.Check(rapid.SampledFrom(slots).Draw(t, "slot").Start, busy)
			if wrong != nil {
				if wrong.Code != SlotTaken {
					t.Fatalf("refused with %v", wrong)
				}
				continue
			}
			for _, h := range all {
				if h.counter == counter && h.slot.meets(slot) {
					t.Fatalf("counter %d holds %v and %v", counter, h.slot, slot)
				}
			}
			all = append(all, held{counter, slot})
			busy.Take(counter, slot)
		}
		// What is told of the day is what is held, no more and no less.
		again := Busy{Service: s.ID, Day: day}
		for _, h := range all {
			again.Take(h.counter, h.slot)
		}
		for c := 1; c <= s.Counters; c++ {
			if !slices.Equal(again.Taken[c], busy.Taken[c]) {
				t.Fatalf("counter %d is told as %v, not %v", c, busy.Taken[c], again.Taken[c])
			}
		}
	})
}

func TestAnOpeningOverTheChangeOfSummerTime(t *testing.T) {
	night := Service{Slot: 30, Hours: []Hours{{time.Sunday, 1 * 60, 4 * 60}}}
	for day, want := range map[portal.Date]int{"2026-03-22": 6, "2026-03-29": 4, "2026-10-25": 8} {
		if got := len(night.Slots(day, 1)); got != want {
			t.Errorf("%s has %d slots between 1:00 and 4:00, not %d", day, got, want)
		}
	}
	// And nine o'clock is nine o'clock on both sides.
	for day, want := range map[portal.Date]string{"2026-03-27": "08:00", "2026-03-30": "07:00", "2026-10-23": "07:00", "2026-10-26": "08:00"} {
		first := papers().Slots(day, 1)[0]
		if got := first.From().UTC().Format("15:04"); got != want || first.From().Format("15:04") != "09:00" {
			t.Errorf("%s begins at %s UTC, not %s", day, got, want)
		}
	}
}

func TestTheFirstReasonThatHoldsIsTold(t *testing.T) {
	s := situation()
	if _, counter, wrong := s.Check(monday(9, 0), Busy{}); wrong != nil || counter != 1 {
		t.Fatalf("a quiet Monday is refused: %v", wrong)
	}
	full := Busy{}
	for c := 1; c <= 2; c++ {
		full.Take(c, Slot{monday(9, 0), monday(9, 15)})
	}
	for _, c := range []struct {
		name  string
		start int64
		spoil func(*Situation)
		want  portal.Code
	}{
		{"taken at both counters", monday(9, 0), func(*Situation) {}, SlotTaken},
		{"two persons, one slot left before noon", monday(11, 45), func(s *Situation) { s.N = 2 }, NoSuchSlot},
		{"between two slots", monday(9, 5), func(*Situation) {}, NoSuchSlot},
		{"at lunch", monday(12, 30), func(*Situation) {}, NoSuchSlot},
		{"closed", monday(9, 15), func(s *Situation) {
			s.Closures = []Closure{{Service: "titres", From: monday(9, 20), To: monday(9, 25), Reason: "Formation"}}
		}, SlotClosed},
		{"too late", monday(9, 15), func(s *Situation) { s.Now = portal.Date("2026-11-27").At(12, 0) }, SlotTooSoon},
		{"too far", monday(9, 15), func(s *Situation) { s.Service.Weeks = 0 }, SlotTooFar},
		{"past", monday(9, 15), func(s *Situation) { s.Now = portal.Date("2026-12-01").At(9, 0) }, SlotPast},
		{"Christmas", portal.Date("2026-12-25").At(9, 0).UnixMicro(), func(*Situation) {}, SlotHoliday},
		{"a year nobody knows", portal.Date("2030-01-07").At(9, 0).UnixMicro(), func(s *Situation) { s.Service.Weeks = 500 }, OutsideCalendar},
	} {
		s := situation()
		c.spoil(&s)
		if _, _, wrong := s.Check(c.start, full); wrong == nil || wrong.Code != c.want {
			t.Errorf("%s: %v, not %s", c.name, wrong, c.want)
		}
	}
	// An agent is not held by the cut-off, but by the time itself.
	s.Agent, s.Now = true, portal.Date("2026-11-30").At(9, 10)
	if _, _, wrong := s.Check(monday(9, 15), Busy{}); wrong != nil {
		t.Errorf("an agent is refused: %v", wrong)
	}
	if _, _, wrong := s.Check(monday(9, 0), Busy{}); wrong == nil || wrong.Code != SlotPast {
		t.Errorf("an agent is given what has begun: %v", wrong)
	}
}

func TestUntilWhenItMayBeChanged(t *testing.T) {
	s := situation()
	held := Slot{monday(9, 0), monday(9, 30)}
	s.Now = portal.Date("2026-11-27").At(15, 59)
	if wrong := s.CheckChange(held); wrong != nil {
		t.Errorf("before the cut-off: %v", wrong)
	}
	s.Now = portal.Date("2026-11-27").At(16, 0)
	if wrong := s.CheckChange(held); wrong == nil || wrong.Code != ChangeTooLate || wrong.Args["until"] != "2026-11-27T16:00:00+01:00" {
		t.Errorf("at the cut-off: %v", wrong)
	}
	if s.Agent = true; s.CheckChange(held) != nil {
		t.Error("an agent may still change it")
	}
	if wrong := s.CheckMark(held, Honoured, false); wrong == nil || wrong.Code != NotYetHeld {
		t.Errorf("marked three days before: %v", wrong)
	}
}

func TestWhyADayHasNoSlot(t *testing.T) {
	s := situation()
	if why := s.Why("2026-11-30", Busy{}); why != nil {
		t.Errorf("a day with slots says %v", why)
	}
	if why := s.Why("2026-11-28", Busy{}); why == nil || why.Code != NoSuchSlot {
		t.Errorf("a Saturday says %v", why)
	}
	s.Closures = []Closure{{Service: "titres", From: monday(0, 0), To: monday(23, 0), Reason: "Formation"}}
	if why := s.Why("2026-11-30", Busy{}); why == nil || why.Code != SlotClosed || why.Args["reason"] != "Formation" {
		t.Errorf("a closed day says %v", why)
	}
	if s.Closures[0].Reopened = 1; len(s.Free("2026-11-30", Busy{})) != 26 {
		t.Errorf("reopened it has %d slots", len(s.Free("2026-11-30", Busy{})))
	}
}

func TestWhenOneIsReminded(t *testing.T) {
	held := Slot{monday(9, 0), monday(9, 30)}
	if got := RemindAt(held, portal.Date("2026-11-23").At(10, 0)); got != portal.Date("2026-11-28").At(9, 0).UnixMicro() {
		t.Errorf("at %s", time.UnixMicro(got))
	}
	if got := RemindAt(held, portal.Date("2026-11-28").At(9, 0)); got != 0 {
		t.Errorf("who books two days before is reminded at %s", time.UnixMicro(got))
	}
}

func TestWhatClosuresCanBe(t *testing.T) {
	now := portal.Date("2026-11-23").At(9, 0)
	in := func(d time.Duration) int64 { return now.Add(d).UnixMicro() }
	for name, c := range map[string]struct {
		from, to int64
		can      bool
	}{
		"from now":               {in(0), in(time.Hour), true},
		"from before":            {in(-time.Hour), in(time.Hour), true},
		"ended":                  {in(-2 * time.Hour), in(-time.Hour), false},
		"turned round":           {in(2 * time.Hour), in(time.Hour), false},
		"for years":              {in(0), in(10000 * time.Hour), false},
		"from the first instant": {math.MinInt64, math.MaxInt64, false},
	} {
		if wrong := CheckClosure(Closure{From: c.from, To: c.to}, now); (wrong == nil) != c.can {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}
