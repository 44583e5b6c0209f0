package agenda

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// make builds the content of the shape in force.
func (a *agenda) make() fyne.CanvasObject {
	was := a.board
	a.grid, a.board, a.listed, a.shown, a.awayFold = nil, nil, nil, nil, nil
	switch a.is {
	case shapeGrid, shapeCrowd:
		a.parts()
		a.monthParts()
		return a.inBoard(a.grid, a.grid.HeightFor, func(least float32) float32 { return least + 6*look.Px(cellMost-look.CellHeight) })
	case shapeList:
		a.parts()
		a.monthParts()
		return a.asList()
	case shapeBoard:
		a.parts()
		return a.asBoard(was)
	case shapeDays:
		a.parts()
		return a.asDays()
	case shapeUnknown:
		return page(kit.EmptyState(kit.NotReceived, "", "", "", nil))
	case shapeReview:
		return page(a.people(), a.review())
	case shapeNothing:
		if by := a.invitedBy(); by != "" {
			return page(a.people(), kit.EmptyState(kit.NothingYet, "calendar", i18n.T("agenda.given.nothing", map[string]any{"Child": a.childName()}), "", nil))
		}
		return page(a.people(), kit.EmptyState(kit.NothingYet, "calendar", i18n.T("agenda.notEnrolled", map[string]any{"Child": a.childName()}),
			i18n.T("agenda.fillRecord", nil), a.toRecord))
	default:
		return page(kit.EmptyState(kit.NothingYet, "student", i18n.T("agenda.noChild", nil), i18n.T("agenda.fillRecord", nil), a.toRecord))
	}
}

func page(objects ...fyne.CanvasObject) fyne.CanvasObject {
	all := []fyne.CanvasObject{kit.Title(i18n.T("agenda.title", nil))}
	for _, o := range objects {
		if o != nil {
			all = append(all, o)
		}
	}
	return kit.NewPage(kit.Limit(look.TextWidth, kit.Column(look.L, all...)))
}

func (a *agenda) toRecord() { a.c.Go(screen.To(screen.Procedure, "id", childRecord)) }

// hint is what the line under the grid says before a day is chosen.
func (a *agenda) hint() string {
	switch {
	case a.is == shapeCrowd && a.skipped() != "":
		return a.skipped() // beside what the signs mean there is no room for both
	case a.is == shapeCrowd:
		return i18n.T("agenda.family.hint", nil)
	case a.is == shapeBoard && (a.family || a.invitedBy() == ""):
		return strings.TrimSpace(i18n.T("agenda.week.hint", nil) + " " + a.whyThisPrice())
	}
	if by := a.invitedBy(); by != "" {
		return by
	}
	return strings.TrimSpace(a.skipped() + " " + i18n.T("agenda.hint", nil) + " " + a.whyThisPrice())
}

// whyThisPrice says why a family from outside the town pays what it pays, ""
// for the others.
func (a *agenda) whyThisPrice() string {
	if !a.ours() {
		return ""
	}
	if me, known := a.c.View.Me(); !known || me.Payer == nil || me.Payer.Resident {
		return ""
	}
	return i18n.T("agenda.outside", nil)
}

// review says where the child's request stands.
func (a *agenda) review() fyne.CanvasObject {
	child := a.child
	if len(a.c.View.Seen()) == 0 {
		child = ""
	}
	var cards []fyne.CanvasObject
	for _, r := range a.underReview(child) {
		tone, icon, text := look.ToneInfo, "hourglass", i18n.T("agenda.review.text", map[string]any{"Person": r.Person})
		title := i18n.T("agenda.review.title", nil)
		switch {
		case r.State == view.StatePending:
			tone, icon = look.TonePending, ""
			title, text = i18n.T("agenda.review.unsent", nil), i18n.T("agenda.review.unsentText", map[string]any{"Person": r.Person})
		case r.State == string(requests.WaitingFamily):
			tone, icon, text = look.ToneWarning, "", i18n.T("agenda.review.asked", map[string]any{"Person": r.Person})
		}
		to := screen.To(screen.Request, "id", string(r.ID))
		cards = append(cards, kit.NewNotice(tone, title, text, kit.Secondary(i18n.T("agenda.review.see", nil), func() { a.c.Go(to) })).Icon(icon))
	}
	return kit.Column(look.M, cards...)
}

