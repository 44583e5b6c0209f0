package ledger

import (
	"fmt"
	"strings"

	"parvis/shared/portal"
)

// Entry is one leg of a transaction on a ledger account.
type Entry struct {
	Account string       `json:"account"`
	Amount  portal.Money `json:"amount"`
}

// Prepaid is the ledger account of a payer at a cash desk.
func Prepaid(payer portal.ID, cashDesk string) string {
	return "prepaid:" + cashDesk + ":" + string(payer)
}

// PrepaidOf is whose prepaid account a ledger account is, and at which cash desk;
// false for any other.
func PrepaidOf(account string) (payer portal.ID, cashDesk string, ok bool) {
	parts := strings.SplitN(account, ":", 3)
	if len(parts) != 3 || parts[0] != "prepaid" {
		return "", "", false
	}
	return portal.ID(parts[2]), parts[1], true
}

// Revenue is the ledger account of what an activity earns.
func Revenue(activity portal.ID) string { return "revenue:" + string(activity) }

// Opening is the ledger account against which balances were taken over.
func Opening(cashDesk string) string { return "opening:" + cashDesk }

// Bank is the ledger account of what PayFiP has taken for a cash desk.
func Bank(cashDesk string) string { return "bank:" + cashDesk }

// TopUp is the entries of a payment that came in.
func TopUp(payer portal.ID, cashDesk string, amount portal.Money) []Entry {
	return []Entry{{Prepaid(payer, cashDesk), amount}, {Bank(cashDesk), -amount}}
}

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
