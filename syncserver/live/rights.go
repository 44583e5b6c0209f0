package live

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	// recheckEvery leaves a round three of the five seconds within which a
	// revoked session's socket closes. It never falls on a tick, so that what
	// comes first does not depend on chance.
	recheckEvery = 1917 * time.Millisecond
	// As many connections are asked for one after the other; of more, so many
	// shares at a time, which leaves others connections to the database.
	askedInTurn = 250
	askedAtOnce = 4
)

// keepAsking asks again and again what all connections may read. It runs
// beside the distribution, which never waits for a database's answer about
// rights.
func (h *Hub) keepAsking(ctx context.Context) {
	ticker := time.NewTicker(recheckEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			h.Recheck(ctx, "")
		}
	}
}

// Recheck asks again what connections may read: all, or those of an account.
// One whose session has ended is cut off; one whose feeds changed pulls.
func (h *Hub) Recheck(ctx context.Context, account portal.ID) {
	h.mu.Lock()
	conns := slices.SortedFunc(maps.Keys(h.conns), func(a, b *Conn) int { return cmp.Compare(a.number, b.number) })
	h.mu.Unlock()
	if account != "" {
		conns = slices.DeleteFunc(conns, func(c *Conn) bool { return c.Account != account })
	}
	var next atomic.Int64
	var asking sync.WaitGroup
	for range min(askedAtOnce, (len(conns)+askedInTurn-1)/askedInTurn) {
		asking.Go(func() {
			for i := next.Add(1); i <= int64(len(conns)) && ctx.Err() == nil; i = next.Add(1) {
				h.ask(ctx, conns[i-1])
			}
		})
	}
	asking.Wait()
}

// ask asks what one connection may read.
func (h *Hub) ask(ctx context.Context, c *Conn) {
	c.asking.Lock()
	defer c.asking.Unlock()
	feeds, err := c.rights(ctx)
	if code := portal.CodeOf(err); code == portal.Unauthorized || code == portal.Forbidden {
		c.end()
		return
	}
	if err != nil {
		return // the next round asks again; frames carry nothing new meanwhile
	}
	now := set(feeds)
	h.mu.Lock()
	changed := !maps.Equal(now, c.feeds)
	c.feeds = now
	h.mu.Unlock()
	if changed {
		c.send(wire.Frame{Type: wire.FramePull})
	}
}
