package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// measured remembers the width a layout was last given: the toolkit asks for
// the least height without saying at which width.
type measured struct{ width float32 }

func (m *measured) at(least float32) float32 {
	if m.width > 0 {
		return m.width
	}
	return least
}

// --- Column ---

type columnLayout struct {
	measured
	gap float32
}

// Column puts objects under each other, each as wide as the column.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnLayout{gap: gap}, objects...)
}

func (l *columnLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	var h float32
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h += HeightFor(o, width)
		n++
	}
	if n > 1 {
		h += float32(n-1) * px(l.gap)
	}
	return h
}

func (l *columnLayout) naturalWidth(objects []fyne.CanvasObject) float32 {
	var w float32
	for _, o := range objects {
		w = fyne.Max(w, NaturalWidth(o))
	}
	return w
}

func (l *columnLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := HeightFor(o, size.Width)
		put(o, 0, y, size.Width, h)
		y += h + px(l.gap)
	}
}

func (l *columnLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var w float32
	for _, o := range objects {
		if o.Visible() {
			w = fyne.Max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.heightFor(objects, l.at(l.naturalWidth(objects))))
}

// --- Columns ---

type columnsLayout struct {
	measured
	least, gap float32
	most       int
	even       bool // as wide as the widest wants to be
}

// Columns puts objects in as many equal columns as fit with at least the width
// given (at 100 %), at most `most` of them (0: any), row by row.
func Columns(least, gap float32, most int, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnsLayout{least: least, gap: gap, most: most}, objects...)
}

// evenColumns is Columns as wide as the widest object would be: short ones stand
// side by side, and as soon as one is long, one under the other.
func evenColumns(most int, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnsLayout{even: true, most: most}, objects...)
}

// leastOf is the least width of a column, in pixels.
func (l *columnsLayout) leastOf(objects []fyne.CanvasObject) float32 {
	least := px(l.least)
	for _, o := range objects {
		if l.even {
			least = fyne.Max(least, NaturalWidth(o))
		}
	}
	return least
}

func (l *columnsLayout) count(objects []fyne.CanvasObject, width float32) int {
	n := int((width + px(l.gap)) / (l.leastOf(objects) + px(l.gap)))
	visible := 0
	for _, o := range objects {
		if o.Visible() {
			visible++
		}
	}
	if l.most > 0 && n > l.most {
		n = l.most
	}
	n = max(1, min(n, max(visible, 1)))
	if l.even && visible > 0 {
		// As many rows as that takes are filled evenly: none holds one alone.
		rows := (visible + n - 1) / n
		n = (visible + rows - 1) / rows
	}
	return n
}

func (l *columnsLayout) walk(objects []fyne.CanvasObject, width float32, place func(o fyne.CanvasObject, x, y, w, h float32)) float32 {
	n := l.count(objects, width)
	gap := px(l.gap)
	w := (width - float32(n-1)*gap) / float32(n)
	var shown []fyne.CanvasObject
	for _, o := range objects {
		if o.Visible() {
			shown = append(shown, o)
		}
	}
	var y float32
	for i := 0; i < len(shown); i += n {
		row := shown[i:min(i+n, len(shown))]
		var h float32
		for _, o := range row {
			h = fyne.Max(h, HeightFor(o, w))
		}
		if i > 0 {
			y += gap
		}
		for j, o := range row {
			if place != nil {
				place(o, float32(j)*(w+gap), y, w, h)
			}
		}
		y += h
	}
	return y
}

func (l *columnsLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return l.walk(objects, width, nil)
}

func (l *columnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.walk(objects, size.Width, put)
}

func (l *columnsLayout) naturalWidth(objects []fyne.CanvasObject) float32 {
	return float32(len(objects))*(l.leastOf(objects)+px(l.gap)) - px(l.gap)
}

func (l *columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(px(80), l.heightFor(objects, l.at(l.leastOf(objects))))
}

// --- Beside ---

type besideLayout struct {
	measured
	gap, second, leastFirst float32
}

// Beside puts second, of a fixed width, to the right of first, which takes the
// rest; where that is less than leastFirst, second goes below. All at 100 %.
func Beside(first, second fyne.CanvasObject, secondWidth, leastFirst, gap float32) *fyne.Container {
	return container.New(&besideLayout{gap: gap, second: secondWidth, leastFirst: leastFirst}, first, second)
}

