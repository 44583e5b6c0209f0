package service_test

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
)

// gate is a Hasher that judges nobody before all have come: those who wait in
// it and those who were turned away before.
type gate struct {
	hosttest.Plain
	mu    sync.Mutex
	left  int
	open  chan struct{}
	asked int
}

func (g *gate) expect(n int) {
	g.mu.Lock()
	g.left, g.open, g.asked = n, make(chan struct{}), 0
	g.mu.Unlock()
}

// came counts one more and returns what opens once all have.
func (g *gate) came(asks bool) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if asks {
		g.asked++
	}
	if g.open == nil {
		g.open = make(chan struct{})
	}
	if g.left--; g.left == 0 {
		close(g.open)
	}
	return g.open
}

func (g *gate) Verify(ctx context.Context, kind accounts.Kind, password, phc string) (bool, bool, error) {
	select {
	case <-g.came(true):
	case <-ctx.Done():
		return false, false, ctx.Err()
	}
	return g.Plain.Verify(ctx, kind, password, phc)
}

// atOnce makes n guesses that all begin before one of them is judged, and
// counts the answers.
func (g *gate) atOnce(t *testing.T, s *hosttest.Server, n int, each func(i int) (in wire.SignIn, from string)) map[portal.Code]int {
	t.Helper()
	g.expect(n)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	answers := make(chan portal.Code, n)
	for i := range n {
		go func() {
			in, from := each(i)
			in.Device = wire.Device{ID: portal.NewID()}
			_, err := s.Service.SignIn(ctx, in, from)
			if portal.CodeOf(err) == portal.Throttled {
				g.came(false)
			}
			answers <- portal.CodeOf(err)
		}()
	}
	out := map[portal.Code]int{}
	for range n {
		out[<-answers]++
	}
	return out
}

func TestGuessesAtTheSameInstantAreThrottledAsOneAfterTheOther(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		g := &gate{}
		s := hosttest.NewWith(t, dsn, func(o *host.Options) { o.Hasher = g })
		// Of one login, known or not, five are free and the sixth begins the wait.
		const answered = 6
		for _, login := range []string{"hugo.martel", "personne.ici"} {
			wrong := func(i int) (wire.SignIn, string) {
				return wire.SignIn{Login: login, Password: fmt.Sprint("pas le bon mot ", i)}, fmt.Sprintf("198.51.100.%d", i)
			}
			out := g.atOnce(t, s, 50, wrong)
			if out[wire.BadCredentials] != answered || out[portal.Throttled] != 50-answered || g.asked != answered {
				t.Fatalf("%s: %v, %d passwords were looked at", login, out, g.asked)
			}
			// The wait has doubled once for the one that may try after it.
			s.Clock.Add(61 * time.Second)
			if out = g.atOnce(t, s, 50, wrong); out[wire.BadCredentials] != 1 || out[portal.Throttled] != 49 {
				t.Fatalf("%s, a minute later: %v", login, out)
			}
		}
		// Of one address ten, whoever's login it is.
		out := g.atOnce(t, s, 50, func(i int) (wire.SignIn, string) {
			return wire.SignIn{Login: fmt.Sprint("personne", i), Password: "pas le bon mot"}, "203.0.113.7"
		})
		if out[wire.BadCredentials] != 10 || out[portal.Throttled] != 40 {
			t.Fatalf("one address: %v", out)
		}
		// The right one among wrong ones clears what was counted.
		out = g.atOnce(t, s, 4, func(i int) (wire.SignIn, string) {
			in := wire.SignIn{Login: "claire.martel", Password: "pas le bon mot"}
			if i == 2 {
				in.Password = demo.FamilyPassword
			}
			return in, fmt.Sprintf("192.0.2.%d", i)
		})
		if out[""] != 1 || out[wire.BadCredentials] != 3 {
			t.Fatalf("a right one among wrong ones: %v", out)
		}
		out = g.atOnce(t, s, 50, func(i int) (wire.SignIn, string) {
			return wire.SignIn{Login: "claire.martel", Password: "pas le bon mot"}, fmt.Sprintf("203.0.113.%d", 100+i)
		})
		if out[wire.BadCredentials] != answered {
			t.Fatalf("after the right one: %v", out)
		}
	})
}

// What is no failure costs nothing: a sign-in, the question whether a second
// factor is needed, and a password that was not looked at.
func TestOnlyAFailureCostsATry(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		busy := &away{}
		s := hosttest.NewWith(t, dsn, func(o *host.Options) { o.Hasher = busy })
		try := func(login, password string) portal.Code {
			_, err := s.Service.SignIn(context.Background(), wire.SignIn{Login: login, Password: password, Device: wire.Device{ID: portal.NewID()}}, "192.0.2.1")
			return portal.CodeOf(err)
		}
		for i := range 25 {
			if got := try("sylvie.roy", demo.AgentPassword); got != wire.OTPNeeded {
				t.Fatalf("asking for the second factor, %d: %q", i, got)
			}
			if got := try("claire.martel", demo.FamilyPassword); got != "" {
				t.Fatalf("sign-in %d: %q", i, got)
			}
		}
		busy.on = true
		for i := range 25 {
			if got := try("claire.martel", "pas le bon mot"); got != portal.Unavailable {
				t.Fatalf("not looked at, %d: %q", i, got)
			}
		}
		busy.on = false
		// Also where a wait has begun: it is as long as before.
		for range 6 {
			try("sylvie.roy", "pas le bon mot")
		}
		s.Clock.Add(61 * time.Second)
		for i := range 3 {
			if got := try("sylvie.roy", demo.AgentPassword); got != wire.OTPNeeded {
				t.Fatalf("asking after a wait, %d: %q", i, got)
			}
		}
	})
}

// away is a Hasher whose queue is full at times.
type away struct {
	hosttest.Plain
	on bool
}

func (h *away) Verify(ctx context.Context, kind accounts.Kind, password, phc string) (bool, bool, error) {
	if h.on {
		return false, false, portal.E(portal.Unavailable, "", "seconds", "2")
	}
	return h.Plain.Verify(ctx, kind, password, phc)
}

func TestCodesAtTheSameInstantHaveFiveTries(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		asked := register(t, d, unknownMail)
		link, err := url.Parse(mail(t, s, unknownMail)["link"])
		if err != nil {
			t.Fatal(err)
		}
		atOnce := func(what string, ask func(code string) error) {
			t.Helper()
			answers := make(chan portal.Code, 50)
			for i := range 50 {
				go func() { answers <- portal.CodeOf(ask(fmt.Sprintf("%08d", i))) }()
			}
			got := map[portal.Code]int{}
			for range 50 {
				got[<-answers]++
			}
			if got[wire.CodeWrong] != 5 || got[wire.CodeExpired] != 45 {
				t.Errorf("%s: %v", what, got)
			}
		}
		atOnce("activation", func(code string) error {
			_, err := s.Service.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: code})
			return err
		})
		if _, _, err := s.Service.ActivateByLink(ctx, link.Query().Get("j"), "lucie.fabre", goodPassword); err != nil {
			t.Fatal(err)
		}
		atOnce("window", func(code string) error {
			_, err := s.Service.SignInWindow(ctx, wire.WindowCode{Handle: asked.Handle, Code: code, Device: wire.Device{ID: portal.NewID()}})
			return err
		})
	})
}
