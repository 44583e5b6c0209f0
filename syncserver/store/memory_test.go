package store_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// The simulation runs the store inside a bubble of simulated time: all that
// waits must wait on something of the bubble's own, and time must pass.
func TestADatabaseInMemoryLivesInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.Open(t, notes(store.Options{DSN: "sqlite::memory:"}))
		wake, stop := s.Wake()
		defer stop()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				account, outbox := portal.NewID(), portal.NewID()
				for n := range int64(5) {
					time.Sleep(time.Hour)
					if _, err := s.Apply(ctx, account, outbox, []wire.Envelope{command(t, n+1, portal.NewID())}, time.Now(), applyAll); err != nil {
						t.Error(err)
					}
					if _, err := s.Pull(ctx, wire.Pull{}, account, granted("town")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		synctest.Wait()
		<-wake
		if _, head, err := s.Changes(ctx, 0, 1); err != nil || head != 40 {
			t.Fatalf("the head is %d, %v", head, err)
		}
	})
}

// Who waits to read is let in as they came: in a rush nobody overtakes.
func TestReadersTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.Open(t, notes(store.Options{DSN: "sqlite::memory:", Readers: 1}))
		const n = 40
		var all sync.WaitGroup
		var order []int
		release := make(chan struct{})
		for i := range n {
			all.Go(func() {
				if err := s.Read(ctx, func(*store.Tx) error {
					if order = append(order, i); i == 0 {
						<-release
					}
					return nil
				}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait() // it waits now, behind those before it
		}
		close(release)
		all.Wait()
		if len(order) != n || !slices.IsSorted(order) {
			t.Errorf("they read in the order %v", order)
		}
	})
}
