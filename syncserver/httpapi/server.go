// Package httpapi is the server's face: gin routes, sign-in, errors, the
// WebSocket endpoint and the few web pages. It decodes, limits and answers;
// what is allowed and what happens is decided in service.
package httpapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/live"
	"parvis/syncserver/service"
)

// Options of a Server.
type Options struct {
	Service *service.Service
	Hub     *live.Hub
	Log     *slog.Logger
	Clock   portal.Clock
	// Ready is nil when the server can answer; it is asked by /readyz.
	Ready func(context.Context) error
	// TrustedProxies are the addresses whose word on the client's address is
	// taken; nobody's by default.
	TrustedProxies []string
	// Origins from which a browser may open the socket; none by default.
	Origins []string
	// Timeout of a request that is not a socket.
	Timeout time.Duration
	// Mails lists the mails that a demonstration shows, the newest first; nil,
	// neither its page nor its route exists.
	Mails func() []wire.DemoMail
	// Metrics observes each request.
	Metrics func(route string, status int, took time.Duration)
}

// What a watchdog asks.
const (
	routeHealth = "/healthz"
	routeReady  = "/readyz"
)

// Server is the HTTP face of a service.
type Server struct {
	o         Options
	endpoints []endpoint
	openapi   []byte
}

// New makes a server; Handler is what net/http serves.
func New(o Options) (*Server, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = 20 * time.Second
	}
	s := &Server{o: o}
	svc := o.Service
	s.endpoints = []endpoint{
		get(wire.RouteTown, "What a desktop must know before anybody signs in", func(context.Context, call) (wire.TownInfo, error) { return svc.Town(), nil }),
		post(wire.RouteSessions, "Sign in", func(ctx context.Context, c call, in wire.SignIn) (wire.Session, error) {
			return svc.SignIn(ctx, in, c.address)
		}),
		post(wire.RouteRevoke, "End a session by its revocation secret", func(ctx context.Context, _ call, in wire.Revocation) (none, error) {
			return none{}, svc.Revoke(ctx, in.Secret)
		}),
		post(wire.RouteRegistrations, "Ask for an account", func(ctx context.Context, c call, in wire.Registration) (wire.Registered, error) {
			return svc.Register(ctx, in, c.address)
		}),
		post(wire.RouteResend, "Ask for a new activation mail", func(ctx context.Context, _ call, in wire.Resend) (none, error) {
			return none{}, svc.Resend(ctx, in)
		}),
		post(wire.RouteActivationCode, "Open an activation by its mailed code", func(ctx context.Context, _ call, in wire.ActivationCode) (wire.Activation, error) {
			return svc.OpenActivation(ctx, in)
		}),
		post(wire.RouteActivationName, "Ask whether a login is free, within an activation", func(ctx context.Context, _ call, in wire.ActivationLogin) (wire.LoginFree, error) {
			return svc.LoginFree(ctx, in)
		}),
		post(wire.RouteActivations, "Set login and password, and sign in", func(ctx context.Context, _ call, in wire.Activate) (wire.Session, error) {
			return svc.Activate(ctx, in)
		}),
		post(wire.RouteActivationWin, "Sign a window in by the code a browser showed", func(ctx context.Context, _ call, in wire.WindowCode) (wire.Session, error) {
			return svc.SignInWindow(ctx, in)
		}),
		signedIn(post(wire.RouteCommands, "Send commands of an outbox", func(ctx context.Context, c call, in wire.SendCommands) (wire.CommandResults, error) {
			out, err := svc.Commands(ctx, c.actor, in, c.received)
			if err == nil && c.actor.Role.Agent() {
				o.Hub.Recheck(ctx, c.actor.Account) // a file may have been opened
			}
			return out, err
		})),
		signedIn(remove(wire.RouteSession, "Sign out", func(ctx context.Context, c call) (none, error) {
			err := svc.SignOut(ctx, c.actor)
			o.Hub.Recheck(ctx, c.actor.Account)
			return none{}, err
		})),
		signedIn(post(wire.RouteHere, "Keep the session alive: somebody was at the window", func(ctx context.Context, c call, in wire.Here) (none, error) {
			return none{}, svc.Here(ctx, c.actor, in)
		})),
		anybody(get(wire.RoutePull, "What has changed in the feeds granted now", func(ctx context.Context, c call) (wire.PullPage, error) {
			q, wrong := wire.DecodePull(c.query)
			if wrong != nil {
				return wire.PullPage{}, wrong
			}
			return svc.Pull(ctx, c.actor, q)
		})),
	}
	s.endpoints = append(s.endpoints, s.accountEndpoints()...)
	s.endpoints = append(s.endpoints, s.fileEndpoints()...)
	s.endpoints = append(s.endpoints, s.paymentEndpoints()...)
	if o.Mails != nil {
		s.endpoints = append(s.endpoints, get(wire.RouteDemoMails, "The mails of the demonstration, the newest first", func(context.Context, call) (wire.DemoMails, error) {
			return wire.DemoMails{Mails: o.Mails()}, nil
		}))
	}
	var err error
	s.openapi, err = describe(s.endpoints)
	return s, err
}

