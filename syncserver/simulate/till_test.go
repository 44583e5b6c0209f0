package simulate

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// In histories with money a cashier enters what is brought, takes it back and puts
// mistakes right, while families top up on line.

// cashier is who works at the town's cash desk.
const cashier = "odile.vasseur"

var till = accounts.Till(service.CashDesk)

// cashes does one thing that a cashier does.
func (d *desktop) cashes() {
	account := d.h.accounts[parents[d.r.IntN(2)]]
	all := d.view.TakingsOf(service.CashDesk, account)
	unclear := d.view.Unclear(service.CashDesk)
	switch x := d.r.IntN(100); {
	case x < 15:
		d.submit(wire.FileOpen, wire.OpenFile{Account: account, Desk: string(till)})
	case x < 50:
		b := ledger.Brought{Form: ledger.Forms[d.r.IntN(4)], Amount: portal.Money(200 + d.r.IntN(30)*50), Received: d.view.Today()}
		if b.Form.Numbered() {
			b.Reference = "12345"
		}
		d.submit(wire.DeskEnter, wire.EnterAtDesk{Entry: d.ids(), Account: account, CashDesk: service.CashDesk, Brought: b})
	case x < 70:
		// Now and then what was taken back already, as one does whose list is old.
		if t, ok := pick(d.r, all); ok && t.Kind == ledger.KindDeskMoney && (!t.Undone || d.r.IntN(3) == 0) {
			d.submit(wire.DeskUndo, wire.UndoAtDesk{Correction: d.ids(), Entry: t.ID, CashDesk: service.CashDesk, Reason: "Chèque impayé"})
		}
	case x < 90 || len(unclear) == 0:
		amount := portal.Money(50 + d.r.IntN(40)*50)
		if d.r.IntN(3) > 0 {
			amount = -amount
		}
		d.submit(wire.BalanceCorrect, wire.CorrectBalance{Correction: d.ids(), Account: account, CashDesk: service.CashDesk, Amount: amount, Reason: "Erreur de saisie"})
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

// balanced checks that each account holds what its movements add up to, in the
// books, in its feed and on its desktops.
func (h *history) balanced(tx *store.Tx) error {
	all := h.feeds()
	for _, login := range slices.Sorted(maps.Keys(h.accounts)) {
		account := h.accounts[login]
		sum, has := portal.Money(0), false
		for k, body := range all[wire.AccountFeed(account)] {
			if m, is := movement(k, body); is && m.CashDesk == service.CashDesk {
				sum, has = sum+m.Amount, true
			}
		}
		balance, err := tx.Balance(ledger.Prepaid(account, service.CashDesk))
		if err != nil {
			return err
		}
		if sum != balance {
			h.fail("the movements of %s add up to %s and its balance is %s", login, sum.Decimal(), balance.Decimal())
		}
		for _, d := range h.desktops {
			if b, known := d.view.Balance(service.CashDesk); d.account == account && has && (!known || b.Expected != balance || b.Confirmed != balance) {
				h.fail("%s shows a balance of %s and not of %s", d.name, b.Expected.Decimal(), balance.Decimal())
			}
		}
	}
	return nil
}
