// Package grouped is the screen on which many days are booked or cancelled at
// once: for whom and what, when, and what would become of each day, before
// anything is sent; then what became of them, which can be printed and taken
// back. What is possible is decided by shared/bookings through the view.
package grouped

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The steps.
const (
	stepWho = iota
	stepWhen
	stepCheck
)

// The ways to say when.
const (
	byWeek   = "weeks"
	byPick   = "pick"
	asBefore = "like"
)

// choice is what was chosen, kept while the screen is built anew.
type choice struct {
	id                   portal.ID // of the group
	step                 int
	intent               view.Intent
	children, activities []portal.ID

	how       string
	weekdays  string // their numbers, with spaces between
	every     string // see everyWeek
	alternate portal.Date
	period    string // see periods
	from, to  portal.Date

	picked []portal.Date
	month  portal.Date // that the calendar shows
	all    bool        // or nothing
	unlist bool        // full days are left, not waited for
	again  portal.ID   // the refusal whose days these were

	opening  portal.ID // for which days are prepared or asked, and nothing else
	prepared portal.ID // the prepared group that is changed
	turned   bool      // the calendar, by hand
	resumed  bool      // these were chosen before, and could not be paid

	short portal.ID      // under which that is kept
	only  []bookings.Lot // what of them is left, where the others were sent
}

// desk is what the screen asks of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	MarkRead(id portal.ID) error
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
}

// page is the screen while days are being chosen.
type page struct {
	c     *screen.Context
	s     desk
	is    choice
	title *kit.Text
	count *kit.Text
	about *kit.Text // what opens, where days are prepared for it
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
	again func() // follows what was brought back into the fields
	plan  view.Plan
}

// Grouped builds the screen; its route may name a child and an activity to begin
// with, all children (children=all), an opening whose days are chosen, a prepared
// group that is changed (prepared), a group whose days are told (id), or one that
// was refused (refused).
func Grouped(c *screen.Context, r screen.Route) screen.Screen { return open(c, c.Session, r) }

func open(c *screen.Context, s desk, r screen.Route) screen.Screen {
	if id := portal.ID(r.Arg("id")); id != "" {
		return told(c, s, id)
	}
	p := &page{c: c, s: s, title: kit.Title(""), count: kit.Muted(""), about: kit.Body(""), strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	if len(p.children()) == 0 {
		content := kit.NewPage(kit.Column(look.L, kit.Title(say("title")), kit.EmptyState(kit.NothingYet, "calendar", say("nobody"), say("toAgenda"), func() { c.Replace(screen.To(screen.Agenda)) })))
		return screen.Screen{Content: content, Title: say("title"), Rail: screen.Agenda}
	}
	if kept, again := c.Kept.(choice); again {
		p.is = kept
	} else {
		p.begin(r)
		p.resume()
	}
	p.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, p.title, p.count, p.about), p.strip, p.body))
	p.show(p.is.step)
	if p.is.resumed && p.is.step == stepCheck {
		p.strip.Say(look.ToneInfo, say("resumed"), say("restart"), func() {
			p.forget()
			p.begin(r)
			p.show(stepWho)
		})
	}
	c.On(p.follow, view.Topic{Collection: wire.Bookings}, view.Topic{Collection: wire.Levels}, view.Topic{Collection: wire.Balances}, view.Topic{Collection: wire.Closures},
		view.Topic{Collection: wire.Enrolments}, view.Topic{Collection: wire.Openings}, view.Topic{Collection: wire.Asks}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.ClockTopic})
	return screen.Screen{Content: p.page, Title: p.name(), Rail: screen.Agenda, Again: func() { p.again() }}
}

// name is what is done here: many days, or those of an opening.
func (p *page) name() string {
	o, preparing := p.c.View.Opening(p.is.opening)
	switch {
	case !preparing:
		return say("title")
	case o.Mode == bookings.Pooled:
		return i18n.T("openings.announced.ask", nil)
	}
	return i18n.T("openings.announced.prepare", nil)
}

// opens says what opens and when, where days are chosen for that.
func (p *page) opens() string {
	o, preparing := p.c.View.Opening(p.is.opening)
	if !preparing {
		return ""
	}
	key, at := "opening.prepare", o.At()
	switch {
	case o.Asking(p.c.View.Now()):
		key, at = "opening.ask", o.Ends()
	case o.Shut(p.c.View.Now()) == nil:
		key = "opening.open"
	}
	return say(key, "What", words{p.c.View}.activity(o.Activity), "Period", Period(o.Period), "At", instant(at))
}

