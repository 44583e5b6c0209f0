package simulate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// In some histories families come for their identity papers: they want the
// same few times, move, cancel and change how many they are, while the agent
// who receives them closes hours and notes who came.

// receiver is the agent who receives for identity papers.
const receiver = "yann.morel"

const papersForm = "papiers-d-identite"

// narrow leaves one counter for identity papers: two would do for everybody.
func narrow(tx *store.Tx) error {
	var s appointments.Service
	if _, err := tx.Fact(wire.AppointmentServices, demo.Papers, &s); err != nil {
		return err
	}
	s.Counters = 1
	return tx.PutFact(wire.AppointmentServices, demo.Papers, s)
}

// people is the answers of some who come.
func people(n int) json.RawMessage {
	var rows []map[string]any
	for i := range n {
		rows = append(rows, map[string]any{"name": fmt.Sprintf("Personne %c", 'A'+i), "birthDate": "1990-05-04", "titles": []string{"card"}, "reason": "renewal"})
	}
	raw, _ := json.Marshal(map[string]any{"people": rows})
	return raw
}

// slot is a time that is fought for, mostly one that looks free; false for none.
func (d *desktop) slot(w view.Visit) (int64, bool) {
	const few = 3
	day := d.day()
	from := w.Free(day)
	if d.r.IntN(4) == 0 {
		from = w.Service.Slots(day, w.N) // without looking
	}
	s, ok := pick(d.r, from[:min(few, len(from))])
	return s.Start, ok
}

// comes does one thing that a family does about its appointments.
func (d *desktop) comes() {
	asked := slices.DeleteFunc(d.view.Requests(), func(q view.Request) bool { return q.Procedure != papersForm })
	if len(asked) == 0 || len(asked) < 3 && d.r.IntN(6) == 0 {
		d.submit(wire.RequestSubmit, wire.SubmitRequest{Request: d.ids(), Procedure: papersForm, Version: 2, Answers: people(1 + d.r.IntN(2)), Terms: true})
		return
	}
	q, _ := pick(d.r, asked)
	w, offered := d.view.Visit(q.ID)
	if !offered {
		return
	}
	if q.Asked() != nil && d.r.IntN(2) == 0 {
		d.submit(wire.RequestAnswer, wire.AnswerCorrection{Request: q.ID, Answers: people(1 + d.r.IntN(3))})
		return
	}
	a, has := d.view.AppointmentOf(q.ID)
	needs := d.waiting(q.Command, a.Command)
	switch x := d.r.IntN(100); {
	case !has || !a.Awaited():
		if start, ok := d.slot(w); ok {
			d.submit(wire.AppointmentBook, wire.BookAppointment{Appointment: d.ids(), Request: q.ID, Start: start}, needs...)
		}
	case x < 15 && a.Pending && a.Confirmed == nil:
		d.undo(a.Command)
	case x < 65:
		if start, ok := d.slot(w); ok {
			d.submit(wire.AppointmentMove, wire.MoveAppointment{Appointment: a.ID, Start: start}, needs...)
		}
	case x < 80:
		d.submit(wire.AppointmentCancel, wire.CancelAppointment{Appointment: a.ID}, needs...)
	}
}

