package agenda

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// boardRow is the week of a child at an activity.
type boardRow struct {
	of    slot
	child string
	what  bookings.Activity
	all   [7]view.DayView
	cells [7]kit.Day
}

// off reports whether an activity does not run that day for the child at all.
func off(d *view.DayView) bool {
	if d.Booking != nil || d.Look.CanBook || d.Pending != view.PendingNone || d.Doubt != nil || d.Look.Reason == nil {
		return false
	}
	switch d.Look.Reason.Code {
	case bookings.WeekdayOff, bookings.SchoolHoliday, bookings.SchoolDay, bookings.PublicHoliday, bookings.NotEnrolled, bookings.OutsideYear:
		return true
	}
	return false
}

// shownChildren is whose days are shown.
func (a *agenda) shownChildren() (out []wire.Child) {
	for _, c := range a.c.View.Seen() {
		if a.family || c.ID == a.child {
			out = append(out, c)
		}
	}
	return out
}

// readWeek reads the week: a row for each activity that runs in it, and of a
// child for whom none does the first, whose days say why.
func (a *agenda) readWeek() {
	a.rows = nil
	children := a.shownChildren()
	for _, c := range children {
		var idle *boardRow
		before := len(a.rows)
		for _, x := range a.activities(c.ID) {
			r := boardRow{of: slot{c.ID, x.ID}, child: calledAmong(c, children), what: x, all: a.c.View.Week(c.ID, x.ID, a.week)}
			f := a.facts(r.of)
			f.named = a.family
			runs := false
			for i := range r.all {
				r.cells[i] = f.cell(&r.all[i])
				runs = runs || !off(&r.all[i])
			}
			switch {
			case runs:
				a.rows = append(a.rows, r)
			case idle == nil:
				idle = &r
			}
		}
		if len(a.rows) == before && idle != nil {
			a.rows = append(a.rows, *idle)
		}
	}
}

// calledAmong is what a child is called among others: by both names where two
// have the same first one.
func calledAmong(c wire.Child, all []wire.Child) string {
	for _, other := range all {
		if other.ID != c.ID && other.FirstName == c.FirstName {
			return c.FirstName + " " + c.LastName
		}
	}
	return words.Called(c.FirstName)
}

// columns is how many days from Monday on are shown: five, or as many as
// something runs on, and up to today: who asks for the week of today sees it.
func (a *agenda) columns() int {
	n := 5
	if today := a.week.DaysUntil(a.c.View.Today()); today < 7 {
		n = max(n, today+1)
	}
	for i := range a.rows {
		for day := n; day < 7; day++ {
			if !off(&a.rows[i].all[day]) {
				n = day + 1
			}
		}
	}
	return n
}

// frame is what the widgets of the week are made for; of others they are made
// anew.
func (a *agenda) frame(is shape) string {
	if is == shapeDays {
		return fmt.Sprint(a.family, a.week, a.c.View.Today())
	}
	var b strings.Builder
	fmt.Fprint(&b, a.family, a.columns())
	for _, r := range a.rows {
		fmt.Fprint(&b, " ", r.of.child, "/", r.of.activity)
	}
	return b.String()
}

// firstWeek is this week, or the first in which something is left to do.
func (a *agenda) firstWeek() portal.Date {
	today := a.c.View.Today()
	const weeksAhead = 10
	for n := range weeksAhead {
		monday := view.Monday(today).Add(7 * n)
		for _, c := range a.shownChildren() {
			for _, x := range a.activities(c.ID) {
				all := a.c.View.Week(c.ID, x.ID, monday)
				if slices.ContainsFunc(all[:], func(d view.DayView) bool {
					return d.Day > today && (d.Look.CanBook || d.Look.CanCancel || d.Pending != view.PendingNone || d.Booking != nil)
				}) {
					return monday
				}
			}
		}
	}
	return view.Monday(today)
}

// boardRows is the rows as the board draws them.
func (a *agenda) boardRows() (out []kit.BoardRow) {
	n := a.columns()
	for _, r := range a.rows {
		row := kit.BoardRow{Icon: screen.ActivityIcon(r.what.Kind), Name: r.what.Name.In(i18n.Language()), Days: slices.Clone(r.cells[:n])}
		if a.family {
			row.Group = a.whose(&r)
		}
		out = append(out, row)
	}
	return out
}

// firstCell is the first cell of the first day that can be booked or cancelled,
// on which the keyboard begins.
func (a *agenda) firstCell() (row, day int, some bool) {
	for day := range a.columns() {
		for row := range a.rows {
			if d := &a.rows[row].all[day]; d.Look.CanBook || d.Look.CanCancel {
				return row, day, true
			}
		}
	}
	return 0, 0, false
}

// whose is what a child is called among all, and whose invitation shows it: who
// books there spends another's money.
func (a *agenda) whose(r *boardRow) string {
	if by := a.parent(r.of); by != "" {
		return i18n.T("agenda.family.given", map[string]any{"Child": r.child, "Name": by})
	}
	return r.child
}

