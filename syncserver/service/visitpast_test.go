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
)

// Nobody has said whether they came: that keeps the family from nothing, and
// can still be said.
func TestOneThatHasGoneByKeepsNobodyFromAnother(t *testing.T) {
	ctx := context.Background()
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.papers(family, "Plantepasse Tamarin")
		first, second, third := portal.NewID(), portal.NewID(), portal.NewID()
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: first, Request: request, Start: at(9, 0)})
		agent := s.SignIn("yann.morel")
		turn := func(to time.Time) {
			t.Helper()
			s.Clock.Set(to)
			w.desks[family], agent = s.SignIn("motfamille"), s.SignIn("yann.morel")
		}
		mark := func(id portal.ID, state appointments.State) any {
			return wire.MarkAppointment{Appointment: id, State: string(state)}
		}
		state := func(id portal.ID, want appointments.State) {
			t.Helper()
			if a := w.appointment(family, id); a.State != string(want) {
				t.Errorf("it is %+v, not %s", a, want)
			}
		}
		// The reminder of the first is never read.
		turn(portal.Date("2026-11-21").At(9, 0))
		s.Housekeep(ctx)

		later, last := portal.Date("2026-11-30").At(9, 0).UnixMicro(), portal.Date("2026-12-07").At(9, 0).UnixMicro()
		turn(time.UnixMicro(at(9, 14)))
		w.desks[family].Refused(appointments.HasAppointment, wire.AppointmentBook, wire.BookAppointment{Appointment: second, Request: request, Start: later})
		agent.Refused(appointments.HasAppointment, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: later})
		turn(time.UnixMicro(at(9, 15)))
		w.desks[family].Refused(appointments.AppointmentPast, wire.AppointmentMove, wire.MoveAppointment{Appointment: first, Start: later})
		w.desks[family].Refused(appointments.AppointmentPast, wire.AppointmentCancel, wire.CancelAppointment{Appointment: first})
		agent.Refused(appointments.AppointmentPast, wire.AppointmentCancel, wire.CancelAppointment{Appointment: first, Reason: "Passé"})
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: second, Request: request, Start: later})
		w.desks[family].Refused(appointments.HasAppointment, wire.AppointmentBook, wire.BookAppointment{Appointment: third, Request: request, Start: last})
		agent.Catch()
		for _, id := range []portal.ID{first, second} {
			if line := agent.In(wire.DeskAppointments)[string(id)]; !strings.Contains(line, `"booked"`) {
				t.Errorf("the list says of %s: %s", id, line)
			}
		}
		// Of the first it is still said, and taken back, and the second is left alone.
		for _, to := range []appointments.State{appointments.Missed, appointments.Booked, appointments.Honoured} {
			agent.Must(wire.AppointmentMark, mark(first, to))
			state(first, to)
			state(second, appointments.Booked)
		}
		// The unread reminder of the first does not swallow that of the second.
		turn(portal.Date("2026-11-28").At(9, 0))
		s.Housekeep(ctx)
		if n := mailsOf(t, s, mailkinds.AppointmentSoon, "Plantepasse"); n != 2 {
			t.Errorf("%d reminders of two appointments", n)
		}

		// Noted as missed while its time still runs, another can be had at once; the
		// note is taken back only once two would not be awaited.
		turn(time.UnixMicro(later).Add(5 * time.Minute))
		agent.Must(wire.AppointmentMark, mark(second, appointments.Missed))
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: third, Request: request, Start: last})
		agent.Refused(appointments.HasAppointment, wire.AppointmentMark, mark(second, appointments.Booked))
		agent.Must(wire.AppointmentMark, mark(second, appointments.Honoured))
		turn(time.UnixMicro(later).Add(15 * time.Minute))
		agent.Must(wire.AppointmentMark, mark(second, appointments.Booked))
		state(third, appointments.Booked)
		// And the town hall books for a family whose last has gone by.
		turn(time.UnixMicro(last).Add(time.Hour))
		agent.Must(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: time.UnixMicro(last).Add(2 * time.Hour).UnixMicro()})
	})
}

