package view

import (
	"encoding/json"
	"testing"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Its time is over and nobody has said whether they came.
func TestOneThatHasGoneByLeavesRoomForAnother(t *testing.T) {
	d := visiting(t)
	d.get(d.row(mine, wire.Appointments, theirs, confirmed(nineOn(wednesday, 0), 0)), d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 0), 30)))
	d.now = wednesday.At(9, 29)
	d.Tick()
	if a := d.holds(nineOn(wednesday, 0), false); !a.Awaited() || a.Passed || len(d.NextAppointments()) != 1 {
		t.Errorf("while it goes on it is %+v", a)
	}
	friday := portal.Date("2026-11-27")
	early := d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: papersAsked, Start: nineOn(friday, 0)})
	if all := d.Doubts(); len(all) != 1 || all[0].ID != early || all[0].Reason.Code != appointments.HasAppointment {
		t.Errorf("while it goes on another is doubted as %v", all)
	}
	d.outbox = nil
	d.now = wednesday.At(9, 30)
	d.Tick()
	d.get()
	a := d.holds(nineOn(wednesday, 0), false)
	if a.Awaited() || !a.Passed || a.Late == nil || a.Late.Code != appointments.AppointmentPast || len(d.NextAppointments()) != 0 {
		t.Errorf("gone by it is %+v", a)
	}
	next := portal.NewID()
	d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: next, Request: papersAsked, Start: nineOn(friday, 0)})
	if all := d.Doubts(); len(all) != 0 {
		t.Fatalf("another is doubted as %v", all)
	}
	if a := d.holds(nineOn(friday, 0), true); a.ID != next || !a.Awaited() {
		t.Errorf("what is awaited is %+v", a)
	}
	// Also where this computer's clock was wrong, and the new one seems the older.
	d.decided(d.row(mine, wire.Appointments, next, wire.Appointment{ID: next, Request: papersAsked, Service: "titres", Start: nineOn(friday, 0), End: nineOn(friday, 30), Counter: 1, People: 2, State: "booked", Made: 0}))
	if a := d.holds(nineOn(friday, 0), false); a.ID != next {
		t.Errorf("what is awaited is %+v", a)
	}
	if all := d.AppointmentsOf(papersAsked); len(all) != 2 || all[0].ID != theirs || !all[0].Passed {
		t.Errorf("in all there are %+v", all)
	}
	if got := d.RequestOfAppointment(theirs); got != papersAsked {
		t.Errorf("the former is for %q", got)
	}
	// One's own share is known here too.
	for i := range appointments.MostHeld {
		id := portal.NewID()
		d.get(d.row(mine, wire.Appointments, id, wire.Appointment{ID: id, Request: portal.ID("r" + string(rune('a'+i))), Service: "titres", Start: nineOn(friday, 30), End: nineOn(friday, 45), Counter: 1, People: 1, State: "booked"}))
	}
	d.do(wire.AppointmentCancel, wire.CancelAppointment{Appointment: next})
	d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: papersAsked, Start: portal.Date("2026-12-01").At(9, 0).UnixMicro()})
	if all := d.Doubts(); len(all) != 1 || all[0].Reason.Code != appointments.TooMany {
		t.Errorf("one more is doubted as %v", all)
	}
}

