package absences

import (
	"slices"
	"strings"
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

// toldOne is one absence that was told: what became of its days, and which of them
// can be taken back because the child comes after all.
type toldOne struct {
	c  *screen.Context
	s  desk
	id portal.ID

	strip   *kit.Strip
	body    *kit.Swap
	page    *kit.Page
	form    *kit.Form
	which   *kit.Field // the days that are taken back
	costs   *kit.Swap
	offered []portal.ID // what can be chosen
	sent    portal.ID   // the command by which some were taken back here
}

// toldKept is what the screen finds again when it is built anew.
type toldKept struct{ sent portal.ID }

func openTold(c *screen.Context, s desk, id portal.ID) *toldOne {
	o := &toldOne{c: c, s: s, id: id, strip: kit.NewStrip(), body: kit.NewSwap(nil), costs: kit.NewSwap(nil)}
	if before, again := c.Kept.(toldKept); again {
		o.sent = before.sent
	}
	back := kit.Back(t("title"), func() { c.Up(screen.To(screen.Absent)) })
	o.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, back, kit.Title(o.title())), outcome.Cards(c, s), o.strip, o.body))
	o.refresh()
	c.On(o.refresh, view.Topic{Collection: wire.Bookings}, view.Topic{Collection: wire.Absences}, view.Topic{Collection: wire.AbsenceRules}, view.Topic{Collection: wire.Children},
		view.Topic{Collection: wire.Activities}, view.Topic{Collection: wire.Calendars}, view.Topic{Collection: wire.Closures}, view.Topic{Collection: wire.Documents}, view.Topic{Collection: wire.Levels},
		view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return o
}

func (o *toldOne) screen() screen.Screen {
	return screen.Screen{Content: o.page, Title: o.title(), Rail: screen.Agenda, Again: o.refresh}
}

func (o *toldOne) title() string {
	if a, known := o.c.View.Absence(o.id); known {
		return t("one.title", "Child", o.name(a.Child))
	}
	return t("one.gone")
}

func (o *toldOne) name(child portal.ID) string {
	c, _ := o.c.View.Child(child)
	return words.Called(c.FirstName)
}

func (o *toldOne) refresh() {
	a, known := o.c.View.Absence(o.id)
	if !known {
		o.strip.Clear()
		o.body.Set(kit.Muted(t("one.goneText")))
		o.page.Refresh()
		return
	}
	o.follow(a)
	parts := []fyne.CanvasObject{o.head(a)}
	if o.proofMissing(a) {
		parts = append(parts, kit.Line(look.S, kit.Secondary(t("send"), func() { o.c.Go(toSend(o.c.View, a.Child)) })))
	}
	days := o.c.View.Backs(o.id)
	if len(days) > 0 {
		var rows []fyne.CanvasObject
		for _, d := range days {
			rows = append(rows, o.row(d))
		}
		parts = append(parts, kit.Column(look.S, kit.Section(t("one.days")), kit.RowsCard(rows...)))
	}
	if !a.Pending && len(days) > 0 {
		parts = append(parts, o.back(a, days))
	} else {
		o.form = nil
	}
	o.body.Set(kit.Column(look.L, parts...))
	o.page.Refresh()
}

// head is how the absence stands, with what the town hall has answered and what
// was taken back.
func (o *toldOne) head(a view.Absence) fyne.CanvasObject {
	tone, icon, word := stateChip(a.State, a.Pending)
	says := t("one.told", "When", i18n.DateTime(time.UnixMicro(a.Told).In(portal.Paris)), "Name", a.ByName)
	for _, more := range o.notes(a) {
		says += "\n" + more
	}
	return kit.RowsCard(kit.NewRow(reason(a.Absence), says, nil).Icon(reasonIcon(a.Absence)).Status(tone, icon, word))
}

func (o *toldOne) notes(a view.Absence) (all []string) {
	if a.Reason != "" {
		all = append(all, t("reason", "Reason", a.Reason))
	}
	if len(a.Back) > 0 {
		all = append(all, came(a.Back))
	}
	if a.State == bookings.AbsenceTold && a.Illness {
		all = append(all, proofWord(o.c.View, a))
	}
	return all
}

func (o *toldOne) proofMissing(a view.Absence) bool {
	return a.State == bookings.AbsenceTold && a.Illness && proves(o.c.View, a.Child) && !proofSent(o.c.View, a)
}

// row is what the telling made of a day, and why that cannot be taken back.
func (o *toldOne) row(d view.BackDay) fyne.CanvasObject {
	tone, icon, word, key := look.ToneWarning, "coins", staff("cost.due"), "one.due"
	if d.Credited {
		tone, icon, word, key = look.ToneSuccess, "check-circle", t("one.chip"), "one.credited"
	}
	var says []string
	switch {
	case d.Provisional && d.Credited:
		word = staff("cost.in_time")
		says = append(says, t("provisional"))
	case d.Provisional:
		says = append(says, t("dueProvisional"))
	case d.Price > 0:
		says = append(says, t(key, "Price", money(d.Price)))
	}
	if d.Not != nil && d.Not.Code != bookings.AbsenceJudged {
		says = append(says, whyNot(d.Not))
	}
	return kit.NewRow(dayOf(d.Day, d.Activity), strings.Join(says, "\n"), nil).Icon(screen.ActivityIcon(d.Activity.Kind)).Status(tone, icon, word)
}

