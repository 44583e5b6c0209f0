package forms

import (
	"slices"
	"strings"

	"parvis/desktop/ui/kit"
	"parvis/desktop/view"
	"parvis/shared/requests"
)

// The groups of states that a family chooses among.
const (
	filterYours = "yours" // something is awaited of the family
	filterOpen  = "open"  // under way
	filterDone  = "done"  // nothing more is awaited
)

// requestFilter chooses among the requests; what is empty leaves nothing out.
type requestFilter struct{ State, Person string }

func (f requestFilter) set() bool { return f != requestFilter{} }

func (f requestFilter) keeps(q view.Request) bool {
	if f.Person != "" && q.Person != f.Person {
		return false
	}
	state := requests.State(q.State)
	switch f.State {
	case filterYours:
		return state == requests.WaitingFamily
	case filterOpen:
		return !state.Decided()
	case filterDone:
		return state.Decided()
	}
	return true
}

// filters is the two choices over the list; they stand when one comes back to
// it.
func (l *requestList) filters() (state, person *kit.Field) {
	if kept, ok := l.Kept.(requestFilter); ok {
		l.filter = kept
	}
	changed := func(set func(v string)) func(string) {
		return func(v string) {
			set(v)
			l.Kept = l.filter
			l.show()
		}
	}
	options := []kit.Option{{Value: "", Label: say("requests.state.all")}}
	for _, v := range []string{filterYours, filterOpen, filterDone} {
		options = append(options, kit.Option{Value: v, Label: say("requests.state." + v)})
	}
	state = kit.SelectField(say("requests.state.label"), options...).Width(filterWidth)
	state.SetValue(l.filter.State)
	state.OnChanged(changed(func(v string) { l.filter.State = v }))
	var people []string
	for _, q := range l.View.Requests() {
		if q.Person != "" && !slices.Contains(people, q.Person) {
			people = append(people, q.Person)
		}
	}
	slices.SortFunc(people, strings.Compare)
	options = []kit.Option{{Value: "", Label: say("requests.person.all")}}
	for _, p := range people {
		options = append(options, kit.Option{Value: p, Label: p})
	}
	person = kit.SelectField(say("requests.person.label"), options...).Width(filterWidth)
	person.SetValue(l.filter.Person)
	person.OnChanged(changed(func(v string) { l.filter.Person = v }))
	return state, person
}

// filterWidth is how wide a choice over the list is, at 100 %.
const filterWidth = 240
