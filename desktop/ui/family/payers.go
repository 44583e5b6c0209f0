package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/outcome"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// PayersLines is who pays for what is booked of a child, as the town hall has
// written it: now, and from each day to come on. What is over is told to the town
// hall alone, who has written it.
func PayersLines(child wire.Child, today portal.Date, townHall bool) (lines []fyne.CanvasObject) {
	for i, p := range child.Payers {
		over := i+1 < len(child.Payers) && child.Payers[i+1].From <= today
		if over && !townHall {
			continue
		}
		key := "payers.since"
		if p.From > today {
			key = "payers.from"
		}
		lines = append(lines, kit.Body(t(key, "Day", i18n.Date(outcome.Day(p.From)), "Who", Parts(p))))
		if p.Reason != "" {
			lines = append(lines, kit.Muted(i18n.Joined(p.Reason, p.By)))
		}
	}
	return lines
}

// Parts is who pays how much, in a line.
func Parts(p wire.ChildPayers) string {
	if len(p.Parts) == 0 {
		return t("payers.booker")
	}
	parts := make([]string, len(p.Parts))
	for i, of := range p.Parts {
		who := of.Name
		switch {
		case of.Own && of.Booker:
			who = t("payers.youBook")
		case of.Own:
			who = t("payers.you")
		case of.Booker:
			who = t("payers.booker")
		}
		parts[i] = t("payers.part", "Who", who, "Percent", i18n.Percent(of.Percent))
	}
	return i18n.List(parts)
}

// payers is what the town hall has written of who pays, for a parent to read; nil
// where it has written nothing.
func (p *page) payers(child wire.Child) fyne.CanvasObject {
	lines := PayersLines(child, p.c.View.Today(), false)
	if len(lines) == 0 {
		return nil
	}
	lines = append(lines, kit.Muted(t("payers.how")))
	return section(t("payers.title"), nil, false, 0, "", lines...)
}
