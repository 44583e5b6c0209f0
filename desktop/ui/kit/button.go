package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// plainPad is the room at the sides of a plain button.
const plainPad float32 = 12

type buttonKind int

const (
	primaryButton buttonKind = iota
	secondaryButton
	plainButton
	dangerButton
)

// Button is a command. A screen has one primary button; the others are
// secondary (outlined) or plain (text alone). None is ever disabled: pressed
// too early, it says what is missing.
type Button struct {
	press
	kind    buttonKind
	label   *Text
	icon    string
	busy    string
	words   string
	trailer bool

	fill *canvas.Rectangle
	img  *canvas.Image
}

// Primary is the one main action of a screen.
func Primary(label string, tapped func()) *Button { return newButton(primaryButton, label, tapped) }

// Secondary is an action beside the main one.
func Secondary(label string, tapped func()) *Button { return newButton(secondaryButton, label, tapped) }

// Plain is an action that steps back: Annuler, Plus tard.
func Plain(label string, tapped func()) *Button { return newButton(plainButton, label, tapped) }

// Danger destroys something, and is asked about before or undone after.
func Danger(label string, tapped func()) *Button { return newButton(dangerButton, label, tapped) }

func newButton(kind buttonKind, label string, tapped func()) *Button {
	b := &Button{kind: kind, words: label, label: Strong(label).Align(fyne.TextAlignCenter)}
	b.init(b, look.ControlRadius, true)
	b.onTap = func() {
		if b.busy == "" && tapped != nil {
			tapped()
		}
	}
	b.fill, b.img = canvas.NewRectangle(nil), newIcon()
	return b
}

// Icon puts an icon before the words.
func (b *Button) Icon(name string) *Button {
	b.icon = name
	b.Refresh()
	return b
}

// IconAfter puts an icon after the words: an arrow onward.
func (b *Button) IconAfter(name string) *Button {
	b.trailer = true
	return b.Icon(name)
}

// SetText changes the words.
func (b *Button) SetText(s string) {
	b.words = s
	b.Refresh()
}

// Main tells whether it is the one main action of a screen, filled.
func (b *Button) Main() bool { return b.kind == primaryButton }

// Text is what the button says now.
func (b *Button) Text() string { return b.label.Text() }

// Busy shows that the command is under way, in words, and takes no second
// press until Ready.
func (b *Button) Busy(words string) {
	b.busy = words
	b.Refresh()
}

// Ready ends Busy.
func (b *Button) Ready() { b.Busy("") }

// AccessibilityLabel is its words.
func (b *Button) AccessibilityLabel() string { return b.label.Text() }

func (b *Button) roles() (fill, text, edge fyne.ThemeColorName) {
	switch b.kind {
	case primaryButton:
		if b.hovered {
			return look.PrimaryHover, look.OnPrimary, ""
		}
		return look.Primary, look.OnPrimary, ""
	case dangerButton:
		if b.hovered {
			return look.DangerHover, look.OnDanger, ""
		}
		return look.Danger, look.OnDanger, ""
	case secondaryButton:
		if b.hovered {
			return look.Hover, look.Link, look.Primary
		}
		return look.Card, look.Link, look.Primary
	default:
		if b.hovered {
			return look.Hover, look.Link, ""
		}
		return "", look.Link, ""
	}
}

func (b *Button) style() {
	fill, text, edge := b.roles()
	paint(b.fill, fill, look.ControlRadius)
	stroke(b.fill, edge, px(1.5))
	words, icon := b.words, b.icon
	if b.busy != "" {
		words, icon = b.busy, "hourglass"
	}
	b.label.role, b.label.text = text, words
	setIcon(b.img, icon, text)
	b.styleRing()
}

func (b *Button) sidePad() float32 {
	if b.kind == plainButton {
		return px(plainPad)
	}
	return px(20)
}

func (b *Button) iconRoom() float32 {
	if b.icon == "" && b.busy == "" {
		return 0
	}
	return px(look.IconSize) + px(look.S)
}

// NaturalWidth is that of the words on one line.
func (b *Button) NaturalWidth() float32 {
	b.style()
	return b.label.NaturalWidth() + b.iconRoom() + 2*b.sidePad()
}

// HeightFor grows where the words need a second line.
func (b *Button) HeightFor(width float32) float32 {
	b.style()
	h := b.label.HeightFor(width-2*b.sidePad()-b.iconRoom()) + 2*px(10)
	return fyne.Max(px(look.ControlHeight), h)
}

