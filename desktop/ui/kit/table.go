package kit

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// TableColumn is a column of a Table.
type TableColumn struct {
	Title string
	// Width is at 100 %; Grow shares what is left among those that have it.
	Width float32
	Grow  bool
	// Spare columns are left out, from the right, where there is no room.
	Spare bool
	// Trailing puts the words at the right: amounts.
	Trailing bool
}

// Cell is what one row says in one column: a line, a muted second one, a sign.
type Cell struct {
	Text   string
	Second string
	Icon   string
	Role   fyne.ThemeColorName // of Text and Icon; Ink when empty
	Bold   bool
}

// Table is a long list for agents: it draws only the rows in sight, so 5,000
// of them move like 50. Arrows, Page, Home and End walk, Enter opens.
type Table struct {
	widget.BaseWidget

	// OnSelect is told the row walked to or pressed; OnOpen the one opened
	// with Enter or a second press.
	OnSelect func(row int)
	OnOpen   func(row int)

	columns  []TableColumn
	length   int
	cell     func(row, column int) Cell
	twoLines bool

	offset   float32
	selected int
	hover    int
	focused  bool
	byMouse  bool
	dragged  bool
	later    bool // the row selected is brought into sight once there is a size

	back    *plain
	body    *fyne.Container
	window  *container.Clip
	head    []*canvas.Text
	headBar *canvas.Rectangle
	rows    []*tableRow
	ring    *canvas.Rectangle
	track   *canvas.Rectangle
	thumb   *canvas.Rectangle
	cuts    map[cutKey]string
}

type tableRow struct {
	fill, rule *canvas.Rectangle
	bar        *canvas.Rectangle
	first      []*canvas.Text
	second     []*canvas.Text
	icons      []*canvas.Image
}

type cutKey struct {
	text  string
	width int
	size  float32
	bold  bool
}

var (
	_ fyne.Tappable       = (*Table)(nil)
	_ fyne.DoubleTappable = (*Table)(nil)
	_ fyne.Focusable      = (*Table)(nil)
	_ fyne.Scrollable     = (*Table)(nil)
	_ fyne.Draggable      = (*Table)(nil)
	_ desktop.Hoverable   = (*Table)(nil)
)

// NewTable makes a table of rows of two lines; cell is asked for the rows in
// sight only, on the window's goroutine, so it must not wait for anything.
func NewTable(columns []TableColumn, cell func(row, column int) Cell) *Table {
	t := &Table{columns: columns, cell: cell, selected: -1, hover: -1, twoLines: true, cuts: map[cutKey]string{}}
	t.back, t.headBar, t.ring = newPlain(), canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	t.track, t.thumb = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	t.body = container.NewWithoutLayout()
	t.window = container.NewClip(t.body)
	for range columns {
		t.head = append(t.head, canvas.NewText("", color.Transparent))
	}
	t.ExtendBaseWidget(t)
	return t
}

// OneLine makes the rows 44 high instead of 64.
func (t *Table) OneLine() *Table {
	t.twoLines = false
	return t
}

// SetLength tells how many rows there are, after a change of any of them. The
// row selected stays, by number; Select another where that is another thing.
func (t *Table) SetLength(n int) {
	t.length = n
	if t.selected >= n {
		t.selected = n - 1
	}
	t.clamp()
	t.Refresh()
}

// Length is how many rows there are.
func (t *Table) Length() int { return t.length }

// Select marks a row and brings it into sight, without telling it on.
func (t *Table) Select(row int) {
	t.selected = max(-1, min(row, t.length-1))
	t.into(t.selected)
	t.Refresh()
}

// Selected is the row marked, or -1.
func (t *Table) Selected() int { return t.selected }

// SetTitles replaces the heads of the columns, after a change of language.
func (t *Table) SetTitles(titles ...string) {
	for i := range t.columns {
		if i < len(titles) {
			t.columns[i].Title = titles[i]
		}
	}
	t.Refresh()
}

func (t *Table) rowHeight() float32 {
	if t.twoLines {
		return px(look.RowHeight)
	}
	return px(look.ControlHeight)
}

func (t *Table) headHeight() float32 {
	for _, c := range t.columns {
		if c.Title != "" {
			return px(36)
		}
	}
	return 0
}

func (t *Table) viewHeight() float32 { return fyne.Max(0, t.Size().Height-t.headHeight()) }

func (t *Table) clamp() {
	most := float32(t.length)*t.rowHeight() - t.viewHeight()
	t.offset = fyne.Max(0, fyne.Min(t.offset, most))
}

func (t *Table) into(row int) {
	if row < 0 || t.viewHeight() <= 0 {
		t.later = row >= 0
		return
	}
	t.later = false
	h := t.rowHeight()
	top := float32(row) * h
	if top < t.offset {
		t.offset = top
	}
	if top+h > t.offset+t.viewHeight() {
		t.offset = top + h - t.viewHeight()
	}
	t.clamp()
}

