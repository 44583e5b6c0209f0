package kit

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/i18n"
)

// Tapped presses the cell under the pointer.
func (b *WeekBoard) Tapped(e *fyne.PointEvent) {
	stir()
	if c := canvasOf(b); c != nil && c.Focused() != fyne.Focusable(b) {
		c.Focus(b)
	}
	b.byMouse = true
	if at := b.CellAt(e.Position); at >= 0 {
		b.row, b.day = at/b.columns, at%b.columns
		b.Refresh()
		b.press()
	}
}

func (b *WeekBoard) press() {
	if len(b.rows) == 0 {
		return
	}
	now := b.Now()
	key := fmt.Sprint(b.row, dayKey(b.cell(b.row, b.day).Date))
	if key == b.last && now.Sub(b.lastPress) < DoublePress && now.Sub(b.lastPress) >= 0 {
		return
	}
	b.last, b.lastPress, b.about = key, now, b.row*b.columns+b.day
	if b.OnSelect != nil {
		b.OnSelect(b.row, b.day)
	}
}

// MouseIn follows the pointer over the cells.
func (b *WeekBoard) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

// MouseMoved follows the pointer over the cells.
func (b *WeekBoard) MouseMoved(e *desktop.MouseEvent) {
	stir()
	if at := b.CellAt(e.Position); at != b.hover {
		b.hover = at
		if at >= 0 {
			b.about = at
		}
		b.Refresh()
		b.tell()
	}
}

// MouseOut leaves the line with the cell last pointed at: what stands beside it is
// about that one, and the pointer is on its way there.
func (b *WeekBoard) MouseOut() {
	b.hover = -1
	b.Refresh()
	b.tell()
}

// Cursor is a hand: the cells are pressed.
func (b *WeekBoard) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (b *WeekBoard) tell() {
	if b.OnShow == nil {
		return
	}
	if b.about < 0 || b.about >= len(b.rows)*b.columns {
		b.OnShow(0, 0, false) // not the cell on which the focus has only arrived
		return
	}
	b.OnShow(b.about/b.columns, b.about%b.columns, true)
}

// FocusGained draws the ring.
func (b *WeekBoard) FocusGained() {
	focusArrived(nil)
	b.focused = true
	b.Refresh()
	b.tell()
	reveal(b)
}

// FocusLost takes it away.
func (b *WeekBoard) FocusLost() {
	b.focused, b.byMouse = false, false
	b.Refresh()
	b.tell()
}

// TypedRune is not used.
func (b *WeekBoard) TypedRune(rune) { stir() }

// TypedKey walks over the cells.
func (b *WeekBoard) TypedKey(e *fyne.KeyEvent) {
	stir()
	b.byMouse = false
	switch e.Name {
	case fyne.KeyLeft:
		b.step(0, -1)
	case fyne.KeyRight:
		b.step(0, 1)
	case fyne.KeyUp:
		b.step(-1, 0)
	case fyne.KeyDown:
		b.step(1, 0)
	case fyne.KeyHome:
		b.step(0, -b.day)
	case fyne.KeyEnd:
		b.step(0, b.columns-1-b.day)
	case fyne.KeyPageUp:
		b.Turn(-1)
	case fyne.KeyPageDown:
		b.Turn(1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.press()
	default:
		passedOn(b, e)
	}
}

// step goes some rows and days on: past the last day into the next week.
func (b *WeekBoard) step(rows, days int) {
	b.hover = -1
	row, day := b.row+rows, b.day+days
	switch {
	case day < 0:
		b.day = b.columns - 1
		b.Turn(-1)
		return
	case day >= b.columns:
		b.day = 0
		b.Turn(1)
		return
	}
	b.GoTo(row, day)
	b.Reveal()
}

// Reveal brings the cell the keyboard stands on into sight.
func (b *WeekBoard) Reveal() {
	if p := pageOf(b); p != nil && b.ring.Visible() {
		p.Reveal(b.ring)
	}
}

// Turn goes to the week before or after.
func (b *WeekBoard) Turn(by int) {
	b.about = b.row*b.columns + b.day
	if b.OnWeek != nil {
		b.OnWeek(by)
	}
}

// AccessibilityLabel reads the cell the keyboard stands on.
func (b *WeekBoard) AccessibilityLabel() string {
	if len(b.rows) == 0 {
		return ""
	}
	r, d := b.rows[b.row], b.cell(b.row, b.day)
	s := i18n.Joined(r.Group, r.Name) + ", " + i18n.DayDate(d.Date) + ", " + d.word()
	if d.Label != "" {
		s += ". " + i18n.Capital(d.Label)
	}
	return s
}

// AccessibilityRole is that of a button: its cells are pressed.
func (b *WeekBoard) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// ProbeParts names the cells, such as "2026-11-26 Léa Restauration scolaire booked".
func (b *WeekBoard) ProbeParts(yield func(name string, at fyne.Position, size fyne.Size)) {
	for row := range b.rows {
		for day := range b.columns {
			x, y, w, h := b.rect(row, day)
			d := b.cell(row, day)
			yield(dayKey(d.Date)+" "+b.rows[row].Group+" "+b.rows[row].Name+" "+d.kindName(), fyne.NewPos(x, y), fyne.NewSize(w, h))
		}
	}
}