// CreateRenderer draws the fill, the icon, the words and the ring.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, b.style, func(size fyne.Size) {
		put(b.fill, 0, 0, size.Width, size.Height)
		room := b.iconRoom()
		textWidth := fyne.Min(b.label.NaturalWidth(), size.Width-2*b.sidePad()-room)
		h := b.label.HeightFor(textWidth)
		x := (size.Width - textWidth - room) / 2
		side := px(look.IconSize)
		if b.trailer && b.busy == "" {
			put(b.label, x, (size.Height-h)/2, textWidth, h)
			put(b.img, x+textWidth+px(look.S), (size.Height-side)/2, side, side)
		} else {
			put(b.img, x, (size.Height-side)/2, side, side)
			put(b.label, x+room, (size.Height-h)/2, textWidth, h)
		}
		b.label.Refresh()
		b.placeRing(size)
	}, func() fyne.Size {
		w := b.NaturalWidth()
		return fyne.NewSize(fyne.Min(w, px(140)), b.HeightFor(fyne.Max(b.Size().Width, fyne.Min(w, px(140)))))
	}, b.fill, b.img, b.label, b.ring)
}

// IconButton is an icon that is pressed. Its label is never seen but always
// there: for screen readers, and for the hint line of the screen.
type IconButton struct {
	press
	icon, label string
	role        fyne.ThemeColorName
	fill        *canvas.Rectangle
	img         *canvas.Image
	// Side is its width and height at 100 %; 44 unless it sits in a field.
	side float32
}

// NewIconButton makes one; label says what it does.
func NewIconButton(icon, label string, tapped func()) *IconButton {
	b := &IconButton{icon: icon, label: label, role: look.Ink, side: look.ControlHeight}
	b.init(b, look.ControlRadius, false)
	b.onTap = tapped
	b.fill, b.img = canvas.NewRectangle(nil), newIcon()
	return b
}

// Set changes its icon and label.
func (b *IconButton) Set(icon, label string) {
	b.icon, b.label = icon, label
	b.Refresh()
}

// AccessibilityLabel says what it does.
func (b *IconButton) AccessibilityLabel() string { return b.label }

// CreateRenderer draws it.
func (b *IconButton) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		if b.hovered {
			paint(b.fill, look.Hover, look.ControlRadius)
		} else {
			paint(b.fill, "", look.ControlRadius)
		}
		setIcon(b.img, b.icon, b.role)
		b.styleRing()
	}, func(size fyne.Size) {
		put(b.fill, 0, 0, size.Width, size.Height)
		side := px(22)
		put(b.img, (size.Width-side)/2, (size.Height-side)/2, side, side)
		b.placeRing(size)
	}, func() fyne.Size { return fyne.NewSquareSize(px(b.side)) }, b.fill, b.img, b.ring)
}

// LinkButton is a link in the text: underlined, so that it is not told by its
// colour alone.
type LinkButton struct {
	press
	label *Text
	under *canvas.Rectangle
}

// Link makes one.
func Link(label string, tapped func()) *LinkButton {
	l := &LinkButton{label: newText(label, look.Body, look.Link, true)}
	l.init(l, look.XS, true)
	l.onTap = tapped
	l.under = canvas.NewRectangle(nil)
	return l
}

// SetText changes the words.
func (l *LinkButton) SetText(s string) {
	l.label.text = s
	l.Refresh()
}

// Text is what the link says.
func (l *LinkButton) Text() string { return l.label.Text() }

// AccessibilityLabel is its words.
func (l *LinkButton) AccessibilityLabel() string { return l.label.Text() }

// AccessibilityRole is that of a link.
func (l *LinkButton) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleLink }

// NaturalWidth is that of the words.
func (l *LinkButton) NaturalWidth() float32 { return l.label.NaturalWidth() }

// HeightFor leaves room to be hit with a finger.
func (l *LinkButton) HeightFor(width float32) float32 {
	return fyne.Max(px(32), l.label.HeightFor(width)+px(6))
}

// CreateRenderer draws the words and the line under them.
func (l *LinkButton) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(l, func() {
		l.under.FillColor = look.Color(look.Link)
		l.label.role = look.Link
		l.styleRing()
	}, func(size fyne.Size) {
		h := l.label.HeightFor(size.Width)
		y := (size.Height - h) / 2
		put(l.label, 0, y, size.Width, h)
		l.label.Refresh()
		thick := px(1)
		if l.hovered {
			thick = px(2)
		}
		put(l.under, 0, y+h, fyne.Min(size.Width, l.label.NaturalWidth()), thick)
		// Clear of the first and the last letter.
		beside := look.RingWidth + px(2)
		placeRing(l.ring, -beside, 0, fyne.Min(size.Width, l.label.NaturalWidth())+2*beside, size.Height, false)
	}, func() fyne.Size {
		w := l.label.MinSize().Width
		return fyne.NewSize(w, l.HeightFor(fyne.Max(l.Size().Width, w)))
	}, l.label, l.under, l.ring)
}
