package kit

import (
	"image"
	"image/color"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// DayKind is the colour of a day, which is also its sign and its word.
type DayKind int

// The kinds of day.
const (
	DayNot DayKind = iota
	DayBookable
	DayToday
	DayBooked
)

// Day is what the grid and the list show of one date.
type Day struct {
	Date time.Time
	Kind DayKind
	// Booked puts the booked sign on a day that keeps its own colour: today.
	Booked bool
	// Pending hatches the day: asked for, not yet confirmed.
	Pending bool
	// Sign and Word replace the kind's own icon and word.
	Sign string
	Word string
	// Mark is an icon beside the number: something that holds for the day
	// whatever its kind, such as whose week it is. The legend says what it means.
	Mark string
	// Of is whose day and of what, where a list holds several of one date.
	Of string
	// Crowd is signs that stand in the word's place in a grid made for them: of
	// whom something is told, and what.
	Crowd [crowdMost]DaySign
	// Label is the whole sentence about the day: why it is grey, what it
	// costs, until when it counts. It stands in the line under the grid.
	Label string
}

// crowdMost is how many signs a day may have.
const crowdMost = 12

// DaySign is one of several signs of a day: a short text such as an initial, or
// an icon.
type DaySign struct{ Text, Icon string }

// sign is the icon of a day.
func (d Day) sign() string {
	switch {
	case d.Sign != "":
		return d.Sign
	case d.Pending:
		return "cloud-arrow-up"
	case d.Booked || d.Kind == DayBooked:
		return "check-circle"
	case d.Kind == DayBookable:
		return "plus-circle"
	case d.Kind == DayToday:
		return "sun"
	default:
		return "minus"
	}
}

// word is the word of a day.
func (d Day) word() string {
	switch {
	case d.Word != "":
		return d.Word
	case d.Pending:
		return i18n.T("kit.day.pending", nil)
	case d.Kind == DayToday:
		return i18n.T("kit.day.today", nil)
	case d.Kind == DayBooked:
		return i18n.T("kit.day.booked", nil)
	case d.Kind == DayBookable:
		return i18n.T("kit.day.bookable", nil)
	default:
		return i18n.T("kit.day.not", nil)
	}
}

// roles are the colours of a day's text, fill and edge.
func (d Day) roles() (text, fill, edge fyne.ThemeColorName) {
	switch {
	case d.Kind == DayToday:
		return look.Today, look.TodayFill, ""
	case d.Pending:
		return look.Pending, look.PendingFill, look.Pending
	case d.Kind == DayBooked:
		return look.Booked, look.BookedFill, ""
	case d.Kind == DayBookable:
		return look.Bookable, look.BookableFill, look.BookableBorder
	default:
		return look.NotDay, look.NotDayFill, ""
	}
}

// DoublePress is how long a second press on the same day is taken for the
// first: a hurried double click must not book and cancel.
const DoublePress = 500 * time.Millisecond

const (
	gridCells   = 42
	gridGap     = float32(4)
	tightGap    = float32(2)
	gridColumns = 7
)

// MonthGrid is a month of days as one widget: 42 cells that are placed by
// arithmetic and found by division. One stop of the focus; the arrows walk
// over the days and on into the next month.
type MonthGrid struct {
	widget.BaseWidget

	// OnSelect is told the day pressed by a click, Enter or Space.
	OnSelect func(Day)
	// OnShow is told the day last pointed at, walked to or pressed, for the line
	// under the grid; ok is false while there is none.
	OnShow func(d Day, ok bool)
	// OnMonth is told the month (its first day) that a person goes to.
	OnMonth func(first time.Time)
	// Now is the clock; time.Now in the program.
	Now func() time.Time

	first   time.Time
	days    map[string]Day
	cursor  time.Time
	hover   int
	about   time.Time // the day OnShow tells; may be zero
	focused bool
	byMouse bool
	chosen  time.Time // the day that what stands beside is about; may be zero

	lastPress time.Time
	lastDay   string

	crowded bool // cells have room for signs
	heads   [7]*canvas.Text
	cells   [gridCells]gridCell
	ring    *canvas.Rectangle
	frame   *canvas.Rectangle // around the chosen day
}

type gridCell struct {
	fill   *canvas.Rectangle
	hatch  *canvas.Raster
	number *canvas.Text
	word   *canvas.Text
	sign   *canvas.Image
	mark   *canvas.Image
	crowd  []crowdSign
}

var (
	_ fyne.Tappable     = (*MonthGrid)(nil)
	_ fyne.Focusable    = (*MonthGrid)(nil)
	_ desktop.Hoverable = (*MonthGrid)(nil)
	_ fyne.Accessible   = (*MonthGrid)(nil)
)

// NewMonthGrid makes an empty grid; SetMonth fills it.
func NewMonthGrid() *MonthGrid { return newGrid(false) }

// NewCrowdGrid makes one whose days show their Crowd.
func NewCrowdGrid() *MonthGrid { return newGrid(true) }

func newGrid(crowded bool) *MonthGrid {
	g := &MonthGrid{crowded: crowded, Now: time.Now, hover: -1, days: map[string]Day{}}
	for i := range g.heads {
		g.heads[i] = canvas.NewText("", color.Transparent)
		g.heads[i].Alignment = fyne.TextAlignCenter
	}
	for i := range g.cells {
		c := &g.cells[i]
		c.fill = canvas.NewRectangle(color.Transparent)
		c.number, c.word = canvas.NewText("", color.Transparent), canvas.NewText("", color.Transparent)
		c.number.TextStyle.Bold = true
		c.sign, c.mark = newIcon(), newIcon()
		c.hatch = canvas.NewRaster(drawHatch)
		c.hatch.Hide()
		if crowded {
			c.crowd = newCrowd()
		}
	}
	g.ring = canvas.NewRectangle(color.Transparent)
	g.frame = canvas.NewRectangle(color.Transparent)
	g.ExtendBaseWidget(g)
	return g
}

func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func dayKey(t time.Time) string { return t.Format("2006-01-02") }

// SetMonth shows a month with what is known of its days; days not given are
// grey. The keyboard's cursor stays in the month, on today or the first day
// when it comes from elsewhere.
func (g *MonthGrid) SetMonth(month time.Time, days []Day) {
	g.first = time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)
	g.days = make(map[string]Day, len(days))
	var today time.Time
	for _, d := range days {
		g.days[dayKey(d.Date)] = d
		if d.Kind == DayToday {
			today = civil(d.Date)
		}
	}
	if g.cursor.IsZero() || !g.inMonth(g.cursor) {
		g.cursor = g.first
		if !today.IsZero() && g.inMonth(today) {
			g.cursor = today
		}
	}
	g.Refresh()
	g.tell()
}