// people is the choice of the child, nil while there is none to choose.
func (a *agenda) people() fyne.CanvasObject {
	if len(a.c.View.Seen()) == 0 {
		return nil
	}
	return kit.Line(look.S, kit.Caption(i18n.T("agenda.of", nil)), a.picker())
}

func (a *agenda) picker() *kit.MenuButton {
	icon, name := "student", a.childName()
	if a.family {
		icon, name = "users", i18n.T("agenda.family.all", nil)
	}
	return kit.NewMenuButton(icon, name, func() []kit.MenuItem {
		var items []kit.MenuItem
		linked := map[string]bool{}
		for _, c := range a.c.View.Seen() {
			linked[string(c.ID)] = true
			items = append(items, kit.MenuItem{Label: c.FirstName + " " + c.LastName, Checked: !a.family && c.ID == a.child, Do: func() { a.chooseChild(c.ID) }})
		}
		if len(items) > 1 {
			items = append(items, kit.MenuItem{Label: i18n.T("agenda.family.all", nil), Icon: "users", Checked: a.family, Do: func() { a.chooseChild("") }})
		}
		for _, r := range a.underReview("") {
			if !linked[string(r.Child)] {
				items = append(items, kit.MenuItem{Label: i18n.T("agenda.ofReview", map[string]any{"Person": r.Person}),
					Do: func() { a.c.Go(screen.To(screen.Request, "id", string(r.ID))) }})
			}
		}
		return items
	}).Edged()
}

// parts makes the widgets that all shapes share.
func (a *agenda) parts() {
	a.line = kit.NewDayLine(func() string {
		return a.hint()
	})
	a.strip, a.legend, a.key, a.told = kit.NewStrip(), kit.NewLegend(), nil, subject{}
	a.price, a.menu, a.offered = a.priceButton(), a.menuButton(), true
	a.who = a.picker()
	if !a.asRows() { // above a month there is no room for a second line
		a.who.Yields(pickerLeast)
	}
	a.what = nil
	a.balance.make()
}

// asRows reports whether days are rows of a page, which has room.
func (a *agenda) asRows() bool { return a.is == shapeList || a.is == shapeDays }

// monthParts makes those of a month.
func (a *agenda) monthParts() {
	a.grid = kit.NewMonthGrid()
	a.grid.OnSelect = func(d kit.Day) {
		a.press(d)
		a.stay(a.grid)
	}
	if a.is == shapeCrowd {
		a.grid = kit.NewCrowdGrid()
		a.grid.OnSelect = a.openWeek
	}
	a.grid.Now = a.c.View.Now
	a.grid.OnMonth = a.turn
	a.grid.OnShow = func(d kit.Day, ok bool) { a.tell(a.slot(), d, ok) }
	a.bar = kit.NewMonthBar(a.grid, func() {
		a.turn(a.c.View.Now())
		a.focus()
	})
	if a.is == shapeCrowd {
		a.legend, a.key = crowdLegend(), kit.NewSwap(nil)
		return
	}
	a.what = kit.NewMenuButton("", a.theActivity().Name.In(i18n.Language()), func() []kit.MenuItem {
		var items []kit.MenuItem
		for _, x := range a.activities(a.child) {
			items = append(items, kit.MenuItem{Label: x.Name.In(i18n.Language()), Checked: x.ID == a.activity, Do: func() { a.chooseActivity(x.ID) }})
		}
		return items
	}).Edged()
	if a.is == shapeGrid {
		a.what.Yields(pickerLeast)
	}
}

// taken is whose agenda is taken along from here: that of the child in sight, or
// everybody's.
func (a *agenda) taken() portal.ID {
	if a.family {
		return ""
	}
	return a.child
}

// modes is the choice of month, week or list.
func (a *agenda) modes() *kit.MenuButton {
	offered, shown := []mode{byMonth, byWeek, byList}, a.mode
	if a.family && look.Large() { // a week of the family is that list there
		offered = []mode{byMonth, byList}
		if shown == byWeek {
			shown = byList
		}
	}
	icons := map[mode]string{byMonth: "calendar", byWeek: "calendar-blank", byList: "list-bullets"}
	name := func(m mode) string { return i18n.T("agenda.mode."+string(m), nil) }
	return kit.NewMenuButton("", name(shown), func() []kit.MenuItem {
		var items []kit.MenuItem
		for _, m := range offered {
			items = append(items, kit.MenuItem{Label: name(m), Icon: icons[m], Checked: m == shown, Do: func() { a.chooseMode(m) }})
		}
		return items
	}).Edged()
}

