package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"parvis/desktop/syncing"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// In some histories the booking of later days opens: those of the canteen at an
// hour, to who comes first; those of the evening are asked for, and drawn.

// The two openings.
const (
	atTheHour portal.ID = "03bb2cc3-d800-7000-8ffe-000000000001"
	drawnLots portal.ID = "03bb2cc3-d800-7000-8ffe-000000000002"
)

const drawSeed = "une graine que chacun peut vérifier"

// opening is from when on, in a history, something can be done.
type opening struct {
	at, until time.Duration
}

// announce announces both.
func (t *town) announce(tx *store.Tx) error {
	r := generator(t.h.seed, 1012)
	t.h.hour = opening{at: between(r, 25*time.Second, 120*time.Second)}
	t.h.lots = opening{at: between(r, 5*time.Second, 20*time.Second), until: between(r, 90*time.Second, 200*time.Second)}
	day := portal.DateOf(start).Add(8)
	days := portal.Period{From: day, To: day.Add(4)}
	err := tx.PutFact(wire.Openings, atTheHour, bookings.Opening{ID: atTheHour, Activity: demo.Canteen, Period: days, Opens: start.Add(t.h.hour.at).UnixMicro()})
	return errors.Join(err, tx.SetSeed(drawnLots, drawSeed), tx.PutFact(wire.Openings, drawnLots, bookings.Opening{
		ID: drawnLots, Activity: demo.Evening, Period: days, Opens: start.Add(t.h.lots.at).UnixMicro(), Mode: bookings.Pooled, Until: start.Add(t.h.lots.until).UnixMicro(),
		Criteria: []bookings.Criterion{{Key: bookings.BySibling, Points: 10}}, Commitment: bookings.Commitment(drawSeed),
	}))
}

// unplug takes a desktop off line around the hour.
func (h *history) unplug(ctx context.Context) {
	r := generator(h.seed, 1013)
	path := h.desktops[r.IntN(3)].path
	if pause(ctx, h.hour.at-between(r, time.Second, 15*time.Second)) == nil {
		path.plug(false)
		h.log("%d is off line at the hour", path.index)
		_ = pause(ctx, between(r, 16*time.Second, 40*time.Second))
	}
	path.plug(true)
}

// plug takes a path away, or gives it back.
func (p *path) plug(in bool) {
	p.mu.Lock()
	p.unplugged = !in
	p.mu.Unlock()
	if !in {
		p.reset()
	}
}

// prepares does one thing about days that are to open.
func (d *desktop) prepares() {
	if p, ok := pick(d.r, d.view.Prepared()); ok && d.r.IntN(3) == 0 {
		switch {
		case d.r.IntN(3) == 0:
			d.submit(wire.GroupDrop, wire.DropPrepared{Group: p.ID})
		case p.Sent == "" && !p.Late:
			d.sends(p) // perhaps too early
		}
		return
	}
	if a, ok := pick(d.r, d.view.Asks()); ok && !a.Pending && d.r.IntN(4) == 0 {
		if o, known := d.view.Opening(a.Opening); known && o.Asking(d.view.Now()) || d.r.IntN(4) == 0 {
			d.submit(wire.OpeningWithdraw, wire.WithdrawAsk{Ask: a.ID})
		}
		return
	}
	all := d.view.MyOpenings()
	if i := slices.IndexFunc(all, func(o view.Opening) bool { return o.Asking(d.view.Now()) }); i >= 0 && d.r.IntN(4) > 0 {
		all = all[i : i+1]
	}
	o, ok := pick(d.r, all)
	if !ok {
		return
	}
	var orders []bookings.Order
	wanted := map[portal.Date]bool{}
	children := o.Children
	if d.r.IntN(2) == 0 {
		one, _ := pick(d.r, children)
		children = []wire.Child{one}
	}
	for range 1 + d.r.IntN(4) {
		day := o.Period.From.Add(d.r.IntN(5))
		if w := day.Weekday(); w == time.Saturday || w == time.Sunday || w == time.Wednesday || wanted[day] {
			continue
		}
		wanted[day] = true
		for _, c := range children {
			orders = append(orders, bookings.Order{Lot: bookings.Lot{Child: c.ID, Activity: o.Activity}, Day: day})
		}
	}
	if len(orders) == 0 {
		return
	}
	lots := d.view.Lots(orders)
	if o.Asking(d.view.Now()) && d.r.IntN(4) > 0 {
		if lots = d.view.Askable(lots); len(lots) > 0 {
			d.submit(wire.OpeningAsk, wire.AskPlaces{Book: lots})
		}
		return
	}
	d.submit(wire.GroupPrepare, wire.PrepareGroup{Group: d.ids(), Book: lots, All: d.r.IntN(4) == 0, Auto: d.r.IntN(4) > 0})
}

