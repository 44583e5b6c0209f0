package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// MonthPane is a whole screen around the month: the bar and the legend above,
// the line about one day and the strip below, always in sight; the grid takes
// the room between, and only where that is less than six weeks of 56 units
// does it scroll.
type MonthPane struct {
	widget.BaseWidget
	above, below *fyne.Container
	grid         fyne.CanvasObject
	page         *Page
}

// barRoom is where the bar of the scroller stands, beside the grid.
const barRoom float32 = 12

// NewMonthPane puts the parts together; grid may also be a list of days, which
// then scrolls by itself. Parts may be nil.
func NewMonthPane(bar, legend, grid, line, strip fyne.CanvasObject) *MonthPane {
	p := &MonthPane{above: Column(look.XS), below: Column(look.XS), grid: grid}
	for _, o := range []fyne.CanvasObject{bar, legend} {
		if o != nil {
			p.above.Objects = append(p.above.Objects, o)
		}
	}
	for _, o := range []fyne.CanvasObject{line, strip} {
		if o != nil {
			p.below.Objects = append(p.below.Objects, o)
		}
	}
	// The ring of the first and the last week is drawn around their cells.
	p.page = newPage(NewFill(grid), 0, 0)
	p.page.body.Layout = &padLayout{left: 3, top: 1, right: 3 + barRoom, bottom: 3}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer lays the parts out.
func (p *MonthPane) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(p, nil, func(size fyne.Size) {
		side := px(look.L)
		if size.Width < px(720) {
			side = px(look.S)
		}
		gap := px(2)
		w := fyne.Min(size.Width-2*side, px(look.PageWidth))
		ah, bh := HeightFor(p.above, w), HeightFor(p.below, w)
		y := px(look.XS)
		put(p.above, side, y, w, ah)
		p.above.Layout.Layout(p.above.Objects, p.above.Size())
		y += ah + gap
		bottom := size.Height - px(2) - bh
		put(p.below, side, bottom, w, bh)
		p.below.Layout.Layout(p.below.Objects, p.below.Size())
		put(p.page, side-px(3), y, w+px(6+barRoom), fyne.Max(px(60), bottom-gap-y))
	}, func() fyne.Size { return fyne.NewSize(px(240), px(200)) }, p.above, p.page, p.below)
}

// Fill is as tall as the page it lies in, where its object needs less.
type Fill struct {
	widget.BaseWidget
	object fyne.CanvasObject
}

// NewFill makes one.
func NewFill(o fyne.CanvasObject) *Fill {
	f := &Fill{object: o}
	f.ExtendBaseWidget(f)
	return f
}

// HeightFor is what the object needs.
func (f *Fill) HeightFor(width float32) float32 { return HeightFor(f.object, width) }

// CreateRenderer gives the object all the room.
func (f *Fill) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(f, nil, func(size fyne.Size) { put(f.object, 0, 0, size.Width, size.Height) },
		func() fyne.Size {
			m := f.object.MinSize()
			if w := f.Size().Width; w > 0 {
				m.Height = f.HeightFor(w)
			}
			return fyne.NewSize(px(120), m.Height)
		}, f.object)
}
