package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
)

// What is typed over the end of a line stands as it was typed, wherever the
// line is broken.
func TestWhatIsTypedOverTheEndOfALineStands(t *testing.T) {
	kittest.Light(t)
	const text = "Bonjour, le livret de famille que vous avez envoyé est coupé en bas : la page de votre second enfant n'y est pas."
	for width := float32(280); width < 560; width += 3 {
		f := kit.LongField("Motif", 4)
		w := kittest.Window(t, kit.Column(8, f), fyne.NewSize(width, 300))
		f.Focus()
		kittest.Type(w, text)
		if got := f.Value(); got != text {
			t.Errorf("%v wide it reads %q", width, got)
		}
		// The same by way of taking back: each word with a letter too many.
		f.SetValue("")
		for _, word := range strings.SplitAfter(text, " ") {
			kittest.Type(w, word+"x")
			e := w.Canvas().Focused()
			e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
		}
		if got := f.Value(); got != text {
			t.Errorf("%v wide, taken back, it reads %q", width, got)
		}
	}
}
