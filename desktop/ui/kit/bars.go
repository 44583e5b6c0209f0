package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// MenuButton opens a menu: the person's name at the top right, the *Menu*
// that stands for the rail, a filter.
type MenuButton struct {
	press
	icon  string
	label *Text
	items func() []MenuItem
	fill  *canvas.Rectangle
	img   *canvas.Image
	caret *canvas.Image
	edge  bool
	least float32 // how narrow its words may become at 100 %; 0 for not at all
	folds bool    // its icon alone will do where the top bar is short
	short bool    // it is so now
}

// NewMenuButton makes one; items is asked when it opens.
func NewMenuButton(icon, label string, items func() []MenuItem) *MenuButton {
	b := &MenuButton{icon: icon, label: Strong(label).OneLine(), items: items, fill: canvas.NewRectangle(nil), img: newIcon(), caret: newIcon()}
	b.init(b, look.ControlRadius, false)
	b.onTap = func() { ShowMenu(b, 0, b.items(), nil) }
	return b
}

// Edged draws a border, for a button that stands in a page.
func (b *MenuButton) Edged() *MenuButton {
	b.edge = true
	return b
}

// Yields lets a line that is too long shorten the words, down to a width at
// 100 %, before it breaks: the menu that opens has them whole.
func (b *MenuButton) Yields(words float32) *MenuButton {
	b.least = words
	return b
}

// Folds lets the top bar show the icon without the words rather than take a
// second line from the page.
func (b *MenuButton) Folds() *MenuButton {
	b.folds = true
	return b
}

// LeastWidth is how narrow it may become within a line.
func (b *MenuButton) LeastWidth() float32 {
	whole := b.NaturalWidth()
	if b.least == 0 {
		return whole
	}
	return whole - fyne.Max(0, b.label.NaturalWidth()-px(b.least))
}

// SetText changes the words: the person's name after a sign-in.
func (b *MenuButton) SetText(s string) {
	b.label.text = s
	b.Refresh()
}

// Text is what it says.
func (b *MenuButton) Text() string { return b.label.text }

// AccessibilityLabel is its words.
func (b *MenuButton) AccessibilityLabel() string { return b.label.text }

func (b *MenuButton) iconRoom() float32 {
	if b.icon == "" {
		return 0
	}
	return px(22) + px(look.S)
}

// NaturalWidth is that of the icon, the words and the caret.
func (b *MenuButton) NaturalWidth() float32 {
	if b.short {
		return px(12) + b.iconRoom() + px(16) + px(12)
	}
	return px(12) + b.iconRoom() + b.label.NaturalWidth() + px(look.S) + px(16) + px(12)
}

// CreateRenderer draws it.
func (b *MenuButton) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		if b.hovered {
			paint(b.fill, look.Hover, look.ControlRadius)
		} else {
			paint(b.fill, "", look.ControlRadius)
		}
		if b.edge {
			stroke(b.fill, look.InputBorder, px(1.5))
		}
		setIcon(b.img, b.icon, look.Ink)
		setIcon(b.caret, "caret-down", look.Ink)
		b.styleRing()
	}, func(size fyne.Size) {
		put(b.fill, 0, 0, size.Width, size.Height)
		side := px(22)
		put(b.img, px(12), (size.Height-side)/2, side, side)
		show(b.label, !b.short)
		h := b.label.lineHeight()
		w := size.Width - 2*px(12) - b.iconRoom() - px(look.S) - px(16)
		put(b.label, px(12)+b.iconRoom(), (size.Height-h)/2, w, h)
		b.label.Refresh()
		put(b.caret, size.Width-px(12)-px(16), (size.Height-px(16))/2, px(16), px(16))
		b.placeRing(size)
	}, func() fyne.Size { return fyne.NewSize(px(72), px(look.ControlHeight)) }, b.fill, b.img, b.label, b.caret, b.ring)
}

// Brand is whose program this is, at the left of the top bar: pressed, it leads
// home.
type Brand struct {
	press
	label *Text
	fill  *canvas.Rectangle
	img   *canvas.Image
}

// NewBrand makes one; it only tells where there is no home yet to lead to.
func NewBrand(name string, tapped func()) *Brand {
	b := &Brand{label: Strong(name).OneLine(), fill: canvas.NewRectangle(nil), img: newIcon()}
	b.init(b, look.ControlRadius, false)
	b.onTap, b.inert = tapped, tapped == nil
	return b
}

// Text is the name.
func (b *Brand) Text() string { return b.label.text }

// AccessibilityLabel is the name, and where it leads.
func (b *Brand) AccessibilityLabel() string {
	if b.inert {
		return b.label.text
	}
	return i18n.T("kit.brand", map[string]any{"Name": b.label.text})
}

