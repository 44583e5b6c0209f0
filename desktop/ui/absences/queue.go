package absences

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// agentDesk is what the agent's screens ask of the session.
type agentDesk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	MarkRead(id portal.ID) error
	papers.Store
}

// Queue is the absences that wait for an agent; its route may name one of them.
func Queue(c *screen.Context, r screen.Route) screen.Screen {
	return openQueue(c, c.Session, r).screen()
}

type queue struct {
	c  *screen.Context
	s  agentDesk
	id portal.ID // the one that is judged, "" for all

	asked portal.ID // whose file
	whole *kit.Field
	paper *papers.Paper
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
	pane  *kit.Swap // the page, or the certificate

	// What decides stays at the foot; where that would leave no room to read, it
	// scrolls along under the head.
	bar, within *kit.Swap
	deciding    []fyne.CanvasObject // the buttons, and the tick where the town lets days stay due; nil in the list
	small       bool
	root        *arrange.Box
}

func openQueue(c *screen.Context, s agentDesk, r screen.Route) *queue {
	q := &queue{c: c, s: s, id: portal.ID(r.Arg("id")), strip: kit.NewStrip(), body: kit.NewSwap(nil), bar: kit.NewSwap(nil), within: kit.NewSwap(nil)}
	first := max(1, c.View.AbsenceRule().UnpaidDays)
	for _, a := range c.View.AbsenceQueue() {
		if a.ID == q.id {
			first = stay(c.View.AbsenceRule(), a.Days)
		}
	}
	q.whole = kit.CheckField(staff("whole", "Count", first)).Named("whole").OnChanged(func(string) { q.refresh() })
	q.paper = papers.New(c, s)
	gap := look.L
	if q.id != "" {
		gap = look.XS // the way back belongs to the title under it
	}
	q.page = kit.NewPage(kit.Column(gap, q.head(), kit.Column(look.L, outcome.Cards(c, s), q.strip, q.body)))
	q.pane = kit.NewSwap(q.page)
	q.root = arrange.New(q.place, func(width float32) float32 { return look.Px(120) + kit.HeightFor(q.bar, width) }, q.pane, q.bar)
	q.refresh()
	c.On(q.refresh, view.Topic{Collection: wire.AbsenceQueue}, view.Topic{Collection: wire.AbsenceRules}, view.Topic{Collection: wire.Activities}, view.Topic{Collection: wire.Sites},
		view.Topic{Collection: wire.Documents}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return q
}

func (q *queue) screen() screen.Screen {
	return screen.Screen{Content: q.root, Title: staff("title"), Rail: screen.Absences, Escape: func() bool {
		if q.pane.Object() == fyne.CanvasObject(q.page) {
			return false
		}
		q.read()
		return true
	}}
}

func (q *queue) head() fyne.CanvasObject {
	if q.id != "" {
		return kit.Back(staff("back"), func() { q.c.Up(screen.To(screen.Absences)) })
	}
	return kit.Column(look.XS, kit.Title(staff("title")), kit.Muted(staff("lead")))
}

func (q *queue) refresh() {
	all := q.c.View.AbsenceQueue()
	q.deciding = nil
	var body fyne.CanvasObject
	switch i := slices.IndexFunc(all, func(a wire.DeskAbsence) bool { return a.ID == q.id }); {
	case q.id == "":
		body = q.list(all)
	case i < 0:
		body = kit.EmptyState(kit.NothingYet, "check-circle", staff("none"), "", nil)
	default:
		q.deciding = q.decisions(all[i])
		body = q.one(all[i])
	}
	q.body.Set(body)
	q.settle()
	q.root.Refresh()
}

// place gives the foot to what decides, where there is the height for it.
func (q *queue) place(size fyne.Size) {
	if small := size.Height < look.Px(340); small != q.small {
		q.small = small
		q.settle()
	}
	h := kit.HeightFor(q.bar, size.Width)
	arrange.Put(q.bar, 0, size.Height-h, size.Width, h)
	arrange.Put(q.pane, 0, 0, size.Width, size.Height-h)
}

// settle puts what decides where it belongs.
func (q *queue) settle() {
	q.bar.Set(kit.Gap(0))
	q.within.Set(nil)
	q.within.Hide()
	switch {
	case q.deciding == nil:
	case q.small: // the buttons first: they are in sight then
		q.within.Set(kit.Column(look.S, q.deciding...))
		q.within.Show()
	default:
		up := slices.Clone(q.deciding)
		slices.Reverse(up)
		q.bar.Set(kit.Column(0, kit.Rule(), kit.PadXY(look.L, look.S, kit.Limit(look.PageWidth, kit.Column(look.S, up...)))))
	}
	q.page.Refresh()
}

func (q *queue) list(all []wire.DeskAbsence) fyne.CanvasObject {
	if _, received := q.c.View.Me(); !received {
		return kit.EmptyState(kit.NotReceived, "", "", "", nil)
	}
	if len(all) == 0 {
		return kit.EmptyState(kit.NothingYet, "check-circle", staff("none"), "", nil)
	}
	var rows []fyne.CanvasObject
	for _, a := range all {
		says := i18n.Joined(why(a), q.proofWord(a)) + "\n" + days(a.Days)
		row := kit.NewRow(a.Person, says, func() { q.c.Go(screen.To(screen.Absences, "id", string(a.ID))) }).Icon("student")
		if a.Proof != "" || !a.Illness {
			row.Status(look.ToneWarning, "tray", staff("toJudge"))
		}
		rows = append(rows, row)
	}
	return kit.RowsCard(rows...)
}

func why(a wire.DeskAbsence) string {
	if a.Illness {
		return staff("illness")
	}
	return staff("other")
}

// proofWord is whether the certificate has come.
func (q *queue) proofWord(a wire.DeskAbsence) string {
	switch {
	case a.Proof != "":
		return staff("proof")
	case a.Illness && a.Until >= q.c.View.Today():
		return staff("late", "Until", i18n.DayDate(outcome.Day(a.Until)))
	}
	return staff("noProof")
}

// one is an absence with its certificate and its days.
func (q *queue) one(a wire.DeskAbsence) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	names := map[portal.ID]string{}
	for _, s := range q.c.View.Sites() {
		names[s.ID] = s.Name
	}
	for _, d := range a.Days {
		act := activity(q.c.View, d.Activity)
		tone, icon := look.ToneSuccess, "check-circle"
		if d.Cost == bookings.Due {
			tone, icon = look.ToneWarning, "coins"
		}
		rows = append(rows, kit.NewRow(i18n.Joined(outcome.DayName(d.Day), act.Name.In(i18n.Language())), names[d.Site], nil).Icon(screen.ActivityIcon(act.Kind)).Status(tone, icon, staff("cost."+string(d.Cost))))
	}
	return kit.Column(look.L,
		kit.Column(look.XS, kit.Title(a.Person), kit.Muted(i18n.Joined(staff("told", "When", i18n.DateTime(time.UnixMicro(a.Told).In(portal.Paris))), why(a)))),
		q.within, q.certificate(a),
		kit.Column(look.S, kit.Section(staff("days")), kit.RowsCard(rows...)))
}

