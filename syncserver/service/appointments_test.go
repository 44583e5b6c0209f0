package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/requests/sample"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

func init() {
	booked := func(w *world) portal.ID {
		id := portal.NewID()
		w.room(family)
		w.desks[family].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: w.pacs(family), Start: w.civilSlot()})
		return id
	}
	// The desk is that of the other agent: marriage and PACS are seen to there.
	both := func(own, desk portal.Code) map[string]portal.Code {
		return withCashier(cells(func(who string) portal.Code {
			switch who {
			case family:
				return own
			case otherAgent:
				return desk
			}
			return portal.NotFound
		}), portal.NotFound)
	}
	desk := func(desk, others portal.Code) map[string]portal.Code {
		return withCashier(cells(func(who string) portal.Code {
			switch who {
			case otherAgent:
				return desk
			case deskAgent, secondAgent:
				return others
			}
			return portal.Forbidden
		}), others)
	}
	maps.Copy(matrix, map[string][]row{
		"appointment.book@1": {
			{"for the family's request", func(w *world, _ int) any {
				w.room(family)
				return wire.BookAppointment{Appointment: portal.NewID(), Request: w.pacs(family), Start: w.civilSlot()}
			}, both(accepted, accepted)},
		},
		"appointment.move@1": {
			{"of the family", func(w *world, _ int) any { return wire.MoveAppointment{Appointment: booked(w), Start: w.civilSlot()} }, both(accepted, accepted)},
		},
		"appointment.cancel@1": {
			{"of the family, with a reason", func(w *world, _ int) any {
				return wire.CancelAppointment{Appointment: booked(w), Reason: "Le bureau ferme."}
			}, withCashier(cells(func(who string) portal.Code {
				switch who {
				case otherAgent:
					return accepted
				case deskAgent, secondAgent:
					return portal.NotFound
				}
				return portal.Forbidden // a family gives no reason
			}), portal.NotFound)},
			{"of the family, without a reason", func(w *world, _ int) any { return wire.CancelAppointment{Appointment: booked(w)} },
				cells(func(who string) portal.Code {
					switch who {
					case family:
						return accepted
					case deskAgent, secondAgent, otherAgent:
						return portal.Missing
					}
					return portal.NotFound
				})},
		},
		"appointment.mark@1": {
			{"of the family, before its day", func(w *world, _ int) any {
				return wire.MarkAppointment{Appointment: booked(w), State: string(appointments.Honoured)}
			}, desk(appointments.NotYetHeld, portal.NotFound)},
		},
		"appointment.close@1": {
			{"of the other desk", func(*world, int) any {
				at := portal.Date("2027-06-01").At(9, 0).UnixMicro()
				return wire.CloseAppointments{Closure: portal.NewID(), Service: "etat-civil", From: at, To: at + 3600e6, Reason: "Formation"}
			}, desk(accepted, portal.Forbidden)},
		},
		"appointment.reopen@1": {
			{"of the other desk", func(w *world, _ int) any {
				at, id := portal.Date("2027-06-01").At(9, 0).UnixMicro(), portal.NewID()
				w.desks[otherAgent].Must(wire.AppointmentClose, wire.CloseAppointments{Closure: id, Service: "etat-civil", From: at, To: at + 3600e6, Reason: "Formation"})
				return wire.ReopenAppointments{Closure: id}
			}, desk(accepted, portal.Forbidden)},
		},
	})
}

// pacs is a new request for which two people come to the civil status office.
func (w *world) pacs(who string) portal.ID {
	request := portal.NewID()
	p := revised(w.t, "dossier-de-pacs", func(map[string]any) {})
	ctx := requests.Context{Today: portal.DateOf(w.Clock.Now()), People: []portal.ID{}, Sources: map[string][]requests.Choice{}}
	answers, err := sample.Make(p, ctx, 1, false, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.desks[who].Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: p.ID, Version: p.Version, Answers: answers.Encode(), Terms: true})
	return request
}

// papers is a new request for the identity papers of some people.
func (w *world) papers(who string, people ...string) portal.ID {
	return papersOf(w.t, w.desks[who], people...)
}

