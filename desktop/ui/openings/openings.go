// Package openings is the screen of what opens at an hour: what is announced, what
// a family has prepared for it, and what it asks for where places are drawn, with
// why it got what it got. It also sends what was prepared at its hour (Sender).
package openings

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/grouped"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

type page struct {
	c     *screen.Context
	s     Submitter
	ask   portal.ID // that is looked into
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
	folds map[string]bool // that are open
	seen  []portal.ID     // groups that were prepared while the screen was open
}

// Openings builds the screen; its route may name an ask that is looked into.
func Openings(c *screen.Context, r screen.Route) screen.Screen { return open(c, c.Session, r) }

func say(key string, pairs ...any) string { return i18n.Say("openings."+key, pairs...) }

func open(c *screen.Context, s Submitter, r screen.Route) screen.Screen {
	p := &page{c: c, s: s, ask: portal.ID(r.Arg("ask")), strip: kit.NewStrip(), body: kit.NewSwap(nil), folds: map[string]bool{}}
	title := say("title")
	head := kit.Column(look.XS, kit.Back(i18n.T("app.rail.agenda", nil), func() { c.Up(screen.To(screen.Agenda)) }), kit.Title(title), kit.Muted(say("lead")))
	if p.ask != "" {
		title = say("why.title")
		head = kit.Column(look.XS, kit.Back(say("title"), func() { c.Up(screen.To(screen.Openings)) }), kit.Title(title))
	}
	p.page = kit.NewPage(kit.Limit(look.PageWidth, kit.Column(look.L, head, p.strip, p.body)))
	p.refresh()
	var topics []view.Topic
	for _, collection := range []string{wire.Openings, wire.Draws, wire.Prepared, wire.Asks, wire.Groups, wire.Activities, wire.Closures, wire.Levels, wire.Children, wire.Enrolments,
		wire.Balances, wire.Tariffs, wire.Bookings, wire.Quotients, wire.Accounts, view.OutboxTopic, view.ClockTopic} {
		topics = append(topics, view.Topic{Collection: collection})
	}
	c.On(p.refresh, topics...)
	p.tick()
	return screen.Screen{Content: p.page, Title: title, Rail: screen.Agenda}
}

// tick keeps a countdown true whose end is near: each second in the last minutes.
func (p *page) tick() {
	if p.ask != "" {
		return
	}
	const near = 10 * time.Minute
	now := p.c.View.Now()
	for _, o := range p.c.View.MyOpenings() {
		if left := o.At().Sub(now); left > 0 && left < near {
			p.c.Scope.After("count", time.Second, func() {
				p.refresh()
				p.tick()
			})
			return
		}
	}
}

func (p *page) refresh() {
	if p.ask != "" {
		p.body.Set(p.why())
		p.page.Refresh()
		return
	}
	var parts []fyne.CanvasObject
	part := func(title string, cards []fyne.CanvasObject) {
		if len(cards) > 0 {
			parts = append(parts, kit.Column(look.S, append([]fyne.CanvasObject{kit.Section(title)}, cards...)...))
		}
	}
	part(say("sent.title"), p.sent())
	part(say("prepared.title"), p.prepared())
	part(say("asks.title"), p.asks())
	part(say("announced.title"), p.announced())
	if len(parts) == 0 {
		kind := kit.NothingYet
		if _, known := p.c.View.Me(); !known {
			kind = kit.NotReceived
		}
		parts = append(parts, kit.EmptyState(kind, "clock-countdown", say("none"), "", nil))
	}
	p.body.Set(kit.Column(look.L, parts...))
	p.page.Refresh()
}

// Instant is "lundi 7 décembre à 9:00".
func Instant(at time.Time) string {
	at = at.In(portal.Paris)
	return i18n.T("explain.until", map[string]any{"Day": i18n.DayDate(at), "Time": i18n.Clock(at)})
}

// Days counts days of the calendar.
func Days(n int) string { return say("days", "Count", n) }

