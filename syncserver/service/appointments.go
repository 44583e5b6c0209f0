package service

import (
	"errors"

	"parvis/shared/appointments"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// visit is all that decides about an appointment for a request.
type visit struct {
	appointments.Situation
	request store.Request
}

// visitFor loads it for an actor: the family whose request it is, or an agent
// of its desk or of the one that receives. Others' requests are told as none.
func (s *Service) visitFor(tx *store.Tx, a Actor, request portal.ID, field string) (visit, error) {
	r, found, err := tx.Request(request)
	if err != nil {
		return visit{}, err
	}
	if !found || !a.Role.Agent() && r.Account != a.Account {
		return visit{}, portal.E(portal.NotFound, field)
	}
	v, needed, err := s.visitOf(tx, a, r)
	switch {
	case err != nil:
		return v, err
	case a.Role.Agent() && a.mustReach(r.Desk) != nil && (!needed || a.mustReach(v.Service.Desk) != nil):
		return v, portal.E(portal.NotFound, field)
	case !needed:
		return v, portal.E(appointments.NotNeeded, field)
	}
	return v, nil
}

// visitOf loads it for a request at hand; needed is false where nobody need
// come.
func (s *Service) visitOf(tx *store.Tx, a Actor, r store.Request) (v visit, needed bool, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return v, false, err
	}
	v.request = r
	v.Now, v.Calendar, v.Closures, v.Agent = tx.Now(), f.calendar, f.visitsClosed, a.Role.Agent()
	v.Service, v.N, needed, err = f.coming(r)
	return v, needed, err
}

// coming is where people come for a request, and how many slots they take;
// needed is false where nobody need come.
func (f *townFacts) coming(r store.Request) (at appointments.Service, n int, needed bool, err error) {
	p, err := f.procedure(r.Procedure, r.Version)
	if err != nil || p.Appointment == nil {
		return at, 1, false, err
	}
	if at, needed = f.visits[portal.ID(p.Appointment.At)]; !needed {
		return at, 1, false, nil
	}
	answers, wrong := requests.Decode([]byte(r.Answers))
	if wrong != nil {
		return at, 1, true, wrong
	}
	return at, at.Needs(requests.Coming(p, answers)), true, nil
}

// bookAppointment takes a time for a request: the family, or an agent for it.
func (s *Service) bookAppointment(tx *store.Tx, a Actor, args *wire.BookAppointment) error {
	if !args.Appointment.Valid() {
		return portal.E(portal.Invalid, "appointment")
	}
	if _, taken, err := tx.Appointment(args.Appointment); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "appointment"))
	}
	v, err := s.visitFor(tx, a, args.Request, "request")
	if err != nil {
		return err
	}
	if over(v.request) {
		return portal.E(appointments.RequestOver, "request")
	}
	if _, has, err := tx.AwaitedAppointment(args.Request); err != nil || has {
		return orElse(err, portal.E(appointments.HasAppointment, "request"))
	}
	if err := v.mayHold(tx); err != nil {
		return err
	}
	// A reminder of one that has gone by and was never read would stand in the
	// way of this one's.
	if err := visitRead(tx, v.request); err != nil {
		return err
	}
	now := tx.Now().UnixMicro()
	ap := store.Appointment{ID: args.Appointment, Request: args.Request, Account: v.request.Account, Service: v.Service.ID, State: string(appointments.Booked), Made: now}
	if err := s.hold(tx, a, v, ap, args.Start, ""); err != nil {
		return err
	}
	return s.visited(tx, a, "book", ap)
}

// mayHold is nil while a family holds no more than its share of a service's
// time to come.
func (v visit) mayHold(tx *store.Tx) error {
	all, err := tx.AppointmentsTo(v.request.Account)
	awaited := 0
	for _, ap := range all {
		if ap.Service == v.Service.ID && ap.Awaited(v.Now) {
			awaited++
		}
	}
	if wrong := v.CheckShare(awaited); err == nil && wrong != nil {
		return wrong
	}
	return err
}

