package appointments

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

func TestOneThatHasGoneBy(t *testing.T) {
	held := Slot{monday(9, 0), monday(9, 30)}
	for _, c := range []struct {
		state           State
		hour, minute    int
		awaited, passed bool
	}{
		{Booked, 8, 0, true, false},
		{Booked, 9, 29, true, false},
		{Booked, 9, 30, false, true},
		{Missed, 9, 10, false, false},
		{Honoured, 10, 0, false, false},
		{Cancelled, 8, 0, false, false},
		{Cancelled, 10, 0, false, false},
	} {
		now := portal.Date("2026-11-30").At(c.hour, c.minute)
		if c.state.Awaited(held, now) != c.awaited || c.state.Passed(held, now) != c.passed {
			t.Errorf("%s at %d:%02d: awaited=%t, passed=%t", c.state, c.hour, c.minute, c.state.Awaited(held, now), c.state.Passed(held, now))
		}
	}
	s := situation()
	for _, s.Agent = range []bool{false, true} {
		s.Now = portal.Date("2026-11-30").At(9, 30)
		if wrong := s.CheckChange(held); wrong == nil || wrong.Code != AppointmentPast {
			t.Errorf("gone by, it may be changed (agent=%t): %v", s.Agent, wrong)
		}
	}
	// What was noted is taken back while another is awaited only once it is over.
	s.Now = portal.Date("2026-11-30").At(9, 20)
	if wrong := s.CheckMark(held, Booked, true); wrong == nil || wrong.Code != HasAppointment {
		t.Errorf("two would be awaited: %v", wrong)
	}
	if wrong := s.CheckMark(held, Missed, true); wrong != nil {
		t.Errorf("it cannot be noted beside another: %v", wrong)
	}
	s.Now = portal.Date("2026-11-30").At(9, 30)
	if wrong := s.CheckMark(held, Booked, true); wrong != nil {
		t.Errorf("over, it cannot be taken back: %v", wrong)
	}
	// The share is a family's.
	if s.Agent = true; s.CheckShare(MostHeld) != nil {
		t.Error("an agent is held by the family's share")
	}
	if s.Agent = false; s.CheckShare(MostHeld-1) != nil || s.CheckShare(MostHeld) == nil {
		t.Error("a family's share is another")
	}
}

func TestMoreOrFewerPeopleCome(t *testing.T) {
	busy := func(counter int, slots ...Slot) (b Busy) {
		for _, s := range slots {
			b.Take(counter, s)
		}
		return b
	}
	both := func(slots ...Slot) Busy {
		b := busy(1, slots...)
		for _, s := range slots {
			b.Take(2, s)
		}
		return b
	}
	for name, c := range map[string]struct {
		start   int // in minutes after nine, of what is held for two people
		n       int
		taken   Busy
		change  func(*Situation)
		ends    int
		counter int
		fit     Fit
	}{
		"as many":              {start: 0, n: 2, ends: 30, counter: 1, fit: Fits},
		"fewer":                {start: 0, n: 1, ends: 15, counter: 1, fit: Shorter},
		"more, and it is free": {start: 0, n: 3, ends: 45, counter: 1, fit: Longer},
		"more, at the other counter": {start: 0, n: 3, taken: busy(1, Slot{monday(9, 30), monday(9, 45)}),
			ends: 45, counter: 2, fit: Longer},
		"more, and both are taken": {start: 0, n: 3, taken: both(Slot{monday(9, 35), monday(9, 40)}), ends: 30, counter: 1, fit: TooShort},
		"more, over the pause":     {start: 150, n: 3, ends: 180, counter: 1, fit: TooShort},
		"more, and it closes": {start: 0, n: 3, change: func(s *Situation) {
			s.Closures = []Closure{{Service: s.Service.ID, From: monday(9, 40), To: monday(12, 0)}}
		}, ends: 30, counter: 1, fit: TooShort},
		"more, and a closure is over before": {start: 0, n: 3, change: func(s *Situation) {
			s.Closures = []Closure{{Service: s.Service.ID, From: monday(9, 0), To: monday(9, 30)}}
		}, ends: 45, counter: 1, fit: Longer},
		"it has begun":                   {start: 0, n: 3, change: func(s *Situation) { s.Now = portal.Date("2026-11-30").At(9, 0) }, ends: 30, counter: 1, fit: Fits},
		"too late to book":               {start: 0, n: 3, change: func(s *Situation) { s.Now = portal.Date("2026-11-30").At(8, 0) }, ends: 45, counter: 1, fit: Longer},
		"slots are shorter now":          {start: 0, n: 3, change: func(s *Situation) { s.Service.Slot = 10 }, ends: 30, counter: 1, fit: Longer},
		"slots are longer now":           {start: 0, n: 1, change: func(s *Situation) { s.Service.Slot = 45 }, ends: 30, counter: 1, fit: Shorter},
		"it stands where no slot begins": {start: 5, n: 3, ends: 50, counter: 1, fit: Longer},
	} {
		s := situation()
		s.N = c.n
		if c.change != nil {
			c.change(&s)
		}
		held := Slot{monday(9, c.start), monday(9, c.start+30)}
		slot, counter, fit := s.Refit(held, 1, 2, c.taken)
		if slot != (Slot{held.Start, monday(9, c.ends)}) || counter != c.counter || fit != c.fit {
			t.Errorf("%s: %s–%s at counter %d, %s", name, slot.From().Format("15:04"), slot.Until().Format("15:04"), counter, fit)
		}
	}
}

// Whatever is booked and then changes in length, no counter holds two at a time,
// it keeps its beginning and stays within one opening.
func TestARefitNeverMeetsAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		day := rapid.SampledFrom(changes).Draw(t, "day")
		q := Situation{Now: day.Add(-3).At(8, 0), Service: s, Calendar: bookings.Calendar{Known: portal.Period{From: "2025-01-01", To: "2030-01-01"}}}
		type held struct {
			counter, people int
			slot            Slot
		}
		var all []held
		busy := Busy{Service: s.ID, Day: day}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			q.N = rapid.IntRange(1, 4).Draw(t, "n")
			if len(all) > 0 && rapid.Bool().Draw(t, "refits") {
				i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
				was := all[i]
				others := busy.Without(was.counter, was.slot)
				slot, counter, fit := q.Refit(was.slot, was.counter, was.people, others)
				if slot.Start != was.slot.Start || fit == TooShort && (slot != was.slot || counter != was.counter) {
					t.Fatalf("%v becomes %v, %s", was.slot, slot, fit)
				}
				if fit == Longer || fit == Shorter {
					if slot.End-slot.Start != int64(q.N)*int64(s.Slot)*time.Minute.Microseconds() {
						t.Fatalf("%d people have %v", q.N, slot)
					}
					was.people = q.N
				}
				if !slices.ContainsFunc(s.runs(day), func(r Slot) bool { return r.Start <= slot.Start && slot.End <= r.End }) {
					t.Fatalf("%v reaches over a pause", slot)
				}
				all[i] = held{counter, was.people, slot}
				others.Take(counter, slot)
				busy = others
			} else if slots := s.Slots(day, q.N); len(slots) > 0 {
				slot, counter, wrong := q.Check(rapid.SampledFrom(slots).Draw(t, "slot").Start, busy)
				if wrong != nil {
					continue
				}
				all = append(all, held{counter, q.N, slot})
				busy.Take(counter, slot)
			}
			for i, a := range all {
				for _, b := range all[i+1:] {
					if a.counter == b.counter && a.slot.meets(b.slot) {
						t.Fatalf("counter %d holds %v and %v", a.counter, a.slot, b.slot)
					}
				}
			}
		}
	})
}
