package app

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// All that the childhood's desk has stands in the rail of a usual laptop, in groups.
func TestTheChildhoodDesksRailFitsALaptop(t *testing.T) {
	s := open(t, sylvie, &wire.Demo{})
	s.Portal.SignIn(t, sylvie.Login)
	s.Session.View().Apply(cache.Applied{Changes: screentest.StaffRows()}, nil, nil)
	s.window.Resize(fyne.NewSize(1280, 720))
	s.settle()
	if s.shell.Collapsed() {
		t.Fatal("the rail is a menu")
	}
	for _, word := range []string{"À traiter", "Quotients", "Absences", "Accueils et cantine", "Effectifs", "Menus", "Outils", "Textes types", "Démarches"} {
		if !kittest.Shows(s.window, word) {
			t.Errorf("%s is not there: %q", word, kittest.Texts(s.window))
		}
	}
}

// Who works at a cash desk alone is not led to requests that never come there.
func TestACashiersRailIsShort(t *testing.T) {
	s := open(t, sylvie, nil)
	s.Portal.SignIn(t, sylvie.Login)
	desk := string(accounts.Till("main"))
	s.Session.View().Apply(cache.Applied{Changes: append(screentest.TownRows(),
		screentest.Row(wire.AccountFeed(sylvie.ID), wire.Accounts, sylvie.ID, wire.Account{ID: sylvie.ID, Kind: wire.Agent, FirstName: "Sylvie", LastName: "Roy", Desks: []string{desk}}),
		screentest.Row(wire.TownFeed, wire.CashDesks, portal.ID("main"), wire.CashDesk{Key: "main", Name: "Régie"}))}, nil, nil)
	s.settle()
	for _, it := range s.shell.Rail.Items() {
		if it.ID == screen.Queue || it.ID == screen.Texts {
			t.Errorf("a cashier is led to %s", it.Label)
		}
	}
	// Where the rail leads is where the day begins, and it says so.
	if s.Route().Name != screen.Till || s.shell.Rail.Selected() != screen.Till {
		t.Errorf("a cashier begins at %s, with %q marked", s.Route(), s.shell.Rail.Selected())
	}
	if !kittest.Shows(s.window, "Régie") {
		t.Errorf("a cashier is not led to the cash desk: %q", kittest.Texts(s.window))
	}
}