// asBoard lays a week out: a line for each child and activity, the menus below.
func (a *agenda) asBoard(was *kit.WeekBoard) fyne.CanvasObject {
	a.board = kit.NewWeekBoard(a.boardRows())
	if was != nil {
		a.board.Resume(was)
	} else if row, day, some := a.firstCell(); some {
		a.board.Start(row, day)
	}
	a.board.Now = a.c.View.Now
	a.board.OnSelect = func(row, day int) {
		a.tellCell(row, day, true)
		a.act(a.rows[row].of, a.rows[row].all[day].Day)
		a.stay(a.board)
	}
	a.board.OnShow = a.tellCell
	a.board.OnWeek = a.turnWeek
	a.weekBar()
	a.menus = kit.NewSwap(nil)
	return a.aroundPage(a.board.Heads(), kit.Column(look.M, a.board, a.menus))
}

// aroundPage lays out what scrolls by itself, with the choices and the days above
// it and the legend beside it always in sight.
func (a *agenda) aroundPage(heads, shown fyne.CanvasObject) fyne.CanvasObject {
	const margin = boardGap // of the page, for the ring around its cells and its bar
	head, aside, page := a.head(), a.aside(), kit.NewBarePage(kit.PadXY(margin, 2, shown))
	body := arrange.New(func(size fyne.Size) {
		w, beside, wide := boardRoom(size.Width)
		x, y := look.Px(look.M), look.Px(look.XS)
		hh := kit.HeightFor(head, w)
		arrange.Put(head, x, y, w, hh)
		y += hh + look.Px(2)
		gw := w
		if wide {
			gw = w - beside - look.Px(boardGap)
			aside.beside(x+gw+look.Px(boardGap), y+look.Px(look.S), beside, size.Height-y-look.Px(look.S))
		} else {
			y += aside.above(x, y, w, true) + look.Px(look.XS)
		}
		gw -= look.Px(look.XS + look.S - look.XS/2) // the bar stands clear of what is beside it
		dh := kit.HeightFor(heads, gw)
		arrange.Put(heads, x, y, gw, dh)
		y += dh
		arrange.Put(page, x-look.Px(margin), y, gw+look.Px(2*margin), size.Height-y)
	}, func(width float32) float32 {
		w, beside, wide := boardRoom(width)
		h := look.Px(look.XS+2) + kit.HeightFor(head, w)
		gw := w
		if wide {
			gw = w - beside - look.Px(boardGap)
		} else {
			h += aside.above(0, 0, w, false) + look.Px(look.XS)
		}
		h += kit.HeightFor(heads, gw) + page.HeightFor(gw+look.Px(boardGap))
		if wide {
			h = max(h, look.Px(look.XS+2+look.S)+kit.HeightFor(head, w)+aside.least(beside))
		}
		return h + look.Px(look.S)
	}, append(aside.parts(), head, heads, page)...)
	a.foot = a.underline(true)
	foot := a.foot
	// The line stands below the days, however tall the window is.
	return arrange.New(func(size fyne.Size) {
		h := kit.HeightFor(foot, size.Width)
		y := min(size.Height-h, kit.HeightFor(body, size.Width))
		arrange.Put(body, 0, 0, size.Width, y)
		arrange.Put(foot, 0, y, size.Width, h)
	}, func(width float32) float32 { return look.Px(240) + kit.HeightFor(foot, width) }, body, foot)
}

func (a *agenda) weekBar() {
	a.bar = kit.NewWeekBar(func() time.Time { return a.week.At(12, 0) }, a.turnWeek, func() {
		a.week = view.Monday(a.c.View.Today())
		a.refresh()
		a.focus()
	})
}

// turnWeek shows another week.
func (a *agenda) turnWeek(by int) {
	a.week, a.told = a.week.Add(7*by), subject{}
	a.refresh()
}

// tellCell has the line say what a cell is.
func (a *agenda) tellCell(row, day int, ok bool) {
	if !ok || row >= len(a.rows) {
		a.tell(slot{}, kit.Day{}, false)
		return
	}
	r := &a.rows[row]
	key, on := "agenda.week.line", outcome.DayName(r.all[day].Day)
	if a.family {
		key, on = "agenda.family.line", i18n.DayDate(outcome.Day(r.all[day].Day))
	}
	a.line.Say(i18n.T(key, map[string]any{"Child": short(r.child), "Day": on, "Activity": r.what.Name.In(i18n.Language()), "Text": r.cells[day].Label}))
	a.tells(r.of, r.all[day].Day, true)
}

// toDay puts the keyboard on a day of the week shown.
func (a *agenda) toDay(day portal.Date) {
	for i, r := range a.rows {
		if r.of == a.slot() {
			a.board.GoTo(i, a.week.DaysUntil(day))
			return
		}
	}
	a.board.GoTo(0, a.week.DaysUntil(day))
}

// openWeek shows the week of a day pressed in the family's month.
func (a *agenda) openWeek(d kit.Day) {
	day := dateOf(d.Date)
	a.week, a.mode = view.Monday(day), byWeek
	a.refresh()
	if a.is == shapeBoard {
		a.toDay(day)
	}
	a.focus()
}

// updateWeek draws the week as it is now.
func (a *agenda) updateWeek() {
	a.bar.Refresh()
	if a.is == shapeBoard {
		a.board.SetRows(a.boardRows())
		a.menus.Set(a.menusOfWeek())
	} else {
		a.fillDays()
	}
	var cells []kit.Day
	for i := range a.rows {
		cells = append(cells, a.rows[i].cells[:]...)
	}
	a.tellSigns(cells...)
	a.offerPrice()
	a.account()
	a.tellLast()
}
