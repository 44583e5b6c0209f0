package service

import (
	"slices"
	"strconv"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/documents"
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

// proveAbsence takes a document as the proof of an absence; one that nobody has
// judged is accepted with it: the agent has it before them.
func (s *Service) proveAbsence(tx *store.Tx, a Actor, ab store.Absence, id portal.ID) error {
	d, err := s.documentAt(tx, a, id)
	if err != nil {
		return err
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	provers, err := proversOf(tx, ab)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(provers, d.Account) || d.Child != ab.Child || d.Kind != f.absences.Proof:
		return portal.E(portal.NotFound, "proof")
	case d.Status == string(documents.Valid):
		return nil
	case d.Status != string(documents.Submitted):
		return portal.E(documents.AlreadyJudged, "proof", "status", d.Status)
	}
	kind := f.kinds.Of(d.Kind)
	today := portal.DateOf(tx.Now())
	until, known := documents.Proposed(kind, today)
	if !known {
		until = ledger.ServesUntil(today)
	}
	d.Agent, d.Judged = a.Account, tx.Now().UnixMicro()
	return s.acceptDocument(tx, a, d, kind, &wire.JudgeDocument{Document: id, Valid: true, Until: until})
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
	holders, err := holdersOf(tx, ab)
	if err != nil {
		return err
	}
	for _, id := range holders {
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

// absencesProved is the desks that read a document because it may prove an absence
// that its account holds: those that are to judge one, and the last that has.
// Where nothing of them is to be judged, the last that was told of any.
func (f *townFacts) absencesProved(tx *store.Tx, d store.Document) (desks []string, err error) {
	if d.Kind != f.absences.Proof || d.Child == "" {
		return nil, nil
	}
	all, err := tx.AbsencesOf(d.Child)
	if err != nil {
		return nil, err
	}
	var judged, told string
	for _, ab := range all {
		provers, err := proversOf(tx, ab)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(provers, d.Account) {
			continue
		}
		switch state := bookings.AbsenceState(ab.State); {
		case state == bookings.AbsenceTold:
			desks = append(desks, ab.Desk)
		case state.Judged():
			judged = ab.Desk
		default:
			told = ab.Desk
		}
	}
	if judged != "" {
		desks = append(desks, judged)
	}
	if len(desks) == 0 && told != "" {
		desks = append(desks, told)
	}
	return desks, err
}

// holdersOf is the accounts that an absence is told to as theirs, who may prove it
// and take it back: who told it, for as long as they see the child, and the parents
// on whose accounts its days are booked, who pay for what somebody else has told. Of
// the days of others a parent reads only that the child does not come.
func holdersOf(tx *store.Tx, ab store.Absence) (holders []portal.ID, err error) {
	payers, err := tx.AbsencePayers(ab.ID)
	if err != nil {
		return nil, err
	}
	ties, err := tiesOf(tx, ab.Child)
	for _, t := range ties {
		if t.Account == ab.Account && t.Rights().See || t.Parent() && t.Rights().Book && slices.Contains(payers, t.Account) {
			holders = append(holders, t.Account)
		}
	}
	return holders, err
}

// proversOf is those whose documents may prove an absence: what was sent before a
// tie ended proves it still.
func proversOf(tx *store.Tx, ab store.Absence) ([]portal.ID, error) {
	holders, err := holdersOf(tx, ab)
	if err == nil && !slices.Contains(holders, ab.Account) {
		holders = append(holders, ab.Account)
	}
	return holders, err
}

// passAbsences has what an account has told that closes be those parents' who pay
// for it; what is nobody else's is forgotten.
func passAbsences(tx *store.Tx, account portal.ID) error {
	all, err := tx.AbsencesTold(account)
	if err != nil {
		return err
	}
	for _, ab := range all {
		holders, err := holdersOf(tx, ab)
		if err != nil {
			return err
		}
		heirs := slices.DeleteFunc(holders, func(id portal.ID) bool { return id == account })
		if len(heirs) > 0 && !ab.Gone {
			err = tx.PassAbsence(ab, heirs[0])
		} else {
			err = tx.ForgetAbsence(ab)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// toldBy is who has told that a child does not come on a booked day, "" where nobody
// has.
func toldBy(tx *store.Tx, booking portal.ID) (string, error) {
	d, found, err := tx.AbsenceOf(booking)
	if err != nil || !found {
		return "", err
	}
	ab, err := store.Once(tx, "absence:"+string(d.Absence), func() (store.Absence, error) {
		ab, _, err := tx.Absence(d.Absence)
		return ab, err
	})
	if err != nil || ab.Gone {
		return "", err
	}
	return nameOf(tx, ab.Account)
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
	days := make([]bookings.AbsentDay, len(all))
	booked := make([]store.Booking, len(all))
	for i, d := range all {
		if booked[i], _, err = tx.Booking(d.Booking); err != nil {
			return nil, err
		}
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
	holders, err := holdersOf(tx, ab)
	if err != nil {
		return nil, err
	}
	by, err := nameOf(tx, ab.Account)
	if err != nil {
		return nil, err
	}
	var proof portal.ID
	if ab.State == string(bookings.AbsenceTold) {
		if proof, err = s.proofOf(tx, ab); err != nil {
			return nil, err
		}
	}
	var rows []store.FeedRow
	for _, holder := range holders {
		theirs := slices.Clone(days) // with what they cost this one
		for i, b := range booked {
			theirs[i].Price, theirs[i].Provisional = b.Part(holder), b.Provisional != ""
		}
		body := wire.Absence{
			ID: id, Child: ab.Child, Illness: ab.Illness, Told: ab.Told, Until: ab.Until, State: bookings.AbsenceState(ab.State), Days: theirs, Back: back, Reason: ab.Reason, ProofSent: proof != "",
		}
		if holder != ab.Account {
			body.ByName = by
		}
		rows = append(rows, store.FeedRow{Feed: wire.AccountFeed(holder), Collection: wire.Absences, Entity: id, Body: body})
	}
	if ab.State == string(bookings.AbsenceTold) {
		rows = append(rows, store.FeedRow{Feed: wire.DeskFeed(ab.Desk), Collection: wire.AbsenceQueue, Entity: id, Body: wire.DeskAbsence{
			ID: id, Account: ab.Account, Child: ab.Child, Person: ab.Person, Illness: ab.Illness, Told: ab.Told, Until: ab.Until, Days: days, Proof: proof,
		}})
	}
	if !ab.Listed {
		return rows, nil
	}
	for i, d := range all {
		if booked[i].State == store.BookingLive {
			rows = append(rows, store.FeedRow{Feed: wire.SiteFeed(d.Site), Collection: wire.SiteAbsences, Entity: d.Booking, Body: wire.SiteAbsence{
				Booking: d.Booking, Person: ab.Person, Class: ab.Class, Activity: d.Activity, Site: d.Site, Day: d.Day,
			}})
		}
	}
	return rows, nil
}

// proofOf is the newest document that may prove an absence, "" for none.
func (s *Service) proofOf(tx *store.Tx, ab store.Absence) (proof portal.ID, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return "", err
	}
	provers, err := proversOf(tx, ab)
	if err != nil {
		return "", err
	}
	var newest int64
	for _, prover := range provers {
		given, err := tx.DocumentsOf(prover)
		if err != nil {
			return "", err
		}
		for _, d := range given {
			if d.Kind == f.absences.Proof && d.Child == ab.Child && d.Status != string(documents.Rejected) && d.Sent >= newest {
				proof, newest = d.ID, d.Sent
			}
		}
	}
	return proof, nil
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
		holders, err := holdersOf(tx, ab)
		if err == nil && (feed != "account" || !slices.Contains(holders, portal.ID(of))) {
			return "an absence that another has told", nil
		}
		return "", err
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
