// Package live knows who is connected and what they wait for. It carries what
// the feeds already hold, sooner: nothing depends on a frame arriving. A slow
// reader is cut off, never waited for.
package live

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	page        = 1000
	frameRows   = 500         // of one feed in one frame; more is a pull's work
	buffered    = 64          // frames a reader may be behind
	tick        = time.Second // covers a wake-up that was lost
	mostSockets = 20          // of one account in one process: the newest stay
)

// Source is what the hub reads: the store, seen as one table of changes.
type Source interface {
	Changes(ctx context.Context, after int64, limit int) ([]wire.Change, int64, error)
	Wake() (<-chan struct{}, func())
	// Whisper tells the hubs of the town's other processes something that may be
	// lost on the way, without waiting; Whispers is what they tell. Nil where
	// there is one process.
	Whisper(text string)
	Whispers() (<-chan string, func())
}

// Rights tells what a connection may read now; an error ends it.
type Rights func(ctx context.Context) (feeds []string, err error)

// Hub distributes changes to the connections of one server process.
type Hub struct {
	source Source
	clock  portal.Clock
	log    *slog.Logger

	mu       sync.Mutex
	conns    map[*Conn]struct{}
	last     map[string]int64 // a feed's newest change seen here
	base     int64            // the head when the hub began: older changes have no entry in last
	head     int64
	joined   int64     // connections so far
	process  portal.ID // names this hub to others
	presence map[portal.ID]map[seat]looker
	ended    bool
	here     sync.WaitGroup // those who joined and have not left
}

// New makes a hub; Run moves it.
func New(source Source, clock portal.Clock, log *slog.Logger) *Hub {
	return &Hub{
		source: source, clock: clock, log: log, conns: map[*Conn]struct{}{}, last: map[string]int64{},
		process: portal.NewID(), presence: map[portal.ID]map[seat]looker{},
	}
}

// Conn is one connected desktop.
type Conn struct {
	Account portal.ID
	Session portal.ID
	Name    string

	hub    *Hub
	number int64 // in the order of joining
	rights Rights
	asking sync.Mutex // an older answer of rights must not overwrite a newer one
	feeds  map[string]bool
	told   time.Time // when other processes last heard what it looks at
	out    chan wire.Frame
	done   chan struct{}
	once   sync.Once
}

// Frames is what the desktop is to be told, in order.
func (c *Conn) Frames() <-chan wire.Frame { return c.out }

// Done is closed when the connection is to end.
func (c *Conn) Done() <-chan struct{} { return c.done }

func (c *Conn) isEnded() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func (c *Conn) end() { c.once.Do(func() { close(c.done) }) }

// send hands a frame over or cuts the reader off.
func (c *Conn) send(f wire.Frame) {
	select {
	case c.out <- f:
	default:
		c.end()
	}
}

// Join connects a desktop. Its first frame is a hello with the head, by which
// it sees whether it must pull. Leave must be called.
func (h *Hub) Join(ctx context.Context, account, session portal.ID, name string, rights Rights) (*Conn, error) {
	c := &Conn{Account: account, Session: session, Name: name, hub: h, rights: rights, out: make(chan wire.Frame, buffered), done: make(chan struct{})}
	feeds, err := rights(ctx)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return nil, portal.E(portal.Unavailable, "", "seconds", "5")
	}
	h.makeRoom(account)
	h.here.Add(1)
	c.feeds = set(feeds)
	h.joined++
	c.number = h.joined
	h.conns[c] = struct{}{}
	c.send(wire.Frame{Type: wire.FrameHello, Head: h.head})
	return c, nil
}

// makeRoom cuts off an account's oldest socket where it has as many as it may.
func (h *Hub) makeRoom(account portal.ID) {
	var oldest *Conn
	n := 0
	for c := range h.conns {
		if c.Account != account || c.isEnded() {
			continue
		}
		if n++; oldest == nil || c.number < oldest.number {
			oldest = c
		}
	}
	if n >= mostSockets {
		oldest.end()
	}
}

func set(feeds []string) map[string]bool {
	m := make(map[string]bool, len(feeds))
	for _, f := range feeds {
		m[f] = true
	}
	return m
}

// Leave forgets a connection.
func (h *Hub) Leave(c *Conn) {
	c.end()
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, joined := h.conns[c]; !joined {
		return
	}
	defer h.here.Done()
	delete(h.conns, c)
	h.watch(c, "")
}

// Wait waits, after Run has ended, until all have left or ctx ends.
func (h *Hub) Wait(ctx context.Context) {
	left := make(chan struct{})
	go func() { h.here.Wait(); close(left) }()
	select {
	case <-left:
	case <-ctx.Done():
	}
}

// Count is how many are connected.
func (h *Hub) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// Prime notes the head from which changes are told. It comes before the first
// Join.
func (h *Hub) Prime(ctx context.Context) error {
	_, head, err := h.source.Changes(ctx, 1<<62, 1)
	h.mu.Lock()
	h.base, h.head = head, head
	h.mu.Unlock()
	return err
}

// Run distributes until ctx ends, then cuts everybody off.
func (h *Hub) Run(ctx context.Context) error {
	wake, stop := h.source.Wake()
	defer stop()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	heard, deaf := h.source.Whispers()
	defer deaf()
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() { h.keepAsking(ctx) })
	for {
		select {
		case <-ctx.Done():
			h.mu.Lock()
			h.ended = true
			for c := range h.conns {
				c.end()
			}
			h.mu.Unlock()
			return nil
		case <-wake:
		case <-ticker.C:
			h.endPresence()
		case text := <-heard:
			h.hear(text)
			continue
		}
		if err := h.distribute(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("changes could not be read for the sockets", "error", err)
		}
	}
}

// distribute reads what is new once and hands it to all who may read it.
func (h *Hub) distribute(ctx context.Context) error {
	for {
		h.mu.Lock()
		after := h.head
		h.mu.Unlock()
		changes, head, err := h.source.Changes(ctx, after, page)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return nil
		}
		to := head
		if len(changes) == page {
			to = changes[len(changes)-1].Seq
		}
		byFeed := map[string][]wire.Change{}
		for _, c := range changes {
			byFeed[c.Feed] = append(byFeed[c.Feed], c)
		}
		h.mu.Lock()
		for _, feed := range slices.Sorted(maps.Keys(byFeed)) { // in an order that a simulation replays
			list := byFeed[feed]
			from, seen := h.last[feed]
			if !seen {
				from = h.base
			}
			h.last[feed] = list[len(list)-1].Seq
			frame := wire.Frame{Type: wire.FrameFeed, Feed: feed, From: from, To: to, Changes: list}
			if len(list) > frameRows {
				frame = wire.Frame{Type: wire.FramePull}
			}
			for c := range h.conns {
				if c.feeds[feed] {
					c.send(frame)
				}
			}
		}
		h.head = to
		h.mu.Unlock()
		if to >= head {
			return nil
		}
	}
}

// Restart tells every desktop to come back after a random wait of its own, so
// that they do not all come at once.
func (h *Hub) Restart(wait func() time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range slices.SortedFunc(maps.Keys(h.conns), func(a, b *Conn) int { return cmp.Compare(a.number, b.number) }) {
		c.send(wire.Frame{Type: wire.FrameRestart, Wait: int(wait().Milliseconds())})
	}
}
