package forms

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit/kittest"
)

// Every text that the screens name is written, in both languages.
func TestEveryTextNamedInTheSourceIsWritten(t *testing.T) {
	kittest.Light(t)
	named := regexp.MustCompile(`say\("([A-Za-z.]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(data), -1) {
			if strings.HasSuffix(m[1], ".") {
				continue // the rest of the key is worked out
			}
			found++
			for _, lang := range i18n.Languages() {
				i18n.SetLanguage(lang)
				if !i18n.Has("forms." + m[1]) {
					t.Errorf("%s: forms.%s is not written in %s", name, m[1], lang)
				}
			}
		}
	}
	if found < 80 {
		t.Errorf("only %d texts were found", found)
	}
}
