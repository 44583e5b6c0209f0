package appointments

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// days is who comes to a service on a day.
type days struct {
	room
	service portal.ID
	day     portal.Date

	body  *kit.Swap
	page  *kit.Page
	cards fyne.CanvasObject
	strip *kit.Strip
	shutting
}

// daysKept is what the screen finds again when it is built anew.
type daysKept struct {
	service portal.ID
	day     portal.Date
	shutting
}

// shutting is the last closure made here, until it was said what it has cost.
type shutting struct {
	command portal.ID
	closure appointments.Closure
	met     []portal.ID // the appointments in its way
}

func openDays(r room, route screen.Route) screen.Screen {
	d := &days{room: r, service: portal.ID(route.Arg("service")), day: r.View.Today(), body: kit.NewSwap(nil), strip: kit.NewStrip()}
	if day, err := portal.ParseDate(route.Arg("day")); err == nil {
		d.day = day
	}
	if before, again := r.Kept.(daysKept); again {
		d.service, d.day, d.shutting = before.service, before.day, before.shutting
	}
	d.cards = outcome.Cards(r.Context, r.desk)
	d.page = kit.NewPage(d.body)
	d.refresh()
	r.On(d.refresh, view.Topic{Collection: wire.DeskAppointments}, view.Topic{Collection: wire.AppointmentServices}, view.Topic{Collection: wire.AppointmentClosures},
		view.Topic{Collection: wire.AppointmentDays}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return screen.Screen{Content: d.page, Title: say("days.title"), Rail: screen.DeskDays}
}

func (d *days) refresh() {
	services := d.View.Services()
	if len(services) > 0 && !slices.ContainsFunc(services, func(s appointments.Service) bool { return s.ID == d.service }) {
		d.service = services[0].ID
	}
	d.tellShut()
	d.Kept = daysKept{d.service, d.day, d.shutting}
	d.body.Set(d.make(services))
	d.page.Refresh()
}

func (d *days) turn(to portal.Date) func() {
	return func() {
		d.day = to
		d.refresh()
	}
}

func (d *days) make(services []appointments.Service) fyne.CanvasObject {
	if _, received := d.View.Me(); !received {
		return kit.EmptyState(kit.NotReceived, "", "", "", nil)
	}
	if len(services) == 0 {
		return kit.EmptyState(kit.NothingYet, "calendar", say("days.noService"), "", nil)
	}
	rules, _ := d.View.DayRules(d.service)
	list := d.View.DayList(d.service, d.day)
	tools := []fyne.CanvasObject{kit.NewIconButton("caret-left", say("days.previous"), d.turn(d.day.Add(-1))),
		kit.NewIconButton("caret-right", say("days.next"), d.turn(d.day.Add(1))), kit.Grow(kit.Section(d.dayWord()), 230)}
	if d.day != d.View.Today() {
		tools = append(tools, kit.Plain(say("days.today"), d.turn(d.View.Today())))
	}
	tools = append(tools, kit.Secondary(say("days.close"), func() { d.shut(rules) }).Icon("lock"))
	if d.Prints != nil && len(list) > 0 {
		tools = append(tools, kit.NewIconButton("printer", say("days.print"), func() { d.print(rules.Service, list) }))
	}
	head := kit.Column(look.M, kit.Line(look.M, kit.Grow(kit.Title(say("days.title")), 200), d.choice(services)), kit.Line(look.S, tools...))
	objects := []fyne.CanvasObject{head, d.cards, d.strip}
	for _, c := range d.closures() {
		objects = append(objects, d.closed(c))
	}
	return kit.Column(look.L, append(objects, d.rows(rules, list))...)
}

func (d *days) dayWord() string {
	word := dayName(d.day)
	if d.day == d.View.Today() {
		word = say("days.todayIs", "Day", i18n.DayDate(outcome.Day(d.day)))
	}
	return word
}

// choice is which service is looked at; a word alone where there is one.
func (d *days) choice(services []appointments.Service) fyne.CanvasObject {
	name := ""
	for _, s := range services {
		if s.ID == d.service {
			name = s.Name.In(i18n.Language())
		}
	}
	if len(services) == 1 {
		return kit.Muted(name)
	}
	return kit.NewMenuButton("identification-card", name, func() (items []kit.MenuItem) {
		for _, s := range services {
			items = append(items, kit.MenuItem{Label: s.Name.In(i18n.Language()), Checked: s.ID == d.service, Do: func() {
				d.service = s.ID
				d.refresh()
			}})
		}
		return items
	}).Edged()
}

// closures is those that meet the day.
func (d *days) closures() (out []view.Shut) {
	from, to := d.day.At(0, 0).UnixMicro(), d.day.Add(1).At(0, 0).UnixMicro()
	for _, c := range d.View.ClosuresOf(d.service) {
		if c.From < to && from < c.To {
			out = append(out, c)
		}
	}
	return out
}

func (d *days) closed(c view.Shut) fyne.CanvasObject {
	tone, heading := look.ToneWarning, say("days.closed", "When", span(c.Closure))
	if c.Pending {
		tone = look.TonePending
	}
	return kit.NewNotice(tone, heading, c.Reason, kit.Secondary(say("days.reopen"), func() {
		if _, err := d.desk.Submit(wire.AppointmentReopen, wire.ReopenAppointments{Closure: c.ID}, note("reopen", "", appointments.Slot{Start: c.From, End: c.To})); err != nil {
			d.fail(err)
		}
	}).Icon("lock-open")).Icon("lock")
}

// tellShut says what the last closure has cost, once the town hall has cancelled
// what stood in its way. One that was refused is told by its card.
func (d *days) tellShut() {
	if d.command == "" {
		return
	}
	for _, r := range d.View.Refusals() {
		if r.ID == d.command {
			d.shutting = shutting{}
			return
		}
	}
	if slices.ContainsFunc(d.View.Waiting(), func(p cache.Pending) bool { return p.ID == d.command }) {
		return
	}
	standing := d.within(d.closure)
	if slices.ContainsFunc(d.met, func(id portal.ID) bool { return slices.Contains(standing, id) }) {
		return // they go in turns
	}
	text := say("shut.doneFree")
	if len(d.met) > 0 {
		text = say("shut.done", "Count", len(d.met))
	}
	d.strip.Say(look.ToneSuccess, text, "", nil)
	d.shutting = shutting{}
}

// span is from when to when a closure goes; a whole day is its date.
func span(c appointments.Closure) string {
	s := appointments.Slot{Start: c.From, End: c.To}
	first, last := s.Day(), portal.DateOf(time.UnixMicro(c.To).Add(-time.Second))
	whole := first.At(0, 0).UnixMicro() == c.From && last.Add(1).At(0, 0).UnixMicro() == c.To
	switch {
	case whole && first == last:
		return i18n.DayDate(outcome.Day(first))
	case first == last && last.Add(1).At(0, 0).UnixMicro() == c.To:
		return say("days.spanFrom", "Day", i18n.DayDate(outcome.Day(first)), "From", i18n.Clock(s.From()))
	case first == last && first.At(0, 0).UnixMicro() == c.From:
		return say("days.spanTo", "Day", i18n.DayDate(outcome.Day(first)), "To", i18n.Clock(s.Until()))
	case first == last:
		return say("days.spanHours", "Day", i18n.DayDate(outcome.Day(first)), "From", i18n.Clock(s.From()), "To", i18n.Clock(s.Until()))
	}
	return say("days.spanDays", "From", i18n.DayDate(outcome.Day(first)), "To", i18n.DayDate(outcome.Day(last)))
}

// rows is the list itself.
func (d *days) rows(rules appointments.Situation, list []view.Listed) fyne.CanvasObject {
	if len(list) == 0 {
		sentence := say("days.none")
		if len(rules.Service.Slots(d.day, 1)) == 0 {
			sentence = say("days.notOpen")
		} else if name, public := rules.Calendar.Public[d.day]; public {
			sentence = say("days.holiday", "Name", name.In(i18n.Language()))
		}
		next := d.View.NextListed(d.service, max(d.day.Add(1), d.View.Today()))
		if next == "" {
			return kit.EmptyState(kit.NothingYet, "calendar-blank", sentence, "", nil)
		}
		return kit.EmptyState(kit.NothingYet, "calendar-blank", sentence, say("days.nextOne", "Day", i18n.DayDate(outcome.Day(next))), func() {
			d.turn(next)()
			// A second press of Enter must not fall on what has come into its place.
			kit.Enter(d.Window.Canvas(), d.page.Reader(nil))
		})
	}
	var rows []fyne.CanvasObject
	for _, l := range list {
		var row *kit.Row
		row = kit.NewRow(say("days.row", "From", i18n.Clock(l.Slot().From()), "To", i18n.Clock(l.Slot().Until()), "Name", l.Name), d.second(l), func() { kit.ShowMenu(row, 0, d.menu(rules, l), nil) })
		tone, icon, word := stateChip(l.State, l.Pending, l.Passed)
		switch {
		case l.Pending:
		case l.Passed:
			tone, icon, word = look.ToneWarning, "pencil-simple", say("days.toMark")
		case l.Short(d.View.Now()):
			tone, icon, word = look.ToneWarning, "clock", say("days.short")
		}
		rows = append(rows, row.Icon("user").Status(tone, icon, word))
	}
	return kit.Column(look.S, kit.Muted(say("days.count", "Count", len(list))), kit.RowsCard(rows...))
}

// second is what they come for, for whom, and where.
func (d *days) second(l view.Listed) string {
	what := ""
	if p, known := d.View.Procedure(l.Procedure); known && d.several(l.Service) {
		what = p.Title.In(i18n.Language())
	}
	if l.Person != l.Name {
		what = i18n.Joined(what, l.Person)
	}
	if l.Short(d.View.Now()) {
		what = i18n.Joined(what, say("days.comes", "Come", say("people", "Count", l.Needs), "For", l.People))
	} else if l.People > 1 {
		what = i18n.Joined(what, say("people", "Count", l.People))
	}
	if rules, known := d.View.DayRules(l.Service); known && rules.Service.Counters > 1 {
		what = i18n.Joined(what, say("counter", "Number", l.Counter))
	}
	return i18n.Capital(i18n.Joined(what, l.Reference))
}

// several reports whether people come to a service for more than one procedure.
func (d *days) several(service portal.ID) bool {
	n := 0
	for _, p := range d.View.Procedures() {
		if p.Appointment != nil && portal.ID(p.Appointment.At) == service {
			n++
		}
	}
	return n > 1
}

// menu is what can be done about one who comes.
func (d *days) menu(rules appointments.Situation, l view.Listed) (items []kit.MenuItem) {
	mark := func(key, icon string, state appointments.State) kit.MenuItem {
		return kit.MenuItem{Icon: icon, Label: say(key), Do: func() {
			n := note("mark", l.Name, l.Slot())
			if _, err := d.desk.Submit(wire.AppointmentMark, wire.MarkAppointment{Appointment: l.ID, State: string(state)}, n, d.needs(l.Command)...); err != nil {
				d.fail(err)
			}
		}}
	}
	a, has := d.View.AppointmentOf(l.Request)
	another := has && a.Awaited() && a.ID != l.ID
	switch {
	case l.State == string(appointments.Booked) && rules.CheckMark(l.Slot(), appointments.Honoured, another) == nil:
		items = append(items, mark("days.came", "check-circle", appointments.Honoured), mark("days.missed", "warning", appointments.Missed))
	case l.State != string(appointments.Booked) && rules.CheckMark(l.Slot(), appointments.Booked, another) == nil:
		items = append(items, mark("days.unmark", "arrow-u-up-left", appointments.Booked))
	}
	if (l.Passed || l.State == string(appointments.Missed)) && !another {
		items = append(items, kit.MenuItem{Icon: "calendar-blank", Label: say("days.another"), Do: d.chooses(l.Request)})
	}
	if l.State == string(appointments.Booked) && rules.CheckChange(l.Slot()) == nil {
		items = append(items, kit.MenuItem{Icon: "arrows-clockwise", Label: say("move"), Do: d.chooses(l.Request)}, kit.MenuItem{Icon: "x-circle", Label: say("days.cancel"), Do: func() { d.cancelFor(l) }})
	}
	if _, queued := d.View.QueueItem(l.Request); queued {
		items = append(items, kit.MenuItem{Icon: "file-text", Label: say("days.open"), Do: func() { d.Go(screen.To(screen.Queue, "request", string(l.Request))) }})
	}
	return items
}

// cancelFor cancels for a family, with what it shall read.
func (d *days) cancelFor(l view.Listed) {
	d.askReason(say("why.cancelTitle", "When", i18n.DayDate(l.Slot().From())+" "+i18n.Clock(l.Slot().From())), say("cancelYes"), true, func(reason string) {
		if _, err := d.desk.Submit(wire.AppointmentCancel, wire.CancelAppointment{Appointment: l.ID, Reason: reason}, note("cancel", l.Name, l.Slot()), d.needs(l.Command)...); err != nil {
			d.fail(err)
		}
	})
}

// shut asks which hours of the day, or days from it on, are closed, and says
// whom that costs their appointment.
func (d *days) shut(rules appointments.Situation) {
	day, step := d.day, 15
	var times []kit.Option
	for m := 7 * 60; m <= 20*60; m += step {
		at := day.At(m/60, m%60)
		times = append(times, kit.Option{Value: strconv.Itoa(m), Label: i18n.Clock(at)})
	}
	from := kit.SelectField(say("shut.from"), append([]kit.Option{{Value: "0", Label: say("shut.start")}}, times...)...).Named("from")
	to := kit.SelectField(say("shut.to"), append(slices.Clone(times), kit.Option{Value: "1440", Label: say("shut.end")})...).Named("to")
	last := kit.DateField(say("shut.last")).Named("last").Optional().Hint(say("shut.lastHint"))
	reason := kit.LongField(say("why.label"), 2).Named("reason").Hint(say("why.hint")).Needed(say("why.missing")).Most(requests.MaxNote)
	from.SetValue("0")
	to.SetValue("1440")
	costs := kit.Muted("")
	closure := func() (appointments.Closure, *portal.Error) {
		c := appointments.Closure{Service: d.service, Reason: strings.TrimSpace(reason.Value())}
		begin, _ := strconv.Atoi(from.Value())
		end, _ := strconv.Atoi(to.Value())
		until := day
		if v := portal.Date(last.Value()); v.Valid() && v > day {
			until = v
		}
		c.From, c.To = instant(day, begin), instant(until, end)
		return c, appointments.CheckClosure(c, d.View.Now())
	}
	tell := func() {
		c, wrong := closure()
		switch n := len(d.within(c)); {
		case wrong != nil:
			costs.SetText(say("shut.wrong"))
		case n > 0:
			costs.SetText(say("shut.costs", "Count", n))
		default:
			costs.SetText(say("shut.free"))
		}
	}
	for _, f := range []*kit.Field{from, to, last} {
		f.OnChanged(func(string) { tell() })
	}
	tell()
	d.Dialogs.Custom(say("shut.title", "Day", i18n.DayDate(outcome.Day(day))), kit.Column(look.M, kit.Columns(200, look.M, 2, from, to), last, reason, costs), func(shut func()) []fyne.CanvasObject {
		do := kit.Primary(say("shut.do"), func() {
			c, wrong := closure()
			if wrong != nil {
				to.SetMistake(say("shut.wrong"))
				to.Focus()
				return
			}
			for _, f := range []*kit.Field{last, reason} {
				if f.Check() != "" {
					f.Focus()
					return
				}
			}
			shut()
			met := d.within(c)
			command, err := d.desk.Submit(wire.AppointmentClose, wire.CloseAppointments{Closure: portal.NewID(), Service: c.Service, From: c.From, To: c.To, Reason: c.Reason},
				note("close", "", appointments.Slot{Start: c.From, End: c.To}))
			if err != nil {
				d.fail(err)
				return
			}
			d.strip.Clear()
			d.shutting = shutting{command, c, met}
			d.Kept = daysKept{d.service, d.day, d.shutting}
		})
		return []fyne.CanvasObject{do, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// instant is a minute of a day; the last is the midnight that ends it.
func instant(day portal.Date, minute int) int64 {
	if minute >= 24*60 {
		return day.Add(1).At(0, 0).UnixMicro()
	}
	return day.At(minute/60, minute%60).UnixMicro()
}

// within is the appointments that a closure meets, as far as the lists tell.
func (d *days) within(c appointments.Closure) (met []portal.ID) {
	s := appointments.Slot{Start: c.From, End: c.To}
	last := portal.DateOf(s.Until())
	for day := s.Day(); day <= last && day <= s.Day().Add(130); day = day.Add(1) {
		for _, l := range d.View.DayList(c.Service, day) {
			if l.State == string(appointments.Booked) && l.Start < c.To && c.From < l.End {
				met = append(met, l.ID)
			}
		}
	}
	return met
}

// print hands the list of the day to the system's viewer.
func (d *days) print(s appointments.Service, list []view.Listed) {
	town, _ := d.View.Town()
	sheet := print.Sheet{Town: town.Name, Title: i18n.Joined(s.Name.In(i18n.Language()), dayName(d.day)), Intro: say("days.count", "Count", len(list)), Made: d.View.Now().In(portal.Paris), Note: place(s)}
	section := print.Section{Title: say("days.title")}
	for _, l := range list {
		section.Rows = append(section.Rows, print.Row{Question: clocks(l.Slot()), Answer: i18n.Joined(l.Name, d.second(l))})
	}
	sheet.Sections = append(sheet.Sections, section)
	d.Print(sheet.Title, func(context.Context) ([]byte, error) { return print.Make(sheet) })
}