// NaturalWidth is that of the icon and the name.
func (b *Brand) NaturalWidth() float32 {
	return px(24) + px(look.S) + b.label.NaturalWidth() + px(look.S)
}

// CreateRenderer draws it.
func (b *Brand) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		fill := fyne.ThemeColorName("")
		if b.hovered && !b.inert {
			fill = look.Hover
		}
		paint(b.fill, fill, look.ControlRadius)
		setIcon(b.img, "buildings", look.Primary)
		b.styleRing()
	}, func(size fyne.Size) {
		put(b.fill, -px(look.S), 0, size.Width+px(look.S), size.Height)
		side, h := px(24), b.label.lineHeight()
		put(b.img, 0, (size.Height-side)/2, side, side)
		put(b.label, side+px(look.S), (size.Height-h)/2, size.Width-side-2*px(look.S), h)
		b.label.Refresh()
		placeRing(b.ring, -px(look.S), 0, size.Width+px(look.S), size.Height, false)
	}, func() fyne.Size { return fyne.NewSize(px(72), px(look.ControlHeight)) }, b.fill, b.img, b.label, b.ring)
}

// TopBar is the upper edge of the window: at the left what it is, at the right
// who is signed in and what they can do anywhere.
type TopBar struct {
	widget.BaseWidget
	left, right *fyne.Container
	// What stands at the ends, and the way to the search: at the right, or
	// where there is no room beside the left end in a line above.
	lefts, rights []fyne.CanvasObject
	search        fyne.CanvasObject
	fill          *plain
	edge          *canvas.Rectangle
}

// NewTopBar makes one.
func NewTopBar() *TopBar {
	b := &TopBar{left: Line(look.S), right: LineEnd(look.S), fill: newPlain(), edge: canvas.NewRectangle(nil)}
	b.ExtendBaseWidget(b)
	return b
}

// SetLeft and SetRight replace what stands at the two ends.
func (b *TopBar) SetLeft(objects ...fyne.CanvasObject) {
	b.lefts = objects
	b.Refresh()
}

// SetRight replaces what stands at the right.
func (b *TopBar) SetRight(objects ...fyne.CanvasObject) {
	b.rights = objects
	b.Refresh()
}

// SetSearch puts the way to the search; nil for none.
func (b *TopBar) SetSearch(o fyne.CanvasObject) {
	b.search = o
	b.Refresh()
}

func (b *TopBar) split(width float32) (left, right float32, below bool) {
	inner := width - 2*px(look.M)
	b.left.Objects, b.right.Objects = b.lefts, b.rights
	if b.search != nil {
		b.right.Objects = append([]fyne.CanvasObject{b.search}, b.rights...)
	}
	for step := range 3 {
		b.fold(step > 0, step > 1)
		l, r := NaturalWidth(b.left), NaturalWidth(b.right)
		if l+r+px(look.M) <= inner {
			return inner - r - px(look.M), r, false
		}
		if least := leastWidth(b.right); l+least+px(look.M) <= inner {
			return l, inner - l - px(look.M), false // what yields has given up its room
		}
	}
	b.fold(false, false)
	if b.search != nil {
		b.left.Objects, b.right.Objects = append(slices.Clone(b.lefts), b.search), b.rights
	}
	if NaturalWidth(b.right) > inner {
		b.fold(true, false) // two lines, not three
	}
	return inner, inner, len(b.left.Objects) > 0 && len(b.right.Objects) > 0
}

// fold leaves the signs of the buttons that may give up their words. Of a button
// that stands alone at the left, the *Menu* that stands for the rail, they go
// last: a second line would cost the page more.
func (b *TopBar) fold(right, left bool) {
	set := func(objects []fyne.CanvasObject, short bool) {
		for _, o := range objects {
			if m, ok := o.(*MenuButton); ok {
				m.short = short && m.folds
			}
		}
	}
	set(b.rights, right)
	set(b.lefts, left && len(b.lefts) == 1)
}

// HeightFor grows by a line where both ends do not fit beside each other.
func (b *TopBar) HeightFor(width float32) float32 {
	l, r, below := b.split(width)
	h := fyne.Max(HeightFor(b.left, l), HeightFor(b.right, r))
	if below {
		h = HeightFor(b.left, l) + HeightFor(b.right, r) + px(look.XS)
	}
	return fyne.Max(h, px(look.ControlHeight)) + 2*px(look.XS) + 1
}

