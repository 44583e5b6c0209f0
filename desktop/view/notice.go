package view

import (
	"sync"

	"parvis/shared/portal"
)

// Topics besides the collections of package wire.
const (
	OutboxTopic   = "outbox"   // what waits
	RefusalTopic  = "refusal"  // the unread refusals
	PresenceTopic = "presence" // who looks at a request; its key
	ClockTopic    = "clock"    // time has passed, or was put right
	FileTopic     = "file"     // a family's file; the account's id is its key
)

// Topic is something that a screen shows: a collection, or the part of it
// that its key names. The keys are: of bookings and enrolments the child, of
// balances the cash desk, of queues the desk, of messages and appointments the request, of what is taken of a day and of a desk's list the service, of head counts the site, of
// places left the activity, and of anything else the entity.
type Topic struct {
	Collection string
	Key        portal.ID // "": all of it
}

// Notice says what has changed since the last one.
type Notice struct {
	// All says that everything may have changed.
	All    bool
	Topics []Topic
}

// topics gathers what a change touches.
type topics map[Topic]struct{}

func (t topics) add(collection string, key portal.ID) {
	if t != nil {
		t[Topic{collection, key}] = struct{}{}
	}
}

// notices tells subscribers. Each has at most one notice under way, which
// gathers what changes until it is delivered.
type notices struct {
	dispatch func(func())

	mu   sync.Mutex
	subs map[Topic]map[*subscriber]struct{}
	all  map[*subscriber]struct{}
}

type subscriber struct {
	topics  []Topic
	f       func(Notice)
	waiting topics // nil when no notice is under way
	every   bool
	gone    bool
}

func newNotices(dispatch func(func())) *notices {
	return &notices{dispatch: dispatch, subs: map[Topic]map[*subscriber]struct{}{}, all: map[*subscriber]struct{}{}}
}

// Subscribe has f called, through the dispatcher, after any of the topics has
// changed. The function it returns ends that: called on the goroutine that
// the dispatcher runs on, f is never called again.
func (v *View) Subscribe(f func(Notice), on ...Topic) (cancel func()) {
	n := v.notices
	s := &subscriber{topics: on, f: f}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all[s] = struct{}{}
	for _, t := range on {
		if n.subs[t] == nil {
			n.subs[t] = map[*subscriber]struct{}{}
		}
		n.subs[t][s] = struct{}{}
	}
	return func() { n.unsubscribe(s) }
}

func (n *notices) unsubscribe(s *subscriber) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s.gone = true
	delete(n.all, s)
	for _, t := range s.topics {
		if delete(n.subs[t], s); len(n.subs[t]) == 0 {
			delete(n.subs, t)
		}
	}
}

// tell notes what has changed for whoever shows it.
func (n *notices) tell(touched topics) {
	var due []*subscriber
	n.mu.Lock()
	for t := range touched {
		for s := range n.subs[t] {
			due = s.note(t, due)
		}
		if t.Key != "" {
			for s := range n.subs[Topic{Collection: t.Collection}] {
				due = s.note(t, due)
			}
		}
	}
	n.mu.Unlock()
	n.deliver(due)
}

func (n *notices) tellAll() {
	var due []*subscriber
	n.mu.Lock()
	for s := range n.all {
		due = s.note(Topic{}, due)
		s.every = true
	}
	n.mu.Unlock()
	n.deliver(due)
}

// note gathers a topic, and has the subscriber join those due when no notice
// of theirs is under way.
func (s *subscriber) note(t Topic, due []*subscriber) []*subscriber {
	if s.waiting == nil {
		s.waiting = topics{}
		due = append(due, s)
	}
	if t != (Topic{}) {
		s.waiting[t] = struct{}{}
	}
	return due
}

func (n *notices) deliver(due []*subscriber) {
	for _, s := range due {
		n.dispatch(func() {
			n.mu.Lock()
			notice := Notice{All: s.every}
			for t := range s.waiting {
				notice.Topics = append(notice.Topics, t)
			}
			gone := s.gone
			s.waiting, s.every = nil, false
			n.mu.Unlock()
			if !gone {
				s.f(notice)
			}
		})
	}
}