func say(key string, pairs ...any) string { return i18n.Say("grouped."+key, pairs...) }

// children is those for whom one may book something.
func (p *page) children() (out []wire.Child) {
	for _, c := range p.c.View.Seen() {
		if len(p.activitiesOf(c.ID)) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// activitiesOf is what a child may be booked for by whoever is here.
func (p *page) activitiesOf(child portal.ID) (out []bookings.Activity) {
	v := p.c.View
	tie := v.Tie(child)
	for _, a := range v.Activities() {
		enrolled := slices.ContainsFunc(v.Enrolments(child), func(e bookings.Enrolment) bool {
			return e.Activity == a.ID && e.Period.To > v.Today()
		})
		if enrolled && tie.RightsAt(a.ID).Book {
			out = append(out, a)
		}
	}
	return out
}

// begin is what is chosen before anything is.
func (p *page) begin(r screen.Route) {
	p.is = choice{id: portal.NewID(), intent: view.ToBook, how: byWeek, every: everyWeek, period: nextMonth}
	all := p.children()
	p.is.children = []portal.ID{all[0].ID}
	if child := portal.ID(r.Arg("child")); slices.ContainsFunc(all, func(c wire.Child) bool { return c.ID == child }) {
		p.is.children = []portal.ID{child}
	}
	if r.Arg("children") == everyone {
		p.is.children = nil
		for _, c := range all {
			p.is.children = append(p.is.children, c.ID)
		}
	}
	p.is.activities = []portal.ID{usual(p.activitiesOf(p.is.children[0]))}
	if activity := portal.ID(r.Arg("activity")); p.comes(activity, p.is.children) {
		p.is.activities = []portal.ID{activity}
	}
	p.toOpening(portal.ID(r.Arg("opening")))
	p.refused(portal.ID(r.Arg("refused")))
	p.change(portal.ID(r.Arg("prepared")))
}

// everyone is the answer of a route to whose days are booked.
const everyone = "all"

// change takes up days that were prepared for an opening.
func (p *page) change(id portal.ID) {
	g, known := p.c.View.PreparedGroup(id)
	if !known {
		return
	}
	p.is.prepared, p.is.how, p.is.all = id, byPick, g.All
	p.is.children, p.is.activities, p.is.picked = nil, nil, nil
	for _, o := range bookings.InOrder(g.Book) {
		if of, has := p.c.View.OpeningOf(o.Activity, o.Day); has {
			p.is.opening = of.ID
			p.is.period, p.is.from, p.is.to = otherDates, of.Period.From, of.Period.To
		}
		p.is.children, p.is.activities, p.is.picked = with(p.is.children, o.Child), with(p.is.activities, o.Activity), with(p.is.picked, o.Day)
	}
	p.is.month = p.is.picked[0].FirstOfMonth()
}

// usual is the activity that most come for: the canteen, or else the first.
func usual(of []bookings.Activity) portal.ID {
	for _, a := range of {
		if a.Kind == bookings.Canteen {
			return a.ID
		}
	}
	return of[0].ID
}

// refused takes up the days of a group that the town hall has refused.
func (p *page) refused(id portal.ID) {
	for _, r := range p.c.View.Refusals() {
		_, args, err := wire.ReadCommand(r.Body)
		was, ok := args.(*wire.GroupBookings)
		if r.ID != id || err != nil || !ok || len(was.Book) == 0 {
			continue
		}
		p.is.again, p.is.how, p.is.all = id, byPick, was.All
		p.is.children, p.is.activities = nil, nil
		for _, o := range bookings.InOrder(was.Book) {
			p.is.children = with(p.is.children, o.Child)
			p.is.activities = with(p.is.activities, o.Activity)
			p.is.picked = with(p.is.picked, o.Day)
		}
		p.is.month = p.is.picked[0].FirstOfMonth()
	}
}

// with is a list that holds a thing once.
func with[T comparable](list []T, one T) []T {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

func (p *page) keep() { p.c.Kept = p.is }

// show shows a step.
func (p *page) show(step int) {
	p.is.step = step
	p.keep()
	title := say("step." + []string{"who", "when", "check"}[step])
	name := p.name()
	if step == stepWho && p.is.opening != "" {
		title, name = name, "" // the one question says the rest
	}
	p.title.SetText(title)
	p.count.SetText(i18n.Capital(i18n.Joined(name, say("step.count", "N", step+1, "Of", stepCheck+1))))
	p.about.SetText(p.opens())
	if p.about.Hide(); p.opens() != "" {
		p.about.Show()
	}
	p.strip.Clear()
	p.again = func() {}
	switch step {
	case stepWho:
		p.who()
	case stepWhen:
		p.when()
	default:
		p.check()
	}
	p.page.Top()
	p.page.Refresh()
}

// goTo shows a step that somebody goes to, read from its title on.
func (p *page) goTo(step int) {
	if step < stepWho {
		p.c.Back()
		return
	}
	if step < stepCheck { // whatever is chosen now is another choice
		p.is.resumed, p.is.short, p.is.only = false, "", nil
	}
	p.show(step)
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(p.page); canvas != nil {
		kit.Enter(canvas, p.page.Reader(nil))
	}
}

// follow has the step in sight say what holds now.
func (p *page) follow() {
	switch p.is.step {
	case stepCheck:
		p.check()
	case stepWhen:
		p.again()
	}
}

// form shows a step's questions; save takes what they say, on the way on and on
// the way back.
func (p *page) form(save func(), fields ...fyne.CanvasObject) {
	form := kit.NewForm(say("next"), func() {
		save()
		p.goTo(p.is.step + 1)
	}, kit.Plain(say("back"), func() {
		save()
		p.goTo(p.is.step - 1)
	}))
	form.Add(fields...)
	p.body.Set(form)
}

// who asks for whom, at what, and what is to be done.
func (p *page) who() {
	intent := kit.RadioField(say("intent.label"),
		kit.Option{Value: string(view.ToBook), Label: say("intent.book")},
		kit.Option{Value: string(view.ToCancel), Label: say("intent.cancel")},
		kit.Option{Value: string(view.ToReplace), Label: say("intent.replace"), Hint: say("intent.replaceHint")}).Named("intent")
	intent.SetValue(string(p.is.intent))

	var kids []kit.Option
	for _, c := range p.children() {
		if p.is.opening != "" && !slices.ContainsFunc(p.is.activities, func(a portal.ID) bool { return p.comes(a, []portal.ID{c.ID}) }) {
			continue
		}
		kids = append(kids, kit.Option{Value: string(c.ID), Label: c.FirstName + " " + c.LastName})
	}
	children := kit.TicksField(say("who.children"), kids...).Named("children").Needed(say("who.childrenMissing"))
	tick(children, p.is.children)
	if p.is.opening != "" { // only its days, and nothing to cancel
		p.form(func() {
			p.is.children = ticked(children.Value())
			p.keep()
		}, children)
		return
	}

	// An activity is offered where one of the children goes there: the others are
	// left out of it, and told so.
	var offered []kit.Option
	for _, a := range p.c.View.Activities() {
		if p.comes(a.ID, nil) {
			offered = append(offered, kit.Option{Value: string(a.ID), Label: a.Name.In(i18n.Language())})
		}
	}
	activities := kit.TicksField(say("who.activities"), offered...).Named("activities").Needed(say("who.activitiesMissing"))
	activities.Rule(func(v string) string {
		for _, a := range ticked(v) {
			if p.comes(a, ticked(children.Value())) {
				return ""
			}
		}
		return say("who.nobodyComes")
	})
	tick(activities, p.is.activities)
	p.form(func() {
		p.is.intent, p.is.children, p.is.activities = view.Intent(intent.Value()), ticked(children.Value()), ticked(activities.Value())
		if p.is.intent == view.ToReplace && p.is.how == byPick {
			p.is.how = byWeek
		}
		p.keep()
	}, children, activities, intent)
}

// comes reports whether one of some children, or of all, may be booked at an
// activity.
func (p *page) comes(activity portal.ID, children []portal.ID) bool {
	return slices.ContainsFunc(p.children(), func(c wire.Child) bool {
		return (children == nil || slices.Contains(children, c.ID)) &&
			slices.ContainsFunc(p.activitiesOf(c.ID), func(a bookings.Activity) bool { return a.ID == activity })
	})
}

// ticked is the ids of the boxes that are ticked, and tick ticks them.
func ticked(value string) (ids []portal.ID) {
	for _, id := range strings.Fields(value) {
		ids = append(ids, portal.ID(id))
	}
	return ids
}

func tick(field *kit.Field, ids []portal.ID) {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	field.SetValue(strings.Join(all, " "))
}
