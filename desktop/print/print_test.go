package print_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/print"
)

var made = time.Date(2026, 3, 9, 18, 4, 0, 0, time.UTC)

func recap() print.Sheet {
	return print.Sheet{
		Town: "Saint-Aubin-sur-Vesle", Title: "Récapitulatif de votre demande", Number: "FE-2026-00042", Made: made,
		Intro: "Votre demande a été reçue par la mairie. Gardez ce récapitulatif.",
		Sections: []print.Section{
			{Title: "Votre enfant", Rows: []print.Row{
				{"Nom de famille", "Roux-Desjardins"}, {"Prénoms", "Léa, Zoé, Œuvre-Aÿmée"}, {"Date de naissance", "12 mars 2019"}, {"Médecin", " "},
			}},
			{Title: "Cantine à l'école Jules-Ferry", Rows: []print.Row{{"Personnes autorisées à venir chercher l'enfant, avec leur numéro de téléphone", "Jeanne Morel, 06 39 98 00 01\nPaul Ÿgrec"}, {"Prix", "3,20 €"}}},
		},
		Note: "Article L131-13 du Code de l'éducation : l'inscription à la cantine est un droit.",
	}
}

// flat is a text with its line ends and double spaces taken out.
func flat(pages []string) string { return strings.Join(strings.Fields(strings.Join(pages, " ")), " ") }

func TestASheetReadsAsItWasWritten(t *testing.T) {
	pdf, err := print.Make(recap())
	if err != nil {
		t.Fatal(err)
	}
	pages := pagestest.Text(t, pdf)
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	text := flat(pages)
	for _, want := range []string{
		"Saint-Aubin-sur-Vesle", "Récapitulatif de votre demande", "N° FE-2026-00042", "Établi le 9 mars 2026 à 18:04", "Page 1 sur 1",
		"Votre demande a été reçue par la mairie.", "Votre enfant", "Léa, Zoé, Œuvre-Aÿmée", "Médecin Non renseigné", "Jules-Ferry",
		"Jeanne Morel, 06 39 98 00 01", "Paul Ÿgrec", "3,20 €", "Article L131-13 du Code de l'éducation",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q cannot be read in %q", want, text)
		}
	}
	again, err := print.Make(recap())
	if err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the same sheet gives another file: %v", err)
	}
	if len(pdf) > 120_000 {
		t.Errorf("a page weighs %d bytes: the fonts are in it whole", len(pdf))
	}
	for _, refused := range []string{"/JavaScript", "/EmbeddedFile", "/Launch", "/OpenAction", "/Encrypt"} {
		if bytes.Contains(pdf, []byte(refused)) {
			t.Errorf("it holds %s, which the town hall refuses", refused)
		}
	}
	before := i18n.Language()
	defer i18n.SetLanguage(before)
	i18n.SetLanguage(i18n.English)
	if pdf, err = print.Make(recap()); err != nil {
		t.Fatal(err)
	}
	if text := flat(pagestest.Text(t, pdf)); !strings.Contains(text, "Page 1 of 1") || !strings.Contains(text, "Not given") && !strings.Contains(text, i18n.T("kit.recap.empty", nil)) {
		t.Errorf("in English %q", text)
	}
}

