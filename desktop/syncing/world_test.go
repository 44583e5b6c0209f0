package syncing

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a town, a line and one desktop, in a bubble of its own time.
type world struct {
	t *testing.T
	*town
	line   *line
	cache  *cache.Cache
	client *client.Client
	view   *view.View
	engine *Engine
	off    atomic.Int64 // the desktop's wall clock against the bubble's
	ended  int          // times the session was told to be ended
	token  string
	public bool
	idle   time.Duration // after which the session ends
}

// inWorld runs a test in one; everything must have ended when it returns.
func inWorld(t *testing.T, test func(*world)) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		w := &world{t: t, line: l, town: newTown(t, l), token: "secret"}
		var err error
		if w.cache, err = cache.Memory(account); err != nil {
			t.Fatal(err)
		}
		w.client, err = client.New(client.Options{Address: "http://127.0.0.1:1", Token: func() string { return w.token }, Dial: l.dial})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if w.engine != nil {
				w.engine.Close()
			}
			w.client.Close()
			w.town.close()
			_ = w.cache.Close()
		}()
		test(w)
	})
}

// start starts the desktop's program, or starts it again.
func (w *world) start() {
	w.t.Helper()
	if w.engine != nil {
		w.engine.Close()
	}
	clock := func() time.Time { return time.Now().Add(time.Duration(w.off.Load())) }
	w.view = view.New(account, clock, func(f func()) { f() })
	r := rand.New(rand.NewPCG(1, 2))
	var err error
	w.engine, err = New(Options{Cache: w.cache, Client: w.client, Sink: w.view, Clock: clock, Random: r.Float64,
		Public: w.public, Idle: w.idle, SignedOut: func() { w.ended++ }})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine.Start()
}

// within waits for a fact and fails when it has not come true in time. It
// gives how long it took.
func (w *world) within(d time.Duration, what string, fact func() bool) time.Duration {
	w.t.Helper()
	begun := time.Now()
	for {
		synctest.Wait()
		if fact() {
			return time.Since(begun)
		}
		if time.Since(begun) > d {
			w.t.Fatalf("not within %v: %s; the status is %+v", d, what, w.engine.Status())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (w *world) pass(d time.Duration) { time.Sleep(d); synctest.Wait() }

func (w *world) state(s State) func() bool {
	return func() bool { return w.engine.Status().State == s }
}

func (w *world) live() bool { return w.engine.Status().Live && w.listeners() == 1 }

// online starts and waits until all is quiet.
func (w *world) online() {
	w.t.Helper()
	w.start()
	w.within(5*time.Second, "online", func() bool { return w.state(UpToDate)() && w.live() })
	w.pass(3 * time.Second)
}

// book submits a booking of a day.
func (w *world) book(i int) portal.ID {
	w.t.Helper()
	return w.submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: child, Activity: "canteen", Day: day(i)})
}

func (w *world) submit(kind string, args any) portal.ID {
	w.t.Helper()
	id := portal.NewID()
	body, err := wire.NewCommand(id, kind, args)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.engine.Submit(body, cache.Note{Key: "test"}); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) waiting() int { return len(w.engine.Unsent()) }

// quiet checks what holds once all is quiet, with a number of bookings, -1 for
// any: the outbox is empty, each
// command had its effects once, and cache and view are what the town says.
func (w *world) quiet(bookings int) {
	w.t.Helper()
	w.within(10*time.Second, "an empty outbox", func() bool { return w.waiting() == 0 && w.state(UpToDate)() })
	// A socket that died quietly while nobody did anything is found out by its
	// pings.
	w.within(client.PingEvery+client.PongWait+5*time.Second, "the desktop shows what the town says", func() bool {
		return slices.Equal(w.holds(), w.says())
	})
	w.town.mu.Lock()
	for id, n := range w.effects {
		if n != 1 {
			w.t.Errorf("command %s had its effects %d times", id, n)
		}
	}
	w.town.mu.Unlock()
	if n := len(w.view.Rows(wire.Bookings)); bookings >= 0 && n != bookings || w.bookings() != n {
		w.t.Errorf("%d bookings on the desktop, %d in the town, not %d", n, w.bookings(), bookings)
	}
}

// says is the rows that the town grants, sorted.
func (w *world) says() (rows []string) {
	w.town.mu.Lock()
	defer w.town.mu.Unlock()
	for _, feed := range w.granted {
		for k, ch := range w.feeds[feed] {
			if !ch.Deleted {
				rows = append(rows, said(feed, k, ch.Body))
			}
		}
	}
	slices.Sort(rows)
	return rows
}

// holds is the rows that the cache has, sorted, and the view with it.
func (w *world) holds() (rows []string) {
	s, err := w.cache.Load()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, ch := range s.Rows {
		rows = append(rows, said(ch.Feed, ch.Collection+"/"+string(ch.Entity), ch.Body))
		if raw, ok := w.view.Row(ch.Collection, ch.Entity); !ok || string(raw) != string(ch.Body) {
			w.t.Errorf("the view has %s for %s", raw, ch.Body)
		}
	}
	slices.Sort(rows)
	return rows
}
