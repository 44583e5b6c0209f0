package staff

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/closures"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// StaffDay builds the head counts of a week at a site, an activity a line; its
// route may name the site and a day of the week.
func StaffDay(c *screen.Context, r screen.Route) screen.Screen { return openWeek(c, r).screen() }

// schoolWeek is how many days a week shows: Monday to Friday.
const schoolWeek = 5

type week struct {
	c      *screen.Context
	site   portal.ID
	monday portal.Date

	lines []line
	root  *kit.Swap
	table *kit.Table
	days  *kit.Swap // the same by day, where the table has no room
	over  *kit.Swap // what stands over the table
	along *kit.Swap // the same where it scrolls along with the days
	wide  bool      // the table has room
	head  *kit.Text
	sure  *kit.Text   // which counts are final, and until when the next is not
	shut  *kit.Notice // how many fewer come because the town has closed
	away  *kit.Notice // who of those awaited today does not come
	this  *kit.Button // back to this week, from another
	is    string
	body  *arrange.Box
}

// weekKept is what the screen finds again when it is built anew.
type weekKept struct {
	site   portal.ID
	monday portal.Date
}

// line is an activity's week.
type line struct {
	activity bookings.Activity
	counts   [schoolWeek]*wire.HeadCount // nil: nobody has ever booked
}

func openWeek(c *screen.Context, r screen.Route) *week {
	w := &week{c: c, site: portal.ID(r.Arg("site")), root: kit.NewSwap(nil)}
	day, err := portal.ParseDate(r.Arg("day"))
	if err != nil {
		day = c.View.Today()
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
			day = day.Add(2) // at the week-end the week to come is what matters
		}
	}
	w.monday = mondayOf(day)
	if before, again := c.Kept.(weekKept); again {
		w.site, w.monday = before.site, before.monday
	}
	w.refresh()
	c.On(w.refresh, view.Topic{Collection: wire.HeadCounts}, view.Topic{Collection: wire.SiteAbsences}, view.Topic{Collection: wire.ClosureDays}, view.Topic{Collection: wire.Closures}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: wire.Sites},
		view.Topic{Collection: wire.Activities}, view.Topic{Collection: view.ClockTopic})
	return w
}

func mondayOf(d portal.Date) portal.Date { return d.Add(-((int(d.Weekday()) + 6) % 7)) }

func (w *week) screen() screen.Screen {
	s := screen.Screen{Content: w.root, Title: i18n.T("staff.day.title", nil), Rail: screen.StaffDay}
	if w.table != nil && !look.Large() {
		s.Focus = w.table // in large text the days are read as a page
	}
	return s
}

// sites is the agent's own.
func (w *week) sites() []bookings.Site {
	me, _ := w.c.View.Me()
	return slices.DeleteFunc(w.c.View.Sites(), func(s bookings.Site) bool { return !slices.Contains(me.Sites, s.ID) })
}

func (w *week) refresh() {
	sites := w.sites()
	_, known := w.c.View.Me()
	if len(sites) > 0 && !slices.ContainsFunc(sites, func(s bookings.Site) bool { return s.ID == w.site }) {
		w.site = sites[0].ID
	}
	w.c.Kept = weekKept{w.site, w.monday}
	is := string(w.site)
	switch {
	case !known:
		is = "unknown"
	case len(sites) == 0:
		is = "none"
	}
	w.count()
	if is != w.is {
		w.is = is
		w.root.Set(w.make(sites))
	}
	if w.table == nil {
		return
	}
	w.head.SetText(i18n.T("staff.day.week", map[string]any{"Day": i18n.Date(outcome.Day(w.monday))}))
	w.sure.SetText(strings.Join(w.settled(), "\n"))
	lines := closures.Lines(w.c.View, w.site, portal.Period{From: w.monday, To: w.monday.Add(schoolWeek - 1)})
	w.shut.Set(look.ToneWarning, "", strings.Join(lines, "\n"))
	set(w.shut, len(lines) > 0)
	gone := w.absent()
	w.away.Set(look.ToneInfo, i18n.T("staff.day.away", nil), strings.Join(gone, "\n"))
	set(w.away, len(gone) > 0)
	set(w.this, w.monday != mondayOf(w.c.View.Today()))
	titles := []string{i18n.T("staff.day.activity", nil)}
	for i := range schoolWeek {
		titles = append(titles, w.dayTitle(i))
	}
	w.table.SetTitles(titles...)
	w.table.SetLength(len(w.lines))
	w.days.Set(w.byDay())
	w.body.Refresh()
}