// call is what of a request an endpoint may need besides its body.
type call struct {
	actor    service.Actor
	address  string // of the client, an IPv6 one cut to its /64
	received time.Time
	query    url.Values
}

type none struct{}

// endpoint is one route of the API with the types it is described by.
type endpoint struct {
	method, path, summary string
	in, out               reflect.Type
	signedIn              bool // nobody else may call it
	anybody               bool // everybody may, and the answer depends on who does
	run                   func(ctx context.Context, c call, body []byte) (any, error)
	raw                   gin.HandlerFunc // answers by itself, in place of run
}

func post[In, Out any](path, summary string, f func(context.Context, call, In) (Out, error)) endpoint {
	return endpoint{method: http.MethodPost, path: path, summary: summary, in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](),
		run: func(ctx context.Context, c call, body []byte) (any, error) {
			var in In
			if err := wire.StrictJSON(body, &in); err != nil {
				// Only a command is kept for a newer server; here an unknown field
				// is an input mistake like any other.
				if e, ok := errors.AsType[*portal.Error](err); ok && e.Code == portal.TooNew {
					return nil, portal.E(portal.Invalid, e.Field)
				}
				return nil, err
			}
			return f(ctx, c, in)
		}}
}

func get[Out any](path, summary string, f func(context.Context, call) (Out, error)) endpoint {
	return endpoint{method: http.MethodGet, path: path, summary: summary, out: reflect.TypeFor[Out](),
		run: func(ctx context.Context, c call, _ []byte) (any, error) { return f(ctx, c) }}
}

func remove[Out any](path, summary string, f func(context.Context, call) (Out, error)) endpoint {
	e := get(path, summary, f)
	e.method = http.MethodDelete
	return e
}

func signedIn(e endpoint) endpoint { e.signedIn = true; return e }
func anybody(e endpoint) endpoint  { e.anybody = true; return e }

// Handler is all routes.
func (s *Server) Handler() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	if err := g.SetTrustedProxies(s.o.TrustedProxies); err != nil {
		return nil, err
	}
	g.HandleMethodNotAllowed = true
	g.Use(s.around)
	g.NoRoute(func(c *gin.Context) { s.problem(c, portal.E(portal.NotFound, "")) })
	g.NoMethod(func(c *gin.Context) { s.problem(c, portal.E(wrongMethod, "method")) })
	for _, e := range s.endpoints {
		answer := e.raw
		if answer == nil {
			answer = s.serve(e)
		}
		g.Handle(e.method, e.path, answer)
	}
	g.GET(wire.RouteLive, s.live)
	g.GET(wire.RouteOpenAPI, func(c *gin.Context) { c.Data(http.StatusOK, "application/json", s.openapi) })
	g.GET(routeHealth, func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	g.GET(routeReady, func(c *gin.Context) {
		if s.o.Ready != nil {
			if err := s.o.Ready(c.Request.Context()); err != nil {
				c.Header("Retry-After", "5")
				c.String(http.StatusServiceUnavailable, "not ready\n")
				return
			}
		}
		c.String(http.StatusOK, "ready\n")
	})
	if err := s.pages(g); err != nil {
		return nil, err
	}
	s.stopPage(g)
	s.calendar(g)
	s.accountPages(g)
	s.paymentPages(g)
	if s.o.Mails != nil {
		s.demoMails(g)
	}
	return g, nil
}