func (l *besideLayout) apart(objects []fyne.CanvasObject, width float32) (float32, bool) {
	if !objects[1].Visible() {
		return width, true
	}
	rest := width - px(l.second) - px(l.gap)
	return rest, rest >= px(l.leastFirst)
}

func (l *besideLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	rest, ok := l.apart(objects, width)
	if ok {
		return fyne.Max(HeightFor(objects[0], rest), HeightFor(objects[1], px(l.second)))
	}
	return HeightFor(objects[0], width) + px(l.gap) + HeightFor(objects[1], width)
}

func (l *besideLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	rest, ok := l.apart(objects, size.Width)
	if ok {
		put(objects[0], 0, 0, rest, HeightFor(objects[0], rest))
		put(objects[1], rest+px(l.gap), 0, px(l.second), HeightFor(objects[1], px(l.second)))
		return
	}
	h := HeightFor(objects[0], size.Width)
	put(objects[0], 0, 0, size.Width, h)
	put(objects[1], 0, h+px(l.gap), size.Width, HeightFor(objects[1], size.Width))
}

func (l *besideLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(px(80), l.heightFor(objects, l.at(px(l.leastFirst+l.second+l.gap))))
}

// --- Pad, Limit, Gap, Rule ---

type padLayout struct {
	measured
	left, top, right, bottom float32
	most                     float32
	align                    fyne.TextAlign
}

// Pad puts the same space on all sides of an object.
func Pad(space float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&padLayout{left: space, top: space, right: space, bottom: space}, o)
}

// PadXY puts x at the sides and y above and below.
func PadXY(x, y float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&padLayout{left: x, top: y, right: x, bottom: y}, o)
}

// Indent puts space at the left only; less than none has an object that keeps room
// at its own edge begin where the words around it do.
func Indent(space float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&padLayout{left: space}, o)
}

// Limit keeps an object at most so wide (at 100 %), at the left.
func Limit(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&padLayout{most: width}, o)
}

func (l *padLayout) inner(width float32) float32 {
	w := width - px(l.left) - px(l.right)
	if l.most > 0 {
		w = fyne.Min(w, px(l.most))
	}
	return fyne.Max(w, 0)
}

func (l *padLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	if len(objects) == 0 || !objects[0].Visible() {
		return 0
	}
	return HeightFor(objects[0], l.inner(width)) + px(l.top) + px(l.bottom)
}

func (l *padLayout) naturalWidth(objects []fyne.CanvasObject) float32 {
	w := NaturalWidth(objects[0])
	if l.most > 0 {
		w = fyne.Min(w, px(l.most))
	}
	return w + px(l.left) + px(l.right)
}

func (l *padLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	w := l.inner(size.Width)
	x := px(l.left)
	if l.align == fyne.TextAlignCenter {
		x = (size.Width - w) / 2
	}
	put(objects[0], x, px(l.top), w, fyne.Max(0, size.Height-px(l.top)-px(l.bottom)))
}

func (l *padLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(objects[0].MinSize().Width+px(l.left)+px(l.right),
		l.heightFor(objects, l.at(l.naturalWidth(objects))))
}

// Space is empty room in a Column or a Line.
type Space struct {
	widget.BaseWidget
	side float32
}

// Gap is a square of empty room.
func Gap(side float32) *Space {
	g := &Space{side: side}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer draws nothing.
func (g *Space) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(g, nil, nil, func() fyne.Size { return fyne.NewSize(px(g.side), px(g.side)) })
}

// Hairline is a thin rule across its container.
type Hairline struct {
	widget.BaseWidget
}

// Rule separates two parts of a card.
func Rule() *Hairline {
	h := &Hairline{}
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer draws the line.
func (h *Hairline) CreateRenderer() fyne.WidgetRenderer {
	line := canvas.NewRectangle(roleColor(look.Hairline))
	return newDrawn(h, func() { line.FillColor = look.Color(look.Hairline) },
		func(s fyne.Size) { put(line, 0, 0, s.Width, look.HairlineWidth) },
		func() fyne.Size { return fyne.NewSize(1, look.HairlineWidth) }, line)
}
