package syncing

import (
	"testing"
	"time"
)

// told is when somebody was at the window, as far as the town knows.
func (w *world) told() (n int, last time.Time) {
	w.town.mu.Lock()
	defer w.town.mu.Unlock()
	if n = len(w.here); n > 0 {
		last = w.here[n-1]
	}
	return n, last
}

func TestSomebodyAtTheWindowIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.idle = 15 * time.Minute
		w.online()
		// The desktop's own questions say nothing of anybody.
		w.pass(10 * time.Minute)
		if n, _ := w.told(); n != 0 {
			t.Fatalf("told %d times with nobody there", n)
		}
		// Somebody works for ten minutes: told often enough, and not at each key.
		var last time.Time
		for range 600 {
			w.engine.Here()
			last = time.Now()
			w.pass(time.Second)
		}
		n, told := w.told()
		if n < 6 || n > 8 || last.Sub(told) > 100*time.Second {
			t.Errorf("told %d times in ten minutes, the last time %v before the last key", n, last.Sub(told))
		}
		// What came after the last word is told once more, and then nothing.
		w.pass(20 * time.Minute)
		n, told = w.told()
		if late := last.Sub(told).Abs(); late > time.Second {
			t.Errorf("the last key is told %v off", late)
		}
		w.pass(20 * time.Minute)
		if again, _ := w.told(); again != n {
			t.Errorf("told %d times more with nobody there", again-n)
		}
	})
}

func TestSomebodyThereWithoutALineIsToldLater(t *testing.T) {
	inWorld(t, func(w *world) {
		w.idle = 15 * time.Minute
		w.online()
		w.line.set(true, false)
		w.pass(5 * time.Minute)
		w.engine.Here()
		at := time.Now()
		w.pass(2 * time.Minute)
		if n, _ := w.told(); n != 0 {
			t.Fatal("told through a line that is cut")
		}
		w.line.set(false, false)
		w.within(15*time.Second, "the word of somebody there", func() bool {
			n, told := w.told()
			return n == 1 && told.Sub(at).Abs() <= time.Second
		})
	})
}

func TestWhereNoSessionEndsByItselfNothingIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.engine.Here()
		w.pass(2 * time.Hour)
		if n, _ := w.told(); n != 0 {
			t.Errorf("told %d times", n)
		}
	})
}
