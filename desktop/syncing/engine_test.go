package syncing

import (
	"net/http"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestFromNothingToLive(t *testing.T) {
	inWorld(t, func(w *world) {
		w.pageRows = 1 // three pages
		w.online()
		if _, ok := w.view.Child(child); !ok {
			t.Error("the child is not there")
		}
		// What others do is here by the socket, without a pull.
		pulls := w.asked(wire.RoutePull)
		w.put(wire.AccountFeed(account), wire.Children, child, wire.Child{ID: child, FirstName: "Léa-Rose"})
		w.pass(50 * time.Millisecond)
		if c, _ := w.view.Child(child); c.FirstName != "Léa-Rose" || w.asked(wire.RoutePull) != pulls {
			t.Errorf("%+v after %d pulls", c, w.asked(wire.RoutePull)-pulls)
		}
		w.book(1)
		w.within(time.Second, "decided", func() bool { return w.waiting() == 0 })
		w.quiet(1)
		// And then nothing, for hours but for the poll.
		before := w.asked(wire.RoutePull)
		w.pass(3 * time.Hour)
		if n := w.asked(wire.RoutePull) - before; n > 36 || n < 17 {
			t.Errorf("%d pulls in three quiet hours", n)
		}
		w.quiet(1)
	})
}

func TestALineThatIsCut(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.line.set(true, false)
		w.within(5*time.Second, "the truth", w.state(Offline))
		if s := w.engine.Status(); s.Live || s.Since.IsZero() || s.Cause != client.NoLine {
			t.Errorf("status %+v", s)
		}
		for i := range 150 { // more than a batch
			w.book(i)
		}
		if n := len(w.engine.Status().Waiting); n != 150 {
			t.Errorf("%d wait", n)
		}
		dials := w.line.dialled()
		w.pass(10 * time.Minute)
		if n := w.line.dialled() - dials; n < 120 || n > 600 {
			t.Errorf("%d attempts in ten minutes", n)
		}
		w.line.set(false, false)
		took := w.within(6*time.Second, "all sent", func() bool { return w.waiting() == 0 })
		t.Logf("all sent %v after the line was back", took)
		w.quiet(150)
	})
}

// A connection that died without a word: the truth shows within 5 s of a
// click, and within 6 s of the line's coming back all is sent.
func TestALineThatSwallowsEverything(t *testing.T) {
	for _, hole := range []time.Duration{time.Second, 6 * time.Second, 17 * time.Second, 10 * time.Minute} {
		t.Run(hole.String(), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.online()
				w.line.set(false, true)
				w.book(1)
				begun := time.Now()
				if hole > 5*time.Second {
					w.within(5*time.Second, "the truth", func() bool {
						s := w.engine.Status().State
						return s == Silent || s == Offline
					})
				}
				w.pass(hole - time.Since(begun))
				w.line.set(false, false)
				took := w.within(6*time.Second, "all sent", func() bool { return w.waiting() == 0 })
				t.Logf("all sent %v after the line was back", took)
				w.quiet(1)
				w.within(2*time.Minute, "live again", w.live)
			})
		})
	}
}

func TestAQuietDeathOfTheSocketIsNoticed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.line.set(false, true)
		w.within(client.PingEvery+client.PongWait+5*time.Second, "the truth", func() bool { return !w.engine.Status().Live })
		w.within(6*time.Second, "the truth about the line", func() bool { return !w.state(UpToDate)() })
		w.line.set(false, false)
		w.within(time.Minute, "live again", w.live)
		w.quiet(0)
	})
}

func TestTheAnswerIsLostAfterTheCommandWasObeyed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.lose = 3
		w.town.mu.Unlock()
		w.book(1)
		w.within(20*time.Second, "decided", func() bool { return w.waiting() == 0 })
		w.quiet(1)
	})
}

func TestEverythingIsDoneTwice(t *testing.T) {
	inWorld(t, func(w *world) {
		// Each request is handed to the server twice, and the second answer
		// counts: what a proxy does that repeats what it thinks lost.
		w.meddle = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == wire.RouteCommands {
				again := keepBody(r)
				w.commands(discard{http.Header{}}, r)
				r.Body = again()
			}
			return false
		}
		w.online()
		for i := range 5 {
			w.book(i)
			w.pass(10 * time.Millisecond)
		}
		w.quiet(5)
	})
}

