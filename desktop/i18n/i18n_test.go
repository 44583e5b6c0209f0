package i18n

import (
	"io/fs"
	"regexp"
	"sort"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"parvis/assets"
)

func in(t *testing.T, lang string) {
	t.Helper()
	before := Language()
	SetLanguage(lang)
	t.Cleanup(func() { SetLanguage(before) })
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

func places(s string) string {
	found := map[string]bool{}
	for _, p := range placeholder.FindAllString(s, -1) {
		found[strings.ReplaceAll(strings.Replace(p, "{{de ", "{{", 1), " ", "")] = true
	}
	all := make([]string, 0, len(found))
	for p := range found {
		all = append(all, p)
	}
	sort.Strings(all)
	return strings.Join(all, " ")
}

// French and English are both complete, ask for the same values, and count in
// the same places.
func TestLanguagesAreEqual(t *testing.T) {
	fr, en := catalogues[French].keys, catalogues[English].keys
	for key, m := range fr {
		o, ok := en[key]
		if !ok {
			t.Errorf("%s is missing in English", key)
			continue
		}
		// A procedure's own sentence travels in both languages; each shows its own.
		if key != "error.check_failed" && key != "error.form_changed" && places(m.Other) != places(o.Other) {
			t.Errorf("%s asks for %q in French and %q in English", key, places(m.Other), places(o.Other))
		}
		if (m.One == "") != (o.One == "") || (m.Zero == "") != (o.Zero == "") {
			t.Errorf("%s has a singular, or words for none, in one language only", key)
		}
		for _, msg := range []string{m.Zero, m.One, m.Many, o.Zero, o.One} {
			if msg == "" {
				continue
			}
			for _, p := range strings.Fields(places(msg)) {
				if !strings.Contains(places(m.Other), p) {
					t.Errorf("%s: a plural form asks for %s, which the others do not", key, p)
				}
			}
		}
		if strings.TrimSpace(m.Other) == "" || strings.TrimSpace(o.Other) == "" {
			t.Errorf("%s is empty", key)
		}
	}
	for key := range en {
		if _, ok := fr[key]; !ok {
			t.Errorf("%s is missing in French", key)
		}
	}
}

// What families read never speaks of machinery. The files whose name begins
// with staff are the agents'.
func TestFamiliesReadNoMachinery(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)(^|[^\p{L}])(synchronisations?|serveurs?|caches?|jetons?)($|[^\p{L}])`)
	entries, err := fs.ReadDir(assets.FS, "translations/fr")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "staff") {
			continue
		}
		data, err := fs.ReadFile(assets.FS, "translations/fr/"+e.Name())
		if err != nil {
			t.Fatal(err)
		}
		c, err := load(fstest.MapFS{"translations/fr/x.json": {Data: data}}, French)
		if err != nil {
			t.Fatal(err)
		}
		for key, m := range c.keys {
			for _, s := range []string{m.One, m.Many, m.Other} {
				if w := forbidden.FindString(s); w != "" {
					t.Errorf("%s: %s says %q", e.Name(), key, strings.TrimSpace(w))
				}
			}
		}
	}
	if !forbidden.MatchString("Le serveur répond") || forbidden.MatchString("Fichier caché") {
		t.Error("the test itself does not tell the words apart")
	}
}

// A name follows "de" as French wants it.
func TestNamesAfterDe(t *testing.T) {
	in(t, French)
	for name, want := range map[string]string{
		"Léa": "de Léa", "Inès Haddad": "d'Inès Haddad", "Éloïse": "d'Éloïse", "Œdipe": "d'Œdipe", "Hugo": "d'Hugo", "Yasmine": "de Yasmine", "Yves": "d'Yves", "": "de ",
	} {
		if got := T("forms.mark.child", map[string]any{"Name": name}); got != "Repris de ce que la mairie sait "+want+" : à vérifier." {
			t.Errorf("%q: %q", name, got)
		}
	}
	bare := regexp.MustCompile(`(?i)(^|[^\p{L}])de \{\{\.(Name|Names|Person|Child|Children|By|Who|FirstName)\}\}`)
	for key, m := range catalogues[French].keys {
		for _, s := range []string{m.One, m.Many, m.Other} {
			if bare.MatchString(s) {
				t.Errorf("%s: write {{de .Name}}: %q", key, s)
			}
		}
	}
}

func TestMissingKeyIsSeen(t *testing.T) {
	if got := T("no.such.key", nil); got != "[no.such.key]" {
		t.Errorf("a missing key shows as %q", got)
	}
	if got := T("format.datetime", map[string]any{"Date": "x"}); got != "[format.datetime]" {
		t.Errorf("a missing value shows as %q", got)
	}
	if Has("no.such.key") || !Has("format.and") {
		t.Error("Has is wrong")
	}
}

func TestSwitchTellsListenersOnce(t *testing.T) {
	in(t, French)
	calls := 0
	stop := Listen(func() { calls++ })
	SetLanguage(English)
	SetLanguage("en_GB.UTF-8")
	if calls != 1 || Language() != English {
		t.Errorf("%d calls, language %s", calls, Language())
	}
	stop()
	SetLanguage(French)
	if calls != 1 {
		t.Error("called after stop")
	}
	SetLanguage("de")
	if Language() != French {
		t.Error("an unknown language is not French")
	}
}

func TestPlurals(t *testing.T) {
	in(t, French)
	for n, want := range map[int]string{0: "depuis 0 jour", 1: "depuis 1 jour", 2: "depuis 2 jours", 1000000: "depuis 1\u202f000\u202f000 jours"} {
		if got := T("format.since.days", map[string]any{"Count": n}); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	SetLanguage(English)
	for n, want := range map[int]string{0: "for 0 days", 1: "for 1 day", 2: "for 2 days", 5000: "for 5,000 days"} {
		if got := T("format.since.days", map[string]any{"Count": n}); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// French counts 0 as one: a text whose singular has no number in it would speak of
// one thing where there is none.
func TestNoTextSaysOneOfNone(t *testing.T) {
	values := regexp.MustCompile(`\.([A-Za-z]+)`)
	for _, lang := range Languages() {
		in(t, lang)
		for key, m := range catalogues[lang].keys {
			if m.One == "" || !strings.Contains(m.Other, ".Count") {
				continue
			}
			args := map[string]any{}
			for _, v := range values.FindAllStringSubmatch(strings.Join(placeholder.FindAllString(m.Zero+m.One+m.Other, -1), " "), -1) {
				args[v[1]] = "x"
			}
			args["Count"] = 1
			one := T(key, args)
			args["Count"] = 0
			if none := T(key, args); none == one || strings.HasPrefix(none, "[") {
				t.Errorf("%s, %s: of none it says %q", lang, key, none)
			}
		}
	}
	in(t, French)
	for key, want := range map[string]string{"grouped.pick.count": "Aucun jour choisi.", "openings.days": "aucun jour", "staff.day.absent": "aucun absent", "closures.cost.families": "aucune famille"} {
		if got := T(key, map[string]any{"Count": 0}); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	day := time.Date(2019, 3, 12, 9, 5, 0, 0, time.UTC)
	first := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	type row struct{ got, fr, en string }
	rows := func() []row {
		return []row{
			{Date(day), "12\u00a0mars 2019", "12\u00a0March 2019"},
			{Date(first), "1er\u00a0mai 2026", "1\u00a0May 2026"},
			{DayDate(day), "mardi 12\u00a0mars", "Tuesday 12\u00a0March"},
			{LongDate(day), "mardi 12\u00a0mars 2019", "Tuesday 12\u00a0March 2019"},
			{MonthYear(day), "mars 2019", "March 2019"},
			{ShortDate(day), "12/03/2019", "12/03/2019"},
			{DateTime(day), "12\u00a0mars 2019 à 09:05", "12\u00a0March 2019 at 09:05"},
			{Money(320), "3,20\u00a0€", "€3.20"},
			{Money(-1240), "−12,40\u00a0€", "−€12.40"},
			{Money(5), "0,05\u00a0€", "€0.05"},
			{Money(123456789), "1\u202f234\u202f567,89\u00a0€", "€1,234,567.89"},
			{Money(-1 << 63), "−92\u202f233\u202f720\u202f368\u202f547\u202f758,08\u00a0€", "−€92,233,720,368,547,758.08"},
			{Number(5000), "5\u202f000", "5,000"},
			{Number(-7), "−7", "−7"},
			{Labels([]string{"Photo d'identité", "Livret de famille", "PAI"}), "Photo d'identité, livret de famille et PAI", "Photo d'identité, livret de famille and PAI"},
			{Percent(40), "40\u00a0%", "40%"},
			{Size(3_200_000), "3,2\u00a0Mo", "3.2\u00a0MB"},
			{Size(94_300), "94\u00a0Ko", "94\u00a0KB"},
			{Size(999_700), "1,0\u00a0Mo", "1.0\u00a0MB"},
			{Size(99_970_000), "100\u00a0Mo", "100\u00a0MB"},
			{Size(999), "999\u00a0octets", "999\u00a0bytes"},
			{Labels([]string{"A", "", "B"}), "A,  et b", "A,  and b"},
			{Size(12), "12\u00a0octets", "12\u00a0bytes"},
			{Since(3*24*time.Hour + time.Hour), "depuis 3 jours", "for 3 days"},
			{Ago(61 * time.Second), "il y a 1 minute", "1 minute ago"},
			{Ago(-time.Second), "à l'instant", "just now"},
			{List([]string{"Léa", "Tom", "Inès"}), "Léa, Tom et Inès", "Léa, Tom and Inès"},
			{List([]string{"Léa"}), "Léa", "Léa"},
			{Clauses([]string{"Léa, lundi", "Tom"}), "Léa, lundi ; Tom", "Léa, lundi; Tom"},
			{Capital("été"), "Été", "Été"},
		}
	}
	in(t, French)
	for _, r := range rows() {
		if r.got != r.fr {
			t.Errorf("fr: %q, want %q", r.got, r.fr)
		}
	}
	SetLanguage(English)
	for _, r := range rows() {
		if r.got != r.en {
			t.Errorf("en: %q, want %q", r.got, r.en)
		}
	}
}

func TestAKeyThatStandsTwiceIsAMistake(t *testing.T) {
	_, err := load(fstest.MapFS{
		"translations/fr/a.json": {Data: []byte(`{"x":{"y":"1"}}`)},
		"translations/fr/b.json": {Data: []byte(`{"x.y":"2"}`)},
	}, French)
	if err == nil || !strings.Contains(err.Error(), "x.y") {
		t.Errorf("got %v", err)
	}
}

// The rail is 208 wide: beside a count, a single longer word is broken in two.
func TestWordsThatBearACountFitTheRail(t *testing.T) {
	const longest = 12
	for _, lang := range []string{"fr", "en"} {
		in(t, lang)
		for _, key := range []string{"app.rail.exchanges", "app.rail.requests", "app.rail.queue"} {
			for _, word := range strings.Fields(T(key, nil)) {
				if n := len([]rune(word)); n > longest {
					t.Errorf("%s: %q has %d letters", lang, word, n)
				}
			}
		}
	}
}

// A text that is the same for one and for many is never a missing one.
func TestATextWithoutAPluralIsSaidForAnyCount(t *testing.T) {
	for _, lang := range Languages() {
		in(t, lang)
		for _, n := range []int{0, 1, 2} {
			if got := T("app.unsent.kiosk", map[string]any{"Count": n, "what": "une demande"}); !strings.Contains(got, "une demande") {
				t.Errorf("%s, %d: %q", lang, n, got)
			}
		}
	}
}

// Two dates of a period do not say twice what they have in common.
func TestADateBeforeAnother(t *testing.T) {
	at := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	last := at(2025, 10, 31)
	for lang, want := range map[string][3]string{French: {"1er", "1er\u00a0septembre", "1er\u00a0octobre 2024"}, English: {"1", "1\u00a0September", "1\u00a0October 2024"}} {
		SetLanguage(lang)
		got := [3]string{DateBefore(at(2025, 10, 1), last), DateBefore(at(2025, 9, 1), last), DateBefore(at(2024, 10, 1), last)}
		if got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	SetLanguage(French)
}

func TestALabelWithinASentence(t *testing.T) {
	for label, want := range map[string]string{"Restauration scolaire": "restauration scolaire", "École": "école", "PAI": "PAI", "": "", "É": "é"} {
		if got := Small(label); got != want {
			t.Errorf("%q becomes %q", label, got)
		}
	}
}
