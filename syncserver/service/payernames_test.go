package service_test

import (
	"strings"
	"testing"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// Ten years after an account was closed its name is nowhere in the books: neither
// in what cashiers list, nor where another who paid a part reads who booked.
func TestAPayersNameIsForgottenInTheBooks(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.parted("2026-11-16", ledger.Share{Percent: 50}, ledger.Share{Payer: w.account(otherParent), Percent: 50})
		w.brought(4200)
		w.desks[cashier].Must(wire.BalanceCorrect, wire.CorrectBalance{Correction: portal.NewID(), Account: w.account(family), CashDesk: service.CashDesk, Amount: 320, Reason: "Repas compté deux fois."})
		w.unclear(service.CashDesk)
		booked := wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]}
		w.desks[family].Must(wire.BookingBook, booked)
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: booked.Booking})
		named := func() (n int) {
			if err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
				standing, err := tx.Standing()
				for key, body := range standing {
					if key[0] == wire.DeskFeed("regie-main") || key[0] != wire.AccountFeed(w.account(family)) && key[1] == wire.Movements {
						n += strings.Count(body, people[family].last)
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := named(); n != 5 {
			t.Fatalf("the books name the payer %d times", n)
		}
		if _, err := w.desks[family].CloseAccount(t.Context(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		s.Later(0, 15)
		s.Later(10, 2)
		if n := named(); n != 0 {
			t.Errorf("the books name the payer %d times", n)
		}
	})
}

// An organisation that is called otherwise is so everywhere at once.
func TestAnOrganisationIsRenamed(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.organisation()
		w.parted("2026-11-16", ledger.Share{Payer: department, Percent: 100})
		b := w.bringing(family, 76_80)
		b.Account = department
		w.desks[cashier].Must(wire.DeskEnter, b)
		w.desks[cashier].Must(wire.OrganisationSave, wire.SaveOrganisation{Organisation: department, Name: "Métropole du Val", CashDesk: service.CashDesk})
		if taken := takings(t, w.desks[cashier])[b.Entry]; taken.Name != "Métropole du Val" {
			t.Errorf("its cashiers read %+v", taken)
		}
		for _, who := range []string{family, otherParent} {
			w.desks[who].Catch()
			if child := w.desks[who].In(wire.Children)[string(familyChild)]; !strings.Contains(child, "Métropole du Val") || strings.Contains(child, "Département") {
				t.Errorf("%s reads %s", who, child)
			}
		}
	})
}
