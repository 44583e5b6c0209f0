package service_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// absenceRule has the town forgive so many days.
func (w *world) absenceRule(grace int) {
	w.t.Helper()
	rule := bookings.UsualAbsences
	rule.Grace = grace
	w.alter(func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, rule) })
}

// absence is one as who told it reads it.
func (w *world) absence(who string, id portal.ID) (a wire.Absence) {
	w.t.Helper()
	w.desks[who].Catch()
	if err := json.Unmarshal([]byte(w.desks[who].In(wire.Absences)[string(id)]), &a); err != nil {
		w.t.Fatalf("of absence %s is told %q", id, w.desks[who].In(wire.Absences)[string(id)])
	}
	return a
}

func costs(a wire.Absence) (out []bookings.AbsentCost) {
	for _, d := range a.Days {
		out = append(out, d.Cost)
	}
	return out
}

func TestAnAbsenceBeforeAndAfterTheLimit(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		before := w.balanceOf(family)
		var ids []portal.ID
		for _, day := range schoolDays[:3] { // Thursday, Friday, Monday
			ids = append(ids, w.book(family, day, false))
		}
		price := w.canteen(family)[schoolDays[0]].Price
		s.Clock.Set(schoolDays[0].At(7, 30)) // the limit of Thursday and of Friday has not both passed
		fam := w.desks[family]
		fam.Refused(portal.NotFound, wire.AbsenceTell, wire.TellAbsence{Absence: portal.NewID(), Child: foreignChild, Bookings: ids})
		w.desks[otherParent].Refused(bookings.NotYourBooker, wire.AbsenceTell, wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: ids})
		w.desks[otherFamily].Refused(portal.NotFound, wire.AbsenceTell, wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: ids})
		id := portal.NewID()
		tell := wire.TellAbsence{Absence: id, Child: familyChild, Bookings: ids, Illness: true}
		fam.Must(wire.AbsenceTell, tell)
		a := w.absence(family, id)
		if !slices.Equal(costs(a), []bookings.AbsentCost{bookings.Due, bookings.InTime, bookings.InTime}) || a.State != bookings.AbsenceTold || a.Until != schoolDays[0].Add(8) {
			t.Fatalf("it is told as %+v", a)
		}
		if got := w.balanceOf(family); got != before-price {
			t.Errorf("the balance is %s", got.Decimal())
		}
		tell.Absence = portal.NewID()
		fam.Refused(bookings.AlreadyTold, wire.AbsenceTell, tell)
		tell.Bookings = ids[1:]
		fam.Refused(bookings.NotBooked, wire.AbsenceTell, tell)
		tell.Bookings = ids[:1]
		fam.Refused(bookings.AlreadyTold, wire.AbsenceTell, tell)
		// The site reads who does not come, never why.
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		agent := w.desks[deskAgent]
		agent.Catch()
		rows := agent.In(wire.SiteAbsences)
		if len(rows) != 1 || !strings.Contains(rows[string(ids[0])], "Philémon") || strings.Contains(rows[string(ids[0])], "illness") {
			t.Errorf("the site reads %v", rows)
		}
		count := agent.In(wire.HeadCounts)[string(demo.Canteen)+"/"+string(demo.JulesFerry)+"/"+string(schoolDays[0])]
		if !strings.Contains(count, `"absent":1`) {
			t.Errorf("the count is %s", count)
		}
		queue := agent.In(wire.AbsenceQueue)[string(id)]
		if !strings.Contains(queue, "Philémon") || strings.Contains(queue, `"proof"`) {
			t.Errorf("the desk reads %q", queue)
		}

		// The proof comes by the road of all documents.
		proof := give(t, fam, "medical-certificate", familyChild)
		agent.Catch()
		if queue = agent.In(wire.AbsenceQueue)[string(id)]; !strings.Contains(queue, string(proof)) {
			t.Errorf("with its proof the desk reads %q", queue)
		}
		judge := wire.JudgeAbsence{Absence: id, Accept: true, Whole: true, Proof: proof, Reason: "Certificat du 19 novembre."}
		agent.Refused(portal.NotFound, wire.AbsenceJudge, judge) // nobody has it before them
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		agent.Must(wire.AbsenceJudge, judge)
		agent.Refused(bookings.AbsenceJudged, wire.AbsenceJudge, judge)
		if got := w.balanceOf(family); got != before {
			t.Errorf("credited whole the balance is %s", got.Decimal())
		}
		if a = w.absence(family, id); a.State != bookings.AbsenceAccepted || !a.Days[0].Credited || a.Reason == "" {
			t.Errorf("in the end it is %+v", a)
		}
		if told := w.told(t, family); told[string(notices.Absence)].What != string(notices.AbsenceAccepted) {
			t.Errorf("the family is told %v", told)
		}
		if n := mailsOf(t, s, mailkinds.AbsenceJudged, "Certificat"); n != 1 {
			t.Errorf("%d mails", n)
		}
		fam.Catch()
		if !strings.Contains(fam.In(wire.Documents)[string(proof)], `"valid"`) {
			t.Errorf("the proof is %s", fam.In(wire.Documents)[string(proof)])
		}
		proved := 0
		for _, body := range fam.In(wire.Movements) {
			if strings.Contains(body, `"absent":"proved"`) && strings.Contains(body, judge.Reason) {
				proved++
			}
		}
		if proved != 1 {
			t.Errorf("%d lines of the statement say why", proved)
		}
		agent.Catch()
		if len(agent.In(wire.SiteAbsences)) != 0 || agent.In(wire.AbsenceQueue)[string(id)] != "" {
			t.Errorf("the site still reads %v", agent.In(wire.SiteAbsences))
		}
	})
}

