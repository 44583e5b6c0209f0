package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Strip says what was just done and offers to take it back. It stays until the
// next action: nobody has to be quick. One with nothing to take back can be
// closed instead, the other has the room for its words.
type Strip struct {
	widget.BaseWidget
	tone   look.Tone
	text   *Text
	img    *IconView
	action *Button
	close  *IconButton
	line   *fyne.Container
	fill   *canvas.Rectangle
	do     func()
	moved  func()
}

// NewStrip makes a hidden one.
func NewStrip() *Strip {
	s := &Strip{text: Body(""), img: NewIcon("check-circle", look.Success, 22), fill: canvas.NewRectangle(nil)}
	s.action = Plain("", func() {
		do := s.do
		s.Clear()
		if do != nil {
			do()
		}
	})
	s.close = NewIconButton("x", i18n.T("kit.close", nil), s.Clear)
	s.line = PadXY(look.S, look.XS, Line(look.S, s.img, Grow(PadXY(0, look.XS, s.text), 160), s.action, s.close))
	s.ExtendBaseWidget(s)
	s.Hide()
	return s
}

// Say shows a sentence; action may be empty.
func (s *Strip) Say(tone look.Tone, text, action string, do func()) {
	s.tone, s.text.text, s.do = tone, text, do
	s.action.words = action
	show(s.action, action != "")
	show(s.close, action == "")
	s.Show()
	s.Refresh()
	s.room()
}

// Clear takes it away; a screen calls it at the next action.
func (s *Strip) Clear() {
	s.do = nil
	s.Hide()
	s.room()
}

// OnMoved is called when it comes, changes or goes: whoever places it has to
// make room. On a page it does so by itself.
func (s *Strip) OnMoved(do func()) { s.moved = do }

func (s *Strip) room() {
	if s.moved != nil {
		s.moved()
	} else if p := pageOf(s); p != nil {
		p.Refresh()
	}
}

// Text is what it says, or "" while it is hidden.
func (s *Strip) Text() string {
	if !s.Visible() {
		return ""
	}
	return s.text.text
}

// HeightFor is that of its words.
func (s *Strip) HeightFor(width float32) float32 { return HeightFor(s.line, width) }

// AccessibilityLabel is what it says.
func (s *Strip) AccessibilityLabel() string { return s.text.text }

// AccessibilityRole is that of text.
func (s *Strip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer draws it.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(s, func() {
		paint(s.fill, s.tone.Fill(), look.CardRadius)
		stroke(s.fill, s.tone.Text(), look.HairlineWidth)
		s.img.name, s.img.role = s.tone.Icon(), s.tone.Text()
		s.text.role = look.Ink
		s.close.label = i18n.T("kit.close", nil)
	}, func(size fyne.Size) {
		put(s.fill, 0, 0, size.Width, size.Height)
		put(s.line, 0, 0, size.Width, size.Height)
		s.line.Layout.Layout(s.line.Objects, size)
		inner := s.line.Objects[0].(*fyne.Container)
		inner.Layout.Layout(inner.Objects, inner.Size())
		s.img.Refresh()
		s.text.Refresh()
		s.action.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(px(120), s.HeightFor(fyne.Max(s.Size().Width, px(320))))
	}, s.fill, s.line)
}

// Toasts are short words that come and go by themselves, at the lower edge.
// What matters is never only said there.
type Toasts struct {
	widget.BaseWidget
	list  []*Strip
	after func(d time.Duration, f func())
}

// ToastTime is how long a toast stays.
const ToastTime = 5 * time.Second

// NewToasts makes the layer; after calls a function on the window's goroutine
// when the time has passed (task's Scope.After in the program).
func NewToasts(after func(d time.Duration, f func())) *Toasts {
	t := &Toasts{after: after}
	t.ExtendBaseWidget(t)
	return t
}

// Say shows a toast; more than three push the oldest out.
func (t *Toasts) Say(tone look.Tone, text string) {
	s := NewStrip()
	s.Say(tone, text, "", nil)
	s.close.onTap = func() { t.drop(s) }
	t.list = append(t.list, s)
	if len(t.list) > 3 {
		t.list = t.list[len(t.list)-3:]
	}
	t.redraw()
	if t.after != nil {
		t.after(ToastTime, func() { t.drop(s) })
	}
}

// Texts are those shown now, oldest first.
func (t *Toasts) Texts() []string {
	var all []string
	for _, s := range t.list {
		all = append(all, s.text.text)
	}
	return all
}

func (t *Toasts) drop(s *Strip) {
	for i, o := range t.list {
		if o == s {
			t.list = append(t.list[:i:i], t.list[i+1:]...)
			t.redraw()
			return
		}
	}
}

func (t *Toasts) redraw() {
	if d := tree[t]; d != nil {
		d.objects = d.objects[:0]
		for _, s := range t.list {
			d.objects = append(d.objects, s)
		}
	}
	t.Refresh()
}

// CreateRenderer stacks the toasts from the lower edge upward.
func (t *Toasts) CreateRenderer() fyne.WidgetRenderer {
	d := newDrawn(t, nil, func(size fyne.Size) {
		w := fyne.Min(px(440), size.Width-2*px(look.M))
		y := size.Height - px(look.M)
		for i := len(t.list) - 1; i >= 0; i-- {
			h := t.list[i].HeightFor(w)
			y -= h
			put(t.list[i], size.Width-px(look.M)-w, y, w, h)
			y -= px(look.S)
		}
	}, nil)
	for _, s := range t.list {
		d.objects = append(d.objects, s)
	}
	return d
}
