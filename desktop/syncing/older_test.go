package syncing

import (
	"net/http"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// An older copy of the town's database is put back after a command was decided
// and before the desktop has pulled: the cursor fits, so nothing is reset, and
// what the copy lacks is sent again.
func TestWhatAnOlderCopyLacksIsSentAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.mute = true
		w.meddle = func(wr http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == wire.RoutePull {
				problem(wr, http.StatusServiceUnavailable, portal.Unavailable, 0, "1")
				return true
			}
			return false
		}
		w.town.mu.Unlock()
		w.book(1)
		w.within(time.Second, "decided", func() bool { return w.bookings() == 1 })
		w.pass(100 * time.Millisecond)
		w.town.mu.Lock()
		w.meddle = nil
		clear(w.effects)
		for _, o := range w.outboxes {
			o.mark, o.verdicts = 0, nil
		}
		rows := w.feeds[wire.AccountFeed(account)]
		for k, ch := range rows {
			if ch.Collection == wire.Bookings {
				delete(rows, k)
			}
		}
		w.town.mu.Unlock()
		w.within(6*time.Second, "sent again", func() bool { return w.waiting() == 0 })
		w.quiet(1)
	})
}
