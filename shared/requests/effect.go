package requests

import (
	"fmt"
	"slices"
	"strings"

	"parvis/shared/family"
	"parvis/shared/portal"
)

// Effect is what accepting a request makes besides the decision. It is data,
// so that no procedure has code of its own.
type Effect struct {
	// Child says which fields hold the child that the account is then linked
	// to; nil when the procedure makes none.
	Child *ChildFields `json:"child,omitempty"`
	// For says which child already linked the enrolments are for, where none
	// is made.
	For *ForFields `json:"for,omitempty"`
	// Enrol lists the rights to book that it gives the child, until the end
	// of the school year.
	Enrol []Enrol `json:"enrol,omitempty"`
}

// ForFields names the fields that hold a linked child, and the site at which
// it is enrolled.
type ForFields struct {
	Person string `json:"person"`
	Site   string `json:"site"`
}

// ChildFields names the fields that hold a child.
type ChildFields struct {
	Person    string `json:"person"` // the person field: a linked child or a new one
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	BirthDate string `json:"birthDate"`
	Site      string `json:"site"`
	Class     string `json:"class"`
	Diet      string `json:"diet"`
	CarePlan  string `json:"carePlan"`
	Allergies string `json:"allergies"`
	// OtherAllergy is the text field of what is not in the list.
	OtherAllergy string `json:"otherAllergy"`
	// What the care plan has one do, and whether the meal comes from home.
	CareActions  string `json:"careActions,omitempty"`
	MealFromHome string `json:"mealFromHome,omitempty"`
	// Collectors is the group of who may collect the child; its questions bear
	// the names of collectorFields.
	Collectors string `json:"collectors,omitempty"`
}

// collectorFields is the questions about somebody who may collect a child.
var collectorFields = []string{"lastName", "firstName", "relation", "phone"}

// Enrol is one right to book: at every activity of a kind that the child's
// site has, when the yes/no field If is yes, or the choices of If hold Has;
// with neither, whatever was answered.
type Enrol struct {
	Kind string `json:"kind"` // bookings.Canteen …
	If   string `json:"if,omitempty"`
	Has  string `json:"has,omitempty"`
}

// ChildFacts is the child that answers describe.
type ChildFacts struct {
	FirstName, LastName string
	BirthDate           portal.Date
	Site                portal.ID
	Class               string
	Health              family.Health
	Collectors          []family.Collector
}

// Child is the child that answers describe, by the procedure's effect; false
// when the procedure makes none.
func Child(p *Procedure, a Answers) (ChildFacts, bool) {
	if p.OnAccept == nil || p.OnAccept.Child == nil {
		return ChildFacts{}, false
	}
	f := p.OnAccept.Child
	return ChildFacts{
		FirstName: a.Text(f.FirstName), LastName: a.Text(f.LastName), BirthDate: portal.Date(a.Text(f.BirthDate)),
		Site: portal.ID(a.Text(f.Site)), Class: a.Text(f.Class),
		Health: family.Health{
			Diet: a.Text(f.Diet), CarePlan: a.Yes(f.CarePlan), Allergies: allergies(p, a), CareActions: a.Text(f.CareActions), MealFromHome: a.Yes(f.MealFromHome),
		}.Normalise(),
		Collectors: collectors(f, a),
	}, true
}

func collectors(f *ChildFields, a Answers) (out []family.Collector) {
	if f.Collectors == "" {
		return nil
	}
	for _, r := range a.Rows(f.Collectors) {
		out = append(out, family.Collector{LastName: r.Text("lastName"), FirstName: r.Text("firstName"), Relation: r.Text("relation"), Phone: r.Text("phone")})
	}
	return family.NormaliseCollectors(out)
}

// allergies is what a child must not eat as the kitchen reads it: the labels
// of the foods chosen, and what was written besides.
func allergies(p *Procedure, a Answers) string {
	f := p.OnAccept.Child
	_, field := p.FieldAt(f.Allergies)
	var words []string
	for _, id := range asRows(a[f.Allergies]) {
		for _, c := range field.Choices {
			if c.ID == id && c.ID != "other" {
				words = append(words, c.Label.In("fr"))
			}
		}
	}
	if other := a.Text(f.OtherAllergy); other != "" {
		words = append(words, other)
	}
	return strings.Join(words, ", ")
}

// Enrolments is the kinds of activity that answers give a right to.
func Enrolments(p *Procedure, a Answers) (kinds []string) {
	if p.OnAccept == nil {
		return nil
	}
	for _, e := range p.OnAccept.Enrol {
		if e.holds(a) {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

func (e Enrol) holds(a Answers) bool {
	if e.Has == "" {
		return e.If == "" || a.Yes(e.If)
	}
	return slices.Contains(asRows(a[e.If]), any(e.Has))
}

// EnrolledAt is the site at which answers enrol a child that is linked
// already; false when the procedure does no such thing.
func EnrolledAt(p *Procedure, a Answers) (portal.ID, bool) {
	if p.OnAccept == nil || p.OnAccept.For == nil {
		return "", false
	}
	return portal.ID(a.Text(p.OnAccept.For.Site)), true
}

// checkEffect refuses an effect that names a field which is not there or of
// another kind.
func (p *Procedure) checkEffect() error {
	if p.OnAccept == nil {
		return nil
	}
	want := map[string][]Kind{}
	if f := p.OnAccept.Child; f != nil {
		want = map[string][]Kind{
			f.Person: {KindPerson}, f.FirstName: {KindName}, f.LastName: {KindName}, f.BirthDate: {KindDate}, f.Site: {KindChoice},
			f.Class: {KindChoice}, f.Diet: {KindChoice}, f.CarePlan: {KindYesNo}, f.Allergies: {KindSeveral}, f.OtherAllergy: {KindText, KindLongText},
		}
		for key, kinds := range map[string][]Kind{f.CareActions: {KindText, KindLongText}, f.MealFromHome: {KindYesNo}, f.Collectors: {KindGroup}} {
			if key != "" {
				want[key] = kinds
			}
		}
		if _, group := p.FieldAt(f.Collectors); f.Collectors != "" && group != nil {
			for _, key := range collectorFields {
				if !slices.ContainsFunc(group.Fields, func(q Field) bool { return q.Key == key }) {
					return fmt.Errorf("procedure %s: its effect takes collectors from %q, which does not ask their %s", p.ID, f.Collectors, key)
				}
			}
		}
	}
	if f := p.OnAccept.For; f != nil {
		if p.OnAccept.Child != nil {
			return fmt.Errorf("procedure %s: its effect makes a child and is for one that is there", p.ID)
		}
		want[f.Person], want[f.Site] = []Kind{KindPerson}, []Kind{KindChoice}
	}
	for _, e := range p.OnAccept.Enrol {
		switch {
		case e.Has != "":
			want[e.If] = []Kind{KindSeveral}
			if _, f := p.FieldAt(e.If); f == nil || !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.ID == e.Has }) {
				return fmt.Errorf("procedure %s: its effect looks for %q, which %q does not offer", p.ID, e.Has, e.If)
			}
		case e.If != "":
			want[e.If] = []Kind{KindYesNo}
		}
	}
	for key, kinds := range want {
		_, f := p.FieldAt(key)
		ok := false
		for _, k := range kinds {
			ok = ok || f != nil && f.Kind == k
		}
		if !ok {
			return fmt.Errorf("procedure %s: its effect names the field %q, which is not there or of another kind", p.ID, key)
		}
	}
	return nil
}
