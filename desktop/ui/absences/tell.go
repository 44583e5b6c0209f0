package absences

import (
	"slices"
	"strings"

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

// desk is what the family's screen asks of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	MarkRead(id portal.ID) error
}

// Tell asks who does not come and when, and says what that costs; its route may
// name the child and the day. Where it names an absence that was told, that one is
// shown.
func Tell(c *screen.Context, r screen.Route) screen.Screen {
	if id := portal.ID(r.Arg("id")); id != "" {
		return openTold(c, c.Session, id).screen()
	}
	return openTell(c, c.Session, r).screen()
}

// longest is how many days are told at a time.
const longest = 31

type telling struct {
	c *screen.Context
	s desk

	children             []wire.Child
	child, from, to, why *kit.Field
	form                 *kit.Form
	costs, mine          *kit.Swap
	strip                *kit.Strip
	page                 *kit.Page
	done                 *view.Absence // the one that was just told
	shown                int
}

// tellKept is what the screen finds again when it is built anew.
type tellKept struct{ done *view.Absence }

func openTell(c *screen.Context, s desk, r screen.Route) *telling {
	o := &telling{c: c, s: s, costs: kit.NewSwap(nil), mine: kit.NewSwap(nil), strip: kit.NewStrip()}
	if before, again := c.Kept.(tellKept); again {
		o.done = before.done
	}
	o.children = c.View.Seen()
	o.fields(portal.ID(r.Arg("child")), portal.Date(r.Arg("day")))
	head := kit.Column(look.XS, kit.Back(i18n.T("app.rail.agenda", nil), func() { c.Up(screen.To(screen.Agenda)) }), kit.Title(t("title")), kit.Muted(t("lead")))
	o.page = kit.NewFormPage(kit.Column(look.L, head, outcome.Cards(c, s), o.strip, o.form, o.mine))
	o.refresh()
	c.On(o.refresh, view.Topic{Collection: wire.Bookings}, view.Topic{Collection: wire.Absences}, view.Topic{Collection: wire.AbsenceRules}, view.Topic{Collection: wire.Children},
		view.Topic{Collection: wire.Activities}, view.Topic{Collection: wire.Calendars}, view.Topic{Collection: wire.Documents}, view.Topic{Collection: view.OutboxTopic},
		view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return o
}

func (o *telling) screen() screen.Screen {
	return screen.Screen{Content: o.page, Title: t("title"), Rail: screen.Agenda, Again: o.weigh}
}

func (o *telling) fields(child portal.ID, day portal.Date) {
	var options []kit.Option
	for _, c := range o.children {
		options = append(options, kit.Option{Value: string(c.ID), Label: words.Called(c.FirstName)})
	}
	o.child = kit.RadioField(t("child"), options...).Named("child").Needed(t("childMissing"))
	o.from = kit.DateField(t("from")).Named("from").Needed(t("fromMissing")).Rule(func(v string) string {
		if portal.Date(v) < o.c.View.Today() {
			return t("fromPast")
		}
		return ""
	})
	o.to = kit.DateField(t("to")).Named("to").Optional().Rule(func(v string) string {
		from := portal.Date(o.from.Value())
		switch to := portal.Date(v); {
		case v == "" || from == "":
			return ""
		case to < from:
			return t("toBefore")
		case to >= from.Add(longest):
			return t("toLong")
		}
		return ""
	})
	o.why = kit.RadioField(t("why"), kit.Option{Value: "illness", Label: t("illness")}, kit.Option{Value: "other", Label: t("other")}).Named("why").Needed(t("whyMissing"))
	switch {
	case child != "":
		o.child.SetValue(string(child))
	case len(o.children) == 1:
		o.child.SetValue(string(o.children[0].ID))
	}
	if !day.Valid() {
		day = o.c.View.Today()
	}
	o.from.SetValue(string(day))
	o.form = kit.NewForm(t("do"), o.submit, kit.Plain(i18n.T("kit.cancel", nil), o.c.Back))
	o.form.Add(o.child, kit.Columns(240, look.M, 2, o.from, o.to), o.why, o.costs)
	for _, f := range []*kit.Field{o.child, o.from, o.to, o.why} {
		f.OnChanged(func(string) { o.weigh() })
	}
	if len(o.children) == 1 {
		o.child.Hide()
	}
}

// period is the days that are told, false while they are none.
func (o *telling) period() (portal.Period, bool) {
	p := portal.Period{From: portal.Date(o.from.Value()), To: portal.Date(o.to.Value())}
	if p.To == "" {
		p.To = p.From
	}
	return p, p.From.Valid() && p.To.Valid() && p.From <= p.To && p.To < p.From.Add(longest) && p.From >= o.c.View.Today()
}

// days is what is booked by this account on them.
func (o *telling) days() (child portal.ID, all []view.AbsentDay, known bool) {
	child = portal.ID(o.child.Value())
	p, ok := o.period()
	if child == "" || !ok {
		return child, nil, false
	}
	for _, d := range o.c.View.Absent(child, p) {
		if d.Not != nil && (d.Not.Code == bookings.NotYourBooker || d.Not.Code == bookings.DayPast) {
			continue // another's to tell
		}
		all = append(all, d)
	}
	return child, all, true
}

func (o *telling) refresh() {
	o.follow()
	o.weigh()
	o.mine.Set(o.told())
	o.page.Refresh()
}

// weigh says what telling it now makes of each day.
func (o *telling) weigh() {
	_, all, known := o.days()
	var body fyne.CanvasObject
	switch {
	case !known:
		body = kit.Muted(t("choose"))
	case len(all) == 0:
		body = kit.Muted(t("nothing"))
	default:
		body = o.cost(all)
	}
	o.costs.Set(kit.Column(look.S, kit.Section(t("days")), body))
	if o.page != nil {
		o.page.Refresh()
	}
}

func (o *telling) cost(all []view.AbsentDay) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	var credited, due portal.Money
	late := false
	for _, d := range all {
		tone, icon, word, says := o.line(d)
		late = late || d.Cost == bookings.Due
		switch {
		case d.Booking.Provisional: // nothing is paid yet
		case d.Cost == bookings.Due:
			due += d.Booking.Price
		case d.Cost != "":
			credited += d.Booking.Price
		}
		var do func()
		if id, told := o.c.View.AbsenceOf(d.Booking.ID); told {
			do = func() { o.c.Go(screen.To(screen.Absent, "id", string(id))) }
		}
		rows = append(rows, kit.NewRow(dayOf(d.Booking.Day, d.Activity), says, do).Icon(screen.ActivityIcon(d.Activity.Kind)).Status(tone, icon, word))
	}
	parts := []fyne.CanvasObject{kit.RowsCard(rows...)}
	if credited > 0 {
		parts = append(parts, kit.Strong(t("sum.credited", "Amount", money(credited))))
	}
	if due > 0 {
		parts = append(parts, kit.Strong(t("sum.due", "Amount", money(due))))
	}
	if late {
		parts = append(parts, kit.Body(o.proof(all)))
	}
	return kit.Column(look.S, append(parts, kit.Muted(t("unsent")+" "+t("counts")))...)
}

