package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
)

// Four that do not fit on one row stand two and two.
func TestNoneIsLeftAloneOnTheLastRow(t *testing.T) {
	kittest.Light(t)
	var all []fyne.CanvasObject
	for range 4 {
		all = append(all, kit.Secondary("Écrire à la mairie", nil))
	}
	line := kit.LineEven(8, all...)
	one := kit.NaturalWidth(all[0])
	line.Resize(fyne.NewSize(3*one+20, kit.HeightFor(line, 3*one+20)))
	if all[1].Position().Y != all[0].Position().Y || all[2].Position().Y == all[0].Position().Y || all[3].Position().Y != all[2].Position().Y {
		t.Errorf("they stand at %v, %v, %v, %v", all[0].Position(), all[1].Position(), all[2].Position(), all[3].Position())
	}
}
