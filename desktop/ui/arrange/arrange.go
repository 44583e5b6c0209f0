// Package arrange lets a screen place a few large parts by arithmetic where
// the kit's layouts are not enough: a pane that stands beside another, a line
// that stays at the foot. It knows nothing but sizes.
package arrange

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// Box holds parts that a function places.
type Box struct {
	widget.BaseWidget
	parts  []fyne.CanvasObject
	place  func(fyne.Size)
	height func(width float32) float32
}

// New makes a box: place puts the parts into a size, height is what they need
// at a width.
func New(place func(fyne.Size), height func(width float32) float32, parts ...fyne.CanvasObject) *Box {
	b := &Box{parts: parts, place: place, height: height}
	b.ExtendBaseWidget(b)
	return b
}

// Parts are what it places, for the kit to find its way through them.
func (b *Box) Parts() []fyne.CanvasObject { return b.parts }

// HeightFor is what the parts need.
func (b *Box) HeightFor(width float32) float32 { return b.height(width) }

// CreateRenderer places the parts at each refresh anew.
func (b *Box) CreateRenderer() fyne.WidgetRenderer { return boxRenderer{b} }

type boxRenderer struct{ b *Box }

func (r boxRenderer) Destroy() {}

func (r boxRenderer) Layout(size fyne.Size) {
	if size.Width > 0 {
		r.b.place(size)
	}
}

func (r boxRenderer) MinSize() fyne.Size {
	width := r.b.Size().Width
	if width <= 0 {
		width = look.Px(400)
	}
	return fyne.NewSize(look.Px(120), r.b.height(width))
}

func (r boxRenderer) Objects() []fyne.CanvasObject { return r.b.parts }

func (r boxRenderer) Refresh() {
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

// Put places an object.
func Put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, max(0, h)))
}

// Footed keeps foot at the lower edge, as tall as it needs, and gives the rest
// to body, which scrolls by itself.
func Footed(body, foot fyne.CanvasObject) *Box {
	return New(func(size fyne.Size) {
		h := kit.HeightFor(foot, size.Width)
		Put(foot, 0, size.Height-h, size.Width, h)
		Put(body, 0, 0, size.Width, size.Height-h)
	}, func(width float32) float32 {
		return look.Px(120) + kit.HeightFor(foot, width)
	}, body, foot)
}

// Headed keeps head at the upper edge, as tall as it needs, and gives the rest
// to body, which scrolls by itself.
func Headed(head, body fyne.CanvasObject) *Box {
	return New(func(size fyne.Size) {
		h := float32(0)
		if head.Visible() {
			h = kit.HeightFor(head, size.Width)
		}
		Put(head, 0, 0, size.Width, h)
		Put(body, 0, h, size.Width, size.Height-h)
	}, func(width float32) float32 {
		return look.Px(120) + kit.HeightFor(head, width)
	}, head, body)
}
