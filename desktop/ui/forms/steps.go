package forms

import (
	"parvis/shared/requests"
)

// The steps that are no page of the procedure. Keys of pages are made of
// letters and digits, so neither can be one.
const (
	stepPerson = "_person"
	stepRecap  = "_recap"
)

// step is one screen of a form.
type step struct {
	key  string
	page *requests.Page // nil for the recap
	// fields are those asked here: of the page, without the person where that
	// is chosen on a screen of its own.
	fields []*requests.Field
	person *requests.Field // of the choice of the person
}

// choosesPerson is the person field that a form begins with, or nil: whom a
// request is about is then chosen from a list before anything else is asked.
func choosesPerson(p *requests.Procedure) *requests.Field {
	if len(p.Pages) == 0 || len(p.Pages[0].Fields) == 0 {
		return nil
	}
	if f := &p.Pages[0].Fields[0]; f.Kind == requests.KindPerson && f.When == "" && f.Required && p.Pages[0].When == "" {
		return f
	}
	return nil
}

// steps is the screens of a form, given what was answered.
func steps(p *requests.Procedure, a requests.Answers, ctx requests.Context) []step {
	var out []step
	first := choosesPerson(p)
	if first != nil {
		out = append(out, step{key: stepPerson, page: &p.Pages[0], person: first})
	}
	shown := requests.Shown(p, a, ctx)
	for i := range p.Pages {
		page := &p.Pages[i]
		if !shown.Pages[page.Key] {
			continue
		}
		s := step{key: page.Key, page: page}
		for j := range page.Fields {
			if f := &page.Fields[j]; f != first {
				s.fields = append(s.fields, f)
			}
		}
		if len(s.fields) > 0 {
			out = append(out, s)
		}
	}
	return append(out, step{key: stepRecap})
}

// stepAt is the place of a step, -1 where it is not asked now.
func stepAt(all []step, key string) int {
	for i := range all {
		if all[i].key == key {
			return i
		}
	}
	return -1
}

// stepOf is the step on which a path is asked.
func stepOf(p *requests.Procedure, path string) string {
	page, field := p.FieldAt(path)
	if page == nil {
		return stepRecap
	}
	if field == choosesPerson(p) {
		return stepPerson
	}
	return page.Key
}
