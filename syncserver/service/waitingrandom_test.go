// Played without the race detector, which would take ten times as long over them:
// what they hold is the rules, and the same doors are tried under it elsewhere.

//go:build !race

package service_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// line is what a day with a waiting list should be: a model that is told of the
// same acts, as simple as it can be.
type line struct {
	places int
	end    time.Time
	live   map[int]portal.ID
	kept   map[int]time.Time
	queue  []int
}

// fill offers free places down the list, as long as there is somebody who could
// take one.
func (l *line) fill(now time.Time) {
	for len(l.queue) > 0 && len(l.live)+len(l.kept) < l.places {
		if !now.Before(l.end) {
			l.queue = nil
			return
		}
		first := l.queue[0]
		l.queue = l.queue[1:]
		keep, left := 24*time.Hour, l.end.Sub(now)
		if len(l.queue) > 0 {
			keep = min(keep, max(left/2, 30*time.Minute))
		}
		l.kept[first] = now.Add(keep).Truncate(time.Minute)
		if keep >= left {
			l.kept[first] = l.end
		}
	}
}

// lapse takes back what was not taken in time, as the job does, and ends the
// list at the cut-off.
func (l *line) lapse(now time.Time) {
	for i, until := range l.kept {
		if !now.Add(-2 * time.Minute).Before(until) {
			delete(l.kept, i)
		}
	}
	if !now.Before(l.end) {
		l.queue = nil
	}
	l.fill(now)
}

// TestRandomHistoriesOfAWaitingList plays random acts of eight families at two
// days with three places, and compares what stands after each with the model.
func TestRandomHistoriesOfAWaitingList(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		const families, places, acts = 8, 3, 220
		c := newCrowd(t, s, families, places)
		days := schoolDays[6:8]
		model := map[portal.Date]*line{}
		for _, d := range days {
			model[d] = &line{places: places, end: d.Add(-1).At(10, 0), live: map[int]portal.ID{}, kept: map[int]time.Time{}}
		}
		// The cut-off of a Monday is on the Friday before.
		model[days[0]].end = days[0].Add(-3).At(10, 0)
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 1))
		var done []string
		for range acts {
			i, day := r.IntN(families), days[r.IntN(len(days))]
			l := model[day]
			now := s.Clock.Now()
			until, isKept := l.kept[i]
			at := slices.Index(l.queue, i)
			_, booked := l.live[i]
			late := !now.Before(l.end)
			what, want, got := "", portal.Code(""), wire.Verdict{Accepted: true}
			switch act := r.IntN(10); {
			case act < 3:
				what = "books"
				id, v := c.book(i, day)
				got = v
				switch free := len(l.live)+len(l.kept) < l.places && len(l.queue) == 0; {
				case late:
					want = bookings.CutoffPassed
				case booked:
					want = bookings.AlreadyBooked
				case isKept && now.Before(until) || free:
					l.live[i] = id
					delete(l.kept, i)
				default:
					want = bookings.NoPlace
				}
			case act < 6:
				what = "waits"
				got = c.desks[i].Do(wire.WaitingJoin, wire.JoinWaiting{Wait: portal.NewID(), Child: c.children[i], Activity: demo.Canteen, Day: day})
				switch {
				case late:
					want = bookings.CutoffPassed
				case booked:
					want = bookings.AlreadyBooked
				case at >= 0 || isKept:
					want = bookings.AlreadyWaiting
				default:
					l.queue = append(l.queue, i)
					l.fill(now)
				}
			case act < 7:
				what = "leaves"
				w, found := waitOf(t, c.desks[i], c.children[i], day)
				if !found || !w.State.Live() {
					continue
				}
				got = c.desks[i].Do(wire.WaitingLeave, wire.LeaveWaiting{Wait: w.ID})
				delete(l.kept, i)
				if at >= 0 {
					l.queue = slices.Delete(l.queue, at, at+1)
				}
				l.fill(now)
			case act < 9:
				what = "cancels"
				if !booked {
					continue
				}
				got = c.desks[i].Do(wire.BookingCancel, wire.CancelBooking{Booking: l.live[i]})
				if late {
					want = bookings.CutoffPassed
					break
				}
				delete(l.live, i)
				l.fill(now)
			default:
				by := time.Duration(1+r.IntN(9*60)) * time.Minute
				what = "time passes, " + by.String()
				s.Clock.Add(by)
				s.Housekeep(t.Context())
				for _, d := range days {
					model[d].lapse(s.Clock.Now())
				}
			}
			done = append(done, fmt.Sprintf("%v family %d %s on %s", now.Format("02 15:04"), i, what, day))
			if got.Accepted != (want == "") || want != "" && got.Error.Code != want {
				t.Fatalf("%s: %+v, not %q\n%v", done[len(done)-1], got, want, done)
			}
			c.compare(model, done)
		}
		c.alter(func(tx *store.Tx) error {
			for _, d := range days {
				if taken, _, err := tx.Places(demo.Canteen, demo.JulesFerry, d); err != nil || taken.Live+taken.Offered > places {
					t.Errorf("%s: %+v, %v", d, taken, err)
				}
			}
			return nil
		})
	})
}

// compare fails unless the store holds what the model says.
func (c *crowd) compare(model map[portal.Date]*line, done []string) {
	c.t.Helper()
	c.alter(func(tx *store.Tx) error {
		for day, l := range model {
			for i, child := range c.children {
				all, err := tx.LiveWaitsIn(child, portal.Period{From: day, To: day})
				if err != nil {
					return err
				}
				b, live, err := tx.LiveBooking(child, demo.Canteen, day)
				if err != nil {
					return err
				}
				is, want := "", ""
				if live {
					is = "booked " + string(b.ID)
				}
				for _, w := range all {
					is += string(w.State)
					if w.State == bookings.WaitOffered {
						is += time.UnixMicro(w.Until).UTC().String()
					} else if place, err := tx.PlaceInLine(w); err == nil {
						is += fmt.Sprint(place)
					}
				}
				if id, has := l.live[i]; has {
					want = "booked " + string(id)
				}
				if until, has := l.kept[i]; has {
					want += "offered" + until.UTC().String()
				}
				if at := slices.Index(l.queue, i); at >= 0 {
					want += fmt.Sprint("waiting", at+1)
				}
				if is != want {
					c.t.Fatalf("family %d on %s is %q, not %q\n%v", i, day, is, want, done)
				}
			}
		}
		return nil
	})
}
