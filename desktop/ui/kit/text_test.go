package kit

import (
	"slices"
	"testing"
)

// A line does not end where French has no break, nor between a number and what
// it counts, while that fits; what is too long for a line goes on after a sign.
func TestLinesEndWhereTheyMay(t *testing.T) {
	everything := func(string) bool { return true }
	for text, want := range map[string][]string{
		"n'est pas confirmé : jeudi 12 mars": {"n'est", "pas", "confirmé :", "jeudi", "12 mars"},
		"« Remplir » met":                    {"« Remplir »", "met"},
		"comptez 30 minutes":                 {"comptez", "30 minutes"},
		"06 39 98 01 20":                     {"06", "39", "98", "01", "20"},
		"":                                   {""},
		"a  b":                               {"a", "", "b"},
	} {
		if got := pieces(text, everything); !slices.Equal(got, want) {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
	if got := pieces("Vraiment ?", func(s string) bool { return len(s) < 10 }); !slices.Equal(got, []string{"Vraiment", "?"}) {
		t.Errorf("what does not fit together is %q", got)
	}
	signs := func(s string) float32 { return float32(len([]rune(s))) }
	if head, tail := breakWord("claire.martel@messagerie.fr", 18, signs); head != "claire.martel@" || tail != "messagerie.fr" {
		t.Errorf("the address is broken into %q and %q", head, tail)
	}
	if head, tail := breakWord("anticonstitutionnellement", 10, signs); head != "anticonsti" || tail != "tutionnellement" {
		t.Errorf("the word is broken into %q and %q", head, tail)
	}
}
