package photos

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strconv"
	"sync"

	"parvis/shared/portal"
)

const (
	// MaxPixels is the size of the largest picture that is opened, the same
	// that the town hall takes.
	MaxPixels = 40_000_000
	// maxWeight bounds what decoding may take: a picture of few bytes can ask
	// for eight bytes a pixel, a progressive JPEG for its coefficients besides.
	maxWeight = 320 << 20
)

// decoding lets one picture be decoded at a time, so that the memory this
// takes is bounded for the whole program.
var decoding sync.Mutex

// Picture is a picture that was opened: how it lies in its file is undone.
type Picture struct {
	raw    image.Image
	orient orientation
}

// Open decodes a JPEG or PNG after looking at its size. Where the camera says
// how the picture is to be turned, it is; nothing else of what a camera writes
// down survives.
func Open(data []byte) (*Picture, error) {
	kind := KindOf(data)
	switch kind {
	case JPEG, PNG:
	case HEIC:
		return nil, portal.E(CodeHEIC, "")
	default:
		return nil, portal.E(CodeType, "")
	}
	head := readHeader(data)
	cfg, err := config(kind, data)
	if err != nil || cfg.Width <= 0 || cfg.Height <= 0 {
		return nil, portal.E(CodeDamaged, "")
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	if pixels > MaxPixels || pixels*weight(cfg.ColorModel, head) > maxWeight {
		return nil, portal.E(CodeLarge, "", "max", strconv.Itoa(MaxPixels/1_000_000))
	}
	decoding.Lock()
	defer decoding.Unlock()
	var img image.Image
	if kind == JPEG {
		img, err = jpeg.Decode(bytes.NewReader(data))
	} else {
		img, err = png.Decode(bytes.NewReader(data))
	}
	if err != nil {
		return nil, portal.E(CodeDamaged, "")
	}
	return &Picture{raw: img, orient: head.orientation}, nil
}

func config(kind Kind, data []byte) (image.Config, error) {
	if kind == JPEG {
		return jpeg.DecodeConfig(bytes.NewReader(data))
	}
	return png.DecodeConfig(bytes.NewReader(data))
}

// weight is about how many bytes a pixel takes while it is decoded.
func weight(m color.Model, h header) int64 {
	var w int64
	switch m {
	case color.GrayModel:
		w = 1
	case color.YCbCrModel:
		w = 3
	case color.RGBA64Model, color.NRGBA64Model:
		w = 8
	default:
		w = 4
	}
	if h.progressive {
		// Coefficients of four bytes each are kept for all samples.
		w *= 4
	}
	return w
}

// Size is that of the picture as it is shown, before any crop or turn.
func (p *Picture) Size() image.Point { return swapped(p.raw.Bounds().Size(), p.orient.quarters) }

func swapped(s image.Point, quarters int) image.Point {
	if quarters%2 != 0 {
		return image.Pt(s.Y, s.X)
	}
	return s
}

// Show is the picture turned by quarters clockwise, cut to an area of what is
// then seen, and made small enough for a size; it is never made larger. What is
// transparent is white.
func (p *Picture) Show(quarters int, area Area, most image.Point) *image.RGBA {
	o := p.orient.turned(quarters)
	// Cut and made small while it lies as in the file, turned last: only few
	// pixels have to be moved.
	lies := area.normal().undo(o)
	b := p.raw.Bounds()
	cut := image.Rect(
		b.Min.X+int(math.Round(lies.X0*float64(b.Dx()))), b.Min.Y+int(math.Round(lies.Y0*float64(b.Dy()))),
		b.Min.X+int(math.Round(lies.X1*float64(b.Dx()))), b.Min.Y+int(math.Round(lies.Y1*float64(b.Dy()))))
	cut = atLeastAPixel(cut, b)
	room := swapped(most, o.quarters)
	scale := min(1, float64(room.X)/float64(cut.Dx()), float64(room.Y)/float64(cut.Dy()))
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(math.Round(float64(cut.Dx())*scale))), max(1, int(math.Round(float64(cut.Dy())*scale)))))
	reduce(small, p.raw, cut)
	return orient(small, o)
}

func atLeastAPixel(r, within image.Rectangle) image.Rectangle {
	if r.Max.X <= r.Min.X {
		r.Min.X = min(r.Min.X, within.Max.X-1)
		r.Max.X = r.Min.X + 1
	}
	if r.Max.Y <= r.Min.Y {
		r.Min.Y = min(r.Min.Y, within.Max.Y-1)
		r.Max.Y = r.Min.Y + 1
	}
	return r.Intersect(within)
}

// Turn turns an image by quarters clockwise.
func Turn(img *image.RGBA, quarters int) *image.RGBA {
	return orient(img, orientation{}.turned(quarters))
}

func orient(src *image.RGBA, o orientation) *image.RGBA {
	if o == (orientation{}) {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := swapped(image.Pt(w, h), o.quarters)
	dst := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
	// Where the pixel (x, y) of the source goes: start + x·across + y·down.
	start, across, down := 0, 4, dst.Stride
	switch o.quarters {
	case 1:
		start, across, down = 4*(h-1), dst.Stride, -4
	case 2:
		start, across, down = dst.Stride*(h-1)+4*(w-1), -4, -dst.Stride
	case 3:
		start, across, down = dst.Stride*(w-1), -dst.Stride, 4
	}
	if o.mirrored {
		start += across * (w - 1)
		across = -across
	}
	for y := range h {
		from := src.Pix[y*src.Stride : y*src.Stride+4*w]
		to := start + y*down
		for x := 0; x < len(from); x += 4 {
			copy(dst.Pix[to:to+4], from[x:x+4])
			to += across
		}
	}
	return dst
}

// Shrink is an image made small enough for a size; what is small enough is
// given back as it is.
func Shrink(img *image.RGBA, most image.Point) *image.RGBA {
	if img.Rect.Dx() <= most.X && img.Rect.Dy() <= most.Y {
		return img
	}
	return (&Picture{raw: img}).Show(0, Whole, most)
}
