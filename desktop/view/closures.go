package view

import (
	"slices"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Closure is a closure by the town as it will be, with how many fewer come for
// it as far as this computer is told.
type Closure struct {
	bookings.Closure
	Pending bool
	Command portal.ID // what waits about it
	Fewer   int
	Days    []wire.ClosureDay // by day, site and activity
}

// TownClosures is all closures that are told, those that have not ended first,
// the earliest of them at the top; the others follow, the latest first.
func (v *View) TownClosures() []Closure {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := map[portal.ID]Closure{}
	for id, c := range v.town.closures {
		all[id] = Closure{Closure: c}
	}
	for id, c := range v.over.closures {
		all[id] = c
	}
	told := map[portal.ID]bool{} // a day may stand in a desk's feed and in a site's
	for _, r := range v.feeds {
		for id, d := range r.closureDays {
			if c, there := all[d.Closure]; there && !told[id] {
				told[id] = true
				c.Fewer += d.Fewer
				c.Days = append(c.Days, d)
				all[d.Closure] = c
			}
		}
	}
	today := portal.DateOf(v.now())
	past := func(c Closure) bool { return c.Period.To < today }
	out := sorted(all, func(a, b Closure) int {
		switch {
		case past(a) != past(b):
			if past(a) {
				return 1
			}
			return -1
		case past(a):
			a, b = b, a
		}
		return firstOf(compare(a.Period.From, b.Period.From), compare(a.Declared, b.Declared), compare(a.ID, b.ID))
	})
	for i := range out {
		slices.SortFunc(out[i].Days, func(a, b wire.ClosureDay) int {
			return firstOf(compare(a.Day, b.Day), compare(a.Site, b.Site), compare(a.Activity, b.Activity))
		})
	}
	return out
}

// TownClosure is one of them.
func (v *View) TownClosure(id portal.ID) (Closure, bool) {
	for _, c := range v.TownClosures() {
		if c.ID == id {
			return c, true
		}
	}
	return Closure{}, false
}

// ClosureTold is what a family was told of a closure and has not read, with what
// it has moved on their account.
type ClosureTold struct {
	Notices  []portal.ID // to be marked as read
	What     rules.What
	Closure  bookings.Closure
	Known    bool          // the closure itself is here
	Children []portal.ID   // whose days
	Moved    portal.Money  // credited, or charged again as a negative amount; 0 for who does not pay
	Lost     []portal.Date // days that could not be booked again
}

// ClosuresTold is what of closures is not read yet, the newest first.
func (v *View) ClosuresTold() (out []ClosureTold) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	at := map[portal.ID]int{}
	var all []wire.Notice
	for id, n := range v.own.notices {
		if n.Kind == string(rules.Closure) && n.Read == 0 && !v.over.told[id] {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b wire.Notice) int { return firstOf(compare(b.At, a.At), compare(b.ID, a.ID)) })
	for _, n := range all {
		i, had := at[n.About]
		if !had {
			i = len(out)
			at[n.About] = i
			c, known := v.town.closures[n.About]
			out = append(out, ClosureTold{What: rules.What(n.What), Closure: c, Known: known})
		}
		t := &out[i]
		t.Notices = append(t.Notices, n.ID)
		if n.What == string(rules.ClosureLost) {
			t.Lost = lostDays(n.Args[rules.ArgLost])
		} else if t.What == rules.ClosureLost {
			t.What = rules.What(n.What)
		}
	}
	for i := range out {
		v.movedBy(&out[i])
	}
	return out
}

// movedBy sums what a closure has credited, or charged again.
func (v *View) movedBy(t *ClosureTold) {
	kind := ledger.KindCredit
	if t.What == rules.ClosureUndone {
		kind = ledger.KindDebit
	}
	for _, m := range v.own.movements {
		if m.Closure == "" || m.Closure != t.Closure.ID || m.Kind != kind {
			continue
		}
		t.Moved += m.Amount
		if m.Child != "" && !slices.Contains(t.Children, m.Child) {
			t.Children = append(t.Children, m.Child)
		}
	}
	slices.Sort(t.Children)
}

// lostDays reads the days of a notice.
func lostDays(text string) (days []portal.Date) {
	for part := range strings.SplitSeq(text, rules.ArgSeparator) {
		if d := portal.Date(part); d.Valid() && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return days
}

func (p *pass) declareClosure(c *command, a *wire.DeclareClosure) {
	if _, landed := p.v.town.closures[a.Closure]; landed {
		return
	}
	fact := a.Fact()
	fact.Activities = bookings.Needing(fact.Activities, p.v.town.activities)
	fact.Declared = c.At.UnixMicro()
	p.over.closures[fact.ID] = Closure{Closure: fact, Pending: true, Command: c.ID}
	p.over.look(wire.Closures, fact.ID, string(c.ID))
}

func (p *pass) undoClosure(c *command, a *wire.UndoClosure) {
	was, waits := p.over.closures[a.Closure]
	if !waits {
		fact, there := p.v.town.closures[a.Closure]
		if !there {
			return // it is not here: the town hall judges it
		}
		was = Closure{Closure: fact}
	}
	if was.Undone != 0 {
		return
	}
	was.Undone, was.Pending, was.Command = c.At.UnixMicro(), true, c.ID
	p.over.closures[was.ID] = was
	p.over.look(wire.Closures, was.ID, string(c.ID), "undone")
}
