package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// CountButton is an icon that is pressed, with how much waits behind it.
type CountButton struct {
	press
	icon, label string
	badge       *Badge
	fill        *canvas.Rectangle
	img         *canvas.Image
}

// NewCountButton makes one; label says what it opens.
func NewCountButton(icon, label string, tapped func()) *CountButton {
	b := &CountButton{icon: icon, label: label, badge: NewBadge(""), fill: canvas.NewRectangle(nil), img: newIcon()}
	b.init(b, look.ControlRadius, false)
	b.onTap = tapped
	return b
}

// Set changes how much waits, and what is said of it.
func (b *CountButton) Set(count int, label string) {
	text := ""
	switch {
	case count > 99:
		text = "99+"
	case count > 0:
		text = strconv.Itoa(count)
	}
	if b.label == label && b.badge.count == text {
		return
	}
	b.label = label
	b.badge.Set(text)
	b.Refresh()
}

// AccessibilityLabel says what it opens and how much waits there.
func (b *CountButton) AccessibilityLabel() string { return b.label }

// NaturalWidth is that of the icon and the count.
func (b *CountButton) NaturalWidth() float32 {
	w := px(look.ControlHeight)
	if n := b.badge.NaturalWidth(); n > 0 {
		w += n + px(look.XS)
	}
	return w
}

// CreateRenderer draws the icon with the count behind it.
func (b *CountButton) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		if b.hovered {
			paint(b.fill, look.Hover, look.ControlRadius)
		} else {
			paint(b.fill, "", look.ControlRadius)
		}
		setIcon(b.img, b.icon, look.Ink)
		b.styleRing()
	}, func(size fyne.Size) {
		put(b.fill, 0, 0, size.Width, size.Height)
		side := px(22)
		put(b.img, (px(look.ControlHeight)-side)/2, (size.Height-side)/2, side, side)
		w := b.badge.NaturalWidth()
		put(b.badge, size.Width-w-px(look.XS), 0, w, size.Height)
		b.badge.Refresh()
		b.placeRing(size)
	}, func() fyne.Size { return fyne.NewSize(b.NaturalWidth(), px(look.ControlHeight)) }, b.fill, b.img, b.badge, b.ring)
}
