package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// fitting is what the zoom follows when the room changes.
type fitting int

const (
	fitWidth fitting = iota
	fitPage
	fitNothing // a zoom chosen by hand
)

const (
	leastZoom = float32(0.25)
	mostZoom  = float32(6)
	zoomStep  = float32(1.25)
)

// stage is the room in which the pages lie. All is computed from the sizes of
// the pages, the zoom and the room; a zoom of 1 is the widest page as wide as
// there is room.
type stage struct {
	widget.BaseWidget
	viewer *Viewer
	scroll *container.Scroll
	sheets *sheets
	ring   *canvas.Rectangle

	zoom     float32
	fitting  fitting
	quarters int
	page     int // the one one is at

	room   fyne.Size // for which the following was computed
	tops   []float32 // of each page, and the end of the last
	widest float32   // in the document's unit

	focused bool
	byMouse bool
	// modifiers are the keys held down while the wheel is turned.
	modifiers func() fyne.KeyModifier

	drawn drawing
}

var (
	_ fyne.Focusable  = (*stage)(nil)
	_ fyne.Accessible = (*stage)(nil)
)

func newStage(v *Viewer) *stage {
	s := &stage{viewer: v, zoom: 1, ring: canvas.NewRectangle(nil), modifiers: heldKeys}
	s.sheets = &sheets{stage: s, hand: &hand{stage: s}}
	s.sheets.hand.ExtendBaseWidget(s.sheets.hand)
	s.sheets.ExtendBaseWidget(s.sheets)
	s.scroll = container.NewScroll(s.sheets)
	s.scroll.OnScrolled = func(fyne.Position) {
		stir()
		s.moved()
	}
	s.ExtendBaseWidget(s)
	return s
}

// heldKeys are the keys held down now, where the system tells.
func heldKeys() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// clear forgets the document.
func (s *stage) clear() {
	s.drop()
	s.page, s.quarters, s.zoom, s.fitting = 0, 0, 1, fitWidth
	s.tops, s.room = nil, fyne.Size{}
}

// begin measures a new document.
func (s *stage) begin() {
	s.measure()
	s.scroll.ScrollToOffset(fyne.Position{})
	s.moved()
}

// pageSize is the size of a page as turned, in the document's unit.
func (s *stage) pageSize(page int) (w, h float32) {
	w, h = s.viewer.doc.Size(page)
	if s.quarters%2 != 0 {
		w, h = h, w
	}
	return w, h
}

func margin() float32 { return px(look.M) }

// scale is how many units of the window a unit of the document is.
func (s *stage) scale() float32 {
	return fyne.Max(1, s.room.Width-2*margin()) * s.zoom / s.widest
}

// measure computes all from the room and the zoom.
func (s *stage) measure() {
	doc := s.viewer.doc
	if doc == nil || s.Size().Width <= 0 {
		return
	}
	s.room = s.Size()
	s.widest = 1e-6
	for i := range doc.Pages() {
		w, _ := s.pageSize(i)
		s.widest = fyne.Max(s.widest, w)
	}
	switch s.fitting {
	case fitWidth:
		s.zoom = 1
	case fitPage:
		s.zoom = 1
		w, h := s.pageSize(s.page)
		scale := fyne.Min((s.room.Width-2*margin())/w, (s.room.Height-2*margin())/h)
		s.zoom = scale / s.scale()
	}
	if s.fitting != fitPage {
		s.zoom = fyne.Max(leastZoom, s.zoom) // a whole page is seen whole, however small
	}
	s.zoom = fyne.Min(mostZoom, fyne.Max(0.02, s.zoom))
	scale := s.scale()
	s.tops = append(s.tops[:0], margin())
	for i := range doc.Pages() {
		_, h := s.pageSize(i)
		s.tops = append(s.tops, s.tops[i]+h*scale+margin())
	}
	s.sheets.Resize(s.sheets.MinSize().Max(s.room))
	s.scroll.Refresh()
}

// rect is where a page lies among the sheets.
func (s *stage) rect(page int) (x, y, w, h float32) {
	w, h = s.pageSize(page)
	scale := s.scale()
	w, h = w*scale, h*scale
	whole := fyne.Max(s.room.Width, s.widest*scale+2*margin())
	return (whole - w) / 2, s.tops[page], w, h
}

