package service

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// book makes a booking and its debit. Who books on another's account is told
// nothing of what it costs, nor of what that account holds.
func (s *Service) book(tx *store.Tx, a Actor, args *wire.Book) error {
	if !args.Booking.Valid() {
		return portal.E(portal.Invalid, "booking")
	}
	if _, taken, err := tx.Booking(args.Booking); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "booking"))
	}
	d, err := s.days(tx, a, portal.Period{From: args.Day, To: args.Day})
	if err != nil {
		return err
	}
	q, err := d.mayBook(args.Child, args.Activity, args.Day, args.Other)
	if err != nil {
		return err
	}
	if err := d.book(q, args.Child, args.Booking); err != nil {
		return err
	}
	return d.save()
}

// mayBook is the situation of a day that may be booked, or why it may not.
func (d *days) mayBook(child, activity portal.ID, day portal.Date, other bool) (priced, error) {
	q, err := d.at(child, activity, day)
	if err != nil {
		return q, err
	}
	if other && q.Payer == d.a.Account {
		return q, portal.E(bookings.PayerChanged, "payer")
	}
	if refused := q.CheckBook(); refused != nil {
		return q, q.told(refused)
	}
	return q, nil
}

// cancel ends a booking and credits what was paid, on the same legs.
func (s *Service) cancel(tx *store.Tx, a Actor, args *wire.CancelBooking) error {
	b, found, err := tx.Booking(args.Booking)
	if err != nil || !found {
		return orElse(err, portal.E(portal.NotFound, "booking"))
	}
	d, err := s.days(tx, a, portal.Period{From: b.Day, To: b.Day})
	if err != nil {
		return err
	}
	if err := d.mayCancel(b); err != nil {
		return err
	}
	debits, err := tx.EntriesOf([]portal.ID{b.Debit})
	if err != nil {
		return err
	}
	if err := d.cancel(b, debits[b.Debit]); err != nil {
		return err
	}
	return d.save()
}

// mayCancel is nil when the actor may cancel a booking now, or why not.
func (d *days) mayCancel(b store.Booking) error {
	q, err := d.at(b.Child, b.Activity, b.Day)
	if portal.CodeOf(err) == portal.NotFound {
		// Others' bookings are told as none.
		return portal.E(portal.NotFound, "booking")
	}
	if err != nil {
		return err
	}
	if b.State != store.BookingLive {
		return portal.E(bookings.NotBooked, "day")
	}
	if refused := q.CheckCancel(); refused != nil {
		return q.told(refused)
	}
	return nil
}

// orElse is err, or what is to be said where there is none.
func orElse(err error, otherwise *portal.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}
