package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// review has the family ask for mornings, which may be booked while it is looked
// at, and books some days of them.
func (w *world) review(days ...portal.Date) (request portal.ID) {
	w.t.Helper()
	w.alter(func(tx *store.Tx) error {
		var a bookings.Activity
		if _, err := tx.Fact(wire.Activities, demo.Morning, &a); err != nil {
			return err
		}
		a.Provisional = true
		return tx.PutFact(wire.Activities, demo.Morning, a)
	})
	request = portal.NewID()
	w.desks[family].Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "accueil-matin-soir", Version: 3, Child: familyChild, Terms: true,
		Answers: json.RawMessage(`{"child":"` + string(familyChild) + `","school":"jules-ferry","class":"ce2","slots":["morning","evening"],"usualDays":["mon"],"from":"2026-11-23"}`)})
	for _, day := range days {
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: day})
	}
	return request
}

// mornings is what an account reads of the family's mornings.
func (w *world) mornings(who string) map[portal.Date]wire.Booking {
	w.t.Helper()
	w.desks[who].Catch()
	out := map[portal.Date]wire.Booking{}
	for _, raw := range w.desks[who].In(wire.Bookings) {
		var b wire.Booking
		if err := json.Unmarshal([]byte(raw), &b); err != nil {
			w.t.Fatal(err)
		}
		if b.Activity == demo.Morning {
			out[b.Day] = b
		}
	}
	return out
}

func TestAProvisionalDayCountsForPlacesAndIsNotPaid(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.balanceOf(family)
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Morning, demo.JulesFerry, 1) })
		request := w.review("2026-11-23", "2026-11-24")
		w.desks[family].Refused(bookings.NotEnrolled, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Evening, Day: "2026-11-23"}) // which does not allow it
		now := w.mornings(family)
		if len(now) != 2 || !now["2026-11-23"].Provisional || now["2026-11-23"].Price == 0 || w.balanceOf(family) != before {
			t.Fatalf("it stands as %+v, balance %s", now, w.balanceOf(family).Decimal())
		}
		if live, capacity := w.places(demo.Morning, demo.JulesFerry, "2026-11-23"); live != 1 || capacity != 1 {
			t.Errorf("%d of %d places are taken", live, capacity)
		}
		// What is booked provisionally is spoken for: the balance cannot be spent
		// twice.
		price := now["2026-11-23"].Price
		w.alter(func(tx *store.Tx) error { return leave(tx, w.account(family), 2*price-5000) })
		w.desks[family].Refused(bookings.BalanceFloor, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-11-23"})
		// Taken back, it costs and gives back nothing.
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: now["2026-11-24"].ID})
		if got := w.balanceOf(family); got != 2*price-5000 {
			t.Errorf("a cancellation gave back: %s", got.Decimal())
		}
		w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
		w.desks[deskAgent].Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		now = w.mornings(family)
		if b := now["2026-11-23"]; len(now) != 1 || b.Provisional || b.Price != price || w.balanceOf(family) != price-5000 {
			t.Errorf("accepted it stands as %+v, balance %s", now, w.balanceOf(family).Decimal())
		}
		if told := fmt.Sprint(w.desks[family].In(wire.Notices)); !strings.Contains(told, `"what":"confirmed"`) {
			t.Errorf("told is %s", told)
		}
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: now["2026-11-23"].ID})
		if got := w.balanceOf(family); got != 2*price-5000 {
			t.Errorf("the true one gave back: %s", got.Decimal())
		}
	})
}