// at is the page at a height among the sheets.
func (s *stage) at(y float32) int {
	lo, hi := 0, s.viewer.doc.Pages()-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if s.tops[mid]-margin() <= y {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}

// ready tells whether there is a document with a place.
func (s *stage) ready() bool { return s.viewer.doc != nil && len(s.tops) > 0 }

// moved is called when the pages moved under the window.
func (s *stage) moved() {
	if !s.ready() {
		return
	}
	// The page one is at is the one at the upper third; at the very end the
	// last, however short it is.
	y := s.scroll.Offset.Y + s.room.Height/3
	if s.scroll.Offset.Y >= s.sheets.Size().Height-s.room.Height-1 && s.scroll.Offset.Y > 0 {
		y = s.sheets.Size().Height
	}
	s.page = s.at(y)
	s.viewer.tell()
	s.sheets.Refresh()
	s.want()
}

// holding keeps the point of the pages that lies at a place of the room where
// it is, while change changes their size.
func (s *stage) holding(place fyne.Position, change func()) {
	if !s.ready() {
		return
	}
	page := s.at(s.scroll.Offset.Y + place.Y)
	x, y, w, h := s.rect(page)
	fx, fy := (s.scroll.Offset.X+place.X-x)/w, (s.scroll.Offset.Y+place.Y-y)/h
	change()
	s.measure()
	x, y, w, h = s.rect(page)
	s.scroll.ScrollToOffset(fyne.NewPos(x+fx*w-place.X, y+fy*h-place.Y))
	s.moved()
}

func (s *stage) middle() fyne.Position { return fyne.NewPos(s.room.Width/2, s.room.Height/2) }

// zoomTo shows the pages larger or smaller around a place.
func (s *stage) zoomTo(zoom float32, around fyne.Position) {
	s.holding(around, func() { s.zoom, s.fitting = zoom, fitNothing })
}

func (s *stage) step(n int) {
	if n > 0 {
		s.zoomTo(s.zoom*zoomStep, s.middle())
	} else if s.zoom > leastZoom {
		s.zoomTo(s.zoom/zoomStep, s.middle())
	}
}

// fit lets the zoom follow the room, from the top of the page one is at.
func (s *stage) fit(f fitting) {
	if !s.ready() {
		return
	}
	page := s.page
	s.fitting = f
	s.measure()
	s.goTo(page)
}

func (s *stage) turnOn() {
	if !s.ready() {
		return
	}
	page := s.page
	s.quarters = (s.quarters + 1) % 4
	s.drop()
	s.measure()
	s.goTo(page)
}

func (s *stage) goTo(page int) {
	if !s.ready() {
		return
	}
	page = max(0, min(page, s.viewer.doc.Pages()-1))
	s.scroll.ScrollToOffset(fyne.NewPos(s.scroll.Offset.X, s.tops[page]-margin()))
	s.moved()
	if s.page != page {
		// Several short pages are seen at once: the one asked for is meant.
		s.page = page
		s.viewer.tell()
	}
}

func (s *stage) by(dx, dy float32) {
	s.scroll.ScrollToOffset(s.scroll.Offset.AddXY(dx, dy))
	s.moved()
}

// AccessibilityLabel is which page one is at.
func (s *stage) AccessibilityLabel() string { return s.viewer.where.Text() }

// AccessibilityRole is that of a container.
func (s *stage) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// FocusGained draws the ring.
func (s *stage) FocusGained() {
	focusArrived(nil)
	s.focused = true
	s.Refresh()
}

// FocusLost takes it away.
func (s *stage) FocusLost() {
	s.focused, s.byMouse = false, false
	s.Refresh()
}

// TypedRune zooms and turns: these signs lie on other keys in each country.
func (s *stage) TypedRune(r rune) {
	stir()
	switch r {
	case '+', '=':
		s.step(1)
	case '-', '−':
		s.step(-1)
	case 'r', 'R':
		s.turnOn()
	case '0':
		s.fit(fitWidth)
	}
}

// TypedKey goes through the pages.
func (s *stage) TypedKey(e *fyne.KeyEvent) {
	stir()
	if s.byMouse {
		s.byMouse = false
		s.Refresh()
	}
	// A little of what was seen stays in sight.
	leap := fyne.Max(px(look.XL), s.room.Height-px(look.XL))
	switch e.Name {
	case fyne.KeyPageDown:
		if s.fitting == fitPage {
			s.goTo(s.page + 1)
		} else {
			s.by(0, leap)
		}
	case fyne.KeyPageUp:
		if s.fitting == fitPage {
			s.goTo(s.page - 1)
		} else {
			s.by(0, -leap)
		}
	case fyne.KeyHome:
		s.goTo(0)
	case fyne.KeyEnd:
		if s.ready() {
			s.goTo(s.viewer.doc.Pages() - 1)
		}
	case fyne.KeyDown:
		s.by(0, px(look.XL))
	case fyne.KeyUp:
		s.by(0, -px(look.XL))
	case fyne.KeyRight:
		s.by(px(look.XL), 0)
	case fyne.KeyLeft:
		s.by(-px(look.XL), 0)
	default:
		passedOn(s, e)
	}
}

// CreateRenderer lays the scroller over the stage and the ring over it.
func (s *stage) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(s, func() {
		paint(s.ring, "", look.ControlRadius)
		stroke(s.ring, look.Focus, look.RingWidth)
		show(s.ring, s.focused && !s.byMouse)
	}, func(size fyne.Size) {
		if s.scroll.Size() != size {
			put(s.scroll, 0, 0, size.Width, size.Height)
		}
		placeRing(s.ring, 0, 0, size.Width, size.Height, false)
		if s.viewer.doc == nil || s.room == size && len(s.tops) > 0 {
			return
		}
		if !s.ready() {
			s.begin()
			return
		}
		s.holding(fyne.NewPos(0, 0), func() {})
	}, func() fyne.Size { return fyne.NewSize(px(120), px(80)) }, s.scroll, s.ring)
}
