package payments

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// levels is what can be chosen; another one, chosen elsewhere, is told as it is.
var levels = []portal.Money{0, 500, 1000, 2000, 3000, 5000, 10000}

// level is the choice of the balance below which one is told. It is kept as it
// is made.
func (p *page) level(cashDesk string, heading func(string) *kit.Text) fyne.CanvasObject {
	now, pending := p.c.View.Level(cashDesk)
	says := t("level.never")
	if now != nil {
		says = t("level.below", "Amount", money(*now))
	}
	choose := kit.NewMenuButton("bell", says, func() []kit.MenuItem {
		items := []kit.MenuItem{{Label: t("level.never"), Checked: now == nil, Do: func() { p.choose(cashDesk, nil) }}}
		for _, l := range levels {
			items = append(items, kit.MenuItem{Label: t("level.below", "Amount", money(l)), Checked: now != nil && *now == l, Do: func() { p.choose(cashDesk, &l) }})
		}
		return items
	}).Edged()
	lines := []fyne.CanvasObject{heading(t("level.title")), kit.Line(0, choose)}
	if now != nil {
		lines = append(lines, kit.Caption(t("level.how")))
	}
	if pending {
		lines = append(lines, kit.Line(0, kit.NewChip(look.TonePending, "clock-countdown", t("waiting"))))
	}
	return kit.Card(kit.Column(look.M, lines...))
}

func (p *page) choose(cashDesk string, level *portal.Money) {
	if now, _ := p.c.View.Level(cashDesk); now == nil && level == nil || now != nil && level != nil && *now == *level {
		return
	}
	if _, err := p.s.Submit(wire.BalanceLevel, wire.ChooseLevel{CashDesk: cashDesk, Level: level}, cache.Note{Key: "payments.note.level"}); err != nil {
		p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	if level == nil {
		p.strip.Say(look.ToneSuccess, t("level.off"), "", nil)
		return
	}
	p.strip.Say(look.ToneSuccess, t("level.on", "Amount", money(*level)), "", nil)
}
