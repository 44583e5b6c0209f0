package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// bringing is money as a cashier enters it for somebody.
func (w *world) bringing(who string, amount portal.Money) wire.EnterAtDesk {
	return wire.EnterAtDesk{Entry: portal.NewID(), Account: w.account(who), CashDesk: service.CashDesk,
		Brought: ledger.Brought{Form: ledger.Cheque, Amount: amount, Reference: "0012345", Received: portal.DateOf(w.Clock.Now())}}
}

// brought is money that was brought for the family.
func (w *world) brought(amount portal.Money) portal.ID {
	b := w.bringing(family, amount)
	w.desks[cashier].Must(wire.DeskEnter, b)
	return b.Entry
}

// tills is a row in which only the cashier has an answer of their own: the
// parents, their delegates and the agents of other desks are none there.
func tills(code portal.Code) map[string]portal.Code {
	row := cells(func(string) portal.Code { return portal.Forbidden })
	row[cashier] = code
	return row
}

func init() {
	elsewhere := func(cashDesk string, args any) any {
		switch a := args.(type) {
		case wire.EnterAtDesk:
			a.CashDesk = cashDesk
			return a
		case wire.UndoAtDesk:
			a.CashDesk = cashDesk
			return a
		case wire.CorrectBalance:
			a.CashDesk = cashDesk
			return a
		}
		return args
	}
	enter := func(w *world, _ int) any { return w.bringing(family, 4200) }
	undo := func(w *world, _ int) any {
		return wire.UndoAtDesk{Correction: portal.NewID(), Entry: w.brought(100), CashDesk: service.CashDesk, Reason: "Chèque rejeté."}
	}
	correct := func(w *world, _ int) any {
		return wire.CorrectBalance{Correction: portal.NewID(), Account: w.account(family), CashDesk: service.CashDesk, Amount: 320, Reason: "Repas compté deux fois."}
	}
	at := func(cashDesk string, of func(*world, int) any) func(*world, int) any {
		return func(w *world, try int) any { return elsewhere(cashDesk, of(w, try)) }
	}
	matrix["desk.enter@1"] = []row{
		{"for the family", enter, tills(accepted)},
		{"at another cash desk", at("loisirs", enter), tills(portal.Forbidden)},
		{"for an agent", func(w *world, _ int) any { return w.bringing(deskAgent, 100) }, tills(portal.NotFound)},
	}
	matrix["payment.settle@1"] = []row{
		{"of the family", func(w *world, _ int) any { return wire.SettlePayment{Payment: w.unclear(service.CashDesk), Paid: true} }, tills(accepted)},
		{"at another cash desk", func(w *world, _ int) any { return wire.SettlePayment{Payment: w.unclear("loisirs")} }, tills(portal.Forbidden)},
		{"of nobody", func(w *world, _ int) any { return wire.SettlePayment{Payment: portal.NewID()} }, tills(portal.NotFound)},
	}
	matrix["desk.undo@1"] = []row{
		{"of the family's", undo, tills(accepted)},
		{"at another cash desk", at("loisirs", undo), tills(portal.Forbidden)},
		{"of nothing that was brought", func(w *world, _ int) any {
			return wire.UndoAtDesk{Correction: portal.NewID(), Entry: portal.NewID(), CashDesk: service.CashDesk, Reason: "Rien."}
		}, tills(portal.NotFound)},
	}
	matrix["balance.correct@1"] = []row{
		{"of the family", correct, tills(accepted)},
		{"at another cash desk", at("loisirs", correct), tills(portal.Forbidden)},
	}
}

// takings is the list of what the cashier's desk took.
func takings(t *testing.T, d *hosttest.Desk) map[portal.ID]wire.Taking {
	t.Helper()
	d.Catch()
	out := map[portal.ID]wire.Taking{}
	for id, body := range d.In(wire.Takings) {
		var taken wire.Taking
		if err := json.Unmarshal([]byte(body), &taken); err != nil {
			t.Fatal(err)
		}
		out[portal.ID(id)] = taken
	}
	return out
}

