package documents

import (
	"bytes"
	"compress/zlib"
	"io"
	"slices"

	"parvis/shared/portal"
)

// How much work a PDF may make: more is no document that a family scanned.
const (
	maxInflated = 32 << 20 // bytes that its object streams hold together
	maxRead     = 12       // times its own size that is read as objects
)

// forbidden names, wherever they stand as names in a PDF's objects.
var forbidden = map[string]portal.Code{
	"JavaScript": ActivePDF, "JS": ActivePDF, "Launch": ActivePDF, "EmbeddedFile": ActivePDF, "EmbeddedFiles": ActivePDF,
	"XFA": ActivePDF, "RichMedia": ActivePDF, "ImportData": ActivePDF, "SubmitForm": ActivePDF, "GoToE": ActivePDF,
	"Encrypt": EncryptedPDF,
}

// checkPDF is what is wrong with a PDF.
//
// Readers find a PDF's objects in several ways, by its tables or, when those
// are broken, by looking for them; whoever wants to hide something makes the
// ways differ. So the tables are not believed at all: whatever looks like the
// beginning of an object, wherever it stands, is read as one, and so is all
// that packed objects hold. That finds too much rather than too little.
func checkPDF(data []byte) *portal.Error {
	if !bytes.Contains(data, []byte("startxref")) || !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) || zipAtEnd(data) {
		return portal.E(BrokenFile, "file")
	}
	p := pdf{left: maxRead*len(data) + 1<<20, inflate: maxInflated}
	p.scan(data)
	switch {
	case p.found != "":
		return portal.E(p.found, "file")
	case p.objects == 0 || p.tooMuch:
		return portal.E(BrokenFile, "file")
	}
	return nil
}

// zipAtEnd reports whether the bytes are a ZIP archive as well: those are read
// from their end, so that one file could be both.
func zipAtEnd(data []byte) bool {
	tail := data[max(0, len(data)-(1<<16)-22):]
	for i := bytes.LastIndex(tail, []byte("PK\x05\x06")); i >= 0; i = bytes.LastIndex(tail[:i], []byte("PK\x05\x06")) {
		if len(tail)-i >= 22 && i+22+int(tail[i+20])+int(tail[i+21])<<8 <= len(tail) {
			return true
		}
	}
	return false
}

// pdf is one pass over a file.
type pdf struct {
	left    int // bytes that may still be read
	inflate int // bytes that may still come out of packed objects
	objects int
	found   portal.Code
	tooMuch bool
}

// scan reads every object that begins in data, and every trailer.
func (p *pdf) scan(data []byte) {
	objects, trailers := finder{data: data, word: "obj"}, finder{data: data, word: "trailer"}
	for p.found == "" && !p.tooMuch {
		o, t := objects.peek(), trailers.peek()
		switch {
		case t >= 0 && (o < 0 || t < o):
			p.object(data[trailers.pass():])
		case o < 0:
			return
		default:
			after := objects.pass()
			// "1 0 obj": before the word stands a space or, for who is lenient, a
			// digit. In pictures the three letters come by chance.
			if o > 0 && (data[o-1] >= '0' && data[o-1] <= '9' || bytes.IndexByte([]byte("\x00\t\n\f\r "), data[o-1]) >= 0) {
				p.objects++
				p.object(data[after:])
			}
		}
	}
}

// finder finds the places of a word one after the other.
type finder struct {
	data  []byte
	word  string
	from  int
	found int // -1: no more; valid where known
	known bool
}

// peek is where the word stands next, -1 where it does not.
func (f *finder) peek() int {
	if !f.known {
		if f.found = bytes.Index(f.data[f.from:], []byte(f.word)); f.found >= 0 {
			f.found += f.from
		}
		f.known = true
	}
	return f.found
}

// pass goes behind the word that peek told of.
func (f *finder) pass() int {
	f.from, f.known = f.found+len(f.word), false
	return f.from
}

// object reads one object from its beginning to its end, where the next one
// begins, or where its stream does.
func (p *pdf) object(data []byte) {
	t := tokens{data: data}
	var dict dictionary
	for p.found == "" {
		name, word := t.next()
		switch {
		case name != "":
			if code, bad := forbidden[name]; bad {
				p.found = code
			}
			dict.name(name)
		case word == "":
			p.spend(t.at)
			return
		case word == "stream":
			p.spend(t.at)
			p.stream(dict, data[t.at:])
			return
		case word == "endobj" || word == "obj" || word == "startxref" || word == "xref":
			p.spend(t.at)
			return
		default:
			dict.word(word)
		}
		if t.at > p.left {
			p.tooMuch = true
			return
		}
	}
}

