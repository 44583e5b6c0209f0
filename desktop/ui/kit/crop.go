package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

const (
	// leastFrame is the least width and height of a frame, in parts of the image.
	leastFrame = float32(0.05)
	frameStep  = float32(0.01)
	grip       = float32(18) // the side of a corner's handle
	reach      = float32(36) // how near to a corner a hand takes hold of it
)

// Frame is a part of an image: in parts of its width and height, 0 to 1.
type Frame struct{ Left, Top, Right, Bottom float32 }

// corner is one of the four, clockwise from the upper left; the fifth stop of
// the keyboard is the whole frame.
type corner int

const (
	topLeft corner = iota
	topRight
	bottomRight
	bottomLeft
	wholeFrame
	noCorner corner = -1
)

// Crop shows an image with a frame around the part that is kept. Its corners
// are dragged, or walked by the arrows: Space goes on to the next corner.
type Crop struct {
	widget.BaseWidget

	img   *canvas.Image
	ratio float32 // width by height
	frame Frame
	at    corner // of the keyboard
	held  corner // of the hand
	told  func(string)

	focused, byMouse bool

	dark   [4]*canvas.Rectangle
	edge   *canvas.Rectangle
	inner  *canvas.Rectangle
	handle [4]*canvas.Rectangle
	ring   *canvas.Rectangle
}

var (
	_ fyne.Focusable     = (*Crop)(nil)
	_ fyne.Draggable     = (*Crop)(nil)
	_ fyne.Tappable      = (*Crop)(nil)
	_ desktop.Hoverable  = (*Crop)(nil)
	_ desktop.Cursorable = (*Crop)(nil)
)

// NewCrop makes one with a frame to begin with; told is called with a sentence
// about where the keyboard is, for a line beside it.
func NewCrop(img image.Image, f Frame, told func(string)) *Crop {
	c := &Crop{img: canvas.NewImageFromImage(img), frame: f, held: noCorner, told: told}
	c.img.FillMode, c.img.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleSmooth
	b := img.Bounds()
	c.ratio = float32(max(1, b.Dx())) / float32(max(1, b.Dy()))
	for i := range c.dark {
		c.dark[i], c.handle[i] = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	}
	c.edge, c.inner, c.ring = canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	c.ExtendBaseWidget(c)
	return c
}

// Frame is the part that is kept.
func (c *Crop) Frame() Frame { return c.frame }

// SetFrame changes it.
func (c *Crop) SetFrame(f Frame) {
	c.frame = f
	c.Refresh()
}

// words say which corner the keyboard moves.
func (c *Crop) words() string {
	return i18n.T([...]string{"crop.topLeft", "crop.topRight", "crop.bottomRight", "crop.bottomLeft", "crop.whole"}[c.at], nil)
}

func (c *Crop) tell() {
	if c.told != nil {
		c.told(c.words())
	}
}

// room is where the image lies within the widget.
func (c *Crop) room() (x, y, w, h float32) {
	size := c.Size()
	pad := px(grip)
	w, h = fyne.Max(1, size.Width-2*pad), fyne.Max(1, size.Height-2*pad)
	if w/h > c.ratio {
		w = h * c.ratio
	} else {
		h = w / c.ratio
	}
	return (size.Width - w) / 2, (size.Height - h) / 2, w, h
}

// point is where a corner lies within the widget.
func (c *Crop) point(k corner) fyne.Position {
	x, y, w, h := c.room()
	fx, fy := c.frame.Left, c.frame.Top
	if k == topRight || k == bottomRight {
		fx = c.frame.Right
	}
	if k == bottomLeft || k == bottomRight {
		fy = c.frame.Bottom
	}
	return fyne.NewPos(x+fx*w, y+fy*h)
}

// move moves a corner, or the whole frame, by parts of the image.
func (c *Crop) move(k corner, dx, dy float32) {
	f := c.frame
	in := func(v, least, most float32) float32 { return fyne.Min(most, fyne.Max(least, v)) }
	if k == wholeFrame {
		dx = in(dx, -f.Left, 1-f.Right)
		dy = in(dy, -f.Top, 1-f.Bottom)
		c.SetFrame(Frame{f.Left + dx, f.Top + dy, f.Right + dx, f.Bottom + dy})
		return
	}
	if k == topLeft || k == bottomLeft {
		f.Left = in(f.Left+dx, 0, f.Right-leastFrame)
	} else {
		f.Right = in(f.Right+dx, f.Left+leastFrame, 1)
	}
	if k == topLeft || k == topRight {
		f.Top = in(f.Top+dy, 0, f.Bottom-leastFrame)
	} else {
		f.Bottom = in(f.Bottom+dy, f.Top+leastFrame, 1)
	}
	c.SetFrame(f)
}

// nearest is what a hand at a place takes hold of.
func (c *Crop) nearest(p fyne.Position) corner {
	best, least := noCorner, px(reach)
	for k := topLeft; k <= bottomLeft; k++ {
		d := c.point(k).Subtract(p)
		if far := fyne.Max(fyne.Max(d.X, -d.X), fyne.Max(d.Y, -d.Y)); far < least {
			best, least = k, far
		}
	}
	a, b := c.point(topLeft), c.point(bottomRight)
	if best == noCorner && p.X > a.X && p.X < b.X && p.Y > a.Y && p.Y < b.Y {
		return wholeFrame
	}
	return best
}

