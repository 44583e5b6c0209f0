package client

import (
	"context"

	"parvis/shared/wire"
)

// RecoverLogin has a forgotten login sent by mail.
func (c *Client) RecoverLogin(ctx context.Context, in wire.RecoverLogin) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteRecoveryLogin, in)
	return err
}

// RecoverPassword asks for a new password.
func (c *Client) RecoverPassword(ctx context.Context, in wire.RecoverPassword) (wire.Recovery, error) {
	return post[wire.Recovery](ctx, c, askLimit, wire.RouteRecoveryPassword, in)
}

// OpenRecovery turns the mailed code into an open reset.
func (c *Client) OpenRecovery(ctx context.Context, in wire.RecoveryCode) (wire.Reset, error) {
	return post[wire.Reset](ctx, c, askLimit, wire.RouteRecoveryCode, in)
}

// ResetPassword sets the password of an open reset, and signs in.
func (c *Client) ResetPassword(ctx context.Context, in wire.ResetPassword) (wire.Session, error) {
	in.Device = c.device(in.Device)
	return post[wire.Session](ctx, c, signLimit, wire.RouteRecoveryReset, in)
}
