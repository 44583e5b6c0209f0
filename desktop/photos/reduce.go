package photos

import (
	"image"
	"image/color"
	"image/draw"
)

// reduce draws a part of src into dst, which is no larger, each pixel the mean
// of the area it stands for. It reads the source in bands: the general scalers
// keep the whole of it in floating point, 150 MB for a photo of 12 megapixels.
func reduce(dst *image.RGBA, src image.Image, part image.Rectangle) {
	const bandRows = 16
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	band := image.NewRGBA(image.Rect(0, 0, part.Dx(), bandRows))
	across, down := shares(part.Dx(), w), shares(part.Dy(), h)
	row, sum := make([]float32, 3*w), make([]float32, 3*w)
	next := 0 // the row of dst that is being summed
	for y := range part.Dy() {
		if y%bandRows == 0 {
			draw.Draw(band, band.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
			draw.Draw(band, band.Rect, src, image.Pt(part.Min.X, part.Min.Y+y), draw.Over)
		}
		squeeze(row, band.Pix[(y%bandRows)*band.Stride:], across)
		s := down[y]
		for i, v := range row {
			sum[i] += v * s.first
		}
		if !s.ends {
			continue
		}
		out := dst.Pix[next*dst.Stride:]
		for x := range w {
			out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = byte(sum[3*x]+0.5), byte(sum[3*x+1]+0.5), byte(sum[3*x+2]+0.5), 255
		}
		next++
		for i, v := range row {
			sum[i] = v * s.second
		}
	}
}

// share is how much a pixel gives to the place being filled, whether it is the
// last to do so, and how much it gives to the next.
type share struct {
	first, second float32
	ends          bool
}

// shares spreads n pixels evenly over m places, m no more than n.
func shares(n, m int) []share {
	all := make([]share, n)
	whole := float32(m) / float32(n)
	place := 0
	for i := range all {
		// In units of 1/(n·m) a pixel reaches from i·m to (i+1)·m, and a place
		// from place·n to (place+1)·n.
		end := (place + 1) * n
		all[i] = share{first: whole}
		if over := (i+1)*m - end; over >= 0 {
			all[i] = share{first: float32(m-over) / float32(n), second: float32(over) / float32(n), ends: true}
			place++
		}
	}
	return all
}

func squeeze(row []float32, pix []byte, across []share) {
	var r, g, b float32
	x := 0
	for i, s := range across {
		pr, pg, pb := float32(pix[4*i]), float32(pix[4*i+1]), float32(pix[4*i+2])
		r, g, b = r+pr*s.first, g+pg*s.first, b+pb*s.first
		if s.ends {
			row[x], row[x+1], row[x+2] = r, g, b
			x += 3
			r, g, b = pr*s.second, pg*s.second, pb*s.second
		}
	}
}
