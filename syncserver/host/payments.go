package host

import (
	"context"
	"time"
)

const (
	paymentsEvery  = 5 * time.Second // also without being woken: for those to be asked about again
	paymentsARound = 4
)

// payments has PayFiP asked about payments as soon as there is news of one, and
// of its own accord, in every process: what one asks about, the others leave.
func (h *Host) payments(ctx context.Context, wake <-chan struct{}) {
	rounds(ctx, wake, paymentsEvery, h.Service.PaymentsDue, h.AskPayFiP)
}

// AskPayFiP does one round of asking PayFiP. The server does so by itself.
func (h *Host) AskPayFiP(ctx context.Context) (did int64, err error) {
	did, err = h.Service.AskPayFiP(ctx, paymentsARound)
	if ctx.Err() != nil {
		return did, ctx.Err()
	}
	h.metrics.job("ask_payfip", did, err)
	if err != nil {
		h.o.Log.Warn("PayFiP could not be asked about payments; it is tried again", "error", err)
	}
	return did, err
}
