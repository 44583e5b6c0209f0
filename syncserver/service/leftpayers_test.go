package service_test

import (
	"strings"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
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

// What is left on an account that was closed is given back, as closing it promises:
// its cash desk finds it, with the address to write to, until nothing is left.
func TestWhatIsLeftOnAClosedAccountIsGivenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.account(family)
		w.leavesForGood(family)
		till := w.SignIn("odile.vasseur")
		finds := func(want int) {
			t.Helper()
			found, err := till.SearchPayers(t.Context(), service.CashDesk, "ondine tamarin")
			if err != nil || len(found.Payers) != want || want > 0 && found.Payers[0].Account != id {
				t.Errorf("found %+v, %v", found.Payers, err)
			}
		}
		finds(1)
		till.Must(wire.FileOpen, wire.OpenFile{Account: id, Desk: string(accounts.Till(service.CashDesk))})
		if st := ledger.StatementOf(moneyInFile(t, till), portal.Period{}); st.Closing != w.balanceOf(family) || st.Closing == 0 {
			t.Errorf("its statement ends at %s", st.Closing.Decimal())
		}
		if was := inFiles(till, wire.Accounts)[string(id)]; !strings.Contains(was, people[family].street) || !strings.Contains(was, people[family].last) || strings.Contains(was, people[family].mail) {
			t.Errorf("the cashier reads %s", was)
		}
		for left := w.balanceOf(family); left > 0; left = w.balanceOf(family) {
			till.Must(wire.BalanceCorrect, wire.CorrectBalance{Correction: portal.NewID(), Account: id, CashDesk: service.CashDesk, Amount: -min(left, ledger.MostEntered), Reason: "Rendu par virement."})
		}
		finds(0)
		b := w.bringing(otherFamily, 100)
		b.Account = id
		till.Refused(portal.NotFound, wire.DeskEnter, b)
	})
}
