package print_test

import (
	"fmt"
	"strings"
	"testing"

	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/print"
	"parvis/shared/portal"
)

func TestAMonthStandsOnOneSheet(t *testing.T) {
	// August 2026 begins on a Saturday and needs six rows.
	for _, first := range []portal.Date{"2026-02-01", "2026-03-01", "2026-08-01"} {
		days := map[portal.Date][]string{}
		for n := range 10 {
			days[first.Add(11)] = append(days[first.Add(11)], fmt.Sprintf("Enfant %d : Restauration scolaire", n))
		}
		days[first] = []string{"Léa : Œuvre d'été"}
		pdf, err := print.MakeCalendar(print.Calendar{Town: "Saint-Aubin-sur-Vesle", Title: "Un mois", Intro: "Agenda de Léa", Made: made, First: first, Days: days, Note: "L'agenda fait foi."})
		if err != nil {
			t.Fatal(err)
		}
		pages := pagestest.Text(t, pdf)
		text := flat(pages)
		for _, want := range []string{"Saint-Aubin-sur-Vesle", "Un mois", "Agenda de Léa", "Lundi", "Samedi", "28", "Enfant 0", "Léa : Œuvre d'été", "L'agenda fait foi.", "Établi le 9 mars 2026 à 18:04"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q cannot be read in %q", first, want, text)
			}
		}
		if len(pages) != 1 || !strings.Contains(text, "autres") || strings.Contains(text, "Enfant 9") {
			t.Errorf("%s: %d pages, %q", first, len(pages), text)
		}
	}
	if i18n.Language() != i18n.French {
		t.Fatal("the test is read in French")
	}
}
