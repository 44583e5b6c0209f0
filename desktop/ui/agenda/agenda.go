// Package agenda is the screen on which a family books and cancels days. It
// reads the view, submits commands, and says of each day what it is and why.
// What may be booked is decided by shared/bookings through the view.
package agenda

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
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

// Agenda builds the screen; its route may name the child, the activity, and
// the month (2026-11) or a day (2026-11-30).
func Agenda(c *screen.Context, r screen.Route) screen.Screen { return open(c, c.Session, r).screen() }

// RefusalCards is a card for each thing the town hall refused and the person
// has not read of, hidden while there is none. It is for *Accueil*.
func RefusalCards(c *screen.Context) fyne.CanvasObject { return outcome.Cards(c, c.Session) }

// desk is what the screen asks of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
	HasLine() bool
	OnStatus(f func()) (cancel func())
}

// kept is the kind under which the choices of month, week or list, and of the
// whole family, are remembered.
const kept = "agenda"

// keptMode is the choice's name. Large text has a choice of its own: who prefers
// the month at 100 % has not asked for it at 200.
func keptMode() string {
	if look.Large() {
		return "mode-large"
	}
	return "mode"
}

// keptFamily is the name of the choice of the whole family.
const keptFamily = "family"

// mode is how days are shown, as a person chooses it.
type mode string

const (
	byMonth mode = "month"
	byWeek  mode = "week"
	byList  mode = "list"
)

// The shapes of the screen.
type shape string

const (
	shapeGrid    shape = "grid"
	shapeList    shape = "list"
	shapeCrowd   shape = "crowd"    // the month of the whole family
	shapeBoard   shape = "board"    // a week, of one child or of all
	shapeDays    shape = "days"     // the same as a list
	shapeNobody  shape = "nobody"   // no child yet
	shapeReview  shape = "review"   // the first child's request is being examined
	shapeNothing shape = "nothing"  // a child without an activity
	shapeUnknown shape = "received" // nothing was received yet
)

type agenda struct {
	c *screen.Context
	s desk

	child, activity portal.ID
	month           portal.Date // its first day
	began, usual    portal.Date // the month it opened on and the one it is, where nothing was left to do in the ones before
	mode            mode
	family          bool        // all children together
	week            portal.Date // its Monday

	root    *kit.Swap
	is      shape
	grid    *kit.MonthGrid
	bar     *kit.MonthBar
	line    *kit.DayLine
	strip   *kit.Strip
	foot    fyne.CanvasObject
	key     *kit.Swap       // the hint and what the signs mean, in the family's month; else nil
	told    subject         // what the line is about
	price   *kit.LinkButton // why it costs what it does; nil of another's child
	offered bool            // the day the line is about has a price to explain
	menu    *kit.LinkButton // what is eaten; nil where nothing is
	who     *kit.MenuButton
	what    *kit.MenuButton

	page         *kit.Page // of the list
	coming, past *kit.DayList
	pastFold     *kit.Fold
	away         *kit.DayList // with the other parent
	awayFold     *kit.Fold
	legend       *kit.Legend
	balance      balance

	board  *kit.WeekBoard
	rows   []boardRow // of the week shown
	framed string     // what the week's widgets were made for
	listed *weekDays
	menus  *kit.Swap // under the week

	shown   map[portal.Date]kit.Day // the days as they are drawn
	offs    map[portal.Date]bool    // on which the activity does not run
	redrawn []portal.Date           // by the last refresh
	acts    acts
}