func (p *pdf) spend(n int) {
	if p.left -= n; p.left < 0 {
		p.tooMuch = true
	}
}

// dictionary is what of an object's dictionary tells whether its stream holds
// packed objects, and how they are packed.
type dictionary struct {
	packed  bool
	filters []string
	filter  bool // within the value of Filter
	parms   bool // it has parameters of decoding
}

func (d *dictionary) name(n string) {
	// Whatever names an object stream is one, however little else it says.
	d.packed = d.packed || n == "ObjStm" || n == "First"
	d.parms = d.parms || n == "Predictor"
	switch {
	case d.filter && slices.Contains(filters, n):
		d.filters = append(d.filters, n)
	default:
		d.filter = n == "Filter" || n == "F"
	}
}

func (d *dictionary) word(w string) {
	if d.filter && w == "R" {
		d.filters = append(d.filters, "reference")
	}
}

var filters = []string{"FlateDecode", "Fl", "ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "LZWDecode", "LZW", "RunLengthDecode", "RL", "Crypt"}

// stream reads the packed objects of a stream. Those of other streams, which
// are pictures and pages, are found by scan, should any be hidden there.
func (p *pdf) stream(d dictionary, data []byte) {
	if !d.packed {
		return
	}
	switch {
	case len(d.filters) == 0:
		if end := bytes.Index(data, []byte("endstream")); end >= 0 {
			data = data[:end]
		}
		p.spend(len(data))
		p.plain(data)
		return
	case len(d.filters) > 1 || d.filters[0] != "FlateDecode" && d.filters[0] != "Fl" || d.parms:
		p.tooMuch = true // no program packs them so
		return
	}
	data = bytes.TrimLeft(data, "\r\n")
	from := bytes.NewReader(data)
	z, err := zlib.NewReader(from)
	if err != nil {
		p.tooMuch = true
		return
	}
	// An error, such as of a checksum, keeps no reader of PDFs from what came
	// before it.
	plain, _ := io.ReadAll(io.LimitReader(z, int64(p.inflate)+1))
	p.spend(len(data) - from.Len())
	if p.inflate -= len(plain); p.inflate < 0 {
		p.tooMuch = true
		return
	}
	p.plain(plain)
}

// plain reads unpacked objects one after the other: within them only names
// count.
func (p *pdf) plain(data []byte) {
	t := tokens{data: data}
	for p.found == "" {
		name, word := t.next()
		if name == "" && word == "" {
			return
		}
		if code, bad := forbidden[name]; bad {
			p.found = code
		}
	}
}

// tokens reads the names and words of objects, and passes over the rest:
// strings, comments, numbers among the words.
type tokens struct {
	data []byte
	at   int
}

// next is the next name, without its slash, or the next word; both are empty
// at the end.
func (t *tokens) next() (name, word string) {
	for t.at < len(t.data) {
		switch c := t.data[t.at]; {
		case c == '%':
			t.to("\r\n")
		case c == '(':
			t.str()
		case c == '<' && t.at+1 < len(t.data) && t.data[t.at+1] == '<':
			t.at += 2
		case c == '<':
			t.to(">")
		case c == '/':
			t.at++
			if n := unescape(t.run()); n != "" {
				return n, ""
			}
		case regular(c):
			return "", string(t.run())
		default:
			t.at++
		}
	}
	return "", ""
}

// to passes over bytes up to one of some.
func (t *tokens) to(ends string) {
	if n := bytes.IndexAny(t.data[t.at+1:], ends); n >= 0 {
		t.at += n + 1
	} else {
		t.at = len(t.data)
	}
}

// str passes over a string in parentheses, which may hold others.
func (t *tokens) str() {
	depth := 0
	for ; t.at < len(t.data); t.at++ {
		switch t.data[t.at] {
		case '\\':
			t.at++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				t.at++
				return
			}
		}
	}
}

// run is the regular characters from here.
func (t *tokens) run() []byte {
	from := t.at
	for t.at < len(t.data) && regular(t.data[t.at]) {
		t.at++
	}
	return t.data[from:t.at]
}

// regular reports whether a byte may stand within a name or word.
func regular(c byte) bool {
	switch c {
	case 0, '\t', '\n', '\f', '\r', ' ', '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return false
	}
	return true
}

// unescape reads a name's #xx.
func unescape(raw []byte) string {
	if !bytes.ContainsRune(raw, '#') {
		return string(raw)
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if hi, lo := hex(raw[i+1]), hex(raw[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return string(out)
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
