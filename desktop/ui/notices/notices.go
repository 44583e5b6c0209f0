// Package notices is what a person is told of: the list behind the bell, and
// the choice of how each kind reaches them. It reads the view and submits
// commands.
package notices

import (
	"cmp"
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
	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Desk is what these screens do besides reading the view; the session does it
// in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
}

// place is a kind's sign, and where it leads a family and an agent.
type place struct {
	icon          string
	family, agent func(about portal.ID) screen.Route
}

// places has a row for each kind that stands in the list.
var places = map[rules.Kind]place{
	rules.Message: {"chats",
		func(about portal.ID) screen.Route { return screen.To(screen.Exchanges, "request", string(about)) },
		func(about portal.ID) screen.Route {
			return screen.To(screen.Queue, "request", string(about), "tab", "messages")
		}},
	rules.Decision:   {"stamp", request, nil},
	rules.Correction: {"hand-palm", request, nil},
	rules.Rejected:   {"files", func(portal.ID) screen.Route { return screen.To(screen.Exchanges, "tab", "documents") }, nil},
	rules.Expiry:     {"clock-countdown", func(portal.ID) screen.Route { return screen.To(screen.Exchanges, "tab", "documents") }, nil},
	rules.Child:      {"student", child, nil},
	rules.Custody:    {"users", child, nil},
	rules.Quotient:   {"coins", func(portal.ID) screen.Route { return screen.To(screen.Quotient) }, nil},
	rules.Places:     {"calendar-check", func(child portal.ID) screen.Route { return screen.To(screen.Agenda, "child", string(child)) }, nil},
	rules.Balance:    {"wallet", func(portal.ID) screen.Route { return screen.To(screen.Payments) }, nil},
	rules.Place:      {"hourglass", func(portal.ID) screen.Route { return screen.To(screen.Waiting) }, nil},
	rules.Absence:    {"first-aid", func(portal.ID) screen.Route { return screen.To(screen.Absent) }, nil},
	rules.Closure:    {"lock", func(portal.ID) screen.Route { return screen.To(screen.Agenda) }, nil},
	rules.Invitation: {"handshake", access, nil},
	rules.Access:     {"users", access, nil},

	rules.AppointmentChanged: {"calendar", visit, nil},
	rules.AppointmentSoon:    {"calendar-check", visit, nil},
	rules.AppointmentLength:  {"calendar", visit, nil},
}

func access(about portal.ID) screen.Route { return screen.To(screen.Access, "id", string(about)) }

func request(about portal.ID) screen.Route { return screen.To(screen.Request, "id", string(about)) }

func child(about portal.ID) screen.Route { return screen.To(screen.Relation, "id", string(about)) }
func visit(about portal.ID) screen.Route {
	return screen.To(screen.Appointment, "request", string(about))
}

// Sentence is what a kind of notice says to anybody beside the screen: that
// something happened, never what.
func Sentence(kind string, agent bool) string {
	key := "notices.kind." + kind
	if agent {
		key = "notices.staff.kind." + kind
	}
	if !i18n.Has(key) {
		return i18n.T("notices.other", nil) // of a newer town hall
	}
	return i18n.T(key, nil)
}

// Waiting is how much the bell counts: what one was told and has not read, and
// what was refused.
func Waiting(v *view.View) int {
	n := v.Untold()
	for _, r := range v.Refusals() {
		if _, _, silent := outcome.Refused(v, r); !silent {
			n++
		}
	}
	return n
}

// Topics are those on which Waiting depends.
var Topics = []view.Topic{{Collection: wire.Notices}, {Collection: view.RefusalTopic}}

type list struct {
	c     *screen.Context
	s     Desk
	strip *kit.Strip
	rows  *kit.Swap
	page  *kit.Page
	all   *kit.Button // takes all as read; not there where all is
}

// Notices builds the list behind the bell.
func Notices(c *screen.Context, _ screen.Route) screen.Screen { return openList(c, c.Session).screen() }

func openList(c *screen.Context, s Desk) *list {
	l := &list{c: c, s: s, strip: kit.NewStrip(), rows: kit.NewSwap(nil)}
	l.all = kit.Secondary(i18n.T("notices.readAll", nil), l.readAll).Icon("check")
	ways := kit.Plain(i18n.T("notices.settings", nil), func() { c.Go(screen.To(screen.NoticeWays)) }).Icon("gear")
	title := kit.Grow(kit.Title(i18n.T("notices.title", nil)), 200)
	if look.Large() {
		// Beside the title it would take a line from the notices themselves.
		l.page = kit.NewPage(kit.Column(look.L, kit.Line(look.M, title, l.all), l.strip, l.rows, kit.Line(0, ways)))
	} else {
		l.page = kit.NewPage(kit.Column(look.L, kit.Line(look.M, title, l.all, ways), l.strip, l.rows))
	}
	l.refresh()
	c.On(l.refresh, append(slices.Clone(Topics), view.Topic{Collection: wire.Requests}, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: wire.Accounts},
		view.Topic{Collection: wire.Documents}, view.Topic{Collection: wire.DocumentKinds}, view.Topic{Collection: wire.Children}, view.Topic{Collection: wire.Delegations},
		view.Topic{Collection: wire.Closures})...)
	return l
}

