package simulate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// In histories with money a cashier enters what is brought, takes it back and puts
// mistakes right, while families top up on line.

// cashier is who works at the town's cash desk.
const cashier = "odile.vasseur"

// leisure is the town's second cash desk: there evenings are paid and the studies
// within them, and the same cashier takes what is brought for them.
const leisure = "loisirs"

// cashDesks is where something is paid.
var cashDesks = []string{service.CashDesk, leisure}

// cashDeskOf is where an activity is paid.
func (h *history) cashDeskOf(activity portal.ID) string {
	if h.pays && (activity == demo.Evening || activity == demo.Study) {
		return leisure
	}
	return service.CashDesk
}

// credits is what a family begins with at a cash desk.
func (t *town) credits(cashDesk string) portal.Money {
	if cashDesk == leisure {
		return []portal.Money{3000, -4750}[t.h.seed%2]
	}
	return t.credit
}

// addLeisure gives the town its second cash desk.
func (t *town) addLeisure(tx *store.Tx) error {
	for _, id := range []portal.ID{demo.Evening, demo.Study} {
		var a bookings.Activity
		if _, err := tx.Fact(wire.Activities, id, &a); err != nil {
			return err
		}
		a.CashDesk = leisure
		if err := tx.PutFact(wire.Activities, id, a); err != nil {
			return err
		}
	}
	clerk, _, err := tx.AccountByLogin(cashier)
	if err != nil {
		return err
	}
	return errors.Join(
		tx.PutFact(wire.CashDesks, leisure, map[string]any{"key": leisure, "name": "Régie Loisirs", "online": true, "least": 100, "most": 50_000, "payfip": "006383"}),
		tx.SetPlaces(clerk.ID, fmt.Sprintf("[%q,%q]", accounts.Till(service.CashDesk), accounts.Till(leisure)), clerk.Sites),
	)
}

// cashes does one thing that a cashier does.
func (d *desktop) cashes() {
	account := d.h.accounts[parents[d.r.IntN(2)]]
	at := cashDesks[d.r.IntN(len(cashDesks))]
	all := append(d.view.TakingsOf(service.CashDesk, account), d.view.TakingsOf(leisure, account)...)
	unclear := d.view.Unclear(at)
	switch x := d.r.IntN(100); {
	case x < 15:
		d.submit(wire.FileOpen, wire.OpenFile{Account: account, Desk: string(accounts.Till(at))})
	case x < 50:
		b := ledger.Brought{Form: ledger.Forms[d.r.IntN(4)], Amount: portal.Money(200 + d.r.IntN(30)*50), Received: d.view.Today()}
		if b.Form.Numbered() {
			b.Reference = "12345"
		}
		d.submit(wire.DeskEnter, wire.EnterAtDesk{Entry: d.ids(), Account: account, CashDesk: at, Brought: b})
	case x < 70:
		// Now and then what was taken back already, as one does whose list is old.
		if t, ok := pick(d.r, all); ok && t.Kind == ledger.KindDeskMoney && (!t.Undone || d.r.IntN(3) == 0) {
			d.submit(wire.DeskUndo, wire.UndoAtDesk{Correction: d.ids(), Entry: t.ID, CashDesk: t.CashDesk, Reason: "Chèque impayé"})
		}
	case x < 90 || len(unclear) == 0:
		amount := portal.Money(50 + d.r.IntN(40)*50)
		if d.r.IntN(3) > 0 {
			amount = -amount
		}
		d.submit(wire.BalanceCorrect, wire.CorrectBalance{Correction: d.ids(), Account: account, CashDesk: at, Amount: amount, Reason: "Erreur de saisie"})
	default:
		p, _ := pick(d.r, unclear)
		d.submit(wire.PaymentSettle, wire.SettlePayment{Payment: p.ID, Paid: d.r.IntN(2) == 0})
	}
}

// feeds is what each feed holds now.
func (h *history) feeds() map[string]rows {
	out := map[string]rows{}
	for _, c := range h.town.sofar() {
		if out[c.Feed] == nil {
			out[c.Feed] = rows{}
		}
		if c.Deleted {
			delete(out[c.Feed], key(c))
		} else {
			out[c.Feed][key(c)] = string(c.Body)
		}
	}
	return out
}

// movement is a row as one of money.
func movement(key, body string) (m ledger.Movement, is bool) {
	return m, strings.HasPrefix(key, wire.Movements+"/") && json.Unmarshal([]byte(body), &m) == nil
}

// balanced checks that each account holds at each cash desk what its movements add
// up to, in the books, in its feed and on its desktops.
func (h *history) balanced(tx *store.Tx) error {
	all := h.feeds()
	for _, login := range slices.Sorted(maps.Keys(h.accounts)) {
		account := h.accounts[login]
		for _, at := range cashDesks {
			sum, has := portal.Money(0), false
			for k, body := range all[wire.AccountFeed(account)] {
				if m, is := movement(k, body); is && m.CashDesk == at {
					sum, has = sum+m.Amount, true
					h.comes(string(m.Kind) + " at " + at)
				}
			}
			balance, err := tx.Balance(ledger.Prepaid(account, at))
			if err != nil {
				return err
			}
			if sum != balance {
				h.fail("the movements of %s at %s add up to %s and its balance is %s", login, at, sum.Decimal(), balance.Decimal())
			}
			for _, d := range h.desktops {
				if b, known := d.view.Balance(at); d.account == account && has && (!known || b.Expected != balance || b.Confirmed != balance) {
					h.fail("%s shows a balance of %s at %s and not of %s", d.name, b.Expected.Decimal(), at, balance.Decimal())
				}
			}
		}
	}
	return nil
}
