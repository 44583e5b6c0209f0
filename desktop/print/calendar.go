package print

import (
	"time"

	"codeberg.org/go-pdf/fpdf"

	"parvis/assets"
	"parvis/desktop/i18n"
	"parvis/shared/portal"
)

// Calendar is a month on one sheet, to be hung up: seven columns, a row a week.
type Calendar struct {
	Town, Title, Intro string
	Made               time.Time
	First              portal.Date // of the month
	Days               map[portal.Date][]string
	Note               string
}

// The measures of the sheet, in millimetres: A4 on its side.
const (
	wide, tall = 297.0, 210.0
	edge       = 12.0
	under      = 24.0 // of the sheet, for the note and the hour it was made at
)

// MakeCalendar prints a month into a PDF.
func MakeCalendar(c Calendar) ([]byte, error) {
	c.Town, c.Title, c.Intro, c.Note = clean(c.Town), clean(c.Title), clean(c.Intro), clean(c.Note)
	p := &press{Fpdf: fpdf.New("L", "mm", "A4", "")}
	p.SetLang(i18n.Language())
	p.SetMargins(edge, edge, edge)
	p.SetCellMargin(0)
	p.SetAutoPageBreak(false, 0)
	p.AddUTF8FontFromBytes("parvis", "", assets.Font("SourceSans3-Regular.ttf"))
	p.AddUTF8FontFromBytes("parvis", "B", assets.Font("SourceSans3-Semibold.ttf"))
	p.AddPage()
	p.pen("B", 11, blue)
	p.text(edge, edge, p.fit(c.Town, wide-2*edge))
	p.pen("B", head, ink)
	p.text(edge, edge+6, p.fit(c.Title, wide-2*edge))
	y := edge + 7 + line(head)
	if c.Intro != "" {
		p.pen("", body, muted)
		p.text(edge, y, p.fit(c.Intro, wide-2*edge))
		y += line(body) + 2
	}
	p.weeks(c, y, tall-under)
	p.pen("", small, muted)
	y = tall - under + 3
	if c.Note != "" {
		for _, l := range p.wrap(c.Note, wide-2*edge) {
			p.text(edge, y, l)
			y += line(small)
		}
	}
	p.text(edge, y, i18n.T("print.made", map[string]any{"Date": i18n.DateTime(c.Made)}))
	return Finish(p.Fpdf, c.Title, c.Made)
}

// weeks draws the days between two heights.
func (p *press) weeks(c Calendar, from, to float64) {
	lead := (int(c.First.Weekday()) + 6) % 7
	days := c.First.DaysUntil(c.First.Add(31).FirstOfMonth())
	rows := (lead + days + 6) / 7
	w := (wide - 2*edge) / 7
	p.pen("B", small, muted)
	for i := range 7 {
		p.text(edge+float64(i)*w+1.5, from, i18n.Capital(i18n.Weekday(time.Weekday((i+1)%7))))
	}
	from += line(small) + 1
	h := (to - from) / float64(rows)
	p.SetDrawColor(rule[0], rule[1], rule[2])
	p.SetLineWidth(0.3)
	for n := range days {
		day := c.First.Add(n)
		x, y := edge+float64((lead+n)%7)*w, from+float64((lead+n)/7)*h
		p.Rect(x, y, w, h, "D")
		p.pen("B", 11, ink)
		p.text(x+1.5, y+1, i18n.Number(int64(day.Day())))
		p.pen("", small, ink)
		p.entries(c.Days[day], x+1.5, y+1.5+line(11), w-3, y+h-1)
	}
}

// entries writes what a day holds as far as there is room, and how much more
// there is.
func (p *press) entries(all []string, x, y, width, to float64) {
	for i, entry := range all {
		lines := p.wrap(clean(entry), width)
		last := i == len(all)-1
		room := to - y
		if !last {
			room -= line(small) // for the word that there is more
		}
		if float64(len(lines))*line(small) > room {
			p.text(x, y, i18n.T("print.more", map[string]any{"Count": len(all) - i}))
			return
		}
		for _, l := range lines {
			p.text(x, y, l)
			y += line(small)
		}
	}
}
