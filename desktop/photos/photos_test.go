package photos

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
)

// corners is a picture whose four corners are told apart: red, green, blue,
// white, clockwise from the upper left.
func corners(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.RGBA{0, 255, 0, 255}
			case x >= w/2:
				c = color.RGBA{0, 0, 255, 255}
			case y >= h/2:
				c = color.RGBA{255, 255, 255, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func names(img image.Image) string {
	b := img.Bounds()
	var s strings.Builder
	for _, p := range []image.Point{{b.Min.X, b.Min.Y}, {b.Max.X - 1, b.Min.Y}, {b.Max.X - 1, b.Max.Y - 1}, {b.Min.X, b.Max.Y - 1}} {
		r, g, bl, _ := img.At(p.X, p.Y).RGBA()
		switch {
		case r > 0xc000 && g > 0xc000 && bl > 0xc000:
			s.WriteByte('W')
		case r > 0xc000:
			s.WriteByte('R')
		case g > 0xc000:
			s.WriteByte('G')
		case bl > 0xc000:
			s.WriteByte('B')
		default:
			s.WriteByte('?')
		}
	}
	return s.String()
}

// exifBlock says in TIFF how a picture is to be turned.
func exifBlock(order binary.ByteOrder, value uint16) []byte {
	b := make([]byte, 8+2+12+4)
	copy(b, "MM\x00*")
	if order == binary.LittleEndian {
		copy(b, "II*\x00")
	}
	order.PutUint32(b[4:], 8)
	order.PutUint16(b[8:], 1)
	order.PutUint16(b[10:], 0x0112)
	order.PutUint16(b[12:], 3)
	order.PutUint32(b[14:], 1)
	order.PutUint16(b[18:], value)
	return b
}

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngChunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

func pngTurned(t testing.TB, img image.Image, value uint16) []byte {
	raw := encodePNG(t, img)
	chunk := pngChunk("eXIf", exifBlock(binary.BigEndian, value))
	return append(append(bytes.Clone(raw[:33]), chunk...), raw[33:]...)
}

func jpegTurned(t testing.TB, img image.Image, order binary.ByteOrder, value uint16) []byte {
	raw := encodeJPEG(t, img)
	body := append([]byte("Exif\x00\x00"), exifBlock(order, value)...)
	segment := append([]byte{0xff, 0xe1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
	return append(append(bytes.Clone(raw[:2]), segment...), raw[2:]...)
}

// asStored lays a picture down as a camera does that writes this EXIF value:
// by the words of the standard, which say where its first row and column are.
func asStored(seen *image.RGBA, value uint16) *image.RGBA {
	w, h := seen.Rect.Dx(), seen.Rect.Dy()
	sw, sh := w, h
	if value >= 5 {
		sw, sh = h, w
	}
	stored := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for y := range sh {
		for x := range sw {
			var vx, vy int
			switch value {
			case 1:
				vx, vy = x, y
			case 2: // top, right
				vx, vy = w-1-x, y
			case 3: // bottom, right
				vx, vy = w-1-x, h-1-y
			case 4: // bottom, left
				vx, vy = x, h-1-y
			case 5: // left, top
				vx, vy = y, x
			case 6: // right, top
				vx, vy = w-1-y, x
			case 7: // right, bottom
				vx, vy = w-1-y, h-1-x
			case 8: // left, bottom
				vx, vy = y, h-1-x
			}
			stored.SetRGBA(x, y, seen.RGBAAt(vx, vy))
		}
	}
	return stored
}

func TestTheCamerasTurnIsHonoured(t *testing.T) {
	seen := corners(40, 20)
	for value := uint16(1); value <= 8; value++ {
		p, err := Open(pngTurned(t, asStored(seen, value), value))
		if err != nil {
			t.Fatal(err)
		}
		got := p.Show(0, Whole, image.Pt(1000, 1000))
		if p.Size() != seen.Rect.Size() || !bytes.Equal(got.Pix, seen.Pix) {
			t.Errorf("EXIF %d: seen as %s of %v", value, names(got), p.Size())
		}
		// A crop and a turn of a person's come on top of it.
		right := p.Show(1, Area{0, 0, 1, 0.5}, image.Pt(1000, 1000))
		if right.Rect.Size() != image.Pt(20, 20) || names(right) != "WRRW" {
			t.Errorf("EXIF %d: the upper half of it turned right is %s of %v", value, names(right), right.Rect.Size())
		}
	}
	for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
		p, err := Open(jpegTurned(t, asStored(corners(400, 200), 6), order, 6))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Show(0, Whole, image.Pt(100, 100)); names(got) != "RGBW" || got.Rect.Size() != image.Pt(100, 50) {
			t.Errorf("%v: a JPEG is seen as %s of %v", order, names(got), got.Rect.Size())
		}
	}
}

func TestTurns(t *testing.T) {
	img := corners(30, 20)
	for quarters, want := range map[int]string{0: "RGBW", 1: "WRGB", 2: "BWRG", 3: "GBWR", 4: "RGBW", -1: "GBWR"} {
		if got := names(Turn(img, quarters)); got != want {
			t.Errorf("turned %d: %s, want %s", quarters, got, want)
		}
	}
}

func near(a, b Area) bool {
	d := func(x, y float64) bool { return math.Abs(x-y) < 1e-9 }
	return d(a.X0, b.X0) && d(a.Y0, b.Y0) && d(a.X1, b.X1) && d(a.Y1, b.Y1)
}

func TestAreasTurnAlong(t *testing.T) {
	a := Area{0.1, 0.2, 0.4, 0.9}
	if got := a.Turn(1); !near(got, Area{0.1, 0.1, 0.8, 0.4}) {
		t.Errorf("turned once %v", got)
	}
	if got := a.Turn(3).Turn(1); !near(got, a) {
		t.Errorf("turned there and back %v", got)
	}
	for _, bad := range []Area{{}, {0.5, 0.5, 0.5, 0.9}, {0.9, 0, 0.1, 1}, {math.NaN(), 0, 1, 1}, {2, 2, 3, 3}, {0, 0, 0.001, 0.001}} {
		if got := bad.normal(); got != Whole {
			t.Errorf("%v is taken for %v", bad, got)
		}
	}
	src, err := NewSource("a", encodePNG(t, corners(100, 60)))
	if err != nil {
		t.Fatal(err)
	}
	p := Photo{Source: src, Area: Area{0, 0, 0.5, 0.5}}
	for q, want := range []image.Point{{50, 30}, {30, 50}, {50, 30}, {30, 50}} {
		turned := p.Turned(q)
		if turned.Kept() != want || names(turned.Small(image.Pt(500, 500))) != "RRRR" {
			t.Errorf("turned %d: keeps %v, seen as %s", q, turned.Kept(), names(turned.Small(image.Pt(500, 500))))
		}
	}
}

func code(err error) portal.Code { return portal.CodeOf(err) }

// hugePNG says that it is very large in very few bytes.
func hugePNG(w, h uint32, depth, colour byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, depth, colour, 0, 0, 0)
	return append(append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", head)...), pngChunk("IEND", nil)...)
}

func TestBadPicturesAreToldByCode(t *testing.T) {
	whole := encodeJPEG(t, corners(300, 200))
	progressive := bytes.Clone(whole)
	i := bytes.Index(progressive, []byte{0xff, 0xc0})
	progressive[i+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[i+5:], 6000)
	binary.BigEndian.PutUint16(progressive[i+7:], 6000)
	for name, c := range map[string]struct {
		data []byte
		want portal.Code
	}{
		"nothing":                {nil, CodeType},
		"text":                   {[]byte("bonjour"), CodeType},
		"a PDF":                  {[]byte("%PDF-1.4"), CodeType},
		"HEIC":                   {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), CodeHEIC},
		"a JPEG cut":             {whole[:len(whole)/3], CodeDamaged},
		"only its mark":          {[]byte("\xff\xd8\xff"), CodeDamaged},
		"a PNG of 10^10 pixels":  {hugePNG(100_000, 100_000, 8, 6), CodeLarge},
		"a PNG of 2^31 columns":  {hugePNG(math.MaxInt32, 1, 8, 6), CodeLarge},
		"a PNG of 36 MP, 16 bit": {hugePNG(7000, 6000, 16, 6), CodeLarge},
		"a PNG without pixels":   {hugePNG(10, 10, 8, 6), CodeDamaged},
		"a PNG of no height":     {hugePNG(10, 0, 8, 6), CodeDamaged},
		"a heavy progressive":    {progressive, CodeLarge},
	} {
		if _, err := Open(c.data); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	for data, want := range map[string]Kind{
		"\xff\xd8\xff\xe0": JPEG, "\x89PNG\r\n\x1a\nabc": PNG, "%PDF-1.7": PDF, strings.Repeat(" ", 1000) + "%PDF-1.7": PDF,
		"....ftypmif1....": HEIC, "....ftypavif": HEIC, "....ftypisom": Unknown, "": Unknown, "GIF89a": Unknown,
	} {
		if got := KindOf([]byte(data)); got != want {
			t.Errorf("%q is %d, want %d", data, got, want)
		}
	}
}

// noise is a picture that does not compress: the worst a person can send.
func noise(w, h int, seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(r.Uint32()) | 0x0f
	}
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	return img
}

func source(t testing.TB, data []byte) *Source {
	t.Helper()
	s, err := NewSource("photo.jpg", data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var made = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func TestBindingGivesAPageAPhoto(t *testing.T) {
	stands, lies := source(t, encodeJPEG(t, corners(600, 800))), source(t, jpegTurned(t, corners(800, 600), binary.BigEndian, 1))
	var a Album
	var parts []float64
	pdf, err := a.Bind(context.Background(), []Photo{{Source: stands}, {Source: lies}}, Wish{Title: "Justificatif à vérifier", Made: made}, func(p float64) { parts = append(parts, p) })
	if err != nil {
		t.Fatal(err)
	}
	if KindOf(pdf) != PDF || bytes.Count(pdf, []byte("/Type /Page\n")) != 2 {
		t.Errorf("%d pages", bytes.Count(pdf, []byte("/Type /Page\n")))
	}
	if bytes.Contains(pdf, []byte("Exif")) {
		t.Error("what the camera wrote down is still in it")
	}
	for _, refused := range []string{"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/Encrypt", "/OpenAction"} {
		if bytes.Contains(pdf, []byte(refused)) {
			t.Errorf("it holds %s, which the town hall refuses", refused)
		}
	}
	if len(parts) != 2 || parts[1] != 1 {
		t.Errorf("progress %v", parts)
	}
	again, err := a.Bind(context.Background(), []Photo{{Source: stands}, {Source: lies}}, Wish{Title: "Justificatif à vérifier", Made: made}, nil)
	if err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the same photos give another file: %v", err)
	}
	grey, err := a.Bind(context.Background(), []Photo{{Source: stands}, {Source: lies}}, Wish{Grey: true, Made: made}, nil)
	if err != nil || !bytes.Contains(grey, []byte("/DeviceGray")) || len(grey) >= len(pdf) {
		t.Errorf("grey is no smaller: %d of %d, %v", len(grey), len(pdf), err)
	}
}

func TestBindingStaysUnderTheLimit(t *testing.T) {
	var photos []Photo
	for i := range 2 {
		photos = append(photos, Photo{Source: source(t, encodeJPEG(t, noise(500, 700, uint64(i))))})
	}
	var a Album
	best, err := a.bind(context.Background(), photos, Wish{Made: made}, nil, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	less, err := a.bind(context.Background(), photos, Wish{Made: made}, nil, len(best)*3/4)
	if err != nil || len(less) > len(best)*3/4 {
		t.Errorf("%d bytes where %d are taken: %v", len(less), len(best)*3/4, err)
	}
	if _, err := a.bind(context.Background(), photos, Wish{Made: made}, nil, 10_000); code(err) != CodeHeavy {
		t.Errorf("what cannot be made small enough: %v", err)
	}
	if _, err := a.Bind(context.Background(), nil, Wish{}, nil); code(err) != CodeNone {
		t.Errorf("nothing to bind: %v", err)
	}
	if _, err := a.Bind(context.Background(), make([]Photo, MaxPhotos+1), Wish{}, nil); code(err) != CodeMany {
		t.Errorf("too many: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.Bind(ctx, photos, Wish{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// An album makes only what changed anew.
func TestAnAlbumRemembersItsSheets(t *testing.T) {
	one, two := Photo{Source: source(t, encodeJPEG(t, corners(800, 600)))}, Photo{Source: source(t, encodeJPEG(t, corners(600, 800)))}
	var a Album
	bind := func(ps ...Photo) {
		t.Helper()
		if _, err := a.Bind(context.Background(), ps, Wish{Made: made}, nil); err != nil {
			t.Fatal(err)
		}
	}
	bind(one, two)
	// Were it read again, its bytes would now be refused.
	one.data = nil
	bind(two, one)
	bind(two)
	defer func() { one.data = nil }()
	if _, err := a.Bind(context.Background(), []Photo{two, one}, Wish{Made: made}, nil); err == nil {
		t.Error("what was taken out of the album is still remembered")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(encodePNG(f, corners(8, 6)))
	f.Add(encodeJPEG(f, corners(8, 6)))
	f.Add(jpegTurned(f, corners(8, 6), binary.LittleEndian, 7))
	f.Add(pngTurned(f, corners(8, 6), 5))
	f.Add(hugePNG(100_000, 100_000, 8, 6))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Open(data)
		if err != nil {
			if code(err) == portal.Internal {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		if s := p.Size(); s.X*s.Y > 1_000_000 {
			return
		}
		if got := p.Show(1, Area{0.2, 0.2, 0.7, 0.9}, image.Pt(50, 50)); got.Rect.Dx() > 50 || got.Rect.Dy() > 50 || got.Rect.Empty() {
			t.Fatalf("shown as %v", got.Rect)
		}
	})
}

// A photo of twelve million pixels, as telephones make them.
func BenchmarkBindTwelveMegapixels(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 4032, 3024))
	for i := range img.Pix {
		img.Pix[i] = byte(i>>12) ^ byte(i>>5)&15
	}
	data := encodeJPEG(b, img)
	s := source(b, data)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	size := 0
	for b.Loop() {
		var a Album
		pdf, err := a.Bind(context.Background(), []Photo{{Source: s}}, Wish{Made: made}, nil)
		if err != nil {
			b.Fatal(err)
		}
		size = len(pdf)
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(len(data))/1e6, "MB-in")
	b.ReportMetric(float64(size)/1e6, "MB-out")
}

func TestNothingIsLeftOnDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var a Album
	if _, err := a.Bind(context.Background(), []Photo{{Source: source(t, encodeJPEG(t, corners(300, 200)))}}, Wish{Made: made}, nil); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
}
