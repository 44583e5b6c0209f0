package service_test

import (
	"encoding/json"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// What brothers and sisters pay is reckoned from the payer's own children, and
// what fixed a price is kept with the booking and told to who pays alone.
func TestTheRankIsThePayersAndIsKeptWithTheBooking(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		claire, hugo := s.SignIn("claire.martel"), s.SignIn("hugo.martel")
		claire.Catch()
		children := map[string]portal.ID{"Léa": claire.Child("Léa"), "Noé": claire.Child("Noé")}
		book := func(name string, activity portal.ID, day portal.Date) wire.Booking {
			t.Helper()
			id := portal.NewID()
			claire.Must(wire.BookingBook, wire.Book{Booking: id, Child: children[name], Activity: activity, Day: day})
			claire.Catch()
			hugo.Catch()
			var mine, others wire.Booking
			for row, into := range map[*hosttest.Desk]*wire.Booking{claire: &mine, hugo: &others} {
				if err := json.Unmarshal([]byte(row.In(wire.Bookings)[string(id)]), into); err != nil {
					t.Fatal(err)
				}
			}
			if others.Why != nil || others.Price != 0 {
				t.Errorf("the other parent is told %+v", others)
			}
			if mine.Why == nil || mine.Why.Amount != mine.Price {
				t.Fatalf("why it costs what it does is not told: %+v", mine)
			}
			return mine
		}
		ranks := func(b wire.Booking) [3]int { return [3]int{b.Why.Rank, b.Why.Share, int(b.Why.Full)} }
		const thursday portal.Date = "2026-11-19"
		// By those enrolled the eldest is the first, whoever is booked first.
		small, big := book("Noé", demo.Evening, thursday), book("Léa", demo.Evening, thursday)
		if ranks(big) != [3]int{1, 100, int(big.Price)} || ranks(small) != [3]int{2, 90, int(big.Price)} || small.Price >= big.Price {
			t.Errorf("in the evening %+v and %+v", small, big)
		}
		// By those present the first booked is.
		first, second := book("Noé", demo.Morning, thursday), book("Léa", demo.Morning, thursday)
		if ranks(first) != [3]int{1, 100, int(first.Price)} || ranks(second) != [3]int{2, 90, int(first.Price)} {
			t.Errorf("in the morning %+v and %+v", first.Why, second.Why)
		}
		// The first one's cancellation changes nothing for the other, who paid.
		claire.Must(wire.BookingCancel, wire.CancelBooking{Booking: first.ID})
		claire.Catch()
		var still wire.Booking
		if err := json.Unmarshal([]byte(claire.In(wire.Bookings)[string(second.ID)]), &still); err != nil || still.Price != second.Price {
			t.Errorf("afterwards %+v, %v", still, err)
		}
		if meal := book("Léa", demo.Canteen, thursday); meal.Why.Rank != 0 || meal.Why.Tariff != portal.ID(string(demo.Canteen)+"-2025-09-01") || meal.Why.Quotient == nil {
			t.Errorf("the canteen counts nobody: %+v", meal.Why)
		}
		// A child that one is no parent of any more makes no rank.
		if err := s.Store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.SaveLink(store.Link{Child: children["Léa"], Account: claire.Session.Account.ID, Custody: string(accounts.NoCustody)})
		}); err != nil {
			t.Fatal(err)
		}
		if alone := book("Noé", demo.Evening, "2026-11-20"); ranks(alone) != [3]int{1, 100, int(big.Price)} {
			t.Errorf("alone %+v", alone.Why)
		}
	})
}
