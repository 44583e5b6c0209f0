package print

import (
	"sort"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"parvis/assets"
	"parvis/desktop/i18n"
)

// Sheet is what a printed document says.
type Sheet struct {
	Town   string // whose town hall
	Title  string // "Récapitulatif de votre demande"
	Number string // of the request or receipt; may be empty
	Intro  string // may be empty
	// Made is when it was made, as the town's clocks have it: it is written on
	// the sheet, and into the file.
	Made     time.Time
	Sections []Section
	// Note is small print at the end; may be empty.
	Note string
}

// Section is a part of a sheet with a heading.
type Section struct {
	Title string
	Rows  []Row
}

// Row is a question with its answer; an empty answer is told as such.
type Row struct{ Question, Answer string }

// Measures in millimetres and points.
const (
	side, top, bottom = 20.0, 18.0, 22.0
	width             = 210.0 - 2*side
	questions         = 62.0 // the column of the questions
	gutter            = 6.0
	rowGap            = 2.2
	body, small, head = 10.5, 9.0, 20.0
)

// The colours of the look, on paper.
var (
	ink   = [3]int{0x1b, 0x1f, 0x2a}
	muted = [3]int{0x56, 0x5c, 0x6b}
	rule  = [3]int{0xd9, 0xdb, 0xe0}
	blue  = [3]int{0x1f, 0x4e, 0x8c}
)

// Make prints a sheet into a PDF.
func Make(s Sheet) ([]byte, error) {
	s = s.clean()
	// How many pages there are stands on each of them: they are counted first.
	pages := layOut(s, 0).PageCount()
	return Finish(layOut(s, pages), s.Title, s.Made)
}

// press is a PDF being laid out.
type press struct {
	*fpdf.Fpdf
	sheet Sheet
	of    int
}

// begin is a document with its first page and heading.
func begin(s Sheet, of int) *press {
	p := &press{Fpdf: fpdf.New("P", "mm", "A4", ""), sheet: s, of: of}
	p.SetLang(i18n.Language())
	p.SetMargins(side, top, side)
	p.SetCellMargin(0)
	p.SetAutoPageBreak(false, 0)
	p.AddUTF8FontFromBytes("parvis", "", assets.Font("SourceSans3-Regular.ttf"))
	p.AddUTF8FontFromBytes("parvis", "B", assets.Font("SourceSans3-Semibold.ttf"))
	p.page()
	p.heading()
	return p
}

func layOut(s Sheet, of int) *fpdf.Fpdf {
	p := begin(s, of)
	for _, section := range s.Sections {
		p.section(section)
	}
	if s.Note != "" {
		p.SetY(p.GetY() + 6)
		p.paragraph(s.Note, small, muted)
	}
	return p.Fpdf
}

func (p *press) pen(style string, points float64, colour [3]int) {
	p.SetFont("parvis", style, points)
	p.SetTextColor(colour[0], colour[1], colour[2])
}

// line is the height of a line of so many points, in millimetres.
func line(points float64) float64 { return points * 0.3528 * 1.35 }

// room tells whether so many millimetres are left on the page.
func (p *press) room(height float64) bool { return p.GetY()+height <= 297-bottom }

// page begins a page: the town at its top, which page it is at its foot.
func (p *press) page() {
	p.AddPage()
	p.pen("B", 11, blue)
	p.text(side, top, p.sheet.Town)
	if p.PageNo() > 1 {
		p.pen("", small, muted)
		p.right(top, p.fit(p.sheet.Title, width/2))
	}
	p.stroke(top + 7)
	p.pen("", small, muted)
	p.text(side, 297-15, p.fit(strings.TrimSpace(p.sheet.Title+" "+p.sheet.Number), width-40))
	p.right(297-15, i18n.T("print.page", map[string]any{"Page": p.PageNo(), "Pages": max(p.of, p.PageNo())}))
	p.SetXY(side, top+14)
}

func (p *press) stroke(y float64) {
	p.SetDrawColor(rule[0], rule[1], rule[2])
	p.SetLineWidth(0.3)
	p.Line(side, y, 210-side, y)
}

// text writes a line whose top is at y.
func (p *press) text(x, y float64, s string) {
	p.SetXY(x, y)
	p.CellFormat(p.GetStringWidth(s)+1, line(body), s, "", 0, "L", false, 0, "")
}

func (p *press) right(y float64, s string) { p.text(210-side-p.GetStringWidth(s), y, s) }

// fit cuts a line that is too wide.
func (p *press) fit(s string, most float64) string {
	if p.GetStringWidth(s) <= most {
		return s
	}
	runes := []rune(s)
	n := p.fitting(runes, most-p.GetStringWidth("…"))
	return strings.TrimRight(string(runes[:n]), " ") + "…"
}

