package httpapi

import (
	"context"

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
	}
}
