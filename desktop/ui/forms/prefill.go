package forms

import (
	"encoding/json"
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	textwords "parvis/shared/words"
)

// guardiansGroup is the group whose first entry is the person who fills the
// form in; its fields have the names of an account's.
const guardiansGroup = "guardians"

// markAccount is the mark of what comes from the person's own profile.
const markAccount = "account"

// about makes the draft one about a person: a linked child, whose record and
// earlier request are filled in, or one not linked yet. What was filled in
// for another before is taken out again; what was typed stays.
func (r room) about(d *Draft, p *requests.Procedure, child portal.ID) {
	f := requests.PersonField(p)
	if d.Answers.Text(f.Key) == string(child) {
		return
	}
	for key := range d.Marks {
		delete(d.Answers, key)
	}
	d.Marks = map[string]Mark{}
	d.Answers[f.Key] = string(child)
	if known, linked := r.View.Child(child); linked {
		r.fromEarlier(d, p, child)
		fromChild(d, p, known)
	}
	r.fromAccount(d, p)
}

// offer fills in an answer, unless something was typed there; over replaces
// what was filled in from elsewhere.
func (d *Draft) offer(key string, v any, m Mark, over bool) {
	if blank(v) || v == "" {
		return
	}
	if _, marked := d.Marks[key]; !blank(d.Answers[key]) && (!over || !marked) {
		return
	}
	d.Answers[key], d.Marks[key] = v, m
}

// fromEarlier fills in what the last request about the same child said.
func (r room) fromEarlier(d *Draft, p *requests.Procedure, child portal.ID) {
	all := r.View.Requests()
	at := slices.IndexFunc(all, func(q viewRequest) bool {
		return !q.Pending && q.Procedure == p.ID && q.Child == child && len(q.Answers) > 0 && requests.State(q.State) != requests.Refused
	})
	if at >= 0 {
		r.reuse(d, p, all[at], true)
	}
}

// fromChild fills in what the town hall knows of a linked child: where a field
// says so, and by the names that the procedure's effect gives the fields. It is
// newer than any request.
func fromChild(d *Draft, p *requests.Procedure, c wire.Child) {
	mark := Mark{Key: "child", Args: map[string]string{"Name": textwords.Called(c.FirstName)}}
	own := map[requests.Fill]string{
		requests.FillChildFirst: c.FirstName, requests.FillChildLast: c.LastName, requests.FillChildBirth: string(c.BirthDate), requests.FillChildSchool: string(c.Site),
	}
	for i := range p.Pages {
		for _, f := range p.Pages[i].Fields {
			if v := own[f.Fill]; v != "" {
				d.offer(f.Key, v, mark, true)
			}
		}
	}
	if p.OnAccept == nil || p.OnAccept.Child == nil {
		return
	}
	f := p.OnAccept.Child
	for key, v := range map[string]string{
		f.FirstName: c.FirstName, f.LastName: c.LastName, f.BirthDate: string(c.BirthDate),
		f.Site: string(c.Site), f.Class: c.Class, f.Diet: c.Diet,
	} {
		d.offer(key, v, mark, true)
	}
	// What a parent has changed since the last record was sent is not brought
	// back by it: where it cannot be told in the form's choices it is asked anew.
	said, _ := requests.Child(p, d.Answers)
	if said.Health.Allergies != c.Allergies {
		d.unfill(f.Allergies, f.OtherAllergy)
	}
	if said.Health != c.Health() {
		d.unfill(f.CarePlan, f.CareActions, f.MealFromHome)
	}
	if c.CarePlan {
		d.offer(f.CarePlan, true, mark, true)
		d.offer(f.CareActions, c.CareActions, mark, true)
		d.offer(f.MealFromHome, c.MealFromHome, mark, true)
	}
	if !family.SameCollectors(said.Collectors, c.Collectors) {
		d.unfill(f.Collectors)
	}
	var persons []any
	for _, who := range c.Collectors {
		persons = append(persons, map[string]any{"lastName": who.LastName, "firstName": who.FirstName, "relation": who.Relation, "phone": who.Phone})
	}
	if len(persons) > 0 && f.Collectors != "" {
		d.offer(f.Collectors, persons, mark, true)
	}
}

// unfill takes answers out that were filled in, not those that were typed.
func (d *Draft) unfill(keys ...string) {
	for _, key := range keys {
		if _, marked := d.Marks[key]; marked {
			delete(d.Answers, key)
			delete(d.Marks, key)
		}
	}
}

// fromAccount fills in what the account knows of the person who fills the form
// in: where a field says so, and as the first of the guardians.
func (r room) fromAccount(d *Draft, p *requests.Procedure) {
	me, known := r.View.Me()
	if !known {
		return
	}
	mark := Mark{Key: markAccount}
	var address any
	var home accounts.Address
	if json.Unmarshal(me.Address, &home) == nil && !home.Empty() {
		home = home.Normalise()
		address = map[string]any{"line1": home.Line1, "line2": home.Line2, "postcode": home.Postcode, "city": home.City, "country": home.Country}
	}
	own := map[requests.Fill]any{
		requests.FillFirstName: me.FirstName, requests.FillLastName: me.LastName, requests.FillAddress: address,
		requests.FillPhone: me.Mobile, requests.FillMail: me.Mail,
	}
	for i := range p.Pages {
		for _, f := range p.Pages[i].Fields {
			if f.Fill != "" {
				d.offer(f.Key, own[f.Fill], mark, false)
			}
		}
	}
	_, group := p.FieldAt(guardiansGroup)
	if group == nil || group.Kind != requests.KindGroup {
		return
	}
	names := map[string]string{"lastName": me.LastName, "firstName": me.FirstName, "phone": me.Mobile, "mail": me.Mail}
	entry := map[string]any{}
	for i := range group.Fields {
		if v := names[group.Fields[i].Key]; v != "" {
			entry[group.Fields[i].Key] = v
		}
	}
	if len(entry) > 0 {
		d.offer(guardiansGroup, []any{entry}, mark, false)
	}
}
