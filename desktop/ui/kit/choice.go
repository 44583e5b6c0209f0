package kit

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Option is one of the answers of a choice: what is kept and what is read.
type Option struct {
	Value string
	Label string
	Hint  string
}

// radioItem is one line of a radio list. It is pressed, but the focus belongs
// to the list.
type radioItem struct {
	widget.BaseWidget
	list    *radioList
	at      int
	label   *Text
	hint    *Text
	hovered bool
	fill    *canvas.Rectangle
	img     *canvas.Image
}

func (i *radioItem) Tapped(*fyne.PointEvent) {
	stir()
	FocusOn(i.list)
	i.list.byMouse = true
	i.list.choose(i.at)
}
func (i *radioItem) MouseIn(*desktop.MouseEvent)    { stir(); i.hovered = true; i.Refresh() }
func (i *radioItem) MouseMoved(*desktop.MouseEvent) { stir() }
func (i *radioItem) MouseOut()                      { i.hovered = false; i.Refresh() }
func (i *radioItem) Cursor() desktop.Cursor         { return desktop.PointerCursor }

func (i *radioItem) textLeft() float32 { return px(24) + px(look.S) + px(look.S) }

// HeightFor is at least a control's.
func (i *radioItem) HeightFor(width float32) float32 {
	w := width - i.textLeft() - px(look.S)
	h := i.label.HeightFor(w)
	if i.hint.text != "" {
		h += i.hint.HeightFor(w)
	}
	return fyne.Max(px(look.ControlHeight), h+2*px(8))
}

func (i *radioItem) NaturalWidth() float32 {
	return i.textLeft() + fyne.Max(i.label.NaturalWidth(), i.hint.NaturalWidth()) + px(look.S)
}

func (i *radioItem) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(i, func() {
		if i.hovered {
			paint(i.fill, look.Hover, look.ControlRadius)
		} else {
			paint(i.fill, "", look.ControlRadius)
		}
		if i.list.chosen == i.at {
			setIcon(i.img, "radio-button", look.Link)
		} else {
			setIcon(i.img, "circle", look.InputBorder)
		}
		show(i.hint, i.hint.text != "")
	}, func(size fyne.Size) {
		put(i.fill, 0, 0, size.Width, size.Height)
		w := size.Width - i.textLeft() - px(look.S)
		lh, hh := i.label.HeightFor(w), float32(0)
		if i.hint.text != "" {
			hh = i.hint.HeightFor(w)
		}
		y := (size.Height - lh - hh) / 2
		side := px(24)
		put(i.img, px(look.S), y+(i.label.lineHeight()-side)/2, side, side)
		put(i.label, i.textLeft(), y, w, lh)
		put(i.hint, i.textLeft(), y+lh, w, hh)
		i.label.Refresh()
		i.hint.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(px(120), i.HeightFor(fyne.Max(i.Size().Width, px(120))))
	}, i.fill, i.img, i.label, i.hint)
}

// radioList is a choice with all its answers in sight: one stop of the focus,
// arrows walk, Space and Enter choose.
type radioList struct {
	press
	options []Option
	items   []*radioItem
	chosen  int
	at      int
	inline  bool
	changed func()
	judge   func()
}

func newRadioList(options []Option, inline bool) *radioList {
	l := &radioList{options: options, chosen: -1, inline: inline}
	l.init(l, look.ControlRadius, false)
	for n, o := range options {
		i := &radioItem{list: l, at: n, label: Body(o.Label), hint: Caption(o.Hint), fill: canvas.NewRectangle(nil), img: newIcon()}
		i.ExtendBaseWidget(i)
		l.items = append(l.items, i)
	}
	l.keys = l.key
	return l
}

func (l *radioList) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyRight:
		l.choose(min(l.at+1, len(l.items)-1))
		return true
	case fyne.KeyUp, fyne.KeyLeft:
		l.choose(max(l.at-1, 0))
		return true
	case fyne.KeyHome:
		l.choose(0)
		return true
	case fyne.KeyEnd:
		l.choose(len(l.items) - 1)
		return true
	case fyne.KeySpace:
		l.choose(l.at)
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		l.choose(l.at)
		return true
	}
	return false
}

func (l *radioList) choose(n int) {
	if n < 0 || n >= len(l.items) {
		return
	}
	l.at = n
	if l.chosen != n {
		l.chosen = n
		if l.changed != nil {
			l.changed()
		}
	}
	for _, i := range l.items {
		i.Refresh()
	}
	l.Refresh()
}

