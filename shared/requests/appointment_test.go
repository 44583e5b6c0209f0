package requests

import (
	"strings"
	"testing"
)

const coming = `{"id":"titres","version":1,"group":"g","desk":"d","title":{"fr":"a","en":"a"},"summary":{"fr":"a","en":"a"},
	"explanation":{"fr":"a","en":"a"},"duration":{"fr":"a","en":"a"},"delay":{"fr":"a","en":"a"},"legal":{"fr":"a","en":"a"},"online":true,
	"appointment":{"at":"titres","people":"people"},
	"pages":[{"key":"one","title":{"fr":"a","en":"a"},"fields":[{"key":"people","kind":"group","label":{"fr":"a","en":"a"},"item":{"fr":"a","en":"a"},
	"maxRows":4,"fields":[{"key":"name","kind":"name","label":{"fr":"a","en":"a"}}]}]}]}`

func TestEachPersonWhoComesTakesASlot(t *testing.T) {
	p, err := Parse([]byte(coming))
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{`{}`: 1, `{"people":[{"name":"A"}]}`: 1, `{"people":[{"name":"A"},{"name":"B"},{"name":"C"}]}`: 3} {
		a, wrong := Decode([]byte(body))
		if wrong != nil {
			t.Fatal(wrong)
		}
		if got := Coming(p, a); got != want {
			t.Errorf("%s has %d come, not %d", body, got, want)
		}
	}
	for _, wrong := range []string{`{"at":"Not a word"}`, `{"at":"titres","people":"name"}`, `{"at":"titres","people":"nobody"}`, `{"at":"titres","then":"x"}`} {
		if _, err := Parse([]byte(strings.Replace(coming, `{"at":"titres","people":"people"}`, wrong, 1))); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
