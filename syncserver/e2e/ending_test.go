package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/syncing"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// ring is a keyring in memory.
type ring struct {
	mu   sync.Mutex
	held map[string]string
}

func (r *ring) Get(name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.held[name]; ok {
		return s, nil
	}
	return "", cache.ErrNoSecret
}

func (r *ring) Set(name, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[name] = secret
	return nil
}

func (r *ring) Delete(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, name)
	return nil
}

func withRing(c *computer)  { c.keyring = &ring{held: map[string]string{}} }
func withKiosk(c *computer) { c.kiosk = true }

// openSessions is how many sessions the server believes to be open.
func openSessions(c *computer) (n int) {
	c.t.Helper()
	if err := c.s.Store.Read(context.Background(), countSessions(&n)); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func endSessions(account portal.ID, at int64) func(*store.Tx) error {
	return func(tx *store.Tx) error { return tx.EndSessions(account, at) }
}

func TestAWindowThatClosesEndsItsSession(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		c.sent()
		c.reopen()
		if n := openSessions(c); n != 0 {
			t.Errorf("%d sessions are open after the window was closed", n)
		}
		if _, in := c.Person(); in {
			t.Error("somebody is signed in at the next start")
		}
		// Without a line it is ended as soon as there is one.
		c.signIn("claire.martel")
		c.sent()
		c.line.pull()
		c.reopen()
		if n := openSessions(c); n != 1 {
			t.Fatalf("%d sessions are open", n)
		}
		c.line.plug()
		if err := c.Revocations(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := openSessions(c); n != 0 {
			t.Errorf("%d sessions are open after the line came back", n)
		}
	})
}

func TestWhoStaysSignedInIsFoundSo(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newComputer(t, s, t.TempDir(), withRing)
		if err := c.SignIn(context.Background(), "claire.martel", demo.FamilyPassword, "", true); err != nil {
			t.Fatal(err)
		}
		lea := c.child("Léa")
		c.sent()
		c.line.pull()
		c.book(lea, "2026-11-19")
		c.reopen()
		who, in := c.Person()
		if !in || who.Login != "claire.martel" || who.OffLine || len(c.Unsent()) != 1 {
			t.Fatalf("at the next start %+v %v, %d wait", who, in, len(c.Unsent()))
		}
		c.line.plug()
		c.TryNow()
		c.sent()
		c.same("claire.martel")

		// Ended elsewhere, nobody is found signed in any more.
		me := who.Account
		if err := s.Store.Write(context.Background(), endSessions(me, s.Clock.Now().UnixMicro())); err != nil {
			t.Fatal(err)
		}
		c.TryNow()
		c.eventually("the end of the session", func() bool { return c.Status().State == syncing.SignedOut })
		c.eventually("that is told", func() bool { who, _ := c.Person(); return who.OffLine })
		c.reopen()
		if _, in := c.Person(); in {
			t.Fatal("a revoked session is gone on with")
		}

		// Who signs out does not stay either, nor who is too late.
		if err := c.SignIn(context.Background(), "claire.martel", demo.FamilyPassword, "", true); err != nil {
			t.Fatal(err)
		}
		if err := c.SignOut(context.Background()); err != nil {
			t.Fatal(err)
		}
		c.reopen()
		if _, in := c.Person(); in {
			t.Fatal("who signed out is signed in")
		}
		if err := c.SignIn(context.Background(), "claire.martel", demo.FamilyPassword, "", true); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(91 * 24 * time.Hour)
		c.reopen()
		if _, in := c.Person(); in {
			t.Fatal("after 91 days somebody is signed in")
		}
	})
}

func TestAnAgentNeverStays(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	c := newComputer(t, s, t.TempDir(), withRing)
	c.signInAgent("sylvie.roy", true)
	c.reopen()
	if _, in := c.Person(); in {
		t.Error("an agent is signed in at the next start")
	}
	if n := openSessions(c); n != 0 {
		t.Errorf("%d sessions are open", n)
	}
}

func TestAnAgentsWindowIsWatched(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	c := newComputer(t, s, t.TempDir())
	if _, watched := c.Left(); watched {
		t.Error("a window at home is watched")
	}
	c.signIn("claire.martel")
	if _, watched := c.Left(); watched {
		t.Error("a family at home is watched")
	}
	c.signInAgent("sylvie.roy", false)
	left := func(want time.Duration) {
		t.Helper()
		if got, watched := c.Left(); !watched || got.For != want {
			t.Errorf("%+v are left, %v, not %v", got, watched, want)
		}
	}
	left(15 * time.Minute)
	s.Clock.Add(10 * time.Minute)
	left(5 * time.Minute)
	c.Touch()
	left(15 * time.Minute)
	// Eight hours end a session at which somebody is busy all the time.
	s.Clock.Add(7*time.Hour + 45*time.Minute)
	c.Touch()
	left(5 * time.Minute)
	if got, _ := c.Left(); !got.ByAge {
		t.Error("the age of the session is not told")
	}
	if err := c.EndIdle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, in := c.Person(); in || c.TakeEnding() != session.EndedByIdleness || c.TakeEnding() != "" {
		t.Error("the end is not told, or twice")
	}
}

