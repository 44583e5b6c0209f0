package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a server and a client on it, with a token.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	c, err := New(Options{Address: s.URL, Token: func() string { return "secret" },
		Device: wire.Device{ID: portal.NewID(), Name: "test"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); s.Close() })
	return c
}

func TestARequestIntroducesItself(t *testing.T) {
	var seen http.Header
	var query string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen, query = r.Header, r.URL.RawQuery
		_, _ = io.WriteString(w, `{"complete":true,"time":5,"wings":2}`)
	})
	page, err := c.Pull(t.Context(), wire.Pull{Cursor: wire.Cursor{Epoch: "e", Feeds: map[string]int64{"town": 3}}})
	if err != nil || !page.Complete || page.Time != 5 {
		t.Fatalf("%+v: %v", page, err)
	}
	if seen.Get("Authorization") != "Bearer secret" || seen.Get(wire.VersionHeader) != "1" || query != "at=town%403&epoch=e" {
		t.Errorf("asked with %v %s", seen, query)
	}
}

func TestACommandsBytesAreNotTouched(t *testing.T) {
	// Spaces, an escape that encoding/json would not write, and characters
	// that it would escape.
	raw := `{"id": "x",  "type":"request.refuse", "args":{"reason":"\u0041 < b & é"}}`
	var got wire.SendCommands
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := wire.StrictJSON(body, &got); err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(wire.CommandResults{Mark: 8})
	})
	outbox := portal.NewID()
	result, err := c.SendCommands(t.Context(), outbox, []wire.Envelope{{Number: 7, Body: []byte(raw)}, {Number: 8, Body: []byte(`{}`)}})
	if err != nil || result.Mark != 8 {
		t.Fatalf("%+v: %v", result, err)
	}
	if got.Outbox != outbox || len(got.Commands) != 2 || got.Commands[0].Number != 7 || string(got.Commands[0].Body) != raw {
		t.Errorf("arrived as %+v", got)
	}
}

func TestProblemsAreTold(t *testing.T) {
	for name, tc := range map[string]struct {
		status  int
		problem string // "" sends a page of HTML instead
		retry   string
		want    Error
	}{
		"a gap":         {409, `{"code":"gap","mark":12}`, "", Error{Told: portal.E(portal.Gap, ""), Status: 409, Mark: 12}},
		"a field":       {422, `{"code":"invalid","field":"mail","args":{"max":"3"}}`, "", Error{Told: portal.E(portal.Invalid, "mail", "max", "3"), Status: 422}},
		"busy":          {503, `{"code":"unavailable"}`, "7", Error{Told: portal.E(portal.Unavailable, ""), Status: 503, RetryAfter: 7 * time.Second}},
		"a fault":       {500, `{"code":"internal","request":"r9"}`, "", Error{Told: portal.E(portal.Internal, ""), Status: 500, Request: "r9"}},
		"a proxy":       {502, "", "-1", Error{Told: portal.E(portal.Unavailable, ""), Status: 502}},
		"no session":    {401, "", "", Error{Told: portal.E(portal.Unauthorized, ""), Status: 401}},
		"too old":       {426, "", "", Error{Told: portal.E(portal.TooNew, ""), Status: 426}},
		"another site":  {404, "", "", Error{Told: portal.E(portal.NotReachable, "", "cause", "not_parvis"), Status: 404, Cause: NotParvis}},
		"a login page":  {302, "", "", Error{Told: portal.E(portal.NotReachable, "", "cause", "not_parvis"), Status: 302, Cause: NotParvis}},
		"a hotel":       {200, "", "", Error{Told: portal.E(portal.NotReachable, "", "cause", "not_parvis"), Cause: NotParvis}},
		"an odd answer": {429, `{"code":""}`, "4", Error{Told: portal.E(portal.Throttled, "", "seconds", "4"), Status: 429, RetryAfter: 4 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tc.retry)
				w.Header().Set("Location", "/elsewhere")
				body := "<html>hello"
				if tc.problem != "" {
					w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
					body = tc.problem
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, body)
			})
			_, err := c.Town(t.Context())
			var e *Error
			var told *portal.Error
			if !errors.As(err, &e) || !errors.As(err, &told) {
				t.Fatalf("%v is no client error", err)
			}
			if !reflect.DeepEqual(*e, tc.want) {
				t.Errorf("%+v (%v), not %+v", *e, e.Told, tc.want)
			}
			if _, err = c.Live(t.Context()); tc.status != 200 && portal.CodeOf(err) != tc.want.Told.Code {
				t.Errorf("the socket tells %v", err)
			}
		})
	}
}

