// Package till is the screens of a cash desk's cashiers: the list of what it took
// in a day, the account of a family, and what is entered there. They read the view
// and submit commands; only the search for a family asks the town hall.
package till

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// Desk is what these screens do besides reading the view; the session does it
// in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	MarkRead(id portal.ID) error
	SearchPayers(ctx context.Context, cashDesk, text string) (wire.TownFound, error)
	HasLine() bool
}

// t is a text of these screens; pairs are names and values.
func t(key string, pairs ...any) string { return i18n.Say("till."+key, pairs...) }

func money(m portal.Money) string { return i18n.Money(int64(m)) }

// signed is money with its sign: what came says so by more than a colour.
func signed(m portal.Money) string {
	if m > 0 {
		return "+" + money(m)
	}
	return money(m)
}

func instant(micro int64) time.Time { return time.UnixMicro(micro).In(portal.Paris) }

// Till is Régie: who is looked for, and what the desk took in a day. Its route may
// name the cash desk and the day.
func Till(c *screen.Context, r screen.Route) screen.Screen { return openTill(c, c.Session, r).screen() }

// kept is what the screen finds again when it is built anew.
type kept struct {
	desk  string
	day   portal.Date
	text  string
	asked bool
	found wire.TownFound
}

type list struct {
	c *screen.Context
	s Desk
	k kept

	search *kit.SearchField
	strip  *kit.Strip
	urgent *kit.Swap // the payments to be settled
	said   *kit.Notice
	found  *kit.Swap
	head   *kit.Swap
	body   *kit.Swap
	page   *kit.Page
	shown  int
}

func openTill(c *screen.Context, s Desk, r screen.Route) *list {
	l := &list{c: c, s: s, urgent: kit.NewSwap(nil), found: kit.NewSwap(nil), head: kit.NewSwap(nil), body: kit.NewSwap(nil), strip: kit.NewStrip(), said: kit.NewNotice(look.ToneWarning, "", "")}
	l.k = kept{desk: r.Arg("desk"), day: portal.Date(r.Arg("day"))}
	if before, again := c.Kept.(kept); again {
		l.k = before
	}
	if !l.k.day.Valid() {
		l.k.day = c.View.Today()
	}
	l.search = kit.NewSearchField(t("search.name"), func(string) {})
	l.search.OnEnter(func(string) { l.ask() })
	l.search.SetText(l.k.text)
	l.said.Hide()
	l.page = kit.NewPage(kit.Column(look.L, l.head, outcome.Cards(c, s), l.urgent,
		kit.Column(look.S, kit.Line(look.S, kit.Grow(kit.Section(t("search.title")), 160), kit.Plain(t("organisation.new"), l.organisation).Icon("plus")),
			kit.Line(look.S, kit.Grow(l.search, 200), kit.Primary(t("search.do"), l.ask)), kit.Caption(t("search.hint")), l.said, l.found), l.strip,
		l.body))
	l.lay()
	l.refresh()
	c.On(l.refresh, view.Topic{Collection: wire.Takings}, view.Topic{Collection: wire.UnclearPayments}, view.Topic{Collection: wire.CashDesks}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.ClockTopic})
	return l
}

func (l *list) screen() screen.Screen {
	return screen.Screen{Content: l.page, Title: t("title"), Rail: screen.Till, Focus: l.search.Target()}
}

// desk is the cash desk that is looked at; false for an agent who has none.
func (l *list) desk() (wire.CashDesk, bool) {
	all := l.c.View.Tills()
	for _, d := range all {
		if d.Key == l.k.desk {
			return d, true
		}
	}
	if len(all) == 0 {
		return wire.CashDesk{}, false
	}
	l.k.desk = all[0].Key
	return all[0], true
}

