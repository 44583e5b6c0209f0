package requests

import (
	"os"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, say string }{
		"unknown member":         {`"version": 3`, `"version": 3, "colour": "red"`, "colour"},
		"version 0":              {`"version": 3`, `"version": 0`, "versions"},
		"an id of capitals":      {`"id": "tout"`, `"id": "Tout"`, "lower-case"},
		"one language":           {`"en": "Everything"`, `"en": ""`, "title"},
		"unknown kind":           {`"kind": "longtext"`, `"kind": "novel"`, "story"},
		"a key twice":            {`"key": "story"`, `"key": "line"`, "twice"},
		"a key of the language":  {`"key": "story"`, `"key": "today"`, "meaning"},
		"unknown name":           {`"when": "wants"`, `"when": "wantz"`, `expression "wantz"`},
		"a later name":           {`"when": "wants"`, `"when": "must"`, `expression "must"`},
		"not a condition":        {`"when": "wants"`, `"when": "amount"`, "page two"},
		"broken":                 {`"when": "wants"`, `"when": "wants and"`, "page two"},
		"the clock":              {`"when": "wants"`, `"when": "now().Year() > 2000"`, "page two"},
		"a large value":          {`"when": "wants"`, `"when": "repeat('x', 999999) == ''"`, "page two"},
		"too many walks":         {`"when": "wants"`, `"when": "any(many, any(many, any(many, any(many, true))))"`, "walks"},
		"a range":                {`"when": "wants"`, `"when": "any(1..999999, # == 5)"`, "range"},
		"a long expression":      {`"when": "wants"`, `"when": "` + strings.Repeat("wants and ", 200) + `wants"`, "page two"},
		"unknown in a row":       {`value != name`, `value != nom`, "rows.line"},
		"unknown through a list": {`any(value, .flag)`, `any(value, .flagg)`, "field rows"},
		"today in what is kept":  {`amount * len(many)`, `days(born, today) + 0.0`, "total"},
		"a text as a number":     {`amount * len(many)`, `line`, "total"},
		"choice twice":           {`"id": "b"`, `"id": "a"`, "choice"},
		"a choice of blanks":     {`"id": "b"`, `"id": "b b"`, "choice"},
		"no room for rows":       {`"maxRows": 3`, `"maxRows": 0`, "entries"},
		"rows without end":       {`"maxRows": 3`, `"maxRows": 5000`, "entries"},
		"a group in a group":     {`"kind": "name", "label": {"fr": "name ?"`, `"kind": "group", "label": {"fr": "name ?"`, "name"},
		"bounds the wrong way":   {`"min": 1,`, `"min": 1000,`, "bounds"},
		"a range of no date":     {`"kind": "longtext"`, `"kind": "longtext", "range": "past"`, "range"},
		"a required computation": {`"kind": "computed"`, `"kind": "computed", "required": true`, "asks nothing"},
		"a document of no kind":  {`"kind": "always"`, `"kind": "?"`, "kind"},
		"offline without a way":  {`"online": true`, `"online": false`, "atTownHall"},
		"something behind":       {"nothing of the file", "", "follows"},
	} {
		text := compactMembers(string(data))
		changed := strings.Replace(text, compactMembers(c.old), c.new, 1)
		if changed == text {
			if c.say == "follows" {
				changed = text + "{}"
			} else {
				t.Fatalf("%s: %q is not in the file", name, c.old)
			}
		}
		if p, err := Parse([]byte(changed)); err == nil {
			t.Errorf("%s: passes as %s", name, p.ID)
		} else if !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: says %q, without %q", name, err, c.say)
		}
	}
}

// compactMembers brings a file and the snippets of the table to one spelling:
// a member a line becomes members parted by ", ".
func compactMembers(s string) string {
	var b strings.Builder
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		b.WriteString(line)
		if strings.HasSuffix(line, ",") {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func TestFieldAt(t *testing.T) {
	p := everything(t)
	for path, want := range map[string]string{"line": "one.line", "home.postcode": "two.home", "rows": "two.rows", "rows[1].line": "two.line", "rows[0]": "two.rows", "stranger": "", "": "", "[0]": ""} {
		page, f := p.FieldAt(path)
		got := ""
		if f != nil {
			got = page.Key + "." + f.Key
		}
		if got != want {
			t.Errorf("%q leads to %q, not %q", path, got, want)
		}
	}
	if _, f := p.FieldAt("rows[1].line"); f.When != "flag" {
		t.Error("a row's question was taken for the one outside")
	}
}

func FuzzParse(f *testing.F) {
	data, _ := os.ReadFile("testdata/everything.json")
	f.Add(data)
	for _, s := range []string{``, `{}`, `null`, `{"id":"a","pages":[{}]}`, `{"id":"a","version":1,"group":"g","desk":"d","pages":[{"key":"p","fields":[{"key":"k","kind":"text","when":"1..1000000"}]}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err != nil {
			return
		}
		Check(p, Answers{}, Context{Today: "2026-09-15"}, "")
		NewIndex([]*Procedure{p}).Search(p.Title.FR)
	})
}

// A desktop that is older than its town's server passes over what it does not
// know; the server refuses the same file.
func TestAnOlderDesktopReadsANewerProcedure(t *testing.T) {
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	newer := []byte(strings.Replace(string(data), `"version"`, `"wings": 2, "version"`, 1))
	if _, err := Parse(newer); err == nil {
		t.Error("the server takes a member it does not know")
	}
	if p, err := ParseFeed(newer); err != nil || p.Version == 0 {
		t.Errorf("a desktop refuses it: %v", err)
	}
}
