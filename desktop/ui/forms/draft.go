package forms

import (
	"encoding/json"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// draftKind is the kind of thing under which drafts are kept.
const draftKind = "draft"

// Draft is a form that is being filled in: what was typed as it was typed, and
// what its request will be called once it is sent.
type Draft struct {
	ID        portal.ID `json:"id"`
	Procedure string    `json:"procedure"`
	Version   int       `json:"version"`
	// Request is the id that the request will bear, made with the draft: sent
	// twice by a slip, it is still one request.
	Request portal.ID `json:"request"`
	// Fresh is the id of a child not linked yet, should the form be about one.
	Fresh   portal.ID        `json:"fresh"`
	Terms   int              `json:"terms,omitempty"` // the version of the terms that was accepted
	Page    string           `json:"page,omitempty"`  // where one was
	Answers requests.Answers `json:"answers"`
	Marks   map[string]Mark  `json:"marks,omitempty"` // what was filled in for the person, by field
	Saved   time.Time        `json:"saved"`
	// Refusal is why a first sending was refused, where this draft mends it.
	Refusal *portal.Error `json:"refusal,omitempty"`

	// At is when each answer was given, one taken out too, in microseconds of
	// the town's clock; PageAt when one came to the page. Shared is up to when
	// the person's other computers were told.
	At     map[string]int64 `json:"at,omitempty"`
	PageAt int64            `json:"page_at,omitempty"`
	Shared int64            `json:"shared,omitempty"`
	// Changed is what the form asks otherwise than when the draft was begun.
	Changed *requests.Changed `json:"changed,omitempty"`
	// Words is what is written besides, of a correction.
	Words string `json:"words,omitempty"`
}

// Mark says where an answer came from that the person has not touched yet: a
// key of the translations and what its sentence needs.
type Mark struct {
	Key  string            `json:"key"`
	Args map[string]string `json:"args,omitempty"`
}

func (m Mark) text() string {
	var pairs []any
	for k, v := range m.Args {
		pairs = append(pairs, k, v)
	}
	return say("mark."+m.Key, pairs...)
}

func newDraft(id portal.ID, p *requests.Procedure) *Draft {
	return &Draft{
		ID: id, Procedure: p.ID, Version: p.Version, Request: portal.NewID(), Fresh: portal.NewID(),
		Answers: requests.Answers{}, Marks: map[string]Mark{},
	}
}

// draft is the draft of an id, with what was written of it on other computers;
// false when there is none. One that was sent or thrown away elsewhere is
// forgotten here too.
func (r room) draft(id portal.ID) (*Draft, bool) {
	d := &Draft{ID: id}
	kept := id != "" && r.desk.Kept(draftKind, string(id), d)
	f, there := r.elsewhere(id)
	if !kept && !there {
		return nil, false
	}
	if d.Answers == nil {
		d.Answers = requests.Answers{}
	}
	if d.Marks == nil {
		d.Marks = map[string]Mark{}
	}
	if kept && r.over(d) {
		_ = r.desk.Keep(draftKind, string(id), nil) // tried again the next time
		return nil, false
	}
	switch {
	case there && !kept:
		d.Procedure, d.Request, d.Fresh = f.Procedure, f.Request, f.Fresh
		d.take(f)
	case there:
		d.take(f)
	}
	return d, true
}

// drafts is those with something in them, the newest first; of one procedure,
// or of all.
func (r room) drafts(procedure string) []*Draft {
	var out []*Draft
	for _, d := range r.kept() {
		if d.begun() && (procedure == "" || d.Procedure == procedure) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b *Draft) int { return b.Saved.Compare(a.Saved) })
	return out
}

func (r room) kept() []*Draft {
	var out []*Draft
	keys := r.desk.KeptKeys(draftKind)
	for _, f := range r.View.Drafts() {
		if !slices.Contains(keys, string(f.ID)) {
			keys = append(keys, string(f.ID))
		}
	}
	for _, key := range keys {
		if d, ok := r.draft(portal.ID(key)); ok {
			out = append(out, d)
		}
	}
	return out
}