// SetDay changes one day of the month shown, without touching the others.
func (g *MonthGrid) SetDay(d Day) {
	g.days[dayKey(d.Date)] = d
	g.Refresh()
	g.tell()
}

// Month is the first day of the month shown.
func (g *MonthGrid) Month() time.Time { return g.first }

// Cursor is a hand: the days are pressed.
func (g *MonthGrid) Cursor() desktop.Cursor { return desktop.PointerCursor }

// At is the day the keyboard stands on.
func (g *MonthGrid) At() Day { return g.day(g.cursor) }

// GoTo puts the keyboard on a day of the month shown.
func (g *MonthGrid) GoTo(t time.Time) {
	g.cursor = civil(t)
	g.about = g.cursor
	g.Refresh()
	g.tell()
}

// Choose marks the day that what stands beside the grid is about.
func (g *MonthGrid) Choose(t time.Time) {
	if t = civil(t); !t.Equal(g.chosen) {
		g.chosen = t
		g.Refresh()
	}
}

// Day is what is known of a date.
func (g *MonthGrid) Day(t time.Time) Day { return g.day(civil(t)) }

func (g *MonthGrid) day(t time.Time) Day {
	if d, ok := g.days[dayKey(t)]; ok {
		return d
	}
	return Day{Date: t, Kind: DayNot}
}

func (g *MonthGrid) inMonth(t time.Time) bool {
	return t.Year() == g.first.Year() && t.Month() == g.first.Month()
}

// lead is how many cells stand before the first: weeks begin on Monday.
func (g *MonthGrid) lead() int { return (int(g.first.Weekday()) + 6) % 7 }

func (g *MonthGrid) dateAt(cell int) time.Time { return g.first.AddDate(0, 0, cell-g.lead()) }

func (g *MonthGrid) cellOf(t time.Time) int {
	return g.lead() + int(civil(t).Sub(g.first).Hours()/24+0.5)
}

// --- geometry: everything from one size by arithmetic ---

