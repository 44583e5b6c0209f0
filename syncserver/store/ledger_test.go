package store_test

import (
	"testing"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// What is received is numbered without gaps for each cash desk, whatever is
// refused in between, anew with each year of Paris and in a new series after a
// restore.
func TestReceiptsAreNumberedWithoutGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(o store.Options) *store.Store) {
		now := portal.Date("2026-12-31").At(23, 59)
		s := open(store.Options{Clock: func() time.Time { return now }})
		receive := func(desk string, fail bool) string {
			t.Helper()
			id := portal.NewID()
			number := ""
			err := s.Write(ctx, func(tx *store.Tx) error {
				if err := tx.PostFor(id, store.LedgerTopUp, id, payer, "", []ledger.Entry{{Account: ledger.Prepaid(payer, desk), Amount: 500}, {Account: ledger.Opening(desk), Amount: -500}}); err != nil {
					return err
				}
				if err := tx.GiveReceipt(id, desk); err != nil {
					return err
				}
				if fail {
					return portal.E(portal.Conflict, "")
				}
				r, found, err := tx.ReceiptOf(id)
				if err != nil || !found {
					t.Errorf("it has no receipt: %v", err)
				}
				number = r.Number()
				return nil
			})
			if (err != nil) != fail {
				t.Fatal(err)
			}
			return number
		}
		year := "2026"
		is := func(got, want string) {
			t.Helper()
			if got != year+want {
				t.Errorf("the receipt is %s, not %s", got, year+want)
			}
		}
		is(receive("main", false), "-000001")
		receive("main", true)
		is(receive("main", false), "-000002")
		is(receive("other", false), "-000001")
		is(receive("main", false), "-000003")
		// A minute later it is New Year in Paris, and not yet by the world's clock.
		now, year = now.Add(time.Minute), "2027"
		is(receive("main", false), "-000001")
		receive("main", true)
		is(receive("main", false), "-000002")
		is(receive("other", false), "-000001")
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta(store.MetaEpoch, "restored") }); err != nil {
			t.Fatal(err)
		}
		is(receive("main", false), "-2-000001")
		is(receive("main", false), "-2-000002")
		is(receive("other", false), "-2-000001")
		if err := s.Read(ctx, func(tx *store.Tx) error {
			found, err := tx.Contradictions()
			for _, f := range found {
				if f[:7] == "receipt" || f[:4] == "what" {
					t.Error(f)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
