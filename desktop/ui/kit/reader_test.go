package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

// A page that a screen begins with shows no ring, also when the window goes
// and comes; reached by the keyboard it does.
func TestAPageIsReadByTheKeyboard(t *testing.T) {
	kittest.Light(t)
	button := kit.Primary("Continuer", func() {})
	page := kit.NewPage(kit.Column(look.L, kit.Body("Des lignes à lire"), kit.Gap(1500), button))
	w := kittest.Window(t, page, kittest.Small)
	c := w.Canvas()
	ringed := func() bool {
		for _, o := range test.WidgetRenderer(page).Objects() {
			if r, ok := o.(*canvas.Rectangle); ok && r.Visible() {
				return true
			}
		}
		return false
	}
	kit.Enter(c, page.Reader(nil))
	if !kit.Reading(c.Focused()) || ringed() {
		t.Errorf("at first %T has the focus, a ring is drawn: %v", c.Focused(), ringed())
	}
	c.Focused().FocusLost()
	c.Focused().FocusGained()
	if ringed() {
		t.Error("a ring is drawn when the window comes back")
	}
	kittest.Key(w, fyne.KeyPageDown)
	if page.Offset() == 0 {
		t.Error("Page Down does not scroll")
	}
	kittest.Key(w, fyne.KeyTab)
	if c.Focused() != fyne.Focusable(button) {
		t.Errorf("Tab leads to %T", c.Focused())
	}
	c.FocusPrevious()
	kittest.Settle(w)
	if !kit.Reading(c.Focused()) || !ringed() {
		t.Errorf("the way back leads to %T, a ring is drawn: %v", c.Focused(), ringed())
	}
}

// What is too long for a dialog is scrolled from its button.
func TestADialogIsScrolledFromItsButtons(t *testing.T) {
	kittest.Light(t)
	w := kittest.Window(t, kit.Gap(1), kittest.Small)
	text := ""
	for range 80 {
		text += "Une ligne de conditions à lire.\n"
	}
	kit.NewDialogs(w.Canvas()).Info("Conditions", text, nil)
	kittest.Settle(w)
	page := kittest.All[*kit.Page](w)[0]
	kittest.Key(w, fyne.KeyPageDown)
	down := page.Offset()
	kittest.Key(w, fyne.KeyEnd)
	if down <= 0 || page.Offset() <= down {
		t.Errorf("Page Down leads to %v, End to %v", down, page.Offset())
	}
}

// Where the focus was in what is exchanged it goes on in what comes instead.
func TestTheFocusStaysWhereTheContentIsExchanged(t *testing.T) {
	kittest.Light(t)
	second := kit.Secondary("Accepter", func() {})
	swap := kit.NewSwap(kit.Line(look.S, kit.Primary("Prendre", func() {}), kit.Plain("Autre", func() {})))
	w := kittest.Window(t, kit.Column(look.M, kit.Secondary("Avant", func() {}), swap), kittest.Small)
	w.Canvas().Focus(kittest.Find[*kit.Button](w, "Prendre"))
	swap.Set(kit.Line(look.S, second))
	if w.Canvas().Focused() != fyne.Focusable(second) {
		t.Errorf("the focus is on %T", w.Canvas().Focused())
	}
	before := kittest.Find[*kit.Button](w, "Avant")
	w.Canvas().Focus(before)
	swap.Set(kit.Gap(1))
	if w.Canvas().Focused() != fyne.Focusable(before) {
		t.Error("the focus is taken from elsewhere")
	}
}
