package photos

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/jpeg"
	"strconv"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"parvis/desktop/print"
	"parvis/shared/portal"
)

const (
	// MaxPhotos is how many pictures go into one PDF.
	MaxPhotos = 40
	// MaxBytes is how much a file may weigh at the town hall's.
	MaxBytes = 10 << 20

	// previewSide is the longer side of what is kept in memory of a picture
	// for the screen.
	previewSide = 1000
	// margin is left white around a picture, in millimetres: printers cannot
	// print up to the edge.
	margin = 5.0
)

// levels are the resolutions (of an A4 sheet) and qualities that are tried, the
// best first, until the file is light enough.
var levels = []struct{ dpi, quality int }{{200, 82}, {150, 75}, {120, 65}, {96, 50}}

// Source is a picture as it was chosen. It does not change.
type Source struct {
	Name    string
	Size    image.Point // as it is seen
	Preview *image.RGBA
	data    []byte
}

// NewSource opens a picture once, to judge it and to show it.
func NewSource(name string, data []byte) (*Source, error) {
	p, err := Open(data)
	if err != nil {
		return nil, err
	}
	return &Source{Name: name, Size: p.Size(), Preview: p.Show(0, Whole, image.Pt(previewSide, previewSide)), data: data}, nil
}

// Photo is a picture with what a person wants done to it.
type Photo struct {
	*Source
	Quarters int  // turned clockwise
	Area     Area // what is kept, of the picture as turned; the zero Area is all
}

// Turned is the photo turned on, what is kept of it turning along.
func (p Photo) Turned(quarters int) Photo {
	p.Quarters = (((p.Quarters + quarters) % 4) + 4) % 4
	p.Area = p.Area.normal().Turn(quarters)
	return p
}

// Small is the photo as it will be seen, no larger than a size.
func (p Photo) Small(most image.Point) *image.RGBA {
	return (&Picture{raw: p.Preview}).Show(p.Quarters, p.Area, most)
}

// Kept is the size in pixels of what is kept of the photo.
func (p Photo) Kept() image.Point {
	s, a := swapped(p.Size, p.Quarters), p.Area.normal()
	return image.Pt(int(float64(s.X)*(a.X1-a.X0)), int(float64(s.Y)*(a.Y1-a.Y0)))
}

// sheetKey is all that a sheet depends on.
type sheetKey struct {
	source   *Source
	quarters int
	area     Area
	grey     bool
	level    int
}

// sheet is a picture as it goes into the PDF.
type sheet struct {
	jpeg []byte
	size image.Point
}

// Album binds photos into a PDF and remembers what it made of each, so that a
// change of one costs only that one. It may be used by several goroutines.
type Album struct {
	mu     sync.Mutex
	sheets map[sheetKey]sheet
}

// Wish is how an album is bound.
type Wish struct {
	Grey  bool
	Title string
	// Made is the time written into the file.
	Made time.Time
}

// Bind makes the PDF: a page A4 for each photo, lying or standing as the photo
// does. report, which may be nil, is told how far it is.
func (a *Album) Bind(ctx context.Context, photos []Photo, w Wish, report func(part float64)) ([]byte, error) {
	return a.bind(ctx, photos, w, report, MaxBytes)
}

func (a *Album) bind(ctx context.Context, photos []Photo, w Wish, report func(part float64), most int) ([]byte, error) {
	switch {
	case len(photos) == 0:
		return nil, portal.E(CodeNone, "")
	case len(photos) > MaxPhotos:
		return nil, portal.E(CodeMany, "", "max", strconv.Itoa(MaxPhotos))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for level := range levels {
		sheets, used := make([]sheet, len(photos)), map[sheetKey]sheet{}
		total := 0
		for i, p := range photos {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			key := sheetKey{p.Source, p.Quarters, p.Area.normal(), w.Grey, level}
			s, known := a.sheets[key]
			if !known {
				var err error
				if s, err = makeSheet(key); err != nil {
					return nil, err
				}
			}
			sheets[i], used[key] = s, s
			if total += len(s.jpeg); total > most {
				break
			}
			if report != nil {
				report(float64(i+1) / float64(len(photos)))
			}
		}
		// What an album no longer holds is forgotten; what is too heavy at this
		// level is not worth its memory either.
		a.sheets = used
		if total > most {
			continue
		}
		pdf, err := bindSheets(sheets, w)
		if err != nil {
			return nil, err
		}
		if len(pdf) <= most {
			return pdf, nil
		}
	}
	a.sheets = nil
	return nil, portal.E(CodeHeavy, "", "max", strconv.Itoa(most>>20))
}

// paper is the size of an A4 sheet in millimetres, lying where the photo does.
func paper(size image.Point) (w, h float64) {
	if size.X > size.Y {
		return 297, 210
	}
	return 210, 297
}

func makeSheet(k sheetKey) (sheet, error) {
	p, err := Open(k.source.data)
	if err != nil {
		return sheet{}, err
	}
	level := levels[k.level]
	w, h := paper(Photo{Source: k.source, Quarters: k.quarters, Area: k.area}.Kept())
	px := func(mm float64) int { return int((mm - 2*margin) / 25.4 * float64(level.dpi)) }
	shown := p.Show(k.quarters, k.area, image.Pt(px(w), px(h)))
	var img image.Image = shown
	if k.grey {
		grey := image.NewGray(shown.Rect)
		draw.Draw(grey, grey.Rect, shown, shown.Rect.Min, draw.Src)
		img = grey
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: level.quality}); err != nil {
		return sheet{}, err
	}
	return sheet{jpeg: out.Bytes(), size: shown.Rect.Size()}, nil
}

func bindSheets(sheets []sheet, w Wish) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	for i, s := range sheets {
		pw, ph := paper(s.size)
		if pw > ph {
			pdf.AddPageFormat("L", fpdf.SizeType{Wd: 210, Ht: 297})
		} else {
			pdf.AddPageFormat("P", fpdf.SizeType{Wd: 210, Ht: 297})
		}
		name, opts := strconv.Itoa(i), fpdf.ImageOptions{ImageType: "JPEG"}
		pdf.RegisterImageOptionsReader(name, opts, bytes.NewReader(s.jpeg))
		scale := min((pw-2*margin)/float64(s.size.X), (ph-2*margin)/float64(s.size.Y))
		iw, ih := scale*float64(s.size.X), scale*float64(s.size.Y)
		pdf.ImageOptions(name, (pw-iw)/2, (ph-ih)/2, iw, ih, false, opts, 0, "")
	}
	return print.Finish(pdf, w.Title, w.Made)
}
