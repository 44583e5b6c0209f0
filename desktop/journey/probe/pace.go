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

// watch asks for a turn again and again once somebody wants to know, and keeps
// the longest.
type watch struct {
	begin sync.Once
	mu    sync.Mutex
	most  time.Duration
}

var worst watch

// longest is the longest turn since it was last asked, in milliseconds; the
// first time it begins to watch.
func (w *watch) longest() float64 {
	w.begin.Do(func() {
		go func() {
			for {
				took := turn()
				w.mu.Lock()
				w.most = max(w.most, took)
				w.mu.Unlock()
				time.Sleep(time.Millisecond)
			}
		}()
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	most := w.most
	w.most = 0
	return millis(most)
}
