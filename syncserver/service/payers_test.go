package service_test

import (
	"encoding/json"
	"math/rand"
	"slices"
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
	"parvis/syncserver/store"
)

// department is an organisation that pays.
const department portal.ID = "0190a0f0-0000-7000-8000-0000000000d1"

func (w *world) organisation() {
	w.t.Helper()
	w.desks[cashier].Must(wire.OrganisationSave, wire.SaveOrganisation{Organisation: department, Name: " Département  de la Vesle ", CashDesk: service.CashDesk})
}

// parted has an agent write who pays for the family's child from a day on.
func (w *world) parted(from portal.Date, shares ...ledger.Share) {
	w.t.Helper()
	w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
	w.desks[deskAgent].Must(wire.PayersSet, wire.SetPayers{Child: familyChild, From: from, Shares: shares, Reason: "Jugement du 3 novembre 2026."})
}

func init() {
	matrix["payers.set@1"] = []row{
		{"of the family's child", func(w *world, _ int) any {
			return wire.SetPayers{Child: familyChild, From: "2026-12-01", Shares: ledger.Shares{{Percent: 50}, {Payer: w.account(otherParent), Percent: 50}}, Reason: "Jugement."}
		}, withCashier(agents(accepted, accepted, portal.NotFound), portal.NotFound)},
		{"to a stranger's account", func(w *world, _ int) any {
			return wire.SetPayers{Child: familyChild, From: "2026-12-01", Shares: ledger.Shares{{Payer: w.account(otherFamily), Percent: 100}}, Reason: "Jugement."}
		}, withCashier(agents(portal.NotFound, portal.NotFound, portal.NotFound), portal.NotFound)},
		{"of a child whose file is not open", func(*world, int) any {
			return wire.SetPayers{Child: foreignChild, From: "2026-12-01", Reason: "Jugement."}
		}, withCashier(agents(portal.NotFound, portal.NotFound, portal.NotFound), portal.NotFound)},
	}
	matrix["organisation.save@1"] = []row{
		{"of a new one", func(*world, int) any {
			return wire.SaveOrganisation{Organisation: portal.NewID(), Name: "Comité social", CashDesk: service.CashDesk}
		}, tills(accepted)},
		{"in the place of a family", func(w *world, _ int) any {
			return wire.SaveOrganisation{Organisation: w.account(family), Name: "Comité social", CashDesk: service.CashDesk}
		}, tills(portal.Conflict)},
		{"at another cash desk", func(*world, int) any {
			return wire.SaveOrganisation{Organisation: portal.NewID(), Name: "Comité social", CashDesk: "loisirs"}
		}, tills(portal.Forbidden)},
	}
}

func withCashier(row map[string]portal.Code, code portal.Code) map[string]portal.Code {
	row[cashier] = code
	return row
}

