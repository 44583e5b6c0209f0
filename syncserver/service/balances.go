package service

import (
	"encoding/json"
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// enter writes a ledger transaction: all money of the service goes through here,
// so that what is received has its receipt, and a payer is told when it takes
// their balance below the level they chose.
func (s *Service) enter(tx *store.Tx, id portal.ID, kind string, about, actor portal.ID, entries []ledger.Entry) error {
	return s.enterAll(tx, []store.Posting{{ID: id, Kind: kind, About: about, Actor: actor, Entries: entries}})
}

// enterAll is enter for many: a payer is told of what they leave together.
func (s *Service) enterAll(tx *store.Tx, all []store.Posting) error {
	return s.enterWatching(tx, all, tx.Level)
}

// enterWatching is enterAll where the levels that payers chose may be known.
func (s *Service) enterWatching(tx *store.Tx, all []store.Posting, level func(payer portal.ID, cashDesk string) (store.Level, bool, error)) error {
	if err := tx.PostAll(all); err != nil {
		return err
	}
	watched := map[string]bool{}
	for _, p := range all {
		for _, e := range p.Entries {
			payer, cashDesk, is := ledger.PrepaidOf(e.Account)
			if !is {
				continue
			}
			if ledger.Kind(p.Kind).Receives() {
				if err := tx.GiveReceipt(p.ID, cashDesk); err != nil {
					return err
				}
			}
			if watched[e.Account] {
				continue
			}
			watched[e.Account] = true
			l, chosen, err := level(payer, cashDesk)
			if err == nil && chosen {
				err = s.watchBalance(tx, l)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// watchBalance tells a payer that a balance has fallen below the level they
// chose: once, until it has risen again.
func (s *Service) watchBalance(tx *store.Tx, l store.Level) error {
	payer, cashDesk := l.Account, l.CashDesk
	amount, err := tx.Balance(ledger.Prepaid(payer, cashDesk))
	if err != nil || (amount < l.Level) == l.Low {
		return err
	}
	l.Low = !l.Low
	if err := tx.SaveLevel(l); err != nil {
		return err
	}
	if !l.Low {
		return noticesRead(tx, payer, notices.Balance, portal.ID(cashDesk)) // it is true no longer
	}
	account, found, err := tx.Account(payer)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	level, _ := json.Marshal(l.Level) // a number always encodes
	now, err := s.notifyOf(tx, account, notices.Balance, portal.ID(cashDesk), news{notices.BalanceLow, map[string]string{notices.ArgLevel: string(level)}})
	if err != nil || !now {
		return err
	}
	return s.postNotice(tx, account, mail.BalanceLow, mail.Data{Name: account.FirstName, Link: s.o.PublicURL()})
}

// chooseLevel keeps below which balance a family wants to be told. Where it is
// below already, they have just seen it.
func (s *Service) chooseLevel(tx *store.Tx, a Actor, args *wire.ChooseLevel) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	if known, err := hasCashDesk(tx, f, args.CashDesk); err != nil || !known {
		return orElse(err, portal.E(portal.NotFound, "cash_desk"))
	}
	if err := noticesRead(tx, a.Account, notices.Balance, portal.ID(args.CashDesk)); err != nil {
		return err
	}
	if args.Level == nil {
		return tx.DropLevel(a.Account, args.CashDesk)
	}
	if *args.Level < 0 || *args.Level > wire.MostLevel {
		return portal.E(portal.Invalid, "level")
	}
	amount, err := tx.Balance(ledger.Prepaid(a.Account, args.CashDesk))
	if err != nil {
		return err
	}
	return tx.SaveLevel(store.Level{Account: a.Account, CashDesk: args.CashDesk, Level: *args.Level, Low: amount < *args.Level})
}

// hasCashDesk reports whether the town has such a cash desk.
func hasCashDesk(tx *store.Tx, f *townFacts, key string) (bool, error) {
	for _, act := range f.activities {
		if act.CashDesk == key {
			return true, nil
		}
	}
	var desk cashDesk
	return tx.Fact(wire.CashDesks, portal.ID(key), &desk)
}

// projectBalance tells the payer alone; other ledger accounts are no feed's.
func (s *Service) projectBalance(tx *store.Tx, key portal.ID) ([]store.FeedRow, error) {
	payer, cashDesk, is := ledger.PrepaidOf(string(key))
	if !is {
		return nil, nil
	}
	body := wire.Balance{CashDesk: cashDesk}
	var err error
	if body.Amount, err = tx.Balance(string(key)); err != nil {
		return nil, err
	}
	l, chosen, err := tx.Level(payer, cashDesk)
	if err != nil {
		return nil, err
	}
	if chosen {
		body.Level = &l.Level
	}
	rows := []store.FeedRow{{Feed: wire.AccountFeed(payer), Collection: wire.Balances, Entity: portal.ID(cashDesk), Body: body}}
	desks, err := store.Once(tx, "desks:"+string(payer), func() ([]string, error) { return tx.DesksReading(payer) })
	till := string(accounts.Till(cashDesk))
	if slices.Contains(desks, till) {
		body.Level = nil // when one wants to be told is one's own affair
		rows = append(rows, store.FeedRow{Feed: wire.FileFeed(till, payer), Collection: wire.Balances, Entity: portal.ID(cashDesk), Body: body})
	}
	return rows, err
}

// projectTransaction tells each payer what it moves on their account, and what
// for: the whole of their statement, and nobody else's.
func (s *Service) projectTransaction(tx *store.Tx, id portal.ID) (rows []store.FeedRow, err error) {
	t, found, err := tx.Transaction(id)
	if err != nil || !found {
		return nil, err
	}
	legs, err := tx.Entries(id)
	if err != nil {
		return nil, err
	}
	moved := map[string]portal.Money{}
	var order []string
	for _, e := range legs {
		if _, _, is := ledger.PrepaidOf(e.Account); is {
			if _, had := moved[e.Account]; !had {
				order = append(order, e.Account)
			}
			moved[e.Account] += e.Amount
		}
	}
	if len(order) == 0 {
		return nil, nil
	}
	body := ledger.Movement{ID: t.ID, At: t.At, Kind: ledger.Kind(t.Kind), Reason: t.Reason}
	var booked store.Booking
	if t.Kind == store.LedgerDebit || t.Kind == store.LedgerCredit {
		b, found, err := tx.Booking(t.About)
		if err != nil {
			return nil, err
		}
		if found {
			booked = b
			body.Booking, body.Child, body.Activity, body.Day = b.ID, b.Child, b.Activity, b.Day
			if body.Closure, err = closureOf(tx, t.Kind, b.ID); err != nil {
				return nil, err
			}
			if body.Absent, err = absentOf(tx, t.Kind, b.ID); err != nil {
				return nil, err
			}
		}
	}
	if t.Kind == store.LedgerTopUp {
		body.Payment = t.About
	}
	if t.Kind == store.LedgerDesk {
		if err := tellBrought(tx, &body); err != nil {
			return nil, err
		}
	}
	if t.Kind == store.LedgerCorrection {
		body.Undoes = t.About
	}
	if body.Kind.Receives() {
		r, found, err := tx.ReceiptOf(id)
		if err != nil {
			return nil, err
		}
		if found {
			body.Receipt = r.Number()
		}
	}
	by, err := nameOf(tx, t.Actor)
	if err != nil {
		return nil, err
	}
	for _, account := range order {
		if moved[account] == 0 {
			continue // an account that began with nothing
		}
		payer, cashDesk, _ := ledger.PrepaidOf(account)
		row := body
		row.CashDesk, row.Amount = cashDesk, moved[account]
		if t.Kind == store.LedgerDebit {
			if row.Meal, err = mealOf(booked, payer); err != nil {
				return nil, err
			}
		}
		if t.Actor != payer {
			row.By = by
		}
		rows = append(rows, store.FeedRow{Feed: wire.AccountFeed(payer), Collection: wire.Movements, Entity: wire.MovementKey(id, cashDesk), Body: row})
		told, err := s.toCashiers(tx, payer, by, row)
		if err != nil {
			return nil, err
		}
		rows = append(rows, told...)
	}
	return rows, nil
}

// foreignMovement is foreignTo for a movement: it is what the books say of that
// account, and names the day only of what it paid.
func foreignMovement(tx *store.Tx, account portal.ID, desk, body string) (string, error) {
	var m ledger.Movement
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return "", err
	}
	if m.ID == "" && desk == "" {
		return "", nil // of before, still to be projected
	}
	legs, err := tx.Entries(m.ID)
	if err != nil {
		return "", err
	}
	sum := portal.Money(0)
	for _, e := range legs {
		if e.Account == ledger.Prepaid(account, m.CashDesk) {
			sum += e.Amount
		}
	}
	if desk != "" && desk != "regie-"+m.CashDesk || sum != m.Amount || sum == 0 {
		return "what another's account moved", nil
	}
	if m.Booking == "" {
		return "", nil
	}
	b, _, err := tx.Booking(m.Booking)
	if err == nil && b.Payer != account && b.Part(account) == 0 {
		return "a day that another pays", nil
	}
	return "", err
}

// mealOf is what of a payer's part of a booking is a meal: parted as the price is.
func mealOf(b store.Booking, payer portal.ID) (portal.Money, error) {
	if b.Why == "" {
		return 0, nil
	}
	var why ledger.Price
	if err := json.Unmarshal([]byte(b.Why), &why); err != nil {
		return 0, err
	}
	switch {
	case b.Shares != "":
		return ledger.ReadShares(b.Shares).MealPart(payer, b.Price, why.Meal), nil
	case payer == b.Payer:
		return why.Meal, nil
	}
	return 0, nil
}
