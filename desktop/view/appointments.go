package view

import (
	"slices"
	"time"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// visitRows is the rows of appointments in one feed.
type visitRows struct {
	services map[portal.ID]appointments.Service
	closures map[portal.ID]appointments.Closure
	days     map[portal.ID]appointments.Busy
	held     map[portal.ID]wire.Appointment
	listed   map[portal.ID]wire.DeskAppointment
}

func newVisitRows() visitRows {
	return visitRows{
		services: map[portal.ID]appointments.Service{}, closures: map[portal.ID]appointments.Closure{}, days: map[portal.ID]appointments.Busy{},
		held: map[portal.ID]wire.Appointment{}, listed: map[portal.ID]wire.DeskAppointment{},
	}
}

// Appointment is an appointment as it will be.
type Appointment struct {
	wire.Appointment
	Pending bool      // a command that waits makes it so
	Command portal.ID // that command
	// Confirmed is what stands at the town hall while that command waits; nil
	// where nothing does yet.
	Confirmed *wire.Appointment
	// Until is when a family may move or cancel it no more; Late, why it may not
	// be changed any more.
	Until time.Time
	Late  *portal.Error
	// Passed: its time is over, and nobody has said whether they came.
	Passed bool
}

// Slot is the time it holds.
func (a Appointment) Slot() appointments.Slot { return appointments.Slot{Start: a.Start, End: a.End} }

// Stands reports whether it holds its time.
func (a Appointment) Stands() bool { return appointments.State(a.State).Held() }

// Awaited reports whether they are still to come, or are there: a request has
// one such appointment at most.
func (a Appointment) Awaited() bool { return a.State == string(appointments.Booked) && !a.Passed }

// Service is one that receives by appointment.
func (v *View) Service(id portal.ID) (appointments.Service, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	s, known := v.town.visits.services[id]
	return s, known
}

// Services is those whose agents this account is one of, by name.
func (v *View) Services() []appointments.Service {
	v.mu.RLock()
	defer v.mu.RUnlock()
	me := v.own.accounts[v.account]
	var out []appointments.Service
	for _, s := range v.town.visits.services {
		if slices.Contains(me.Desks, s.Desk) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b appointments.Service) int {
		return firstOf(byName(a.Name.In("fr"), b.Name.In("fr")), compare(a.ID, b.ID))
	})
	return out
}

// Visit is what decides about appointments for a request; false where it needs
// none, or the town hall has none to give.
type Visit struct {
	v *View
	appointments.Situation
	Request Request
	held    *Appointment // what the request awaits: its own time is free to it
}

// VisitNeed is what is still to be done about the appointment of a request.
type VisitNeed int

// What may be needed.
const (
	NoVisitNeeded VisitNeed = iota
	VisitToTake             // nobody has taken one, or it was cancelled or missed
	VisitTooShort           // for the people who come now
)

// VisitNeeded tells it. Of an appointment that has gone by nobody knows yet.
func (v *View) VisitNeeded(q Request) VisitNeed {
	state := requests.State(q.State)
	p, _, known := v.ProcedureOf(q)
	if !known || p.Appointment == nil || state.Decided() && state != requests.Accepted {
		return NoVisitNeeded
	}
	w, offered := v.Visit(q.ID)
	if !offered {
		return NoVisitNeeded
	}
	a, has := v.AppointmentOf(q.ID)
	if !has || !a.Stands() || a.State == string(appointments.Missed) {
		return VisitToTake
	}
	if _, fit := w.Fit(); !q.Pending && !a.Pending && a.Late == nil && (fit == appointments.TooShort || fit == appointments.Longer) {
		return VisitTooShort
	}
	return NoVisitNeeded
}

// Visit is what decides about appointments for a request.
func (v *View) Visit(request portal.ID) (Visit, bool) {
	q, there := v.Request(request)
	if !there {
		v.mu.RLock()
		defer v.mu.RUnlock()
		return v.visitListed(request, v.over)
	}
	p, _, known := v.ProcedureOf(q)
	if !known {
		return Visit{}, false
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.visitOf(q, p, v.over)
}

func (v *View) visitOf(q Request, p *requests.Procedure, over *overlay) (Visit, bool) {
	if p.Appointment == nil {
		return Visit{}, false
	}
	s, known := v.town.visits.services[portal.ID(p.Appointment.At)]
	if !known {
		return Visit{}, false
	}
	answers, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		answers = requests.Answers{}
	}
	out := Visit{v: v, Request: q, Situation: v.situation(s, over)}
	out.N = s.Needs(requests.Coming(p, answers))
	if a, has := v.appointmentOf(q.ID, over); has && a.Awaited() {
		out.held = &a
	}
	return out, true
}

