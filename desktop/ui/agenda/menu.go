package agenda

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
)

// menuButton is the way to what the canteen serves, hidden while no menu is
// told; nil of another activity.
func (a *agenda) menuButton() *kit.LinkButton {
	if a.is != shapeGrid && a.is != shapeList || a.theActivity().Kind != bookings.Canteen {
		return nil
	}
	return kit.Link(i18n.T("meals.ask", nil), a.toMenu)
}

func (a *agenda) toMenu() { a.showMenu(a.menuDay()) }

// menuDays is the days from today on whose menu is told, at the child's site.
func (a *agenda) menuDays() []portal.Date {
	return a.c.View.MenuDays(a.siteOf(a.slot()), a.c.View.Today())
}

// siteOf is where a child is at an activity.
func (a *agenda) siteOf(s slot) (at portal.ID) {
	today := a.c.View.Today()
	for _, e := range a.c.View.Enrolments(s.child) {
		if e.Activity == s.activity && (at == "" || e.Period.Has(today)) {
			at = e.Site
		}
	}
	return at
}

// menuDay is the day whose menu is shown first: in the grid the one on which the
// keyboard stands or that was pressed last, else the next that has one.
func (a *agenda) menuDay() portal.Date {
	days := a.menuDays()
	if a.is == shapeGrid {
		if day := dateOf(a.grid.At().Date); slices.Contains(days, day) {
			return day
		}
	}
	if len(days) == 0 {
		return ""
	}
	return days[0]
}

// showMenu shows what is served on a day, with ways to the days before and after.
func (a *agenda) showMenu(day portal.Date) {
	days := a.menuDays()
	at := slices.Index(days, day)
	if at < 0 {
		return
	}
	body, name := kit.NewSwap(nil), kit.Strong("")
	var back, next *kit.IconButton
	tell := func(by int) {
		at = min(max(at+by, 0), len(days)-1)
		name.SetText(outcome.DayName(days[at]))
		m, _ := a.c.View.Menu(a.siteOf(a.slot()), days[at])
		body.Set(kit.Column(look.S, MenuLines(m)...))
	}
	back = kit.NewIconButton("caret-left", i18n.T("meals.previous", nil), func() { tell(-1) })
	next = kit.NewIconButton("caret-right", i18n.T("meals.next", nil), func() { tell(1) })
	tell(0)
	content := kit.Column(look.S, kit.Line(look.XS, back, next, kit.Grow(name, 160)), body, kit.Rule(), kit.Muted(i18n.T("meals.note", nil)))
	a.c.Dialogs.Custom(i18n.T("meals.title", nil), content, func(shut func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Primary(i18n.T("kit.ok", nil), shut)}
	}, nil)
}

// MenuLines is the dishes of a menu, each with its course, its marks and what is
// declared in it.
func MenuLines(m meals.Menu) (out []fyne.CanvasObject) {
	for _, course := range meals.Courses {
		for _, d := range m.Dishes {
			if d.Course != course {
				continue
			}
			what := i18n.T("meals.course."+string(course), nil)
			if d.For != "" {
				what = i18n.T("meals.for."+d.For, nil)
			}
			out = append(out, kit.Pair(kit.Muted(what), kit.Column(0, kit.Body(dishName(d)), kit.Caption(declared(d.Allergens)))))
		}
	}
	return out
}

// dishName is a dish with its marks.
func dishName(d meals.Dish) string {
	var marks []string
	for _, m := range d.Marks {
		marks = append(marks, i18n.T("meals.mark."+m, nil))
	}
	if len(marks) == 0 {
		return d.Name.In(i18n.Language())
	}
	return d.Name.In(i18n.Language()) + " (" + strings.Join(marks, ", ") + ")"
}

// declared is what the kitchen says is in it.
func declared(all []meals.Allergen) string {
	if len(all) == 0 {
		return i18n.T("meals.nothing", nil)
	}
	var names []string
	for _, x := range meals.Allergens { // in one order everywhere
		if slices.Contains(all, x) {
			names = append(names, i18n.T("meals.allergen."+string(x), nil))
		}
	}
	return i18n.T("meals.declared", map[string]any{"List": strings.Join(names, ", ")})
}

// MenuShort is the dishes that are for everybody, in a line.
func MenuShort(m meals.Menu) string {
	var names []string
	for _, course := range meals.Courses {
		for _, d := range m.Dishes {
			if d.Course == course && d.For == "" {
				names = append(names, small(d.Name.In(i18n.Language())))
			}
		}
	}
	return strings.Join(names, ", ")
}

// instead is what is served for diets, "" for nothing.
func instead(m meals.Menu) string {
	var parts []string
	for _, d := range m.Dishes {
		if d.For != "" {
			parts = append(parts, i18n.T("meals.for."+d.For, nil)+i18n.T("meals.colon", nil)+small(d.Name.In(i18n.Language())))
		}
	}
	return i18n.Clauses(parts)
}

// NextMenu is what a child eats on the next day of a week on which it is booked
// at the canteen; "" where that is not told.
func NextMenu(v *view.View, child portal.ID, monday portal.Date) string {
	today := v.Today()
	for _, x := range v.Activities() {
		if x.Kind != bookings.Canteen {
			continue
		}
		for day := max(monday, today); day < monday.Add(7); day = day.Add(1) {
			d := v.Day(child, x.ID, day)
			if d.Booking == nil {
				continue
			}
			m, told := v.Menu(d.Booking.Site, day)
			if !told {
				return ""
			}
			at := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, time.UTC)
			return i18n.T("meals.line", map[string]any{"Day": i18n.Weekday(at.Weekday()), "Dishes": MenuShort(m)}) + " " + declared(m.Declared()) + "."
		}
	}
	return ""
}
