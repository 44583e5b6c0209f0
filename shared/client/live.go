package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The rhythm of a live socket: a ping each PingEvery, and a socket on which
// nothing was heard for PingEvery and PongWait is taken for dead.
const (
	PingEvery = 20 * time.Second
	PongWait  = 8 * time.Second

	writeLimit   = 5 * time.Second
	maxLiveFrame = 4 << 20 // more than the server sends; a pull brings it instead
)

// Live is an open live socket. Read is for one goroutine; the rest may be
// called from any.
type Live struct {
	conn  *websocket.Conn
	write sync.Mutex
	once  sync.Once
	done  chan struct{}
	pings sync.WaitGroup
}

// Live opens the live socket.
func (c *Client) Live(ctx context.Context) (*Live, error) {
	if err := c.confirm(ctx); err != nil {
		return nil, err
	}
	header := http.Header{wire.VersionHeader: {strconv.Itoa(wire.Version)}}
	if token := c.options.Token(); token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	d := websocket.Dialer{
		NetDialContext:   c.options.Dial,
		Proxy:            http.ProxyFromEnvironment,
		TLSClientConfig:  c.options.TLS,
		HandshakeTimeout: handshakeLimit,
	}
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	conn, answer, err := d.DialContext(ctx, c.socketURL(), header)
	if err != nil {
		if answer == nil {
			return nil, lineError(ctx, err, false)
		}
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
		_ = answer.Body.Close()
		return nil, problem(answer.StatusCode, answer.Header, body)
	}
	conn.SetReadLimit(maxLiveFrame)
	l := &Live{conn: conn, done: make(chan struct{})}
	l.heard()
	conn.SetPongHandler(func(string) error { l.heard(); return nil })
	conn.SetPingHandler(func(data string) error {
		l.heard()
		_ = conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeLimit))
		return nil
	})
	l.pings.Go(l.ping)
	return l, nil
}

func (l *Live) heard() { _ = l.conn.SetReadDeadline(time.Now().Add(PingEvery + PongWait)) }

func (l *Live) ping() {
	every := time.NewTicker(PingEvery)
	defer every.Stop()
	for {
		select {
		case <-l.done:
			return
		case now := <-every.C:
			// A ping that cannot be written shows as a read that ends.
			if l.conn.WriteControl(websocket.PingMessage, nil, now.Add(writeLimit)) != nil {
				_ = l.conn.Close()
				return
			}
		}
	}
}

// Read waits for the next frame. Its error ends the socket.
func (l *Live) Read() (wire.Frame, error) {
	kind, raw, err := l.conn.ReadMessage()
	if err != nil {
		return wire.Frame{}, unreachable(NoLine, err)
	}
	l.heard()
	var f wire.Frame
	if kind != websocket.TextMessage || json.Unmarshal(raw, &f) != nil {
		return wire.Frame{}, unreachable(NotParvis, nil)
	}
	return f, nil
}

// Presence tells that a request is being looked at.
func (l *Live) Presence(request portal.ID) error {
	l.write.Lock()
	defer l.write.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(writeLimit))
	return l.conn.WriteJSON(wire.Frame{Type: wire.FramePresence, Request: request})
}

// Close ends the socket and what runs for it; a Read that waits returns.
func (l *Live) Close() {
	l.once.Do(func() {
		close(l.done)
		_ = l.conn.WriteControl(websocket.CloseMessage,
			websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(100*time.Millisecond))
		_ = l.conn.Close()
	})
	l.pings.Wait()
}
