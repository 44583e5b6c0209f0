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