// The first days of a proved absence stay due, and one that is refused stays due
// whole, with the reason.
func TestTheFirstDayOfAnIllnessStaysDue(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		start := w.balanceOf(family)
		ids := []portal.ID{w.book(family, schoolDays[2], false), w.book(family, schoolDays[3], false)} // Monday and Tuesday
		price := w.canteen(family)[schoolDays[2]].Price
		s.Clock.Set(schoolDays[2].At(11, 0)) // the limit of Tuesday has passed too
		fam, agent := w.desks[family], s.SignIn("sylvie.roy")
		w.desks[deskAgent] = agent
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: ids, Illness: true}
		fam.Must(wire.AbsenceTell, tell)
		agent.Refused(portal.Missing, wire.AbsenceJudge, wire.JudgeAbsence{Absence: tell.Absence})
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: tell.Absence, Accept: true})
		if got := w.balanceOf(family); got != start-price {
			t.Errorf("the balance is %s, and was %s before two meals of %s", got.Decimal(), start.Decimal(), price.Decimal())
		}
		if a := w.absence(family, tell.Absence); a.Days[0].Credited || !a.Days[1].Credited {
			t.Errorf("it is %+v", a)
		}
		other := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{w.book(otherParent, schoolDays[6], false)}}
		s.Clock.Set(schoolDays[6].At(9, 0))
		w.desks[otherParent].Must(wire.AbsenceTell, other)
		agent = s.SignIn("sylvie.roy")
		theirs := w.balanceOf(otherParent)
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: other.Absence, Reason: "Aucun justificatif."})
		if a := w.absence(otherParent, other.Absence); a.State != bookings.AbsenceRefused || a.Reason != "Aucun justificatif." || w.balanceOf(otherParent) != theirs {
			t.Errorf("refused it is %+v", a)
		}
		// After its day nobody lists it; after a year nobody is told.
		s.Clock.Set(schoolDays[6].Add(1).At(9, 0))
		s.Housekeep(context.Background())
		agent = s.SignIn("sylvie.roy")
		agent.Catch()
		if rows := agent.In(wire.SiteAbsences); len(rows) != 0 {
			t.Errorf("the day after the site reads %v", rows)
		}
		s.Later(1, 10)
		w.desks[family] = s.SignIn(people[family].login)
		w.desks[family].Catch()
		if rows := w.desks[family].In(wire.Absences); len(rows) != 0 {
			t.Errorf("a year after there is %v", rows)
		}
	})
}

// One day of a school year is forgiven, whoever tells it and in whatever order.
func TestTheFirstForgottenDayIsForgiven(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(1)
		start := w.balanceOf(family)
		first, second := w.book(family, schoolDays[0], false), w.book(otherParent, schoolDays[1], false)
		s.Clock.Set(schoolDays[0].At(18, 0)) // Friday's limit has passed as well
		theirs := w.balanceOf(otherParent)
		one := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{first}}
		two := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{second}}
		w.desks[family].Must(wire.AbsenceTell, one)
		w.desks[otherParent].Must(wire.AbsenceTell, two)
		a, b := w.absence(family, one.Absence), w.absence(otherParent, two.Absence)
		if a.State != bookings.AbsenceSettled || a.Days[0].Cost != bookings.Forgiven || w.balanceOf(family) != start {
			t.Errorf("the first is %+v", a)
		}
		if b.State != bookings.AbsenceTold || b.Days[0].Cost != bookings.Due || w.balanceOf(otherParent) != theirs {
			t.Errorf("the second is %+v", b)
		}
		for _, who := range []string{family, otherParent} {
			if c, _ := w.child(who); !slices.Equal(c.Forgiven, schoolDays[:1]) {
				t.Errorf("%s reads that %v was forgiven", who, c.Forgiven)
			}
		}
		forgiven := 0
		w.desks[family].Catch()
		for _, body := range w.desks[family].In(wire.Movements) {
			if strings.Contains(body, `"absent":"`+ledger.AbsentForgiven+`"`) {
				forgiven++
			}
		}
		if forgiven != 1 {
			t.Errorf("%d lines of the statement say so", forgiven)
		}
	})
}

