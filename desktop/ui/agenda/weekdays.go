package agenda

import (
	"slices"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
)

// weekDays is a week as a list: for each day what runs for whom.
type weekDays struct {
	titles [7]*kit.Text
	menus  [7]*kit.Text
	lists  [7]*kit.DayList
	lates  [7]*kit.Text // of what it is too late for
	parts  [7]fyne.CanvasObject
	none   *kit.Text
	past   *kit.Fold
	of     map[string]slot
}

// asDays lays a week out as a list: for large text, and for those who would
// rather read. Days gone by wait behind a fold.
func (a *agenda) asDays() fyne.CanvasObject {
	d := &weekDays{none: kit.Muted(i18n.T("agenda.week.nothing", nil))}
	a.listed = d
	for i := range d.lists {
		d.titles[i], d.menus[i], d.lists[i], d.lates[i] = kit.Section(""), kit.Muted(""), kit.NewDayList(), kit.Muted("")
		d.lists[i].Now = a.c.View.Now
		d.lists[i].OnSelect = func(day kit.Day) {
			if of, there := d.of[day.Of]; there {
				a.tells(of, dateOf(day.Date), true)
				a.act(of, dateOf(day.Date))
				a.stay(d.lists[i])
			}
		}
		d.parts[i] = kit.Column(look.XS, d.titles[i], d.menus[i], d.lists[i], d.lates[i])
	}
	gone := kit.Column(look.M)
	d.past = kit.NewFold(i18n.T("agenda.past", nil), gone)
	coming := kit.Column(look.M)
	for i, day := range d.parts {
		if a.week.Add(i) < a.c.View.Today() {
			gone.Add(day)
		} else {
			coming.Add(day)
		}
	}
	show(d.past, len(gone.Objects) > 0)
	a.weekBar()
	a.foot = a.stripFoot()
	invited := ""
	if !a.family {
		invited = a.invitedBy()
	}
	all := a.overList(invited, a.whyThisPrice())
	for _, o := range []fyne.CanvasObject{d.none, coming, d.past} {
		all.Add(o)
	}
	a.page = kit.NewBarePage(kit.PadXY(look.L, look.S, kit.Limit(look.PageWidth, all)))
	return arrange.Footed(a.page, a.foot)
}

// fillDays writes the days of the list; the children's own weeks come first.
func (a *agenda) fillDays() {
	d := a.listed
	d.of = map[string]slot{}
	some := false
	for i := range d.lists {
		day := a.week.Add(i)
		var own, away []kit.Day
		var late []string
		menu := ""
		for n := range a.rows {
			r := &a.rows[n]
			if off(&r.all[i]) || over(&r.all[i]) {
				continue
			}
			cell := r.cells[i]
			cell.Of, cell.Label = r.what.Name.In(i18n.Language()), i18n.Capital(cell.Label)
			if a.family {
				cell.Of = a.whose(r) + ", " + cell.Of
			}
			if missed(&r.all[i]) && cell.Word == i18n.T("agenda.word."+string(bookings.CutoffPassed), nil) { // and not refused: that is still told
				late = append(late, cell.Of)
				continue
			}
			d.of[cell.Of] = r.of
			if cell.Mark != "" {
				away = append(away, cell)
			} else {
				own = append(own, cell)
			}
			if m, told := a.menuFor(r, day); told && menu == "" {
				menu = i18n.T("meals.day", map[string]any{"Dishes": MenuShort(m)}) + " " + declared(m.Declared()) + "."
			}
		}
		all := slices.Concat(own, away)
		d.titles[i].SetText(outcome.DayName(day))
		d.menus[i].SetText(menu)
		show(d.menus[i], menu != "")
		d.lists[i].SetDays(all)
		show(d.lists[i], len(all) > 0)
		d.lates[i].SetText(i18n.T("agenda.week.late", map[string]any{"What": i18n.Clauses(late)}))
		show(d.lates[i], len(late) > 0)
		show(d.parts[i], len(all)+len(late) > 0)
		some = some || len(all)+len(late) > 0
	}
	show(d.none, !some)
}

// first is the first day from today on of which there is something to say, and
// its first row.
func (d *weekDays) first(monday, today portal.Date) (day, row fyne.CanvasObject) {
	for i, l := range d.lists {
		if first := l.First(); monday.Add(i) >= today && first != nil {
			return d.parts[i], first
		}
	}
	return nil, nil
}

// over reports whether nothing was booked of a day that can no longer be: a list
// has nothing to say of it.
func over(d *view.DayView) bool {
	return d.Booking == nil && d.Pending == view.PendingNone && d.Doubt == nil && d.Look.Reason != nil &&
		(d.Look.Reason.Code == bookings.DayToday || d.Look.Reason.Code == bookings.DayPast)
}

// missed reports whether nothing was booked of a day for which it is too late: a list
// has one line for all of these, so that it does not begin with what cannot be done.
func missed(d *view.DayView) bool {
	return d.Booking == nil && d.Wait == nil && d.Pending == view.PendingNone && d.Doubt == nil && d.Look.Reason != nil && d.Look.Reason.Code == bookings.CutoffPassed
}

// menuFor is what a row's child eats on a day.
func (a *agenda) menuFor(r *boardRow, day portal.Date) (meals.Menu, bool) {
	if r.what.Kind != bookings.Canteen {
		return meals.Menu{}, false
	}
	return a.c.View.Menu(a.siteOf(r.of), day)
}

// menusOfWeek is what the canteens of the children shown serve, a column a day;
// nil where nothing is told.
func (a *agenda) menusOfWeek() fyne.CanvasObject {
	var blocks []fyne.CanvasObject
	var had []portal.ID
	for n := range a.rows {
		r := &a.rows[n]
		var days []fyne.CanvasObject
		key := portal.ID("")
		for i := range 7 {
			m, told := a.menuFor(r, a.week.Add(i))
			if !told {
				continue
			}
			key += meals.Key(m.Site, m.Day)
			lines := []fyne.CanvasObject{kit.Strong(outcome.DayName(m.Day)), kit.Body(i18n.Capital(MenuShort(m)))}
			if other := instead(m); other != "" {
				lines = append(lines, kit.Caption(other))
			}
			days = append(days, kit.Column(look.XS, append(lines, kit.Caption(declared(m.Declared())))...))
		}
		if key == "" || slices.Contains(had, key) {
			continue
		}
		had = append(had, key)
		title := i18n.T("meals.title", nil)
		if len(had) > 1 {
			title = i18n.Joined(title, a.siteName(a.siteOf(r.of)))
		}
		blocks = append(blocks, kit.Section(title), kit.Columns(170, look.M, 5, days...))
	}
	if len(blocks) == 0 {
		return nil
	}
	return kit.Column(look.S, append(blocks, kit.Muted(i18n.T("meals.note", nil)))...)
}

func (a *agenda) siteName(id portal.ID) string {
	for _, s := range a.c.View.Sites() {
		if s.ID == id {
			return s.Name
		}
	}
	return ""
}
