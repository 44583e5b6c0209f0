package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

// watched notes what is given the focus.
type watched struct {
	fyne.Canvas
	given []fyne.Focusable
}

func (w *watched) Focus(f fyne.Focusable) {
	w.given = append(w.given, f)
	w.Canvas.Focus(f)
}

// The focus is given only to what can have it: what had it before a dialog may have
// gone with its screen, and what a screen begins with may not be there yet. The
// toolkit writes either into the log as a fault.
func TestTheFocusIsNotGivenToWhatIsGone(t *testing.T) {
	kittest.Light(t)
	build := func() (page *kit.Page, first *kit.Button) {
		first = kit.Primary("Ouvrir", nil)
		return kit.NewPage(kit.Column(look.M, first, kit.Secondary("Fermer", nil))), first
	}
	page, first := build()
	w := kittest.Window(t, page, fyne.NewSize(700, 400))
	c := &watched{Canvas: w.Canvas()}
	dialogs := kit.NewDialogs(c)
	c.Canvas.Focus(first)
	dialogs.Info("Fini", "L'écran change.", nil)
	c.given = nil
	next, second := build()
	w.SetContent(next)
	kittest.Settle(w)
	dialogs.CloseAll()
	if kit.Enter(c, first) || len(c.given) != 0 {
		t.Errorf("the focus is given to %v, which is gone", c.given)
	}
	// What is still there has it again.
	c.Canvas.Focus(second)
	dialogs.Info("Fini", "L'écran reste.", nil)
	dialogs.CloseAll()
	if w.Canvas().Focused() != second || !kit.Enter(c, second) {
		t.Errorf("the focus is on %T", w.Canvas().Focused())
	}
}
