package view

import (
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Waiting is a child's waiting for a place on a day as it will be.
type Waiting struct {
	wire.Wait
	Pending Pending   // PendingWait, PendingLeave, PendingBook of a place that is kept, or none
	Command portal.ID // what waits to be sent
}

// Kept reports whether a place is kept for the child at an instant.
func (w Waiting) Kept(now time.Time) bool {
	return w.State == bookings.WaitOffered && now.Before(time.UnixMicro(w.Until))
}

// rule is the part of it that the rules judge.
func (w Waiting) rule() *bookings.Wait {
	return &bookings.Wait{ID: w.ID, State: w.State, Until: time.UnixMicro(w.Until)}
}

// waitOn is what stands of waiting for a day, with what waits to be sent.
func (v *View) waitOn(over *overlay, k dayKey) (Waiting, bool) {
	if w, joining := over.queued[k]; joining {
		return w, true
	}
	w, found := v.own.waits[v.own.waitDays[k]]
	if !found {
		return Waiting{}, false
	}
	out := Waiting{Wait: w}
	if c, leaving := over.left[w.ID]; leaving {
		out.Pending, out.Command = PendingLeave, c
	}
	return out, true
}

// Waitings is all that children wait for, or waited for until the day is past,
// by day: what is kept for them first.
func (v *View) Waitings() []Waiting {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Waiting
	add := func(k dayKey) {
		w, found := v.waitOn(v.over, k)
		if b, booked := v.liveOn(v.over, k); booked {
			if b.Pending != PendingBook || !found || w.State != bookings.WaitOffered {
				return
			}
			w.Pending, w.Command = PendingBook, b.Command
		}
		if found {
			out = append(out, w)
		}
	}
	for k := range v.own.waitDays {
		add(k)
	}
	for k := range v.over.queued {
		if _, twice := v.own.waitDays[k]; !twice {
			add(k)
		}
	}
	now := v.now()
	rank := func(w Waiting) int {
		switch {
		case w.Kept(now):
			return 0
		case w.State == bookings.WaitQueued:
			return 1
		}
		return 2
	}
	slices.SortFunc(out, func(a, b Waiting) int {
		return firstOf(compare(rank(a), rank(b)), compare(a.Day, b.Day), compare(a.Child, b.Child), compare(a.Activity, b.Activity))
	})
	return out
}

func (p *pass) join(c *command, a *wire.JoinWaiting) *portal.Error {
	if _, landed := p.v.own.waits[a.Wait]; landed {
		return nil
	}
	return p.joinDay(c, a.Wait, a.Child, a.Activity, a.Day)
}

// joinDay puts a child on a day's list, for a command of its own or for a group.
func (p *pass) joinDay(c *command, id, child, activity portal.ID, day portal.Date) *portal.Error {
	k := dayKey{child, activity, day}
	s, _, _ := p.rules(child, activity).at(day, p.at(c))
	if e := s.CheckWait(); e != nil {
		p.doubtDay(c, k, e)
		return e
	}
	p.over.queued[k] = Waiting{Pending: PendingWait, Command: c.ID, Wait: wire.Wait{
		ID: id, Child: child, Activity: activity, Site: s.Enrolment.Site, Day: day, State: bookings.WaitQueued, Since: c.At.UnixMicro(), Mine: true, ByName: p.v.myName(),
	}}
	p.over.look(wire.Waits, child, string(id))
	return nil
}

// leave takes a child off a list. What is over already needs nothing.
func (p *pass) leave(c *command, id portal.ID) (w wire.Wait, left bool) {
	for k, w := range p.over.queued {
		if w.ID == id {
			delete(p.over.queued, k)
			p.over.look(wire.Waits, w.Child, "-"+string(id))
			return w.Wait, true
		}
	}
	w, left = p.v.own.waits[id]
	if left = left && w.State.Live(); left {
		p.over.left[id] = c.ID
		p.over.look(wire.Waits, w.Child, "-"+string(id))
	}
	return w, left
}
