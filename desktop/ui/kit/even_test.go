package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
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

// At twice the size the upper edge takes one line, and gives the words back
// where there is room.
func TestTheTopBarFoldsBeforeItTakesTwoLines(t *testing.T) {
	app := kittest.Light(t)
	top := kit.NewTopBar()
	top.SetLeft(kit.NewMenuButton("list", "Menu", nil))
	top.SetSearch(kit.NewSearchButton("Rechercher", "Ctrl+K", nil))
	top.SetRight(kit.NewMenuButton("text-aa", "Affichage", nil).Folds(), kit.NewIconButton("question", "Aide", nil), kit.NewCountButton("bell", "Avis", nil),
		kit.NewMenuButton("user", "Sofia Benali", nil).Edged().Folds())
	w := kittest.Window(t, kit.Column(0, top), fyne.NewSize(1024, 600))
	if !kittest.Shows(w, "Affichage") {
		t.Errorf("at 100 %% the words are gone: %v", kittest.Texts(w))
	}
	one := top.HeightFor(1024)
	app.Settings().SetTheme(look.New(look.Light, 2, false))
	kittest.Settle(w)
	if h := top.HeightFor(1024); h > 2*one {
		t.Errorf("it is %v high, at 100 %% %v", h, one)
	}
	if kittest.Shows(w, "Sofia Benali") {
		t.Errorf("the name has not folded: %v", kittest.Texts(w))
	}
}

// On a public computer, where the way out is in words at all times, it takes two
// lines at most.
func TestTheTopBarTakesTwoLinesAtMost(t *testing.T) {
	app := kittest.Light(t)
	top := kit.NewTopBar()
	top.SetLeft(kit.NewMenuButton("list", "Menu", nil))
	top.SetSearch(kit.NewSearchButton("Rechercher", "Ctrl+K", nil))
	top.SetRight(kit.NewMenuButton("text-aa", "Affichage", nil).Folds(), kit.NewIconButton("question", "Aide", nil), kit.NewCountButton("bell", "Avis", nil),
		kit.NewMenuButton("user", "Sofia Benali", nil).Edged().Folds(), kit.Primary("Terminer la session", nil).Icon("sign-out"))
	kittest.Window(t, kit.Column(0, top), fyne.NewSize(1024, 600))
	one := top.HeightFor(1024)
	app.Settings().SetTheme(look.New(look.Light, 2, false))
	if h := top.HeightFor(1024); h > 4*one {
		t.Errorf("at 200 %% it is %v high, at 100 %% %v", h, one)
	}
}

// What is seen of a plain button, its words, begins where the text above does.
func TestAPlainButtonStandsFlushWithTheText(t *testing.T) {
	kittest.Light(t)
	plain, second := kit.Plain("J'ai compris", nil), kit.Secondary("Voir la demande", nil)
	kit.LineFlush(8, plain, second).Resize(fyne.NewSize(600, 44))
	if plain.Position().X >= 0 || second.Position().X != plain.Position().X+plain.Size().Width+8 {
		t.Errorf("they stand at %v and %v", plain.Position(), second.Position())
	}
	kit.LineFlush(8, second, plain).Resize(fyne.NewSize(600, 44))
	if second.Position().X != 0 {
		t.Errorf("a button with an edge stands at %v", second.Position())
	}
}