// decisions is what decides, with what accepting gives back.
func (q *queue) decisions(a wire.DeskAbsence) []fyne.CanvasObject {
	rule := q.c.View.AbsenceRule()
	credits := staff("creditsNone", "Count", stay(rule, a.Days))
	if n := len(rule.Proved(a.Days, q.whole.Value() == "yes")); n > 0 {
		credits = staff("credits", "Count", n)
	}
	buttons := kit.Line(look.S, kit.Primary(staff("accept"), func() { q.accept(a) }).Icon("check"), kit.Secondary(staff("refuse"), func() { q.refuse(a) }))
	parts := []fyne.CanvasObject{kit.Line(look.M, buttons, kit.Grow(kit.Body(credits), 240))}
	if rule.UnpaidDays > 0 {
		parts = append(parts, q.whole)
	}
	return parts
}

// stay is how many days of an absence stay due by the town's rule, at least one.
func stay(rule bookings.AbsenceRule, all []bookings.AbsentDay) int {
	late := map[portal.Date]bool{}
	for _, d := range all {
		if d.Cost != bookings.InTime {
			late[d.Day] = true
		}
	}
	return max(1, min(rule.UnpaidDays, len(late)))
}

// certificate is the proof that was sent, opened here once the family's file is.
func (q *queue) certificate(a wire.DeskAbsence) fyne.CanvasObject {
	if a.Proof == "" {
		return kit.NewNotice(look.ToneInfo, q.proofWord(a), "")
	}
	q.open(a)
	d, there := q.c.View.Document(a.Proof)
	if !there {
		p := kit.NewProgress(staff("openFirst"), nil)
		p.Set(staff("openFirst"), -1)
		return kit.Card(p)
	}
	return kit.Card(kit.Column(look.M, kit.Strong(staff("proof")), kit.Muted(d.Name), kit.Line(0, kit.Secondary(staff("look"), func() { q.look(a, d) }).Icon("eye"))))
}

