package staff

import (
	"slices"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/outcome"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// final reports whether the count of a day is final, as the server has told. Of a day
// that has gone by and that nobody ever booked nothing was told, nor will be.
func (w *week) final(l line, i int) bool {
	if c := l.counts[i]; c != nil {
		return c.Final
	}
	return w.monday.Add(i) < w.c.View.Today()
}

// open says that the count of a day is provisional, and until when. Past that time the
// server has not told yet that it is final.
func (w *week) open(a bookings.Activity, day portal.Date) string {
	calendar, known := w.c.View.Calendar()
	now := w.c.View.Now()
	if at := a.SettledAt(day, calendar); known && now.Before(at) {
		return i18n.T("staff.day.openUntil", map[string]any{"Until": outcome.When(now, "to", at)})
	}
	return i18n.T("staff.day.open", nil)
}

// settled says which counts of the week are final and until when the next is
// provisional: a line for those activities of which the same is true.
func (w *week) settled() (lines []string) {
	says := map[string]string{} // by what is said, the key of the sentence
	args := map[string]map[string]any{}
	names := map[string][]string{}
	var order []string
	for _, l := range w.lines {
		last, next := -1, -1
		for i := range schoolWeek {
			switch {
			case l.counts[i] == nil && !w.held(l.activity, w.monday.Add(i)):
			case !w.final(l, i):
				next = i
			default:
				last = i
			}
			if next >= 0 {
				break
			}
		}
		key, with := "", map[string]any{}
		if last >= 0 {
			with["Last"] = i18n.Weekday(w.monday.Add(last).Weekday())
		}
		if next >= 0 {
			day := w.monday.Add(next)
			with["Next"], with["Open"] = i18n.Weekday(day.Weekday()), w.open(l.activity, day)
		}
		switch {
		case last < 0 && next < 0:
			continue // it is not held in this week
		case next < 0:
			key = "allFinal"
		case last < 0:
			key = "noneFinal"
		default:
			key = "finalTo"
		}
		same := strings.Join([]string{key, word(with["Last"]), word(with["Next"]), word(with["Open"])}, "|")
		if !slices.Contains(order, same) {
			order = append(order, same)
		}
		says[same], args[same] = key, with
		names[same] = append(names[same], l.activity.Name.In(i18n.Language()))
	}
	for _, same := range order {
		args[same]["What"] = i18n.List(names[same])
		lines = append(lines, i18n.T("staff.day."+says[same], args[same]))
	}
	return lines
}

func word(v any) string {
	s, _ := v.(string)
	return s
}
