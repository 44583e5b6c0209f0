package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Time limits of the calls. They bound a whole call; a caller that wants to
// give up on silence sooner cancels its context (see WithProgress).
const (
	dialLimit      = 3 * time.Second // one connection: two tries of the first packet fit
	handshakeLimit = 8 * time.Second
	askLimit       = 15 * time.Second // small questions
	signLimit      = 30 * time.Second // sign-in: passwords are costly, and wait in a queue
	transferLimit  = 2 * time.Minute  // pull and push, on a poor line
	maxAnswer      = 64 << 20
)

// DialContext opens a connection; the form of net.Dialer's method.
type DialContext func(ctx context.Context, network, address string) (net.Conn, error)

// Options are what a client is made of. Only Address is needed.
type Options struct {
	Address string        // as BaseURL gives it
	Token   func() string // the session's token at this moment, "" when signed out
	Device  wire.Device   // put into what signs in
	// Town is whose portal must answer at Address, where that is not certain:
	// before it has, nothing else is sent there, no token and no password.
	Town portal.ID
	// Confirmed is told once that it has.
	Confirmed func()
	Dial      DialContext // for REST and the live socket alike
	TLS       *tls.Config
	// Transport replaces the whole transport of REST calls; the live socket
	// goes by Dial and TLS even then.
	Transport http.RoundTripper
}

// Client calls one server. It is safe for concurrent use.
type Client struct {
	options Options
	base    string
	http    *http.Client
	rest    *resty.Client

	confirmed atomic.Bool // that Options.Town answers
}

// New makes a client; the address is refused as BaseURL refuses it.
func New(o Options) (*Client, error) {
	base, err := BaseURL(o.Address)
	if err != nil {
		return nil, err
	}
	if o.Token == nil {
		o.Token = func() string { return "" }
	}
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialLimit)
		defer cancel()
		return dial(ctx, network, address)
	}
	transport := o.Transport
	if transport == nil {
		// HTTP/1 only: calls follow each other anyway, and a call that is
		// given up takes its dead connection with it, where HTTP/2 would send
		// the next one down the same hole.
		var protocols http.Protocols
		protocols.SetHTTP1(true)
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         o.Dial,
			TLSClientConfig:     o.TLS,
			TLSHandshakeTimeout: handshakeLimit,
			Protocols:           &protocols,
			MaxIdleConnsPerHost: 4,
			IdleConnTimeout:     90 * time.Second,
		}
	}
	hc := &http.Client{
		Transport: watched{transport},
		// An API does not redirect; what does is a captive portal or another
		// site, and neither is to see a token.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c := &Client{options: o, base: base, http: hc}
	c.rest = resty.NewWithClient(hc).
		SetBaseURL(base).
		SetHeader(wire.VersionHeader, strconv.Itoa(wire.Version)).
		SetHeader("Accept", "application/json").
		SetResponseBodyLimit(maxAnswer).
		SetLogger(silent{}) // its warnings would quote addresses and headers
	return c, nil
}

type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

// Base is the server's address, without a slash at its end.
func (c *Client) Base() string { return c.base }

// DropConnections closes the connections that are idle. After a line has been
// silent the next call then proves the line, not an old connection.
func (c *Client) DropConnections() { c.http.CloseIdleConnections() }

// Close frees what the client holds.
func (c *Client) Close() { c.DropConnections() }

// DemoMails are the mails of a demonstration, the newest first; in earnest
// there is no such route.
func (c *Client) DemoMails(ctx context.Context) ([]wire.DemoMail, error) {
	out, err := call[wire.DemoMails](ctx, c, askLimit, http.MethodGet, wire.RouteDemoMails, nil)
	return out.Mails, err
}

// Pull asks for what is new since a cursor.
func (c *Client) Pull(ctx context.Context, p wire.Pull) (wire.PullPage, error) {
	route := wire.RoutePull
	if q := wire.EncodePull(p).Encode(); q != "" {
		route += "?" + q
	}
	return call[wire.PullPage](ctx, c, transferLimit, http.MethodGet, route, nil)
}

// SendCommands hands commands to the server, their bytes untouched.
func (c *Client) SendCommands(ctx context.Context, outbox portal.ID, commands []wire.Envelope) (wire.CommandResults, error) {
	return call[wire.CommandResults](ctx, c, transferLimit, http.MethodPost, wire.RouteCommands, encodeCommands(outbox, commands))
}

// EnvelopeOverhead is more than what SendCommands adds to the bytes of one
// command; with it a caller keeps a batch within wire.MaxBody.
const EnvelopeOverhead = 64

