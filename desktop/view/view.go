package view

import (
	"sync"
	"sync/atomic"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// View is one cache's state as screens read it. It is safe for concurrent
// use.
type View struct {
	account portal.ID // whose; "" signed out
	clock   portal.Clock
	notices *notices
	changes atomic.Uint64 // made with mu held

	mu      sync.RWMutex
	feeds   map[string]*rows
	own     *rows // the account's feed; never nil
	town    *rows // never nil
	outbox  []*command
	over    *overlay
	refused []cache.Refusal
	error   time.Duration // server's clock minus ours
	present map[portal.ID]presence

	queues queueMemo
}

type presence struct {
	names []string
	until time.Time
}

// PresenceLasts is how long the hint that somebody looks at a request stands
// without being renewed.
const PresenceLasts = 30 * time.Second

// New makes an empty view for an account, "" for the signed-out one. What
// subscribers are told goes through dispatch: fyne.Do in the program.
func New(account portal.ID, clock portal.Clock, dispatch func(func())) *View {
	v := &View{account: account, clock: clock, notices: newNotices(dispatch)}
	v.clear()
	v.over = emptyOverlay()
	return v
}

func (v *View) clear() {
	v.feeds = map[string]*rows{}
	v.own, v.town = newRows(), newRows()
	v.feeds[wire.TownFeed] = v.town
	if v.account != "" {
		v.feeds[wire.AccountFeed(v.account)] = v.own
	}
}

// Now is the server's time as far as is known: our clock, put right by the
// error that syncing has found.
func (v *View) Now() time.Time {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.now()
}

// Changes counts what has changed, for who reads before subscribing: as long as
// it stays the same nothing was missed in between.
func (v *View) Changes() uint64 { return v.changes.Load() }

func (v *View) now() time.Time { return v.clock().Add(v.error) }

// Today is the civil date of Now.
func (v *View) Today() portal.Date { return portal.DateOf(v.Now()) }

// Replace begins with all that a cache holds.
func (v *View) Replace(s cache.Snapshot) {
	decoded := decodeAll(s.Rows)
	v.mu.Lock()
	v.clear()
	for i := range s.Rows {
		v.put(&s.Rows[i], decoded[i], nil)
	}
	v.setOutbox(s.Outbox)
	v.refused = s.Refused
	v.over = v.applyPending()
	v.queues.forget()
	v.changes.Add(1)
	v.mu.Unlock()
	v.notices.tellAll()
}

// Apply carries a change of the cache over: what a pull or a frame changed,
// and the outbox and the unread refusals as they are now. What still waits is
// applied anew, and all of it is told in one notice.
func (v *View) Apply(a cache.Applied, outbox []cache.Pending, refused []cache.Refusal) {
	decoded := decodeAll(a.Changes) // before the lock: it is what takes time
	touched := topics{}
	v.mu.Lock()
	if a.Reset {
		v.clear()
		v.queues.forget()
	}
	for _, feed := range a.Dropped {
		v.drop(feed, touched)
	}
	for i := range a.Changes {
		v.put(&a.Changes[i], decoded[i], touched)
	}
	if v.setOutbox(outbox) {
		touched.add(OutboxTopic, "")
	}
	if !sameRefusals(v.refused, refused) {
		touched.add(RefusalTopic, "")
	}
	v.refused = refused
	v.reapply(touched)
	v.mu.Unlock()
	if a.Reset {
		v.notices.tellAll()
		return
	}
	v.notices.tell(touched)
}

// reapply applies what waits to the state as it is now, and notes what looks
// different for it.
func (v *View) reapply(touched topics) {
	v.changes.Add(1)
	old := v.over
	v.over = v.applyPending()
	v.over.differs(old, touched)
	for t := range touched {
		if t.Collection == wire.Queue {
			v.queues.forget()
			return
		}
	}
}

// SetClockError corrects Now by the server's clock minus ours.
func (v *View) SetClockError(d time.Duration) {
	v.mu.Lock()
	touched := topics{}
	if v.error != d {
		v.error = d
		v.reapply(touched)
		touched.add(ClockTopic, "")
	}
	v.mu.Unlock()
	v.notices.tell(touched)
}

// Tick is called now and then: days and cut-offs pass without any change of
// state.
func (v *View) Tick() {
	touched := topics{}
	touched.add(ClockTopic, "")
	v.mu.Lock()
	v.reapply(touched)
	v.mu.Unlock()
	v.notices.tell(touched)
}

// SetPresence keeps who else looks at a request; nobody ends the hint.
func (v *View) SetPresence(request portal.ID, names []string) {
	v.mu.Lock()
	if v.present == nil {
		v.present = map[portal.ID]presence{}
	}
	if len(names) == 0 {
		delete(v.present, request)
	} else {
		v.present[request] = presence{names, v.clock().Add(PresenceLasts)}
	}
	v.changes.Add(1)
	v.mu.Unlock()
	touched := topics{}
	touched.add(PresenceTopic, request)
	v.notices.tell(touched)
}

// Presence is who else looks at a request.
func (v *View) Presence(request portal.ID) []string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if p := v.present[request]; v.clock().Before(p.until) {
		return p.names
	}
	return nil
}

func sameRefusals(a, b []cache.Refusal) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID {
			return false
		}
	}
	return true
}
