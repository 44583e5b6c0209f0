package pages

import (
	"context"
	"errors"
	"image"
	"math"
	"strconv"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfium_errors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"

	"parvis/desktop/photos"
	"parvis/shared/portal"
)

// Why a document, or a page of it, cannot be shown.
const (
	CodeType        portal.Code = "document_type"        // neither PDF nor JPEG nor PNG
	CodeLarge       portal.Code = "document_large"       // more than Args["max"] MB
	CodeDamaged     portal.Code = "document_damaged"     // its bytes end early or make no sense
	CodeLocked      portal.Code = "document_locked"      // it wants a password
	CodeMany        portal.Code = "document_many"        // more than Args["max"] pages
	CodeSlow        portal.Code = "document_slow"        // opening it takes too long
	CodeUnavailable portal.Code = "document_unavailable" // this computer cannot show PDF now
	CodePage        portal.Code = "page_damaged"         // this page cannot be drawn
	CodePageShape   portal.Code = "page_shape"           // it is a hundred times longer than wide, or has no size
	CodePageSlow    portal.Code = "page_slow"            // drawing it takes too long
)

const (
	// MaxPages is the number of pages from which a document is not opened.
	MaxPages = 1000
	// maxBytes is well over what a town hall takes.
	maxBytes = 32 << 20
	// maxPixels and maxSide bound the image of a page: 24 MB, and a side that
	// every graphics card can show.
	maxPixels = 6_000_000
	maxSide   = 4096
	// maxShape is how many times longer than wide a page may be, or the other
	// way round: a till receipt is 30 times.
	maxShape = 50
)

type size struct{ w, h float32 }

// Document is an open document. Its methods may be called from any goroutine;
// one call at a time is served.
type Document struct {
	opener *Opener
	sizes  []size
	data   []byte // of a PDF, to open it again after a call was ended

	picture *image.RGBA // the one page of a JPEG or PNG

	turn     chan struct{} // who holds it may use what follows
	instance pdfium.Pdfium
	ref      references.FPDF_DOCUMENT
	slow     map[int]bool // pages that are not tried again
	closed   bool
}

// Open opens a document by what its bytes are.
func (o *Opener) Open(ctx context.Context, data []byte) (*Document, error) {
	if len(data) > maxBytes {
		return nil, portal.E(CodeLarge, "", "max", strconv.Itoa(maxBytes>>20))
	}
	d := &Document{opener: o, turn: make(chan struct{}, 1), slow: map[int]bool{}}
	switch photos.KindOf(data) {
	case photos.JPEG, photos.PNG, photos.HEIC:
		p, err := photos.Open(data)
		if err != nil {
			return nil, err
		}
		d.picture = p.Show(0, photos.Whole, pictureRoom(p.Size()))
		d.sizes = []size{{float32(d.picture.Rect.Dx()), float32(d.picture.Rect.Dy())}}
	case photos.PDF:
		d.data = data
		if err := d.open(ctx, true); err != nil {
			return nil, err
		}
	default:
		return nil, portal.E(CodeType, "")
	}
	return d, nil
}

// pictureRoom is how much of a picture's pixels are kept.
func pictureRoom(s image.Point) image.Point {
	scale := scaleWithin(float64(s.X), float64(s.Y))
	return image.Pt(max(1, int(float64(s.X)*scale)), max(1, int(float64(s.Y)*scale)))
}

// scaleWithin is what brings a size under the bounds of an image, at most 1.
func scaleWithin(w, h float64) float64 {
	return min(1, maxSide/w, maxSide/h, math.Sqrt(maxPixels/(w*h)))
}

// Pages is how many there are.
func (d *Document) Pages() int { return len(d.sizes) }

// Size is the width and height of a page, counted from 0, in a unit of the
// document's own. A page of no sensible size has that of an A4 sheet, on which
// its mistake is told.
func (d *Document) Size(page int) (w, h float32) {
	if s := d.sizes[page]; sensible(s) {
		return s.w, s.h
	}
	return 595, 842
}

func sensible(s size) bool {
	// Written so that what is not a number is not sensible either.
	return s.w > 0 && s.h > 0 && s.w/s.h <= maxShape && s.h/s.w <= maxShape && s.w < 1e7 && s.h < 1e7
}

// Close lets go of what the document holds.
func (d *Document) Close() {
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	d.closed, d.picture = true, nil
	d.letGo()
}