// more is what is done here besides looking at days, all of it: some stands on the
// screen as well, where there is room.
func (a *agenda) more() *kit.MenuButton {
	return kit.NewMenuButton("", i18n.T("agenda.more", nil), func() []kit.MenuItem {
		items := []kit.MenuItem{{Label: i18n.T("absence.title", nil), Icon: "first-aid", Do: a.toAbsence}, {Label: i18n.T("grouped.open", nil), Icon: "list-checks", Do: a.toGrouped}}
		if a.price != nil && a.offered {
			items = append(items, kit.MenuItem{Label: i18n.T("agenda.price.ask", nil), Icon: "question", Do: a.ask})
		}
		if a.menu != nil && a.menu.Visible() {
			items = append(items, kit.MenuItem{Label: i18n.T("meals.ask", nil), Icon: "fork-knife", Do: a.toMenu})
		}
		if len(a.c.View.Waitings()) > 0 {
			items = append(items, kit.MenuItem{Label: i18n.T("waiting.open", nil), Icon: "hourglass", Do: func() { a.c.Go(screen.To(screen.Waiting)) }})
		}
		items = append(items, kit.MenuItem{Label: i18n.T("openings.title", nil), Icon: "clock-countdown", Do: func() { a.c.Go(screen.To(screen.Openings)) }})
		return append(items, kit.MenuItem{Label: i18n.T("takeout.open", nil), Icon: "printer", Do: func() {
			a.c.Go(screen.To(screen.TakeOut, "child", string(a.taken()), "month", string(a.month)[:min(7, len(a.month))]))
		}})
	}).Edged()
}

func (a *agenda) toAbsence() { a.c.Go(screen.To(screen.Absent, "child", string(a.taken()))) }

func (a *agenda) toGrouped() {
	to := screen.To(screen.Grouped, "child", string(a.child), "activity", string(a.activity))
	if a.family {
		to.Args["children"] = "all"
	}
	a.c.Go(to)
}

// toGroup leads to where many days are booked at once.
func (a *agenda) toGroup() *kit.LinkButton {
	return kit.Link(i18n.T("grouped.open", nil), a.toGrouped)
}

// head is whose agenda of what, in which month.
func (a *agenda) head(besides ...fyne.CanvasObject) *fyne.Container {
	parts := []fyne.CanvasObject{kit.Caption(i18n.T("agenda.of", nil)), a.who}
	if a.what != nil {
		parts = append(parts, a.what)
	}
	parts = append(parts, besides...)
	return kit.Line(look.S, append(parts, kit.Grow(a.bar, 366))...)
}

// The measures of the grid's screen, at 100 %.
const (
	asideLeast float32 = 113 // beside the grid: the balance, the legend, the switch
	asideMost  float32 = 200
	wideBoard  float32 = 540 // from here on they stand beside it
	wideFoot   float32 = 640 // and the strip beside the line
	wideBoth   float32 = 760 // and what leads on beside the two of them
	cellMost   float32 = 128 // cells grow up to this height

	pickerLeast float32 = 64 // of the words of a choice above the grid
)

// boardGap is between the days and what stands beside them.
const boardGap = look.S + look.XS

// boardRoom is the room for days and for what stands beside them, where the
// window is wide enough.
func boardRoom(width float32) (w, beside float32, wide bool) {
	w = min(width-look.Px(look.M+look.S), look.Px(look.PageWidth))
	return w, min(max(w*0.14, look.Px(asideLeast)), look.Px(asideMost)), w >= look.Px(wideBoard)
}

// aside is what stands beside the days: the balance, the legend, the choice of
// month, week or list, what else is done here, and below it the ways to some of that,
// as many as there is room for.
type aside struct {
	main *fyne.Container
	ways *fyne.Container
	each []*fyne.Container // a box for each: the way itself is shown where it leads somewhere
}

func (a *agenda) aside() *aside {
	a.legend.Tight()
	s := &aside{main: kit.Line(look.XS, a.balance.stack, kit.Grow(a.legend, 100), a.modes(), a.more())}
	ways := []fyne.CanvasObject{kit.Link(i18n.T("absence.title", nil), a.toAbsence)}
	if a.menu != nil {
		ways = append(ways, a.menu)
	}
	if a.price == nil { // or else it stands below the days, in the line
		ways = append(ways, a.toGroup())
	}
	var boxes []fyne.CanvasObject
	for _, way := range ways {
		s.each = append(s.each, kit.Column(0, way))
		boxes = append(boxes, s.each[len(s.each)-1])
	}
	s.ways = kit.Line(look.XS, boxes...)
	return s
}

