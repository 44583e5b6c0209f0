package words

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Œuvre d’Été":       "oeuvre d'ete",
		"ÉCOLE Jules-Ferry": "ecole jules-ferry",
		"Æon ça Noël":       "aeon ca noel",
		"Straße":            "strasse",
		"Łódź":              "lodz",
		"e\u0301tat":        "etat",
		"Иван":              "иван",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q folds to %q, not %q", in, got, want)
		}
	}
}

func TestTidy(t *testing.T) {
	if got := Tidy("  L’e\u0301cole \n  du  pré "); got != "L'école du pré" {
		t.Fatalf("tidied to %q", got)
	}
}

func TestSplit(t *testing.T) {
	if got := strings.Join(Split("L'acte d’état-civil (n° 3)"), "|"); got != "l|acte|d|etat|civil|n|3" {
		t.Fatalf("split into %s", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		max  int
		want int
	}{
		{"cantine", "cantine", 1, 0},
		{"cantien", "cantine", 1, 1}, // neighbours swapped
		{"cantne", "cantine", 1, 1},
		{"cantinne", "cantine", 1, 1},
		{"kantine", "cantine", 1, 1},
		{"katine", "cantine", 1, 2},
		{"restoration", "restauration", 2, 2},
		{"abc", "xyz", 1, 2},
		{"", "ab", 1, 2},
		{"", "", 0, 0},
	} {
		if got := Distance(c.a, c.b, c.max); got != c.want {
			t.Errorf("from %q to %q within %d are %d, not %d", c.a, c.b, c.max, got, c.want)
		}
	}
}

func TestDistanceIsAMeasure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[abcé]{0,7}`).Draw(t, "a")
		b := rapid.StringMatching(`[abcé]{0,7}`).Draw(t, "b")
		d := Distance(a, b, 9)
		if d != Distance(b, a, 9) {
			t.Fatal("the way back is another length")
		}
		if (d == 0) != (a == b) {
			t.Fatalf("%q and %q are %d apart", a, b, d)
		}
		if la, lb := utf8.RuneCountInString(a), utf8.RuneCountInString(b); d > max(la, lb) || d < la-lb || d < lb-la {
			t.Fatalf("%d is out of bounds", d)
		}
		if cut := Distance(a, b, 1); cut != min(d, 2) {
			t.Fatalf("within 1 it is %d, whole it is %d", cut, d)
		}
	})
}

func TestFoldIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := Tidy(s); Tidy(once) != once {
			t.Fatalf("%q is tidied again", once)
		}
		for _, w := range Split(s) {
			if w == "" {
				t.Fatal("an empty word")
			}
		}
	})
}

func TestCalled(t *testing.T) {
	for names, want := range map[string]string{"Léa": "Léa", "Zoé Marie": "Zoé", " Anne-Lise  Marie Jeanne ": "Anne-Lise", "D'Arcy Paul": "D'Arcy", "": ""} {
		if got := Called(names); got != want {
			t.Errorf("%q is called %q, not %q", names, got, want)
		}
	}
}
