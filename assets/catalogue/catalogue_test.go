package catalogue

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

func load(t testing.TB) []*requests.Procedure {
	t.Helper()
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func find(t testing.TB, id string) *requests.Procedure {
	t.Helper()
	for _, p := range load(t) {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("no procedure %s", id)
	return nil
}

func TestTheCatalogueIsWhole(t *testing.T) {
	all := load(t)
	if len(all) < 30 {
		t.Fatalf("%d procedures", len(all))
	}
	common, err := LoadCommon()
	if err != nil {
		t.Fatal(err)
	}
	kinds, used := map[string]bool{}, map[string]bool{}
	for _, k := range common.DocumentKinds {
		if kinds[k.ID] || k.Label.FR == "" || k.Label.EN == "" || k.Explanation.FR == "" || k.Explanation.EN == "" {
			t.Errorf("the kind %s is incomplete or twice there", k.ID)
		}
		kinds[k.ID] = true
	}
	groups := map[string]bool{}
	for _, g := range common.Groups {
		groups[g.ID] = false
		if g.Label.FR == "" || g.Label.EN == "" || g.Icon == "" {
			t.Errorf("the group %s is incomplete", g.ID)
		}
	}
	if common.Terms.Version < 1 || common.Terms.Text.FR == "" || common.Terms.Text.EN == "" {
		t.Error("the terms are incomplete")
	}
	desks := map[string]bool{"enfance": true, "etat-civil": true, "citoyennete": true, "urbanisme": true, "voirie": true, "vie-locale": true, "securite": true, "solidarite": true, "accueil": true}
	for _, p := range all {
		groups[p.Group] = true
		if !desks[string(p.Desk)] {
			t.Errorf("%s: no desk %s", p.ID, p.Desk)
		}
		if !p.Online || p.AtTownHall.FR == "" && p.ID != "fiche-enfant" {
			t.Errorf("%s cannot be sent, or only be sent", p.ID)
		}
		if present[p.ID] != !p.InPerson.Empty() {
			t.Errorf("%s: coming in person is told: %v", p.ID, !p.InPerson.Empty())
		}
		for _, d := range p.Documents {
			used[d.Kind] = true
			if !kinds[d.Kind] {
				t.Errorf("%s asks for an unknown kind %s", p.ID, d.Kind)
			}
		}
		for _, page := range p.Pages {
			for _, f := range page.Fields {
				if f.Kind == requests.KindFile {
					used[f.Document] = true
					if !kinds[f.Document] {
						t.Errorf("%s asks for an unknown kind %s", p.ID, f.Document)
					}
				}
			}
		}
	}
	used[bookings.UsualAbsences.Proof] = true // an absence does
	for k := range kinds {
		if !used[k] {
			t.Errorf("nobody asks for %s", k)
		}
	}
	for g, has := range groups {
		if !has {
			t.Errorf("nothing stands under %s", g)
		}
	}
}

// present is what the law, or keys and signatures, still want somebody to come
// for: sending the form is then the first part only.
var present = map[string]bool{
	"attestation-d-accueil": true, "dossier-de-mariage": true, "dossier-de-pacs": true, "papiers-d-identite": true, "livret-de-famille": true,
	"concession-cimetiere": true, "location-de-salle": true, "pret-de-materiel": true, "objets-trouves": true,
}

// What may never be asked or shown, by law or by the manners of the portal.
var (
	neverAsked = regexp.MustCompile(`(?i)s[ée]curit[ée] sociale|social.?security|num[ée]ro.de.s[ée]cu|\bnir\b|religion|confession|halal|kasher|casher|kosher|diagnosis\?|quelle maladie`)
	neverShown = regexp.MustCompile(`(?i)synchronis|serveur|\bcache\b|jeton|champ invalide`)
	twoSpaces  = regexp.MustCompile(`  |\s$|^\s|\.\.`)
)

func TestTextsKeepTheManners(t *testing.T) {
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for id, data := range all {
		var tree any
		if err := json.Unmarshal(data, &tree); err != nil {
			t.Fatal(err)
		}
		eachText(tree, func(fr, en string) {
			for _, s := range []string{fr, en} {
				if neverAsked.MatchString(s) || neverShown.MatchString(s) || twoSpaces.MatchString(s) {
					t.Errorf("%s says %q", id, s)
				}
			}
			if strings.Contains(fr, "’") || len(fr) > 40 && fr == en {
				t.Errorf("%s: %q is not as it should be", id, fr)
			}
		})
	}
}

func eachText(tree any, f func(fr, en string)) {
	switch x := tree.(type) {
	case []any:
		for _, v := range x {
			eachText(v, f)
		}
	case map[string]any:
		fr, isText := x["fr"].(string)
		en, _ := x["en"].(string)
		if isText {
			f(fr, en)
			return
		}
		for _, v := range x {
			eachText(v, f)
		}
	}
}

func TestEveryEmptyFormSaysWhatIsMissing(t *testing.T) {
	for _, p := range load(t) {
		es := requests.Check(p, requests.Answers{}, requests.Context{Today: "2026-09-15"}, "")
		if len(es) == 0 {
			t.Errorf("%s can be sent empty", p.ID)
		}
		for _, e := range es {
			if _, f := p.FieldAt(e.Field); f == nil {
				t.Errorf("%s: %v leads nowhere", p.ID, e)
			}
		}
		if len(requests.DocumentsFor(p, requests.Answers{}, requests.Context{Today: "2026-09-15"})) > len(p.Documents) {
			t.Errorf("%s asks for more documents than it has", p.ID)
		}
	}
}

func TestSearch(t *testing.T) {
	all := load(t)
	index := requests.NewIndex(all)
	for query, want := range map[string]string{
		"cantine":              "restauration-scolaire fiche-enfant",
		"Restoration scolaire": "restauration-scolaire fiche-enfant",
		"cantinne":             "restauration-scolaire fiche-enfant",
		"canteen":              "restauration-scolaire fiche-enfant",
		"acte de naissance":    "acte-de-naissance",
		"NAISSANSE":            "acte-de-naissance",
		"naiss":                "acte-de-naissance",
		"passport":             "papiers-d-identite",
		"carte d’identite":     "papiers-d-identite",
		"creche":               "place-en-creche",
		"crêche bébé":          "place-en-creche",
		"garderie":             "accueil-matin-soir",
		"signalemnt":           "signalement",
		"nid de poule":         "signalement",
		"demenagement":         "changement-d-adresse occupation-voirie",
		"voter":                "liste-electorale",
		"salle des fetes":      "location-de-salle",
		"dog":                  "chien-dangereux",
		"RGPD":                 "droits-rgpd",
		"décès":                "acte-de-deces",
		"hydravion":            "-",
		"xyzzy cantine":        "-",
	} {
		hits := index.Search(query)
		if want == "-" {
			if len(hits) > 0 {
				t.Errorf("%q finds %s", query, all[hits[0].Index].ID)
			}
			continue
		}
		var got []string
		for _, h := range hits {
			got = append(got, all[h.Index].ID)
		}
		for i, id := range strings.Fields(want) {
			at := -1
			for j, g := range got {
				if g == id {
					at = j
				}
			}
			if at < 0 || i == 0 && at > 0 && len(strings.Fields(want)) == 1 || at > 2 {
				t.Errorf("%q finds %v; %s is not where it should be", query, got, id)
			}
		}
	}
	if hits := index.Search("  "); len(hits) != len(all) || hits[0].Index != 0 {
		t.Errorf("an empty search finds %d of %d", len(hits), len(all))
	}
	if hits := index.Search("de la"); len(hits) != len(all) {
		t.Errorf("words that say nothing find %d", len(hits))
	}
}

func BenchmarkSearch(b *testing.B) {
	index := requests.NewIndex(load(b))
	for b.Loop() {
		index.Search("restoration scolair")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}

var day = requests.Context{Today: "2026-09-15", People: []portal.ID{"0197c2a0-0000-7000-8000-000000000001"},
	Sources: map[string][]requests.Choice{"sites": {{ID: "jules-ferry", Label: requests.Text{FR: "École Jules-Ferry", EN: "Jules-Ferry school"}}},
		"centres": {{ID: "la-clairiere", Label: requests.Text{FR: "Centre La Clairière", EN: "La Clairière centre"}}}}}
