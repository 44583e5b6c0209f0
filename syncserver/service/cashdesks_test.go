package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"parvis/assets/town"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// leisure is a second cash desk, at which Wednesdays are paid.
const leisure = "loisirs"

// twoDesks makes the town one with two cash desks, the cashier works at both, and
// the family's child may come on Wednesdays.
func (w *world) twoDesks() {
	w.t.Helper()
	setup, err := service.ReadSetup(bytes.NewReader(town.SaintAubin))
	if err != nil {
		w.t.Fatal(err)
	}
	setup.CashDesks = append(setup.CashDesks, service.SetupCashDesk{Key: leisure, Name: "Régie Centre de loisirs", PayFiP: "006383"})
	for i := range setup.Activities {
		if setup.Activities[i].Key == demo.Wednesday {
			setup.Activities[i].Cancel = nil // as booking: these tests are about money
			setup.Activities[i].CashDesk = leisure
		}
	}
	w.alter(func(tx *store.Tx) error {
		if err := w.Service.SetUp(tx, setup); err != nil {
			return err
		}
		if err := tx.SetPlaces(w.account(cashier), `["regie-main","regie-loisirs"]`, "[]"); err != nil {
			return err
		}
		return w.Service.SeedAt(tx, familyChild, demo.Clairiere, []string{bookings.Wednesday})
	})
	w.Clock.Add(time.Minute) // a code serves once
	w.desks[cashier] = w.SignIn("odile.vasseur")
}

// at is somebody's balance at a cash desk, as it is told to them.
func (w *world) at(who, cashDesk string) (b wire.Balance) {
	w.t.Helper()
	w.desks[who].Catch()
	if err := json.Unmarshal([]byte(w.desks[who].In(wire.Balances)[cashDesk]), &b); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// Everything about a day's money follows the cash desk of its activity: balance,
// floor, level, statement, receipts. What is at the one is nothing to the other.
func TestEachCashDeskIsAnAccountOfItsOwn(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		w, payfip := paying(t, dsn)
		s := w.Server
		w.twoDesks()
		fam := w.desks[family]
		had := w.at(family, service.CashDesk).Amount
		level := portal.Money(10_00)
		fam.Must(wire.BalanceLevel, wire.ChooseLevel{CashDesk: leisure, Level: &level}) // before anything was ever paid there
		if b := w.at(family, leisure); b.Amount != 0 || b.Level == nil {
			t.Errorf("before the first day it is %+v", b)
		}
		s.Check()
		wednesday := func(day portal.Date) wire.Book {
			return wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Wednesday, Day: day}
		}
		first := wednesday("2026-11-25")
		fam.Must(wire.BookingBook, first)
		price := -w.at(family, leisure).Amount
		if price <= 0 || w.at(family, service.CashDesk).Amount != had {
			t.Fatalf("a Wednesday costs %s there and %s elsewhere", price.Decimal(), (had - w.at(family, service.CashDesk).Amount).Decimal())
		}
		// The floor is that of this account, however much there is on the other.
		days, refused := []portal.Date{"2026-12-02", "2026-12-09", "2026-12-16", "2027-01-06", "2027-01-13", "2027-01-20"}, false
		for _, day := range days {
			v := fam.Do(wire.BookingBook, wednesday(day))
			if !v.Accepted {
				refused = true
				if v.Error.Code != bookings.BalanceFloor {
					t.Errorf("refused with %v", v.Error)
				}
				break
			}
		}
		if low := w.at(family, leisure).Amount; !refused || low < -50_00 {
			t.Errorf("nothing was refused, and the balance is %s", low.Decimal())
		}
		fam.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		// A group tells what it cost in all, whatever the desk.
		both := wire.GroupBookings{Group: portal.NewID(), Cancel: []portal.ID{first.Booking}, Book: []bookings.Lot{{Child: familyChild, Activity: demo.Canteen, Days: schoolDays[1:3]}}}
		fam.Must(wire.BookingGroup, both)
		var told wire.GroupResult
		fam.Catch()
		if err := json.Unmarshal([]byte(fam.In(wire.Groups)[string(both.Group)]), &told); err != nil || told.Credited != price || told.Debited != 2*w.mealPrice() {
			t.Errorf("told %+v, %v", told, err)
		}
		// Each cash desk numbers its own receipts.
		for _, at := range []string{service.CashDesk, leisure, leisure} {
			b := w.bringing(family, 1000)
			b.CashDesk = at
			w.desks[cashier].Must(wire.DeskEnter, b)
		}
		numbers := map[string][]string{}
		for _, m := range movements(t, fam) {
			if m.Receipt != "" {
				numbers[m.CashDesk] = append(numbers[m.CashDesk], m.Receipt)
			}
		}
		if len(numbers[service.CashDesk]) != 1 || len(numbers[leisure]) != 2 || numbers[leisure][1] != "2026-000002" {
			t.Errorf("the receipts are %v", numbers)
		}
		// What is paid on line goes to the number that PayFiP knows the desk by.
		for at, number := range map[string]string{service.CashDesk: "006382", leisure: "006383"} {
			id := portal.NewID()
			p, err := fam.StartPayment(context.Background(), wire.StartPayment{Payment: id, CashDesk: at, Amount: 2000})
			if err != nil {
				t.Fatalf("%s: %v", at, err)
			}
			payfip.mu.Lock()
			o := payfip.orders[payfip.of(p.URL)]
			payfip.mu.Unlock()
			if o.Client != number || p.CashDesk != at {
				t.Errorf("a payment at %s is asked for of %s, and is told of %s", at, o.Client, p.CashDesk)
			}
			before, elsewhere := w.at(family, at).Amount, w.at(family, map[string]string{service.CashDesk: leisure, leisure: service.CashDesk}[at]).Amount
			payfip.settle(payfip.of(p.URL), payments.PaidByCard, 0)
			w.notice(t, "idop", payfip.of(p.URL))
			w.comes(t, id, payments.Paid)
			if w.at(family, at).Amount != before+2000 || w.at(family, map[string]string{service.CashDesk: leisure, leisure: service.CashDesk}[at]).Amount != elsewhere {
				t.Errorf("what was paid at %s is not credited there alone", at)
			}
		}
		for _, at := range []string{service.CashDesk, leisure} {
			var of []ledger.Movement
			for _, m := range movements(t, fam) {
				if m.CashDesk == at {
					of = append(of, m)
				}
			}
			if st := ledger.StatementOf(of, portal.Period{}); st.Closing != w.at(family, at).Amount {
				t.Errorf("the statement of %s ends at %s", at, st.Closing.Decimal())
			}
		}
	})
}

// mealPrice is what a meal costs the family.
func (w *world) mealPrice() (m portal.Money) {
	for _, moved := range movements(w.t, w.desks[family]) {
		if moved.Kind == ledger.KindDebit && moved.Activity == demo.Canteen {
			m = -moved.Amount
		}
	}
	return m
}

// What was booked at one cash desk is given back there, whatever the town has
// written since.
func TestAnActivityMovesToAnotherCashDesk(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.alter(func(tx *store.Tx) error {
			return w.Service.SeedAt(tx, familyChild, demo.Clairiere, []string{bookings.Wednesday})
		})
		fam, id := w.desks[family], portal.NewID()
		had := w.at(family, service.CashDesk).Amount
		fam.Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Wednesday, Day: "2026-11-25"})
		w.twoDesks()
		fam.Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		if now := w.at(family, service.CashDesk).Amount; now != had {
			t.Errorf("%s came back of what was paid", (now - had).Decimal())
		}
	})
}
