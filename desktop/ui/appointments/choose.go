package appointments

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// chooser is the choice of a day and an hour.
type chooser struct {
	room
	request portal.ID
	day     portal.Date // the one whose hours are shown
	month   portal.Date // its first day

	root  *kit.Swap
	is    string
	grid  *kit.MonthGrid
	bar   *kit.MonthBar
	line  *kit.DayLine
	days  *kit.DayList // in large text
	hours *kit.Swap
	page  *kit.Page
	shown map[portal.Date]kit.Day
	said  string // what the hours show
}

// chooserKept is what the screen finds again when it is built anew.
type chooserKept struct{ day, month portal.Date }

func (r room) choose(request portal.ID) screen.Screen {
	c := &chooser{room: r, request: request, root: kit.NewSwap(nil)}
	if before, again := r.Kept.(chooserKept); again {
		c.day, c.month = before.day, before.month
	}
	c.refresh()
	r.On(c.refresh, append(Topics(request), view.Topic{Collection: wire.AppointmentDays}, view.Topic{Collection: wire.AppointmentClosures}, view.Topic{Collection: wire.Calendars},
		view.Topic{Collection: wire.Procedures}, view.Topic{Collection: wire.Requests, Key: request}, view.Topic{Collection: wire.DeskAppointments}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.ClockTopic})...)
	// The page opens at its top; one goes to the month by Tab.
	return screen.Screen{Content: c.root, Title: say("choose.title"), Rail: r.rail()}
}

func (r room) rail() string {
	if r.agent() {
		return screen.DeskDays
	}
	return screen.Requests
}

// settle is the shape in force.
func (c *chooser) settle() (view.Visit, string) {
	w, offered := c.View.Visit(c.request)
	_, received := c.View.Me()
	switch {
	case !received:
		return w, "unknown"
	case !offered:
		return w, "gone"
	}
	first, free := w.First(c.View.Today())
	switch {
	case !free:
		return w, "none"
	case c.day == "" && !look.Large():
		c.day = first
	}
	if c.month == "" {
		c.month = max(c.day, first).FirstOfMonth()
	}
	if !look.Large() {
		return w, "grid"
	}
	if c.day == "" {
		return w, "days"
	}
	return w, "hours"
}

func (c *chooser) refresh() {
	w, is := c.settle()
	c.Kept = chooserKept{c.day, c.month}
	if is != c.is {
		c.is = is
		c.shown, c.said = nil, ""
		c.root.Set(c.make(w))
	}
	switch is {
	case "grid":
		c.draw(w)
		c.showHours(w)
	case "days":
		c.days.SetDays(slices.DeleteFunc(c.month6(w), func(d kit.Day) bool { return d.Kind == kit.DayNot || c.out(d) }))
	case "hours":
		c.showHours(w)
	}
}

// out reports whether a cell is of another month.
func (c *chooser) out(d kit.Day) bool { return dateOf(d.Date).FirstOfMonth() != c.month }

func dateOf(t time.Time) portal.Date { return portal.NewDate(t.Year(), t.Month(), t.Day()) }

func civil(d portal.Date) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

// head is what for, where, and how long.
func (c *chooser) head(w view.Visit) fyne.CanvasObject {
	a, moves := c.View.AppointmentOf(c.request)
	about := title(c.View, w.Request)
	if c.agent() {
		about = i18n.Joined(about, w.Request.Person) // whom they choose for
	}
	parts := []fyne.CanvasObject{backLink(c.backWord(), c.back), kit.Title(say("choose.title")), kit.Muted(i18n.Joined(about, c.people(w)))}
	if moves && a.Awaited() {
		parts[1] = kit.Title(say("choose.move"))
		lead := "choose.moveLead"
		if c.agent() {
			lead = "choose.moveStaff"
		}
		parts = append(parts, kit.Muted(say(lead, "When", small(when(a)))))
	}
	return kit.Column(look.XS, parts...)
}

func (r room) people(w view.Visit) string {
	text := say("takes", "Count", w.N*w.Service.Slot)
	if w.N > 1 {
		text = say("takesEach", "People", say("people", "Count", w.N), "Count", w.N*w.Service.Slot)
	}
	return text
}