func (l *radioList) value() string {
	if l.chosen < 0 {
		return ""
	}
	return l.options[l.chosen].Value
}

func (l *radioList) set(value string) {
	l.chosen, l.at = -1, 0
	for n, o := range l.options {
		if o.Value == value {
			l.chosen, l.at = n, n
		}
	}
	for _, i := range l.items {
		i.Refresh()
	}
	l.Refresh()
}

// Tapped on the list itself, between the items, does nothing.
func (l *radioList) Tapped(*fyne.PointEvent) { stir() }

// Cursor is that of the room between the items.
func (l *radioList) Cursor() desktop.Cursor { return desktop.DefaultCursor }

func (l *radioList) FocusLost() {
	l.press.FocusLost()
	if l.judge != nil {
		l.judge()
	}
}

// AccessibilityLabel reads the answer chosen.
func (l *radioList) AccessibilityLabel() string {
	if l.chosen < 0 {
		return ""
	}
	return l.options[l.chosen].Label
}

func (l *radioList) walk(width float32, place func(i *radioItem, x, y, w, h float32)) float32 {
	if l.inline {
		var total float32
		for _, i := range l.items {
			total += i.NaturalWidth() + px(look.M)
		}
		if total <= width {
			x := float32(0)
			h := px(look.ControlHeight)
			for _, i := range l.items {
				h = fyne.Max(h, i.HeightFor(i.NaturalWidth()))
			}
			for _, i := range l.items {
				if place != nil {
					place(i, x, 0, i.NaturalWidth(), h)
				}
				x += i.NaturalWidth() + px(look.M)
			}
			return h
		}
	}
	var y float32
	for _, i := range l.items {
		h := i.HeightFor(width)
		if place != nil {
			place(i, 0, y, width, h)
		}
		y += h
	}
	return y
}

func (l *radioList) HeightFor(width float32) float32 { return l.walk(width, nil) }

func (l *radioList) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{}
	for _, i := range l.items {
		objects = append(objects, i)
	}
	objects = append(objects, l.ring)
	return newDrawn(l, func() { l.styleRing() }, func(size fyne.Size) {
		var ringX, ringY, ringW, ringH float32
		l.walk(size.Width, func(i *radioItem, x, y, w, h float32) {
			put(i, x, y, w, h)
			if i.at == l.at {
				ringX, ringY, ringW, ringH = x, y, w, h
			}
		})
		placeRing(l.ring, ringX, ringY, ringW, ringH, false)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), l.HeightFor(fyne.Max(l.Size().Width, px(120))))
	}, objects...)
}

// checkBox is a box with words that are pressed too.
type checkBox struct {
	press
	label   *Text
	on      bool
	wrong   bool
	fill    *canvas.Rectangle
	img     *canvas.Image
	changed func()
	judge   func()
}

func newCheckBox(words string) *checkBox {
	c := &checkBox{label: Body(words), fill: canvas.NewRectangle(nil), img: newIcon()}
	c.init(c, look.ControlRadius, false)
	c.onTap = func() {
		c.on = !c.on
		c.Refresh()
		if c.changed != nil {
			c.changed()
		}
	}
	return c
}

func (c *checkBox) FocusLost() {
	c.press.FocusLost()
	if c.judge != nil {
		c.judge()
	}
}

func (c *checkBox) AccessibilityLabel() string { return c.label.text }

func (c *checkBox) left() float32 { return px(24) + px(look.S) + px(look.S) }

func (c *checkBox) HeightFor(width float32) float32 {
	return fyne.Max(px(look.ControlHeight), c.label.HeightFor(width-c.left()-px(look.S))+2*px(10))
}

func (c *checkBox) NaturalWidth() float32 { return c.left() + c.label.NaturalWidth() + px(look.S) }

func (c *checkBox) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(c, func() {
		if c.hovered {
			paint(c.fill, look.Hover, look.ControlRadius)
		} else {
			paint(c.fill, "", look.ControlRadius)
		}
		switch {
		case c.on:
			setIcon(c.img, "check-square", look.Link)
		case c.wrong:
			setIcon(c.img, "square", look.Error)
		default:
			setIcon(c.img, "square", look.InputBorder)
		}
		c.styleRing()
	}, func(size fyne.Size) {
		put(c.fill, 0, 0, size.Width, size.Height)
		w := size.Width - c.left() - px(look.S)
		h := c.label.HeightFor(w)
		y := (size.Height - h) / 2
		side := px(24)
		put(c.img, px(look.S), y+(c.label.lineHeight()-side)/2, side, side)
		put(c.label, c.left(), y, w, h)
		c.label.Refresh()
		c.placeRing(size)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), c.HeightFor(fyne.Max(c.Size().Width, px(120))))
	}, c.fill, c.img, c.label, c.ring)
}

