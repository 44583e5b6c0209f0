package home

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/agenda"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// childWeek is a child's week at a glance.
type childWeek struct {
	id         portal.ID
	name, site string
	enrolled   bool
	days       [7]kit.WeekDay
	open       []string  // what can still be booked, an activity each
	booked     []string  // what is
	first      portal.ID // the activity that a press on a free day opens
	at         [7]portal.ID
	free       [7]bool // something can be booked
	menu       string  // what is eaten next
}

// readWeeks is each child's week: this one, or the next at the week-end, and
// where of this one nothing is left to tell.
func readWeeks(v *view.View) (monday portal.Date, weeks []childWeek) {
	today := v.Today()
	monday = today.Add(-((int(today.Weekday()) + 6) % 7))
	read := func(monday portal.Date) (out []childWeek, tells bool) {
		for _, child := range v.Seen() {
			w := readWeek(v, child, monday)
			for i, d := range w.days {
				tells = tells || monday.Add(i) >= today && (len(d.Signs) > 0 || d.Pending || w.enrolled && w.free[i])
			}
			out = append(out, w)
		}
		return out, tells
	}
	weeks, tells := read(monday)
	if weekend := today.Weekday() == time.Saturday || today.Weekday() == time.Sunday; tells && !weekend {
		return monday, weeks
	} else if next, more := read(monday.Add(7)); more || weekend {
		return monday.Add(7), next
	}
	return monday, weeks
}

// readWeek is the week of a child from a Monday on.
func readWeek(v *view.View, child wire.Child, monday portal.Date) childWeek {
	w := childWeek{id: child.ID, name: words.Called(child.FirstName)}
	for _, s := range v.Sites() {
		if s.ID == child.Site {
			w.site = s.Name
		}
	}
	enrolled := map[portal.ID]bool{}
	for _, e := range v.Enrolments(child.ID) {
		enrolled[e.Activity] = true
	}
	activities := slices.DeleteFunc(v.Activities(), func(a bookings.Activity) bool { return !enrolled[a.ID] })
	slices.SortStableFunc(activities, func(a, b bookings.Activity) int {
		return rank(a.Kind) - rank(b.Kind)
	})
	w.enrolled = len(activities) > 0
	if !w.enrolled {
		return w
	}
	w.first = activities[0].ID
	today := v.Today()
	absent := v.ToldAbsent()
	open, booked := map[portal.ID][]string{}, map[portal.ID][]string{}
	for i := range w.days {
		day := monday.Add(i)
		d := kit.WeekDay{Date: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), Kind: kit.DayNot}
		var said []string
		for _, a := range activities {
			dv := v.Day(child.ID, a.ID, day)
			name := a.Name.In(i18n.Language())
			switch {
			case dv.Booking != nil:
				d.Signs = append(d.Signs, screen.ActivityIcon(a.Kind))
				d.Kind = kit.DayBooked
				if _, away := absent[dv.Booking.ID]; dv.Pending == view.PendingNone && !away { // the strip tells these apart
					booked[a.ID] = append(booked[a.ID], i18n.Weekday(day.Weekday()))
				}
				said = append(said, i18n.T("home.week.booked", map[string]any{"Activity": name}))
				if w.at[i] == "" {
					w.at[i] = a.ID
				}
			case dv.Look.CanBook:
				if d.Kind == kit.DayNot {
					d.Kind = kit.DayBookable
				}
				w.free[i] = true
				open[a.ID] = append(open[a.ID], i18n.Weekday(day.Weekday()))
				said = append(said, i18n.T("home.week.bookable", map[string]any{"Activity": name}))
			}
			d.Pending = d.Pending || dv.Pending != view.PendingNone
		}
		if day == today {
			d.Kind = kit.DayToday
		}
		if len(said) == 0 {
			said = []string{i18n.T("home.week.nothing", nil)}
		}
		d.Label = i18n.T("kit.day.line", map[string]any{"Date": i18n.DayDate(d.Date), "Text": i18n.List(said)})
		w.days[i] = d
	}
	w.menu = agenda.NextMenu(v, child.ID, monday)
	for _, a := range activities {
		w.open = append(w.open, daysOf(a, open[a.ID])...)
		w.booked = append(w.booked, daysOf(a, booked[a.ID])...)
	}
	return w
}

