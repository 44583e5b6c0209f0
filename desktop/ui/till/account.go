package till

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/payments"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Account is a payer's account at the cash desk: its balance, what can be entered,
// and its statement.
func Account(c *screen.Context, r screen.Route) screen.Screen {
	return openAccount(c, c.Session, r).screen()
}

// subject is the account that a screen is about.
type subject struct {
	account portal.ID
	desk    string
	person  string
}

func subjectOf(r screen.Route) subject {
	return subject{portal.ID(r.Arg("account")), r.Arg("desk"), r.Arg("person")}
}

// to is the route of a screen about it.
func (s subject) to(name string, args ...string) screen.Route {
	return screen.To(name, append([]string{"account", string(s.account), "desk", s.desk, "person", s.person}, args...)...)
}

// note names it in what waits and in refusals.
func (s subject) note(key string) cache.Note {
	return cache.Note{Key: "till.note." + key, Args: map[string]string{"person": s.person, "account": string(s.account), "desk": s.desk}}
}

type account struct {
	c *screen.Context
	s Desk
	subject
	done  portal.ID // an entry just made
	shown int

	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
}

func openAccount(c *screen.Context, s Desk, r screen.Route) *account {
	a := &account{c: c, s: s, subject: subjectOf(r), done: portal.ID(r.Arg("done")), strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	a.page = kit.NewPage(kit.Column(look.L, outcome.Cards(c, s), a.strip, a.body))
	a.ask()
	a.refresh()
	c.On(a.refresh, view.Topic{Collection: view.FileTopic, Key: a.account}, view.Topic{Collection: wire.Takings}, view.Topic{Collection: wire.Activities}, view.Topic{Collection: view.OutboxTopic},
		view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	return a
}

func (a *account) screen() screen.Screen {
	return screen.Screen{Content: a.page, Title: t("title"), Rail: screen.Till}
}

// ask has the town hall open the account, or note that it was looked at again.
func (a *account) ask() {
	args := wire.OpenFile{Account: a.account, Desk: string(accounts.Till(a.desk))}
	if _, open := a.c.View.TillAccount(a.account, a.desk); open {
		if a.done == "" { // one comes from it
			_, _ = a.s.Submit(wire.FileSeen, wire.SeenFile(args), a.note("seen"))
		}
		return
	}
	if _, err := a.s.Submit(wire.FileOpen, args, a.note("open")); err != nil {
		a.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
	}
}

func (a *account) refresh() {
	now, open := a.c.View.TillAccount(a.account, a.desk)
	if name := strings.TrimSpace(now.Account.FirstName + " " + now.Account.LastName); name != "" {
		a.person = name
	}
	head := kit.Column(look.XS, kit.Back(t("title"), func() { a.c.Up(screen.To(screen.Till, "desk", a.desk)) }), kit.Title(a.person), kit.Muted(screen.CashDeskName(a.c.View, a.desk)))
	if !open {
		a.body.Set(kit.Column(look.L, head, a.opening()))
		a.page.Refresh()
		return
	}
	parts := []fyne.CanvasObject{head}
	if done := a.made(); done != nil {
		parts = append(parts, done)
	}
	a.body.Set(kit.Column(look.L, append(parts, a.left(now), a.statement(now))...))
	a.page.Refresh()
}

// opening says that the account is on its way, or why it will not come now.
func (a *account) opening() fyne.CanvasObject {
	if !a.s.HasLine() {
		return kit.EmptyState(kit.NotReceived, "", t("account.offline"), "", nil)
	}
	busy := kit.NewProgress("", nil)
	busy.Set(t("account.opening"), -1)
	return busy
}

// made is what was just entered, with its receipt once the town hall has
// numbered it.
func (a *account) made() fyne.CanvasObject {
	for _, taken := range a.c.View.TakingsOf(a.desk, a.account) {
		if taken.ID != a.done {
			continue
		}
		what, waits := t("made.enter", "Amount", money(taken.Amount), "Form", i18n.Say("payments.form."+string(taken.Form))), "made.waits"
		if taken.Kind == ledger.KindCorrection {
			what, waits = t("made.correct", "Amount", signed(taken.Amount)), "made.waitsCorrection"
		}
		if taken.Pending {
			return kit.NewNotice(look.TonePending, what, t(waits)).Icon("clock-countdown")
		}
		if taken.Receipt == "" {
			return kit.NewNotice(look.ToneSuccess, what, t("made.read"))
		}
		return kit.NewNotice(look.ToneSuccess, what, t("made.receipt", "Number", taken.Receipt), kit.Secondary(t("receipt.print"), func() { a.print(taken) }).Icon("printer"))
	}
	return nil
}

// left is the balance, and what can be entered.
func (a *account) left(now view.TillAccount) fyne.CanvasObject {
	figure := kit.BalanceText(money(now.Balance.Confirmed))
	if now.Balance.Confirmed < 0 {
		figure.Role(look.Error)
	}
	lines := []fyne.CanvasObject{kit.Muted(t("account.balance")), figure}
	if now.Balance.Expected != now.Balance.Confirmed {
		lines = append(lines, kit.Muted(i18n.Say("payments.after", "Amount", money(now.Balance.Expected))))
	}
	return kit.Card(kit.Column(look.M, kit.Column(look.XS, lines...), kit.Line(look.S+4,
		kit.Primary(t("enter.do"), func() { a.c.Go(a.to(screen.TillEntry, "do", doEnter)) }).Icon("coins"),
		kit.Secondary(t("correct.do"), func() { a.c.Go(a.to(screen.TillEntry, "do", doCorrect)) }).Icon("note-pencil"))))
}

// statement is every movement with the balance after it, what waits first.
func (a *account) statement(now view.TillAccount) fyne.CanvasObject {
	taken := map[portal.ID]view.Taken{}
	var waits []fyne.CanvasObject
	for _, k := range a.c.View.TakingsOf(a.desk, a.account) {
		taken[k.ID] = k
		if k.Pending {
			waits = append(waits, mark(kit.NewRow(told(k), t("row.entered", "Time", i18n.Clock(instant(k.At)), "Name", k.By), nil).Extra(kit.Strong(signed(k.Amount))), k))
		}
	}
	lines := ledger.StatementOf(now.Movements, portal.Period{}).Lines
	title := kit.Section(i18n.Say("payments.statement"))
	if len(lines)+len(waits) == 0 {
		return kit.Column(look.S, title, kit.EmptyState(kit.NothingYet, "wallet", t("account.none"), "", nil))
	}
	rows := kit.LongRows(len(lines)+len(waits), &a.shown, func(i int) fyne.CanvasObject {
		if i < len(waits) {
			return waits[i]
		}
		l := lines[len(lines)-1-(i-len(waits))]
		row := payments.Row(a.c.View, now.Children, l)
		if k, ours := taken[l.ID]; ours && k.Kind == ledger.KindDeskMoney {
			row = payments.RowWith(a.c.View, now.Children, l, func(of *kit.Row) { kit.ShowMenu(of, 0, a.ways(k), nil) })
			mark(row, k)
		}
		return row
	}, a.refresh)
	return kit.Column(look.S, title, rows)
}

// ways is what can be done about money that was brought.
func (a *account) ways(k view.Taken) []kit.MenuItem {
	items := []kit.MenuItem{{Icon: "printer", Label: t("receipt.print"), Do: func() { a.print(k) }}}
	if !k.Undone {
		items = append(items, kit.MenuItem{Icon: "arrow-u-up-left", Label: t("undo.do"), Do: func() { a.c.Go(a.to(screen.TillEntry, "do", doUndo, "entry", string(k.ID))) }})
	}
	return items
}

// print hands the receipt to the system's viewer.
func (a *account) print(k view.Taken) {
	sheet := receiptSheet(a.c, k)
	a.c.Print(sheet.Title, func(context.Context) ([]byte, error) { return print.Make(sheet) })
}

// receiptSheet is what was brought, by whom, when and how.
func receiptSheet(c *screen.Context, k view.Taken) print.Sheet {
	town, _ := c.View.Town()
	row := func(key, answer string) print.Row {
		return print.Row{Question: i18n.Say("payments.receipt." + key), Answer: answer}
	}
	rows := []print.Row{row("from", k.Name), row("sum", money(k.Amount)), row("on", i18n.Date(outcome.Day(k.Received))), row("how", i18n.Say("payments.receipt.by."+string(k.Form))),
		row("desk", screen.CashDeskName(c.View, k.CashDesk)), row("for", i18n.Say("payments.receipt.account"))}
	if k.Reference != "" {
		rows = append(rows, print.Row{Question: t("field.reference." + string(k.Form)), Answer: k.Reference})
	}
	rows = append(rows, print.Row{Question: t("receipt.cashier"), Answer: k.By})
	s := print.Sheet{Town: town.Name, Title: i18n.Say("payments.receipt.title"), Number: k.Receipt, Made: instant(k.At), Note: i18n.Say("payments.receipt.note"), Sections: []print.Section{{Rows: rows}}}
	if k.Undone {
		s.Intro = t("receipt.undone")
	}
	return s
}