// open has the town hall open the family's file once, in which the certificate
// is.
func (q *queue) open(a wire.DeskAbsence) {
	if _, open := q.c.View.File(a.Account, a.Desk); open || q.asked == a.Account {
		return
	}
	q.asked = a.Account
	if _, err := q.s.Submit(wire.FileOpen, wire.OpenFile{Account: a.Account, Desk: a.Desk}, cache.Note{Key: "staff.note.open", Args: map[string]string{"person": a.Person}}); err != nil {
		q.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
	}
}

func (q *queue) look(a wire.DeskAbsence, d view.Document) {
	if q.paper.Shown() != d.ID {
		q.paper.Read(d.ID)
	}
	head := kit.Line(look.M, kit.Plain(staff("lookedAt"), q.read).Icon("arrow-left"), kit.Grow(kit.Strong(staff("compare", "Person", a.Person, "Days", days(a.Days))), 200))
	q.pane.Set(q.paper.Under(head))
	q.root.Refresh()
	q.c.Window.Canvas().Focus(q.paper.Viewer.Stage())
}

func (q *queue) read() {
	q.pane.Set(q.page)
	q.root.Refresh()
}

func (q *queue) accept(a wire.DeskAbsence) {
	args := wire.JudgeAbsence{Absence: a.ID, Accept: true, Whole: q.whole.Value() == "yes"}
	if _, there := q.c.View.Document(a.Proof); there {
		args.Proof = a.Proof
	}
	q.judge(a, "accept", args)
}

// refuse asks for the reason, and shows what the family will read of it.
func (q *queue) refuse(a wire.DeskAbsence) {
	reads := kit.Body("")
	field := kit.LongField(staff("reason"), 3).Named("reason").Hint(staff("reasonHint")).Needed(staff("reasonMissing")).Most(requests.MaxNote)
	field.OnChanged(func(v string) { reads.SetText(strings.TrimSpace(v)) })
	letter := kit.Card(kit.Column(look.S, kit.Strong(i18n.T("notices.what.absence.refused", nil)), reads))
	q.c.Dialogs.Custom(staff("refuseTitle", "Person", a.Person), kit.Column(look.M, field, kit.Column(look.XS, kit.Caption(staff("reads")), letter)), func(shut func()) []fyne.CanvasObject {
		do := kit.Danger(staff("refuseDo"), func() {
			if field.Check() != "" {
				field.Focus()
				return
			}
			shut()
			q.judge(a, "refuse", wire.JudgeAbsence{Absence: a.ID, Reason: strings.TrimSpace(field.Value())})
		})
		return []fyne.CanvasObject{do, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// judge decides and goes on to the next.
func (q *queue) judge(a wire.DeskAbsence, key string, args wire.JudgeAbsence) {
	if _, err := q.s.Submit(wire.AbsenceJudge, args, cache.Note{Key: "absence.note.judge", Args: map[string]string{"What": a.Person}}); err != nil {
		q.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	q.c.Toasts.Say(look.ToneSuccess, staff("did."+key, "Person", a.Person))
	if rest := q.c.View.AbsenceQueue(); len(rest) > 0 {
		q.c.Replace(screen.To(screen.Absences, "id", string(rest[0].ID)))
		return
	}
	q.c.Replace(screen.To(screen.Absences))
}
