package payments

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	rules "parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// online is a cash desk that takes payments on line; nil where it takes none.
func online(v *view.View, cashDesk string) *wire.CashDesk {
	for _, d := range v.CashDesks() {
		if d.Key == cashDesk && d.Online {
			return &d
		}
	}
	return nil
}

// startKind and startKey name what is kept of a payment that was asked for: until
// it is known, another press asks for the same one and never for a second.
const startKind, startKey = "payments", "asked"

// start is a payment that was asked for.
type start struct {
	ID       portal.ID    `json:"id"`
	CashDesk string       `json:"cash_desk"`
	Amount   portal.Money `json:"amount"`
	At       int64        `json:"at"`
}

// TopUp is Recharger mon compte: an amount, and the way to the page on which it
// is paid. Its route names the cash desk.
func TopUp(c *screen.Context, r screen.Route) screen.Screen {
	return openTopUp(c, c.Session, r).screen()
}

type topUp struct {
	c      *screen.Context
	s      Desk
	desk   string
	amount *kit.Field
	pay    *kit.Button
	form   *fyne.Container
	notice *kit.Notice
	over   *kit.Swap // the balance, and what is under way
	ways   *kit.Swap
	line   *kit.Swap // that there is none
	page   *kit.Page
}

func openTopUp(c *screen.Context, s Desk, r screen.Route) *topUp {
	o := &topUp{c: c, s: s, desk: r.Arg("desk"), notice: kit.NewNotice(look.ToneError, "", ""), over: kit.NewSwap(nil), ways: kit.NewSwap(nil), line: kit.NewSwap(nil)}
	if o.desk == "" {
		for _, b := range c.View.Balances() {
			if online(c.View, b.CashDesk) != nil {
				o.desk = b.CashDesk
				break
			}
		}
	}
	o.notice.Hide()
	o.amount = kit.TextField(t("amount")).Named("amount").Example("50").Width(160).Most(10).Rule(o.judge)
	o.amount.Needed(t("amountMissing"))
	if n, err := strconv.ParseInt(r.Arg("amount"), 10, 64); err == nil {
		o.amount.SetValue(euros(portal.Money(n)))
	}
	o.amount.OnEnter(o.press)
	o.pay = kit.Primary(t("pay"), o.press).Icon("credit-card")
	how, then := "payfip", "then"
	if s.Kiosk() {
		how, then = "payfipPhone", "thenPhone"
	}
	o.form = kit.Column(look.L, kit.Column(look.M, o.amount, kit.Column(look.S, kit.Muted(t("suggest.title")), o.ways)),
		kit.Column(look.S, kit.Line(look.S, o.pay, kit.Plain(i18n.T("kit.cancel", nil), c.Back)), kit.Caption(t(then)), kit.Caption(t(how))))
	o.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, kit.Back(t("title"), func() { c.Up(screen.To(screen.Payments)) }), kit.Title(t("topUp"))),
		o.over, o.notice, o.line, o.form))
	o.refresh()
	c.On(o.refresh, moneyTopics()...)
	c.OnLeave(s.OnStatus(o.tellLine))
	return o
}

func (o *topUp) screen() screen.Screen {
	return screen.Screen{Content: o.page, Title: t("topUp"), Rail: screen.Payments}
}

func (o *topUp) refresh() {
	v := o.c.View
	b, known := v.Balance(o.desk)
	d := online(v, o.desk)
	if d == nil || !known {
		o.over.Set(kit.EmptyState(kit.NotReceived, "", t("notOnline"), "", nil))
		o.form.Hide()
		o.page.Refresh()
		return
	}
	o.form.Show()
	says := t("balanceIs", "Amount", money(b.Confirmed))
	if len(v.Balances()) > 1 {
		says = t("balanceAtIs", "Desk", screen.CashDeskName(v, o.desk), "Amount", money(b.Confirmed))
	}
	left := kit.Column(look.XS, kit.Section(says))
	if after := afterwards(b); after != "" {
		left.Add(kit.Muted(after))
	}
	o.over.Set(kit.Column(look.M, append([]fyne.CanvasObject{left}, underway(o.c, o.desk)...)...))
	var buttons []fyne.CanvasObject
	for _, s := range suggestions(b.Expected, v.Outlook(o.desk).Week, *d) {
		buttons = append(buttons, kit.Secondary(s.says, func() {
			o.amount.SetValue(euros(s.amount))
			o.amount.SetMistake("")
		}))
	}
	o.ways.Set(kit.LineEven(look.S, buttons...))
	o.amount.Hint(t("amountHint", "Least", money(d.Least), "Most", money(d.Most)))
	o.tellLine()
}