// absent is who does not come today though they are booked, a line for each
// activity, while the week is this one.
func (w *week) absent() (lines []string) {
	today := w.c.View.Today()
	if mondayOf(today) != w.monday {
		return nil
	}
	names := map[portal.ID][]string{}
	for _, a := range w.c.View.SiteAbsences(w.site, today) {
		names[a.Activity] = append(names[a.Activity], a.Person)
	}
	for _, a := range w.c.View.Activities() {
		if len(names[a.ID]) > 0 {
			lines = append(lines, i18n.T("staff.day.awayFrom", map[string]any{"Activity": a.Name.In(i18n.Language()), "Names": i18n.List(names[a.ID])}))
		}
	}
	return lines
}

// dayTitle heads a day's column.
func (w *week) dayTitle(i int) string {
	day := w.monday.Add(i)
	if day == w.c.View.Today() {
		return i18n.T("staff.day.today", nil)
	}
	return i18n.Capital(i18n.WeekdayShort(day.Weekday())) + " " + i18n.Number(int64(day.Day()))
}

// count gathers the week; activities that are never held here are left out.
func (w *week) count() {
	w.lines = nil
	for _, a := range w.c.View.Activities() {
		if !a.At(w.site) {
			continue
		}
		l := line{activity: a}
		for i := range schoolWeek {
			for _, c := range w.c.View.HeadCounts(w.site, w.monday.Add(i)) {
				if c.Activity == a.ID {
					l.counts[i] = &c
				}
			}
		}
		w.lines = append(w.lines, l)
	}
}

func (w *week) make(sites []bookings.Site) fyne.CanvasObject {
	w.table = nil
	switch w.is {
	case "unknown":
		return kit.NewPage(pad(kit.EmptyState(kit.NotReceived, "", "", "", nil)))
	case "none":
		return kit.NewPage(pad(kit.EmptyState(kit.NothingYet, "buildings", i18n.T("staff.day.noSite", nil), "", nil)))
	}
	name := ""
	for _, s := range sites {
		if s.ID == w.site {
			name = s.Name
		}
	}
	choose := kit.NewMenuButton("buildings", name, func() []kit.MenuItem {
		var items []kit.MenuItem
		for _, s := range w.sites() {
			items = append(items, kit.MenuItem{Label: s.Name, Checked: s.ID == w.site, Do: func() {
				w.site = s.ID
				w.refresh()
			}})
		}
		return items
	}).Edged()
	w.head = kit.Section("")
	w.sure = kit.Muted("")
	w.shut = kit.NewNotice(look.ToneWarning, "", "").Icon("lock")
	w.shut.Hide()
	w.away = kit.NewNotice(look.ToneInfo, "", "").Icon("user")
	w.away.Hide()
	turn := func(days int) func() {
		return func() {
			w.monday = w.monday.Add(days)
			w.refresh()
		}
	}
	w.this = kit.Plain(i18n.T("staff.day.this", nil), func() {
		w.monday = mondayOf(w.c.View.Today())
		w.refresh()
	})
	bar := kit.Line(look.S, choose, kit.NewIconButton("caret-left", i18n.T("staff.day.previous", nil), turn(-7)),
		kit.NewIconButton("caret-right", i18n.T("staff.day.next", nil), turn(7)), kit.Grow(w.head, 200), w.this)
	columns := []kit.TableColumn{{Width: 180, Grow: true}}
	for range schoolWeek {
		columns = append(columns, kit.TableColumn{Width: 84, Trailing: true})
	}
	columns[0].Title = i18n.T("staff.day.activity", nil)
	w.table = kit.NewTable(columns, w.cell)
	w.days = kit.NewSwap(nil)
	w.over, w.along, w.wide = kit.NewSwap(nil), kit.NewSwap(nil), false
	list := kit.NewBarePage(kit.Column(0, w.along, kit.PadXY(look.L, look.S, w.days)))
	head := kit.PadXY(look.L, look.M, kit.Limit(look.PageWidth, kit.Column(look.M, kit.Title(i18n.T("staff.day.title", nil)), bar, w.sure, w.shut, w.away)))
	place := func() {
		w.over.Set(nil)
		w.along.Set(nil)
		if w.wide {
			w.over.Set(head)
		} else {
			w.along.Set(head)
		}
		set(w.over, w.wide)
	}
	place()
	w.body = arrange.New(func(size fyne.Size) {
		h := kit.HeightFor(head, size.Width)
		room := size.Height - h - look.Px(look.L)
		whole := w.table.MinSize().Height + look.Px(look.RowHeight)*float32(max(0, len(w.lines)-2))
		// Under much that stands over it a table would be a slit.
		wide := size.Width >= look.Px(180+schoolWeek*100+80) && room >= min(whole, look.Px(4*look.RowHeight))
		if wide != w.wide {
			w.wide = wide
			place()
		}
		set(w.table, wide)
		set(list, !wide)
		arrange.Put(w.over, 0, 0, size.Width, h)
		arrange.Put(list, 0, 0, size.Width, size.Height)
		arrange.Put(w.table, look.Px(look.L), h, min(size.Width-2*look.Px(look.L), look.Px(look.PageWidth)), min(room, whole))
	}, func(float32) float32 { return look.Px(200) }, w.over, w.table, list)
	return w.body
}

