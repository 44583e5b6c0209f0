package service_test

import (
	"slices"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// absent tells an absence of the family's child.
func (w *world) absent(who string, ids ...portal.ID) portal.ID {
	w.t.Helper()
	tell := wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: ids, Illness: true}
	w.desks[who].Must(wire.AbsenceTell, tell)
	return tell.Absence
}

// What was told in time is booked again at the price it had, whatever the day
// costs now: all of what is asked, or nothing of it.
func TestAnAbsenceToldInTimeIsTakenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		fam := w.desks[family]
		start := w.balanceOf(family)
		var ids []portal.ID
		for _, day := range schoolDays[1:4] { // Friday, Monday, Tuesday
			ids = append(ids, w.book(family, day, false))
		}
		before := w.canteen(family)
		paid := start - w.balanceOf(family)
		id := w.absent(family, ids...)
		if a := w.absence(family, id); a.State != bookings.AbsenceSettled || a.Days[0].Price != before[schoolDays[1]].Price || a.Days[0].Price == 0 {
			t.Fatalf("it is told as %+v", a)
		}
		w.alter(func(tx *store.Tx) error {
			return tx.PutFact(wire.Tariffs, "plus-cher", ledger.Tariff{ID: "plus-cher", Activity: demo.Canteen, From: "2025-09-02", Bands: []ledger.Band{{Price: 999}}})
		})
		back := wire.WithdrawAbsence{Absence: id, Bookings: ids[:2]}
		for _, who := range []string{otherParent, otherFamily} {
			w.desks[who].Refused(portal.NotFound, wire.AbsenceWithdraw, back)
		}
		fam.Refused(portal.Missing, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id})
		fam.Refused(portal.NotFound, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{ids[0], portal.NewID()}})

		// The place of Monday is another's: of Friday nothing happens either.
		taken := w.bookNow(otherFamily, schoolDays[2])
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, 1) })
		if v := fam.Do(wire.AbsenceWithdraw, back); v.Accepted || v.Error.Code != bookings.NoPlace || v.Error.Args["on"] != string(schoolDays[2]) {
			t.Errorf("it is answered with %+v", v.Error)
		}
		if got := w.balanceOf(family); got != start {
			t.Errorf("refused, the balance is %s and not %s", got.Decimal(), start.Decimal())
		}
		w.desks[otherFamily].Must(wire.BookingCancel, wire.CancelBooking{Booking: taken})

		fam.Must(wire.AbsenceWithdraw, back)
		after := w.canteen(family)
		for _, day := range schoolDays[1:3] {
			was, is := before[day], after[day]
			if is.ID == "" || is.ID == was.ID || is.Price != was.Price || is.Payer != was.Payer || is.Why == nil || is.Why.Band != was.Why.Band || is.Why.Amount != was.Why.Amount {
				t.Errorf("of %s was %+v and is %+v", day, was, is)
			}
		}
		if _, booked := after[schoolDays[3]]; booked {
			t.Error("a day that nobody named is booked again")
		}
		if got, want := w.balanceOf(family), start-paid/3*2; got != want {
			t.Errorf("the balance is %s, not %s", got.Decimal(), want.Decimal())
		}
		a := w.absence(family, id)
		if a.State != bookings.AbsenceSettled || len(a.Days) != 1 || len(a.Back) != 2 || a.Days[0].Day != schoolDays[3] {
			t.Errorf("it is %+v", a)
		}
		fam.Refused(bookings.AbsenceBack, wire.AbsenceWithdraw, back)

		// At the limit of Tuesday it is too late, as for any booking.
		back.Bookings = ids[2:]
		s.Clock.Set(schoolDays[2].At(10, 0))
		fam.Refused(bookings.CutoffPassed, wire.AbsenceWithdraw, back)
		s.Clock.Set(schoolDays[2].At(9, 59))
		fam.Must(wire.AbsenceWithdraw, back)
		if a := w.absence(family, id); a.State != bookings.AbsenceWithdrawn || len(a.Days) != 0 {
			t.Errorf("taken back whole it is %+v", a)
		}
		// A child that falls ill again is told of again, and is well again.
		again := w.canteen(family)[schoolDays[3]].ID
		if second := w.absent(family, again); second != "" {
			fam.Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: second, Bookings: []portal.ID{again}})
		}
	})
}

