package live

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Asking what five hundred may read takes as long as it takes: what is told
// meanwhile does not wait for it, and who may no longer read is cut off in
// time all the same.
func TestDistributionNeverWaitsForRights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many, each = 500, 2 * time.Millisecond
		source := newTable()
		h := running(t, source)
		var revoked, asking, most atomic.Int64
		conns := make([]*Conn, many)
		for i := range conns {
			joining := true
			c, err := h.Join(t.Context(), portal.NewID(), "", "", func(context.Context) ([]string, error) {
				if joining {
					return []string{"a"}, nil
				}
				if n := asking.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(each)
				asking.Add(-1)
				if int64(i) == revoked.Load() {
					return nil, portal.E(portal.Unauthorized, "")
				}
				return []string{"a"}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			joining = false
			<-c.Frames() // hello
			defer h.Leave(c)
			conns[i] = c
		}
		revoked.Store(-1)
		longest := time.Duration(0)
		for range 1500 {
			time.Sleep(7 * time.Millisecond)
			began := time.Now()
			source.put("a", 1)
			for _, c := range conns {
				if f := <-c.Frames(); f.Type != wire.FrameFeed {
					t.Fatalf("%+v", f)
				}
			}
			longest = max(longest, time.Since(began))
		}
		t.Logf("%d connections, %s each to ask: a change waits %s at most; %d were asked for at once", many, each, longest, most.Load())
		if longest > 0 {
			t.Errorf("a change waits %s for rights", longest)
		}
		if most.Load() == 0 {
			t.Fatal("nobody was asked: this shows nothing")
		}
		for _, i := range []int64{0, many / 2, many - 1} {
			revoked.Store(i)
			began := time.Now()
			<-conns[i].Done()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("connection %d lived %s longer than its session", i, took)
			}
		}
	})
}

// An account has so many sockets and no more; the newest stay.
func TestTheOldestSocketOfManyIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t, newTable())
		other := joined(t, h, "Hélène Garnier")
		var all []*Conn
		for range mostSockets + 2 {
			all = append(all, joined(t, h, "Sylvie Roy"))
		}
		for i, c := range all {
			if want := i < 2; ended(c) != want {
				t.Errorf("socket %d has ended: %v", i, !want)
			}
		}
		if ended(other) {
			t.Error("somebody else's socket has ended")
		}
	})
}
