package forms

import (
	"context"
	"encoding/json"
	"math"
	"sync"

	"parvis/desktop/ui/screen"
)

// keeper writes a draft down at every change without holding the window up:
// the disk is waited for elsewhere, and of two writings the older one never
// overwrites the newer.
type keeper struct {
	room
	draft *Draft
	told  func(error) // after each writing
	at    uint64      // the newest change; of the window's goroutine

	mu      sync.Mutex
	written uint64
}

func newKeeper(r room, d *Draft, told func(error)) *keeper {
	k := &keeper{room: r, draft: d, told: told}
	r.OnLeave(func() { _ = k.flush() })
	return k
}

// changed keeps the draft as it is now.
func (k *keeper) changed() {
	k.at++
	at, id := k.at, string(k.draft.ID)
	k.draft.Saved = k.View.Now()
	raw, err := json.Marshal(k.draft)
	if err != nil {
		k.told(err)
		return
	}
	screen.Run(k.Context, "keep", func(context.Context) (struct{}, error) {
		return struct{}{}, k.write(at, id, raw)
	}, func(_ struct{}, err error) { k.told(err) })
}

func (k *keeper) write(at uint64, id string, raw json.RawMessage) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at <= k.written {
		return nil
	}
	if err := k.desk.Keep(draftKind, id, raw); err != nil {
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
	k.draft.Saved = k.View.Now()
	return k.flush()
}

// drop forgets the draft for good; what is still being written of it is too
// late.
func (k *keeper) drop() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.written = math.MaxUint64
	return k.desk.Keep(draftKind, string(k.draft.ID), nil)
}
