package closures

import (
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
)

// desk is what these screens ask of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	MarkRead(id portal.ID) error
	previewer
}

// Closures is what is closed, to come and past; its route may name one of them,
// which is then shown whole, or the one that was just declared.
func Closures(c *screen.Context, r screen.Route) screen.Screen { return open(c, c.Session, r).screen() }

type list struct {
	c     *screen.Context
	s     desk
	id    portal.ID // the one that is shown whole, "" for all
	done  portal.ID // the one that was just declared here
	quiet bool      // nobody was booked for it
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
	shown int // of those that are past
	back  int // of those that were taken back
}

func open(c *screen.Context, s desk, r screen.Route) *list {
	l := &list{c: c, s: s, id: portal.ID(r.Arg("id")), done: portal.ID(r.Arg("done")), quiet: r.Arg("quiet") != "", strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	gap := look.L
	if l.id != "" {
		gap = look.XS // the way back belongs to the title under it
	}
	l.page = kit.NewPage(kit.Column(gap, l.head(), kit.Column(look.L, outcome.Cards(c, s), l.strip, l.body)))
	l.refresh()
	c.On(l.refresh, view.Topic{Collection: wire.Closures}, view.Topic{Collection: wire.ClosureDays}, view.Topic{Collection: wire.Activities}, view.Topic{Collection: wire.Sites},
		view.Topic{Collection: wire.Accounts}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return l
}

func (l *list) screen() screen.Screen {
	return screen.Screen{Content: l.page, Title: t("title"), Rail: screen.Closures}
}

func (l *list) head() fyne.CanvasObject {
	if l.id != "" {
		return kit.Back(t("title"), func() { l.c.Up(screen.To(screen.Closures)) })
	}
	return kit.Column(look.M, kit.Column(look.XS, kit.Title(t("title")), kit.Muted(t("lead"))),
		kit.Line(0, kit.Primary(t("declare"), func() { l.c.Go(screen.To(screen.CloseDays)) }).Icon("lock")))
}

func (l *list) refresh() {
	all := l.c.View.TownClosures()
	l.tell(all)
	if l.id != "" {
		l.body.Set(l.whole(all))
	} else {
		l.body.Set(l.lists(all))
	}
	l.page.Refresh()
}

// tell says what was just declared, with the way back, for as long as it
// stands.
func (l *list) tell(all []view.Closure) {
	for _, c := range all {
		if c.ID != l.done {
			continue
		}
		switch {
		case c.Undone != 0:
			l.strip.Say(look.ToneSuccess, t("done.undone", "What", Heading(c.Closure)), "", nil)
		case c.Pending:
			l.strip.Say(look.TonePending, t("done.waits", "What", Heading(c.Closure)), t("undo.short"), func() { l.undo(c) })
		case l.quiet && c.Fewer == 0:
			l.strip.Say(look.ToneSuccess, t("done.quiet", "What", Heading(c.Closure)), t("undo.short"), func() { l.undo(c) })
		default:
			l.strip.Say(look.ToneSuccess, i18n.Joined(t("done.is", "What", Heading(c.Closure)), l.fewer(c)), t("undo.short"), func() { l.undo(c) })
		}
	}
}

// fewer is how many fewer come in all, as far as the town hall has said.
func (l *list) fewer(c view.Closure) string {
	if c.Fewer == 0 {
		return ""
	}
	var of []portal.ID
	for _, d := range c.Days {
		of = append(of, d.Activity)
	}
	return Fewer(l.c.View, c.Fewer, of...)
}

func (l *list) lists(all []view.Closure) fyne.CanvasObject {
	if _, received := l.c.View.Me(); !received {
		return kit.EmptyState(kit.NotReceived, "", "", "", nil)
	}
	if len(all) == 0 {
		return kit.EmptyState(kit.NothingYet, "lock-open", t("none"), "", nil)
	}
	today := l.c.View.Today()
	var coming, past, withdrawn []view.Closure
	for _, c := range all {
		if c.Reopened != 0 || c.Undone != 0 {
			withdrawn = append(withdrawn, c)
		} else if c.Period.To < today {
			past = append(past, c)
		} else {
			coming = append(coming, c)
		}
	}
	var parts []fyne.CanvasObject
	if len(coming) > 0 {
		var rows []fyne.CanvasObject
		for _, c := range coming {
			rows = append(rows, l.row(c))
		}
		parts = append(parts, kit.Column(look.S, kit.Section(t("coming")), kit.RowsCard(rows...)))
	} else {
		parts = append(parts, kit.EmptyState(kit.NothingYet, "lock-open", t("noneComing"), "", nil))
	}
	if len(withdrawn) > 0 {
		parts = append(parts, kit.Column(look.S, kit.Section(t("withdrawn")), kit.LongRows(len(withdrawn), &l.back, func(i int) fyne.CanvasObject { return l.row(withdrawn[i]) }, l.refresh)))
	}
	if len(past) > 0 {
		parts = append(parts, kit.Column(look.S, kit.Section(t("past")), kit.LongRows(len(past), &l.shown, func(i int) fyne.CanvasObject { return l.row(past[i]) }, l.refresh)))
	}
	return kit.Column(look.L, parts...)
}

func (l *list) row(c view.Closure) *kit.Row {
	tone, icon, word := state(c, l.c.View.Today())
	second := Where(l.c.View, c.Closure)
	if fewer := l.fewer(c); fewer != "" {
		second += "\n" + i18n.Capital(fewer)
	}
	return kit.NewRow(i18n.Capital(Heading(c.Closure)), second, func() { l.c.Go(screen.To(screen.Closures, "id", string(c.ID))) }).
		Icon(iconOr(c.Kind)).Status(tone, icon, word)
}

func iconOr(k bookings.ClosureKind) string {
	if icon := Icon(k); icon != "" {
		return icon
	}
	return "lock"
}

// state is how a closure stands.
func state(c view.Closure, today portal.Date) (look.Tone, string, string) {
	switch {
	case c.Pending:
		return look.TonePending, "clock-countdown", t("state.pending")
	case c.Reopened != 0:
		return look.ToneNeutral, "arrow-u-up-left", t("state.reopened")
	case c.Undone != 0:
		return look.ToneInfo, "clock-countdown", t("state.reopening")
	case c.Period.To < today:
		return look.ToneNeutral, "check-circle", t("state.past")
	}
	return look.ToneWarning, "lock", t("state.closed")
}

// whole is one closure: what families read, how many fewer come where, and the
// way to take it back.
func (l *list) whole(all []view.Closure) fyne.CanvasObject {
	for _, c := range all {
		if c.ID != l.id {
			continue
		}
		tone, icon, word := state(c, l.c.View.Today())
		parts := []fyne.CanvasObject{kit.Column(look.S, kit.Title(i18n.Capital(Heading(c.Closure))), kit.Muted(Where(l.c.View, c.Closure)), kit.Line(0, kit.NewChip(tone, icon, word)))}
		parts = append(parts, kit.Card(kit.Column(look.S, kit.Section(t("reads")), kit.Body(c.Reason))))
		if rows := l.places(c); len(rows) > 0 {
			parts = append(parts, kit.Column(look.S, kit.Section(i18n.Capital(l.fewer(c))), kit.RowsCard(rows...)))
		} else if c.Undone == 0 && !c.Pending {
			parts = append(parts, kit.Muted(t("nobody")))
		}
		if c.Undone == 0 {
			parts = append(parts, kit.Column(look.S, kit.Line(0, kit.Secondary(t("undo.do"), func() { l.ask(c) }).Icon("arrow-u-up-left")), kit.Muted(t("undo.then"))))
		}
		return kit.Column(look.L, parts...)
	}
	return kit.EmptyState(kit.NothingFound, "", t("gone"), "", nil)
}

// places is a row for each day, activity and site of which fewer come.
func (l *list) places(c view.Closure) (rows []fyne.CanvasObject) {
	names := map[portal.ID]string{}
	for _, s := range l.c.View.Sites() {
		names[s.ID] = s.Name
	}
	kinds := map[portal.ID]bookings.Activity{}
	for _, a := range l.c.View.Activities() {
		kinds[a.ID] = a
	}
	for _, d := range c.Days {
		a := kinds[d.Activity]
		rows = append(rows, kit.NewRow(i18n.Joined(outcome.DayName(d.Day), names[d.Site]), i18n.Joined(a.Name.In(i18n.Language()), Fewer(l.c.View, d.Fewer, d.Activity)), nil).
			Icon(screen.ActivityIcon(a.Kind)))
	}
	return rows
}

// ask asks before a closure is taken back that was not just declared.
func (l *list) ask(c view.Closure) {
	l.c.Dialogs.Confirm(kit.Confirmation{Title: t("undo.title", "What", Heading(c.Closure)), Text: t("undo.text"), Yes: t("undo.yes"), No: t("undo.no")}, func(yes bool) {
		if yes {
			l.undo(c)
		}
	})
}

func (l *list) undo(c view.Closure) {
	var needs []portal.ID
	if c.Pending {
		needs = append(needs, c.Command)
	}
	if _, err := l.s.Submit(wire.ClosureUndo, wire.UndoClosure{Closure: c.ID}, cache.Note{Key: "closures.note.undo", Args: map[string]string{"What": Heading(c.Closure)}}, needs...); err != nil {
		l.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	l.refresh()
}
