package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/live"
)

const (
	pingEvery = 20 * time.Second
	pongWait  = 45 * time.Second
	writeWait = 10 * time.Second
)

// live is the socket: it only ever tells what a pull would.
func (s *Server) live(c *gin.Context) {
	token := bearer(c.Request)
	actor, err := s.o.Service.Authenticate(c.Request.Context(), token)
	if err != nil {
		s.problem(c, err)
		return
	}
	upgrader := websocket.Upgrader{
		HandshakeTimeout: writeWait, ReadBufferSize: 4096, WriteBufferSize: 16 << 10, EnableCompression: false,
		// A desktop sends no origin; a web page does, and is refused unless
		// the town listed it.
		CheckOrigin: func(r *http.Request) bool {
			origin := r.Header.Get("Origin")
			return origin == "" || slices.Contains(s.o.Origins, origin)
		},
		Error: func(_ http.ResponseWriter, _ *http.Request, status int, _ error) {
			switch status {
			case http.StatusForbidden:
				s.problem(c, portal.E(portal.Forbidden, "origin"))
			case http.StatusMethodNotAllowed:
				s.problem(c, portal.E(wrongMethod, "method"))
			default:
				s.problem(c, portal.E(portal.Invalid, "upgrade"))
			}
		},
	}
	socket, err := upgrader.Upgrade(c.Writer, c.Request, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer socket.Close()
	conn, err := s.o.Hub.Join(c.Request.Context(), actor.Account, actor.Session, actor.Name, func(ctx context.Context) ([]string, error) {
		return s.o.Service.FeedsBy(ctx, token)
	})
	if err != nil {
		return
	}
	defer s.o.Hub.Leave(conn)

	gone := make(chan struct{})
	go func() {
		defer close(gone)
		socket.SetReadLimit(wire.MaxClientFrame)
		socket.SetReadDeadline(time.Now().Add(pongWait)) //nolint:errcheck // a dead socket shows at the read
		socket.SetPongHandler(func(string) error { return socket.SetReadDeadline(time.Now().Add(pongWait)) })
		for {
			_, raw, err := socket.ReadMessage()
			if err != nil {
				return
			}
			var f wire.Frame
			if wire.StrictJSON(raw, &f) == nil && f.Type == wire.FramePresence && (f.Request == "" || s.o.Service.MayWatch(c.Request.Context(), actor, f.Request)) {
				s.o.Hub.Watch(conn, f.Request)
			}
		}
	}()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-gone:
			return
		case <-conn.Done():
			deadline := time.Now().Add(writeWait)
			sayRestart(socket, conn)
			_ = socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseTryAgainLater, ""), deadline)
			return
		case f := <-conn.Frames():
			_ = socket.SetWriteDeadline(time.Now().Add(writeWait))
			err = socket.WriteJSON(f)
		case <-ping.C:
			err = socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		}
		if err != nil {
			return
		}
	}
}

// sayRestart writes a restart that a connection's end has overtaken; whatever
// else waits, a pull brings.
func sayRestart(socket *websocket.Conn, conn *live.Conn) {
	for {
		select {
		case f := <-conn.Frames():
			if f.Type == wire.FrameRestart {
				_ = socket.SetWriteDeadline(time.Now().Add(time.Second))
				_ = socket.WriteJSON(f)
				return
			}
		default:
			return
		}
	}
}
