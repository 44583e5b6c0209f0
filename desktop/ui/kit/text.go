package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Text is words of one size and colour. It wraps by default, within any width
// it is given, and has no margin of its own.
type Text struct {
	widget.BaseWidget

	text     string
	size     fyne.ThemeSizeName
	role     fyne.ThemeColorName
	bold     bool
	align    fyne.TextAlign
	oneLine  bool
	pieces   []*canvas.Text
	render   *drawn
	shortend bool

	// What was measured last. Each frame asks every text in sight for its size,
	// some at two widths, and measuring costs more than all the rest of a row.
	wrapped [2]wrapping // the newest first
	measure extent
}

type wrapKey struct {
	measureKey
	width float32
	one   bool
}

type wrapping struct {
	key   wrapKey
	lines []string
	short bool
}

type measureKey struct {
	text string
	size float32
	bold bool
}

type extent struct {
	key          measureKey
	width, line  float32
	known, lined bool
}

var _ fyne.Accessible = (*Text)(nil)

func newText(s string, size fyne.ThemeSizeName, role fyne.ThemeColorName, bold bool) *Text {
	t := &Text{text: s, size: size, role: role, bold: bold}
	t.ExtendBaseWidget(t)
	return t
}

// Caption is small and muted: a date, a hint, a unit.
func Caption(s string) *Text { return newText(s, look.Caption, look.Muted, false) }

// Body is the text of the page.
func Body(s string) *Text { return newText(s, look.Body, look.Ink, false) }

// Muted is body text that steps back.
func Muted(s string) *Text { return newText(s, look.Body, look.Muted, false) }

// Strong is body text in semibold.
func Strong(s string) *Text { return newText(s, look.Body, look.Ink, true) }

// Section heads a part of a page.
func Section(s string) *Text { return newText(s, look.Section, look.Ink, true) }

// Title heads a page; there is one a page.
func Title(s string) *Text { return newText(s, look.Title, look.Ink, true) }

// BalanceText is an amount of money that stands alone.
func BalanceText(s string) *Text { return newText(s, look.Balance, look.Ink, true) }

// Role gives the text the colour of a role and returns it.
func (t *Text) Role(r fyne.ThemeColorName) *Text {
	t.role = r
	t.Refresh()
	return t
}

// Bold makes it semibold or not.
func (t *Text) Bold(b bool) *Text {
	t.bold = b
	t.Refresh()
	return t
}

// Align sets where short lines stand.
func (t *Text) Align(a fyne.TextAlign) *Text {
	t.align = a
	t.Refresh()
	return t
}

// OneLine never wraps; what does not fit ends in "…". It is for tables and
// chips, where the whole text can be read elsewhere.
func (t *Text) OneLine() *Text {
	t.oneLine = true
	t.Refresh()
	return t
}

// SetText changes the words.
func (t *Text) SetText(s string) {
	if t.text == s {
		return
	}
	t.text = s
	t.Refresh()
}

// Text is what it says.
func (t *Text) Text() string { return t.text }

// Shortened tells whether "…" stands for a part of the words.
func (t *Text) Shortened() bool { return t.shortend }

// AccessibilityLabel is the text itself.
func (t *Text) AccessibilityLabel() string { return t.text }

// AccessibilityRole is that of text.
func (t *Text) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (t *Text) styleNow() (float32, fyne.TextStyle) {
	return look.Text(t.size), fyne.TextStyle{Bold: t.bold}
}

// measures is what is known of the words as they are now.
func (t *Text) measures() *extent {
	if key := t.measureKey(); key != t.measure.key {
		t.measure = extent{key: key}
	}
	return &t.measure
}

func (t *Text) measureKey() measureKey { return measureKey{t.text, look.Text(t.size), t.bold} }

func (t *Text) lineHeight() float32 {
	m := t.measures()
	if !m.lined {
		size, style := t.styleNow()
		m.line, m.lined = fyne.MeasureText("Âgjp", size, style).Height, true
	}
	return m.line
}

// NaturalWidth is the width of the words on one line, or of the longest line
// where the text has line ends of its own.
func (t *Text) NaturalWidth() float32 {
	m := t.measures()
	if !m.known {
		size, style := t.styleNow()
		var w float32
		for _, line := range strings.Split(t.text, "\n") {
			w = fyne.Max(w, fyne.MeasureText(line, size, style).Width)
		}
		// Half a unit more, so that rounding to pixels never wraps a line that fits.
		m.width, m.known = w+0.5, true
	}
	return m.width
}

// HeightFor is the height of the wrapped words at a width.
func (t *Text) HeightFor(width float32) float32 {
	return float32(len(t.wrap(width))) * t.lineHeight()
}

