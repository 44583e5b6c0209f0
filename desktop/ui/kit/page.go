package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Page is the room of a screen: it scrolls up and down and never sideways,
// keeps its content within a readable width, and follows the focus.
type Page struct {
	widget.BaseWidget
	content fyne.CanvasObject
	body    *fyne.Container
	scroll  *container.Scroll
	gutter  float32
	reader  *reader
	ring    *canvas.Rectangle
	// tall tells the height of the content, so that a dialog follows it.
	tall bool
}

// pages are those on a canvas now.
var pages = map[*Page]bool{}

// NewPage makes a page of at most PageWidth; the content keeps to the left,
// where the eye returns after the rail.
func NewPage(content fyne.CanvasObject) *Page { return newPage(content, look.PageWidth, look.L) }

// NewFormPage makes a page of at most FormWidth, for forms and recaps.
func NewFormPage(content fyne.CanvasObject) *Page { return newPage(content, look.FormWidth, look.L) }

// NewBarePage makes a page without gutters or limit, for a dialog or a pane.
func NewBarePage(content fyne.CanvasObject) *Page { return newPage(content, 0, 0) }

func newPage(content fyne.CanvasObject, most, gutter float32) *Page {
	p := &Page{content: content, gutter: gutter}
	p.body = container.New(&padLayout{left: gutter, top: gutter, right: gutter, bottom: gutter + gutter, most: most}, content)
	p.scroll = container.NewVScroll(p.body)
	p.scroll.OnScrolled = func(fyne.Position) { stir() }
	p.reader, p.ring = newReader(p), canvas.NewRectangle(nil)
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer lays the scroller over the whole page.
func (p *Page) CreateRenderer() fyne.WidgetRenderer {
	d := newDrawn(p, func() {
		paint(p.ring, "", look.ControlRadius)
		stroke(p.ring, look.Focus, look.RingWidth)
		show(p.ring, p.reader.ringed())
	}, func(size fyne.Size) {
		placeRing(p.ring, 0, 0, size.Width, size.Height, false)
		// The content's width is told before the scroller asks for its
		// height, so that one pass is enough.
		p.body.Layout.(*padLayout).width = size.Width
		if p.scroll.Size() != size {
			put(p.scroll, 0, 0, size.Width, size.Height)
		} else {
			p.arrange()
		}
	}, func() fyne.Size {
		if w := p.Size().Width; p.tall && w > 0 {
			return fyne.NewSize(px(120), p.HeightFor(w))
		}
		// A page never asks for room: what does not fit is scrolled.
		return fyne.NewSize(px(120), px(80))
	}, p.reader, p.scroll, p.ring)
	pages[p] = true
	d.closed = func() {
		// Another renderer may have been made meanwhile; it keeps the page.
		if tree[p] == nil {
			delete(pages, p)
		}
	}
	return d
}

// settle lays the content out at once, where the toolkit would do it with the
// next frame: before something that just appeared is brought into sight.
func (p *Page) settle() {
	size := p.Size()
	if size.Width <= 0 {
		return
	}
	size.Height = fyne.Max(size.Height, HeightFor(p.body, size.Width))
	if p.body.Size() != size {
		p.arrange()
	}
}

// arrange places the content and the bars. The scroller's own Refresh would
// have every text of the content written anew, changed or not.
func (p *Page) arrange() {
	size := p.Size()
	room := size.Height
	size.Height = fyne.Max(room, HeightFor(p.body, size.Width))
	p.body.Resize(size)
	// What grew may lie deep, in parents whose own size is the same.
	layOutAnew(p.body)
	if end := size.Height - room; p.scroll.Offset.Y > end {
		p.scroll.ScrollToOffset(fyne.NewPos(0, end))
	}
	p.scroll.Base.Refresh()
}

// SettlePage lays the page that an object lies in out anew, after something in
// it has grown or shrunk.
func SettlePage(o fyne.CanvasObject) {
	if p := pageOf(o); p != nil {
		p.Refresh()
	}
}

// layOutAnew places everything below an object, whether its size changed or not.
func layOutAnew(o fyne.CanvasObject) {
	if !o.Visible() {
		return
	}
	switch v := o.(type) {
	case *fyne.Container:
		if v.Layout != nil {
			v.Layout.Layout(v.Objects, v.Size())
		}
		for _, k := range v.Objects {
			layOutAnew(k)
		}
	case holder:
		o.Refresh() // it places them by itself
		for _, k := range v.Parts() {
			layOutAnew(k)
		}
	default:
		if d := tree[o]; d != nil {
			d.Layout(o.Size())
			for _, k := range d.objects {
				layOutAnew(k)
			}
		}
	}
}

// HeightFor is the height of the whole content, for pages within dialogs.
func (p *Page) HeightFor(width float32) float32 { return HeightFor(p.body, width) }

// NaturalWidth is that of the content.
func (p *Page) NaturalWidth() float32 { return NaturalWidth(p.body) }

// Top scrolls to the beginning.
func (p *Page) Top() { p.scroll.ScrollToTop() }

// Bottom scrolls to the end: to the newest of what is read downward.
func (p *Page) Bottom() {
	p.settle()
	p.scroll.ScrollToBottom()
}

// AtEnd reports whether the end is in sight.
func (p *Page) AtEnd() bool {
	size := p.scroll.Size()
	return size.Height > 0 && p.scroll.Offset.Y+size.Height >= p.HeightFor(size.Width)-1
}

// Offset is how far the page is scrolled; SetOffset restores it when a person
// comes back to a screen.
func (p *Page) Offset() float32 { return p.scroll.Offset.Y }

// SetOffset scrolls to a place remembered.
func (p *Page) SetOffset(y float32) { p.scroll.ScrollToOffset(fyne.NewPos(0, y)) }

// Reveal scrolls just so far that o is seen.
func (p *Page) Reveal(o fyne.CanvasObject) {
	top, found := below(p.body, o)
	if !found {
		return
	}
	top -= p.Offset()
	margin := px(look.M)
	height := fyne.Min(o.Size().Height, p.room())
	y := p.scroll.Offset.Y
	switch {
	case top < margin:
		y += top - margin
	case top+height > p.Size().Height-margin:
		y += top + height - p.Size().Height + margin
	default:
		return
	}
	p.SetOffset(fyne.Max(0, y))
}

// Open brings a screen's first question into sight: from the very top where it
// is seen from there, so that one reads what the screen is before one answers,
// or else as Reveal does.
func (p *Page) Open(o fyne.CanvasObject) {
	p.settle()
	if top, found := below(p.body, o); found && top+o.Size().Height <= p.Size().Height {
		p.Top()
		return
	}
	p.Reveal(o)
}

// To scrolls to something that has just appeared, so that it begins where the
// page does, as far as there is something below it.
func (p *Page) To(o fyne.CanvasObject) {
	Draw(p.content)
	p.settle()
	if top, found := below(p.body, o); found {
		p.SetOffset(fyne.Max(0, fyne.Min(top-px(look.M), p.body.Size().Height-p.Size().Height)))
	}
}

// below is how far under the top of a parent an object stands. The toolkit knows
// it of what it has drawn only, and says 0 of what has just appeared.
func below(parent, o fyne.CanvasObject) (y float32, found bool) {
	for _, k := range kids(parent) {
		if k == o {
			return k.Position().Y, true
		}
		if y, found = below(k, o); found {
			return k.Position().Y + y, true
		}
	}
	return 0, false
}

// RevealList scrolls to the top of a list where not even its first row is in
// sight.
func (p *Page) RevealList(list, first fyne.CanvasObject) {
	p.settle()
	driver := fyne.CurrentApp().Driver()
	bottom := driver.AbsolutePositionForObject(first).Y + first.Size().Height - driver.AbsolutePositionForObject(p).Y
	if bottom > p.Size().Height {
		p.Reveal(list)
	}
}

func (p *Page) key(e *fyne.KeyEvent) bool {
	step := p.Size().Height - px(look.XL)
	switch e.Name {
	case fyne.KeyPageDown:
		p.SetOffset(p.Offset() + step)
	case fyne.KeyPageUp:
		p.SetOffset(p.Offset() - step)
	case fyne.KeyDown:
		p.SetOffset(p.Offset() + px(look.XL))
	case fyne.KeyUp:
		p.SetOffset(p.Offset() - px(look.XL))
	case fyne.KeyHome:
		p.SetOffset(0)
	case fyne.KeyEnd:
		p.scroll.ScrollToBottom()
	default:
		return false
	}
	return true
}

// pageOf is the page an object lies in, or nil.
func pageOf(o fyne.CanvasObject) *Page {
	if r, ok := o.(*reader); ok {
		return r.page
	}
	for p := range pages {
		if inside(p.content, o) {
			return p
		}
	}
	return nil
}

// mainPage is the largest page in sight below an object: the one that keys
// scroll when nothing else wants them.
func mainPage(root fyne.CanvasObject) *Page {
	var best *Page
	area := func(p *Page) float32 { return p.Size().Width * p.Size().Height }
	each(root, func(o fyne.CanvasObject) bool {
		if p, ok := o.(*Page); ok && p.Visible() && (best == nil || area(p) > area(best)) {
			best = p
		}
		return o.Visible()
	})
	return best
}

// reveal brings a focused widget into sight.
func reveal(o fyne.CanvasObject) {
	if p := pageOf(o); p != nil && p.Visible() && p.Size().Height > 0 {
		// Leaving the field before may have put a mistake above this one.
		p.settle()
		if at, found := below(p.body, o); found && o.Size().Height > p.room() && at >= p.Offset() && at-p.Offset() < p.room()/2 {
			return // it cannot be seen whole, and its label would be pushed away
		}
		p.Reveal(p.whole(o))
	}
}

// whole is the question that an object belongs to, with its label, rule and
// mistake, where the page has room for all of that; else the object itself.
func (p *Page) whole(o fyne.CanvasObject) fyne.CanvasObject {
	all := o
	each(p.content, func(k fyne.CanvasObject) bool {
		if f, ok := k.(*Field); ok && all == o && inside(f, o) && f.Size().Height <= p.room() {
			all = f
		}
		return all == o
	})
	return all
}

// room is the height that can be seen at once, without the margins.
func (p *Page) room() float32 { return p.Size().Height - 2*px(look.M) }

// LeadTo brings a list of mistakes into sight, and the first of them, which
// jump goes to. Where the page has no room for both, the list is what is shown,
// and the focus is on the first way in it.
func (p *Page) LeadTo(list fyne.CanvasObject, jump func()) {
	p.settle()
	jump()
	c := canvasOf(p)
	if c == nil {
		return
	}
	first, ok := c.Focused().(fyne.CanvasObject)
	if !ok || !inside(p.content, first) {
		return
	}
	o := p.whole(first)
	p.Reveal(list)
	begin, _ := below(p.body, list)
	end, _ := below(p.body, o)
	if end+o.Size().Height-begin <= p.room() {
		p.Reveal(o)
		return
	}
	Draw(list)
	if links := stops(list); len(links) > 0 {
		c.Focus(links[0])
		p.Reveal(list)
	}
}

// LeadToList brings a list of mistakes made elsewhere into sight, and the focus
// to the first way in it.
func (p *Page) LeadToList(list fyne.CanvasObject) {
	p.Top()
	p.settle()
	Draw(list)
	if links, c := stops(list), canvasOf(p); c != nil && len(links) > 0 {
		c.Focus(links[0])
	}
	p.Reveal(list)
}

// PageOf is the page an object lies in, nil where it is on none.
func PageOf(o fyne.CanvasObject) *Page { return pageOf(o) }
