package app

import (
	"testing"
	"time"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/wire"
)

// A public computer says what it is on every screen, shows the way out, and
// tells the next one that the last one is gone.
func TestAPublicComputerSaysSo(t *testing.T) {
	s := open(t, claire, &wire.Demo{}, screentest.Kiosk)
	const public = "Ordinateur public : il ne garde rien"
	if !s.window.FullScreen() {
		t.Error("the window does not fill the screen")
	}
	for _, r := range []screen.Route{screen.To(screen.Home), screen.To(screen.SignIn)} {
		s.goTo(r)
		if !kittest.Shows(s.window, public) || !kittest.Shows(s.window, "Démonstration") {
			t.Errorf("%s does not say it: %q", r, kittest.Texts(s.window))
		}
	}
	if kittest.Shows(s.window, "La session est terminée") {
		t.Error("the first visitor is told of one before")
	}
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	if !kittest.Shows(s.window, public) {
		t.Errorf("signed in it does not say it: %q", kittest.Texts(s.window))
	}
	kittest.Press(t, s.window, "Terminer")
	s.settle()
	if _, in := s.Session.Person(); in || s.Route().Name != screen.Home || !kittest.Shows(s.window, "La session est terminée") {
		t.Errorf("in: %v, at %s: %q", in, s.Route(), kittest.Texts(s.window))
	}

	// Whoever just leaves is signed out, is warned of it, and so is the next.
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	s.Portal.Now = s.Portal.Now.Add(105 * time.Second)
	s.lookAround()
	s.settle()
	if !kittest.Shows(s.window, "vous serez déconnecté dans") {
		t.Fatalf("the warning says %q", kittest.Texts(s.window))
	}
	s.Portal.Now = s.Portal.Now.Add(16 * time.Second)
	s.lookAround()
	s.settle()
	if _, in := s.Session.Person(); in || !kittest.Shows(s.window, "La session est terminée") {
		t.Errorf("in: %v, at %s: %q", in, s.Route(), kittest.Texts(s.window))
	}
}

func TestAComputerAtHomeHasNoPublicWords(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	if kittest.Shows(s.window, "Ordinateur public") || kittest.Shows(s.window, "Terminer") || s.window.FullScreen() {
		t.Errorf("at home the window says %q", kittest.Texts(s.window))
	}
	if err := s.Session.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.settle()
	if kittest.Shows(s.window, "La session est terminée") {
		t.Error("at home a sign-out is told")
	}
}
