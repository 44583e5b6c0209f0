package staff

import (
	"strconv"
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
	"parvis/desktop/ui/quotient"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

// quotesDesk is what these screens ask of the session besides.
type quotesDesk interface {
	desk
	papers.Store
}

// Quotes is the family quotients that wait for the agent; its route may name
// the one that is decided on.
func Quotes(c *screen.Context, r screen.Route) screen.Screen {
	if id := portal.ID(r.Arg("id")); id != "" {
		return openQuote(c, c.Session, id, portal.ID(r.Arg("account"))).screen()
	}
	return openQuotes(c, c.Session).screen()
}

type quoteList struct {
	c    *screen.Context
	list *kit.Swap
	page *kit.Page
}

func openQuotes(c *screen.Context, s desk) *quoteList {
	l := &quoteList{c: c, list: kit.NewSwap(nil)}
	l.page = kit.NewPage(kit.Column(look.L, kit.Column(look.XS, kit.Title(i18n.T("quotes.title", nil)), kit.Muted(i18n.T("quotes.lead", nil))), outcome.Cards(c, s), l.list))
	l.refresh()
	c.On(l.refresh, view.Topic{Collection: wire.QuotientQueue}, view.Topic{Collection: wire.Quotients}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: view.ClockTopic})
	return l
}

func (l *quoteList) screen() screen.Screen {
	return screen.Screen{Content: l.page, Title: i18n.T("quotes.title", nil), Rail: screen.StaffQuotes}
}

func (l *quoteList) refresh() {
	var rows []fyne.CanvasObject
	for _, q := range l.c.View.QuotientQueue() {
		says := quotient.Source(ledger.Source(q.Source)) + "\n" + i18n.Capital(i18n.Since(l.c.View.Now().Sub(time.UnixMicro(q.Since))))
		rows = append(rows, kit.NewRow(q.Person, says, func() {
			l.c.Go(screen.To(screen.StaffQuotes, "id", string(q.ID), "account", string(q.Account)))
		}).Icon("coins").Status(look.ToneWarning, "tray", i18n.T("quotes.toDecide", nil)))
	}
	switch _, received := l.c.View.Me(); {
	case len(rows) > 0:
		l.list.Set(kit.RowsCard(rows...))
	case !received:
		l.list.Set(kit.EmptyState(kit.NotReceived, "", "", "", nil))
	default:
		l.list.Set(kit.EmptyState(kit.NothingYet, "coins", i18n.T("quotes.none", nil), "", nil))
	}
	l.page.Refresh()
}

// quote is one quotient with its family's others and its proof.
type quote struct {
	c       *screen.Context
	s       quotesDesk
	id      portal.ID
	account portal.ID
	person  string
	opened  portal.ID // the command that asks for the file

	from  *kit.Field
	begun bool          // the date has been filled in
	paper *papers.Paper // the proof
	strip *kit.Strip
	page  *kit.Page
	body  *kit.Swap
	pane  *kit.Swap // the page, or the proof
	bar   *kit.Swap
	// within is what decides once more, scrolling along: in large text a bar at
	// the foot would leave no room to read.
	within *kit.Swap
	root   *arrange.Box
	drawn  string
}