// around gives each request an id, an end, a line in the log, and an answer
// even when it panics.
func (s *Server) around(c *gin.Context) {
	started := time.Now()
	id := make([]byte, 8)
	rand.Read(id) //nolint:errcheck // it ends the program rather than fail
	c.Set("request", hex.EncodeToString(id))
	c.Header(wire.RequestHeader, requestID(c))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-store")
	defer func() {
		if r := recover(); r != nil {
			s.o.Log.Error("request panicked", "request", requestID(c), "route", route(c), "panic", r)
			if !c.Writer.Written() {
				s.problem(c, portal.E(portal.Internal, ""))
			}
		}
		took := time.Since(started)
		if s.o.Metrics != nil {
			s.o.Metrics(c.FullPath(), c.Writer.Status(), took)
		}
		level := slog.LevelInfo
		if c.FullPath() == routeHealth || c.FullPath() == routeReady {
			level = slog.LevelDebug // asked every few seconds, by a machine
		}
		s.o.Log.Log(c.Request.Context(), level, "request", "request", requestID(c), "method", method(c), "route", route(c),
			"status", c.Writer.Status(), "ms", took.Milliseconds())
	}()
	c.Next()
}

// route is the pattern that a request was answered by. Its path may hold
// anything that was typed, and is never logged.
func route(c *gin.Context) string {
	if r := c.FullPath(); r != "" {
		return r
	}
	return "none"
}

// method is a request's, where it is one of HTTP's own: others are whatever
// the client made up.
func method(c *gin.Context) string {
	switch m := c.Request.Method; m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

func requestID(c *gin.Context) string { return c.GetString("request") }

func (s *Server) serve(e endpoint) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
		defer cancel()
		body, err := readBody(c)
		if err != nil {
			s.problem(c, err)
			return
		}
		in := call{address: clientAddress(c), received: s.o.Clock()}
		if in.query, err = url.ParseQuery(c.Request.URL.RawQuery); err != nil {
			s.problem(c, portal.E(portal.Invalid, "query"))
			return
		}
		// Whoever signs in again may still send the token of a session that
		// has ended: only what depends on who asks looks at it.
		if token := bearer(c.Request); e.signedIn || e.anybody && token != "" {
			if in.actor, err = s.o.Service.Authenticate(ctx, token); err != nil {
				s.problem(c, err)
				return
			}
		}
		out, err := e.run(ctx, in, body)
		if err != nil {
			if ctx.Err() != nil {
				err = portal.E(portal.Unavailable, "", "seconds", "5")
			}
			s.problem(c, err)
			return
		}
		if _, empty := out.(none); empty {
			c.Status(http.StatusNoContent)
			return
		}
		if file, is := out.(download); is {
			c.Header("Content-Disposition", `attachment; filename="`+file.name+`"`)
			c.Header("Content-Type", file.kind)
			c.Status(http.StatusOK)
			if err := file.write(c.Writer); err != nil {
				s.o.Log.Warn("a file could not be written to its end", "file", file.name, "error", err)
				panic(http.ErrAbortHandler) // the half of it must not pass for the whole
			}
			return
		}
		raw, err := json.Marshal(out)
		if err != nil {
			s.problem(c, err)
			return
		}
		c.Data(http.StatusOK, "application/json", raw)
	}
}

func readBody(c *gin.Context) ([]byte, error) {
	if c.Request.Method == http.MethodGet || c.Request.Body == nil {
		return nil, nil
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, http.MaxBytesReader(c.Writer, c.Request.Body, wire.MaxBody))
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return nil, portal.E(tooLarge, "", "max", "262144")
	}
	if err != nil {
		return nil, portal.E(portal.Invalid, "")
	}
	if n > 0 && c.ContentType() != "application/json" {
		return nil, portal.E(wrongType, "content-type")
	}
	return b.Bytes(), nil
}

func bearer(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// clientAddress is by what a client is throttled: its address, of an IPv6 one
// the /64 that a household or firm has to itself.
func clientAddress(c *gin.Context) string {
	ip, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		host, _, _ := net.SplitHostPort(c.Request.RemoteAddr)
		return host
	}
	if ip = ip.Unmap(); ip.Is6() {
		p, _ := ip.Prefix(64)
		return p.String()
	}
	return ip.String()
}
