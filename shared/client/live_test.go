package client

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// pipe is a listener made of net.Pipe: connections for a synctest bubble.
type pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipe() *pipe { return &pipe{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipe) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipe) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipe) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// live runs a socket's server side and opens a client's on it, in a bubble.
func live(t *testing.T, server func(*websocket.Conn)) (*Live, func()) {
	t.Helper()
	p := newPipe()
	var running sync.WaitGroup
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		up := websocket.Upgrader{}
		if r.URL.Path != wire.RouteLive || r.Header.Get("Authorization") != "Bearer secret" || r.Header.Get(wire.VersionHeader) != "1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		server(conn)
	}))
	s.Listener = p
	s.Start()
	c, err := New(Options{Address: "https://portail.example.fr", Token: func() string { return "secret" }, Dial: p.Dial})
	if err != nil {
		t.Fatal(err)
	}
	c.base = "http://portail.example.fr" // a bubble needs no certificate
	l, err := c.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l, func() { l.Close(); c.Close(); running.Wait(); s.Close() }
}

func TestAQuietSocketStaysAndADeadOneEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		l, end := live(t, func(c *websocket.Conn) {
			_ = c.WriteJSON(wire.Frame{Type: wire.FrameHello, Head: 4})
			// Pings are answered for an hour, then no more.
			c.SetPingHandler(func(data string) error {
				if time.Since(begun) < time.Hour {
					return c.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
				}
				return nil
			})
			for err := error(nil); err == nil; {
				_, _, err = c.ReadMessage()
			}
		})
		defer end()
		if f, err := l.Read(); err != nil || f.Type != wire.FrameHello || f.Head != 4 {
			t.Fatalf("%+v: %v", f, err)
		}
		_, err := l.Read()
		if took := time.Since(begun); err == nil || took < time.Hour || took > time.Hour+PingEvery+PongWait {
			t.Errorf("the socket ended after %v: %v", took, err)
		}
		if portal.CodeOf(err) != portal.NotReachable {
			t.Errorf("told as %v", err)
		}
	})
}

func TestPresenceIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan wire.Frame, 1)
		l, end := live(t, func(c *websocket.Conn) {
			var f wire.Frame
			_ = c.ReadJSON(&f)
			got <- f
			_, _, _ = c.ReadMessage()
		})
		defer end()
		id := portal.NewID()
		if err := l.Presence(id); err != nil {
			t.Fatal(err)
		}
		if f := <-got; f.Type != wire.FramePresence || f.Request != id {
			t.Errorf("%+v", f)
		}
	})
}
