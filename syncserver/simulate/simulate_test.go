package simulate

import (
	"flag"
	"strings"
	"testing"
	"time"
)

var (
	seeds  = flag.Int("seeds", 0, "how many histories to play; 0: for as long as a test run asks for")
	replay = flag.Uint64("seed", 0, "play this one history and print it")
)

// TestSimulate plays histories from a printed seed on. One that breaks a
// promise is printed with the command that replays it.
func TestSimulate(t *testing.T) {
	if *replay != 0 {
		h := play(t, *replay, broken{})
		t.Logf("the history of seed %d:\n%s", *replay, h.told())
		for _, w := range h.wrong {
			t.Error(w)
		}
		return
	}
	began := time.Now()
	lasts := 41 * time.Second
	if raced {
		lasts = 51 * time.Second
	}
	if testing.Short() {
		lasts = 5 * time.Second
	}
	first := firstSeed()
	t.Logf("from seed %d", first)
	n := 0
	seen := tally{}
	more := func() bool {
		if *seeds > 0 {
			return n < *seeds
		}
		return time.Since(began) < lasts || n < enough && !raced && !testing.Short()
	}
	failed := 0
	for ; more() && failed < 3; n++ {
		h := play(t, first+uint64(n), broken{})
		seen.add(h)
		if len(h.wrong) > 0 {
			failed++
			t.Errorf("seed %d: %s", h.seed, strings.Join(h.wrong[:min(len(h.wrong), 5)], "\n\t"))
			t.Logf("replay it with:\n\tgo test ./syncserver/simulate -count=1 -v -run 'TestSimulate$' -seed %d", h.seed)
		}
	}
	if n >= enough {
		seen.check(t, n)
	}
	t.Logf("%d histories in %.1f s, %.1f a second", n, time.Since(began).Seconds(), float64(n)/time.Since(began).Seconds())
}

// enough is how many histories at least show all that is played.
const enough = 30

// firstSeed is where a run begins. The tests of a commit play the same
// histories wherever they run, so that a failure is the commit's; make
// simulate, which is given a number, plays new ones each time.
func firstSeed() uint64 {
	if *seeds > 0 {
		return uint64(time.Now().UnixNano())>>20 + 1
	}
	return 1
}

// TestSimulateReplays plays seeds twice and compares all that arrived.
func TestSimulateReplays(t *testing.T) {
	first := firstSeed()
	for seed := first; seed < first+uint64(max(8, *seeds)); seed++ {
		a, b := play(t, seed, broken{}).told(), play(t, seed, broken{}).told()
		if a == b {
			continue
		}
		x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
		i := 0
		for i < min(len(x), len(y))-1 && x[i] == y[i] {
			i++
		}
		t.Errorf("seed %d parts from itself:\n%s\nor\n%s", seed, strings.Join(x[max(0, i-5):min(len(x), i+5)], "\n"), strings.Join(y[max(0, i-5):min(len(y), i+5)], "\n"))
	}
}
