package export_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"parvis/desktop/export"
	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/shared/portal"
)

func TestMain(m *testing.M) {
	i18n.SetLanguage(i18n.French)
	os.Exit(m.Run())
}

// winter is a statement with all that may stand in one.
func winter() export.Statement {
	at := func(d portal.Date, hour int) time.Time { return d.At(hour, 12) }
	s := export.Statement{
		Town: "Saint-Aubin-sur-Vesle", Holder: "Claire Martel", Period: "Mars 2026", Made: portal.Date("2026-03-09").At(9, 0),
		Opening: 6_680, In: 123_456_70, Out: -3_20, Closing: 6_680 + 123_456_70 - 3_20,
	}
	s.Lines = []export.Line{
		{At: at("2026-03-02", 23), What: "Paiement en ligne", Receipt: "2026-000042", Amount: 123_456_70, Balance: s.Opening + 123_456_70},
		{At: at("2026-03-03", 9), What: "Restauration scolaire, Léa", Child: "Léa", Activity: "Restauration scolaire", Day: "2026-03-12", By: "=HYPERLINK(\"x\")", Reason: "Repas ; compté « deux » fois", Amount: -3_20, Balance: s.Closing},
	}
	return s
}

func TestCSVReadsBack(t *testing.T) {
	raw, err := export.CSV(winter())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		t.Error("nothing says that it is UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(raw[3:]))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], "|"); got != "Date|Mouvement|Enfant|Activité|Jour concerné|Fait par|Motif|Montant|Solde|Quittance" {
		t.Errorf("the heads are %q", got)
	}
	if got := strings.Join(rows[3], "|"); got != "2026-03-03|Restauration scolaire, Léa|Léa|Restauration scolaire|2026-03-12|'=HYPERLINK(\"x\")|Repas ; compté « deux » fois|-3,20|123520,30|" {
		t.Errorf("a line is %q", got)
	}
	cents := func(s string) portal.Money {
		n, err := strconv.ParseInt(strings.Replace(s, ",", "", 1), 10, 64)
		if err != nil || !strings.Contains(s, ",") {
			t.Fatalf("%q is no amount", s)
		}
		return portal.Money(n)
	}
	balance := cents(rows[1][8])
	for _, row := range rows[2 : len(rows)-1] {
		if balance += cents(row[7]); balance != cents(row[8]) {
			t.Errorf("after %v there is %d", row, balance)
		}
	}
	if last := rows[len(rows)-1]; cents(last[8]) != winter().Closing || balance != winter().Closing || last[7] != "" {
		t.Errorf("the sums are %v, the lines make %d", last, balance)
	}
}

// No text of anybody's is taken for a formula.
func TestNoFormulaIsSmuggledIn(t *testing.T) {
	for _, bad := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|x", "%x"} {
		s := winter()
		s.Lines = []export.Line{{At: s.Made, What: bad, Child: bad, Activity: bad, By: bad, Reason: bad}}
		raw, err := export.CSV(s)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(raw[3:]))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{1, 2, 3, 5, 6} {
			if !strings.HasPrefix(rows[2][i], "'") {
				t.Errorf("%q stands as %q", bad, rows[2][i])
			}
		}
		book, err := export.XLSX(s)
		if err != nil {
			t.Fatal(err)
		}
		f := opened(t, book)
		for _, cell := range []string{"B9", "C9", "D9", "F9", "G9"} {
			if formula, err := f.GetCellFormula("Relevé", cell); err != nil || formula != "" {
				t.Errorf("%q is the formula %q: %v", bad, formula, err)
			}
		}
	}
}

func opened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestXLSXReadsBack(t *testing.T) {
	raw, err := export.XLSX(winter())
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, raw)
	raws, err := f.GetRows("Relevé", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := f.GetRows("Relevé")
	if err != nil {
		t.Fatal(err)
	}
	if shown[0][0] != "Relevé de compte" || shown[2][0] != "Claire Martel" || shown[6][8] != "Solde" || shown[8][0] != "2026-03-02" || shown[9][4] != "2026-03-12" || shown[8][9] != "2026-000042" || shown[9][5] != "=HYPERLINK(\"x\")" {
		t.Errorf("it reads %q", shown)
	}
	cents := func(s string) portal.Money {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatalf("%q is no amount", s)
		}
		return portal.Money(math.Round(v * 100))
	}
	balance := cents(raws[7][8])
	for _, row := range raws[8 : len(raws)-1] {
		if balance += cents(row[7]); balance != cents(row[8]) {
			t.Errorf("after %v there is %d", row, balance)
		}
	}
	if last := raws[len(raws)-1]; cents(last[8]) != winter().Closing || balance != winter().Closing || last[7] != "" {
		t.Errorf("the sums are %v, the lines make %d", last, balance)
	}
}

func TestThePDFSaysTheSame(t *testing.T) {
	pdf, err := export.PDF(winter())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2212", "-").Replace(strings.Join(strings.Fields(strings.Join(pagestest.Text(t, pdf), " ")), " "))
	for _, want := range []string{"Saint-Aubin-sur-Vesle", "Relevé de compte", "Claire Martel · Mars 2026", "Établi le 9 mars 2026 à 09:00", "Solde au début 66,80 €", "Crédité 123 456,70 €",
		"Débité 3,20 €", "Solde à la fin 123 520,30 €", "02/03/2026", "Paiement en ligne", "quittance n° 2026-000042", "+123 456,70 €", "Restauration scolaire, Léa", "pour le jeudi 12 mars 2026 · par =HYPERLINK(\"x\") · Repas ; compté",
		"Il n'est pas une quittance", "Page 1 sur 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q cannot be read in %q", want, text)
		}
	}
	empty := winter()
	empty.Lines = nil
	pdf, err = export.PDF(empty)
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(pagestest.Text(t, pdf), " "); !strings.Contains(text, "Aucun mouvement") {
		t.Errorf("an empty one reads %q", text)
	}
}

func long(n int) export.Statement {
	s := export.Statement{Town: "Saint-Aubin-sur-Vesle", Holder: "Claire Martel", Period: "Tout", Made: portal.Date("2026-03-09").At(9, 0)}
	for i := range n {
		s.Out, s.Closing = s.Out-320, s.Closing-320
		s.Lines = append(s.Lines, export.Line{At: portal.Date("2015-09-01").Add(i/2).At(9, 0), What: fmt.Sprint("Restauration scolaire ", i), Child: "Léa", Day: portal.Date("2015-09-03").Add(i / 2), Amount: -320, Balance: s.Closing})
	}
	return s
}

// Every line of a long statement is on some page, with heads on each.
func TestALongStatementLosesNothing(t *testing.T) {
	pdf, err := export.PDF(long(300))
	if err != nil {
		t.Fatal(err)
	}
	pages := pagestest.Text(t, pdf)
	all := strings.Join(pages, " ")
	for i := range 300 {
		if !strings.Contains(all, fmt.Sprint("Restauration scolaire ", i)) {
			t.Errorf("line %d is on no page", i)
		}
	}
	for i, p := range pages {
		if !strings.Contains(p, "Mouvement") || !strings.Contains(p, fmt.Sprintf("Page %d sur %d", i+1, len(pages))) {
			t.Errorf("page %d has no heads, or no number", i+1)
		}
	}
}

func BenchmarkPDFOf5000(b *testing.B) {
	s := long(5000)
	for b.Loop() {
		if _, err := export.PDF(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkXLSXOf5000(b *testing.B) {
	s := long(5000)
	for b.Loop() {
		if _, err := export.XLSX(s); err != nil {
			b.Fatal(err)
		}
	}
}
