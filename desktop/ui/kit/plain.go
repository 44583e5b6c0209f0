package kit

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// plain is an area in one opaque colour, for the few that cover a large part of
// the window. Where no graphics card paints, the pixel of a stretched picture
// costs less than half of a rectangle's.
type plain struct {
	area   *canvas.Raster
	colour color.Color
}

func newPlain() *plain {
	p := &plain{colour: color.Transparent}
	p.area = canvas.NewRaster(func(int, int) image.Image {
		one := image.NewRGBA(image.Rect(0, 0, 1, 1))
		one.Set(0, 0, p.colour)
		return one
	})
	p.area.ScaleMode = canvas.ImageScalePixels
	return p
}

// paint gives it the colour of a role.
func (p *plain) paint(role fyne.ThemeColorName) {
	if now := look.Color(role); now != p.colour {
		p.colour = now
		p.area.Refresh()
	}
}
