package service_test

import (
	"encoding/json"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// movements is all that somebody's feed tells of their account, in order.
func movements(t *testing.T, d *hosttest.Desk) (out []ledger.Movement) {
	t.Helper()
	d.Catch()
	for key, body := range d.In(wire.Movements) {
		var m ledger.Movement
		if err := json.Unmarshal([]byte(body), &m); err != nil || wire.MovementKey(m.ID, m.CashDesk) != portal.ID(key) {
			t.Fatalf("%s is %s: %v", key, body, err)
		}
		out = append(out, m)
	}
	slices.SortFunc(out, ledger.InOrder)
	return out
}

// balanceRow is what somebody is told to have left.
func balanceRow(t *testing.T, d *hosttest.Desk) (b wire.Balance) {
	t.Helper()
	d.Catch()
	if err := json.Unmarshal([]byte(d.In(wire.Balances)[service.CashDesk]), &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever is booked and cancelled by whom: the running balance that a desktop
// reckons from the movements ends at the balance row, for each payer, and nobody
// reads what moved on another's account.
func TestMovementsAddUpToTheBalance(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.payingByWeeks()
		random := rand.New(rand.NewSource(7))
		who := []string{family, otherParent, booker, partner}
		var live []portal.ID
		accepted := 0
		for range 120 {
			d := w.desks[who[random.Intn(len(who))]]
			if len(live) > 0 && random.Intn(3) == 0 {
				if d.Do(wire.BookingCancel, wire.CancelBooking{Booking: live[random.Intn(len(live))]}).Accepted {
					accepted++
				}
				continue
			}
			id, day := portal.NewID(), portal.Date("2026-11-19").Add(random.Intn(25))
			if d.Do(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: day}).Accepted {
				live = append(live, id)
				accepted++
			}
		}
		if accepted < 20 {
			t.Fatalf("only %d of them went through", accepted)
		}
		total := 0
		for _, name := range []string{family, otherParent, booker, partner} {
			all, row := movements(t, w.desks[name]), balanceRow(t, w.desks[name])
			total += len(all)
			if st := ledger.StatementOf(all, portal.Period{}); st.Closing != row.Amount || len(st.Lines) == 0 {
				t.Errorf("%s has %s left and reads %d movements that make %s", name, row.Amount.Decimal(), len(all), st.Closing.Decimal())
			}
		}
		if want := accepted + 4; total != want { // and the balances they began with
			t.Errorf("%d movements are told, not %d", total, want)
		}
	})
}

// A line says for what and whom money moved, and who did it where that was
// another; a correction its reason.
func TestAMovementSaysWhatItWasFor(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := portal.NewID()
		w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: "2026-11-19"})
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		payer := ledger.Prepaid(w.account(family), service.CashDesk)
		if err := s.Store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PostFor(portal.NewID(), store.LedgerCorrection, "", w.account(deskAgent), "Repas du 3 novembre compté deux fois.",
				[]ledger.Entry{{Account: payer, Amount: 320}, {Account: ledger.Revenue(demo.Canteen), Amount: -320}})
		}); err != nil {
			t.Fatal(err)
		}
		all := movements(t, w.desks[family])
		if len(all) != 4 {
			t.Fatalf("the family reads %+v", all)
		}
		debit, credit, correction := all[1], all[2], all[3]
		if debit.Kind != ledger.KindDebit || debit.Amount >= 0 || debit.Booking != id || debit.Child != familyChild || debit.Activity != demo.Canteen || debit.Day != "2026-11-19" || debit.By != "Capucine Berthier" {
			t.Errorf("the debit is %+v", debit)
		}
		if credit.Kind != ledger.KindCredit || credit.Amount != -debit.Amount || credit.Booking != id || credit.By != "" {
			t.Errorf("the credit is %+v", credit)
		}
		if correction.Reason != "Repas du 3 novembre compté deux fois." || correction.Booking != "" || correction.By == "" {
			t.Errorf("the correction is %+v", correction)
		}
		for _, name := range []string{booker, otherParent, deskAgent} {
			for _, m := range movements(t, w.desks[name]) {
				if m.Kind != ledger.KindOpening {
					t.Errorf("%s reads %+v", name, m)
				}
			}
		}
		// Nor does the desk that has the file open.
		w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		if all := movements(t, w.desks[deskAgent]); len(all) != 0 {
			t.Errorf("the desk reads %+v", all)
		}
	})
}

