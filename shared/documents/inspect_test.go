package documents

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"parvis/shared/portal"
)

// objects makes a PDF of objects, with tables as they should be.
func objects(of ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, o := range of {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(of)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(of)+1, table)
	return b.Bytes()
}

func deflated(text string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func stream(dict, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

var (
	catalog = "<< /Type /Catalog /Pages 2 0 R >>"
	pages   = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	page    = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
	content = stream("/Filter /FlateDecode", deflated("BT /F1 12 Tf (Quittance) Tj ET"))
)

func photo(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), 90, 255})
		}
	}
	return img
}

func jpegOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// withEXIF puts an EXIF block with an orientation and a place into a JPEG.
func withEXIF(img []byte, orientation uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00")
	tiff = binary.LittleEndian.AppendUint16(tiff, 0x0112)
	tiff = binary.LittleEndian.AppendUint16(tiff, 3)
	tiff = binary.LittleEndian.AppendUint32(tiff, 1)
	tiff = binary.LittleEndian.AppendUint16(tiff, orientation)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	tiff = append(tiff, "GPS 49.25N 4.03E PLANTE"...)
	block := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(block)+2))
	return append(append(append([]byte{}, img[:2]...), append(head, block...)...), img[2:]...)
}

// pngSaying is the beginning of a PNG that says it has a size.
func pngSaying(w, h uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	header = append(binary.BigEndian.AppendUint32(header, h), 8, 6, 0, 0, 0)
	out := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	out = append(out, header...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
}

const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// bad is a corpus of files that are not to be taken.
func bad() map[string]struct {
	data []byte
	code portal.Code
} {
	type c = struct {
		data []byte
		code portal.Code
	}
	packed := func(dict, of string) []byte {
		return objects(catalog, pages, page, content, stream("/Type /ObjStm /N 1 /First 4 "+dict, of))
	}
	script := "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
	zip := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	return map[string]c{
		"nothing":                        {nil, EmptyFile},
		"too large":                      {make([]byte, MaxSize+1), FileTooLarge},
		"a text":                         {[]byte("Bonjour"), BadType},
		"EICAR":                          {[]byte(eicar), BadType},
		"a program":                      {append([]byte("MZ"), make([]byte, 600)...), BadType},
		"a page of the web":              {[]byte("<!doctype html><script>alert(1)</script>"), BadType},
		"SVG":                            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), BadType},
		"GIF":                            {[]byte("GIF89a\x01\x00\x01\x00"), BadType},
		"a Word document":                {append([]byte("PK\x03\x04"), make([]byte, 60)...), BadType},
		"HEIC":                           {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), HEIC},
		"AVIF":                           {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"), HEIC},
		"a PDF behind other bytes":       {append([]byte("GIF89a"), objects(catalog)...), BrokenFile},
		"a page of the web and a PDF":    {append([]byte("\n <!doctype html><script>alert(1)</script>\n"), objects(catalog)...), BrokenFile},
		"a program and a PDF":            {append([]byte("MZ\x00\x00\n"), objects(catalog)...), BrokenFile},
		"a ZIP and a PDF":                {append([]byte("PK\x03\x04\n"), objects(catalog)...), BrokenFile},
		"a mark behind the first KiB":    {append(bytes.Repeat([]byte("\n"), markWithin-4), objects(catalog)...), BadType},
		"a bomb of a PNG":                {pngSaying(60000, 60000), TooManyPixels},
		"a JPEG of 48 megapixels":        {jpegOf(image.NewGray(image.Rect(0, 0, 8000, 6000))), TooManyPixels},
		"half a JPEG":                    {jpegOf(photo(200, 200))[:900], BrokenFile},
		"a PNG cut short":                {pngOf(photo(200, 200))[:300], BrokenFile},
		"a script":                       {objects(catalog, pages, page, content, script), ActivePDF},
		"a script under another writing": {objects(catalog, "<< /S /J#61v#61Script /#4aS (x) >>"), ActivePDF},
		"a script at the opening":        {objects("<< /Type /Catalog /OpenAction << /S /JavaScript /JS 5 0 R >> >>"), ActivePDF},
		"a script packed":                {packed("/Filter /FlateDecode", deflated("9 0 "+script)), ActivePDF},
		"a script packed in an array":    {packed("/Filter [ /FlateDecode ]", deflated("9 0 "+script)), ActivePDF},
		"a script packed as it is":       {packed("", "9 0 "+script), ActivePDF},
		"packed, of a type told apart":   {objects(catalog, stream("/Type 9 0 R /N 1 /First 4 /Filter /FlateDecode", deflated("9 0 "+script))), ActivePDF},
		"a script packed twice":          {packed("/Filter [/FlateDecode /FlateDecode]", deflated(deflated("9 0 "+script))), BrokenFile},
		"a script packed by a reference": {packed("/Filter 9 0 R", deflated("9 0 "+script)), BrokenFile},
		"a script in hexadecimal":        {packed("/Filter /ASCIIHexDecode", fmt.Sprintf("%x>", "9 0 "+script)), BrokenFile},
		"an object inside a picture":     {objects(catalog, stream("/Subtype /Image", "\x00\x01 7 0 obj\n"+script+"\nendobj")), ActivePDF},
		"starts a program":               {objects("<< /Type /Catalog /OpenAction << /S /Launch /F (cmd.exe) >> >>"), ActivePDF},
		"carries a file":                 {objects(catalog, stream("/Type /EmbeddedFile", "MZ")), ActivePDF},
		"a form with scripts":            {objects("<< /AcroForm << /XFA 5 0 R >> >>"), ActivePDF},
		"encrypted":                      {bytes.Replace(objects(catalog, pages), []byte("/Root"), []byte("/Encrypt 9 0 R /Root"), 1), EncryptedPDF},
		"encrypted, told in a stream":    {objects(catalog, stream("/Type /XRef /W [1 2 1] /Encrypt 9 0 R", "xx")), EncryptedPDF},
		"a ZIP at the end":               {append(objects(catalog, pages), append(zip, "%%EOF"...)...), BrokenFile},
		"a bomb of packed objects":       {packed("/Filter /FlateDecode", deflated(strings.Repeat(" ", maxInflated+1))), BrokenFile},
		"a PDF without its end":          {objects(catalog, pages)[:60], BrokenFile},
		"strings without an end":         {append(bytes.Repeat([]byte("1 0 obj (\n"), 100_000), "startxref 0 %%EOF"...), BadType},
		"endless strings in a PDF":       {append(append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj (\n"), 100_000)...), "startxref 0 %%EOF"...), BrokenFile},
		"endless packed objects":         {append(append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj /First stream\n"), 100_000)...), "startxref 0 %%EOF"...), BrokenFile},
	}
}

func TestBadFilesAreRefusedForWhatTheyAre(t *testing.T) {
	for name, c := range bad() {
		t.Run(name, func(t *testing.T) {
			f, e := Inspect("", c.data)
			if e == nil || e.Code != c.code || e.Field != "file" {
				t.Fatalf("it ends as %q %v, not as %s", f.Type, e, c.code)
			}
			if !IsRefusal(e) {
				t.Error("it does not count as a refusal of a file")
			}
		})
	}
}

func TestGoodFilesAreTaken(t *testing.T) {
	noise := make([]byte, 3<<20) // a scanned page: what is in it comes by chance
	r := rand.NewChaCha8([32]byte{7})
	if _, err := r.Read(noise); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		kind string
	}{
		"a PDF":                    {objects(catalog, pages, page, content), PDF},
		"a PDF with words of code": {objects(catalog, pages, page, "<< /Title (JavaScript et /JS, un cours) >>", "% /Launch\n<< /A <2f4a53> >>"), PDF},
		"a PDF of packed objects":  {objects(catalog, stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("9 0 << /Title (x) >>"))), PDF},
		"a scanned PDF":            {objects(catalog, pages, page, stream("/Filter /DCTDecode", string(noise))), PDF},
		"a PDF with an outline":    {objects(catalog, "<< /Type /Outlines /First 3 0 R >>", content), PDF},
		"a PDF behind blanks":      {append([]byte("\ufeff\r\n \x00\n"), objects(catalog, pages, page, content)...), PDF},
		"a PDF far behind blanks":  {append(bytes.Repeat([]byte("\n"), markWithin-5), objects(catalog, pages, page, content)...), PDF},
		"a JPEG":                   {jpegOf(photo(60, 40)), JPEG},
		"a grey JPEG":              {jpegOf(image.NewGray(image.Rect(0, 0, 60, 40))), JPEG},
		"a PNG":                    {pngOf(photo(60, 40)), PNG},
	} {
		t.Run(name, func(t *testing.T) {
			f, e := Inspect(c.kind, c.data)
			if e != nil || f.Type != c.kind {
				t.Fatalf("it is %q, %v", f.Type, e)
			}
			if _, e := Inspect(f.Type, f.Data); e != nil {
				t.Errorf("what is kept of it is refused: %v", e)
			}
			if c.kind == PDF && !bytes.HasPrefix(f.Data, pdfMark) {
				t.Errorf("what is kept begins with %q", f.Data[:8])
			}
			for _, other := range Types {
				if _, e := Inspect(other, c.data); other != c.kind && (e == nil || e.Code != TypeDiffers) {
					t.Errorf("sent as %s it ends as %v", other, e)
				}
			}
		})
	}
}

// What a camera writes about place and time goes, and the picture stands
// upright without it.
func TestPhotosLoseTheirPlaceAndStandUpright(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 32, 16))
	for y := range 16 {
		for x := range 32 {
			img.Set(x, y, color.White)
			if x < 8 && y < 8 {
				img.Set(x, y, color.Black) // the corner to be followed
			}
		}
	}
	corner := map[uint16][2]int{1: {4, 4}, 2: {28, 4}, 3: {28, 12}, 4: {4, 12}, 5: {4, 4}, 6: {12, 4}, 7: {12, 28}, 8: {4, 28}}
	for turn, want := range corner {
		f, e := Inspect(JPEG, withEXIF(jpegOf(img), turn))
		if e != nil {
			t.Fatal(e)
		}
		if bytes.Contains(f.Data, []byte("PLANTE")) || bytes.Contains(f.Data, []byte("Exif")) {
			t.Error("the place is still in the file")
		}
		out, err := jpeg.Decode(bytes.NewReader(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		size := image.Pt(32, 16)
		if turn >= 5 {
			size = image.Pt(16, 32)
		}
		if out.Bounds().Size() != size {
			t.Errorf("turned by %d it is %v large", turn, out.Bounds().Size())
		}
		if r, _, _, _ := out.At(want[0], want[1]).RGBA(); r > 0x4000 {
			t.Errorf("turned by %d the corner is not at %v", turn, want)
		}
	}
	for _, damaged := range [][]byte{{0xff, 0xd8}, []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\xff\xff\xff\xff"), {0xff, 0xd8, 0xff, 0xff, 0xff}} {
		if o := orientation(damaged); o != 1 {
			t.Errorf("%q is turned by %d", damaged, o)
		}
	}
}

func FuzzInspect(f *testing.F) {
	for _, c := range bad() {
		if len(c.data) < 1<<16 {
			f.Add(c.data)
		}
	}
	f.Add(objects(catalog, pages, page, content))
	f.Add(withEXIF(jpegOf(photo(8, 8)), 6))
	f.Add(pngOf(photo(8, 8)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		file, e := Inspect("", data)
		if e == nil && (file.Type == "" || len(file.Data) == 0) || e != nil && !IsRefusal(e) {
			t.Fatalf("%q ends as %+v, %v", data, file.Type, e)
		}
	})
}
