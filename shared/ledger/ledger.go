// Package ledger holds the rules of money: what a day costs and why, and a
// double-entry ledger of integer cents in which every transaction sums to
// zero and nothing is ever changed. It is pure.
package ledger

import (
	"fmt"

	"parvis/shared/portal"
)

// Band is a run of family quotients with one price; To is within, and nil
// means without end.
type Band struct {
	From  int          `json:"from"`
	To    *int         `json:"to,omitempty"`
	Price portal.Money `json:"price"`
}

// Tariff is the price of one activity from a day on, until the next tariff.
type Tariff struct {
	ID       portal.ID    `json:"id"`
	Activity portal.ID    `json:"activity"`
	From     portal.Date  `json:"from"`
	Bands    []Band       `json:"bands"`   // rising; the last one is the top
	Outside  portal.Money `json:"outside"` // for families from outside the town
	Decision string       `json:"decision"`
}

// Payer is what of an account fixes its prices.
type Payer struct {
	Resident  bool       `json:"resident"`
	Quotients []Quotient `json:"quotients"`
}

// Price is what a day costs, with the reasons a line can tell.
type Price struct {
	Amount   portal.Money `json:"amount"`
	Tariff   portal.ID    `json:"tariff"`
	Band     int          `json:"band,omitempty"`     // its number, from 1; 0 from outside
	Bands    int          `json:"bands,omitempty"`    // of so many
	Quotient *Quotient    `json:"quotient,omitempty"` // nil: none that serves, so the top band
	Outside  bool         `json:"outside,omitempty"`
}

// NoTariff means that the town has not fixed a price for that day.
const NoTariff portal.Code = "no_tariff"

// PriceOf is the price of a day at an activity for a payer. A payer without a
// known quotient pays the top band, never nothing.
func PriceOf(tariffs []Tariff, activity portal.ID, day portal.Date, p Payer) (Price, *portal.Error) {
	var best *Tariff
	for i, t := range tariffs {
		if t.Activity == activity && t.From <= day && (best == nil || t.From > best.From) {
			best = &tariffs[i]
		}
	}
	if best == nil || len(best.Bands) == 0 {
		return Price{}, portal.E(NoTariff, "day")
	}
	out := Price{Tariff: best.ID}
	if !p.Resident {
		out.Amount, out.Outside = best.Outside, true
		return out, nil
	}
	out.Quotient = QuotientOn(p.Quotients, day)
	out.Band, out.Bands = bandOf(best.Bands, out.Quotient), len(best.Bands)
	out.Amount = best.Bands[out.Band-1].Price
	return out, nil
}

// Entry is one leg of a transaction on a ledger account.
type Entry struct {
	Account string       `json:"account"`
	Amount  portal.Money `json:"amount"`
}

// Prepaid is the ledger account of a payer at a cash desk.
func Prepaid(payer portal.ID, cashDesk string) string {
	return "prepaid:" + cashDesk + ":" + string(payer)
}

// Revenue is the ledger account of what an activity earns.
func Revenue(activity portal.ID) string { return "revenue:" + string(activity) }

// Opening is the ledger account against which balances were taken over.
func Opening(cashDesk string) string { return "opening:" + cashDesk }

// Debit is the entries of a booking.
func Debit(payer portal.ID, cashDesk string, activity portal.ID, price portal.Money) []Entry {
	return []Entry{{Prepaid(payer, cashDesk), -price}, {Revenue(activity), price}}
}

// Reverse is the credit of a transaction on its original legs.
func Reverse(entries []Entry) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = Entry{e.Account, -e.Amount}
	}
	return out
}

// Check says whether entries may be written: at least two, summing to zero.
func Check(entries []Entry) error {
	var sum portal.Money
	for _, e := range entries {
		sum += e.Amount
	}
	if len(entries) < 2 || sum != 0 {
		return fmt.Errorf("ledger: %d entries sum to %s", len(entries), sum.Decimal())
	}
	return nil
}