// A closure credits what was told as absent, too, and what it has credited is not
// credited again.
func TestAClosureOverAnAbsence(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		start := w.balanceOf(family)
		ids := []portal.ID{w.book(family, schoolDays[2], false), w.book(family, schoolDays[3], false)}
		s.Clock.Set(schoolDays[2].At(11, 0))
		agent := s.SignIn("sylvie.roy")
		w.desks[deskAgent] = agent
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: ids, Illness: true}
		w.desks[family].Must(wire.AbsenceTell, tell)
		agent.Must(wire.ClosureDeclare, strike(schoolDays[3]))
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: tell.Absence, Accept: true, Whole: true})
		if got := w.balanceOf(family); got != start {
			t.Errorf("the balance is %s, not %s", got.Decimal(), start.Decimal())
		}
		s.Clock.Add(time.Hour)
	})
}

// The invariants find what an absence must not leave.
func TestBrokenAbsencesAreFound(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		id := w.book(family, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(9, 0))
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{id}}
		w.desks[family].Must(wire.AbsenceTell, tell)
		var was store.Absence
		w.alter(func(tx *store.Tx) (err error) { was, _, err = tx.Absence(tell.Absence); return err })
		broken := was
		broken.State = string(bookings.AbsenceAccepted)
		w.alter(func(tx *store.Tx) error { return tx.SaveAbsence(broken, id) })
		found, err := s.Service.Contradictions(context.Background())
		if err != nil || !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, "credited for an absence and live") }) ||
			!slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, "judged by nobody") }) {
			t.Errorf("found %v, %v", found, err)
		}
		// What it says is put right as an agent would have: credited, by somebody.
		w.alter(func(tx *store.Tx) error {
			b, _, err := tx.Booking(id)
			if err != nil {
				return err
			}
			b.Credit = portal.NewID()
			debit, err := tx.EntriesOf([]portal.ID{b.Debit})
			if err != nil {
				return err
			}
			if err := tx.CancelBookings([]store.Booking{b}); err != nil {
				return err
			}
			if err := tx.Post(b.Credit, store.LedgerCredit, b.ID, "", ledger.Reverse(debit[b.Debit])); err != nil {
				return err
			}
			broken.Judged, broken.Agent = 1, w.account(deskAgent)
			return tx.SaveAbsence(broken)
		})
	})
}

func init() {
	matrix["absence.tell@1"] = []row{
		{"of the family", func(w *world, try int) any {
			id := w.book(family, schoolDays[try], false)
			return wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{id}}
		}, delegates(families(accepted, portal.NotFound, bookings.NotYourBooker), bookings.NotYourBooker, bookings.NotYourBooker, bookings.NotYourBooker, "delegation_ended")},
		{"of nobody", func(*world, int) any {
			return wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{portal.NewID()}}
		}, families(portal.NotFound, portal.NotFound, portal.NotFound)},
	}
	// Nothing can be told too late here but on a day that has come: it is planted.
	matrix["absence.judge@1"] = []row{{"of the family", func(w *world, try int) any {
		id := portal.NewID()
		b := w.book(family, schoolDays[try], false)
		w.alter(func(tx *store.Tx) error {
			ab := store.Absence{ID: id, Account: w.account(family), Child: familyChild, Desk: "enfance", State: string(bookings.AbsenceTold), Person: "Philémon Tamarin"}
			return tx.InsertAbsence(ab, []store.AbsenceDay{{Booking: b, Child: familyChild, Activity: demo.Canteen, Site: demo.JulesFerry, Day: schoolDays[try], Cost: string(bookings.Due)}})
		})
		return wire.JudgeAbsence{Absence: id, Reason: "Non."}
	}, agents(accepted, accepted, portal.NotFound)}}
}

