package syncing

import (
	"net"
	"sync"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// onTCP is a town and a desktop on real sockets, with a real cache file's
// work but in memory, until the live socket is open.
func onTCP(t testing.TB) (*town, *Engine, *view.View) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newTown(t, listener)
	c, err := cache.Memory(account)
	if err != nil {
		t.Fatal(err)
	}
	cl, err := client.New(client.Options{Address: s.server.URL, Token: func() string { return "secret" }})
	if err != nil {
		t.Fatal(err)
	}
	v := view.New(account, time.Now, func(f func()) { f() })
	e, err := New(Options{Cache: c, Client: cl, Sink: v})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(); cl.Close(); s.close(); _ = c.Close() })
	reached := until(e, func(s Status) bool { return s.Live && s.State == UpToDate })
	e.Start()
	wait(t, reached)
	return s, e, v
}

// until gives a channel that is closed once the status says so.
func until(e *Engine, fact func(Status) bool) <-chan struct{} {
	done := make(chan struct{})
	said := sync.OnceFunc(func() { close(done) })
	e.Observe(func(s Status) {
		if fact(s) {
			said()
		}
	})
	return done
}

func wait(t testing.TB, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing for 20 s")
	}
}

func clicks(t testing.TB, e *Engine, i int) {
	t.Helper()
	body, err := wire.NewCommand(portal.NewID(), wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: child, Activity: "canteen", Day: day(i)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Submit(body, cache.Note{}); err != nil {
		t.Fatal(err)
	}
}

func TestOverTCP(t *testing.T) {
	s, e, v := onTCP(t)
	decided := until(e, func(s Status) bool { return len(s.Waiting) == 0 && len(v.Rows(wire.Bookings)) == 20 })
	for i := range 20 {
		clicks(t, e, i)
	}
	wait(t, decided)
	if s.bookings() != 20 {
		t.Errorf("%d bookings", s.bookings())
	}
}

func BenchmarkClickToVerdict(b *testing.B) {
	_, e, _ := onTCP(b)
	i := 0
	for b.Loop() {
		decided := make(chan struct{})
		said := sync.OnceFunc(func() { close(decided) })
		cancel := e.Observe(func(s Status) {
			if len(s.Waiting) == 0 && s.State == UpToDate {
				said()
			}
		})
		clicks(b, e, i)
		wait(b, decided)
		cancel()
		i++
	}
}

func BenchmarkFrameToScreen(b *testing.B) {
	s, _, v := onTCP(b)
	got := make(chan struct{}, 1)
	defer v.Subscribe(func(view.Notice) { got <- struct{}{} }, view.Topic{Collection: wire.Children})()
	for i := 0; b.Loop(); i++ {
		s.put(wire.AccountFeed(account), wire.Children, child, wire.Child{ID: child, Class: string(day(i))})
		wait(b, got)
	}
}
