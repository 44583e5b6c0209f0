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

// amendment is a correction worked out: which fields may change, what is wrong
// with the answers as they would then be, and whether it was so before.
type amendment struct {
	may         map[string]bool
	merged      Answers
	wrongBefore map[string]bool
}

func amending(p *Procedure, old, change Answers, asked []string, ctx Context) amendment {
	am := amendment{may: map[string]bool{}, wrongBefore: map[string]bool{}}
	lax := ctx.lax()
	before := Shown(p, old, lax).Fields
	for _, e := range Check(p, old, ctx, "") {
		am.wrongBefore[e.Field+" "+string(e.Code)] = true
	}
	for _, key := range asked {
		am.may[key] = true
	}
	for grown := true; grown; {
		grown = false
		am.merged = overlay(old, change, am.may)
		allow := func(key string) {
			if _, f := p.FieldAt(key); f != nil && !am.may[f.Key] && f.Kind != KindPerson {
				am.may[f.Key], grown = true, true
			}
		}
		shown := Shown(p, am.merged, lax).Fields
		for _, q := range p.questions() {
			if key := q.field.Key; !before[key] && shown[key] {
				allow(key)
			}
		}
		for _, e := range Check(p, am.merged, ctx, "") {
			if am.makes(e) {
				allow(rootOf(e.Field))
			}
		}
	}
	return am
}

// makes reports whether a mistake is one of the correction's.
func (am amendment) makes(e *portal.Error) bool { return !am.wrongBefore[e.Field+" "+string(e.Code)] }

// lax is a context that takes no answer of then away: what the town's lists
// and the family's ties hold today is left aside.
func (c Context) lax() Context {
	c.Sources, c.People = nil, nil
	return c
}

// Amendable is the fields that a correction may change: those asked for, and
// what follows from the answers given so far: a question that they bring up,
// and one whose answer they make wrong.
func Amendable(p *Procedure, old, change Answers, asked []string, ctx Context) map[string]bool {
	return amending(p, old, change, asked, ctx).may
}

// Amend is a request's answers with those that the family corrected, only what
// is Amendable. What was right when it was sent, and is not asked about, is
// judged no more: a day to come has meanwhile come. change holds the corrected
// answers, nil to take one out.
func Amend(p *Procedure, old, change Answers, asked []string, ctx Context) (Answers, portal.Errors) {
	am := amending(p, old, change, asked, ctx)
	var wrong portal.Errors
	for _, key := range sortedKeys(change) {
		if !am.may[key] && !sameValue(change[key], old[key]) {
			if utf8.RuneCountInString(key) > 60 || !accounts.Readable(key) {
				key = "?"
			}
			wrong = append(wrong, portal.E(NotAsked, key))
		}
	}
	for _, e := range Check(p, am.merged, ctx, "") {
		if am.may[rootOf(e.Field)] || am.makes(e) {
			wrong = append(wrong, e)
		}
	}
	out, judged := Clean(p, am.merged, ctx.lax()), Clean(p, am.merged, ctx)
	for key := range am.may {
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
