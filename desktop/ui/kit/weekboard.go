package kit

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// BoardRow is what is done on the days of a week: an icon and a name, and a day
// for each column. Rows of one Group stand together under its name.
type BoardRow struct {
	Group string
	Icon  string
	Name  string
	Days  []Day
}

// WeekBoard is a week of several rows as one widget: cells that are placed by
// arithmetic and found by division. One stop of the focus; the arrows walk over
// the cells and on into the weeks before and after.
type WeekBoard struct {
	widget.BaseWidget

	// OnSelect is told the cell pressed by a click, Enter or Space.
	OnSelect func(row, day int)
	// OnShow is told the cell last pointed at, walked to or pressed, for the line
	// below; ok is false while there is none.
	OnShow func(row, day int, ok bool)
	// OnWeek is told that a person goes to the week before (-1) or after (1).
	OnWeek func(by int)
	// Now is the clock; time.Now in the program.
	Now func() time.Time

	rows    []BoardRow
	columns int
	row     int
	day     int
	hover   int // row*columns + day, or -1
	about   int // the cell OnShow tells, likewise
	focused bool
	byMouse bool

	lastPress time.Time
	last      string

	heads  *WeekHeads
	groups []*Text // the name over a row, empty where it goes on
	names  []*Text
	icons  []*canvas.Image
	cells  []boardCell
	ring   *canvas.Rectangle
}

type boardCell struct {
	fill  *canvas.Rectangle
	hatch *canvas.Raster
	sign  *canvas.Image
	word  *canvas.Text
	mark  *canvas.Image
}

var (
	_ fyne.Tappable      = (*WeekBoard)(nil)
	_ fyne.Focusable     = (*WeekBoard)(nil)
	_ desktop.Hoverable  = (*WeekBoard)(nil)
	_ desktop.Cursorable = (*WeekBoard)(nil)
	_ fyne.Accessible    = (*WeekBoard)(nil)
)

// NewWeekBoard makes a board of these rows, each with as many days as the first.
func NewWeekBoard(rows []BoardRow) *WeekBoard {
	b := &WeekBoard{Now: time.Now, hover: -1, about: -1, rows: rows, ring: canvas.NewRectangle(color.Transparent)}
	if len(rows) > 0 {
		b.columns = len(rows[0].Days)
	}
	b.heads = newWeekHeads(b)
	for i, r := range rows {
		group := ""
		if i == 0 || rows[i-1].Group != r.Group {
			group = r.Group
		}
		b.groups = append(b.groups, Strong(group))
		b.names = append(b.names, newText(r.Name, look.Caption, look.Ink, false))
		b.icons = append(b.icons, newIcon())
		for range b.columns {
			c := boardCell{fill: canvas.NewRectangle(color.Transparent), hatch: canvas.NewRaster(drawHatch), sign: newIcon(), word: canvas.NewText("", color.Transparent), mark: newIcon()}
			b.cells = append(b.cells, c)
		}
	}
	for i := range b.columns {
		if rows[0].Days[i].Kind == DayToday {
			b.day = i
		}
	}
	b.ExtendBaseWidget(b)
	return b
}

// SetRows shows the same rows as they are now.
func (b *WeekBoard) SetRows(rows []BoardRow) {
	b.rows = rows
	b.Refresh()
	b.heads.Refresh()
	b.tell()
}

// At is the cell the keyboard stands on.
func (b *WeekBoard) At() (row, day int) { return b.row, b.day }

// GoTo puts the keyboard on a cell.
func (b *WeekBoard) GoTo(row, day int) {
	b.Start(row, day)
	b.about = b.row*b.columns + b.day
	b.tell()
}

// Start puts the keyboard on a cell that nobody has chosen yet.
func (b *WeekBoard) Start(row, day int) {
	b.row, b.day = min(max(row, 0), max(len(b.rows)-1, 0)), min(max(day, 0), max(b.columns-1, 0))
	b.Refresh()
}