// selectBox is a choice whose answers open below it.
type selectBox struct {
	press
	options []Option
	chosen  int
	hint    string
	label   *Text
	wrong   bool
	fill    *canvas.Rectangle
	caret   *canvas.Image
	changed func()
	judge   func()
	open    bool
}

func newSelectBox(options []Option, hint string) *selectBox {
	s := &selectBox{options: options, chosen: -1, hint: hint, label: Body("").OneLine()}
	s.init(s, look.ControlRadius, false)
	s.fill, s.caret = canvas.NewRectangle(nil), newIcon()
	s.onTap = s.unfold
	s.keys = s.key
	return s
}

func (s *selectBox) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown:
		s.choose(min(s.chosen+1, len(s.options)-1))
	case fyne.KeyUp:
		s.choose(max(s.chosen-1, 0))
	case fyne.KeyHome:
		s.choose(0)
	case fyne.KeyEnd:
		s.choose(len(s.options) - 1)
	default:
		return false
	}
	return true
}

// TypedRune jumps to the next answer that begins with the letter.
func (s *selectBox) TypedRune(r rune) {
	stir()
	for step := 1; step <= len(s.options); step++ {
		n := (max(s.chosen, 0) + step) % len(s.options)
		first := []rune(strings.TrimSpace(s.options[n].Label))
		if len(first) > 0 && unicode.ToLower(first[0]) == unicode.ToLower(r) {
			s.choose(n)
			return
		}
	}
}

func (s *selectBox) choose(n int) {
	if n < 0 || n >= len(s.options) || n == s.chosen {
		return
	}
	s.chosen = n
	s.Refresh()
	if s.changed != nil {
		s.changed()
	}
}

func (s *selectBox) unfold() {
	c := canvasOf(s)
	if c == nil {
		return
	}
	items := make([]MenuItem, 0, len(s.options))
	for n, o := range s.options {
		items = append(items, MenuItem{Label: o.Label, Checked: n == s.chosen, Do: func() { s.choose(n) }})
	}
	s.open = true
	s.Refresh()
	ShowMenu(s, s.Size().Width, items, func() {
		s.open = false
		s.Refresh()
	})
}

func (s *selectBox) value() string {
	if s.chosen < 0 {
		return ""
	}
	return s.options[s.chosen].Value
}

func (s *selectBox) set(value string) {
	s.chosen = -1
	for n, o := range s.options {
		if o.Value == value {
			s.chosen = n
		}
	}
	s.Refresh()
}

func (s *selectBox) FocusLost() {
	s.press.FocusLost()
	if s.judge != nil && !s.open {
		s.judge()
	}
}

// AccessibilityLabel reads the answer chosen.
func (s *selectBox) AccessibilityLabel() string { return s.label.text }

func (s *selectBox) NaturalWidth() float32 {
	w := px(160)
	for _, o := range s.options {
		size, style := s.label.styleNow()
		w = fyne.Max(w, fyne.MeasureText(o.Label, size, style).Width+px(12)*2+px(look.IconSize)+px(look.S)+1)
	}
	return w
}

func (s *selectBox) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(s, func() {
		paint(s.fill, look.Card, look.ControlRadius)
		if s.hovered {
			paint(s.fill, look.Hover, look.ControlRadius)
		}
		edge := look.InputBorder
		if s.wrong {
			edge = look.Error
		}
		stroke(s.fill, edge, px(1.5))
		s.label.role = look.Ink
		if s.chosen >= 0 {
			s.label.text = s.options[s.chosen].Label
		} else {
			s.label.text, s.label.role = s.hint, look.Muted
		}
		setIcon(s.caret, "caret-down", look.Ink)
		s.styleRing()
	}, func(size fyne.Size) {
		put(s.fill, 0, 0, size.Width, size.Height)
		side := px(look.IconSize)
		h := s.label.lineHeight()
		put(s.label, px(12), (size.Height-h)/2, size.Width-2*px(12)-side-px(look.S), h)
		s.label.Refresh()
		put(s.caret, size.Width-px(12)-side, (size.Height-side)/2, side, side)
		s.placeRing(size)
	}, func() fyne.Size { return fyne.NewSize(px(120), px(look.ControlHeight)) }, s.fill, s.label, s.caret, s.ring)
}
