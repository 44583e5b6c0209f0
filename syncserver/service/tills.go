package service

import (
	"encoding/json"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// atTill is nil when the actor is a cashier of a cash desk that the town has.
func (s *Service) atTill(tx *store.Tx, a Actor, cashDesk string) error {
	if err := a.mustReach(string(accounts.Till(cashDesk))); err != nil {
		return err
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	if known, err := hasCashDesk(tx, f, cashDesk); err != nil || !known {
		return orElse(err, portal.E(portal.NotFound, "cash_desk"))
	}
	return nil
}

// paysAt is nil when an account may hold money at a cash desk. Once it is closed
// that is only what is left there: it is given back, or what is owed is paid.
func paysAt(tx *store.Tx, id portal.ID, cashDesk string) error {
	account, found, err := tx.Account(id)
	if err != nil || !found || account.Kind == wire.Agent {
		return orElse(err, portal.E(portal.NotFound, "account"))
	}
	if account.Closed == 0 {
		return nil
	}
	if left, err := tx.Balance(ledger.Prepaid(id, cashDesk)); err != nil || left == 0 {
		return orElse(err, portal.E(portal.NotFound, "account"))
	}
	return nil
}

// freshEntry is nil when an id may become a ledger transaction's.
func freshEntry(tx *store.Tx, id portal.ID, field string) error {
	if !id.Valid() {
		return portal.E(portal.Invalid, field)
	}
	if _, taken, err := tx.Transaction(id); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, field))
	}
	return nil
}

// enterAtDesk enters money that was brought to a cash desk, with its receipt.
func (s *Service) enterAtDesk(tx *store.Tx, a Actor, args *wire.EnterAtDesk) error {
	if err := s.atTill(tx, a, args.CashDesk); err != nil {
		return err
	}
	if err := freshEntry(tx, args.Entry, "entry"); err != nil {
		return err
	}
	if err := paysAt(tx, args.Account, args.CashDesk); err != nil {
		return err
	}
	b := args.Trimmed()
	if !accounts.Readable(b.Reference) {
		return portal.E(portal.Invalid, "reference")
	}
	if wrong := b.Check(portal.DateOf(tx.Now())); wrong != nil {
		return wrong
	}
	if err := tx.SaveBrought(store.Brought{Tx: args.Entry, CashDesk: args.CashDesk, Form: b.Form, Reference: b.Reference, Received: b.Received}); err != nil {
		return err
	}
	if err := s.enter(tx, args.Entry, store.LedgerDesk, "", a.Account, ledger.Bring(args.Account, args.CashDesk, b)); err != nil {
		return err
	}
	return tx.Audit(a.Account, "desk.enter", strings.Join([]string{args.CashDesk, string(args.Account), string(args.Entry), b.Amount.Decimal()}, " "))
}

// undoAtDesk takes money back that was entered by mistake, or that has turned
// out to be none: a cheque that bounced. What was booked with it stands, so the
// account may fall below its floor.
func (s *Service) undoAtDesk(tx *store.Tx, a Actor, args *wire.UndoAtDesk) error {
	if err := s.atTill(tx, a, args.CashDesk); err != nil {
		return err
	}
	if err := freshEntry(tx, args.Correction, "correction"); err != nil {
		return err
	}
	b, found, err := tx.Brought(args.Entry)
	if err != nil || !found || b.CashDesk != args.CashDesk {
		return orElse(err, portal.E(portal.NotFound, "entry"))
	}
	if undone, err := tx.Undone(args.Entry); err != nil || undone {
		return orElse(err, portal.E(ledger.AlreadyUndone, "entry"))
	}
	reason, err := reasonOf(args.Reason)
	if err != nil {
		return err
	}
	legs, err := tx.Entries(args.Entry)
	if err != nil {
		return err
	}
	tx.Touch("transaction", args.Entry) // its cashiers read that it was taken back
	if err := s.enterAll(tx, []store.Posting{{ID: args.Correction, Kind: store.LedgerCorrection, About: args.Entry, Actor: a.Account, Reason: reason, Entries: ledger.Reverse(legs)}}); err != nil {
		return err
	}
	return tx.Audit(a.Account, "desk.undo", strings.Join([]string{args.CashDesk, string(args.Entry), string(args.Correction)}, " "))
}