// fitting is how many runes fit into a width.
func (p *press) fitting(runes []rune, most float64) int {
	return sort.Search(len(runes), func(n int) bool { return p.GetStringWidth(string(runes[:n+1])) > most })
}

func (p *press) heading() {
	p.pen("B", head, ink)
	for _, l := range p.wrap(p.sheet.Title, width) {
		p.text(side, p.GetY(), l)
		p.SetXY(side, p.GetY()+line(head))
	}
	p.SetY(p.GetY() + 2)
	when := i18n.T("print.made", map[string]any{"Date": i18n.DateTime(p.sheet.Made)})
	if p.sheet.Number != "" {
		when = i18n.T("print.number", map[string]any{"Number": p.sheet.Number}) + " · " + when
	}
	p.paragraph(when, body, muted)
	if p.sheet.Intro != "" {
		p.SetY(p.GetY() + 3)
		p.paragraph(p.sheet.Intro, body, ink)
	}
}

func (p *press) paragraph(s string, points float64, colour [3]int) {
	p.pen("", points, colour)
	for _, l := range p.wrap(s, width) {
		if !p.room(line(points)) {
			p.page()
			p.pen("", points, colour)
		}
		p.text(side, p.GetY(), l)
		p.SetXY(side, p.GetY()+line(points))
	}
}

func (p *press) section(s Section) {
	// A heading never stands alone at the foot of a page.
	if !p.room(8 + line(13) + 4 + 2*line(body)) {
		p.page()
	} else {
		p.SetY(p.GetY() + 8)
	}
	if s.Title != "" {
		p.pen("B", 13, ink)
		for _, l := range p.wrap(s.Title, width) {
			p.text(side, p.GetY(), l)
			p.SetXY(side, p.GetY()+line(13))
		}
		p.stroke(p.GetY() + 1)
		p.SetXY(side, p.GetY()+4)
	}
	for _, r := range s.Rows {
		p.row(r)
	}
}

func (p *press) row(r Row) {
	answer, colour := r.Answer, ink
	if strings.TrimSpace(answer) == "" {
		answer, colour = i18n.T("kit.recap.empty", nil), muted
	}
	p.pen("", body, muted)
	left := p.wrap(r.Question, questions)
	p.pen("", body, ink)
	right := p.wrap(answer, width-questions-gutter)
	lines := max(len(left), len(right))
	// What fits on one page is not torn apart; what is longer is.
	if whole := float64(lines) * line(body); !p.room(whole) && whole < 297-top-bottom-30 {
		p.page()
	}
	for i := range lines {
		if !p.room(line(body)) {
			p.page()
		}
		y := p.GetY()
		if i < len(left) {
			p.pen("", body, muted)
			p.text(side, y, left[i])
		}
		if i < len(right) {
			p.pen("", body, colour)
			p.text(side+questions+gutter, y, right[i])
		}
		p.SetXY(side, y+line(body))
	}
	p.SetY(p.GetY() + rowGap)
}

// wrap breaks a text into lines of a width, at spaces where it can.
func (p *press) wrap(s string, most float64) []string {
	var all []string
	for _, para := range strings.Split(s, "\n") {
		now := ""
		for _, word := range strings.Split(para, " ") {
			try := word
			if now != "" {
				try = now + " " + word
			}
			if p.GetStringWidth(try) <= most {
				now = try
				continue
			}
			if now != "" {
				all = append(all, now)
			}
			for p.GetStringWidth(word) > most {
				runes := []rune(word)
				n := max(1, p.fitting(runes, most))
				all, word = append(all, string(runes[:n])), string(runes[n:])
			}
			now = word
		}
		all = append(all, now)
	}
	return all
}

// clean is the sheet with nothing in it that cannot be written.
func (s Sheet) clean() Sheet {
	for _, line := range []*string{&s.Town, &s.Title, &s.Number} {
		*line = strings.ReplaceAll(clean(*line), "\n", " ")
	}
	s.Intro, s.Note = clean(s.Intro), clean(s.Note)
	sections := make([]Section, len(s.Sections))
	for i, section := range s.Sections {
		sections[i].Title = clean(section.Title)
		for _, r := range section.Rows {
			sections[i].Rows = append(sections[i].Rows, Row{clean(r.Question), clean(r.Answer)})
		}
	}
	s.Sections = sections
	return s
}

// clean keeps what the fonts and the library can write: no control signs, and
// nothing beyond the first plane of Unicode, such as an emoji.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r > 0xffff:
			return '?'
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}