// What is brought to the cash desk is on the family's statement with its receipt
// in the same moment, and in the desk's list of the day; what is taken back gives
// it back on the same legs, once.
func TestMoneyIsBroughtAndTakenBack(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		fam, till := w.desks[family], w.desks[cashier]
		before := balanceRow(t, fam).Amount
		b := w.bringing(family, 4200)
		b.Reference = "  0012345   Banque du Val "
		till.Must(wire.DeskEnter, b)
		all := movements(t, fam)
		m := all[len(all)-1]
		if m.ID != b.Entry || m.Kind != ledger.KindDeskMoney || m.Amount != 4200 || m.Form != ledger.Cheque || m.Reference != "0012345 Banque du Val" ||
			m.Received != b.Received || m.By != "Odile Vasseur" || m.Receipt != "2026-000001" {
			t.Errorf("the family reads %+v", m)
		}
		if now := balanceRow(t, fam).Amount; now != before+4200 {
			t.Errorf("the balance is %s", now.Decimal())
		}
		taken := takings(t, till)[b.Entry]
		if taken.Name != "Ondine Tamarin" || taken.Amount != 4200 || taken.Receipt != m.Receipt || taken.Undone || taken.Account != w.account(family) {
			t.Errorf("the desk reads %+v", taken)
		}
		till.Refused(portal.Conflict, wire.DeskEnter, b) // the same, entered twice
		w.desks[cashier].Must(wire.DeskEnter, w.bringing(otherFamily, 100))
		if all := movements(t, w.desks[otherFamily]); all[len(all)-1].Receipt != "2026-000002" {
			t.Errorf("the next receipt is %+v", all[len(all)-1])
		}
		undo := wire.UndoAtDesk{Correction: portal.NewID(), Entry: b.Entry, CashDesk: service.CashDesk, Reason: " Chèque rejeté par la banque. "}
		till.Must(wire.DeskUndo, undo)
		again := undo
		again.Correction = portal.NewID()
		till.Refused(ledger.AlreadyUndone, wire.DeskUndo, again)
		all = movements(t, fam)
		if m = all[len(all)-1]; m.Kind != ledger.KindCorrection || m.Amount != -4200 || m.Undoes != b.Entry || m.Reason != "Chèque rejeté par la banque." || m.Receipt != "" {
			t.Errorf("the family reads %+v", m)
		}
		if now := balanceRow(t, fam).Amount; now != before {
			t.Errorf("the balance is %s, not %s", now.Decimal(), before.Decimal())
		}
		list := takings(t, till)
		if !list[b.Entry].Undone || list[undo.Correction].Undoes != b.Entry {
			t.Errorf("the desk reads %+v", list)
		}
		var counted []ledger.Taking
		for _, taken := range list {
			counted = append(counted, taken.Counted())
		}
		if _, sum := ledger.SumsOf(counted); sum.Count != 1 || sum.Amount != 100 {
			t.Errorf("the day makes %+v", sum)
		}
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			left, err := tx.Balance(ledger.Till(service.CashDesk, ledger.Cheque))
			if left != -100 {
				t.Errorf("the till of cheques holds %s", left.Decimal())
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// What a cashier may not enter is refused before anything is written, and has no
// receipt: the next number is the next one.
func TestWhatACashierEntersIsJudged(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		till := w.desks[cashier]
		for code, change := range map[portal.Code]func(*wire.EnterAtDesk){
			ledger.AmountBad:    func(b *wire.EnterAtDesk) { b.Amount = 0 },
			ledger.ReferenceBad: func(b *wire.EnterAtDesk) { b.Reference = " " },
			ledger.ReceivedBad:  func(b *wire.EnterAtDesk) { b.Received = b.Received.Add(1) },
			portal.Invalid:      func(b *wire.EnterAtDesk) { b.Form = "or" },
			portal.NotFound:     func(b *wire.EnterAtDesk) { b.Account = portal.NewID() },
			portal.Forbidden:    func(b *wire.EnterAtDesk) { b.CashDesk = "nowhere" },
		} {
			b := w.bringing(family, 4200)
			change(&b)
			till.Refused(code, wire.DeskEnter, b)
		}
		correct := wire.CorrectBalance{Account: w.account(family), CashDesk: service.CashDesk, Amount: 100, Reason: "Erreur."}
		for code, change := range map[portal.Code]func(*wire.CorrectBalance){
			ledger.AmountBad:   func(c *wire.CorrectBalance) { c.Amount = 0 },
			portal.Missing:     func(c *wire.CorrectBalance) { c.Reason = " " },
			portal.TooLong:     func(c *wire.CorrectBalance) { c.Reason = strings.Repeat("a", ledger.MostReason+1) },
			portal.Invalid:     func(c *wire.CorrectBalance) { c.Reason = "a\x00b" },
			ledger.BelowLowest: func(c *wire.CorrectBalance) { c.Account, c.Amount = w.account(booker), -ledger.MostEntered },
		} {
			c := correct
			c.Correction = portal.NewID()
			if code == ledger.BelowLowest {
				less := -w.balanceOf(booker)
				w.alter(func(tx *store.Tx) error {
					return tx.PostFor(portal.NewID(), store.LedgerCorrection, "", w.account(deskAgent), "Vidé.", ledger.Correct(w.account(booker), service.CashDesk, less))
				})
			}
			change(&c)
			till.Refused(code, wire.BalanceCorrect, c)
		}
		w.brought(100)
		if all := movements(t, w.desks[family]); all[len(all)-1].Receipt != "2026-000001" {
			t.Errorf("the receipt is %+v", all[len(all)-1])
		}
	})
}

