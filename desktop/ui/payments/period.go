package payments

import (
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/outcome"
	"parvis/shared/portal"
)

// The periods that have a name; any other is written "from..to".
const (
	thisMonth  = "month"
	lastMonth  = "last"
	schoolYear = "year"
	always     = "all"
)

var named = []string{thisMonth, lastMonth, schoolYear, always}

// periodOf is the days of a period on a day; both ends are empty for always, and
// for what nobody can read.
func periodOf(name string, today portal.Date) portal.Period {
	first := today.FirstOfMonth()
	switch name {
	case thisMonth:
		return portal.Period{From: first, To: endOfMonth(first)}
	case lastMonth:
		before := first.Add(-1).FirstOfMonth()
		return portal.Period{From: before, To: endOfMonth(before)}
	case schoolYear:
		return portal.SchoolYearOf(today).Period()
	}
	from, to, _ := strings.Cut(name, "..")
	p := portal.Period{From: portal.Date(from), To: portal.Date(to)}
	if !p.From.Valid() || !p.To.Valid() || p.From > p.To {
		return portal.Period{}
	}
	return p
}

func endOfMonth(first portal.Date) portal.Date { return first.Add(31).FirstOfMonth().Add(-1) }

// periodName is what a period is called.
func periodName(name string, today portal.Date) string {
	switch name {
	case thisMonth, lastMonth:
		return i18n.Capital(i18n.MonthYear(periodOf(name, today).From.At(12, 0)))
	case schoolYear:
		return t("period.year", "Year", string(portal.SchoolYearOf(today)))
	}
	p := periodOf(name, today)
	if p == (portal.Period{}) {
		return t("period.all")
	}
	from, to := outcome.Day(p.From), outcome.Day(p.To)
	return t("period.span", "From", i18n.DateBefore(from, to), "To", i18n.Date(to))
}

// periods is the menu of them.
func (s *statement) periods() []kit.MenuItem {
	today := s.c.View.Today()
	var items []kit.MenuItem
	for _, name := range named {
		items = append(items, kit.MenuItem{Label: t("period.choose."+name, "Name", periodName(name, today)), Checked: s.period == name, Do: func() { s.choose(name) }})
	}
	other := strings.Contains(s.period, "..")
	return append(items, kit.MenuItem{Rule: true}, kit.MenuItem{Label: t("period.other"), Checked: other, Do: s.ask})
}

func (s *statement) choose(period string) {
	s.period, s.shown = period, 0
	s.refresh()
}

// ask asks for a first and a last day.
func (s *statement) ask() {
	var shut func()
	from, to := kit.DateField(t("period.from")).Named("from"), kit.DateField(t("period.to")).Named("to")
	form := kit.NewForm(t("period.show"), func() {
		shut()
		s.choose(from.Value() + ".." + to.Value())
	}, kit.Secondary(i18n.T("kit.cancel", nil), func() { shut() }))
	to.Rule(func(v string) string {
		if v != "" && from.Value() != "" && v < from.Value() {
			return t("period.before")
		}
		return ""
	})
	if p := s.days(); p.From != "" {
		from.SetValue(string(p.From))
		to.SetValue(string(p.To))
	}
	form.Add(from, to)
	shut = s.c.Dialogs.Custom(t("period.title"), form, nil, nil)
}
