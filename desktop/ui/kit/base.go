package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// drawn is the renderer of all our widgets: a style that is read anew at every
// refresh, a placement by arithmetic, and a least size.
type drawn struct {
	of      fyne.Widget
	objects []fyne.CanvasObject
	style   func()
	place   func(fyne.Size)
	least   func() fyne.Size
	closed  func()
}

var _ fyne.WidgetRenderer = (*drawn)(nil)

// tree remembers what each living widget is drawn of, so that a focused one
// can find the page it lies in. The toolkit keeps this to itself.
var tree = map[fyne.CanvasObject]*drawn{}

func newDrawn(of fyne.Widget, style func(), place func(fyne.Size), least func() fyne.Size, objects ...fyne.CanvasObject) *drawn {
	d := &drawn{of: of, objects: objects, style: style, place: place, least: least}
	tree[of] = d
	if style != nil {
		style()
	}
	return d
}

func (d *drawn) Destroy() {
	if tree[d.of] == d {
		delete(tree, d.of)
	}
	if d.closed != nil {
		d.closed()
	}
}

func (d *drawn) Layout(size fyne.Size) {
	if d.style != nil {
		d.style()
	}
	if d.place != nil {
		d.place(size)
	}
}

func (d *drawn) MinSize() fyne.Size {
	if d.least == nil {
		return fyne.Size{}
	}
	return d.least()
}

func (d *drawn) Objects() []fyne.CanvasObject { return d.objects }

func (d *drawn) Refresh() {
	if d.style != nil {
		d.style()
	}
	if d.place != nil {
		d.place(d.of.Size())
	}
	canvas.Refresh(d.of)
}

func px(v float32) float32 { return look.Px(v) }

// paint sets the fill of a rectangle; an empty role is no fill.
func paint(r *canvas.Rectangle, fill fyne.ThemeColorName, radius float32) {
	r.FillColor = roleColor(fill)
	r.CornerRadius = px(radius)
}

// stroke sets the edge of a rectangle; an empty role is no edge.
func stroke(r *canvas.Rectangle, role fyne.ThemeColorName, width float32) {
	if role == "" {
		r.StrokeColor, r.StrokeWidth = color.Transparent, 0
		return
	}
	r.StrokeColor, r.StrokeWidth = look.Color(role), width
}

func roleColor(role fyne.ThemeColorName) color.Color {
	if role == "" {
		return color.Transparent
	}
	return look.Color(role)
}

// newIcon is an image of an icon; setIcon gives it its name and colour.
func newIcon() *canvas.Image {
	img := canvas.NewImageFromResource(nil)
	img.FillMode = canvas.ImageFillContain
	return img
}

// setIcon shows an icon in the colour of a role; it redraws only what changed,
// because decoding an SVG costs more than all the rest of a row.
func setIcon(img *canvas.Image, name string, role fyne.ThemeColorName) {
	if name == "" {
		img.Hide()
		return
	}
	res := look.Icon(name, role)
	if img.Resource == nil || img.Resource.Name() != res.Name() {
		img.Resource = fyne.NewStaticResource(res.Name(), res.Content())
		img.Refresh()
	}
	img.Show()
}

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// Flows is implemented by what grows taller when it is made narrower: texts
// that wrap and all that holds them. Layouts ask it before they place.
type Flows interface {
	HeightFor(width float32) float32
}

// flowLayout is a layout whose height follows from its width.
type flowLayout interface {
	fyne.Layout
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// HeightFor is the height an object needs at a width.
func HeightFor(o fyne.CanvasObject, width float32) float32 {
	if o == nil || !o.Visible() {
		return 0
	}
	switch f := o.(type) {
	case Flows:
		return f.HeightFor(width)
	case *fyne.Container:
		if l, ok := f.Layout.(flowLayout); ok {
			return l.heightFor(f.Objects, width)
		}
	}
	return o.MinSize().Height
}

// natural is implemented by what has a width of its own choice, larger than
// the least it can live with.
type natural interface {
	NaturalWidth() float32
}

type naturalLayout interface {
	naturalWidth(objects []fyne.CanvasObject) float32
}

// NaturalWidth is the width an object would choose if it had all the room.
func NaturalWidth(o fyne.CanvasObject) float32 {
	if o == nil || !o.Visible() {
		return 0
	}
	switch f := o.(type) {
	case natural:
		return f.NaturalWidth()
	case *fyne.Container:
		if l, ok := f.Layout.(naturalLayout); ok {
			return l.naturalWidth(f.Objects)
		}
	}
	return o.MinSize().Width
}

// canvasOf is the canvas an object is on, or nil.
func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	if app := fyne.CurrentApp(); app != nil {
		return app.Driver().CanvasForObject(o)
	}
	return nil
}

// FocusOn gives the focus to a widget if it is on a canvas.
func FocusOn(o fyne.CanvasObject) {
	f, ok := o.(fyne.Focusable)
	if !ok {
		return
	}
	if c := canvasOf(o); c != nil {
		give(c, f)
	}
}
