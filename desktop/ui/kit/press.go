package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// press is what buttons, rows, links and headers have in common: they are
// tapped, hovered, focused, and pressed with Enter or Space. The ring shows
// when the focus came by the keyboard; a click alone does not draw it.
type press struct {
	widget.BaseWidget
	self    fyne.Widget
	onTap   func()
	hovered bool
	focused bool
	byMouse bool
	ring    *canvas.Rectangle
	// outward draws the ring around the widget rather than within its edge:
	// for filled buttons, whose colour would swallow it.
	outward bool
	radius  float32
	keys    func(*fyne.KeyEvent) bool
	// inert is what only tells: it is left out of the chain of the focus.
	inert bool
	// aside is what the pointer alone presses: the focus passes it by.
	aside bool
}

var (
	_ fyne.Tappable      = (*press)(nil)
	_ fyne.Focusable     = (*press)(nil)
	_ desktop.Hoverable  = (*press)(nil)
	_ desktop.Cursorable = (*press)(nil)
)

func (p *press) init(self fyne.Widget, radius float32, outward bool) {
	p.self, p.radius, p.outward = self, radius, outward
	p.ring = canvas.NewRectangle(roleColor(""))
	p.ExtendBaseWidget(self)
}

// styleRing shows or hides the ring; widgets call it in their style.
func (p *press) styleRing() {
	if !p.focused || p.byMouse {
		p.ring.Hide()
		return
	}
	p.ring.Show()
	stroke(p.ring, look.Focus, look.RingWidth)
	grow := float32(0)
	if p.outward {
		grow = look.RingWidth + 2
	}
	p.ring.CornerRadius = px(p.radius) + grow
}

// placeRing puts the ring around or within a size.
func (p *press) placeRing(size fyne.Size) {
	placeRing(p.ring, 0, 0, size.Width, size.Height, p.outward)
}

func placeRing(ring *canvas.Rectangle, x, y, w, h float32, outward bool) {
	d := look.RingWidth / 2
	if outward {
		d = -(look.RingWidth/2 + 2)
	}
	put(ring, x+d, y+d, w-2*d, h-2*d)
}

// Tapped does what the widget is for.
func (p *press) Tapped(*fyne.PointEvent) {
	stir()
	if p.inert {
		return
	}
	p.byMouse = true
	if c := canvasOf(p.self); c != nil && !p.aside {
		if c.Focused() != p.self.(fyne.Focusable) {
			c.Focus(p.self.(fyne.Focusable))
		}
	}
	p.self.Refresh()
	p.fire()
}

func (p *press) fire() {
	if p.onTap != nil {
		p.onTap()
	}
}

// FocusGained draws the ring and brings the widget into sight.
func (p *press) FocusGained() {
	focusArrived(nil)
	p.focused = true
	p.self.Refresh()
	reveal(p.self)
}

// FocusLost takes the ring away.
func (p *press) FocusLost() {
	p.focused, p.byMouse = false, false
	p.self.Refresh()
}

// TypedRune is not used by what is pressed.
func (p *press) TypedRune(rune) { stir() }

// TypedKey presses with Enter and Space, and lets Escape close a dialog.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	stir()
	if p.byMouse {
		p.byMouse = false
		p.self.Refresh()
	}
	if p.keys != nil && p.keys(e) {
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.fire()
	default:
		passedOn(p.self, e)
	}
}

// Enable, Disable and Disabled are how the toolkit asks whether the focus may
// stop here: a row that leads nowhere is passed over.
func (p *press) Enable() { p.inert = false }

// Disable takes the widget out of the chain of the focus.
func (p *press) Disable() { p.inert = true }

// Disabled tells whether it is out of the chain.
func (p *press) Disabled() bool { return p.inert || p.aside }

// MouseIn, MouseMoved and MouseOut follow the pointer.
func (p *press) MouseIn(*desktop.MouseEvent) {
	stir()
	p.hovered = true
	p.self.Refresh()
}

// MouseMoved has nothing to follow.
func (p *press) MouseMoved(*desktop.MouseEvent) { stir() }

// MouseOut ends the hover.
func (p *press) MouseOut() {
	p.hovered = false
	p.self.Refresh()
}

// Cursor is a hand over everything that can be pressed.
func (p *press) Cursor() desktop.Cursor {
	if p.inert {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// AccessibilityRole is that of a button unless a widget says otherwise.
func (p *press) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Focused tells whether the widget has the focus.
func (p *press) Focused() bool { return p.focused }

// leaving is the group of boxes whose last one just lost the focus: it is
// judged when the focus arrives anywhere else, and left alone when it arrives
// in the same group, which is how one walks from the day to the month.
var leaving struct {
	group any
	judge func()
}

func focusLeft(group any, judge func()) {
	leaving.group, leaving.judge = group, judge
}

func focusArrived(group any) {
	judge, from := leaving.judge, leaving.group
	leaving.judge, leaving.group = nil, nil
	if judge != nil && (group == nil || from != group) {
		judge()
	}
}

// unhandled receives, per canvas, the keys a focused widget has no use for.
var unhandled = map[fyne.Canvas]func(*fyne.KeyEvent) bool{}

// passedOn gives a key that a widget does not use to the dialog or the shell.
func passedOn(o fyne.CanvasObject, e *fyne.KeyEvent) bool {
	c := canvasOf(o)
	for k := range unhandled {
		// What was given the focus and not drawn yet has no canvas that the
		// toolkit knows of: a key that comes so soon is not lost.
		if f, ok := o.(fyne.Focusable); ok && c == nil && k.Focused() == f {
			c = k
		}
	}
	if c == nil {
		return false
	}
	if f := unhandled[c]; f != nil && f(e) {
		return true
	}
	// Page keys scroll the page the widget lies in.
	if p := pageOf(o); p != nil {
		return p.key(e)
	}
	return false
}