// daysOf is an activity with its days, as a sentence goes on with it; nothing
// where there are none.
func daysOf(a bookings.Activity, days []string) []string {
	if len(days) == 0 {
		return nil
	}
	return []string{i18n.T("home.week.days", map[string]any{"Activity": i18n.Small(a.Name.In(i18n.Language())), "Days": strings.Join(days, ", ")})}
}

func rank(kind string) int {
	if i := slices.Index(bookings.Kinds, kind); i >= 0 {
		return i
	}
	return len(bookings.Kinds)
}

// weeks is each child's week.
func (b *board) weeks() fyne.CanvasObject {
	type state struct {
		monday   portal.Date
		next     bool
		others   bool // some are not one's own
		children []childWeek
	}
	follow := topics(wire.Children, wire.Enrolments, wire.Bookings, wire.Levels, wire.Activities, wire.Calendars, wire.Closures, wire.Sites, wire.Tariffs,
		wire.Balances, wire.Menus, view.OutboxTopic, view.ClockTopic)
	return live(b, func() state {
		today := b.c.View.Today()
		var s state
		s.monday, s.children = readWeeks(b.c.View)
		s.next = s.monday > today
		s.others = len(b.c.View.Seen()) > len(b.c.View.Children())
		return s
	}, func(s state) fyne.CanvasObject {
		if len(s.children) == 0 {
			return nil
		}
		which := "home.week."
		if s.others {
			which = "home.week.others."
		}
		title := i18n.T(which+"this", nil)
		if s.next {
			title = i18n.T(which+"next", map[string]any{"Day": i18n.DayDate(s.monday.At(12, 0))})
		}
		var blocks []fyne.CanvasObject
		for i, w := range s.children {
			if i > 0 {
				blocks = append(blocks, kit.Rule())
			}
			blocks = append(blocks, kit.Pad(look.M, b.weekOf(w)))
		}
		return headed(title, kit.FullCard(kit.Column(0, blocks...)))
	}, follow...)
}

func (b *board) weekOf(w childWeek) fyne.CanvasObject {
	toAgenda := kit.Link(i18n.T("home.week.agenda", nil), func() { b.c.Go(screen.To(screen.Agenda, "child", string(w.id))) })
	head := kit.Line(look.S, kit.NewIcon("student", look.Muted, 22), kit.Grow(kit.Strong(w.name), 60), toAgenda)
	if !w.enrolled {
		return kit.Column(look.S, head, kit.Muted(i18n.T("home.week.notEnrolled", map[string]any{"Child": w.name})))
	}
	strip := kit.NewWeekStrip(w.name, w.days, func(d kit.WeekDay) {
		day := portal.NewDate(d.Date.Year(), d.Date.Month(), d.Date.Day())
		activity := w.first
		for i := range w.days {
			if w.days[i].Date.Equal(d.Date) && w.at[i] != "" {
				activity = w.at[i]
			}
		}
		b.c.Go(screen.To(screen.Agenda, "child", string(w.id), "activity", string(activity), "day", string(day)))
	})
	line := i18n.T("home.week.full", nil)
	switch {
	case len(w.open) > 0:
		line = i18n.T("home.week.still", map[string]any{"What": i18n.Clauses(w.open)})
	case len(w.booked) == 0:
		line = i18n.T("home.week.none", nil)
	}
	week := kit.Column(look.S, head, strip)
	if len(w.booked) > 0 {
		week.Add(kit.Body(i18n.T("home.week.has", map[string]any{"What": i18n.Clauses(w.booked)})))
	}
	week.Add(kit.Muted(line))
	if w.menu != "" {
		week.Add(kit.Muted(w.menu))
	}
	return week
}
