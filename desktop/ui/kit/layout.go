package kit

import (
	"slices"

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

// --- Line ---

type lineLayout struct {
	measured
	gap   float32
	align fyne.TextAlign
	top   bool
	even  bool
	tight bool // rows stand close to each other
}

// between is the space from one row to the next.
func (l *lineLayout) between() float32 {
	if l.tight {
		return 0
	}
	return px(l.gap)
}

// growing marks an object that takes the room the others leave.
type growing struct {
	columnLayout
	least float32
}

// Grow lets an object in a Line take all the room the others leave. Where that
// is less than least (at 100 %), the line breaks instead.
func Grow(o fyne.CanvasObject, least float32) *fyne.Container {
	return container.New(&growing{least: least}, o)
}

func grows(o fyne.CanvasObject) (float32, bool) {
	if c, ok := o.(*fyne.Container); ok {
		if g, ok := c.Layout.(*growing); ok {
			return px(g.least), true
		}
	}
	return 0, false
}

// yielding is implemented by what gives up room in a Line before the line
// breaks.
type yielding interface {
	// LeastWidth is how narrow it may become; its natural width where it does
	// not yield.
	LeastWidth() float32
}

// Line puts objects beside each other at their natural width, and goes on
// below when there is no more room, so that nothing is ever cut. What yields
// gives up its room first.
func Line(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap}, objects...)
}

// LineEven is Line whose rows, where there are several, hold as many each: none
// is left alone on the last.
func LineEven(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, even: true}, objects...)
}

// LineEnd is Line from the right: the buttons of a dialog.
func LineEnd(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, align: fyne.TextAlignTrailing}, objects...)
}

// LineCentre is Line in the middle of the room.
func LineCentre(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, align: fyne.TextAlignCenter}, objects...)
}

// LineTop is Line with the tops level instead of the middles.
func LineTop(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, top: true}, objects...)
}

type placed struct {
	o    fyne.CanvasObject
	w, h float32
}

func (l *lineLayout) rows(objects []fyne.CanvasObject, width float32) [][]placed {
	gap := px(l.gap)
	part := l.yield(objects, width)
	var rows [][]placed
	var row []placed
	var used float32
	flush := func() {
		if len(row) == 0 {
			return
		}
		// What is left goes to those that grow.
		var growers []int
		for i, p := range row {
			if _, ok := grows(p.o); ok {
				growers = append(growers, i)
			}
		}
		if rest := width - used; rest > 0 && len(growers) > 0 {
			for _, i := range growers {
				row[i].w += rest / float32(len(growers))
			}
		}
		for i := range row {
			row[i].h = HeightFor(row[i].o, row[i].w)
		}
		rows = append(rows, row)
		row, used = nil, 0
	}
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		w, isGrow := grows(o)
		if !isGrow {
			w = NaturalWidth(o)
		}
		if y, yields := o.(yielding); yields {
			w -= part * (w - y.LeastWidth())
		}
		w = fyne.Min(w, width)
		need := w
		if len(row) > 0 {
			need += gap
		}
		// A hair of tolerance: a line measured at its natural width must fit.
		if len(row) > 0 && used+need > width+0.1 {
			flush()
			need = w
		}
		row = append(row, placed{o: o, w: w})
		used += need
	}
	flush()
	if l.even {
		return evened(rows, width, gap)
	}
	return rows
}

// evened spreads what stands in rows over as many rows, where that fits.
func evened(rows [][]placed, width, gap float32) [][]placed {
	if len(rows) < 2 {
		return rows
	}
	all := slices.Concat(rows...)
	even := slices.Collect(slices.Chunk(all, (len(all)+len(rows)-1)/len(rows)))
	for _, row := range even {
		used := gap * float32(len(row)-1)
		for _, p := range row {
			used += p.w
		}
		if used > width+0.1 {
			return rows
		}
	}
	return even
}

// yield is the part, 0 to 1, of the room they can give up that those that
// yield have to, so that all stands on one line; 0 where that is not enough.
func (l *lineLayout) yield(objects []fyne.CanvasObject, width float32) float32 {
	var need, spare float32
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w, isGrow := grows(o)
		if !isGrow {
			w = NaturalWidth(o)
		}
		if y, yields := o.(yielding); yields {
			spare += w - y.LeastWidth()
		}
		if need += w; i > 0 {
			need += px(l.gap)
		}
	}
	if need <= width || need-spare > width {
		return 0
	}
	return (need - width) / spare
}

func (l *lineLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	var h float32
	for i, row := range l.rows(objects, width) {
		if i > 0 {
			h += l.between()
		}
		h += tallest(row)
	}
	return h
}

func tallest(row []placed) float32 {
	var h float32
	for _, p := range row {
		h = fyne.Max(h, p.h)
	}
	return h
}

func (l *lineLayout) naturalWidth(objects []fyne.CanvasObject) float32 {
	var w float32
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		w += NaturalWidth(o)
		n++
	}
	if n > 1 {
		w += float32(n-1) * px(l.gap)
	}
	return w + 0.5
}

func (l *lineLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	gap := px(l.gap)
	rows := l.rows(objects, size.Width)
	y := float32(0)
	if len(rows) == 1 && !l.top {
		y = fyne.Max(0, (size.Height-tallest(rows[0]))/2)
	}
	for _, row := range rows {
		h := tallest(row)
		x := float32(0)
		if l.align != fyne.TextAlignLeading {
			x = size.Width
			for i, p := range row {
				x -= p.w
				if i > 0 {
					x -= gap
				}
			}
			if l.align == fyne.TextAlignCenter {
				x /= 2
			}
		}
		for _, p := range row {
			dy := (h - p.h) / 2
			if l.top {
				dy = 0
			}
			put(p.o, x, y+dy, p.w, p.h)
			x += p.w + gap
		}
		y += h + l.between()
	}
}

func (l *lineLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
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
}

// Columns puts objects in as many equal columns as fit with at least the width
// given (at 100 %), at most `most` of them (0: any), row by row.
func Columns(least, gap float32, most int, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnsLayout{least: least, gap: gap, most: most}, objects...)
}

func (l *columnsLayout) count(objects []fyne.CanvasObject, width float32) int {
	n := int((width + px(l.gap)) / (px(l.least) + px(l.gap)))
	visible := 0
	for _, o := range objects {
		if o.Visible() {
			visible++
		}
	}
	if l.most > 0 && n > l.most {
		n = l.most
	}
	return max(1, min(n, max(visible, 1)))
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
	return float32(len(objects))*(px(l.least)+px(l.gap)) - px(l.gap)
}

func (l *columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(px(80), l.heightFor(objects, l.at(px(l.least))))
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