// TestAnAbsenceOutlivesAClosure: the day is another booking once the closure is
// taken back, and the child is absent on it still.
func TestAnAbsenceOutlivesAClosure(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		before := w.balanceOf(family)
		booking := w.book(family, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(7, 30))
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Illness: true, Bookings: []portal.ID{booking}}
		w.desks[family].Must(wire.AbsenceTell, tell)
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		closed := strike(schoolDays[0])
		w.desks[deskAgent].Must(wire.ClosureDeclare, closed)
		w.desks[deskAgent].Must(wire.ClosureUndo, wire.UndoClosure{Closure: closed.Closure})
		again := w.canteen(family)[schoolDays[0]].ID
		if told := w.absence(family, tell.Absence).Days; again == booking || len(told) != 1 || told[0].Booking != again {
			t.Fatalf("the day is %s and the absence of %+v", again, told)
		}
		w.desks[family].Refused(bookings.AlreadyTold, wire.AbsenceTell, wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{again}})
		w.desks[deskAgent].Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: tell.Absence, Accept: true, Whole: true})
		if got := w.balanceOf(family); got != before || !w.absence(family, tell.Absence).Days[0].Credited {
			t.Errorf("once it is proved the balance is %s and not %s", got.Decimal(), before.Decimal())
		}
	})
}

// TestWhatIsProvedStaysGivenBack: the town gives the day back by a closure, the
// proof is accepted meanwhile, and the closure is taken back: the family has the
// day credited as it would have been without the closure.
func TestWhatIsProvedStaysGivenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		before := w.balanceOf(family)
		first, second := w.book(family, schoolDays[0], false), w.book(family, schoolDays[1], false)
		price := w.canteen(family)[schoolDays[0]].Price
		s.Clock.Set(schoolDays[0].At(10, 30)) // the limit of Friday has passed, too
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Illness: true, Bookings: []portal.ID{first, second}}
		w.desks[family].Must(wire.AbsenceTell, tell)
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		closed := strike(schoolDays[0], schoolDays[1])
		w.desks[deskAgent].Must(wire.ClosureDeclare, closed)
		w.desks[deskAgent].Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: tell.Absence, Accept: true})
		if got := w.balanceOf(family); got != before {
			t.Fatalf("closed and proved the balance is %s and not %s", got.Decimal(), before.Decimal())
		}
		w.desks[deskAgent].Must(wire.ClosureUndo, wire.UndoClosure{Closure: closed.Closure})
		// The first day of an illness stays due, and the second is given back.
		if got := w.balanceOf(family); got != before-price {
			t.Errorf("with the closure taken back the balance is %s and not %s", got.Decimal(), (before - price).Decimal())
		}
		if days := w.absence(family, tell.Absence).Days; days[0].Credited || !days[1].Credited {
			t.Errorf("it is %+v", days)
		}
		booked := w.canteen(family)
		if booked[schoolDays[0]].ID == "" || booked[schoolDays[1]].ID != "" {
			t.Errorf("booked are %v", booked)
		}
		if lost := w.closureNews(family, closed.Closure); slices.Contains(lost, notices.ClosureLost) {
			t.Errorf("the family is told that it has lost what was given back: %v", lost)
		}
	})
}

// TestTheProofReachesTheDeskThatWaitsForIt: whatever is told later to another desk,
// the one that is to judge an absence reads what proves it, and one that has
// nothing to judge does not.
func TestTheProofReachesTheDeskThatWaitsForIt(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		w.alter(func(tx *store.Tx) error {
			var a bookings.Activity
			if _, err := tx.Fact(wire.Activities, demo.Morning, &a); err != nil {
				return err
			}
			a.Desk = "etat-civil"
			if err := tx.PutFact(wire.Activities, demo.Morning, a); err != nil {
				return err
			}
			year := portal.SchoolYearOf(schoolDays[0])
			return tx.SaveEnrolment(bookings.Enrolment{ID: portal.NewID(), Child: familyChild, Activity: demo.Morning, Site: demo.JulesFerry, Year: year, Period: year.Period()})
		})
		first, second := w.book(family, schoolDays[0], false), portal.NewID()
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: second, Child: familyChild, Activity: demo.Morning, Day: schoolDays[4]})
		s.Clock.Set(schoolDays[0].At(7, 30))
		id := w.absent(family, first)
		w.absent(family, second) // in time
		proof := give(t, w.desks[family], "medical-certificate", familyChild)
		agent, other := s.SignIn("sylvie.roy"), s.SignIn("helene.garnier")
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		other.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "etat-civil"})
		reads := func(d *hosttest.Desk, desk string) bool {
			d.Catch()
			return d.Rows[[3]string{wire.FileFeed(desk, w.account(family)), wire.Documents, string(proof)}] != ""
		}
		if !reads(agent, "enfance") || reads(other, "etat-civil") {
			t.Errorf("who waits reads it: %v, and who does not: %v", reads(agent, "enfance"), reads(other, "etat-civil"))
		}
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Accept: true, Whole: true, Proof: proof})
		if !reads(agent, "enfance") || reads(other, "etat-civil") {
			t.Errorf("judged, who has judged by it reads it: %v, and who has not: %v", reads(agent, "enfance"), reads(other, "etat-civil"))
		}
	})
}

