package view

import (
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Absence is one that this account has told, or pays for, as it will be.
type Absence struct {
	wire.Absence
	Pending bool
	Command portal.ID // what waits
}

// AbsentDay is a booked day of a child that does not come, and what telling of
// it now would make of it.
type AbsentDay struct {
	Booking  wire.Booking
	Activity bookings.Activity
	Cost     bookings.AbsentCost
	Until    time.Time     // until when it could be cancelled
	Told     *ToldAbsent   // it was told before
	Not      *portal.Error // why it cannot be told here
}

// ToldAbsent is that the child does not come on a booked day.
type ToldAbsent struct {
	By    string                // who told it, "" for this account
	State bookings.AbsenceState // how it stands, "" where it is not this account's to know
}

// AbsenceRule is what the town makes of absences.
func (v *View) AbsenceRule() bookings.AbsenceRule {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.absenceRule()
}

func (v *View) absenceRule() bookings.AbsenceRule {
	if r, told := v.town.absenceRules[wire.AbsenceRuleKey]; told {
		return r
	}
	return bookings.UsualAbsences
}

// Absent is what telling now that a child will not come on some days would make
// of what is booked on them, in the order of days.
func (v *View) Absent(child portal.ID, days portal.Period) []AbsentDay {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.absent(child, days, v.over, v.now())
}

func (v *View) absent(child portal.ID, days portal.Period, over *overlay, now time.Time) (out []AbsentDay) {
	told := v.toldAbsent(over)
	for id, b := range v.own.bookings {
		if _, going := over.cancelled[id]; b.Child != child || !days.Has(b.Day) || going || v.town.activities[b.Activity].ID == "" {
			continue
		}
		out = append(out, AbsentDay{Booking: b, Activity: v.town.activities[b.Activity], Told: told.of(id)})
	}
	slices.SortFunc(out, func(a, b AbsentDay) int {
		return firstOf(compare(a.Booking.Day, b.Booking.Day), compare(kindOrder(a.Activity), kindOrder(b.Activity)), compare(a.Booking.ID, b.Booking.ID))
	})
	v.cost(out, over, now)
	return out
}

func kindOrder(a bookings.Activity) int { return slices.Index(bookings.Kinds, a.Kind) }

// cost judges days together: those that the account may tell and has not.
func (v *View) cost(days []AbsentDay, over *overlay, now time.Time) {
	rule := v.absenceRule()
	var situations []bookings.Situation
	var of []int
	child := portal.ID("")
	for i := range days {
		d := &days[i]
		child = d.Booking.Child
		r := v.rulesFor(d.Booking.Child, d.Activity.ID, over)
		s, _, _ := r.at(d.Booking.Day, now)
		d.Until = d.Activity.Cancel.Until(d.Booking.Day, r.calendar)
		if d.Told != nil {
			continue
		}
		// Alone first: what cannot be told at all is left out of the others.
		if _, e := rule.Absent([]bookings.Situation{s}, nil); e != nil && e.Code != bookings.NeededBy {
			d.Not = e
			continue
		}
		situations, of = append(situations, s), append(of, i)
	}
	costs, e := rule.Absent(situations, v.forgiven(child, over))
	for n, i := range of {
		if e != nil {
			days[i].Not = e
		} else {
			days[i].Cost = costs[n]
		}
	}
}

// Forgives reports whether the town would still credit a child's day of which it is
// told too late, as its grace stands with what waits here.
func (v *View) Forgives(child portal.ID, day portal.Date) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.absenceRule().Forgives(day, v.forgiven(child, v.over))
}

// forgiven is the days of a child that the town has forgiven, with those that
// wait.
func (v *View) forgiven(child portal.ID, over *overlay) (days []portal.Date) {
	if c, known := v.child(child, over); known {
		days = slices.Clone(c.Forgiven)
	}
	for _, a := range v.absences(over) {
		for _, d := range a.Days {
			if a.Child == child && d.Cost == bookings.Forgiven {
				days = append(days, d.Day)
			}
		}
	}
	return days
}

func (v *View) absences(over *overlay) map[portal.ID]Absence {
	out := make(map[portal.ID]Absence, len(v.own.absences)+len(over.absences))
	for id, a := range v.own.absences {
		out[id] = Absence{Absence: a}
	}
	for id, a := range over.absences {
		out[id] = a
	}
	return out
}

// Absences is what this account has told or pays for, the newest first.
func (v *View) Absences() []Absence {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return sorted(v.absences(v.over), func(a, b Absence) int { return firstOf(compare(b.Told, a.Told), compare(b.ID, a.ID)) })
}

// Absents is the bookings of which it was told that the child will not come.
type Absents map[portal.ID]ToldAbsent

func (a Absents) of(booking portal.ID) *ToldAbsent {
	if t, told := a[booking]; told {
		return &t
	}
	return nil
}

