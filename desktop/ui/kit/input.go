package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// entry is the toolkit's entry with our manners: it tells when it is left,
// lets Tab through a text of several lines, and passes Escape on.
type entry struct {
	widget.Entry
	group   any
	judge   func()
	most    int
	filter  func(r rune) bool
	spill   func(r rune) // is given what the box has no room or no use for
	special func(*fyne.KeyEvent) bool
	send    func()
	focused bool
	pressed bool // by a button that is still held
	onFocus func()
	eye     func() // shows or hides a secret
	lineEnd lineEnd
}

var _ desktop.Keyable = (*entry)(nil)

func newEntry() *entry {
	e := &entry{}
	e.Wrapping = fyne.TextWrapOff
	e.Scroll = fyne.ScrollHorizontalOnly
	e.ExtendBaseWidget(e)
	return e
}

func (e *entry) FocusGained() {
	focusArrived(e.group)
	e.focused = true
	e.Entry.FocusGained()
	if e.CursorRow == 0 && e.CursorColumn == 0 && e.Text != "" && e.SelectedText() == "" {
		// One goes on after what stands there; a click puts it elsewhere.
		if e.MultiLine {
			e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		}
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	}
	if e.onFocus != nil {
		e.onFocus()
	}
	if !e.pressed {
		reveal(e)
	}
}

func (e *entry) FocusLost() {
	if e.pressed {
		// The field has moved from under the button that is held, for leaving
		// the one before has put a mistake above it: whoever pressed it meant it.
		e.pressed = false
		fyne.Do(func() { FocusOn(e) })
	}
	e.focused = false
	e.Entry.FocusLost()
	if e.onFocus != nil {
		e.onFocus()
	}
	if e.judge == nil {
		return
	}
	if e.group != nil {
		focusLeft(e.group, e.judge)
		return
	}
	e.judge()
}

// AcceptsTab is never true: Tab leads on from every field.
func (e *entry) AcceptsTab() bool { return false }

func (e *entry) TypedRune(r rune) {
	stir()
	full := e.most > 0 && len([]rune(e.Text)) >= e.most && e.SelectedText() == ""
	if e.filter != nil && !e.filter(r) || full {
		if e.spill != nil && e.Text != "" && e.CursorColumn == len([]rune(e.Text)) {
			e.spill(r)
		}
		return
	}
	e.typing(false, func() { e.Entry.TypedRune(r) })
}

func (e *entry) TypedKey(k *fyne.KeyEvent) {
	stir()
	if e.special != nil && e.special(k) {
		return
	}
	switch k.Name {
	case fyne.KeyEscape, fyne.KeyF1:
		passedOn(e, k)
		return
	case fyne.KeyPageUp, fyne.KeyPageDown:
		if !e.MultiLine {
			passedOn(e, k)
			return
		}
	}
	e.typing(k.Name == fyne.KeyDelete, func() { e.Entry.TypedKey(k) })
}

// MouseDown is a click into the text, or the beginning of a selection.
func (e *entry) MouseDown(m *desktop.MouseEvent) {
	stir()
	// The page must not move under a button that is held: what is let go
	// beside a field takes the focus from it again.
	e.pressed = true
	e.Entry.MouseDown(m)
}

// MouseUp brings into sight what the press has given the focus.
func (e *entry) MouseUp(m *desktop.MouseEvent) {
	stir()
	e.Entry.MouseUp(m)
	if e.pressed && e.focused {
		reveal(e)
	}
	e.pressed = false
}

// eyeKey is Ctrl+E.
var eyeKey = &desktop.CustomShortcut{KeyName: fyne.KeyE, Modifier: fyne.KeyModifierControl}

// TypedShortcut is copying and pasting, and what the window has beyond that.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	stir()
	if e.eye != nil && s.ShortcutName() == eyeKey.ShortcutName() {
		e.eye()
		return
	}
	if c, ok := s.(*desktop.CustomShortcut); ok && e.send != nil && c.Modifier == fyne.KeyModifierControl && (c.KeyName == fyne.KeyReturn || c.KeyName == fyne.KeyEnter) {
		e.send()
		return
	}
	if everywhere(canvasOf(e), s) {
		return
	}
	e.typing(false, func() { e.Entry.TypedShortcut(s) })
}

func (e *entry) MinSize() fyne.Size {
	m := e.Entry.MinSize()
	return fyne.NewSize(px(44), fyne.Max(m.Height, px(look.ControlHeight)))
}

// inputBox is an entry in its frame: the frame shows the focus and the mistake.
type inputBox struct {
	widget.BaseWidget
	entry *entry
	frame *canvas.Rectangle
	wrong bool
	width float32
}

func newInputBox() *inputBox {
	b := &inputBox{entry: newEntry(), frame: canvas.NewRectangle(nil)}
	b.entry.onFocus = func() { b.Refresh() }
	b.ExtendBaseWidget(b)
	return b
}

func (b *inputBox) setWrong(wrong bool) {
	if b.wrong != wrong {
		b.wrong = wrong
		b.Refresh()
	}
}

// NaturalWidth is the box's own where it is meant for something short.
func (b *inputBox) NaturalWidth() float32 {
	if b.width > 0 {
		return px(b.width)
	}
	return px(320)
}

// CreateRenderer draws the entry and the frame over its edge.
func (b *inputBox) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		b.frame.FillColor = roleColor("")
		switch {
		case b.entry.focused:
			stroke(b.frame, look.Focus, look.RingWidth)
			b.frame.Show()
		case b.wrong:
			stroke(b.frame, look.Error, 2)
			b.frame.Show()
		default:
			b.frame.Hide()
		}
		b.frame.CornerRadius = px(look.ControlRadius)
	}, func(size fyne.Size) {
		put(b.entry, 0, 0, size.Width, size.Height)
		d := b.frame.StrokeWidth / 2
		put(b.frame, d-1, d-1, size.Width-2*d+2, size.Height-2*d+2)
	}, func() fyne.Size { return b.entry.MinSize() }, b.entry, b.frame)
}