func papersOf(t *testing.T, d *hosttest.Desk, people ...string) portal.ID {
	t.Helper()
	var rows []map[string]any
	for _, name := range people {
		rows = append(rows, map[string]any{"name": name, "birthDate": "1990-05-04", "titles": []string{"card"}, "reason": "renewal"})
	}
	answers, err := json.Marshal(map[string]any{"people": rows})
	if err != nil {
		t.Fatal(err)
	}
	request := portal.NewID()
	d.Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "papiers-d-identite", Version: 2, Answers: answers, Terms: true})
	return request
}

func (w *world) service(id portal.ID) (s appointments.Service) {
	w.t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) error { _, err := tx.Fact(wire.AppointmentServices, id, &s); return err }); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// civilSlot is the next free time of the civil status office.
func (w *world) civilSlot() int64 {
	w.t.Helper()
	s := w.service("etat-civil")
	for day := portal.DateOf(w.Clock.Now()).Add(5); ; day = day.Add(1) {
		var busy appointments.Busy
		if err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) { busy, err = tx.Busy(s.ID, day); return err }); err != nil {
			w.t.Fatal(err)
		}
		for _, slot := range s.Slots(day, 1) {
			if s.Counter(busy, slot) > 0 && day != "2026-12-25" && day != "2027-01-01" {
				return slot.Start
			}
		}
	}
}

// The Monday after the tests begin, and another day.
const visitDay portal.Date = "2026-11-23"

func at(hour, minute int) int64 { return visitDay.At(hour, minute).UnixMicro() }

// appointment is an appointment as its family has it.
func (w *world) appointment(who string, id portal.ID) (a wire.Appointment) {
	w.t.Helper()
	w.desks[who].Catch()
	if err := json.Unmarshal([]byte(w.desks[who].In(wire.Appointments)[string(id)]), &a); err != nil {
		w.t.Fatalf("appointment %s: %v", id, err)
	}
	return a
}

