package syncing

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The rhythm of the loop.
const (
	tickEvery    = 5 * time.Second  // looks after sleep and hints
	sleptAfter   = 15 * time.Second // between two ticks: the machine was asleep
	pollLive     = 10 * time.Minute // with a live socket, in case it deceives
	pollDeaf     = 30 * time.Second // without one
	pollPublic   = 30 * time.Second
	holdFor      = time.Hour // for what the server is too old for
	helloWithin  = 2 * time.Second
	presenceFor  = 30 * time.Second
	watchEvery   = 10 * time.Second
	contactEvery = 5 * time.Minute // how often hearing the socket is kept as contact
)

// loop is what only the loop's goroutine touches, atomics aside.
type loop struct {
	cursor wire.Cursor
	stage  *stage // pages of a pull that was broken off

	mark      int64 // the highest number the server has told to be decided
	batch     int   // how many commands go at once
	heldUntil time.Time

	due       time.Time // of the next round; zero: none, until somebody asks
	hold      time.Time // no round before, unless a person asks
	line      backoff
	server    backoff
	ended     bool // the session, by the server
	synced    bool // once since the start
	sock      *socket
	sockDue   time.Time
	sockWait  backoff
	head      int64 // of the server's sequence, as the socket's hello told
	present   map[portal.ID]time.Time
	contacted time.Time // last contact kept in the cache
	clock     clockError
	forgive   int   // new outboxes since a round that went well
	hereTold  int64 // when the server was last told of somebody there, microseconds

	sockets     sync.WaitGroup // their goroutines
	here        atomic.Int64   // when somebody was last there, microseconds
	patienceNow atomic.Int64
	probing     atomic.Bool
}

// begin prepares the loop from what the cache holds.
func (e *Engine) begin(s cache.Snapshot) {
	e.cursor = s.Cursor
	e.batch = wire.MaxBatch
	e.line.random, e.server.random, e.sockWait.random = e.random, e.random, e.random
	e.present = map[portal.ID]time.Time{}
	e.contacted = s.LastContact
	e.hereTold = e.o.Clock().UnixMicro() // signing in told it
	e.patienceNow.Store(int64(patienceFirst))
}

func (e *Engine) patience() time.Duration { return time.Duration(e.patienceNow.Load()) }

// run is the loop.
func (e *Engine) run(ctx context.Context) {
	defer e.sockets.Wait()
	defer e.hangUp()
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	e.due = time.Now()
	wall, mono, watched := e.wall(), time.Now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.mail.ring:
		case <-timer.C:
		case <-tick.C:
		}
		// Whatever woke the loop, it looks at everything, always in this order,
		// and nothing that it has looked at wakes it again.
		drain(e.mail.ring)
		drain(tick.C)
		for _, what := range e.mail.take() {
			e.receive(what)
		}
		now := time.Now()
		if now.Sub(mono) >= tickEvery {
			// Depending on the system the steady clock stops in a sleep, or the
			// tick comes late: either shows.
			if now.Sub(mono) > sleptAfter || e.wall().Sub(wall) > sleptAfter {
				e.woke(now)
			}
			wall, mono = e.wall(), now
			e.fade(now)
			if e.hereIsDue() && e.line.tries == 0 && e.server.tries == 0 {
				e.soon(now)
			}
		}
		if now.Sub(watched) >= watchEvery {
			watched = now
			e.sayWatched()
		}
		if e.roundIsDue(now) {
			e.round(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		e.callUp(ctx)
		e.report()
		timer.Reset(e.untilNext(time.Now()))
	}
}

// drain empties a channel that rings.
func drain[T any](c <-chan T) {
	select {
	case <-c:
	default:
	}
}

// wall is the wall clock without the steady reading, which stops in a sleep.
func (e *Engine) wall() time.Time { return e.o.Clock().Round(0) }

// receive takes what another goroutine posted.
func (e *Engine) receive(what any) {
	now := time.Now()
	switch m := what.(type) {
	case kicked:
		// Off line, the round that is due comes soon enough; else at once.
		if e.line.tries == 0 && e.server.tries == 0 {
			e.soon(now)
		}
	case tryNow:
		e.hold, e.heldUntil = time.Time{}, time.Time{}
		e.soon(now)
	case signedIn:
		e.ended = false
		e.hold = time.Time{}
		e.soon(now)
	case watching:
		e.sayWatched()
	case socketOpen:
		if m.s == e.sock {
			e.sockWait.reset()
			e.told(func(s *Status) { s.Live = true })
			e.soon(now.Add(helloWithin)) // sooner by its hello
			e.sayWatched()
		}
	case socketEnded:
		if m.s == e.sock {
			e.socketEnded(m.err, now)
		}
	case socketFrame:
		if m.s == e.sock {
			e.frame(m.f, now)
		}
	}
}

// soon has a round made at a time, or before.
func (e *Engine) soon(at time.Time) {
	if e.due.IsZero() || at.Before(e.due) {
		e.due = at
	}
}

func (e *Engine) roundIsDue(now time.Time) bool {
	return !e.ended && !e.due.IsZero() && !now.Before(e.due) && !now.Before(e.hold)
}

func (e *Engine) untilNext(now time.Time) time.Duration {
	next := e.due
	if next.Before(e.hold) {
		next = e.hold
	}
	if e.ended || e.due.IsZero() {
		return time.Hour
	}
	if e.wantsSocket() && e.sockDue.Before(next) {
		next = e.sockDue
	}
	// Never a busy loop, whatever was computed.
	return max(next.Sub(now), time.Millisecond)
}