func openQuote(c *screen.Context, s quotesDesk, id, account portal.ID) *quote {
	q := &quote{c: c, s: s, id: id, account: account, strip: kit.NewStrip(), body: kit.NewSwap(nil), bar: kit.NewSwap(nil), within: kit.NewSwap(nil)}
	for _, w := range c.View.QuotientQueue() {
		if w.ID == id {
			q.person, q.account = w.Person, w.Account
		}
	}
	q.from = kit.DateField(i18n.T("quotes.from", nil)).Named("from").Needed(i18n.T("quotes.fromMissing", nil)).DateExample("01 / 10 / 2026")
	q.paper = papers.New(c, s)
	q.page = kit.NewPage(q.body)
	q.pane = kit.NewSwap(q.page)
	q.root = arrange.New(q.place, func(float32) float32 { return look.Px(200) }, q.pane, q.bar)
	q.within.Hide()
	q.ask()
	q.refresh()
	c.On(q.refresh, view.Topic{Collection: wire.QuotientQueue}, view.Topic{Collection: wire.Quotients}, view.Topic{Collection: view.FileTopic, Key: q.account},
		view.Topic{Collection: wire.Documents}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return q
}

// place gives the foot to what decides, where there is the height for it.
func (q *quote) place(size fyne.Size) {
	small := size.Height < look.Px(260)
	if small == q.bar.Visible() {
		set(q.bar, !small)
		set(q.within, small)
		q.page.Refresh()
	}
	h := float32(0)
	if !small {
		h = kit.HeightFor(q.bar, size.Width)
	}
	arrange.Put(q.bar, 0, size.Height-h, size.Width, h)
	arrange.Put(q.pane, 0, 0, size.Width, size.Height-h)
}

func (q *quote) screen() screen.Screen {
	return screen.Screen{Content: q.root, Title: i18n.T("quotes.title", nil), Rail: screen.StaffQuotes, Escape: func() bool {
		if q.pane.Object() != fyne.CanvasObject(q.page) {
			q.read()
		} else {
			q.c.Go(screen.To(screen.StaffQuotes))
		}
		return true
	}}
}

// ask has the town hall open the family's file, or note that it was looked at
// again.
func (q *quote) ask() {
	args := map[string]string{"person": q.person}
	if _, open := q.c.View.File(q.account, quotesAt); open {
		_, _ = q.s.Submit(wire.FileSeen, wire.SeenFile{Account: q.account, Desk: quotesAt}, cache.Note{Key: "staff.note.seen", Args: args})
		return
	}
	id, err := q.s.Submit(wire.FileOpen, wire.OpenFile{Account: q.account, Desk: quotesAt}, cache.Note{Key: "staff.note.open", Args: args})
	if err != nil {
		q.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	q.opened = id
}

// quotesAt is the desk that decides on quotients.
const quotesAt = "enfance"

func (q *quote) refresh() {
	e, there := q.c.View.Quotient(q.id)
	file, open := q.c.View.File(q.account, quotesAt)
	if name := strings.TrimSpace(file.Account.FirstName + " " + file.Account.LastName); name != "" {
		q.person = name
	}
	d, _ := q.c.View.Document(e.Document)
	drawn := strings.Join([]string{string(e.State), yes(e.Pending), yes(open && there), q.person, string(d.Status), string(d.Scan), string(d.Until), strconv.Itoa(len(q.c.View.FileQuotients(q.account, quotesAt))), i18n.Language()}, "\n")
	if drawn == q.drawn {
		return
	}
	q.drawn = drawn
	back := kit.Line(0, kit.Plain(i18n.T("quotes.back", nil), func() { q.c.Go(screen.To(screen.StaffQuotes)) }).Icon("arrow-left"))
	head := []fyne.CanvasObject{back, kit.Title(q.person), q.strip}
	if !open || !there {
		p := kit.NewProgress(i18n.T("staff.opening", nil), nil)
		p.Set(i18n.T("staff.opening", nil), -1)
		q.body.Set(kit.Column(look.M, append(head, outcome.Cards(q.c, q.s), kit.Card(kit.Column(look.M, p, kit.Muted(i18n.T("staff.openingLine", nil)))))...))
		q.bar.Set(kit.Gap(0))
		q.root.Refresh()
		return
	}
	if !q.begun {
		q.begun = true
		q.from.SetValue(string(max(e.From, e.Month)))
	}
	q.within.Set(q.decisions(e, d, 0))
	parts := append(head, q.within, q.told(e))
	if e.Document != "" {
		parts = append(parts, q.proved(d))
	}
	parts = append(parts, q.others())
	q.body.Set(kit.Column(look.M, parts...))
	q.bar.Set(q.decisions(e, d, look.L))
	q.root.Refresh()
}

// told is what is to be decided on.
func (q *quote) told(e view.Quotient) fyne.CanvasObject {
	lines := []fyne.CanvasObject{}
	tone, icon, word := quotient.Chip(e, q.c.View.Today())
	if e.State == quotients.Declared && !e.Pending {
		tone, icon, word = look.ToneWarning, "tray", i18n.T("quotes.toDecide", nil) // as the list says it
	}
	value := kit.BalanceText(quotient.Name(e.Entry))
	lines = append(lines, kit.Line(look.M, kit.Grow(value, 120), kit.NewChip(tone, icon, word)))
	about := []fyne.CanvasObject{}
	pair := func(key, answer string) {
		about = append(about, kit.Pair(kit.Muted(i18n.T("quotes."+key, nil)), kit.Body(answer)))
	}
	source := quotient.Source(e.Source)
	if e.Provider != "" {
		source += " (" + e.Provider + ")"
	}
	pair("source", source)
	if e.Month.Valid() {
		pair("month", i18n.Capital(i18n.MonthYear(e.Month.At(12, 0))))
	}
	if e.From.Valid() {
		key := "wished"
		if e.State == quotients.Accepted {
			key = "applies"
		}
		pair(key, i18n.Date(e.From.At(12, 0)))
	}
	pair("made", i18n.Capital(i18n.DateTime(time.UnixMicro(e.Made).In(portal.Paris))))
	if e.DecidedByName != "" {
		pair("by", e.DecidedByName)
	}
	if e.Reason != "" {
		pair("reason", e.Reason)
	}
	if e.State == quotients.Declared {
		day := max(e.From, q.c.View.Today())
		payer := ledger.Payer{Resident: true, Quotients: []ledger.Quotient{{Value: e.Value, From: day}}}
		if costs := q.c.View.CostsOf(payer, day); len(costs) > 0 {
			c := costs[0]
			pair("makes", i18n.T("quotes.makesText", map[string]any{"Band": strconv.Itoa(c.Price.Band), "Bands": strconv.Itoa(c.Price.Bands),
				"Activity": c.Activity.Name.In(i18n.Language()), "Price": i18n.Money(int64(c.Price.Amount))}))
		}
	}
	lines = append(lines, kit.Column(look.S, about...))
	if e.State == quotients.Declared {
		lines = append(lines, kit.Rule(), q.from)
	}
	return kit.Card(kit.Column(look.M, lines...))
}

// proved is the document that proves it, opened here.
func (q *quote) proved(d view.Document) fyne.CanvasObject {
	if d.ID == "" {
		return kit.NewNotice(look.ToneWarning, i18n.T("quotes.proof", nil), i18n.T("quotes.noProof", nil))
	}
	status := d.On(q.c.View.Today())
	tone, icon, word := StatusLook(status)
	if status == documents.Valid {
		word = i18n.T("quotes.proofValid", map[string]any{"Until": i18n.Date(d.Until.At(12, 0))})
	}
	show := kit.Line(0, kit.Secondary(i18n.T("quotes.look", nil), func() { q.look(d) }).Icon("eye"))
	return kit.Card(kit.Column(look.M, kit.Line(look.M, kit.Grow(kit.Strong(i18n.T("quotes.proof", nil)), 160), kit.NewChip(tone, icon, word)), kit.Muted(d.Name), show))
}

// look shows the proof in the place of the page, under the value that it is to
// prove; what decides stays at the foot. It is not within the page: what scrolls
// by itself would take clicks there that are meant for what lies over it.
func (q *quote) look(d view.Document) {
	if q.paper.Shown() != d.ID {
		q.paper.Read(d.ID)
	}
	says := q.person
	if e, there := q.c.View.Quotient(q.id); there {
		says = i18n.T("quotes.compare", map[string]any{"Person": q.person, "Value": quotient.Name(e.Entry), "Month": i18n.MonthYear(e.Month.At(12, 0))})
	}
	head := kit.Line(look.M, kit.Plain(i18n.T("quotes.lookedAt", nil), q.read).Icon("arrow-left"), kit.Grow(kit.Strong(says), 200))
	q.pane.Set(q.paper.Under(head))
	q.root.Refresh()
	q.c.Window.Canvas().Focus(q.paper.Viewer.Stage())
}

// read goes back from the proof to what is decided on.
func (q *quote) read() {
	q.pane.Set(q.page)
	q.root.Refresh()
}

// others is the family's quotients besides.
func (q *quote) others() fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, e := range q.c.View.FileQuotients(q.account, quotesAt) {
		if e.ID == q.id {
			continue
		}
		tone, icon, word := quotient.Chip(e, q.c.View.Today())
		rows = append(rows, kit.NewRow(quotient.Name(e.Entry), quotient.About(e), nil).Status(tone, icon, word))
	}
	if len(rows) == 0 {
		return kit.Muted(i18n.T("quotes.first", nil))
	}
	return kit.Column(look.S, kit.Section(i18n.T("quotes.others", nil)), kit.RowsCard(rows...))
}

// decisions is the bar at the foot; edge is what it keeps from its sides.
func (q *quote) decisions(e view.Quotient, proof view.Document, edge float32) fyne.CanvasObject {
	if e.State != quotients.Declared {
		next := kit.Secondary(i18n.T("quotes.next", nil), q.next).IconAfter("arrow-right")
		return kit.Column(look.S, kit.Rule(), kit.PadXY(edge, 0, kit.Line(look.S, next)), kit.Gap(look.XS))
	}
	accept := kit.Primary(i18n.T("quotes.accept", nil), func() { q.accept(e) }).Icon("check")
	refuse := kit.Secondary(i18n.T("quotes.refuse", nil), func() { q.refuse(e) })
	buttons, note := []fyne.CanvasObject{accept, refuse}, "quotes.acceptNote"
	if e.Document != "" {
		note = "quotes.acceptProof"
		if s := proof.On(q.c.View.Today()); s != documents.Submitted && s != documents.Valid {
			// There is nothing to accept it by.
			buttons, note = buttons[1:], "quotes.proofUseless"
		}
	}
	return kit.Column(look.S, kit.Rule(), kit.PadXY(edge, 0, kit.Line(look.S, buttons...)), kit.PadXY(edge, 0, kit.Caption(i18n.T(note, nil))), kit.Gap(look.XS))
}

func (q *quote) accept(e view.Quotient) {
	from, today := portal.Date(q.from.Value()), q.c.View.Today()
	if q.from.Check() != "" {
		q.page.Reveal(q.from)
		q.from.Focus()
		return
	}
	if wrong := quotients.CheckFrom(from, e.Month, today); wrong != nil {
		q.from.SetMistake(i18n.T("quotient.form.fromWrong", map[string]any{"Min": i18n.Date(max(e.Month, today.Add(-365)).At(12, 0)), "Max": i18n.Date(today.Add(365).At(12, 0))}))
		q.root.Refresh()
		q.page.Reveal(q.from)
		return
	}
	q.decide(wire.QuotientAccept, "accept", wire.AcceptQuotient{Quotient: q.id, From: from})
}

// refuse asks for the reason, and shows all the while what the family will
// read of it.
func (q *quote) refuse(e view.Quotient) {
	reads := kit.Body("")
	field := kit.LongField(i18n.T("quotes.reason", nil), 4).Named("reason").Hint(i18n.T("quotes.reasonHint", nil)).Needed(i18n.T("staff.refusal.missing", nil)).Most(quotients.MaxReason)
	begun := ""
	q.s.Kept(reasonKind, string(q.id), &begun)
	write := func(v string) {
		if v = strings.TrimSpace(v); v == "" {
			v = i18n.T("staff.refusal.none", nil)
		}
		reads.SetText(v)
	}
	field.SetValue(begun)
	write(begun)
	field.OnChanged(func(v string) {
		write(v)
		_ = q.s.Keep(reasonKind, string(q.id), v) // where there is no room, the dialog still holds it
	})
	letter := kit.Card(kit.Column(look.S, kit.Strong(i18n.T("quotient.refused.title", map[string]any{"Value": quotient.Name(e.Entry)})), reads))
	content := kit.Column(look.M, field, kit.Column(look.XS, kit.Caption(i18n.T("staff.refusal.reads", nil)), letter))
	q.c.Dialogs.Custom(i18n.T("quotes.refuseTitle", map[string]any{"Person": q.person}), content, func(shut func()) []fyne.CanvasObject {
		do := kit.Danger(i18n.T("quotes.refuseDo", nil), func() {
			if field.Check() != "" {
				field.Focus()
				return
			}
			shut()
			_ = q.s.Keep(reasonKind, string(q.id), nil)
			q.decide(wire.QuotientRefuse, "refuse", wire.RefuseQuotient{Quotient: q.id, Reason: strings.TrimSpace(field.Value())})
		})
		return []fyne.CanvasObject{do, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// decide decides and goes on to the next.
func (q *quote) decide(kind, key string, args any) {
	if _, err := q.s.Submit(kind, args, cache.Note{Key: "quotes.note." + key, Args: map[string]string{"person": q.person}}); err != nil {
		q.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	q.c.Toasts.Say(look.ToneSuccess, i18n.T("quotes.did."+key, map[string]any{"Person": q.person}))
	q.next()
}

func (q *quote) next() {
	for _, w := range q.c.View.QuotientQueue() {
		if w.ID != q.id {
			q.c.Replace(screen.To(screen.StaffQuotes, "id", string(w.ID), "account", string(w.Account)))
			return
		}
	}
	q.c.Replace(screen.To(screen.StaffQuotes))
}

// fileQuotient is what a family's file says of its quotient at the desk that
// decides on them; "" at any other, and where there is none.
func fileQuotient(c *screen.Context, account portal.ID, at string) string {
	all := c.View.FileQuotients(account, at)
	if len(all) == 0 {
		return ""
	}
	today := c.View.Today()
	for _, e := range all {
		if e.State == quotients.Accepted && e.From <= today && (e.Last == "" || e.Last >= today) {
			return i18n.T("quotes.file.now", map[string]any{"Value": quotient.Name(e.Entry), "About": strings.ReplaceAll(quotient.About(e), "\n", ". ")})
		}
	}
	return i18n.T("quotient.none.title", nil)
}

// quotientCard is the part of a family's file about its quotient, with the way
// to one that waits.
func quotientCard(c *screen.Context, account portal.ID, says string) fyne.CanvasObject {
	lines := []fyne.CanvasObject{kit.Section(i18n.T("quotes.file.title", nil)), kit.Body(says)}
	for _, e := range c.View.FileQuotients(account, quotesAt) {
		if e.State == quotients.Declared {
			lines = append(lines, kit.Line(0, kit.Secondary(i18n.T("quotes.file.decide", map[string]any{"Value": quotient.Name(e.Entry)}), func() {
				c.Go(screen.To(screen.StaffQuotes, "id", string(e.ID), "account", string(account)))
			}).Icon("coins")))
		}
	}
	return kit.Card(kit.Column(look.M, lines...))
}
