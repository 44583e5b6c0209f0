package session

import (
	"context"
	"net/url"

	"parvis/desktop/syncing"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// StartPayment asks for the page on which an account is topped up. It needs a
// line. The payment is named by whoever calls: after an error the same name asks
// for the same payment, so that nothing is started twice, and one that went on
// meanwhile is told as it stands, which may be without a page.
func (s *Session) StartPayment(ctx context.Context, payment portal.ID, cashDesk string, amount portal.Money) (wire.Payment, error) {
	c, _, err := s.signedIn()
	if err != nil {
		return wire.Payment{}, err
	}
	defer c.Close()
	out, err := c.StartPayment(ctx, wire.StartPayment{Payment: payment, CashDesk: cashDesk, Amount: amount})
	if err != nil || out.URL == "" {
		return out, err
	}
	// It is handed to the system, which opens more than pages.
	if page, wrong := url.Parse(out.URL); wrong != nil || page.Host == "" || page.Scheme != "https" && page.Scheme != "http" {
		return wire.Payment{}, portal.E(portal.Invalid, "url")
	}
	return out, nil
}

// OffLine reports whether the town hall cannot be reached, as far as is known: a
// payment cannot be started then.
func (s *Session) OffLine() bool {
	state := s.Status().State
	return state == syncing.Offline || state == syncing.Silent
}
