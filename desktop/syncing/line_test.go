package syncing

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// line is a network of one line, made of net.Pipe, that can be cut, be made
// to swallow everything, and be slow.
type line struct {
	accept chan net.Conn
	done   chan struct{}
	once   sync.Once

	mu    sync.Mutex
	cut   bool          // nothing connects, and what was connected is reset
	hole  bool          // everything is swallowed, in both directions
	delay time.Duration // before each write arrives
	conns map[*leg]struct{}
	dials int
}

func newLine() *line {
	return &line{accept: make(chan net.Conn), done: make(chan struct{}), conns: map[*leg]struct{}{}}
}

func (l *line) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *line) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *line) Addr() net.Addr { return &net.UnixAddr{Name: "line"} }

func (l *line) set(cut, hole bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.hole = cut, hole
	if cut {
		for c := range l.conns {
			_ = c.Conn.Close()
		}
		clear(l.conns)
	}
}

func (l *line) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	l.mu.Lock()
	l.dials++
	cut := l.cut
	l.mu.Unlock()
	if cut {
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	}
	for l.swallows() { // the first packet is repeated
		select {
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Err: ctx.Err()}
		case <-time.After(time.Second):
		}
	}
	here, there := net.Pipe()
	select {
	case l.accept <- there:
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Err: ctx.Err()}
	case <-l.done:
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	}
	c := &leg{Conn: here, line: l}
	l.mu.Lock()
	l.conns[c] = struct{}{}
	l.mu.Unlock()
	return c, nil
}

func (l *line) swallows() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hole
}

func (l *line) dialled() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dials
}

// leg is the desktop's end of a connection. What was swallowed once stays
// lost: such a connection says nothing any more.
type leg struct {
	net.Conn
	line *line
	mu   sync.Mutex
	dead bool
}

func (c *leg) swallows() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = c.dead || c.line.swallows()
	return c.dead
}

func (c *leg) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.swallows() {
			return n, err
		}
	}
}

func (c *leg) Write(p []byte) (int, error) {
	c.line.mu.Lock()
	delay := c.line.delay
	c.line.mu.Unlock()
	if delay > 0 {
		time.Sleep(delay) // within a bubble: no time passes outside
	}
	if c.swallows() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *leg) Close() error {
	c.line.mu.Lock()
	delete(c.line.conns, c)
	c.line.mu.Unlock()
	return c.Conn.Close()
}
