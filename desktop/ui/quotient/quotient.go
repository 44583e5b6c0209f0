// Package quotient is the family's own screens about what fixes its prices: the
// quotient of today and what it makes of a meal, those of before, and the two
// ways to a new one. It reads the view and submits commands.
package quotient

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

// Desk is what these screens do besides reading the view; the session does it
// in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	MarkRead(id portal.ID) error
	SendDocument(data []byte, kind string, child portal.ID, name string) (document, command portal.ID, err error)
}

// t is a text of these screens; pairs are names and values.
func t(key string, pairs ...any) string { return i18n.Say("quotient."+key, pairs...) }

func date(d portal.Date) string { return i18n.Date(d.At(12, 0)) }

func number(n int) string { return i18n.Number(int64(n)) }

func instant(micro int64) string { return i18n.DateTime(time.UnixMicro(micro).In(portal.Paris)) }

// Quotient is Mon quotient familial.
func Quotient(c *screen.Context, _ screen.Route) screen.Screen { return open(c, c.Session).screen() }

type page struct {
	c     *screen.Context
	s     Desk
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
}

func open(c *screen.Context, s Desk) *page {
	p := &page{c: c, s: s, strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	p.page = kit.NewPage(kit.Column(look.L,
		kit.Column(look.XS, kit.Back(t("toProfile"), func() { c.Up(screen.To(screen.Profile)) }), kit.Title(t("title")), kit.Limit(look.FormWidth, kit.Muted(t("lead")))),
		kit.Limit(look.FormWidth, kit.Column(look.L, outcome.Cards(c, s), p.strip, p.body))))
	p.refresh()
	c.On(p.refresh, view.Topic{Collection: wire.Quotients}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: wire.Tariffs},
		view.Topic{Collection: wire.Towns}, view.Topic{Collection: wire.Documents}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.ClockTopic})
	return p
}

func (p *page) screen() screen.Screen { return screen.Screen{Content: p.page, Title: t("title")} }

func (p *page) refresh() {
	me, known := p.c.View.Me()
	if !known || me.Payer == nil {
		p.body.Set(kit.EmptyState(kit.NotReceived, "", t("notYet"), "", nil))
		p.page.Refresh()
		return
	}
	all := p.c.View.Quotients()
	var parts []fyne.CanvasObject
	waits := false
	for _, q := range all {
		if q.State.Open() {
			waits = true
			parts = append(parts, p.waiting(q))
		}
	}
	if len(all) > 0 && !waits {
		if told := last(all[0]); told != nil {
			parts = append(parts, told)
		}
	}
	if ends := p.ends(me); ends != nil && !waits {
		parts = append(parts, ends)
	}
	parts = append(parts, p.today(me))
	if !waits {
		parts = append(parts, p.ways())
	}
	if costs := p.costs(me); costs != nil {
		parts = append(parts, costs)
	}
	if dated := p.dated(all); len(dated) > 0 {
		parts = append(parts, kit.Column(look.S, kit.Section(t("all")), kit.RowsCard(dated...)))
	}
	p.body.Set(kit.Column(look.L, parts...))
	p.page.Refresh()
}

// today is the quotient that fixes prices now, since when and from where.
func (p *page) today(me wire.Account) fyne.CanvasObject {
	day := p.c.View.Today()
	q := ledger.QuotientOn(me.Payer.Quotients, day)
	if q == nil {
		return kit.Card(kit.Column(look.S, kit.Section(t("none.title")), kit.Body(whyNone(me.Payer.Quotients, day))))
	}
	says := t("since", "From", date(q.From))
	if q.Until != "" {
		says = t("span", "From", date(q.From), "Until", date(q.Until))
	}
	return kit.Card(kit.Column(look.S, kit.BalanceText(number(q.Value)), kit.Column(look.XS, kit.Body(says), kit.Muted(Source(q.Source)))))
}

