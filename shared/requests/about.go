package requests

import (
	"fmt"
	"strings"

	"parvis/shared/portal"
)

// About names the fields that say whom a request is about.
type About struct {
	Person    string `json:"person,omitempty"` // a person field: a linked child
	FirstName string `json:"firstName,omitempty"`
	LastName  string `json:"lastName,omitempty"`
}

// PersonField is the field that names the linked child a request is about: the
// one its acceptance works on, the one it says, or else the first; nil for a
// procedure about nobody linked.
func PersonField(p *Procedure) *Field {
	key := ""
	switch {
	case p.OnAccept != nil && p.OnAccept.Child != nil:
		key = p.OnAccept.Child.Person
	case p.OnAccept != nil && p.OnAccept.For != nil:
		key = p.OnAccept.For.Person
	case p.About != nil:
		key = p.About.Person
	}
	if key != "" {
		_, f := p.FieldAt(key)
		return f
	}
	for _, q := range p.questions() {
		if q.field.Kind == KindPerson {
			return q.field
		}
	}
	return nil
}

// Subject is the child that answers name, "" for nobody or somebody not linked
// yet.
func Subject(p *Procedure, a Answers) portal.ID {
	f := PersonField(p)
	if f == nil {
		return ""
	}
	if id := portal.ID(a.Text(f.Key)); id.Valid() {
		return id
	}
	return ""
}

// Named is the name of whom answers are about, as they tell it themselves; ""
// when they do not.
func Named(p *Procedure, a Answers) string {
	if c, makes := Child(p, a); makes {
		return strings.TrimSpace(c.FirstName + " " + c.LastName)
	}
	if p.About == nil {
		return ""
	}
	return strings.TrimSpace(a.Text(p.About.FirstName) + " " + a.Text(p.About.LastName))
}

func (p *Procedure) checkAbout() error {
	if p.About == nil {
		return nil
	}
	for key, kind := range map[string]Kind{p.About.Person: KindPerson, p.About.FirstName: KindName, p.About.LastName: KindName} {
		if _, f := p.FieldAt(key); key != "" && (f == nil || f.Key != key || f.Kind != kind) {
			return fmt.Errorf("procedure %s: it is about the field %q, which is not there or of another kind", p.ID, key)
		}
	}
	return nil
}