// What was noted of the former is taken back beside the next, once it is over.
func TestMarksStandBesideTheNext(t *testing.T) {
	d := visiting(t)
	queue := wire.DeskFeed("citoyennete")
	line := func(id portal.ID, day portal.Date, state string) wire.Change {
		return d.row(queue, wire.DeskAppointments, id, wire.DeskAppointment{ID: id, Request: "their-request", Service: "titres", Name: "Sofia Benali", Start: nineOn(day, 0), End: nineOn(day, 15), Counter: 1, People: 1, State: state})
	}
	d.get(d.row(mine, wire.Accounts, me, wire.Account{ID: me, Kind: wire.Agent, FirstName: "Yann", LastName: "Morel", Desks: []string{"citoyennete"}}),
		line("one", wednesday, "missed"), line("two", thursday, "booked"))
	d.now = wednesday.At(9, 10)
	d.Tick()
	d.do(wire.AppointmentMark, wire.MarkAppointment{Appointment: "one", State: "booked"})
	if all := d.Doubts(); len(all) != 1 || all[0].Reason.Code != appointments.HasAppointment {
		t.Errorf("two awaited are doubted as %v", all)
	}
	d.now = wednesday.At(9, 15)
	d.Tick()
	d.get()
	if all := d.Doubts(); len(all) != 0 {
		t.Errorf("once it is over it is doubted as %v", all)
	}
	if all := d.DayList("titres", wednesday); len(all) != 1 || !all[0].Passed || all[0].State != "booked" {
		t.Errorf("the list says %+v", all)
	}
	// Another that the agent books stands in the list before the town hall lists it.
	d.outbox = nil
	d.get(line("two", thursday, "missed"))
	d.now = thursday.At(9, 20)
	d.Tick()
	id := portal.NewID()
	d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: "their-request", Start: nineOn("2026-11-27", 0)})
	if all := d.DayList("titres", "2026-11-27"); len(all) != 1 || all[0].ID != id || all[0].Name != "Sofia Benali" || !all[0].Pending {
		t.Errorf("the list says %+v", all)
	}
}

// More or fewer people come than its time is for.
func TestTheTimeFollowsThePeople(t *testing.T) {
	d := visiting(t)
	people := func(answers string) wire.Change {
		return d.row(mine, wire.Requests, papersAsked, wire.Request{ID: papersAsked, Account: me, Procedure: "papers", Version: 1, State: "waiting_family",
			Corrections: []wire.Correction{{N: 1, Fields: []string{"people"}}}, Answers: json.RawMessage(answers)})
	}
	fit := func(want appointments.Fit, ends int64) {
		t.Helper()
		w, _ := d.Visit(papersAsked)
		if slot, got := w.Fit(); got != want || want != appointments.Fits && slot.End != ends {
			t.Errorf("%s until %s, not %s", got, slot.Until().Format("15:04"), want)
		}
	}
	d.get(people(`{"people":[{"name":"Léa Roy"},{"name":"Anne Roy"}]}`), d.row(mine, wire.Appointments, theirs, confirmed(nineOn(wednesday, 0), 0)),
		d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 0), 30)))
	fit(appointments.Fits, 0)
	// Off line the correction waits: what it will do is known.
	d.do(wire.RequestAnswer, wire.AnswerCorrection{Request: papersAsked, Answers: json.RawMessage(`{"people":[{"name":"A"},{"name":"B"},{"name":"C"}]}`)})
	fit(appointments.Longer, nineOn(wednesday, 45))
	d.get(d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 0), 60)))
	fit(appointments.TooShort, nineOn(wednesday, 30))
	if w, _ := d.Visit(papersAsked); len(w.Free(wednesday)) != 0 {
		t.Errorf("three people have %v", w.Free(wednesday))
	}
	// The town hall could not make it longer either; then there is room.
	d.decided(people(`{"people":[{"name":"A"},{"name":"B"},{"name":"C"}]}`))
	fit(appointments.TooShort, nineOn(wednesday, 30))
	d.get(d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 0), 30)))
	fit(appointments.Longer, nineOn(wednesday, 45))
	d.do(wire.AppointmentMove, wire.MoveAppointment{Appointment: theirs, Start: nineOn(wednesday, 0)})
	if a := d.holds(nineOn(wednesday, 0), true); a.End != nineOn(wednesday, 45) || a.People != 3 || a.Confirmed.End != nineOn(wednesday, 30) {
		t.Errorf("kept where it is it becomes %+v", a)
	}
	fit(appointments.Fits, 0)
}
