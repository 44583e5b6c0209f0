package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
)

// Widgets that draw themselves name their parts, so that a journey finds a
// day or a row as a person does; see desktop/journey/probe.

// ProbeParts names the days of the month shown, as 2026-11-26 and kind, such
// as "2026-11-26 booked pending".
func (g *MonthGrid) ProbeParts(yield func(name string, at fyne.Position, size fyne.Size)) {
	w, h := g.cellSize(g.Size())
	for cell := range 42 {
		date := g.dateAt(cell)
		if !g.inMonth(date) {
			continue
		}
		d := g.day(date)
		name := dayKey(date) + " " + d.kindName()
		x, y := g.cellPos(cell, w, h)
		yield(name, fyne.NewPos(x, y), fyne.NewSize(w, h))
	}
}

func (d Day) kindName() string {
	name := map[DayKind]string{DayNot: "not", DayBookable: "bookable", DayToday: "today", DayBooked: "booked"}[d.Kind]
	if d.Pending {
		name += " pending"
	}
	return name
}

// ProbeParts names the rows in sight by the text of their first cell.
func (t *Table) ProbeParts(yield func(name string, at fyne.Position, size fyne.Size)) {
	if t.length == 0 {
		return
	}
	first, last := t.InSight()
	for row := first; row <= min(last, t.length-1); row++ {
		centre := t.RowCentre(row)
		yield(t.cell(row, 0).Text, fyne.NewPos(0, centre.Y-t.rowHeight()/2), fyne.NewSize(t.Size().Width, t.rowHeight()))
	}
}

// ProbeParts names the pages in sight, drawn or not.
func (p *sheets) ProbeParts(yield func(name string, at fyne.Position, size fyne.Size)) {
	s := p.stage
	if !s.ready() {
		return
	}
	first, last := s.inSight()
	for page := first; page <= last; page++ {
		name := "page " + strconv.Itoa(page+1)
		if d := s.drawn.done[page]; d.image() != nil && d.width == s.pixels(page) {
			name += " drawn"
		}
		x, y, w, h := s.rect(page)
		yield(name, fyne.NewPos(x, y), fyne.NewSize(w, h))
	}
}
