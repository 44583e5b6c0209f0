package requests

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

func TestOnlyWhatWasAskedMayChange(t *testing.T) {
	p, ctx := everything(t), context()
	old := answers(t, good)
	for name, c := range map[string]struct {
		change string
		asked  []string
		field  string
		code   portal.Code
	}{
		"the field asked":                      {`{"line":"Bonsoir"}`, []string{"line"}, "", ""},
		"a group":                              {`{"rows":[{"name":"Ana","flag":true,"line":"non"}]}`, []string{"rows"}, "", ""},
		"another field":                        {`{"line":"Bonsoir","who":"Autre"}`, []string{"line"}, "who", NotAsked},
		"another field as it was":              {`{"line":"Bonsoir","who":"N'Diaye"}`, []string{"line"}, "", ""},
		"nothing":                              {`{}`, []string{"line"}, "", ""},
		"a wrong answer":                       {`{"mail":"claire"}`, []string{"mail"}, "mail", accounts.BadMail},
		"taken out though needed":              {`{"line":null}`, []string{"line"}, "line", portal.Missing},
		"no field of the form":                 {`{"wings":2}`, []string{"line"}, "wings", NotAsked},
		"what follows from the answer":         {`{"amount":45,"last":"Oui"}`, []string{"amount"}, "", ""},
		"what does not follow from it":         {`{"amount":11,"last":"Oui"}`, []string{"amount"}, "last", NotAsked},
		"what it makes wrong is told":          {`{"born":"2026-09-10"}`, []string{"born"}, "leaves", CheckFailed},
		"what it makes wrong is mended":        {`{"born":"2026-09-10","leaves":"2026-10-15"}`, []string{"born"}, "", ""},
		"what it makes wrong is mended ill":    {`{"born":"2026-09-10","leaves":"2026-09-16"}`, []string{"born"}, "leaves", CheckFailed},
		"whom it is about, though not offered": {`{"child":"` + another + `"}`, []string{"line"}, "child", NotAsked},
	} {
		_, wrong := Amend(p, old, answers(t, c.change), c.asked, ctx)
		switch {
		case c.code == "" && len(wrong) > 0:
			t.Errorf("%s is refused: %v", name, wrong)
		case c.code != "" && (wrong.Of(c.field) == nil || wrong.Of(c.field).Code != c.code):
			t.Errorf("%s: %v, not %s at %s", name, wrong, c.code, c.field)
		}
	}
}

// A year later the days that were to come are gone, the school is closed and
// the child no longer linked: what was right then stands.
func TestAnOldRequestIsCorrectedByTheRulesOfThen(t *testing.T) {
	p, ctx := everything(t), context()
	old := answers(t, good)
	ctx.Today = "2027-10-01"
	ctx.People, ctx.Sources = []portal.ID{}, map[string][]Choice{"sites": {}}
	out, wrong := Amend(p, old, Answers{"line": "Bonsoir"}, []string{"line"}, ctx)
	if len(wrong) > 0 {
		t.Fatalf("refused: %v", wrong)
	}
	for _, key := range []string{"leaves", "site", "child", "paper"} {
		if !reflect.DeepEqual(out[key], old[key]) {
			t.Errorf("%s became %v", key, out[key])
		}
	}
	if out["line"] != "Bonsoir" {
		t.Error("the correction is not there")
	}
	if _, wrong := Amend(p, old, Answers{"site": "jules-ferry"}, []string{"site"}, ctx); wrong.Of("site") == nil {
		t.Error("a school that is closed is corrected to")
	}
	if got := Differing(p, old, out); !slices.Equal(got, []string{"line"}) {
		t.Errorf("what differs is %v", got)
	}
}

func TestWhatMayBeAskedFor(t *testing.T) {
	p, a, ctx := everything(t), answers(t, good), context()
	a["wants"] = false
	for name, c := range map[string]struct {
		fields, documents []string
		code              portal.Code
	}{
		"a field":               {[]string{"line"}, nil, ""},
		"a document":            {nil, []string{"sometimes"}, ""},
		"both":                  {[]string{"line", "born"}, []string{"always"}, ""},
		"nothing":               {nil, nil, NothingAsked},
		"twice":                 {[]string{"line", "line"}, nil, NotCorrectable},
		"what is hidden":        {[]string{"home"}, nil, NotCorrectable},
		"whom it is about":      {[]string{"child"}, nil, NotCorrectable},
		"what is computed":      {[]string{"total"}, nil, NotCorrectable},
		"an entry's field":      {[]string{"rows[0].name"}, nil, NotCorrectable},
		"nothing of the form":   {[]string{"wings"}, nil, NotCorrectable},
		"another kind of paper": {nil, []string{"passport"}, NotCorrectable},
	} {
		e := CheckAsk(p, a, ctx, c.fields, c.documents)
		if c.code == "" && e != nil || c.code != "" && (e == nil || e.Code != c.code) {
			t.Errorf("%s: %v, not %q", name, e, c.code)
		}
	}
	if _, e := CheckNote("text", strings.Repeat("é", MaxNote+1), true); e == nil || e.Code != portal.TooLong {
		t.Errorf("a long text: %v", e)
	}
	if _, e := CheckNote("text", " \n ", true); e == nil || e.Code != portal.Missing {
		t.Errorf("no text: %v", e)
	}
	if s, e := CheckNote("text", " a\r\nb ", false); e != nil || s != "a\nb" {
		t.Errorf("%q, %v", s, e)
	}
}

func TestAnyCorrectionLeavesTheRestAlone(t *testing.T) {
	p, ctx := everything(t), context()
	rapid.Check(t, func(t *rapid.T) {
		old := Clean(p, answers(t, good), ctx)
		change := Answers(rapid.MapOfN(anyKey, anyValue(2), 0, 6).Draw(t, "change"))
		asked := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"line", "amount", "born", "wants", "many", "rows", "must", "home", "total"}), 1, 3, rapid.ID).Draw(t, "asked")
		out, wrong := Amend(p, old, change, asked, ctx)
		if len(wrong) > 0 {
			return
		}
		if es := Check(p, out, ctx, ""); len(es) > 0 {
			t.Fatalf("an accepted correction leaves %v", es)
		}
		shown := Shown(p, out, ctx).Fields
		for key, v := range old {
			_, changed := change[key]
			if shown[key] && !changed && !reflect.DeepEqual(out[key], v) {
				t.Fatalf("%s was touched by nobody and became %v", key, out[key])
			}
		}
		before := Shown(p, old, ctx).Fields
		for _, key := range Differing(p, old, out) {
			follows := !before[key] || !shown[key]
			if !slices.Contains(asked, key) && !follows && key != "leaves" {
				t.Fatalf("%s changed, asked was %v", key, asked)
			}
		}
	})
}
