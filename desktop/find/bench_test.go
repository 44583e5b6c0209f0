package find

import (
	"testing"
	"time"
)

// BenchmarkSearch10000 tells, besides the usual, the longest of its queries in
// milliseconds: what somebody who types waits at most.
func BenchmarkSearch10000(b *testing.B) {
	p := New("x", 0, many(10_000))
	worst := make([]time.Duration, len(queries))
	for i := range worst {
		worst[i] = time.Hour
	}
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		i := n % len(queries)
		n++
		start := time.Now()
		Search(Read(queries[i]), now, p)
		worst[i] = min(worst[i], time.Since(start)) // of each its best: the machine's own pauses are not ours
	}
	most := time.Duration(0)
	for i := range min(n, len(queries)) {
		most = max(most, worst[i])
	}
	b.ReportMetric(float64(most.Microseconds())/1000, "ms/slowest-query")
}

func BenchmarkIndex10000(b *testing.B) {
	entries := many(10_000)
	b.ReportAllocs()
	for b.Loop() {
		New("x", 0, entries)
	}
}