func dayOf(day portal.Date, activity bookings.Activity) string {
	return i18n.Joined(outcome.DayName(day), activity.Name.In(i18n.Language()))
}

// back is the form by which days are taken back, or why none can be.
func (o *toldOne) back(a view.Absence, days []view.BackDay) fyne.CanvasObject {
	section := kit.Section(t("back.title", "Child", o.name(a.Child)))
	if a.State.Judged() {
		o.form = nil
		return kit.Column(look.S, section, kit.Body(t("back.judged")))
	}
	var options []kit.Option
	var ids []portal.ID
	for _, d := range days {
		if d.Not != nil {
			continue
		}
		options, ids = append(options, kit.Option{Value: string(d.Booking), Label: dayOf(d.Day, d.Activity)}), append(ids, d.Booking)
	}
	parts := []fyne.CanvasObject{section}
	if len(ids) == 0 {
		o.form = nil
		parts = append(parts, kit.Body(t("back.none")))
	} else {
		parts = append(parts, o.choose(options, ids))
	}
	o.weigh()
	return kit.Column(look.M, parts...)
}

// choose is the form; it stays, with what is ticked, as long as the same days can
// be chosen.
func (o *toldOne) choose(options []kit.Option, ids []portal.ID) fyne.CanvasObject {
	if o.form != nil && slices.Equal(ids, o.offered) {
		return o.form
	}
	o.offered = ids
	o.which = kit.TicksField(t("back.which"), options...).Named("days").Needed(t("back.missing"))
	var all []string
	for _, id := range ids {
		all = append(all, string(id))
	}
	o.which.SetValue(strings.Join(all, " "))
	o.which.OnChanged(func(string) { o.weigh(); o.page.Refresh() })
	o.form = kit.NewForm(t("back.do"), o.submit)
	o.form.Add(o.which, o.costs)
	return o.form
}

// chosen is the days that are ticked, as they stand now.
func (o *toldOne) chosen() (all []view.BackDay) {
	if o.form == nil {
		return nil
	}
	ticked := strings.Fields(o.which.Value())
	for _, d := range o.c.View.Backs(o.id) {
		if d.Not == nil && slices.Contains(ticked, string(d.Booking)) {
			all = append(all, d)
		}
	}
	return all
}

// weigh says what taking the ticked days back makes of each, before it is done.
func (o *toldOne) weigh() {
	var lines []fyne.CanvasObject
	var debited portal.Money
	for _, d := range o.chosen() {
		key, price := "back.line."+string(d.Cost), d.Price
		if d.Provisional {
			price = 0
		}
		if price == 0 {
			key += "NoPrice"
		}
		if d.Cost != bookings.Due {
			debited += price
		}
		lines = append(lines, kit.NewRow(dayOf(d.Day, d.Activity), t(key, "Price", money(price), "Until", outcome.Until(d.Until)), nil).Icon(screen.ActivityIcon(d.Activity.Kind)).
			Status(look.ToneSuccess, "check-circle", t("back.chip")))
	}
	if len(lines) == 0 {
		o.costs.Set(nil)
		return
	}
	parts := []fyne.CanvasObject{kit.Section(t("days")), kit.RowsCard(lines...)}
	if debited > 0 {
		parts = append(parts, kit.Strong(t("back.sum", "Amount", money(debited))))
	}
	o.costs.Set(kit.Column(look.S, append(parts, kit.Muted(t("counts")))...))
}

// whyNot says why a day cannot be taken back, and what one does then.
func whyNot(why *portal.Error) string {
	if key := "absence.back.why." + string(why.Code); i18n.Has(key) {
		return i18n.T(key, nil)
	}
	return outcome.Sentence(why)
}

func (o *toldOne) submit() {
	a, known := o.c.View.Absence(o.id)
	days := o.chosen()
	if !known || len(days) == 0 {
		o.form.Fail(nil, t("back.missing"))
		return
	}
	args := wire.WithdrawAbsence{Absence: o.id}
	for _, d := range days {
		args.Bookings = append(args.Bookings, d.Booking)
	}
	command, err := o.s.Submit(wire.AbsenceWithdraw, args, cache.Note{Key: "absence.note.back", Args: map[string]string{"What": o.name(a.Child)}})
	if err != nil {
		o.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	o.sent, o.form = command, nil
	o.c.Kept = toldKept{command}
	o.refresh()
	o.page.Top()
}

// follow has the strip say what became of what was just taken back.
func (o *toldOne) follow(a view.Absence) {
	refused := slices.ContainsFunc(o.c.View.Refusals(), func(r cache.Refusal) bool { return r.ID == o.sent })
	switch {
	case o.sent == "":
	case refused || len(a.Back) == 0: // a card says it, or it was taken back before it left
		o.sent, o.c.Kept = "", toldKept{}
		o.strip.Clear()
	case a.Pending:
		o.strip.Say(look.TonePending, t("back.waits"), t("back.undo"), func() {
			if err := o.s.Undo(a.Command); err != nil {
				o.strip.Say(look.ToneWarning, t("back.left"), "", nil)
			}
			o.refresh()
		})
	default:
		o.strip.Say(look.ToneSuccess, t("back.did", "Child", o.name(a.Child)), "", nil)
	}
}