// Resume goes on where another board was, in place of which this one is shown.
func (b *WeekBoard) Resume(was *WeekBoard) {
	b.Start(was.At())
	if row, day := was.about/max(was.columns, 1), was.about%max(was.columns, 1); was.about >= 0 && row < len(b.rows) && day < b.columns &&
		b.rows[row].Group == was.rows[row].Group && b.rows[row].Name == was.rows[row].Name {
		b.about = row*b.columns + day
	}
}

// Rows are what it shows.
func (b *WeekBoard) Rows() []BoardRow { return b.rows }

func (b *WeekBoard) cell(row, day int) Day { return b.rows[row].Days[day] }

// told is the sign and the word of a day where a head or a title says which one is
// today: whether it is booked.
func told(d Day) (sign, word string) {
	switch plain := d.Kind == DayToday && !d.Pending && d.Word == ""; {
	case plain && d.Booked:
		return d.sign(), i18n.T("kit.day.booked", nil)
	case plain && d.Sign == "":
		return "minus", ""
	}
	return d.sign(), d.word()
}

// --- geometry: everything from one width by arithmetic ---

const (
	boardNames float32 = 168 // the names' width at most
	boardRow   float32 = 44
)

// widths are that of the names, and of a day.
func (b *WeekBoard) widths(width float32) (names, day, gap float32) {
	gap = px(gridGap)
	names = fyne.Min(px(boardNames), width*0.26)
	return names, (width - names - float32(b.columns)*gap) / float32(max(b.columns, 1)), gap
}

func (b *WeekBoard) groupHeight(row int) float32 {
	if b.groups[row].text == "" {
		return 0
	}
	return b.groups[row].lineHeight() + px(look.XS)
}

func (b *WeekBoard) rowHeight(row int, names float32) float32 {
	return fyne.Max(px(boardRow), b.names[row].HeightFor(names-px(26))+px(6))
}

// walk visits the rows with where they begin and how tall they are.
func (b *WeekBoard) walk(width float32, visit func(row int, y, height float32)) (bottom float32) {
	names, _, gap := b.widths(width)
	y := px(3) // for the ring
	for row := range b.rows {
		if row > 0 && b.groups[row].text != "" {
			y += px(look.S)
		}
		y += b.groupHeight(row)
		h := b.rowHeight(row, names)
		visit(row, y, h)
		y += h + gap
	}
	return y
}

// HeightFor is that of its rows.
func (b *WeekBoard) HeightFor(width float32) float32 {
	return whole(b.walk(width, func(int, float32, float32) {}))
}

func (b *WeekBoard) rect(row, day int) (x, y, w, h float32) {
	names, width, gap := b.widths(b.Size().Width)
	x = names + gap + float32(day)*(width+gap)
	b.walk(b.Size().Width, func(r int, top, height float32) {
		if r == row {
			y, h = top, height
		}
	})
	return x, y, width, h
}

// CellCentre is the middle of a cell, for tests and journeys.
func (b *WeekBoard) CellCentre(row, day int) fyne.Position {
	x, y, w, h := b.rect(row, day)
	return fyne.NewPos(x+w/2, y+h/2)
}

// CellAt is the cell under a point, or -1.
func (b *WeekBoard) CellAt(p fyne.Position) int {
	names, width, gap := b.widths(b.Size().Width)
	if p.X < names+gap || width <= 0 {
		return -1
	}
	day, at := int((p.X-names-gap)/(width+gap)), -1
	if day >= b.columns {
		return -1
	}
	b.walk(b.Size().Width, func(row int, y, h float32) {
		if p.Y >= y && p.Y < y+h {
			at = row*b.columns + day
		}
	})
	return at
}

// --- drawing ---

// CreateRenderer draws the names and the cells.
func (b *WeekBoard) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for i := range b.rows {
		objects = append(objects, b.groups[i], b.icons[i], b.names[i])
	}
	for i := range b.cells {
		c := &b.cells[i]
		objects = append(objects, c.fill, c.hatch, c.sign, c.word, c.mark)
	}
	return newDrawn(b, nil, b.draw, func() fyne.Size {
		width := fyne.Max(b.Size().Width, px(400))
		return fyne.NewSize(px(80)+float32(b.columns)*px(40), b.HeightFor(width))
	}, append(objects, b.ring)...)
}