// Count counts bookings: of each child, at each activity, on each day.
func Count(n int) string { return say("bookings", "Count", n) }

func (p *page) activity(id portal.ID) (a bookings.Activity) {
	for _, x := range p.c.View.Activities() {
		if x.ID == id {
			return x
		}
	}
	return a
}

func (p *page) activityName(id portal.ID) string { return p.activity(id).Name.In(i18n.Language()) }

func (p *page) childName(id portal.ID) string {
	c, _ := p.c.View.Child(id)
	return c.FirstName
}

// Period is "du 10 au 26 avril 2027", as a sentence goes on.
func Period(of portal.Period) string {
	return grouped.Period(of)
}

// announced is a card for each opening that is to come, or in which one asks.
func (p *page) announced() (cards []fyne.CanvasObject) {
	now := p.c.View.Now()
	for _, o := range p.c.View.MyOpenings() {
		var names []string
		for _, c := range o.Children {
			names = append(names, c.FirstName)
		}
		tone, icon, head := look.ToneInfo, "clock-countdown", ""
		text, action := say("announced.first"), say("announced.prepare")
		if o.Mode == bookings.Pooled {
			text = say("announced.pooled", "Until", Instant(o.Ends()))
		}
		switch e := o.Shut(now); e.Code {
		case bookings.OpensLater:
			key := "announced.opens"
			if o.Mode == bookings.Pooled {
				key = "announced.asks"
			}
			head = say(key, "At", Instant(o.At()), "In", In(now, o.At()))
		case bookings.AskedFor:
			tone, icon, head, action = look.ToneSuccess, "list-checks", say("announced.asking", "Until", Instant(o.Ends())), say("announced.ask")
		default:
			icon, head, action = "scales", say("announced.drawing"), ""
			text = say("announced.drawingText")
		}
		parts := []fyne.CanvasObject{
			kit.Column(look.XS, kit.Line(look.S, kit.NewIcon(screen.ActivityIcon(p.activity(o.Activity).Kind), look.Ink, 24), kit.Grow(kit.Strong(p.activityName(o.Activity)), 160)),
				kit.Muted(say("announced.about", "Period", Period(o.Period), "Children", i18n.List(names)))),
			kit.NewNotice(tone, head, text).Icon(icon),
		}
		if o.Mode == bookings.Pooled {
			parts = append(parts, p.rules(o.Opening))
		}
		if action != "" {
			to := screen.To(screen.Grouped, "child", string(o.Children[0].ID), "activity", string(o.Activity), "opening", string(o.ID))
			parts = append(parts, kit.Line(look.S, kit.Secondary(action, func() { p.c.Go(to) }).Icon("calendar-check")))
		}
		cards = append(cards, kit.Card(kit.Column(look.M, parts...)))
	}
	return cards
}

// In is how long something still takes: in days as a calendar counts them, in hours
// and minutes, and in seconds at the end.
func In(now, at time.Time) string {
	d := max(at.Sub(now), 0).Round(time.Second)
	switch {
	case d >= 48*time.Hour:
		return say("in.days", "Count", portal.DateOf(now).DaysUntil(portal.DateOf(at)))
	case d >= 2*time.Hour:
		return say("in.hours", "Count", int(d/time.Hour))
	case d >= 2*time.Minute:
		return say("in.minutes", "Count", int(d/time.Minute))
	}
	return say("in.seconds", "Count", int(d/time.Second))
}

// rules is by what places are given: the points, and how the draw can be checked.
func (p *page) rules(o bookings.Opening) fyne.CanvasObject {
	lines := []fyne.CanvasObject{kit.Body(say("rules.how"))}
	for _, c := range o.Criteria {
		lines = append(lines, kit.Pair(kit.Body(say("criterion."+c.Key)), kit.Strong(say("points", "Count", c.Points))))
	}
	if len(o.Criteria) == 0 {
		lines = append(lines, kit.Body(say("rules.noCriteria")))
	}
	if o.Commitment != "" {
		lines = append(lines, kit.Muted(say("rules.commitment")), kit.Caption(Grouped(o.Commitment)))
	}
	key := "rules/" + string(o.ID)
	fold := kit.NewFold(say("rules.title"), kit.Column(look.S, lines...))
	fold.SetOpen(p.folds[key])
	return fold.OnOpen(func(on bool) {
		p.folds[key] = on
		p.page.Refresh()
	})
}

