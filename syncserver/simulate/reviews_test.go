package simulate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// In some histories children are not enrolled for the mornings yet, and the town
// has these booked while the request that enrols them is under review: what was
// booked becomes true, and is paid, or falls, without a command of its own.

// review makes the mornings so.
func (t *town) review(tx *store.Tx) error {
	var mornings bookings.Activity
	if _, err := tx.Fact(wire.Activities, demo.Morning, &mornings); err != nil {
		return err
	}
	mornings.Provisional = true
	err := tx.PutFact(wire.Activities, demo.Morning, mornings)
	one, _, e := tx.AccountByLogin(parents[0])
	links, e2 := tx.LinksTo(one.ID)
	if err = errors.Join(err, e, e2); err != nil {
		return err
	}
	for _, l := range links {
		e, found, err := tx.EnrolmentFor(l.Child, demo.Morning, portal.SchoolYearOf(portal.DateOf(start)))
		if err == nil && found {
			err = tx.DropEnrolment(e.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mornings does one thing about mornings: asks for them, takes that back, or books
// one of those that are under review or granted.
func (d *desktop) mornings() {
	child, ok := pick(d.r, d.view.Children())
	if !ok {
		return
	}
	enrolled := false
	for _, e := range d.view.Enrolments(child.ID) {
		enrolled = enrolled || e.Activity == demo.Morning
	}
	if !enrolled || d.r.IntN(8) == 0 {
		slots := []string{`"morning"`, `"morning","evening"`}[d.r.IntN(2)]
		d.submit(wire.RequestSubmit, wire.SubmitRequest{
			Request: d.ids(), Procedure: "accueil-matin-soir", Version: 3, Child: child.ID, Terms: true,
			Answers: json.RawMessage(fmt.Sprintf(`{"child":%q,"school":%q,"class":"ce2","slots":[%s],"usualDays":["mon"],"from":%q}`, child.ID, demo.JulesFerry, slots, portal.DateOf(d.h.town.now()).Add(1))),
		})
		d.fetches(child.ID, d.done[len(d.done)-1].id)
		return
	}
	if d.r.IntN(10) == 0 {
		for _, r := range d.view.Requests() {
			if r.Procedure == "accueil-matin-soir" && !requests.State(r.State).Decided() && r.Account == d.account {
				d.submit(wire.RequestWithdraw, wire.WithdrawRequest{Request: r.ID})
				return
			}
		}
	}
	d.fetches(child.ID)
}

// fetches books some mornings, be it with the request that lets one do so.
func (d *desktop) fetches(child portal.ID, needs ...portal.ID) {
	for range 1 + d.r.IntN(3) {
		d.breathes()
		day := d.day()
		if look := d.view.Day(child, demo.Morning, day); look.Look.CanBook || len(needs) > 0 || d.r.IntN(4) == 0 {
			d.submit(wire.BookingBook, wire.Book{Booking: d.ids(), Child: child, Activity: demo.Morning, Day: day}, needs...)
		}
	}
}

// decides decides on a request for mornings; false where none is there.
func (d *desktop) decides() bool {
	var open []portal.ID
	for id := range d.view.Rows(wire.Queue) {
		if q, there := d.view.QueueItem(id); there && q.Procedure == "accueil-matin-soir" && !requests.State(q.State).Decided() {
			open = append(open, id)
		}
	}
	slices.Sort(open)
	id, ok := pick(d.r, open)
	if !ok {
		return false
	}
	d.submit(wire.RequestTake, wire.TakeRequest{Request: id})
	taken := d.done[len(d.done)-1].id
	d.breathes()
	if d.r.IntN(5) < 2 {
		d.submit(wire.RequestAccept, wire.AcceptRequest{Request: id}, taken)
	} else {
		d.submit(wire.RequestRefuse, wire.RefuseRequest{Request: id, Reason: "Hors secteur."}, taken)
	}
	return true
}

// decidedBy is the request that a command decided.
func decidedBy(x *deed) portal.ID {
	switch a := x.args.(type) {
	case wire.AcceptRequest:
		return a.Request
	case wire.RefuseRequest:
		return a.Request
	case wire.WithdrawRequest:
		return a.Request
	}
	return ""
}

// mayFall reports whether a booking of an activity may have fallen with its request.
func (t *town) mayFall(activity portal.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.h.reviews && activity == demo.Morning && t.reviewed
}

// decision is the first command by which one of some requests was decided, nil for
// none.
func (h *history) decision(of func(request portal.ID) bool) (first *deed) {
	for id, x := range h.deeds() {
		if request := decidedBy(x); request != "" && h.town.judged[id].Accepted && of(request) && (first == nil || x.called < first.called) {
			first = x
		}
	}
	return first
}

// fell is the command with which a provisional booking fell, nil where it did not:
// it is cancelled and nobody cancelled it.
func (h *history) fell(tx *store.Tx, cancelled map[portal.ID]portal.ID, id portal.ID) (*deed, error) {
	b, found, err := tx.Booking(id)
	if err != nil || !found || b.State == store.BookingLive || b.Provisional == "" || h.town.gone[id] || cancelled[id] != "" {
		return nil, err
	}
	if town, err := byTown(tx, id); err != nil || town {
		return nil, err
	}
	h.comes("provisional day fallen")
	return h.decision(func(request portal.ID) bool { return request == b.Provisional }), nil
}

// fallen adds to the days what has fallen with its request.
func (o *operations) fallen(tx *store.Tx) error {
	for id, p := range o.booked {
		x, err := o.h.fell(tx, o.groups.cancelled, id)
		if err != nil {
			return err
		}
		if x != nil {
			p.what = cancels
			o.place(p, porcupine.Operation{Call: int64(x.called), Return: int64(x.settled), Output: answer{yes: true}})
		}
	}
	return nil
}

// confirmed is the command by which a day that was provisional became true and was
// paid, nil where it was never provisional.
func (o *operations) confirmed(tx *store.Tx, booking portal.ID, at time.Duration) (*deed, error) {
	if o.provisional == nil {
		o.provisional = map[portal.ID]bool{}
		for _, c := range o.h.town.sofar() {
			var b wire.Booking
			if c.Collection == wire.Bookings && json.Unmarshal(c.Body, &b) == nil && b.Provisional {
				o.provisional[b.ID] = true
				o.h.comes("provisional day booked")
			}
		}
	}
	if !o.provisional[booking] {
		return nil, nil
	}
	b, _, err := tx.Booking(booking)
	if err != nil {
		return nil, err
	}
	of := map[portal.ID]bool{}
	for _, x := range o.h.deeds() {
		if a, is := x.args.(wire.SubmitRequest); is && a.Child == b.Child {
			of[a.Request] = true
		}
	}
	o.h.comes("provisional day paid")
	return o.h.decision(func(request portal.ID) bool { return of[request] }), nil
}
