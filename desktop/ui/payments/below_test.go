package payments

import (
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestANegativeBalanceSaysWhatIsMissing(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, family(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -1240})))
	s.reads("-12,40 €", "Votre solde est négatif", "Il manque 12,40 € pour revenir à zéro. Payez à la mairie", "le solde suffit jusqu'au mardi 10 mars")
}

// The figure and the sentence under it count alike, whatever waits to be sent.
func TestWhatIsMissingGoesByTheBalanceShown(t *testing.T) {
	kittest.Light(t)
	for _, c := range []struct {
		balance portal.Money
		cancel  bool
		says    []string
	}{
		{-1240, true, []string{"-12,40 €", "-9,20 € quand vos envois seront arrivés", "Il manque 12,40 € pour revenir à zéro (9,20 € quand vos envois seront arrivés). Rechargez votre compte"}},
		{-200, true, []string{"-2,00 €", "Il manque 2,00 € pour revenir à zéro (plus rien quand vos envois seront arrivés)."}},
		{200, false, []string{"Votre solde sera négatif", "Il manquera 1,20 € pour revenir à zéro quand vos envois seront arrivés.", "!Votre solde est négatif"}},
		{400, false, []string{"!Il manque", "!négatif"}},
	} {
		d := till(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: c.balance}))
		kind, args := wire.BookingBook, any(wire.Book{Booking: portal.NewID(), Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Thursday})
		if c.cancel {
			kind, args = wire.BookingCancel, wire.CancelBooking{Booking: "b-tue"}
		}
		if _, err := d.Submit(kind, args, d.note()); err != nil {
			t.Fatal(err)
		}
		thePage(t, d).reads(c.says...)
	}
	// The page on which it is topped up tells the same.
	d := till(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -1240}))
	if _, err := d.Submit(wire.BookingCancel, wire.CancelBooking{Booking: "b-tue"}, d.note()); err != nil {
		t.Fatal(err)
	}
	theTopUp(t, d).reads("Solde : -12,40 €", "-9,20 € quand vos envois seront arrivés", "Revenir à zéro : 9,20 €")
}

// What is short already is not said once more to be short of the next day.
func TestHowLongItLastsIsNotSaidBelowZero(t *testing.T) {
	kittest.Light(t)
	for balance, says := range map[portal.Money]string{-1240: "!ne suffit pas", 100: "ne suffit pas pour le prochain jour"} {
		d := family(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: balance}))
		d.Now = screentest.Thursday.At(9, 0) // no day to come is paid
		thePage(t, d).reads(says)
	}
}
