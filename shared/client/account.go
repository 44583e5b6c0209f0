package client

import (
	"context"
	"io"
	"net/http"
	"time"

	"parvis/shared/portal"
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

// ChangePassword sets another password.
func (c *Client) ChangePassword(ctx context.Context, in wire.ChangePassword) (wire.PasswordChanged, error) {
	return post[wire.PasswordChanged](ctx, c, signLimit, wire.RouteAccountPassword, in)
}

// ChangeMail asks for another mail address.
func (c *Client) ChangeMail(ctx context.Context, in wire.ChangeMail) (wire.MailChange, error) {
	return post[wire.MailChange](ctx, c, signLimit, wire.RouteAccountMail, in)
}

// ConfirmMail confirms it by the mailed code.
func (c *Client) ConfirmMail(ctx context.Context, in wire.MailCode) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteAccountMailCode, in)
	return err
}

// StopMailChange gives it up.
func (c *Client) StopMailChange(ctx context.Context) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteAccountMailStop, wire.StopMailChange{})
	return err
}

// OpenSessions lists the devices on which the account is signed in.
func (c *Client) OpenSessions(ctx context.Context) (wire.OpenSessions, error) {
	return call[wire.OpenSessions](ctx, c, askLimit, http.MethodGet, wire.RouteAccountSessions, nil)
}

// EndSession ends the session of another device.
func (c *Client) EndSession(ctx context.Context, session portal.ID) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteAccountEnd, wire.EndSession{Session: session})
	return err
}

// silence is how long a long answer may bring nothing before it is given up.
const silence = 45 * time.Second

// OwnData writes all that is kept of the account, as a ZIP with the documents:
// as much as it is, and as long as anything comes. What was written before an
// error is of no use.
func (c *Client) OwnData(ctx context.Context, to io.Writer) error {
	ctx, moves, end := WatchTransfer(ctx, silence)
	defer end()
	var unwritten error
	err := c.stream(WithProgress(ctx, moves.Moved), http.MethodGet, wire.RouteAccountData, http.Header{"Accept": {"application/zip"}}, nil, 0, func(answer *http.Response) (error, error) {
		_, err := io.Copy(writing{to, &unwritten}, answer.Body)
		return nil, err
	})
	if unwritten != nil {
		return unwritten
	}
	return err
}

// writing keeps apart what goes wrong here from what goes wrong on the line.
type writing struct {
	to    io.Writer
	wrong *error
}

func (w writing) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil {
		*w.wrong = err
	}
	return n, err
}

// CloseAccount closes the account after some days.
func (c *Client) CloseAccount(ctx context.Context, password string) (wire.AccountClosing, error) {
	return post[wire.AccountClosing](ctx, c, signLimit, wire.RouteAccountClose, wire.CloseAccount{Password: password})
}

// Addresses suggests how a postal address goes on.
func (c *Client) Addresses(ctx context.Context, text string) (wire.AddressesFound, error) {
	return post[wire.AddressesFound](ctx, c, askLimit, wire.RouteAddresses, wire.AddressQuery{Text: text})
}

// PreviewClosure asks what a closure would cancel.
func (c *Client) PreviewClosure(ctx context.Context, d wire.DeclareClosure) (wire.ClosurePreview, error) {
	return post[wire.ClosurePreview](ctx, c, askLimit, wire.RouteClosurePreview, d)
}

// SearchPayers looks, for a cashier, for who pays at a cash desk.
func (c *Client) SearchPayers(ctx context.Context, cashDesk, text string) (wire.TownFound, error) {
	return post[wire.TownFound](ctx, c, askLimit, wire.RouteTownSearch, wire.TownQuery{Text: text, CashDesk: cashDesk})
}

// SearchTown looks for families among all requests of an agent's desks.
func (c *Client) SearchTown(ctx context.Context, text string) (wire.TownFound, error) {
	return post[wire.TownFound](ctx, c, askLimit, wire.RouteTownSearch, wire.TownQuery{Text: text})
}