// line is what becomes of a day.
func (o *telling) line(d view.AbsentDay) (tone look.Tone, icon, word, says string) {
	price := d.Booking.Price
	switch {
	case d.Told != nil && d.Told.By != "":
		return look.ToneNeutral, "check", t("absent"), t("toldBy", "Name", d.Told.By)
	case d.Told != nil:
		return look.ToneNeutral, "check", t("absent"), t("told")
	case d.Not != nil:
		return look.ToneWarning, "warning", t("nProof"), outcome.Sentence(d.Not)
	case d.Booking.Provisional && d.Cost == bookings.Due:
		return look.ToneWarning, "coins", staff("cost.due"), t("dueProvisional")
	case d.Booking.Provisional:
		return look.ToneSuccess, "check-circle", staff("cost.in_time"), t("provisional")
	case d.Cost == bookings.InTime && d.Booking.Payer == "":
		return look.ToneSuccess, "check-circle", staff("cost.in_time"), t("inTimeNoPrice", "Until", outcome.Until(d.Until))
	case d.Cost == bookings.InTime:
		return look.ToneSuccess, "check-circle", staff("cost.in_time"), t("inTime", "Price", money(price), "Until", outcome.Until(d.Until))
	case d.Cost == bookings.Forgiven && o.c.View.AbsenceRule().Grace == 1:
		return look.ToneSuccess, "check-circle", staff("cost.grace"), t("forgiven", "Price", money(price))
	case d.Cost == bookings.Forgiven:
		return look.ToneSuccess, "check-circle", staff("cost.grace"), t("forgivenMany", "Price", money(price))
	case d.Booking.Payer == "":
		return look.ToneWarning, "coins", staff("cost.due"), t("dueNoPrice")
	}
	return look.ToneWarning, "coins", staff("cost.due"), t("due", "Price", money(price))
}

// proof says what a certificate gives back of the days told.
func (o *telling) proof(all []view.AbsentDay) string {
	rule := o.c.View.AbsenceRule()
	if o.why.Value() == "other" {
		return t("noProof")
	}
	days := make([]bookings.AbsentDay, len(all))
	due := map[portal.Date]bool{}
	for i, d := range all {
		days[i] = bookings.AbsentDay{Booking: d.Booking.ID, Activity: d.Activity.ID, Day: d.Booking.Day, Cost: d.Cost}
		if d.Cost == bookings.Due {
			due[d.Booking.Day] = true
		}
	}
	back := map[portal.Date]bool{}
	proved := rule.Proved(days, false)
	for _, d := range days {
		if slices.Contains(proved, d.Booking) {
			back[d.Day] = true
		}
	}
	switch stay := len(due) - len(back); {
	case len(back) == 0:
		return t("proofNone", "Count", len(due))
	case stay <= 0:
		return t("proofAll", "Count", len(due), "Days", rule.ProofDays)
	default:
		return t("proofFirst", "Count", stay, "Days", rule.ProofDays)
	}
}

