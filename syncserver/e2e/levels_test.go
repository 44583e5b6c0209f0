package e2e

import (
	"context"
	"encoding/json"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// Whatever the number of places, and however many are taken, a desktop shows
// as bookable what the server accepts, and as full what it refuses.
func TestDesktopAndServerAgreeHowFullADayIs(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		claire, hugo := s.SignIn("claire.martel"), s.SignIn("hugo.martel")
		lea, noe := claire.Child("Léa"), claire.Child("Noé")
		days := []portal.Date{"2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24", "2026-11-26"}
		looks := func(day portal.Date) view.DayView {
			t.Helper()
			claire.Catch()
			var rows []wire.Change
			for key, body := range claire.Rows {
				rows = append(rows, wire.Change{Feed: key[0], Collection: key[1], Entity: portal.ID(key[2]), Seq: 1, Body: json.RawMessage(body)})
			}
			v := view.New(claire.Session.Account.ID, s.Clock.Now, func(f func()) { f() })
			v.Replace(cache.Snapshot{Rows: rows})
			return v.Day(lea, demo.Canteen, day)
		}
		for capacity, day := range days {
			if err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, capacity) }); err != nil {
				t.Fatal(err)
			}
			for taken := 0; ; taken++ {
				want := bookings.LevelOf(capacity-taken, capacity)
				d := looks(day)
				if d.Level != want || d.Look.CanBook != (want != bookings.Full) {
					t.Errorf("%d of %d places taken: the desktop shows %q, can book %v; the rule says %q", taken, capacity, d.Level, d.Look.CanBook, want)
				}
				if !d.Look.CanBook {
					if d.Look.Reason == nil || d.Look.Reason.Code != bookings.NoPlace {
						t.Errorf("%d of %d places taken: the desktop says %v", taken, capacity, d.Look.Reason)
					}
					break
				}
				if taken == 1 {
					break // Léa's own place is tried last
				}
				hugo.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: noe, Activity: demo.Canteen, Day: day})
			}
			verdict := claire.Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Canteen, Day: day})
			if verdict.Accepted != (capacity > 1) || !verdict.Accepted && verdict.Error.Code != bookings.NoPlace {
				t.Errorf("%d places: the server says %+v", capacity, verdict)
			}
			// For the next day anew.
			claire.Catch()
			for id := range claire.In(wire.Bookings) {
				for _, who := range []*hosttest.Desk{claire, hugo} {
					who.Do(wire.BookingCancel, wire.CancelBooking{Booking: portal.ID(id)})
				}
			}
		}
		// Where nobody ever said how many places there are, there is none, and
		// that is told without a row for each day.
		claire.Catch()
		before := len(claire.Rows)
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			var a bookings.Activity
			if _, err := tx.Fact(wire.Activities, demo.Canteen, &a); err != nil {
				return err
			}
			a.Sites = append(a.Sites, demo.Clairiere)
			return tx.PutFact(wire.Activities, demo.Canteen, a)
		}); err != nil {
			t.Fatal(err)
		}
		claire.Catch()
		row := claire.Rows[[3]string{wire.TownFeed, wire.Levels, string(wire.LevelKey(demo.Canteen, demo.Clairiere, ""))}]
		if row == "" || len(claire.Rows) != before+1 {
			t.Errorf("a site without places is told %q, by %d rows", row, len(claire.Rows)-before)
		}
	})
}
