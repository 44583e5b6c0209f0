package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/i18n"
)

// Tapped presses the day under the pointer.
func (g *MonthGrid) Tapped(e *fyne.PointEvent) {
	stir()
	g.byMouse = true
	if c := canvasOf(g); c != nil && c.Focused() != fyne.Focusable(g) {
		c.Focus(g)
		g.byMouse = true
	}
	cell := g.CellAt(e.Position)
	if cell < 0 {
		return
	}
	t := g.dateAt(cell)
	if !g.inMonth(t) {
		return
	}
	g.cursor = t
	g.Refresh()
	g.press(t)
}

func (g *MonthGrid) press(t time.Time) {
	now := g.Now()
	key := dayKey(t)
	if key == g.lastDay && now.Sub(g.lastPress) < DoublePress && now.Sub(g.lastPress) >= 0 {
		return
	}
	g.lastDay, g.lastPress, g.about = key, now, t
	if g.OnSelect != nil {
		g.OnSelect(g.day(t))
	}
}

// MouseIn follows the pointer over the days.
func (g *MonthGrid) MouseIn(e *desktop.MouseEvent) { g.MouseMoved(e) }

// MouseMoved follows the pointer over the days.
func (g *MonthGrid) MouseMoved(e *desktop.MouseEvent) {
	stir()
	cell := g.CellAt(e.Position)
	if cell == g.hover {
		return
	}
	g.hover = cell
	if cell >= 0 && g.inMonth(g.dateAt(cell)) {
		g.about = g.dateAt(cell)
	}
	g.Refresh()
	g.tell()
}

// MouseOut leaves the line with the day last pointed at: what stands beside it is
// about that one, and the pointer is on its way there.
func (g *MonthGrid) MouseOut() {
	g.hover = -1
	g.Refresh()
	g.tell()
}

func (g *MonthGrid) tell() {
	if g.OnShow == nil {
		return
	}
	// Not the day on which the focus has only arrived: until one is chosen, the line
	// has its hint to say.
	if g.about.IsZero() || !g.inMonth(g.about) {
		g.OnShow(Day{}, false)
		return
	}
	g.OnShow(g.day(g.about), true)
}

// FocusGained draws the ring.
func (g *MonthGrid) FocusGained() {
	focusArrived(nil)
	g.focused = true
	g.Refresh()
	g.tell()
	reveal(g)
}

// FocusLost takes it away.
func (g *MonthGrid) FocusLost() {
	g.focused, g.byMouse = false, false
	g.Refresh()
	g.tell()
}

// TypedRune is not used.
func (g *MonthGrid) TypedRune(rune) { stir() }

// TypedKey walks over the days.
func (g *MonthGrid) TypedKey(e *fyne.KeyEvent) {
	stir()
	g.byMouse = false
	switch e.Name {
	case fyne.KeyLeft:
		g.walk(g.cursor.AddDate(0, 0, -1))
	case fyne.KeyRight:
		g.walk(g.cursor.AddDate(0, 0, 1))
	case fyne.KeyUp:
		g.walk(g.cursor.AddDate(0, 0, -7))
	case fyne.KeyDown:
		g.walk(g.cursor.AddDate(0, 0, 7))
	case fyne.KeyPageUp:
		g.walk(sameDay(g.cursor, -1))
	case fyne.KeyPageDown:
		g.walk(sameDay(g.cursor, 1))
	case fyne.KeyHome:
		g.walk(g.first)
	case fyne.KeyEnd:
		g.walk(g.first.AddDate(0, 1, -1))
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		g.press(g.cursor)
	default:
		passedOn(g, e)
	}
}

// sameDay is the same day some months on, or that month's last.
func sameDay(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	if t.Day() > last.Day() {
		return last
	}
	return first.AddDate(0, 0, t.Day()-1)
}

func (g *MonthGrid) walk(to time.Time) {
	g.hover = -1
	g.cursor = to
	if !g.inMonth(to) {
		if g.OnMonth == nil {
			// Nobody can show another month: stay.
			g.cursor = g.first
			if to.After(g.first) {
				g.cursor = g.first.AddDate(0, 1, -1)
			}
		} else {
			g.about = to
			g.OnMonth(time.Date(to.Year(), to.Month(), 1, 0, 0, 0, 0, time.UTC))
			return
		}
	}
	g.about = g.cursor
	g.Refresh()
	g.tell()
	g.Reveal()
}

// Reveal brings the day the keyboard stands on into sight.
func (g *MonthGrid) Reveal() {
	if p := pageOf(g); p != nil && g.inMonth(g.cursor) {
		p.settle()
		p.Reveal(g.cells[g.cellOf(g.cursor)].fill)
	}
}

// Next and Previous turn the page, as the buttons of the MonthBar do.
func (g *MonthGrid) Next() { g.turn(1) }

// Previous turns back.
func (g *MonthGrid) Previous() { g.turn(-1) }

func (g *MonthGrid) turn(by int) {
	g.cursor, g.about = sameDay(g.cursor, by), time.Time{}
	if g.OnMonth != nil {
		g.OnMonth(time.Date(g.first.Year(), g.first.Month()+time.Month(by), 1, 0, 0, 0, 0, time.UTC))
	}
}

// CellLabel is what is said of one cell: date, word, reason.
func (g *MonthGrid) CellLabel(t time.Time) string {
	d := g.day(civil(t))
	s := i18n.Capital(i18n.DayDate(t)) + ", " + d.word()
	if d.Label != "" {
		s += ". " + d.Label
	}
	return s
}

// AccessibilityLabel reads the day the keyboard stands on.
func (g *MonthGrid) AccessibilityLabel() string { return g.CellLabel(g.cursor) }

// AccessibilityRole is that of a button: it is pressed.
func (g *MonthGrid) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
