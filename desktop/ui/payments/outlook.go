package payments

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/view"
)

// outlook says how many days to come are paid, until when the balance suffices
// beyond them, and by what that is reckoned: a sentence each.
func (p *page) outlook(b view.Balance) (lines []fyne.CanvasObject) {
	o := p.c.View.Outlook(b.CashDesk)
	if o.Days > 0 {
		lines = append(lines, kit.Body(t("paid", "Count", o.Days, "Amount", money(o.Amount), "Until", dayDate(o.Committed.Until))))
	}
	if o.Week == 0 {
		if o.Days > 0 {
			return lines
		}
		return []fyne.CanvasObject{kit.Muted(t("noHabit"))}
	}
	week := money(o.Week)
	until := ""
	switch {
	case o.Until.Until == "" && b.Expected < 0:
		return lines // that it is short was said
	case o.Until.Until == "":
		until = t("suffices.not", "Week", week)
	case o.Until.Whole:
		until = t("suffices.whole", "Week", week, "Until", date(o.Until.Until))
	default:
		until = t("suffices.until", "Week", week, "Until", dayDate(o.Until.Until))
	}
	how := "suffices.how.before"
	if o.Habit.Ahead {
		how = "suffices.how.ahead"
	}
	return append(lines, kit.Column(look.XS, kit.Strong(until), kit.Caption(t(how, "Count", o.Habit.Weeks, "Weeks", i18n.Number(int64(o.Habit.Weeks))))))
}
