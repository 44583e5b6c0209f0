package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// SearchField looks for something while one types; Escape, or the cross,
// empties it.
type SearchField struct {
	widget.BaseWidget
	box       *inputBox
	clear     *IconButton
	hint      string
	onChanged func(string)
}

// searchSigns is the room of the glass, of the cross and around the words.
const searchSigns float32 = 92

// NewSearchField makes one; hint says what can be looked for.
func NewSearchField(hint string, onChanged func(string)) *SearchField {
	s := &SearchField{box: newInputBox(), hint: hint, onChanged: onChanged}
	s.clear = NewIconButton("x", i18n.T("kit.search.clear", nil), func() {
		s.SetText("")
		s.Focus()
	})
	s.clear.Hide()
	s.box.entry.Icon = look.Icon("magnifying-glass", look.Muted)
	s.box.entry.ActionItem = s.clear
	s.box.entry.SetPlaceHolder(hint)
	s.box.entry.OnChanged = func(v string) {
		show(s.clear, v != "")
		if s.onChanged != nil {
			s.onChanged(v)
		}
	}
	s.box.entry.special = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape && s.box.entry.Text != "" {
			s.SetText("")
			return true
		}
		return false
	}
	s.ExtendBaseWidget(s)
	return s
}

// Text is what is looked for.
func (s *SearchField) Text() string { return s.box.entry.Text }

// SetText looks for something else; it tells onChanged.
func (s *SearchField) SetText(v string) { s.box.entry.SetText(v) }

// OnEnter is called when Enter is pressed in it.
func (s *SearchField) OnEnter(do func(string)) { s.box.entry.OnSubmitted = do }

// OnDown is called when the arrow down is pressed, to walk into the results.
func (s *SearchField) OnDown(do func()) {
	before := s.box.entry.special
	s.box.entry.special = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyDown {
			do()
			return true
		}
		return before(e)
	}
}

// Target is what a screen that begins with it gives the focus to.
func (s *SearchField) Target() fyne.Focusable { return s.box.entry }

// Focus puts the cursor into it.
func (s *SearchField) Focus() { FocusOn(s.box.entry) }

// NaturalWidth is wide enough for a few words.
func (s *SearchField) NaturalWidth() float32 { return px(360) }

// CreateRenderer draws the box.
func (s *SearchField) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(s, nil, func(size fyne.Size) {
		// A hint that is wider than its room would be given a scroll bar.
		room := size.Width - px(searchSigns)
		if fits := CutTo(s.hint, fyne.Max(room, 1), look.Text(look.Body), fyne.TextStyle{}); s.box.entry.PlaceHolder != fits {
			s.box.entry.SetPlaceHolder(fits)
		}
		put(s.box, 0, 0, size.Width, size.Height)
	},
		func() fyne.Size { return fyne.NewSize(px(160), s.box.MinSize().Height) }, s.box)
}
