package home

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

func record(state string) wire.Change {
	return screentest.Row(screentest.Mine, wire.Requests, "r1", wire.Request{
		ID: "r1", Reference: "2026-000101", Account: screentest.Claire, Procedure: childRecord, Version: 1, State: state, Person: "Noé Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro(),
	})
}

// asked is a request that waits for a correction and documents.
func asked(docs ...requests.DocumentKind) []wire.Change {
	q := wire.Request{
		ID: "r1", Reference: "2026-000101", Account: screentest.Claire, Procedure: childRecord, Version: 1, State: "waiting_family", Person: "Noé Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro(),
		Corrections: []wire.Correction{{N: 1, Asked: screentest.Monday.At(8, 30).UnixMicro(), Fields: []string{"lastName"}, Text: "Le nom n'est pas celui du livret.", Until: "2026-03-20"}},
	}
	rows := []wire.Change{}
	for _, k := range docs {
		q.Documents = append(q.Documents, documents.Asked{Kind: k.ID})
		rows = append(rows, screentest.Row(wire.TownFeed, wire.DocumentKinds, portal.ID(k.ID), k))
	}
	return append(rows, screentest.Row(screentest.Mine, wire.Requests, "r1", q))
}

func kind(id, fr string) requests.DocumentKind {
	return requests.DocumentKind{ID: id, Label: requests.Text{FR: fr, EN: fr}}
}

func message(id portal.ID, n int64, staff bool, text string, read int64) wire.Change {
	return screentest.Row(screentest.Mine, wire.Messages, id, wire.Message{ID: id, Request: "r1", N: n, At: screentest.Monday.At(8, int(n)).UnixMicro(), Staff: staff, By: "Sylvie Roy", Text: text, Read: read})
}

func TestWhatAwaitsTheFamilyStandsTogether(t *testing.T) {
	kittest.Light(t)
	me := screentest.FamilyRows()
	s := family(t, append(append(me, asked(kind("family-record", "Livret de famille"), kind("home", "Justificatif de domicile"), kind("vaccines", "Carnet de vaccination"))...),
		screentest.Row(screentest.Mine, wire.Documents, "d1", documents.Document{ID: "d1", Account: screentest.Claire, Kind: "family-record", Name: "livret.pdf", Sent: 1, Status: documents.Rejected, Note: "La page est coupée"}),
		message("m1", 1, true, "Bonjour, il manque une page.", 0), message("m2", 2, true, "Pouvez-vous l'envoyer ?", 0))...)
	s.show()
	s.reads("Ce qui vous attend (4)", "Une correction vous est demandée : Fiche enfant, Noé Martel", "Le nom n'est pas celui du livret.", "jusqu'au vendredi 20 mars",
		"Justificatif invalide, à renvoyer : Livret de famille", "La page est coupée.\nPour : Fiche enfant, Noé Martel",
		"2 justificatifs à fournir", "Justificatif de domicile et carnet de vaccination", "2 messages non lus", "Derniers messages", "Pouvez-vous l'envoyer ?", "2 non lus")
	s.hides("Rien ne vous attend")
	rows := kittest.All[*kit.Row](s.window)
	for i, to := range []screen.Route{
		screen.To(screen.Correct, "id", "r1"), screen.To(screen.Exchanges, "tab", "documents"), screen.To(screen.Exchanges, "tab", "documents"), screen.To(screen.Exchanges, "request", "r1"),
	} {
		rows[i].Tapped(nil)
		s.led(to)
	}
	// Each line goes by itself.
	s.give(message("m1", 1, true, "Bonjour, il manque une page.", 9), message("m2", 2, true, "Pouvez-vous l'envoyer ?", 9),
		screentest.Row(screentest.Mine, wire.Documents, "d1", documents.Document{ID: "d1", Account: screentest.Claire, Kind: "family-record", Name: "livret.pdf", Sent: 2, Status: documents.Submitted}))
	s.reads("Ce qui vous attend (2)", "2 justificatifs à fournir")
	s.hides("non lu", "Justificatif invalide")
	s.give(record("accepted"))
	s.reads("Rien ne vous attend en ce moment")
	s.hides("Une correction vous est demandée", "à fournir")
}

