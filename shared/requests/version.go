package requests

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"parvis/shared/portal"
)

// defaultGrace is for how many days the version before a new one is still
// taken, and maxGrace the most a procedure may say.
const (
	defaultGrace = 30
	maxGrace     = 366
)

// Former is a version of a procedure that is no longer the newest. Requests
// that were made with it are read and judged by it for ever; a form that was
// begun with it may be sent until a day.
type Former struct {
	Procedure json.RawMessage `json:"procedure"`
	Until     portal.Date     `json:"until"`
}

// Grace is until when the version before this one may still be sent, when
// this one begins on a day.
func (p *Procedure) Grace(from portal.Date) portal.Date {
	days := defaultGrace
	if p.GraceDays != nil {
		days = *p.GraceDays
	}
	return from.Add(days)
}

// SameForm reports whether two states of a procedure ask the same, judge the
// same and make the same: then one may take the place of the other without a
// new version, for only words differ.
func SameForm(a, b *Procedure) bool {
	return reflect.DeepEqual(shapeOf(a.Pages), shapeOf(b.Pages)) && reflect.DeepEqual(a.OnAccept, b.OnAccept) && reflect.DeepEqual(a.About, b.About) &&
		slices.EqualFunc(a.Documents, b.Documents, func(x, y DocumentAsked) bool {
			return x.Kind == y.Kind && x.Indispensable == y.Indispensable && x.When == y.When
		})
}

// wordless is the members that are words for people, or help in answering.
var wordless = []string{"title", "explanation", "label", "hint", "unit", "item", "message", "fill", "reuse"}

// shapeOf is pages or a field without their words.
func shapeOf(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return nil
	}
	return bare(tree)
}

func bare(tree any) any {
	switch x := tree.(type) {
	case []any:
		for i := range x {
			x[i] = bare(x[i])
		}
	case map[string]any:
		for key, v := range x {
			if slices.Contains(wordless, key) {
				delete(x, key)
			} else {
				x[key] = bare(v)
			}
		}
	}
	return tree
}

// Changed is what a new version asks otherwise than the one before.
type Changed struct {
	Added   []Text // questions that were not there
	Removed []Text // questions that are gone
	Altered []Text // questions that ask otherwise: other choices, other rules
	// Lost is the questions of the new version whose answer could not be kept,
	// and those removed that had one.
	Lost []Text
}

// Empty reports whether the versions ask the same.
func (c Changed) Empty() bool { return len(c.Added)+len(c.Removed)+len(c.Altered)+len(c.Lost) == 0 }

// In tells what changed as a list in a language, the first few of it, for a
// sentence that a person reads.
func (c Changed) In(lang string) string {
	const most = 6
	var names []string
	for _, list := range [][]Text{c.Added, c.Removed, c.Altered} {
		for _, t := range list {
			if s := strings.TrimRight(t.In(lang), " :?"); !slices.Contains(names, s) {
				names = append(names, s)
			}
		}
	}
	if len(names) > most {
		names = append(names[:most], "…")
	}
	if lang == "fr" {
		return strings.Join(names, " ; ")
	}
	return strings.Join(names, "; ")
}

// Compare is what changed between two versions.
func Compare(old, now *Procedure) Changed {
	var c Changed
	before, after := old.questions(), now.questions()
	for _, q := range after {
		i := slices.IndexFunc(before, func(b question) bool { return b.field.Key == q.field.Key })
		switch {
		case i < 0:
			c.Added = append(c.Added, q.field.Label)
		case !reflect.DeepEqual(shapeOf(before[i].field), shapeOf(q.field)) || before[i].page.When != q.page.When || before[i].field.Label != q.field.Label:
			c.Altered = append(c.Altered, q.field.Label)
		}
	}
	for _, b := range before {
		if !slices.ContainsFunc(after, func(q question) bool { return b.field.Key == q.field.Key }) {
			c.Removed = append(c.Removed, b.field.Label)
		}
	}
	return c
}

type question struct {
	page  *Page
	field *Field
}

// questions is all that is asked, outside the entries of groups.
func (p *Procedure) questions() []question {
	var out []question
	for i := range p.Pages {
		for j := range p.Pages[i].Fields {
			if f := &p.Pages[i].Fields[j]; f.Kind.asks() {
				out = append(out, question{&p.Pages[i], f})
			}
		}
	}
	return out
}

// Carry brings answers to another version of their procedure: what still fits
// is kept as it was, the rest is told. old is nil where the version they were
// begun with is not known here; what is lost can then be told only of the
// questions that are still asked.
func Carry(old, now *Procedure, a Answers, ctx Context) (Answers, Changed) {
	kept := Clean(now, a, ctx)
	var c Changed
	given := a
	if old != nil {
		c = Compare(old, now)
		given = Clean(old, a, ctx) // an answer nobody saw is not missed
	}
	lost := func(f *Field) {
		if _, had := given[f.Key]; !had {
			return
		}
		if _, still := kept[f.Key]; !still {
			c.Lost = append(c.Lost, f.Label)
		}
	}
	for _, q := range now.questions() {
		lost(q.field)
	}
	if old != nil {
		for _, q := range old.questions() {
			if _, f := now.FieldAt(q.field.Key); f == nil || !f.Kind.asks() {
				lost(q.field)
			}
		}
	}
	return kept, c
}