func (g *MonthGrid) headHeight() float32 {
	return fyne.MeasureText("Ag", look.Text(look.Caption), fyne.TextStyle{Bold: true}).Height + px(2)
}

// gap is 4, or 2 where six weeks of 56 would not fit otherwise.
func (g *MonthGrid) gap() float32 {
	if g.Size().Height < g.headHeight()+6*px(look.CellHeight)+5*px(gridGap) {
		return px(tightGap)
	}
	return px(gridGap)
}

func (g *MonthGrid) cellSize(size fyne.Size) (w, h float32) {
	gap := g.gap()
	w = (size.Width - (gridColumns-1)*gap) / gridColumns
	h = (size.Height - g.headHeight() - 5*gap) / 6
	return w, h
}

func (g *MonthGrid) cellPos(cell int, w, h float32) (x, y float32) {
	gap := g.gap()
	return float32(cell%7) * (w + gap), g.headHeight() + float32(cell/7)*(h+gap)
}

// CellAt is the cell under a point, or -1.
func (g *MonthGrid) CellAt(p fyne.Position) int {
	w, h := g.cellSize(g.Size())
	gap := g.gap()
	if p.X < 0 || p.Y < g.headHeight() || w <= 0 || h <= 0 {
		return -1
	}
	col, row := int(p.X/(w+gap)), int((p.Y-g.headHeight())/(h+gap))
	if col > 6 || row > 5 {
		return -1
	}
	return row*7 + col
}

// CellCentre is the middle of a date's cell, for tests and journeys.
func (g *MonthGrid) CellCentre(t time.Time) fyne.Position {
	w, h := g.cellSize(g.Size())
	x, y := g.cellPos(g.cellOf(t), w, h)
	return fyne.NewPos(x+w/2, y+h/2)
}

// HeightFor is six weeks of at least 56 units each.
func (g *MonthGrid) HeightFor(float32) float32 {
	return g.headHeight() + 6*px(look.CellHeight) + 5*px(tightGap)
}

// --- drawing ---

// CreateRenderer draws the 42 cells.
func (g *MonthGrid) CreateRenderer() fyne.WidgetRenderer {
	objects := make([]fyne.CanvasObject, 0, 7+gridCells*6+1)
	for _, h := range g.heads {
		objects = append(objects, h)
	}
	for i := range g.cells {
		c := &g.cells[i]
		objects = append(objects, c.fill, c.hatch, c.number, c.word, c.sign, c.mark)
		for _, s := range c.crowd {
			objects = append(objects, s.text, s.icon)
		}
	}
	objects = append(objects, g.frame, g.ring)
	return newDrawn(g, nil, g.draw, func() fyne.Size {
		return fyne.NewSize(7*px(44)+6*px(gridGap), g.HeightFor(0))
	}, objects...)
}