func (s *aside) parts() []fyne.CanvasObject { return []fyne.CanvasObject{s.main, s.ways} }

// beside places it in a column, and leaves out the ways that have no room in it.
func (s *aside) beside(x, y, w, height float32) {
	h, gap := kit.HeightFor(s.main, w), look.Px(look.XS)
	arrange.Put(s.main, x, y, w, h)
	at := h + gap
	for _, box := range s.each {
		way := box.Objects[0]
		need := kit.HeightFor(way, w) + gap
		fits := way.Visible() && at+need-gap <= height
		if show(box, fits); fits {
			at += need
		}
	}
	arrange.Put(s.ways, x, y+h+gap, w, kit.HeightFor(s.ways, w))
}

// least is how tall it is in a column without the ways.
func (s *aside) least(w float32) float32 { return kit.HeightFor(s.main, w) }

// above places it in lines above the days, and says how tall they are: there a way to
// an absence would take a line of its own.
func (s *aside) above(x, y, w float32, place bool) float32 {
	for i, box := range s.each {
		show(box, i > 0 && box.Objects[0].Visible())
	}
	h, more := kit.HeightFor(s.main, w), kit.HeightFor(s.ways, w)
	if place {
		arrange.Put(s.main, x, y, w, h)
		arrange.Put(s.ways, x, y+h, w, more)
	}
	return h + more
}

// inBoard lays days out so that the legend, the balance and the line about one
// of them are all in sight at 1024 × 600, and the six weeks of a month too. What
// is shown needs a height at a width, and may grow to another.
func (a *agenda) inBoard(shown fyne.CanvasObject, needs, most func(float32) float32) fyne.CanvasObject {
	head, aside, room := a.head(), a.aside(), boardRoom
	parts := append(aside.parts(), head, shown)
	// In a narrow window what the signs stand for scrolls with the days: below them it
	// would take their room.
	var below fyne.CanvasObject
	if a.key != nil {
		below = a.crowdKey("")
		parts = append(parts, below)
	}
	belowHeight := func(w float32) float32 {
		if below == nil || w >= look.Px(wideFoot) {
			return 0
		}
		return look.Px(look.S) + kit.HeightFor(below, w)
	}
	// At 1024 a cell is then just wide enough for *Peu de places*.
	left, top, gap := look.M, look.XS, boardGap
	board := arrange.New(func(size fyne.Size) {
		w, beside, wide := room(size.Width)
		x, y := look.Px(left), look.Px(top)
		hh := kit.HeightFor(head, w)
		arrange.Put(head, x, y, w, hh)
		y += hh + look.Px(2)
		gw := w
		if wide {
			// The names of the days keep off the choices above them, where the
			// six weeks leave the room.
			gw = w - beside - look.Px(gap)
			y += max(0, min(look.Px(look.S), size.Height-look.Px(2)-y-needs(gw)))
		}
		if wide {
			aside.beside(x+gw+look.Px(gap), y+look.Px(look.S), beside, size.Height-y-look.Px(look.S))
		} else {
			y += aside.above(x, y, w, true) + look.Px(look.XS)
		}
		least, bh := needs(gw), belowHeight(w)
		h := max(least, min(size.Height-bh-y-look.Px(2), most(least)))
		arrange.Put(shown, x, y, gw, h)
		if below != nil {
			show(below, bh > 0)
			arrange.Put(below, x, y+h+look.Px(look.S), w, bh-look.Px(look.S))
		}
	}, func(width float32) float32 {
		w, beside, wide := room(width)
		h := look.Px(top) + kit.HeightFor(head, w) + look.Px(2) + belowHeight(w)
		if !wide {
			return h + needs(w) + aside.above(0, 0, w, false) + look.Px(look.XS+look.XS)
		}
		return h + max(needs(w-beside-look.Px(gap)), look.Px(look.S)+aside.least(beside)) + look.Px(2) // for the ring
	}, parts...)
	a.foot = a.underline(false)
	return arrange.Footed(kit.NewBarePage(board), a.foot)
}

// pressRow presses the day of a row.
func (a *agenda) pressRow(l *kit.DayList) func(kit.Day) {
	return func(d kit.Day) {
		a.press(d)
		a.stay(l)
	}
}

