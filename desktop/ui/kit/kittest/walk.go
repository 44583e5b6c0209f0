package kittest

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// Walk goes through a window with Tab, and back with Shift and Tab. It fails
// where something that can be pressed is not reached, where the way is caught
// or does not lead back, and where the focus is not seen.
func Walk(t testing.TB, w fyne.Window) {
	t.Helper()
	root := w.Content()
	if top := w.Canvas().Overlays().Top(); top != nil {
		root = top
	}
	var want []fyne.Focusable
	reachable(root, root, false, &want, func(o fyne.CanvasObject) {
		t.Errorf("%s can be pressed and not be reached by the keyboard", called(o))
	})
	c := w.Canvas()
	c.Unfocus()
	if n := rings(root); n > 0 {
		t.Errorf("%d focus rings are drawn while nothing has the focus", n)
	}
	var chain []fyne.Focusable
	for range want {
		c.FocusNext()
		Settle(w)
		f := c.Focused()
		for _, before := range chain {
			if before == f {
				t.Fatalf("after %s the way is back at %s, with %d of %d reached", called(chain[len(chain)-1].(fyne.CanvasObject)), called(f.(fyne.CanvasObject)), len(chain), len(want))
			}
		}
		if f == nil {
			t.Fatalf("the way ends after %d of %d", len(chain), len(want))
		}
		chain = append(chain, f)
		o := f.(fyne.CanvasObject)
		// A page that has the focus from the beginning draws none.
		if rings(root) == 0 && !(len(chain) == 1 && kit.Reading(f)) {
			t.Errorf("%s shows no focus ring", called(o))
		}
		if y := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y; y < -1 || y > c.Size().Height-1 {
			t.Errorf("%s has the focus out of sight, at %.0f", called(o), y)
		}
	}
	for _, f := range want {
		found := false
		for _, g := range chain {
			found = found || f == g
		}
		if !found {
			t.Errorf("%s is not reached", called(f.(fyne.CanvasObject)))
		}
	}
	// The way back may go by another order within a field and its button. A page
	// that had the focus when it was opened, was left and has nothing to scroll is
	// no stop any more.
	var stops []fyne.Focusable
	reachable(root, root, false, &stops, func(fyne.CanvasObject) {})
	for _, f := range want {
		if !slices.Contains(stops, f) && !kit.Reading(f) {
			t.Errorf("%s is gone once one has been there", called(f.(fyne.CanvasObject)))
		}
	}
	back := map[fyne.Focusable]bool{}
	c.Unfocus()
	for range stops {
		c.FocusPrevious()
		if f := c.Focused(); f == nil || back[f] {
			t.Fatalf("the way back is caught after %d of %d", len(back), len(stops))
		}
		back[c.Focused()] = true
	}
	c.Unfocus()
	Settle(w)
}

// reachable gathers what may have the focus below an object, and tells of what
// can be pressed without it. A part of something that has the focus, such as
// an answer in a list of answers, is reached through it.
func reachable(root, o fyne.CanvasObject, part bool, found *[]fyne.Focusable, lost func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	enabled := true
	if d, ok := o.(fyne.Disableable); ok {
		enabled = !d.Disabled()
	}
	f, focusable := o.(fyne.Focusable)
	_, pressed := o.(fyne.Tappable)
	switch {
	case focusable && enabled:
		*found = append(*found, f)
		part = true
	case pressed && enabled && !part && o != root:
		lost(o)
	}
	switch v := o.(type) {
	case *container.Scroll:
		reachable(root, v.Content, part, found, lost) // its bars are for the mouse; keys scroll the page
	case *fyne.Container:
		for _, k := range v.Objects {
			reachable(root, k, part, found, lost)
		}
	case fyne.Widget:
		for _, k := range test.WidgetRenderer(v).Objects() {
			reachable(root, k, part, found, lost)
		}
	}
}

// rings counts the focus rings that are drawn.
func rings(root fyne.CanvasObject) int {
	n := 0
	each(root, func(o fyne.CanvasObject) bool {
		if r, ok := o.(*canvas.Rectangle); ok && r.StrokeWidth >= look.RingWidth && r.StrokeColor == look.Color(look.Focus) {
			n++
		}
		return true
	})
	return n
}

// called is what a widget is, for a test's words.
func called(o fyne.CanvasObject) string {
	if l, ok := o.(interface{ AccessibilityLabel() string }); ok {
		return fmt.Sprintf("%T %q", o, l.AccessibilityLabel())
	}
	return fmt.Sprintf("%T", o)
}
