package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// table is a Source in memory.
type table struct {
	mu     sync.Mutex
	rows   []wire.Change
	head   int64
	wake   chan struct{}
	silent bool // wake-ups are lost
	err    error

	whispered []string
	ears      []chan string
}

func newTable() *table { return &table{wake: make(chan struct{}, 1)} }

// put writes rows of a feed in one batch.
func (s *table) put(feed string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.head++
		s.rows = append(s.rows, wire.Change{Feed: feed, Collection: wire.Bookings, Entity: portal.ID(fmt.Sprint("e", s.head)), Seq: s.head, Body: []byte(`{}`)})
	}
	if !s.silent {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *table) Changes(_ context.Context, after int64, limit int) (out []wire.Change, head int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rows {
		if r.Seq > after && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, s.head, s.err
}

func (s *table) Wake() (<-chan struct{}, func()) { return s.wake, func() {} }

func (s *table) Whisper(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whispered = append(s.whispered, text)
	for _, c := range s.ears {
		c <- text
	}
}

func (s *table) Whispers() (<-chan string, func()) {
	c := make(chan string, 100)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ears = append(s.ears, c)
	return c, func() {}
}

// running is a hub at work within a bubble, with its clock.
func running(t *testing.T, source *table) *Hub {
	t.Helper()
	h := New(source, time.Now, slog.New(slog.DiscardHandler))
	if err := h.Prime(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	synctest.Wait() // it listens to its source
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		for c := range h.conns {
			t.Errorf("%s is still joined", c.Name)
		}
	})
	return h
}

// joined is a connection that may read some feeds.
func joined(t *testing.T, h *Hub, name string, feeds ...string) *Conn {
	t.Helper()
	c, err := h.Join(t.Context(), portal.ID(name), "", name, func(context.Context) ([]string, error) { return feeds, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Leave(c) })
	if f := <-c.Frames(); f.Type != wire.FrameHello || f.Head != h.head {
		t.Fatalf("the first frame is %+v", f)
	}
	return c
}

// waiting is the frames that have reached a connection once all is quiet.
func waiting(c *Conn) (out []wire.Frame) {
	synctest.Wait()
	for {
		select {
		case f := <-c.Frames():
			out = append(out, f)
		default:
			return out
		}
	}
}

func ended(c *Conn) bool {
	synctest.Wait()
	select {
	case <-c.Done():
		return true
	default:
		return false
	}
}

// A desktop that applies frames by its cursor has all rows, and pulls only
// where a frame was withheld.
func TestFramesLeaveNoGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTable()
		source.put("a", 3) // before the hub began
		h := running(t, source)
		c := joined(t, h, "c", "a", "b")
		at, pulls := map[string]int64{"a": 3, "b": 3}, 0
		has := map[portal.ID]bool{}
		apply := func() {
			for _, f := range waiting(c) {
				if f.Type == wire.FramePull {
					pulls++
					at["a"], at["b"] = source.head, source.head
					continue
				}
				apply, pull := f.Applies(at[f.Feed])
				if pull {
					t.Fatalf("%s: a frame from %d where the cursor is %d", f.Feed, f.From, at[f.Feed])
				}
				if apply {
					at[f.Feed] = f.To
				}
				for _, r := range f.Changes {
					if r.Feed != f.Feed || r.Seq <= f.From || r.Seq > f.To {
						t.Fatalf("row %+v in a frame of %s from %d to %d", r, f.Feed, f.From, f.To)
					}
					has[r.Entity] = true
				}
			}
		}
		for i := range 20 {
			source.put([]string{"a", "b", "c"}[i%3], 1+i%5)
			apply()
		}
		want := 0
		for _, r := range source.rows[3:] {
			if r.Feed != "c" {
				want++
			}
		}
		if len(has) != want || pulls > 0 {
			t.Fatalf("%d of %d rows came, %d pulls", len(has), want, pulls)
		}
		// More than a frame holds is a pull's work, and what follows joins on.
		source.put("a", frameRows+1)
		apply()
		source.put("a", 2)
		apply()
		if pulls != 1 {
			t.Fatalf("%d pulls after a large change", pulls)
		}
		// More than a page of the source is read to its end at once.
		source.put("a", page+3)
		apply()
		if at["a"] != source.head {
			t.Fatalf("the cursor is %d, the head %d", at["a"], source.head)
		}
		// A desktop that is behind is told to pull by the frame itself.
		source.put("a", 1)
		for _, f := range waiting(c) {
			if apply, pull := f.Applies(1); apply || !pull {
				t.Fatalf("a cursor of 1 takes the frame from %d", f.From)
			}
		}
	})
}

func TestALostWakeUpCostsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTable()
		source.silent = true
		h := running(t, source)
		c := joined(t, h, "c", "a")
		synctest.Wait()
		source.put("a", 1)
		began := time.Now()
		f := <-c.Frames()
		if took := time.Since(began); len(f.Changes) != 1 || took > tick {
			t.Fatalf("%+v after %s", f, took)
		}
		// A database that is away for a while is asked again.
		source.mu.Lock()
		source.err = errors.New("away")
		source.mu.Unlock()
		source.put("a", 1)
		time.Sleep(3 * tick)
		source.mu.Lock()
		source.err = nil
		source.mu.Unlock()
		if f := <-c.Frames(); len(f.Changes) != 1 {
			t.Fatalf("%+v", f)
		}
	})
}

func TestOthersFeedsAreNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTable()
		h := running(t, source)
		feeds := []string{"a"}
		var mu sync.Mutex
		c, err := h.Join(t.Context(), "x", "", "x", func(context.Context) ([]string, error) {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(feeds), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		defer h.Leave(c)
		source.put("b", 1)
		source.put("a", 1)
		for _, f := range waiting(c) {
			if f.Feed == "b" {
				t.Fatalf("told of another's feed: %+v", f)
			}
		}
		// A feed that is granted is a pull's work first, one that is taken away
		// is told no more.
		mu.Lock()
		feeds = []string{"b"}
		mu.Unlock()
		h.Recheck(t.Context(), "x")
		if f := waiting(c); len(f) != 1 || f[0].Type != wire.FramePull {
			t.Fatalf("after a change of rights: %+v", f)
		}
		source.put("a", 1)
		source.put("b", 1)
		if f := waiting(c); len(f) != 1 || f[0].Feed != "b" {
			t.Fatalf("%+v", f)
		}
	})
}

func TestASlowReaderIsCutOffAndNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTable()
		h := running(t, source)
		slow, quick := joined(t, h, "slow", "a"), joined(t, h, "quick", "a")
		for range buffered + 1 {
			source.put("a", 1)
			if len(waiting(quick)) != 1 {
				t.Fatal("the quick reader waits for the slow one")
			}
		}
		if !ended(slow) || ended(quick) {
			t.Fatalf("slow ended %v, quick %v", ended(slow), ended(quick))
		}
		if len(slow.Frames()) != buffered {
			t.Fatalf("%d frames are kept for the slow reader", len(slow.Frames()))
		}
	})
}

// A session that has ended loses its socket within five seconds, whichever
// process heard of it; a fault of the database is no reason to cut anybody.
func TestAnEndedSessionLosesItsSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t, newTable())
		var mu sync.Mutex
		var fault error
		set := func(err error) { mu.Lock(); fault = err; mu.Unlock() }
		c, err := h.Join(t.Context(), "x", "", "x", func(context.Context) ([]string, error) {
			mu.Lock()
			defer mu.Unlock()
			return nil, fault
		})
		if err != nil {
			t.Fatal(err)
		}
		defer h.Leave(c)
		set(portal.E(portal.Unavailable, ""))
		time.Sleep(time.Minute)
		if ended(c) {
			t.Fatal("cut off because the database was away")
		}
		set(portal.E(portal.Unauthorized, ""))
		select {
		case <-c.Done():
		case <-time.After(5 * time.Second):
			t.Fatal("its socket lives on")
		}
	})
}

func TestPresenceAppearsAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t, newTable())
		roy, petit, other := joined(t, h, "Sylvie Roy"), joined(t, h, "Marc Petit"), joined(t, h, "Hélène Garnier")
		request := portal.NewID()
		last := func(c *Conn) (names []string, told bool) {
			for _, f := range waiting(c) {
				if f.Type != wire.FramePresence || f.Request != request {
					t.Fatalf("%s is told %+v", c.Name, f)
				}
				names, told = f.Names, true
			}
			return names, told
		}
		expect := func(c *Conn, want ...string) {
			t.Helper()
			if names, told := last(c); !told || !slices.Equal(names, want) {
				t.Fatalf("%s is told %v (%v), not %v", c.Name, names, told, want)
			}
		}
		h.Watch(roy, request)
		expect(roy)
		h.Watch(petit, request)
		expect(roy, "Marc Petit")
		expect(petit, "Sylvie Roy")
		if _, told := last(other); told {
			t.Fatal("who does not look is told")
		}
		// Said again in time it stays, and says nothing new.
		time.Sleep(20 * time.Second)
		h.Watch(roy, request)
		if _, told := last(petit); told {
			t.Fatal("the same hint is told twice")
		}
		// Not said again it ends by itself.
		time.Sleep(15 * time.Second)
		expect(roy)
		// Looking at something else, and leaving, end it at once.
		h.Watch(petit, request)
		expect(roy, "Marc Petit")
		h.Watch(petit, portal.NewID())
		expect(roy)
		h.Watch(petit, request)
		expect(roy, "Marc Petit")
		h.Leave(petit)
		expect(roy)
		h.Watch(roy, "")
		synctest.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.presence) > 0 {
			t.Fatalf("%v is left", h.presence)
		}
	})
}

func TestARestartIsToldAndNobodyJoinsAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(newTable(), time.Now, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { _ = h.Run(ctx); close(done) }()
		c := joined(t, h, "c", "a")
		wait := time.Duration(0)
		h.Restart(func() time.Duration { wait += 700 * time.Millisecond; return wait })
		if f := waiting(c); len(f) != 1 || f[0].Type != wire.FrameRestart || f[0].Wait != 700 {
			t.Fatalf("%+v", f)
		}
		cancel()
		<-done
		if !ended(c) {
			t.Fatal("still connected after the end")
		}
		if _, err := h.Join(t.Context(), "x", "", "x", func(context.Context) ([]string, error) { return nil, nil }); portal.CodeOf(err) != portal.Unavailable {
			t.Fatalf("joined after the end: %v", err)
		}
		// Wait is for those who have not left, and no longer than it may.
		began := time.Now()
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		h.Wait(short)
		if time.Since(began) != time.Second {
			t.Fatal("it did not wait")
		}
		h.Leave(c)
		h.Leave(c) // twice is once
		h.Wait(t.Context())
	})
}
