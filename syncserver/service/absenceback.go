package service

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// withdrawAbsence takes back what was told of some days: those that were cancelled
// are booked again as they were, and of the others the child is expected again.
// One day that cannot be keeps them all: who reads of it chooses anew.
func (s *Service) withdrawAbsence(tx *store.Tx, a Actor, args *wire.WithdrawAbsence) error {
	switch {
	case len(args.Bookings) == 0:
		return portal.E(portal.Missing, "bookings")
	case len(args.Bookings) > bookings.MostAbsent:
		return portal.E(portal.TooLong, "bookings", "max", strconv.Itoa(bookings.MostAbsent))
	}
	ab, found, err := tx.Absence(args.Absence)
	if err != nil || !found || ab.Gone {
		return orElse(err, portal.E(portal.NotFound, "absence"))
	}
	own, holds, err := holding(tx, ab, a.Account)
	if err != nil || !holds {
		return orElse(err, portal.E(portal.NotFound, "absence"))
	}
	if slices.ContainsFunc(args.Bookings, func(id portal.ID) bool { return !own.theirs[id] }) {
		return portal.E(portal.NotFound, "bookings")
	}
	if bookings.AbsenceState(ab.State).Judged() {
		by, err := nameOf(tx, ab.Agent)
		return orElse(err, portal.E(bookings.AbsenceJudged, "absence", "by", by))
	}
	chosen, left, err := chosenOf(tx, ab, args.Bookings)
	if err != nil {
		return err
	}
	was, err := tx.BookingsByID(args.Bookings)
	if err != nil {
		return err
	}
	before := map[portal.ID]store.Booking{}
	for _, b := range was {
		before[b.ID] = b
	}
	d, err := s.days(tx, a, portal.Period{From: chosen[0].Day, To: chosen[len(chosen)-1].Day})
	if err != nil {
		return err
	}
	var taken []store.AbsenceBack
	var first *portal.Error
	// What needs another activity comes after it, whichever is first here.
	err = bookings.InTurn(chosen, bookings.NeedsOther, func(day store.AbsenceDay) (*portal.Error, error) {
		again, refused, err := d.takeBack(ab, day, before[day.Booking])
		if err == nil && refused == nil {
			taken = append(taken, store.AbsenceBack{Absence: ab.ID, Booking: day.Booking, Child: day.Child, Activity: day.Activity, Site: day.Site, Day: day.Day, Cost: day.Cost, Again: again, At: tx.Now().UnixMicro()})
		}
		return refused, err
	}, func(day store.AbsenceDay, why *portal.Error) {
		if first == nil {
			first = onDay(why, day.Day)
		}
	})
	if err != nil {
		return err
	}
	if first != nil {
		return first
	}
	if err := d.save(); err != nil {
		return err
	}
	ab.State = string(bookings.Without(left))
	if err := tx.TakeBack(ab, taken); err != nil {
		return err
	}
	// What was to prove it proves nothing where none of it is left.
	if err := tx.TouchDocumentsFor(ab.Child); err != nil {
		return err
	}
	return tx.Audit(a.Account, wire.AbsenceWithdraw, string(ab.ID)+" "+string(ab.Child))
}

// onDay is a refusal that says of which of several days it is.
func onDay(why *portal.Error, day portal.Date) *portal.Error {
	e := *why
	if e.Args = maps.Clone(why.Args); e.Args == nil {
		e.Args = map[string]string{}
	}
	e.Args["on"] = string(day)
	return &e
}

// chosenOf is the days of an absence that are named, and what is left without
// them.
func chosenOf(tx *store.Tx, ab store.Absence, ids []portal.ID) (chosen []store.AbsenceDay, left []bookings.AbsentDay, err error) {
	all, err := tx.AbsenceDays(ab.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range all {
		if slices.Contains(ids, d.Booking) {
			chosen = append(chosen, d)
		} else {
			left = append(left, d.Rule())
		}
	}
	if len(chosen) == len(ids) {
		return chosen, left, nil
	}
	back, err := tx.BackOf(ab.ID)
	for _, b := range back {
		if err == nil && slices.Contains(ids, b.Booking) {
			err = onDay(portal.E(bookings.AbsenceBack, "bookings"), b.Day)
		}
	}
	return nil, nil, orElse(err, portal.E(portal.NotFound, "bookings"))
}

// takeBack takes one day of an absence back; again is the booking that was made
// instead of the one that the absence had cancelled.
func (d *days) takeBack(ab store.Absence, day store.AbsenceDay, was store.Booking) (again portal.ID, refused *portal.Error, err error) {
	q, err := d.at(day.Child, day.Activity, day.Day)
	if portal.CodeOf(err) == portal.NotFound {
		return "", portal.E(portal.NotFound, "bookings"), nil // the child is another's now
	}
	if err != nil {
		return "", nil, err
	}
	cancelled := day.Cost != string(bookings.Due)
	if cancelled {
		if refused, err = d.asBefore(&q, was); err != nil || refused != nil {
			return "", refused, err
		}
	}
	if refused := q.CheckBack(d.f.absences, day.Rule()); refused != nil {
		return "", q.told(refused), nil
	}
	if !cancelled {
		return "", nil, nil
	}
	again = bookings.RestoredID(ab.ID, was.ID)
	if err := d.book(q, day.Child, again); err != nil {
		return "", nil, err
	}
	d.made[len(d.made)-1].Why = was.Why
	return again, nil, nil
}

// asBefore has a day cost what it had cost, as long as the same people would pay:
// nobody else is charged a price that was never theirs.
func (d *days) asBefore(q *priced, was store.Booking) (*portal.Error, error) {
	if q.Barred != nil || q.Enrolment == nil {
		return nil, nil // the rule says it
	}
	shares, err := q.parted()
	switch {
	case err != nil:
		return nil, err
	case q.Enrolment.Site != was.Site:
		return portal.E(bookings.NotEnrolled, "child"), nil
	case q.Payer != was.Payer || shares != was.Shares:
		return portal.E(bookings.PayerChanged, "payer"), nil
	}
	q.why = ledger.Price{Amount: was.Price}
	if was.Why != "" {
		if err := json.Unmarshal([]byte(was.Why), &q.why); err != nil {
			return nil, err
		}
	}
	return nil, d.charge(q)
}