func TestAProvisionalDayFallsWithItsRequest(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		nth := 0
		for name, end := range map[string]func(w *world, request portal.ID){
			"refused": func(w *world, request portal.ID) {
				w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
				w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: request, Reason: "Hors secteur."})
			},
			"closed": func(w *world, request portal.ID) {
				w.desks[deskAgent].Must(wire.RequestClose, wire.CloseRequest{Request: request, Reason: "En double."})
			},
			"withdrawn": func(w *world, request portal.ID) {
				w.desks[family].Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: request})
			},
		} {
			t.Log(name)
			before := w.balanceOf(family)
			request := w.review("2026-11-23", "2026-11-24")
			end(w, request)
			nth++
			if now := w.mornings(family); len(now) != 0 || w.balanceOf(family) != before {
				t.Errorf("it stands as %+v, balance %s", now, w.balanceOf(family).Decimal())
			}
			if live, _ := w.places(demo.Morning, demo.JulesFerry, "2026-11-23"); live != 0 {
				t.Errorf("%d places are still taken", live)
			}
			w.desks[family].Catch()
			if told := fmt.Sprint(w.desks[family].In(wire.Notices)); strings.Count(told, `"what":"fallen"`) != nth {
				t.Errorf("told is %s", told)
			}
			for id := range w.desks[family].In(wire.Notices) { // the next is news again
				w.desks[family].Must(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{portal.ID(id)}})
			}
			w.desks[family].Refused(bookings.NotEnrolled, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: "2026-11-23"})
		}
	})
}

// What has been eaten is paid, whatever is decided of the days to come; and a
// decision taken back lets one book again.
func TestOfAProvisionalRunTheDaysGoneByStay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.review("2026-11-19", "2026-11-20", "2026-11-24")
		price := w.mornings(family)["2026-11-19"].Price
		before := w.balanceOf(family)
		s.Clock.Set(portal.Date("2026-11-20").At(12, 0))
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
		w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: request, Reason: "Hors secteur."})
		if now := w.mornings(family); len(now) != 2 || now["2026-11-24"].ID != "" || now["2026-11-20"].Provisional || w.balanceOf(family) != before-2*price {
			t.Errorf("it stands as %+v, balance %s of %s", now, w.balanceOf(family).Decimal(), before.Decimal())
		}
		w.desks[deskAgent].Must(wire.RequestReopen, wire.ReopenRequest{Request: request})
		w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: "2026-11-24"})
		if now := w.mornings(family); len(now) != 3 || !now["2026-11-24"].Provisional {
			t.Errorf("reopened it stands as %+v", now)
		}
		s.Clock.Add(time.Minute)
	})
}

// That a child does not come on a day that is booked provisionally is told as of
// any other: the place is free again, and nothing was paid that could come back.
func TestAnAbsenceOnAProvisionalDay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		canteen := w.book(family, "2026-11-23", false)
		w.review("2026-11-23", "2026-11-24")
		before, paid := w.balanceOf(family), w.canteen(family)["2026-11-23"].Price
		now := w.mornings(family)
		w.desks[family].Must(wire.AbsenceTell, wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{now["2026-11-24"].ID}})
		if left := w.mornings(family); len(left) != 1 || w.balanceOf(family) != before {
			t.Errorf("told alone it leaves %+v, balance %s of %s", left, w.balanceOf(family).Decimal(), before.Decimal())
		}
		w.desks[family].Must(wire.AbsenceTell, wire.TellAbsence{Absence: portal.NewID(), Child: familyChild, Bookings: []portal.ID{now["2026-11-23"].ID, canteen}})
		if left := w.mornings(family); len(left) != 0 || w.balanceOf(family) != before+paid {
			t.Errorf("told with a day that was paid it leaves %+v, balance %s", left, w.balanceOf(family).Decimal())
		}
	})
}

// A day that is told too late while its request is under review is due once that is
// accepted: its absence says so.
func TestAnAbsenceFollowsWhatBecomesOfItsProvisionalDay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.absenceRule(0)
		request := w.review("2026-11-23", "2026-11-24")
		day := w.mornings(family)["2026-11-24"].ID
		s.Clock.Set(portal.Date("2026-11-23").At(12, 0))
		w.desks[family] = s.SignIn(people[family].login)
		id := w.absent(family, day)
		if a := w.absence(family, id); a.Days[0].Cost != bookings.Due || !a.Days[0].Provisional {
			t.Fatalf("told, it is %+v", a)
		}
		agent := s.SignIn("sylvie.roy")
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: request})
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		if a := w.absence(family, id); a.Days[0].Provisional {
			t.Errorf("accepted, it is %+v", a)
		}
	})
}

