package service_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parvis/shared/bookings"
	rules "parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// theirDay is a day of the other parent's week, ourDay one of the family's.
const (
	ourDay   portal.Date = "2026-11-19"
	theirDay portal.Date = "2026-11-24"
)

// booking is one as somebody's feed has it, and as it is written there.
func (w *world) booking(who string, id portal.ID) (b wire.Booking, raw string) {
	w.t.Helper()
	w.desks[who].Catch()
	raw = w.desks[who].In(wire.Bookings)[string(id)]
	if err := json.Unmarshal([]byte(raw), &b); err != nil {
		w.t.Fatalf("%s reads %q of %s", who, raw, id)
	}
	return b, raw
}

func (w *world) book(who string, day portal.Date, other bool) portal.ID {
	w.t.Helper()
	id := portal.NewID()
	w.desks[who].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: day, Other: other})
	return id
}

// balance is what an account holds at the canteen's desk.
func (w *world) balanceOf(who string) (m portal.Money) {
	w.t.Helper()
	w.alter(func(tx *store.Tx) (err error) {
		m, err = tx.Balance(ledger.Prepaid(w.account(who), service.CashDesk))
		return err
	})
	return m
}

func TestEachParentPaysTheirOwnWeeksWhoeverBooks(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.alter(func(tx *store.Tx) error { // the other parent is of another band
			all, err := tx.QuotientsOf(w.account(otherParent))
			if err != nil {
				return err
			}
			all[0].Value = 300
			return tx.SaveQuotient(all[0])
		})
		before := w.book(family, "2026-11-26", false) // before anything was agreed
		w.payingByWeeks()
		ours, _ := w.child(family)
		theirs, _ := w.child(otherParent)
		if ours.Paying == nil || ours.Paying.Rule != rules.EachOwnWeeks || theirs.Paying == nil || ours.AskedPaying != nil {
			t.Fatalf("agreed: %+v and %+v", ours.Paying, theirs.Paying)
		}
		if ours.PaidByOther(ourDay) != "" || ours.PaidByOther(theirDay) != "Basile Corbin" || theirs.PaidByOther(ourDay) != "Ondine Tamarin" {
			t.Error("the desktops reckon otherwise who pays")
		}
		if b, _ := w.booking(family, before); b.Payer != w.account(family) {
			t.Errorf("what was booked before is now %+v", b)
		}
		mine, his := w.balanceOf(family), w.balanceOf(otherParent)
		id := w.book(family, theirDay, true)
		b, raw := w.booking(family, id)
		if b.By != w.account(family) || b.PaidBy != "Basile Corbin" || strings.Contains(raw, `"payer"`) || strings.Contains(raw, `"price"`) || strings.Contains(raw, string(w.account(otherParent))) {
			t.Errorf("who booked reads %s", raw)
		}
		b, raw = w.booking(otherParent, id)
		if b.Payer != w.account(otherParent) || b.Price == 0 || b.ByName != "Ondine Tamarin" || !b.ByParent || b.By != "" || strings.Contains(raw, string(w.account(family))) {
			t.Errorf("who pays reads %s", raw)
		}
		if w.balanceOf(family) != mine || w.balanceOf(otherParent) != his-b.Price {
			t.Errorf("the balances are %s and %s", w.balanceOf(family).Decimal(), w.balanceOf(otherParent).Decimal())
		}
		// The price is by the payer's own tariff: what they pay for what they book
		// themself.
		own, _ := w.booking(otherParent, w.book(otherParent, "2026-11-27", false))
		if own.Price != b.Price {
			t.Errorf("%s for what the other booked, %s for their own", b.Price.Decimal(), own.Price.Decimal())
		}
		if mineToo, _ := w.booking(family, w.book(family, ourDay, false)); mineToo.Price == b.Price || mineToo.PaidBy != "" || mineToo.By != "" {
			t.Errorf("the two pay the same, so that nothing is shown by it: %+v", mineToo)
		}
		// A delegate of the one is no matter of the other's.
		invitedDay := portal.Date("2026-11-23")
		d, _ := w.booking(booker, w.book(booker, invitedDay, false))
		if got, _ := w.booking(family, d.ID); got.Payer != w.account(family) || got.By != w.account(booker) || got.ByParent {
			t.Errorf("what a delegate booked is %+v", got)
		}
		if _, raw := w.booking(otherParent, d.ID); strings.Contains(raw, `"price"`) || strings.Contains(raw, `"paid_by"`) {
			t.Errorf("the other parent reads %s", raw)
		}
		// Either of the two may cancel it: who pays, and who booked.
		w.desks[otherParent].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		if w.balanceOf(otherParent) != his-own.Price {
			t.Error("it was not credited where it was debited")
		}
		second := w.book(family, theirDay, true)
		w.desks[family].Must(wire.PayingEnd, wire.EndPaying{Child: familyChild})
		if b, _ := w.booking(otherParent, second); b.Payer != w.account(otherParent) {
			t.Errorf("what was booked under it is now %+v", b)
		}
		// What was told is no longer so: nobody pays what they were not told.
		w.desks[family].Refused(bookings.PayerChanged, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-12-08", Other: true})
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: second})
		third, _ := w.booking(family, w.book(family, theirDay, false))
		if third.Payer != w.account(family) {
			t.Errorf("whoever books does not pay again: %+v", third)
		}
		w.desks[otherParent].Refused(bookings.NotYourBooker, wire.BookingCancel, wire.CancelBooking{Booking: third.ID})
	})
}

