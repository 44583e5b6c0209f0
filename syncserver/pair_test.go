package main

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// listening reads frames of a socket into a channel until it ends.
func listening(t testing.TB, at, token string) (*client.Live, <-chan wire.Frame) {
	t.Helper()
	c, err := client.New(client.Options{Address: at, Token: func() string { return token }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	socket, err := c.Live(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	frames := make(chan wire.Frame, 1000)
	go func() {
		defer close(frames)
		for {
			f, err := socket.Read()
			if err != nil {
				return
			}
			frames <- f
		}
	}()
	t.Cleanup(socket.Close)
	return socket, frames
}

// next is the first frame that fits, within a time.
func next(frames <-chan wire.Frame, limit time.Duration, fits func(wire.Frame) bool) (wire.Frame, bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case f, open := <-frames:
			if !open {
				return wire.Frame{}, false
			}
			if fits(f) {
				return f, true
			}
		case <-timer.C:
			return wire.Frame{}, false
		}
	}
}

// ended waits for a socket's end.
func ended(frames <-chan wire.Frame, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case _, open := <-frames:
			if !open {
				return true
			}
		case <-timer.C:
			return false
		}
	}
}

// Two server processes on one PostgreSQL: clients of each write at the same
// time, one process is killed, its clients move over, and again.
func TestSoakTwoProcessesAndOneIsKilled(t *testing.T) {
	if !onPostgres(t) {
		return
	}
	hosttest.Soak(t, oneOfTwoKilled)
}

func oneOfTwoKilled(t *testing.T, random *rand.Rand, seed uint64) {
	town := newTownOf(t, storetest.Postgres(t), 6)
	pair := []*process{newProcess(t, town.dsn), newProcess(t, town.dsn)}
	for _, p := range pair {
		p.start()
	}
	for _, p := range pair {
		p.ready()
	}
	// Every writer asks a process of its own choice each time: its commands
	// and their repetitions come to both.
	var turn atomic.Int64
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	w := town.write(ctx, seed, func() string { return pair[turn.Add(1)%2].url() })
	rounds := 0
	for ; rounds < 6 && !t.Failed(); rounds++ {
		time.Sleep(100*time.Millisecond + within(random, 500*time.Millisecond)) // the fault's own moment
		p := pair[random.IntN(2)]
		before := w.answered()
		p.kill()
		// The other one goes on alone.
		if !eventually(20*time.Second, func() bool { return w.answered() > before+20 }) {
			t.Error("the other process does not carry on")
		}
		p.start()
		p.ready()
	}
	stop()
	w.wait()
	t.Logf("%d kills, %d commands acknowledged, %d sendings failed, %d came twice", rounds, w.acknowledged(), w.failed(), w.repeated())
	for _, p := range pair {
		p.stop()
	}
	pair[0].doctor()
	town.check(w)
}

// What is booked at one process is told live at the other by PostgreSQL's own
// wake-up, sooner than the timer that covers its loss; and a session ended at
// one loses its socket at the other.
func TestFramesAndRevocationsCrossProcesses(t *testing.T) {
	if !onPostgres(t) {
		return
	}
	ctx := context.Background()
	town := newTownOf(t, storetest.Postgres(t), 1)
	here, there := newProcess(t, town.dsn), newProcess(t, town.dsn)
	for _, p := range []*process{here, there} {
		p.start()
	}
	for _, p := range []*process{here, there} {
		p.ready()
	}
	signIn := func(at *process) (*client.Client, wire.Session) {
		token := ""
		c, err := client.New(client.Options{Address: at.url(), Token: func() string { return token }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		in, err := c.SignIn(ctx, wire.SignIn{Login: town.families[0].login, Password: town.password, Device: wire.Device{ID: portal.NewID()}})
		if err != nil {
			t.Fatal(err)
		}
		token = in.Token
		return c, in
	}
	c, in := signIn(here)
	_, frames := listening(t, there.url(), in.Token)
	if _, ok := next(frames, 5*time.Second, func(f wire.Frame) bool { return f.Type == wire.FrameHello }); !ok {
		t.Fatal("no hello")
	}
	outbox, quick, rounds := portal.NewID(), 0, 12
	feed := wire.AccountFeed(town.families[0].account)
	var to int64
	for i := range rounds {
		booking := portal.NewID()
		body, err := wire.NewCommand(portal.NewID(), wire.BookingBook, wire.Book{
			Booking: booking, Child: town.families[0].child, Activity: wide, Day: portal.DateOf(time.Now()).Add(10 + i),
		})
		if err != nil {
			t.Fatal(err)
		}
		if out, err := c.SendCommands(ctx, outbox, []wire.Envelope{{Number: int64(i + 1), Body: body}}); err != nil || !out.Verdicts[0].Accepted {
			t.Fatalf("%+v %v", out, err)
		}
		began := time.Now()
		f, ok := next(frames, 5*time.Second, func(f wire.Frame) bool {
			for _, c := range f.Changes {
				if c.Entity == booking && f.Feed == feed {
					return true
				}
			}
			return false
		})
		if !ok {
			t.Fatalf("booking %d is not told at the other process", i)
		}
		if to != 0 && f.From > to {
			t.Errorf("frames to %d and from %d leave a gap", to, f.From)
		}
		to = f.To
		if time.Since(began) < 250*time.Millisecond {
			quick++
		}
	}
	t.Logf("%d of %d within a quarter of a second", quick, rounds)
	if quick < rounds*3/4 { // by the timer of a second alone it would be a quarter of them
		t.Errorf("only %d of %d frames came sooner than the timer brings them", quick, rounds)
	}
	if err := c.SignOut(ctx); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if !ended(frames, 10*time.Second) {
		t.Fatal("the socket outlives its session")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the socket of an ended session lived %s at the other process", took)
	}
	for _, p := range []*process{here, there} {
		p.stop()
		p.doctor()
	}
}

// A planned stop tells each desktop when to come back, answers what is under
// way, and ends with nothing lost.
func TestAPlannedStopTellsTheDesktops(t *testing.T) {
	ctx := context.Background()
	town := newTownOf(t, storetest.SQLite(t), 1)
	p := newProcess(t, town.dsn)
	p.start()
	p.ready()
	c, err := client.New(client.Options{Address: p.url()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in, err := c.SignIn(ctx, wire.SignIn{Login: town.families[0].login, Password: town.password, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		t.Fatal(err)
	}
	var sockets []<-chan wire.Frame
	for range 20 {
		_, frames := listening(t, p.url(), in.Token)
		if _, ok := next(frames, 5*time.Second, func(f wire.Frame) bool { return f.Type == wire.FrameHello }); !ok {
			t.Fatal("no hello")
		}
		sockets = append(sockets, frames)
	}
	p.stop()
	waits := map[int]bool{}
	for i, frames := range sockets {
		f, ok := next(frames, 5*time.Second, func(f wire.Frame) bool { return f.Type == wire.FrameRestart })
		if !ok || f.Wait < 0 || f.Wait > 5000 {
			t.Fatalf("desktop %d is told %+v", i, f)
		}
		waits[f.Wait] = true
		if !ended(frames, 5*time.Second) {
			t.Fatalf("socket %d is still open", i)
		}
	}
	if len(waits) < 10 {
		t.Errorf("twenty desktops come back at %d moments", len(waits))
	}
	p.doctor()
}
