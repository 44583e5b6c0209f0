package service_test

import (
	"strings"
	"testing"

	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// unclear is a payment of the family at a cash desk of which PayFiP gives no sure
// answer.
func (w *world) unclear(cashDesk string) portal.ID {
	w.t.Helper()
	id := portal.NewID()
	w.alter(func(tx *store.Tx) error {
		at := tx.Now().UnixMicro()
		return tx.SavePayment(store.Payment{ID: id, Account: w.account(family), CashDesk: cashDesk, Amount: 4250, State: payments.Unclear, Reference: "R" + strings.ReplaceAll(string(id), "-", "")[:20],
			Client: "006382", Operation: string(id), Started: at, Opened: at, Settled: at, Answer: payments.Different})
	})
	return id
}

func TestACashierSettlesWhatPayFiPLeavesUnclear(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		clerk := w.desks[cashier]
		before := w.balanceOf(family)
		paid, not := w.unclear(service.CashDesk), w.unclear(service.CashDesk)
		clerk.Catch()
		if told := clerk.In(wire.UnclearPayments); len(told) != 2 || !strings.Contains(told[string(paid)], `"amount":4250`) || strings.Contains(told[string(paid)], "mail") {
			t.Errorf("the cashier reads %v", told)
		}
		w.desks[deskAgent].Catch()
		if told := w.desks[deskAgent].In(wire.UnclearPayments); len(told) != 0 {
			t.Errorf("an agent of another desk reads %v", told)
		}
		clerk.Must(wire.PaymentSettle, wire.SettlePayment{Payment: paid, Paid: true})
		clerk.Refused(payments.NotAsked, wire.PaymentSettle, wire.SettlePayment{Payment: paid, Paid: true})
		clerk.Must(wire.PaymentSettle, wire.SettlePayment{Payment: not})
		if got := w.balanceOf(family); got != before+4250 {
			t.Errorf("the balance is %s, not %s", got.Decimal(), (before + 4250).Decimal())
		}
		w.desks[family].Catch()
		mine := w.desks[family].In(wire.Payments)
		if !strings.Contains(mine[string(paid)], `"paid"`) || !strings.Contains(mine[string(not)], `"expired"`) {
			t.Errorf("the family reads %v", mine)
		}
		clerk.Catch()
		if told := clerk.In(wire.UnclearPayments); len(told) != 0 {
			t.Errorf("it is still to be looked into: %v", told)
		}
		// What came on line is in the list of the day with its receipt: they are one series.
		list := takings(t, clerk)
		if len(list) != 1 {
			t.Errorf("the desk reads %+v", list)
		}
		for _, taken := range list {
			if taken.Kind != ledger.KindTopUp || taken.Amount != 4250 || taken.Receipt != "2026-000001" || taken.Name != "Ondine Tamarin" || taken.Counted() != (ledger.Taking{Brought: ledger.Brought{Form: ledger.OnLine, Amount: 4250}, Taken: true}) {
				t.Errorf("the desk reads %+v", taken)
			}
		}
		w.desks[deskAgent].Catch()
		if told := w.desks[deskAgent].In(wire.Takings); len(told) != 0 {
			t.Errorf("an agent of another desk reads %v", told)
		}
	})
}
