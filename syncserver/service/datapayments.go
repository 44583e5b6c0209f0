package service

import (
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnPayment is a payment that the account has made on line, or begun to.
type OwnPayment struct {
	At        time.Time  `json:"at"`
	Amount    string     `json:"amount"`
	State     string     `json:"state"`
	Settled   *time.Time `json:"settled,omitempty"`
	Reference string     `json:"reference"`
}

func ownPayments(tx *store.Tx, account portal.ID) (out []OwnPayment, err error) {
	made, err := tx.PaymentsOf(account)
	for _, p := range made {
		own := OwnPayment{At: micro(p.Started), Amount: p.Amount.Decimal(), State: string(p.State), Reference: p.Reference}
		if p.Settled > 0 {
			at := micro(p.Settled)
			own.Settled = &at
		}
		out = append(out, own)
	}
	return out, err
}