// begin is a draft to start with; one that was started and left empty is
// taken up again rather than joined by another.
func (r room) begin(p *requests.Procedure) *Draft {
	for _, d := range r.kept() {
		if d.Procedure == p.ID && d.Version == p.Version && !d.begun() {
			return d
		}
	}
	return newDraft(portal.NewID(), p)
}

// begun tells whether anything was answered by the person.
func (d *Draft) begun() bool {
	for key, v := range d.Answers {
		if _, marked := d.Marks[key]; !marked && !blank(v) {
			return true
		}
	}
	return false
}

// blank tells whether a value holds nothing that a person typed or chose.
func blank(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return x == ""
	case []any:
		for _, item := range x {
			if !blank(item) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, item := range x {
			if !blank(item) {
				return false
			}
		}
		return true
	}
	return false
}

// person is the child that a draft is about, "" for none.
func (d *Draft) person(p *requests.Procedure) portal.ID {
	return requests.Subject(p, d.Answers)
}

// name is whom the draft is about in words, "" when that is not known yet.
func (d *Draft) name(r room, p *requests.Procedure) string {
	if child, linked := r.View.Child(d.person(p)); linked {
		return child.FirstName + " " + child.LastName
	}
	return requests.Named(p, d.Answers)
}

// format writes this draft's answers.
func (r room) format(d *Draft, p *requests.Procedure) requests.Formatter {
	return NewFormatter(r.View, map[portal.ID]string{d.Fresh: d.name(r, p)})
}

// carry brings a draft to the procedure's version of today: what no longer
// fits is left out, and what changed is noted until the draft is sent. A draft
// of a version that this computer has not received yet is left as it is.
func (r room) carry(d *Draft, p *requests.Procedure, ctx requests.Context) {
	if d.Version >= p.Version {
		return
	}
	old, _ := r.View.ProcedureAt(p.ID, d.Version)
	var changed requests.Changed
	d.Answers, changed = requests.Carry(old, p, d.Answers, ctx)
	d.Version, d.Changed = p.Version, &changed
}

// args is the request as it is sent.
func (d *Draft) args(p *requests.Procedure, ctx requests.Context) wire.SubmitRequest {
	clean := requests.Clean(p, d.Answers, ctx)
	return wire.SubmitRequest{
		Request: d.Request, Procedure: p.ID, Version: p.Version, Child: d.person(p),
		Answers: json.RawMessage(clean.Encode()), Terms: d.Terms == common().Terms.Version, Draft: d.draftID(),
	}
}

// draftID is the id under which other computers know the draft, "" where they
// were never told.
func (d *Draft) draftID() portal.ID {
	if d.Shared == 0 {
		return ""
	}
	return d.ID
}

// restore makes a draft of a request that was refused when it arrived. It has
// the refused command's id, so that taking it up twice gives one draft.
func (r room) restore(command portal.ID, a *wire.SubmitRequest, why *portal.Error) *Draft {
	if d, there := r.draft(command); there {
		return d
	}
	answers, wrong := requests.Decode(a.Answers)
	if wrong != nil {
		answers = requests.Answers{}
	}
	d := &Draft{
		ID: command, Procedure: a.Procedure, Version: a.Version, Request: portal.NewID(), Fresh: portal.NewID(),
		Answers: answers, Marks: map[string]Mark{}, Refusal: why, Page: stepRecap,
	}
	if a.Terms {
		d.Terms = common().Terms.Version
	}
	if _, linked := r.View.Child(a.Child); !linked && a.Child != "" {
		d.Fresh = a.Child
	}
	return d
}

// save keeps a draft now.
func (r room) save(d *Draft) error {
	d.Saved = r.View.Now()
	return r.desk.Keep(draftKind, string(d.ID), d)
}
