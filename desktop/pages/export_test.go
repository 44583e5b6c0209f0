package pages

import "time"

// NewForTest is New with little patience.
func NewForTest(dir string, patience time.Duration) *Opener {
	o := New(dir, Fill)
	o.openTime, o.drawTime = patience, patience
	return o
}