// bookingOf is a booking as somebody reads it.
func (w *world) bookingOf(who string, id portal.ID) (b wire.Booking) {
	w.t.Helper()
	w.desks[who].Catch()
	if err := json.Unmarshal([]byte(w.desks[who].In(wire.Bookings)[string(id)]), &b); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// A day booked from then on has a leg on each payer, the odd cent on the first;
// cancelling gives it back to each. Each reads their own part and no more.
func TestADayIsPaidByTwoParents(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := portal.NewID()
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: before, Child: familyChild, Activity: demo.Canteen, Day: "2026-12-03"})
		price := w.bookingOf(family, before).Price
		w.parted("2026-12-01", ledger.Share{Payer: w.account(otherParent), Percent: 35}, ledger.Share{Percent: 65})
		had := map[string]portal.Money{family: w.balanceOf(family), otherParent: w.balanceOf(otherParent)}
		id := portal.NewID()
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: "2026-12-04"})
		mine := price * 65 / 100
		if got, want := had[family]-w.balanceOf(family), mine; got != want {
			t.Errorf("the family paid %s of %s, not %s", got.Decimal(), price.Decimal(), want.Decimal())
		}
		if got := had[otherParent] - w.balanceOf(otherParent); got != price-mine {
			t.Errorf("the other parent paid %s of %s", got.Decimal(), price.Decimal())
		}
		if b := w.bookingOf(family, id); b.Price != mine || b.Whole != price || b.Why == nil || b.Payer != w.account(family) {
			t.Errorf("who booked reads %+v", b)
		}
		if b := w.bookingOf(otherParent, id); b.Price != price-mine || b.Whole != 0 || b.Why != nil || b.Payer != "" || b.By != "" {
			t.Errorf("the other parent reads %+v", b)
		}
		for _, who := range []string{partner, seer, booker} {
			if b := w.bookingOf(who, id); b.Price != 0 || b.Whole != 0 {
				t.Errorf("%s reads %+v", who, b)
			}
		}
		for _, who := range []string{family, otherParent} {
			all := movements(t, w.desks[who])
			if st := ledger.StatementOf(all, portal.Period{}); st.Closing != w.balanceOf(who) || all[len(all)-1].Booking != id {
				t.Errorf("%s reads %+v", who, all)
			}
		}
		// A day before it begins is paid as before, and what was booked stays.
		if b := w.bookingOf(family, before); b.Price != price || b.Whole != 0 {
			t.Errorf("what was booked before is %+v", b)
		}
		earlier := portal.NewID()
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: earlier, Child: familyChild, Activity: demo.Canteen, Day: "2026-11-19"})
		if b := w.bookingOf(family, earlier); b.Price != price || b.Whole != 0 {
			t.Errorf("a day before it begins is %+v", b)
		}
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: earlier})
		w.desks[otherParent].Refused(bookings.NotYourBooker, wire.BookingCancel, wire.CancelBooking{Booking: id})
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		for who, m := range had {
			if now := w.balanceOf(who); now != m {
				t.Errorf("%s has %s after it was cancelled, not %s", who, now.Decimal(), m.Decimal())
			}
		}
		// In a group each is told what it cost themself.
		group := wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{{Child: familyChild, Activity: demo.Canteen, Days: []portal.Date{"2026-12-07", "2026-12-08"}}}}
		w.desks[family].Must(wire.BookingGroup, group)
		w.desks[family].Catch()
		var r wire.GroupResult
		if err := json.Unmarshal([]byte(w.desks[family].In(wire.Groups)[string(group.Group)]), &r); err != nil || r.Debited != 2*mine {
			t.Errorf("the group tells %+v, %v", r, err)
		}
	})
}

// An organisation pays whatever it costs and is never refused; its account is the
// cashiers' alone to read. Nobody signs in for it.
func TestAnOrganisationPays(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.organisation()
		w.parted("2026-11-16", ledger.Share{Payer: department, Percent: 100})
		had := w.balanceOf(family)
		group := wire.GroupBookings{Group: portal.NewID(), All: true, Book: []bookings.Lot{{Child: familyChild, Activity: demo.Canteen, Days: schoolDays[:16]}}}
		w.desks[family].Must(wire.BookingGroup, group)
		if now := w.balanceOf(family); now != had {
			t.Errorf("the family paid %s", (had - now).Decimal())
		}
		id := bookings.GroupedID(group.Group, familyChild, demo.Canteen, schoolDays[0])
		if b := w.bookingOf(family, id); b.Price != 0 || b.Whole == 0 || b.Payer != w.account(family) {
			t.Errorf("the family reads %+v", b)
		}
		till := w.desks[cashier]
		if found, err := till.SearchPayers(t.Context(), service.CashDesk, "departement vesle"); err != nil || len(found.Payers) != 1 || found.Payers[0].Account != department || found.Payers[0].Name != "Département de la Vesle" {
			t.Errorf("found %+v, %v", found, err)
		}
		w.desks[deskAgent].Refused(portal.NotFound, wire.FileOpen, wire.OpenFile{Account: department, Desk: "enfance"})
		till.Must(wire.FileOpen, wire.OpenFile{Account: department, Desk: string(accounts.Till(service.CashDesk))})
		all := moneyInFile(t, till)
		if st := ledger.StatementOf(all, portal.Period{}); len(all) != 16 || st.Closing >= -50_00 {
			t.Errorf("its statement is %d lines that end at %s", len(all), st.Closing.Decimal())
		}
		b := w.bringing(family, 76_80)
		b.Account = department
		till.Must(wire.DeskEnter, b)
		if all := moneyInFile(t, till); all[len(all)-1].Receipt == "" {
			t.Error("what it paid has no receipt")
		}
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		var c wire.Child
		w.desks[family].Catch()
		if err := json.Unmarshal([]byte(w.desks[family].In(wire.Children)[string(familyChild)]), &c); err != nil || len(c.Payers) != 1 || c.Payers[0].Reason != "" || len(c.Payers[0].Parts) != 1 ||
			c.Payers[0].Parts[0] != (wire.PayerPart{Percent: 100, Name: "Département de la Vesle"}) {
			t.Errorf("the family reads of who pays %+v, %v", c.Payers, err)
		}
	})
}

