package client

import (
	"context"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// OtherTown says that another town's portal answers at the address.
const OtherTown Cause = "other_town"

// Town asks whose portal it is. No token goes with the question.
func (c *Client) Town(ctx context.Context) (wire.TownInfo, error) {
	info, err := ask[wire.TownInfo](ctx, c, askLimit, "GET", wire.RouteTown, nil, "")
	if err == nil && (info.Portal != "parvis" || !info.ID.Valid()) {
		return wire.TownInfo{}, unreachable(NotParvis, nil)
	}
	return info, err
}

// confirm holds every other call back until the town at the address is the
// one expected, where the options name one.
func (c *Client) confirm(ctx context.Context) error {
	if c.options.Town == "" || c.confirmed.Load() {
		return nil
	}
	info, err := c.Town(ctx)
	if err != nil {
		return err
	}
	if info.ID != c.options.Town {
		return &Error{Told: portal.E(portal.Conflict, "portal", "name", info.Name), Cause: OtherTown}
	}
	if !c.confirmed.Swap(true) && c.options.Confirmed != nil {
		c.options.Confirmed()
	}
	return nil
}
