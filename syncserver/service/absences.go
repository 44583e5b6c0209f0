package service

import (
	"slices"
	"strconv"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// tellAbsence takes in that a child will not come: what can still be cancelled
// is, what the town forgives is credited, and of the rest the sites are told.
func (s *Service) tellAbsence(tx *store.Tx, a Actor, args *wire.TellAbsence) error {
	switch {
	case !args.Absence.Valid():
		return portal.E(portal.Invalid, "absence")
	case len(args.Bookings) == 0:
		return portal.E(portal.Missing, "bookings")
	case len(args.Bookings) > bookings.MostAbsent:
		return portal.E(portal.TooLong, "bookings", "max", strconv.Itoa(bookings.MostAbsent))
	}
	if _, taken, err := tx.Absence(args.Absence); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "absence"))
	}
	told, err := s.absentBookings(tx, args)
	if err != nil {
		return err
	}
	d, err := s.days(tx, a, portal.Period{From: told[0].Day, To: told[len(told)-1].Day})
	if err != nil {
		return err
	}
	situations := make([]bookings.Situation, len(told))
	desk := ""
	for i, b := range told {
		q, err := d.at(b.Child, b.Activity, b.Day)
		if portal.CodeOf(err) == portal.NotFound {
			return portal.E(portal.NotFound, "bookings") // others' bookings are told as none
		}
		if err != nil {
			return err
		}
		situations[i] = q.Situation
		if desk == "" {
			desk = q.Activity.Desk
		}
	}
	forgiven, err := tx.ForgivenDays(args.Child)
	if err != nil {
		return err
	}
	rule := d.f.absences
	costs, refused := rule.Absent(situations, forgiven)
	if refused != nil {
		return refused
	}
	child, _, err := tx.Child(args.Child)
	if err != nil {
		return err
	}
	ab := store.Absence{ID: args.Absence, Account: a.Account, Child: args.Child, Desk: desk, Illness: args.Illness, Told: tx.Now().UnixMicro(), Grace: rule.Grace,
		State: string(bookings.AbsenceSettled), Listed: true, Person: child.FirstName + " " + child.LastName, Class: child.Class}
	days := make([]store.AbsenceDay, len(told))
	var going []store.Booking
	for i, b := range told {
		days[i] = store.AbsenceDay{Absence: ab.ID, Booking: b.ID, Child: b.Child, Activity: b.Activity, Site: b.Site, Day: b.Day, Cost: string(costs[i]), Credited: costs[i] != bookings.Due}
		if costs[i] == bookings.Due {
			ab.State = string(bookings.AbsenceTold)
			continue
		}
		going = append(going, b)
	}
	if ab.State == string(bookings.AbsenceTold) && ab.Illness {
		ab.Until = portal.DateOf(tx.Now()).Add(rule.ProofDays)
	}
	if err := d.credit(going, ""); err != nil {
		return err
	}
	if err := tx.InsertAbsence(ab, days); err != nil {
		return err
	}
	// What was sent before may prove it: its desk reads it from now on.
	if err := tx.TouchDocumentsFor(ab.Child); err != nil {
		return err
	}
	return tx.Audit(a.Account, wire.AbsenceTell, string(ab.ID)+" "+string(ab.Child))
}

// absentBookings is the bookings that an absence is about: live ones of its
// child of which nobody has told before, in the order of days.
func (s *Service) absentBookings(tx *store.Tx, args *wire.TellAbsence) ([]store.Booking, error) {
	told, err := tx.BookingsByID(args.Bookings)
	if err != nil {
		return nil, err
	}
	if len(told) != len(args.Bookings) || slices.ContainsFunc(told, func(b store.Booking) bool { return b.Child != args.Child }) {
		return nil, portal.E(portal.NotFound, "bookings")
	}
	slices.SortFunc(told, func(x, y store.Booking) int {
		return strings.Compare(string(x.Day)+string(x.ID), string(y.Day)+string(y.ID))
	})
	for _, b := range told {
		if b.State != store.BookingLive {
			return nil, portal.E(bookings.NotBooked, "bookings")
		}
		if _, before, err := tx.AbsenceOf(b.ID); err != nil || before {
			return nil, orElse(err, portal.E(bookings.AlreadyTold, "bookings"))
		}
	}
	return told, nil
}

// credit cancels bookings that were judged, and writes all that was done.
func (d *days) credit(going []store.Booking, reason string) error {
	debits := make([]portal.ID, len(going))
	for i, b := range going {
		debits[i] = b.Debit
	}
	paid, err := d.tx.EntriesOf(debits)
	if err != nil {
		return err
	}
	before := len(d.postings)
	for _, b := range going {
		if err := d.cancel(b, paid[b.Debit]); err != nil {
			return err
		}
	}
	for i := range d.postings[before:] { // of a provisional day there is none
		d.postings[before+i].Reason = reason
	}
	return d.save()
}