// What an organisation owes is corrected both ways, however much it is: what was
// entered by mistake is put right again.
func TestAnOrganisationIsCorrected(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.organisation()
		w.parted("2026-11-16", ledger.Share{Payer: department, Percent: 100})
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Book: []bookings.Lot{{Child: familyChild, Activity: demo.Canteen, Days: schoolDays[:16]}}})
		owes := func() (m portal.Money) {
			w.alter(func(tx *store.Tx) (err error) {
				m, err = tx.Balance(ledger.Prepaid(department, service.CashDesk))
				return err
			})
			return m
		}
		owed := owes()
		for _, amount := range []portal.Money{10_00, -10_00} {
			w.desks[cashier].Must(wire.BalanceCorrect, wire.CorrectBalance{Correction: portal.NewID(), Account: department, CashDesk: service.CashDesk, Amount: amount, Reason: "Saisie erronée."})
		}
		if now := owes(); owed >= -50_00 || now != owed {
			t.Errorf("it owed %s and owes %s", owed.Decimal(), now.Decimal())
		}
	})
}

// Another payer's floor refuses as what the town hall sees to, and tells nothing of
// what they hold.
func TestAnotherPayersFloorTellsNothing(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.parted("2026-11-16", ledger.Share{Percent: 50}, ledger.Share{Payer: w.account(otherParent), Percent: 50})
		less := -50_00 - w.balanceOf(otherParent)
		w.alter(func(tx *store.Tx) error {
			return tx.PostFor(portal.NewID(), store.LedgerCorrection, "", w.account(deskAgent), "Vidé.", ledger.Correct(w.account(otherParent), service.CashDesk, less))
		})
		v := w.desks[family].Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		if v.Accepted || v.Error.Code != bookings.OtherFloor || len(v.Error.Args) != 0 {
			t.Errorf("it is told %+v", v)
		}
	})
}

func TestWhoPaysIsJudgedAndEnds(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		desk := w.desks[deskAgent]
		desk.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		good := wire.SetPayers{Child: familyChild, From: "2026-11-16", Shares: ledger.Shares{{Payer: w.account(otherParent), Percent: 100}}, Reason: "Jugement."}
		for code, change := range map[portal.Code]func(*wire.SetPayers){
			accounts.PastDate: func(a *wire.SetPayers) { a.From = "2026-11-15" },
			portal.Missing:    func(a *wire.SetPayers) { a.Reason = "" },
			ledger.SharesBad:  func(a *wire.SetPayers) { a.Shares[0].Percent = 99 },
		} {
			a := good
			a.Shares = slices.Clone(good.Shares)
			change(&a)
			desk.Refused(code, wire.PayersSet, a)
		}
		desk.Must(wire.PayersSet, good)
		paidBy := func(day portal.Date) portal.Money {
			t.Helper()
			had, id := w.balanceOf(otherParent), portal.NewID()
			w.desks[family].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: day})
			paid := had - w.balanceOf(otherParent)
			w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
			return paid
		}
		if paidBy(schoolDays[0]) <= 0 {
			t.Error("the other parent does not pay")
		}
		desk.Must(wire.CustodyEnd, wire.EndCustody{Child: familyChild, Parent: w.account(otherParent), Evidence: seen.kind, Day: seen.day})
		if paid := paidBy(schoolDays[0]); paid != 0 {
			t.Errorf("who is no parent any more pays %s", paid.Decimal())
		}
	})
}

