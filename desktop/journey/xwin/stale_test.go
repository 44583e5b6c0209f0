//go:build linux

package xwin

import (
	"image"
	"testing"
)

// TestUnlike holds what counts as old: words do, a caret and the bar of a
// scroller do not, also where both change in one picture.
func TestUnlike(t *testing.T) {
	const width, height = 200, 40
	caret, bar := image.Rect(20, 5, 22, 20), image.Rect(190, 0, 196, 40)
	letters := []image.Rectangle{image.Rect(60, 8, 66, 18), image.Rect(70, 8, 76, 18)}
	for _, c := range []struct {
		what    string
		changed []image.Rectangle
		old     image.Rectangle
	}{
		{"nothing", nil, image.Rectangle{}},
		{"a caret", []image.Rectangle{caret}, image.Rectangle{}},
		{"a caret and a bar", []image.Rectangle{caret, bar}, image.Rectangle{}},
		{"two letters", letters, image.Rect(60, 8, 76, 18)},
		{"two letters between a caret and a bar", append(letters, caret, bar), image.Rect(60, 8, 76, 18)},
		{"the edge", []image.Rectangle{image.Rect(180, 30, 200, 40)}, image.Rect(180, 30, 200, 40)},
	} {
		before, after := make([]byte, 4*width*height), make([]byte, 4*width*height)
		for _, r := range c.changed {
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					after[4*(y*width+x)] = 1
				}
			}
		}
		if old := unlike(before, after, 4*width); old != c.old {
			t.Errorf("%s: %v is old, and %v should be", c.what, old, c.old)
		}
	}
}