// backWord says where back leads.
func (c *chooser) backWord() string {
	switch a, has := c.View.AppointmentOf(c.request); {
	case has && a.Stands():
		return say("backVisit")
	case c.agent():
		return say("backAgent") // to the list of the day or the request
	}
	return say("back")
}

// back leads to the appointment as it stands, or to the request.
func (c *chooser) back() {
	switch a, has := c.View.AppointmentOf(c.request); {
	case has && a.Stands():
		c.Go(screen.To(screen.Appointment, "request", string(c.request)))
	case c.agent():
		c.Back()
	default:
		c.Go(screen.To(screen.Request, "id", string(c.request)))
	}
}

const hoursWidth float32 = 300 // beside the month: three hours a line

func (c *chooser) make(w view.Visit) fyne.CanvasObject {
	c.grid, c.days, c.page = nil, nil, nil
	c.hours = kit.NewSwap(nil)
	switch c.is {
	case "unknown":
		return kit.NewPage(kit.EmptyState(kit.NotReceived, "", "", "", nil))
	case "gone":
		word, to := i18n.T("forms.requests.title", nil), screen.Requests
		if c.agent() {
			word, to = i18n.T("staff.queue", nil), screen.Queue
		}
		return kit.NewPage(kit.EmptyState(kit.NothingFound, "calendar-x", say("gone"), word, func() { c.Go(screen.To(to)) }))
	case "none":
		phone, _ := c.View.Town()
		return kit.NewPage(kit.Column(look.L, c.head(w), kit.EmptyState(kit.NothingYet, "calendar-x", say("choose.none", "Date", i18n.Date(outcome.Day(w.LastDay()))), "", nil), kit.Muted(phone.Phone)))
	case "days":
		c.days = kit.NewDayList()
		c.days.Now = c.View.Now
		c.days.OnSelect = func(d kit.Day) {
			c.day = dateOf(d.Date)
			c.refresh()
		}
		c.page = kit.NewPage(kit.Column(look.L, c.head(w), c.turns(w), c.days))
		return c.page
	case "hours":
		again := kit.Secondary(say("choose.otherDay"), func() {
			c.day = ""
			c.refresh()
		}).Icon("calendar")
		c.page = kit.NewPage(kit.Column(look.L, c.head(w), kit.Line(look.S, again), c.hours))
		return c.page
	}
	c.grid = kit.NewMonthGrid()
	c.grid.Now = c.View.Now
	c.grid.OnSelect = c.press
	c.grid.OnMonth = func(first time.Time) {
		c.month = portal.NewDate(first.Year(), first.Month(), 1)
		c.refresh()
	}
	c.bar = kit.NewMonthBar(c.grid, func() {
		c.month = c.View.Today().FirstOfMonth()
		c.refresh()
	})
	c.line = kit.NewDayLine(func() string { return say("choose.hint") })
	c.grid.OnShow = c.line.Tell
	month := kit.Column(look.XS, c.bar, c.grid)
	c.page = kit.NewPage(kit.Column(look.M, c.head(w), kit.Beside(month, c.hours, hoursWidth, 440, look.L)))
	foot := kit.PadXY(look.L, look.XS, kit.Limit(look.PageWidth, kit.Column(look.XS, kit.Rule(), c.line)))
	return arrange.Footed(c.page, foot)
}

// turns leads from month to month where the days are a list.
func (c *chooser) turns(w view.Visit) fyne.CanvasObject {
	name := kit.Section(i18n.Capital(i18n.MonthYear(civil(c.month))))
	turn := func(by int) func() {
		return func() {
			next := portal.NewDate(c.month.Year(), c.month.Month()+time.Month(by), 1)
			if next >= c.View.Today().FirstOfMonth() && next <= w.LastDay() {
				c.month, c.is = next, ""
				c.refresh()
			}
		}
	}
	return kit.Line(look.S, kit.NewIconButton("caret-left", i18n.T("kit.month.previous", nil), turn(-1)), kit.NewIconButton("caret-right", i18n.T("kit.month.next", nil), turn(1)), name)
}

