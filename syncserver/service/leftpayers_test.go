package service_test

import (
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// leavesForGood has an account closed, and its time to come back go by.
func (w *world) leavesForGood(who string) {
	w.t.Helper()
	if _, err := w.desks[who].CloseAccount(w.t.Context(), demo.FamilyPassword); err != nil {
		w.t.Fatal(err)
	}
	w.Later(0, 15)
}

// closed has the town close the canteen on some days.
func (w *world) closed(days portal.Period) portal.ID {
	w.t.Helper()
	id := portal.NewID()
	w.desks[deskAgent].Must(wire.ClosureDeclare, wire.DeclareClosure{Closure: id, Kind: bookings.Strike, Activities: []portal.ID{demo.Canteen}, Period: days, Reason: "Grève."})
	return id
}

// A day that a closure had cancelled is made again only while all may be charged
// who had paid it: who has left is charged nothing any more.
func TestAClosureTakenBackChargesNobodyWhoHasLeft(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.parted("2026-11-16", ledger.Share{Percent: 50}, ledger.Share{Payer: w.account(otherParent), Percent: 50})
		had := map[string]portal.Money{family: w.balanceOf(family), otherParent: w.balanceOf(otherParent)}
		id := portal.NewID()
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: "2026-12-14"})
		if w.balanceOf(otherParent) == had[otherParent] {
			t.Fatal("the other parent pays no part")
		}
		closure := w.closed(portal.Period{From: "2026-12-14", To: "2026-12-14"})
		w.leavesForGood(otherParent)
		w.desks[deskAgent] = w.SignIn("sylvie.roy")
		w.desks[deskAgent].Must(wire.ClosureUndo, wire.UndoClosure{Closure: closure})
		for who, had := range had {
			if now := w.balanceOf(who); now != had {
				t.Errorf("%s has %s, not %s", who, now.Decimal(), had.Decimal())
			}
		}
	})
}

// What stands by a request under review is not charged to whom has left meanwhile:
// it falls.
func TestAProvisionalDayIsNotChargedToWhoHasLeft(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.parted("2026-11-16", ledger.Share{Percent: 50}, ledger.Share{Payer: w.account(otherParent), Percent: 50})
		request := w.review("2026-12-14")
		w.desks[otherParent].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: "2026-12-15"})
		had := map[string]portal.Money{family: w.balanceOf(family), otherParent: w.balanceOf(otherParent)}
		w.leavesForGood(otherParent)
		w.desks[deskAgent] = w.SignIn("sylvie.roy")
		w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
		w.desks[deskAgent].Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		for who, had := range had {
			if now := w.balanceOf(who); now != had {
				t.Errorf("%s has %s, not %s", who, now.Decimal(), had.Decimal())
			}
		}
		if left := w.mornings(family); len(left) != 0 {
			t.Errorf("there stand %+v", left)
		}
	})
}