// TestWhatNeedsAProvedDayIsGivenBackWithIt: homework comes back, once its closure is
// taken back, beside an evening on which the child is told absent. The child that
// does not come to the one does not come to the other: the proof gives both back,
// whether or not homework was told by itself before.
func TestWhatNeedsAProvedDayIsGivenBackWithIt(t *testing.T) {
	for name, alone := range map[string]bool{"never told": false, "told by itself": true} {
		t.Run(name, func(t *testing.T) {
			hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
				w := newWorld(t, s)
				w.absenceRule(0)
				claire := s.SignIn("claire.martel")
				w.desks["claire"] = claire
				claire.Catch()
				lea := claire.Child("Léa")
				before := w.balanceOf("claire")
				const day = portal.Date("2026-11-19")
				evening, study := portal.NewID(), portal.NewID()
				claire.Must(wire.BookingBook, wire.Book{Booking: evening, Child: lea, Activity: demo.Evening, Day: day})
				claire.Must(wire.BookingBook, wire.Book{Booking: study, Child: lea, Activity: demo.Study, Day: day})
				s.Clock.Set(day.At(7, 30))
				tell := func(booking portal.ID) portal.ID {
					args := wire.TellAbsence{Absence: portal.NewID(), Child: lea, Illness: true, Bookings: []portal.ID{booking}}
					claire.Must(wire.AbsenceTell, args)
					return args.Absence
				}
				first := portal.ID("")
				if alone {
					first = tell(study)
				}
				agent := s.SignIn("sylvie.roy")
				closed := strike(day)
				closed.Activities = []portal.ID{demo.Study}
				agent.Must(wire.ClosureDeclare, closed)
				second := tell(evening)
				agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: closed.Closure})
				agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: second, Accept: true, Whole: true})
				if got := w.balanceOf("claire"); got != before {
					t.Errorf("the balance is %s and not %s", got.Decimal(), before.Decimal())
				}
				of := second
				if alone {
					of = first
				}
				days := w.absence("claire", of).Days
				if i := slices.IndexFunc(days, func(d bookings.AbsentDay) bool { return d.Activity == demo.Study }); i < 0 || !days[i].Credited {
					t.Errorf("the family reads %+v", days)
				}
				if alone {
					// Nothing of the first is left to give back.
					agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: first, Accept: true, Whole: true})
					if got := w.balanceOf("claire"); got != before {
						t.Errorf("judged too, the balance is %s and not %s", got.Decimal(), before.Decimal())
					}
				}
			})
		})
	}
}

// What was taken back of an absence joins it again with the day that it needs, once
// that one is proved: homework that one comes to goes with its evening.
func TestWhatWasTakenBackGoesWithTheDayItNeeds(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		rule := bookings.UsualAbsences
		rule.BackHour, rule.BackMinute = 8, 30
		w.alter(func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, rule) })
		claire := s.SignIn("claire.martel")
		w.desks["claire"] = claire
		claire.Catch()
		lea := claire.Child("Léa")
		before := w.balanceOf("claire")
		const day = portal.Date("2026-11-19")
		evening, study := portal.NewID(), portal.NewID()
		claire.Must(wire.BookingBook, wire.Book{Booking: evening, Child: lea, Activity: demo.Evening, Day: day})
		claire.Must(wire.BookingBook, wire.Book{Booking: study, Child: lea, Activity: demo.Study, Day: day})
		s.Clock.Set(day.At(7, 30))
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: lea, Illness: true, Bookings: []portal.ID{evening, study}}
		claire.Must(wire.AbsenceTell, tell)
		claire.Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: tell.Absence, Bookings: []portal.ID{study}})
		s.SignIn("sylvie.roy").Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: tell.Absence, Accept: true, Whole: true})
		if got := w.balanceOf("claire"); got != before {
			t.Errorf("the balance is %s and not %s", got.Decimal(), before.Decimal())
		}
		if a := w.absence("claire", tell.Absence); len(a.Days) != 2 || len(a.Back) != 0 {
			t.Errorf("it is %+v", a)
		}
	})
}
