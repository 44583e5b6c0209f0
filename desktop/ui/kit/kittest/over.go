package kittest

import "fyne.io/fyne/v2"

// lying is what lies over a content that was taken out of its window.
var lying = map[fyne.CanvasObject]fyne.CanvasObject{}

// Under takes the content out of a window together with the dialog or the menu
// that lies over it, for FitsEverywhere: Window lays that over the content
// again, whatever stands around it by then.
func Under(w fyne.Window) fyne.CanvasObject {
	w.Canvas().Unfocus()
	o, top := w.Content(), w.Canvas().Overlays().Top()
	if top != nil {
		w.Canvas().Overlays().Remove(top)
		lying[o] = top
	}
	w.SetContent(&fyne.Container{})
	return o
}

// cover lays over the window what lay over its content.
func cover(w fyne.Window, o fyne.CanvasObject) {
	top, there := lying[o]
	if !there {
		return
	}
	delete(lying, o)
	w.Canvas().Overlays().Add(top)
	top.Resize(w.Canvas().Size())
}