// CreateRenderer draws it.
func (b *TopBar) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		b.fill.paint(look.Card)
		paint(b.edge, look.Hairline, 0)
	}, func(size fyne.Size) {
		put(b.fill.area, 0, 0, size.Width, size.Height)
		put(b.edge, 0, size.Height-1, size.Width, 1)
		l, r, below := b.split(size.Width)
		if below {
			h := HeightFor(b.left, l)
			put(b.left, px(look.M), px(look.XS), l, h)
			put(b.right, px(look.M), px(look.XS)+h+px(look.XS), r, HeightFor(b.right, r))
		} else {
			h := size.Height - 2*px(look.XS) - 1
			put(b.left, px(look.M), px(look.XS), l, h)
			put(b.right, size.Width-px(look.M)-r, px(look.XS), r, h)
		}
		b.left.Layout.Layout(b.left.Objects, b.left.Size())
		b.right.Layout.Layout(b.right.Objects, b.right.Size())
	}, func() fyne.Size {
		return fyne.NewSize(px(120), b.HeightFor(fyne.Max(b.Size().Width, px(600))))
	}, b.fill.area, b.edge, b.left, b.right)
}

// FootLine is the line at the foot that tells the truth about the connection.
// It is pressed for the details.
type FootLine struct {
	press
	icon  string
	tone  look.Tone
	label *Text
	part  float64
	bar   *bar
	fill  *plain
	edge  *canvas.Rectangle
	img   *canvas.Image
	more  *Text
}

// NewFootLine makes one; tapped opens the details.
func NewFootLine(tapped func()) *FootLine {
	f := &FootLine{label: newText("", look.Body, look.Ink, false), bar: newBar(6), fill: newPlain(), edge: canvas.NewRectangle(nil), img: newIcon(), part: -1}
	f.more = newText("", look.Caption, look.Link, true).OneLine()
	f.init(f, 0, false)
	f.onTap = tapped
	return f
}

// Set tells the state; part is 0 to 1 while something is under way, -1 else.
func (f *FootLine) Set(tone look.Tone, icon, text string, part float64) {
	if f.tone == tone && f.icon == icon && f.label.text == text && f.part == part {
		return
	}
	f.tone, f.icon, f.label.text, f.part = tone, icon, text, part
	f.Refresh()
}

// Text is what it says.
func (f *FootLine) Text() string { return f.label.text }

// AccessibilityLabel is what it says.
func (f *FootLine) AccessibilityLabel() string { return f.label.text }

func (f *FootLine) textWidth(width float32) float32 {
	w := width - 2*px(look.M) - px(look.IconSize) - px(look.S) - f.more.NaturalWidth() - px(look.M)
	if f.part >= 0 {
		w -= px(120) + px(look.M)
	}
	return fyne.Max(w, px(60))
}

// HeightFor is one line, or more where the text is large.
func (f *FootLine) HeightFor(width float32) float32 {
	f.more.text = i18n.T("kit.foot.details", nil)
	return fyne.Max(px(36), f.label.HeightFor(f.textWidth(width))+2*px(6))
}

// CreateRenderer draws it.
func (f *FootLine) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(f, func() {
		fill := look.Card
		if f.hovered {
			fill = look.Hover
		}
		f.fill.paint(fill)
		paint(f.edge, look.Hairline, 0)
		icon := f.icon
		if icon == "" {
			icon = f.tone.Icon()
		}
		setIcon(f.img, icon, f.tone.Text())
		f.more.text = i18n.T("kit.foot.details", nil)
		f.bar.part = f.part
		show(f.bar, f.part >= 0)
		f.styleRing()
	}, func(size fyne.Size) {
		put(f.fill.area, 0, 0, size.Width, size.Height)
		put(f.edge, 0, 0, size.Width, 1)
		side := px(look.IconSize)
		put(f.img, px(look.M), (size.Height-side)/2, side, side)
		x := px(look.M) + side + px(look.S)
		w := f.textWidth(size.Width)
		h := f.label.HeightFor(w)
		put(f.label, x, (size.Height-h)/2, w, h)
		f.label.Refresh()
		if f.part >= 0 {
			bx := x + fyne.Min(f.label.NaturalWidth(), w) + px(look.M)
			put(f.bar, bx, 0, px(120), size.Height)
			f.bar.Refresh()
		}
		mw, mh := f.more.NaturalWidth(), f.more.lineHeight()
		put(f.more, size.Width-px(look.M)-mw, (size.Height-mh)/2, mw, mh)
		f.more.Refresh()
		f.placeRing(size)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), f.HeightFor(fyne.Max(f.Size().Width, px(600))))
	}, f.fill.area, f.edge, f.img, f.label, f.bar, f.more, f.ring)
}
