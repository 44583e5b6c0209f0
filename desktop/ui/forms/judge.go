package forms

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// mistakeLine tells what is wrong with a question of several parts: it has no
// box of its own that could.
type mistakeLine struct {
	line *fyne.Container
	text *kit.Text
}

func newMistakeLine() *mistakeLine {
	m := &mistakeLine{text: kit.Body("").Role(look.Error)}
	m.line = kit.LineTop(look.S, kit.NewIcon("warning-circle", look.Error, look.IconSize), kit.Grow(m.text, 120))
	m.line.Hide()
	return m
}

func (m *mistakeLine) set(s string) {
	m.text.SetText(s)
	if s == "" {
		m.line.Hide()
	} else {
		m.line.Show()
	}
}

// problem is a mistake in the list at the top, with the way to it.
type problem struct {
	label, text string
	jump        func()
}

// judgement is what the rules say of a page at one moment.
type judgement map[string]*portal.Error

func (f *filling) judgement() judgement {
	j := judgement{}
	for _, e := range unexplained(requests.Check(f.p, f.draft.Answers, f.ctx, f.pageKey())) {
		if _, known := j[e.Field]; !known {
			j[e.Field] = e
		}
	}
	return j
}

// pageKey is the page that is judged, "" for all of the form.
func (f *filling) pageKey() string {
	if f.at.page == nil {
		return ""
	}
	return f.at.page.Key
}

// rootOf is the question of the form that a path is about.
func rootOf(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// unexplained leaves out what is wrong with a group as a whole where one of its
// entries has a mistake of its own: mended, that may be all there was.
func unexplained(wrong portal.Errors) portal.Errors {
	return slices.DeleteFunc(slices.Clone(wrong), func(e *portal.Error) bool {
		return slices.ContainsFunc(wrong, func(of *portal.Error) bool { return strings.HasPrefix(of.Field, e.Field+"[") })
	})
}

// of is the sentence about a part of a question, "" when nothing is wrong.
// What is wrong with an address as a whole is told at its first line.
func (j judgement) of(f *filling, q *question, sub string) string {
	e := j[q.path()+sub]
	if e == nil && q.own == nil && q.first(sub) {
		e = j[q.path()]
	}
	if e == nil {
		return ""
	}
	return sentence(f.p, e)
}

func (q *question) first(sub string) bool { return len(q.parts) > 0 && q.parts[0].sub == sub }

// mistake is what is wrong now with a part of a question.
func (f *filling) mistake(q *question, sub string) string { return f.judgement().of(f, q, sub) }

// judge judges a question and all within it, shows what is wrong, and adds it
// to the list.
func (q *question) judge(j judgement, list *[]problem) {
	if !q.box.Visible() {
		return
	}
	for _, p := range q.parts {
		wrong := p.Check()
		if wrong == "" {
			if wrong = j.of(q.form, q, p.sub); wrong != "" {
				p.SetMistake(wrong)
			}
		}
		if wrong != "" {
			label := p.Label()
			if label == "" || len(q.parts) == 1 {
				label = q.label()
			}
			*list = append(*list, problem{label, wrong, p.Focus})
		}
	}
	if q.own != nil {
		wrong := ""
		if e := j[q.path()]; e != nil {
			wrong = sentence(q.form.p, e)
			*list = append(*list, problem{q.label(), wrong, q.focus})
		}
		q.own.set(wrong)
	}
	if q.rows != nil {
		for _, e := range q.rows.entries {
			from := len(*list)
			for _, sub := range e.questions {
				sub.judge(j, list)
			}
			// Each entry asks the same: which of them is said.
			for i := from; i < len(*list); i++ {
				(*list)[i].label = i18n.Joined(e.title.Text(), (*list)[i].label)
			}
		}
	}
}

// mended takes away mistakes that are none any more: those of other questions
// may go by an answer given here. The one that is being typed in is judged
// when it is left.
func (q *question) mended(j judgement, typing *question) {
	if q != typing {
		for _, p := range q.parts {
			if p.Mistake() != "" && j.of(q.form, q, p.sub) == "" {
				p.Check()
			}
		}
	}
	if q.own != nil && q.own.line.Visible() && j[q.path()] == nil {
		q.own.set("")
	}
	if q.rows != nil {
		for _, e := range q.rows.entries {
			for _, sub := range e.questions {
				sub.mended(j, typing)
			}
		}
	}
}

// focus goes to the question.
func (q *question) focus() {
	switch {
	case q.entry != nil:
		q.entry()
	case len(q.parts) > 0:
		q.parts[0].Focus()
	case q.rows != nil:
		q.rows.focus()
	}
}
