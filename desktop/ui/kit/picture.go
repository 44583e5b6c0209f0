package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Picture is a small image in a square of its own: a page among others.
type Picture struct {
	widget.BaseWidget
	label string
	side  float32
	img   *canvas.Image
	fill  *canvas.Rectangle
}

// NewPicture makes one of a side (at 100 %); label says what it shows.
func NewPicture(img image.Image, label string, side float32) *Picture {
	p := &Picture{label: label, side: side, img: canvas.NewImageFromImage(img), fill: canvas.NewRectangle(nil)}
	p.img.FillMode, p.img.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
	p.ExtendBaseWidget(p)
	return p
}

// Set changes the image and what it is said to be.
func (p *Picture) Set(img image.Image, label string) {
	p.label = label
	if p.img.Image != img {
		p.img.Image = img
		p.img.Refresh()
	}
	p.Refresh()
}

// Image is what it shows.
func (p *Picture) Image() image.Image { return p.img.Image }

// AccessibilityLabel is what it shows, in words.
func (p *Picture) AccessibilityLabel() string { return p.label }

// AccessibilityRole is that of text: there is none for pictures.
func (p *Picture) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer draws the image on a ground that shows its edges.
func (p *Picture) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(p, func() {
		paint(p.fill, look.NeutralFill, look.ControlRadius)
		stroke(p.fill, look.Hairline, look.HairlineWidth)
	}, func(size fyne.Size) {
		put(p.fill, 0, 0, size.Width, size.Height)
		pad := px(look.XS)
		put(p.img, pad, pad, size.Width-2*pad, size.Height-2*pad)
	}, func() fyne.Size { return fyne.NewSquareSize(px(p.side)) }, p.fill, p.img)
}
