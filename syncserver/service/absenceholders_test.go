package service_test

import (
	"bytes"
	"context"
	"errors"
	"html"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// What a delegate has told is the parent's too who pays for it: they read who told
// it, may prove it, and are told what was decided, also once the delegate is nobody
// to the child any more and reads nothing. The other parent reads that the child does
// not come, and no more.
func TestWhatADelegateHasToldIsTheParentsWhoPays(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		before := w.balanceOf(family)
		day := w.book(booker, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(7, 30)) // too late
		id := w.absent(booker, day)
		if a := w.absence(booker, id); a.ByName != "" || a.Days[0].Price != 0 {
			t.Errorf("who told it reads %+v", a)
		}
		if a := w.absence(family, id); a.ByName != "Capucine Berthier" || a.State != bookings.AbsenceTold || a.Days[0].Price == 0 {
			t.Errorf("who pays reads %+v", a)
		}
		for _, who := range []string{family, otherParent, booker} {
			if b, raw := w.booking(who, day); b.Absent != "Capucine Berthier" {
				t.Errorf("%s reads %s", who, raw)
			}
		}
		w.desks[otherParent].Catch()
		if rows := w.desks[otherParent].In(wire.Absences); len(rows) != 0 {
			t.Errorf("who does not pay reads %v", rows)
		}
		w.desks[otherParent].Refused(portal.NotFound, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{day}})

		var mine, theirs bytes.Buffer
		if err := errors.Join(w.desks[family].OwnData(t.Context(), &mine), w.desks[otherParent].OwnData(t.Context(), &theirs)); err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"who pays": mine.Bytes(), "the other parent": theirs.Bytes()} {
			page := html.UnescapeString(unpacked(t, data)["donnees.html"])
			if tells := strings.Contains(page, "Absences signalées"); tells != (name == "who pays") {
				t.Errorf("the data of %s tell it: %v", name, tells)
			}
		}

		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		w.desks[booker].Catch()
		if rows := w.desks[booker].In(wire.Absences); len(rows) != 0 {
			t.Errorf("who is nobody to the child any more reads %v", rows)
		}
		proof := give(t, w.desks[family], "medical-certificate", familyChild)
		agent := s.SignIn("sylvie.roy")
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		agent.Catch()
		if queue := agent.In(wire.AbsenceQueue)[string(id)]; !strings.Contains(queue, string(proof)) || !strings.Contains(queue, `"account":"`+string(w.account(family))) {
			t.Errorf("the desk reads %q", queue) // in whose file it stands
		}
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Accept: true, Whole: true, Proof: proof})
		if got := w.balanceOf(family); got != before {
			t.Errorf("the balance is %s and was %s", got.Decimal(), before.Decimal())
		}
		if told := w.told(t, family); told[string(notices.Absence)].What != string(notices.AbsenceAccepted) {
			t.Errorf("who pays is told %v", told)
		}
		if told := w.told(t, booker); told[string(notices.Absence)].Kind != "" {
			t.Errorf("who is nobody any more is told %v", told)
		}
	})
}

// What somebody has told who cannot take it back any more is taken back by the parent
// who pays, and stays theirs when who told it closes their account.
func TestWhatADelegateHasToldIsTakenBackByTheParent(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		late, soon := w.book(booker, schoolDays[2], false), w.book(booker, schoolDays[4], false)
		price := w.canteen(family)[schoolDays[2]].Price
		s.Clock.Set(schoolDays[1].At(11, 0)) // Friday: too late for Monday
		before := w.balanceOf(family)
		id := w.absent(booker, late, soon)
		if _, err := w.desks[booker].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		a := w.absence(family, id)
		if len(a.Days) != 2 || a.Days[0].Cost != bookings.Due || a.Days[1].Cost != bookings.InTime || w.balanceOf(family) != before+price {
			t.Fatalf("told, it is %+v", a)
		}
		w.desks[family].Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{late}})
		if b, raw := w.booking(family, late); b.Absent != "" {
			t.Errorf("taken back, the day reads %s", raw)
		}
		w.desks[family].Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{soon}})
		if got := w.balanceOf(family); got != before {
			t.Errorf("the balance is %s and was %s", got.Decimal(), before.Decimal())
		}
		if a = w.absence(family, id); len(a.Days) != 0 || a.State != bookings.AbsenceWithdrawn || len(a.Back) != 2 {
			t.Errorf("taken back, it is %+v", a)
		}
	})
}

// Once the account of who told it is closed for good, the absence goes on as the
// payer's own.
func TestWhatAClosedAccountHasToldGoesOn(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		day := w.book(booker, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(7, 30))
		id := w.absent(booker, day)
		if _, err := w.desks[booker].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		s.Later(0, 15)
		w.desks[family] = s.SignIn(people[family].login)
		if a := w.absence(family, id); a.ByName != "" || a.State != bookings.AbsenceTold {
			t.Errorf("it is %+v", a)
		}
	})
}

// A parent whose tie ends reads nothing more of what they told; who pays for it does.
func TestAnAbsenceToldByWhoIsNoParentAnyMore(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		agent := w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(otherParent), Desk: "enfance"})
		w.payingByWeeks()
		day := w.book(family, theirDay, true)
		s.Clock.Set(theirDay.At(7, 30))
		w.desks[family] = s.SignIn(people[family].login)
		id := w.absent(family, day)
		agent = s.SignIn("sylvie.roy")
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(otherParent), Desk: "enfance"})
		agent.Must(wire.CustodyEnd, wire.EndCustody{Child: familyChild, Parent: w.account(family), Evidence: seen.kind, Day: seen.day})
		w.desks[family].Catch()
		if rows := allRows(w.desks[family]); strings.Contains(rows, string(id)) || strings.Contains(rows, string(day)) {
			t.Errorf("who is no parent any more reads %s", rows)
		}
		w.desks[otherParent] = s.SignIn(people[otherParent].login)
		if a := w.absence(otherParent, id); a.ByName != "Ondine Tamarin" {
			t.Errorf("who pays reads %+v", a)
		}
		w.desks[family].Refused(portal.NotFound, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{day}})
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Reason: "Aucun justificatif."})
		if told := w.news(otherParent, notices.Absence, id); len(told) != 1 || told[0].What != string(notices.AbsenceRefused) {
			t.Errorf("who pays is told %v", told)
		}
	})
}

