package requests

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

func begun(fields map[string]DraftField) DraftForm {
	return DraftForm{ID: someone, Procedure: "fiche-enfant", Version: 1, Request: someone, Fresh: another, Fields: fields}
}

func anyDraft(t *rapid.T, name string) DraftForm {
	fields := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), rapid.Custom(func(t *rapid.T) DraftField {
		return DraftField{json.RawMessage(rapid.SampledFrom([]string{`"x"`, `"y"`, `null`, `7`, `["z"]`}).Draw(t, "v")), rapid.Int64Range(0, 4).Draw(t, "at")}
	}), 0, 4).Draw(t, name)
	d := begun(fields)
	d.Version, d.Terms = rapid.IntRange(1, 3).Draw(t, "version"), rapid.IntRange(0, 2).Draw(t, "terms")
	d.Page, d.PageAt = rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "page"), rapid.Int64Range(0, 3).Draw(t, "page at")
	return d
}

// Whatever computers meet in whatever order, they come to the same draft.
func TestDraftsMergeInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyDraft(t, "a"), anyDraft(t, "b"), anyDraft(t, "c")
		ab := MergeDrafts(a, b)
		if !reflect.DeepEqual(ab, MergeDrafts(b, a)) {
			t.Fatalf("%+v and %+v", ab, MergeDrafts(b, a))
		}
		if x, y := MergeDrafts(ab, c), MergeDrafts(a, MergeDrafts(b, c)); !reflect.DeepEqual(x, y) {
			t.Fatalf("%+v and %+v", x, y)
		}
		if !reflect.DeepEqual(MergeDrafts(ab, ab), ab) || !reflect.DeepEqual(MergeDrafts(ab, a), ab) {
			t.Fatal("merging twice changes something")
		}
	})
}

func TestTheLastWordStandsQuestionByQuestion(t *testing.T) {
	home := begun(nil).With(Answers{"lastName": "Diallo", "class": "cp"}, 100)
	work := home.With(Answers{"lastName": "Diallo", "class": "ce1", "diet": "standard"}, 300)
	home = home.With(Answers{"lastName": "Diallo-Roux"}, 200) // and the class taken out
	got := MergeDrafts(home, work)
	if want := (Answers{"lastName": "Diallo-Roux", "class": "ce1", "diet": "standard"}); !reflect.DeepEqual(got.Answers(), want) {
		t.Fatalf("%v, not %v", got.Answers(), want)
	}
	if got.Latest() != 300 || got.Within(250).Latest() != 250 {
		t.Errorf("the latest instant is %d", got.Latest())
	}
	// A clock that went back does not lose what is typed now.
	again := work.With(Answers{"lastName": "Diallo", "class": "ce2", "diet": "standard"}, 5)
	if MergeDrafts(work, again).Answers().Text("class") != "ce2" {
		t.Error("an answer given after another is older than it")
	}
}

func TestWhatIsNoDraftIsRefused(t *testing.T) {
	good := begun(map[string]DraftField{"lastName": {json.RawMessage(`"Diallo"`), 5}})
	raw, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	back, e := DecodeDraft(raw)
	if e != nil || !reflect.DeepEqual(back, good) {
		t.Fatalf("%+v, %v", back, e)
	}
	for bad, field := range map[string]string{
		`{"id":"` + someone: "", `[]`: "", `{}`: "id", string(raw) + "{}": "",
		strings.Replace(string(raw), `"fiche-enfant"`, `"Fiche enfant"`, 1): "procedure",
		strings.Replace(string(raw), `"version":1`, `"version":0`, 1):       "version",
		strings.Replace(string(raw), `"lastName"`, `"last name"`, 1):        "fields",
		strings.Replace(string(raw), `"at":5`, `"at":-5`, 1):                "fields.lastName",
		strings.Replace(string(raw), `"fresh":"`+another, `"fresh":"x`, 1):  "fresh",
	} {
		if _, e := DecodeDraft([]byte(bad)); e == nil || e.Field != field {
			t.Errorf("%s: %v, not at %q", bad, e, field)
		}
	}
	if _, e := DecodeDraft([]byte(strings.Repeat(" ", MaxDraft+1))); e == nil || e.Code != TooLarge {
		t.Errorf("a draft that is too large: %v", e)
	}
}

func FuzzDecodeDraft(f *testing.F) {
	raw, _ := json.Marshal(begun(map[string]DraftField{"lastName": {json.RawMessage(`"Diallo"`), 5}}))
	f.Add(raw)
	f.Add([]byte(`{"id":5}`))
	f.Add([]byte(`{"fields":{"a":{"value":[[[[1]]]],"at":9e18}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, e := DecodeDraft(data)
		if e != nil {
			switch e.Code {
			case portal.Invalid, TooLarge, TooMany:
			default:
				t.Fatalf("an input is told as %s", e.Code)
			}
			return
		}
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		back, e := DecodeDraft(raw)
		if e != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("%+v is written and read as %+v: %v", d, back, e)
		}
		d.Answers()
	})
}
