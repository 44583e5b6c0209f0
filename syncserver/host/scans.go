package host

import (
	"context"
	"time"
)

const (
	scansEvery = 30 * time.Second // also without being woken: for those to be asked about again
	scanARound = 10
)

// scans has the scanner asked about documents that were sent, as soon as they
// are and in every process: what one asks about, the others leave.
func (h *Host) scans(ctx context.Context, wake <-chan struct{}) {
	rounds(ctx, wake, scansEvery, h.Service.ScansDue, h.Scan)
}

// Scan does one round of asking the scanner. The server does so by itself.
func (h *Host) Scan(ctx context.Context) (did int64, err error) {
	did, err = h.Service.ScanSome(ctx, scanARound, h.o.Scan)
	if ctx.Err() != nil {
		return did, ctx.Err()
	}
	h.metrics.job("scan_documents", did, err)
	if err != nil {
		h.o.Log.Warn("documents could not be looked at for viruses; it is tried again", "error", err)
	}
	return did, err
}
