package view

import (
	"strconv"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// visit applies a command about appointments.
func (p *pass) visit(c *command) *portal.Error {
	switch a := c.args.(type) {
	case *wire.BookAppointment:
		return p.bookVisit(c, a)
	case *wire.MoveAppointment:
		return p.changeVisit(c, a.Appointment, func(held *Appointment) *portal.Error {
			return p.holdVisit(c, held, a.Start)
		})
	case *wire.CancelAppointment:
		return p.changeVisit(c, a.Appointment, func(held *Appointment) *portal.Error {
			held.State = string(appointments.Cancelled)
			return nil
		})
	case *wire.MarkAppointment:
		return p.markVisit(c, a)
	case *wire.CloseAppointments:
		if _, landed := p.v.town.visits.closures[a.Closure]; !landed {
			p.shutVisits(c, appointments.Closure{ID: a.Closure, Service: a.Service, From: a.From, To: a.To, Reason: a.Reason})
		}
	case *wire.ReopenAppointments:
		closure, there := p.over.shut[a.Closure]
		if !there {
			closure, there = p.v.town.visits.closures[a.Closure]
		}
		if there && closure.Reopened == 0 {
			closure.Reopened = c.At.UnixMicro()
			p.shutVisits(c, closure)
		}
	}
	return nil
}

func (p *pass) shutVisits(c *command, closure appointments.Closure) {
	p.over.shut[closure.ID] = closure
	p.over.look(wire.AppointmentClosures, closure.Service, string(c.ID))
}

// keepVisit notes an appointment as it will be.
func (p *pass) keepVisit(c *command, a Appointment) {
	a.Pending, a.Command = true, c.ID
	p.over.visits[a.ID] = a
	looks := []string{string(c.ID), a.State, strconv.FormatInt(a.Start, 10)}
	p.over.look(wire.Appointments, a.Request, looks...)
	p.over.look(wire.AppointmentDays, a.Service, looks...)
	p.over.look(wire.DeskAppointments, a.Service, looks...)
}

func (p *pass) doubtVisit(c *command, request portal.ID, e *portal.Error) *portal.Error {
	p.over.unsure[request] = c.ID
	p.over.look(wire.Appointments, request, string(c.ID), e.Error())
	return e
}

// visitRules is what decides about appointments for a request, here.
func (p *pass) visitRules(request portal.ID) (Visit, bool) {
	q, there := p.v.request(request, p.over)
	if !there {
		return p.v.visitListed(request, p.over)
	}
	form := p.v.town.procedures[portal.ID(q.Procedure)]
	if former := p.v.town.formers[wire.FormerKey(q.Procedure, q.Version)]; former != nil {
		form = &former.procedure
	}
	var parsed *requests.Procedure
	if form != nil {
		parsed = form.parse()
	}
	if parsed == nil {
		return Visit{}, false
	}
	return p.v.visitOf(q, parsed, p.over)
}

func (p *pass) bookVisit(c *command, a *wire.BookAppointment) *portal.Error {
	for _, r := range p.v.feeds {
		if _, landed := r.visits.held[a.Appointment]; landed {
			return nil
		}
	}
	w, known := p.visitRules(a.Request)
	if !known {
		return nil // what it is about is not here: the town hall judges it
	}
	if w.held != nil {
		return p.doubtVisit(c, a.Request, portal.E(appointments.HasAppointment, "request"))
	}
	held := Appointment{Appointment: wire.Appointment{
		ID: a.Appointment, Request: a.Request, Service: w.Service.ID, State: string(appointments.Booked), Made: c.At.UnixMicro(), Changed: c.At.UnixMicro(),
	}}
	e := w.CheckShare(p.awaitedVisits(w.Service.ID))
	if e == nil {
		e = p.holdVisit(c, &held, a.Start)
	}
	if e != nil {
		return p.doubtVisit(c, a.Request, e)
	}
	p.keepVisit(c, held)
	return nil
}

// awaitedVisits is how many appointments this account awaits at a service.
func (p *pass) awaitedVisits(service portal.ID) (n int) {
	for id, row := range p.v.own.visits.held {
		if _, pending := p.over.visits[id]; !pending && row.Service == service {
			if appointments.State(row.State).Awaited(appointments.Slot{Start: row.Start, End: row.End}, p.v.now()) {
				n++
			}
		}
	}
	for _, a := range p.over.visits {
		if a.Service == service && appointments.State(a.State).Awaited(a.Slot(), p.v.now()) {
			n++
		}
	}
	return n
}

// holdVisit puts an appointment at a time.
func (p *pass) holdVisit(c *command, held *Appointment, start int64) *portal.Error {
	w, known := p.visitRules(held.Request)
	if !known {
		return nil
	}
	w.Now = p.at(c)
	busy := p.v.busyOn(w.Service.ID, appointments.Slot{Start: start}.Day(), p.over)
	if held.Counter > 0 {
		busy = busy.Without(held.Counter, held.Slot())
	}
	if c.Number != 0 {
		// What is taken may well be what this command has just taken.
		busy = appointments.Busy{}
	}
	slot, counter, e := w.Situation.Check(start, busy)
	if e != nil {
		return e
	}
	held.Start, held.End, held.Counter, held.People, held.State = slot.Start, slot.End, counter, w.N, string(appointments.Booked)
	return nil
}

// visitNow is an appointment with what waits about it.
func (p *pass) visitNow(id portal.ID) (Appointment, bool) {
	if a, ok := p.over.visits[id]; ok {
		return a, true
	}
	for _, r := range p.v.feeds {
		if row, ok := r.visits.held[id]; ok {
			return Appointment{Appointment: row, Confirmed: &row}, true
		}
	}
	for _, r := range p.v.feeds {
		if l, ok := r.visits.listed[id]; ok {
			row := ofLine(l)
			return Appointment{Appointment: row, Confirmed: &row}, true
		}
	}
	return Appointment{}, false
}

// changeVisit applies a change of what is booked.
func (p *pass) changeVisit(c *command, id portal.ID, change func(*Appointment) *portal.Error) *portal.Error {
	held, there := p.visitNow(id)
	if !there {
		return nil
	}
	s, known := p.v.town.visits.services[held.Service]
	if !known || held.State != string(appointments.Booked) {
		return nil // it has landed, or something else ended it
	}
	rules := p.v.situation(s, p.over)
	rules.Now = p.at(c)
	e := rules.CheckChange(held.Slot())
	if e == nil {
		e = change(&held)
	}
	if e != nil {
		return p.doubtVisit(c, held.Request, e)
	}
	p.keepVisit(c, held)
	return nil
}

func (p *pass) markVisit(c *command, a *wire.MarkAppointment) *portal.Error {
	held, there := p.visitNow(a.Appointment)
	if !there || held.State == a.State || held.State == string(appointments.Cancelled) {
		return nil
	}
	s, known := p.v.town.visits.services[held.Service]
	if !known {
		return nil
	}
	rules := p.v.situation(s, p.over)
	rules.Now = p.at(c)
	awaited, has := p.v.appointmentOf(held.Request, p.over)
	if e := rules.CheckMark(held.Slot(), appointments.State(a.State), has && awaited.Awaited() && awaited.ID != held.ID); e != nil {
		return p.doubtVisit(c, held.Request, e)
	}
	held.State = a.State
	p.keepVisit(c, held)
	return nil
}
