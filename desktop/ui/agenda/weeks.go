package agenda

import (
	"slices"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// awayMark is the sign of days on which a child is with the other parent.
const awayMark = "house-simple"

// away reports whether the child is with the other parent on a day, by the
// weeks that both have agreed on. It may be booked all the same.
func (f *facts) away(day portal.Date) bool { return f.weeks != nil && !f.weeks.Own(day) }

// awaySentence is what is said of a day with the other parent.
func (f *facts) awaySentence(d *view.DayView, said string) string {
	if theirs(d) && d.Booking.ByName == f.weeks.With && d.Pending == view.PendingNone && f.told(d) == nil {
		return i18n.T("agenda.day.awayTheirs", map[string]any{"Name": f.weeks.With})
	}
	if d.Pending != view.PendingNone {
		return said // the strip stands beside the line then
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

// awayWord is what the mark means: with whom the child is, where one is shown.
func (a *agenda) awayWord() string {
	if w := a.marked(); !a.family {
		return i18n.T("agenda.word.awayWith", map[string]any{"Name": short(words.Called(w.With))})
	}
	return i18n.T("agenda.word.away", nil)
}

// listMark is the sign of days with a waiting list.
const listMark = "hourglass"

// tellSigns has the legend say what signs the days shown bear beside their
// kind's, and the fold of the list whose the marked days are.
func (a *agenda) tellSigns(days ...kit.Day) {
	w := a.marked()
	var marks []kit.Day
	if w != nil {
		marks = append(marks, kit.Day{Sign: awayMark, Word: a.awayWord()})
	}
	// At 1024 there is no room for both beside the way to the menu.
	if (w == nil || a.menu == nil) && slices.ContainsFunc(days, func(d kit.Day) bool { return d.Sign == listMark }) {
		marks = append(marks, kit.Day{Sign: listMark, Word: i18n.T("agenda.word.listed", nil)})
	}
	a.legend.SetMarks(marks...)
	if w != nil && a.awayFold != nil {
		a.awayFold.SetTitle(i18n.T("agenda.away", map[string]any{"Name": w.With}))
	}
}

// awayLine stands in a list where days with the other parent were left out, from
// first to last, and leads to them.
func (a *agenda) awayLine(first, last kit.Day) kit.Day {
	args := map[string]any{"From": i18n.DayMonthName(first.Date), "To": "", "Name": a.marked().With}
	if last.Date.After(first.Date) {
		args["To"] = i18n.DayMonthName(last.Date)
	}
	return kit.Day{
		Date: first.Date, Of: i18n.T("agenda.awayDays", args), Label: i18n.T("agenda.awayBelow", args),
		Sign: awayMark, Word: a.awayWord(),
	}
}

// toAway opens the days with the other parent.
func (a *agenda) toAway() {
	a.awayFold.SetOpen(true)
	a.page.To(a.awayFold)
}

// awayList is the days with the other parent, folded away below one's own.
func (a *agenda) awayList() *kit.DayList {
	l := kit.NewDayList()
	l.OnSelect, l.Now = a.pressRow(l), a.c.View.Now
	return l
}