// sends sends what was prepared, as the window does.
func (d *desktop) sends(p view.Prepared) {
	if p.Mode != bookings.Pooled {
		d.submit(wire.BookingGroup, wire.GroupBookings{Group: p.ID, Book: p.Book, All: p.All, Wait: !p.All})
	} else if lots := d.view.Askable(p.Book); len(lots) > 0 {
		d.submit(wire.OpeningAsk, wire.AskPlaces{Book: lots, Prepared: p.ID})
	}
}

// rests waits, and sends at the hour what is to go then.
func (d *desktop) rests(wait time.Duration) {
	if !d.h.opens || d.engine == nil || d.secret != "" {
		time.Sleep(wait)
		return
	}
	until := time.Now().Add(wait)
	for _, o := range d.view.MyOpenings() {
		if left := o.At().Sub(d.view.Now()); left > 0 && left < time.Until(until) {
			time.Sleep(left + between(d.r, time.Microsecond, 5*time.Second))
			d.atTheHour()
		}
	}
	if left := time.Until(until); left > 0 {
		time.Sleep(left)
	}
	if !d.signedOut() {
		d.atTheHour()
	}
}

// atTheHour sends what is due and what was too early, as a window does that is
// open then.
func (d *desktop) atTheHour() {
	for _, f := range d.cache.Refused() {
		_, args, err := wire.ReadCommand(f.Body)
		g, group := args.(*wire.GroupBookings)
		if err == nil && group && f.Verdict.Error != nil && f.Verdict.Error.Code == bookings.OpensLater {
			if err := d.engine.MarkRead(f.ID); err != nil {
				d.h.fail("%s cannot read a refusal: %v", d.name, err)
			}
			delete(d.sent, g.Group)
			d.breathes()
		}
	}
	for _, p := range d.view.Prepared() {
		if !p.Auto || p.Sent != "" || p.Late || !p.Opens.IsZero() || d.sent[p.ID] {
			continue
		}
		if state := d.engine.Status().State; state == syncing.Offline || state == syncing.Silent {
			continue
		}
		d.sent[p.ID] = true
		d.sends(p)
		d.breathes()
	}
}

// draws goes on with a draw until nothing is left of it.
func (t *town) draws(ctx context.Context, st *store.Store) error {
	for {
		n := int64(0)
		err := st.Write(ctx, func(tx *store.Tx) (err error) { n, err = t.service.Draw(tx); return err })
		if err != nil || n == 0 {
			return err
		}
	}
}

// undrawn tells that a draw is still to come.
func (h *history) undrawn() string {
	var o bookings.Opening
	for _, c := range h.town.sofar() {
		if c.Collection == wire.Openings && c.Entity == drawnLots && json.Unmarshal(c.Body, &o) != nil {
			return "an opening cannot be read"
		}
	}
	if o.Drawn == 0 {
		return "the draw has not been"
	}
	return ""
}