// bookNow books a day for whoever it is at the family's school.
func (w *world) bookNow(who string, day portal.Date) portal.ID {
	w.t.Helper()
	id := portal.NewID()
	w.desks[who].Must(wire.BookingBook, wire.Book{Booking: id, Child: foreignChild, Activity: demo.Canteen, Day: day})
	return id
}

// What was told too late and not judged is taken back until the town's hour: the
// child is expected again, nobody has it to judge, and it may be told again.
func TestAnAbsenceToldTooLateIsTakenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		rule := bookings.UsualAbsences
		rule.BackHour, rule.BackMinute = 8, 30
		w.alter(func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, rule) })
		ids := []portal.ID{w.book(family, schoolDays[2], false), w.book(family, schoolDays[3], false)} // Monday and Tuesday
		paid := w.balanceOf(family)
		s.Clock.Set(schoolDays[2].At(7, 30))
		fam := w.desks[family]
		id := w.absent(family, ids...) // Tuesday is cancelled, Monday is due
		proof := give(t, fam, "medical-certificate", familyChild)
		agent := s.SignIn("sylvie.roy")
		w.desks[deskAgent] = agent
		agent.Catch()
		if len(agent.In(wire.SiteAbsences)) != 1 || !strings.Contains(agent.In(wire.AbsenceQueue)[string(id)], string(proof)) {
			t.Fatalf("the site reads %v and the desk %v", agent.In(wire.SiteAbsences), agent.In(wire.AbsenceQueue))
		}
		s.Clock.Set(schoolDays[2].At(8, 30))
		back := wire.WithdrawAbsence{Absence: id, Bookings: ids}
		fam.Refused(bookings.BackTooLate, wire.AbsenceWithdraw, back)
		s.Clock.Set(schoolDays[2].At(8, 29))
		fam.Must(wire.AbsenceWithdraw, back)
		if got := w.balanceOf(family); got != paid {
			t.Errorf("the balance is %s, not %s", got.Decimal(), paid.Decimal())
		}
		if now := w.canteen(family); now[schoolDays[2]].ID != ids[0] || now[schoolDays[3]].ID == "" || now[schoolDays[3]].ID == ids[1] {
			t.Errorf("booked are %v", now)
		}
		agent = s.SignIn("sylvie.roy") // an hour is long for an agent
		agent.Catch()
		count := agent.In(wire.HeadCounts)[string(demo.Canteen)+"/"+string(demo.JulesFerry)+"/"+string(schoolDays[2])]
		if len(agent.In(wire.SiteAbsences)) != 0 || agent.In(wire.AbsenceQueue)[string(id)] != "" || strings.Contains(count, "absent") {
			t.Errorf("the site reads %v, the desk %v, the count is %s", agent.In(wire.SiteAbsences), agent.In(wire.AbsenceQueue), count)
		}
		agent.Refused(bookings.AbsenceJudged, wire.AbsenceJudge, wire.JudgeAbsence{Absence: id, Accept: true})

		// Told again and judged it stands.
		second := w.absent(family, ids[0])
		agent.Must(wire.AbsenceJudge, wire.JudgeAbsence{Absence: second, Reason: "Aucun justificatif."})
		fam.Refused(bookings.AbsenceJudged, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: second, Bookings: ids[:1]})

		// Where the town says no hour, the day itself is too late.
		w.absenceRule(0)
		late := w.book(family, schoolDays[5], false)
		s.Clock.Set(schoolDays[4].At(20, 0))
		third := w.absent(family, late)
		s.Clock.Set(schoolDays[5].At(0, 0))
		fam = s.SignIn(people[family].login)
		fam.Refused(bookings.BackTooLate, wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: third, Bookings: []portal.ID{late}})
	})
}

