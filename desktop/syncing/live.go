package syncing

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/report"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// socketBound bounds the wait before a live socket is tried again: without
// one, pulls go on.
const socketBound = time.Minute

// socket is one live socket, from the call to its end. Its goroutines only
// carry: what is read is posted, what is to be said comes by out.
type socket struct {
	open atomic.Bool
	out  chan portal.ID
	stop context.CancelFunc
}

// wantsSocket reports whether a live socket is lacking and may be tried:
// behind a round that went well, so that whoever is off line makes one
// attempt, not two.
func (e *Engine) wantsSocket() bool {
	return !e.o.Public && !e.ended && e.sock == nil && e.synced &&
		e.line.tries == 0 && e.server.tries == 0 && e.patience() == patienceFirst
}

// callUp opens a live socket where one is due.
func (e *Engine) callUp(ctx context.Context) {
	if !e.wantsSocket() || time.Now().Before(e.sockDue) {
		return
	}
	ctx, stop := context.WithCancel(ctx)
	s := &socket{out: make(chan portal.ID, 16), stop: stop}
	e.sock = s
	e.sockets.Go(func() {
		defer report.Guard()
		live, err := e.client.Live(ctx)
		if err != nil {
			e.mail.post(socketEnded{s, err})
			return
		}
		s.open.Store(true)
		e.mail.post(socketOpen{s})
		e.sockets.Go(func() {
			defer report.Guard()
			s.write(ctx, live)
		})
		for {
			f, err := live.Read()
			if err != nil {
				stop()
				e.mail.post(socketEnded{s, err})
				return
			}
			e.mail.post(socketFrame{s, f})
		}
	})
}

// write says what is to be said, and closes the socket when it is over.
func (s *socket) write(ctx context.Context, live *client.Live) {
	defer live.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case request := <-s.out:
			if live.Presence(request) != nil {
				return
			}
		}
	}
}

// hangUp ends the live socket.
func (e *Engine) hangUp() {
	if e.sock == nil {
		return
	}
	e.sock.stop()
	e.sock, e.head = nil, 0
	e.told(func(s *Status) { s.Live = false })
}

// socketEnded looks for the truth: a socket that ends may be a line that is
// gone. A planned restart has told when to come back.
func (e *Engine) socketEnded(err error, now time.Time) {
	was := e.sock.open.Load()
	e.hangUp()
	wait := e.sockWait.next(socketBound)
	var ce *client.Error
	if errors.As(err, &ce) && ce.RetryAfter > 0 {
		wait = ce.RetryAfter + e.jitter(ce.RetryAfter/4)
	}
	if e.sockDue = now.Add(wait); e.sockDue.Before(e.hold) {
		e.sockDue = e.hold
	}
	if was {
		e.soon(now.Add(e.jitter(firstBound)))
	}
	if portal.CodeOf(err) == portal.Unauthorized {
		e.soon(now) // a pull tells it for certain, and to the person
	}
}

// sayWatched tells what this person looks at.
func (e *Engine) sayWatched() {
	if e.sock == nil || !e.sock.open.Load() {
		return
	}
	e.mu.Lock()
	var requests []portal.ID
	for id := range e.watched {
		requests = append(requests, id)
	}
	e.mu.Unlock()
	slices.Sort(requests)
	for _, id := range requests {
		select {
		case e.sock.out <- id:
		default: // it is said again in a moment
		}
	}
}

// frame takes a frame of the live socket.
func (e *Engine) frame(f wire.Frame, now time.Time) {
	e.told(func(s *Status) { s.LastContact = e.Now() })
	switch f.Type {
	case wire.FrameHello:
		// From here on nothing is missed; what came before is pulled.
		e.head = f.Head
		e.soon(now)
	case wire.FramePull:
		e.soon(now)
	case wire.FrameFeed:
		e.feedFrame(f, now)
	case wire.FramePresence:
		if len(f.Names) == 0 {
			delete(e.present, f.Request)
		} else {
			e.present[f.Request] = now.Add(presenceFor)
		}
		e.sink.SetPresence(f.Request, f.Names)
	case wire.FrameRestart:
		// Each is told a delay of its own, so that not all come back at once.
		e.hold = now.Add(time.Duration(max(0, f.Wait)) * time.Millisecond)
		e.sockDue = e.hold
	}
}

// feedFrame applies what the socket brings, where nothing lies between.
func (e *Engine) feedFrame(f wire.Frame, now time.Time) {
	at, granted := e.cursor.Feeds[f.Feed]
	apply, pull := f.Applies(at)
	if !granted || pull {
		e.soon(now)
		return
	}
	if !apply {
		return
	}
	changes := make([]wire.Change, 0, len(f.Changes))
	for _, ch := range f.Changes {
		if ch.Feed == "" {
			ch.Feed = f.Feed
		}
		if ch.Seq > at {
			changes = append(changes, ch)
		}
	}
	done := false
	err := e.change(func() (cache.Applied, error) {
		var err error
		if done, err = e.cache.ApplyFrame(f); !done {
			return cache.Applied{}, err
		}
		return cache.Applied{Changes: changes}, nil
	})
	if err != nil || !done {
		e.soon(now) // a pull finds out, and tells
		return
	}
	e.cursor.Feeds[f.Feed] = f.To
}
