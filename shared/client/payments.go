package client

import (
	"context"

	"parvis/shared/wire"
)

// StartPayment starts a payment and tells how it stands, with the page on which
// it is paid; sent again it tells of the same one.
func (c *Client) StartPayment(ctx context.Context, in wire.StartPayment) (wire.Payment, error) {
	return post[wire.Payment](ctx, c, signLimit, wire.RoutePayments, in)
}
