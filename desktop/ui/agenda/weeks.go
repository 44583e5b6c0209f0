package agenda

import (
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// awayMark is the sign of days on which a child is with the other parent.
const awayMark = "suitcase"

// away reports whether the child is with the other parent on a day, by the
// weeks that both have agreed on. It may be booked all the same.
func (f *facts) away(day portal.Date) bool { return f.weeks != nil && !f.weeks.Own(day) }

// awaySentence is what is said of a day with the other parent.
func (f *facts) awaySentence(d *view.DayView, said string) string {
	if theirs(d) && d.Booking.ByName == f.weeks.With && d.Pending == view.PendingNone {
		return i18n.T("agenda.day.awayTheirs", map[string]any{"Name": f.weeks.With})
	}
	return i18n.T("agenda.day.away", map[string]any{"Name": words.Called(f.weeks.With), "Text": i18n.Capital(said)})
}

// marked is the weeks by which days shown bear a mark, nil where none does.
func (a *agenda) marked() *wire.ChildWeeks {
	for _, c := range a.shownChildren() {
		if c.Weeks != nil {
			return c.Weeks
		}
	}
	return nil
}

// tellWeeks has the legend, and the fold of the list, say whose the marked days
// are.
func (a *agenda) tellWeeks() {
	w := a.marked()
	icon, word := "", ""
	if w != nil {
		icon, word = awayMark, i18n.T("agenda.word.away", nil)
	}
	a.legend.SetMark(icon, word)
	if w != nil && a.awayFold != nil {
		a.awayFold.SetTitle(i18n.T("agenda.away", map[string]any{"Name": w.With}))
	}
}

// awayList is the days with the other parent, folded away below one's own.
func (a *agenda) awayList() *kit.DayList {
	l := kit.NewDayList()
	l.OnSelect, l.Now = a.press, a.c.View.Now
	return l
}
