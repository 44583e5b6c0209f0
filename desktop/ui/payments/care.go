package payments

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// care is the certificates of what was paid for the care of children, a year that
// is over each; nil where nothing ever moved.
func (p *page) care() fyne.CanvasObject {
	over, running := p.c.View.CareYears()
	if len(over) == 0 && running == 0 {
		return nil
	}
	lines := []fyne.CanvasObject{kit.Section(t("care.title")), kit.Caption(t("care.how"))}
	var buttons []fyne.CanvasObject
	for _, year := range over {
		if c := p.c.View.Care(year); len(c.Lines) > 0 && !p.s.Kiosk() {
			buttons = append(buttons, kit.Secondary(t("care.save", "Year", strconv.Itoa(year)), func() { p.certify(year, c) }).Icon("file-pdf"))
		} else if len(c.Lines) == 0 {
			lines = append(lines, kit.Body(t("care.nothing", "Year", strconv.Itoa(year))))
		}
	}
	if len(buttons) > 0 {
		lines = append(lines, kit.Line(look.S, buttons...))
	}
	if running != 0 {
		lines = append(lines, kit.Caption(t("care.running", "Year", strconv.Itoa(running), "Next", strconv.Itoa(running+1))))
	}
	return kit.Card(kit.Column(look.M, lines...))
}

// certify writes the certificate of a year into the person's downloads.
func (p *page) certify(year int, c view.Care) {
	sheet := careSheet(p.c, year, c)
	name := t("care.file", "Year", strconv.Itoa(year)) + ".pdf"
	screen.Run(p.c, "care", func(context.Context) (string, error) {
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

// careSheet is the certificate: for each child what was paid, and by which rule the
// payments were spread.
func careSheet(c *screen.Context, year int, of view.Care) print.Sheet {
	town, _ := c.View.Town()
	me, _ := c.View.Me()
	y := strconv.Itoa(year)
	row := func(key, answer string, pairs ...any) print.Row {
		return print.Row{Question: t("care.sheet."+key, pairs...), Answer: answer}
	}
	s := print.Sheet{Town: town.Name, Title: t("care.sheet.title", "Year", y), Made: c.View.Now().In(portal.Paris), Intro: t("care.sheet.intro", "Name", me.FirstName+" "+me.LastName, "Year", y),
		Note: t("care.sheet.rule")}
	if of.Gone {
		s.Note += " " + t("care.sheet.gone")
	}
	var sum portal.Money
	for _, l := range of.Lines {
		sum += l.Amount
		child, _ := c.View.Child(l.Child)
		section := print.Section{Title: child.FirstName + " " + child.LastName, Rows: []print.Row{
			row("born", i18n.Date(outcome.Day(child.BirthDate))), row("paid", money(l.Amount), "Year", y), row("ceiling", money(l.Ceiling))}}
		if l.Ceiling == ledger.CareCeilingHalf {
			section.Rows = append(section.Rows, row("turning", t("care.sheet.half")))
		}
		s.Sections = append(s.Sections, section)
	}
	s.Sections = append(s.Sections, print.Section{Rows: []print.Row{row("sum", money(sum)), row("declare", t("care.sheet.declareText", "Year", y, "Next", strconv.Itoa(year+1))), row("aids", t("care.sheet.aidsText"))}})
	return s
}
