package service

import (
	"context"
	"maps"
	"slices"

	"parvis/shared/notices"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// RightsOf lists the types of commands that somebody may do.
func RightsOf() []string { return slices.Sorted(maps.Keys(rights)) }

// Recovery is recovery codes as an account keeps them.
func Recovery(codes ...string) string {
	hashes := []string{}
	for _, c := range codes {
		hashes = append(hashes, hashedRecovery(c))
	}
	return list(hashes)
}

// EndPayingOf is what the closing of an account does to who pays.
func (s *Service) EndPayingOf(tx *store.Tx, account portal.ID) error {
	return s.endPayingOf(tx, account)
}

// CloseInRoundsOf has a closure done in smaller rounds.
func (s *Service) CloseInRoundsOf(bookings int) { s.closedAtOnce = bookings }

// TellOfClosure is what a round of a closure tells of a booking.
func (s *Service) TellOfClosure(tx *store.Tx, closure portal.ID, b store.Booking) error {
	return teller{s, tx, closure, map[[2]portal.ID]bool{}}.tell(b, news{notices.ClosureDeclared, nil})
}

// Claim takes a payment on as the job does; Heard is what it does with the answer.
func (s *Service) Claim(ctx context.Context, id portal.ID) (p store.Payment, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		p, _, err = tx.Payment(id)
		p.Asked = tx.Now().UnixMicro()
		return err
	})
	return p, err
}

// Heard writes down what PayFiP has answered about a payment that was claimed.
func (s *Service) Heard(ctx context.Context, claimed store.Payment, r payments.Result) error {
	return s.heard(ctx, claimed, r)
}