func TestLongSheetsGoOnOverPages(t *testing.T) {
	s := recap()
	for i := range 12 {
		section := print.Section{Title: fmt.Sprintf("Partie %d", i+1)}
		for j := range 8 {
			section.Rows = append(section.Rows, print.Row{Question: fmt.Sprintf("Question %d-%d", i+1, j+1), Answer: strings.Repeat("réponse assez longue ", 1+j*3)})
		}
		s.Sections = append(s.Sections, section)
	}
	s.Sections = append(s.Sections, print.Section{Title: "Ce que l'équipe doit savoir", Rows: []print.Row{{"Précisions", strings.Repeat("une phrase qui ne finit pas, ", 600) + "fin."}, {"Un mot", strings.Repeat("x", 400)}}})
	pdf, err := print.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	pages := pagestest.Text(t, pdf)
	if len(pages) < 6 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, fmt.Sprintf("Page %d sur %d", i+1, len(pages))) || !strings.Contains(p, "Saint-Aubin-sur-Vesle") {
			t.Errorf("page %d does not say which it is: %q", i+1, p)
		}
	}
	text := flat(pages)
	for i := range 12 {
		for j := range 8 {
			if !strings.Contains(text, fmt.Sprintf("Question %d-%d ", i+1, j+1)) {
				t.Errorf("question %d-%d is lost", i+1, j+1)
			}
		}
	}
	if !strings.Contains(text, "fin.") || strings.Count(text, "une phrase") != 600 {
		t.Errorf("of the long answer %d sentences are there", strings.Count(text, "une phrase"))
	}
	if n := strings.Count(text, "x") - strings.Count(flat(pages[:1]), "x"); n < 400 {
		t.Errorf("of the long word %d letters are there", n)
	}
	// Nothing is written over the edge of the paper or over the foot.
	o := pagestest.Opener(t)
	d, err := o.Open(context.Background(), pdf)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for i := range d.Pages() {
		img, err := d.Render(context.Background(), i, 420, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name, strip := range map[string]image.Rectangle{
			"right edge": image.Rect(420-38, 0, 420, 594), "left edge": image.Rect(0, 0, 38, 594), "room above the foot": image.Rect(0, 2*276, 420, 2*281),
		} {
			if !blank(img, strip) {
				t.Errorf("page %d: something is written in the %s", i+1, name)
			}
		}
	}
}

func blank(img image.Image, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if c, _, _, _ := img.At(x, y).RGBA(); c < 0xc000 {
				return false
			}
		}
	}
	return true
}

func TestStrangeTextsDoNotStopThePress(t *testing.T) {
	for _, s := range []string{"", "👩‍👧 Léa", "a\x00b\x07\u202e", "\xff\xfe", strings.Repeat("W", 3000), "שלום", "日本語", "a\tb\r\nc", "\ufeff", "\uffff", "(paren \\ thèse)"} {
		sheet := print.Sheet{Town: s, Title: s, Number: s, Intro: s, Note: s, Made: made, Sections: []print.Section{{s, []print.Row{{s, s}}}, {}}}
		pdf, err := print.Make(sheet)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		pagestest.Text(t, pdf)
	}
}

func FuzzMake(f *testing.F) {
	f.Add("Saint-Aubin", "Récapitulatif", "réponse\nà lire")
	f.Add("👩‍👧", "\xff", strings.Repeat("x", 300))
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if _, err := print.Make(print.Sheet{Town: a, Title: b, Note: c, Made: made, Sections: []print.Section{{a, []print.Row{{b, c}, {c, a}}}}}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheTrayHandsFilesOverAndIsEmptied(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "à imprimer")
	var opened []*url.URL
	tray := print.NewTray(dir, func(u *url.URL) error { opened = append(opened, u); return nil })
	for range 2 {
		if err := tray.Show("Récapitulatif : ../../n° 42 / Léa", []byte("%PDF-1.4")); err != nil {
			t.Fatal(err)
		}
	}
	if len(opened) != 2 || opened[0].Scheme != "file" || opened[0].Path == opened[1].Path || !strings.HasSuffix(opened[0].Path, "/Récapitulatif-n-42-Léa.pdf") {
		t.Fatalf("opened %v", opened)
	}
	info, err := os.Stat(filepath.FromSlash(opened[0].Path))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	if err := tray.Empty(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("something is left")
	}
	if err := tray.Show("...", []byte("x")); err != nil || !strings.HasSuffix(opened[2].Path, "/parvis.pdf") {
		t.Errorf("%v %v", opened[2], err)
	}
	// What a run that was killed left behind goes at the next start.
	print.NewTray(dir, nil)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("what was left is still there")
	}
	broken := print.NewTray(filepath.Join(t.TempDir(), "a\x00b"), nil)
	if err := broken.Show("a", nil); err == nil {
		t.Error("a folder that cannot be is no error")
	}
}

func BenchmarkMake(b *testing.B) {
	for b.Loop() {
		if _, err := print.Make(recap()); err != nil {
			b.Fatal(err)
		}
	}
}