// InSight is the first and the last row that can be seen.
func (t *Table) InSight() (first, last int) {
	h := t.rowHeight()
	first = int(t.offset / h)
	last = int(math.Ceil(float64((t.offset+t.viewHeight())/h))) - 1
	return first, min(last, t.length-1)
}

// --- drawing ---

// plan gives each column its place; a width of 0 leaves it out.
func (t *Table) plan(width float32) (x, w []float32) {
	gap := px(look.M)
	width -= px(look.M) + px(16) + gap
	used := make([]bool, len(t.columns))
	for i := range used {
		used[i] = true
	}
	need := func() (sum float32) {
		for i, c := range t.columns {
			if used[i] {
				sum += px(c.Width) + gap
			}
		}
		return sum
	}
	for i := len(t.columns) - 1; i >= 0 && need() > width; i-- {
		if t.columns[i].Spare {
			used[i] = false
		}
	}
	rest := width - need()
	growers := 0
	for i, c := range t.columns {
		if used[i] && c.Grow {
			growers++
		}
	}
	x, w = make([]float32, len(t.columns)), make([]float32, len(t.columns))
	at := px(look.M)
	for i, c := range t.columns {
		if !used[i] {
			continue
		}
		x[i], w[i] = at, px(c.Width)
		if c.Grow && growers > 0 {
			w[i] = fyne.Max(px(60), w[i]+rest/float32(growers))
		}
		at += w[i] + gap
	}
	return x, w
}

func (t *Table) cut(s string, width, size float32, bold bool) string {
	key := cutKey{s, int(width), size, bold}
	if v, ok := t.cuts[key]; ok {
		return v
	}
	if len(t.cuts) > 4000 {
		clear(t.cuts)
	}
	v := CutTo(s, width, size, fyne.TextStyle{Bold: bold})
	t.cuts[key] = v
	return v
}

// CreateRenderer draws the rows in sight.
func (t *Table) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(t, nil, t.draw, func() fyne.Size {
		return fyne.NewSize(px(200), t.headHeight()+2*t.rowHeight())
	})
}

func (t *Table) draw(size fyne.Size) {
	d := tree[t]
	if d == nil || size.Width <= 0 || size.Height <= 0 {
		return
	}
	if t.later {
		t.into(t.selected)
	}
	t.clamp()
	h, hh := t.rowHeight(), t.headHeight()
	count := int(math.Ceil(float64(t.viewHeight()/h))) + 1
	for len(t.rows) < count {
		t.addRow()
	}
	if len(d.objects) == 0 {
		t.collect(d)
	}
	// A row half scrolled away is cut at the edge of the table.
	put(t.window, 0, hh, size.Width, t.viewHeight())
	put(t.body, 0, 0, size.Width, t.viewHeight())
	t.back.paint(look.Card)
	put(t.back.area, 0, 0, size.Width, size.Height)
	xs, ws := t.plan(size.Width)

	textSize, secondSize := look.Text(look.Body), look.Text(look.Caption)
	line := fyne.MeasureText("Ag", textSize, fyne.TextStyle{Bold: true}).Height
	small := fyne.MeasureText("Ag", secondSize, fyne.TextStyle{}).Height
	first := int(t.offset / h)
	for n, r := range t.rows {
		at := first + n
		if n >= count || at >= t.length {
			r.hide()
			continue
		}
		y := float32(at)*h - t.offset
		t.drawRow(r, at, y, h, size.Width, xs, ws, textSize, secondSize, line, small)
	}
	paint(t.headBar, look.Hairline, 0)
	put(t.headBar, 0, hh-1, size.Width, 1)
	show(t.headBar, hh > 0)
	for i, txt := range t.head {
		show(txt, ws[i] > 0 && hh > 0)
		txt.TextSize, txt.TextStyle, txt.Color = secondSize, fyne.TextStyle{Bold: true}, look.Color(look.Muted)
		txt.Text = t.cut(t.columns[i].Title, ws[i], secondSize, true)
		txt.Alignment = fyne.TextAlignLeading
		if t.columns[i].Trailing {
			txt.Alignment = fyne.TextAlignTrailing
		}
		put(txt, xs[i], (hh-small)/2, ws[i], small)
	}
	t.drawBar(size, hh)
	if t.focused && !t.byMouse && t.length > 0 {
		stroke(t.ring, look.Focus, look.RingWidth)
		t.ring.CornerRadius = px(look.XS)
		y, rh := hh, t.viewHeight()
		if t.selected >= 0 {
			y, rh = hh+float32(t.selected)*h-t.offset, h
		}
		put(t.ring, 1.5, y+1.5, t.beside(size.Width)-3, rh-3)
		t.ring.Show()
	} else {
		t.ring.Hide()
	}
}

