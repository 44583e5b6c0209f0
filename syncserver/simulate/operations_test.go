package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// operations is a history as what was asked of each day and each account and how
// that ended.
type operations struct {
	h      *history
	groups groups
	days   map[string][]porcupine.Operation
	purses map[account][]porcupine.Operation
	order  []string // of the days

	booked map[portal.ID]place // each day that was asked for, by the booking it would be
	makers map[portal.ID]*deed // of bookings, and of what a cashier enters
	asks   []store.Ask
	// provisional is the bookings that ever were.
	provisional map[portal.ID]bool
	closings    []closing
	classes     map[portal.ID]string // of children
}

// account is somebody's at a cash desk.
type account struct {
	payer    portal.ID
	cashDesk string
}

// closing is a closure that was declared, and taken back or not.
type closing struct {
	fact             bookings.Closure
	declared, undone *deed
	reopened         time.Duration
}

// operations reads them. Nothing else is left to happen then.
func (h *history) operations() (*operations, error) {
	o := &operations{
		h: h, days: map[string][]porcupine.Operation{}, purses: map[account][]porcupine.Operation{},
		booked: map[portal.ID]place{}, makers: map[portal.ID]*deed{}, classes: map[portal.ID]string{},
	}
	return o, h.town.store.Read(context.Background(), func(tx *store.Tx) (err error) {
		if o.groups, err = h.groupsDone(tx, h.deeds()); err != nil {
			return err
		}
		o.findClosings()
		if err := o.findBookings(tx); err != nil {
			return err
		}
		for _, d := range h.desktops {
			for _, x := range d.done {
				if !x.undone && x.told > 0 {
					o.answered(d, x)
				}
			}
		}
		if err := errors.Join(o.moved(tx), o.absent(), o.placed(), o.fallen(tx)); err != nil {
			return err
		}
		return o.shut(tx)
	})
}

// findClosings finds the closures that were declared, with all that they shut.
func (o *operations) findClosings() {
	reopened := o.h.town.first(func(c wire.Change) bool {
		var fact bookings.Closure
		return c.Collection == wire.Closures && c.Feed == wire.TownFeed && json.Unmarshal(c.Body, &fact) == nil && fact.Reopened != 0
	})
	facts := map[portal.ID]bookings.Closure{}
	for _, c := range o.h.town.sofar() {
		var fact bookings.Closure
		if c.Collection == wire.Closures && c.Feed == wire.TownFeed && json.Unmarshal(c.Body, &fact) == nil {
			facts[fact.ID] = fact
		}
	}
	for _, d := range o.h.desktops {
		for _, x := range d.done {
			if a, is := x.args.(wire.DeclareClosure); is && x.yes {
				o.closings = append(o.closings, closing{fact: facts[a.Closure], declared: x})
			}
		}
	}
	for i := range o.closings {
		k := &o.closings[i]
		k.reopened = reopened[wire.TownFeed+" "+wire.Closures+"/"+string(k.fact.ID)]
		for _, d := range o.h.desktops {
			for _, x := range d.done {
				if a, is := x.args.(wire.UndoClosure); is && x.yes && a.Closure == k.fact.ID && (k.undone == nil || x.called < k.undone.called) {
					k.undone = x
				}
			}
		}
	}
}

// hitBy is the closures that are about a child's day.
func (o *operations) hitBy(child, activity portal.ID, day portal.Date) (out []portal.ID) {
	for _, k := range o.closings {
		if k.fact.Hits(activity, demo.JulesFerry, o.classes[child], day) {
			out = append(out, k.fact.ID)
		}
	}
	return out
}

func dayKey(activity portal.ID, day portal.Date) string { return string(activity) + "/" + string(day) }

// want is a child's day that somebody asks for.
func (o *operations) want(what asks, booking, child, activity portal.ID, day portal.Date) place {
	return place{what: what, booking: booking, child: child, key: dayKey(activity, day), places: o.h.town.places[activity], hitBy: o.hitBy(child, activity, day)}
}