// Dragged moves what the hand took hold of.
func (c *Crop) Dragged(e *fyne.DragEvent) {
	stir()
	if c.held == noCorner {
		if c.held = c.nearest(e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY)); c.held == noCorner {
			return
		}
		c.at, c.byMouse = c.held, true
	}
	_, _, w, h := c.room()
	c.move(c.held, e.Dragged.DX/w, e.Dragged.DY/h)
}

// DragEnd lets go.
func (c *Crop) DragEnd() { c.held = noCorner }

// Tapped takes the keyboard here, to the corner pressed.
func (c *Crop) Tapped(e *fyne.PointEvent) {
	stir()
	if k := c.nearest(e.Position); k != noCorner {
		c.at = k
	}
	c.byMouse = true
	FocusOn(c)
	c.byMouse = true
	c.Refresh()
	c.tell()
}

// MouseIn, MouseMoved and MouseOut tell that somebody is there.
func (c *Crop) MouseIn(*desktop.MouseEvent) { stir() }

// MouseMoved tells that somebody is there.
func (c *Crop) MouseMoved(*desktop.MouseEvent) { stir() }

// MouseOut has nothing to end.
func (c *Crop) MouseOut() {}

// Cursor is a cross.
func (c *Crop) Cursor() desktop.Cursor { return desktop.CrosshairCursor }

// FocusGained shows the corner that the arrows move.
func (c *Crop) FocusGained() {
	focusArrived(nil)
	c.focused = true
	c.Refresh()
	reveal(c)
	c.tell()
}

// FocusLost takes it away.
func (c *Crop) FocusLost() {
	c.focused, c.byMouse = false, false
	c.Refresh()
}

// TypedRune is not used.
func (c *Crop) TypedRune(rune) { stir() }

// TypedKey moves the corner, or goes on to the next.
func (c *Crop) TypedKey(e *fyne.KeyEvent) {
	stir()
	c.byMouse = false
	switch e.Name {
	case fyne.KeyLeft:
		c.move(c.at, -frameStep, 0)
	case fyne.KeyRight:
		c.move(c.at, frameStep, 0)
	case fyne.KeyUp:
		c.move(c.at, 0, -frameStep)
	case fyne.KeyDown:
		c.move(c.at, 0, frameStep)
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.at = (c.at + 1) % (wholeFrame + 1)
		c.Refresh()
		c.tell()
	default:
		passedOn(c, e)
	}
}

// AccessibilityLabel is where the keyboard is.
func (c *Crop) AccessibilityLabel() string { return c.words() }

// AccessibilityRole is that of a container.
func (c *Crop) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// HeightFor leaves the rest of a small window to the words and buttons.
func (c *Crop) HeightFor(width float32) float32 {
	return fyne.Min(px(260), width/c.ratio) + 2*px(grip)
}

// CreateRenderer draws the image, what is left out in the dark, and the frame.
func (c *Crop) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{c.img}
	for _, d := range c.dark {
		objects = append(objects, d)
	}
	objects = append(objects, c.inner, c.edge)
	for _, h := range c.handle {
		objects = append(objects, h)
	}
	objects = append(objects, c.ring)
	return newDrawn(c, c.style, c.place, func() fyne.Size { return fyne.NewSize(px(160), px(160)) }, objects...)
}

func (c *Crop) style() {
	for _, d := range c.dark {
		paint(d, look.Scrim, 0)
	}
	paint(c.edge, "", 0)
	paint(c.inner, "", 0)
	// Two lines, light and dark: one of them is seen on any picture.
	stroke(c.edge, look.OnPrimary, px(4))
	stroke(c.inner, look.Primary, px(2))
	for _, h := range c.handle {
		paint(h, look.Primary, 4)
		stroke(h, look.OnPrimary, px(2))
	}
	paint(c.ring, "", 6)
	stroke(c.ring, look.Focus, look.RingWidth)
	show(c.ring, c.focused && !c.byMouse)
}

func (c *Crop) place(fyne.Size) {
	x, y, w, h := c.room()
	put(c.img, x, y, w, h)
	a, b := c.point(topLeft), c.point(bottomRight)
	put(c.dark[0], x, y, w, a.Y-y)
	put(c.dark[1], x, b.Y, w, y+h-b.Y)
	put(c.dark[2], x, a.Y, a.X-x, b.Y-a.Y)
	put(c.dark[3], b.X, a.Y, x+w-b.X, b.Y-a.Y)
	put(c.edge, a.X, a.Y, b.X-a.X, b.Y-a.Y)
	put(c.inner, a.X, a.Y, b.X-a.X, b.Y-a.Y)
	side := px(grip)
	for k := topLeft; k <= bottomLeft; k++ {
		p := c.point(k)
		put(c.handle[k], p.X-side/2, p.Y-side/2, side, side)
	}
	if c.at == wholeFrame {
		placeRing(c.ring, a.X, a.Y, b.X-a.X, b.Y-a.Y, true)
	} else {
		p := c.point(c.at)
		placeRing(c.ring, p.X-side/2, p.Y-side/2, side, side, true)
	}
}
