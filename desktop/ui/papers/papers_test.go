package papers

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/pages"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/documents"
	"parvis/shared/portal"
)

const letter portal.ID = "0190b000-0000-7000-8000-0000000000e1"

// certificate is a PDF of so many pages, as an insurer writes one.
func certificate(t testing.TB, n int) []byte {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	latin := pdf.UnicodeTranslatorFromDescriptor("")
	for i := range n {
		pdf.AddPage()
		pdf.SetFont("Helvetica", "B", 18)
		pdf.Cell(0, 12, latin("Attestation d'assurance scolaire"))
		pdf.Ln(16)
		pdf.SetFont("Helvetica", "", 12)
		for range 12 {
			pdf.MultiCell(0, 7, latin("Nous attestons que Noé Martel, né le 4 mai 2019, est garanti pour la responsabilité civile et pour les dommages qu'il pourrait subir, à l'école comme pendant les accueils."), "", "", false)
			pdf.Ln(3)
		}
		pdf.Text(170, 285, fmt.Sprintf("%d / %d", i+1, n))
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// photograph is a letter as a telephone takes it: paper on a table, lines of
// ink on it.
func photograph(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 600, 800))
	fill := func(x1, y1, x2, y2 int, c color.Color) {
		draw.Draw(img, image.Rect(x1, y1, x2, y2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, 600, 800, color.RGBA{0x8a, 0x6f, 0x55, 0xff})
	fill(60, 50, 540, 750, color.RGBA{0xf4, 0xf2, 0xec, 0xff})
	for y := 120; y < 700; y += 36 {
		fill(100, y, 480-(y%5)*20, y+8, color.RGBA{0x33, 0x33, 0x3a, 0xff})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// shelf keeps one file, or says why it does not give it.
type shelf struct {
	data []byte
	err  error
	line bool
	tell []func()
}

func (s *shelf) OpenDocument(context.Context, portal.ID) ([]byte, string, error) {
	return s.data, documents.PDF, s.err
}
func (s *shelf) HasLine() bool { return s.line }
func (s *shelf) OnStatus(f func()) func() {
	s.tell = append(s.tell, f)
	return func() {}
}

// table is a window with a paper under a head.
type table struct {
	*Paper
	w      fyne.Window
	queue  *task.Queue
	runner *task.Runner
}

func lay(t testing.TB, opener *pages.Opener, s *shelf, size fyne.Size) *table {
	t.Helper()
	o := &table{w: test.NewWindow(nil)}
	o.w.SetPadded(false)
	t.Cleanup(o.w.Close)
	c := screentest.Family().Context(o.w)
	o.runner, o.queue = task.NewQueued(func(err error) { t.Error(err) })
	c.Scope, c.Documents = o.runner.Scope(), opener
	t.Cleanup(c.Leave)
	o.Paper = New(c, s)
	head := kit.Column(0, kit.Section("Attestation d'assurance"), kit.Muted("Pour Noé · assurance.pdf"))
	o.w.SetContent(o.Under(head))
	o.w.Resize(size)
	o.Read(letter)
	o.settle()
	return o
}

func (o *table) settle() {
	for range 3 {
		o.queue.Settle(o.runner)
		kittest.Settle(o.w)
	}
}

// A real PDF is opened and its pages counted; what there is no line for says so,
// and opens by itself when the line is back; a file with a virus is not offered
// again.
func TestAPaperIsShownOrToldWhyNot(t *testing.T) {
	kittest.Light(t)
	opener := pagestest.Opener(t)
	s := &shelf{data: certificate(t, 3), line: true}
	o := lay(t, opener, s, kittest.Small)
	kittest.WantShown(t, o.w, "Page 1 sur 3", "Pour Noé")
	kittest.Key(o.w, fyne.KeyEnd)
	o.settle()
	kittest.WantShown(t, o.w, "Page 3 sur 3")

	s = &shelf{err: &portal.Error{Code: portal.NotReachable}}
	o = lay(t, opener, s, kittest.Small)
	kittest.WantShown(t, o.w, "Le document ne peut pas être affiché", "Il n'est pas gardé sur cet ordinateur", "Réessayer")
	s.err, s.data, s.line = nil, certificate(t, 1), true
	for _, f := range s.tell {
		f()
	}
	o.settle()
	kittest.WantShown(t, o.w, "Page 1 sur 1")
	kittest.WantHidden(t, o.w, "Réessayer")

	o = lay(t, opener, &shelf{err: &portal.Error{Code: documents.NotClean}, line: true}, kittest.Small)
	kittest.WantShown(t, o.w, "Le document ne peut pas être affiché")
	kittest.WantHidden(t, o.w, "Réessayer")
}

// What is shown of a file, and what is said in its place, fits.
func TestAPaperFits(t *testing.T) {
	one, three, photo := certificate(t, 1), certificate(t, 3), photograph(t)
	for name, c := range map[string]struct {
		s    shelf
		then func(o *table)
	}{
		"one page":                   {s: shelf{data: one, line: true}},
		"several pages":              {s: shelf{data: three, line: true}, then: func(o *table) { o.Viewer.GoTo(2) }},
		"a whole page":               {s: shelf{data: three, line: true}, then: func(o *table) { o.Viewer.FitPage() }},
		"a photograph, turned":       {s: shelf{data: photo, line: true}, then: func(o *table) { o.Viewer.Turn() }},
		"off line and not kept":      {s: shelf{err: &portal.Error{Code: portal.NotReachable}}},
		"a virus":                    {s: shelf{err: &portal.Error{Code: documents.NotClean}, line: true}},
		"nothing that can be opened": {s: shelf{data: []byte("%PDF-1.4 nothing"), line: true}},
	} {
		t.Run(name, func(t *testing.T) {
			opener := pagestest.Opener(t)
			var before *table
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				if before != nil {
					before.Close() // only so many are open at once
				}
				s := c.s
				o := lay(t, opener, &s, kittest.Small)
				before = o
				if c.then != nil {
					c.then(o)
					o.settle()
				}
				return kittest.Under(o.w)
			})
		})
	}
}

var _ Store = (*shelf)(nil)
