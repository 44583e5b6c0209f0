package home

import (
	"slices"
	"strings"
	"time"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// toCancel warns of the booked days that can be cancelled until today only and cost
// something once it is too late: one line for all of the next limit. It is silent before
// that day, and where the town's grace would still forgive an oversight.
func toCancel(v *view.View) []wait {
	calendar, known := v.Calendar()
	if !known {
		return nil
	}
	now, today := v.Now(), v.Today()
	activities := map[portal.ID]bookings.Activity{}
	for _, a := range v.Activities() {
		activities[a.ID] = a
	}
	type visit struct {
		child portal.ID
		day   portal.Date
	}
	var next time.Time
	var order []visit
	names, lost, first := map[visit][]string{}, portal.Money(0), portal.ID("")
	for _, b := range v.AllBookings() {
		a, there := activities[b.Activity]
		if !there || b.Day <= today {
			continue
		}
		limit := a.Cancel.Until(b.Day, calendar)
		// Midnight is the end of the day before.
		if !now.Before(limit) || portal.DateOf(limit.Add(-time.Minute)) != today || !next.IsZero() && limit.After(next) {
			continue
		}
		d := v.Day(b.Child, b.Activity, b.Day)
		if !d.Look.CanCancel || d.Pending != view.PendingNone || d.Own <= 0 || d.Delegated || d.PaidBy != "" || d.Provisional || v.Forgives(b.Child, b.Day) {
			continue
		}
		if limit.Before(next) {
			order, names, lost = nil, map[visit][]string{}, 0
		}
		next = limit
		if len(order) == 0 {
			first = b.Activity
		}
		at := visit{b.Child, b.Day}
		if !slices.Contains(order, at) {
			order = append(order, at)
		}
		names[at] = append(names[at], a.Name.In(i18n.Language()))
		lost += d.Own
	}
	if len(order) == 0 {
		return nil
	}
	var lines []string
	for _, at := range order {
		child, _ := v.Child(at.child)
		lines = append(lines, i18n.T("home.waits.cancelDay", map[string]any{"Child": child.FirstName, "Day": i18n.DayDate(outcome.Day(at.day)), "What": i18n.List(names[at])}))
	}
	lines = append(lines, i18n.T("home.waits.cancelLost", map[string]any{"Price": i18n.Money(int64(lost))}))
	return []wait{{icon: "calendar-x", title: i18n.T("home.waits.cancel", map[string]any{"Before": outcome.When(now, "before", next)}),
		detail: strings.Join(lines, "\n"), to: screen.To(screen.Agenda, "child", string(order[0].child), "activity", string(first), "day", string(order[0].day))}}
}