// visitRead ends what the town told a family by itself of a request's
// appointment, once that is no longer true.
func visitRead(tx *store.Tx, r store.Request) error {
	return errors.Join(noticesRead(tx, r.Account, notices.AppointmentSoon, r.ID), noticesRead(tx, r.Account, notices.AppointmentLength, r.ID))
}

// over reports whether nobody need come any more.
func over(r store.Request) bool {
	state := requests.State(r.State)
	return state.Decided() && state != requests.Accepted
}

// hold puts an appointment at a time, by the rule.
func (s *Service) hold(tx *store.Tx, a Actor, v visit, ap store.Appointment, start int64, reason string) error {
	day := appointments.Slot{Start: start}.Day()
	busy, err := tx.Busy(v.Service.ID, day)
	if err != nil {
		return err
	}
	if ap.Counter > 0 {
		busy = busy.Without(ap.Counter, ap.Slot())
	}
	slot, counter, refused := v.Check(start, busy)
	if refused != nil {
		return refused
	}
	ap.Start, ap.End, ap.Counter, ap.People = slot.Start, slot.End, counter, v.N
	ap.Changed, ap.Actor, ap.Staff, ap.Reason = tx.Now().UnixMicro(), a.Account, a.Role.Agent(), reason
	ap.RemindAt, ap.Listed = appointments.RemindAt(slot, tx.Now()), true
	taken, err := tx.SaveAppointment(ap)
	if err == nil && taken {
		// The rule has seen it free, so this can only be a fault of the rule; the
		// table's key has the last word all the same.
		return portal.E(appointments.SlotTaken, "start")
	}
	return err
}

// appointmentOf loads an appointment that is booked, with what decides about
// changing it.
func (s *Service) appointmentOf(tx *store.Tx, a Actor, id portal.ID) (store.Appointment, visit, error) {
	ap, found, err := tx.Appointment(id)
	if err != nil {
		return ap, visit{}, err
	}
	if !found {
		return ap, visit{}, portal.E(portal.NotFound, "appointment")
	}
	v, err := s.visitFor(tx, a, ap.Request, "appointment")
	return ap, v, err
}

// changing loads an appointment that the actor may still change, and checks
// what they say of it.
func (s *Service) changing(tx *store.Tx, a Actor, id portal.ID, text string, needed bool) (ap store.Appointment, v visit, reason string, err error) {
	reason, wrong := s.visitReason(a, text, needed)
	if wrong != nil {
		return ap, v, "", wrong
	}
	if ap, v, err = s.appointmentOf(tx, a, id); err != nil {
		return ap, v, "", err
	}
	if ap.State != string(appointments.Booked) {
		return ap, v, "", portal.E(appointments.NoAppointment, "appointment")
	}
	if refused := v.CheckChange(ap.Slot()); refused != nil {
		return ap, v, "", refused
	}
	return ap, v, reason, nil
}

// moveAppointment takes another time for it, or leaves it where it is.
func (s *Service) moveAppointment(tx *store.Tx, a Actor, args *wire.MoveAppointment) error {
	ap, v, reason, err := s.changing(tx, a, args.Appointment, args.Reason, false)
	if err != nil {
		return err
	}
	if ap.Start == args.Start && ap.People == v.N {
		return nil
	}
	ap.Sequence++
	if err := s.hold(tx, a, v, ap, args.Start, reason); err != nil {
		return err
	}
	// What was told of the former time is no longer true.
	if err := visitRead(tx, v.request); err != nil {
		return err
	}
	return s.visited(tx, a, "move", ap)
}

// visitReason checks what the town hall says of a change; families give none.
func (s *Service) visitReason(a Actor, text string, needed bool) (string, *portal.Error) {
	if !a.Role.Agent() {
		if text != "" {
			return "", portal.E(portal.Forbidden, "reason")
		}
		return "", nil
	}
	return requests.CheckNote("reason", text, needed)
}

