// Package hosttest runs a whole server for tests: the demo town on either
// engine, with a clock that stands still and passwords that cost nothing. At
// the end of each test it checks the invariants.
package hosttest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// Clock is a clock that a test sets.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Start is when the tests' clock begins: a quiet Monday morning of term.
var Start = portal.Date("2026-11-16").At(8, 0)

// NewClock makes one that stands at Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now is the time it shows.
func (c *Clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

// Set moves it to an instant, also backwards.
func (c *Clock) Set(t time.Time) { c.mu.Lock(); c.now = t; c.mu.Unlock() }

// Add moves it on.
func (c *Clock) Add(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

// Plain is a Hasher that costs nothing, for tests and simulations only.
type Plain struct{}

// Hash implements service.Hasher.
func (Plain) Hash(_ context.Context, kind accounts.Kind, password string) (string, error) {
	return "plain:" + string(kind) + ":" + password, nil
}

// Verify implements service.Hasher.
func (Plain) Verify(_ context.Context, kind accounts.Kind, password, phc string) (bool, bool, error) {
	return phc == "plain:"+string(kind)+":"+password, false, nil
}

// Server is a running server with the demo town.
type Server struct {
	*host.Host
	Clock *Clock
	URL   string
	DSN   string
	t     testing.TB
	http  *http.Client
	mu    sync.Mutex
	desks []*Desk
}

// town is the demo town as it begins: what each test starts with.
var town = storetest.Prepare(func(dsn string) error {
	h, err := host.Open(context.Background(), Options(dsn, NewClock()))
	if err != nil {
		return err
	}
	return h.Close(context.Background())
})

// Each runs a test on both engines.
func Each(t *testing.T, test func(t *testing.T, s *Server)) {
	t.Helper()
	EachDSN(t, func(t *testing.T, dsn string) { test(t, New(t, dsn)) })
}

// EachDSN is Each for tests that open the server themselves.
func EachDSN(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	town.EachDSN(t, test)
}

// Options are those of the hosts that tests run, with the demo town.
func Options(dsn string, clock *Clock) host.Options {
	return host.Options{
		DSN: dsn, Clock: clock.Now, Hasher: Plain{}, StartingCredit: demo.StartingCredit, PublicURL: "http://portail.exemple",
		Log: slog.New(slog.DiscardHandler), Demo: demo.Tell(), Grace: 5 * time.Second,
		Prepare: seed,
	}
}

// seed writes the town where there is none. One that is there is of this very
// program, so that no newer procedures are looked for.
func seed(ctx context.Context, st *store.Store, svc *service.Service) error {
	var there []store.Fact
	if err := st.Read(ctx, func(tx *store.Tx) (err error) {
		there, err = tx.Facts(wire.Towns)
		return err
	}); err != nil || len(there) > 0 {
		return err
	}
	_, err := demo.Seed(ctx, st, svc, Plain{}, false)
	return err
}

// New starts a server on a database and on loopback. It ends with the test,
// after the invariants were checked.
func New(t testing.TB, dsn string) *Server { t.Helper(); return NewWith(t, dsn, nil) }

// NewWith is New with options changed.
func NewWith(t testing.TB, dsn string, change func(*host.Options)) *Server {
	t.Helper()
	clock := NewClock()
	s := &Server{Clock: clock, DSN: dsn, t: t, http: &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	o := Options(dsn, clock)
	var err error
	if o.Files, err = files.OpenFolder(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	o.Prepare = nil
	if change != nil {
		change(&o)
	}
	if o.Prepare == nil {
		o.Prepare = seed
		town.Fill(t, dsn)
	}
	if s.Host, err = host.Open(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "http://" + l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Check()
		s.http.CloseIdleConnections()
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// Later checks all, and lets years pass: what was acknowledged until now need not
// be in the log any more, which forgets verdicts.
func (s *Server) Later(years, days int) {
	s.t.Helper()
	s.Check()
	s.mu.Lock()
	for _, d := range s.desks {
		d.known = nil
	}
	s.mu.Unlock()
	now := s.Clock.Now()
	s.Clock.Add(now.AddDate(years, 0, days).Sub(now))
	s.Housekeep(context.Background())
}

// Check fails the test when anything contradicts the invariants: the server's
// own, and that all it acknowledged to the desks is there.
func (s *Server) Check() {
	s.t.Helper()
	s.mu.Lock()
	var known []Acknowledged
	for _, d := range s.desks {
		known = append(known, d.known...)
	}
	s.mu.Unlock()
	forgotten, err := Forgotten(context.Background(), s.Store, known)
	if err != nil {
		s.t.Error(err)
	}
	for _, f := range forgotten {
		s.t.Errorf("acknowledged: %s", f)
	}
	found, err := s.Service.Contradictions(context.Background())
	if err != nil {
		s.t.Error(err)
	}
	for _, c := range found {
		s.t.Errorf("invariant: %s", c)
	}
}

// Desk is somebody at a computer: a client with an outbox.
type Desk struct {
	*client.Client
	Session wire.Session
	Outbox  portal.ID
	number  int64
	known   []Acknowledged
	t       testing.TB
	cursor  wire.Cursor
	// Rows is what has reached this computer, by feed, collection and entity.
	Rows map[[3]string]string
}

// SignIn signs a person of the demo town in on a computer of its own; an
// agent by the name of one.
func (s *Server) SignIn(login string) *Desk {
	s.t.Helper()
	password, otp := demo.FamilyPassword, ""
	for _, a := range s.Service.Town().Demo.Accounts {
		if a.Login == login {
			password, otp = a.Password, a.OTP
		}
	}
	d := s.Anonymous()
	in, err := d.Client.SignIn(context.Background(), wire.SignIn{Login: login, Password: password, OTP: otp, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		s.t.Fatalf("%s cannot sign in: %v", login, err)
	}
	d.Session = in
	return d
}

// Anonymous is a computer at which nobody has signed in.
func (s *Server) Anonymous() *Desk {
	s.t.Helper()
	d := &Desk{Outbox: portal.NewID(), t: s.t, Rows: map[[3]string]string{}}
	var err error
	d.Client, err = client.New(client.Options{Address: s.URL, Token: func() string { return d.Session.Token }})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(d.Client.Close)
	s.mu.Lock()
	s.desks = append(s.desks, d)
	s.mu.Unlock()
	return d
}

// Envelope numbers a command of the desk's outbox.
func (d *Desk) Envelope(kind string, args any, needs ...portal.ID) (portal.ID, wire.Envelope) {
	d.t.Helper()
	id := portal.NewID()
	body, err := wire.NewCommand(id, kind, args, needs...)
	if err != nil {
		d.t.Fatal(err)
	}
	d.number++
	return id, wire.Envelope{Number: d.number, Body: body}
}

// Do sends one command and returns its verdict.
func (d *Desk) Do(kind string, args any) wire.Verdict {
	d.t.Helper()
	_, e := d.Envelope(kind, args)
	out, err := d.SendCommands(context.Background(), d.Outbox, []wire.Envelope{e})
	if err != nil {
		d.t.Fatalf("%s: %v", kind, err)
	}
	return out.Verdicts[0]
}

// Must is Do for what has to be accepted.
func (d *Desk) Must(kind string, args any) {
	d.t.Helper()
	if v := d.Do(kind, args); !v.Accepted {
		d.t.Fatalf("%s is refused: %v", kind, v.Error)
	}
}

// Refused is Do for what has to be refused with a code.
func (d *Desk) Refused(code portal.Code, kind string, args any) {
	d.t.Helper()
	if v := d.Do(kind, args); v.Accepted || v.Error == nil || v.Error.Code != code {
		d.t.Fatalf("%s ends as accepted=%v %v, not %s", kind, v.Accepted, v.Error, code)
	}
}

// Catch pulls until everything is here.
func (d *Desk) Catch() {
	d.t.Helper()
	for {
		page, err := d.Pull(context.Background(), wire.Pull{Cursor: d.cursor})
		if err != nil {
			d.t.Fatal(err)
		}
		if page.Reset {
			clear(d.Rows)
		}
		for _, c := range page.Changes {
			key := [3]string{c.Feed, c.Collection, string(c.Entity)}
			if c.Deleted {
				delete(d.Rows, key)
			} else {
				d.Rows[key] = string(c.Body)
			}
		}
		d.cursor = page.Cursor
		if page.Complete {
			for key := range d.Rows {
				if _, granted := page.Cursor.Feeds[key[0]]; !granted {
					delete(d.Rows, key)
				}
			}
			return
		}
	}
}

// In lists the bodies of a collection here, whatever the feed, by entity.
func (d *Desk) In(collection string) map[string]string {
	out := map[string]string{}
	for key, body := range d.Rows {
		if key[1] == collection && !strings.HasPrefix(key[0], "file:") {
			out[key[2]] = body
		}
	}
	return out
}

// Child is the id of a linked child by its first name.
func (d *Desk) Child(first string) portal.ID {
	d.t.Helper()
	d.Catch()
	for id, body := range d.In(wire.Children) {
		if strings.Contains(body, `"first_name":"`+first+`"`) {
			return portal.ID(id)
		}
	}
	d.t.Fatalf("no child %s here", first)
	return ""
}

// Waiting is a request of an account that waits at the childhood's desk, for
// tests that need one to look at and nothing in it.
func (s *Server) Waiting(account portal.ID) portal.ID {
	s.t.Helper()
	r := store.Request{
		ID: portal.NewID(), Account: account, Procedure: "fiche-enfant", Version: 1, Desk: string(accounts.Childhood), State: string(requests.Submitted),
		Person: "Ousmane Diallo", Submitted: s.Clock.Now().UnixMicro(), Answers: "{}",
	}
	r.Reference = string(r.ID)
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.InsertRequest(r); err != nil {
			return err
		}
		return tx.AddRequestEvent(r.ID, string(requests.EventSubmitted), account, "")
	}); err != nil {
		s.t.Fatal(err)
	}
	return r.ID
}
