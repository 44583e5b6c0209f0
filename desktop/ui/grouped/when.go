package grouped

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// In which weeks.
const (
	everyWeek  = "all"
	everyOther = "other" // the week of a date, the one after the next, …
	ownWeeks   = "own"   // those that both parents have agreed on
)

// Until when, besides dates of one's own.
const (
	thisMonth  = "month"
	nextMonth  = "next"
	toHolidays = "holidays"
	toYearsEnd = "year"
	otherDates = "dates"
)

// when asks on which days.
func (p *page) when() {
	how := p.howField()
	weekdays, every, alternate := p.weekFields()
	period, from, to := p.periodFields()
	switch {
	case len(p.is.picked) == 0 && p.is.opening == "" && !p.is.turned:
		p.is.month = p.firstMonth()
	case p.is.month == "" && len(p.is.picked) > 0:
		p.is.month = p.is.picked[0].FirstOfMonth()
	}
	calendar := newPicker(p)

	fixed := p.is.opening != "" // its days: from when to when is not asked

	visible := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	follow := func(string) {
		weekly, pick := how.Value() == byWeek, how.Value() == byPick
		visible(weekdays, weekly)
		visible(every, weekly)
		visible(alternate, weekly && every.Value() == everyOther)
		visible(period, !pick && !fixed)
		visible(from, !pick && period.Value() == otherDates)
		visible(to, !pick && period.Value() == otherDates)
		visible(calendar.object, pick)
		p.page.Refresh()
	}
	for _, f := range []*kit.Field{how, every, period} {
		f.OnChanged(follow)
	}
	save := func() {
		p.is.how, p.is.weekdays, p.is.every, p.is.alternate = how.Value(), weekdays.Value(), every.Value(), portal.Date(alternate.Value())
		p.is.period, p.is.from, p.is.to = period.Value(), portal.Date(from.Value()), portal.Date(to.Value())
		p.keep()
	}
	how.Rule(func(v string) string {
		if v == byPick && len(p.is.picked) == 0 {
			return say("when.pickMissing")
		}
		return ""
	})
	p.form(save, how, weekdays, every, alternate, period, from, to, calendar.object)
	follow("")
	p.again = func() {
		calendar.draw()
		follow("")
	}
}

func (p *page) howField() *kit.Field {
	options := []kit.Option{{Value: byWeek, Label: say("when.weeks")}}
	if p.is.intent != view.ToReplace {
		options = append(options, kit.Option{Value: byPick, Label: say("when.pick")})
	}
	if p.is.intent != view.ToCancel && p.is.opening == "" {
		options = append(options, kit.Option{Value: asBefore, Label: say("when.like"), Hint: say("when.likeHint")})
	}
	f := kit.RadioField(say("when.how"), options...).Named("how")
	f.SetValue(p.is.how)
	return f
}

// runs is the days of the week on which one of the activities does.
func (p *page) runs() (days []time.Weekday) {
	for _, a := range p.c.View.Activities() {
		if slices.Contains(p.is.activities, a.ID) {
			for _, d := range a.Weekdays {
				days = with(days, d)
			}
		}
	}
	slices.SortFunc(days, func(a, b time.Weekday) int { return (int(a)+6)%7 - (int(b)+6)%7 })
	return days
}

func (p *page) weekFields() (weekdays, every, alternate *kit.Field) {
	var options []kit.Option
	for _, d := range p.runs() {
		options = append(options, kit.Option{Value: strconv.Itoa(int(d)), Label: i18n.Capital(i18n.Weekday(d))})
	}
	weekdays = kit.TicksField(say("when.weekdays"), options...).Named("weekdays").Needed(say("when.weekdaysMissing"))
	weekdays.SetValue(p.is.weekdays)

	weeks := []kit.Option{{Value: everyWeek, Label: say("when.every.all")}}
	if name := p.sharedWith(); name != "" {
		weeks = append(weeks, kit.Option{Value: ownWeeks, Label: say("when.every.own", "Name", name)})
	} else if p.is.every == ownWeeks {
		p.is.every = everyWeek
	}
	weeks = append(weeks, kit.Option{Value: everyOther, Label: say("when.every.other")})
	every = kit.RadioField(say("when.every.label"), weeks...).Named("every")
	every.SetValue(p.is.every)
	alternate = kit.DateField(say("when.alternate")).Named("alternate").Hint(say("when.alternateHint")).Needed(say("when.alternateMissing"))
	alternate.SetValue(string(p.is.alternate))
	return weekdays, every, alternate
}

// sharedWith is the other parent with whom weeks were agreed on for a child that
// is chosen, "" where there is none.
func (p *page) sharedWith() string {
	for _, id := range p.is.children {
		if c, known := p.c.View.Child(id); known && c.Weeks != nil {
			return c.Weeks.With
		}
	}
	return ""
}