// cancelAppointment gives an appointment up.
func (s *Service) cancelAppointment(tx *store.Tx, a Actor, args *wire.CancelAppointment) error {
	ap, _, reason, err := s.changing(tx, a, args.Appointment, args.Reason, true)
	if err != nil {
		return err
	}
	return s.giveUp(tx, a, ap, reason)
}

// giveUp cancels a booked appointment and tells the family where it was not
// them.
func (s *Service) giveUp(tx *store.Tx, a Actor, ap store.Appointment, reason string) error {
	ap.State, ap.RemindAt = string(appointments.Cancelled), 0
	ap.Sequence++
	ap.Changed, ap.Actor, ap.Staff, ap.Reason = tx.Now().UnixMicro(), a.Account, a.Role.Agent(), reason
	if _, err := tx.SaveAppointment(ap); err != nil {
		return err
	}
	if err := visitRead(tx, store.Request{ID: ap.Request, Account: ap.Account}); err != nil {
		return err
	}
	return s.visited(tx, a, "cancel", ap)
}

// markAppointment says whether they came.
func (s *Service) markAppointment(tx *store.Tx, a Actor, args *wire.MarkAppointment) error {
	state := appointments.State(args.State)
	if !state.Held() {
		return portal.E(portal.Invalid, "state")
	}
	ap, v, err := s.appointmentOf(tx, a, args.Appointment)
	if err != nil {
		return err
	}
	switch {
	case ap.State == string(appointments.Cancelled):
		return portal.E(appointments.NoAppointment, "appointment")
	case ap.State == args.State:
		return nil
	}
	awaited, has, err := tx.AwaitedAppointment(ap.Request)
	if err != nil {
		return err
	}
	if refused := v.CheckMark(ap.Slot(), state, has && awaited.ID != ap.ID); refused != nil {
		return refused
	}
	ap.State, ap.RemindAt = args.State, 0
	ap.Changed, ap.Actor, ap.Staff = tx.Now().UnixMicro(), a.Account, true
	if _, err := tx.SaveAppointment(ap); err != nil {
		return err
	}
	return tx.Audit(a.Account, "appointment.mark", string(ap.ID))
}

// visited notes a change of an appointment, and tells the family of what it
// did not do itself.
func (s *Service) visited(tx *store.Tx, a Actor, action string, ap store.Appointment) error {
	if err := tx.Audit(a.Account, "appointment."+action, string(ap.ID)); err != nil {
		return err
	}
	if !a.Role.Agent() {
		return nil
	}
	// Each change is told, whatever of an earlier one is still unread.
	if err := noticesRead(tx, ap.Account, notices.AppointmentChanged, ap.Request); err != nil {
		return err
	}
	return s.tellOfVisit(tx, ap, notices.AppointmentChanged, mail.AppointmentChanged)
}

func (s *Service) tellOfVisit(tx *store.Tx, ap store.Appointment, kind notices.Kind, letter mail.Kind) error {
	account, found, err := tx.Account(ap.Account)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	if now, err := s.notify(tx, account, kind, ap.Request); err != nil || !now {
		return err
	}
	return s.postNotice(tx, account, letter, mail.Data{Name: account.FirstName, Link: s.o.PublicURL()})
}

// visitsARound is how many appointments one transaction cancels or reminds of.
const visitsARound = 200

// closeAppointments closes a service for a time: a fact, which the rules obey
// at once. The first that are booked in it are cancelled with it, so that the
// list of the day is true at once; a job does the others.
func (s *Service) closeAppointments(tx *store.Tx, a Actor, args *wire.CloseAppointments) error {
	reason, wrong := requests.CheckNote("reason", args.Reason, true)
	if wrong != nil {
		return wrong
	}
	if !args.Closure.Valid() {
		return portal.E(portal.Invalid, "closure")
	}
	if _, err := s.receives(tx, a, args.Service); err != nil {
		return err
	}
	var c appointments.Closure
	if found, err := tx.Fact(wire.AppointmentClosures, args.Closure, &c); err != nil || found {
		return orElse(err, portal.E(portal.Conflict, "closure"))
	}
	c = appointments.Closure{ID: args.Closure, Service: args.Service, From: args.From, To: args.To, Reason: reason}
	if wrong := appointments.CheckClosure(c, tx.Now()); wrong != nil {
		return wrong
	}
	if err := tx.PutFact(wire.AppointmentClosures, c.ID, c); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "appointment.close", string(c.ID)); err != nil {
		return err
	}
	_, err := s.cancelWithin(tx, a, c, visitsARound)
	return err
}

