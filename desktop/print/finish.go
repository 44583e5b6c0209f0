package print

import (
	"bytes"
	"errors"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Finish writes a PDF out. The same pages made at the same time give the same
// bytes, and there is nothing in them that a town hall refuses: the library
// announces embedded files in every catalogue, also where there are none.
func Finish(pdf *fpdf.Fpdf, title string, made time.Time) ([]byte, error) {
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetTitle(title, true)
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, err
	}
	data := out.Bytes()
	// The catalogue stands near the end, behind everything that could hold
	// these words by chance. Blanks keep what lies behind at its place.
	at := bytes.LastIndex(data, []byte("/Names <<\n/EmbeddedFiles <<"))
	if at < 0 {
		return nil, errors.New("print: the catalogue is not as it was")
	}
	end := bytes.Index(data[at:], []byte(">>\n>>"))
	if end < 0 {
		return nil, errors.New("print: the catalogue does not end")
	}
	for i := at; i < at+end+len(">>\n>>"); i++ {
		data[i] = ' '
	}
	return data, nil
}
