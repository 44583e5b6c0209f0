package arrange_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
)

// A box deep in a page places its parts anew when one of them has grown, though
// the box itself is as large as before.
func TestABoxInAPageFollowsWhatGrows(t *testing.T) {
	kittest.Light(t)
	words, below := kit.Body("Court."), kit.Body("En dessous")
	box := arrange.New(func(size fyne.Size) {
		h := words.HeightFor(size.Width)
		arrange.Put(words, 0, 0, size.Width, h)
		arrange.Put(below, 0, h, size.Width, below.HeightFor(size.Width))
	}, func(float32) float32 { return 300 }, words, below)
	page := kit.NewBarePage(kit.Column(0, kit.Card(box)))
	kittest.Settle(kittest.Window(t, page, fyne.NewSize(400, 600)))
	before := below.Position().Y
	words.SetText(strings.Repeat("Beaucoup plus long. ", 12))
	page.Refresh()
	if now := below.Position().Y; now < 2*before {
		t.Errorf("what stands below is at %v, and was at %v", now, before)
	}
}