// visitListed is Visit for an agent who has the list of the day and not the
// file: as many people come as it says.
func (v *View) visitListed(request portal.ID, over *overlay) (Visit, bool) {
	l, there := v.listedFor(request)
	s, known := v.town.visits.services[l.Service]
	if !there || !known {
		return Visit{}, false
	}
	out := Visit{v: v, Situation: v.situation(s, over)}
	out.Request.ID, out.Request.Procedure, out.Request.Person, out.Request.Reference = l.Request, l.Procedure, l.Person, l.Reference
	out.N = s.Needs(max(l.People, l.Needs))
	if a, has := v.appointmentOf(request, over); has && a.Awaited() {
		out.held = &a
	}
	return out, true
}

// listedFor is the line of a day's list that is about a request, the last of
// its days.
func (v *View) listedFor(request portal.ID) (l wire.DeskAppointment, found bool) {
	for _, r := range v.feeds {
		for _, row := range r.visits.listed {
			if row.Request == request && (!found || firstOf(compare(row.Start, l.Start), compare(row.ID, l.ID)) > 0) {
				l, found = row, true
			}
		}
	}
	return l, found
}

// ofLine is an appointment as the list of the day tells it.
func ofLine(l wire.DeskAppointment) wire.Appointment {
	return wire.Appointment{ID: l.ID, Request: l.Request, Service: l.Service, Start: l.Start, End: l.End, Counter: l.Counter, People: l.People, State: l.State}
}

// situation is a service's rules now, for one person who comes.
func (v *View) situation(s appointments.Service, over *overlay) appointments.Situation {
	out := appointments.Situation{Now: v.now(), Service: s, N: 1, Agent: v.own.accounts[v.account].Kind == wire.Agent}
	if v.town.calendar != nil {
		out.Calendar = *v.town.calendar
	}
	for _, c := range v.closures(s.ID, over) {
		out.Closures = append(out.Closures, c.Closure)
	}
	return out
}

// busy is what is taken of a day but for what one's own request holds.
func (w Visit) busy(day portal.Date) appointments.Busy {
	b := w.v.busyOn(w.Service.ID, day, w.v.over)
	if w.held != nil {
		b = b.Without(w.held.Counter, w.held.Slot())
	}
	return b
}

// busyOn is what is taken of a service's day, with what waits here.
func (v *View) busyOn(service portal.ID, day portal.Date, over *overlay) appointments.Busy {
	b := v.town.visits.days[appointments.BusyKey(service, day)]
	for _, a := range over.visits {
		if a.Service != service {
			continue
		}
		if c := a.Confirmed; c != nil && c.State == string(appointments.Booked) {
			b = b.Without(c.Counter, appointments.Slot{Start: c.Start, End: c.End})
		}
		if a.Stands() && a.Slot().Day() == day {
			b = b.Without(0, appointments.Slot{}) // a copy: the row is not to be changed
			b.Take(a.Counter, a.Slot())
		}
	}
	return b
}

// Free is the times of a day that can be had now.
func (w Visit) Free(day portal.Date) []appointments.Slot {
	w.v.mu.RLock()
	defer w.v.mu.RUnlock()
	return w.Situation.Free(day, w.busy(day))
}

// Why is why a day has none.
func (w Visit) Why(day portal.Date) *portal.Error {
	w.v.mu.RLock()
	defer w.v.mu.RUnlock()
	return w.Situation.Why(day, w.busy(day))
}

// Check is why a time cannot be had now, or nil, with the time.
func (w Visit) Check(start int64) (appointments.Slot, *portal.Error) {
	w.v.mu.RLock()
	defer w.v.mu.RUnlock()
	slot, _, wrong := w.Situation.Check(start, w.busy(appointments.Slot{Start: start}.Day()))
	return slot, wrong
}

// First is the first day, from one on, that has a free time; false for none.
func (w Visit) First(from portal.Date) (portal.Date, bool) {
	for day := max(from, portal.DateOf(w.Now)); day <= w.LastDay(); day = day.Add(1) {
		if len(w.Free(day)) > 0 {
			return day, true
		}
	}
	return "", false
}

