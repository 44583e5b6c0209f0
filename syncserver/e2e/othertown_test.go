package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"parvis/desktop/session"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// An address given at the start that another town answers at is sent neither
// password nor token; where our own town answers, it is remembered.
func TestAnotherTownAtTheAddressIsSentNothing(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	c := newComputer(t, s, t.TempDir(), withRing)
	if err := c.SignIn(context.Background(), "claire.martel", demo.FamilyPassword, "", true); err != nil {
		t.Fatal(err)
	}
	c.sent()
	var mu sync.Mutex
	var heard []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		heard = append(heard, r.URL.Path+" "+r.Header.Get("Authorization"))
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"portal":"parvis","id":"` + string(portal.NewID()) + `","name":"Ailleurs","protocol":1}`))
	}))
	defer elsewhere.Close()
	asked := func() int { mu.Lock(); defer mu.Unlock(); return len(heard) }
	c.address = elsewhere.URL
	c.reopen()
	c.eventually("questions to the address", func() bool { return asked() >= 2 })
	if code := portal.CodeOf(c.Refresh(context.Background())); code != portal.Conflict {
		t.Errorf("asking who is there is told %q", code)
	}
	if err := c.SignIn(context.Background(), "claire.martel", demo.FamilyPassword, "", false); portal.CodeOf(err) != portal.Conflict {
		t.Errorf("a sign-in there: %v", err)
	}
	mu.Lock()
	for _, h := range heard {
		if h != wire.RouteTown+" " {
			t.Errorf("another town was sent %q", h)
		}
	}
	mu.Unlock()
	if c.Settings().Server == elsewhere.URL {
		t.Error("another town's address is remembered")
	}
	// The same town behind another name.
	behind := httptest.NewServer(s.Handler)
	defer behind.Close()
	c.address = behind.URL
	c.reopen()
	if err := c.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.TryNow()
	c.sent()
	if c.Settings().Server != behind.URL {
		t.Errorf("%s is remembered", c.Settings().Server)
	}
}

// nonsense is another town's portal: it answers whatever it is asked with what
// it says of itself, and notes what it hears.
type nonsense struct {
	mu    sync.Mutex
	heard []string
	id    portal.ID
}

func (n *nonsense) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	n.heard = append(n.heard, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	n.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"portal":"parvis","id":"` + string(n.id) + `","name":"Ailleurs","protocol":1}`))
}

func (n *nonsense) asked() int { n.mu.Lock(); defer n.mu.Unlock(); return len(n.heard) }

// onlyAsked checks that nothing came but questions that tell nothing.
func (n *nonsense) onlyAsked(t *testing.T, questions ...string) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, h := range n.heard {
		if !slices.Contains(questions, h) {
			t.Errorf("another town heard %q", h)
		}
	}
}

// Whoever signs in again, or goes to another town's, leaves no session open,
// and the other town hears nothing of this one.
func TestNoSessionIsLeftBehind(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	ctx := context.Background()
	c := newComputer(t, s, t.TempDir(), withRing)
	c.signIn("claire.martel")
	c.sent()
	c.signIn("claire.martel")
	c.sent()
	if err := c.Revocations(ctx); err != nil {
		t.Fatal(err)
	}
	if n := openSessions(c); n != 1 {
		t.Errorf("%d sessions are open after signing in twice", n)
	}
	if err := c.SignIn(ctx, "claire.martel", demo.FamilyPassword, "", true); err != nil {
		t.Fatal(err)
	}
	if err := c.KeepRegistration(session.Registration{Handle: "of the first town"}); err != nil {
		t.Fatal(err)
	}
	there := &nonsense{id: portal.NewID()}
	elsewhere := httptest.NewServer(there)
	defer elsewhere.Close()
	choose := func(address string) {
		t.Helper()
		info, base, err := c.Probe(ctx, address)
		if err == nil {
			err = c.Choose(info, base)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	choose(elsewhere.URL)
	if who, in := c.Person(); in {
		t.Errorf("%+v is signed in at another town's", who)
	}
	if _, found := c.Registration(); found || c.Handle() != "" {
		t.Error("the other town is told of a registration here")
	}
	if err := c.SignOut(ctx); err != nil {
		t.Fatal(err)
	}
	there.onlyAsked(t, "GET "+wire.RouteTown+" ", "GET "+wire.RoutePull+" ")
	if n := there.asked(); n > 50 {
		t.Errorf("%d requests to a portal that answers nonsense", n)
	}
	choose(s.URL)
	if err := c.Revocations(ctx); err != nil {
		t.Fatal(err)
	}
	if n := openSessions(c); n != 0 {
		t.Errorf("%d sessions are open", n)
	}
	c.reopen()
	if who, in := c.Person(); in {
		t.Errorf("%+v is signed in at the next start", who)
	}
}

// Another town may come to the very same address: then, too, no token and
// nothing of what waits goes there.
func TestAnotherTownAtTheSameAddressIsSentNothing(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	there := &nonsense{id: portal.NewID()}
	var other, listens atomic.Bool
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if other.Load() {
			there.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == wire.RouteLive {
			listens.Store(true)
		}
		s.Handler.ServeHTTP(w, r)
	}))
	defer front.Close()
	c := newComputer(t, s, t.TempDir(), withRing, func(c *computer) { c.address = front.URL })
	if err := c.SignIn(context.Background(), "claire.martel", demo.FamilyPassword, "", true); err != nil {
		t.Fatal(err)
	}
	lea := c.child("Léa")
	c.sent()
	// A question that is on its way still would be answered by whoever comes.
	c.eventually("it listens", listens.Load)
	c.line.pull()
	c.book(lea, "2026-11-19")
	other.Store(true)
	c.reopen()
	c.line.plug()
	c.TryNow()
	c.eventually("questions to the address", func() bool { c.TryNow(); return there.asked() >= 4 })
	there.onlyAsked(t, "GET "+wire.RouteTown+" ")
}
