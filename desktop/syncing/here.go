package syncing

import (
	"context"
	"time"
)

// The bounds of how often the server is told that somebody is at the window.
const (
	hereSoonest = 5 * time.Second
	hereLatest  = time.Hour
)

// hereEvery is how often it is told where a session ends after idle without
// anybody: ten times within it, so that what is still untold hardly shortens
// what the person has left.
func hereEvery(idle time.Duration) time.Duration {
	return min(max(idle/10, hereSoonest), hereLatest)
}

// Here notes that somebody is at the window. It is called at every key and
// every move of the mouse, and costs next to nothing.
func (e *Engine) Here() { e.here.Store(e.o.Clock().UnixMicro()) }

// hereIsDue reports whether somebody was there whom the server was not told
// of for long enough.
func (e *Engine) hereIsDue() bool {
	if e.o.Idle == 0 || e.here.Load() <= e.hereTold {
		return false
	}
	// A clock that was set back tells at once, and is right again after that.
	since := e.o.Clock().UnixMicro() - e.hereTold
	return since < 0 || since >= hereEvery(e.o.Idle).Microseconds()
}

// sayHere tells the server, without which it ends the session.
func (e *Engine) sayHere(ctx context.Context) error {
	if !e.hereIsDue() {
		return nil
	}
	at := e.here.Load()
	ago := max(0, e.o.Clock().Sub(time.UnixMicro(at)))
	_, err := e.flight(ctx, func(ctx context.Context) error { return e.client.Here(ctx, ago) })
	if err == nil {
		e.hereTold = e.o.Clock().UnixMicro()
	}
	return err
}