// A cheque that bounces after its money was spent takes the account below its
// floor: that is the truth, and contradicts nothing.
func TestWhatWasSpentIsTakenBackAllTheSame(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		less := -4900 - w.balanceOf(family)
		w.alter(func(tx *store.Tx) error {
			return tx.PostFor(portal.NewID(), store.LedgerCorrection, "", w.account(deskAgent), "Vidé.", ledger.Correct(w.account(family), service.CashDesk, less))
		})
		entry := w.brought(1000)
		for _, day := range schoolDays[:2] {
			w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: day})
		}
		w.desks[cashier].Must(wire.DeskUndo, wire.UndoAtDesk{Correction: portal.NewID(), Entry: entry, CashDesk: service.CashDesk, Reason: "Chèque rejeté."})
		if left := balanceRow(t, w.desks[family]).Amount; left >= -5000 {
			t.Fatalf("%s is not below the floor", left.Decimal())
		}
	})
}

// A cashier reads the list of the own desk and, once it is open there, whose
// account it is and what moved on it: no child's health, no request, no other
// desk's money; and whoever has no till opens no account's money.
func TestACashierReadsMoneyAndNothingElse(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.live(t)
		till := w.desks[cashier]
		entry := w.brought(4200)
		if all := moneyInFile(t, till); len(all) != 0 {
			t.Errorf("before it is open the cashier reads %+v", all)
		}
		if found, err := till.SearchPayers(context.Background(), service.CashDesk, "philemon"); err != nil || len(found.Payers) != 2 ||
			found.Payers[0].Name != "Basile Corbin" || found.Payers[1].Account != w.account(family) || found.Payers[1].City != demo.Town || found.Payers[1].Children[0] != "Philémon Tamarin" {
			t.Errorf("found %+v, %v", found, err)
		}
		for _, who := range []string{family, deskAgent, otherAgent} {
			if _, err := w.desks[who].SearchPayers(context.Background(), service.CashDesk, "philemon"); portal.CodeOf(err) != portal.Forbidden {
				t.Errorf("%s: %v", who, err)
			}
		}
		open := wire.OpenFile{Account: w.account(family), Desk: string(accounts.Till(service.CashDesk))}
		till.Must(wire.FileOpen, open)
		w.desks[deskAgent].Refused(portal.Forbidden, wire.FileOpen, open)
		all := moneyInFile(t, till)
		if len(all) != 3 || all[0].Kind != ledger.KindOpening || all[1].By != "Ondine Tamarin" || all[2].ID != entry {
			t.Errorf("the cashier reads %+v", all)
		}
		var b wire.Balance
		if err := json.Unmarshal([]byte(inFiles(till, wire.Balances)[service.CashDesk]), &b); err != nil || b.Amount != balanceRow(t, w.desks[family]).Amount {
			t.Errorf("the cashier reads %+v, %v", b, err)
		}
		// Of the children the name, for two who eat together are two lines, and no more.
		var child wire.Child
		called := inFiles(till, wire.Children)
		if err := json.Unmarshal([]byte(called[string(familyChild)]), &child); err != nil || child.FirstName == "" {
			t.Errorf("the cashier reads of the children %v, %v", called, err)
		}
		for id, body := range called {
			var c wire.Child
			_ = json.Unmarshal([]byte(body), &c)
			if only, _ := json.Marshal(wire.Child{ID: portal.ID(id), FirstName: c.FirstName}); string(only) != body {
				t.Errorf("the cashier reads of a child %s", body)
			}
		}
		for _, collection := range []string{wire.Requests, wire.Bookings, wire.Documents, wire.Quotients, wire.Messages, wire.Queue, wire.HeadCounts} {
			if rows := inFiles(till, collection); len(rows) > 0 || len(till.In(collection)) > 0 {
				t.Errorf("the cashier reads %s: %v", collection, slices.Collect(maps.Keys(rows)))
			}
		}
		// What happens on the account from then on is told at once, too.
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[7]})
		if all := moneyInFile(t, till); len(all) != 4 || all[3].Kind != ledger.KindDebit {
			t.Errorf("then %+v", all)
		}
		s.Clock.Add(9 * time.Hour)
		if err := s.Store.Write(context.Background(), s.Service.CloseFiles); err != nil {
			t.Fatal(err)
		}
		w.desks[cashier] = s.SignIn("odile.vasseur")
		if called := inFiles(w.desks[cashier], wire.Children); len(called) != 0 {
			t.Errorf("after its time the cashier reads of the children %v", called)
		}
		if all := moneyInFile(t, w.desks[cashier]); len(all) != 0 {
			t.Errorf("after its time the cashier reads %+v", all)
		}
	})
}

