//go:build linux

package xwin

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"time"
)

// Stale tells where the window shows something else than what it holds: where
// everything written and painted anew looks different. A widget that changes and
// forgets to say so leaves its old words on the screen, and no question about
// the widgets would find that. It is empty where all is well, and where the
// window changes of itself meanwhile.
func (w *Window) Stale() (image.Rectangle, error) {
	told, err := w.State()
	if err != nil {
		return image.Rectangle{}, err
	}
	before, still, err := w.still()
	if err != nil || !still {
		return image.Rectangle{}, err
	}
	if err := w.Anew(); err != nil {
		return image.Rectangle{}, err
	}
	after, still, err := w.still()
	if err != nil || !still {
		return image.Rectangle{}, err
	}
	tells, err := w.State()
	if err != nil || !slices.Equal(told.Texts, tells.Texts) {
		return image.Rectangle{}, err
	}
	if len(before) != len(after) {
		return image.Rectangle{}, fmt.Errorf("xwin: pictures of %d and %d bytes", len(before), len(after))
	}
	return unlike(before, after, 4*w.Width), nil
}

// still is what the screen shows once the window rests and two looks in a row
// are the same; not still is what never comes to rest within a second.
func (w *Window) still() (pixels []byte, still bool, err error) {
	w.Rest()
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(pause) {
		now, err := w.Display.Pixels(1)
		if err != nil {
			return nil, false, err
		}
		if bytes.Equal(now, pixels) {
			return now, true, nil
		}
		pixels = now
	}
	return pixels, false, nil
}

// thin is the width of what may change of itself: a caret blinks, and the bar
// of a scroller grows thin after a while.
const thin = 12

// unlike is the least rectangle around what differs in two pictures with lines
// of so many bytes. A strip no wider than thin is left out, wherever it stands:
// a caret and the bar of a scroller may change at once, far from each other.
func unlike(a, b []byte, line int) image.Rectangle {
	// For each column what differs there, one pixel wide.
	columns := make([]image.Rectangle, line/4)
	for y := 0; (y+1)*line <= len(a); y++ {
		before, after := a[y*line:(y+1)*line], b[y*line:(y+1)*line]
		if bytes.Equal(before, after) {
			continue
		}
		for x := range columns {
			if !bytes.Equal(before[4*x:4*x+4], after[4*x:4*x+4]) {
				columns[x] = columns[x].Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	var all, strip image.Rectangle
	for x := 0; x <= len(columns); x++ {
		over := x == len(columns) || !strip.Empty() && x-strip.Max.X >= thin
		if over && strip.Dx() > thin {
			all = all.Union(strip)
		}
		if over {
			strip = image.Rectangle{}
		}
		if x < len(columns) {
			strip = strip.Union(columns[x])
		}
	}
	return all
}
