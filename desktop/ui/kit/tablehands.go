package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func (t *Table) rowAt(p fyne.Position) int {
	if p.Y < t.headHeight() {
		return -1
	}
	row := int((p.Y - t.headHeight() + t.offset) / t.rowHeight())
	if row >= t.length {
		return -1
	}
	return row
}

// RowCentre is the middle of a row in sight, for tests and journeys.
func (t *Table) RowCentre(row int) fyne.Position {
	return fyne.NewPos(t.Size().Width/2, t.headHeight()+(float32(row)+0.5)*t.rowHeight()-t.offset)
}

// Tapped selects a row.
func (t *Table) Tapped(e *fyne.PointEvent) {
	stir()
	FocusOn(t)
	t.byMouse = true
	if row := t.rowAt(e.Position); row >= 0 {
		t.walkTo(row)
	}
	t.Refresh()
}

// DoubleTapped opens it.
func (t *Table) DoubleTapped(e *fyne.PointEvent) {
	stir()
	if row := t.rowAt(e.Position); row >= 0 && t.OnOpen != nil {
		t.OnOpen(row)
	}
}

func (t *Table) walkTo(row int) {
	if t.length == 0 {
		return
	}
	row = max(0, min(row, t.length-1))
	changed := row != t.selected
	t.selected = row
	t.into(row)
	t.Refresh()
	if changed && t.OnSelect != nil {
		t.OnSelect(row)
	}
}

// Scrolled moves the rows.
func (t *Table) Scrolled(e *fyne.ScrollEvent) {
	stir()
	before := t.offset
	t.offset -= e.Scrolled.DY
	t.clamp()
	if t.offset != before {
		t.Refresh()
	}
}

// Dragged moves the rows with the handle of the bar.
func (t *Table) Dragged(e *fyne.DragEvent) {
	stir()
	if !t.dragged && e.Position.X < t.Size().Width-px(20) {
		return
	}
	t.dragged = true
	whole, view := float32(t.length)*t.rowHeight(), t.viewHeight()
	th := fyne.Max(px(32), view*view/whole)
	if view > th {
		t.offset += e.Dragged.DY * (whole - view) / (view - th)
		t.clamp()
		t.Refresh()
	}
}

// DragEnd lets the handle go.
func (t *Table) DragEnd() { t.dragged = false }

// MouseIn follows the pointer.
func (t *Table) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved follows the pointer.
func (t *Table) MouseMoved(e *desktop.MouseEvent) {
	stir()
	if row := t.rowAt(e.Position); row != t.hover {
		t.hover = row
		t.Refresh()
	}
}

// MouseOut ends it.
func (t *Table) MouseOut() {
	t.hover = -1
	t.Refresh()
}

// FocusGained draws the ring.
func (t *Table) FocusGained() {
	focusArrived(nil)
	t.focused = true
	t.Refresh()
}

// FocusLost takes it away.
func (t *Table) FocusLost() {
	t.focused, t.byMouse = false, false
	t.Refresh()
}

// TypedRune is not used.
func (t *Table) TypedRune(rune) { stir() }

// TypedKey walks and opens.
func (t *Table) TypedKey(e *fyne.KeyEvent) {
	stir()
	t.byMouse = false
	page := max(1, int(t.viewHeight()/t.rowHeight())-1)
	switch e.Name {
	case fyne.KeyDown:
		t.walkTo(t.selected + 1)
	case fyne.KeyUp:
		t.walkTo(t.selected - 1)
	case fyne.KeyPageDown:
		t.walkTo(t.selected + page)
	case fyne.KeyPageUp:
		t.walkTo(t.selected - page)
	case fyne.KeyHome:
		t.walkTo(0)
	case fyne.KeyEnd:
		t.walkTo(t.length - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		switch {
		case t.selected < 0:
			t.walkTo(0)
		case t.OnOpen != nil:
			t.OnOpen(t.selected)
		}
	default:
		passedOn(t, e)
	}
}

// AccessibilityLabel reads the row selected.
func (t *Table) AccessibilityLabel() string {
	if t.selected < 0 || t.selected >= t.length {
		return ""
	}
	s := ""
	for i := range t.columns {
		c := t.cell(t.selected, i)
		for _, part := range []string{c.Text, c.Second} {
			if part == "" {
				continue
			}
			if s != "" {
				s += ", "
			}
			s += part
		}
	}
	return s
}

// AccessibilityRole is that of a container.
func (t *Table) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }
