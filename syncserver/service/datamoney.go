package service

import (
	"maps"
	"slices"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// OwnBalance is what is left at a cash desk, and below what the person wants to
// be told.
type OwnBalance struct {
	CashDesk string `json:"cash_desk"`
	Amount   string `json:"amount"`
	Level    string `json:"told_below,omitempty"`
}

// OwnMovement is money that came or went.
type OwnMovement struct {
	At       time.Time `json:"at"`
	CashDesk string    `json:"cash_desk"`
	Kind     string    `json:"kind"`
	Amount   string    `json:"amount"`
	Reason   string    `json:"reason,omitempty"`
}

// cashDesks is all that the town has.
func cashDesks(tx *store.Tx, f *townFacts) ([]string, error) {
	desks := map[string]bool{CashDesk: true}
	for _, act := range f.activities {
		desks[act.CashDesk] = true
	}
	declared, err := tx.Facts(wire.CashDesks)
	if err != nil {
		return nil, err
	}
	for _, d := range declared {
		desks[string(d.ID)] = true
	}
	return slices.Sorted(maps.Keys(desks)), nil
}

// touchPayer projects anew what tells cashiers what a payer is called.
func (s *Service) touchPayer(tx *store.Tx, account portal.ID) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	desks, err := cashDesks(tx, f)
	if err != nil {
		return err
	}
	for _, desk := range desks {
		if err := tx.TouchTakings(account, desk); err != nil {
			return err
		}
	}
	return nil
}

// ownMoney is what an account has at each cash desk, and all that moved there.
func ownMoney(tx *store.Tx, f *townFacts, account portal.ID) (left []OwnBalance, moved []OwnMovement, err error) {
	desks, err := cashDesks(tx, f)
	if err != nil {
		return nil, nil, err
	}
	for _, desk := range desks {
		prepaid := ledger.Prepaid(account, desk)
		all, err := tx.MovementsOf(prepaid)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range all {
			moved = append(moved, OwnMovement{At: micro(m.At), CashDesk: desk, Kind: m.Kind, Amount: m.Amount.Decimal(), Reason: m.Reason})
		}
		l, chosen, err := tx.Level(account, desk)
		if err != nil {
			return nil, nil, err
		}
		if len(all) == 0 && !chosen {
			continue
		}
		amount, err := tx.Balance(prepaid)
		if err != nil {
			return nil, nil, err
		}
		own := OwnBalance{CashDesk: desk, Amount: amount.Decimal()}
		if chosen {
			own.Level = l.Level.Decimal()
		}
		left = append(left, own)
	}
	return left, moved, nil
}