func (p *page) periodFields() (period, from, to *kit.Field) {
	var options []kit.Option
	for _, key := range []string{thisMonth, nextMonth, toHolidays, toYearsEnd} {
		span := p.span(key)
		if span.From > span.To || key == thisMonth && !p.anyIn(span) {
			continue
		}
		label := say("when.period."+key, "Month", i18n.MonthYear(outcome.Day(span.From)), "Until", i18n.Date(outcome.Day(span.To)))
		options = append(options, kit.Option{Value: key, Label: i18n.Capital(label)})
	}
	options = append(options, kit.Option{Value: otherDates, Label: say("when.period.dates")})
	if !slices.ContainsFunc(options, func(o kit.Option) bool { return o.Value == p.is.period }) {
		p.is.period = options[0].Value
	}
	period = kit.RadioField(say("when.period.label"), options...).Named("period")
	period.SetValue(p.is.period)
	from = kit.DateField(say("when.from")).Named("from").Needed(say("when.dateMissing"))
	from.SetValue(string(p.is.from))
	to = kit.DateField(say("when.to")).Named("to").Needed(say("when.dateMissing")).Rule(func(v string) string {
		switch first := portal.Date(from.Value()); {
		case first.Valid() && portal.Date(v) < first:
			return say("when.backwards")
		case portal.Date(v) <= p.c.View.Today():
			return say("when.past")
		}
		return ""
	})
	to.SetValue(string(p.is.to))
	return period, from, to
}

// anyIn reports whether there is anything to be done on any day of a period.
func (p *page) anyIn(span portal.Period) bool {
	for day := span.From; day <= span.To; day = day.Add(1) {
		if possible, _, _ := p.possible(day); possible {
			return true
		}
	}
	return false
}

// firstMonth is the first in which there is anything to be done, or this one.
func (p *page) firstMonth() portal.Date {
	tomorrow := p.c.View.Today().Add(1)
	last := p.lastDay()
	for day := tomorrow; day <= last; day = day.Add(1) {
		if possible, _, _ := p.possible(day); possible {
			return day.FirstOfMonth()
		}
	}
	return tomorrow.FirstOfMonth()
}

// span is the days that a period stands for, from tomorrow on.
func (p *page) span(key string) portal.Period {
	tomorrow := p.c.View.Today().Add(1)
	month := tomorrow.FirstOfMonth()
	end := func(first portal.Date) portal.Date { return first.Add(31).FirstOfMonth().Add(-1) }
	switch key {
	case thisMonth:
		return portal.Period{From: tomorrow, To: end(month)}
	case nextMonth:
		next := end(month).Add(1)
		return portal.Period{From: next, To: end(next)}
	case toHolidays:
		return portal.Period{From: tomorrow, To: p.lastBeforeHolidays(tomorrow)}
	case toYearsEnd:
		return portal.Period{From: tomorrow, To: p.lastDay()}
	}
	return portal.Period{From: max(p.is.from, tomorrow), To: p.is.to}
}

// lastBeforeHolidays is the day before the next school holidays, "" where none
// are known.
func (p *page) lastBeforeHolidays(from portal.Date) (day portal.Date) {
	calendar, _ := p.c.View.Calendar()
	for _, h := range calendar.School {
		if last := h.Period.From.Add(-1); h.Period.From > from && (day == "" || last < day) && h.Period.From.DaysUntil(h.Period.To) > 2 {
			day = last
		}
	}
	return day
}

// lastDay is the last one that may be booked for any of the children, as far as
// is known.
func (p *page) lastDay() (day portal.Date) {
	for _, child := range p.is.children {
		for _, e := range p.c.View.Enrolments(child) {
			if slices.Contains(p.is.activities, e.Activity) {
				day = max(day, e.Period.To)
			}
		}
	}
	if calendar, known := p.c.View.Calendar(); known {
		day = min(day, calendar.Known.To)
	}
	return day
}

// wish is what was chosen.
// draw is what is wished as a group: of an opening its own days, and of what was sent
// before in part the rest.
func (p *page) draw() view.Drawn {
	drawn := p.c.View.Draw(p.wish(), p.is.id)
	if o, is := p.c.View.Opening(p.is.opening); is {
		for i := range drawn.Group.Book {
			l := &drawn.Group.Book[i]
			l.Days = slices.DeleteFunc(slices.Clone(l.Days), func(d portal.Date) bool { return l.Activity != o.Activity || !o.Period.Has(d) })
		}
		drawn.Group.Book = slices.DeleteFunc(drawn.Group.Book, func(l bookings.Lot) bool { return len(l.Days) == 0 })
	}
	if len(p.is.only) > 0 {
		drawn.Group.Book, drawn.Group.Cancel = within(drawn.Group.Book, p.is.only), nil
	}
	return drawn
}

func (p *page) wish() view.Wish {
	span := p.span(p.is.period)
	w := view.Wish{Intent: p.is.intent, Children: p.is.children, Activities: p.is.activities, Period: span}
	switch p.is.how {
	case byPick:
		days := slices.Sorted(slices.Values(p.is.picked))
		w.Days = func(portal.ID, portal.ID) []portal.Date { return days }
	case asBefore:
		w.Days = func(child, activity portal.ID) []portal.Date { return p.c.View.AsBefore(child, activity, span) }
	default:
		pattern := bookings.Pattern{Period: span}
		for _, n := range strings.Fields(p.is.weekdays) {
			d, _ := strconv.Atoi(n) // of ours
			pattern.Weekdays = append(pattern.Weekdays, time.Weekday(d))
		}
		if p.is.every == everyOther {
			pattern.Alternate = p.is.alternate
		}
		days := pattern.Days()
		w.Days = func(child, _ portal.ID) []portal.Date { return p.own(child, days) }
	}
	return w
}

// own is the days of a child's own weeks, where those were asked for.
func (p *page) own(child portal.ID, days []portal.Date) []portal.Date {
	c, known := p.c.View.Child(child)
	if p.is.every != ownWeeks || !known || c.Weeks == nil {
		return days
	}
	return slices.DeleteFunc(slices.Clone(days), func(d portal.Date) bool { return !c.Weeks.Own(d) })
}