// findBookings finds each day that was asked for, and those that were booked again.
func (o *operations) findBookings(tx *store.Tx) error {
	all, err := tx.Sources()
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Kind == "child" {
			c, _, err := tx.Child(s.ID)
			if err != nil {
				return err
			}
			o.classes[c.ID] = c.Class
		}
	}
	for _, d := range o.h.desktops {
		for _, x := range d.done {
			asked := func(booking, child, activity portal.ID, day portal.Date) {
				o.booked[booking] = o.want(takes, booking, child, activity, day)
				if o.makers[booking] == nil || x.yes {
					o.makers[booking] = x
				}
			}
			switch a := x.args.(type) {
			case wire.Book:
				asked(a.Booking, a.Child, a.Activity, a.Day)
			case wire.EnterAtDesk:
				o.makers[a.Entry] = x
			case wire.UndoAtDesk:
				o.makers[a.Correction] = x
			case wire.CorrectBalance:
				o.makers[a.Correction] = x
			case wire.WithdrawAbsence:
				for _, id := range a.Bookings {
					if again := bookings.RestoredID(a.Absence, id); x.yes {
						o.makers[again] = x
					}
				}
			case wire.GroupBookings:
				for _, l := range bookings.InOrder(a.Book) {
					asked(bookings.GroupedID(a.Group, l.Child, l.Activity, l.Day), l.Child, l.Activity, l.Day)
				}
			}
		}
	}
	if err := o.findDrawn(tx); err != nil {
		return err
	}
	made := map[portal.ID]bool{}
	for id := range o.booked {
		made[id] = true
	}
	if err := again(tx, made); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(made)) {
		if _, known := o.booked[id]; known {
			continue
		}
		b, found, err := tx.Booking(id)
		if err != nil {
			return err
		}
		if found {
			o.booked[id] = o.want(takes, id, b.Child, b.Activity, b.Day)
		}
	}
	return nil
}

// place adds what was asked of a day.
func (o *operations) place(p place, op porcupine.Operation) {
	op.Input = p
	if o.days[p.key] == nil {
		o.order = append(o.order, p.key)
	}
	o.days[p.key] = append(o.days[p.key], op)
}

// refused adds what an account was too low for.
func (o *operations) refused(of account, amount portal.Money, op porcupine.Operation) {
	code := op.Output.(answer).code
	if o.h.reviews && code != ledger.BelowLowest && of.cashDesk == o.h.cashDeskOf(demo.Morning) {
		return // what is booked provisionally is spoken for without a movement
	}
	switch code {
	case bookings.OtherFloor:
		if o.h.parts {
			return // whose floor it was is not told
		}
		fallthrough
	case bookings.BalanceFloor, ledger.BelowLowest:
		op.Input = sum{amount: amount, floor: floor}
		o.purses[of] = append(o.purses[of], op)
	}
}

// took is a deed as an operation, without what it was about.
func took(d *desktop, x *deed) porcupine.Operation {
	out := answer{yes: x.yes}
	if x.verdict.Error != nil {
		out.code = x.verdict.Error.Code
	}
	return porcupine.Operation{ClientId: d.index, Call: int64(x.called), Return: int64(x.settled), Output: out}
}

// answered adds what a desktop asked of days, and what it was refused for money.
func (o *operations) answered(d *desktop, x *deed) {
	op := took(d, x)
	switch a := x.args.(type) {
	case wire.GroupBookings:
		o.grouped(d, x)
	case wire.Book:
		o.place(o.booked[a.Booking], op)
		o.refused(account{o.h.payer(d).account, o.h.cashDeskOf(a.Activity)}, -o.h.price(o.h.payer(d), a.Child, a.Activity, a.Day), op)
	case wire.CorrectBalance:
		o.refused(account{a.Account, a.CashDesk}, a.Amount, op)
	case wire.WithdrawAbsence:
		for _, id := range a.Bookings {
			if p, again := o.booked[bookings.RestoredID(a.Absence, id)]; again && x.yes {
				o.place(p, op)
			}
		}
	case wire.JoinWaiting:
		o.place(o.want(waits, "", a.Child, a.Activity, a.Day), op)
	case wire.CancelBooking:
		if p, played := o.booked[a.Booking]; played {
			p.what = cancels
			o.place(p, op)
		}
	}
}

