//go:build probe

package probe

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// turn is how long the window's goroutine takes to come to something new: as
// long as it is busy with work or with painting.
func turn() time.Duration {
	began := time.Now()
	fyne.DoAndWait(func() {})
	return time.Since(began)
}

// restful is a turn of a window that has nothing to do.
const restful = 5 * time.Millisecond

// opens shows the screen of an address, and gives the milliseconds from then on
// until no task runs and a whole frame's time passes without anything to do.
func (p Program) opens(route string) float64 {
	began := time.Now()
	fyne.DoAndWait(func() { p.Go(route) })
	last, calm := time.Now(), 0
	for calm < 4 && time.Since(began) < 10*time.Second {
		idle := true
		if p.Idle != nil {
			fyne.DoAndWait(func() { idle = p.Idle() })
		}
		time.Sleep(restful) // what was asked to be painted is painted after this turn
		if turn() > restful || !idle {
			last, calm = time.Now(), 0
			continue
		}
		calm++
	}
	return millis(last.Sub(began))
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// watch is told of each frame once somebody wants to know, and keeps the
// longest.
type watch struct {
	begin sync.Once
	mu    sync.Mutex
	last  time.Time
	most  time.Duration
}

var worst watch

// ticked is called once in each frame, before it is painted: from one call to
// the next is all that is done for a frame, events and painting among it, or a
// sixtieth of a second where there is nothing to do.
func (w *watch) ticked(float32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if !w.last.IsZero() {
		w.most = max(w.most, now.Sub(w.last))
	}
	w.last = now
}

// longest is the longest frame since it was last asked, in milliseconds; the
// first time it begins to watch. A turn of the window's goroutine would not do:
// what waits for one and the next frame are taken in no particular order, so
// that many short frames may look like a long one.
func (w *watch) longest() float64 {
	w.begin.Do(func() {
		watching := fyne.NewAnimation(time.Hour, w.ticked)
		watching.RepeatCount = fyne.AnimationRepeatForever
		fyne.DoAndWait(watching.Start)
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	most := w.most
	w.most = 0
	return millis(most)
}
