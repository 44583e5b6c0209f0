package requests

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// Bounds of a draft. MaxDrafts is how many an account has at once.
const (
	MaxDraft  = 160 << 10 // bytes of JSON
	MaxDrafts = 40
)

// DraftForm is a form that is being filled in, as it goes from one computer of a
// person to another: each answer with the instant at which it was given, so
// that what was typed last stands, question by question.
type DraftForm struct {
	ID        portal.ID `json:"id"`
	Procedure string    `json:"procedure"`
	Version   int       `json:"version"`
	// Request and Fresh are the ids that the request, and a child not linked
	// yet, will bear.
	Request portal.ID `json:"request"`
	Fresh   portal.ID `json:"fresh"`
	Terms   int       `json:"terms,omitempty"` // the version that was accepted
	Page    string    `json:"page,omitempty"`  // where one was
	PageAt  int64     `json:"page_at,omitempty"`
	// Fields is the answers as they were typed, by the key of the field.
	Fields map[string]DraftField `json:"fields"`
}

// DraftField is an answer of a draft: null where it was taken out again. At is
// microseconds UTC of the town's clock, as far as the computer knew it.
type DraftField struct {
	Value json.RawMessage `json:"value"`
	At    int64           `json:"at"`
}

// DecodeDraft reads a draft, and refuses what cannot be one. Whether its
// answers fit a procedure is judged when it is sent, never before.
func DecodeDraft(data []byte) (DraftForm, *portal.Error) {
	if len(data) > MaxDraft {
		return DraftForm{}, portal.E(TooLarge, "")
	}
	var d DraftForm
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&d); err != nil {
		return DraftForm{}, portal.E(portal.Invalid, "")
	}
	if _, err := dec.Token(); err != io.EOF {
		return DraftForm{}, portal.E(portal.Invalid, "")
	}
	switch {
	case !d.ID.Valid():
		return DraftForm{}, portal.E(portal.Invalid, "id")
	case len(d.Procedure) > 100 || !slugForm.MatchString(d.Procedure):
		return DraftForm{}, portal.E(portal.Invalid, "procedure")
	case d.Version < 1 || d.Version > 1e6:
		return DraftForm{}, portal.E(portal.Invalid, "version")
	case !d.Request.Valid():
		return DraftForm{}, portal.E(portal.Invalid, "request")
	case !d.Fresh.Valid():
		return DraftForm{}, portal.E(portal.Invalid, "fresh")
	case d.Terms < 0 || d.Terms > 1e6:
		return DraftForm{}, portal.E(portal.Invalid, "terms")
	case len(d.Page) > 60 || !accounts.Readable(d.Page):
		return DraftForm{}, portal.E(portal.Invalid, "page")
	case len(d.Fields) > maxFields:
		return DraftForm{}, portal.E(TooMany, "fields", "max", strconv.Itoa(maxFields))
	}
	for key, f := range d.Fields {
		if !keyForm.MatchString(key) {
			return DraftForm{}, portal.E(portal.Invalid, "fields")
		}
		if f.At < 0 {
			return DraftForm{}, portal.E(portal.Invalid, "fields."+key)
		}
		// One form for the same value, so that the same draft has the same bytes.
		var v any
		if len(f.Value) > 0 && json.Unmarshal(f.Value, &v) != nil {
			return DraftForm{}, portal.E(portal.Invalid, "fields."+key)
		}
		f.Value, _ = json.Marshal(v) // what was decoded encodes
		d.Fields[key] = f
	}
	if d.Fields == nil {
		d.Fields = map[string]DraftField{}
	}
	return d, nil
}

// MergeDrafts is two states of the same draft in one: of each answer the one
// given last. In whatever order states meet, they come to the same.
func MergeDrafts(a, b DraftForm) DraftForm {
	out := a
	out.Fields = make(map[string]DraftField, len(a.Fields)+len(b.Fields))
	for key, f := range a.Fields {
		out.Fields[key] = f
	}
	for key, f := range b.Fields {
		if had, ok := out.Fields[key]; !ok || f.after(had) {
			out.Fields[key] = f
		}
	}
	if b.PageAt > a.PageAt || b.PageAt == a.PageAt && b.Page > a.Page {
		out.Page, out.PageAt = b.Page, b.PageAt
	}
	out.Version, out.Terms = max(a.Version, b.Version), max(a.Terms, b.Terms)
	out.Request, out.Fresh = min(a.Request, b.Request), min(a.Fresh, b.Fresh)
	return out
}

// after reports whether f stands over g: the later one, and of two of the same
// instant always the same one.
func (f DraftField) after(g DraftField) bool {
	return f.At > g.At || f.At == g.At && bytes.Compare(f.Value, g.Value) > 0
}

// Answers is what a draft holds as answers.
func (d DraftForm) Answers() Answers {
	out := Answers{}
	for key, f := range d.Fields {
		var v any
		if json.Unmarshal(f.Value, &v) == nil && v != nil {
			out[key] = v
		}
	}
	return out
}

// With is a draft with its answers as they are now: what differs from what it
// held was given at an instant.
func (d DraftForm) With(a Answers, at int64) DraftForm {
	fields := make(map[string]DraftField, len(d.Fields))
	for key, f := range d.Fields {
		if _, still := a[key]; !still && string(f.Value) != "null" {
			f = DraftField{Value: json.RawMessage("null"), At: max(at, f.At+1)}
		}
		fields[key] = f
	}
	for key, v := range a {
		raw, err := json.Marshal(v)
		if err != nil {
			continue // no value that a form could hold
		}
		if f, had := fields[key]; !had || !bytes.Equal(f.Value, raw) {
			fields[key] = DraftField{Value: raw, At: max(at, f.At+1)}
		}
	}
	d.Fields = fields
	return d
}

// Latest is when an answer of a draft was last given.
func (d DraftForm) Latest() int64 {
	at := d.PageAt
	for _, f := range d.Fields {
		at = max(at, f.At)
	}
	return at
}

// Within bounds the instants of a draft by one that nothing of it can be
// later than: a computer whose clock is ahead must not have the last word for
// ever.
func (d DraftForm) Within(now int64) DraftForm {
	d.PageAt = min(d.PageAt, now)
	fields := make(map[string]DraftField, len(d.Fields))
	for key, f := range d.Fields {
		f.At = min(f.At, now)
		fields[key] = f
	}
	d.Fields = fields
	return d
}