// moved adds all that moved an account, and what was cancelled by nobody's asking
// for that alone. A movement without a cause is one too many.
func (o *operations) moved(tx *store.Tx) error {
	told := o.h.town.first(func(c wire.Change) bool {
		return c.Collection == wire.Movements && wire.FeedKind(c.Feed) == "account" && !c.Deleted
	})
	seen := map[string]bool{}
	for _, c := range o.h.town.sofar() {
		at, is := told[c.Feed+" "+key(c)]
		if !is || seen[c.Feed+" "+key(c)] || c.Deleted {
			continue
		}
		seen[c.Feed+" "+key(c)] = true
		var m ledger.Movement
		if err := json.Unmarshal(c.Body, &m); err != nil {
			return err
		}
		if m.Kind == ledger.KindOpening {
			continue
		}
		cause, free, err := o.cause(tx, m, at)
		if err != nil {
			return err
		}
		if cause == nil {
			o.h.fail("%s of %s moved %s, which nobody asked for", m.Kind, m.ID, m.Amount.Decimal())
			continue
		}
		of := account{portal.ID(strings.TrimPrefix(c.Feed, wire.AccountFeed(""))), m.CashDesk}
		op := porcupine.Operation{Call: int64(cause.called), Return: int64(at), Input: sum{m.Amount, floor, free}, Output: answer{yes: true}}
		o.purses[of] = append(o.purses[of], op)
	}
	return nil
}

// absent adds what absences have cancelled.
func (o *operations) absent() error {
	seen := map[portal.ID]bool{}
	all, at := o.h.town.course()
	for i, c := range all {
		var a wire.Absence
		if c.Collection != wire.Absences || c.Deleted || json.Unmarshal(c.Body, &a) != nil {
			continue
		}
		for _, d := range append(a.Days, a.Back...) {
			p, asked := o.booked[d.Booking]
			if !d.Credited && (d.Cost == bookings.Due || !slices.Contains(a.Back, d)) || seen[d.Booking] || !asked {
				continue
			}
			seen[d.Booking] = true
			cause := o.canceller(d.Booking, a.ID, true)
			if cause == nil {
				o.h.fail("nobody told of absence %s", a.ID)
				continue
			}
			p.what = cancels
			o.place(p, porcupine.Operation{Call: int64(cause.called), Return: int64(at[i]), Output: answer{yes: true}})
		}
	}
	return nil
}

// cause is the deed by which an account was moved, nil for none; free tells that
// no floor was in its way.
func (o *operations) cause(tx *store.Tx, m ledger.Movement, at time.Duration) (x *deed, free bool, err error) {
	switch m.Kind {
	case ledger.KindDebit:
		if m.Closure != "" {
			for _, k := range o.closings {
				if k.fact.ID == m.Closure {
					return k.undone, true, nil
				}
			}
		}
		if x, err := o.confirmed(tx, m.Booking, at); x != nil || err != nil {
			return x, true, err
		}
		return o.makers[m.Booking], false, nil
	case ledger.KindCredit:
		if _, closed, err := tx.ClosedBy(m.Booking); err != nil || closed {
			return o.closed(m, at), true, err
		}
		a, absent, err := tx.AbsenceOf(m.Booking)
		if absent = absent && a.Credited; err != nil {
			return nil, false, err
		}
		if back, found, err := tx.CancelledBack(m.Booking); err != nil || found {
			return o.canceller(m.Booking, back.Absence, true), true, err
		}
		return o.canceller(m.Booking, a.Absence, absent), true, nil
	case ledger.KindTopUp:
		if of, known := o.h.town.bank.started[m.Payment]; known {
			return &deed{called: of.called}, true, nil
		}
	case ledger.KindDeskMoney, ledger.KindCorrection:
		return o.makers[m.ID], m.Undoes != "", nil
	}
	return nil, false, nil
}

