package hosttest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// soakVariable, set by scripts/soak.sh, is how long each of the tests with
// faults is repeated; without it they run once.
const soakVariable = "PARVIS_SOAK"

// Soak runs a test with a generator whose seed is printed: once, or again and
// again on new databases until a soak's time is up or it fails. The tests that
// call it are named TestSoak….
func Soak(t *testing.T, test func(t *testing.T, random *rand.Rand, seed uint64)) {
	t.Helper()
	until := time.Now()
	if text := os.Getenv(soakVariable); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("%s: %v", soakVariable, err)
		}
		until = until.Add(d)
	}
	for again := true; again && !t.Failed(); again = time.Now().Before(until) {
		seed := uint64(time.Now().UnixNano())
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { test(t, rand.New(rand.NewPCG(seed, 1)), seed) })
	}
}
