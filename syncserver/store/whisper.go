package store

import "sync"

// longestWhisper is how much may be whispered at a time; PostgreSQL carries
// eight times as much.
const longestWhisper = 1000

// whispers are the channels that hear what other processes whisper.
type whispers struct {
	mu  sync.Mutex
	all map[chan string]bool
}

// Whisper tells the town's other processes something that may be lost, such as
// a hint that ends by itself: in no transaction and without waiting. Where a
// database is one process's own, nobody hears it.
func (s *Store) Whisper(text string) {
	if len(text) <= longestWhisper {
		s.engine.whisper(text)
	}
}

// Whispers returns a channel of what is whispered; a process hears its own
// words too. Whoever does not keep up misses some.
func (s *Store) Whispers() (ch <-chan string, stop func()) {
	c := make(chan string, 64)
	s.whispers.mu.Lock()
	defer s.whispers.mu.Unlock()
	if s.whispers.all == nil {
		s.whispers.all = map[chan string]bool{}
	}
	s.whispers.all[c] = true
	return c, func() {
		s.whispers.mu.Lock()
		defer s.whispers.mu.Unlock()
		delete(s.whispers.all, c)
	}
}

func (w *whispers) pass(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		select {
		case c <- text:
		default:
		}
	}
}
