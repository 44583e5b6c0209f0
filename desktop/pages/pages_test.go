package pages_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"parvis/desktop/pages"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/photos"
	"parvis/shared/portal"
)

func TestMain(m *testing.M) {
	if pages.FillIfAsked() {
		return
	}
	os.Exit(m.Run())
}

var background = context.Background()

// sample is a PDF of n pages, red at the upper left of each.
func sample(t testing.TB, n int, protect bool) []byte {
	t.Helper()
	pdf := fpdf.New("P", "pt", "A4", "")
	if protect {
		pdf.SetProtection(0, "ouvrir", "tout")
	}
	for i := range n {
		pdf.AddPage()
		pdf.SetFillColor(255, 0, 0)
		pdf.Rect(0, 0, 100, 100, "F")
		pdf.SetFont("Helvetica", "", 20)
		pdf.Text(200, 400, fmt.Sprintf("Page %d", i+1))
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// raw is a PDF of hand-written objects, the first of them its catalogue.
func raw(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
}

// onePage is a PDF of one page with a media box, resources and a content.
func onePage(box, resources, content string, more ...string) []byte {
	return raw(append([]string{
		"<</Type /Catalog /Pages 2 0 R>>",
		"<</Type /Pages /Kids [3 0 R] /Count 1>>",
		fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [%s] /Resources <<%s>> /Contents 4 0 R>>", box, resources),
		stream("", content),
	}, more...)...)
}

// laughs is a page that calls a form that calls a form ten times, and so on.
func laughs() []byte {
	var forms []string
	const levels = 12
	for i := range levels {
		if i == levels-1 {
			forms = append(forms, stream("/Type /XObject /Subtype /Form /BBox [0 0 500 500]", "0 0 m 400 400 l S"))
			continue
		}
		forms = append(forms, stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources <</XObject <</F %d 0 R>>>>", i+6), strings.Repeat("/F Do\n", 10)))
	}
	return onePage("0 0 500 500", "/XObject <</F 5 0 R>>", "/F Do", forms...)
}

// tiles is a page that is drawn for ever: a pattern of very many tiny tiles.
func tiles() []byte {
	return onePage("0 0 5000 5000", "/Pattern <</P 5 0 R>>", "/Pattern cs /P scn 0 0 5000 5000 re f",
		stream("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources <<>>", "0 0 1 1 re f"))
}

func open(t testing.TB, data []byte) *pages.Document {
	t.Helper()
	d, err := pagestest.Opener(t).Open(background, data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func red(img image.Image, x, y int) bool {
	r, g, b, a := img.At(x, y).RGBA()
	return r > 0xf000 && g < 0x1000 && b < 0x1000 && a == 0xffff
}

func white(img image.Image, x, y int) bool {
	r, g, b, a := img.At(x, y).RGBA()
	return r == 0xffff && g == 0xffff && b == 0xffff && a == 0xffff
}

func TestAPageIsDrawnAtAWidthAndTurned(t *testing.T) {
	d := open(t, sample(t, 3, false))
	if w, h := d.Size(0); d.Pages() != 3 || w < 595 || w > 596 || h < 841 || h > 842 {
		t.Fatalf("%d pages of %v × %v", d.Pages(), w, h)
	}
	for quarters, c := range map[int]struct{ size, red, white image.Point }{
		0: {image.Pt(600, 849), image.Pt(10, 10), image.Pt(590, 840)},
		1: {image.Pt(600, 424), image.Pt(590, 10), image.Pt(10, 414)},
		2: {image.Pt(600, 849), image.Pt(590, 840), image.Pt(10, 10)},
		3: {image.Pt(600, 424), image.Pt(10, 414), image.Pt(590, 10)},
	} {
		img, err := d.Render(background, 1, 600, quarters)
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Rect.Size(); got.X != c.size.X || got.Y < c.size.Y-1 || got.Y > c.size.Y+1 {
			t.Errorf("turned %d: %v", quarters, got)
		}
		if !red(img, c.red.X, c.red.Y) || !white(img, c.white.X, c.white.Y) {
			t.Errorf("turned %d: the corners are %v and %v", quarters, img.At(c.red.X, c.red.Y), img.At(c.white.X, c.white.Y))
		}
	}
	if s, err := d.Text(background, 2); err != nil || !strings.Contains(s, "Page 3") {
		t.Errorf("the third page reads %q, %v", s, err)
	}
	for _, bad := range []int{-1, 3} {
		if _, err := d.Render(background, bad, 100, 0); portal.CodeOf(err) != pages.CodePage {
			t.Errorf("page %d: %v", bad, err)
		}
	}
}

func TestPicturesAreDocumentsOfOnePage(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range 150 {
		for x := range 150 {
			img.SetRGBA(x, y, color.RGBA{255, 0, 0, 255})
		}
	}
	var asJPEG, asPNG bytes.Buffer
	if err := errors.Join(jpeg.Encode(&asJPEG, img, nil), png.Encode(&asPNG, img)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"JPEG": asJPEG.Bytes(), "PNG": asPNG.Bytes()} {
		d := open(t, data)
		got, err := d.Render(background, 0, 400, 1)
		if err != nil || d.Pages() != 1 {
			t.Fatal(name, err)
		}
		if got.Rect.Size() != image.Pt(400, 600) || got.At(390, 10).(color.RGBA).G > 20 || got.At(10, 10).(color.RGBA).G < 235 {
			t.Errorf("%s: %v, %v, %v", name, got.Rect, got.At(390, 10), got.At(10, 10))
		}
		if s, err := d.Text(background, 0); s != "" || err != nil {
			t.Errorf("%s reads %q, %v", name, s, err)
		}
	}
}

// flat is a page tree that lies about how many pages there are.
func flat(n int) []byte {
	kids := strings.Repeat("3 0 R ", min(n, 3000))
	return raw("<</Type /Catalog /Pages 2 0 R>>", fmt.Sprintf("<</Type /Pages /Kids [%s] /Count %d>>", kids, n), "<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100]>>")
}

func TestBadDocumentsAreToldByCode(t *testing.T) {
	o := pagestest.Opener(t)
	whole := sample(t, 2, false)
	for name, c := range map[string]struct {
		data []byte
		want portal.Code
	}{
		"nothing":             {nil, pages.CodeType},
		"text":                {[]byte("bonjour"), pages.CodeType},
		"HEIC":                {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), photos.CodeHEIC},
		"only its mark":       {[]byte("%PDF-1.7\n"), pages.CodeDamaged},
		"garbage":             {append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("\xde\xad"), 5000)...), pages.CodeDamaged},
		"cut before its page": {whole[:200], pages.CodeDamaged},
		"a password":          {sample(t, 1, true), pages.CodeLocked},
		"3000 pages":          {flat(3000), pages.CodeMany},
		"no pages":            {raw("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [] /Count 0>>"), pages.CodeDamaged},
		"pages in a circle":   {raw("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [2 0 R] /Count 1>>"), ""},
		"too large":           {append([]byte("%PDF-1.7\n"), make([]byte, 33<<20)...), pages.CodeLarge},
		"a JPEG cut":          {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), photos.CodeDamaged},
	} {
		d, err := o.Open(background, c.data)
		if err != nil {
			if c.want == "" && portal.CodeOf(err) != portal.Internal {
				continue // any answer with a code will do
			}
			if portal.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
			continue
		}
		if c.want != "" {
			t.Errorf("%s was opened, with %d pages", name, d.Pages())
		}
		for i := range d.Pages() {
			if _, err := d.Render(background, i, 100, 0); err != nil && portal.CodeOf(err) == portal.Internal {
				t.Errorf("%s, page %d: %v", name, i, err)
			}
		}
		d.Close()
	}
	// What remains of a file cut short is shown; what is lost is told.
	d, err := o.Open(background, whole[:len(whole)*9/10])
	if err != nil {
		if portal.CodeOf(err) != pages.CodeDamaged {
			t.Errorf("cut near its end: %v", err)
		}
	} else {
		d.Close()
	}
}

func TestPagesOfStrangeShapes(t *testing.T) {
	for box, want := range map[string]portal.Code{
		"0 0 14400 14400":        "",
		"0 0 1000000000 1000000": pages.CodePageShape,
		"0 0 1 5000":             pages.CodePageShape,
		"0 0 200 6000":           "", // a till receipt
		"0 0 5000000000 5000000": "", // not a number it can hold: letter paper too,
		"100 100 0 0":            "",
		"0 0 0 0":                "", // PDFium takes a sheet of letter paper
	} {
		d := open(t, onePage(box, "", "0 0 m 10 10 l S"))
		img, err := d.Render(background, 0, 800, 0)
		if portal.CodeOf(err) != want {
			t.Errorf("%s: %v, want %q", box, err, want)
		}
		if err == nil && (img.Rect.Dx()*img.Rect.Dy() > 6_010_000 || img.Rect.Dx() > 4096 || img.Rect.Dy() > 4096) {
			t.Errorf("%s: an image of %v", box, img.Rect)
		}
		if w, h := d.Size(0); !(w > 0 && h > 0 && w/h <= 50 && h/w <= 50) {
			t.Errorf("%s: laid out as %v × %v", box, w, h)
		}
	}
}

func TestBombsEnd(t *testing.T) {
	o := pages.NewForTest(pagestest.Dir(), 2*time.Second)
	defer o.Close()
	zeros := func(n int) string { return strings.Repeat("0", n) }
	for name, data := range map[string][]byte{
		"forms that call forms": laughs(),
		"an image of 10^9 pixels": onePage("0 0 500 500", "/XObject <</I 5 0 R>>", "500 0 0 500 0 0 cm /I Do",
			stream("/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8", zeros(100))),
		"a pattern of tiny tiles": tiles(),
		"a million operators":     onePage("0 0 500 500", "", strings.Repeat("q 1 0 0 1 1 1 cm ", 300_000)),
		"deep nesting":            onePage("0 0 500 500", "/X "+strings.Repeat("[", 100_000), "0 0 m"),
	} {
		began := time.Now()
		d, err := o.Open(background, data)
		if err == nil {
			_, err = d.Render(background, 0, 900, 0)
			d.Close()
		}
		if err != nil && portal.CodeOf(err) == portal.Internal {
			t.Errorf("%s: an error without a code: %v", name, err)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s: %v after %v", name, err, took.Round(time.Millisecond))
		}
	}
}

func TestASlowPageIsToldAndTheOthersAreShown(t *testing.T) {
	o := pages.NewForTest(pagestest.Dir(), time.Second)
	defer o.Close()
	slow := tiles()
	// A second page that is harmless.
	data := bytes.Replace(slow, []byte("/Kids [3 0 R] /Count 1"), []byte("/Kids [3 0 R 6 0 R] /Count 2"), 1)
	data = append(data[:bytes.Index(data, []byte("xref\n0"))], "6 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100]>>\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"...)
	d, err := o.Open(background, data)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Render(background, 0, 500, 0); portal.CodeOf(err) != pages.CodePageSlow {
		t.Fatalf("the slow page: %v", err)
	}
	began := time.Now()
	if _, err := d.Render(background, 0, 500, 0); portal.CodeOf(err) != pages.CodePageSlow || time.Since(began) > 500*time.Millisecond {
		t.Errorf("it is tried again: %v after %v", err, time.Since(began))
	}
	if img, err := d.Render(background, 1, 50, 0); err != nil || !white(img, 5, 5) {
		t.Errorf("the page beside it: %v", err)
	}
}

func TestACancelledDrawingReturnsAtOnce(t *testing.T) {
	o := pagestest.Opener(t)
	d, err := o.Open(background, tiles())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, cancel := context.WithTimeout(background, 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := d.Render(ctx, 0, 500, 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	over, cancel := context.WithCancel(background)
	cancel()
	if _, err := d.Render(over, 0, 500, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("what is cancelled before it began: %v", err)
	}
	// The document is still there.
	if _, err := d.Text(background, 0); err != nil {
		t.Errorf("after a cancel: %v", err)
	}
}

func TestOpeningNothingStartsNothing(t *testing.T) {
	dir := t.TempDir()
	o := pages.New(dir, pages.Fill)
	if _, err := o.Open(background, []byte("bonjour")); portal.CodeOf(err) != pages.CodeType {
		t.Error(err)
	}
	o.Close()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("made %v", left)
	}
	if _, err := o.Open(background, sample(t, 1, false)); portal.CodeOf(err) != pages.CodeUnavailable {
		t.Errorf("after Close: %v", err)
	}
}

func TestClosingWaitsForNoCompiling(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	o := pages.New(t.TempDir(), func(context.Context, string) error {
		close(begun)
		<-release
		return errors.New("killed")
	})
	opened := make(chan error)
	go func() {
		_, err := o.Open(background, sample(t, 1, false))
		opened <- err
	}()
	<-begun
	closed := make(chan struct{})
	go func() { o.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("closing waits for the engine")
	}
	close(release)
	if err := <-opened; portal.CodeOf(err) != pages.CodeUnavailable {
		t.Errorf("what waited is told %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(sample(f, 1, false))
	f.Add(laughs())
	f.Add(flat(3))
	f.Add(onePage("0 0 1 5000", "", "0 0 m"))
	o := pages.NewForTest(pagestest.Dir(), time.Second)
	f.Cleanup(o.Close)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := o.Open(background, data)
		if err != nil {
			if portal.CodeOf(err) == portal.Internal {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		defer d.Close()
		for i := range min(d.Pages(), 2) {
			if _, err := d.Render(background, i, 60, i); err != nil && portal.CodeOf(err) == portal.Internal {
				t.Fatalf("page %d: an error without a code: %v", i, err)
			}
		}
	})
}
