package service_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// settledAt is when the count of a day at the canteen is settled, by the town's rule.
func (w *world) settledAt(day portal.Date) (at time.Time) {
	w.t.Helper()
	w.alter(func(tx *store.Tx) error {
		var a bookings.Activity
		if _, err := tx.Fact(wire.Activities, demo.Canteen, &a); err != nil {
			return err
		}
		calendars, err := tx.Facts(wire.Calendars)
		if err != nil {
			return err
		}
		var cal bookings.Calendar
		if err := json.Unmarshal([]byte(calendars[0].Body), &cal); err != nil {
			return err
		}
		at = a.SettledAt(day, cal)
		return nil
	})
	return at
}

// counted is what the site's feed says of a day at the canteen.
func (w *world) counted(day portal.Date) (n wire.HeadCount, found bool) {
	w.t.Helper()
	w.alter(func(tx *store.Tx) error {
		all, err := tx.Standing()
		if err != nil {
			return err
		}
		key := string(demo.Canteen) + "/" + string(demo.JulesFerry) + "/" + string(day)
		raw, has := all[[3]string{wire.SiteFeed(demo.JulesFerry), wire.HeadCounts, key}]
		if found = has; found {
			return json.Unmarshal([]byte(raw), &n)
		}
		return nil
	})
	return n, found
}

// A kitchen is told that a count is final when nothing that was received before the
// limit can come any more, and never before: a command that waited for the writer is
// judged after the limit, and is in the count before that is final.
func TestACountIsFinalWhenAllReceivedBeforeTheLimitIsInIt(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		day := schoolDays[1]
		at := w.settledAt(day)
		limit := at.Add(-bookings.ReceivedWithin)
		reads := func(when string, count int, final bool) {
			t.Helper()
			s.Housekeep(context.Background())
			s.Check()
			if n, _ := w.counted(day); n.Count != count || n.Final != final {
				t.Errorf("%s the count is %d, final %v; not %d, %v", when, n.Count, n.Final, count, final)
			}
		}
		before, _ := w.counted(day)
		w.book(family, day, false)
		reads("long before", before.Count+1, false)
		s.Clock.Set(limit.Add(time.Minute))
		w.desks[otherFamily] = s.SignIn("motautre")
		w.desks[otherFamily].Refused(bookings.CutoffPassed, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: foreignChild, Activity: demo.Canteen, Day: day})
		reads("a minute after the limit", before.Count+1, false)
		// What the queue has kept until now was received a second before the limit.
		body, err := wire.NewCommand(portal.NewID(), wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: foreignChild, Activity: demo.Canteen, Day: day})
		if err != nil {
			t.Fatal(err)
		}
		actor := service.Actor{Account: w.account(otherFamily), Role: accounts.Role{Kind: accounts.Family}}
		out, err := s.Service.Commands(context.Background(), actor,
			wire.SendCommands{Outbox: portal.NewID(), Commands: []wire.Envelope{{Number: 1, Body: body}}}, limit.Add(-time.Second))
		if err != nil || !out.Verdicts[0].Accepted {
			t.Fatalf("what was received in time ends as %+v: %v", out.Verdicts, err)
		}
		s.Clock.Set(at.Add(-time.Microsecond))
		reads("the instant before", before.Count+2, false)
		s.Clock.Set(at)
		reads("when all is judged", before.Count+2, true)
		if n, found := w.counted(schoolDays[3]); found && n.Final {
			t.Errorf("a day whose limit is still to come reads %+v", n)
		}
	})
}

// A day on which nobody comes is told as final, too; and a limit that the town moves
// on opens its days again.
func TestACountOfNobodyIsFinalAndAMovedLimitOpensIt(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		day := portal.Date("2027-06-18")
		if n, found := w.counted(day); found {
			t.Fatalf("of a day that nobody has booked there is %+v", n)
		}
		s.Clock.Set(w.settledAt(day))
		s.Housekeep(context.Background())
		if n, found := w.counted(day); !found || n.Count != 0 || !n.Final {
			t.Errorf("of nobody is told %+v, %v", n, found)
		}
		w.alter(func(tx *store.Tx) error {
			var a bookings.Activity
			if _, err := tx.Fact(wire.Activities, demo.Canteen, &a); err != nil {
				return err
			}
			a.Book = bookings.Cutoff{Days: 1, Hour: 23, Minute: 59}
			return tx.PutFact(wire.Activities, a.ID, a)
		})
		if s.Clock.Now().After(w.settledAt(day)) {
			t.Fatal("the limit has not moved")
		}
		s.Housekeep(context.Background())
		if n, _ := w.counted(day); n.Final {
			t.Errorf("after its limit has moved on it is %+v", n)
		}
		s.Clock.Set(w.settledAt(day))
		s.Housekeep(context.Background())
		if n, _ := w.counted(day); !n.Final {
			t.Errorf("in the end it is %+v", n)
		}
	})
}
