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
	differ := unlike(before, after, 4*w.Width)
	const thin = 12 // a caret blinks, and the bar of a scroller grows thin after a while
	if differ.Dx() <= thin {
		return image.Rectangle{}, nil
	}
	return differ, nil
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

// unlike is the least rectangle around the pixels that differ.
func unlike(a, b []byte, line int) image.Rectangle {
	var r image.Rectangle
	for y := 0; (y+1)*line <= len(a); y++ {
		before, after := a[y*line:(y+1)*line], b[y*line:(y+1)*line]
		if bytes.Equal(before, after) {
			continue
		}
		for x := 0; 4*x < line; x++ {
			if !bytes.Equal(before[4*x:4*x+4], after[4*x:4*x+4]) {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}