func (g *MonthGrid) draw(size fyne.Size) {
	if size.Width <= 0 || g.first.IsZero() {
		return
	}
	w, h := g.cellSize(size)
	hh := g.headHeight()
	for i, t := range g.heads {
		// Sunday is 0 in time.Weekday and last in a French week.
		t.Text = i18n.WeekdayShort(time.Weekday((i + 1) % 7))
		t.TextSize, t.TextStyle, t.Color = look.Text(look.Caption), fyne.TextStyle{Bold: true}, look.Color(look.Muted)
		x, _ := g.cellPos(i, w, h)
		put(t, x, 0, w, hh-px(2))
	}
	numberSize, wordSize := look.Text(look.Body), look.Text(look.Caption)
	numberHeight := fyne.MeasureText("30", numberSize, fyne.TextStyle{Bold: true}).Height
	wordHeight := fyne.MeasureText("Ag", wordSize, fyne.TextStyle{}).Height
	pad, side := px(6), px(18)
	// A word is shown in all cells or in none: where one does not fit, the
	// signs and the legend carry the meaning alone.
	words := h >= numberHeight+wordHeight+px(4) && !g.crowded
	if words {
		for i := 0; i < gridCells && words; i++ {
			if t := g.dateAt(i); g.inMonth(t) {
				words = fyne.MeasureText(g.day(t).word(), wordSize, fyne.TextStyle{}).Width <= w-2*pad
			}
		}
	}
	for i := range g.cells {
		c := &g.cells[i]
		t := g.dateAt(i)
		x, y := g.cellPos(i, w, h)
		put(c.fill, x, y, w, h)
		c.number.Text = strconv.Itoa(t.Day())
		c.number.TextSize, c.word.TextSize = numberSize, wordSize
		top := y + px(4)
		if words {
			// The number and the word share the height evenly.
			top = y + (h-numberHeight-wordHeight)/2
		}
		if !g.inMonth(t) {
			paint(c.fill, "", look.ControlRadius)
			stroke(c.fill, "", 0)
			c.number.Color = look.Color(look.Muted)
			c.number.TextStyle.Bold = false
			put(c.number, x+pad, top, w-2*pad, numberHeight)
			c.word.Hide()
			c.sign.Hide()
			c.mark.Hide()
			c.hatch.Hide()
			placeCrowd(c.crowd, Day{}, "", fyne.Position{}, fyne.Size{})
			continue
		}
		d := g.day(t)
		text, fill, edge := d.roles()
		paint(c.fill, fill, look.ControlRadius)
		stroke(c.fill, edge, 2)
		if d.Pending {
			put(c.hatch, x+3, y+3, w-6, h-6)
			c.hatch.Show()
		} else {
			c.hatch.Hide()
		}
		c.number.Color, c.word.Color = look.Color(text), look.Color(text)
		c.number.TextStyle.Bold = true
		put(c.number, x+pad, top, w-2*pad-side, numberHeight)
		setIcon(c.sign, d.sign(), text)
		put(c.sign, x+w-pad-side, top+(numberHeight-side)/2, side, side)
		placeCrowd(c.crowd, d, text, fyne.NewPos(x+pad, top+numberHeight), fyne.NewSize(w-2*pad, y+h-px(3)-top-numberHeight))
		g.putMark(c, d, text, fyne.NewPos(x+pad, top), w-2*pad, y+h-pad, numberHeight)
		if words {
			c.word.Text = d.word()
			put(c.word, x+pad, top+numberHeight, w-2*pad, wordHeight)
			c.word.Show()
		} else {
			c.word.Hide()
		}
	}
	g.frame.Hide()
	if !g.chosen.IsZero() && g.inMonth(g.chosen) {
		x, y := g.cellPos(g.cellOf(g.chosen), w, h)
		stroke(g.frame, look.Ink, look.RingWidth)
		g.frame.CornerRadius = px(look.ControlRadius)
		put(g.frame, x, y, w, h)
		g.frame.Show()
	}
	switch {
	case g.focused && !g.byMouse && g.inMonth(g.cursor):
		x, y := g.cellPos(g.cellOf(g.cursor), w, h)
		stroke(g.ring, look.Focus, look.RingWidth)
		g.ring.CornerRadius = px(look.ControlRadius) + 3
		// In the gap around the cell: within a blue day no blue ring is seen.
		put(g.ring, x-2.5, y-2.5, w+5, h+5)
		g.ring.Show()
	case g.hover >= 0 && g.inMonth(g.dateAt(g.hover)):
		x, y := g.cellPos(g.hover, w, h)
		stroke(g.ring, look.Ink, 1.5)
		g.ring.CornerRadius = px(look.ControlRadius)
		put(g.ring, x, y, w, h)
		g.ring.Show()
	default:
		g.ring.Hide()
	}
}

// putMark draws a day's mark after its number, or below it where the cell is
// too narrow for it beside the sign.
func (g *MonthGrid) putMark(c *gridCell, d Day, role fyne.ThemeColorName, at fyne.Position, width, bottom, height float32) {
	if d.Mark == "" {
		c.mark.Hide()
		return
	}
	side := px(16)
	after := fyne.MeasureText(c.number.Text, c.number.TextSize, c.number.TextStyle).Width + px(5)
	setIcon(c.mark, d.Mark, role)
	if after+side+px(2)+px(18) <= width {
		put(c.mark, at.X+after, at.Y+(height-side)/2, side, side)
	} else {
		put(c.mark, at.X, bottom-side, side, side)
	}
	c.mark.Show()
}

// drawHatch draws slanted lines over the pending fill.
func drawHatch(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	r, gr, b, _ := look.Color(look.PendingHatch).RGBA()
	line := color.NRGBA{R: uint8(r >> 8), G: uint8(gr >> 8), B: uint8(b >> 8), A: 0xff}
	period := max(8, int(px(10)))
	thick := max(2, period/4)
	for y := 0; y < h; y++ {
		for x := 0; x < w; x++ {
			if (x+y)%period < thick {
				img.SetNRGBA(x, y, line)
			}
		}
	}
	return img
}
