package grouped

import (
	"slices"
	"strings"
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// poor is Claire's account with so little on it that two of her days would go below
// the limit of her town.
func poor() *screentest.Desk {
	d := screentest.Family()
	d.Get(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -4040}))
	return d
}

func TestWhatLacksMoneyLeadsToTheAccountAndIsFoundAgain(t *testing.T) {
	kittest.Light(t)
	s := on(t, poor(), screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.press("Suivant")
	s.choose("how", byPick)
	s.pick("2026-03-12", "2026-03-16", "2026-03-19", "2026-03-23", "2026-03-26")
	s.press("Suivant")
	kittest.WantShown(t, s.w, "3 repas à réserver pour Léa, 2 réservations impossibles", "Le solde descendrait sous la limite de −50,00 € fixée par la mairie.", "gardés sur cet ordinateur")
	s.press("Recharger mon compte")
	if to := s.went[len(s.went)-1]; to.Name != screen.Payments {
		t.Fatalf("it leads to %v", to)
	}
	// Whoever comes back from there, whichever way, finds what was chosen.
	s.open(screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	kittest.WantShown(t, s.w, "Voici les réservations que le solde ne permettait pas.", "Vérifier avant d'envoyer", "étape 3 sur 3", "3 repas à réserver pour Léa, 2 réservations impossibles")
	s.press("Retour")
	kittest.WantShown(t, s.w, "5 jours choisis.")
	s.open(screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.press("Choisir autre chose")
	kittest.WantShown(t, s.w, "Pour qui, et quoi ?")
	s.open(screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	kittest.WantHidden(t, s.w, "Voici les réservations")
}

func TestTheRecapKeepsWhatWasNotPossible(t *testing.T) {
	kittest.Light(t)
	s := on(t, poor(), screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.press("Suivant")
	s.choose("how", byPick)
	s.pick("2026-03-12", "2026-03-16", "2026-03-19", "2026-03-23")
	s.press("Suivant", "Réserver 3 repas")
	g := s.sent()
	if bookings.Count(g.Book) != 3 {
		t.Fatalf("sent %+v", g)
	}
	r := wire.GroupResult{ID: g.Group, At: screentest.Monday.At(9, 1).UnixMicro(), Booked: g.Book, Debited: 960}
	s.Accepted(screentest.Row(screentest.Mine, wire.Groups, g.Group, r), screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -5000}))
	s.open(screen.To(screen.Grouped, "id", string(g.Group)))
	kittest.WantShown(t, s.w, "3 repas réservés, une réservation impossible, 9,60 €.", "Solde maintenant : −50,00 €.", "Lundi 23 mars", "sous la limite de −50,00 €", "Recharger mon compte", "gardés sur cet ordinateur")
	// What was sent is not proposed again, though it is free once more.
	s.Get(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 50000}))
	s.open(screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	if lots := s.c.Kept.(choice).only; bookings.Count(lots) != 1 || lots[0].Days[0] != "2026-03-23" {
		t.Errorf("what is left is %+v", lots)
	}
	kittest.WantHidden(t, s.w, "Jeudi 12 mars", "3 repas", "4 repas")
}

// With money on the account all of it is possible, and what is booked is left out.
func TestWhatLackedMoneyIsBookedOnceThereIsSome(t *testing.T) {
	kittest.Light(t)
	s := on(t, poor(), screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.press("Suivant", "Lundi", "Jeudi")
	s.choose("period", toHolidays)
	s.press("Suivant")
	kittest.WantShown(t, s.w, "réservations impossibles", "Recharger mon compte")
	s.Get(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 50000}))
	s.open(screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	kittest.WantShown(t, s.w, "repas à réserver pour Léa, 25,60 €")
	kittest.WantHidden(t, s.w, "impossible")
	s.press("Réserver 8 repas")
	// Nothing lacks money any more: there is nothing to go on with.
	s.open(screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	kittest.WantShown(t, s.w, "Pour qui, et quoi ?")
}

func TestOneBeginsWhereSomethingIsPossible(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Now = portal.Date("2026-03-30").At(18, 0) // it is too late for the last day of March
	d.Tick()
	s := on(t, d, screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.press("Suivant")
	kittest.WantHidden(t, s.w, "Mars 2026, à partir de demain")
	s.choose("how", byPick)
	kittest.WantShown(t, s.w, "Avril 2026", "Aucun jour choisi.")
}

func TestTheWholeFamilyIsTicked(t *testing.T) {
	kittest.Light(t)
	s := on(t, screentest.Family(), screen.To(screen.Grouped, "child", string(screentest.Lea), "activity", string(screentest.Canteen), "children", "all"))
	if is := s.c.Kept.(choice); len(is.children) != 2 || !slices.Equal(is.activities, []portal.ID{screentest.Canteen}) {
		t.Errorf("it begins for %v at %v", is.children, is.activities)
	}
}

// Where days are prepared for an opening, nothing else is asked and nothing is to be
// cancelled.
func TestPreparingSaysWhatItIsFor(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Get(opens(bookings.FirstCome))
	s := on(t, d, screen.To(screen.Grouped, "opening", "0190b000-0000-7000-8000-000000000091"))
	kittest.WantShown(t, s.w, "Préparer mes jours", "Étape 1 sur 3", "Pour qui ?", "Restauration scolaire, jours du 16 mars au 27 mars 2026 : ouvre le mercredi 11 mars à 09:00. Jusque-là rien n'est réservé ni envoyé.")
	kittest.WantHidden(t, s.w, "Quelles activités ?", "Annuler des jours réservés", "Réservations groupées")
	if s.shown.Title != "Préparer mes jours" {
		t.Errorf("the screen is called %q", s.shown.Title)
	}
	s.press("Suivant")
	kittest.WantHidden(t, s.w, "Pour quelle période ?", "Comme le mois d'avant")
}

func TestPreparedDaysAreChanged(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	id := portal.ID("0190b000-0000-7000-8000-000000000092")
	days := []portal.Date{"2026-03-16", "2026-03-17"}
	d.Get(opens(bookings.FirstCome), screentest.Row(screentest.Mine, wire.Prepared, id, wire.PreparedGroup{ID: id, Auto: true,
		Book: []bookings.Lot{{Child: screentest.Noe, Activity: screentest.Canteen, Days: days}}}))
	s := on(t, d, screen.To(screen.Grouped, "prepared", string(id)))
	s.press("Suivant")
	kittest.WantShown(t, s.w, "2 jours choisis.")
	s.pick("2026-03-19")
	s.press("Suivant", "Préparer pour l'ouverture")
	g := s.Calls[0].Args.(*wire.PrepareGroup)
	if g.Group != id || !g.Auto || len(g.Book) != 1 || g.Book[0].Child != screentest.Noe || len(g.Book[0].Days) != 3 {
		t.Errorf("changed, it is %+v", g)
	}
}

// What is done with several on one day is said once.
func TestOneWordForAllOfADay(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	w := words{d.View}
	got := w.byDay([]view.PlannedDay{
		{Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Thursday, Cancel: true},
		{Child: screentest.Noe, Activity: screentest.Canteen, Day: screentest.Thursday, Cancel: true},
		{Child: screentest.Noe, Activity: screentest.Morning, Day: screentest.Thursday},
	})
	if len(got) != 1 || !strings.HasPrefix(got[0][1], "Noé, ") || strings.Count(got[0][1], "annulé : ") != 1 || !strings.Contains(got[0][1], "annulé : Léa, Restauration scolaire ; Noé, Restauration scolaire") {
		t.Errorf("it says %q", got)
	}
}