func (w *world) places(activity, site portal.ID, day portal.Date) (live, capacity int) {
	w.t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
		taken, places, err := tx.Places(activity, site, day)
		live, capacity = taken.Live, places
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return live, capacity
}

// A request sent twice: the first, by which the days were booked, is closed as the
// double once the second is accepted. The child is enrolled, and keeps its days.
func TestAProvisionalDayOutlivesADouble(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.balanceOf(family)
		first := w.review("2026-11-23", "2026-11-24")
		price := w.mornings(family)["2026-11-23"].Price
		second := w.review()
		agent := w.desks[deskAgent]
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: second})
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: second})
		agent.Must(wire.RequestClose, wire.CloseRequest{Request: first, Reason: "En double."})
		now := w.mornings(family)
		if len(now) != 2 || now["2026-11-23"].Provisional || now["2026-11-24"].Provisional || w.balanceOf(family) != before-2*price {
			t.Errorf("it stands as %+v, balance %s of %s", now, w.balanceOf(family).Decimal(), before.Decimal())
		}
		if told := fmt.Sprint(w.desks[family].In(wire.Notices)); !strings.Contains(told, `"what":"confirmed"`) || strings.Contains(told, `"what":"fallen"`) {
			t.Errorf("told is %s", told)
		}
	})
}

// Two requests for the same are under review: the one by which the days were booked is
// withdrawn, and they stand by the other, with their places, until that is decided.
func TestAProvisionalDayPassesToTheOtherRequest(t *testing.T) {
	for name, accepted := range map[string]bool{"accepted": true, "refused": false} {
		t.Run(name, func(t *testing.T) {
			hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
				w := newWorld(t, s)
				before := w.balanceOf(family)
				first := w.review("2026-11-23", "2026-11-24")
				price := w.mornings(family)["2026-11-23"].Price
				second := w.review()
				w.desks[family].Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: first})
				now := w.mornings(family)
				if live, _ := w.places(demo.Morning, demo.JulesFerry, "2026-11-23"); len(now) != 2 || !now["2026-11-23"].Provisional || live != 1 {
					t.Errorf("the first withdrawn it stands as %+v, with %d places", now, live)
				}
				w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: "2026-11-26"})
				agent := w.desks[deskAgent]
				agent.Must(wire.RequestTake, wire.TakeRequest{Request: second})
				days, paid := 0, portal.Money(0)
				if accepted {
					agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: second})
					days, paid = 3, 3*price
				} else {
					agent.Must(wire.RequestRefuse, wire.RefuseRequest{Request: second, Reason: "Hors secteur."})
				}
				if now := w.mornings(family); len(now) != days || w.balanceOf(family) != before-paid {
					t.Errorf("the second %s it stands as %+v, balance %s of %s", name, now, w.balanceOf(family).Decimal(), before.Decimal())
				}
			})
		})
	}
}

// A closure is taken back after the request was accepted: what it had cancelled of
// the provisional days is booked again, for good, and paid.
func TestAProvisionalDayIsRestoredOnceItsRequestIsAccepted(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := w.balanceOf(family)
		request := w.review("2026-11-23", "2026-11-24")
		price := w.mornings(family)["2026-11-23"].Price
		closed := strike("2026-11-23")
		closed.Activities = []portal.ID{demo.Morning}
		agent := w.desks[deskAgent]
		agent.Must(wire.ClosureDeclare, closed)
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: request})
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		if now := w.mornings(family); len(now) != 1 || w.balanceOf(family) != before-price {
			t.Fatalf("closed it stands as %+v, balance %s", now, w.balanceOf(family).Decimal())
		}
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: closed.Closure})
		now := w.mornings(family)
		if b := now["2026-11-23"]; len(now) != 2 || b.Provisional || b.Price != price || w.balanceOf(family) != before-2*price {
			t.Errorf("it stands as %+v, balance %s of %s", now, w.balanceOf(family).Decimal(), before.Decimal())
		}
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: now["2026-11-23"].ID})
		if got := w.balanceOf(family); got != before-price {
			t.Errorf("cancelled it gives back: %s", got.Decimal())
		}
	})
}