func (l *list) screen() screen.Screen {
	return screen.Screen{Content: l.page, Title: i18n.T("notices.title", nil)}
}

func (l *list) agent() bool {
	me, _ := l.c.View.Me()
	return me.Kind == wire.Agent
}

func (l *list) refresh() {
	var rows []fyne.CanvasObject
	refused := l.c.View.Refusals()
	for i := len(refused) - 1; i >= 0; i-- {
		title, to, silent := outcome.Refused(l.c.View, refused[i])
		if !silent {
			rows = append(rows, kit.NewRow(title, "", func() { l.c.Go(to) }).Icon("x-circle").Status(look.ToneError, "", i18n.T("notices.new", nil)))
		}
	}
	l.all.Hide()
	for _, n := range l.c.View.Told() {
		rows = append(rows, l.row(n))
		if n.Unread {
			l.all.Show()
		}
	}
	switch _, received := l.c.View.Me(); {
	case len(rows) > 0:
		l.rows.Set(kit.RowsCard(rows...))
	case !received:
		l.rows.Set(kit.EmptyState(kit.NotReceived, "", "", "", nil))
	default:
		says := "notices.none"
		if l.agent() {
			says = "notices.staff.none"
		}
		l.rows.Set(kit.EmptyState(kit.NothingYet, "bell", i18n.T(says, nil), "", nil))
	}
	l.page.Refresh()
}

func (l *list) row(n view.Told) fyne.CanvasObject {
	agent := l.agent()
	p := places[rules.Kind(n.Kind)]
	if p.icon == "" {
		p.icon = "bell"
	}
	lead := p.family
	if agent {
		lead = p.agent
	}
	if n.What == string(rules.PlacesDrawn) {
		lead = func(ask portal.ID) screen.Route { return screen.To(screen.Openings, "ask", string(ask)) }
	}
	title, detail := l.what(n)
	if title == "" {
		title = Sentence(n.Kind, agent)
	}
	row := kit.NewRow(title, detail+l.about(n), func() {
		if n.Unread {
			l.read(n.ID)
		}
		if lead != nil {
			l.c.Go(lead(n.About))
		}
	}).Icon(p.icon)
	if n.Unread {
		row.Status(look.ToneInfo, "bell", i18n.T("notices.new", nil))
	}
	return row
}

// about is whom and what it is about, as far as that is here, and when.
func (l *list) about(n view.Told) string {
	when := i18n.Capital(i18n.DateTime(time.UnixMicro(n.At).In(portal.Paris)))
	person, procedure := "", ""
	if r, there := l.c.View.Request(n.About); there {
		person, procedure = r.Person, r.Procedure
	} else if q, there := l.c.View.QueueItem(n.About); there {
		person, procedure = q.Person, q.Procedure
	}
	if d, there := l.c.View.Document(n.About); there {
		kind, _ := l.c.View.DocumentKind(d.Kind)
		if d.Until == "" {
			return kind.Label.In(i18n.Language()) + "\n" + when
		}
		return i18n.T("notices.expires", map[string]any{"Kind": kind.Label.In(i18n.Language()), "Date": i18n.Date(outcome.Day(d.Until))}) + "\n" + when
	}
	if c, there := l.c.View.Child(n.About); there {
		return c.FirstName + " " + c.LastName + "\n" + when
	}
	if d, there := l.c.View.Delegation(n.About); there {
		who := d.FromName
		if d.Given {
			who = cmp.Or(d.ToName, d.Mail)
		}
		return who + "\n" + when
	}
	p, known := l.c.View.Procedure(procedure)
	if person == "" || !known {
		return when
	}
	return i18n.T("exchanges.about", map[string]any{"Person": person, "Procedure": p.Title.In(i18n.Language())}) + "\n" + when
}

func (l *list) read(ids ...portal.ID) {
	if _, err := l.s.Submit(wire.NoticeRead, wire.ReadNotices{Notices: ids}, cache.Note{Key: "notices.note.read"}); err != nil {
		l.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
	}
}

// readAll takes all that was told as read, as many at once as a command holds.
func (l *list) readAll() {
	var ids []portal.ID
	for _, n := range l.c.View.Told() {
		if n.Unread {
			ids = append(ids, n.ID)
		}
	}
	for some := range slices.Chunk(ids, wire.MostNotices) {
		l.read(some...)
	}
}