// ends warns that the quotient of today ends soon and that none follows; nil
// where there is nothing to warn of.
func (p *page) ends(me wire.Account) fyne.CanvasObject {
	day := p.c.View.Today()
	q := ledger.QuotientOn(me.Payer.Quotients, day)
	if q == nil || q.Until == "" || q.Until >= day.Add(quotients.RemindBefore) || ledger.QuotientOn(me.Payer.Quotients, q.Until.Add(1)) != nil {
		return nil
	}
	return kit.NewNotice(look.ToneWarning, t("ends.title", "Until", date(q.Until)), t("ends.text"))
}

// costs is what a day costs today, and why; nil where the town has told no
// prices.
func (p *page) costs(me wire.Account) fyne.CanvasObject {
	costs := p.c.View.Costs(p.c.View.Today(), nil)
	if len(costs) == 0 {
		return nil
	}
	lines := []fyne.CanvasObject{kit.Section(t("costs"))}
	if !me.Payer.Resident {
		town, _ := p.c.View.Town()
		lines = append(lines, kit.Body(t("outside", "Town", town.Name)))
	} else {
		lines = append(lines, kit.Body(t("band", "Band", strconv.Itoa(costs[0].Price.Band), "Bands", strconv.Itoa(costs[0].Price.Bands))))
	}
	return kit.Card(kit.Column(look.M, append(lines, prices(costs), kit.Caption(t("kept")))...))
}

// whyNone says why nothing fixes prices on a day: nothing was ever accepted, it
// begins later, or it has ended.
func whyNone(of []ledger.Quotient, day portal.Date) string {
	ended, begins := portal.Date(""), portal.Date("")
	for _, q := range of {
		switch {
		case q.From > day && (begins == "" || q.From < begins):
			begins = q.From
		case q.From <= day && q.Until != "" && q.Until < day:
			ended = max(ended, q.Until)
		}
	}
	switch {
	case begins != "":
		return t("none.begins", "From", date(begins))
	case ended != "":
		return t("none.ended", "Until", date(ended))
	}
	return t("none.text")
}

// prices is what a day costs at each activity.
func prices(costs []view.Cost) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, c := range costs {
		rows = append(rows, kit.Pair(kit.Muted(c.Activity.Name.In(i18n.Language())), kit.Body(i18n.Money(int64(c.Price.Amount)))))
	}
	return kit.Column(look.XS, rows...)
}

// Source is where a quotient comes from, in a sentence.
func Source(s ledger.Source) string {
	if key := "quotient.source." + string(s); i18n.Has(key) {
		return i18n.T(key, nil)
	}
	return t("source.desk")
}

// Name is a quotient in a few words: its value, or that it is asked for.
func Name(q quotients.Entry) string {
	if q.State == quotients.Asked || q.State == quotients.Unanswered {
		return t("name.asked")
	}
	return number(q.Value)
}

// Chip is a quotient's state on a day, as a person reads it.
func Chip(q view.Quotient, today portal.Date) (look.Tone, string, string) {
	switch {
	case q.Pending:
		return look.TonePending, "cloud-arrow-up", t("state.pending")
	case q.State == quotients.Accepted && q.From > today:
		return look.ToneInfo, "calendar", t("state.coming")
	case q.State == quotients.Accepted && q.Last != "" && q.Last < today && q.Last != q.Until:
		return look.ToneNeutral, "clock-counter-clockwise", t("state.replaced")
	case q.State == quotients.Accepted && q.Last != "" && q.Last < today:
		return look.ToneNeutral, "clock-counter-clockwise", t("state.over")
	case q.State == quotients.Accepted:
		return look.ToneSuccess, "check-circle", t("state.accepted")
	case q.State == quotients.Refused:
		return look.ToneError, "x-circle", t("state.refused")
	case q.State == quotients.Unanswered:
		return look.ToneWarning, "warning-circle", t("state.unanswered")
	case q.State == quotients.Asked:
		return look.ToneInfo, "hourglass", t("state.asked")
	}
	return look.ToneInfo, "hourglass", t("state.declared")
}

