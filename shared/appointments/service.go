package appointments

import (
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Service is what people come to the town hall for by appointment, with the
// hours at which it receives them.
type Service struct {
	ID    portal.ID      `json:"id"`
	Name  bookings.Names `json:"name"`
	Desk  string         `json:"desk"`  // whose agents hold it
	Place bookings.Names `json:"place"` // where one goes
	Hours []Hours        `json:"hours"`
	// Slot is how long one person, or one couple, takes, in minutes.
	Slot int `json:"slot"`
	// Counters is how many are received at the same time.
	Counters int `json:"counters"`
	// Most is how many slots one appointment may hold, one behind the other.
	Most int `json:"most"`
	// Weeks is how far ahead one may book.
	Weeks int `json:"weeks"`
	// Book and Change are until when a family may book, and move or cancel.
	Book   bookings.Cutoff `json:"book"`
	Change bookings.Cutoff `json:"change"`
}

// Hours is a run of a weekday at which a service is open, in minutes since
// midnight in Paris.
type Hours struct {
	Weekday time.Weekday `json:"weekday"`
	From    int          `json:"from"`
	To      int          `json:"to"`
}

// Cell is the grain of time: slots and openings are made of whole cells, and a
// counter holds at most one appointment a cell. So no two ever meet, whatever
// the length of slots was when each was booked.
const Cell = 5 * time.Minute

// Closure is a time at which a service is closed although its hours say
// otherwise. It is a fact: ending it is another state of the same.
type Closure struct {
	ID       portal.ID `json:"id"`
	Service  portal.ID `json:"service"`
	From     int64     `json:"from"` // microseconds UTC
	To       int64     `json:"to"`
	Reason   string    `json:"reason"`             // families read it
	Reopened int64     `json:"reopened,omitempty"` // when it was taken back
}

func (c Closure) hits(service portal.ID, s Slot) bool {
	return c.Reopened == 0 && c.Service == service && c.From < s.End && s.Start < c.To
}

// Slot is a run of time, in microseconds UTC: instants, since the clock shows
// some minutes twice when summer time ends, and some never when it begins.
type Slot struct {
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

// Day is the civil date on which it begins.
func (s Slot) Day() portal.Date { return portal.DateOf(s.From()) }

// From is its first instant, in Paris.
func (s Slot) From() time.Time { return time.UnixMicro(s.Start).In(portal.Paris) }

// Until is the instant at which it ends, in Paris.
func (s Slot) Until() time.Time { return time.UnixMicro(s.End).In(portal.Paris) }

// Cells are the cells it holds, as numbers.
func (s Slot) Cells() []int64 {
	var out []int64
	for at := s.Start; at < s.End; at += Cell.Microseconds() {
		out = append(out, at/Cell.Microseconds())
	}
	return out
}

func (s Slot) meets(o Slot) bool { return s.Start < o.End && o.Start < s.End }

// runs is when the service is open on a day by its hours, in order: instants,
// so that an opening over the hour that is skipped is shorter, and one over
// the hour that comes twice is longer.
func (s Service) runs(day portal.Date) []Slot {
	var out []Slot
	for _, h := range s.Hours {
		if h.Weekday != day.Weekday() {
			continue
		}
		r := Slot{at(day, h.From), at(day, h.To)}
		if r.Start < r.End {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Slot) int { return int(min(max(a.Start-b.Start, -1), 1)) })
	return out
}

// at is the instant of a minute of a day, on a cell's edge. All minutes of the
// hour that summer time skips are the instant at which it does: else an opening
// within that hour would come to lie upon the next one's.
func at(day portal.Date, minute int) int64 {
	t := day.At(minute/60, minute%60)
	switch shown := 60*t.Hour() + t.Minute(); {
	case shown > minute:
		t, _ = t.ZoneBounds()
	case shown < minute:
		_, t = t.ZoneBounds()
	}
	return t.UnixMicro()
}

// Slots is every way of holding n slots one behind the other on a day, by the
// hours alone: they never reach over a pause. Each begins where a slot does.
func (s Service) Slots(day portal.Date, n int) []Slot {
	length := (time.Duration(s.Slot) * time.Minute).Microseconds()
	if length <= 0 || n < 1 {
		return nil
	}
	var out []Slot
	for _, r := range s.runs(day) {
		for start := r.Start; start+int64(n)*length <= r.End; start += length {
			out = append(out, Slot{start, start + int64(n)*length})
		}
	}
	return out
}

// Needs is how many slots a number of people take, as far as one appointment
// may hold them.
func (s Service) Needs(people int) int { return min(max(1, people), max(1, s.Most)) }

// Busy is what is taken of a service on a day: runs of time a counter, and
// nothing of who holds them.
type Busy struct {
	Service portal.ID      `json:"service"`
	Day     portal.Date    `json:"day"`
	Taken   map[int][]Slot `json:"taken"` // by counter, from 1
}

// BusyKey is the entity of a Busy: one row a service and day.
func BusyKey(service portal.ID, day portal.Date) portal.ID { return service + "/" + portal.ID(day) }

// Take adds a run to a counter, joined to those it touches, so that what is
// told is when a counter is held and not by how many.
func (b *Busy) Take(counter int, s Slot) {
	if b.Taken == nil {
		b.Taken = map[int][]Slot{}
	}
	all := append(slices.Clone(b.Taken[counter]), s)
	slices.SortFunc(all, func(a, c Slot) int { return int(min(max(a.Start-c.Start, -1), 1)) })
	joined := all[:1]
	for _, next := range all[1:] {
		if last := &joined[len(joined)-1]; next.Start <= last.End {
			last.End = max(last.End, next.End)
		} else {
			joined = append(joined, next)
		}
	}
	b.Taken[counter] = joined
}

// Without is what is taken without a run of a counter: for who moves, their own
// place is free.
func (b Busy) Without(counter int, s Slot) Busy {
	out := Busy{Service: b.Service, Day: b.Day, Taken: map[int][]Slot{}}
	for c, runs := range b.Taken {
		for _, r := range runs {
			if c != counter || !r.meets(s) {
				out.Taken[c] = append(out.Taken[c], r)
				continue
			}
			if r.Start < s.Start {
				out.Taken[c] = append(out.Taken[c], Slot{r.Start, s.Start})
			}
			if s.End < r.End {
				out.Taken[c] = append(out.Taken[c], Slot{s.End, r.End})
			}
		}
	}
	return out
}

// Counter is the first counter that is free for the whole of a slot, 0 for
// none.
func (s Service) Counter(b Busy, slot Slot) int {
	for c := 1; c <= s.Counters; c++ {
		if !slices.ContainsFunc(b.Taken[c], slot.meets) {
			return c
		}
	}
	return 0
}
