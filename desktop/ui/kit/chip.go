package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Chip is a status: an icon and a word in a tone, never a colour alone.
type Chip struct {
	widget.BaseWidget
	tone  look.Tone
	icon  string
	label *Text
	fill  *canvas.Rectangle
	img   *canvas.Image
}

// NewChip makes a chip; an empty icon is the tone's own.
func NewChip(tone look.Tone, icon, word string) *Chip {
	c := &Chip{tone: tone, icon: icon, label: newText(word, look.Caption, tone.Text(), true).OneLine()}
	c.fill, c.img = canvas.NewRectangle(nil), newIcon()
	c.ExtendBaseWidget(c)
	return c
}

// Set changes what it says.
func (c *Chip) Set(tone look.Tone, icon, word string) {
	c.tone, c.icon, c.label.text = tone, icon, word
	c.Refresh()
}

// Word is what it says.
func (c *Chip) Word() string { return c.label.Text() }

// AccessibilityLabel is the word.
func (c *Chip) AccessibilityLabel() string { return c.label.Text() }

// AccessibilityRole is that of text.
func (c *Chip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (c *Chip) height() float32 { return c.label.lineHeight() + 2*px(chipPad) }

// chipPad is the padding within a chip, between two of the five spaces.
const chipPad float32 = 5

// NaturalWidth is that of the icon and the word.
func (c *Chip) NaturalWidth() float32 {
	return c.label.NaturalWidth() + px(16) + px(6) + 2*px(10)
}

// CreateRenderer draws a pill.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(c, func() {
		paint(c.fill, c.tone.Fill(), 0)
		c.fill.CornerRadius = c.height() / 2
		if look.Current().Contrast() {
			stroke(c.fill, c.tone.Text(), 1)
		} else {
			stroke(c.fill, "", 0)
		}
		icon := c.icon
		if icon == "" {
			icon = c.tone.Icon()
		}
		setIcon(c.img, icon, c.tone.Text())
		c.label.role = c.tone.Text()
	}, func(size fyne.Size) {
		h := c.height()
		y := (size.Height - h) / 2
		w := fyne.Min(size.Width, c.NaturalWidth())
		put(c.fill, 0, y, w, h)
		side := px(16)
		put(c.img, px(10), y+(h-side)/2, side, side)
		lh := c.label.lineHeight()
		put(c.label, px(10)+side+px(6), y+(h-lh)/2, w-2*px(10)-side-px(6), lh)
		c.label.Refresh()
	}, func() fyne.Size { return fyne.NewSize(c.NaturalWidth(), c.height()) }, c.fill, c.img, c.label)
}

// Badge is a small count in a filled circle, as on the rail.
type Badge struct {
	widget.BaseWidget
	count string
	label *Text
	fill  *canvas.Rectangle
}

// NewBadge makes one; an empty count shows nothing.
func NewBadge(count string) *Badge {
	b := &Badge{count: count, label: newText(count, look.Caption, look.OnPrimary, true).Align(fyne.TextAlignCenter)}
	b.fill = canvas.NewRectangle(nil)
	b.ExtendBaseWidget(b)
	return b
}

// Set changes the count.
func (b *Badge) Set(count string) {
	b.count, b.label.text = count, count
	b.Refresh()
}

// NaturalWidth is at least a circle.
func (b *Badge) NaturalWidth() float32 {
	if b.count == "" {
		return 0
	}
	return fyne.Max(b.side(), b.label.NaturalWidth()+px(12))
}

func (b *Badge) side() float32 { return b.label.lineHeight() + px(4) }

// CreateRenderer draws it.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		if b.count == "" {
			b.fill.Hide()
		} else {
			b.fill.Show()
		}
		paint(b.fill, look.Primary, 0)
		b.fill.CornerRadius = b.side() / 2
		b.label.role = look.OnPrimary
	}, func(size fyne.Size) {
		w, h := b.NaturalWidth(), b.side()
		y := (size.Height - h) / 2
		put(b.fill, size.Width-w, y, w, h)
		lh := b.label.lineHeight()
		put(b.label, size.Width-w, y+(h-lh)/2, w, lh)
		b.label.Refresh()
	}, func() fyne.Size { return fyne.NewSize(b.NaturalWidth(), b.side()) }, b.fill, b.label)
}

// IconView is an icon that is not pressed.
type IconView struct {
	widget.BaseWidget
	name string
	role fyne.ThemeColorName
	side float32
	img  *canvas.Image
}

// NewIcon shows an icon of a side (at 100 %) in the colour of a role.
func NewIcon(name string, role fyne.ThemeColorName, side float32) *IconView {
	i := &IconView{name: name, role: role, side: side, img: newIcon()}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes the icon and its colour.
func (i *IconView) Set(name string, role fyne.ThemeColorName) {
	i.name, i.role = name, role
	i.Refresh()
}

// CreateRenderer draws it.
func (i *IconView) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(i, func() { setIcon(i.img, i.name, i.role) },
		func(size fyne.Size) {
			side := px(i.side)
			put(i.img, (size.Width-side)/2, (size.Height-side)/2, side, side)
		}, func() fyne.Size { return fyne.NewSquareSize(px(i.side)) }, i.img)
}
