package agenda

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// free is a day that nobody has booked.
const free portal.Date = "2026-03-24"

func upTo(n int) *int { return &n }

// tariff is that of the canteen, changed.
func tariff(change func(*ledger.Tariff)) wire.Change {
	t := ledger.Tariff{
		ID: screentest.Canteen + "-t", Activity: screentest.Canteen, From: "2025-09-01", Decision: "délibération 2025-41 du 19 juin 2025",
		Bands: []ledger.Band{{From: 0, To: upTo(500), Price: 210}, {From: 501, Price: 480}}, Outside: 560,
	}
	change(&t)
	return screentest.Row(wire.TownFeed, wire.Tariffs, t.ID, t)
}

func claire(p ledger.Payer) wire.Change {
	return screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel", Payer: &p})
}

var with450 = ledger.Payer{Resident: true, Quotients: []ledger.Quotient{{Value: 450, From: "2025-11-01", Until: "2026-08-31"}}}

// told is an agenda whose prices are changed, and what it says of the one
// under the keyboard.
func told(t *testing.T, rows ...wire.Change) string {
	t.Helper()
	d := screentest.Family()
	d.Get(rows...)
	o := show2(t, d, screen.To(screen.Agenda, "child", string(screentest.Lea), "day", string(free)))
	kittest.Press(t, o.w, i18n.T("agenda.price.ask", nil))
	kittest.Settle(o.w)
	return strings.ReplaceAll(strings.Join(kittest.Texts(o.w), "\n"), "\u00a0", " ")
}

func TestWhyThisPrice(t *testing.T) {
	kittest.Light(t)
	none := func(*ledger.Tariff) {}
	siblings := func(count ledger.Counting) func(*ledger.Tariff) {
		return func(t *ledger.Tariff) { t.Siblings = &ledger.Siblings{Count: count, Shares: []int{100, 90}} }
	}
	big := screentest.Row(screentest.Mine, wire.Children, "zoe", wire.Child{ID: "zoe", FirstName: "Zoé", LastName: "Martel", BirthDate: "2012-01-01", Custody: "full"})
	comes := screentest.Row(screentest.Mine, wire.Enrolments, "e-zoe", bookings.Enrolment{
		ID: "e-zoe", Child: "zoe", Activity: screentest.Canteen, Site: screentest.Ferry, Year: "2025-2026", Period: portal.SchoolYear("2025-2026").Period()})
	for name, c := range map[string]struct {
		rows []wire.Change
		want []string
		not  []string
	}{
		"by a quotient": {[]wire.Change{tariff(none), claire(with450)},
			[]string{"2,10 €", "450, depuis le 1er novembre 2025", "1 sur 2", "Délibération 2025-41 du 19 juin 2025.\nTarif en vigueur depuis le 1er septembre 2025."}, []string{"enfant :", "Donner mon quotient"}},
		"without one": {[]wire.Change{tariff(none), claire(ledger.Payer{Resident: true})},
			[]string{"4,80 €", "Aucun n'est valable ce jour-là : c'est la tranche la plus haute.", "2 sur 2", "Donner mon quotient"}, nil},
		"from outside": {[]wire.Change{tariff(siblings(ledger.CountEnrolled)), claire(ledger.Payer{}), big, comes},
			[]string{"5,60 €", "un tarif à part, le même pour tous"}, []string{"enfant :", "sur 2", "Donner mon quotient"}},
		"the second of those enrolled": {[]wire.Change{tariff(siblings(ledger.CountEnrolled)), claire(with450), big, comes},
			[]string{"1,89 €", "2e enfant : 90 % du prix entier (2,10 €).", "de l'aîné au plus jeune"}, nil},
		"the first of those present": {[]wire.Change{tariff(siblings(ledger.CountPresent)), claire(with450), big, comes},
			[]string{"2,10 €", "1er enfant : prix entier.", "dans l'ordre des réservations"}, nil},
		"by a rate": {[]wire.Change{tariff(func(t *ledger.Tariff) { t.Rate = &ledger.Rate{Part: 45, Least: 100, Most: 480} }), claire(with450)},
			[]string{"2,03 €", "0,45 % du quotient, au moins 1,00 €, au plus 4,80 €"}, []string{"sur 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			said := told(t, c.rows...)
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q but\n%s", want, said)
				}
			}
			for _, not := range c.not {
				if strings.Contains(said, not) {
					t.Errorf("it says %q", not)
				}
			}
		})
	}
}

// What is booked keeps the price and the reasons of the day it was booked.
func TestWhyABookedDayCostWhatItDid(t *testing.T) {
	kittest.Light(t)
	booked := wire.Booking{
		ID: "kept", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry, Day: "2026-03-20", Payer: screentest.Claire, Price: 111, At: screentest.Monday.At(9, 5).UnixMicro(),
		Why: &ledger.Price{Amount: 111, Tariff: screentest.Canteen + "-t", Band: 1, Bands: 2, Quotient: &ledger.Quotient{Value: 300, From: "2025-09-01"}},
	}
	d := screentest.Family()
	d.Get(tariff(func(*ledger.Tariff) {}), claire(with450), screentest.Row(screentest.Mine, wire.Bookings, booked.ID, booked))
	o := show2(t, d, screen.To(screen.Agenda, "day", string(booked.Day)))
	o.explain(o.slot(), booked.Day)
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "1,11\u00a0€", "300, depuis le 1er\u00a0septembre 2025", "Prix fixé à la réservation")
	kittest.Key(o.w, fyne.KeyEscape)
	// Of one from before the reasons were kept no reason is made up.
	booked.Why = nil
	d.Get(screentest.Row(screentest.Mine, wire.Bookings, booked.ID, booked))
	o.explain(o.slot(), booked.Day)
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "1,11\u00a0€", "Le détail n'en était pas encore gardé")
	kittest.WantHidden(t, o.w, "sur 2")
}

