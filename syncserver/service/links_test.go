package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parvis/assets/town"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// Homework needs the evening, half a Wednesday excludes the whole one, and the
// holidays are no school days: the town's own rule is the server's.
func TestWhatBelongsTogetherIsBookedTogether(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		family := s.SignIn("claire.martel")
		family.Catch()
		lea := family.Child("Léa")
		book := func(activity portal.ID, day portal.Date) wire.Book {
			return wire.Book{Booking: portal.NewID(), Child: lea, Activity: activity, Day: day}
		}
		const thursday, wednesday = portal.Date("2026-11-19"), portal.Date("2026-11-25")
		alone := family.Do(wire.BookingBook, book(demo.Study, thursday))
		if alone.Accepted || alone.Error.Code != bookings.NeedsOther || alone.Error.Args["name_fr"] != "Accueil du soir" {
			t.Fatalf("homework alone: %+v", alone.Error)
		}
		evening, study := book(demo.Evening, thursday), book(demo.Study, thursday)
		family.Must(wire.BookingBook, evening)
		family.Must(wire.BookingBook, study)
		if v := family.Do(wire.BookingCancel, wire.CancelBooking{Booking: evening.Booking}); v.Accepted || v.Error.Code != bookings.NeededBy || v.Error.Args["name_fr"] != "Étude surveillée" {
			t.Fatalf("the evening under homework: %+v", v.Error)
		}
		family.Must(wire.BookingCancel, wire.CancelBooking{Booking: study.Booking})
		family.Must(wire.BookingCancel, wire.CancelBooking{Booking: evening.Booking})

		half := book(demo.HalfDay, wednesday)
		family.Must(wire.BookingBook, half)
		// Only the half says so; the whole day obeys all the same.
		family.Refused(bookings.ExcludedBy, wire.BookingBook, book(demo.Wednesday, wednesday))
		family.Must(wire.BookingCancel, wire.CancelBooking{Booking: half.Booking})
		family.Must(wire.BookingBook, book(demo.Wednesday, wednesday))
		family.Refused(bookings.ExcludedBy, wire.BookingBook, book(demo.HalfDay, wednesday))

		family.Refused(bookings.SchoolDay, wire.BookingBook, book(demo.Holidays, thursday))
		family.Must(wire.BookingBook, book(demo.Holidays, "2026-12-22"))
		family.Refused(bookings.PublicHoliday, wire.BookingBook, book(demo.Holidays, "2026-12-25"))
		family.Refused(bookings.SchoolHoliday, wire.BookingBook, book(demo.Canteen, "2026-12-22"))
	})
}

// Whom a parent lets book one activity is not told of the child's others.
func TestADelegateIsNotToldOfOtherActivities(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.alter(func(tx *store.Tx) error {
			if err := s.Service.SeedAt(tx, familyChild, demo.JulesFerry, []string{bookings.Evening}); err != nil {
				return err
			}
			var canteen bookings.Activity
			if _, err := tx.Fact(wire.Activities, demo.Canteen, &canteen); err != nil {
				return err
			}
			canteen.Excludes = []portal.ID{demo.Evening}
			return tx.PutFact(wire.Activities, demo.Canteen, canteen)
		})
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Evening, Day: "2026-11-19"})
		v := w.desks[booker].Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-11-19"})
		if v.Accepted || v.Error.Code != bookings.ExcludedBy || len(v.Error.Args) != 0 {
			t.Errorf("the delegate reads %+v", v.Error)
		}
		if v := w.desks[otherParent].Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-11-19"}); v.Accepted || v.Error.Args["activity"] != string(demo.Evening) {
			t.Errorf("the other parent reads %+v", v.Error)
		}
	})
}

// What was booked before the town linked two activities stands, and what
// contradicts the link since is found.
func TestALinkHoldsForWhatIsBookedFromThenOn(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		family := s.SignIn("claire.martel")
		family.Catch()
		lea := family.Child("Léa")
		morning, evening := portal.NewID(), portal.NewID()
		family.Must(wire.BookingBook, wire.Book{Booking: morning, Child: lea, Activity: demo.Morning, Day: "2026-11-19"})
		family.Must(wire.BookingBook, wire.Book{Booking: evening, Child: lea, Activity: demo.Evening, Day: "2026-11-19"})
		s.Clock.Add(time.Second)
		ctx := context.Background()
		text := strings.Replace(string(town.SaintAubin), `"key": "accueil-soir",`, `"key": "accueil-soir", "excludes": ["accueil-matin"],`, 1)
		setup, err := service.ReadSetup(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		first := s.Clock.Now().UnixMicro()
		for range 2 { // written again it is no new link
			if err := s.Store.Write(ctx, func(tx *store.Tx) error { return s.Service.SetUp(tx, setup) }); err != nil {
				t.Fatal(err)
			}
			s.Clock.Add(time.Hour)
		}
		if err := s.Store.Read(ctx, func(tx *store.Tx) error {
			var a bookings.Activity
			_, err := tx.Fact(wire.Activities, demo.Evening, &a)
			if a.Linked != first {
				t.Errorf("linked since %d, not %d", a.Linked, first)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if wrong, err := s.Service.Contradictions(ctx); err != nil || len(wrong) > 0 {
			t.Fatalf("what was booked before: %v, %v", wrong, err)
		}
		family.Must(wire.BookingCancel, wire.CancelBooking{Booking: morning})
		family.Refused(bookings.ExcludedBy, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Morning, Day: "2026-11-19"})

		// Had the evening been linked to another before, it would be wrong.
		link := func(since int64) []string {
			t.Helper()
			if err := s.Store.Write(ctx, func(tx *store.Tx) error {
				var a bookings.Activity
				if _, err := tx.Fact(wire.Activities, demo.Evening, &a); err != nil {
					return err
				}
				a.Requires, a.Linked = []portal.ID{demo.Morning}, since
				return tx.PutFact(wire.Activities, demo.Evening, a)
			}); err != nil {
				t.Fatal(err)
			}
			wrong, err := s.Service.Contradictions(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return wrong
		}
		if wrong := link(0); len(wrong) != 1 || !strings.Contains(wrong[0], "stands without accueil-matin") {
			t.Errorf("a booking without what it needs: %v", wrong)
		}
		if wrong := link(s.Clock.Now().UnixMicro()); len(wrong) != 0 {
			t.Errorf("linked since: %v", wrong)
		}
	})
}