func open(c *screen.Context, s desk, r screen.Route) *agenda {
	a := &agenda{c: c, s: s, child: portal.ID(r.Arg("child")), activity: portal.ID(r.Arg("activity")), root: kit.NewSwap(nil)}
	if first, err := portal.ParseDate(r.Arg("month") + "-01"); err == nil {
		a.month = first
	}
	day, err := portal.ParseDate(r.Arg("day"))
	if err == nil {
		a.month, a.week = day.FirstOfMonth(), view.Monday(day)
	}
	s.Kept(kept, keptFamily, &a.family)
	a.family = a.family && a.child == "" // an address may name one child
	before, again := c.Kept.(agendaKept)
	if !again && len(r.Args) == 0 { // who only went elsewhere finds the same days again
		before, again = c.Last.(agendaKept)
	}
	if again {
		a.child, a.activity, a.month, a.family, a.week = before.child, before.activity, before.month, before.family, before.week
	}
	a.mode = byMonth
	if look.Large() {
		a.mode = byList
	}
	s.Kept(kept, keptMode(), &a.mode)
	if again && before.modeOf == keptMode() {
		a.mode = before.mode // a day pressed in the family's month has led to its week
	}
	a.refresh()
	if a.is == shapeBoard && day.Valid() && !again {
		a.toDay(day)
	}
	if a.is == shapeGrid && day.Valid() && !again {
		a.grid.GoTo(day.At(12, 0))
	}
	if a.asRows() && !(c.Anew && before.is == a.is) {
		a.toDays()
	}
	topics := []view.Topic{{Collection: view.OutboxTopic}, {Collection: view.RefusalTopic}, {Collection: view.ClockTopic}}
	for _, collection := range []string{
		wire.Bookings, wire.Waits, wire.Levels, wire.Balances, wire.Children, wire.Enrolments, wire.Requests, wire.Accounts, wire.Delegations,
		wire.Activities, wire.Calendars, wire.Closures, wire.Tariffs, wire.Menus, wire.Absences, wire.AbsenceRules, wire.Openings, wire.Asks,
	} {
		topics = append(topics, view.Topic{Collection: collection})
	}
	c.On(a.refresh, topics...)
	line := s.HasLine()
	c.OnLeave(s.OnStatus(func() {
		if now := s.HasLine(); now != line {
			line = now
			a.refresh() // what was handed over says so only while somebody may answer
		}
	}))
	return a
}

func (a *agenda) screen() screen.Screen {
	s := screen.Screen{
		Content: a.root, Title: i18n.T("agenda.title", nil), Rail: screen.Agenda,
		Keys: map[fyne.Shortcut]func(){&fyne.ShortcutUndo{}: a.undo},
	}
	switch a.is {
	case shapeGrid, shapeCrowd:
		s.Focus = a.grid
	case shapeBoard:
		s.Focus = a.board
	}
	return s
}

// agendaKept is what the screen finds again when it is built anew.
type agendaKept struct {
	child, activity portal.ID
	month, week     portal.Date
	family          bool
	is              shape
	mode            mode
	modeOf          string // the choice's name
}

func (a *agenda) keep() {
	a.c.Kept = agendaKept{a.child, a.activity, a.month, a.week, a.family, a.is, a.mode, keptMode()}
}

// refresh shows the state as it is now: made anew where its shape, its child or
// its activity is another one, or else the days that look different.
func (a *agenda) refresh() {
	child, activity := a.child, a.activity
	is := a.settle()
	frame := ""
	if is == shapeBoard || is == shapeDays {
		a.readWeek()
		frame = a.frame(is)
	}
	if is != a.is || child != a.child || activity != a.activity || frame != a.framed {
		a.is, a.framed = is, frame
		// The pickers name the child: one that is gone takes them along.
		a.shown, a.acts.last = nil, nil
		a.root.Set(a.make())
	}
	a.keep()
	switch a.is {
	case shapeGrid, shapeList:
		a.update()
	case shapeCrowd:
		a.updateCrowd()
	case shapeBoard, shapeDays:
		a.updateWeek()
	}
}

