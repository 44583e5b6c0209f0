package app

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/wire"
)

// Where a screen belongs is left by its own way back: it does not lead down
// again, whether one came from there or from elsewhere.
func TestTheWayUpIsNoLoop(t *testing.T) {
	s := open(t, claire, nil)
	s.SignIn(t, claire.Login)
	s.settle()
	for _, from := range []screen.Route{screen.To(screen.Profile), screen.To(screen.Requests)} {
		s.goTo(screen.To(screen.Home))
		s.goTo(from)
		s.goTo(screen.To(screen.Quotient))
		kittest.Press(t, s.window, "Mon profil")
		s.settle()
		if s.Route().Name != screen.Profile {
			t.Fatalf("the way up leads to %s", s.Route())
		}
		want := screen.Home
		if from.Name != screen.Profile {
			want = from.Name
		}
		kittest.Press(t, s.window, "Retour")
		s.settle()
		if s.Route().Name != want {
			t.Errorf("from the profile the way back leads to %s, not to %s", s.Route(), want)
		}
	}
}

// In the largest text one sees what the screen is and its first question, also
// below the strip of a demonstration.
func TestSignInBeginsWithItsTitleInLargeText(t *testing.T) {
	s := open(t, claire, &wire.Demo{})
	s.change(func(c *cache.Settings) { c.Scale = 2 })
	s.goTo(screen.To(screen.SignIn))
	page := kittest.All[*kit.Page](s.window)[0]
	if page.Offset() != 0 {
		t.Errorf("the page is scrolled by %v", page.Offset())
	}
	login := s.field("Identifiant")
	at := func(o fyne.CanvasObject) float32 { return s.o.Fyne.Driver().AbsolutePositionForObject(o).Y }
	if bottom, end := at(login)+login.Size().Height, at(page)+page.Size().Height; bottom > end {
		t.Errorf("the login ends at %v, what is seen of the page at %v", bottom, end)
	}
}
