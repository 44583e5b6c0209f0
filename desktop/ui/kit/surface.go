package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// surface is the fill and the edge of a card. A rectangle with round corners
// costs about twice a plain one for each of its pixels, and where no graphics
// card paints them a card over half of the window is the better part of a
// frame. So a large one is put together of a band with the upper corners, one
// with the lower ones, and a plain middle between two lines.
type surface struct {
	upper, lower, left, right *canvas.Rectangle
	middle                    *plain
	radius, edge              float32
}

func newSurface() *surface {
	return &surface{canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil), newPlain(), 0, 0}
}

// objects are its parts, in the order in which they are drawn.
func (s *surface) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.upper, s.lower, s.middle.area, s.left, s.right}
}

// style gives it its fill and its edge, both of which must be opaque.
func (s *surface) style(fill, edge fyne.ThemeColorName, width float32) {
	s.radius, s.edge = px(look.CardRadius), width
	for _, band := range []*canvas.Rectangle{s.upper, s.lower} {
		band.FillColor = roleColor(fill)
		stroke(band, edge, width)
	}
	s.middle.paint(fill)
	s.left.FillColor, s.right.FillColor = roleColor(edge), roleColor(edge)
}

// placed puts it under something of a size.
func (s *surface) placed(size fyne.Size) {
	// The middle hides the bands' inner edges, so they end below and begin above
	// its own ends; it is on whole units, for between two an edge would be faint.
	r := whole(s.radius)
	inner := float32(int(size.Height - r))
	large := inner > 3*r
	show(s.lower, large)
	show(s.middle.area, large)
	show(s.left, large && s.edge > 0)
	show(s.right, large && s.edge > 0)
	if !large {
		s.upper.CornerRadius = s.radius
		s.upper.TopLeftCornerRadius, s.upper.TopRightCornerRadius = 0, 0
		put(s.upper, 0, 0, size.Width, size.Height)
		return
	}
	s.upper.CornerRadius, s.lower.CornerRadius = 0, 0
	s.upper.TopLeftCornerRadius, s.upper.TopRightCornerRadius = s.radius, s.radius
	s.lower.BottomLeftCornerRadius, s.lower.BottomRightCornerRadius = s.radius, s.radius
	put(s.upper, 0, 0, size.Width, 2*r)
	put(s.lower, 0, inner-r, size.Width, size.Height-inner+r)
	put(s.middle.area, s.edge, r, fyne.Max(0, size.Width-2*s.edge), inner-r)
	put(s.left, 0, r, s.edge, inner-r)
	put(s.right, size.Width-s.edge, r, s.edge, inner-r)
}