func (d *Document) letGo() {
	if d.instance != nil {
		_ = d.instance.Close()
		d.instance = nil
	}
}

// Render draws a page, counted from 0, turned by quarters clockwise, so that
// it is then so many pixels wide; less where that would be too large an image.
// A picture is never made larger than it is. When ctx ends it returns at once.
func (d *Document) Render(ctx context.Context, page, width, quarters int) (img *image.RGBA, err error) {
	if width <= 0 {
		return nil, portal.E(CodePage, "")
	}
	err = d.on(ctx, page, func() error {
		size := imageSize(d.sizes[page], width, quarters)
		if d.picture != nil {
			img = photos.Shrink(d.picture, size)
			return nil
		}
		return d.within(ctx, page, func(p pdfium.Pdfium) (err error) {
			img, err = draw(p, d.ref, page, size)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return photos.Turn(img, quarters), nil
}

// Text is what can be read on a page; nothing on a picture.
func (d *Document) Text(ctx context.Context, page int) (text string, err error) {
	err = d.on(ctx, page, func() error {
		if d.picture != nil {
			return nil
		}
		return d.within(ctx, page, func(p pdfium.Pdfium) (err error) {
			text, err = read(p, d.ref, page)
			return err
		})
	})
	return text, err
}

// on does something with a page when its turn has come.
func (d *Document) on(ctx context.Context, page int, do func() error) error {
	if page < 0 || page >= len(d.sizes) {
		return portal.E(CodePage, "")
	}
	if !sensible(d.sizes[page]) {
		return portal.E(CodePageShape, "")
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case d.turn <- struct{}{}:
	}
	defer func() { <-d.turn }()
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.closed {
		return portal.E(CodePage, "")
	}
	return do()
}

// within does something with a page of a PDF, within its time.
func (d *Document) within(ctx context.Context, page int, f func(pdfium.Pdfium) error) error {
	if d.slow[page] {
		return portal.E(CodePageSlow, "")
	}
	if d.instance == nil {
		if err := d.open(ctx, false); err != nil {
			return err
		}
	}
	err := d.call(ctx, d.opener.drawTime, f)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errSlow):
		d.slow[page] = true
		return portal.E(CodePageSlow, "")
	default:
		// After an error within, nothing is known of the state it is in.
		d.letGo()
		return portal.E(CodePage, "")
	}
}

// imageSize is that of the image of a page lying as in its document, for the
// width it has once turned.
func imageSize(s size, width, quarters int) image.Point {
	w, h := float64(s.w), float64(s.h)
	scale := float64(width) / w
	if quarters%2 != 0 {
		scale = float64(width) / h
	}
	w, h = w*scale, h*scale
	cap := scaleWithin(w, h)
	return image.Pt(max(1, int(math.Round(w*cap))), max(1, int(math.Round(h*cap))))
}

var errSlow = errors.New("pages: it takes too long")

// call runs f on the document's instance. When ctx ends or the time is over
// the instance is ended, which ends the call; the next one opens it anew.
func (d *Document) call(ctx context.Context, limit time.Duration, f func(pdfium.Pdfium) error) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	done := make(chan error, 1)
	p := d.instance
	end := func() {
		_ = p.Kill()
		d.instance = nil
		<-done
	}
	go func() { done <- f(p) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		end()
		return ctx.Err()
	case <-timer.C:
		end()
		return errSlow
	}
}

// open gives the document an instance that has read it; first also reads the
// sizes of its pages.
func (d *Document) open(ctx context.Context, first bool) error {
	pool, err := d.opener.engine(ctx)
	if err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, d.opener.openTime)
	defer cancel()
	p, err := pool.GetInstanceWithContext(wait)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return portal.E(CodeUnavailable, "")
	}
	d.instance = p
	err = d.call(ctx, d.opener.openTime, func(p pdfium.Pdfium) error {
		var err error
		if d.ref, err = load(p, d.data); err == nil && first {
			d.sizes, err = sizes(p, d.ref)
		}
		return err
	})
	if err == nil {
		return nil
	}
	d.letGo()
	var told *portal.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &told):
		return told
	case errors.Is(err, errSlow):
		return portal.E(CodeSlow, "")
	case errors.Is(err, pdfium_errors.ErrPassword), errors.Is(err, pdfium_errors.ErrSecurity):
		return portal.E(CodeLocked, "")
	default:
		return portal.E(CodeDamaged, "")
	}
}
