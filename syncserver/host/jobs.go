package host

import (
	"context"
	"time"

	"parvis/syncserver/store"
)

const (
	jobsEvery = time.Minute
	// How long what is no longer needed is kept.
	keepRegistrations = 2 * 24 * time.Hour
	keepSessions      = 91 * 24 * time.Hour
	keepThrottles     = 24 * time.Hour
	keepMails         = 30 * 24 * time.Hour
)

// jobs does the regular housekeeping: each round is one short write, so that
// nothing of it grows with the town.
func (h *Host) jobs(ctx context.Context) error {
	ticker := time.NewTicker(jobsEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := h.Store.Write(ctx, func(tx *store.Tx) error {
			before := func(d time.Duration) int64 { return tx.Now().Add(-d).UnixMicro() }
			for _, f := range []func() error{
				func() error { return h.Service.CloseFiles(tx) },
				func() error { return tx.DropRegistrations(before(keepRegistrations)) },
				func() error { return tx.DropSessions(before(keepSessions)) },
				func() error { return tx.DropThrottles(before(keepThrottles)) },
				func() error { return tx.DropMails(before(keepMails)) },
			} {
				if err := f(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && ctx.Err() == nil {
			h.o.Log.Warn("housekeeping failed and will be tried again", "error", err)
		}
	}
}