func (b *WeekBoard) draw(size fyne.Size) {
	if size.Width <= 0 || len(b.rows) == 0 {
		return
	}
	names, width, gap := b.widths(size.Width)
	wordSize := look.Text(look.Caption)
	wordHeight := fyne.MeasureText("Ag", wordSize, fyne.TextStyle{}).Height
	side, pad := px(18), px(6)
	// A word stands beside its sign in all cells, or below it in all, or in none:
	// then the signs, the legend and the line below carry the meaning alone.
	beside, under := true, side+wordHeight <= px(boardRow)-px(4)
	for row := range b.rows {
		for day := range b.columns {
			d := b.cell(row, day)
			_, says := told(d)
			room, word := width-2*pad-side-px(4), fyne.MeasureText(says, wordSize, fyne.TextStyle{}).Width
			if d.Mark != "" {
				room -= px(16) + px(2)
			}
			beside, under = beside && word <= room, under && word <= width-px(6)
		}
	}
	b.walk(size.Width, func(row int, y, height float32) {
		if g := b.groups[row]; g.text != "" {
			put(g, 0, y-b.groupHeight(row), size.Width, g.lineHeight())
			g.Show()
		} else {
			g.Hide()
		}
		setIcon(b.icons[row], b.rows[row].Icon, look.Muted)
		put(b.icons[row], 0, y+(height-side)/2, side, side)
		b.names[row].text = b.rows[row].Name
		nh := b.names[row].HeightFor(names - px(26))
		put(b.names[row], px(26), y+(height-nh)/2, names-px(26), nh)
		b.names[row].Refresh()
		for day := range b.columns {
			c, d := &b.cells[row*b.columns+day], b.cell(row, day)
			x := names + gap + float32(day)*(width+gap)
			text, fill, edge := d.roles()
			put(c.fill, x, y, width, height)
			paint(c.fill, fill, look.ControlRadius)
			stroke(c.fill, edge, 2)
			show(c.hatch, d.Pending)
			put(c.hatch, x+3, y+3, width-6, height-6)
			sign, says := told(d)
			setIcon(c.sign, sign, text)
			setIcon(c.mark, d.Mark, text)
			put(c.mark, x+width-pad-px(16), y+(height-px(16))/2, px(16), px(16))
			c.word.Text, c.word.TextSize, c.word.Color = says, wordSize, look.Color(text)
			show(c.word, beside || under)
			switch {
			case says == "" && (beside || under):
				c.word.Hide()
				put(c.sign, x+(width-side)/2, y+(height-side)/2, side, side)
			case beside:
				c.word.Alignment = fyne.TextAlignLeading
				put(c.sign, x+pad, y+(height-side)/2, side, side)
				put(c.word, x+pad+side+px(4), y+(height-wordHeight)/2, width-2*pad-side-px(4), wordHeight)
			case under:
				c.word.Alignment = fyne.TextAlignCenter
				top := y + (height-side-wordHeight)/2
				put(c.sign, x+(width-side)/2, top, side, side)
				put(c.word, x+px(3), top+side, width-px(6), wordHeight)
				put(c.mark, x+width-pad-px(16), top+(side-px(16))/2, px(16), px(16))
			case d.Mark != "":
				put(c.sign, x+pad, y+(height-side)/2, side, side)
			default:
				put(c.sign, x+(width-side)/2, y+(height-side)/2, side, side)
			}
		}
	})
	b.drawRing()
}

func (b *WeekBoard) drawRing() {
	at, role, thick := -1, look.Focus, float32(look.RingWidth)
	switch {
	case b.focused && !b.byMouse:
		at = b.row*b.columns + b.day
	case b.hover >= 0:
		at, role, thick = b.hover, look.Ink, 1.5
	}
	show(b.ring, at >= 0)
	if at < 0 {
		return
	}
	x, y, w, h := b.rect(at/b.columns, at%b.columns)
	stroke(b.ring, role, thick)
	b.ring.CornerRadius = px(look.ControlRadius)
	d := float32(0)
	if role == look.Focus {
		d = 2.5 // in the gap around the cell: within a blue day no blue ring is seen
		b.ring.CornerRadius += 3
	}
	put(b.ring, x-d, y-d, w+2*d, h+2*d)
}
