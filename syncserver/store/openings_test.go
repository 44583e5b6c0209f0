package store_test

import (
	"slices"
	"strings"
	"testing"

	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// What contradicts draws, drafts and what stands by a request is found.
func TestContradictionsOfOpeningsAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(o store.Options) *store.Store) {
		s := open(store.Options{})
		opening, day := portal.NewID(), portal.Date("2026-12-07")
		ask := func(tx *store.Tx, turn, points int, number string) error {
			return tx.SaveAsk(store.Ask{ID: portal.NewID(), Opening: opening, Account: portal.NewID(), Child: portal.NewID(), Lots: "[]", Met: "[]", Results: "[]", Turn: turn, Points: points, Number: number})
		}
		book := func(tx *store.Tx, provisional, debit portal.ID) error {
			return tx.InsertBookings([]store.Booking{{ID: portal.NewID(), Child: portal.NewID(), Activity: "cantine", Site: "ecole", Day: day, Payer: payer, Debit: debit, Actor: payer, Provisional: provisional}})
		}
		both := func(a, b error) error {
			if a != nil {
				return a
			}
			return b
		}
		undo := portal.E(portal.Conflict, "")
		for _, c := range []struct {
			want string // "" where nothing is wrong
			do   func(tx *store.Tx) error
		}{
			{"", func(tx *store.Tx) error { return both(ask(tx, 1, 0, "aa"), ask(tx, 2, 0, "bb")) }},
			{"", func(tx *store.Tx) error { return both(ask(tx, 0, 0, ""), ask(tx, 0, 0, "bb")) }},
			{"had its turn without a number", func(tx *store.Tx) error { return ask(tx, 1, 0, "") }},
			{"gives its turn twice", func(tx *store.Tx) error { return both(ask(tx, 1, 0, "aa"), ask(tx, 1, 0, "ab")) }},
			{"before another that comes first", func(tx *store.Tx) error { return both(ask(tx, 1, 0, "bb"), ask(tx, 2, 0, "aa")) }},
			{"before another that comes first", func(tx *store.Tx) error { return both(ask(tx, 1, 5, "aa"), ask(tx, 0, 9, "bb")) }},
			{"is provisional and paid", func(tx *store.Tx) error { return book(tx, portal.NewID(), portal.NewID()) }},
			{"its request is not under review", func(tx *store.Tx) error { return book(tx, portal.NewID(), "") }},
			{"is true and not paid", func(tx *store.Tx) error { return book(tx, "", "") }},
			{"comes first and is not there", func(tx *store.Tx) error { return tx.SavePriority(store.Priority{Child: portal.NewID()}) }},
			{"was sent and still waits", func(tx *store.Tx) error {
				id := portal.NewID()
				return both(tx.SavePrepared(store.PreparedGroup{ID: id, Account: payer, Body: "{}"}), tx.SaveBookingGroup(store.BookingGroup{ID: id, Account: payer, Body: "{}"}))
			}},
		} {
			var found []string
			if err := s.Write(ctx, func(tx *store.Tx) (err error) {
				if err := tx.SetCapacity("cantine", "ecole", 10); err != nil {
					return err
				}
				if err := c.do(tx); err != nil {
					return err
				}
				if found, err = tx.Contradictions(); err != nil {
					return err
				}
				return undo
			}); portal.CodeOf(err) != portal.Conflict {
				t.Fatal(err)
			}
			has := slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, c.want) })
			if c.want == "" && len(found) > 0 || c.want != "" && !has {
				t.Errorf("%q: found %q", c.want, found)
			}
		}
	})
}
