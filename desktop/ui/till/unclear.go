package till

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/wire"
)

// unclear is a card for each payment on line of which nobody knows for sure
// whether it was paid, and what a cashier found out.
func (l *list) unclear(d wire.CashDesk) (out []fyne.CanvasObject) {
	for _, p := range l.c.View.Unclear(d.Key) {
		title := t("unclear.title", "Amount", money(p.Amount), "Name", p.Name)
		text := t("unclear.text", "Reference", p.Reference, "When", i18n.DateTime(instant(p.Started)))
		if p.Pending {
			out = append(out, kit.NewNotice(look.TonePending, title, t("unclear.pending")))
			continue
		}
		out = append(out, kit.NewNotice(look.ToneWarning, title, text,
			kit.Secondary(t("unclear.paid"), func() { l.askSettled(p, true) }).Icon("check"),
			kit.Plain(t("unclear.unpaid"), func() { l.askSettled(p, false) })).Icon("question"))
	}
	return out
}

// askSettled asks before it is written down: what is paid is credited at once.
func (l *list) askSettled(p view.Unclear, paid bool) {
	key := "unclear.askUnpaid."
	if paid {
		key = "unclear.askPaid."
	}
	l.c.Dialogs.Confirm(kit.Confirmation{Title: t(key+"title", "Amount", money(p.Amount)), Text: t(key+"text", "Name", p.Name, "Reference", p.Reference), Yes: t(key + "yes")}, func(yes bool) {
		if !yes {
			return
		}
		note := cache.Note{Key: "till.note.settle", Args: map[string]string{"person": p.Name, "amount": money(p.Amount)}}
		if _, err := l.s.Submit(wire.PaymentSettle, wire.SettlePayment{Payment: p.ID, Paid: paid}, note); err != nil {
			l.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		}
		l.refresh()
	})
}
