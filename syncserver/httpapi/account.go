package httpapi

import (
	"context"
	"io"

	"parvis/shared/wire"
)

// accountEndpoints are the routes by which people keep their own account.
func (s *Server) accountEndpoints() []endpoint {
	svc, hub := s.o.Service, s.o.Hub
	return []endpoint{
		post(wire.RouteRecoveryLogin, "Have a forgotten login sent by mail", func(ctx context.Context, c call, in wire.RecoverLogin) (none, error) {
			return none{}, svc.RecoverLogin(ctx, in, c.address)
		}),
		post(wire.RouteRecoveryPassword, "Ask for a new password", func(ctx context.Context, c call, in wire.RecoverPassword) (wire.Recovery, error) {
			return svc.RecoverPassword(ctx, in, c.address)
		}),
		post(wire.RouteRecoveryCode, "Open a reset by its mailed code", func(ctx context.Context, _ call, in wire.RecoveryCode) (wire.Reset, error) {
			return svc.OpenRecovery(ctx, in)
		}),
		post(wire.RouteRecoveryReset, "Set a new password, end all sessions, and sign in", func(ctx context.Context, _ call, in wire.ResetPassword) (wire.Session, error) {
			out, err := svc.ResetPassword(ctx, in)
			if err == nil {
				hub.Recheck(ctx, out.Account.ID)
			}
			return out, err
		}),
		signedIn(post(wire.RouteAccountPassword, "Set another password, and end all other sessions", func(ctx context.Context, c call, in wire.ChangePassword) (wire.PasswordChanged, error) {
			out, err := svc.ChangePassword(ctx, c.actor, in, c.address)
			hub.Recheck(ctx, c.actor.Account)
			return out, err
		})),
		signedIn(post(wire.RouteAccountMail, "Ask for another mail address", func(ctx context.Context, c call, in wire.ChangeMail) (wire.MailChange, error) {
			return svc.ChangeMail(ctx, c.actor, in, c.address)
		})),
		signedIn(post(wire.RouteAccountMailCode, "Confirm a new mail address by its mailed code", func(ctx context.Context, c call, in wire.MailCode) (none, error) {
			return none{}, svc.ConfirmMail(ctx, c.actor, in)
		})),
		signedIn(post(wire.RouteAccountMailStop, "Give a change of mail address up", func(ctx context.Context, c call, _ wire.StopMailChange) (none, error) {
			return none{}, svc.StopMailChange(ctx, c.actor)
		})),
		signedIn(get(wire.RouteAccountSessions, "The devices on which one is signed in", func(ctx context.Context, c call) (wire.OpenSessions, error) {
			return svc.OpenSessions(ctx, c.actor)
		})),
		signedIn(post(wire.RouteAccountEnd, "End the session of another device", func(ctx context.Context, c call, in wire.EndSession) (none, error) {
			err := svc.EndSession(ctx, c.actor, in)
			hub.Recheck(ctx, c.actor.Account)
			return none{}, err
		})),
		signedIn(get(wire.RouteAccountData, "All that is kept of the account, as a ZIP", func(ctx context.Context, c call) (download, error) {
			all, err := svc.Data(ctx, c.actor, ownPage)
			if err != nil {
				return download{}, err
			}
			return download{"application/zip", "donnees.zip", func(w io.Writer) error { return all.Write(ctx, w) }}, nil
		})),
		signedIn(post(wire.RouteAccountClose, "Close the account after some days", func(ctx context.Context, c call, in wire.CloseAccount) (wire.AccountClosing, error) {
			out, err := svc.CloseAccount(ctx, c.actor, in, c.address)
			hub.Recheck(ctx, c.actor.Account)
			return out, err
		})),
		signedIn(post(wire.RouteAddresses, "Suggest postal addresses", func(ctx context.Context, c call, in wire.AddressQuery) (wire.AddressesFound, error) {
			return svc.SuggestAddresses(ctx, c.actor, in)
		})),
		signedIn(post(wire.RouteTownSearch, "Look for families among all requests of one's desks", func(ctx context.Context, c call, in wire.TownQuery) (wire.TownFound, error) {
			return svc.SearchTown(ctx, c.actor, in)
		})),
		signedIn(post(wire.RouteClosurePreview, "What a closure would cancel", func(ctx context.Context, c call, in wire.DeclareClosure) (wire.ClosurePreview, error) {
			return svc.PreviewClosure(ctx, c.actor, in)
		})),
	}
}

// download is an answer that is a file, written as it is made.
type download struct {
	kind, name string
	write      func(io.Writer) error
}