// Who falls below the level they chose is told once, and again only after the
// balance has risen over it.
func TestALowBalanceIsToldOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		fam := w.desks[family]
		const has portal.Money = 50_00
		price := w.price(t, "2026-12-18")
		less := has - w.balanceOf(family)
		w.alter(func(tx *store.Tx) error {
			return tx.PostFor(portal.NewID(), store.LedgerCorrection, "", w.account(deskAgent), "Repris.",
				[]ledger.Entry{{Account: ledger.Prepaid(w.account(family), service.CashDesk), Amount: less}, {Account: ledger.Opening(service.CashDesk), Amount: -less}})
		})
		level := has - price
		fam.Must(wire.BalanceLevel, wire.ChooseLevel{CashDesk: service.CashDesk, Level: &level})
		if b := balanceRow(t, fam); b.Level == nil || *b.Level != level {
			t.Fatalf("the balance is told as %+v", b)
		}
		news := func() (unread, all int) {
			t.Helper()
			fam.Catch()
			for _, body := range fam.In(wire.Notices) {
				var n wire.Notice
				if err := json.Unmarshal([]byte(body), &n); err != nil {
					t.Fatal(err)
				}
				if n.Kind == string(notices.Balance) {
					all++
					if n.Read == 0 {
						unread++
						if n.What != string(notices.BalanceLow) || n.About != service.CashDesk || n.Args[notices.ArgLevel] != strings.ReplaceAll(level.Decimal(), ".", "") {
							t.Errorf("the notice is %+v", n)
						}
					}
				}
			}
			return unread, all
		}
		book := func(day portal.Date) portal.ID {
			t.Helper()
			id := portal.NewID()
			w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: day})
			return id
		}
		cancel := func(id portal.ID) {
			t.Helper()
			fam.Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		}
		is := func(when string, unread, all, mails int) {
			t.Helper()
			u, a := news()
			if m := mailsOf(t, s, mailkinds.BalanceLow, level.Decimal()); u != unread || a != all || m != mails {
				t.Errorf("%s: %d of %d notices unread and %d mails, not %d of %d and %d", when, u, a, m, unread, all, mails)
			}
		}
		first := book("2026-11-19")
		is("at the level", 0, 0, 0)
		second := book("2026-11-20")
		is("below it", 1, 1, 1)
		third := book("2026-11-23")
		is("further below", 1, 1, 1)
		cancel(third)
		is("still below", 1, 1, 1)
		cancel(second)
		is("back at it", 0, 1, 1)
		book("2026-11-20")
		is("below it again", 1, 2, 2)
		// Choosing anew is seeing it: nothing is told of what is so already.
		fam.Must(wire.BalanceLevel, wire.ChooseLevel{CashDesk: service.CashDesk, Level: &level})
		is("chosen anew", 0, 2, 2)
		cancel(first)
		fam.Must(wire.BalanceLevel, wire.ChooseLevel{CashDesk: service.CashDesk})
		book("2026-11-19")
		book("2026-11-26")
		is("chosen no more", 0, 2, 2)
		if b := balanceRow(t, fam); b.Level != nil {
			t.Errorf("the balance is told as %+v", b)
		}
		for _, wrong := range []portal.Money{-1, wire.MostLevel + 1} {
			fam.Refused(portal.Invalid, wire.BalanceLevel, wire.ChooseLevel{CashDesk: service.CashDesk, Level: &wrong})
		}
		fam.Refused(portal.NotFound, wire.BalanceLevel, wire.ChooseLevel{CashDesk: "nowhere", Level: &level})
	})
}
