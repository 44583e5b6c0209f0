package requests

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// altered parses everything.json after a change of its text.
func altered(t testing.TB, pairs ...string) *Procedure {
	t.Helper()
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s is not in the file", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWordsAreNoOtherForm(t *testing.T) {
	p := everything(t)
	for name, other := range map[string]*Procedure{
		"a title":       altered(t, `"fr": "Une"`, `"fr": "La première"`),
		"a version":     altered(t, `"version": 3`, `"version": 4`),
		"an offer":      altered(t, `"key": "call",`, `"key": "call", "fill": "me.phone",`),
		"when answered": altered(t, `"online": true`, `"online": true, "answerWithin": {"days": 3}`),
	} {
		if !SameForm(p, other) {
			t.Errorf("%s makes another form", name)
		}
	}
	for name, other := range map[string]*Procedure{
		"a kind":      altered(t, `"kind": "longtext"`, `"kind": "text"`),
		"a rule":      altered(t, `days(born, value) > 10`, `days(born, value) > 11`),
		"a condition": altered(t, `"when": "total > 50"`, `"when": "total > 60"`),
		"a document":  altered(t, `"kind": "always"`, `"kind": "ever"`),
		"a new field": altered(t, `"key": "last",`, `"key": "more", "kind": "text", "label": {"fr": "Plus", "en": "More"}}, {"key": "last",`),
	} {
		if SameForm(p, other) {
			t.Errorf("%s makes no other form", name)
		}
	}
}

func TestADraftIsCarriedOverWithWhatFits(t *testing.T) {
	old := everything(t)
	now := altered(t,
		`"key": "story",`, `"key": "tale",`, // gone, and another in its place
		`"key": "last",`, `"key": "colour", "kind": "choice", "label": {"fr": "Couleur", "en": "Colour"}, "choices": [{"id": "red", "label": {"fr": "Rouge", "en": "Red"}}]}, {"key": "last",`,
		`"kind": "plate"`, `"kind": "number"`, // asks otherwise
		`"version": 3`, `"version": 4`)
	a := answers(t, good)
	kept, changed := Carry(old, now, a, context())
	if len(changed.Added) != 2 || len(changed.Removed) != 1 || len(changed.Altered) != 1 {
		t.Fatalf("what changed is told as %+v", changed)
	}
	_, tale := old.FieldAt("story")
	if len(changed.Lost) != 1 || changed.Lost[0] != tale.Label {
		t.Errorf("lost: %v", changed.Lost)
	}
	if kept["plate"] != "AB-123-CD" {
		t.Errorf("what was typed is not there to be mended: %v", kept["plate"])
	}
	for key, v := range a {
		if key != "story" && !reflect.DeepEqual(kept[key], v) {
			t.Errorf("%s became %v", key, kept[key])
		}
	}
	if fr, en := changed.In("fr"), changed.In("en"); !strings.Contains(fr, "Couleur") || !strings.Contains(en, "Colour") {
		t.Errorf("told as %q and %q", fr, en)
	}
	if _, c := Carry(old, old, a, context()); !c.Empty() {
		t.Errorf("the same version differs from itself: %+v", c)
	}
	if kept, c := Carry(nil, now, a, context()); len(c.Added) > 0 || len(kept) != len(a)-1 {
		t.Errorf("without the old version %+v, %d answers", c, len(kept))
	}
}

// edits is what a town may do to a form between two versions.
func edits(t *rapid.T, tree map[string]any) {
	pages := tree["pages"].([]any)
	fields := func(page any) []any { return page.(map[string]any)["fields"].([]any) }
	for range rapid.IntRange(1, 4).Draw(t, "edits") {
		page := pages[rapid.IntRange(0, len(pages)-1).Draw(t, "page")].(map[string]any)
		list := fields(page)
		at := rapid.IntRange(0, len(list)-1).Draw(t, "field")
		f := list[at].(map[string]any)
		switch rapid.IntRange(0, 4).Draw(t, "edit") {
		case 0:
			if len(list) > 1 {
				page["fields"] = append(append([]any{}, list[:at]...), list[at+1:]...)
			}
		case 1:
			f["key"] = "renamed" + string(rune('a'+at))
		case 2:
			f["kind"] = rapid.SampledFrom([]string{"text", "longtext", "name", "phone", "mail", "date"}).Draw(t, "kind")
			for _, of := range []string{"choices", "source", "fields", "item", "minRows", "maxRows", "document", "compute", "result", "range", "decimals", "min", "max", "new"} {
				delete(f, of)
			}
		case 3:
			delete(f, "when")
		case 4:
			page["fields"] = append(append([]any{}, list...), map[string]any{"key": "extra" + string(rune('a'+at)), "kind": "text", "label": map[string]any{"fr": "Un", "en": "One"}})
		}
	}
}

func TestCarryingInventsAndHidesNothing(t *testing.T) {
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	old, ctx := everything(t), context()
	rapid.Check(t, func(t *rapid.T) {
		var tree map[string]any
		if err := json.Unmarshal(data, &tree); err != nil {
			t.Fatal(err)
		}
		edits(t, tree)
		raw, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		now, err := Parse(raw)
		if err != nil {
			t.Skip("no procedure: ", err)
		}
		a := Answers(rapid.MapOfN(anyKey, anyValue(1), 0, 6).Draw(t, "answers"))
		for k, v := range answers(t, good) {
			if _, changed := a[k]; !changed && rapid.Bool().Draw(t, k) {
				a[k] = v
			}
		}
		kept, changed := Carry(old, now, a, ctx)
		if again := Clean(now, kept, ctx); !reflect.DeepEqual(again, kept) {
			t.Fatalf("%s is not as the new form keeps it: %s", kept.Encode(), again.Encode())
		}
		lost := map[Text]bool{}
		for _, l := range changed.Lost {
			lost[l] = true
		}
		for key := range kept {
			if _, given := a[key]; !given {
				t.Fatalf("%s was answered by nobody", key)
			}
		}
		for key, v := range Clean(old, a, ctx) {
			_, before := old.FieldAt(key)
			got, still := kept[key]
			switch {
			case !still && !lost[before.Label] && !lostUnder(now, key, lost):
				t.Fatalf("%s is gone and nobody told", key)
			case still && reflect.DeepEqual(shapeOf(before), shapeOf(fieldOf(now, key))) && !reflect.DeepEqual(got, v):
				t.Fatalf("%s asks the same and became %v from %v", key, got, v)
			}
		}
	})
}

func fieldOf(p *Procedure, key string) *Field { _, f := p.FieldAt(key); return f }

func lostUnder(p *Procedure, key string, lost map[Text]bool) bool {
	f := fieldOf(p, key)
	return f != nil && lost[f.Label]
}