func (v *View) toldAbsent(over *overlay) Absents {
	out := Absents{}
	for id, b := range v.own.bookings {
		if b.Absent != "" {
			out[id] = ToldAbsent{By: b.Absent}
		}
	}
	for id, a := range over.absences {
		before := v.own.absences[id].Back
		for _, d := range a.Back {
			if !slices.ContainsFunc(before, func(b bookings.AbsentDay) bool { return b.Booking == d.Booking }) {
				delete(out, d.Booking) // taken back here: the row does not say so yet
			}
		}
	}
	for _, a := range v.absences(over) {
		for _, d := range a.Days {
			out[d.Booking] = ToldAbsent{By: a.ByName, State: a.State}
		}
	}
	return out
}

// ToldAbsent is the bookings of which anybody has told that the child will not come.
func (v *View) ToldAbsent() Absents {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.toldAbsent(v.over)
}

// AbsenceOf is the absence that this account has told of a booking, or pays for.
func (v *View) AbsenceOf(booking portal.ID) (portal.ID, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for id, a := range v.absences(v.over) {
		if slices.ContainsFunc(a.Days, func(d bookings.AbsentDay) bool { return d.Booking == booking }) {
			return id, true
		}
	}
	return "", false
}

// AbsenceQueue is the absences that wait for an agent, the oldest first, without
// those that were judged here.
func (v *View) AbsenceQueue() []wire.DeskAbsence {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := map[portal.ID]wire.DeskAbsence{}
	for _, r := range v.feeds {
		for id, a := range r.absenceQueue {
			if !v.over.judged[id] {
				all[id] = a
			}
		}
	}
	return sorted(all, func(a, b wire.DeskAbsence) int { return firstOf(compare(a.Told, b.Told), compare(a.ID, b.ID)) })
}

// SiteAbsences is who is booked at a site and does not come on a day, by
// activity and name.
func (v *View) SiteAbsences(site portal.ID, day portal.Date) []wire.SiteAbsence {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := map[portal.ID]wire.SiteAbsence{}
	for _, r := range v.feeds {
		for id, a := range r.siteAbsences {
			if a.Site == site && a.Day == day {
				all[id] = a
			}
		}
	}
	return sorted(all, func(a, b wire.SiteAbsence) int {
		return firstOf(compare(a.Activity, b.Activity), compare(a.Person, b.Person), compare(a.Booking, b.Booking))
	})
}

// tellAbsence applies an absence: what can be cancelled goes, what is forgiven
// too, the rest is told.
func (p *pass) tellAbsence(c *command, a *wire.TellAbsence) *portal.Error {
	if _, landed := p.v.own.absences[a.Absence]; landed {
		return nil
	}
	days := make([]AbsentDay, 0, len(a.Bookings))
	told := p.v.toldAbsent(p.over)
	for _, id := range a.Bookings {
		b, there := p.v.own.bookings[id]
		if _, going := p.over.cancelled[id]; !there || going {
			continue // gone meanwhile, or not here: the town hall judges it
		}
		days = append(days, AbsentDay{Booking: b, Activity: p.v.town.activities[b.Activity], Told: told.of(id)})
	}
	slices.SortFunc(days, func(a, b AbsentDay) int {
		return firstOf(compare(a.Booking.Day, b.Booking.Day), compare(a.Booking.ID, b.Booking.ID))
	})
	p.v.cost(days, p.over, p.at(c))
	is := Absence{Pending: true, Command: c.ID, Absence: wire.Absence{ID: a.Absence, Child: a.Child, Illness: a.Illness, Told: c.At.UnixMicro(), State: bookings.AbsenceSettled}}
	for _, d := range days {
		if d.Told != nil || d.Not != nil {
			why := d.Not
			if why == nil {
				why = portal.E(bookings.AlreadyTold, "bookings")
			}
			p.over.look(wire.Absences, a.Absence, string(c.ID), why.Error())
			return why
		}
	}
	for _, d := range days {
		b := d.Booking
		is.Days = append(is.Days, bookings.AbsentDay{Booking: b.ID, Activity: b.Activity, Site: b.Site, Day: b.Day, Cost: d.Cost, Credited: d.Cost != bookings.Due, Price: b.Price, Provisional: b.Provisional})
		if d.Cost == bookings.Due {
			is.State = bookings.AbsenceTold
			continue
		}
		p.over.cancelled[b.ID] = c.ID
		p.over.freed[dayKey{b.Child, b.Activity, b.Day}] = c.ID
		if !b.Provisional {
			p.over.money[d.Activity.CashDesk] += b.Price
		}
		p.over.look(wire.Bookings, b.Child, "-"+string(b.ID))
	}
	if is.State == bookings.AbsenceTold && is.Illness {
		is.Until = portal.DateOf(p.at(c)).Add(p.v.absenceRule().ProofDays)
	}
	p.over.absences[is.ID] = is
	p.over.look(wire.Absences, is.ID, string(c.ID))
	p.over.look(wire.Bookings, is.Child, string(c.ID))
	return nil
}

func (p *pass) judgeAbsence(c *command, a *wire.JudgeAbsence) {
	p.over.judged[a.Absence] = true
	p.over.look(wire.AbsenceQueue, a.Absence, string(c.ID))
}
