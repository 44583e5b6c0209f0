package cache

import (
	"fmt"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// family is a first pull such as a desktop takes: n rows of the size that
// bookings, levels and requests have.
func family(n int) Pulled {
	p := Pulled{Cursor: cursor(map[string]int64{"town": int64(n), "account:a": int64(n)})}
	for i := range n {
		feed, collection := "town", "level"
		if i%3 == 0 {
			feed, collection = "account:a", "booking"
		}
		p.Changes = append(p.Changes, row(feed, collection, portal.ID(fmt.Sprintf("0199a000-0000-7000-8000-%012d", i)), int64(i+1),
			fmt.Sprintf("%0250d", i)))
	}
	return p
}

func BenchmarkApplyPull(b *testing.B) {
	for _, n := range []int{5000, 50000} {
		p := family(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				v := vaultIn(b, b.TempDir(), ringOf{})
				c, err := v.OpenOnline(town, anne, "anne", "Anne", password, share, wire.Family)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := c.Load(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				pull(b, c, p)
				b.StopTimer()
				_ = c.Close()
				b.StartTimer()
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkOpenAndLoad5000(b *testing.B) {
	dir, ring := b.TempDir(), ringOf{}
	c := online(b, vaultIn(b, dir, ring), anne, "anne")
	pull(b, c, family(5000))
	_ = c.Close()
	v := vaultIn(b, dir, ring)
	for b.Loop() {
		c, _, err := v.OpenOffline(town, "anne", password, noon)
		if err != nil {
			b.Fatal(err)
		}
		if s, err := c.Load(); err != nil || len(s.Rows) != 5000 || s.Damaged != 0 {
			b.Fatal(len(s.Rows), s.Damaged, err)
		}
		_ = c.Close()
	}
}

func BenchmarkLoad5000(b *testing.B) {
	c := online(b, vaultIn(b, b.TempDir(), ringOf{}), anne, "anne")
	pull(b, c, family(5000))
	for b.Loop() {
		if s, err := c.Load(); err != nil || len(s.Rows) != 5000 {
			b.Fatal(err)
		}
	}
}

// BenchmarkEnqueue is what a click on a day costs before it is safe.
func BenchmarkEnqueue(b *testing.B) {
	c := online(b, vaultIn(b, b.TempDir(), ringOf{}), anne, "anne")
	pull(b, c, family(5000))
	for b.Loop() {
		id := enqueue(b, c, 1)[0]
		if err := c.DropUnsent(id); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkArgon2id(b *testing.B) {
	for b.Loop() {
		Argon2id.Derive(password, share)
	}
}
