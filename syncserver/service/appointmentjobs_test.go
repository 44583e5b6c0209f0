package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/shared/appointments"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

func TestAClosureCancelsAndTells(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := s.SignIn("yann.morel")
		first, second, third := portal.NewID(), portal.NewID(), portal.NewID()
		request := w.papers(family, "Ondine Tamarin")
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: first, Request: request, Start: at(9, 45)})
		w.desks[otherFamily].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: second, Request: w.papers(otherFamily, "Sidonie Vergne"), Start: at(10, 0)})
		w.desks[otherParent].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: third, Request: w.papers(otherParent, "Basile Corbin"), Start: at(14, 0)})

		closure := wire.CloseAppointments{Closure: portal.NewID(), Service: demo.Papers, From: at(9, 50), To: at(12, 0), Reason: "Plantefermeture"}
		agent.Refused(portal.Missing, wire.AppointmentClose, wire.CloseAppointments{Closure: portal.NewID(), Service: demo.Papers, From: at(9, 0), To: at(10, 0)})
		agent.Refused(portal.Invalid, wire.AppointmentClose, wire.CloseAppointments{Closure: portal.NewID(), Service: demo.Papers, From: at(10, 0), To: at(9, 0), Reason: "x"})
		agent.Refused(portal.Forbidden, wire.AppointmentClose, wire.CloseAppointments{Closure: portal.NewID(), Service: "etat-civil", From: at(9, 0), To: at(10, 0), Reason: "x"})
		agent.Must(wire.AppointmentClose, closure)
		for who, id := range map[string]portal.ID{family: first, otherFamily: second} {
			if a := w.appointment(who, id); a.State != "cancelled" || !a.Staff || a.Reason != "Plantefermeture" {
				t.Errorf("%s reads %+v", who, a)
			}
			if told := w.told(t, who); told[string(notices.AppointmentChanged)].About == "" {
				t.Errorf("%s is not told: %v", who, told)
			}
		}
		if a := w.appointment(otherParent, third); a.State != "booked" {
			t.Errorf("what is not within is %+v", a)
		}
		if n := mailsOf(t, s, mailkinds.AppointmentChanged, "Plantefermeture"); n != 2 {
			t.Errorf("%d mails tell of it", n)
		}
		w.desks[family].Refused(appointments.SlotClosed, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: at(11, 0)})
		// The job finds nothing left, and tells nobody twice.
		s.Housekeep(context.Background())
		if n := mailsOf(t, s, mailkinds.AppointmentChanged, "Plantefermeture"); n != 2 {
			t.Errorf("%d mails after the job", n)
		}
		agent.Must(wire.AppointmentReopen, wire.ReopenAppointments{Closure: closure.Closure})
		agent.Must(wire.AppointmentReopen, wire.ReopenAppointments{Closure: closure.Closure})
		again := portal.NewID()
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: again, Request: request, Start: at(11, 0)})
		if a := w.appointment(otherFamily, second); a.State != "cancelled" {
			t.Errorf("reopening brings back %+v", a)
		}

		// A fact alone is carried out by the job, once.
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			return tx.PutFact(wire.AppointmentClosures, "fact", appointments.Closure{ID: "fact", Service: demo.Papers, From: at(11, 0), To: at(18, 0), Reason: "Intempéries"})
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			s.Housekeep(context.Background())
		}
		for who, id := range map[string]portal.ID{family: again, otherParent: third} {
			if a := w.appointment(who, id); a.State != "cancelled" || a.Reason != "Intempéries" || a.Sequence != 1 {
				t.Errorf("%s reads %+v", who, a)
			}
		}
		if n := mailsOf(t, s, mailkinds.AppointmentChanged, "Intemp"); n != 4 {
			t.Errorf("%d mails in all", n)
		}
	})
}

// Who sits at the counter when it closes is not sent away.
func TestAClosureLeavesWhatHasBegun(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		begun, next := portal.NewID(), portal.NewID()
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: begun, Request: w.papers(family, "Ondine Tamarin"), Start: at(9, 45)})
		w.desks[otherFamily].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: next, Request: w.papers(otherFamily, "Sidonie Vergne"), Start: at(10, 0)})
		s.Clock.Set(time.UnixMicro(at(9, 50)))
		s.SignIn("yann.morel").Must(wire.AppointmentClose, wire.CloseAppointments{Closure: portal.NewID(), Service: demo.Papers, From: at(9, 0), To: at(18, 0), Reason: "Dégât des eaux"})
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { _, err := s.Service.CarryOutClosures(tx); return err }); err != nil {
			t.Fatal(err)
		}
		if a := w.appointment(family, begun); a.State != string(appointments.Booked) {
			t.Errorf("the one that has begun is %+v", a)
		}
		if a := w.appointment(otherFamily, next); a.State != string(appointments.Cancelled) {
			t.Errorf("the next one is %+v", a)
		}
	})
}