// waiting is the quotient that waits: for a line, for the fund, or for the town
// hall.
func (p *page) waiting(q view.Quotient) fyne.CanvasObject {
	title, text := "", ""
	switch {
	case q.ToSend && q.State == quotients.Asked:
		title, text = t("waiting.toAsk"), t("waiting.line")
	case q.ToSend:
		title, text = t("waiting.toSend", "Value", number(q.Value)), t("waiting.line")
	case q.State == quotients.Asked && q.Next != 0:
		title, text = t("waiting.asked", "When", instant(q.Made)), t("waiting.again", "When", instant(q.Next))
	case q.State == quotients.Asked:
		title, text = t("waiting.asked", "When", instant(q.Made)), t("waiting.soon")
	case q.Source == ledger.FromFund:
		title, text = t("waiting.told", "Value", number(q.Value), "Month", i18n.MonthYear(q.Month.At(12, 0)), "Fund", fund(q.Provider)), t("waiting.agent")
	default:
		title, text = t("waiting.declared", "Value", number(q.Value), "When", instant(q.Made)), t("waiting.agent")
	}
	tone := look.ToneInfo
	if q.Pending {
		tone = look.TonePending
	}
	return kit.NewNotice(tone, title, text, kit.Secondary(t("withdraw"), func() { p.withdraw(q) })).Icon("hourglass")
}

// fund is the fund that answered.
func fund(provider string) string {
	if provider == "MSA" {
		return "MSA"
	}
	return "CAF"
}

// withdraw takes back what waits.
func (p *page) withdraw(q view.Quotient) {
	var needs []portal.ID
	if q.ToSend {
		if err := p.s.Undo(q.Command); portal.CodeOf(err) != portal.Conflict {
			p.did(err)
			return
		}
		needs = append(needs, q.Command) // just handed over
	}
	_, err := p.s.Submit(wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: q.ID}, cache.Note{Key: "quotient.note.withdraw"}, needs...)
	p.did(err)
}

func (p *page) did(err error) {
	if err != nil {
		p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	p.strip.Say(look.ToneNeutral, t("withdrawn"), "", nil)
	p.refresh()
}

// last says what became of the newest quotient where that asks something of
// the family; nil where it does not.
func last(q view.Quotient) fyne.CanvasObject {
	switch q.State {
	case quotients.Refused:
		return kit.NewNotice(look.ToneError, t("refused.title", "Value", number(q.Value)), t("refused.text", "Reason", q.Reason))
	case quotients.Unanswered:
		return kit.NewNotice(look.ToneWarning, t("outcome."+string(q.Outcome)+".title"), t("outcome."+string(q.Outcome)+".text"))
	}
	return nil
}

// ways is the ways to a new quotient.
func (p *page) ways() fyne.CanvasObject {
	buttons := []fyne.CanvasObject{kit.Primary(t("send"), func() { p.c.Go(screen.To(screen.QuotientSend)) }).Icon("upload-simple")}
	if town, _ := p.c.View.Town(); town.Fund {
		buttons = append(buttons, kit.Secondary(t("ask"), func() { p.c.Go(screen.To(screen.QuotientAsk)) }).Icon("bank"))
	}
	return kit.Line(look.S+4, buttons...)
}

// dated lists all there are, the newest first.
func (p *page) dated(all []view.Quotient) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, q := range all {
		if q.State.Open() {
			continue
		}
		tone, icon, word := Chip(q, p.c.View.Today())
		rows = append(rows, kit.NewRow(Name(q.Entry), About(q), nil).Status(tone, icon, word))
	}
	return rows
}

// About is the line under a quotient: when it applies, and where it is from.
func About(q view.Quotient) string {
	says := ""
	switch {
	case q.State == quotients.Accepted && q.Last >= q.From:
		says = t("span", "From", date(q.From), "Until", date(q.Last))
	case q.State == quotients.Accepted:
		says = t("since", "From", date(q.From))
	default:
		says = i18n.Capital(instant(q.Made))
	}
	if Name(q.Entry) == Source(q.Source) {
		return says // the line above says it
	}
	return says + "\n" + Source(q.Source)
}
