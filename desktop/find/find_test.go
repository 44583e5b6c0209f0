package find

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

const friday portal.Date = "2026-11-27"

var now = friday.At(9, 0)

func few() []*Part {
	ago := func(days int) int64 { return now.AddDate(0, 0, -days).UnixMicro() }
	return []*Part{
		New("do", 40, []Entry{
			{To: "book", Title: "Réserver des jours", Names: []string{"Book days", "cantine", "booking", "canteen"}},
			{To: "write", Title: "Écrire à la mairie", Names: []string{"Write to the town hall", "message"}},
			{To: "dark", Title: "Couleurs sombres", Names: []string{"Dark colours", "nuit"}},
		}),
		New("request", 20, []Entry{
			{To: "r1", Title: "Fiche enfant", Names: []string{"Child record"}, Words: []string{"2026-000101 101", "Léa Martel", "acceptée", "accepted"}, At: ago(40)},
			{To: "r2", Title: "Fiche enfant", Names: []string{"Child record"}, Words: []string{"2026-000102 102", "Noé Martel", "refusée", "refused"}, At: ago(2)},
			{To: "r3", Title: "Dérogation scolaire", Names: []string{"Another school"}, Words: []string{"2026-000103 103", "Marie Martel"}, At: ago(2)},
		}),
		New("message", 0, []Entry{
			{To: "m1", Title: "Sylvie Roy", Detail: "Fiche enfant", Text: "Le livret de famille est illisible : pouvez-vous l'envoyer à nouveau ?", At: ago(1)},
		}),
		New("procedure", 0, []Entry{
			{To: "p1", Title: "Carte nationale d'identité", Names: []string{"Identity card"}},
			{To: "p2", Title: "Œuvres d’été", Names: []string{"Summer works"}},
		}),
	}
}

// found is what a query finds, the best first.
func found(query string) string {
	var to []string
	for _, h := range Search(Read(query), now, few()...) {
		to = append(to, h.To)
	}
	return strings.Join(to, " ")
}

func TestWhatIsTypedIsFound(t *testing.T) {
	for query, want := range map[string]string{
		"booking":          "book", // a French user's English word
		"cantine":          "book", // an English user's French one
		"CANTÎNE":          "book",
		"cantnie":          "book", // two letters swapped
		"cantin":           "book",
		"kantine":          "book",
		"katnine":          "", // two slips in seven letters
		"ecrire mairie":    "write",
		"Écrire à la":      "write",
		"la mairie":        "write r3", // Marie is a slip away: after, and only because so little is found
		"fiche lea":        "r1",
		"fiche":            "r2 r1 m1", // the newer before, the detail behind the title
		"record":           "r2 r1",
		"derogtaion":       "r3", // a slip in ten letters
		"deorgatoin":       "r3", // two slips
		"dero":             "r3",
		"101":              "r1",
		"2026-000103":      "r3",
		"104":              "", // another number is another request
		"refusee":          "r2",
		"refused":          "r2",
		"livret illisible": "m1",
		"ilisible":         "m1", // where nothing is named so, what was written is guessed at
		"famile":           "m1",
		"carte d'identité": "p1",
		"carte d’identite": "p1",
		"identity":         "p1",
		"oeuvres ete":      "p2",
		"sombre":           "dark",
		"dark":             "dark",
		"fiche dark":       "", // every word is asked for
		"":                 "",
		"   ":              "",
		"…!?":              "",
	} {
		if got := found(query); got != want {
			t.Errorf("%q finds %q, not %q", query, got, want)
		}
	}
}

func TestAWordTypedRightBringsNoNeighbours(t *testing.T) {
	p := New("people", 0, []Entry{{To: "1", Title: "Marie"}, {To: "2", Title: "Marie Roy"}, {To: "3", Title: "Anne Marie"}, {To: "4", Title: "Mairie"}})
	for _, h := range Search(Read("marie"), now, p) {
		if h.To == "4" {
			t.Error("the town hall is found among those called Marie")
		}
	}
	if hits := Search(Read("mraie"), now, p); len(hits) < 3 {
		t.Errorf("with a slip only %d are found", len(hits))
	}
}

func TestExactStandsBeforeBegun(t *testing.T) {
	p := New("x", 0, []Entry{{To: "long", Title: "Cantines scolaires"}, {To: "exact", Title: "Cantine"}, {To: "in", Title: "Menus", Detail: "cantine"}})
	var order []string
	for _, h := range Search(Read("cantine"), now, p) {
		order = append(order, h.To)
	}
	if !slices.Equal(order, []string{"exact", "long", "in"}) {
		t.Errorf("found in the order %q", order)
	}
}

func TestALongOrOddQueryDoesNoHarm(t *testing.T) {
	parts := few()
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.String().Draw(t, "query")
		read := Read(q)
		Search(read, now, parts...)
		DayIn(q, friday)
		if text := Excerpt(q, read, 20); utf8.ValidString(q) && !utf8.ValidString(text) {
			t.Fatalf("%q is cut within a letter", text)
		}
	})
	Search(Read(strings.Repeat("é", 100_000)), now, parts...)
}

// Whatever is forgiven, what is typed as it stands is always found.
func TestEveryTitleFindsItself(t *testing.T) {
	entries := many(500)
	p := New("x", 0, entries)
	rapid.Check(t, func(t *rapid.T) {
		e := entries[rapid.IntRange(0, len(entries)-1).Draw(t, "entry")]
		if !slices.ContainsFunc(Search(Read(e.Title), now, p), func(h Hit) bool { return h.To == e.To }) {
			t.Fatalf("%q does not find itself", e.Title)
		}
	})
}

