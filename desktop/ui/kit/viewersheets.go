package kit

import (
	"context"
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/task"
)

const (
	// around is how many pages before and after those in sight are drawn.
	around = 2
	// mostDrawn bounds all images together, in pixels of four bytes: what is
	// not in sight is let go of first.
	mostDrawn = 16_000_000
)

// sheets are the pages as they are drawn: only those near the window exist.
type sheets struct {
	widget.BaseWidget
	stage *stage
	hand  *hand
	bare  map[int]*bareSheet
}

// bareSheet is one page: paper, its image when there is one, words until then.
type bareSheet struct {
	paper *canvas.Rectangle
	img   *canvas.Image
	words *Text
}

// hand is what the mouse takes hold of. It lies over that part of the pages that
// is in sight: the toolkit looks for what can be scrolled or pressed by its own
// bounds, not by those of what it lies in, so the sheets themselves would take
// the presses of all that is drawn around the viewer once they are scrolled.
type hand struct {
	widget.BaseWidget
	stage *stage
}

var (
	_ fyne.Scrollable   = (*hand)(nil)
	_ fyne.Draggable    = (*hand)(nil)
	_ fyne.Tappable     = (*hand)(nil)
	_ desktop.Hoverable = (*hand)(nil)
)

// Scrolled moves the pages, and makes them larger or smaller with Ctrl.
func (h *hand) Scrolled(e *fyne.ScrollEvent) {
	stir()
	s := h.stage
	if s.modifiers()&fyne.KeyModifierControl == 0 {
		s.scroll.Scrolled(e)
		return
	}
	switch {
	case e.Scrolled.DY > 0:
		s.zoomTo(s.zoom*zoomStep, e.Position)
	case e.Scrolled.DY < 0:
		s.zoomTo(s.zoom/zoomStep, e.Position)
	}
}

// Dragged moves the pages with the hand.
func (h *hand) Dragged(e *fyne.DragEvent) {
	stir()
	h.stage.by(-e.Dragged.DX, -e.Dragged.DY)
}

// DragEnd has nothing to end.
func (h *hand) DragEnd() {}

// Tapped takes the keyboard here.
func (h *hand) Tapped(*fyne.PointEvent) {
	stir()
	h.stage.byMouse = true
	FocusOn(h.stage)
	h.stage.Refresh()
}

// MouseIn, MouseMoved and MouseOut tell that somebody is there.
func (h *hand) MouseIn(*desktop.MouseEvent) { stir() }

// MouseMoved tells that somebody is there.
func (h *hand) MouseMoved(*desktop.MouseEvent) { stir() }

// MouseOut has nothing to end.
func (h *hand) MouseOut() {}

// CreateRenderer draws nothing.
func (h *hand) CreateRenderer() fyne.WidgetRenderer { return newDrawn(h, nil, nil, nil) }

// CreateRenderer draws the pages near the window.
func (p *sheets) CreateRenderer() fyne.WidgetRenderer {
	var d *drawn
	d = newDrawn(p, nil, func(fyne.Size) {
		if d != nil {
			d.objects = p.place(d.objects[:0])
		}
	}, func() fyne.Size {
		s := p.stage
		if !s.ready() {
			return fyne.NewSize(1, 1)
		}
		return fyne.NewSize(within(s.widest*s.scale()+2*margin(), s.room.Width), within(s.tops[len(s.tops)-1], s.room.Height))
	})
	return d
}

// within is a length that is to fill a room, without the hair's breadth by which
// arithmetic may make it longer: the toolkit would have it scrolled.
func within(length, room float32) float32 {
	if length > room && length < room+0.5 {
		return room
	}
	return length
}

// place puts the pages near the window and forgets the others.
func (p *sheets) place(objects []fyne.CanvasObject) []fyne.CanvasObject {
	s := p.stage
	if !s.ready() {
		p.bare = nil
		return objects
	}
	first, last := s.near()
	kept := make(map[int]*bareSheet, last-first+1)
	for page := first; page <= last; page++ {
		b := p.bare[page]
		if b == nil {
			b = &bareSheet{paper: canvas.NewRectangle(nil), img: canvas.NewImageFromImage(nil), words: Muted("")}
			b.img.FillMode, b.img.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleSmooth
			b.words.align = fyne.TextAlignCenter
		}
		kept[page] = b
		x, y, w, h := s.rect(page)
		b.paper.FillColor = look.Color(look.Card)
		stroke(b.paper, look.InputBorder, look.HairlineWidth)
		put(b.paper, x-1, y-1, w+2, h+2)
		put(b.img, x, y, w, h)
		d := s.drawn.done[page]
		if img := d.image(); b.img.Image != img {
			b.img.Image = img
			b.img.Refresh()
		}
		show(b.img, d.image() != nil)
		b.words.text, b.words.role = p.wordsFor(d, page), look.Muted
		room := w - 2*margin()
		show(b.words, b.words.text != "" && room > 0 && b.words.HeightFor(room) < h)
		if b.words.Visible() {
			wh := b.words.HeightFor(room)
			put(b.words, x+margin(), y+fyne.Min(px(120), (h-wh)/2), room, wh)
			b.words.Refresh()
		}
		objects = append(objects, b.paper, b.img, b.words)
	}
	p.bare = kept
	put(p.hand, s.scroll.Offset.X, s.scroll.Offset.Y, s.room.Width, s.room.Height)
	return append(objects, p.hand)
}

