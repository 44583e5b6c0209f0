package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// wheel lies over an entry and takes nothing but the mouse's wheel, which the
// toolkit's entry keeps to itself also where it has nothing to scroll: the page
// would stand still whenever the pointer is over a box.
type wheel struct {
	widget.BaseWidget
	over *entry
	text *container.Scroll // the entry's own
}

func newWheel(over *entry, text *container.Scroll) *wheel {
	w := &wheel{over: over, text: text}
	w.ExtendBaseWidget(w)
	return w
}

// CreateRenderer draws nothing.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

// Scrolled moves a text of several lines as far as it goes, and then the page.
// A line that is longer than its box moves only sideways.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) {
	stir()
	before := w.text.Offset
	if inner := w.text.Content; inner != nil && (e.Scrolled.DX != 0 || inner.MinSize().Height > w.text.Size().Height) {
		w.text.Scrolled(e)
	}
	if w.text.Offset != before {
		return
	}
	if p := pageOf(w.over); p != nil {
		p.scroll.Scrolled(e)
	}
}

// wheeled is what draws an entry, with the wheel over it.
type wheeled struct {
	fyne.WidgetRenderer
	wheel *wheel
}

func (r wheeled) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.wheel.Resize(size)
}

func (r wheeled) Objects() []fyne.CanvasObject {
	all := r.WidgetRenderer.Objects()
	return append(all[:len(all):len(all)], r.wheel)
}

// CreateRenderer is the toolkit's, with the wheel over it.
func (e *entry) CreateRenderer() fyne.WidgetRenderer {
	r := e.Entry.CreateRenderer()
	for _, o := range r.Objects() {
		if text, is := o.(*container.Scroll); is {
			return wheeled{r, newWheel(e, text)}
		}
	}
	return r
}
