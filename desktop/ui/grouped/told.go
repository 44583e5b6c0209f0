package grouped

import (
	"context"
	"slices"
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
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// recap is the screen that says what became of a group.
type recap struct {
	c     *screen.Context
	s     desk
	id    portal.ID
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
}

// told builds it.
func told(c *screen.Context, s desk, id portal.ID) screen.Screen {
	r := &recap{c: c, s: s, id: id, strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	r.page = kit.NewPage(kit.Limit(look.PageWidth, kit.Column(look.L, kit.Title(say("told.title")), r.body, r.strip)))
	r.refresh()
	c.On(r.refresh, view.Topic{Collection: wire.Groups}, view.Topic{Collection: wire.Bookings}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic},
		view.Topic{Collection: wire.Children}, view.Topic{Collection: wire.Activities})
	return screen.Screen{Content: r.page, Title: say("told.title"), Rail: screen.Agenda}
}

// waiting is the command of the group while it is not decided.
func (r *recap) waiting() (p cache.Pending, g *wire.GroupBookings) {
	for _, p := range r.c.View.Waiting() {
		if _, args, err := wire.ReadCommand(p.Body); err == nil {
			if g, is := args.(*wire.GroupBookings); is && g.Group == r.id {
				return p, g
			}
		}
	}
	return p, nil
}

// refusal is why the group was refused as a whole.
func (r *recap) refusal() (cache.Refusal, bool) {
	for _, x := range r.c.View.Refusals() {
		if _, args, err := wire.ReadCommand(x.Body); err == nil {
			if g, is := args.(*wire.GroupBookings); is && g.Group == r.id {
				return x, true
			}
		}
	}
	return cache.Refusal{}, false
}

func (r *recap) refresh() {
	agenda := func() *kit.Button {
		return kit.Primary(say("told.agenda"), func() { r.c.Go(screen.To(screen.Agenda)) }).Icon("calendar")
	}
	if done, known := r.c.View.Group(r.id); known {
		r.done(done)
		return
	}
	if p, g := r.waiting(); g != nil {
		key := "told.waiting"
		if p.Number != 0 {
			key = "told.sent"
		}
		actions := []fyne.CanvasObject{agenda()}
		if p.Number == 0 {
			actions = append(actions, kit.Secondary(say("told.giveUp"), func() { r.giveUp(p.ID) }).Icon("arrow-u-up-left"))
		}
		r.body.Set(kit.Column(look.M, kit.NewNotice(look.TonePending, say(key), say(key+"Text", "What", outcome.Note(p.Note))), kit.Line(look.S, actions...)))
		return
	}
	if x, refused := r.refusal(); refused {
		why := ""
		if x.Verdict.Error != nil {
			why = outcome.Past(x.Verdict.Error)
		}
		r.body.Set(kit.Column(look.M, kit.NewNotice(look.ToneError, say("told.refused"), why),
			kit.Line(look.S, kit.Primary(say("told.again"), func() { r.c.Replace(screen.To(screen.Grouped, "refused", string(x.ID))) }), kit.Plain(say("told.agenda"), func() { r.c.Go(screen.To(screen.Agenda)) }))))
		return
	}
	r.body.Set(kit.Column(look.M, kit.NewNotice(look.ToneInfo, say("told.gone"), say("told.goneText")), kit.Line(look.S, agenda())))
}

// giveUp takes a group back that has not left yet.
func (r *recap) giveUp(command portal.ID) {
	if err := r.s.Undo(command); err != nil {
		r.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	r.c.Toasts.Say(look.ToneNeutral, say("told.givenUp"))
	r.c.Replace(screen.To(screen.Agenda))
}

// done says what was done, what was not, and offers to take it back.
func (r *recap) done(g wire.GroupResult) {
	w := words{r.c.View}
	did, refused := days(w.v, g)
	refused = append(refused, r.unsent()...)
	tone := look.ToneSuccess
	if len(refused) > 0 {
		tone = look.ToneWarning
	}
	parts := []fyne.CanvasObject{kit.NewNotice(tone, w.sumDone(g, did, refused), say("told.when", "When", when(g.At)))}
	if now := w.now(g, did); now != "" {
		parts = append(parts, kit.Muted(now))
	}
	actions := []fyne.CanvasObject{kit.Primary(say("told.agenda"), func() { r.c.Go(r.toAgenda(did)) }).Icon("calendar")}
	if r.c.Prints != nil && (r.c.Session == nil || !r.c.Session.Kiosk()) {
		actions = append(actions, kit.Secondary(say("told.print"), func() { r.print(g, did, refused) }).Icon("printer"))
	}
	if back, any := r.c.View.Opposite(r.id, portal.NewID()); any {
		key := "told.revert"
		switch {
		case len(back.Book) == 0:
			key = "told.undo"
		case len(back.Cancel)+len(back.Leave) == 0:
			key = "told.redo"
		}
		actions = append(actions, kit.Secondary(say(key), func() { r.undo(back) }).Icon("arrow-u-up-left"))
	}
	parts = append(parts, kit.Line(look.S, actions...))
	if len(refused) > 0 {
		parts = append(parts, exceptions(r.c, w, refused, r.kept(refused)))
	}
	parts = append(parts, w.months(r.page, did, "did.")...)
	r.body.Set(kit.Column(look.M, parts...))
}

// kept reports whether what lacked money is found again here.
func (r *recap) kept(refused []view.PlannedDay) bool {
	var is shortChoice
	left := lacking(r.c.View, refused)
	return r.s.Kept(choices, short, &is) && is.On != "" && bookings.Count(within(left, is.Only)) == bookings.Count(left)
}

// unsent is what was chosen together with the group and was not possible.
func (r *recap) unsent() []view.PlannedDay {
	var left unsentDays
	if !r.s.Kept(choices, unsent, &left) || left.Group != r.id {
		return nil
	}
	return left.Days
}

// now is what is left at the cash desks that a group has moved, as of now.
func (w words) now(g wire.GroupResult, did []view.PlannedDay) string {
	if g.Debited == 0 && g.Credited == 0 {
		return ""
	}
	var parts []string
	for _, b := range w.v.Balances() {
		if !slices.ContainsFunc(did, func(d view.PlannedDay) bool { return !d.Waits && w.cashDesk(d.Activity) == b.CashDesk }) {
			continue
		}
		if where := screen.CashDeskWhere(w.v, b.CashDesk); where != "" {
			parts = append(parts, say("told.nowAt", "Desk", where, "Now", money(b.Expected)))
		} else {
			parts = append(parts, say("told.now", "Now", money(b.Expected)))
		}
	}
	return strings.Join(parts, " ")
}

func (w words) cashDesk(activity portal.ID) string {
	for _, a := range w.v.Activities() {
		if a.ID == activity {
			return a.CashDesk
		}
	}
	return ""
}

// toAgenda is the month of the first day.
func (r *recap) toAgenda(did []view.PlannedDay) screen.Route {
	if len(did) == 0 {
		return screen.To(screen.Agenda)
	}
	first := did[0]
	for _, d := range did {
		if d.Day < first.Day {
			first = d
		}
	}
	return screen.To(screen.Agenda, "child", string(first.Child), "activity", string(first.Activity), "month", string(first.Day)[:7])
}

// undo sends the opposite of what was done.
func (r *recap) undo(back wire.GroupBookings) {
	possible, _ := apart(r.c.View.Plan(back).Days)
	note := cache.Note{Key: "grouped.note.undo", Args: map[string]string{"what": words{r.c.View}.counted(possible)}}
	if _, err := r.s.Submit(wire.BookingGroup, back, note); err != nil {
		r.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	r.c.Replace(screen.To(screen.Grouped, "id", string(back.Group)))
}

// days is what was done and what was not, as a plan tells it: with prices as far
// as the bookings still stand.
func days(v *view.View, g wire.GroupResult) (did, refused []view.PlannedDay) {
	for _, o := range bookings.InOrder(g.Cancelled) {
		did = append(did, view.PlannedDay{Child: o.Child, Activity: o.Activity, Day: o.Day, Cancel: true})
	}
	for _, o := range bookings.InOrder(g.Booked) {
		d := view.PlannedDay{Child: o.Child, Activity: o.Activity, Day: o.Day, Booking: bookings.GroupedID(g.ID, o.Child, o.Activity, o.Day)}
		if now := v.Day(o.Child, o.Activity, o.Day); now.Booking != nil && now.Booking.ID == d.Booking {
			d.Price, d.PaidBy = now.Booking.Price, now.Booking.PaidBy
		}
		did = append(did, d)
	}
	for _, o := range bookings.InOrder(g.Left) {
		did = append(did, view.PlannedDay{Child: o.Child, Activity: o.Activity, Day: o.Day, Waits: true, Cancel: true})
	}
	for _, o := range bookings.InOrder(g.Waiting) {
		did = append(did, view.PlannedDay{Child: o.Child, Activity: o.Activity, Day: o.Day, Waits: true})
	}
	for _, f := range g.Refused {
		for _, day := range f.Days {
			if day != "" {
				refused = append(refused, view.PlannedDay{Child: f.Child, Activity: f.Activity, Day: day, Cancel: f.Cancel, Refused: f.Error})
			}
		}
	}
	return did, refused
}

// sumDone is what became of a group in a sentence.
func (w words) sumDone(g wire.GroupResult, did, refused []view.PlannedDay) string {
	var parts []string
	if len(refused) > 0 {
		parts = append(parts, say("sum.refused", "Count", len(refused)))
	}
	return i18n.Capital(w.told("did.", did, "", append(parts, moved("sum.bothDone", g.Debited, g.Credited)...)))
}

// print puts the recap on paper.
func (r *recap) print(g wire.GroupResult, did, refused []view.PlannedDay) {
	w := words{r.c.View}
	town, _ := r.c.View.Town()
	sheet := print.Sheet{
		Town: town.Name, Title: say("told.title"), Intro: i18n.Joined(w.sumDone(g, did, refused), say("told.when", "When", when(g.At))),
		Made: r.c.View.Now().In(portal.Paris), Note: say("told.note"),
	}
	for _, m := range byMonth(did) {
		section := print.Section{Title: i18n.Capital(i18n.MonthYear(outcome.Day(m[0].Day)))}
		for _, d := range w.byDay(m) {
			section.Rows = append(section.Rows, print.Row{Question: i18n.Capital(d[0]), Answer: d[1]})
		}
		sheet.Sections = append(sheet.Sections, section)
	}
	if len(refused) > 0 {
		section := print.Section{Title: say("check.exceptions")}
		for _, x := range refused {
			section.Rows = append(section.Rows, print.Row{Question: outcome.DayName(x.Day), Answer: i18n.Joined(w.done(x), outcome.Sentence(x.Refused))})
		}
		sheet.Sections = append(sheet.Sections, section)
	}
	r.c.Print(sheet.Title, func(context.Context) ([]byte, error) { return print.Make(sheet) })
}

func when(at int64) string { return i18n.DateTime(time.UnixMicro(at).In(portal.Paris)) }
