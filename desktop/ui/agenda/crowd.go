package agenda

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
)

// updateCrowd draws the month of the whole family.
func (a *agenda) updateCrowd() {
	month := firstOf(a.month.Year(), a.month.Month())
	days := a.crowdDays()
	if a.shown == nil || !a.grid.Month().Equal(month) {
		a.grid.SetMonth(month, days)
		a.bar.Refresh()
		a.shown = map[portal.Date]kit.Day{}
	}
	for _, d := range days {
		if day := dateOf(d.Date); a.shown[day] != d {
			a.shown[day] = d
			a.grid.SetDay(d)
		}
	}
	a.key.Set(a.crowdKey(a.hint()))
	a.account()
	a.tellLast()
}

// crowdDays is the month's days with the signs of what is booked, for whom.
func (a *agenda) crowdDays() (out []kit.Day) {
	type month struct {
		child, initial, what, icon string
		all                        [42]view.DayView
	}
	var rows []month
	children := a.shownChildren()
	var names []string
	for _, c := range children {
		names = append(names, calledAmong(c, children))
	}
	for n, c := range children {
		name := names[n]
		for _, x := range a.activities(c.ID) {
			rows = append(rows, month{name, initial(name, names), x.Name.In(i18n.Language()), screen.ActivityIcon(x.Kind), a.c.View.Month(c.ID, x.ID, a.month)})
		}
	}
	today := a.c.View.Today()
	for i, day := 0, view.MonthStart(a.month); i < 42; i, day = i+1, day.Add(1) {
		if day.FirstOfMonth() != a.month {
			continue
		}
		d := kit.Day{Date: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), Kind: kit.DayNot}
		var signs []kit.DaySign
		var booked, free []string
		last, of := "", map[string][]string{}
		for n := range rows {
			r, dv := &rows[n], &rows[n].all[i]
			d.Pending = d.Pending || dv.Pending != view.PendingNone
			switch {
			case dv.Booking != nil:
				if last != r.child {
					signs = append(signs, kit.DaySign{Text: r.initial})
					booked = append(booked, r.child)
				}
				last = r.child
				signs = append(signs, kit.DaySign{Icon: r.icon})
				of[r.child] = append(of[r.child], small(r.what))
				d.Kind, d.Booked = kit.DayBooked, true
			case dv.Look.CanBook:
				if d.Kind == kit.DayNot {
					d.Kind = kit.DayBookable
				}
				if !slices.Contains(free, r.child) {
					free = append(free, r.child)
				}
			}
		}
		copy(d.Crowd[:], signs)
		if len(booked) > 0 {
			free = slices.DeleteFunc(free, func(name string) bool { return slices.Contains(booked, name) })
		}
		// No plus: a press opens the week.
		switch {
		case d.Pending:
		case d.Booked && len(free) > 0:
			d.Sign = partSign
		case d.Kind == kit.DayBookable:
			d.Sign = freeSign
		}
		if day == today {
			d.Kind = kit.DayToday
		}
		d.Label = crowdLabel(booked, free, of)
		out = append(out, d)
	}
	return out
}

// The signs of a day of the family's month on which nothing is booked, and on which
// another child can still be.
const freeSign, partSign = "circle", "circle-half"

// crowdLegend is that of the family's month.
func crowdLegend() *kit.Legend {
	return kit.NewLegend(kit.Day{Kind: kit.DayBookable, Sign: freeSign}, kit.Day{Kind: kit.DayBooked}, kit.Day{Kind: kit.DayBooked, Sign: partSign, Word: i18n.T("agenda.family.part", nil)},
		kit.Day{Kind: kit.DayBooked, Pending: true}, kit.Day{Kind: kit.DayToday}, kit.Day{Kind: kit.DayNot})
}

// crowdKey says whose the initials are, and what the signs below them stand for,
// after what there is to say first.
func (a *agenda) crowdKey(first string) fyne.CanvasObject {
	children := a.shownChildren()
	var names []string
	for _, c := range children {
		names = append(names, calledAmong(c, children))
	}
	var of, what []fyne.CanvasObject
	if first != "" {
		of = append(of, kit.Body(first))
	}
	had := map[string]bool{}
	for n, c := range children {
		of = append(of, kit.Line(look.XS, kit.Strong(initial(names[n], names)), kit.Caption(short(names[n]))))
		for _, x := range a.activities(c.ID) {
			icon, name := screen.ActivityIcon(x.Kind), x.Name.In(i18n.Language())
			if !had[icon+name] {
				had[icon+name] = true
				what = append(what, kit.Line(look.XS, kit.NewIcon(icon, look.Muted, 16), kit.Caption(name)))
			}
		}
	}
	return kit.Line(look.M, slices.Concat(of, what)...)
}

// crowdLabel is what the line says of a day of the family's month.
func crowdLabel(booked, free []string, of map[string][]string) string {
	var parts []string
	for _, child := range booked {
		parts = append(parts, i18n.T("agenda.family.booked", map[string]any{"Child": child, "What": i18n.List(of[child])}))
	}
	switch {
	case len(parts) > 0 && len(free) > 0:
		return i18n.Clauses(parts) + ". " + i18n.T("agenda.family.also", map[string]any{"Children": i18n.List(free)})
	case len(parts) > 0:
		return i18n.Clauses(parts) + "."
	case len(free) > 0:
		return i18n.T("agenda.family.free", map[string]any{"Children": i18n.List(free)})
	}
	return i18n.T("agenda.family.nothing", nil)
}

// initial is the first letters that tell a child from the others shown, two where
// one is not enough.
func initial(name string, all []string) string {
	letters := []rune(name)
	one := string(letters[:min(len(letters), 1)])
	for _, other := range all {
		if other != name && strings.HasPrefix(other, one) {
			return string(letters[:min(len(letters), 2)])
		}
	}
	return one
}
