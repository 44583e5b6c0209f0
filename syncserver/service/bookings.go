package service

import (
	"encoding/json"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// priced is a situation with what fixes its price.
type priced struct {
	bookings.Situation
	why ledger.Price
}

// situation loads all that decides about a child's day at an activity for an
// actor. A delegate books on the account of the parent who lets them, a parent
// on their own or, where both have agreed so, on the other one's.
func (s *Service) situation(tx *store.Tx, a Actor, child, activityID portal.ID, day portal.Date) (priced, error) {
	var q priced
	if !day.Valid() {
		return q, portal.E(portal.Invalid, "day")
	}
	t, barred, err := a.mayBook(tx, child, activityID)
	if err != nil {
		return q, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return q, err
	}
	act, ok := f.activities[activityID]
	if !ok {
		return q, portal.E(portal.NotFound, "activity")
	}
	q.Situation = bookings.Situation{Now: tx.Now(), Day: day, Activity: act, Calendar: f.calendar, Closures: f.closures, Actor: a.Account, Payer: t.Payer(act.ID), Parent: t.Parent(), Barred: barred}
	if q.Parent {
		if q.Payer, err = payerFor(tx, a.Account, child, day); err != nil {
			return q, err
		}
	}
	enrolment, found, err := tx.EnrolmentFor(child, act.ID, portal.SchoolYearOf(day))
	if err != nil {
		return q, err
	}
	if found {
		q.Enrolment = &enrolment
		live, capacity, err := tx.Places(act.ID, enrolment.Site, day)
		if err != nil {
			return q, err
		}
		q.Level = bookings.LevelOf(capacity-live, capacity)
	}
	booked, found, err := tx.LiveBooking(child, act.ID, day)
	if err != nil {
		return q, err
	}
	if found {
		b := booked.Rule()
		q.Booking = &b
	}
	if barred != nil {
		return q, nil // what it would cost is nobody's question
	}
	account, _, err := tx.Account(q.Payer)
	if err != nil {
		return q, err
	}
	fixes, err := payerOf(tx, account)
	if err != nil {
		return q, err
	}
	tariff := ledger.TariffOn(f.tariffs, act.ID, day)
	var children []ledger.Sibling
	if tariff != nil && tariff.Siblings != nil {
		if children, err = tx.SiblingsOf(q.Payer, act.ID, day); err != nil {
			return q, err
		}
	}
	price, refused := ledger.PriceOf(tariff, day, fixes, child, children)
	if refused != nil {
		return q, refused
	}
	q.Price, q.why = price.Amount, price
	q.Balance, err = tx.Balance(ledger.Prepaid(q.Payer, act.CashDesk))
	return q, err
}

// book makes a booking and its debit. Who books on another's account is told
// nothing of what it costs, nor of what that account holds.
func (s *Service) book(tx *store.Tx, a Actor, args *wire.Book) error {
	if !args.Booking.Valid() {
		return portal.E(portal.Invalid, "booking")
	}
	if _, taken, err := tx.Booking(args.Booking); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "booking"))
	}
	q, err := s.situation(tx, a, args.Child, args.Activity, args.Day)
	if err != nil {
		return err
	}
	if args.Other && q.Payer == a.Account {
		return portal.E(bookings.PayerChanged, "payer")
	}
	if refused := q.CheckBook(); refused != nil {
		return refused
	}
	why, err := json.Marshal(q.why)
	if err != nil {
		return err
	}
	debit := s.o.IDs()
	if err := tx.InsertBooking(store.Booking{
		ID: args.Booking, Child: args.Child, Activity: args.Activity, Site: q.Enrolment.Site, Day: args.Day,
		Payer: q.Payer, Price: q.Price, Debit: debit, Made: tx.Now().UnixMicro(), Actor: a.Account, Why: string(why),
	}); err != nil {
		return err
	}
	return s.enter(tx, debit, store.LedgerDebit, args.Booking, a.Account, ledger.Debit(q.Payer, q.Activity.CashDesk, q.Activity.ID, q.Price))
}

// cancel ends a booking and credits what was paid, on the same legs.
func (s *Service) cancel(tx *store.Tx, a Actor, args *wire.CancelBooking) error {
	b, found, err := tx.Booking(args.Booking)
	if err != nil {
		return err
	}
	if !found {
		return portal.E(portal.NotFound, "booking")
	}
	q, err := s.situation(tx, a, b.Child, b.Activity, b.Day)
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
		return refused
	}
	entries, err := tx.Entries(b.Debit)
	if err != nil {
		return err
	}
	credit := s.o.IDs()
	if err := tx.CancelBooking(b, credit); err != nil {
		return err
	}
	return s.enter(tx, credit, store.LedgerCredit, b.ID, a.Account, ledger.Reverse(entries))
}

// orElse is err, or what is to be said where there is none.
func orElse(err error, otherwise *portal.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}
