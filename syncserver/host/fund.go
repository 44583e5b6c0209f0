package host

import (
	"context"
	"time"
)

const (
	fundEvery  = 30 * time.Second // also without being woken: for those to be asked again
	fundARound = 10               // the fund allows twenty a second
)

// fund has the family fund asked about those who agreed to it, as soon as they
// have and in every process: whom one asks about, the others leave.
func (h *Host) fund(ctx context.Context, wake <-chan struct{}) {
	rounds(ctx, wake, fundEvery, h.Service.FundDue, h.AskFund)
}

// AskFund does one round of asking the family fund. The server does so by
// itself.
func (h *Host) AskFund(ctx context.Context) (did int64, err error) {
	did, err = h.Service.AskFund(ctx, fundARound)
	if ctx.Err() != nil {
		return did, ctx.Err()
	}
	h.metrics.job("ask_fund", did, err)
	if err != nil {
		h.o.Log.Warn("the family fund could not be asked; it is tried again", "error", err)
	}
	return did, err
}