// Grouped parts a long number into groups that can be compared by eye, and that
// wrap.
func Grouped(hex string) string {
	var out []string
	for ; len(hex) > 8; hex = hex[8:] {
		out = append(out, hex[:8])
	}
	return strings.Join(append(out, hex), " ")
}

// prepared is a card for each group that waits for its hour, checked anew.
func (p *page) prepared() (cards []fyne.CanvasObject) {
	v := p.c.View
	now := v.Now()
	for _, g := range v.Prepared() {
		at := now
		if g.Opens.After(now) {
			at = g.Opens
		}
		plan := v.PlanAt(wire.GroupBookings{Group: portal.NewID(), Book: g.Book}, at)
		var refused []view.PlannedDay
		for _, d := range plan.Days {
			if d.Refused != nil && !(g.Mode == bookings.Pooled && d.Refused.Code == bookings.NoPlace) {
				refused = append(refused, d)
			}
		}
		tone, icon, title := look.ToneInfo, "clock-countdown", ""
		switch {
		case g.Sent != "":
			tone, title = look.TonePending, say("prepared.sending")
		case g.Late:
			icon, title = "scales", say("prepared.late")
		case !g.Opens.IsZero():
			title = say("prepared.opens", "At", Instant(g.Opens), "In", In(now, g.Opens))
		default:
			tone, icon, title = look.ToneSuccess, "check-circle", say("prepared.open")
		}
		text := grouped.Sum(v, plan)
		switch {
		case g.Sent != "":
			// What is on its way counts as booked already: judged again, none of it would
			// be possible.
			text, refused = say("prepared.sendingText"), nil
		case g.Late:
			text, refused = say("prepared.lateText"), nil
		case len(refused) > 0:
			tone = look.ToneWarning
		}
		parts := []fyne.CanvasObject{
			kit.Column(look.XS, kit.Strong(p.whose(g.Book)), kit.Muted(i18n.Capital(i18n.Joined(Count(bookings.Count(g.Book)), Period(bookings.Within(g.Book)))))),
			kit.NewNotice(tone, title, text).Icon(icon),
		}
		if g.Pending {
			parts = append(parts, kit.NewChip(look.TonePending, "", say("prepared.pending")))
		}
		if len(refused) > 0 {
			parts = append(parts, kit.Column(look.S, kit.Body(say("prepared.exceptions")), kit.RowsCard(grouped.Reasons(v, refused)...)))
		}
		if g.Sent == "" {
			parts = append(parts, p.hands(g)...)
		}
		cards = append(cards, kit.Card(kit.Column(look.M, parts...)))
	}
	return cards
}

// sent is what became of groups that have been sent while the screen was open, by
// the person or by the window itself.
func (p *page) sent() (cards []fyne.CanvasObject) {
	v := p.c.View
	waits := map[portal.ID]bool{}
	for _, g := range v.Prepared() {
		waits[g.ID] = true
		p.seen = with(p.seen, g.ID)
	}
	for _, id := range p.seen {
		g, known := v.Group(id)
		if !known || waits[id] {
			continue
		}
		sentence, all := grouped.Done(v, g)
		tone := look.ToneSuccess
		if !all {
			tone = look.ToneWarning
		}
		to := screen.To(screen.Grouped, "id", string(id))
		cards = append(cards, kit.NewNotice(tone, sentence, say("sent.at", "At", Instant(time.UnixMicro(g.At))), kit.Secondary(say("sent.more"), func() { p.c.Go(to) })))
	}
	return cards
}

