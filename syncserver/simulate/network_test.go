package simulate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// generator gives random numbers that belong to one thing alone, so that no
// other thing's doings change them.
func generator(seed uint64, who ...int) *rand.Rand {
	h := uint64(14695981039346656037)
	for _, n := range who {
		h = (h ^ uint64(n+1)) * 1099511628211
		h ^= h >> 29
	}
	return rand.New(rand.NewPCG(seed, h))
}

// between is a random time, to the nanosecond: no two events share an instant.
func between(r *rand.Rand, from, to time.Duration) time.Duration {
	return from + time.Duration(r.Int64N(int64(to-from)))
}

// around is a random time with this mean, mostly short and sometimes long.
func around(r *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(-math.Log(1-r.Float64())*float64(mean)) + time.Duration(r.Int64N(1_000_000))
}

// network is what lies between the desktops and the server.
type network struct {
	seed   uint64
	mu     sync.Mutex
	server *doorway // nil while no server listens
	wires  sync.WaitGroup
}

// doorway is the listener of one server.
type doorway struct {
	accept chan net.Conn
	done   chan struct{}
	once   sync.Once
}

func (n *network) listen() *doorway {
	d := &doorway{accept: make(chan net.Conn), done: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.server = d
	return d
}

func (n *network) door() *doorway {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.server
}

// Accept implements net.Listener.
func (d *doorway) Accept() (net.Conn, error) {
	select {
	case c := <-d.accept:
		return c, nil
	case <-d.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (d *doorway) Close() error { d.once.Do(func() { close(d.done) }); return nil }

// Addr implements net.Listener.
func (d *doorway) Addr() net.Addr { return address("10.0.0.1:80") }

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

// weather is how a path treats what passes.
type weather struct {
	cut  bool          // nothing connects, and what was connected is reset
	hole bool          // everything is swallowed, in both directions
	mean time.Duration // of the delay of what passes
	doom float64       // the share of connections that end in the middle of something
	loss float64       // the share of a live socket's frames that are swallowed whole
}

var fair = weather{mean: 15 * time.Millisecond}

// path is one desktop's way to the server.
type path struct {
	net   *network
	index int
	spoil func(connection int, up bool, chunk []byte) []byte // of broken rules only

	mu      sync.Mutex
	r       *rand.Rand
	weather weather

	unplugged bool     // whatever the weather
	dials     [2]int   // of calls and of sockets, which may begin in one instant
	wires     []*wires // open, in the order in which they were opened
}

// wires is one connection: two pipes, and what carries from one to the other.
type wires struct {
	path   *path
	number int
	near   net.Conn   // our end of the desktop's pipe
	far    net.Conn   // our end of the server's pipe
	losing *rand.Rand // of what comes down
	mu     sync.Mutex
	dead   bool // something was swallowed: nothing passes any more
	once   sync.Once
}

func (p *path) now() weather {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.weather
	w.cut = w.cut || p.unplugged
	return w
}

// set changes the weather.
func (p *path) set(w weather) {
	p.mu.Lock()
	p.weather = w
	p.mu.Unlock()
	if w.cut {
		p.reset()
	}
}

// reset cuts all connections, not two at one instant.
func (p *path) reset() {
	p.mu.Lock()
	open := slices.Clone(p.wires)
	p.mu.Unlock()
	for _, c := range open {
		p.mu.Lock()
		d := between(p.r, 1, time.Millisecond)
		p.mu.Unlock()
		time.Sleep(d)
		c.reset()
	}
}

func refused(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// forSocket reports whether it is called on behalf of a live socket.
func forSocket() bool {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.Contains(f.Function, "websocket") {
			return true
		}
		if !more {
			return false
		}
	}
}

// dial is a desktop's dialler.
func (p *path) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	kind := 0
	if forSocket() {
		kind = 1
	}
	p.mu.Lock()
	p.dials[kind]++
	number := 2*p.dials[kind] + kind
	p.mu.Unlock()
	r := generator(p.net.seed, p.index, number, 0)
	for {
		w := p.now()
		if err := pause(ctx, around(r, w.mean)); err != nil {
			return nil, refused(err)
		}
		if w = p.now(); w.cut {
			return nil, refused(errors.New("connection refused"))
		}
		if !w.hole {
			break
		}
		// The first packet is repeated.
		if err := pause(ctx, between(r, 900*time.Millisecond, 1100*time.Millisecond)); err != nil {
			return nil, refused(err)
		}
	}
	door := p.net.door()
	if door == nil {
		return nil, refused(errors.New("connection refused"))
	}
	desktop, near := net.Pipe()
	far, server := net.Pipe()
	c := &wires{path: p, number: number, near: near, far: far, losing: generator(p.net.seed, p.index, number, 3)}
	select {
	case door.accept <- named{server, address(fmt.Sprintf("10.0.1.%d:%d", p.index+1, 1000+number))}:
	case <-door.done:
		return nil, refused(errors.New("connection refused"))
	case <-ctx.Done():
		return nil, refused(ctx.Err())
	}
	p.mu.Lock()
	p.wires = append(p.wires, c)
	doom := [2]int{-1, -1}
	if r.Float64() < p.weather.doom {
		doom[r.IntN(2)] = r.IntN(30_000)
	}
	p.mu.Unlock()
	up, down := generator(p.net.seed, p.index, number, 1), generator(p.net.seed, p.index, number, 2)
	p.net.wires.Go(func() { c.carry(near, far, true, up, doom[0]) })
	p.net.wires.Go(func() { c.carry(far, near, false, down, doom[1]) })
	return desktop, nil
}

// named is a connection with the address of its desktop.
type named struct {
	net.Conn
	from address
}

func (n named) RemoteAddr() net.Addr { return n.from }

// parcel is what was written at one end, on its way.
type parcel struct {
	at    time.Time // when it arrives
	bytes []byte
}

// carry takes what is written at one end to the other, later, and never holds
// up who writes. doom is after how many bytes the connection breaks; below 0,
// never.
func (c *wires) carry(from, to net.Conn, up bool, r *rand.Rand, doom int) {
	way := make(chan parcel, 1<<14)
	c.path.net.wires.Go(func() { c.deliver(way, to, up, doom) })
	buffer := make([]byte, 32<<10)
	at := time.Now()
	for {
		n, err := from.Read(buffer)
		if arrives := time.Now().Add(around(r, c.path.now().mean)); arrives.After(at) {
			at = arrives
		} else {
			at = at.Add(between(r, 1, time.Millisecond)) // behind what went before
		}
		way <- parcel{at, slices.Clone(buffer[:n])}
		if err != nil {
			close(way)
			return
		}
	}
}

func (c *wires) deliver(way <-chan parcel, to net.Conn, up bool, doom int) {
	defer c.reset()
	for p := range way {
		time.Sleep(time.Until(p.at))
		if len(p.bytes) == 0 || c.swallows() {
			continue
		}
		if !up && wholeFrame(p.bytes) && c.losing.Float64() < c.path.now().loss {
			continue
		}
		chunk := p.bytes
		if doom >= 0 && len(chunk) > doom {
			chunk = chunk[:doom]
		}
		if c.path.spoil != nil {
			chunk = c.path.spoil(c.number, up, chunk)
		}
		if _, err := to.Write(chunk); err != nil {
			return
		}
		if doom >= 0 {
			if doom -= len(p.bytes); doom <= 0 {
				return
			}
		}
	}
}

// wholeFrame reports whether these are one message of a live socket: what a
// relay could lose without the connection's breaking, so that a later one does
// not begin where the desktop stands.
func wholeFrame(chunk []byte) bool {
	const text = 0x81 // and the last of its message
	if len(chunk) < 4 || chunk[0] != text {
		return false
	}
	if n := int(chunk[1]); n < 126 {
		return len(chunk) == 2+n
	}
	return chunk[1] == 126 && len(chunk) == 4+int(chunk[2])<<8+int(chunk[3])
}

func (c *wires) swallows() bool {
	hole := c.path.now().hole
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = c.dead || hole
	return c.dead
}

func (c *wires) reset() {
	c.once.Do(func() {
		_ = c.near.Close()
		_ = c.far.Close()
		c.path.mu.Lock()
		defer c.path.mu.Unlock()
		for i, other := range c.path.wires {
			if other == c {
				c.path.wires = append(c.path.wires[:i], c.path.wires[i+1:]...)
				break
			}
		}
	})
}

// storm changes the weather of a path until ctx ends, and then clears it.
func (p *path) storm(ctx context.Context, log func(string, ...any)) {
	r := generator(p.net.seed, p.index, 7)
	defer p.set(fair)
	for {
		w := weather{mean: []time.Duration{2, 15, 60, 400}[r.IntN(4)] * time.Millisecond}
		lasts := around(r, 20*time.Second)
		switch n := r.IntN(100); {
		case n < 15:
			w.cut = true
		case n < 30:
			w.hole = true
		case n < 60:
			w.doom = 0.2 + 0.7*r.Float64()
		case n < 65:
			w.mean, lasts = 3*time.Second, lasts/4
		case n < 80:
			w.loss = 0.2 + 0.6*r.Float64()
		}
		log("weather of %d: cut=%v hole=%v mean=%v doom=%.2f loss=%.2f", p.index, w.cut, w.hole, w.mean, w.doom, w.loss)
		p.set(w)
		if pause(ctx, lasts) != nil {
			return
		}
	}
}
