package view

import (
	"maps"
	"slices"
	"time"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Listed is a line of a desk's list of a day, with what waits about it.
type Listed struct {
	wire.DeskAppointment
	Pending bool
	Command portal.ID
	Passed  bool // as in Appointment
}

// Slot is the time it holds.
func (l Listed) Slot() appointments.Slot { return appointments.Slot{Start: l.Start, End: l.End} }

// Short reports whether more people come than its time is for, and it has not
// begun.
func (l Listed) Short(now time.Time) bool {
	return l.Needs > l.People && l.State == string(appointments.Booked) && l.Start > now.UnixMicro()
}

// DayList is who comes to a service on a day, the earliest first.
func (v *View) DayList(service portal.ID, day portal.Date) []Listed {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Listed
	seen := map[portal.ID]bool{}
	for _, r := range v.feeds {
		for id, row := range r.visits.listed {
			l := Listed{DeskAppointment: row}
			if a, pending := v.over.visits[id]; pending {
				if !a.Stands() {
					continue
				}
				if a.People >= l.Needs {
					l.Needs = 0
				}
				l.Start, l.End, l.Counter, l.State, l.People, l.Pending, l.Command = a.Start, a.End, a.Counter, a.State, a.People, true, a.Command
			}
			l.Passed = appointments.State(l.State).Passed(l.Slot(), v.now())
			if seen[id] = true; l.Service == service && l.Slot().Day() == day {
				out = append(out, l)
			}
		}
	}
	for id, a := range v.over.visits {
		if !seen[id] && a.Service == service && a.Stands() && a.Slot().Day() == day {
			out = append(out, v.unlisted(a))
		}
	}
	slices.SortFunc(out, func(a, b Listed) int {
		return firstOf(compare(a.Start, b.Start), compare(a.Counter, b.Counter), compare(a.ID, b.ID))
	})
	return out
}

// unlisted is the line of an appointment that was booked here and that the town
// hall has not listed yet.
func (v *View) unlisted(a Appointment) Listed {
	l, _ := v.listedFor(a.Request) // another day's line of the same request
	if q, there := v.request(a.Request, v.over); there && l.Request == "" {
		l = wire.DeskAppointment{Request: q.ID, Account: q.Account, Reference: q.Reference, Procedure: q.Procedure, Person: q.Person, Name: q.Person}
	}
	l.ID, l.Service, l.Start, l.End, l.Counter, l.People, l.Needs, l.State = a.ID, a.Service, a.Start, a.End, a.Counter, a.People, 0, a.State
	return Listed{DeskAppointment: l, Pending: true, Command: a.Command}
}

// NextListed is the first day from one on on which somebody comes to a
// service, "" where nobody does.
func (v *View) NextListed(service portal.ID, from portal.Date) (next portal.Date) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, r := range v.feeds {
		for id, row := range r.visits.listed {
			slot := Listed{DeskAppointment: row}.Slot()
			if a, pending := v.over.visits[id]; pending {
				if !a.Stands() {
					continue
				}
				slot = a.Slot()
			}
			if day := slot.Day(); row.Service == service && day >= from && (next == "" || day < next) {
				next = day
			}
		}
	}
	return next
}

// Shut is a closure of a service as it will be.
type Shut struct {
	appointments.Closure
	Pending bool
}

// ClosuresOf is when a service is closed although its hours say otherwise, now or
// later, the earliest first.
func (v *View) ClosuresOf(service portal.ID) []Shut {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Shut
	for _, c := range v.closures(service, v.over) {
		if c.Reopened == 0 && c.To > v.now().UnixMicro() {
			out = append(out, c)
		}
	}
	return out
}

func (v *View) closures(service portal.ID, over *overlay) []Shut {
	var out []Shut
	all := maps.Clone(v.town.visits.closures)
	maps.Copy(all, over.shut)
	for id, c := range all {
		_, pending := over.shut[id]
		if c.Service == service {
			out = append(out, Shut{c, pending})
		}
	}
	slices.SortFunc(out, func(a, b Shut) int { return firstOf(compare(a.From, b.From), compare(a.ID, b.ID)) })
	return out
}

// DayRules is what decides about a service on its own, for who works there.
func (v *View) DayRules(service portal.ID) (appointments.Situation, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	s, known := v.town.visits.services[service]
	if !known {
		return appointments.Situation{}, false
	}
	return v.situation(s, v.over), true
}