// Each payer holds their own days of an absence: what it cost them, whether anything
// of theirs is judged, and no more.
func TestAnAbsenceOverDaysOfTwoPayers(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		w.payingByWeeks()
		mine, theirs := w.book(family, ourDay, false), w.book(family, theirDay, true)
		s.Clock.Set(ourDay.At(7, 30))
		w.desks[family], w.desks[otherParent] = s.SignIn(people[family].login), s.SignIn(people[otherParent].login)
		id := w.absent(family, mine, theirs)
		if a := w.absence(family, id); len(a.Days) != 2 || a.State != bookings.AbsenceTold {
			t.Errorf("who told it reads %+v", a)
		}
		read := func() wire.Absence {
			t.Helper()
			a := w.absence(otherParent, id)
			if len(a.Days) != 1 || a.Days[0].Booking != theirs || a.State != bookings.AbsenceSettled || a.Until != "" || a.Reason != "" || a.ByName != "Ondine Tamarin" {
				t.Errorf("who pays the day that is cancelled reads %+v", a)
			}
			return a
		}
		read()
		w.desks[otherParent].Refused(portal.NotFound, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{mine}})
		s.SignIn("sylvie.roy").Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Reason: "Le certificat est celui d'un autre enfant."})
		read()
		if told := w.news(otherParent, notices.Absence, id); len(told) != 0 {
			t.Errorf("they are told %v", told)
		}
	})
}

// Who pays a part of a day holds its absence too.
func TestAnAbsenceIsOfAllWhoPayAPart(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		w.parted("2026-11-19", ledger.Share{Percent: 50}, ledger.Share{Payer: w.account(otherParent), Percent: 50})
		day := w.book(booker, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(7, 30))
		id := w.absent(booker, day)
		for _, who := range []string{family, otherParent} {
			if a := w.absence(who, id); len(a.Days) != 1 || a.Days[0].Price != 240 || a.State != bookings.AbsenceTold {
				t.Errorf("%s reads %+v", who, a)
			}
		}
	})
}

// A delegate reads no more of an absence than of the days.
func TestANarrowedDelegateReadsNothingMoreOfAnAbsence(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		day := w.book(booker, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(7, 30))
		id := w.absent(booker, day)
		w.desks[family].Must(wire.DelegationChange, wire.ChangeDelegation{Delegation: w.delegated(booker), Level: "book", Children: []portal.ID{familyChild}, Activities: []portal.ID{demo.Evening}, Until: "2026-12-01"})
		s.SignIn("sylvie.roy").Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Reason: "Le certificat est celui d'un autre enfant."})
		w.desks[booker].Catch()
		if rows := w.desks[booker].In(wire.Absences); len(rows) != 0 {
			t.Errorf("they read %v", rows)
		}
		if told := w.news(booker, notices.Absence, id); len(told) != 0 {
			t.Errorf("they are told %v", told)
		}
		var data bytes.Buffer
		if err := w.desks[booker].OwnData(t.Context(), &data); err != nil {
			t.Fatal(err)
		}
		if page := unpacked(t, data.Bytes())["donnees.html"]; strings.Contains(page, "autre enfant") {
			t.Error("their data tell the answer")
		}
	})
}

// A certificate of an earlier illness proves nothing of this one.
func TestAnOldCertificateIsNoProof(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		old := give(t, w.desks[family], "medical-certificate", familyChild)
		day := w.book(family, schoolDays[6], false)
		s.Clock.Set(schoolDays[6].At(7, 30)) // more than eight days after
		w.desks[family] = s.SignIn(people[family].login)
		id := w.absent(family, day)
		agent := s.SignIn("sylvie.roy")
		agent.Catch()
		if queue := agent.In(wire.AbsenceQueue)[string(id)]; queue == "" || strings.Contains(queue, string(old)) {
			t.Errorf("the desk reads %q", queue)
		}
		if a := w.absence(family, id); a.ProofSent {
			t.Errorf("the family reads %+v", a)
		}
		now := give(t, w.desks[family], "medical-certificate", familyChild)
		agent.Catch()
		if queue := agent.In(wire.AbsenceQueue)[string(id)]; !strings.Contains(queue, string(now)) || !w.absence(family, id).ProofSent {
			t.Errorf("the desk reads %q", queue)
		}
	})
}

// Who told it and pays for it is told the answer, though they are no parent any more:
// what is credited is theirs.
func TestWhoPaysIsToldThoughNoParentAnyMore(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		before := w.balanceOf(family)
		day := w.book(family, schoolDays[0], false)
		s.Clock.Set(schoolDays[0].At(7, 30))
		id := w.absent(family, day)
		proof := give(t, w.desks[family], "medical-certificate", familyChild)
		agent := s.SignIn("sylvie.roy")
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		agent.Must(wire.CustodyEnd, wire.EndCustody{Child: familyChild, Parent: w.account(family), Evidence: seen.kind, Day: seen.day})
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Accept: true, Whole: true, Proof: proof})
		if told := w.news(family, notices.Absence, id); len(told) != 1 || w.balanceOf(family) != before {
			t.Errorf("they are told %v, and have %s of %s", told, w.balanceOf(family).Decimal(), before.Decimal())
		}
	})
}