// A day that was forgiven is due again, and another is forgiven instead.
func TestAForgivenDayThatIsTakenBackIsGivenAgain(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(1)
		start := w.balanceOf(family)
		first, second := w.book(family, schoolDays[0], false), w.book(otherParent, schoolDays[1], false)
		price := start - w.balanceOf(family)
		s.Clock.Set(schoolDays[0].Add(-1).At(18, 0)) // Wednesday: the limit of Thursday has passed
		one := w.absent(family, first)
		if got := w.balanceOf(family); got != start {
			t.Fatalf("forgiven the balance is %s", got.Decimal())
		}
		w.desks[family].Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: one, Bookings: []portal.ID{first}})
		if got := w.balanceOf(family); got != start-price || w.canteen(family)[schoolDays[0]].Price != price {
			t.Errorf("taken back the balance is %s", got.Decimal())
		}
		if c, _ := w.child(family); len(c.Forgiven) != 0 {
			t.Errorf("%v is forgiven still", c.Forgiven)
		}
		forgiven := 0
		w.desks[family].Catch()
		for _, body := range w.desks[family].In(wire.Movements) {
			if strings.Contains(body, `"absent":"`+ledger.AbsentForgiven+`"`) {
				forgiven++
			}
		}
		if forgiven != 1 {
			t.Errorf("%d lines of the statement say what was forgiven once", forgiven)
		}
		s.Clock.Set(schoolDays[0].At(18, 0)) // that of Friday too
		two := w.absent(otherParent, second)
		if a := w.absence(otherParent, two); a.Days[0].Cost != bookings.Forgiven {
			t.Errorf("the next day is %+v", a)
		}
	})
}

// What another day's booking needs comes back before it, whichever is named first.
func TestWhatBelongsTogetherIsTakenBackTogether(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		st := staged(t, s)
		const evening, study portal.ID = "a-soir", "z-etude"
		st.opens(bookings.Activity{ID: evening}, 192)
		st.opens(bookings.Activity{ID: study, Requires: []portal.ID{evening}}, 80)
		day := portal.Date("2026-03-12")
		account, child := st.family("reprise.ensemble", demo.JulesFerry, "ce2", []portal.Date{day}, evening, study)
		s.Clock.Set(day.Add(-9).At(8, 0))
		// The one that needs has the smaller id, and is named first.
		ids := []portal.ID{portal.NewID(), portal.NewID()}
		start := st.holds(account)
		st.do(account, wire.BookingBook, &wire.Book{Booking: ids[1], Child: child, Activity: evening, Day: day})
		st.do(account, wire.BookingBook, &wire.Book{Booking: ids[0], Child: child, Activity: study, Day: day})
		tell := wire.TellAbsence{Absence: portal.NewID(), Child: child, Bookings: ids}
		st.do(account, wire.AbsenceTell, &tell)
		if got := st.holds(account); got != start {
			t.Fatalf("told in time there is %s", got.Decimal())
		}
		st.do(account, wire.AbsenceWithdraw, &wire.WithdrawAbsence{Absence: tell.Absence, Bookings: ids})
		if got := st.holds(account); got != start-192-80 {
			t.Errorf("taken back there is %s", got.Decimal())
		}
		var live []store.Booking
		st.must(func(tx *store.Tx) (err error) { live, err = tx.LiveBookingsOf(child); return err })
		if len(live) != 2 || slices.ContainsFunc(live, func(b store.Booking) bool { return slices.Contains(ids, b.ID) }) {
			t.Errorf("booked are %+v", live)
		}
	})
}

// A provisional day comes back as one: nothing is paid while its request is under
// review; once that is accepted, taking it back pays it.
func TestAProvisionalDayIsTakenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		start := w.balanceOf(family)
		request := w.review("2026-11-23", "2026-11-24")
		first, second := w.mornings(family)["2026-11-23"], w.mornings(family)["2026-11-24"]
		id := w.absent(family, first.ID, second.ID)
		w.desks[family].Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{first.ID}})
		if b := w.mornings(family)["2026-11-23"]; !b.Provisional || b.Price != first.Price || w.balanceOf(family) != start {
			t.Errorf("under review it is %+v", b)
		}
		agent := w.desks[deskAgent]
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: request})
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		w.desks[family].Must(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: id, Bookings: []portal.ID{second.ID}})
		if b := w.mornings(family)["2026-11-24"]; b.Provisional || b.Price != second.Price {
			t.Errorf("accepted it is %+v", b)
		}
		if got := w.balanceOf(family); got != start-first.Price-second.Price {
			t.Errorf("the balance is %s", got.Decimal())
		}
	})
}

func init() {
	matrix["absence.withdraw@1"] = []row{
		{"of the family", func(w *world, try int) any {
			id := w.book(family, schoolDays[try], false)
			return wire.WithdrawAbsence{Absence: w.absent(family, id), Bookings: []portal.ID{id}}
		}, families(accepted, portal.NotFound, portal.NotFound)},
		{"of nobody", func(*world, int) any {
			return wire.WithdrawAbsence{Absence: portal.NewID(), Bookings: []portal.ID{portal.NewID()}}
		}, families(portal.NotFound, portal.NotFound, portal.NotFound)},
	}
}