func TestBusyServersAreLeftInPeace(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.meddle = func(wr http.ResponseWriter, _ *http.Request) bool {
			problem(wr, http.StatusServiceUnavailable, portal.Unavailable, 0, "30")
			return true
		}
		w.town.mu.Unlock()
		w.book(1)
		w.within(time.Second, "told", w.state(Busy))
		n := w.asked(wire.RouteCommands)
		w.book(2)
		w.hangUp() // a socket that ends is no reason either
		w.pass(29 * time.Second)
		if got := w.asked(wire.RouteCommands); got != n {
			t.Errorf("%d attempts within Retry-After", got-n)
		}
		w.within(10*time.Second, "another attempt", func() bool { return w.asked(wire.RouteCommands) > n })
		// A person may ask at any time.
		n = w.asked(wire.RouteCommands)
		w.engine.TryNow()
		w.within(time.Second, "an attempt", func() bool { return w.asked(wire.RouteCommands) > n })
		// Without a word of when, the waits grow up to a minute.
		w.town.mu.Lock()
		w.meddle = func(wr http.ResponseWriter, _ *http.Request) bool {
			problem(wr, http.StatusServiceUnavailable, portal.Unavailable, 0, "")
			return true
		}
		w.town.mu.Unlock()
		w.engine.TryNow()
		w.pass(10 * time.Minute)
		n = w.asked(wire.RouteCommands)
		w.pass(time.Hour)
		if got := w.asked(wire.RouteCommands) - n; got < 60 || got > 240 {
			t.Errorf("%d attempts in an hour", got)
		}
		w.town.mu.Lock()
		w.meddle = nil
		w.town.mu.Unlock()
		w.within(time.Minute, "served", func() bool { return w.waiting() == 0 })
		w.quiet(2)
	})
}

// A server that is slow with one request is not taken for a dead line for
// ever: patience grows, and the request is answered.
func TestASlowServerIsWaitedFor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.stall[wire.RouteCommands] = 25 * time.Second
		w.town.mu.Unlock()
		w.book(1)
		w.within(5*time.Second, "told", w.state(Silent))
		w.within(3*time.Minute, "answered", func() bool { return w.waiting() == 0 })
		w.quiet(1)
	})
}

func TestUndoneBeforeItWasSent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.line.set(true, false)
		w.within(5*time.Second, "the truth", w.state(Offline))
		id := w.book(1)
		w.pass(20 * time.Second) // attempts hand nothing over: nothing was connected
		if err := w.engine.Undo(id); err != nil {
			t.Fatal(err)
		}
		id = w.book(2)
		w.line.set(false, false)
		w.within(6*time.Second, "sent", func() bool { return w.waiting() == 0 })
		if err := w.engine.Undo(id); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("undone after all: %v", err)
		}
		w.quiet(1)
	})
}

func TestUndo(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.engine.Close()
		id := w.book(1)
		if n := len(w.view.Waiting()); n != 1 || w.engine.Status().Waiting[0].ID != id {
			t.Errorf("%d wait", n)
		}
		if err := w.engine.Undo(id); err != nil || w.waiting() != 0 || len(w.view.Waiting()) != 0 {
			t.Errorf("not undone: %v", err)
		}
		if err := w.engine.Undo(id); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("undone twice: %v", err)
		}
		if _, err := w.engine.Submit([]byte(`{"type":"kite"}`), cache.Note{}); err == nil {
			t.Error("nonsense is sent")
		}
	})
}

func TestAWakeningIsNoticed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		n := w.asked(wire.RoutePull)
		w.off.Add(int64(8 * time.Hour))
		w.within(tickEvery+time.Second, "a pull", func() bool { return w.asked(wire.RoutePull) > n })
		w.within(5*time.Second, "live", w.live)
	})
}

func TestTheClocksErrorIsFound(t *testing.T) {
	inWorld(t, func(w *world) {
		w.off.Store(int64(-26 * time.Hour))
		w.line.delay = 40 * time.Millisecond
		w.online()
		for range 20 {
			w.engine.TryNow()
			w.pass(time.Second)
		}
		if e := time.Until(w.engine.Now()).Abs(); e > 500*time.Millisecond {
			t.Errorf("wrong by %v", e)
		}
		if e := time.Until(w.view.Now()).Abs(); e > 500*time.Millisecond {
			t.Errorf("the view is wrong by %v", e)
		}
	})
}

func TestPresence(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		stop := w.engine.Watch("request")
		w.pass(35 * time.Second)
		w.town.mu.Lock()
		n := len(w.present)
		w.say(wire.Frame{Type: wire.FramePresence, Request: "request", Names: []string{"Mme Roy"}})
		w.town.mu.Unlock()
		if n < 3 || n > 5 {
			t.Errorf("told %d times in 35 s", n)
		}
		w.pass(time.Second)
		if got := w.view.Presence("request"); len(got) != 1 {
			t.Errorf("present: %v", got)
		}
		stop()
		stop()
		w.pass(35 * time.Second)
		if got := w.view.Presence("request"); len(got) != 0 {
			t.Errorf("still present: %v", got)
		}
		w.town.mu.Lock()
		defer w.town.mu.Unlock()
		if len(w.present) > n+1 {
			t.Error("told on after leaving")
		}
	})
}

func TestAPlannedRestartIsComeBackFromLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.say(wire.Frame{Type: wire.FrameRestart, Wait: 20_000})
		w.town.mu.Unlock()
		w.pass(10 * time.Millisecond)
		w.hangUp()
		n := w.line.dialled()
		w.book(1)
		w.pass(19 * time.Second)
		if w.line.dialled() != n {
			t.Error("came back before its time")
		}
		w.within(2*time.Second, "sent", func() bool { return w.waiting() == 0 })
		w.within(5*time.Second, "live", w.live)
		w.quiet(1)
	})
}

func TestWithoutSocketsPullsGoOn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.meddle = func(wr http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == wire.RouteLive {
				wr.WriteHeader(http.StatusForbidden) // a proxy that allows no sockets
				return true
			}
			return false
		}
		w.start()
		w.within(5*time.Second, "up to date", w.state(UpToDate))
		w.book(1)
		w.quiet(1)
		w.put(wire.AccountFeed(account), wire.Children, child, wire.Child{ID: child, FirstName: "Zoé"})
		w.within(pollDeaf+time.Second, "a pull", func() bool { c, _ := w.view.Child(child); return c.FirstName == "Zoé" })
		n := w.asked(wire.RouteLive)
		w.pass(time.Hour)
		if got := w.asked(wire.RouteLive) - n; got > 240 {
			t.Errorf("%d sockets tried in an hour", got)
		}
	})
}

func TestThePublicCacheFollowsTheTownAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.public, w.token = true, ""
		w.start()
		w.within(5*time.Second, "up to date", w.state(UpToDate))
		w.put(wire.TownFeed, wire.Sites, "site", map[string]string{"id": "site"})
		w.within(pollPublic+time.Second, "a pull", func() bool { return len(w.view.Sites()) == 1 })
		if w.asked(wire.RouteLive) != 0 || w.asked(wire.RouteCommands) != 0 {
			t.Error("more than pulls")
		}
		if _, ok := w.view.Child(child); ok {
			t.Error("a child in public")
		}
		if _, err := w.engine.Submit(nil, cache.Note{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("submitted: %v", err)
		}
	})
}

func TestALongPullGoesOnBehindABrokenLine(t *testing.T) {
	inWorld(t, func(w *world) {
		for i := range 40 {
			w.put(wire.TownFeed, wire.Sites, portal.ID(day(i)), map[string]string{"id": "site"})
		}
		w.pageRows = 2
		pages := 0
		w.meddle = func(wr http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != wire.RoutePull {
				return false
			}
			if pages++; pages%4 == 0 { // three pages, then a break
				panic(http.ErrAbortHandler)
			}
			return false
		}
		w.start()
		var seen []int
		w.engine.Observe(func(s Status) {
			if s.State == Working {
				seen = append(seen, s.Percent)
			}
		})
		w.within(time.Minute, "up to date", w.state(UpToDate))
		if pages > 40 {
			t.Errorf("%d pages: the pull began anew", pages)
		}
		if len(seen) < 10 || seen[len(seen)-1] < 60 || seen[len(seen)-1] > 99 {
			t.Errorf("percent: %v", seen)
		}
		w.quiet(0)
	})
}

func TestFeedsComeAndGo(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		file := wire.FileFeed("scolaire", "famille")
		w.town.mu.Lock()
		w.granted = append(w.granted, file)
		w.town.mu.Unlock()
		w.put(file, wire.Accounts, "famille", wire.Account{ID: "famille"})
		w.within(time.Second, "granted", func() bool { _, ok := w.view.File("famille", "scolaire"); return ok })
		w.town.mu.Lock()
		w.granted = w.granted[:2]
		w.say(wire.Frame{Type: wire.FramePull})
		w.town.mu.Unlock()
		w.within(time.Second, "taken away", func() bool { _, ok := w.view.File("famille", "scolaire"); return !ok })
		w.quiet(0)
	})
}

func TestALostFrameIsMadeGoodByAPull(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.mute = true
		w.write(wire.TownFeed, wire.Sites, "a", map[string]string{"id": "a"})
		w.mute = false
		w.town.mu.Unlock()
		w.put(wire.TownFeed, wire.Sites, "b", map[string]string{"id": "b"})
		w.within(time.Second, "both", func() bool { return len(w.view.Sites()) == 2 })
		w.quiet(0)
	})
}
