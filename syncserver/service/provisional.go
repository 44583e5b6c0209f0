package service

import (
	"slices"
	"strconv"

	"parvis/shared/bookings"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/syncserver/store"
)

// enrolProvisionally lets a child that is there be booked for what a request under
// review asks, at the activities that allow it. A child that only accepting makes
// is nobody's yet.
func (s *Service) enrolProvisionally(tx *store.Tx, r store.Request, p *requests.Procedure, answers requests.Answers) error {
	site, enrols := requests.EnrolledAt(p, answers)
	if made, makes := requests.Child(p, answers); makes {
		site, enrols = made.Site, true
	}
	if _, exists, err := tx.Child(r.Child); err != nil || !enrols || r.Child == "" || !exists {
		return err
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	kinds := requests.Enrolments(p, answers)
	year, period := enrolmentYear(portal.DateOf(tx.Now()))
	for _, id := range f.ordered {
		act := f.activities[id]
		if !act.Provisional || !act.At(site) || !slices.Contains(kinds, act.Kind) {
			continue
		}
		if _, found, err := tx.EnrolmentFor(r.Child, id, year); err != nil || found {
			if err != nil {
				return err
			}
			continue
		}
		if err := tx.SaveEnrolment(bookings.Enrolment{ID: s.o.IDs(), Child: r.Child, Activity: id, Site: site, Year: year, Period: period, Provisional: r.ID}); err != nil {
			return err
		}
	}
	return nil
}

// enrolByOthers is enrolProvisionally for the requests about a child that are under
// review still: two parents may have sent one each, or one that corrects another.
func (s *Service) enrolByOthers(tx *store.Tx, decided store.Request) error {
	if decided.Child == "" {
		return nil
	}
	all, err := tx.RequestsAbout(decided.Child)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.ID == decided.ID || requests.State(r.State).Decided() {
			continue
		}
		p, answers, _, err := s.judging(tx, r)
		if unreadable, err := refusal(err); unreadable != nil || err != nil {
			if err != nil {
				return err
			}
			continue // the town has that form no more: it stands in nobody's way
		}
		if err := s.enrolProvisionally(tx, r, p, answers); err != nil {
			return err
		}
	}
	return nil
}

// provisionalFollows has what stands by a request follow what becomes of it: once
// it is decided, what the child is enrolled in now, by it or by another that was
// sent for the same, is booked for good and paid; what is under review still by
// another stands by that one; what is neither, falls.
func (s *Service) provisionalFollows(tx *store.Tx, r store.Request) error {
	if !requests.State(r.State).Decided() {
		return nil
	}
	booked, err := tx.ProvisionalBookings(r.ID)
	if err != nil {
		return err
	}
	enrolments, err := tx.ProvisionalEnrolments(r.ID)
	if err != nil {
		return err
	}
	for _, id := range enrolments {
		if err := tx.DropEnrolment(id); err != nil {
			return err
		}
	}
	if err := s.enrolByOthers(tx, r); err != nil || len(booked) == 0 {
		return err
	}
	now, err := tx.EnrolmentsOf(r.Child)
	if err != nil {
		return err
	}
	today := portal.DateOf(tx.Now())
	var confirmed, fallen []store.Booking
	for _, b := range booked {
		enrolled, under := false, portal.ID("")
		for _, e := range now {
			if e.Activity == b.Activity && e.Site == b.Site && e.Period.Has(b.Day) {
				enrolled, under = enrolled || e.Provisional == "", e.Provisional
			}
		}
		charged, err := stillCharged(tx, b)
		if err != nil {
			return err
		}
		// What has gone by was kept for the child, cooked and served: it is paid
		// whatever is decided.
		switch {
		case enrolled && charged || b.Day <= today:
			confirmed = append(confirmed, b)
		case under != "" && charged:
			if err := tx.PassProvisional(b.ID, under); err != nil {
				return err
			}
		default:
			fallen = append(fallen, b)
		}
	}
	if err := s.confirmBookings(tx, confirmed); err != nil {
		return err
	}
	if err := tx.CancelBookings(fallen); err != nil {
		return err
	}
	freed := map[store.Queue]bool{}
	for _, b := range fallen {
		freed[store.Queue{Activity: b.Activity, Site: b.Site, Day: b.Day}] = true
	}
	if err := s.offerPlaces(tx, inOrder(freed)); err != nil {
		return err
	}
	if err := s.tellProvisional(tx, r, notices.PlacesConfirmed, confirmed); err != nil {
		return err
	}
	return s.tellProvisional(tx, r, notices.PlacesFallen, fallen)
}

// confirmBookings makes provisional bookings true and debits them, at the price of
// when they were booked.
func (s *Service) confirmBookings(tx *store.Tx, all []store.Booking) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	postings := make([]store.Posting, len(all))
	paid := slices.Clone(all)
	for i, b := range all {
		paid[i].Debit = s.o.IDs()
		postings[i] = store.Posting{ID: paid[i].Debit, Kind: store.LedgerDebit, About: b.ID, Actor: b.Actor, Entries: debitOf(b, f.activities[b.Activity].CashDesk)}
	}
	if err := tx.ConfirmBookings(paid); err != nil {
		return err
	}
	return s.enterAll(tx, postings)
}

// tellProvisional tells each who would have paid what has become of their days.
func (s *Service) tellProvisional(tx *store.Tx, r store.Request, what notices.What, of []store.Booking) error {
	byPayer := map[portal.ID]int{}
	var order []portal.ID
	for _, b := range of {
		if byPayer[b.Payer]++; byPayer[b.Payer] == 1 {
			order = append(order, b.Payer)
		}
	}
	child, _, err := tx.Child(r.Child)
	if err != nil {
		return err
	}
	for _, payer := range order {
		if err := s.tellPlaces(tx, payer, r.Child, news{what, map[string]string{"child": child.FirstName, "days": strconv.Itoa(byPayer[payer])}}); err != nil {
			return err
		}
	}
	return nil
}
