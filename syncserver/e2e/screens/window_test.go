package screens

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/ui/app"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/task"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// turns is the toolkit's one goroutine, which here is the test's: what the
// windows are told waits until somebody lives through it.
type turns struct {
	mu      sync.Mutex
	waiting []func()
	ring    chan struct{}
}

func newTurns() *turns { return &turns{ring: make(chan struct{}, 1)} }

func (q *turns) do(f func()) {
	q.mu.Lock()
	q.waiting = append(q.waiting, f)
	q.mu.Unlock()
	select {
	case q.ring <- struct{}{}:
	default:
	}
}

func (q *turns) next() func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return nil
	}
	f := q.waiting[0]
	q.waiting = q.waiting[1:]
	return f
}

// until lives on until a fact holds, looking after each thing that a window is
// told. It gives the instant at which each of the facts was first seen.
func (q *turns) until(t *testing.T, what string, facts ...func() bool) []time.Time {
	t.Helper()
	late := time.After(20 * time.Second)
	seen := make([]time.Time, len(facts))
	for {
		all := true
		for i, fact := range facts {
			if seen[i].IsZero() && fact() {
				seen[i] = time.Now()
			}
			all = all && !seen[i].IsZero()
		}
		if all {
			return seen
		}
		if f := q.next(); f != nil {
			f()
			continue
		}
		select {
		case <-q.ring:
		case <-late:
			t.Fatalf("in vain: %s; seen at %v", what, seen)
		}
	}
}

// window is somebody's whole program but for its pixels.
type window struct {
	*session.Session
	app  *app.App
	pane fyne.Window
}

// open signs somebody in on a computer of their own and opens the window.
func (q *turns) open(t *testing.T, s *hosttest.Server, f fyne.App, login string) *window {
	t.Helper()
	ctx := context.Background()
	w := &window{}
	var err error
	w.Session, err = session.Open(session.Options{
		Dir: t.TempDir(), Clock: s.Clock.Now, Address: s.URL, Dispatch: q.do, CacheOptions: []cache.Option{cache.WithKDF(cache.CheapKDF)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Session.Close(); err != nil {
			t.Error(err)
		}
	})
	info, base, err := w.Probe(ctx, s.URL)
	if err == nil {
		err = w.Choose(info, base)
	}
	if err != nil {
		t.Fatal(err)
	}
	password, otp := demo.FamilyPassword, ""
	for _, a := range s.Service.Town().Demo.Accounts {
		if a.Login == login {
			password, otp = a.Password, a.OTP
		}
	}
	if err := w.SignIn(ctx, login, password, otp, false); err != nil {
		t.Fatal(err)
	}
	w.app = app.New(app.Options{Fyne: f, Session: w.Session, Runner: task.NewRunner(q.do, nil, slog.New(slog.DiscardHandler))})
	w.pane = w.app.Window()
	w.pane.Resize(kittest.Small)
	w.app.Show()
	q.until(t, login+" is live and up to date", func() bool { return w.Status().Live && len(w.View().Activities()) > 0 })
	return w
}