// month6 is the six weeks around the month.
func (c *chooser) month6(w view.Visit) []kit.Day {
	a, has := c.View.AppointmentOf(c.request)
	out := make([]kit.Day, 0, 42)
	for i, day := 0, view.MonthStart(c.month); i < 42; i, day = i+1, day.Add(1) {
		out = append(out, c.cell(w, day, a, has))
	}
	return out
}

// cell is a day as the grid shows it.
func (c *chooser) cell(w view.Visit, day portal.Date, a view.Appointment, has bool) kit.Day {
	d := kit.Day{Date: civil(day), Kind: kit.DayNot, Booked: has && a.Awaited() && a.Slot().Day() == day}
	free := len(w.Free(day))
	switch {
	case day == c.View.Today():
		d.Kind = kit.DayToday
	case free > 0:
		d.Kind = kit.DayBookable
	}
	switch {
	case free > 0:
		if d.Label = say("day.free", "Count", free); d.Kind != kit.DayToday {
			d.Word = say("day.word", "Count", free)
		}
	default:
		why := w.Why(day)
		d.Label = outcome.Sentence(why)
		if d.Kind != kit.DayToday {
			d.Sign, d.Word = whyWord(why)
		}
	}
	if d.Booked {
		d.Label = i18n.Joined(c.told("day.yours", "Time", i18n.Clock(a.Slot().From())), d.Label)
		if d.Kind == kit.DayNot || d.Kind == kit.DayBookable {
			d.Sign, d.Word = "check-circle", c.told("day.yoursWord")
		}
	}
	return d
}

// whyWord is the sign and the short word of a day that cannot be had.
func whyWord(why *portal.Error) (sign, word string) {
	if why == nil {
		return "", ""
	}
	key := "visits.word." + string(why.Code)
	if !i18n.Has(key) {
		return "", ""
	}
	if why.Code == appointments.SlotTaken {
		sign = "prohibit"
	}
	return sign, i18n.T(key, nil)
}

// draw shows the month.
func (c *chooser) draw(w view.Visit) {
	days := c.month6(w)
	first := civil(c.month)
	if c.shown == nil || !c.grid.Month().Equal(first) {
		c.grid.SetMonth(first, days)
		c.bar.Refresh()
		c.shown = map[portal.Date]kit.Day{}
	} else {
		for _, d := range days {
			if c.shown[dateOf(d.Date)] != d {
				c.grid.SetDay(d)
			}
		}
	}
	for _, d := range days {
		c.shown[dateOf(d.Date)] = d
	}
}

// press shows the hours of a day, where it has some.
func (c *chooser) press(d kit.Day) {
	c.line.Tell(d, true)
	w, offered := c.View.Visit(c.request)
	day := dateOf(d.Date)
	if !offered || len(w.Free(day)) == 0 {
		return
	}
	c.day = day
	c.refresh()
	c.page.Reveal(c.hours)
}

// noon divides a day's hours.
const noon = 12

// showHours shows what of the day chosen can be had.
func (c *chooser) showHours(w view.Visit) {
	free := w.Free(c.day)
	if c.is == "grid" {
		c.grid.Choose(civil(c.day))
	}
	said := string(c.day) + i18n.Language()
	var parts [2][]fyne.CanvasObject
	for _, s := range free {
		half := 0
		if s.From().Hour() >= noon {
			half = 1
		}
		said += " " + strconv.FormatInt(s.Start, 36)
		parts[half] = append(parts[half], kit.Secondary(i18n.Clock(s.From()), func() {
			c.Go(screen.To(screen.Appointment, "request", string(c.request), "start", strconv.FormatInt(s.Start, 10)))
		}))
	}
	if said == c.said {
		return
	}
	c.said = said
	body := []fyne.CanvasObject{kit.Section(dayName(c.day)), kit.Muted(say("choose.hours"))}
	for i, key := range []string{"morning", "afternoon"} {
		if len(parts[i]) > 0 {
			body = append(body, kit.Column(look.S, kit.Strong(say(key)), kit.Line(look.S, parts[i]...)))
		}
	}
	if len(free) == 0 {
		body = append(body, kit.Body(outcome.Sentence(w.Why(c.day))))
	}
	c.hours.Set(kit.Card(kit.Column(look.M, body...)))
	c.page.Refresh()
}
