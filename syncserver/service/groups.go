package service

import (
	"encoding/json"
	"errors"
	"strconv"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// bookGroup cancels and books many days: all of them or none, or those that are
// possible, and keeps what became of each.
func (s *Service) bookGroup(tx *store.Tx, a Actor, args *wire.GroupBookings) error {
	if !args.Group.Valid() {
		return portal.E(portal.Invalid, "group")
	}
	if args.Undoes != "" && !args.Undoes.Valid() {
		return portal.E(portal.Invalid, "undoes")
	}
	if wrong := bookings.CheckGroup(args.Book, args.Cancel, args.Leave); wrong != nil {
		return wrong
	}
	d, err := s.days(tx, a, bookings.Within(args.Book))
	if err != nil {
		return err
	}
	// What becomes of it is kept and told: it must not hold what nobody knows.
	if err := d.f.namedIn(args.Book); err != nil {
		return err
	}
	var taken bool
	var prepared store.PreparedGroup
	asked := []func() error{
		func() (err error) { _, taken, err = tx.BookingGroup(args.Group); return err },
		func() (err error) { prepared, _, err = tx.Prepared(args.Group); return err },
	}
	alone := len(args.Cancel)+len(args.Leave) == 0 // else nobody knows yet of which days
	if alone {
		asked = append(asked, d.foreseeing(args.Book, nil)...)
	}
	if err := tx.Together(asked...); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "group"))
	}
	going, err := tx.BookingsByID(args.Cancel)
	if err != nil {
		return err
	}
	var days []portal.Date // what is not booked
	for _, b := range going {
		days = append(days, b.Day)
	}
	leaving, err := waitsToLeave(tx, a, args.Leave)
	if err != nil {
		return err
	}
	for _, w := range leaving {
		days = append(days, w.Day)
	}
	if !alone {
		d.period = bookings.Within(args.Book, days...)
		if err := tx.Together(d.foreseeing(args.Book, going)...); err != nil {
			return err
		}
	}
	r := wire.GroupResult{ID: args.Group, At: tx.Now().UnixMicro(), Undoes: args.Undoes}
	if err := d.cancelGroup(&r, args.Cancel, going); err != nil {
		return err
	}
	for _, w := range leaving {
		r.Left = bookings.Add(r.Left, w.Child, w.Activity, w.Day, false)
		if err := d.endWait(w, bookings.WaitLeft); err != nil {
			return err
		}
	}
	if err := d.bookLots(&r, args); err != nil {
		return err
	}
	if err := s.preparedSent(tx, a, r, prepared); err != nil {
		return err
	}
	if wrong := judged(r, args.All); wrong != nil {
		return wrong
	}
	if err := d.save(); err != nil {
		return err
	}
	for _, b := range d.made {
		if b.Provisional == "" {
			r.Debited += b.Part(a.Account)
		}
	}
	for _, b := range d.gone {
		if b.Debit != "" {
			r.Credited += b.Part(a.Account)
		}
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.SaveBookingGroup(store.BookingGroup{ID: args.Group, Account: a.Account, At: r.At, Body: string(body)})
}

// judged is why a group is refused as a whole, nil where it is done. One reason
// for one day is told as it is.
func judged(r wire.GroupResult, all bool) *portal.Error {
	done := len(r.Booked)+len(r.Cancelled)+len(r.Waiting)+len(r.Left) > 0
	if len(r.Refused) == 0 || done && !all {
		return nil
	}
	days := 0
	for _, f := range r.Refused {
		days += len(f.Days)
	}
	first := r.Refused[0].Error
	switch {
	case days == 1 && !done:
		return first
	case done:
		return portal.E(bookings.GroupNotAll, "days", "days", strconv.Itoa(days), "why", string(first.Code))
	}
	return portal.E(bookings.GroupNone, "days", "why", string(first.Code))
}

// refusal is err where it is one of the domain; another error is given back.
func refusal(err error) (*portal.Error, error) {
	var refused *portal.Error
	if errors.As(err, &refused) {
		return refused, nil
	}
	return nil, err
}

// cancelGroup cancels what of some bookings may be, in the order in which it
// was asked.
func (d *days) cancelGroup(r *wire.GroupResult, asked []portal.ID, found []store.Booking) error {
	byID := make(map[portal.ID]store.Booking, len(found))
	debits := make([]portal.ID, len(found))
	for i, b := range found {
		byID[b.ID], debits[i] = b, b.Debit
	}
	entries, err := d.tx.EntriesOf(debits)
	if err != nil {
		return err
	}
	return bookings.InTurn(asked, bookings.NeededBy, func(id portal.ID) (*portal.Error, error) {
		b, there := byID[id]
		if !there {
			return portal.E(portal.NotFound, "booking"), nil
		}
		refused, err := refusal(d.mayCancel(b))
		if refused != nil || err != nil {
			return refused, err
		}
		r.Cancelled = bookings.Add(r.Cancelled, b.Child, b.Activity, b.Day, false)
		return nil, d.cancel(b, entries[b.Debit])
	}, func(id portal.ID, why *portal.Error) {
		b := byID[id]
		if why.Code == portal.NotFound {
			b = store.Booking{} // whose it is, is not told
		}
		r.Refuse(b.Child, b.Activity, b.Day, true, why)
	})
}

// waitsToLeave is those of some waitings that the actor may give up. The others
// are over: who undoes a group does not mind.
func waitsToLeave(tx *store.Tx, a Actor, ids []portal.ID) (out []store.Wait, err error) {
	for _, id := range ids {
		w, refused, err := mayLeave(tx, a, id)
		if err != nil {
			return nil, err
		}
		if refused == nil {
			out = append(out, w)
		}
	}
	return out, nil
}

// bookLots books what of some days may be, a day after the other, and puts the
// child on the list of those that are full, where that was asked for.
func (d *days) bookLots(r *wire.GroupResult, args *wire.GroupBookings) error {
	for _, day := range bookings.ByDay(bookings.InOrder(args.Book)) {
		if err := bookings.InTurn(day, bookings.NeedsOther, func(o bookings.Order) (*portal.Error, error) {
			q, err := d.mayBook(o.Child, o.Activity, o.Day, o.Other)
			refused, err := refusal(err)
			switch {
			case err != nil:
				return nil, err
			case refused == nil:
				r.Booked = bookings.Add(r.Booked, o.Child, o.Activity, o.Day, false)
				return nil, d.book(q, o.Child, bookings.GroupedID(args.Group, o.Child, o.Activity, o.Day))
			case !args.Wait || args.All || refused.Code != bookings.NoPlace || q.CheckWait() != nil:
				return refused, nil
			}
			r.Waiting = bookings.Add(r.Waiting, o.Child, o.Activity, o.Day, false)
			return nil, d.wait(q, o.Child, bookings.WaitedID(args.Group, o.Child, o.Activity, o.Day))
		}, func(o bookings.Order, why *portal.Error) {
			r.Refuse(o.Child, o.Activity, o.Day, false, why)
		}); err != nil {
			return err
		}
	}
	return nil
}

// projectGroup tells who sent a group what became of it.
func (s *Service) projectGroup(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	g, found, err := tx.BookingGroup(id)
	if err != nil || !found {
		return nil, err
	}
	return []store.FeedRow{{Feed: wire.AccountFeed(g.Account), Collection: wire.Groups, Entity: id, Body: json.RawMessage(g.Body)}}, nil
}