// settle chooses a child and an activity that exist, and the shape to show
// them in.
func (a *agenda) settle() shape {
	v := a.c.View
	children := v.Seen()
	if len(children) == 0 {
		switch _, known := v.Me(); {
		case len(a.underReview("")) > 0:
			return shapeReview
		case !known:
			return shapeUnknown
		}
		return shapeNobody
	}
	lost := !slices.ContainsFunc(children, func(c wire.Child) bool { return c.ID == a.child })
	a.family = a.family && len(children) > 1
	if lost || a.family && len(a.activities(a.child)) == 0 {
		a.child = children[0].ID
		for _, c := range children {
			if len(a.activities(c.ID)) > 0 {
				a.child = c.ID
				break
			}
		}
	}
	mine := a.activities(a.child)
	if len(mine) == 0 {
		if len(a.underReview(a.child)) > 0 {
			return shapeReview
		}
		return shapeNothing
	}
	if !slices.ContainsFunc(mine, func(x bookings.Activity) bool { return x.ID == a.activity }) {
		a.activity = mine[0].ID
	}
	if a.month == "" {
		usual := a.firstMonth()
		if a.month = a.firstWithSomething(usual); a.month != usual {
			a.began, a.usual = a.month, usual
		}
	}
	if a.week == "" {
		a.week = a.firstWeek()
	}
	switch {
	case a.mode == byList && a.family, a.mode == byWeek && look.Large():
		return shapeDays
	case a.mode == byList:
		return shapeList
	case a.mode == byWeek:
		return shapeBoard
	case a.family:
		return shapeCrowd
	}
	return shapeGrid
}

// firstMonth is this month, or the one in which the child's right to book
// begins: in summer, September.
func (a *agenda) firstMonth() portal.Date {
	today := a.c.View.Today()
	begin := portal.Date("")
	for _, e := range a.c.View.Enrolments(a.child) {
		if e.Activity == a.activity && e.Period.To >= today && (begin == "" || e.Period.From < begin) {
			begin = e.Period.From
		}
	}
	return max(today, begin).FirstOfMonth()
}

// monthsAhead is how far the agenda looks for something to do: no town opens
// more than a year.
const monthsAhead = 12

// firstWithSomething is the first month, from one on, in which a day can be
// booked or cancelled, or is booked where one may only look; and that one
// itself where there is none: its days then say why.
func (a *agenda) firstWithSomething(from portal.Date) portal.Date {
	today := a.c.View.Today()
	for month, n := from, 0; n < monthsAhead; month, n = nextMonth(month), n+1 {
		all := a.c.View.Month(a.child, a.activity, month)
		for i := range all {
			if d := &all[i]; d.Day.FirstOfMonth() == month && d.Day >= today &&
				(d.Look.CanBook || d.Look.CanCancel || d.Pending != view.PendingNone || d.Doubt != nil || d.Booking != nil && d.Day > today) {
				return month
			}
		}
	}
	return from
}

func nextMonth(first portal.Date) portal.Date { return first.Add(31).FirstOfMonth() }

// skipped says why the agenda did not open on the month one is in, for as long
// as that month is shown.
func (a *agenda) skipped() string {
	if a.began == "" || a.month != a.began {
		return ""
	}
	last := a.began.Add(-1)
	key := "agenda.skipped.more"
	if last.FirstOfMonth() == a.usual {
		key = "agenda.skipped.one"
	}
	name := func(day portal.Date) string { return i18n.MonthName(day.Month()) }
	return i18n.T(key, map[string]any{"Month": name(a.month), "From": name(a.usual), "To": name(last)})
}

// activities is what a child is enrolled in, the canteen first.
func (a *agenda) activities(child portal.ID) []bookings.Activity {
	enrolled := map[portal.ID]bool{}
	for _, e := range a.c.View.Enrolments(child) {
		enrolled[e.Activity] = true
	}
	var out []bookings.Activity
	for _, x := range a.c.View.Activities() {
		if enrolled[x.ID] {
			out = append(out, x)
		}
	}
	rank := func(x bookings.Activity) int {
		if i := slices.Index(bookings.Kinds, x.Kind); i >= 0 {
			return i
		}
		return len(bookings.Kinds)
	}
	slices.SortStableFunc(out, func(x, y bookings.Activity) int { return rank(x) - rank(y) })
	return out
}