func TestWhyThereIsNoServer(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell what this test wants
	secure.StartTLS()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	defer secure.Close()
	defer silent.Close()
	to := func(address string) DialContext {
		return func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	}
	for name, tc := range map[string]struct {
		dial    DialContext
		want    Cause
		dialled bool
	}{
		"no line": {func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: io.EOF}
		}, NoLine, false},
		"an unsafe one": {to(secure.Listener.Addr().String()), UnsafeCert, false},
		"plain http":    {to(plain.Listener.Addr().String()), NotParvis, false},
		"resolver down": {func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{IsTemporary: true}}
		}, NoLine, false},
	} {
		_, err := Options{Dial: tc.dial}.Probe(t.Context(), "portail.example.fr")
		var e *Error
		if !errors.As(err, &e) || e.Cause != tc.want || portal.CodeOf(err) != portal.NotReachable || e.Dialled != tc.dialled {
			t.Errorf("%s: %v (%+v)", name, err, e)
		}
	}
	dns := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}
	}
	_, err = Options{Dial: dns}.Probe(t.Context(), "portail.example.fr")
	var e *Error
	if want := map[bool]Cause{true: NameNotFound, false: NoLine}[haveNetwork()]; !errors.As(err, &e) || e.Cause != want {
		t.Errorf("an unknown name: %v, not %s", err, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // the client has connected: nobody will answer
		conn, err := silent.Accept()
		if err == nil {
			defer conn.Close()
			cancel()
			_, _ = io.Copy(io.Discard, conn)
		}
	}()
	_, err = Probe(ctx, silent.Addr().String())
	if !errors.As(err, &e) || e.Cause == NotParvis || !errors.Is(err, context.Canceled) {
		t.Errorf("a silent one: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for typed, want := range map[string]string{
		"portail.saint-aubin.fr":                   "https://portail.saint-aubin.fr",
		"  <https://Portail.Saint-Aubin.fr/> ":     "https://portail.saint-aubin.fr",
		"http://portail.saint-aubin.fr:80/accueil": "https://portail.saint-aubin.fr",
		"https://p.fr:8443/activer?j=secret#x":     "https://p.fr:8443",
		"localhost:8080":                           "http://localhost:8080",
		"http://127.0.0.1:9":                       "http://127.0.0.1:9",
		"[::1]:80":                                 "http://[::1]:80",
		"https://localhost":                        "https://localhost",
		"« portail.fr »":                           "https://portail.fr",
		"":                                         "missing at address",
		"mairie":                                   "invalid at address",
		"ftp://p.fr":                               "invalid at address",
		"https://me:pass@p.fr":                     "invalid at address",
		"https://":                                 "invalid at address",
		"p.fr:port":                                "invalid at address",
	} {
		got, err := BaseURL(typed)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q becomes %s, not %s", typed, got, want)
		}
	}
}

func FuzzBaseURL(f *testing.F) {
	f.Add("portail.saint-aubin.fr")
	f.Add("http://[::1%25lo]:80/x")
	f.Add("\x9e.#")
	f.Add("a::00")
	f.Fuzz(func(t *testing.T, typed string) {
		base, err := BaseURL(typed)
		if err != nil {
			return
		}
		if again, err := BaseURL(base); err != nil || again != base {
			t.Fatalf("%q becomes %q, which becomes %q: %v", typed, base, again, err)
		}
		if strings.HasPrefix(base, "http://") && !strings.Contains(base, "localhost") && !strings.Contains(base, "127.") && !strings.Contains(base, "::") {
			t.Fatalf("%q goes out in the clear", base)
		}
	})
}

