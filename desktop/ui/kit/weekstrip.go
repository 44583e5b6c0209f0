package kit

import (
	"image/color"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// WeekDay is a day of a week as it is told at a glance.
type WeekDay struct {
	Date    time.Time
	Kind    DayKind
	Pending bool
	// Signs are of what is booked; none shows the kind's own.
	Signs []string
	// Label is the whole sentence about the day.
	Label string
}

// weekSigns is how many signs a day has room for.
const weekSigns = 3

// WeekStrip is a week from Monday to Sunday as one widget: one stop of the
// focus, whose arrows walk over the days.
type WeekStrip struct {
	widget.BaseWidget
	// OnSelect is told the day pressed.
	OnSelect func(WeekDay)

	name    string
	days    [7]WeekDay
	cells   [7]weekCell
	cursor  int
	hover   int
	focused bool
	byMouse bool
	ring    *canvas.Rectangle
}

type weekCell struct {
	fill   *canvas.Rectangle
	hatch  *canvas.Raster
	day    *canvas.Text
	number *canvas.Text
	signs  [weekSigns]*canvas.Image
}

var (
	_ fyne.Tappable      = (*WeekStrip)(nil)
	_ fyne.Focusable     = (*WeekStrip)(nil)
	_ desktop.Hoverable  = (*WeekStrip)(nil)
	_ desktop.Cursorable = (*WeekStrip)(nil)
	_ fyne.Accessible    = (*WeekStrip)(nil)
)

// NewWeekStrip makes one; name says whose week it is. The keyboard begins on
// today.
func NewWeekStrip(name string, days [7]WeekDay, selected func(WeekDay)) *WeekStrip {
	w := &WeekStrip{name: name, days: days, OnSelect: selected, hover: -1, ring: canvas.NewRectangle(color.Transparent)}
	for i := range w.cells {
		c := &w.cells[i]
		c.fill, c.hatch = canvas.NewRectangle(color.Transparent), canvas.NewRaster(drawHatch)
		c.day, c.number = canvas.NewText("", color.Transparent), canvas.NewText("", color.Transparent)
		c.day.Alignment, c.number.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
		c.number.TextStyle.Bold = true
		for n := range c.signs {
			c.signs[n] = newIcon()
		}
		if days[i].Kind == DayToday {
			w.cursor = i
		}
	}
	w.ExtendBaseWidget(w)
	return w
}

// Days are what it shows.
func (w *WeekStrip) Days() [7]WeekDay { return w.days }

// At is the day the keyboard stands on.
func (w *WeekStrip) At() WeekDay { return w.days[w.cursor] }

func (w *WeekStrip) dayHeight() float32 {
	return fyne.MeasureText("Ag", look.Text(look.Caption), fyne.TextStyle{}).Height
}

func (w *WeekStrip) numberHeight() float32 {
	return fyne.MeasureText("30", look.Text(look.Body), fyne.TextStyle{Bold: true}).Height
}

// HeightFor is that of the day's name, its number and its signs.
func (w *WeekStrip) HeightFor(float32) float32 {
	return whole(w.dayHeight() + w.numberHeight() + px(18) + px(14))
}

func (w *WeekStrip) cell(size fyne.Size) (width, gap float32) {
	gap = px(gridGap)
	return (size.Width - 6*gap) / 7, gap
}

// CellCentre is the middle of a day's cell, for tests and journeys.
func (w *WeekStrip) CellCentre(i int) fyne.Position {
	width, gap := w.cell(w.Size())
	return fyne.NewPos(float32(i)*(width+gap)+width/2, w.Size().Height/2)
}

func (w *WeekStrip) cellAt(p fyne.Position) int {
	width, gap := w.cell(w.Size())
	if i := int(p.X / (width + gap)); p.X >= 0 && i < 7 && width > 0 {
		return i
	}
	return -1
}

// CreateRenderer draws the seven cells.
func (w *WeekStrip) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for i := range w.cells {
		c := &w.cells[i]
		objects = append(objects, c.fill, c.hatch, c.day, c.number)
		for _, s := range c.signs {
			objects = append(objects, s)
		}
	}
	return newDrawn(w, nil, w.draw, func() fyne.Size { return fyne.NewSize(7*px(36)+6*px(gridGap), w.HeightFor(0)) }, append(objects, w.ring)...)
}