// judgeAbsence decides whether an absence is proved: what the town's rule gives
// is credited, or the family reads why not.
func (s *Service) judgeAbsence(tx *store.Tx, a Actor, args *wire.JudgeAbsence) error {
	ab, found, err := tx.Absence(args.Absence)
	if err != nil || !found || ab.Gone || a.mustReach(ab.Desk) != nil {
		return orElse(err, portal.E(portal.NotFound, "absence"))
	}
	if ab.State != string(bookings.AbsenceTold) {
		by, err := nameOf(tx, ab.Agent)
		return orElse(err, portal.E(bookings.AbsenceJudged, "absence", "by", by))
	}
	reason, wrong := requests.CheckNote("reason", args.Reason, !args.Accept)
	if wrong != nil {
		return wrong
	}
	ab.Judged, ab.Agent, ab.Reason = tx.Now().UnixMicro(), a.Account, reason
	if !args.Accept {
		ab.State = string(bookings.AbsenceRefused)
		if err := tx.SaveAbsence(ab); err != nil {
			return err
		}
		return s.absenceJudged(tx, a, ab)
	}
	if args.Proof != "" {
		if err := s.proveAbsence(tx, a, ab, args.Proof); err != nil {
			return err
		}
	}
	ids, err := s.creditProved(tx, a, ab, args.Whole)
	if err != nil {
		return err
	}
	ab.State = string(bookings.AbsenceAccepted)
	if err := tx.SaveAbsence(ab, ids...); err != nil {
		return err
	}
	return s.absenceJudged(tx, a, ab)
}

// creditProved credits what of an absence its proof gives back, and what needs it
// that day, as far as nothing else has cancelled it meanwhile. What a closure has
// given back already stays given back, whatever becomes of the closure.
func (s *Service) creditProved(tx *store.Tx, a Actor, ab store.Absence, whole bool) ([]portal.ID, error) {
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	all, err := tx.AbsenceDays(ab.ID)
	if err != nil {
		return nil, err
	}
	days := make([]bookings.AbsentDay, len(all))
	for i, d := range all {
		days[i] = d.Rule()
	}
	found, err := tx.BookingsByID(f.absences.Proved(days, whole))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(x, y store.Booking) int { return compareIDs(x.ID, y.ID) })
	var going []store.Booking
	var ids []portal.ID
	for _, b := range found {
		closed := false
		if b.State == store.BookingLive {
			going = append(going, b)
		} else if _, closed, err = tx.ClosedBy(b.ID); err != nil {
			return nil, err
		}
		if closed || b.State == store.BookingLive {
			ids = append(ids, b.ID)
		}
	}
	if len(going) == 0 {
		return ids, nil
	}
	d, err := s.days(tx, a, portal.Period{From: days[0].Day, To: days[len(days)-1].Day})
	if err != nil {
		return nil, err
	}
	with, err := d.needing(going)
	if err != nil {
		return nil, err
	}
	for _, b := range with {
		if err := tx.JoinAbsence(ab, b); err != nil {
			return nil, err
		}
		ids = append(ids, b.ID)
	}
	return ids, d.credit(append(going, with...), ab.Reason)
}

// needing is the bookings that are left without an activity that they need once
// these have gone: made since the absence was told, or come back with a closure.
func (d *days) needing(going []store.Booking) ([]store.Booking, error) {
	all, gone := slices.Clone(going), map[dayOf]bool{}
	for _, b := range going {
		gone[dayOf{b.Activity, b.Day}] = true
	}
	for i := 0; i < len(all); i++ {
		b := all[i]
		live, err := d.liveOf(b.Child)
		if err != nil {
			return nil, err
		}
		for _, id := range d.f.ordered {
			on := dayOf{id, b.Day}
			if other, booked := live[on]; booked && !gone[on] && slices.Contains(d.f.activities[id].Requires, b.Activity) {
				all, gone[on] = append(all, other), true
			}
		}
	}
	return all[len(going):], nil
}

// absenceJudged tells the family what was decided.
func (s *Service) absenceJudged(tx *store.Tx, a Actor, ab store.Absence) error {
	if err := tx.Audit(a.Account, wire.AbsenceJudge, string(ab.ID)+" "+ab.State); err != nil {
		return err
	}
	// Which desks read what may prove it follows from what is still to be judged.
	if err := tx.TouchDocumentsFor(ab.Child); err != nil {
		return err
	}
	told, err := toldJudged(tx, ab)
	if err != nil {
		return err
	}
	for _, id := range told {
		account, found, err := tx.Account(id)
		if err != nil {
			return err
		}
		if !found || account.Closed > 0 {
			continue
		}
		now, err := s.notifyOf(tx, account, notices.Absence, ab.ID, news{what: notices.What(ab.State)})
		if err != nil {
			return err
		}
		if !now {
			continue
		}
		if err := s.postNotice(tx, account, mail.AbsenceJudged, mail.Data{Name: account.FirstName, Link: s.o.PublicURL()}); err != nil {
			return err
		}
	}
	return nil
}