func (l *list) refresh() {
	d, known := l.desk()
	l.c.Kept = l.k
	if !known {
		l.head.Set(kit.Title(t("title")))
		l.settle(nil)
		l.body.Set(kit.EmptyState(kit.NotReceived, "", t("noDesk"), "", nil))
		l.page.Refresh()
		return
	}
	l.head.Set(kit.Line(look.M, kit.Grow(kit.Title(t("title")), 200), l.choice(d)))
	l.settle(l.unclear(d))
	l.body.Set(l.takings(d))
	l.page.Refresh()
}

// settle puts the payments to be settled over all else: a family waits for each.
func (l *list) settle(cards []fyne.CanvasObject) {
	if len(cards) == 0 {
		l.urgent.Hide()
		return
	}
	l.urgent.Set(kit.Column(look.M, cards...))
	l.urgent.Show()
}

// choice is which cash desk is looked at; its name alone where there is one.
func (l *list) choice(now wire.CashDesk) fyne.CanvasObject {
	all := l.c.View.Tills()
	if len(all) == 1 {
		return kit.Muted(now.Name)
	}
	return kit.NewMenuButton("coins", now.Name, func() (items []kit.MenuItem) {
		for _, d := range all {
			items = append(items, kit.MenuItem{Label: d.Name, Checked: d.Key == now.Key, Do: func() {
				l.k = kept{desk: d.Key, day: l.k.day}
				l.search.SetText("")
				l.lay()
				l.refresh()
			}})
		}
		return items
	}).Edged()
}

func (l *list) turn(to portal.Date) func() {
	return func() {
		l.k.day, l.shown = to, 0
		l.refresh()
	}
}

// takings is the day's list, with its sums by form.
func (l *list) takings(d wire.CashDesk) fyne.CanvasObject {
	v := l.c.View
	all := v.Takings(d.Key, l.k.day)
	today := v.Today()
	tools := []fyne.CanvasObject{kit.NewIconButton("caret-left", t("day.previous"), l.turn(l.k.day.Add(-1)))}
	if l.k.day < today {
		tools = append(tools, kit.NewIconButton("caret-right", t("day.next"), l.turn(l.k.day.Add(1))))
	}
	tools = append(tools, kit.Grow(kit.Section(l.dayWord()), 230))
	if l.k.day != today {
		tools = append(tools, kit.Plain(t("day.today"), l.turn(today)))
	}
	if l.c.Prints != nil && len(all) > 0 {
		tools = append(tools, kit.Secondary(t("day.print"), func() { l.print(d, all) }).Icon("printer"))
	}
	parts := []fyne.CanvasObject{kit.Line(look.S, tools...)}
	if len(all) == 0 {
		none := "day.none"
		if l.k.day == today {
			none = "day.noneToday"
		}
		return kit.Column(look.M, append(parts, kit.EmptyState(kit.NothingYet, "coins", t(none), "", nil))...)
	}
	rows := kit.LongRows(len(all), &l.shown, func(i int) fyne.CanvasObject { return l.row(all[len(all)-1-i]) }, l.refresh)
	return kit.Column(look.M, append(parts, sums(all), rows)...)
}

func (l *list) dayWord() string {
	day := i18n.DayDate(outcome.Day(l.k.day))
	if l.k.day == l.c.View.Today() {
		return t("day.todayIs", "Day", day)
	}
	return i18n.Capital(day)
}

// sums is what was taken by form, and all of it: amounts under each other, as one
// adds them up.
func sums(all []view.Taken) fyne.CanvasObject {
	by, whole := ledger.SumsOf(counted(all))
	line := func(what *kit.Text, amount portal.Money) fyne.CanvasObject {
		return kit.Line(look.S, kit.Grow(what, 160), kit.Strong(money(amount)))
	}
	lines := []fyne.CanvasObject{}
	for _, s := range by {
		lines = append(lines, line(kit.Muted(t("sum.form", "Count", s.Count, "Form", form(s.Form))), s.Amount))
	}
	if len(by) > 0 {
		lines = append(lines, kit.Rule())
	}
	return kit.Card(kit.Column(look.S, append(lines, line(kit.Strong(t("sum.all")), whole.Amount))...))
}

