package grouped

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// picker is a calendar on which days are chosen one by one: a grid, or with
// large text a list.
type picker struct {
	p      *page
	object fyne.CanvasObject
	grid   *kit.MonthGrid
	bar    *kit.MonthBar
	line   *kit.DayLine
	list   *kit.DayList // nil where the grid is shown
	chosen *kit.Text
}

func newPicker(p *page) *picker {
	k := &picker{p: p, grid: kit.NewMonthGrid(), chosen: kit.Strong("")}
	k.grid.Now = p.c.View.Now
	k.grid.OnSelect = k.press
	k.grid.OnMonth = func(first time.Time) { k.turn(portal.NewDate(first.Year(), first.Month(), 1)) }
	k.line = kit.NewDayLine(func() string { return say("pick.hint") }).Steady()
	k.grid.OnShow = k.line.Tell
	k.bar = kit.NewMonthBar(k.grid, func() { k.turn(p.c.View.Today().FirstOfMonth()) })
	days := fyne.CanvasObject(k.grid)
	if look.Large() {
		k.list = kit.NewDayList()
		k.list.Now, k.list.OnSelect = p.c.View.Now, k.press
		days = k.list
	}
	k.object = kit.Column(look.S, k.bar, days, k.line, k.chosen)
	if k.list != nil {
		k.line.Hide() // each row says it
	}
	k.draw()
	return k
}

func (k *picker) turn(month portal.Date) {
	k.p.is.month, k.p.is.turned = month, true
	k.p.keep()
	k.draw()
	k.p.page.Refresh()
}

// press chooses a day, or no longer.
func (k *picker) press(d kit.Day) {
	day := portal.NewDate(d.Date.Year(), d.Date.Month(), d.Date.Day())
	picked := &k.p.is.picked
	switch i := slices.Index(*picked, day); {
	case i >= 0:
		*picked = slices.Delete(slices.Clone(*picked), i, i+1)
	case d.Kind == kit.DayBookable:
		*picked = append(slices.Clone(*picked), day)
	}
	k.p.keep()
	k.draw()
	k.line.Tell(k.grid.Day(d.Date), true)
}

// draw shows the month as it is chosen from now.
func (k *picker) draw() {
	first := k.p.is.month
	var days, coming []kit.Day
	for day := first; day.Month() == first.Month(); day = day.Add(1) {
		d := k.day(day)
		days = append(days, d)
		if day > k.p.c.View.Today() && (d.Kind != kit.DayNot || slices.Contains([]time.Weekday{1, 2, 3, 4, 5}, day.Weekday())) {
			coming = append(coming, d)
		}
	}
	k.grid.SetMonth(time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC), days)
	k.bar.Refresh()
	if k.list != nil {
		k.list.SetDays(coming)
	}
	k.chosen.SetText(say("pick.count", "Count", len(k.p.is.picked)))
}

// day is what a day of the calendar says: chosen, to be chosen, or why not.
func (k *picker) day(day portal.Date) kit.Day {
	out := kit.Day{Date: outcome.Day(day), Kind: kit.DayNot}
	if o, is := k.p.c.View.Opening(k.p.is.opening); is && !o.Period.Has(day) {
		out.Word, out.Label = say("pick.outside"), say("pick.outsideLabel", "Period", Period(o.Period))
		return out
	}
	possible, booked, why := k.p.possible(day)
	switch {
	case slices.Contains(k.p.is.picked, day):
		out.Kind, out.Word, out.Label = kit.DayBooked, say("pick.chosen"), say("pick.chosenLabel")
	case possible:
		out.Kind, out.Word, out.Label = kit.DayBookable, say("pick.free"), say("pick.freeLabel")
	case k.p.is.intent == view.ToCancel && !booked:
		out.Word, out.Label = say("pick.nothing"), say("pick.nothingLabel")
	case booked && k.p.is.intent != view.ToCancel:
		out.Sign, out.Word, out.Label = "check", say("pick.booked"), say("pick.bookedLabel")
	case why != nil:
		out.Label = outcome.Sentence(why)
		if word := "agenda.word." + string(why.Code); i18n.Has(word) {
			out.Word = i18n.T(word, nil)
		}
	}
	return out
}

// possible reports whether on a day there is anything to be done of what is chosen,
// whether anything is booked, and why there is not.
func (p *page) possible(day portal.Date) (possible, booked bool, why *portal.Error) {
	for _, child := range p.is.children {
		for _, activity := range p.is.activities {
			if !p.comes(activity, []portal.ID{child}) {
				continue
			}
			d := p.c.View.Day(child, activity, day)
			booked = booked || d.Booking != nil
			if p.is.intent == view.ToCancel {
				possible = possible || d.Look.CanCancel
			} else {
				possible = possible || d.Look.CanBook || d.Look.Reason != nil && (d.Look.Reason.Code == bookings.OpensLater || d.Look.Reason.Code == bookings.AskedFor)
			}
			if why == nil || why.Code == bookings.WeekdayOff {
				why = d.Look.Reason
			}
		}
	}
	return possible, booked, why
}
