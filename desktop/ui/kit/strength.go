package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// StrengthMeter tells how hard a password is to guess: four bars and a word.
type StrengthMeter struct {
	widget.BaseWidget
	score int
	bars  [4]*canvas.Rectangle
	word  *Text
}

// NewStrengthMeter shows nothing until it is given a score.
func NewStrengthMeter() *StrengthMeter {
	m := &StrengthMeter{score: -1, word: newText("", look.Caption, look.Ink, true)}
	for i := range m.bars {
		m.bars[i] = canvas.NewRectangle(nil)
	}
	m.ExtendBaseWidget(m)
	return m
}

// SetScore sets 0 (guessed at once) to 4 (very hard); -1 empties it.
func (m *StrengthMeter) SetScore(score int) {
	m.score = max(-1, min(score, 4))
	m.Refresh()
}

// Word is what it says now.
func (m *StrengthMeter) Word() string {
	if m.score < 0 {
		return i18n.T("kit.strength.none", nil)
	}
	return i18n.T("kit.strength."+strconv.Itoa(m.score), nil)
}

// AccessibilityLabel is its word.
func (m *StrengthMeter) AccessibilityLabel() string { return m.Word() }

// AccessibilityRole is that of text.
func (m *StrengthMeter) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// HeightFor is that of the bars and the word.
func (m *StrengthMeter) HeightFor(width float32) float32 {
	m.word.text = m.Word()
	return px(8) + px(look.XS) + m.word.HeightFor(width)
}

// CreateRenderer draws them.
func (m *StrengthMeter) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(m, func() {
		role := look.Error
		switch {
		case m.score >= 3:
			role = look.Success
		case m.score == 2:
			role = look.Warning
		}
		for i, b := range m.bars {
			if i < m.score || m.score == 0 && i == 0 {
				paint(b, role, 4)
				stroke(b, "", 0)
			} else {
				paint(b, look.NeutralFill, 4)
				stroke(b, look.InputBorder, look.HairlineWidth)
			}
		}
		m.word.text, m.word.role = m.Word(), role
		if m.score < 0 {
			m.word.role = look.Muted
		}
	}, func(size fyne.Size) {
		gap := px(look.XS)
		w := (fyne.Min(size.Width, px(360)) - 3*gap) / 4
		for i, b := range m.bars {
			put(b, float32(i)*(w+gap), 0, w, px(8))
		}
		put(m.word, 0, px(8)+gap, size.Width, m.word.HeightFor(size.Width))
		m.word.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(px(120), m.HeightFor(fyne.Max(m.Size().Width, px(240))))
	}, m.bars[0], m.bars[1], m.bars[2], m.bars[3], m.word)
}
