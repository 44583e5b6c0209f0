package help

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/assets"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

func TestATextIsItsBlocks(t *testing.T) {
	got := parse("# Titre\nDeux lignes\nd'un paragraphe.\n\n## Partie\n- un\n  et sa suite\n- deux\n\nFin.")
	want := []block{{title, "Titre"}, {paragraph, "Deux lignes d'un paragraphe."}, {section, "Partie"}, {item, "un et sa suite"}, {item, "deux"}, {paragraph, "Fin."}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, not %v", got, want)
	}
}

// Every text begins with its one title, is in both languages, and is one
// screenful.
func TestEveryTextIsOneScreenful(t *testing.T) {
	names := map[string]map[string]bool{}
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		names[lang] = map[string]bool{}
		entries, err := assets.FS.ReadDir("help/" + lang)
		if err != nil || len(entries) == 0 {
			t.Fatalf("%d texts: %v", len(entries), err)
		}
		for _, e := range entries {
			name := strings.TrimSuffix(e.Name(), ".md")
			names[lang][name] = true
			text, _ := assets.Help(lang, name)
			blocks := parse(text)
			titles := 0
			for _, b := range blocks {
				if b.kind == title {
					titles++
				}
				// It is shown as it is written, signs of Markdown too.
				if strings.ContainsAny(b.text, "*_`\"[]") {
					t.Errorf("%s/%s says %q", lang, name, b.text)
				}
			}
			if titles != 1 || blocks[0].kind != title || len(blocks) < 3 {
				t.Errorf("%s/%s is %v", lang, name, blocks)
			}
			// The sheet's width, and what a window of 600 leaves under its head.
			if h := kit.HeightFor(render(blocks), 320-2*look.M); h > 420 {
				t.Errorf("%s/%s is %.0f high", lang, name, h)
			}
		}
	}
	if a, b := fmt.Sprint(names["fr"]), fmt.Sprint(names["en"]); a != b {
		t.Errorf("in French there are %s, in English %s", a, b)
	}
}

// What a text names between quotation marks stands so on a screen.
func TestWhatIsQuotedIsOnAScreen(t *testing.T) {
	for lang, marks := range map[string]*regexp.Regexp{i18n.French: regexp.MustCompile("« ([^»]*) »"), i18n.English: regexp.MustCompile("“([^”]*)”")} {
		var said []string
		var gather func(any)
		gather = func(v any) {
			switch v := v.(type) {
			case string:
				said = append(said, v)
			case map[string]any:
				for _, one := range v {
					gather(one)
				}
			}
		}
		files, err := fs.Glob(assets.FS, "translations/"+lang+"/*.json")
		if err != nil || len(files) == 0 {
			t.Fatalf("%d translations: %v", len(files), err)
		}
		for _, name := range files {
			raw, err := assets.FS.ReadFile(name)
			var all any
			if err == nil {
				err = json.Unmarshal(raw, &all)
			}
			if err != nil {
				t.Fatal(err)
			}
			gather(all)
		}
		texts, _ := fs.Glob(assets.FS, "help/"+lang+"/*.md")
		seen := 0
		for _, name := range texts {
			raw, _ := assets.FS.ReadFile(name)
			for _, m := range marks.FindAllStringSubmatch(string(raw), -1) {
				seen++
				if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, m[1]) }) {
					t.Errorf("%s names %q, which no screen says", name, m[1])
				}
			}
		}
		if seen == 0 {
			t.Errorf("nothing is quoted in %s", lang)
		}
	}
}

func TestASheetFitsAndCloses(t *testing.T) {
	closed := 0
	kittest.FitsEverywhere(t, func() fyne.CanvasObject { return New("agenda", false, func() { closed++ }).Content() })
	kittest.Light(t)
	s := New("agenda", false, func() { closed++ })
	w := kittest.Window(t, s.Content(), fyne.NewSize(320, 400))
	kittest.Press(t, w, "Fermer l'aide")
	s.Reader().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if closed != 2 {
		t.Errorf("closed %d times", closed)
	}
	if New("no such screen", false, nil) != nil {
		t.Error("there is help of a screen that there is not")
	}
}
