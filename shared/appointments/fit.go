package appointments

import (
	"slices"
	"time"
)

// Fit is how an appointment stands to the number of people who come, once that
// has changed.
type Fit string

// The ways it can.
const (
	Fits     Fit = "fits"      // nothing has changed, or it has begun
	Longer   Fit = "longer"    // the time behind it is free and becomes part of it
	Shorter  Fit = "shorter"   // it gives back what it does not need
	TooShort Fit = "too_short" // it cannot grow where it is: another time is needed
)

// Refit is what becomes of an appointment that was booked for some people, now
// that as many come as the situation says; b is what is taken but for its own
// place. It keeps its beginning, and its counter where it can. The cut-offs do
// not hold here: nobody chooses a time, and a desk that is told too late of one
// person more is still better off knowing.
func (s Situation) Refit(held Slot, counter, people int, b Busy) (Slot, int, Fit) {
	if s.N == people || held.Start <= s.Now.UnixMicro() {
		return held, counter, Fits
	}
	needs := Slot{held.Start, held.Start + int64(s.N)*(time.Duration(s.Service.Slot)*time.Minute).Microseconds()}
	if s.N < people {
		// Where slots have become longer since, it gives nothing back.
		return Slot{held.Start, min(held.End, needs.End)}, counter, Shorter
	}
	if needs.End <= held.End {
		return held, counter, Longer // slots have become shorter since
	}
	if _, closed := s.closed(Slot{held.End, needs.End}); closed || !slices.ContainsFunc(s.Service.runs(held.Day()), func(open Slot) bool {
		return open.Start <= needs.Start && needs.End <= open.End
	}) {
		return held, counter, TooShort
	}
	if !slices.ContainsFunc(b.Taken[counter], needs.meets) {
		return needs, counter, Longer
	}
	if other := s.Service.Counter(b, needs); other > 0 {
		return needs, other, Longer
	}
	return held, counter, TooShort
}