// childRecord is the procedure that registers a child.
const childRecord = "fiche-enfant"

// underReview is the requests that may yet give the right to book: about one
// child, or about any when child is empty.
func (a *agenda) underReview(child portal.ID) []view.Request {
	var out []view.Request
	for _, r := range a.c.View.Requests() {
		if (child != "" && r.Child != child) || !a.makesChild(r.Procedure) {
			continue
		}
		switch r.State {
		case view.StatePending, "submitted", "in_review", "waiting_family":
			out = append(out, r)
		}
	}
	return out
}

func (a *agenda) makesChild(procedure string) bool {
	if procedure == childRecord {
		return true
	}
	p, ok := a.c.View.Procedure(procedure)
	return ok && p.OnAccept != nil && p.OnAccept.Child != nil
}

// chooseChild shows another child's days, or those of all where it is "".
func (a *agenda) chooseChild(id portal.ID) {
	if a.family = id == ""; !a.family {
		a.child = id
	}
	// Where it cannot be remembered the next opening shows one child.
	_ = a.s.Keep(kept, keptFamily, a.family)
	a.shown = nil
	if a.strip != nil {
		a.strip.Clear()
	}
	a.acts.last = nil
	a.is = "" // the pickers name the child: all of it is made anew
	a.refresh()
	a.focus()
}

// chooseActivity shows another activity's days.
func (a *agenda) chooseActivity(id portal.ID) {
	a.activity = id
	a.shown = nil
	a.is = ""
	a.refresh()
	a.focus()
}

// chooseMode shows the month, the week or the list, and remembers it.
func (a *agenda) chooseMode(m mode) {
	a.mode = m
	// Where it cannot be remembered the next opening shows the usual mode.
	_ = a.s.Keep(kept, keptMode(), m)
	a.refresh()
	if a.asRows() {
		a.toDays()
	}
	a.focus()
}

// toDays brings the list's first day into sight where the choices above it,
// in large text, have taken the window.
func (a *agenda) toDays() {
	screen.Run(a.c, "days", func(context.Context) (struct{}, error) { return struct{}{}, nil }, func(struct{}, error) {
		switch a.is {
		case shapeList:
			if first := a.coming.First(); first != nil {
				a.page.RevealList(a.coming, first)
			}
		case shapeDays:
			if day, first := a.listed.first(a.week, a.c.View.Today()); first != nil {
				a.page.RevealList(day, first)
			}
		}
	})
}

// focus gives the keyboard to the grid. It is asked of the window: a grid that
// has just been made does not know its canvas yet.
func (a *agenda) focus() {
	switch a.is {
	case shapeGrid, shapeCrowd:
		a.c.Window.Canvas().Focus(a.grid)
	case shapeBoard:
		a.c.Window.Canvas().Focus(a.board)
	}
}

// turn shows another month.
func (a *agenda) turn(first time.Time) {
	a.month, a.told = portal.NewDate(first.Year(), first.Month(), 1), subject{}
	a.refresh()
}

// childName is what the child is called here.
func (a *agenda) childName() string { return a.nameOf(a.child) }

func (a *agenda) nameOf(child portal.ID) string {
	c, _ := a.c.View.Child(child)
	return words.Called(c.FirstName)
}

// nameMost is how many letters of a name a sentence of the foot has room for
// beside the strip at 1024 × 600.
const nameMost = 13

// short is a name in a sentence: the choice of the child tells it whole.
func short(name string) string {
	if letters := []rune(name); len(letters) > nameMost {
		return string(letters[:nameMost-1]) + "…"
	}
	return name
}

func (a *agenda) theActivity() bookings.Activity { return a.activityOf(a.activity) }

func (a *agenda) activityOf(id portal.ID) bookings.Activity {
	for _, x := range a.c.View.Activities() {
		if x.ID == id {
			return x
		}
	}
	return bookings.Activity{}
}

func money(m portal.Money) string { return i18n.Money(int64(m)) }
