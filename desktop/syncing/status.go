package syncing

import (
	"sync"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/client"
	"parvis/shared/portal"
)

// State is what the line at the foot of the window says.
type State string

// The states.
const (
	UpToDate  State = "up_to_date"
	Working   State = "working"    // sending, or catching up; Percent
	Silent    State = "silent"     // a line, and no answer on it so far; Since
	Offline   State = "offline"    // no line; Since, Cause
	Busy      State = "busy"       // the server says that it cannot now; RetryAt
	SignedOut State = "signed_out" // the server has ended the session
	Outdated  State = "outdated"   // server and program no longer speak the same; Error
	Trouble   State = "trouble"    // this computer's own: a full disk, say; Error
)

// Status is the truth about the line.
type Status struct {
	State   State
	Percent int       // of Working
	Since   time.Time // since when it is Silent or Offline
	Cause   client.Cause
	Error   *portal.Error
	RetryAt time.Time // when the next attempt is due, unless somebody asks before

	LastContact time.Time       // zero: never
	Live        bool            // the live socket is open
	Waiting     []cache.Pending // what the server has not decided, in order
	Refused     int             // unread refusals
	Held        *Held           // nil mostly; see there
	ClockError  time.Duration   // server's clock minus ours
	Uploads     []Uploading     // files on their way, in order
}

// Held is a command that the server cannot read: it is too old for it. It is
// kept, and those behind it with it, and offered again at Until.
type Held struct {
	Command portal.ID
	Until   time.Time
}

// board keeps the status and tells its observers, each with at most one
// notice under way.
type board struct {
	dispatch func(func())

	mu   sync.Mutex
	now  Status
	subs map[*observer]struct{}
}

type observer struct {
	f    func(Status)
	due  bool
	gone bool
}

func (b *board) status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *board) observe(f func(Status)) (cancel func()) {
	o := &observer{f: f}
	b.mu.Lock()
	b.subs[o] = struct{}{}
	b.mu.Unlock()
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		o.gone = true
		delete(b.subs, o)
	}
}

// set changes the status and has the observers told of what it is by then.
func (b *board) set(change func(*Status)) {
	var due []*observer
	b.mu.Lock()
	change(&b.now)
	for o := range b.subs {
		if !o.due {
			o.due = true
			due = append(due, o)
		}
	}
	b.mu.Unlock()
	for _, o := range due {
		b.dispatch(func() {
			b.mu.Lock()
			o.due = false
			s, gone := b.now, o.gone
			b.mu.Unlock()
			if !gone {
				o.f(s)
			}
		})
	}
}
