package requests

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// MaxNote is the longest text that a town hall and a family write each other
// about a request, in characters.
const MaxNote = 2000

// CheckNote is a text of a decision or of a correction as it is kept, and what
// is wrong with it.
func CheckNote(field, text string, needed bool) (string, *portal.Error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case text == "" && needed:
		return "", portal.E(portal.Missing, field)
	case utf8.RuneCountInString(text) > MaxNote:
		return "", portal.E(portal.TooLong, field, "max", strconv.Itoa(MaxNote))
	case !accounts.Readable(text):
		return "", portal.E(accounts.BadText, field)
	}
	return text, nil
}

// Correctable reports whether a family may be asked to correct a field: a
// question of its own that was asked, and not whom the request is about.
func Correctable(p *Procedure, a Answers, ctx Context, key string) bool {
	_, f := p.FieldAt(key)
	return f != nil && f.Key == key && f.Kind.asks() && f.Kind != KindPerson && f.Kind != KindFile && Shown(p, a, ctx).Fields[key]
}

// CheckAsk is what is wrong with asking a family to correct fields and to send
// kinds of documents.
func CheckAsk(p *Procedure, a Answers, ctx Context, fields, documents []string) *portal.Error {
	if len(fields)+len(documents) == 0 {
		return portal.E(NothingAsked, "fields")
	}
	for i, key := range fields {
		if !Correctable(p, a, ctx, key) || slices.Contains(fields[:i], key) {
			return portal.E(NotCorrectable, "fields["+strconv.Itoa(i)+"]")
		}
	}
	for i, kind := range documents {
		if !p.asksFor(kind) || slices.Contains(documents[:i], kind) {
			return portal.E(NotCorrectable, "documents["+strconv.Itoa(i)+"]")
		}
	}
	return nil
}

// asksFor reports whether a procedure ever asks for a kind of document.
func (p *Procedure) asksFor(kind string) bool {
	if slices.ContainsFunc(p.Documents, func(d DocumentAsked) bool { return d.Kind == kind }) {
		return true
	}
	return slices.ContainsFunc(p.questions(), func(q question) bool { return q.field.Kind == KindFile && q.field.Document == kind })
}

// Amend is a request's answers with those that the family corrected. Only what
// was asked for may change, and what follows from it: a question that the
// correction brings up, and one whose answer it makes wrong. What was right
// when it was sent, and is not asked about, is judged no more: a day to come
// has meanwhile come. change holds the corrected answers, nil to take one out.
func Amend(p *Procedure, old, change Answers, asked []string, ctx Context) (Answers, portal.Errors) {
	// What the town's lists and the family's ties hold today must not take
	// away an answer of then.
	lax := ctx
	lax.Sources, lax.People = nil, nil
	before, wrongBefore := Shown(p, old, lax).Fields, map[string]bool{}
	for _, e := range Check(p, old, ctx, "") {
		wrongBefore[e.Field+" "+string(e.Code)] = true
	}
	may := map[string]bool{}
	for _, key := range asked {
		may[key] = true
	}
	var merged Answers
	for grown := true; grown; {
		grown = false
		merged = overlay(old, change, may)
		allow := func(key string) {
			if _, f := p.FieldAt(key); f != nil && !may[f.Key] && f.Kind != KindPerson {
				may[f.Key], grown = true, true
			}
		}
		for _, q := range p.questions() {
			if key := q.field.Key; !before[key] && Shown(p, merged, lax).Fields[key] {
				allow(key)
			}
		}
		for _, e := range Check(p, merged, ctx, "") {
			if !wrongBefore[e.Field+" "+string(e.Code)] {
				allow(rootOf(e.Field))
			}
		}
	}
	var wrong portal.Errors
	for _, key := range sortedKeys(change) {
		if !may[key] && !sameValue(change[key], old[key]) {
			if utf8.RuneCountInString(key) > 60 || !accounts.Readable(key) {
				key = "?"
			}
			wrong = append(wrong, portal.E(NotAsked, key))
		}
	}
	for _, e := range Check(p, merged, ctx, "") {
		if may[rootOf(e.Field)] || !wrongBefore[e.Field+" "+string(e.Code)] {
			wrong = append(wrong, e)
		}
	}
	out, judged := Clean(p, merged, lax), Clean(p, merged, ctx)
	for key := range may {
		delete(out, key)
		if v, kept := judged[key]; kept {
			out[key] = v
		}
	}
	return out, wrong
}

// overlay is answers with those of change that may be made.
func overlay(old, change Answers, may map[string]bool) Answers {
	out := make(Answers, len(old))
	for key, v := range old {
		out[key] = v
	}
	for key, v := range change {
		switch {
		case !may[key]:
		case v == nil:
			delete(out, key)
		default:
			out[key] = v
		}
	}
	return out
}

// Differing is the fields whose answers differ, in the order of the screen.
func Differing(p *Procedure, before, after Answers) []string {
	var keys []string
	for _, q := range p.questions() {
		if !sameValue(before[q.field.Key], after[q.field.Key]) {
			keys = append(keys, q.field.Key)
		}
	}
	return keys
}

func sameValue(a, b any) bool {
	x, e1 := json.Marshal(a)
	y, e2 := json.Marshal(b)
	return e1 == nil && e2 == nil && bytes.Equal(x, y)
}

func rootOf(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

func sortedKeys(a Answers) []string {
	keys := make([]string, 0, len(a))
	for key := range a {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