// AppointmentOf is the appointment that a request awaits, or else the newest of
// those it had, cancelled or not, as it will be.
func (v *View) AppointmentOf(request portal.ID) (Appointment, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.appointmentOf(request, v.over)
}

// AppointmentsOf is all that a request had and has, the earliest first.
func (v *View) AppointmentsOf(request portal.ID) []Appointment {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := v.appointmentsOf(request, v.over)
	slices.SortFunc(out, func(a, b Appointment) int { return firstOf(compare(a.Start, b.Start), compare(a.ID, b.ID)) })
	return out
}

func (v *View) appointmentOf(request portal.ID, over *overlay) (newest Appointment, found bool) {
	for _, a := range v.appointmentsOf(request, over) {
		// What was made here while the clock is wrong is not newer for that: the
		// one that is awaited goes before all.
		awaits := 0
		if a.Awaited() != newest.Awaited() {
			awaits = 1
			if newest.Awaited() {
				awaits = -1
			}
		}
		if !found || firstOf(awaits, compare(a.Made, newest.Made), compare(a.ID, newest.ID)) > 0 {
			newest, found = a, true
		}
	}
	return newest, found
}

// appointmentsOf is all that a request had and has, in no order. An agent
// without the family's file knows those in the lists alone.
func (v *View) appointmentsOf(request portal.ID, over *overlay) (out []Appointment) {
	known := map[portal.ID]bool{}
	take := func(a Appointment) {
		if a.Request != request || known[a.ID] {
			return
		}
		known[a.ID] = true
		if s, there := v.town.visits.services[a.Service]; there {
			rules := v.situation(s, over)
			a.Until, a.Late = rules.ChangeUntil(a.Slot().Day()), rules.CheckChange(a.Slot())
		}
		a.Passed = appointments.State(a.State).Passed(a.Slot(), v.now())
		out = append(out, a)
	}
	for _, a := range over.visits {
		take(a)
	}
	for _, r := range v.feeds {
		for _, row := range r.visits.held {
			take(Appointment{Appointment: row})
		}
	}
	for _, r := range v.feeds {
		for _, l := range r.visits.listed {
			take(Appointment{Appointment: ofLine(l)})
		}
	}
	return out
}

// RequestOfAppointment is the request that an appointment is for, "" where it
// is not known here.
func (v *View) RequestOfAppointment(id portal.ID) portal.ID {
	v.mu.RLock()
	defer v.mu.RUnlock()
	a, _ := (&pass{v: v, over: v.over}).visitNow(id)
	return a.Request
}

// Fit is what becomes of the appointment that the request awaits, now that its
// answers have as many people come as they do: its time as it would be, too.
// The town hall has done the same with what it has, so what is still to be done
// here waits to be sent, or could not be done there.
func (w Visit) Fit() (appointments.Slot, appointments.Fit) {
	if w.held == nil || w.held.State != string(appointments.Booked) {
		return appointments.Slot{}, appointments.Fits
	}
	w.v.mu.RLock()
	defer w.v.mu.RUnlock()
	slot, _, fit := w.Refit(w.held.Slot(), w.held.Counter, w.held.People, w.busy(w.held.Slot().Day()))
	return slot, fit
}

// UnsureAppointment is what waits about a request's appointment although the
// rules would refuse it as things stand, and why.
func (v *View) UnsureAppointment(request portal.ID) (command portal.ID, why *portal.Error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	command = v.over.unsure[request]
	return command, v.over.doubts[command]
}

// NextAppointments is this account's own appointments that are still to come,
// the nearest first.
func (v *View) NextAppointments() []Appointment {
	v.mu.RLock()
	defer v.mu.RUnlock()
	seen := map[portal.ID]bool{}
	var out []Appointment
	add := func(request portal.ID) {
		if seen[request] {
			return
		}
		seen[request] = true
		if a, has := v.appointmentOf(request, v.over); has && a.Awaited() {
			out = append(out, a)
		}
	}
	for _, a := range v.own.visits.held {
		add(a.Request)
	}
	for _, a := range v.over.visits {
		if a.Confirmed == nil {
			add(a.Request)
		}
	}
	slices.SortFunc(out, func(a, b Appointment) int { return firstOf(compare(a.Start, b.Start), compare(a.ID, b.ID)) })
	return out
}
