package syncing

import (
	"net/http"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestARefusalIsToldAndStopsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.refuse[day(2)] = portal.E("no_place", "day")
		w.book(1)
		refused := w.book(2)
		w.book(3)
		w.quiet(2)
		got := w.view.Refusals()
		if len(got) != 1 || got[0].ID != refused || got[0].Verdict.Error.Code != "no_place" || w.engine.Status().Refused != 1 {
			t.Fatalf("refusals: %+v", got)
		}
		if err := w.engine.MarkRead(refused); err != nil || len(w.view.Refusals()) != 0 || w.engine.Status().Refused != 0 {
			t.Errorf("still unread: %v", err)
		}
	})
}

func TestAnotherHistoryKeepsTheOutbox(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.book(1)
		w.quiet(1)
		w.line.set(true, false)
		w.within(5*time.Second, "the truth", w.state(Offline))
		w.book(2)
		w.book(3)
		w.restore()
		w.line.set(false, false)
		// What was decided before the backup is gone in the town; what waited is
		// sent, in a new outbox, for the numbers of the old one have a gap.
		old := w.cache.OutboxID()
		w.quiet(2)
		if w.cache.OutboxID() == old {
			t.Error("the outbox goes on with a gap")
		}
	})
}

func TestANumberThatIsAnothersBeginsANewOutbox(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.line.set(true, false)
		w.book(1)
		w.book(2)
		old := w.cache.OutboxID()
		// A copy of this cache has used the same outbox on another computer.
		w.town.mu.Lock()
		w.outboxes[old] = &decided{mark: 1, verdicts: []wire.Verdict{{Command: portal.NewID(), Number: 1, Accepted: true}}}
		w.town.mu.Unlock()
		w.line.set(false, false)
		w.quiet(2)
		if w.cache.OutboxID() == old {
			t.Error("the outbox is still the same")
		}
	})
}

func TestTheServerHasForgottenTheLastNumbers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.lose = 1
		w.town.mu.Lock()
		w.meddle = func(http.ResponseWriter, *http.Request) bool { return false }
		w.town.mu.Unlock()
		w.book(1)
		w.book(2)
		w.pass(5 * time.Millisecond)
		w.quiet(2)
		// The outbox goes on where it stood.
		old := w.cache.OutboxID()
		w.book(3)
		w.quiet(3)
		if w.cache.OutboxID() != old {
			t.Error("a new outbox for nothing")
		}
	})
}

func TestWhatTheServerIsTooOldForIsKept(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.tooNew = wire.FileSeen
		w.book(1)
		newer := w.submit(wire.FileSeen, wire.SeenFile{Account: "a", Desk: "b"})
		w.book(2)
		w.within(2*time.Second, "told", func() bool { h := w.engine.Status().Held; return h != nil && h.Command == newer })
		if n := w.waiting(); n != 2 || w.bookings() != 1 || !w.state(UpToDate)() {
			t.Errorf("%d wait, %d bookings", n, w.bookings())
		}
		// Reading goes on.
		w.put(wire.AccountFeed(account), wire.Children, child, wire.Child{ID: child, FirstName: "Zoé"})
		w.pass(time.Second)
		if c, _ := w.view.Child(child); c.FirstName != "Zoé" {
			t.Errorf("child: %+v", c)
		}
		n := w.asked(wire.RouteCommands)
		w.pass(50 * time.Minute)
		if w.asked(wire.RouteCommands) != n {
			t.Error("offered again within the hour")
		}
		w.pass(21 * time.Minute)
		if w.asked(wire.RouteCommands) == n {
			t.Error("not offered again after the hour")
		}
		// The server is upgraded; the program is started again.
		w.town.mu.Lock()
		w.tooNew = ""
		w.town.mu.Unlock()
		w.start()
		w.quiet(2)
		if w.engine.Status().Held != nil {
			t.Error("still told as held")
		}
	})
}

func TestACommandNobodyCanReadDoesNotStopThePulls(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		var bad portal.ID
		w.meddle = func(wr http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != wire.RouteCommands {
				return false
			}
			again := keepBody(r)
			raw := again()
			buf := make([]byte, 1<<20)
			n, _ := raw.Read(buf)
			r.Body = again()
			if bad != "" && contains(buf[:n], string(bad)) {
				problem(wr, http.StatusUnprocessableEntity, portal.Invalid, 0, "")
				return true
			}
			return false
		}
		w.line.set(true, false)
		w.book(1)
		bad = w.book(2)
		w.book(3)
		w.line.set(false, false)
		w.within(10*time.Second, "told", func() bool { h := w.engine.Status().Held; return h != nil && h.Command == bad })
		w.within(10*time.Second, "live", w.live)
		if w.bookings() != 1 || w.waiting() != 2 {
			t.Errorf("%d bookings, %d wait", w.bookings(), w.waiting())
		}
		bad = ""
		w.engine.TryNow()
		w.quiet(3)
	})
}

func TestTheServerEndsTheSession(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.meddle = func(wr http.ResponseWriter, _ *http.Request) bool {
			problem(wr, http.StatusUnauthorized, portal.Unauthorized, 0, "")
			return true
		}
		w.town.mu.Unlock()
		w.book(1)
		w.within(time.Second, "told", w.state(SignedOut))
		n := w.asked(wire.RoutePull) + w.asked(wire.RouteCommands)
		w.book(2) // still safe
		w.engine.TryNow()
		w.pass(time.Hour)
		if got := w.asked(wire.RoutePull) + w.asked(wire.RouteCommands); got != n || w.ended != 1 {
			t.Errorf("%d requests without a session, told %d times", got-n, w.ended)
		}
		if n := w.waiting(); n != 2 {
			t.Errorf("%d wait", n)
		}
		w.town.mu.Lock()
		w.meddle = nil
		w.town.mu.Unlock()
		w.engine.SignedIn()
		w.quiet(2)
	})
}

// A session that has ended while there was no socket is known at the next try
// for one, not at the next poll.
func TestTheEndOfASessionIsToldByTheSocketThatIsRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.meddle = func(wr http.ResponseWriter, r *http.Request) bool {
			// Somebody else ended it; the socket just broke.
			if r.URL.Path != wire.RouteTown {
				problem(wr, http.StatusUnauthorized, portal.Unauthorized, 0, "")
				return true
			}
			return false
		}
		w.town.mu.Unlock()
		w.pass(time.Second)
		w.town.hangUp()
		w.within(6*time.Second, "told", w.state(SignedOut))
	})
}