func counted(all []view.Taken) []ledger.Taking {
	out := make([]ledger.Taking, len(all))
	for i, taken := range all {
		out[i] = taken.Counted()
	}
	return out
}

// form is the name of a form of money.
func form(f ledger.Form) string {
	if f == ledger.OnLine {
		return t("form.online")
	}
	if !f.Valid() {
		return t("form.other") // of a newer town hall
	}
	return i18n.Capital(i18n.Say("payments.form." + string(f)))
}

func (l *list) row(taken view.Taken) fyne.CanvasObject {
	row := kit.NewRow(taken.Name, told(taken)+"\n"+entered(taken), func() {
		l.c.Go(screen.To(screen.TillAccount, "account", string(taken.Account), "desk", taken.CashDesk, "person", taken.Name))
	}).Extra(kit.Strong(signed(taken.Amount)))
	return mark(row, taken)
}

// mark gives a row the sign and the word of how it stands.
func mark(row *kit.Row, taken view.Taken) *kit.Row {
	switch {
	case taken.Pending:
		row.Status(look.TonePending, "clock-countdown", t("row.waits"))
	case taken.Undone:
		row.Status(look.ToneNeutral, "arrow-u-up-left", t("row.undone"))
	}
	switch taken.Kind {
	case ledger.KindCorrection:
		return row.Icon("note-pencil")
	case ledger.KindTopUp:
		return row.Icon("credit-card")
	}
	return row.Icon("coins")
}

// entered is when it was entered and by whom. What was paid on line came by itself,
// unless a cashier has settled it.
func entered(taken view.Taken) string {
	at := i18n.Clock(instant(taken.At))
	if by := enteredBy(taken); by != "" {
		return t("row.entered", "Time", at, "Name", by)
	}
	return t("row.credited", "Time", at)
}

// enteredBy is who entered it, "" for what nobody did.
func enteredBy(taken view.Taken) string {
	if taken.Kind == ledger.KindTopUp && taken.By == taken.Name {
		return ""
	}
	return taken.By
}

// told is how money came, or why it was corrected.
func told(taken view.Taken) string {
	switch {
	case taken.Kind == ledger.KindCorrection && taken.Undoes != "":
		return i18n.Joined(t("row.takenBack"), taken.Reason)
	case taken.Kind == ledger.KindCorrection:
		return i18n.Joined(t("row.correction"), taken.Reason)
	}
	receipt := ""
	if taken.Receipt != "" {
		receipt = t("row.receipt", "Number", taken.Receipt)
	}
	return i18n.Joined(form(taken.Counted().Form), taken.Reference, receipt)
}

// ask looks for what stands in the field.
func (l *list) ask() {
	text := strings.TrimSpace(l.search.Text())
	d, known := l.desk()
	switch {
	case !known:
		return
	case utf8.RuneCountInString(text) < wire.ShortestTownQuery || len(words.Split(text)) == 0:
		l.tell(t("search.short"))
		return
	case !l.s.HasLine():
		l.tell(t("search.offline"))
		return
	}
	l.said.Hide()
	busy := kit.NewProgress("", nil)
	busy.Set(t("search.busy"), -1)
	l.found.Set(busy)
	l.page.Refresh()
	screen.Run(l.c, "payers", func(ctx context.Context) (wire.TownFound, error) { return l.s.SearchPayers(ctx, d.Key, text) }, func(found wire.TownFound, err error) {
		if err != nil {
			l.found.Set(nil)
			l.tell(outcome.Sentence(err))
			return
		}
		l.k.text, l.k.asked, l.k.found = text, true, found
		l.c.Kept = l.k
		l.lay()
	})
}

// tell says why nothing was looked for.
func (l *list) tell(sentence string) {
	l.said.Set(look.ToneWarning, "", sentence)
	l.said.Show()
	l.page.Refresh()
}