// A price that another pays is nobody's question.
func TestWhatAnotherPaysIsNotExplained(t *testing.T) {
	kittest.Light(t)
	o := show2(t, entrusted("book"), screen.To(screen.Agenda, "child", string(tom)))
	for _, b := range kittest.All[*kit.LinkButton](o.w) {
		if b.Text() == i18n.T("agenda.price.ask", nil) {
			t.Error("who is let book is told why it costs what it does")
		}
	}
}

func TestTheReasonsFit(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Family()
		d.Get(tariff(func(t *ledger.Tariff) { t.Siblings = &ledger.Siblings{Count: ledger.CountPresent, Shares: []int{90}} }), claire(with450))
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		c := d.Context(w)
		t.Cleanup(c.Leave)
		a := open(c, d, screen.To(screen.Agenda))
		return kit.NewPage(kit.Limit(look.FormWidth, kit.Column(look.S, a.reasons(a.c.View.Day(a.child, a.activity, free))...)))
	})
}

// Where others pay a part, one reads one's own, of what, and who pays the rest;
// where an organisation pays it all, that nothing is to pay.
func TestADayThatOthersPayTooSaysSoAndFits(t *testing.T) {
	kittest.Light(t)
	of := func(parts ...wire.PayerPart) *screentest.Desk {
		d := screentest.Family()
		d.Get(screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12", Site: screentest.Ferry,
			Payers: []wire.ChildPayers{{From: "2026-03-01", Parts: parts}}}))
		return d
	}
	half := []wire.PayerPart{{Percent: 50, Name: "Département de la Vesle"}, {Percent: 50, Own: true, Booker: true}}
	o := show2(t, of(half...), screen.To(screen.Agenda))
	if says := plain(o.shown[screentest.Thursday].Label); !strings.Contains(says, "1,60 € (votre part de 3,20 €") || !strings.Contains(says, "Solde après : 75,20 €") {
		t.Errorf("it says %q", says)
	}
	o.explain(o.slot(), screentest.Thursday)
	kittest.WantShown(t, o.w, "1,60\u00a0€", "Le reste est payé par Département de la Vesle.")
	o = show2(t, of(wire.PayerPart{Percent: 100, Name: "Département de la Vesle"}), screen.To(screen.Agenda))
	o.explain(o.slot(), screentest.Thursday)
	kittest.WantShown(t, o.w, "0,00\u00a0€", "rien n'est à votre charge")
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := of(half...)
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		a := open(d.Context(w), d, screen.To(screen.Agenda))
		a.press(a.shown[screentest.Thursday])
		return a.root
	})
}

func (o *opened) point(day portal.Date) {
	o.t.Helper()
	test.MoveMouse(o.w.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(o.grid).Add(o.grid.CellCentre(at(day))))
	kittest.Settle(o.w)
}

// leave moves the pointer off the days, as who goes to the link does.
func (o *opened) leave() {
	o.t.Helper()
	test.MoveMouse(o.w.Canvas(), fyne.NewPos(1, 1))
	kittest.Settle(o.w)
}

// The link is about the day last pointed at, also once the pointer has left it, and
// it is not there where that day has no price.
func TestAPriceIsThatOfTheDayPointedAt(t *testing.T) {
	kittest.Light(t)
	o := family(t)
	o.w.Canvas().Focus(o.grid)
	o.click("2026-03-11")
	o.point(free)
	o.leave()
	if !strings.HasPrefix(plain(o.line.Text()), "Mardi 24 mars") {
		t.Errorf("on the way to the link the line says %q", o.line.Text())
	}
	kittest.Press(t, o.w, "Pourquoi ce prix ?")
	kittest.WantShown(t, o.w, "mardi 24\u00a0mars 2026")
	kittest.Press(t, o.w, "D'accord")
	o.point("2026-03-11")
	if o.leave(); kittest.Shows(o.w, "Pourquoi ce prix ?") {
		t.Error("a day without a price is asked about")
	}
	o.point(free)
	if !kittest.Shows(o.w, "Pourquoi ce prix ?") {
		t.Error("of a day with a price one cannot ask")
	}
}

// In a list, where a press books, one goes on to the other days from the one asked
// about: the row pressed last, where one was.
func TestInAListEachDaysPriceCanBeAsked(t *testing.T) {
	kittest.Light(t)
	for _, family := range []bool{false, true} {
		o := shaped(t, together(), byList, family)
		all, at := o.priced()
		if at < 0 || at+1 >= len(all) {
			t.Fatalf("asked about %d of %v", at, all)
		}
		name := func(i int) string { return i18n.LongDate(all[i].day.At(12, 0)) }
		activity := func(i int) string { return o.activityOf(all[i].of.activity).Name.In(i18n.Language()) }
		kittest.Press(t, o.w, "Pourquoi ce prix ?")
		kittest.WantShown(t, o.w, i18n.Joined(o.nameOf(all[at].of.child), activity(at), name(at)))
		kittest.Press(t, o.w, "Prix suivant")
		kittest.WantShown(t, o.w, i18n.Joined(o.nameOf(all[at+1].of.child), activity(at+1), name(at+1)))
		kittest.Press(t, o.w, "Prix précédent")
		kittest.Press(t, o.w, "D'accord")
		o.tells(all[at+1].of, all[at+1].day, true) // as a row that is pressed does
		if _, now := o.priced(); now != at+1 {
			t.Errorf("of the row pressed last it is %d, not %d", now, at+1)
		}
	}
}
