// Package takeout is the screen from which the agenda is taken along: a month on
// paper, a file that other calendars open, or a private address to which they
// subscribe.
package takeout

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ics"
	"parvis/shared/portal"
)

// ahead is how many months can be chosen, and how far the file reaches.
const ahead = 12

// choice is what was chosen, kept while the screen is built anew.
type choice struct {
	children []portal.ID
	month    portal.Date
}

type page struct {
	c        *screen.Context
	s        desk
	body     *kit.Swap // of the private address
	is       choice
	children *kit.Field
	month    *kit.Field
	strip    *kit.Strip
	page     *kit.Page
}

// TakeOut builds the screen; its route may name a child and a month (2026-11).
func TakeOut(c *screen.Context, r screen.Route) screen.Screen {
	return open(c, c.Session, r, c.Session.Kiosk())
}

func say(key string, pairs ...any) string { return i18n.Say("takeout."+key, pairs...) }

// saveFile is where files go; tests keep them elsewhere.
var saveFile = pick.Save

func open(c *screen.Context, s desk, r screen.Route, kiosk bool) screen.Screen {
	p := &page{c: c, s: s, strip: kit.NewStrip()}
	built := screen.Screen{Title: say("title"), Rail: screen.Agenda}
	title := kit.Column(look.XS, kit.Back(i18n.T("app.rail.agenda", nil), func() { c.Up(screen.To(screen.Agenda)) }), kit.Title(say("title")))
	switch seen := c.View.Seen(); {
	case kiosk:
		built.Content = kit.NewPage(kit.Column(look.L, title, kit.NewNotice(look.ToneInfo, say("kiosk"), "")))
		return built
	case len(seen) == 0:
		built.Content = kit.NewPage(kit.Column(look.L, title, kit.EmptyState(kit.NothingYet, "calendar", say("nobody"), "", nil)))
		return built
	}
	if kept, again := c.Kept.(choice); again {
		p.is = kept
	} else {
		p.begin(r)
	}
	p.page = kit.NewFormPage(kit.Column(look.L, title, p.whose(), p.paper(), p.file(), p.address(), p.strip))
	built.Content = p.page
	return built
}

// begin is what is chosen before anything is: one child of the agenda one came
// from, or everybody.
func (p *page) begin(r screen.Route) {
	p.is.month = p.c.View.Today().FirstOfMonth()
	if first, err := portal.ParseDate(r.Arg("month") + "-01"); err == nil && first >= p.is.month {
		p.is.month = first
	}
	for _, c := range p.c.View.Seen() {
		if of := portal.ID(r.Arg("child")); of == "" || of == c.ID {
			p.is.children = append(p.is.children, c.ID)
		}
	}
}

func (p *page) whose() fyne.CanvasObject {
	var options []kit.Option
	var on []string
	for _, c := range p.c.View.Seen() {
		options = append(options, kit.Option{Value: string(c.ID), Label: c.FirstName + " " + c.LastName})
		if slices.Contains(p.is.children, c.ID) {
			on = append(on, string(c.ID))
		}
	}
	p.children = kit.TicksField(say("children"), options...).Named("children").Needed(say("none"))
	p.children.SetValue(strings.Join(on, " "))
	p.children.OnChanged(func(string) { p.keep() })
	return p.children
}

// keep takes up what the fields say.
func (p *page) keep() {
	p.is.children = nil
	for _, id := range strings.Fields(p.children.Value()) {
		p.is.children = append(p.is.children, portal.ID(id))
	}
	p.is.month = portal.Date(p.month.Value())
	p.c.Kept = p.is
}

func (p *page) paper() fyne.CanvasObject {
	var months []kit.Option
	for m, n := p.c.View.Today().FirstOfMonth(), 0; n < ahead; m, n = m.Add(31).FirstOfMonth(), n+1 {
		months = append(months, kit.Option{Value: string(m), Label: i18n.Capital(i18n.MonthYear(outcome.Day(m)))})
	}
	p.month = kit.SelectField(say("month"), months...).Named("month")
	p.month.SetValue(string(p.is.month))
	p.month.OnChanged(func(string) { p.keep() })
	return kit.Card(kit.Column(look.M, kit.Section(say("paper")), kit.Body(say("paperText")), p.month,
		kit.Line(look.S, kit.Primary(say("print"), p.print).Icon("printer"))))
}