// A correction has more people come, or fewer.
func TestAnAppointmentFollowsTheNumberOfPeople(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := s.SignIn("yann.morel")
		request, id := w.papers(family, "Planteun", "Deux"), portal.NewID()
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: request, Start: at(9, 0)})
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: request})
		correct := func(names ...string) {
			t.Helper()
			agent.Must(wire.RequestAsk, wire.AskCorrection{Request: request, Fields: []string{"people"}, Text: "Qui vient ?"})
			var rows []map[string]any
			for _, name := range names {
				rows = append(rows, map[string]any{"name": name, "birthDate": "1990-05-04", "titles": []string{"card"}, "reason": "renewal"})
			}
			answers, err := json.Marshal(map[string]any{"people": rows})
			if err != nil {
				t.Fatal(err)
			}
			w.desks[family].Must(wire.RequestAnswer, wire.AnswerCorrection{Request: request, Answers: answers})
		}
		holds := func(what string, ends int64, people, sequence, needs int) {
			t.Helper()
			if a := w.appointment(family, id); a.Start != at(9, 0) || a.End != ends || a.People != people || a.Sequence != sequence || a.State != "booked" {
				t.Errorf("%s: it is %+v", what, a)
			}
			var line wire.DeskAppointment
			agent.Catch()
			if err := json.Unmarshal([]byte(agent.In(wire.DeskAppointments)[string(id)]), &line); err != nil || line.End != ends || line.Needs != needs {
				t.Errorf("%s: the list says %+v, %v", what, line, err)
			}
		}
		told := func(want int) {
			t.Helper()
			if n := mailsOf(t, s, mailkinds.AppointmentLength, "Planteun"); n != want {
				t.Errorf("%d mails tell of it, not %d", n, want)
			}
			if _, is := w.told(t, family)[string(notices.AppointmentLength)]; is != (want > 0) {
				t.Errorf("the family is told: %t", is)
			}
		}
		correct("Planteun", "Deux")
		holds("as many", at(9, 30), 2, 0, 0)
		told(0)
		correct("Planteun", "Deux", "Trois")
		holds("one more", at(9, 45), 3, 1, 0)
		told(1)
		w.desks[otherFamily].Refused(appointments.NoSuchSlot, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: w.papers(otherFamily, "X"), Start: at(9, 50)})

		// What is behind it is taken at both counters: it stays, and all are told.
		theirs := portal.NewID()
		w.desks[otherFamily].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: theirs, Request: w.papers(otherFamily, "Sidonie Vergne"), Start: at(9, 45)})
		w.desks[otherParent].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: w.papers(otherParent, "Basile Corbin"), Start: at(9, 45)})
		correct("Planteun", "Deux", "Trois", "Quatre")
		holds("too short", at(9, 45), 3, 1, 4)
		told(2)
		// The time comes free: kept where it is, it is made longer.
		w.desks[otherFamily].Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: theirs})
		w.desks[family].Must(wire.AppointmentMove, wire.MoveAppointment{Appointment: id, Start: at(9, 0)})
		holds("made longer", at(10, 0), 4, 2, 0)
		if _, still := w.told(t, family)[string(notices.AppointmentLength)]; still {
			t.Error("what was told of the former length still stands")
		}
		w.desks[family].Must(wire.AppointmentMove, wire.MoveAppointment{Appointment: id, Start: at(9, 0)})
		holds("moved to where it is", at(10, 0), 4, 2, 0)

		correct("Planteun")
		holds("three fewer", at(9, 15), 1, 3, 0)
		w.desks[otherFamily].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: w.papers(otherFamily, "Sidonie Vergne"), Start: at(9, 15)})

		// Once it has begun it is left as it is.
		s.Clock.Set(time.UnixMicro(at(9, 0)))
		agent, w.desks[family] = s.SignIn("yann.morel"), s.SignIn("motfamille")
		correct("Planteun", "Deux")
		if a := w.appointment(family, id); a.End != at(9, 15) || a.Sequence != 3 {
			t.Errorf("begun it becomes %+v", a)
		}
		if n := w.service(demo.Papers).Counters; n != 2 {
			t.Fatalf("the demonstration has %d counters", n)
		}
	})
}
