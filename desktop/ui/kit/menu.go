package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// MenuItem is one line of a menu. An item without Do is a line that only
// tells; one with Rule is a hairline.
type MenuItem struct {
	Label   string
	Icon    string
	Checked bool
	Rule    bool
	Do      func()
}

// menuLine is an item on screen.
type menuLine struct {
	press
	item  MenuItem
	marks bool
	label *Text
	fill  *canvas.Rectangle
	img   *canvas.Image
}

func (m *menuLine) AccessibilityLabel() string { return m.item.Label }

func (m *menuLine) left() float32 {
	if m.marks {
		return px(12) + px(look.IconSize) + px(look.S+4)
	}
	return px(look.M)
}

func (m *menuLine) NaturalWidth() float32 { return m.left() + m.label.NaturalWidth() + px(look.L) }

func (m *menuLine) HeightFor(width float32) float32 {
	return fyne.Max(px(look.ControlHeight), m.label.HeightFor(width-m.left()-px(look.M))+2*px(10))
}

func (m *menuLine) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(m, func() {
		if (m.hovered || m.focused) && !m.inert {
			paint(m.fill, look.Hover, look.XS)
		} else {
			paint(m.fill, "", look.XS)
		}
		icon := m.item.Icon
		if m.item.Checked {
			icon = "check"
		}
		setIcon(m.img, icon, look.Ink)
		m.label.role = look.Ink
		if m.inert {
			m.label.role = look.Muted
		}
		m.styleRing()
	}, func(size fyne.Size) {
		put(m.fill, 2, 0, size.Width-4, size.Height)
		side := px(look.IconSize)
		put(m.img, px(12), (size.Height-side)/2, side, side)
		w := size.Width - m.left() - px(look.M)
		h := m.label.HeightFor(w)
		put(m.label, m.left(), (size.Height-h)/2, w, h)
		m.label.Refresh()
		placeRing(m.ring, 2, 0, size.Width-4, size.Height, false)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), m.HeightFor(fyne.Max(m.Size().Width, px(120))))
	}, m.fill, m.img, m.label, m.ring)
}

// menu is an open menu: the whole canvas, so that a press elsewhere closes it.
type menu struct {
	widget.BaseWidget
	canvas fyne.Canvas
	at     fyne.CanvasObject
	lines  []*menuLine
	list   *fyne.Container
	page   *Page
	fill   *canvas.Rectangle
	width  float32
	closed func()
	gone   bool
}

// ShowMenu opens a menu under (or, where there is no room, above) an object.
// It is walked with the arrows, chosen from with Enter, closed with Escape;
// closed is called when it is gone, and the focus returns to where it was.
func ShowMenu(at fyne.CanvasObject, least float32, items []MenuItem, closed func()) {
	c := canvasOf(at)
	if c == nil {
		return
	}
	m := &menu{canvas: c, at: at, width: least, closed: closed, fill: canvas.NewRectangle(nil)}
	marks := false
	for _, it := range items {
		marks = marks || it.Icon != "" || it.Checked
	}
	var objects []fyne.CanvasObject
	var first *menuLine
	for _, it := range items {
		if it.Rule {
			objects = append(objects, PadXY(0, look.XS, Rule()))
			continue
		}
		line := &menuLine{item: it, marks: marks, label: Body(it.Label), fill: canvas.NewRectangle(nil), img: newIcon()}
		line.init(line, look.XS, false)
		line.inert = it.Do == nil
		line.onTap = func() {
			m.close()
			if it.Do != nil {
				it.Do()
			}
		}
		line.keys = m.key
		m.lines = append(m.lines, line)
		objects = append(objects, line)
		if it.Do != nil && (first == nil || it.Checked && !first.item.Checked) {
			first = line
		}
	}
	m.list = Column(0, objects...)
	m.page = NewBarePage(PadXY(0, look.XS, m.list))
	m.ExtendBaseWidget(m)
	c.Overlays().Add(m)
	m.Resize(c.Size())
	if first != nil {
		c.Focus(first)
	}
}

func (m *menu) key(e *fyne.KeyEvent) bool {
	n := -1
	for i, l := range m.lines {
		if l.focused {
			n = i
		}
	}
	step := func(from, by int) {
		for i := from; i >= 0 && i < len(m.lines); i += by {
			if !m.lines[i].inert {
				m.canvas.Focus(m.lines[i])
				return
			}
		}
	}
	switch e.Name {
	case fyne.KeyDown:
		step(n+1, 1)
	case fyne.KeyUp:
		step(n-1, -1)
	case fyne.KeyHome:
		step(0, 1)
	case fyne.KeyEnd:
		step(len(m.lines)-1, -1)
	case fyne.KeyEscape:
		m.close()
	default:
		return false
	}
	return true
}

func (m *menu) close() {
	if m.gone {
		return
	}
	m.gone = true
	m.canvas.Overlays().Remove(m)
	FocusOn(m.at)
	if m.closed != nil {
		m.closed()
	}
}

// Tapped beside the list closes it.
func (m *menu) Tapped(*fyne.PointEvent) { stir(); m.close() }

// TappedSecondary closes it too.
func (m *menu) TappedSecondary(*fyne.PointEvent) { stir(); m.close() }

func (m *menu) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(m, func() {
		paint(m.fill, look.Card, look.ControlRadius)
		stroke(m.fill, look.InputBorder, look.HairlineWidth)
	}, func(size fyne.Size) {
		margin := px(look.S)
		w := m.width
		for _, l := range m.lines {
			w = fyne.Max(w, l.NaturalWidth())
		}
		w = fyne.Min(w, size.Width-2*margin)
		h := m.page.HeightFor(w)
		pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(m.at)
		x := fyne.Min(pos.X, size.Width-margin-w)
		below := size.Height - margin - (pos.Y + m.at.Size().Height + px(look.XS))
		above := pos.Y - px(look.XS) - margin
		y := pos.Y + m.at.Size().Height + px(look.XS)
		if h > below && above > below {
			h = fyne.Min(h, above)
			y = pos.Y - px(look.XS) - h
		} else {
			h = fyne.Min(h, below)
		}
		x = fyne.Max(x, margin)
		put(m.fill, x, y, w, h)
		put(m.page, x, y, w, h)
	}, nil, m.fill, m.page)
}
