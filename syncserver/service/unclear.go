package service

import (
	"encoding/json"
	"errors"
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// settlePayment writes down what a cashier has found out about a payment of which
// PayFiP gives no sure answer. One that was not paid stays open to PayFiP's saying
// that it was after all.
func (s *Service) settlePayment(tx *store.Tx, a Actor, args *wire.SettlePayment) error {
	if !slices.ContainsFunc(a.Role.Desks, func(d accounts.Desk) bool { _, is := d.CashDesk(); return is }) {
		return portal.E(portal.Forbidden, "desk")
	}
	p, found, err := tx.Payment(args.Payment)
	if err != nil || !found {
		return orElse(err, portal.E(portal.NotFound, "payment"))
	}
	if err := s.atTill(tx, a, p.CashDesk); err != nil {
		return err
	}
	if p.State != payments.Unclear {
		return portal.E(payments.NotAsked, "payment")
	}
	state, word := payments.Expired, "payment.denied"
	if args.Paid {
		state, word = payments.Paid, "payment.vouched"
		p.Answer, p.Credit, p.Next = payments.Vouched, s.o.IDs(), 0
		if err := s.enter(tx, p.Credit, store.LedgerTopUp, p.ID, a.Account, ledger.TopUp(p.Account, p.CashDesk, p.Amount)); err != nil {
			return err
		}
	}
	return errors.Join(s.settle(tx, &p, state), tx.Audit(a.Account, word, string(p.ID)))
}

// toLookInto tells the cashiers of its cash desk of a payment that PayFiP gives no
// sure answer about.
func toLookInto(tx *store.Tx, p store.Payment) ([]store.FeedRow, error) {
	if p.State != payments.Unclear {
		return nil, nil
	}
	name, err := nameOf(tx, p.Account)
	return []store.FeedRow{{Feed: wire.DeskFeed(string(accounts.Till(p.CashDesk))), Collection: wire.UnclearPayments, Entity: p.ID, Body: wire.UnclearPayment{
		ID: p.ID, CashDesk: p.CashDesk, Account: p.Account, Name: name, Amount: p.Amount, Reference: p.Reference, Started: p.Started,
	}}}, err
}

// foreignUnclear is foreign for such a payment: it is of that desk, and unclear.
func foreignUnclear(tx *store.Tx, desk string, id portal.ID, body string) (string, error) {
	var told wire.UnclearPayment
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		return "", err
	}
	p, found, err := tx.Payment(id)
	if err == nil && (!found || p.State != payments.Unclear || string(accounts.Till(p.CashDesk)) != desk || told.Account != p.Account || told.Amount != p.Amount) {
		return "what another cash desk has to look into", nil
	}
	return "", err
}