func (o *telling) submit() {
	child, all, known := o.days()
	var ids []portal.ID
	for _, d := range all {
		if d.Told == nil && d.Not == nil {
			ids = append(ids, d.Booking.ID)
		}
	}
	if !known || len(ids) == 0 {
		o.form.Fail(nil, t("nothing"))
		return
	}
	args := wire.TellAbsence{Absence: portal.NewID(), Child: child, Bookings: ids, Illness: o.why.Value() == "illness"}
	_, err := o.s.Submit(wire.AbsenceTell, args, cache.Note{Key: "absence.note.tell", Args: map[string]string{"What": o.name(child)}})
	if err != nil {
		o.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	for _, a := range o.c.View.Absences() {
		if a.ID == args.Absence {
			o.done = &a
		}
	}
	o.c.Kept = tellKept{o.done}
	for _, f := range []*kit.Field{o.from, o.to, o.why} {
		f.SetValue("") // it is told: what stands there would look as if it were not
	}
	o.refresh()
	o.page.Top()
}

func (o *telling) name(child portal.ID) string {
	c, _ := o.c.View.Child(child)
	return words.Called(c.FirstName)
}

// follow has the strip say what became of what was just told.
func (o *telling) follow() {
	if o.done == nil {
		return
	}
	for _, a := range o.c.View.Absences() {
		if a.ID != o.done.ID {
			continue
		}
		if a.Pending {
			o.strip.Say(look.TonePending, o.did("waits", a), t("undo"), func() { o.undo(a) })
			return
		}
		did := o.did("did", a)
		switch {
		case a.State == bookings.AbsenceTold && a.Illness && proves(o.c.View, a.Child):
			o.strip.Say(look.ToneSuccess, did, t("send"), func() { o.c.Go(toSend(o.c.View, a.Child)) })
		case o.mayBack(a):
			o.strip.Say(look.ToneSuccess, did, t("comes"), func() { o.c.Go(screen.To(screen.Absent, "id", string(a.ID))) })
		default:
			o.strip.Say(look.ToneSuccess, did, "", nil)
		}
		return
	}
	// It was refused, which a card says, or taken back before it left.
	o.done = nil
	o.c.Kept = tellKept{}
	o.strip.Clear()
}

// did says what was told, in the words of key: which days, and what of their price
// comes back.
func (o *telling) did(key string, a view.Absence) string {
	said := t(key, "Child", o.name(a.Child))
	if len(a.Days) == 0 {
		return said
	}
	from, to := a.Days[0].Day, a.Days[0].Day
	var credited, due portal.Money
	for _, d := range a.Days {
		from, to = min(from, d.Day), max(to, d.Day)
		switch {
		case d.Provisional:
		case d.Credited:
			credited += d.Price
		default:
			due += d.Price
		}
	}
	when := i18n.DayDate(outcome.Day(from))
	if from != to {
		when = t("didDays", "From", when, "To", i18n.DayDate(outcome.Day(to)))
	}
	parts := []string{i18n.Capital(when)}
	if credited > 0 {
		parts = append(parts, i18n.Small(t("one.credited", "Price", money(credited))))
	}
	if due > 0 {
		parts = append(parts, i18n.Small(t("one.due", "Price", money(due))))
	}
	return said + " " + i18n.Joined(parts...) + "."
}

// undo takes back what has not left yet; what has is told.
func (o *telling) undo(a view.Absence) {
	if err := o.s.Undo(a.Command); err != nil {
		o.strip.Say(look.ToneWarning, t("left"), "", nil)
	}
	o.refresh()
}

// mayBack reports whether some of an absence can be taken back.
func (o *telling) mayBack(a view.Absence) bool {
	return slices.ContainsFunc(o.c.View.Backs(a.ID), func(d view.BackDay) bool { return d.Not == nil })
}

func toSend(v *view.View, child portal.ID) screen.Route {
	return screen.To(screen.SendProof, "kind", v.AbsenceRule().Proof, "child", string(child))
}

// told is what was told before, the newest first.
func (o *telling) told() fyne.CanvasObject {
	all := o.c.View.Absences()
	if len(all) == 0 {
		return nil
	}
	rows := kit.LongRows(len(all), &o.shown, func(i int) fyne.CanvasObject {
		a := all[i]
		var says []string
		if a.ByName != "" {
			says = append(says, t("by", "Name", a.ByName))
		}
		if len(a.Days) > 0 {
			says = append(says, days(a.Days))
		}
		if len(a.Back) > 0 {
			says = append(says, came(a.Back))
		}
		if a.Reason != "" {
			says = append(says, t("reason", "Reason", a.Reason))
		}
		if a.State == bookings.AbsenceTold && a.Illness && !a.Pending {
			says = append(says, proofWord(o.c.View, a))
		}
		tone, icon, word := stateChip(a.State, a.Pending)
		return kit.NewRow(o.name(a.Child), strings.Join(says, "\n"), func() { o.c.Go(screen.To(screen.Absent, "id", string(a.ID))) }).Icon("student").Status(tone, icon, word)
	}, o.refresh)
	return kit.Column(look.S, kit.Section(t("mine")), rows)
}