// receives is a service at whose desk the actor works.
func (s *Service) receives(tx *store.Tx, a Actor, id portal.ID) (appointments.Service, error) {
	f, err := s.facts(tx)
	if err != nil {
		return appointments.Service{}, err
	}
	v, known := f.visits[id]
	if !known {
		return v, portal.E(portal.NotFound, "service")
	}
	return v, a.mustReach(v.Desk)
}

// reopenAppointments takes a closure back.
func (s *Service) reopenAppointments(tx *store.Tx, a Actor, args *wire.ReopenAppointments) error {
	var c appointments.Closure
	found, err := tx.Fact(wire.AppointmentClosures, args.Closure, &c)
	if err != nil {
		return err
	}
	if !found {
		return portal.E(portal.NotFound, "closure")
	}
	if _, err := s.receives(tx, a, c.Service); err != nil {
		return err
	}
	if c.Reopened != 0 {
		return nil
	}
	c.Reopened = tx.Now().UnixMicro()
	if err := tx.PutFact(wire.AppointmentClosures, c.ID, c); err != nil {
		return err
	}
	return tx.Audit(a.Account, "appointment.reopen", string(c.ID))
}

// cancelWithin cancels what is booked within a closure, for those who run the
// service; what has begun is left alone.
func (s *Service) cancelWithin(tx *store.Tx, a Actor, c appointments.Closure, limit int) (int64, error) {
	within, err := tx.AppointmentsWithin(c.Service, c.From, c.To, limit)
	if err != nil {
		return 0, err
	}
	for _, ap := range within {
		if err := s.giveUp(tx, a, ap, c.Reason); err != nil {
			return 0, err
		}
	}
	return int64(len(within)), nil
}

// townHall acts where no agent does: in a job.
var townHall = Actor{Role: agentRole}

// CarryOutClosures cancels what is booked within closures that stand, some at a
// time. A job calls it.
func (s *Service) CarryOutClosures(tx *store.Tx) (did int64, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return 0, err
	}
	for _, c := range f.visitsClosed {
		if c.Reopened != 0 || c.To <= tx.Now().UnixMicro() || did >= visitsARound {
			continue
		}
		n, err := s.cancelWithin(tx, townHall, c, visitsARound-int(did))
		if err != nil {
			return 0, err
		}
		did += n
	}
	return did, nil
}

// RemindOfAppointments tells families of the appointments that are near, some
// at a time, each once. A job calls it.
func (s *Service) RemindOfAppointments(tx *store.Tx) (int64, error) {
	due, err := tx.DueReminders(visitsARound)
	if err != nil {
		return 0, err
	}
	for _, ap := range due {
		if ap.Start <= tx.Now().UnixMicro() {
			continue // the server was away: there is nothing left to remind of
		}
		if err := s.tellOfVisit(tx, ap, notices.AppointmentSoon, mail.AppointmentSoon); err != nil {
			return 0, err
		}
	}
	return int64(len(due)), nil
}

// dropVisits gives up what an account that closes has booked.
func (s *Service) dropVisits(tx *store.Tx, a Actor) error {
	all, err := tx.AppointmentsTo(a.Account)
	if err != nil {
		return err
	}
	for _, ap := range all {
		if tx.Touch("appointment", ap.ID); ap.State == string(appointments.Booked) && ap.Start > tx.Now().UnixMicro() {
			if err := s.giveUp(tx, a, ap, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