// What is asked of the tills finds what is wrong with them.
func TestWhatIsWrongWithATillIsFound(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		entry := w.brought(4200)
		for what, breaks := range map[string]func(tx *store.Tx) error{
			"is not told how": func(tx *store.Tx) error {
				return tx.Post(portal.NewID(), store.LedgerDesk, "", "", ledger.Bring(w.account(family), service.CashDesk, ledger.Brought{Form: ledger.Cash, Amount: 100}))
			},
			"lies in another till": func(tx *store.Tx) error {
				id := portal.NewID()
				if err := tx.SaveBrought(store.Brought{Tx: id, CashDesk: "loisirs", Form: ledger.Cash, Received: "2026-11-16"}); err != nil {
					return err
				}
				return tx.Post(id, store.LedgerDesk, "", "", ledger.Bring(w.account(family), service.CashDesk, ledger.Brought{Form: ledger.Cash, Amount: 100}))
			},
			"does not take back": func(tx *store.Tx) error {
				return tx.PostFor(portal.NewID(), store.LedgerCorrection, entry, "", "Faux.", ledger.Correct(w.account(family), service.CashDesk, -4100))
			},
		} {
			if found := w.brokenBy(breaks); !strings.Contains(found, what) {
				t.Errorf("%s: found %q", what, found)
			}
		}
	})
}

// brokenBy is what the books' invariants say of what f does, which is not kept.
func (w *world) brokenBy(f func(tx *store.Tx) error) string {
	w.t.Helper()
	undo := errors.New("only tried")
	var found []string
	if err := w.Store.Write(context.Background(), func(tx *store.Tx) (err error) {
		if err := f(tx); err != nil {
			return err
		}
		if found, err = tx.Contradictions(); err != nil {
			return err
		}
		return undo
	}); !errors.Is(err, undo) {
		w.t.Fatal(err)
	}
	return strings.Join(found, "\n")
}

// inFiles is the rows of a collection in the files that an agent has open.
func inFiles(d *hosttest.Desk, collection string) map[string]string {
	out := map[string]string{}
	for key, body := range d.Rows {
		if key[1] == collection && wire.FeedKind(key[0]) == "file" {
			out[key[2]] = body
		}
	}
	return out
}

// moneyInFile is the movements that a cashier reads of the accounts that are open.
func moneyInFile(t *testing.T, d *hosttest.Desk) (out []ledger.Movement) {
	t.Helper()
	d.Catch()
	for key, body := range inFiles(d, wire.Movements) {
		var m ledger.Movement
		if err := json.Unmarshal([]byte(body), &m); err != nil || wire.MovementKey(m.ID, m.CashDesk) != portal.ID(key) {
			t.Fatalf("%s is %s: %v", key, body, err)
		}
		out = append(out, m)
	}
	slices.SortFunc(out, ledger.InOrder)
	return out
}
