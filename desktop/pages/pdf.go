package pages

import (
	"errors"
	"image"
	"strconv"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"parvis/shared/portal"
)

func load(p pdfium.Pdfium, data []byte) (references.FPDF_DOCUMENT, error) {
	doc, err := p.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return "", err
	}
	return doc.Document, nil
}

func sizes(p pdfium.Pdfium, doc references.FPDF_DOCUMENT) ([]size, error) {
	count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return nil, err
	}
	switch n := count.PageCount; {
	case n <= 0:
		return nil, portal.E(CodeDamaged, "")
	case n > MaxPages:
		return nil, portal.E(CodeMany, "", "max", strconv.Itoa(MaxPages))
	}
	all := make([]size, count.PageCount)
	for i := range all {
		// A page that has no size is told where it would be shown.
		if s, err := p.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: doc, Index: i}); err == nil {
			all[i] = size{s.Size.Width, s.Size.Height}
		}
	}
	return all, nil
}

// draw draws a page on white, with its notes and filled fields.
func draw(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, page int, size image.Point) (*image.RGBA, error) {
	loaded, err := p.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: doc, Index: page})
	if err != nil {
		return nil, err
	}
	defer p.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	bitmap, err := p.FPDFBitmap_Create(&requests.FPDFBitmap_Create{Width: size.X, Height: size.Y})
	if err != nil {
		return nil, err
	}
	defer p.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: bitmap.Bitmap})
	if _, err := p.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{Bitmap: bitmap.Bitmap, Width: size.X, Height: size.Y, Color: 0xffffffff}); err != nil {
		return nil, err
	}
	if _, err := p.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{
		Bitmap: bitmap.Bitmap, Page: requests.Page{ByReference: &loaded.Page}, SizeX: size.X, SizeY: size.Y,
		Flags: enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_REVERSE_BYTE_ORDER | enums.FPDF_RENDER_FLAG_RENDER_LIMITEDIMAGECACHE,
	}); err != nil {
		return nil, err
	}
	buffer, err := p.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: bitmap.Bitmap})
	if err != nil {
		return nil, err
	}
	img := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
	if len(buffer.Buffer) != len(img.Pix) {
		return nil, errors.New("pages: the image is not of the size asked for")
	}
	copy(img.Pix, buffer.Buffer)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255 // the fourth byte is not used by a bitmap without alpha
	}
	return img, nil
}

func read(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, page int) (string, error) {
	text, err := p.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: page}}})
	if err != nil {
		return "", err
	}
	return text.Text, nil
}
