package view

import (
	"encoding/json"
	"testing"
	"time"

	"parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// papersForm asks who comes, each for a slot of the service "titres".
const papersForm = `{"id":"papers","version":1,"group":"g","desk":"citoyennete","title":{"fr":"Papiers","en":"Papers"},"summary":{"fr":"a","en":"a"},
	"explanation":{"fr":"a","en":"a"},"duration":{"fr":"a","en":"a"},"delay":{"fr":"a","en":"a"},"legal":{"fr":"a","en":"a"},"online":true,
	"appointment":{"at":"titres","people":"people"},
	"pages":[{"key":"one","title":{"fr":"a","en":"a"},"fields":[{"key":"people","kind":"group","label":{"fr":"a","en":"a"},"item":{"fr":"a","en":"a"},
	"maxRows":4,"fields":[{"key":"name","kind":"name","label":{"fr":"a","en":"a"}}]}]}]}`

const (
	wednesday portal.Date = "2026-11-25"
	thursday  portal.Date = "2026-11-26"

	papersAsked portal.ID = "request-papers"
	theirs      portal.ID = "appointment"
)

func nineOn(day portal.Date, minutes int) int64 { return day.At(9, minutes).UnixMicro() }

// visiting has a service with one counter, and a request for two people.
func visiting(t testing.TB, rows ...wire.Change) *desk {
	t.Helper()
	d := open(t)
	service := appointments.Service{ID: "titres", Desk: "citoyennete", Slot: 15, Counters: 1, Most: 4, Weeks: 8,
		Book: bookings.Cutoff{Days: 1, Hour: 12}, Change: bookings.Cutoff{Days: 1, Hour: 16}}
	for day := time.Monday; day <= time.Friday; day++ {
		service.Hours = append(service.Hours, appointments.Hours{Weekday: day, From: 9 * 60, To: 10 * 60})
	}
	d.get(
		d.row(town, wire.AppointmentServices, "titres", service),
		d.row(town, wire.Procedures, "papers", json.RawMessage(papersForm)),
		d.row(mine, wire.Requests, papersAsked, wire.Request{ID: papersAsked, Account: me, Procedure: "papers", Version: 1, State: "submitted",
			Answers: json.RawMessage(`{"people":[{"name":"Léa Roy"},{"name":"Anne Roy"}]}`)}),
	)
	d.get(rows...)
	return d
}

func (d *desk) free(day portal.Date) int {
	d.t.Helper()
	w, there := d.Visit(papersAsked)
	if !there {
		d.t.Fatal("no appointment is to be had")
	}
	return len(w.Free(day))
}

func (d *desk) holds(start int64, pending bool) Appointment {
	d.t.Helper()
	a, there := d.AppointmentOf(papersAsked)
	if !there || a.Start != start || a.Pending != pending || !a.Stands() {
		d.t.Fatalf("there stands %+v (%t)", a, there)
	}
	return a
}

func confirmed(start int64, sequence int) wire.Appointment {
	return wire.Appointment{ID: theirs, Request: papersAsked, Service: "titres", Start: start, End: start + 1800e6, Counter: 1, People: 2, State: "booked", Sequence: sequence, Made: 1}
}

func taken(start int64, minutes int64) appointments.Busy {
	s := appointments.Slot{Start: start, End: start + minutes*60e6}
	return appointments.Busy{Service: "titres", Day: s.Day(), Taken: map[int][]appointments.Slot{1: {s}}}
}

func TestAnAppointmentIsShownBeforeItIsSent(t *testing.T) {
	d := visiting(t)
	if n := d.free(wednesday); n != 3 {
		t.Fatalf("two people have %d times within an hour, not 3", n)
	}
	booked := d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: theirs, Request: papersAsked, Start: nineOn(wednesday, 0)})
	if a := d.holds(nineOn(wednesday, 0), true); a.End != nineOn(wednesday, 30) || a.People != 2 || a.Command != booked || a.Confirmed != nil || a.Late != nil {
		t.Errorf("pending it is %+v", a)
	}
	if n := d.free(wednesday); n != 3 {
		t.Errorf("one's own time takes %d of 3 from oneself", 3-n)
	}
	if len(d.Doubts()) > 0 {
		t.Errorf("it is doubted: %v", d.Doubts())
	}
	// A second one for the same request is doubted, and a move follows the first.
	d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: papersAsked, Start: nineOn(thursday, 0)})
	if all := d.Doubts(); len(all) != 1 || all[0].Reason.Code != appointments.HasAppointment {
		t.Errorf("the second is doubted as %v", all)
	}
	d.outbox = d.outbox[:1]
	d.do(wire.AppointmentMove, wire.MoveAppointment{Appointment: theirs, Start: nineOn(thursday, 15)}, booked)
	d.holds(nineOn(thursday, 15), true)
	// Decided: the state says it, and nothing waits.
	d.decided(d.row(mine, wire.Appointments, theirs, confirmed(nineOn(thursday, 15), 1)), d.row(town, wire.AppointmentDays, "titres/"+portal.ID(thursday), taken(nineOn(thursday, 15), 30)))
	d.holds(nineOn(thursday, 15), false)
	if n := d.free(thursday); n != 3 {
		t.Errorf("%d times on the day of one's own", n)
	}
	if all := d.NextAppointments(); len(all) != 1 || all[0].ID != theirs {
		t.Errorf("to come are %v", all)
	}
	d.do(wire.AppointmentCancel, wire.CancelAppointment{Appointment: theirs})
	if a, _ := d.AppointmentOf(papersAsked); a.Stands() || !a.Pending || a.Confirmed == nil {
		t.Errorf("being cancelled it is %+v", a)
	}
	if len(d.NextAppointments()) != 0 {
		t.Error("what is being cancelled is still to come")
	}
}

