package service_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"parvis/shared/bookings"
	rules "parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// Who pays what a parent booked whose tie has ended since reads their name, and
// not whose account that is; it is told apart from what they booked themself,
// and is theirs to cancel.
func TestAnEndedTieTellsNobodysAccount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(otherParent), Desk: "enfance"})
		w.payingByWeeks()
		id := w.book(family, theirDay, true)
		agent.Must(wire.CustodyEnd, wire.EndCustody{Child: familyChild, Parent: w.account(family), Evidence: seen.kind, Day: seen.day})
		b, raw := w.booking(otherParent, id)
		if b.Payer != w.account(otherParent) || b.Price == 0 || b.By != wire.SomebodyElse || b.ByParent || b.ByName != "Ondine Tamarin" || strings.Contains(raw, string(w.account(family))) {
			t.Errorf("who pays reads %s", raw)
		}
		agent.Catch()
		if raw := agent.Rows[[3]string{wire.FileFeed("enfance", w.account(otherParent)), wire.Bookings, string(id)}]; !strings.Contains(raw, "Ondine Tamarin") || strings.Contains(raw, string(w.account(family))) {
			t.Errorf("who has the file open reads %s", raw)
		}
		w.desks[family].Catch()
		if rows := allRows(w.desks[family]); strings.Contains(rows, string(id)) {
			t.Errorf("who is no parent any more reads %s", rows)
		}
		w.desks[family].Refused(portal.NotFound, wire.BookingCancel, wire.CancelBooking{Booking: id})
		w.desks[otherParent].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
	})
}

// Whom one has invited one knows, for as long as that is kept, and then no
// longer.
func TestAForgottenDelegateIsNoAccountAnyMore(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.book(booker, schoolDays[4], false)
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		if b, _ := w.booking(family, id); b.By != w.account(booker) {
			t.Errorf("just ended, it is %+v", b)
		}
		account := w.account(booker)
		s.Later(0, 61)
		w.desks[family] = s.SignIn(people[family].login)
		if b, raw := w.booking(family, id); b.By != wire.SomebodyElse || strings.Contains(raw, string(account)) || b.Price == 0 {
			t.Errorf("once it is forgotten, it is %s", raw)
		}
	})
}

// Who closes their account pays no more for what the other books from that
// instant on, though the account stands for two weeks yet; a booking that was on
// its way as theirs is refused rather than charged to the other one.
func TestWhoClosesTheirAccountPaysNoMore(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.payingByWeeks()
		if _, err := w.desks[otherParent].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		w.desks[family].Refused(bookings.PayerChanged, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: theirDay, Other: true})
		if b, _ := w.booking(family, w.book(family, theirDay, false)); b.Payer != w.account(family) {
			t.Errorf("it is %+v", b)
		}
	})
}

// What two parents do at the same instant is decided once: one proposal stands,
// one answer counts, one booking is made, and whoever came second is told so.
func TestTwoParentsAtOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		both := func(what string, want portal.Code, send func(who string) (kind string, args any)) (first string) {
			t.Helper()
			var verdicts [2]wire.Verdict
			var all sync.WaitGroup
			who := [2]string{family, otherParent}
			for i := range who {
				kind, args := send(who[i])
				all.Go(func() { verdicts[i] = w.desks[who[i]].Do(kind, args) })
			}
			all.Wait()
			for i, v := range verdicts {
				if other := verdicts[1-i]; v.Accepted && !other.Accepted && other.Error.Code == want {
					return who[i]
				}
			}
			t.Fatalf("%s: %+v", what, verdicts)
			return ""
		}
		for range 5 {
			w.withWeeks()
			ids := map[string]portal.ID{family: portal.NewID(), otherParent: portal.NewID()}
			asks := both("proposed", portal.Conflict, func(who string) (string, any) {
				return wire.PayingPropose, wire.ProposePaying{Proposal: ids[who], Child: familyChild, Paying: rules.EachOwnWeeks}
			})
			// One takes it back while the other accepts it.
			first := both("answered", portal.Conflict, func(who string) (string, any) {
				return wire.PayingAnswer, wire.AnswerPaying{Child: familyChild, Proposal: ids[asks], Accept: who != asks}
			})
			c, _ := w.child(family)
			if agreed := c.Paying != nil; agreed == (first == asks) || c.AskedPaying != nil {
				t.Errorf("%s was first, who asked was %s, agreed %v", first, asks, agreed)
			}
			booked := map[string]portal.ID{family: portal.NewID(), otherParent: portal.NewID()}
			mine, his := w.balanceOf(family), w.balanceOf(otherParent)
			has := both("booked", bookings.AlreadyBooked, func(who string) (string, any) {
				return wire.BookingBook, wire.Book{Booking: booked[who], Child: familyChild, Activity: demo.Canteen, Day: ourDay}
			})
			paid, kept := mine-w.balanceOf(family), his-w.balanceOf(otherParent)
			if c.Paying == nil && has == otherParent {
				paid, kept = kept, paid
			}
			if paid == 0 || kept != 0 {
				t.Errorf("%s booked, agreed %v: it cost %s and %s", has, c.Paying != nil, paid.Decimal(), kept.Decimal())
			}
			w.desks[has].Must(wire.BookingCancel, wire.CancelBooking{Booking: booked[has]})
		}
	})
}

// The name of who pays what the other parent booked stands in that one's rows,
// and is gone from them with the account that is forgotten.
func TestAForgottenPayerIsNamedNowhere(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		w.payingByWeeks()
		id, account := w.book(otherParent, ourDay, true), w.account(family)
		if _, err := w.desks[family].CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		s.Later(0, 15)
		w.desks[otherParent] = s.SignIn(people[otherParent].login)
		if b, raw := w.booking(otherParent, id); b.PaidBy != "Ondine Tamarin" {
			t.Fatalf("just closed, it is %s", raw)
		}
		w.alter(func(tx *store.Tx) error { // ten years ago
			a, _, err := tx.Account(account)
			if err != nil {
				return err
			}
			a.Closed = 1
			return tx.SaveAccount(a)
		})
		s.Housekeep(ctx)
		if _, raw := w.booking(otherParent, id); strings.Contains(raw, "Ondine") {
			t.Errorf("ten years after, it is %s", raw)
		}
	})
}

// Who was asked for another child too and said no never had a right to it: it is
// none of theirs, not one that has ended.
func TestADeclinedInvitationWasNoRight(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.withSecond()
		more := portal.NewID()
		w.desks[family].Must(wire.DelegationChange, wire.ChangeDelegation{Delegation: w.delegated(booker), Level: "book", Children: []portal.ID{familyChild, secondChild}, Until: "2026-12-24", Invitation: more})
		w.desks[booker].Must(wire.DelegationDecline, wire.DeclineDelegation{Delegation: more})
		w.desks[booker].Refused(portal.NotFound, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: secondChild, Activity: demo.Canteen, Day: schoolDays[0]})
	})
}