// held reports whether an activity is held on a day: one of the holidays is not in
// a week of school.
func (w *week) held(a bookings.Activity, day portal.Date) bool {
	if calendar, known := w.c.View.Calendar(); known {
		return calendar.Holds(a, day)
	}
	return slices.Contains(a.Weekdays, day.Weekday())
}

// cell is an activity, or how many are awaited there on a day.
func (w *week) cell(row, column int) kit.Cell {
	if row < 0 || row >= len(w.lines) {
		return kit.Cell{}
	}
	l := w.lines[row]
	if column == 0 {
		return kit.Cell{Text: l.activity.Name.In(i18n.Language()), Icon: screen.ActivityIcon(l.activity.Kind), Bold: true}
	}
	c, icon := l.counts[column-1], ""
	if w.final(l, column-1) {
		icon = "lock"
	}
	switch {
	case c == nil && !w.held(l.activity, w.monday.Add(column-1)):
		return kit.Cell{Text: "–", Role: look.Muted}
	case c == nil:
		return kit.Cell{Text: "0", Icon: icon}
	}
	out := kit.Cell{Icon: icon, Text: i18n.Number(int64(c.Count)), Second: i18n.T("staff.day.of", map[string]any{"Capacity": i18n.Number(int64(c.Capacity))}), Bold: true}
	switch {
	case c.Absent > 0:
		out.Second = i18n.T("staff.day.absent", map[string]any{"Count": c.Absent})
	case c.Waiting+c.Offered > 0:
		out.Second = i18n.T("staff.day.waiting", map[string]any{"Count": c.Waiting + c.Offered})
	}
	if c.Count >= c.Capacity {
		out.Role = look.Warning
		if c.Count == c.Capacity && c.Absent == 0 && c.Waiting+c.Offered == 0 {
			out.Second = i18n.T("staff.day.full", nil)
		}
	}
	return out
}

// byDay is the same week, a card for each day: for large text and narrow
// windows.
func (w *week) byDay() fyne.CanvasObject {
	var days []fyne.CanvasObject
	for i := range schoolWeek {
		day := w.monday.Add(i)
		var rows []fyne.CanvasObject
		for _, l := range w.lines {
			if l.counts[i] == nil && !w.held(l.activity, day) {
				continue
			}
			says := i18n.T("staff.day.nobody", nil)
			if c := l.counts[i]; c != nil {
				says = i18n.T("staff.day.count", map[string]any{"Number": i18n.Number(int64(c.Count)), "Capacity": i18n.Number(int64(c.Capacity))})
				if c.Absent > 0 {
					says = i18n.Joined(says, i18n.T("staff.day.absent", map[string]any{"Count": c.Absent}))
				}
				if n := c.Waiting + c.Offered; n > 0 {
					says = i18n.Joined(says, i18n.T("staff.day.waiting", map[string]any{"Count": n}))
				}
			}
			if w.final(l, i) {
				says = i18n.Joined(says, i18n.T("staff.day.final", nil))
			} else {
				says = i18n.Joined(says, w.open(l.activity, day))
			}
			row := kit.NewRow(l.activity.Name.In(i18n.Language()), says, nil).Icon(screen.ActivityIcon(l.activity.Kind))
			if c := l.counts[i]; c != nil && c.Count >= c.Capacity {
				row.Status(look.ToneWarning, "warning", i18n.Capital(i18n.T("staff.day.full", nil)))
			}
			rows = append(rows, row)
		}
		if len(rows) > 0 {
			days = append(days, kit.Column(look.S, kit.Section(outcome.DayName(day)), kit.RowsCard(rows...)))
		}
	}
	if len(days) == 0 {
		return kit.EmptyState(kit.NothingYet, "", i18n.T("staff.day.none", nil), "", nil)
	}
	return kit.Column(look.L, days...)
}