// woke is called when the machine has slept: connections are not to be
// trusted, and nothing waits for its turn.
func (e *Engine) woke(now time.Time) {
	e.client.DropConnections()
	e.hangUp()
	e.line.reset()
	e.hold = time.Time{}
	e.soon(now)
}

// fade ends the hints that were not renewed.
func (e *Engine) fade(now time.Time) {
	for id, until := range e.present {
		if !now.Before(until) {
			delete(e.present, id)
			e.sink.SetPresence(id, nil)
		}
	}
}

// round sends what waits and pulls what is new, and decides when the next
// round is due.
func (e *Engine) round(ctx context.Context) {
	begun := time.Now()
	e.due = time.Time{}
	err := e.findLine(ctx)
	if err == nil {
		err = e.sayHere(ctx)
	}
	if err == nil {
		err = e.push(ctx)
	}
	if err == nil {
		err = e.pull(ctx)
	}
	if err == nil && e.unsent() {
		err = e.push(ctx) // what was done meanwhile, or is to be sent anew
		if err == nil {
			err = e.pull(ctx)
		}
	}
	if ctx.Err() != nil {
		return
	}
	now := time.Now()
	if err == nil {
		e.roundWentWell(now)
		return
	}
	e.roundFailed(err, begun, now)
}

func (e *Engine) roundWentWell(now time.Time) {
	back := e.line.tries > 0 || e.server.tries > 0
	e.line.reset()
	e.server.reset()
	e.synced, e.forgive = true, 0
	e.tellFiles()
	if len(e.waitingFiles()) > 0 {
		e.files.wake(back)
	}
	e.patienceNow.Store(int64(patienceFirst))
	every := pollDeaf
	switch {
	case e.o.Public:
		every = pollPublic
	case e.sock != nil && e.sock.open.Load():
		every = pollLive
	}
	e.soon(now.Add(every/2 + e.jitter(every/2)))
	e.told(func(s *Status) {
		s.State, s.Percent, s.Since, s.Cause, s.Error, s.RetryAt = UpToDate, 0, time.Time{}, "", nil, time.Time{}
	})
}

// roundFailed tells what is the matter, and when to try again.
func (e *Engine) roundFailed(err error, begun, now time.Time) {
	var ce *client.Error
	var wait time.Duration
	told := &portal.Error{Code: portal.CodeOf(err)}
	errors.As(err, &told)
	state := Trouble
	switch {
	case errors.Is(err, errGivenUp):
		// The line is good and the server slow: at once, with more patience and
		// less to send.
		e.patienceNow.Store(int64(min(2*e.patience(), patienceMost)))
		e.batch = max(1, e.batch/4)
		e.hangUp()
		e.soon(now)
		return
	case !errors.As(err, &ce):
		wait = e.server.next(serverBound)
	case ce.Cause == client.OtherTown:
		state, wait = Offline, serverBound
	case told.Code == portal.Unauthorized:
		state, e.ended = SignedOut, true
		e.hangUp()
	case told.Code == portal.TooNew:
		state, wait = Outdated, holdFor
	case told.Code == portal.NotReachable:
		// The wait is counted from the attempt's beginning: one that took its
		// time has waited already.
		state, wait = Offline, e.line.next(lineBound)-now.Sub(begun)
		e.hangUp()
		e.client.DropConnections()
	case ce.Status < 500 && told.Code != portal.Throttled:
		wait = e.server.next(serverBound)
	default:
		if state, wait = Busy, e.server.next(serverBound); ce.RetryAfter > 0 {
			// It wins; a part of it more keeps those who were told the same apart.
			wait = ce.RetryAfter + e.jitter(ce.RetryAfter/4)
			e.hold = now.Add(wait)
		}
	}
	if !e.ended {
		e.soon(now.Add(max(0, wait)))
	}
	retry := e.o.Clock().Add(max(0, wait))
	since := e.o.Clock().Add(-now.Sub(begun))
	e.told(func(s *Status) {
		if s.Since.IsZero() || s.State != Offline && s.State != Silent {
			s.Since = since
		}
		s.State, s.Error, s.RetryAt, s.Cause = state, told, retry, ""
		if ce != nil {
			s.Cause = ce.Cause
		}
	})
	if state == SignedOut {
		e.o.Dispatch(e.o.SignedOut)
	}
}

// told changes the status.
func (e *Engine) told(change func(*Status)) { e.board.set(change) }

// report brings the parts of the status up to date that follow from the
// loop's own state.
func (e *Engine) report() {
	now := time.Now()
	live := e.sock != nil && e.sock.open.Load()
	was := e.board.status()
	held := was.Held
	if held != nil && !now.Before(e.heldUntil) {
		held = nil
	}
	if was.Live != live || was.Held != held {
		e.told(func(s *Status) { s.Live, s.Held = live, held })
	}
}

// working tells that something is under way, where it will take a moment or
// somebody waits for it: an empty pull in between is nobody's concern. Who is
// off line stays so until something is heard.
func (e *Engine) working(percent int) {
	e.told(func(s *Status) {
		if s.State == UpToDate || s.State == Working {
			s.State, s.Percent = Working, percent
		}
	})
}

// heard tells that the server answers.
func (e *Engine) heard() {
	e.told(func(s *Status) {
		if s.State == Silent || s.State == Offline {
			s.State, s.Percent, s.Since, s.Cause, s.Error, s.RetryAt = Working, 0, time.Time{}, "", nil, time.Time{}
		}
	})
}
