package forms

import (
	"context"
	"encoding/json"
	"math"
	"sync"
	"time"

	"parvis/desktop/ui/screen"
	"parvis/shared/requests"
)

// quiet is how long nothing is typed before the person's other computers are
// told: a page is left half filled, and the machine switched off.
var quiet = 2 * time.Second

// keeper writes a draft down at every change without holding the window up:
// the disk is waited for elsewhere, and of two writings the older one never
// overwrites the newer.
type keeper struct {
	room
	draft *Draft
	kind  string
	last  requests.DraftForm // its answers with their instants, as last kept
	told  func(error)        // after each writing
	at    uint64             // the newest change; of the window's goroutine

	mu      sync.Mutex
	written uint64
}

func newKeeper(r room, d *Draft, told func(error)) *keeper {
	k := &keeper{room: r, draft: d, kind: draftKind, last: d.form(), told: told}
	r.OnLeave(func() {
		// Nobody is here to be told any more: what does not reach the disk or
		// the other computers now is tried again with the next page.
		if k.flush() == nil {
			_ = k.share()
		}
	})
	k.soon() // what was written before the program ended without leaving the page
	return k
}

// soon tells the person's other computers once nothing is typed any more.
func (k *keeper) soon() {
	k.Scope.After("share", quiet, func() {
		if err := k.share(); err != nil {
			k.told(err)
		}
	})
}

// changed keeps the draft as it is now.
func (k *keeper) changed() {
	k.at++
	at, id := k.at, string(k.draft.ID)
	k.stamp()
	raw, err := json.Marshal(k.draft)
	if err != nil {
		k.told(err)
		return
	}
	k.soon()
	screen.Run(k.Context, "keep", func(context.Context) (struct{}, error) {
		return struct{}{}, k.write(at, id, raw)
	}, func(_ struct{}, err error) { k.told(err) })
}

// stamp notes when what is new was answered.
func (k *keeper) stamp() {
	k.draft.Saved = k.View.Now()
	k.last = k.draft.stamp(k.last, k.draft.Saved)
}

func (k *keeper) write(at uint64, id string, raw json.RawMessage) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at <= k.written {
		return nil
	}
	if err := k.desk.Keep(k.kind, id, raw); err != nil {
		return err
	}
	k.written = at
	return nil
}

// flush waits until the newest change is written.
func (k *keeper) flush() error {
	raw, err := json.Marshal(k.draft)
	if err != nil {
		return err
	}
	return k.write(k.at, string(k.draft.ID), raw)
}

// now keeps the draft and waits for it: before going on to what reads it.
func (k *keeper) now() error {
	k.at++
	k.stamp()
	return k.flush()
}

// share tells the person's other computers, and keeps that they were told.
func (k *keeper) share() error {
	before := k.draft.Shared
	if k.kind != draftKind || k.gone() {
		return nil
	}
	if err := k.room.share(k.draft); err != nil || k.draft.Shared == before {
		return err
	}
	k.at++
	return k.flush()
}

// gone tells whether the draft was sent or thrown away.
func (k *keeper) gone() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.written == math.MaxUint64
}

// drop forgets the draft for good; what is still being written of it is too
// late.
func (k *keeper) drop() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.written = math.MaxUint64
	return k.desk.Keep(k.kind, string(k.draft.ID), nil)
}
