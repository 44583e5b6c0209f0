package payments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/print"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// lastYear is Claire's 2025: mornings of Noé, who was four, and of Léa, who was
// six; 40.00 € came, of which 12.80 € paid Noé's mornings.
func lastYear() []wire.Change {
	morning := func(booking portal.ID, child portal.ID, amount portal.Money) ledger.Movement {
		return ledger.Movement{Kind: ledger.KindDebit, Amount: -amount, Booking: booking, Child: child, Activity: screentest.Morning, Day: "2025-10-02"}
	}
	return []wire.Change{
		moved("c1", "2025-09-02", 9, ledger.Movement{Kind: ledger.KindTopUp, Amount: 4000}),
		moved("c2", "2025-09-03", 9, morning("x1", screentest.Noe, 1280)),
		moved("c3", "2025-09-04", 9, morning("x2", screentest.Lea, 640)),
		moved("c4", "2025-09-05", 9, meal("x3", screentest.Noe, "2025-10-02")),
	}
}

func TestAYearThatIsOverIsCertifiedAndFits(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, family(append(lastYear(), screentest.Row(screentest.Mine, wire.Children, screentest.Noe,
		wire.Child{ID: screentest.Noe, FirstName: "Noé", LastName: "Martel", BirthDate: "2021-09-30", Custody: string(accounts.SharedCustody)}))...))
	s.reads("Attestation pour les impôts", "Attestation 2025", "L'attestation de 2026 sera prête le 1er janvier 2027", "!Attestation 2026")
	sheet := careSheet(s.c, 2025, s.View.Care(2025))
	if len(sheet.Sections) != 2 || sheet.Sections[0].Title != "Noé Martel" || plain(sheet.Sections[0].Rows[1].Answer) != "12,80 €" || plain(sheet.Sections[0].Rows[2].Answer) != "1 750,00 €" ||
		len(sheet.Sections[0].Rows) != 4 || plain(sheet.Sections[1].Rows[0].Answer) != "12,80 €" || !strings.Contains(sheet.Note, "la plus ancienne d'abord") ||
		!strings.Contains(sheet.Note, "la part du repas fixée par la commune") || !strings.Contains(plain(sheet.Sections[1].Rows[1].Answer), "revenus de 2025, faite en 2026. Le crédit d'impôt est de 50 %") {
		t.Errorf("it certifies %+v", sheet)
	}
	if pdf, err := print.Make(sheet); err != nil || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Error(err)
	}
	folder := t.TempDir()
	was := saveFile
	saveFile = func(name string, data []byte) (string, error) {
		path := filepath.Join(folder, name)
		return path, os.WriteFile(path, data, 0o600)
	}
	t.Cleanup(func() { saveFile = was })
	kittest.Press(t, s.w, "Attestation 2025")
	s.reads("Enregistré", "attestation-garde-2025.pdf")
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := family(lastYear()...)
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return open(d.Context(w), d).page
	})
}

// Of a day that is sold with its meal, the meal is left out.
func TestAMealWithinThePriceIsNotCertified(t *testing.T) {
	kittest.Light(t)
	rows := lastYear()
	rows[1] = moved("c2", "2025-09-03", 9, ledger.Movement{Kind: ledger.KindDebit, Amount: -1205, Meal: 362, Booking: "x1", Child: screentest.Noe, Activity: screentest.Morning, Day: "2025-10-02"})
	d := family(rows...)
	if c := d.View.Care(2025); len(c.Lines) != 1 || c.Lines[0].Amount != 843 {
		t.Errorf("it certifies %+v", c.Lines)
	}
}

func TestNothingIsCertifiedOfAChildWhoIsGoneOrOfMeals(t *testing.T) {
	kittest.Light(t)
	d := family(append(lastYear(), screentest.Gone(screentest.Mine, wire.Children, screentest.Noe))...)
	s := thePage(t, d)
	s.reads("Rien à attester pour 2025", "!Attestation 2025")
	if c := d.View.Care(2025); len(c.Lines) != 0 || !c.Gone {
		t.Errorf("it certifies %+v", c)
	}
}