// lay shows who was found.
func (l *list) lay() {
	all := l.k.found.Payers
	switch {
	case !l.k.asked:
		l.found.Set(nil)
	case len(all) == 0:
		l.found.Set(kit.EmptyState(kit.NothingFound, "", t("search.none", "Text", l.k.text), "", nil))
	default:
		head := t("search.found", "Count", len(all))
		if l.k.found.More {
			head = t("search.more")
		}
		rows := make([]fyne.CanvasObject, len(all))
		for i, f := range all {
			second := f.City
			if len(f.Children) > 0 {
				second = t("search.children", "Names", i18n.List(f.Children)) + "\n" + f.City
			}
			rows[i] = kit.NewRow(f.Name, strings.TrimSpace(second), func() {
				l.c.Go(screen.To(screen.TillAccount, "account", string(f.Account), "desk", l.k.desk, "person", f.Name))
			}).Icon("user")
		}
		l.found.Set(kit.Column(look.S, kit.Strong(head), kit.RowsCard(rows...)))
	}
	l.page.Refresh()
}

// organisation asks for the name of an organisation that pays.
func (l *list) organisation() {
	d, known := l.desk()
	if !known {
		return
	}
	name := kit.TextField(t("organisation.name")).Named("name").Hint(t("organisation.hint")).Needed(t("organisation.missing")).Most(wire.MostOrganisationName)
	l.c.Dialogs.Custom(t("organisation.title"), name, func(shut func()) []fyne.CanvasObject {
		do := kit.Primary(t("organisation.do"), func() {
			if name.Check() != "" {
				name.Focus()
				return
			}
			shut()
			called := strings.TrimSpace(name.Value())
			if _, err := l.s.Submit(wire.OrganisationSave, wire.SaveOrganisation{Organisation: portal.NewID(), Name: called, CashDesk: d.Key}, cache.Note{Key: "till.note.organisation", Args: map[string]string{"person": called}}); err != nil {
				l.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
				return
			}
			l.strip.Say(look.ToneSuccess, t("organisation.done", "Name", called), "", nil)
		})
		return []fyne.CanvasObject{do, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// print hands the day's list to the system's viewer.
func (l *list) print(d wire.CashDesk, all []view.Taken) {
	sheet := daySheet(l.c, d, l.k.day, all)
	l.c.Print(sheet.Title, func(context.Context) ([]byte, error) { return print.Make(sheet) })
}

// daySheet is the day's list on paper: the sums by form, then each entry.
func daySheet(c *screen.Context, d wire.CashDesk, day portal.Date, all []view.Taken) print.Sheet {
	town, _ := c.View.Town()
	by, whole := ledger.SumsOf(counted(all))
	s := print.Sheet{Town: town.Name, Title: t("sheet.title", "Day", i18n.DayDate(outcome.Day(day))), Intro: d.Name, Made: c.View.Now().In(portal.Paris), Note: t("sheet.note")}
	totals := print.Section{Title: t("sheet.sums")}
	for _, f := range by {
		totals.Rows = append(totals.Rows, print.Row{Question: t("sum.form", "Count", f.Count, "Form", form(f.Form)), Answer: money(f.Amount)})
	}
	totals.Rows = append(totals.Rows, print.Row{Question: t("sum.all"), Answer: money(whole.Amount)})
	entries := print.Section{Title: t("sheet.entries")}
	for _, taken := range all {
		state := ""
		switch {
		case taken.Pending:
			state = t("row.waits")
		case taken.Undone:
			state = t("row.undone")
		}
		entries.Rows = append(entries.Rows, print.Row{Question: i18n.Joined(i18n.Clock(instant(taken.At)), signed(taken.Amount)), Answer: i18n.Joined(taken.Name, told(taken), enteredBy(taken), state)})
	}
	s.Sections = []print.Section{totals, entries}
	return s
}
