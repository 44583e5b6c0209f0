package payments

import (
	"context"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/ledger"
	"parvis/shared/wire"
)

// receipt writes the receipt of a payment as a PDF into the person's downloads.
func (p *paying) receipt(now wire.Payment, m ledger.Movement) {
	sheet := p.receiptSheet(now, m)
	name := t("receipt.file", "Number", m.Receipt) + ".pdf"
	screen.Run(p.c, "receipt", func(context.Context) (string, error) {
		pdf, err := print.Make(sheet)
		if err != nil {
			return "", err
		}
		return saveFile(name, pdf)
	}, func(path string, err error) {
		if err != nil {
			p.strip.Say(look.ToneError, t("saving.failed"), "", nil)
			return
		}
		p.strip.Say(look.ToneSuccess, t("saving.done", "Path", path), t("saving.open"), func() { p.c.Browse(folderOf(path)) })
	})
}

// receiptSheet is what was received, from whom, when and how.
func (p *paying) receiptSheet(now wire.Payment, m ledger.Movement) print.Sheet {
	town, _ := p.c.View.Town()
	me, _ := p.c.View.Me()
	how := "receipt.card"
	if now.Debit {
		how = "receipt.debit"
	}
	row := func(key, answer string) print.Row { return print.Row{Question: t("receipt." + key), Answer: answer} }
	return print.Sheet{
		Town: town.Name, Title: t("receipt.title"), Number: m.Receipt, Made: instant(m.At), Note: t("receipt.note"),
		Sections: []print.Section{{Rows: []print.Row{
			row("from", me.FirstName+" "+me.LastName), row("sum", money(m.Amount)), row("on", i18n.DateTime(instant(m.At))), row("how", t(how)),
			row("desk", screen.CashDeskName(p.c.View, now.CashDesk)), row("for", t("receipt.account")), row("reference", now.Reference),
		}}},
	}
}
