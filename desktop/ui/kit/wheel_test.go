package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

// The wheel moves the page wherever the pointer is: also over a box that one
// writes in, unless what stands in it is what moves.
func TestTheWheelMovesThePageOverABox(t *testing.T) {
	kittest.Light(t)
	born, name := kit.DateField("Date de naissance"), kit.TextField("Nom")
	name.SetValue(strings.Repeat("un nom plus long que sa case ", 20))
	reason := kit.LongField("Motif", 3)
	p := kit.NewPage(kit.Column(look.M, born, name, reason, kit.Body(strings.Repeat("Du texte. ", 2000))))
	w := kittest.Window(t, p, fyne.NewSize(700, 500))
	over := func(f *kit.Field) fyne.Position {
		f.Focus()
		p.Top()
		kittest.Settle(w)
		o := w.Canvas().Focused().(fyne.CanvasObject)
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Add(fyne.NewPos(10, 10))
	}
	turn := func(at fyne.Position, by float32) float32 {
		before := p.Offset()
		test.Scroll(w.Canvas(), at, 0, by)
		return p.Offset() - before
	}
	for _, f := range []*kit.Field{born, name, reason} {
		if got := turn(over(f), -25); got != 25 {
			t.Errorf("over %s the page moved by %v", f.Label(), got)
		}
	}
	reason.SetValue(strings.Repeat("Une ligne.\n", 30))
	at := over(reason)
	if got := turn(at, -25); got != 0 {
		t.Errorf("the page moved by %v under a text that has more", got)
	}
	turn(at, -5000)
	if got := turn(at, -25); got != 25 {
		t.Errorf("at the text's end the page moved by %v", got)
	}
}