// Whatever is booked and cancelled while who pays changes: each one's statement
// ends at their balance, and the books' invariants hold (hosttest asks them).
func TestWhoPaysChangesWhileDaysAreBooked(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.organisation()
		random := rand.New(rand.NewSource(11))
		arrangements := [][]ledger.Share{nil, {{Payer: department, Percent: 33}, {Percent: 67}}, {{Payer: w.account(family), Percent: 50}, {Payer: w.account(otherParent), Percent: 50}},
			{{Percent: 34}, {Payer: w.account(otherParent), Percent: 33}, {Payer: department, Percent: 33}}}
		live, done := []portal.ID{}, 0
		for range 90 {
			d := w.desks[[]string{family, otherParent, booker}[random.Intn(3)]]
			switch random.Intn(5) {
			case 0:
				w.parted(portal.Date("2026-11-16").Add(random.Intn(20)), arrangements[random.Intn(len(arrangements))]...)
			case 1:
				if len(live) > 0 && d.Do(wire.BookingCancel, wire.CancelBooking{Booking: live[random.Intn(len(live))]}).Accepted {
					done++
				}
			default:
				id := portal.NewID()
				if d.Do(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: portal.Date("2026-11-19").Add(random.Intn(25))}).Accepted {
					live = append(live, id)
					done++
				}
			}
		}
		if done < 15 {
			t.Fatalf("only %d went through", done)
		}
		for _, who := range []string{family, otherParent} {
			if st := ledger.StatementOf(movements(t, w.desks[who]), portal.Period{}); st.Closing != w.balanceOf(who) {
				t.Errorf("the statement of %s ends at %s", who, st.Closing.Decimal())
			}
		}
		if found := w.brokenBy(func(tx *store.Tx) error {
			id, debit := portal.NewID(), portal.NewID()
			if err := tx.InsertBookings([]store.Booking{{ID: id, Child: foreignChild, Activity: demo.Canteen, Site: demo.JulesFerry, Day: "2026-12-18", Payer: w.account(family), Price: 400, Debit: debit,
				Actor: w.account(family), Shares: `[{"payer":"` + string(w.account(family)) + `","percent":50},{"payer":"` + string(department) + `","percent":50}]`}}); err != nil {
				return err
			}
			return tx.Post(debit, store.LedgerDebit, id, w.account(family), ledger.Debit(w.account(family), service.CashDesk, demo.Canteen, 200))
		}); !strings.Contains(found, "do not make its price") {
			t.Error("a part that nobody pays is not found")
		}
	})
}

// What of a price is a meal is told with the movement, to each payer for their
// part, and stays as it was booked.
func TestAMovementSaysWhatOfItIsAMeal(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		priced := func(from portal.Date, meal *ledger.Meal) {
			w.alter(func(tx *store.Tx) error {
				return tx.PutFact(wire.Tariffs, "journee", ledger.Tariff{ID: "journee", Activity: demo.Canteen, From: from, Bands: []ledger.Band{{Price: 1205}}, Meal: meal})
			})
		}
		meals := func(who string, id portal.ID) (out []portal.Money) {
			for _, m := range movements(t, w.desks[who]) {
				if m.Booking == id {
					out = append(out, m.Meal)
				}
			}
			return out
		}
		priced("2025-09-02", &ledger.Meal{Percent: 30})
		alone := w.book(family, "2026-12-03", false)
		w.parted("2026-12-04", ledger.Share{Payer: w.account(otherParent), Percent: 35}, ledger.Share{Percent: 65})
		both := w.book(family, "2026-12-04", false)
		priced("2025-09-02", &ledger.Meal{Price: 400})
		fixed := w.book(family, "2026-12-07", false)
		for _, c := range []struct {
			who  string
			id   portal.ID
			want portal.Money
		}{
			{family, alone, 362}, // 30 % of 12.05 € is 3.615 €
			{family, both, 235}, {otherParent, both, 127},
			{family, fixed, 260}, {otherParent, fixed, 140},
		} {
			if got := meals(c.who, c.id); len(got) != 1 || got[0] != c.want {
				t.Errorf("%s reads a meal of %v and not of %s", c.who, got, c.want.Decimal())
			}
		}
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: alone})
		if got := meals(family, alone); len(got) != 2 || got[0]+got[1] != 362 {
			t.Errorf("cancelled it reads %v", got)
		}
	})
}

// Who pays a part of a day that is made again may go below the floor by it, as the
// one who booked it.
func TestAPartMadeAgainMayGoBelowTheFloor(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.parted("2026-11-16", ledger.Share{Percent: 50}, ledger.Share{Payer: w.account(otherParent), Percent: 50})
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-12-14"})
		closure := w.closed(portal.Period{From: "2026-12-14", To: "2026-12-14"})
		w.alter(func(tx *store.Tx) error { return leave(tx, w.account(otherParent), -50_00) })
		w.desks[deskAgent].Must(wire.ClosureUndo, wire.UndoClosure{Closure: closure})
		if now := w.balanceOf(otherParent); now >= -50_00 {
			t.Errorf("the other parent has %s", now.Decimal())
		}
	})
}