// A balance below nothing waits for the family as what is to be done does: in the
// colour of Paiements, with the way to pay, but not a second time.
func TestABalanceBelowNothingIsToldFirstHand(t *testing.T) {
	kittest.Light(t)
	below := screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -4940})
	s := family(t, append(screentest.FamilyRows(), below)...)
	s.show()
	s.reads("Votre solde est négatif : −49,40 €")
	s.hides("Rien ne vous attend", "Recharger mon compte")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.Payments))
	red := false
	for _, text := range kittest.All[*canvas.Text](s.window) {
		red = red || text.Text == "−49,40\u00a0€" && text.Color == fyne.CurrentApp().Settings().Theme().Color(look.Error, 0)
	}
	if !red {
		t.Error("the figure is not in the colour of what is wrong")
	}
	s.give(screentest.Row(wire.TownFeed, wire.CashDesks, "regie", wire.CashDesk{Key: "regie", Online: true, Most: 50000}), screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Pays: true}))
	s.reads("Recharger mon compte")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.TopUp, "desk", "regie"))
	s.give(screentest.Row(screentest.Mine, wire.Payments, "p1", wire.Payment{ID: "p1", CashDesk: "regie", Amount: 4940, State: payments.Pending}))
	s.hides("Recharger mon compte")
	s.give(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 0}))
	s.hides("Votre solde est négatif")
}

// What the town hall has decided is a card until it is read: why, and what one
// can do now.
func TestADecisionIsACardUntilItIsRead(t *testing.T) {
	kittest.Light(t)
	decided := func(id portal.ID, state, person, reason string, child portal.ID, ago time.Duration) wire.Change {
		at := screentest.Monday.At(9, 0).Add(-ago).UnixMicro()
		return screentest.Row(screentest.Mine, wire.Requests, id, wire.Request{
			ID: id, Reference: "2026-0001", Account: screentest.Claire, Procedure: childRecord, Version: 1, State: state, Person: person, Child: child, Reason: reason,
			Submitted: at, Timeline: []wire.Event{{At: at, Kind: state}},
		})
	}
	s := family(t, append(screentest.FamilyRows(),
		decided("r1", "accepted", "Léa Marie Martel", "", screentest.Lea, time.Hour),
		decided("r2", "refused", "Zoé Martel", "La classe indiquée n'est pas celle de cette école.", "", 2*time.Hour),
		decided("r3", "accepted", "Noé Martel", "", screentest.Noe, 40*24*time.Hour),
		screentest.Row(screentest.Mine, wire.Notices, "n2", wire.Notice{ID: "n2", Kind: "decision", About: "r2", At: 1}))...)
	s.show()
	s.reads("La mairie a accepté votre demande : Fiche enfant · Léa Marie Martel", "Vous pouvez réserver pour Léa.",
		"La mairie a refusé votre demande : Fiche enfant · Zoé Martel", "La classe indiquée n'est pas celle de cette école.")
	s.hides("Noé Martel") // long ago
	s.press("Voir la demande")
	s.led(screen.To(screen.Request, "id", "r2"))
	s.press("Ouvrir l'agenda")
	s.led(screen.To(screen.Agenda, "child", string(screentest.Lea)))
	s.show()
	s.hides("Vous pouvez réserver pour Léa.") // who opens the agenda has read it
	if n := s.Session.View().Untold(); n != 1 {
		t.Errorf("%d untold before it is read", n)
	}
	s.press("J'ai compris")
	s.hides("Zoé Martel")
	if n := s.Session.View().Untold(); n != 0 {
		t.Errorf("the bell counts %d that were read here", n)
	}
	s.show()
	s.hides("Zoé Martel")
	// Decided anew, it is told anew, without a click.
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{decided("r2", "accepted", "Zoé Martel", "", "", 0)}}, nil, nil)
	s.settle()
	s.reads("La mairie a accepté votre demande : Fiche enfant · Zoé Martel", "Vous pouvez réserver pour Zoé Martel.")
	// Who asks again has read it: a second press would begin a second draft.
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{decided("r4", "refused", "Mila Martel", "Il manque la classe.", "", 0)}}, nil, nil)
	s.settle()
	s.reads("Il manque la classe.")
	s.press("Refaire cette demande")
	if to := s.routes[len(s.routes)-1]; to.Name != screen.Fill || to.Arg("id") != childRecord || to.Arg("draft") == "" {
		t.Errorf("it leads to %s", to)
	}
	s.show()
	s.hides("Il manque la classe.")
}