func TestProgressIsTold(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"mark":1}`)
	})
	told := -1
	ctx := WithProgress(t.Context(), func(n int) { told += n + 1 })
	if _, err := c.SendCommands(ctx, "", nil); err != nil || told < 10 {
		t.Errorf("told %d: %v", told, err)
	}
}

func TestSignInsCarryTheDevice(t *testing.T) {
	got := map[string]wire.Device{}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Device wire.Device }
		_ = json.NewDecoder(r.Body).Decode(&in)
		got[r.Method+" "+r.URL.Path] = in.Device
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"token":"t","handle":"h","free":true}`)
	})
	ctx, all := t.Context(), []error{}
	try := func(err error) { all = append(all, err) }
	s, err := c.SignIn(ctx, wire.SignIn{})
	try(err)
	_, err = c.Activate(ctx, wire.Activate{})
	try(err)
	_, err = c.SignInWindow(ctx, wire.WindowCode{})
	try(err)
	_, err = c.Register(ctx, wire.Registration{})
	try(err)
	_, err = c.OpenActivation(ctx, wire.ActivationCode{})
	try(err)
	free, err := c.LoginFree(ctx, wire.ActivationLogin{})
	try(err)
	try(c.Resend(ctx, wire.Resend{}))
	try(c.SignOut(ctx))
	try(c.Revoke(ctx, "r"))
	if err := errors.Join(all...); err != nil || s.Token != "t" || !free.Free {
		t.Fatal(err, s, free)
	}
	for route, want := range map[string]bool{
		"POST " + wire.RouteSessions: true, "POST " + wire.RouteActivations: true, "POST " + wire.RouteActivationWin: true,
		"POST " + wire.RouteRegistrations: false, "POST " + wire.RouteActivationCode: false, "POST " + wire.RouteActivationName: false,
		"POST " + wire.RouteResend: false, "DELETE " + wire.RouteSession: false, "POST " + wire.RouteRevoke: false,
	} {
		if d, called := got[route]; !called || (d.Name == "test") != want {
			t.Errorf("%s: called %v with %+v", route, called, d)
		}
	}
}

func TestNothingIsSentBeforeTheTownIsTheOneExpected(t *testing.T) {
	ours, theirs := portal.NewID(), portal.NewID()
	answers := theirs
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Path+" "+r.Header.Get("Authorization"))
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == wire.RouteTown {
			_ = json.NewEncoder(w).Encode(wire.TownInfo{Portal: "parvis", ID: answers, Name: "Ailleurs"})
			return
		}
		_, _ = w.Write([]byte("{}"))
	}))
	defer server.Close()
	c, err := New(Options{Address: server.URL, Town: ours, Token: func() string { return "secret" }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx := context.Background()
	_, pulled := c.Pull(ctx, wire.Pull{})
	_, signed := c.SignIn(ctx, wire.SignIn{Login: "anne", Password: "secret"})
	_, live := c.Live(ctx)
	for _, err := range []error{pulled, signed, live, c.Revoke(ctx, "secret")} {
		var e *Error
		if !errors.As(err, &e) || e.Cause != OtherTown || e.Told.Code != portal.Conflict || e.Told.Args["name"] != "Ailleurs" {
			t.Errorf("at another town's address: %v", err)
		}
	}
	for _, s := range seen {
		if s != wire.RouteTown+" " {
			t.Errorf("sent to another town: %q", s)
		}
	}
	answers, seen = ours, nil
	for range 2 {
		if _, err := c.Pull(ctx, wire.Pull{}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{wire.RouteTown + " ", wire.RoutePull + " Bearer secret", wire.RoutePull + " Bearer secret"}; !slices.Equal(seen, want) {
		t.Errorf("at our town: %q", seen)
	}
}
