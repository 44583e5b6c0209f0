package messages

import (
	"strings"
	"testing"
	"unicode/utf8"

	"parvis/shared/portal"
)

func TestAMessageIsKeptAsItReads(t *testing.T) {
	for in, want := range map[string]string{
		"  Bonjour,\r\nmerci.\n":        "Bonjour,\nmerci.",
		"a\tb":                          "a\tb",
		"é" + strings.Repeat("à", 3999): "é" + strings.Repeat("à", 3999),
	} {
		if got, wrong := Text(in); wrong != nil || got != want {
			t.Errorf("%.20q is kept as %.20q: %v", in, got, wrong)
		}
	}
	for in, want := range map[string]portal.Code{
		"": portal.Missing, " \n\t ": portal.Missing, "a\x00b": BadText, "a\u202eb": BadText, "\xff": BadText, "a\x1bb": BadText,
		strings.Repeat("é", Longest+1): portal.TooLong,
	} {
		if _, wrong := Text(in); wrong == nil || wrong.Code != want || wrong.Field != "text" {
			t.Errorf("%.20q: %v, not %s", in, wrong, want)
		}
	}
	if _, wrong := Title("deux\nlignes"); wrong == nil || wrong.Code != BadText || wrong.Field != "title" {
		t.Errorf("a title of two lines: %v", wrong)
	}
	if _, wrong := Title(strings.Repeat("t", LongestTitle+1)); wrong == nil || wrong.Args["max"] != "80" {
		t.Errorf("a long title: %v", wrong)
	}
}

func TestSoManyFilesGoWithMessages(t *testing.T) {
	for _, c := range []struct {
		files, kept int
		want        portal.Code
		most        string
	}{
		{0, 0, "", ""}, {MostFiles, 0, "", ""}, {MostFiles + 1, 0, TooManyFiles, "5"},
		{1, MostKept - 1, "", ""}, {2, MostKept - 1, TooManyKept, "300"}, {1, MostKept, TooManyKept, "300"},
		{0, MostKept, "", ""}, // words are always taken
		{MostFiles + 1, MostKept, TooManyFiles, "5"},
	} {
		wrong := Enclosing(c.files, c.kept)
		if c.want == "" && wrong != nil || c.want != "" && (wrong == nil || wrong.Code != c.want || wrong.Field != "files" || wrong.Args["max"] != c.most) {
			t.Errorf("%d files after %d: %v, not %q", c.files, c.kept, wrong, c.want)
		}
	}
}

func TestReusableTextsHaveTheirFields(t *testing.T) {
	values := map[string]string{FirstName: "Claire", Reference: "2026-000101", Procedure: "Fiche enfant", AgentName: "Sylvie Roy"}
	got, wrong := Merge("Bonjour {prénom}, {Demarche} n° { REFERENCE }.\n{agent}", values)
	if wrong != nil || got != "Bonjour Claire, Fiche enfant n° 2026-000101.\nSylvie Roy" {
		t.Errorf("%q %v", got, wrong)
	}
	// What a value holds is not read again.
	if got, wrong := Merge("{prénom}", map[string]string{FirstName: "{agent}"}); wrong != nil || got != "{agent}" {
		t.Errorf("%q %v", got, wrong)
	}
	for text, name := range map[string]string{"{nom}": "nom", "Bonjour {prénom": "prénom", "{}": "", "{ {prénom} }": " {prénom", "{" + strings.Repeat("x", 99): strings.Repeat("x", 30) + "…"} {
		if _, wrong := Template(text); wrong == nil || wrong.Code != UnknownField || wrong.Field != "text" || wrong.Args["name"] != name {
			t.Errorf("%q: %v", text, wrong)
		}
	}
	if _, wrong := Template(" "); wrong == nil || wrong.Code != portal.Missing {
		t.Errorf("nothing: %v", wrong)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"Bonjour {prénom}", "{", "}{", "{prénom}{agent}", "a\x00", "\xff{agent}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, wrong := Template(s)
		if wrong != nil {
			return
		}
		out, wrong := Merge(text, map[string]string{FirstName: "x", Reference: "x", Procedure: "x", AgentName: "x"})
		if wrong != nil || !utf8.ValidString(out) || strings.ContainsAny(out, "{\x00") {
			t.Fatalf("%q becomes %q: %v", s, out, wrong)
		}
	})
}
