package catalogue

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"parvis/shared/accounts"
)

// codes is every error code that the shared rules declare, read from their
// source so that a new one without a sentence fails the test.
func codes(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, pkg := range []string{"portal", "accounts", "requests", "payments"} {
		files, err := filepath.Glob("../../shared/" + pkg + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no source of %s: %v", pkg, err)
		}
		for _, file := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || spec.Type == nil || !strings.HasSuffix(typeName(spec.Type), "Code") {
					return true
				}
				for _, v := range spec.Values {
					if lit, ok := v.(*ast.BasicLit); ok {
						code, err := strconv.Unquote(lit.Value)
						if err != nil {
							t.Fatal(err)
						}
						found[code] = true
					}
				}
				return true
			})
		}
	}
	if len(found) < 50 {
		t.Fatalf("only %d codes were found", len(found))
	}
	return found
}

func typeName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

func sentences(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../translations/" + lang + "/rules.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// said is the keys under "error" of all files of a language: a module tells its
// own mistakes beside its other words.
func said(t *testing.T, lang string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../translations/" + lang + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no translations: %v", err)
	}
	out := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		errors, _ := m["error"].(map[string]any)
		for key := range errors {
			out["error."+key] = true
		}
		for key := range m {
			out[key] = true
		}
	}
	return out
}

func TestEveryMistakeHasItsSentence(t *testing.T) {
	known := codes(t)
	for _, lang := range []string{"fr", "en"} {
		has := said(t, lang)
		for code := range known {
			if !has["error."+code] {
				t.Errorf("%s has no sentence in %s", code, lang)
			}
		}
	}
	fr, en := sentences(t, "fr"), sentences(t, "en")
	for _, field := range append(append([]string{}, accounts.ProfileFields...), "login", "password") {
		if fr["rule."+field] == "" || en["rule."+field] == "" {
			t.Errorf("the rule of %s is not told", field)
		}
	}
	for key := range fr {
		if en[key] == "" {
			t.Errorf("%s is not there in English", key)
		}
		if rest, ok := strings.CutPrefix(key, "error."); ok {
			if code, _, _ := strings.Cut(rest, "."); !known[code] {
				t.Errorf("%s is about no code", key)
			}
		}
	}
	if len(en) != len(fr) {
		t.Errorf("%d sentences in French, %d in English", len(fr), len(en))
	}
}

var argument = regexp.MustCompile(`\.([a-z]+)\b`)

func TestSentencesAreWellMade(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		for key, s := range sentences(t, lang) {
			tmpl, err := template.New(key).Option("missingkey=error").Parse(s)
			if err != nil {
				t.Errorf("%s %s: %v", lang, key, err)
				continue
			}
			var b strings.Builder
			args := map[string]string{"min": "1", "max": "0", "seconds": "30", "age": "18", "request": "ab12", "fr": "Cochez.", "en": "Tick."}
			if err := tmpl.Execute(&b, args); err != nil {
				t.Errorf("%s %s: %v", lang, key, err)
			}
			if neverShown.MatchString(s) || strings.Contains(strings.ToLower(s), "invalide") || twoSpaces.MatchString(s) || strings.Contains(b.String(), "no value") {
				t.Errorf("%s %s says %q", lang, key, s)
			}
			if last := b.String(); !strings.HasSuffix(last, ".") {
				t.Errorf("%s %s is no sentence: %q", lang, key, last)
			}
		}
	}
	fr, en := sentences(t, "fr"), sentences(t, "en")
	for key := range fr {
		if key == "error.check_failed" || key == "error.form_changed" {
			continue // they take what is told in their own language
		}
		a, b := argumentsOf(fr[key]), argumentsOf(en[key])
		if a != b {
			t.Errorf("%s takes %s in French, %s in English", key, a, b)
		}
	}
}

func argumentsOf(s string) string {
	seen := map[string]bool{}
	for _, part := range strings.Split(s, "{{")[1:] {
		inside, _, _ := strings.Cut(part, "}}")
		for _, m := range argument.FindAllStringSubmatch(inside, -1) {
			seen[m[1]] = true
		}
	}
	var names []string
	for _, name := range []string{"age", "en", "fr", "max", "min", "request", "seconds"} {
		if seen[name] {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}