// encodeCommands writes wire.SendCommands by hand: encoding/json would compact
// and escape a raw message again, and a command's bytes are its identity.
func encodeCommands(outbox portal.ID, commands []wire.Envelope) []byte {
	var b bytes.Buffer
	b.WriteString(`{"outbox":"` + string(outbox) + `","commands":[`)
	for i, e := range commands {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"number":` + strconv.FormatInt(e.Number, 10) + `,"body":`)
		b.Write(e.Body)
		b.WriteByte('}')
	}
	b.WriteString("]}")
	return b.Bytes()
}

// SignIn opens a session.
func (c *Client) SignIn(ctx context.Context, in wire.SignIn) (wire.Session, error) {
	in.Device = c.device(in.Device)
	return post[wire.Session](ctx, c, signLimit, wire.RouteSessions, in)
}

// SignOut ends the session of the token.
func (c *Client) SignOut(ctx context.Context) error {
	_, err := call[nothing](ctx, c, askLimit, http.MethodDelete, wire.RouteSession, nil)
	return err
}

// Here keeps the session alive: somebody was at the window so long ago.
func (c *Client) Here(ctx context.Context, ago time.Duration) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteHere, wire.Here{Seconds: int64(ago / time.Second)})
	return err
}

// Revoke ends a session by the secret that can only do that.
func (c *Client) Revoke(ctx context.Context, secret string) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteRevoke, wire.Revocation{Secret: secret})
	return err
}

// Register asks for an account.
func (c *Client) Register(ctx context.Context, in wire.Registration) (wire.Registered, error) {
	return post[wire.Registered](ctx, c, signLimit, wire.RouteRegistrations, in)
}

// Resend asks for the activation mail once more.
func (c *Client) Resend(ctx context.Context, in wire.Resend) error {
	_, err := post[nothing](ctx, c, askLimit, wire.RouteResend, in)
	return err
}

// OpenActivation turns the mailed code into a live activation.
func (c *Client) OpenActivation(ctx context.Context, in wire.ActivationCode) (wire.Activation, error) {
	return post[wire.Activation](ctx, c, askLimit, wire.RouteActivationCode, in)
}

// LoginFree asks within an activation whether a login is free.
func (c *Client) LoginFree(ctx context.Context, in wire.ActivationLogin) (wire.LoginFree, error) {
	return post[wire.LoginFree](ctx, c, askLimit, wire.RouteActivationName, in)
}

// Activate sets login and password, and signs in.
func (c *Client) Activate(ctx context.Context, in wire.Activate) (wire.Session, error) {
	in.Device = c.device(in.Device)
	return post[wire.Session](ctx, c, signLimit, wire.RouteActivations, in)
}

// SignInWindow signs in by the code that a browser showed.
func (c *Client) SignInWindow(ctx context.Context, in wire.WindowCode) (wire.Session, error) {
	in.Device = c.device(in.Device)
	return post[wire.Session](ctx, c, signLimit, wire.RouteActivationWin, in)
}

func (c *Client) device(d wire.Device) wire.Device {
	if d.ID == "" {
		return c.options.Device
	}
	return d
}

type nothing struct{}

func post[T any](ctx context.Context, c *Client, limit time.Duration, route string, body any) (T, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		var none T
		return none, portal.E(portal.Invalid, "")
	}
	return call[T](ctx, c, limit, http.MethodPost, route, raw)
}

// call makes one request with the session's token.
func call[T any](ctx context.Context, c *Client, limit time.Duration, method, route string, body []byte) (T, error) {
	if err := c.confirm(ctx); err != nil {
		var none T
		return none, err
	}
	return ask[T](ctx, c, limit, method, route, body, c.options.Token())
}

// ask makes one request and reads its answer. What the answer has besides
// what is known is ignored: it comes from a newer server.
func ask[T any](ctx context.Context, c *Client, limit time.Duration, method, route string, body []byte, token string) (T, error) {
	var none, out T
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var dialled atomic.Bool // written by the transport's goroutines
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { dialled.Store(true) }}
	r := c.rest.R().SetContext(httptrace.WithClientTrace(ctx, trace))
	if token != "" {
		r.SetHeader("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	answer, err := r.Execute(method, route)
	if err != nil {
		return none, lineError(ctx, err, dialled.Load())
	}
	if status := answer.StatusCode(); status < 200 || status > 299 {
		return none, problem(status, answer.Header(), answer.Body())
	}
	if _, empty := any(out).(nothing); empty {
		return out, nil
	}
	if raw, is := any(&out).(*[]byte); is {
		*raw = answer.Body()
		return out, nil
	}
	if err := json.Unmarshal(answer.Body(), &out); err != nil {
		// A page of a captive portal, say: no line to a portal.
		return none, unreachable(NotParvis, nil)
	}
	return out, nil
}

// The live socket wants the same address in its own scheme.
func (c *Client) socketURL() string {
	u, err := url.Parse(c.base)
	if err != nil {
		return "" // BaseURL has parsed it before
	}
	if u.Scheme = "wss"; c.base[:5] != "https" {
		u.Scheme = "ws"
	}
	return u.String() + wire.RouteLive
}