// A month of days is judged at each stroke that turns it: well under a frame.
func BenchmarkAMonthOfFreeTimes(b *testing.B) {
	d := visiting(b)
	w, _ := d.Visit(papersAsked)
	for b.Loop() {
		for i, day := 0, MonthStart(monday); i < 42; i, day = i+1, day.Add(1) {
			w.Free(day)
		}
	}
}

func TestATimeThatOthersTookIsDoubted(t *testing.T) {
	d := visiting(t)
	id := d.do(wire.AppointmentBook, wire.BookAppointment{Appointment: theirs, Request: papersAsked, Start: nineOn(wednesday, 0)})
	d.get(d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 15), 15)))
	if all := d.Doubts(); len(all) != 1 || all[0].ID != id || all[0].Reason.Code != appointments.SlotTaken {
		t.Fatalf("it is doubted as %v", all)
	}
	if command, why := d.UnsureAppointment(papersAsked); command != id || why == nil || why.Code != appointments.SlotTaken {
		t.Errorf("what waits is doubted as %s, %v", command, why)
	}
	if n := d.free(wednesday); n != 1 {
		t.Errorf("%d times are left between 9:30 and 10:00", n)
	}
	// Once under way, what is taken may well be this very one.
	d.hand()
	if all := d.Doubts(); len(all) != 0 {
		t.Errorf("under way it is doubted as %v", all)
	}
	if command, why := d.UnsureAppointment(papersAsked); command != "" || why != nil {
		t.Errorf("under way there is %s, %v", command, why)
	}
	d.decided()
	if _, there := d.AppointmentOf(papersAsked); there {
		t.Error("a refused one stands")
	}
}

func TestAMoveThatIsRefusedLeavesTheFormer(t *testing.T) {
	d := visiting(t)
	d.get(d.row(mine, wire.Appointments, theirs, confirmed(nineOn(wednesday, 0), 0)), d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 0), 30)))
	d.do(wire.AppointmentMove, wire.MoveAppointment{Appointment: theirs, Start: nineOn(thursday, 0)})
	a := d.holds(nineOn(thursday, 0), true)
	if a.Confirmed == nil || a.Confirmed.Start != nineOn(wednesday, 0) {
		t.Errorf("what stands at the town hall is %+v", a.Confirmed)
	}
	d.decided()
	d.holds(nineOn(wednesday, 0), false)
	// After the cut-off a change is doubted, and the screen knows why.
	d.now = tuesday.At(16, 0)
	d.Tick()
	if a := d.holds(nineOn(wednesday, 0), false); a.Late == nil || a.Late.Code != appointments.ChangeTooLate {
		t.Errorf("too late it says %v", a.Late)
	}
	d.do(wire.AppointmentCancel, wire.CancelAppointment{Appointment: theirs})
	if all := d.Doubts(); len(all) != 1 || all[0].Reason.Code != appointments.ChangeTooLate {
		t.Errorf("it is doubted as %v", all)
	}
}

func TestAnAgentsListAndClosures(t *testing.T) {
	d := visiting(t)
	queue := wire.DeskFeed("citoyennete")
	d.get(
		d.row(mine, wire.Accounts, me, wire.Account{ID: me, Kind: wire.Agent, FirstName: "Yann", LastName: "Morel", Desks: []string{"citoyennete"}}),
		d.row(queue, wire.DeskAppointments, "one", wire.DeskAppointment{ID: "one", Request: "their-request", Service: "titres", Name: "Sofia Benali", Start: nineOn(wednesday, 0), End: nineOn(wednesday, 15), Counter: 1, People: 1, State: "booked"}),
		d.row(town, wire.AppointmentDays, "titres/"+portal.ID(wednesday), taken(nineOn(wednesday, 0), 15)),
	)
	if all := d.Services(); len(all) != 1 || all[0].ID != "titres" {
		t.Fatalf("the agent's services are %v", all)
	}
	if all := d.DayList("titres", wednesday); len(all) != 1 || all[0].Name != "Sofia Benali" || all[0].Pending {
		t.Fatalf("the list is %+v", all)
	}
	// A move out of the list alone, without the file.
	if w, there := d.Visit("their-request"); !there || w.N != 1 || !w.Agent {
		t.Fatalf("it cannot be moved: %+v", w.Situation)
	}
	d.do(wire.AppointmentMove, wire.MoveAppointment{Appointment: "one", Start: nineOn(thursday, 0), Reason: "Absence"})
	if all := d.DayList("titres", thursday); len(all) != 1 || !all[0].Pending || len(d.DayList("titres", wednesday)) != 0 {
		t.Errorf("moved it stands in %+v", all)
	}
	closed := portal.NewID()
	d.do(wire.AppointmentClose, wire.CloseAppointments{Closure: closed, Service: "titres", From: nineOn(wednesday, 30), To: nineOn(wednesday, 45), Reason: "Réunion"})
	if n := d.free(wednesday); n != 1 {
		t.Errorf("two people have %d times left on the day, not 1", n)
	}
	if all := d.ClosuresOf("titres"); len(all) != 1 || !all[0].Pending || all[0].Reason != "Réunion" {
		t.Errorf("closed is %+v", all)
	}
	d.do(wire.AppointmentReopen, wire.ReopenAppointments{Closure: closed})
	if n := d.free(wednesday); n != 3 || len(d.ClosuresOf("titres")) != 0 {
		t.Errorf("reopened the day has %d times", n)
	}
}
