package service

import (
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

var agentRole = accounts.Role{Kind: accounts.Staff}

// projectAppointment tells its family of an appointment, the desk's agents
// while it stands in the lists, and those who have the family's file open.
func (s *Service) projectAppointment(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	a, found, err := tx.Appointment(id)
	if err != nil || !found {
		return nil, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	r, _, err := tx.Request(a.Request)
	if err != nil {
		return nil, err
	}
	desk := f.visits[a.Service].Desk
	body := appointmentView(a)
	rows := []store.FeedRow{{Feed: wire.AccountFeed(a.Account), Collection: wire.Appointments, Entity: id, Body: body}}
	if a.Listed && appointments.State(a.State).Held() && desk != "" {
		name, err := nameOf(tx, a.Account)
		if err != nil {
			return nil, err
		}
		needs := 0
		if _, n, needed, err := f.coming(r); err != nil {
			return nil, err
		} else if needed && n > a.People {
			needs = n
		}
		rows = append(rows, store.FeedRow{Feed: wire.DeskFeed(desk), Collection: wire.DeskAppointments, Entity: id, Body: wire.DeskAppointment{
			ID: a.ID, Request: a.Request, Account: a.Account, Service: a.Service, Reference: r.Reference, Procedure: r.Procedure, Person: r.Person, Name: name,
			Start: a.Start, End: a.End, Counter: a.Counter, People: a.People, Needs: needs, State: a.State,
		}})
	}
	desks, err := tx.DesksReading(a.Account)
	for _, d := range desks {
		if d == desk || d == r.Desk {
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(d, a.Account), Collection: wire.Appointments, Entity: id, Body: body})
		}
	}
	return rows, err
}

func appointmentView(a store.Appointment) wire.Appointment {
	return wire.Appointment{ID: a.ID, Request: a.Request, Service: a.Service, Start: a.Start, End: a.End, Counter: a.Counter, People: a.People,
		State: a.State, Sequence: a.Sequence, Made: a.Made, Changed: a.Changed, Staff: a.Staff, Reason: a.Reason}
}

// projectAppointmentDay tells everybody what is taken of a service on a day, and
// nothing of who holds it.
func (s *Service) projectAppointmentDay(tx *store.Tx, key portal.ID) ([]store.FeedRow, error) {
	service, day, _ := strings.Cut(string(key), "/")
	busy, err := tx.Busy(portal.ID(service), portal.Date(day))
	if err != nil || len(busy.Taken) == 0 {
		return nil, err
	}
	return []store.FeedRow{{Feed: wire.TownFeed, Collection: wire.AppointmentDays, Entity: key, Body: busy}}, nil
}

// foreignAppointment is foreignTo for an appointment.
func foreignAppointment(tx *store.Tx, f *townFacts, account portal.ID, desk string, id portal.ID) (string, error) {
	a, _, err := tx.Appointment(id)
	if err != nil {
		return "", err
	}
	r, _, err := tx.Request(a.Request)
	if err == nil && (a.Account != account || desk != "" && desk != r.Desk && desk != f.visits[a.Service].Desk) {
		return "another's appointment", nil
	}
	return "", err
}

// foreignVisit is foreign for a line of a desk's list.
func foreignVisit(tx *store.Tx, f *townFacts, desk string, id portal.ID) (string, error) {
	a, found, err := tx.Appointment(id)
	if err == nil && (!found || f.visits[a.Service].Desk != desk || !appointments.State(a.State).Held()) {
		return "it is not of this desk's list", nil
	}
	return "", err
}
