package requests

import (
	"sort"
	"strconv"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// Context is what answers are judged against besides their procedure.
type Context struct {
	Today portal.Date

	// Sources is the choices from the town's data, by the name fields use
	// ("sites"). A source that is not there is not judged: the window may not
	// have received it yet, the server always gives it.
	Sources map[string][]Choice

	// People is who may be named in person fields; nil leaves that to the
	// server.
	People []portal.ID
}

func (c Context) knows(id portal.ID) bool {
	if !id.Valid() {
		return false
	}
	if c.People == nil {
		return true
	}
	for _, p := range c.People {
		if p == id {
			return true
		}
	}
	return false
}

// Clean is the answers in canonical form: only those to questions that are
// asked, in the forms that Answers tells. It keeps texts that break a rule, so
// a draft loses nothing that could still be corrected. Cleaning twice changes
// nothing; the window saves drafts by it and the server stores what it gives.
// It is also how a draft is carried over to a newer version of its procedure.
func Clean(p *Procedure, a Answers, ctx Context) Answers {
	w := newWalk(p, ctx)
	w.pages(a)
	return w.out
}

// Check is what is wrong with answers, in the order of the screen: on one
// page, or everywhere for page "". Fields are named by paths such as
// "guardians[1].phone". Answers to hidden questions are no mistake, they are
// dropped by Clean; answers to unknown ones are refused, over all pages.
func Check(p *Procedure, a Answers, ctx Context, page string) portal.Errors {
	w := newWalk(p, ctx)
	w.pages(a)
	var es portal.Errors
	for i := range w.slots {
		s := &w.slots[i]
		if page == "" || s.page == page {
			es = append(es, w.errorsOf(s)...)
		}
	}
	if page == "" {
		es = append(es, w.unknown...)
	}
	return es
}

// Visible reports, by path, which fields and, by key, which pages are asked,
// given these answers. Fields of a group's entries have paths of their own.
type Visible struct {
	Pages  map[string]bool
	Fields map[string]bool
}

// Shown is what a window shows for these answers.
func Shown(p *Procedure, a Answers, ctx Context) Visible {
	w := newWalk(p, ctx)
	w.pages(a)
	return w.shown
}

// Computed is the values of the computed fields that are shown.
func Computed(p *Procedure, a Answers, ctx Context) map[string]any {
	w := newWalk(p, ctx)
	w.pages(a)
	return w.computed
}

// DocumentsFor is the documents that a procedure asks for, given these
// answers; with none, those it asks for in every case.
func DocumentsFor(p *Procedure, a Answers, ctx Context) []DocumentAsked {
	w := newWalk(p, ctx)
	w.pages(a)
	var asked []DocumentAsked
	for _, d := range p.Documents {
		if holds(d.when, w.env) {
			asked = append(asked, d)
		}
	}
	return asked
}

// slot is one question that is asked, with its answer.
type slot struct {
	page  string
	path  string
	field *Field
	value any            // as kept, nil for none
	entry map[string]any // of a question in a group: what its entry holds
	errs  portal.Errors
}

// walk goes once through a procedure in the order of the screen. What a
// condition reads stands before it, so all is decided when one comes to it.
type walk struct {
	p        *Procedure
	ctx      Context
	env      map[string]any // what expressions see
	out      Answers
	slots    []slot
	unknown  portal.Errors
	shown    Visible
	computed map[string]any
}

func newWalk(p *Procedure, ctx Context) *walk {
	w := &walk{p: p, ctx: ctx, env: map[string]any{"today": string(ctx.Today)}, out: Answers{},
		shown: Visible{map[string]bool{}, map[string]bool{}}, computed: map[string]any{}}
	for i := range p.Pages {
		for j := range p.Pages[i].Fields {
			f := &p.Pages[i].Fields[j]
			w.env[f.Key] = zeroOf(f)
		}
	}
	return w
}

func (w *walk) pages(a Answers) {
	known := map[string]bool{}
	for i := range w.p.Pages {
		page := &w.p.Pages[i]
		asked := holds(page.when, w.env)
		w.shown.Pages[page.Key] = asked
		for j := range page.Fields {
			f := &page.Fields[j]
			known[f.Key] = f.Kind.asks()
			if !asked || !holds(f.when, w.env) {
				continue
			}
			w.shown.Fields[f.Key] = true
			switch f.Kind {
			case KindExplanation:
			case KindComputed:
				if v := run(f.compute, w.env); v != nil {
					w.env[f.Key], w.computed[f.Key] = v, v
				}
			case KindGroup:
				w.group(page.Key, f, a[f.Key])
			default:
				s := slot{page: page.Key, path: f.Key, field: f}
				w.answer(&s, a[f.Key], w.env)
				if s.value != nil {
					w.out[f.Key] = s.value
				}
				w.slots = append(w.slots, s)
			}
		}
	}
	w.refuseUnknown(a, known, "")
}

// answer judges one answer and lets expressions see it, if it is a good one.
func (w *walk) answer(s *slot, v any, env map[string]any) {
	if v != nil {
		s.value, s.errs = judge(s.field, v, s.path, w.ctx)
	}
	env[s.field.Key] = zeroOf(s.field)
	if s.value != nil && len(s.errs) == 0 {
		env[s.field.Key] = s.value
	}
	if s.value == nil && len(s.errs) == 0 && s.field.Required && s.field.Kind != KindFile {
		// A document may come later; one that is indispensable is asked for
		// by the request, which knows what was sent before.
		s.errs = portal.Errors{portal.E(portal.Missing, s.path)}
	}
}

// group judges the entries of a repeated group.
func (w *walk) group(page string, f *Field, v any) {
	head := slot{page: page, path: f.Key, field: f}
	rows := asRows(v)
	if v != nil && rows == nil {
		if _, empty := v.([]any); !empty {
			head.errs = append(head.errs, portal.E(portal.Invalid, f.Key))
		}
	}
	if len(rows) > f.MaxRow {
		head.errs = append(head.errs, portal.E(TooMany, f.Key, "max", strconv.Itoa(f.MaxRow)))
		rows = rows[:f.MaxRow]
	}
	least := f.MinRow
	if f.Required {
		least = max(least, 1)
	}
	if len(rows) < least && len(head.errs) == 0 {
		head.errs = append(head.errs, portal.E(TooFew, f.Key, "min", strconv.Itoa(least)))
	}
	at := len(w.slots)
	w.slots = append(w.slots, head)
	var kept, seen []any
	for i, r := range rows {
		given, ok := asMap(r)
		if !ok {
			w.slots[at].errs = append(w.slots[at].errs, portal.E(portal.Invalid, f.Key))
			given = nil
		}
		out, entry := w.entry(page, f, given, f.Key+"["+strconv.Itoa(i)+"]")
		kept = append(kept, map[string]any(out))
		seen = append(seen, entry)
	}
	if len(kept) > 0 {
		w.out[f.Key], w.env[f.Key], w.slots[at].value = kept, seen, kept
	}
}

// entry judges one entry of a group, and gives it as it is kept and as
// expressions see it.
func (w *walk) entry(page string, f *Field, given map[string]any, path string) (Answers, map[string]any) {
	env := make(map[string]any, len(w.env)+len(f.Fields))
	for k, v := range w.env {
		env[k] = v
	}
	out, entry, known := Answers{}, map[string]any{}, map[string]bool{}
	for j := range f.Fields {
		zero := zeroOf(&f.Fields[j])
		entry[f.Fields[j].Key], env[f.Fields[j].Key] = zero, zero
	}
	for j := range f.Fields {
		sub := &f.Fields[j]
		known[sub.Key] = true
		if !holds(sub.when, env) {
			continue
		}
		s := slot{page: page, path: path + "." + sub.Key, field: sub, entry: entry}
		w.shown.Fields[s.path] = true
		w.answer(&s, given[sub.Key], env)
		entry[sub.Key] = env[sub.Key]
		if s.value != nil {
			out[sub.Key] = s.value
		}
		w.slots = append(w.slots, s)
	}
	w.refuseUnknown(given, known, path+".")
	return out, entry
}

// refuseUnknown notes the first few answers to questions nobody asked.
func (w *walk) refuseUnknown(given map[string]any, known map[string]bool, before string) {
	const most = 10
	var names []string
	for key := range given {
		if !known[key] {
			names = append(names, key)
		}
	}
	sort.Strings(names)
	for _, key := range names {
		if len(w.unknown) == most {
			return
		}
		if len(key) > 60 || !accounts.Readable(key) {
			key = "?"
		}
		w.unknown = append(w.unknown, portal.E(UnknownAnswer, before+key))
	}
}

// errorsOf is what is wrong with one answer: its own mistakes first, then the
// procedure's rules, which see the whole form.
func (w *walk) errorsOf(s *slot) portal.Errors {
	if len(s.errs) > 0 || s.value == nil || len(s.field.Check) == 0 {
		return s.errs
	}
	env := make(map[string]any, len(w.env)+len(s.entry)+1)
	for k, v := range w.env {
		env[k] = v
	}
	for k, v := range s.entry {
		env[k] = v
	}
	env["value"] = s.value
	if s.field.Kind == KindGroup {
		env["value"] = w.env[s.field.Key]
	}
	for i := range s.field.Check {
		c := &s.field.Check[i]
		if yes, _ := run(c.expr, env).(bool); !yes {
			return portal.Errors{portal.E(CheckFailed, s.path, "fr", c.Message.FR, "en", c.Message.EN)}
		}
	}
	return nil
}