// correctBalance puts a mistake on an account right.
func (s *Service) correctBalance(tx *store.Tx, a Actor, args *wire.CorrectBalance) error {
	if err := s.atTill(tx, a, args.CashDesk); err != nil {
		return err
	}
	if err := freshEntry(tx, args.Correction, "correction"); err != nil {
		return err
	}
	if err := paysAt(tx, args.Account, args.CashDesk); err != nil {
		return err
	}
	if wrong := ledger.CheckCorrection(args.Amount, args.Reason); wrong != nil {
		return wrong
	}
	reason, err := reasonOf(args.Reason)
	if err != nil {
		return err
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	now, err := tx.Balance(ledger.Prepaid(args.Account, args.CashDesk))
	if err != nil {
		return err
	}
	billed, err := isBilled(tx, args.Account)
	if err != nil {
		return err
	}
	// What is billed is owed: a correction either way is one of the bill.
	if after, floor := now+args.Amount, f.lowest(); args.Amount < 0 && after < floor && !billed {
		return portal.E(ledger.BelowLowest, "amount", "after", after.Decimal(), "floor", floor.Decimal())
	}
	if err := s.enterAll(tx, []store.Posting{{ID: args.Correction, Kind: store.LedgerCorrection, Actor: a.Account, Reason: reason, Entries: ledger.Correct(args.Account, args.CashDesk, args.Amount)}}); err != nil {
		return err
	}
	return tx.Audit(a.Account, "balance.correct", strings.Join([]string{args.CashDesk, string(args.Account), string(args.Correction), args.Amount.Decimal()}, " "))
}

// reasonOf is the reason of a correction as it is kept.
func reasonOf(text string) (string, error) {
	if text = strings.TrimSpace(text); !accounts.Readable(text) {
		return "", portal.E(portal.Invalid, "reason")
	}
	if wrong := ledger.CheckReason(text); wrong != nil {
		return "", wrong
	}
	return text, nil
}

// lowest is the lowest floor of the town's activities: below it no booking takes
// an account.
func (f *townFacts) lowest() (m portal.Money) {
	for _, act := range f.activities {
		m = min(m, act.Floor)
	}
	return m
}

// tellBrought writes into a movement how its money was brought.
func tellBrought(tx *store.Tx, m *ledger.Movement) error {
	b, found, err := tx.Brought(m.ID)
	if err == nil && found {
		m.Form, m.Reference, m.Received = b.Form, b.Reference, b.Received
	}
	return err
}

// toCashiers tells a movement to the cashiers of its cash desk: in its payer's
// file, where that is open, and in the list of what the desk took, over the counter
// or on line: their receipts are one series.
func (s *Service) toCashiers(tx *store.Tx, payer portal.ID, by string, m ledger.Movement) (rows []store.FeedRow, err error) {
	till := string(accounts.Till(m.CashDesk))
	desks, err := store.Once(tx, "desks:"+string(payer), func() ([]string, error) { return tx.DesksReading(payer) })
	if err != nil {
		return nil, err
	}
	for _, desk := range desks {
		if desk == till {
			m := m
			m.By = by // of the family, too: a cashier reads who booked
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(till, payer), Collection: wire.Movements, Entity: wire.MovementKey(m.ID, m.CashDesk), Body: m})
		}
	}
	if m.Kind != ledger.KindCorrection && !m.Kind.Receives() {
		return rows, nil
	}
	name, err := nameOf(tx, payer)
	if err != nil {
		return nil, err
	}
	undone, err := tx.Undone(m.ID)
	if err != nil {
		return nil, err
	}
	return append(rows, store.FeedRow{Feed: wire.DeskFeed(till), Collection: wire.Takings, Entity: m.ID, Body: wire.Taking{
		ID: m.ID, CashDesk: m.CashDesk, Kind: m.Kind, Account: payer, Name: name, At: m.At, By: by, Reason: m.Reason, Receipt: m.Receipt, Undoes: m.Undoes, Undone: undone,
		Brought: ledger.Brought{Form: m.Form, Amount: m.Amount, Reference: m.Reference, Received: m.Received},
	}}), nil
}

// foreignTaking is foreign for the list of what a cash desk took: it is of that
// desk, and says no more than the books.
func foreignTaking(tx *store.Tx, desk string, id portal.ID, body string) (string, error) {
	var t wire.Taking
	if err := json.Unmarshal([]byte(body), &t); err != nil {
		return "", err
	}
	found, known, err := tx.Transaction(id)
	if err != nil {
		return "", err
	}
	legs, err := tx.Entries(id)
	if err != nil {
		return "", err
	}
	sum := portal.Money(0)
	for _, e := range legs {
		if e.Account == ledger.Prepaid(t.Account, t.CashDesk) {
			sum += e.Amount
		}
	}
	if !known || t.ID != id || "regie-"+t.CashDesk != desk || sum == 0 || sum != t.Amount || found.Kind != store.LedgerDesk && found.Kind != store.LedgerTopUp && found.Kind != store.LedgerCorrection {
		return "what another cash desk took", nil
	}
	return "", nil
}