func TestDayIn(t *testing.T) {
	for query, want := range map[string]string{
		"12 mars":               "2027-03-12",
		"le 12 mars":            "2027-03-12",
		"12 MARS 2026":          "2026-03-12",
		"March 12th":            "2027-03-12",
		"12/03":                 "2027-03-12",
		"12/03/2026":            "2026-03-12",
		"12.03.26":              "2026-03-12",
		"2026-03-12":            "2026-03-12",
		"1er décembre":          "2026-12-01",
		"dec 1st":               "2026-12-01",
		"30 octobre":            "2026-10-30", // a month ago
		"20 septembre":          "2027-09-20",
		"29 février":            "2028-02-29",
		"31 juin":               "",
		"demain":                "2026-11-28",
		"tomorrow":              "2026-11-28",
		"après demain":          "2026-11-29",
		"après-demain":          "2026-11-29",
		"aujourd’hui":           "2026-11-27",
		"hier":                  "2026-11-26",
		"jeudi":                 "2026-12-03",
		"jeu.":                  "2026-12-03",
		"vendredi":              "2026-11-27",
		"vendredi prochain":     "2026-12-04",
		"next friday":           "2026-12-04",
		"vendredi 4 decembre":   "2026-12-04",
		"mercerdi":              "2026-12-02",
		"mars":                  "2027-03-01 month",
		"mars 2026":             "2026-03-01 month",
		"janv":                  "2027-01-01 month",
		"cantine 12 mars":       "2027-03-12 cantine",
		"Léa jeudi":             "2026-12-03 lea",
		"jeudi 10":              "2026-12-10",
		"vendredi 13":           "2027-08-13",
		"le 12":                 "2026-12-12",
		"cantine 12":            "2026-12-12 cantine",
		"carte 2026":            "",
		"jui":                   "",
		"marché":                "",
		"cantine":               "",
		"12":                    "",
		"2026-000101":           "",
		"99/99":                 "",
		"12 mars 12 mars 40/40": "2027-03-12 12 mars 40 40",
	} {
		d, ok := DayIn(query, friday)
		got := string(d.Date)
		if ok && d.Month {
			got += " month"
		}
		if ok && len(d.Rest) > 0 {
			got += " " + strings.Join(d.Rest, " ")
		}
		if got != want {
			t.Errorf("%q is %q, not %q", query, got, want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	text := "Bonjour, nous avons bien reçu votre dossier. Le livret de famille est illisible : pouvez-vous l'envoyer à nouveau avant vendredi ?"
	if got := Excerpt(text, Read("illisible"), 50); !strings.Contains(got, "illisible") || !strings.HasPrefix(got, "… ") || utf8.RuneCountInString(got) > 56 {
		t.Errorf("the excerpt is %q", got)
	}
	if got := Excerpt(text, Read("absent"), 30); !strings.HasPrefix(got, "Bonjour") || !strings.HasSuffix(got, " …") {
		t.Errorf("the excerpt is %q", got)
	}
	if got := Excerpt("  court \n texte ", Read("x"), 30); got != "court texte" {
		t.Errorf("the excerpt is %q", got)
	}
}

// many is so many entries as a busy desk has them: names, numbers, dates,
// states and messages.
func many(n int) []Entry {
	r := rand.New(rand.NewSource(1))
	pick := func(s string) string { f := strings.Fields(s); return f[r.Intn(len(f))] }
	syllable := func() string {
		return pick("ba be bi bo bu ca co da de do fa fe ga go ha ja ju la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si so ta te ti to va ve vi")
	}
	name := func() string {
		s := ""
		for range 2 + r.Intn(3) {
			s += syllable()
		}
		return strings.ToUpper(s[:1]) + s[1:]
	}
	out := make([]Entry, n)
	for i := range out {
		first, last := name(), name()
		out[i] = Entry{
			To:     fmt.Sprintf("parvis://demande?id=%d", i),
			Title:  pick("Fiche Carte Acte Inscription Dérogation Demande Autorisation Permis") + " " + pick("enfant identité naissance cantine scolaire voirie stationnement"),
			Detail: first + " " + last + " · " + pick("envoyée examinée acceptée refusée retirée"),
			Names:  []string{pick("Child Identity Birth Enrolment Canteen School Parking") + " " + pick("record card certificate form permit")},
			Words:  []string{fmt.Sprintf("2026-%06d %d", i, i), pick("sent review accepted refused withdrawn")},
			At:     now.AddDate(0, 0, -r.Intn(700)).UnixMicro(),
		}
		if i%4 == 0 {
			var text []string
			for range 30 {
				text = append(text, strings.ToLower(name()))
			}
			out[i].Text = strings.Join(text, " ")
		}
	}
	return out
}

// queries are what people type, letter by letter and with slips.
var queries = []string{
	"c", "ca", "cantine", "cantnie", "inscription cantine", "inscritpion cantien", "2026-004711", "4711", "dérogation scolaire refusée", "zzzzzzzz", "marelivo", "bamo roco", "acceptted childd",
}

// A query over 10,000 entries takes far less than the 30 ms that it may. A busy
// machine has many runs to show it: what takes longer by itself fails in all.
func TestTenThousandAreSearchedInNoTime(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	p := New("x", 0, many(10_000))
	for _, q := range queries {
		best := time.Hour
		for try := 0; try < 40 && best > 30*time.Millisecond; try++ {
			start := time.Now()
			Search(Read(q), now, p)
			best = min(best, time.Since(start))
		}
		if best > 30*time.Millisecond {
			t.Errorf("%q took %v", q, best)
		}
	}
}