// projectAbsence tells those whose it is, the desk until it is judged, and the
// sites who does not come.
func (s *Service) projectAbsence(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	ab, found, err := tx.Absence(id)
	if err != nil || !found || ab.Gone {
		return nil, err
	}
	all, err := tx.AbsenceDays(id)
	if err != nil {
		return nil, err
	}
	booked, err := tx.AbsenceBookings(id)
	if err != nil {
		return nil, err
	}
	byID := map[portal.ID]store.Booking{}
	for _, b := range booked {
		byID[b.ID] = b
	}
	days := make([]bookings.AbsentDay, len(all))
	for i, d := range all {
		days[i] = d.Rule()
	}
	taken, err := tx.BackOf(id)
	if err != nil {
		return nil, err
	}
	var back []bookings.AbsentDay
	for _, b := range taken {
		// What joined it again after that does not come.
		if !slices.ContainsFunc(all, func(d store.AbsenceDay) bool { return d.Booking == b.Booking }) {
			back = append(back, b.Rule())
		}
	}
	var proof store.Document
	if ab.State == string(bookings.AbsenceTold) {
		if proof, err = s.proofOf(tx, ab); err != nil {
			return nil, err
		}
	}
	rows, err := tellHolders(tx, ab, all, byID, back, proof.ID != "")
	if err != nil {
		return nil, err
	}
	if ab.State == string(bookings.AbsenceTold) {
		file := ab.Account
		if proof.ID != "" {
			file = proof.Account // in which the desk finds it
		}
		rows = append(rows, store.FeedRow{Feed: wire.DeskFeed(ab.Desk), Collection: wire.AbsenceQueue, Entity: id, Body: wire.DeskAbsence{
			ID: id, Desk: ab.Desk, Account: file, Child: ab.Child, Person: ab.Person, Illness: ab.Illness, Told: ab.Told, Until: ab.Until, Days: days, Proof: proof.ID,
		}})
	}
	if !ab.Listed {
		return rows, nil
	}
	for _, d := range all {
		if byID[d.Booking].State == store.BookingLive {
			rows = append(rows, store.FeedRow{Feed: wire.SiteFeed(d.Site), Collection: wire.SiteAbsences, Entity: d.Booking, Body: wire.SiteAbsence{
				Booking: d.Booking, Person: ab.Person, Class: ab.Class, Activity: d.Activity, Site: d.Site, Day: d.Day,
			}})
		}
	}
	return rows, nil
}

// foreignAbsence is foreign for what is told of absences: to those whose it is, to the
// desk that judges it, to the site of the day, and there never why.
func foreignAbsence(tx *store.Tx, feed, of string, collection string, entity portal.ID, body string) (string, error) {
	id := entity
	if collection == wire.SiteAbsences {
		d, found, err := tx.AbsenceOf(entity)
		if err != nil || !found || d.Site != portal.ID(of) || feed != "site" || strings.Contains(body, "illness") {
			return "a child that is absent elsewhere, or why", err
		}
		return "", nil
	}
	ab, found, err := tx.Absence(id)
	switch {
	case err != nil:
		return "", err
	case !found || ab.Gone:
		return "an absence that is told to nobody", nil
	case collection == wire.Absences:
		if feed != "account" {
			return "an absence that another has told", nil
		}
		return foreignOwnAbsence(tx, ab, portal.ID(of), body)
	case collection == wire.AbsenceQueue && (feed != "desk" || ab.Desk != of || ab.State != string(bookings.AbsenceTold)):
		return "an absence that is not to be judged here", nil
	}
	return "", nil
}

// absentOf is what an absence made of a booking's movement: "grace" or "proved",
// "" where none did, or a closure before it.
func absentOf(tx *store.Tx, kind string, booking portal.ID) (string, error) {
	if kind != store.LedgerCredit {
		return "", nil
	}
	d, found, err := tx.AbsenceOf(booking)
	if err == nil && !found {
		// What it gave back once is in the statement still.
		back, taken, e := tx.CancelledBack(booking)
		d.Cost, d.Credited, found, err = back.Cost, taken, taken, e
	}
	switch {
	case err != nil || !found || !d.Credited:
		return "", err
	case d.Cost == string(bookings.Forgiven):
		return ledger.AbsentForgiven, nil
	case d.Cost == string(bookings.Due):
		if _, closed, err := tx.ClosedBy(booking); err != nil || closed {
			return "", err
		}
		return ledger.AbsentProved, nil
	}
	return "", nil
}
