package till

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/payments"
	"parvis/desktop/ui/screen"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// What is entered on the screen of an entry.
const (
	doEnter   = "enter"
	doCorrect = "correct"
	doUndo    = "undo"
)

// The ways a correction goes.
const (
	more = "more"
	less = "less"
)

// Entry is where a cashier enters money that was brought, corrects an account, or
// takes back what was entered: a form, then what becomes of it, then it is done.
func Entry(c *screen.Context, r screen.Route) screen.Screen {
	return openEntry(c, c.Session, r).screen()
}

// written is what the screen finds again when it is built anew.
type written struct {
	values map[string]string
	recap  bool
}

type entry struct {
	c *screen.Context
	s Desk
	subject
	do   string
	of   portal.ID // what is taken back
	form *kit.Form
	w    written

	notice *kit.Notice
	body   *kit.Swap
	page   *kit.Page
}

func openEntry(c *screen.Context, s Desk, r screen.Route) *entry {
	e := &entry{c: c, s: s, subject: subjectOf(r), do: r.Arg("do"), of: portal.ID(r.Arg("entry")), notice: kit.NewNotice(look.ToneError, "", ""), body: kit.NewSwap(nil)}
	if e.do != doCorrect && e.do != doUndo {
		e.do = doEnter
	}
	e.notice.Hide()
	e.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, kit.Back(e.person, e.leave), kit.Title(t(e.do+".title"))), e.notice, e.body))
	e.form = kit.NewForm(t("entry.next"), e.check, kit.Plain(i18n.T("kit.cancel", nil), e.leave))
	e.fields()
	if before, again := c.Kept.(written); again {
		e.w = before
		e.form.SetValues(before.values)
	}
	e.lay()
	return e
}

func (e *entry) screen() screen.Screen {
	return screen.Screen{Content: e.page, Title: t(e.do + ".title"), Rail: screen.Till}
}

func (e *entry) leave() { e.c.Up(e.to(screen.TillAccount)) }

// fields puts into the form what is asked.
func (e *entry) fields() {
	today := e.c.View.Today()
	amount := kit.TextField(t("field.amount")).Named("amount").Example(t("field.amountExample")).Width(160).Most(10).Needed(t("field.amountMissing")).Rule(func(v string) string {
		m, read := payments.Typed(v)
		if !read {
			return i18n.Say("payments.amountWrong")
		}
		if m < 1 || m > ledger.MostEntered {
			return t("field.amountBad", "Most", money(ledger.MostEntered))
		}
		return ""
	})
	reason := kit.LongField(t("field.reason"), 3).Named("reason").Hint(t("field.reasonHint")).Needed(t("field.reasonMissing")).Most(ledger.MostReason)
	switch e.do {
	case doCorrect:
		way := kit.RadioField(t("field.way"), kit.Option{Value: more, Label: t("field.more"), Hint: t("field.moreHint")}, kit.Option{Value: less, Label: t("field.less"), Hint: t("field.lessHint")}).
			Named("way").Needed(t("field.wayMissing"))
		e.form.Add(way, amount, reason)
	case doUndo:
		e.form.Add(kit.Card(kit.Column(look.S, kit.Strong(t("undo.what")), kit.Body(e.undone()))), kit.Muted(t("undo.how")), reason)
	default:
		var options []kit.Option
		for _, f := range ledger.Forms {
			options = append(options, kit.Option{Value: string(f), Label: form(f)})
		}
		how := kit.RadioField(t("field.form"), options...).Named("form").Needed(t("field.formMissing"))
		reference := kit.TextField(t("field.reference.any")).Named("reference").Hint(t("field.referenceHint")).Most(ledger.MostReference).MayBeEmpty()
		reference.WhenEmpty(func() string {
			if ledger.Form(how.Value()).Numbered() {
				return t("field.referenceMissing")
			}
			return ""
		})
		received := kit.DateField(t("field.received")).Named("received").Needed(t("field.receivedMissing")).Rule(func(v string) string {
			if d := portal.Date(v); d > today || d < today.Add(-ledger.ReceivedReach) {
				return t("field.receivedBad", "From", i18n.Date(outcome.Day(today.Add(-ledger.ReceivedReach))))
			}
			return ""
		})
		received.SetValue(string(today))
		e.form.Add(how, amount, reference, received)
	}
}

// undone is what is taken back, in words.
func (e *entry) undone() string {
	for _, k := range e.c.View.TakingsOf(e.desk, e.account) {
		if k.ID == e.of {
			return i18n.Joined(money(k.Amount), told(k), i18n.Capital(i18n.DateTime(instant(k.At))), k.By)
		}
	}
	return t("undo.unknown")
}

