package requests

import (
	"bytes"
	"encoding/json"
	"io"

	"parvis/shared/portal"
)

// MaxAnswers is the largest form of answers, in bytes of JSON.
const MaxAnswers = 128 << 10

// Answers holds what was answered, by the key of the field. A field that is
// not answered has no entry. In canonical form, which Clean makes, the values
// are what encoding/json decodes:
//
//	text, longtext, name    "Martel"
//	number                  12.5
//	money                   1250, in cents
//	date, month, time       "2019-03-12", "2019-03", "08:30"
//	yesno                   true
//	choice                  "cp"
//	several                 ["no-peanuts","no-eggs"], in the order offered
//	address                 {"line1":…,"line2":…,"postcode":…,"city":…,"country":"France"}
//	person                  the id of a linked person, or "new"
//	phone, mail             "+33612345678", "claire@exemple.fr"
//	iban, plate, parcel     "FR76…", "AB-123-CD", "AB 123"
//	file                    [ids of documents]
//	group                   [{…}, {…}]: answers of each entry
//
// What is being typed may also stand there: a number, an amount or a date as
// the text "12,50". Clean reads it, and keeps it as it is if it cannot.
// Computed fields are never answered.
type Answers map[string]any

// New is the answer to a person field that names nobody linked yet.
const New = "new"

// Decode reads answers from JSON, and refuses what is too large to be some.
// Whether they fit a procedure is for Check.
func Decode(data []byte) (Answers, *portal.Error) {
	if len(data) > MaxAnswers {
		return nil, portal.E(TooLarge, "")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return Answers{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	var a Answers
	if err := d.Decode(&a); err != nil {
		return nil, portal.E(portal.Invalid, "")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, portal.E(portal.Invalid, "")
	}
	if a == nil {
		a = Answers{}
	}
	return a, nil
}

// Encode writes answers; the same answers always give the same bytes.
func (a Answers) Encode() []byte {
	if a == nil {
		a = Answers{}
	}
	data, err := json.Marshal(map[string]any(a))
	if err != nil {
		// Only values that are no JSON at all come here: Clean leaves none.
		return []byte("{}")
	}
	return data
}

// Text is the answer to a question that is answered with a text, or "".
func (a Answers) Text(key string) string { s, _ := a[key].(string); return s }

// Yes reports whether a question was answered with yes.
func (a Answers) Yes(key string) bool { b, _ := a[key].(bool); return b }

// Rows is the entries of a group.
func (a Answers) Rows(key string) []Answers {
	rows := asRows(a[key])
	out := make([]Answers, 0, len(rows))
	for _, r := range rows {
		if m, ok := asMap(r); ok {
			out = append(out, m)
		}
	}
	return out
}

// asRows and asMap read the several Go forms of a list and of an entry: from
// JSON, and from a window that builds them.
func asRows(v any) []any {
	switch rows := v.(type) {
	case []any:
		return rows
	case []Answers:
		out := make([]any, len(rows))
		for i := range rows {
			out[i] = rows[i]
		}
		return out
	case []map[string]any:
		out := make([]any, len(rows))
		for i := range rows {
			out[i] = rows[i]
		}
		return out
	case []string:
		out := make([]any, len(rows))
		for i := range rows {
			out[i] = rows[i]
		}
		return out
	}
	return nil
}

func asMap(v any) (map[string]any, bool) {
	switch m := v.(type) {
	case map[string]any:
		return m, true
	case Answers:
		return m, true
	}
	return nil, false
}