// drawn checks that each who asked has their turn and their answer, by numbers
// that follow from the seed, and nobody else. It adds what the draw has made.
func (h *history) drawn(tx *store.Tx, made map[portal.ID]bool) error {
	if !h.opens {
		return nil
	}
	asked, withdrawn := map[portal.ID]bool{}, map[portal.ID]bool{}
	for _, d := range h.desktops {
		for _, x := range d.done {
			if !h.town.judged[x.id].Accepted {
				continue
			}
			switch a := x.args.(type) {
			case wire.AskPlaces:
				for _, l := range a.Book {
					asked[bookings.AskID(drawnLots, l.Child, d.account)] = true
				}
			case wire.WithdrawAsk:
				withdrawn[a.Ask] = true
			}
		}
	}
	all, err := tx.AsksIn(drawnLots)
	if err != nil {
		return err
	}
	there, turns := map[portal.ID]bool{}, map[int]bool{}
	for i, a := range all {
		there[a.ID], made[a.ID] = true, true
		results, err := resultsOf(a)
		if err != nil {
			return err
		}
		var lots []bookings.Lot
		if err := json.Unmarshal([]byte(a.Lots), &lots); err != nil {
			return err
		}
		switch {
		case !asked[a.ID]:
			h.fail("nobody made the ask %s", a.ID)
		case a.Turn < 1 || a.Turn > len(all) || turns[a.Turn]:
			h.fail("ask %s had turn %d of %d", a.ID, a.Turn, len(all))
		case a.Number != bookings.Number(drawSeed, bookings.Ticket(drawnLots, a.Child)):
			h.fail("ask %s drew %s, which does not follow from the seed", a.ID, a.Number)
		case len(results) != bookings.Count(lots):
			h.fail("ask %s for %d days is told of %d", a.ID, bookings.Count(lots), len(results))
		case i > 0 && slices.ContainsFunc(all, func(b store.Ask) bool {
			return b.Turn > a.Turn && (b.Points > a.Points || b.Points == a.Points && b.Number < a.Number)
		}):
			h.fail("ask %s had turn %d before one that was to come first", a.ID, a.Turn)
		}
		turns[a.Turn] = true
		for _, r := range results {
			if r.Error == nil {
				made[bookings.GroupedID(a.ID, a.Child, demo.Evening, r.Day)] = true
			} else if r.Waits {
				made[bookings.WaitedID(a.ID, a.Child, demo.Evening, r.Day)] = true
			}
		}
	}
	for id := range asked {
		if !there[id] && !withdrawn[id] {
			h.fail("ask %s was accepted and is not there", id)
		}
	}
	return nil
}

func resultsOf(a store.Ask) (out []wire.AskResult, err error) {
	return out, json.Unmarshal([]byte(a.Results), &out)
}

// findDrawn finds the days that were asked for in the draw.
func (o *operations) findDrawn(tx *store.Tx) (err error) {
	if o.asks, err = tx.AsksIn(drawnLots); err != nil {
		return err
	}
	for _, a := range o.asks {
		results, err := resultsOf(a)
		if err != nil {
			return err
		}
		for _, r := range results {
			id := bookings.GroupedID(a.ID, a.Child, demo.Evening, r.Day)
			o.booked[id] = o.want(takes, id, a.Child, demo.Evening, r.Day)
			for _, d := range o.h.desktops {
				for _, x := range d.done {
					p, is := x.args.(wire.AskPlaces)
					if is && x.yes && d.account == a.Account && (o.makers[id] == nil || x.called < o.makers[id].called) && slices.ContainsFunc(p.Book, func(l bookings.Lot) bool {
						return l.Child == a.Child && slices.Contains(l.Days, r.Day)
					}) {
						o.makers[id] = x
					}
				}
			}
		}
	}
	return nil
}

// placed adds what the draw gave and what it refused.
func (o *operations) placed() error {
	told := o.h.town.first(func(c wire.Change) bool {
		var a wire.Ask
		return c.Collection == wire.Asks && json.Unmarshal(c.Body, &a) == nil && a.Turn > 0
	})
	for _, a := range o.asks {
		results, err := resultsOf(a)
		if err != nil {
			return err
		}
		for _, r := range results {
			id := bookings.GroupedID(a.ID, a.Child, demo.Evening, r.Day)
			cause := o.makers[id]
			if cause == nil {
				o.h.fail("nobody asked for %s in the draw", r.Day)
				continue
			}
			op := porcupine.Operation{Call: int64(cause.called), Return: int64(told[wire.AccountFeed(a.Account)+" "+wire.Asks+"/"+string(a.ID)]), Output: answer{yes: r.Error == nil || r.Waits}}
			p := o.booked[id]
			switch {
			case r.Waits:
				p = o.want(waits, "", a.Child, demo.Evening, r.Day)
			case r.Error != nil:
				op.Output = answer{code: r.Error.Code}
			}
			o.place(p, op)
		}
	}
	return nil
}
