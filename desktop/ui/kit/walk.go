package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// holder is implemented by what places parts of its own outside this package.
type holder interface {
	Parts() []fyne.CanvasObject
}

// kids are what an object is made of. Of a widget they are known once it has
// been drawn, see Draw.
func kids(o fyne.CanvasObject) []fyne.CanvasObject {
	switch v := o.(type) {
	case *fyne.Container:
		return v.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{v.Content}
	case holder:
		return v.Parts()
	}
	if d := tree[o]; d != nil {
		return d.objects
	}
	return nil
}

// each visits an object and all below it, what is hidden too; visit tells
// whether to go deeper.
func each(o fyne.CanvasObject, visit func(fyne.CanvasObject) bool) {
	if o == nil || !visit(o) {
		return
	}
	for _, k := range kids(o) {
		each(k, visit)
	}
}

// inside tells whether o is drawn somewhere below root.
func inside(root, o fyne.CanvasObject) bool {
	found := false
	each(root, func(k fyne.CanvasObject) bool {
		found = found || k == o
		return !found
	})
	return found
}

// Within tells whether an object lies below another.
func Within(root, o fyne.CanvasObject) bool { return inside(root, o) }

// give gives the focus to a widget that is on a canvas. What had it, or was to have
// it, may have gone with its screen meanwhile, or wait for the next layout: the
// toolkit would write that into the log as a fault.
func give(c fyne.Canvas, f fyne.Focusable) bool {
	o, ok := f.(fyne.CanvasObject)
	for _, root := range append(c.Overlays().List(), c.Content()) {
		if ok && inside(root, o) {
			c.Focus(f)
			return true
		}
	}
	return false
}

// Draw makes the parts of all widgets below an object, which the toolkit does
// with the next frame only: before that none of them can be given the focus.
func Draw(o fyne.CanvasObject) {
	each(o, func(k fyne.CanvasObject) bool {
		if w, ok := k.(fyne.Widget); ok && tree[k] == nil {
			w.MinSize()
		}
		return true
	})
}

// stops are the widgets below an object that may have the focus, in order.
func stops(root fyne.CanvasObject) []fyne.Focusable {
	var all []fyne.Focusable
	each(root, func(o fyne.CanvasObject) bool {
		f, ok := o.(fyne.Focusable)
		if d, may := o.(fyne.Disableable); ok && o.Visible() && !(may && d.Disabled()) {
			all = append(all, f)
		}
		return o.Visible()
	})
	return all
}

// focusedBelow is the place of the focused widget among the stops below an
// object and the canvas it has the focus of, -1 where the focus is elsewhere.
func focusedBelow(root fyne.CanvasObject) (int, fyne.Canvas) {
	if root == nil || fyne.CurrentApp() == nil {
		return -1, nil
	}
	canvases := []fyne.Canvas{canvasOf(root)}
	if canvases[0] == nil {
		// What has not been painted yet has no canvas that the toolkit knows
		// of, and may have been given the focus.
		canvases = nil
		for _, w := range fyne.CurrentApp().Driver().AllWindows() {
			canvases = append(canvases, w.Canvas())
		}
	}
	for _, c := range canvases {
		if f := c.Focused(); f != nil {
			if at := slices.Index(stops(root), f); at >= 0 {
				return at, c
			}
		}
	}
	return -1, nil
}

// focusBelow gives the focus to the stop at a place, or to the last before it.
func focusBelow(root fyne.CanvasObject, at int, c fyne.Canvas) {
	Draw(root)
	if all := stops(root); len(all) > 0 && c != nil {
		Enter(c, all[min(at, len(all)-1)])
	}
}
