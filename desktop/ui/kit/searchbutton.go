package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// SearchButton opens a search over everything: it looks like the field it
// opens, and tells its keys. Where the line is short it gives up its words.
type SearchButton struct {
	press
	word, keys *Text
	fill       *canvas.Rectangle
	img        *canvas.Image
}

// NewSearchButton makes one; keys is how the keyboard opens it.
func NewSearchButton(word, keys string, tapped func()) *SearchButton {
	b := &SearchButton{word: Muted(word).OneLine(), keys: Caption(keys).OneLine(), fill: canvas.NewRectangle(nil), img: newIcon()}
	b.init(b, look.ControlRadius, false)
	b.onTap = tapped
	return b
}

// AccessibilityLabel is its word and its keys.
func (b *SearchButton) AccessibilityLabel() string { return b.word.text + ", " + b.keys.text }

func (b *SearchButton) wordsWidth() float32 {
	return px(look.ControlHeight) + b.word.NaturalWidth() + px(12)
}

// NaturalWidth is that of the sign, the word and the keys.
func (b *SearchButton) NaturalWidth() float32 {
	return b.wordsWidth() + px(look.M) + b.keys.NaturalWidth()
}

// LeastWidth is that of the sign alone.
func (b *SearchButton) LeastWidth() float32 { return px(look.ControlHeight) }

// CreateRenderer draws what there is room for.
func (b *SearchButton) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		fill := look.Card
		if b.hovered {
			fill = look.Hover
		}
		paint(b.fill, fill, look.ControlRadius)
		stroke(b.fill, look.InputBorder, px(1.5))
		setIcon(b.img, "magnifying-glass", look.Ink)
		b.styleRing()
	}, func(size fyne.Size) {
		show(b.word, size.Width >= b.wordsWidth()-1)
		if !b.word.Visible() {
			// The sign alone, at the right of the room there is.
			x := size.Width - px(look.ControlHeight)
			put(b.fill, x, 0, px(look.ControlHeight), size.Height)
			side := px(22)
			put(b.img, x+(px(look.ControlHeight)-side)/2, (size.Height-side)/2, side, side)
			b.keys.Hide()
			placeRing(b.ring, x, 0, px(look.ControlHeight), size.Height, false)
			return
		}
		put(b.fill, 0, 0, size.Width, size.Height)
		side := px(22)
		put(b.img, (px(look.ControlHeight)-side)/2, (size.Height-side)/2, side, side)
		show(b.keys, size.Width >= b.NaturalWidth()-1)
		wh, kh, kw := b.word.lineHeight(), b.keys.lineHeight(), b.keys.NaturalWidth()
		put(b.word, px(look.ControlHeight), (size.Height-wh)/2, b.word.NaturalWidth(), wh)
		put(b.keys, size.Width-px(12)-kw, (size.Height-kh)/2, kw, kh)
		b.word.Refresh()
		b.keys.Refresh()
		b.placeRing(size)
	}, func() fyne.Size { return fyne.NewSize(px(look.ControlHeight), px(look.ControlHeight)) }, b.fill, b.img, b.word, b.keys, b.ring)
}

// leastWidth is the width of a container of a line whose parts have given up
// the room that they can.
func leastWidth(line *fyne.Container) float32 {
	w := NaturalWidth(line)
	for _, o := range line.Objects {
		if y, yields := o.(yielding); yields && o.Visible() {
			w -= NaturalWidth(o) - y.LeastWidth()
		}
	}
	return w
}
