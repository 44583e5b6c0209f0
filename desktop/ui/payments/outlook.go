package payments

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/view"
	"parvis/shared/accounts"
)

// outlook says what is paid already, until when the balance suffices beyond that,
// and by what that is reckoned: a sentence each.
func (p *page) outlook(b view.Balance) []fyne.CanvasObject {
	return append(p.reckoned(b), p.byOthers()...)
}

// byOthers says of whom others pay for whatever is booked here.
func (p *page) byOthers() (lines []fyne.CanvasObject) {
	for _, d := range p.c.View.Delegations() {
		if d.Given || d.State != string(accounts.Accepted) || d.Level != string(accounts.LevelBook) || len(d.Children) == 0 {
			continue
		}
		var names []string
		for _, c := range d.Children {
			names = append(names, c.FirstName)
		}
		lines = append(lines, kit.Muted(t("byOther", "Children", i18n.List(names), "Name", d.FromName)))
	}
	return lines
}

func (p *page) reckoned(b view.Balance) (lines []fyne.CanvasObject) {
	o := p.c.View.Outlook(b.CashDesk)
	if o.Days > 0 {
		lines = append(lines, kit.Body(t("paid", "Count", o.Days, "Amount", money(o.Amount), "Until", dayDate(o.Committed.Until))))
	}
	if o.Week == 0 {
		if o.Days > 0 {
			return lines
		}
		none := "noHabit"
		if len(p.c.View.Children()) == 0 {
			none = "noHabitOwn" // what is booked here others pay
		}
		return []fyne.CanvasObject{kit.Muted(t(none))}
	}
	week := t("suffices.week", "Amount", money(o.Week))
	if o.Turning {
		week = t("suffices.weekTurning", "Amount", money(o.Week))
	}
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