func (t *Table) drawRow(r *tableRow, at int, y, h, width float32, xs, ws []float32, textSize, secondSize, line, small float32) {
	r.fill.Show()
	r.rule.Show()
	fill := fyne.ThemeColorName(look.Card)
	switch {
	case at == t.selected:
		fill = look.RailSelectedFill
	case at == t.hover:
		fill = look.Hover
	}
	paint(r.fill, fill, 0)
	width = t.beside(width)
	put(r.fill, 0, y, width, h)
	r.rule.FillColor = look.Color(look.Hairline)
	put(r.rule, 0, y+h-1, width, 1)
	paint(r.bar, look.RailSelected, 0)
	put(r.bar, 0, y, px(look.RailBar), h)
	show(r.bar, at == t.selected)
	for i := range t.columns {
		if ws[i] <= 0 {
			r.first[i].Hide()
			r.second[i].Hide()
			r.icons[i].Hide()
			continue
		}
		c := t.cell(at, i)
		role := c.Role
		if role == "" {
			role = look.Ink
		}
		// The tint under the selected row is checked against ink and link only.
		second := look.Muted
		if at == t.selected {
			second = look.Ink
			if c.Role != "" {
				role = look.Ink
			}
		}
		x, w := xs[i], ws[i]
		top := y + (h-line)/2
		if t.twoLines && c.Second != "" {
			top = y + (h-line-small)/2
		}
		if c.Icon != "" {
			side := px(look.IconSize)
			setIcon(r.icons[i], c.Icon, role)
			put(r.icons[i], x, top+(line-side)/2, side, side)
			x, w = x+side+px(6), w-side-px(6)
		} else {
			r.icons[i].Hide()
		}
		f := r.first[i]
		f.Show()
		f.Text, f.TextSize, f.TextStyle, f.Color = t.cut(c.Text, w, textSize, c.Bold), textSize, fyne.TextStyle{Bold: c.Bold}, look.Color(role)
		f.Alignment = fyne.TextAlignLeading
		if t.columns[i].Trailing {
			f.Alignment = fyne.TextAlignTrailing
		}
		put(f, x, top, w, line)
		s := r.second[i]
		show(s, t.twoLines && c.Second != "")
		s.Text, s.TextSize, s.Color, s.Alignment = t.cut(c.Second, w, secondSize, false), secondSize, look.Color(second), f.Alignment
		put(s, x, top+line, w, small)
	}
}

// The scroll bar's width, and its distance from the edge and from the lines.
const tableBar, tableBarGap = 8, 3

// scrolls tells whether there are more rows than have room.
func (t *Table) scrolls() bool { return float32(t.length)*t.rowHeight() > t.viewHeight() }

// beside is what of a width is a row's: beside the bar, not on both sides of it.
func (t *Table) beside(width float32) float32 {
	if t.scrolls() {
		width -= px(tableBar + 2*tableBarGap)
	}
	return width
}

func (t *Table) drawBar(size fyne.Size, hh float32) {
	whole := float32(t.length) * t.rowHeight()
	view := t.viewHeight()
	if !t.scrolls() {
		t.track.Hide()
		t.thumb.Hide()
		return
	}
	t.track.Show()
	t.thumb.Show()
	w := px(tableBar)
	paint(t.track, look.NeutralFill, 4)
	paint(t.thumb, look.Scroll, 4)
	put(t.track, size.Width-w-px(tableBarGap), hh, w, view)
	th := fyne.Max(px(32), view*view/whole)
	put(t.thumb, size.Width-w-px(tableBarGap), hh+(view-th)*t.offset/(whole-view), w, th)
}

func (t *Table) addRow() {
	r := &tableRow{fill: canvas.NewRectangle(color.Transparent), rule: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent)}
	t.body.Objects = append(t.body.Objects, r.fill, r.rule, r.bar)
	for range t.columns {
		first, second, icon := canvas.NewText("", color.Transparent), canvas.NewText("", color.Transparent), newIcon()
		r.first, r.second, r.icons = append(r.first, first), append(r.second, second), append(r.icons, icon)
		t.body.Objects = append(t.body.Objects, icon, first, second)
	}
	t.rows = append(t.rows, r)
}

func (r *tableRow) hide() {
	r.fill.Hide()
	r.rule.Hide()
	r.bar.Hide()
	for i := range r.first {
		r.first[i].Hide()
		r.second[i].Hide()
		r.icons[i].Hide()
	}
}

func (t *Table) collect(d *drawn) {
	objects := []fyne.CanvasObject{t.back.area, t.window, t.headBar}
	for _, h := range t.head {
		objects = append(objects, h)
	}
	d.objects = append(objects, t.track, t.thumb, t.ring)
}