// ways is what leads on from a list: why a day costs what it does, what is eaten,
// many days at once.
func (a *agenda) ways() (out []fyne.CanvasObject) {
	if !look.Large() { // it takes the room of a day there
		out = append(out, kit.Link(i18n.T("absence.title", nil), a.toAbsence))
	}
	if a.price != nil {
		out = append(out, a.price)
	}
	if a.menu != nil {
		out = append(out, a.menu)
	}
	return append(out, a.toGroup())
}

// overList is what stands above a list: the choices, what leads on, the balance, what
// pressing a row does and what else there is to say. The balance, which tells more
// while something waits to be sent, stands where nothing moves by it.
func (a *agenda) overList(says ...string) *fyne.Container {
	var top *fyne.Container
	if choose := a.toChoose(); look.Large() {
		top = kit.Column(look.S, a.head(a.modes(), a.more()), kit.Line(look.M, append([]fyne.CanvasObject{a.balance.line}, a.ways()...)...))
		says = append(says, choose)
	} else {
		top = kit.Column(look.S, a.head(a.modes(), a.more()), kit.Line(look.M, a.ways()...), kit.Line(look.M, kit.Muted(choose), a.balance.line))
	}
	for _, why := range says {
		if why != "" {
			top.Add(kit.Muted(why))
		}
	}
	return top
}

// asList shows the same days as rows: for large text, and for those who would
// rather read. Days gone by wait behind a fold.
func (a *agenda) asList() fyne.CanvasObject {
	a.coming, a.past = kit.NewDayList(), kit.NewDayList()
	for _, l := range []*kit.DayList{a.coming, a.past} {
		l.OnSelect = a.pressRow(l)
		l.Now = a.c.View.Now
	}
	a.coming.OnSelect = func(d kit.Day) {
		if d.Of != "" {
			a.toAway()
			return
		}
		a.pressRow(a.coming)(d)
	}
	a.pastFold = kit.NewFold(i18n.T("agenda.past", nil), a.past)
	a.away = a.awayList()
	a.awayFold = kit.NewFold("", a.away)
	a.foot = a.stripFoot()
	days := a.overList(a.invitedBy(), a.skipped(), a.whyThisPrice())
	days.Add(a.coming)
	days.Add(a.awayFold)
	days.Add(a.pastFold)
	a.page = kit.NewBarePage(kit.PadXY(look.L, look.S, kit.Limit(look.PageWidth, days)))
	return arrange.Footed(a.page, a.foot)
}

// toChoose says what pressing a row of a list does; an invitation says it itself.
func (a *agenda) toChoose() string {
	if !a.ours() {
		return ""
	}
	return i18n.T("agenda.choose", nil)
}

// balance is the prepaid account as it stands and as it will be.
type balance struct {
	line                    *kit.Text // both in one line
	stack                   *fyne.Container
	title, now, then, after *kit.Text
	// Of another parent's child it is not told: who lets one see it stands there.
	from, name, until *kit.Text
}

func (b *balance) make() {
	b.line = kit.Strong("")
	b.title, b.now, b.then, b.after = kit.Caption(""), kit.Section(""), kit.Caption(""), kit.Strong("")
	b.from, b.name, b.until = kit.Caption(""), kit.Strong(""), kit.Caption("")
	b.stack = kit.Column(0, b.title, b.now, b.then, b.after, b.from, b.name, b.until)
}

// set writes the two amounts; the second only where it differs. A balance
// that is not known is not shown as zero. The cash desk is named where there are
// several.
func (b *balance) set(v view.Balance, known bool, desk string) {
	show(b.line, known)
	args := map[string]any{"Now": money(v.Confirmed), "After": money(v.Expected), "Desk": desk}
	waits := known && v.Confirmed != v.Expected
	switch {
	case !known:
		b.line.SetText("")
	case waits:
		b.line.SetText(i18n.T("agenda.balance.both", args))
	default:
		b.line.SetText(i18n.T("agenda.balance.now", args))
	}
	b.title.SetText(i18n.T("agenda.balance.title", args))
	b.now.SetText(money(v.Confirmed))
	b.then.SetText(i18n.T("agenda.balance.then", nil))
	b.after.SetText(money(v.Expected))
	for _, t := range []*kit.Text{b.title, b.now} {
		show(t, known)
	}
	for _, t := range []*kit.Text{b.from, b.name, b.until} {
		show(t, false)
	}
	// The second amount keeps its room, so that the legend does not jump.
	if !waits {
		b.then.SetText(" ")
		b.after.SetText(" ")
	}
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// firstOf is a month as the grid knows it.
func firstOf(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }
