package syncing

import (
	"context"
	"errors"
	"sync"
	"time"

	"parvis/desktop/report"
	"parvis/shared/client"
)

// How silence on the line is met. After silentAfter it is told. Then a small
// question on a connection of its own finds out whether it is the line that
// is dead or the server that is busy with this request: if the question is
// answered, the request is given up and made anew, with more patience each
// time. So a connection that died quietly costs seconds once the line is
// back, and a slow server is still waited for.
const (
	silentAfter   = 4 * time.Second
	patienceFirst = 4 * time.Second
	patienceMost  = time.Minute
	probeLimit    = 3 * time.Second
	probeEvery    = 2 * time.Second
)

// errGivenUp is the cause of a request's end when the line proved good and
// the request silent.
var errGivenUp = errors.New("syncing: no answer on a line that is good")

// flight makes one request and watches it. arrived is when the answer began.
func (e *Engine) flight(ctx context.Context, request func(context.Context) error) (arrived time.Time, err error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	w := &watch{e: e, ctx: ctx, end: end}
	w.timer = time.AfterFunc(silentAfter, w.silent)
	err = request(client.WithProgress(ctx, w.heard))
	arrived = w.stop()
	if err != nil && errors.Is(context.Cause(ctx), errGivenUp) {
		return arrived, errGivenUp
	}
	return arrived, err
}

// watch is the watch over one request.
type watch struct {
	e   *Engine
	ctx context.Context
	end context.CancelCauseFunc

	mu      sync.Mutex
	timer   *time.Timer
	first   time.Time // when the answer began
	quiet   bool      // silence has been told
	over    bool
	probing sync.WaitGroup
}

// heard is called at each sign of an answer.
func (w *watch) heard(int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	if w.first.IsZero() || w.quiet {
		w.e.heard()
	}
	if w.first.IsZero() {
		w.first = w.e.o.Clock()
	}
	w.quiet = false
	w.timer.Reset(silentAfter)
}

// stop ends the watch.
func (w *watch) stop() time.Time {
	w.mu.Lock()
	w.over = true
	w.timer.Stop()
	first := w.first
	w.mu.Unlock()
	w.end(nil)
	w.probing.Wait()
	return first
}

// silent is called once nothing has come for a while.
func (w *watch) silent() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over || w.quiet {
		return
	}
	w.quiet = true
	since := w.e.o.Clock().Add(-silentAfter)
	w.e.told(func(s *Status) { s.State, s.Since, s.Cause = Silent, since, client.NoAnswer })
	if !w.e.probing.CompareAndSwap(false, true) {
		return // the one of an earlier silence has not ended yet
	}
	w.probing.Go(func() {
		defer report.Guard()
		defer w.e.probing.Store(false)
		w.probe()
	})
}

// probe asks until the line answers, then ends the request if it is silent
// for longer than patience.
func (w *watch) probe() {
	begun := time.Now()
	for {
		ctx, cancel := context.WithTimeout(w.ctx, probeLimit)
		asked := time.Now()
		err := w.e.probe(ctx)
		cancel()
		if err == nil {
			break
		}
		if !sleep(w.ctx, time.Until(asked.Add(probeEvery/2+w.e.jitter(probeEvery)))) {
			return
		}
	}
	if !sleep(w.ctx, time.Until(begun.Add(w.e.patience()-silentAfter))) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.quiet && !w.over {
		w.end(errGivenUp)
	}
}

// sleep waits and reports whether the context is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(max(0, d))
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil // both at once: it is over
	case <-ctx.Done():
		return false
	}
}