// hands is what can be done with a prepared group.
func (p *page) hands(g view.Prepared) []fyne.CanvasObject {
	drop := kit.Plain(say("prepared.drop"), func() { p.drop(g) }).Icon("trash")
	if g.Late {
		return []fyne.CanvasObject{kit.Line(look.S, drop)}
	}
	if g.Opens.IsZero() {
		send := say("prepared.send")
		if g.Mode == bookings.Pooled {
			send = say("prepared.ask")
		}
		return []fyne.CanvasObject{kit.Line(look.S, kit.Primary(send, func() { p.send(g) }).Icon("check"), drop)}
	}
	auto := kit.CheckField(say("prepared.auto")).Named("auto-" + string(g.ID))
	auto.SetValue(map[bool]string{true: "yes", false: ""}[g.Auto])
	auto.OnChanged(func(value string) {
		if on := value != ""; on != g.Auto {
			p.submit(wire.GroupPrepare, wire.PrepareGroup{Group: g.ID, Book: g.Book, All: g.All, Auto: on}, "openings.note.prepare", Count(bookings.Count(g.Book)))
		}
	})
	sends := "prepared.byHand"
	if g.Auto {
		sends = "prepared.autoText"
	}
	acts := []fyne.CanvasObject{drop}
	if alike(g.Book) {
		change := screen.To(screen.Grouped, "prepared", string(g.ID))
		acts = []fyne.CanvasObject{kit.Secondary(say("prepared.change"), func() { p.c.Go(change) }).Icon("pencil-simple"), drop}
	}
	return []fyne.CanvasObject{kit.Column(0, auto, kit.Muted(say(sends))), kit.Line(look.S, acts...)}
}

// alike reports whether all lots are of the same days: those can be chosen anew
// together, where one form asks for the days of all.
func alike(lots []bookings.Lot) bool {
	for _, l := range lots {
		a, b := slices.Sorted(slices.Values(l.Days)), slices.Sorted(slices.Values(lots[0].Days))
		if l.Activity != lots[0].Activity || !slices.Equal(a, b) {
			return false
		}
	}
	return len(lots) > 0
}

// whose is who is to come to what: "Léa et Noé : Centre de loisirs".
func (p *page) whose(lots []bookings.Lot) string {
	var names, what []string
	for _, l := range lots {
		names = with(names, p.childName(l.Child))
		what = with(what, p.activityName(l.Activity))
	}
	return say("whose", "Children", i18n.List(names), "What", i18n.List(what))
}

// with is a list that holds a thing once.
func with[T comparable](list []T, one T) []T {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

func (p *page) send(g view.Prepared) {
	if err := Send(p.c.View, p.s, g); err != nil {
		p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		p.page.Reveal(p.strip)
		return
	}
	if g.Mode == bookings.Pooled {
		p.refresh()
		return
	}
	p.c.Go(screen.To(screen.Grouped, "id", string(g.ID)))
}

// drop throws a group away; the strip gives it back under another id, for what
// was thrown away stays so.
func (p *page) drop(g view.Prepared) {
	if !p.submit(wire.GroupDrop, wire.DropPrepared{Group: g.ID}, "openings.note.drop", Count(bookings.Count(g.Book))) {
		return
	}
	p.strip.Say(look.ToneNeutral, say("prepared.dropped"), i18n.T("agenda.undo.book", nil), func() {
		p.strip.Clear()
		p.submit(wire.GroupPrepare, wire.PrepareGroup{Group: portal.NewID(), Book: g.Book, All: g.All, Auto: g.Auto}, "openings.note.prepare", Count(bookings.Count(g.Book)))
	})
	p.page.Refresh()
}

func (p *page) submit(kind string, args any, key, what string) bool {
	if _, err := p.s.Submit(kind, args, cache.Note{Key: key, Args: map[string]string{"what": what}}); err != nil {
		p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		p.page.Reveal(p.strip)
		return false
	}
	p.refresh()
	return true
}