// tellLine says before anybody tries that there is no line.
func (o *topUp) tellLine() {
	if o.s.OffLine() {
		o.line.Set(kit.NewNotice(look.ToneWarning, t("offline.title"), t("offline.text")).Icon("cloud-slash"))
		o.line.Show()
	} else {
		o.line.Hide()
	}
	o.page.Refresh()
}

// suggestion is an amount with what it is for.
type suggestion struct {
	amount portal.Money
	says   string
}

// suggestions is amounts that make sense: what brings the account back to zero,
// four weeks at the usual pace, and round ones; as far as the cash desk takes
// them, each once.
func suggestions(balance, week portal.Money, d wire.CashDesk) (out []suggestion) {
	add := func(amount portal.Money, says string) {
		for _, s := range out {
			if s.amount == amount {
				return
			}
		}
		if rules.CheckAmount(amount, d.Most) == nil && amount >= d.Least {
			out = append(out, suggestion{amount, says})
		}
	}
	if balance < 0 {
		add(-balance, t("suggest.zero", "Amount", money(-balance)))
	}
	if four := 4 * week; four > 0 {
		key := "suggest.month"
		if balance < 0 {
			four -= balance // what is missing comes first
			key = "suggest.zeroAndMonth"
		}
		add(four, t(key, "Amount", money(four)))
	}
	for _, round := range []portal.Money{20_00, 50_00, 100_00} {
		add(round, t("suggest.round", "Amount", euros(round)))
	}
	return out
}

// euros is an amount as one types it.
func euros(m portal.Money) string {
	s := strings.TrimSuffix(m.Decimal(), ".00")
	if i18n.Language() == i18n.English {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

// typed reads an amount as people write it: 50, 50,5, 50.00, 50 €.
func typed(s string) (portal.Money, bool) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", ",", ".").Replace(s)
	whole, part, dotted := strings.Cut(s, ".")
	if whole == "" || len(whole) > 7 || len(part) > 2 || dotted && part == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 63)
	return portal.Money(n), err == nil
}

// judge is what is wrong with what was typed, "" for nothing.
func (o *topUp) judge(v string) string {
	amount, read := typed(v)
	if !read {
		return t("amountWrong")
	}
	d := online(o.c.View, o.desk)
	if d == nil {
		return ""
	}
	if wrong := rules.CheckAmount(amount, d.Most); wrong != nil {
		return outcome.Sentence(wrong)
	}
	return ""
}

// asked is the payment that a press asks for: the one that was asked for before
// where nobody knows what became of it.
func (o *topUp) asked(amount portal.Money) start {
	var before start
	now := o.c.View.Now()
	if o.s.Kept(startKind, startKey, &before) && before.CashDesk == o.desk && before.Amount == amount && now.UnixMicro()-before.At < rules.OpeningFor.Microseconds() {
		if p, known := o.c.View.Payment(before.ID); !known || p.State == rules.Opening {
			return before
		}
	}
	return start{portal.NewID(), o.desk, amount, now.UnixMicro()}
}

// press judges the amount, the one thing that is asked, and goes on.
func (o *topUp) press() {
	if o.amount.Check() != "" {
		o.amount.Focus()
		return
	}
	amount, _ := typed(o.amount.Value())
	asked := o.asked(amount)
	o.notice.Hide()
	// Kept before it is asked for: whatever is lost on the way, it is not paid
	// for twice.
	if err := o.s.Keep(startKind, startKey, asked); err != nil {
		o.fail(err)
		return
	}
	o.pay.Busy(t("asking"))
	screen.Run(o.c, "payment", func(ctx context.Context) (wire.Payment, error) {
		return o.s.StartPayment(ctx, asked.ID, asked.CashDesk, asked.Amount)
	}, func(p wire.Payment, err error) {
		o.pay.Ready()
		if err != nil {
			o.fail(err)
			return
		}
		_ = o.s.Keep(lastKind, lastKey, p) // its row is on the way; without room one waits for that
		if p.URL != "" && !o.s.Kiosk() {
			o.c.Browse(p.URL)
		}
		o.c.Replace(screen.To(screen.Payment, "id", string(p.ID)))
	})
}

// fail says why there is no page, and that nothing was paid. What was typed
// stays.
func (o *topUp) fail(err error) {
	switch code := portal.CodeOf(err); {
	case o.s.OffLine(): // which is said already
		o.tellLine()
		o.page.Reveal(o.line)
		return
	case code == portal.NotReachable || code == portal.Unavailable:
		o.notice.Set(look.ToneWarning, t("offline.title"), t("offline.text"))
	case code == rules.TooLittle || code == rules.TooMuch:
		o.amount.SetMistake(outcome.Sentence(err))
		o.amount.Focus()
		return
	default:
		o.notice.Set(look.ToneError, t("notStarted"), outcome.Sentence(err))
	}
	o.notice.Show()
	o.page.Refresh()
	o.page.Reveal(o.notice)
}
