package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// What a batch remembers of places is what stands in the tables, whatever its
// calls do to them and whichever of them are refused.
func TestPlacesAreThoseOfTheTables(t *testing.T) {
	eachAndMemory(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, store.Options{DSN: dsn})
		days := []portal.Date{"2026-11-16", "2026-11-17", "2026-11-19", "2026-11-20"}
		const activity, site = portal.ID("canteen"), portal.ID("ferry")
		rapid.Check(t, func(rt *rapid.T) {
			pick := func(what string) portal.Date { return rapid.SampledFrom(days).Draw(rt, what) }
			var calls []func(tx *store.Tx) error
			var refused []bool
			var wrong error // that a call finds: told as an error it would run again, alone
			for range rapid.IntRange(1, 5).Draw(rt, "calls") {
				var steps []func(tx *store.Tx) error
				for range rapid.IntRange(0, 4).Draw(rt, "steps") {
					from, to := pick("from"), pick("to")
					asked := portal.Period{From: min(from, to), To: max(from, to)}
					day, id, places := pick("day"), portal.NewID(), rapid.IntRange(0, 9).Draw(rt, "places")
					b := store.Booking{ID: id, Child: id, Activity: activity, Site: site, Day: day}
					steps = append(steps, rapid.SampledFrom([]func(tx *store.Tx) error{
						func(tx *store.Tx) (err error) {
							told, err := placesHold(tx, activity, site, asked)
							wrong = errors.Join(wrong, told)
							return err
						},
						func(tx *store.Tx) error { return tx.InsertBookings([]store.Booking{b}) },
						func(tx *store.Tx) error {
							if err := tx.InsertBookings([]store.Booking{b}); err != nil {
								return err
							}
							return tx.CancelBookings([]store.Booking{b})
						},
						func(tx *store.Tx) error { return tx.SetCapacity(activity, site, places) },
						func(tx *store.Tx) error {
							return tx.AddWait(store.Wait{ID: id, Child: id, Activity: activity, Site: site, Day: day, Account: id, State: bookings.WaitQueued})
						},
					}).Draw(rt, "step"))
				}
				no := rapid.Bool().Draw(rt, "refused")
				refused = append(refused, no)
				calls = append(calls, func(tx *store.Tx) error {
					for _, step := range steps {
						if err := step(tx); err != nil {
							return err
						}
					}
					told, err := placesHold(tx, activity, site, portal.Period{From: days[0], To: days[3]})
					wrong = errors.Join(wrong, told)
					if err != nil || !no {
						return err
					}
					return portal.E(portal.Conflict, "")
				})
			}
			for i, err := range inOneBatch(t, s, calls...) {
				if (portal.CodeOf(err) == portal.Conflict) != refused[i] || err != nil && !refused[i] {
					rt.Fatalf("call %d: %v", i, err)
				}
			}
			if wrong != nil {
				rt.Fatal(wrong)
			}
		})
	})
}

// placesHold says where what is told of places is not what the tables say.
func placesHold(tx *store.Tx, activity, site portal.ID, days portal.Period) (wrong, err error) {
	taken, capacity, err := tx.PlacesIn(activity, site, days)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Day portal.Date `db:"day"`
		store.Taken
	}
	var places int
	if err := tx.All(&rows, "SELECT day, live, offered, waiting FROM day_counts WHERE activity = ? AND site = ? AND day >= ? AND day <= ?", activity, site, days.From, days.To); err != nil {
		return nil, err
	}
	if _, err := tx.Get(&places, "SELECT places FROM capacities WHERE activity = ? AND site = ?", activity, site); err != nil {
		return nil, err
	}
	stored := map[portal.Date]store.Taken{}
	for _, r := range rows {
		stored[r.Day] = r.Taken
	}
	if capacity != places || !reflect.DeepEqual(taken, stored) {
		wrong = fmt.Errorf("told %d %+v, stored %d %+v", capacity, taken, places, stored)
	}
	for day := range taken {
		taken[day] = store.Taken{Live: 1000} // it is the caller's
	}
	return wrong, nil
}