func TestAFamilyTakesMovesAndCancelsAnAppointment(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := s.SignIn("yann.morel")
		request := w.papers(family, "Ondine Tamarin", "Philémon Tamarin", "Plantepersonne Tamarin")
		id := portal.NewID()
		d := w.desks[family]
		d.Refused(appointments.NotNeeded, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: w.submitted(), Start: at(9, 0)})
		d.Refused(appointments.NoSuchSlot, wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: request, Start: at(11, 30)}) // three do not fit before noon
		d.Must(wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: request, Start: at(9, 0)})
		if a := w.appointment(family, id); a.End != at(9, 45) || a.People != 3 || a.Counter != 1 || a.State != "booked" {
			t.Fatalf("three people hold %+v", a)
		}
		d.Refused(appointments.HasAppointment, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: at(10, 0)})

		// Everybody is told what is taken, and nobody of whom.
		open := s.Anonymous()
		open.Catch()
		if got, want := open.In(wire.AppointmentDays)["titres/"+string(visitDay)], fmt.Sprintf(`{"service":"titres","day":"2026-11-23","taken":{"1":[{"start":%d,"end":%d}]}}`, at(9, 0), at(9, 45)); got != want {
			t.Errorf("everybody is told %s, not %s", got, want)
		}
		agent.Catch()
		if line := agent.In(wire.DeskAppointments)[string(id)]; !strings.Contains(line, "Ondine Tamarin") || !strings.Contains(line, `"people":3`) || strings.Contains(line, "Plantepersonne") {
			t.Errorf("the list of the day says %s", line)
		}

		// Another family has the second counter; a move there is refused, and what
		// was had stays.
		theirs, second := portal.NewID(), portal.NewID()
		w.desks[otherFamily].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: theirs, Request: w.papers(otherFamily, "Sidonie Vergne"), Start: at(9, 30)})
		w.desks[otherParent].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: second, Request: w.papers(otherParent, "Basile Corbin"), Start: at(10, 0)})
		w.desks[noCustody].Must(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: w.papers(noCustody, "Eudoxie Maillard"), Start: at(10, 0)})
		w.desks[otherFamily].Refused(appointments.SlotTaken, wire.AppointmentMove, wire.MoveAppointment{Appointment: theirs, Start: at(10, 0)})
		if a := w.appointment(otherFamily, theirs); a.Start != at(9, 30) || a.Sequence != 0 || a.Counter != 2 {
			t.Errorf("after a refused move there stands %+v", a)
		}
		// A move may reach into what one holds oneself.
		d.Must(wire.AppointmentMove, wire.MoveAppointment{Appointment: id, Start: at(9, 15)})
		if a := w.appointment(family, id); a.Start != at(9, 15) || a.End != at(10, 0) || a.Sequence != 1 || a.Counter != 1 {
			t.Errorf("moved there stands %+v", a)
		}
		d.Refused(portal.NotFound, wire.AppointmentMove, wire.MoveAppointment{Appointment: theirs, Start: at(14, 0)})

		d.Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: id})
		d.Refused(appointments.NoAppointment, wire.AppointmentCancel, wire.CancelAppointment{Appointment: id})
		if a := w.appointment(family, id); a.State != "cancelled" || a.Sequence != 2 || a.Staff {
			t.Errorf("cancelled there stands %+v", a)
		}
		agent.Catch()
		if line, there := agent.In(wire.DeskAppointments)[string(id)]; there {
			t.Errorf("a cancelled one stands in the list: %s", line)
		}
		again := portal.NewID()
		d.Must(wire.AppointmentBook, wire.BookAppointment{Appointment: again, Request: request, Start: at(9, 0)})
		if len(w.told(t, family)) != 0 {
			t.Error("a family is told of what it did itself")
		}

		// The cut-offs are the server's: until Friday noon for booking, and until
		// four for changing.
		s.Clock.Set(portal.Date("2026-11-20").At(12, 0))
		d, agent = s.SignIn("motfamille"), s.SignIn("yann.morel")
		w.desks[family] = d
		other := w.papers(family, "Ondine Tamarin")
		d.Refused(appointments.SlotTooSoon, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: other, Start: at(14, 0)})
		d.Refused(appointments.SlotTooFar, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: other, Start: portal.Date("2027-01-18").At(9, 0).UnixMicro()})
		agent.Must(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: other, Start: at(14, 0)})
		s.Clock.Set(portal.Date("2026-11-20").At(16, 0))
		d, agent = s.SignIn("motfamille"), s.SignIn("yann.morel")
		w.desks[family] = d
		d.Refused(appointments.ChangeTooLate, wire.AppointmentCancel, wire.CancelAppointment{Appointment: again})
		agent.Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: again, Reason: "Panne de la machine."})
		if a := w.appointment(family, again); !a.Staff || a.Reason != "Panne de la machine." {
			t.Errorf("the family reads %+v", a)
		}
		// Nobody comes for a request that was taken back.
		d.Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: other})
		d.Refused(appointments.RequestOver, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: other, Start: at(15, 0)})
		agent.Catch()
		for _, line := range agent.In(wire.DeskAppointments) {
			if strings.Contains(line, string(other)) {
				t.Errorf("it stands in the list still: %s", line)
			}
		}
	})
}