// waiting is those of some commands that have not been answered.
func (d *desktop) waiting(commands ...portal.ID) (out []portal.ID) {
	for _, p := range d.cache.Outbox() {
		if slices.Contains(commands, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

// receives does one thing that the agent does who receives them.
func (d *desktop) receives() {
	const why = "Le guichet est fermé."
	day := d.day()
	listed := d.view.DayList(demo.Papers, day)
	one, some := pick(d.r, listed)
	switch x := d.r.IntN(100); {
	case x < 20:
		from := day.At(9, 15*d.r.IntN(3))
		d.submit(wire.AppointmentClose, wire.CloseAppointments{Closure: d.ids(), Service: demo.Papers, From: from.UnixMicro(), To: day.At(10, 0).UnixMicro(), Reason: why})
	case x < 35:
		if c, ok := pick(d.r, d.view.ClosuresOf(demo.Papers)); ok {
			d.submit(wire.AppointmentReopen, wire.ReopenAppointments{Closure: c.ID})
		}
	case x < 50:
		if today, ok := pick(d.r, append(d.view.DayList(demo.Papers, d.view.Today()), d.view.DayList(demo.Papers, d.view.Today().Add(-1))...)); ok {
			state := []appointments.State{appointments.Honoured, appointments.Missed, appointments.Booked}[d.r.IntN(3)]
			d.submit(wire.AppointmentMark, wire.MarkAppointment{Appointment: today.ID, State: string(state)}, d.waiting(today.Command)...)
		}
	case x < 60 && some:
		d.submit(wire.AppointmentCancel, wire.CancelAppointment{Appointment: one.ID, Reason: why}, d.waiting(one.Command)...)
	case x < 70 && some:
		if w, offered := d.view.Visit(one.Request); offered {
			if start, ok := d.slot(w); ok {
				d.submit(wire.AppointmentMove, wire.MoveAppointment{Appointment: one.ID, Start: start, Reason: why}, d.waiting(one.Command)...)
			}
		}
	default:
		q, ok := pick(d.r, slices.Sorted(maps.Keys(d.view.Rows(wire.Queue))))
		if !ok {
			return
		}
		if d.r.IntN(3) == 0 {
			d.submit(wire.RequestTake, wire.TakeRequest{Request: q})
		} else {
			d.submit(wire.RequestAsk, wire.AskCorrection{Request: q, Fields: []string{"people"}, Text: "Combien serez-vous ?"})
		}
	}
}

// held is each appointment as its family's feed has it, at one point of a line.
type held map[portal.ID]wire.Appointment

// follow takes in what a batch has changed, and says which two then hold one
// counter at a time, or nothing.
func (a held) follow(changes []wire.Change) (wrong string) {
	touched := false
	for _, c := range changes {
		var one wire.Appointment
		if c.Collection == wire.Appointments && wire.FeedKind(c.Feed) == "account" && json.Unmarshal(c.Body, &one) == nil {
			a[one.ID], touched = one, true
		}
	}
	if !touched {
		return ""
	}
	for _, x := range a {
		for _, y := range a {
			if x.ID < y.ID && x.Service == y.Service && x.Counter == y.Counter && x.Start < y.End && y.Start < x.End &&
				appointments.State(x.State).Held() && appointments.State(y.State).Held() {
				wrong = max(wrong, fmt.Sprintf("counter %d is given twice: %+v and %+v", x.Counter, x, y))
			}
		}
	}
	return wrong
}

// received checks that each appointment that was taken is there, where one of
// the accepted commands put it, and cancelled only where that was asked for.
func (h *history) received(tx *store.Tx) error {
	starts, cancelled := map[portal.ID][]int64{}, map[portal.ID]bool{}
	var closed []*wire.CloseAppointments
	deeds := h.deeds()
	for _, id := range slices.Sorted(maps.Keys(h.town.judged)) {
		if x := deeds[id]; x != nil && h.town.judged[id].Accepted {
			switch a := x.args.(type) {
			case wire.BookAppointment:
				starts[a.Appointment] = append(starts[a.Appointment], a.Start)
			case wire.MoveAppointment:
				starts[a.Appointment] = append(starts[a.Appointment], a.Start)
			case wire.CancelAppointment:
				cancelled[a.Appointment] = true
			case wire.CloseAppointments:
				closed = append(closed, &a)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(starts)) {
		a, found, err := tx.Appointment(id)
		if err != nil {
			return err
		}
		within := slices.ContainsFunc(closed, func(c *wire.CloseAppointments) bool { return c.From < a.End && a.Start < c.To })
		switch is := a.State == string(appointments.Cancelled); {
		case !found:
			h.fail("appointment %s was accepted and is not there", id)
		case !slices.Contains(starts[id], a.Start):
			h.fail("appointment %s is at %d, where nobody put it", id, a.Start)
		case is && !cancelled[id] && !within:
			h.fail("appointment %s was cancelled by nobody", id)
		case !is && cancelled[id]:
			h.fail("appointment %s was cancelled and is %s", id, a.State)
		}
	}
	return nil
}