func TestAReminderIsToldOnce(t *testing.T) {
	ctx := context.Background()
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		ids := map[string]portal.ID{}
		for i, who := range []string{family, otherFamily, otherParent} {
			ids[who] = portal.NewID()
			w.desks[who].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: ids[who], Request: w.papers(who, "Planteun Deux"), Start: at(9, 15*i)})
		}
		w.desks[otherFamily].Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: ids[otherFamily]})
		mails := func() int { t.Helper(); return mailsOf(t, s, mailkinds.AppointmentSoon, "Planteun") }
		s.Clock.Set(portal.Date("2026-11-21").At(8, 59))
		s.Housekeep(ctx)
		if n := mails(); n != 0 {
			t.Fatalf("%d mails before its time", n)
		}
		s.Clock.Set(portal.Date("2026-11-21").At(9, 0))
		for range 3 {
			s.Housekeep(ctx)
		}
		if n := mails(); n != 2 {
			t.Fatalf("%d mails, not one for each of two", n)
		}
		for who, login := range map[string]string{family: "motfamille", otherFamily: "motautre", otherParent: "motparent"} {
			w.desks[who] = s.SignIn(login)
			_, told := w.told(t, who)[string(notices.AppointmentSoon)]
			if told != (who != otherFamily) {
				t.Errorf("%s is told: %t", who, told)
			}
		}
		// An agent moves one: what was told is over, and it is told anew.
		agent := s.SignIn("yann.morel")
		later := portal.Date("2026-11-27").At(9, 0).UnixMicro()
		agent.Must(wire.AppointmentMove, wire.MoveAppointment{Appointment: ids[family], Start: later, Reason: "Agent absent."})
		told := w.told(t, family)
		if _, still := told[string(notices.AppointmentSoon)]; still || told[string(notices.AppointmentChanged)].ID == "" {
			t.Errorf("after the move the family is told %v", told)
		}
		s.Clock.Set(portal.Date("2026-11-25").At(9, 1))
		for range 2 {
			s.Housekeep(ctx)
		}
		if n := mails(); n != 3 {
			t.Errorf("%d mails after the move, not 3", n)
		}
		// On the day it is marked; a week later it leaves the lists.
		s.Clock.Set(portal.Date("2026-11-27").At(9, 20))
		agent = s.SignIn("yann.morel")
		agent.Must(wire.AppointmentMark, wire.MarkAppointment{Appointment: ids[family], State: "missed"})
		agent.Must(wire.AppointmentMark, wire.MarkAppointment{Appointment: ids[family], State: "booked"})
		agent.Must(wire.AppointmentMark, wire.MarkAppointment{Appointment: ids[family], State: "honoured"})
		agent.Refused(appointments.NoAppointment, wire.AppointmentMark, wire.MarkAppointment{Appointment: ids[otherFamily], State: "honoured"})
		agent.Refused(portal.Invalid, wire.AppointmentMark, wire.MarkAppointment{Appointment: ids[family], State: "cancelled"})
		agent.Catch()
		if line := agent.In(wire.DeskAppointments)[string(ids[family])]; !strings.Contains(line, `"honoured"`) {
			t.Errorf("the list says %s", line)
		}
		s.Clock.Add(8 * 24 * time.Hour)
		s.Housekeep(ctx)
		agent, open := s.SignIn("yann.morel"), s.Anonymous()
		agent.Catch()
		open.Catch()
		if n := len(agent.In(wire.DeskAppointments)) + len(open.In(wire.AppointmentDays)); n != 0 {
			t.Errorf("%d lines are left a week later", n)
		}
		w.desks[family] = s.SignIn("motfamille")
		if a := w.appointment(family, ids[family]); a.State != "honoured" {
			t.Errorf("the family still has %+v", a)
		}
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.ForgetAppointments(tx.Now().UnixMicro(), 100)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.desks[family].Catch()
		if n := len(w.desks[family].In(wire.Appointments)); n != 0 {
			t.Errorf("%d are left once forgotten", n)
		}
	})
}

// Who closes their account gives their times back, also of what was accepted;
// and what is kept of them is theirs to read.
func TestAClosedAccountGivesItsTimesBack(t *testing.T) {
	ctx := context.Background()
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent, id := s.SignIn("yann.morel"), portal.NewID()
		request := w.papers(family, "Ondine Tamarin")
		later := portal.Date("2026-12-14").At(9, 0).UnixMicro()
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: request, Start: later})
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: request})
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		if a := w.appointment(family, id); a.State != "booked" {
			t.Fatalf("once accepted it is %+v", a)
		}
		var told string
		if _, err := s.Service.Data(ctx, service.Actor{Account: w.account(family)}, func(d service.OwnData, _ string) ([]byte, error) {
			raw, err := json.Marshal(d.Appointments)
			told = string(raw)
			return raw, err
		}); err != nil || !strings.Contains(told, "Cartes d'identité") || !strings.Contains(told, `"booked"`) {
			t.Errorf("their data tell %s: %v", told, err)
		}
		if _, err := w.desks[family].CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(14*24*time.Hour + time.Second)
		s.Housekeep(ctx)
		if err := s.Store.Read(ctx, func(tx *store.Tx) error {
			a, _, err := tx.Appointment(id)
			if a.State != "cancelled" || a.Staff || a.RemindAt != 0 {
				t.Errorf("once closed it is %+v", a)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		open := s.Anonymous()
		open.Catch()
		if n := len(open.In(wire.AppointmentDays)); n != 0 {
			t.Errorf("its time is still taken on %d days", n)
		}
	})
}
