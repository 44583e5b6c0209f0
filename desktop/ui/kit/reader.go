package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// reader is where the keyboard stands on a page that is only read: the keys
// scroll it, and Tab leads on to the first thing on it. It takes no room. A
// page that was not opened this way has no such stop in its chain.
type reader struct {
	widget.BaseWidget
	page    *Page
	opened  bool // the page began here
	shut    bool // it has been left: the focus comes back only to scroll
	focused bool
	quiet   bool // see Enter
	onKey   func(*fyne.KeyEvent) bool
}

var (
	_ fyne.Focusable   = (*reader)(nil)
	_ fyne.Disableable = (*reader)(nil)
)

func newReader(p *Page) *reader {
	r := &reader{page: p, shut: true}
	r.ExtendBaseWidget(r)
	return r
}

// Reader is what a screen gives the focus to so that the page can be read by
// the keyboard from the moment it opens. keys, which may be nil, is asked
// first.
func (p *Page) Reader(keys func(*fyne.KeyEvent) bool) fyne.Focusable {
	p.reader.opened, p.reader.shut, p.reader.onKey = true, false, keys
	return p.reader
}

// Enter gives the focus to what a screen begins with. A page that has it from
// the beginning draws no ring: one round all there is would tell nothing. It reports
// whether there was anything to give the focus to.
func Enter(c fyne.Canvas, f fyne.Focusable) bool {
	if r, ok := f.(*reader); ok {
		r.quiet = true
	}
	return give(c, f)
}

// PageReader is the reader of the main page below an object, nil where there
// is no page.
func PageReader(root fyne.CanvasObject) fyne.Focusable {
	if p := mainPage(root); p != nil {
		return p.Reader(nil)
	}
	return nil
}

// Reading tells whether what has the focus is a page: nothing that a person
// has gone to.
func Reading(f fyne.Focusable) bool {
	_, is := f.(*reader)
	return is
}

func (r *reader) ringed() bool { return r.focused && !r.quiet }

// FocusGained draws the ring, unless the focus came with the page.
func (r *reader) FocusGained() {
	focusArrived(r)
	r.focused = true
	r.page.Refresh()
}

// FocusLost takes it away. Whether one has left the page is known when the
// focus arrives elsewhere: it also goes and comes with the window's own.
func (r *reader) FocusLost() {
	r.focused = false
	focusLeft(r, func() { r.quiet, r.shut = false, true })
	r.page.Refresh()
}

// TypedRune is not used.
func (r *reader) TypedRune(rune) { stir() }

// TypedKey scrolls the page.
func (r *reader) TypedKey(e *fyne.KeyEvent) {
	stir()
	if r.onKey == nil || !r.onKey(e) {
		passedOn(r, e)
	}
}

// Enable lets the focus in.
func (r *reader) Enable() { r.shut = false }

// Disable takes the page out of the chain of the focus.
func (r *reader) Disable() { r.shut, r.opened = true, false }

// Disabled is so where there is nothing to scroll, or where the page has its
// own first stop.
func (r *reader) Disabled() bool {
	return !r.opened || r.shut && r.page.body.Size().Height <= r.page.Size().Height
}

// CreateRenderer draws nothing: the ring is the page's.
func (r *reader) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(r, nil, nil, nil, canvas.NewRectangle(nil))
}
