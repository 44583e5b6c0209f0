package payments

import (
	"strconv"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	rules "parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// cents is an amount in cents, for routes.
func cents(m portal.Money) string { return strconv.FormatInt(int64(m), 10) }

// chip is a state in a word with its sign.
func chip(s rules.State) (look.Tone, string, string) {
	word := t("word." + string(s))
	switch s {
	case rules.Paid:
		return look.ToneSuccess, "check-circle", word
	case rules.Refused, rules.Failed:
		return look.ToneError, "x-circle", word
	case rules.Opening, rules.Pending:
		return look.TonePending, "hourglass", word
	case rules.Abandoned, rules.Expired:
		return look.ToneNeutral, "minus-circle", word
	case rules.Unclear:
		return look.ToneWarning, "warning-circle", word
	}
	return look.ToneNeutral, "question", t("word.other") // of a newer town hall
}

// underway is the payments at a cash desk whose end nobody knows, "" for all of
// them: each says that it is not to be paid a second time.
func underway(c *screen.Context, cashDesk string) (out []fyne.CanvasObject) {
	for _, p := range c.View.Payments() {
		if cashDesk != "" && p.CashDesk != cashDesk || !p.State.Open() && p.State != rules.Unclear {
			continue
		}
		tone, key := look.TonePending, "underway"
		switch {
		case p.State == rules.Unclear:
			tone, key = look.ToneWarning, "unsure"
		case c.View.PageOpens(p):
			key = "unfinished"
		}
		out = append(out, kit.NewNotice(tone, t(key+".title", "Amount", money(p.Amount)), t(key+".text", "When", i18n.DateTime(instant(p.Started))),
			kit.Secondary(t("see"), func() { c.Go(screen.To(screen.Payment, "id", string(p.ID))) })).Icon("hourglass"))
	}
	return out
}

func (p *page) underway() []fyne.CanvasObject { return underway(p.c, "") }

// paidShown is how many payments on line stand beside the balance.
const paidShown = 3

// paid is the last payments on line at a cash desk; nil where there are none.
func (p *page) paid(cashDesk string, heading func(string) *kit.Text) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, o := range p.c.View.Payments() {
		if o.CashDesk == cashDesk && len(rows) < paidShown {
			rows = append(rows, p.paidRow(o))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return kit.Column(look.S, heading(t("online")), kit.RowsCard(rows...))
}

func (p *page) paidRow(o wire.Payment) fyne.CanvasObject {
	tone, icon, word := chip(o.State)
	return kit.NewRow(money(o.Amount), i18n.Capital(i18n.DateTime(instant(o.Started))), func() { p.c.Go(screen.To(screen.Payment, "id", string(o.ID))) }).Status(tone, icon, word)
}