func (w *WeekStrip) draw(size fyne.Size) {
	if size.Width <= 0 {
		return
	}
	width, gap := w.cell(size)
	dh, nh := w.dayHeight(), w.numberHeight()
	side := fyne.Min(px(18), (width-px(8))/weekSigns)
	for i := range w.cells {
		c, d := &w.cells[i], w.days[i]
		text, fill, edge := Day{Kind: d.Kind, Pending: d.Pending}.roles()
		x := float32(i) * (width + gap)
		paint(c.fill, fill, look.ControlRadius)
		stroke(c.fill, edge, 2)
		put(c.fill, x, 0, width, size.Height)
		show(c.hatch, d.Pending && d.Kind != DayToday)
		put(c.hatch, x+3, 3, width-6, size.Height-6)
		c.day.Text, c.number.Text = i18n.WeekdayShort(d.Date.Weekday()), strconv.Itoa(d.Date.Day())
		c.day.TextSize, c.number.TextSize = look.Text(look.Caption), look.Text(look.Body)
		c.day.Color, c.number.Color = look.Color(text), look.Color(text)
		y := px(4)
		put(c.day, x, y, width, dh)
		put(c.number, x, y+dh, width, nh)
		signs := d.Signs
		if len(signs) == 0 {
			signs = []string{Day{Kind: d.Kind, Pending: d.Pending}.sign()}
		}
		signs = signs[:min(len(signs), weekSigns)]
		from := x + (width-float32(len(signs))*(side+px(2))+px(2))/2
		for n, img := range c.signs {
			if n >= len(signs) {
				setIcon(img, "", "")
				continue
			}
			setIcon(img, signs[n], text)
			put(img, from+float32(n)*(side+px(2)), y+dh+nh+px(2)+(px(18)-side)/2, side, side)
		}
	}
	at, role, thick := -1, look.Focus, look.RingWidth
	switch {
	case w.focused && !w.byMouse:
		at = w.cursor
	case w.hover >= 0:
		at, role, thick = w.hover, look.Ink, 1.5
	}
	show(w.ring, at >= 0)
	if at >= 0 {
		stroke(w.ring, role, thick)
		w.ring.CornerRadius = px(look.ControlRadius)
		d := float32(0)
		if role == look.Focus {
			d = 2.5 // in the gap around the cell: within a blue day no blue ring is seen
			w.ring.CornerRadius += 3
		}
		put(w.ring, float32(at)*(width+gap)-d, -d, width+2*d, size.Height+2*d)
	}
}

// Tapped presses the day under the pointer.
func (w *WeekStrip) Tapped(e *fyne.PointEvent) {
	stir()
	if c := canvasOf(w); c != nil && c.Focused() != fyne.Focusable(w) {
		c.Focus(w)
	}
	w.byMouse = true
	if i := w.cellAt(e.Position); i >= 0 {
		w.cursor = i
		w.Refresh()
		w.press()
	}
}

func (w *WeekStrip) press() {
	if w.OnSelect != nil {
		w.OnSelect(w.days[w.cursor])
	}
}

// MouseIn follows the pointer over the days.
func (w *WeekStrip) MouseIn(e *desktop.MouseEvent) { w.MouseMoved(e) }

// MouseMoved follows the pointer over the days.
func (w *WeekStrip) MouseMoved(e *desktop.MouseEvent) {
	stir()
	if i := w.cellAt(e.Position); i != w.hover {
		w.hover = i
		w.Refresh()
	}
}

// MouseOut ends that.
func (w *WeekStrip) MouseOut() {
	w.hover = -1
	w.Refresh()
}

// Cursor is a hand: the days are pressed.
func (w *WeekStrip) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained draws the ring.
func (w *WeekStrip) FocusGained() {
	focusArrived(nil)
	w.focused = true
	w.Refresh()
	reveal(w)
}

// FocusLost takes it away.
func (w *WeekStrip) FocusLost() {
	w.focused, w.byMouse = false, false
	w.Refresh()
}

// TypedRune is not used.
func (w *WeekStrip) TypedRune(rune) { stir() }

// TypedKey walks over the days.
func (w *WeekStrip) TypedKey(e *fyne.KeyEvent) {
	stir()
	w.byMouse = false
	switch e.Name {
	case fyne.KeyLeft:
		w.cursor = max(w.cursor-1, 0)
	case fyne.KeyRight:
		w.cursor = min(w.cursor+1, 6)
	case fyne.KeyHome:
		w.cursor = 0
	case fyne.KeyEnd:
		w.cursor = 6
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		w.press()
	default:
		passedOn(w, e)
	}
	w.Refresh()
}

// AccessibilityLabel reads whose week it is, and the day the keyboard is on, or
// else all of it.
func (w *WeekStrip) AccessibilityLabel() string {
	if w.focused {
		return w.name + ", " + w.days[w.cursor].Label
	}
	labels := []string{w.name}
	for _, d := range w.days {
		labels = append(labels, d.Label)
	}
	return strings.Join(slices.DeleteFunc(labels, func(s string) bool { return s == "" }), ", ")
}

// AccessibilityRole is that of a button: its days are pressed.
func (w *WeekStrip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
