package wire

import "parvis/shared/portal"

// Types of commands about prepaid accounts.
const (
	BalanceLevel = "balance.level"
)

// Movements is the collection of what came to and went from an account's
// prepaid accounts, in its feed alone: ledger.Movement, with MovementKey.
const Movements = "movement"

// MovementKey is the entity of a movement: one row a ledger transaction and cash
// desk.
func MovementKey(transaction portal.ID, cashDesk string) portal.ID {
	return transaction + "/" + portal.ID(cashDesk)
}

// MostLevel is the highest level that can be chosen.
const MostLevel portal.Money = 1000_00

// ChooseLevel says below which balance at a cash desk one wants to be told; nil
// for never.
type ChooseLevel struct {
	CashDesk string        `json:"cash_desk"`
	Level    *portal.Money `json:"level,omitempty"`
}