func (p *sheets) wordsFor(d *drawnPage, page int) string {
	number := map[string]any{"Page": i18n.Number(int64(page + 1))}
	switch {
	case d.image() != nil:
		return ""
	case d != nil && d.err != nil && p.stage.viewer.Sentence != nil:
		return p.stage.viewer.Sentence(d.err)
	case d != nil && d.err != nil:
		return i18n.T("viewer.pageFailed", number)
	default:
		return i18n.T("viewer.pageLoading", number)
	}
}

// inSight are the first and last pages that are seen.
func (s *stage) inSight() (first, last int) {
	return s.at(s.scroll.Offset.Y), s.at(s.scroll.Offset.Y + s.room.Height)
}

// near are the first and last pages that exist: those in sight and around.
func (s *stage) near() (first, last int) {
	first, last = s.inSight()
	return max(0, first-around), min(s.viewer.doc.Pages()-1, last+around)
}

// drawing is what has been drawn, and the page being drawn.
type drawing struct {
	done map[int]*drawnPage
	busy *drawnPage
}

// drawnPage is a page at a width, or why there is none.
type drawnPage struct {
	page, width, quarters int
	img                   *image.RGBA
	err                   error
}

func (d *drawnPage) image() image.Image {
	if d == nil || d.img == nil {
		return nil
	}
	return d.img
}

const drawSlot = "kit.viewer.page"

// drop forgets all that is drawn.
func (s *stage) drop() {
	s.viewer.scopeCancel()
	s.drawn = drawing{}
}

func (v *Viewer) scopeCancel() {
	if v.scope != nil {
		v.scope.Cancel(drawSlot)
	}
}

// pixels is how wide the image of a page must be.
func (s *stage) pixels(page int) int {
	density := float32(1)
	if c := canvasOf(s); c != nil {
		density = c.Scale()
	}
	_, _, w, _ := s.rect(page)
	return max(1, int(math.Round(float64(w*density))))
}

// wanted are the pages to be drawn, the most needed first: those in sight from
// the top, then those around, as long as all together stay within bounds.
func (s *stage) wanted() []int {
	first, last := s.inSight()
	var order []int
	for page := first; page <= last; page++ {
		order = append(order, page)
	}
	for n := 1; n <= around; n++ {
		if page := last + n; page < s.viewer.doc.Pages() {
			order = append(order, page)
		}
		if page := first - n; page >= 0 {
			order = append(order, page)
		}
	}
	sum := 0
	for i, page := range order {
		w, h := s.pageSize(page)
		wide := float32(s.pixels(page))
		if sum += int(fyne.Min(wide*wide*h/w, 6_000_000)); sum > mostDrawn && page != s.page && (page < first || page > last) {
			return order[:i]
		}
	}
	return order
}

// want draws what is needed and not there, one page after the other.
func (s *stage) want() {
	v := s.viewer
	if !s.ready() || v.scope == nil {
		return
	}
	order := s.wanted()
	keep := make(map[int]*drawnPage, len(order))
	var next *drawnPage
	for _, page := range order {
		d := s.drawn.done[page]
		if d != nil {
			// An image of another zoom is shown until the right one is there.
			keep[page] = d
		}
		if width := s.pixels(page); next == nil && (d == nil || d.width != width) {
			next = &drawnPage{page: page, width: width, quarters: s.quarters}
		}
	}
	s.drawn.done = keep
	if next == nil {
		if s.drawn.busy != nil {
			v.scopeCancel()
			s.drawn.busy = nil
		}
		return
	}
	if b := s.drawn.busy; b != nil && *b == *next {
		return
	}
	s.drawn.busy = next
	doc := v.doc
	task.Run(v.scope, drawSlot, func(ctx context.Context) (*image.RGBA, error) {
		return doc.Render(ctx, next.page, next.width, next.quarters)
	}, func(img *image.RGBA, err error) {
		next.img, next.err = img, err
		s.drawn.busy = nil
		s.drawn.done[next.page] = next
		s.sheets.Refresh()
		s.want()
	})
}