// Many families want the same hour at once, take others, move and cancel: at
// each counter there is one at a time, and every place is had by somebody.
func TestNeverTwoForOneSlot(t *testing.T) {
	const many = 16
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		var desks []*hosttest.Desk
		var asked []portal.ID
		for i := range many {
			d := s.SignIn([]string{"motfamille", "motautre", "motparent", "motaieule"}[i%4])
			desks, asked = append(desks, d), append(asked, papersOf(t, d, "Une Personne"))
		}
		var wg sync.WaitGroup
		got := make([]portal.ID, many)
		send := func(i int, kind string, args any) bool {
			_, e := desks[i].Envelope(kind, args)
			out, err := desks[i].SendCommands(context.Background(), desks[i].Outbox, []wire.Envelope{e})
			if err != nil {
				t.Error(err)
				return false
			}
			if v := out.Verdicts[0]; !v.Accepted && v.Error.Code != appointments.SlotTaken {
				t.Errorf("refused with %v", v.Error)
			}
			return out.Verdicts[0].Accepted
		}
		// All want nine o'clock; two have it.
		for i := range many {
			wg.Go(func() {
				id := portal.NewID()
				if send(i, wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: asked[i], Start: at(9, 0)}) {
					got[i] = id
				}
			})
		}
		wg.Wait()
		had := 0
		for _, id := range got {
			if id != "" {
				had++
			}
		}
		if had != w.service(demo.Papers).Counters {
			t.Fatalf("%d have the same hour at %d counters", had, w.service(demo.Papers).Counters)
		}
		// The others take the hours around it, then everybody moves about.
		for i := range many {
			wg.Go(func() {
				for n := range 6 {
					start := at(9, 15*((i+n)%6))
					if got[i] == "" {
						if id := portal.NewID(); send(i, wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: asked[i], Start: start}) {
							got[i] = id
						}
						continue
					}
					if n%3 == 2 && i%2 == 0 {
						if send(i, wire.AppointmentCancel, wire.CancelAppointment{Appointment: got[i]}) {
							got[i] = ""
						}
						continue
					}
					send(i, wire.AppointmentMove, wire.MoveAppointment{Appointment: got[i], Start: start})
				}
			})
		}
		wg.Wait()
		// What each was told is what stands; hosttest looks for two at a counter.
		held := 0
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			for i, id := range got {
				a, found, err := tx.AwaitedAppointment(asked[i])
				if err != nil {
					return err
				}
				if found != (id != "") || found && a.ID != id {
					t.Errorf("desk %d was told of %q, and there stands %q", i, id, a.ID)
				}
				if found {
					held++
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if held < 4 {
			t.Errorf("only %d of them have anything", held)
		}
	})
}

// No family takes all the time there is; an agent may give it more.
func TestAFamilyHoldsItsShareOfTheTime(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		book := func(who string, request portal.ID) (id portal.ID, code portal.Code) {
			id = portal.NewID()
			return id, w.try(t, who, wire.AppointmentBook, wire.BookAppointment{Appointment: id, Request: request, Start: w.civilSlot()})
		}
		var first portal.ID
		for i := range appointments.MostHeld {
			id, code := book(family, w.pacs(family))
			if code != accepted {
				t.Fatalf("appointment %d: %s", i+1, code)
			}
			if i == 0 {
				first = id
			}
		}
		one, two := w.pacs(family), w.pacs(family)
		if _, code := book(family, one); code != appointments.TooMany {
			t.Errorf("one more: %s", code)
		}
		if _, code := book(otherAgent, one); code != accepted {
			t.Errorf("one more by an agent: %s", code)
		}
		if _, code := book(otherFamily, w.pacs(otherFamily)); code != accepted {
			t.Errorf("another family: %s", code)
		}
		w.desks[family].Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: first})
		if _, code := book(family, two); code != appointments.TooMany {
			t.Errorf("with those that the town hall made: %s", code)
		}
		w.desks[family].Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: w.booked(one)})
		if _, code := book(family, two); code != accepted {
			t.Errorf("after two were given up: %s", code)
		}
		// What has gone by counts no more, marked or not.
		s.Clock.Set(portal.Date("2027-02-01").At(9, 0))
		w.desks[family] = s.SignIn("motfamille")
		if _, code := book(family, two); code != accepted {
			t.Errorf("once all have gone by: %s", code)
		}
	})
}

// room gives up what a family holds at the civil status office.
func (w *world) room(who string) {
	w.t.Helper()
	var all []store.Appointment
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) { all, err = tx.AppointmentsTo(w.account(who)); return err }); err != nil {
		w.t.Fatal(err)
	}
	for _, ap := range all {
		if ap.State == string(appointments.Booked) && ap.Service == "etat-civil" {
			w.desks[otherAgent].Must(wire.AppointmentCancel, wire.CancelAppointment{Appointment: ap.ID, Reason: "Place nette"})
		}
	}
}

// booked is the appointment that a request has.
func (w *world) booked(request portal.ID) (id portal.ID) {
	w.t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) error {
		ap, _, err := tx.AwaitedAppointment(request)
		id = ap.ID
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return id
}
