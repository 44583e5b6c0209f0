package syncing

import (
	"time"
)

// The bounds within which an attempt waits for its turn: long enough for a
// server that is asked by a whole town, short enough for one person.
const (
	lineBound   = 5 * time.Second  // while no connection can be made
	serverBound = 60 * time.Second // after the server said that it cannot now
	firstBound  = time.Second
)

// backoff gives waits with full jitter: a random time up to a bound that
// doubles.
type backoff struct {
	random func() float64
	tries  int
}

func (b *backoff) next(limit time.Duration) time.Duration {
	bound := min(limit, firstBound<<min(b.tries, 10))
	b.tries++
	return time.Duration(b.random() * float64(bound))
}

func (b *backoff) reset() { b.tries = 0 }

// jitter is a random time up to a bound.
func (e *Engine) jitter(bound time.Duration) time.Duration {
	return time.Duration(e.random() * float64(bound))
}
