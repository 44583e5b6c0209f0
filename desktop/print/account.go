package print

import (
	"codeberg.org/go-pdf/fpdf"
)

// Account is a statement on paper: a sheet whose lines stand in columns, a month
// after the other, with the sums at its head.
type Account struct {
	Sheet // its sections are not used
	Heads [4]string
	// Totals stand before the lines.
	Totals []Row
	Months []Month
	// Empty is said where there is no line.
	Empty string
}

// Month is a month's lines.
type Month struct {
	Title string
	Lines []Movement
}

// Movement is a line: when, what with a smaller line under it, how much, and the
// balance after it.
type Movement struct{ Date, What, About, Amount, Balance string }

// The columns, in millimetres.
const (
	dates, amounts = 22.0, 27.0
	whats          = width - dates - 2*amounts - 4
)

// MakeAccount prints a statement into a PDF.
func MakeAccount(a Account) ([]byte, error) {
	a = a.clean()
	pages := layOutAccount(a, 0).PageCount()
	return Finish(layOutAccount(a, pages), a.Title, a.Made)
}

func layOutAccount(a Account, of int) *fpdf.Fpdf {
	p := begin(a.Sheet, of)
	p.section(Section{Title: "", Rows: a.Totals})
	p.SetY(p.GetY() + 4)
	p.heads(a.Heads)
	for _, m := range a.Months {
		p.month(m, a.Heads)
	}
	if a.Empty != "" {
		p.paragraph(a.Empty, body, muted)
	}
	if a.Note != "" {
		p.SetY(p.GetY() + 6)
		p.paragraph(a.Note, small, muted)
	}
	return p.Fpdf
}

// heads names the columns, on every page anew.
func (p *press) heads(names [4]string) {
	y := p.GetY()
	p.pen("B", small, muted)
	p.text(side, y, names[0])
	p.text(side+dates, y, names[1])
	p.ends(side+width-amounts, y, names[2])
	p.ends(side+width, y, names[3])
	p.stroke(y + line(small) + 1.5)
	p.SetXY(side, y+line(small)+3.5)
}

// ends writes a line that ends at x.
func (p *press) ends(x, y float64, s string) { p.text(x-p.GetStringWidth(s), y, s) }

func (p *press) month(m Month, heads [4]string) {
	next := func() {
		p.page()
		p.heads(heads)
	}
	// The name of a month never stands alone at the foot of a page.
	if !p.room(4 + line(12) + 2*line(body) + line(small)) {
		next()
	}
	p.SetY(p.GetY() + 2)
	p.pen("B", 12, ink)
	p.text(side, p.GetY(), m.Title)
	p.SetXY(side, p.GetY()+line(12)+1)
	for _, l := range m.Lines {
		p.pen("", body, ink)
		what := p.wrap(l.What, whats)
		p.pen("", small, muted)
		var about []string
		if l.About != "" {
			about = p.wrap(l.About, whats)
		}
		if !p.room(float64(len(what))*line(body) + float64(len(about))*line(small)) {
			next()
		}
		y := p.GetY()
		p.pen("", body, muted)
		p.text(side, y, l.Date)
		p.pen("", body, ink)
		p.ends(side+width-amounts, y, l.Amount)
		p.ends(side+width, y, l.Balance)
		for _, w := range what {
			p.text(side+dates, y, w)
			y += line(body)
		}
		p.pen("", small, muted)
		for _, w := range about {
			p.text(side+dates, y, w)
			y += line(small)
		}
		p.SetXY(side, y+1.2)
	}
}

// clean is the statement with nothing in it that cannot be written.
func (a Account) clean() Account {
	a.Sheet = a.Sheet.clean()
	a.Empty = clean(a.Empty)
	months := make([]Month, len(a.Months))
	for i, m := range a.Months {
		months[i] = Month{Title: clean(m.Title), Lines: make([]Movement, len(m.Lines))}
		for j, l := range m.Lines {
			months[i].Lines[j] = Movement{clean(l.Date), clean(l.What), clean(l.About), clean(l.Amount), clean(l.Balance)}
		}
	}
	a.Months = months
	return a
}
