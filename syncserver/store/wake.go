package store

import "sync"

// wakes are the channels that hear of commits.
type wakes struct {
	mu  sync.Mutex
	all map[chan struct{}]bool
}

// Wake returns a channel that receives after each commit of this process and,
// on PostgreSQL, of any other; several commits may be told as one. A wake-up
// from another process can be lost: a timer of the reader's covers that.
func (s *Store) Wake() (ch <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	s.wakes.mu.Lock()
	defer s.wakes.mu.Unlock()
	if s.wakes.all == nil {
		s.wakes.all = map[chan struct{}]bool{}
	}
	s.wakes.all[c] = true
	return c, func() {
		s.wakes.mu.Lock()
		defer s.wakes.mu.Unlock()
		delete(s.wakes.all, c)
	}
}

func (w *wakes) ring() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		select {
		case c <- struct{}{}:
		default: // it has one waiting already
		}
	}
}