// closed is the first closure that may have cancelled a day.
func (o *operations) closed(m ledger.Movement, at time.Duration) (x *deed) {
	for _, k := range o.closings {
		if slices.Contains(o.hitBy(m.Child, m.Activity, m.Day), k.fact.ID) && k.declared.called <= at && (x == nil || k.declared.called < x.called) {
			x = k.declared
		}
	}
	return x
}

// canceller is the deed that cancelled a booking.
func (o *operations) canceller(booking, absence portal.ID, absent bool) *deed {
	for _, d := range o.h.desktops {
		for _, x := range d.done {
			switch a := x.args.(type) {
			case wire.TellAbsence:
				if absent && a.Absence == absence {
					return x
				}
			case wire.GroupBookings:
				if x.yes && o.groups.cancelled[booking] == a.Group {
					return x
				}
			case wire.CancelBooking:
				if x.yes && a.Booking == booking && !absent && o.groups.cancelled[booking] == "" {
					return x
				}
			}
		}
	}
	return nil
}

// shut adds the closures to the days that anything was asked of.
func (o *operations) shut(tx *store.Tx) error {
	closed := map[portal.ID]store.ClosureBooking{}
	for id := range o.booked {
		k, found, err := tx.ClosedBy(id)
		if err != nil {
			return err
		}
		if found {
			closed[id] = k
		}
	}
	for _, k := range o.closings {
		for _, key := range o.order {
			activity, day, _ := strings.Cut(key, "/")
			p := place{what: shuts, key: key, places: o.h.town.places[portal.ID(activity)], closure: k.fact.ID, hits: map[portal.ID]bool{}, again: map[portal.ID]portal.ID{}, kept: map[portal.ID]portal.Code{}}
			for child := range o.classes {
				p.hits[child] = slices.Contains(o.hitBy(child, portal.ID(activity), portal.Date(day)), k.fact.ID)
			}
			if !slices.Contains(slices.Collect(maps.Values(p.hits)), true) {
				continue
			}
			o.place(p, porcupine.Operation{Call: int64(k.declared.called), Return: int64(k.declared.settled), Output: answer{yes: true}})
			if k.undone == nil || k.reopened == 0 {
				continue
			}
			p.what = reopens
			for id, was := range closed {
				switch b := o.booked[id]; {
				case was.Closure != k.fact.ID || b.key != key:
				case was.Restored != "":
					p.again[id] = was.Restored
				default:
					p.kept[id] = portal.Code(was.Kept)
				}
			}
			o.place(p, porcupine.Operation{Call: int64(k.undone.called), Return: int64(k.reopened), Output: answer{yes: true}})
		}
	}
	return nil
}

// floor below which no family may book in the demonstration's town.
const floor portal.Money = -5000

// price is the most that a day can cost the person at a desktop, as a first
// child's: who was whose child at the hour of a refusal, and so the rank, may
// have changed since. Where prices change it is the highest of all.
func (h *history) price(d *desktop, child, activity portal.ID, day portal.Date) portal.Money {
	me, _ := d.view.Me()
	if me.Payer == nil {
		return 0
	}
	if h.parts {
		most := portal.Money(0)
		for _, t := range d.view.Tariffs() {
			if t.Activity == activity {
				most = max(most, t.Bands[len(t.Bands)-1].Price)
			}
		}
		return most
	}
	price, _ := ledger.PriceOf(ledger.TariffOn(d.view.Tariffs(), activity, day), day, *me.Payer, child, nil)
	return price.Amount
}
