package syncing

import (
	"sync"

	"parvis/shared/wire"
)

// What the loop is told by other goroutines.
type (
	kicked      struct{} // something waits in the outbox
	tryNow      struct{} // a person asks; nothing waits for its turn
	signedIn    struct{} // there is a new token
	watching    struct{} // what is looked at has changed
	socketOpen  struct{ s *socket }
	socketEnded struct {
		s   *socket
		err error
	}
	socketFrame struct {
		s *socket
		f wire.Frame
	}
)

// A socket whose frames the loop does not get to read is caught up with by a
// pull.
const maxFrames = 512

// mailbox is an ordered queue with one reader, whose writers never wait.
type mailbox struct {
	mu     sync.Mutex
	queue  []any
	frames int
	ring   chan struct{}
}

func newMailbox() *mailbox { return &mailbox{ring: make(chan struct{}, 1)} }

func (m *mailbox) post(what any) {
	m.mu.Lock()
	if f, ok := what.(socketFrame); ok {
		if m.frames++; m.frames > maxFrames {
			what = socketFrame{f.s, wire.Frame{Type: wire.FramePull}}
			if last, ok := m.queue[len(m.queue)-1].(socketFrame); ok && last.f.Type == wire.FramePull {
				what = nil
			}
		}
	}
	if what != nil {
		m.queue = append(m.queue, what)
	}
	m.mu.Unlock()
	select {
	case m.ring <- struct{}{}:
	default:
	}
}

// take gives all there is, in order.
func (m *mailbox) take() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.queue
	m.queue, m.frames = nil, 0
	return q
}
