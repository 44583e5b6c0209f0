package requests

import (
	"os"
	"strings"
	"testing"
)

func TestMergeFields(t *testing.T) {
	values := map[string]string{"name": "Léa {{town}}", "town": "Saint-Aubin", "empty": " "}
	for template, want := range map[string]string{
		"Bonjour {{name}}.":                 "Bonjour Léa {{town}}.", // a value is never read as a template
		"{{town}}{{town}}":                  "Saint-AubinSaint-Aubin",
		"a\n{{?empty}}Motif : {{empty}}\nb": "a\nb",
		"a\n{{?town}}\nb":                   "a\nSaint-Aubin\nb",
		"a\n{{?town}}Ville : {{town}}\nb":   "a\nVille : Saint-Aubin\nb", // once, not twice
		"{{?town}}{{town}}\n{{name}}":       "Saint-Aubin\nLéa {{town}}",
		"{{unknown}}!":                      "!",
		"":                                  "",
		"{ {name} }":                        "{ {name} }",
		"{{?missing}}whole line goes\nnext {{town}}": "next Saint-Aubin",
	} {
		if got := Merge(template, values); got != want {
			t.Errorf("%q gives %q, not %q", template, got, want)
		}
	}
	for _, bad := range []string{"{{name", "name}}", "{{na me}}", "{{}}", "{{name}} }}"} {
		if _, err := MergeNames(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestALetterNamesWhatIsThere(t *testing.T) {
	p := altered(t, `"online": true`, `"online": true, "letter": {"fr": "{{town}} : {{line}}, {{leaves}}{{?decision}}\n{{total}}", "en": "{{reference}}"}`)
	got := Letter(p, answers(t, good), context(), plain{}, map[string]string{LetterTown: "Saint-Aubin", LetterDecision: "d'accord", "line": "not this"})
	if !strings.HasPrefix(got, "Saint-Aubin : Bonjour, ") || !strings.HasSuffix(strings.SplitN(got, "\n", 2)[0], "d'accord") {
		t.Errorf("the letter is %q", got)
	}
	if Letter(everything(t), answers(t, good), context(), plain{}, nil) != "" {
		t.Error("a letter of a procedure that has none")
	}
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"{{wings}}", "{{rows}}", "{{paper}}", "{{line", "{{detail}}"} {
		text := strings.Replace(string(data), `"online": true`, `"online": true, "letter": {"fr": "`+bad+`", "en": "x"}`, 1)
		text = strings.Replace(text, `"key": "detail",`, `"key": "detail", "health": true,`, 1)
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), "letter") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