func (p *page) file() fyne.CanvasObject {
	return kit.Card(kit.Column(look.M, kit.Section(say("file")), kit.Body(say("fileText")),
		kit.Line(look.S, kit.Secondary(say("save"), p.save).Icon("download-simple"))))
}

// chosen reports whether anybody is, and says where nobody is.
func (p *page) chosen() bool {
	p.keep()
	if p.children.Check() != "" {
		p.page.Reveal(p.children)
		return false
	}
	return true
}

// title is whose agenda it is.
func (p *page) title() string {
	var names []string
	for _, c := range p.c.View.Seen() {
		if slices.Contains(p.is.children, c.ID) {
			names = append(names, c.FirstName)
		}
	}
	if len(names) == 1 {
		return say("of", "Name", names[0])
	}
	return say("ofAll", "Names", i18n.List(names))
}

// booked is a child's booked days in the month of a day, in order.
func (p *page) booked(month portal.Date) (out []view.Booking) {
	for _, b := range p.c.View.Bookings("", month) {
		if slices.Contains(p.is.children, b.Child) {
			out = append(out, b)
		}
	}
	return out
}

// what is a booking in words: "Léa : Restauration scolaire".
func (p *page) what(b view.Booking) string {
	child, _ := p.c.View.Child(b.Child)
	for _, a := range p.c.View.Activities() {
		if a.ID == b.Activity {
			return say("line", "Child", child.FirstName, "What", a.Name.In(i18n.Language()))
		}
	}
	return child.FirstName
}

// print puts the month on paper, with what waits marked as such.
func (p *page) print() {
	if !p.chosen() {
		return
	}
	town, _ := p.c.View.Town()
	sheet := print.Calendar{
		Town: town.Name, Title: i18n.Capital(i18n.MonthYear(outcome.Day(p.is.month))), Intro: p.title(), Made: p.c.View.Now().In(portal.Paris),
		First: p.is.month, Days: map[portal.Date][]string{}, Note: say("printed"),
	}
	for _, b := range p.booked(p.is.month) {
		s := p.what(b)
		if b.Pending != view.PendingNone {
			s = say("waits", "What", s)
		}
		sheet.Days[b.Day] = append(sheet.Days[b.Day], s)
	}
	p.c.Print(i18n.Joined(sheet.Title, sheet.Intro), func(context.Context) ([]byte, error) { return print.MakeCalendar(sheet) })
}

// save writes the days to come into the person's downloads: only what the town
// hall has confirmed, for the file is not told of what becomes of the rest.
func (p *page) save() {
	if !p.chosen() {
		return
	}
	v := p.c.View
	town, _ := v.Town()
	today := v.Today()
	sites := map[portal.ID]string{}
	for _, s := range v.Sites() {
		sites[s.ID] = s.Name
	}
	var days []ics.Day
	for m, n := today.FirstOfMonth(), 0; n < ahead; m, n = m.Add(31).FirstOfMonth(), n+1 {
		for _, b := range p.booked(m) {
			if b.Day >= today && b.Pending == view.PendingNone {
				days = append(days, ics.Day{ID: b.ID, Day: b.Day, Title: p.what(b), Place: sites[b.Site], Changed: time.UnixMicro(b.At)})
			}
		}
	}
	if len(days) == 0 {
		p.tell(look.ToneInfo, say("empty"), "", nil)
		return
	}
	name := say("name", "Date", string(today)) + ".ics"
	screen.Run(p.c, "takeout", func(context.Context) (string, error) {
		return saveFile(name, ics.MakeDays(say("calendar", "Town", town.Name), town.ID, days))
	}, func(path string, err error) {
		if err != nil {
			p.tell(look.ToneError, say("failed"), "", nil)
			return
		}
		p.tell(look.ToneSuccess, say("done", "Path", path), say("opens"), func() {
			p.c.Browse((&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
		})
	})
}

func (p *page) tell(tone look.Tone, text, action string, do func()) {
	p.strip.Say(tone, text, action, do)
	p.page.Refresh()
	p.page.Reveal(p.strip)
}