// What the server ends for an agent, or on a public computer, is closed there.
func TestAnAgentsWindowClosesWithItsSession(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	c := newComputer(t, s, t.TempDir())
	c.signInAgent("sylvie.roy", false)
	c.sent()
	me, _ := c.Person()
	if err := s.Store.Write(context.Background(), endSessions(me.Account, s.Clock.Now().UnixMicro())); err != nil {
		t.Fatal(err)
	}
	c.TryNow()
	c.eventually("nobody signed in", func() bool { _, in := c.Person(); return !in })
	if why := c.TakeEnding(); why != session.EndedByServer {
		t.Errorf("it ended for %q", why)
	}
}

func TestAPublicComputerForgets(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	dir := t.TempDir()
	c := newComputer(t, s, dir, withKiosk, withRing)
	if c.MayStay() {
		t.Error("one may stay signed in on a public computer")
	}
	left, watched := c.Left()
	if !watched || left.For != 2*time.Minute {
		t.Errorf("a visitor has %+v, %v", left, watched)
	}
	if err := c.KeepRegistration(session.Registration{MailAgain: "half@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	if err := c.ChangeSettings(func(s *cache.Settings) { s.Language, s.Scale = "en", 2 }); err != nil {
		t.Fatal(err)
	}
	if got := c.Settings(); got.Language != "en" || got.Scale != 2 || got.Town == "" {
		t.Errorf("%+v", got)
	}
	c.signIn("claire.martel")
	if left, watched := c.Left(); !watched || left.For != 2*time.Minute {
		t.Errorf("somebody signed in has %+v, %v", left, watched)
	}
	c.child("Léa")
	before := listing(t, dir)
	c.line.pull()
	if err := c.EndIdle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, left := c.Registration(); left {
		t.Error("a registration is left")
	}
	if got := c.Settings(); got.Language != "" || got.Scale != 0 {
		t.Errorf("the next visitor has %+v", got)
	}
	if after := listing(t, dir); after != before {
		t.Errorf("left on the disk:\n%s\nbefore:\n%s", after, before)
	}
	if n := openSessions(c); n != 1 {
		t.Fatalf("%d sessions are open without a line", n)
	}
	c.line.plug()
	if err := c.Revocations(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := openSessions(c); n != 0 {
		t.Errorf("%d sessions are open", n)
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(filepath.Base(f) + " " + string(raw) + "\n")
	}
	return all.String()
}

// Who works on without a line for longer than a session lives without them is
// asked to sign in again when it is back, and nothing of what they did is lost.
func TestWhoWasThereWithoutALineLosesNothing(t *testing.T) {
	for name, who := range map[string]struct {
		with   func(*computer)
		signIn func(*computer)
		step   time.Duration
	}{
		"a public computer": {withKiosk, func(c *computer) { c.signIn("claire.martel") }, 10 * time.Second},
		"an agent":          {withRing, func(c *computer) { c.signInAgent("sylvie.roy", false) }, 70 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := hosttest.New(t, storetest.SQLite(t))
			c := newComputer(t, s, t.TempDir(), who.with)
			who.signIn(c)
			c.sent()
			if c.kiosk {
				lea := c.child("Léa")
				c.line.pull()
				c.book(lea, "2026-11-19")
			}
			c.line.pull()
			for range 14 {
				s.Clock.Add(who.step)
				c.Touch()
			}
			c.line.plug()
			c.TryNow()
			c.eventually("that one must sign in again", func() bool { p, in := c.Person(); return in && p.OffLine })
			if left, watched := c.Left(); !watched || left.For <= 0 {
				t.Errorf("%+v, %v are left", left, watched)
			}
			who.signIn(c)
			c.sent()
			if c.kiosk {
				d := s.SignIn("claire.martel")
				d.Catch()
				if n := len(d.In(wire.Bookings)); n != 1 {
					t.Errorf("%d bookings are there", n)
				}
			}
		})
	}
}

// As the window does it: the foot line, when all is up to date, ends what is
// to be ended, while the sign-out does so too.
func TestRevocationsMeetEachOther(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	c := newComputer(t, s, t.TempDir(), withKiosk)
	for range 10 {
		c.signIn("claire.martel")
		c.line.pull()
		if err := c.EndIdle(context.Background()); err != nil {
			t.Fatal(err)
		}
		c.line.plug()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := c.Revocations(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := openSessions(c); n != 0 {
			t.Fatalf("%d sessions are open", n)
		}
	}
}

// A computer whose clock is wrong has the same time as any other.
func TestAWrongClockEndsNobodysVisit(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	for _, wrong := range []time.Duration{31 * time.Minute, 24 * time.Hour, -24 * time.Hour, 10 * 365 * 24 * time.Hour} {
		c := newComputer(t, s, t.TempDir(), withKiosk, func(c *computer) { c.clockOff = wrong })
		c.signIn("claire.martel")
		c.sent()
		if left, watched := c.Left(); !watched || left.For != 2*time.Minute || left.ByAge {
			t.Errorf("with the clock %v off %+v are left", wrong, left)
		}
	}
}