// lay shows the form, or what becomes of it.
func (e *entry) lay() {
	e.c.Kept = e.w
	if !e.w.recap {
		e.body.Set(e.form)
		e.page.Refresh()
		return
	}
	edit := func() {
		e.w.recap = false
		e.lay()
	}
	section := kit.RecapSection{Title: t("recap.title"), Edit: edit, Answers: e.answers()}
	now, open := e.c.View.TillAccount(e.account, e.desk)
	if open {
		section.Answers = append(section.Answers, kit.Answer{Question: t("recap.after"), Answer: money(now.Balance.Expected + e.amount())})
	}
	do := kit.Primary(t(e.do+".confirm", "Amount", money(e.amount()), "Signed", signed(e.amount())), e.submit).Icon("check")
	parts := []fyne.CanvasObject{kit.NewNotice(look.ToneInfo, t("recap.notYet"), t("recap.lasting")), kit.Recap(section)}
	if e.do != doEnter {
		parts = append(parts, kit.Card(kit.Column(look.S, kit.Caption(t("recap.reads")), kit.Body(e.reason()))))
	}
	e.body.Set(kit.Column(look.L, append(parts, kit.Line(look.S, do, kit.Plain(i18n.T("kit.cancel", nil), e.leave)))...))
	e.page.Refresh()
	e.page.Top()
}

func (e *entry) check() {
	e.notice.Hide()
	e.w = written{values: e.form.Values(), recap: true}
	e.lay()
	// A second press of Enter must not enter what nobody has read.
	kit.Enter(e.c.Window.Canvas(), e.page.Reader(nil))
}

func (e *entry) value(key string) string {
	if f := e.form.Field(key); f != nil {
		return strings.TrimSpace(f.Value())
	}
	return ""
}

func (e *entry) reason() string { return e.value("reason") }

// amount is as it changes the balance.
func (e *entry) amount() portal.Money {
	if e.do == doUndo {
		for _, k := range e.c.View.TakingsOf(e.desk, e.account) {
			if k.ID == e.of {
				return -k.Amount
			}
		}
		return 0
	}
	m, _ := payments.Typed(e.value("amount"))
	if e.do == doCorrect && e.value("way") == less {
		return -m
	}
	return m
}

func (e *entry) brought() ledger.Brought {
	return ledger.Brought{Form: ledger.Form(e.value("form")), Amount: e.amount(), Reference: e.value("reference"), Received: portal.Date(e.value("received"))}.Trimmed()
}

// answers is what will be entered, as the cashier reads it over.
func (e *entry) answers() []kit.Answer {
	out := []kit.Answer{{Question: t("recap.account"), Answer: e.person}, {Question: t("recap.desk"), Answer: screen.CashDeskName(e.c.View, e.desk)}}
	if e.do != doEnter {
		return append(out, kit.Answer{Question: t("field.amount"), Answer: signed(e.amount())}, kit.Answer{Question: t("field.reason"), Answer: e.reason()})
	}
	b := e.brought()
	return append(out, kit.Answer{Question: t("field.amount"), Answer: money(b.Amount)}, kit.Answer{Question: t("field.form"), Answer: form(b.Form)},
		kit.Answer{Question: t("field.reference.any"), Answer: b.Reference}, kit.Answer{Question: t("field.received"), Answer: i18n.Date(outcome.Day(b.Received))})
}

func (e *entry) submit() {
	id := portal.NewID()
	var kind string
	var args any
	switch e.do {
	case doCorrect:
		kind, args = wire.BalanceCorrect, wire.CorrectBalance{Correction: id, Account: e.account, CashDesk: e.desk, Amount: e.amount(), Reason: e.reason()}
	case doUndo:
		kind, args = wire.DeskUndo, wire.UndoAtDesk{Correction: id, Entry: e.of, CashDesk: e.desk, Reason: e.reason()}
	default:
		kind, args = wire.DeskEnter, wire.EnterAtDesk{Entry: id, Account: e.account, CashDesk: e.desk, Brought: e.brought()}
	}
	if _, err := e.s.Submit(kind, args, e.note(e.do), e.needs()...); err != nil {
		e.notice.Set(look.ToneError, t("entry.failed"), outcome.Sentence(err))
		e.notice.Show()
		e.page.Refresh()
		e.page.Reveal(e.notice)
		return
	}
	e.c.Kept = nil
	e.c.Replace(e.to(screen.TillAccount, "done", string(id)))
}

// needs is the command that enters what is taken back, while it waits.
func (e *entry) needs() (out []portal.ID) {
	for _, w := range e.c.View.Waiting() {
		if _, args, err := wire.ReadCommand(w.Body); err == nil {
			if a, is := args.(*wire.EnterAtDesk); is && a.Entry == e.of {
				out = append(out, w.ID)
			}
		}
	}
	return out
}