func (t *Text) wrap(width float32) []string {
	key := wrapKey{t.measureKey(), width, t.oneLine}
	for i, w := range t.wrapped {
		if w.key == key && w.lines != nil {
			t.wrapped[0], t.wrapped[i] = w, t.wrapped[0]
			t.shortend = w.short
			return w.lines
		}
	}
	size, style := t.styleNow()
	w := wrapping{key: key}
	if t.oneLine {
		line := strings.ReplaceAll(t.text, "\n", " ")
		cut := CutTo(line, width, size, style)
		w.lines, w.short = []string{cut}, cut != line
	} else {
		w.lines = wrapWords(t.text, width, size, style)
	}
	t.wrapped[0], t.wrapped[1] = w, t.wrapped[0]
	t.shortend = w.short
	return w.lines
}

// wrapWords breaks a text into lines no wider than width: at spaces where it
// can, within a word where a word alone is too wide.
func wrapWords(text string, width, size float32, style fyne.TextStyle) []string {
	measure := func(s string) float32 { return fyne.MeasureText(s, size, style).Width }
	var lines []string
	for _, para := range strings.Split(text, "\n") {
		if width <= 0 || measure(para) <= width {
			lines = append(lines, para)
			continue
		}
		line := ""
		for _, word := range pieces(para, func(s string) bool { return measure(s) <= width }) {
			try := word
			if line != "" {
				try = line + " " + word
			}
			if measure(try) <= width {
				line = try
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for measure(word) > width {
				head, tail := breakWord(word, width, measure)
				if tail == "" {
					break
				}
				lines = append(lines, head)
				word = tail
			}
			line = word
		}
		lines = append(lines, line)
	}
	return lines
}

// pieces is a paragraph in the parts that a line may end after. A number stays
// with what it counts, and the signs that stand apart in French with the word
// before or after them, as far as that fits into a line.
func pieces(para string, fits func(string) bool) []string {
	words := strings.Split(para, " ")
	out := words[:1:1]
	for _, word := range words[1:] {
		last := out[len(out)-1]
		if together := last + " " + word; glued(last, word) && fits(together) {
			out[len(out)-1] = together
		} else {
			out = append(out, word)
		}
	}
	return out
}

func glued(before, after string) bool {
	if after == "" || before == "" {
		return false
	}
	if strings.ContainsAny(after[:1], ":;?!%") || strings.HasPrefix(after, "»") || strings.HasSuffix(before, "«") {
		return true
	}
	number := before[strings.LastIndexByte(before, ' ')+1:]
	return strings.Trim(number, "0123456789") == "" && strings.Trim(after, "0123456789") != ""
}

func breakWord(word string, width float32, measure func(string) float32) (head, tail string) {
	runes := []rune(word)
	lo, hi := 1, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(string(runes[:mid])) <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	// An address or the name of a file rather ends a line after one of its signs.
	for i := lo; i > lo/2; i-- {
		if strings.ContainsRune("@-._/", runes[i-1]) && i < len(runes) {
			lo = i
			break
		}
	}
	return string(runes[:lo]), string(runes[lo:])
}

// CutTo shortens a line to a width, with "…" at its end where it was cut.
func CutTo(s string, width, size float32, style fyne.TextStyle) string {
	measure := func(s string) float32 { return fyne.MeasureText(s, size, style).Width }
	if width <= 0 || measure(s) <= width {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(strings.TrimRight(string(runes[:mid]), " ")+"…") <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(runes[:lo]), " ") + "…"
}

// CreateRenderer draws one canvas text a line.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	t.render = newDrawn(t, nil, t.placeLines, t.leastSize)
	t.placeLines(t.Size())
	return t.render
}

func (t *Text) leastSize() fyne.Size {
	if t.oneLine {
		size, style := t.styleNow()
		return fyne.NewSize(fyne.Min(t.NaturalWidth(), fyne.MeasureText("MMMM…", size, style).Width), t.lineHeight())
	}
	width := t.Size().Width
	if width <= 0 {
		width = t.NaturalWidth()
	}
	return fyne.NewSize(fyne.Min(t.NaturalWidth(), px(80)), t.HeightFor(width))
}

func (t *Text) placeLines(size fyne.Size) {
	if t.render == nil {
		return
	}
	lines := t.wrap(size.Width)
	height := t.lineHeight()
	textSize, style := t.styleNow()
	col := look.Color(t.role)
	for len(t.pieces) < len(lines) {
		t.pieces = append(t.pieces, canvas.NewText("", col))
	}
	t.pieces = t.pieces[:len(lines)]
	if len(t.render.objects) != len(t.pieces) {
		t.render.objects = t.render.objects[:0]
		for _, p := range t.pieces {
			t.render.objects = append(t.render.objects, p)
		}
	}
	for i, p := range t.pieces {
		p.Text, p.TextSize, p.TextStyle, p.Color, p.Alignment = lines[i], textSize, style, col, t.align
		put(p, 0, float32(i)*height, size.Width, height)
	}
}
