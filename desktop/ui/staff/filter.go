package staff

import (
	"slices"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// queueStates is the states a queue holds, in the order of a request's life.
var queueStates = []requests.State{requests.Submitted, requests.InReview, requests.WaitingFamily}

// queueWants is what a queue may be narrowed to besides, in the order of haste.
var queueWants = []view.Wants{view.WantsReading, view.WantsReview, view.WantsChecking}

// queueSorts is the orders of a queue.
var queueSorts = []view.QueueSort{view.ByAge, view.ByNewest, view.ByPerson, view.ByProcedure, view.ByState}

// filters is the menu of the filters: a state, a procedure, one's own; and of
// the orders.
func (q *queue) filters() []kit.MenuItem {
	change := func(f func(*view.QueueFilter)) func() {
		return func() {
			f(&q.filter)
			q.refresh()
			q.focus()
		}
	}
	items := []kit.MenuItem{{Label: i18n.T("staff.filter.states", nil), Checked: q.filter.State == "", Do: change(func(f *view.QueueFilter) { f.State = "" })}}
	for _, s := range queueStates {
		items = append(items, kit.MenuItem{Label: i18n.T("staff.state."+string(s), nil), Checked: q.filter.State == string(s),
			Do: change(func(f *view.QueueFilter) { f.State = string(s) })})
	}
	items = append(items, kit.MenuItem{Rule: true})
	for _, w := range queueWants {
		items = append(items, kit.MenuItem{Label: i18n.T("staff.filter."+string(w), nil), Checked: q.filter.Wants == w, Do: change(func(f *view.QueueFilter) {
			if f.Wants == w {
				w = ""
			}
			f.Wants = w
		})})
	}
	items = append(items, kit.MenuItem{Rule: true},
		kit.MenuItem{Label: i18n.T("staff.filter.procedures", nil), Checked: q.filter.Procedure == "", Do: change(func(f *view.QueueFilter) { f.Procedure = "" })})
	for _, id := range q.procedures() {
		items = append(items, kit.MenuItem{Label: q.procedure(id), Checked: q.filter.Procedure == id, Do: change(func(f *view.QueueFilter) { f.Procedure = id })})
	}
	items = append(items, kit.MenuItem{Rule: true},
		kit.MenuItem{Label: i18n.T("staff.filter.mine", nil), Checked: q.filter.Mine, Do: change(func(f *view.QueueFilter) { f.Mine = !f.Mine })},
		kit.MenuItem{Rule: true})
	for _, s := range queueSorts {
		name := string(s)
		if s == view.ByAge {
			name = "age"
		}
		items = append(items, kit.MenuItem{Label: i18n.T("staff.sort."+name, nil), Checked: q.sort == s, Do: change(func(*view.QueueFilter) { q.sort = s })})
	}
	return items
}

// procedures is those that wait in the queue, by title.
func (q *queue) procedures() []string {
	var ids []string
	for _, it := range q.c.View.Queue("", view.QueueFilter{}, view.ByAge) {
		if !slices.Contains(ids, it.Procedure) {
			ids = append(ids, it.Procedure)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(q.procedure(a), q.procedure(b)) })
	return ids
}

// filterWords says which filters are in force, and how many requests they
// leave.
func (q *queue) filterWords() string {
	var parts []string
	if q.filter.State != "" {
		parts = append(parts, i18n.T("staff.state."+q.filter.State, nil))
	}
	if q.filter.Wants != "" {
		parts = append(parts, i18n.T("staff.filter."+string(q.filter.Wants), nil))
	}
	if q.filter.Procedure != "" {
		parts = append(parts, q.procedure(q.filter.Procedure))
	}
	if q.filter.Mine {
		parts = append(parts, i18n.T("staff.filter.mine", nil))
	}
	what := i18n.T("staff.filter.all", nil)
	switch len(parts) {
	case 0:
	case 1:
		what = parts[0]
	default:
		// Their names would push the number out of sight; the menu has them.
		what = i18n.T("staff.filter.several", map[string]any{"Count": len(parts)})
	}
	return i18n.T("staff.filter.count", map[string]any{"What": what, "Number": i18n.Number(int64(len(q.items)))})
}

// indexOf is a request's place in the list as it is filtered now, or -1.
func (q *queue) indexOf(id portal.ID) int {
	return slices.IndexFunc(q.items, func(it view.QueueItem) bool { return it.ID == id })
}
