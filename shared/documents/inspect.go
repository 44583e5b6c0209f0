package documents

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"strconv"

	"parvis/shared/portal"
)

// The types of files that are taken.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// Types is all of them.
var Types = []string{PDF, JPEG, PNG}

// Codes of what can be wrong with a file.
const (
	EmptyFile     portal.Code = "empty_file"
	FileTooLarge  portal.Code = "file_too_large"  // Args["max"] in MiB
	BadType       portal.Code = "bad_file_type"   // no PDF, JPEG or PNG
	HEIC          portal.Code = "heic"            // a photo as some telephones keep it
	TypeDiffers   portal.Code = "type_differs"    // its bytes are not of the type it was sent as
	BrokenFile    portal.Code = "broken_file"     // it cannot be read to its end
	TooManyPixels portal.Code = "too_many_pixels" // Args["max"] in megapixels
	ActivePDF     portal.Code = "active_pdf"      // it has scripts, starts programs or carries other files
	EncryptedPDF  portal.Code = "encrypted_pdf"
)

// quality of the JPEGs that are encoded anew: text stays sharp.
const quality = 90

// File is one that was looked at and found good.
type File struct {
	Type string
	Data []byte // images encoded anew, without what else stood in them
}

// pdfMark begins a PDF.
var pdfMark = []byte("%PDF-")

// markWithin is how far into a file readers look for the mark of a PDF.
const markWithin = 1024

// blank is what portals that make their PDF on the way leave before its mark:
// a mark of UTF-8, empty lines, nothing that any program would read.
const blank = "\ufeff\x00\t\n\f\r "

// TypeOf is the type that a file's first bytes tell: the one rule of what a
// file is, here and wherever one is opened. Of a PDF the mark may come late,
// but only behind blanks: behind anything else the file could be of another
// type as well, and one that readers would open all the same is to be saved
// anew.
func TypeOf(head []byte) (string, *portal.Error) {
	start := head[:min(len(head), markWithin)]
	switch {
	case len(head) == 0:
		return "", portal.E(EmptyFile, "file")
	case bytes.HasPrefix(bytes.TrimLeft(start, blank), pdfMark):
		return PDF, nil
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, nil
	case IsHEIF(head):
		return "", portal.E(HEIC, "file")
	case bytes.Contains(start, pdfMark):
		return "", portal.E(BrokenFile, "file")
	}
	return "", portal.E(BadType, "file")
}

// IsHEIF knows the brands of the photos that phones name HEIC, HEIF or AVIF by
// the first 12 bytes of a file.
func IsHEIF(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	switch string(head[8:12]) {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return true
	}
	return false
}

// CheckSize is what is wrong with a file's size.
func CheckSize(size int64) *portal.Error {
	switch {
	case size <= 0:
		return portal.E(EmptyFile, "file")
	case size > MaxSize:
		return portal.E(FileTooLarge, "file", "max", strconv.Itoa(MaxSize>>20))
	}
	return nil
}

// Inspect looks at a whole file that was sent as of a type ("" for whatever it
// is). Images are decoded and encoded anew, the right way up and without the
// place and time that cameras write into them; a PDF is taken as it is, from
// its mark on, when nothing in it could act.
func Inspect(declared string, data []byte) (File, *portal.Error) {
	if e := CheckSize(int64(len(data))); e != nil {
		return File{}, e
	}
	kind, e := TypeOf(data)
	switch {
	case e != nil:
		return File{}, e
	case declared != "" && declared != kind:
		return File{}, portal.E(TypeDiffers, "file")
	case kind == PDF:
		data = data[bytes.Index(data, pdfMark):]
		return File{PDF, data}, checkPDF(data)
	}
	return inspectImage(kind, data)
}

func inspectImage(kind string, data []byte) (File, *portal.Error) {
	broken := portal.E(BrokenFile, "file")
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	if kind == PNG {
		config, decode = png.DecodeConfig, png.Decode
	}
	// The size is asked before any of its pixels has a place in memory.
	c, err := config(bytes.NewReader(data))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return File{}, broken
	case int64(c.Width)*int64(c.Height) > MaxPixels:
		return File{}, portal.E(TooManyPixels, "file", "max", strconv.Itoa(MaxPixels/1e6))
	}
	img, err := decode(bytes.NewReader(data))
	if err != nil {
		return File{}, broken
	}
	var out bytes.Buffer
	if kind == JPEG {
		err = jpeg.Encode(&out, upright(img, orientation(data)), &jpeg.Options{Quality: quality})
	} else {
		err = png.Encode(&out, img)
	}
	if err != nil {
		return File{}, broken
	}
	return File{kind, out.Bytes()}, nil
}

// IsRefusal reports whether an error is what Inspect says of a file, and not
// one of the road the file took.
func IsRefusal(err error) bool {
	var e *portal.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case EmptyFile, FileTooLarge, BadType, HEIC, TypeDiffers, BrokenFile, TooManyPixels, ActivePDF, EncryptedPDF:
		return true
	}
	return false
}

// upright turns an image as its orientation says (EXIF, 1 to 8).
func upright(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			to := [2]int{x, y}
			switch orientation {
			case 2:
				to = [2]int{w - 1 - x, y}
			case 3:
				to = [2]int{w - 1 - x, h - 1 - y}
			case 4:
				to = [2]int{x, h - 1 - y}
			case 5:
				to = [2]int{y, x}
			case 6:
				to = [2]int{h - 1 - y, x}
			case 7:
				to = [2]int{h - 1 - y, w - 1 - x}
			case 8:
				to = [2]int{y, w - 1 - x}
			}
			r, g, bl, _ := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			i := out.PixOffset(to[0], to[1])
			out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = uint8(r>>8), uint8(g>>8), uint8(bl>>8), 0xff
		}
	}
	return out
}
