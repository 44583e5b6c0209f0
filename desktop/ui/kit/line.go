package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type lineLayout struct {
	measured
	gap   float32
	align fyne.TextAlign
	top   bool
	even  bool
	tight bool // rows stand close to each other
	flush bool // the words of a plain button at the edge begin at the edge
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

// LineFlush is Line for what stands under a text: a plain button, of which one
// sees the words alone, begins with them where the text begins.
func LineFlush(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, flush: true}, objects...)
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
		if b, plain := row[0].o.(*Button); l.flush && plain && b.kind == plainButton {
			x -= b.sidePad()
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