// What somebody else waits an answer for stands with the rest; and whoever only
// minds another's child is not asked to register one.
func TestWhoIsInvitedFindsItOnAccueil(t *testing.T) {
	kittest.Light(t)
	invited := wire.Delegation{ID: "i1", From: screentest.Hugo, FromName: "Omar Berger", Kind: string(accounts.Grandparent), Level: string(accounts.LevelSee),
		Children: []wire.DelegatedChild{{ID: "sami", FirstName: "Sami"}}, State: string(accounts.Invited),
		Invited: screentest.Monday.At(8, 0).UnixMicro(), Expires: screentest.Monday.Add(14).At(0, 30).UnixMicro()} // still the day before elsewhere
	s := family(t, screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, claire), screentest.Row(screentest.Mine, wire.Delegations, "i1", invited))
	s.show()
	s.reads("Ce qui vous attend", "Omar Berger vous invite pour Sami", "Vous pouvez répondre jusqu'au 23 mars 2026.", "À faire")
	s.hides("Vos premiers pas", "Remplir une fiche enfant", "Rien ne vous attend")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.Access, "id", "i1"))

	accepted := invited
	accepted.State, accepted.To = string(accounts.Accepted), screentest.Claire
	s.give(screentest.Row(screentest.Mine, wire.Delegations, "i1", accepted),
		screentest.Row(screentest.Mine, wire.Children, "sami", wire.Child{ID: "sami", FirstName: "Sami", LastName: "Berger", BirthDate: "2019-02-01", Delegated: true}))
	s.reads("La semaine des enfants")
	s.hides("vous invite", "Vos premiers pas", "Remplir une fiche enfant", "La semaine de vos enfants", "Envoyer un justificatif")
}

func TestWeeksThatAreProposedAwaitAnAnswer(t *testing.T) {
	kittest.Light(t)
	s := family(t, append(screentest.FamilyRows(), screentest.Shared(func(c *wire.Child) {
		c.Asked = &wire.WeeksProposal{ChildWeeks: *c.Weeks, ID: portal.NewID()}
	}))...)
	s.show()
	s.reads("Hugo Martel vous propose des semaines alternées", "Pour : Léa")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.Relation, "id", string(screentest.Lea)))
}

// What is prepared for an opening is told beside it, and whether anybody has to send it.
func TestPreparedDaysAreToldBesideTheirOpening(t *testing.T) {
	kittest.Light(t)
	o := bookings.Opening{ID: "june", Activity: screentest.Canteen, Period: portal.Period{From: "2026-06-01", To: "2026-06-12"}, Opens: portal.Date("2026-03-11").At(9, 0).UnixMicro()}
	group := wire.PreparedGroup{ID: "g1", Book: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{"2026-06-01", "2026-06-02"}}}}
	s := family(t, append(screentest.FamilyRows(), screentest.Row(wire.TownFeed, wire.Openings, o.ID, o), screentest.Row(screentest.Mine, wire.Prepared, group.ID, group))...)
	s.show()
	s.reads("Restauration scolaire : ouvre le mercredi 11 mars à 09:00", "Du 1er juin au 12 juin 2026 · 2 réservations préparées, à envoyer à cette heure")
	group.Auto = true
	s.give(screentest.Row(screentest.Mine, wire.Prepared, group.ID, group))
	s.reads("2 réservations préparées, qui partiront seules si la fenêtre est ouverte")
}
