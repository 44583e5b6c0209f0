package kittest

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/look"
)

// Readable is the least contrast of a text (WCAG 2.2, 1.4.3), and in high
// contrast (1.4.6).
const (
	Readable     = 4.5
	ReadableHigh = 7
)

// fill is a painted surface under what is drawn after it.
type fill struct {
	box    rectangle
	colour color.Color
}

// painter follows what is drawn, in order.
type painter struct {
	least float64
	fills []fill
	pale  []string
}

// Pale lists the texts whose contrast with what is painted under them is below
// least. What is typed into fields, and pictures, are not looked at.
func Pale(o fyne.CanvasObject, size fyne.Size, least float64) []string {
	p := &painter{least: least, fills: []fill{{rectangle{0, 0, size.Width, size.Height}, look.Color(look.Background)}}}
	whole := rectangle{0, 0, size.Width, size.Height}
	p.draw(o, fyne.NewPos(0, 0).Subtract(o.Position()), whole)
	return p.pale
}

func (p *painter) draw(o fyne.CanvasObject, at fyne.Position, seen rectangle) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	size := o.Size()
	box := rectangle{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
	switch v := o.(type) {
	case *canvas.Rectangle:
		p.paint(box.and(seen), v.FillColor)
	case *canvas.Raster:
		if one := v.Generator(2, 2); one.Bounds().Dx() == 1 { // of one colour, stretched
			p.paint(box.and(seen), one.At(0, 0))
		}
	case *canvas.Circle:
		p.paint(box.and(seen), v.FillColor)
	case *canvas.Text:
		p.text(v, box, seen)
	case *fyne.Container:
		for _, k := range v.Objects {
			p.draw(k, at, seen)
		}
	case *container.Scroll:
		p.draw(v.Content, at, seen.and(box))
	case fyne.Widget:
		if entryLike(v) {
			return
		}
		if _, clips := v.(*container.Clip); clips {
			seen = seen.and(box)
		}
		for _, k := range test.WidgetRenderer(v).Objects() {
			p.draw(k, at, seen)
		}
	}
}

func (p *painter) paint(box rectangle, c color.Color) {
	if c == nil || box.x2 <= box.x1 || box.y2 <= box.y1 {
		return
	}
	if _, _, _, a := c.RGBA(); a > 0 {
		p.fills = append(p.fills, fill{box, c})
	}
}

func (p *painter) text(v *canvas.Text, box, seen rectangle) {
	if strings.TrimSpace(v.Text) == "" {
		return
	}
	m := fyne.MeasureText(v.Text, v.TextSize, v.TextStyle)
	x, y := box.x1+m.Width/2, (box.y1+box.y2)/2
	switch v.Alignment {
	case fyne.TextAlignCenter:
		x = (box.x1 + box.x2) / 2
	case fyne.TextAlignTrailing:
		x = box.x2 - m.Width/2
	}
	if x < seen.x1 || x > seen.x2 || y < seen.y1 || y > seen.y2 {
		return
	}
	var under color.Color = color.Black
	for _, f := range p.fills {
		if x >= f.box.x1 && x <= f.box.x2 && y >= f.box.y1 && y <= f.box.y2 {
			under = over(f.colour, under)
		}
	}
	if got := contrast(over(v.Color, under), under); got < p.least {
		p.pale = append(p.pale, fmt.Sprintf("%q has a contrast of %.2f, needs %.1f", v.Text, got, p.least))
	}
}

// over is a colour laid over another.
func over(top, under color.Color) color.Color {
	r, g, b, a := top.RGBA()
	x, y, z, _ := under.RGBA()
	mix := func(t, u uint32) uint16 { return uint16(t + u*(0xffff-a)/0xffff) }
	return color.RGBA64{mix(r, x), mix(g, y), mix(b, z), 0xffff}
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