// What a group gives back is there for what it books, whoever would pay now for
// the day that it gives back.
func TestWhatAGroupGivesBackIsThereForWhatItBooks(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.book(family, theirDay, false) // the other parent's, once it is agreed
		w.payingByWeeks()
		w.alter(func(tx *store.Tx) error { return leave(tx, w.account(family), -5000) }) // the floor
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{before}, Book: []bookings.Lot{lot(familyChild, demo.Canteen, ourDay)}})
		if now := w.canteen(family); len(now) != 1 || now[ourDay].ID == "" || w.balanceOf(family) != -5000 {
			t.Errorf("it stands as %+v, balance %s", now, w.balanceOf(family).Decimal())
		}
	})
}

// The other's account may refuse, and nothing of what is in it is told.
func TestTheOtherParentsFloorIsNotTold(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.payingByWeeks()
		w.alter(func(tx *store.Tx) error { return leave(tx, w.account(otherParent), -5000) }) // the floor of the canteen
		v := w.desks[family].Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: theirDay, Other: true})
		if v.Accepted || v.Error.Code != bookings.OtherFloor || len(v.Error.Args) != 0 {
			t.Errorf("answered with %+v", v.Error)
		}
	})
}

// Who pays by the weeks ends with the weeks, and with a parent who leaves; other
// weeks do not end it.
func TestWhoPaysEndsWithTheWeeks(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		pays := func() *wire.ChildPaying { c, _ := w.child(family); return c.Paying }
		agent := w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		w.payingByWeeks()
		if hall, _ := w.child(deskAgent); hall.Paying == nil {
			t.Error("the town hall does not read who pays")
		}
		agent.Must(wire.WeeksSet, wire.SetWeeks{Child: familyChild, First: w.account(otherParent), Weeks: thisWeek})
		if pays() == nil {
			t.Error("other weeks have ended it")
		}
		if b, _ := w.booking(family, w.book(family, ourDay, true)); b.PaidBy != "Basile Corbin" {
			t.Errorf("by the other weeks it is %+v", b)
		}
		for name, end := range map[string]func(){
			"by a parent":  func() { w.desks[otherParent].Must(wire.WeeksEnd, wire.EndWeeks{Child: familyChild}) },
			"by the agent": func() { agent.Must(wire.WeeksSet, wire.SetWeeks{Child: familyChild}) },
			"by living together": func() {
				agent.Must(wire.CustodySet, wire.SetCustody{Child: familyChild, Custody: "full", Evidence: seen.kind, Day: seen.day})
			},
			"by the tie": func() {
				agent.Must(wire.CustodyEnd, wire.EndCustody{Child: familyChild, Parent: w.account(otherParent), Evidence: seen.kind, Day: seen.day})
			},
			"by closing": func() {
				w.alter(func(tx *store.Tx) error { return s.Service.EndPayingOf(tx, w.account(otherParent)) })
			},
		} {
			w.payingByWeeks()
			if pays() == nil {
				t.Fatalf("%s: not agreed", name)
			}
			w.desks[family].Catch()
			end()
			if pays() != nil {
				t.Errorf("%s: it goes on", name)
			}
			w.separated()
		}
	})
}

// What was proposed is answered once, by the other one, and can be taken back.
func TestWhoPaysIsAgreedByBoth(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.payingAsked()
		mum, dad := w.desks[family], w.desks[otherParent]
		mum.Refused(portal.Forbidden, wire.PayingAnswer, wire.AnswerPaying{Child: familyChild, Proposal: id, Accept: true})
		mum.Refused(portal.Missing, wire.PayingPropose, wire.ProposePaying{Proposal: portal.NewID(), Child: familyChild})
		mum.Refused(portal.Invalid, wire.PayingPropose, wire.ProposePaying{Proposal: portal.NewID(), Child: familyChild, Paying: "mine"})
		theirs, _ := w.child(otherParent)
		if theirs.Paying != nil || theirs.AskedPaying == nil || theirs.AskedPaying.Own {
			t.Errorf("proposed: %+v", theirs.AskedPaying)
		}
		if c, _ := w.child(seer); c.Paying != nil || c.AskedPaying != nil {
			t.Error("a delegate reads it")
		}
		dad.Refused(portal.Conflict, wire.PayingAnswer, wire.AnswerPaying{Child: familyChild, Proposal: portal.NewID(), Accept: true})
		mum.Must(wire.PayingAnswer, wire.AnswerPaying{Child: familyChild, Proposal: id})
		dad.Refused(portal.Conflict, wire.PayingAnswer, wire.AnswerPaying{Child: familyChild, Proposal: id, Accept: true})
		dad.Must(wire.PayingEnd, wire.EndPaying{Child: familyChild}) // which there is none of: nothing happens
		if got := w.whats(otherParent, "custody"); strings.Join(got, " ") != "paying_proposed paying_taken_back weeks_proposed" {
			t.Errorf("the other parent is told %v", got)
		}
	})
}
