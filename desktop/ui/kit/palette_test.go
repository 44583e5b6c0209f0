package kit_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

// numbers finds as many lines as the number typed.
func numbers(did *[]string) func(string) kit.Found {
	return func(text string) kit.Found {
		n := 0
		if _, err := fmt.Sscan(text, &n); err != nil || n == 0 {
			return kit.Found{Lost: true, Note: "Rien"}
		}
		g := kit.FindGroup{Icon: "files", Label: "Nombres"}
		for i := range n {
			name := fmt.Sprint("n", i+1)
			g.Finds = append(g.Finds, kit.Find{Icon: "hash", Title: name, Detail: "un nombre", Do: func() { *did = append(*did, name) }})
		}
		return kit.Found{Note: fmt.Sprint(n, " résultats"), Groups: []kit.FindGroup{g}}
	}
}

func TestAPaletteIsWalkedByTheKeyboard(t *testing.T) {
	kittest.Light(t)
	under := kit.NewSearchField("dessous", nil)
	w := kittest.Window(t, under, kittest.Small)
	dialogs := kit.NewDialogs(w.Canvas())
	under.Focus()
	before := w.Canvas().Focused()
	var did []string
	p := dialogs.Palette("Rechercher", "Que cherchez-vous ?", numbers(&did))
	kittest.Settle(w)
	if !kittest.Shows(w, "Rien") {
		t.Errorf("nothing found is told as %q", kittest.Texts(w))
	}
	kittest.Type(w, "20")
	chosen := func(want string) {
		t.Helper()
		if f, _ := p.Chosen(); f.Title != want {
			t.Errorf("%q is chosen, not %q", f.Title, want)
		}
	}
	chosen("n1")
	kittest.Key(w, fyne.KeyDown, fyne.KeyDown)
	chosen("n3")
	kittest.Key(w, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown)
	chosen("n20")
	if page := kittest.All[*kit.Page](w)[0]; page.Offset() == 0 {
		t.Error("what is chosen is out of sight")
	}
	kittest.Key(w, fyne.KeyDown)
	chosen("n1")
	if page := kittest.All[*kit.Page](w)[0]; page.Offset() != 0 {
		t.Error("the first is out of sight")
	}
	kittest.Key(w, fyne.KeyUp)
	chosen("n20")
	if l := p.AccessibilityLabel(); l != "Rechercher, 20 résultats, n20, un nombre" {
		t.Errorf("it is read as %q", l)
	}
	// What changes under it keeps the place, and never more than there is.
	p.Search().SetText("3")
	kittest.Key(w, fyne.KeyDown, fyne.KeyDown)
	p.Again()
	chosen("n3")
	kittest.Key(w, fyne.KeyReturn)
	if strings.Join(did, " ") != "n3" || p.Shown() || w.Canvas().Focused() != before {
		t.Errorf("did %q, shown %v, the focus is on %T", did, p.Shown(), w.Canvas().Focused())
	}
	// Nothing to open does nothing.
	p = dialogs.Palette("Rechercher", "", numbers(&did))
	kittest.Settle(w)
	kittest.Key(w, fyne.KeyDown, fyne.KeyReturn)
	if !p.Shown() || len(did) != 1 {
		t.Error("Enter did something where nothing was found")
	}
	// A press beside the card puts it away, one on it does not.
	over := w.Canvas().Overlays().Top().(fyne.Tappable)
	over.Tapped(&fyne.PointEvent{Position: fyne.NewPos(500, 500)})
	if !p.Shown() {
		t.Error("a press on the card puts it away")
	}
	over.Tapped(&fyne.PointEvent{Position: fyne.NewPos(5, 5)})
	if p.Shown() {
		t.Error("a press beside the card leaves it")
	}
}

// What a frame paints grows with every row, in sight or not: those far down are
// drawn when somebody goes there.
func TestAPaletteDrawsWhatIsInSight(t *testing.T) {
	kittest.Light(t)
	w := kittest.Window(t, kit.NewSearchField("dessous", nil), kittest.Small)
	var did []string
	kit.NewDialogs(w.Canvas()).Palette("Rechercher", "", numbers(&did))
	rows := func(want int) {
		t.Helper()
		kittest.Settle(w)
		if n := len(kittest.All[*kit.Row](w)); n != want {
			t.Errorf("%d rows are drawn, not %d", n, want)
		}
	}
	kittest.Type(w, "7")
	rows(7)
	kittest.Type(w, "7")
	rows(8)
	test.Scroll(w.Canvas(), fyne.NewPos(500, 300), 0, -40)
	rows(77)
	kittest.Press(t, w, "n77, un nombre")
	if strings.Join(did, " ") != "n77" {
		t.Errorf("a press on the last row did %q", did)
	}
	// Another search begins anew.
	p := kit.NewDialogs(w.Canvas()).Palette("Rechercher", "", numbers(&did))
	kittest.Type(w, "30")
	kittest.Key(w, fyne.KeyUp)
	rows(30)
	if f, _ := p.Chosen(); f.Title != "n30" {
		t.Errorf("%q is chosen", f.Title)
	}
	kittest.Key(w, fyne.KeyBackspace)
	kittest.Type(w, "1")
	rows(8)
	// Where the first ones leave room, nobody could scroll to the others.
	w.Resize(fyne.NewSize(1000, 1400))
	p.Close()
	p = kit.NewDialogs(w.Canvas()).Palette("Rechercher", "", func(string) kit.Found {
		g := kit.FindGroup{Icon: "files", Label: "Lignes"}
		for i := range 12 {
			g.Finds = append(g.Finds, kit.Find{Icon: "hash", Title: fmt.Sprint("ligne ", i)})
		}
		return kit.Found{Groups: []kit.FindGroup{g}}
	})
	kittest.Type(w, "x")
	rows(12)
	p.Close()
}

func TestAShortcutWorksInAFieldToo(t *testing.T) {
	kittest.Light(t)
	field := kit.NewSearchField("ici", nil)
	w := kittest.Window(t, field, kittest.Small)
	key := &desktop.CustomShortcut{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierControl}
	n := 0
	kit.Everywhere(w.Canvas(), key, func() { n++ })
	field.Focus()
	e := w.Canvas().Focused().(fyne.Shortcutable)
	e.TypedShortcut(key)
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyJ, Modifier: fyne.KeyModifierControl})
	if n != 1 {
		t.Errorf("it worked %d times", n)
	}
}

func weekSample() [7]kit.WeekDay {
	var days [7]kit.WeekDay
	for i := range days {
		days[i] = kit.WeekDay{Date: on(9 + i), Label: fmt.Sprint("jour ", i)}
	}
	days[0].Kind, days[0].Signs = kit.DayToday, []string{"fork-knife", "sun", "moon"}
	days[1].Kind, days[1].Signs = kit.DayBooked, []string{"fork-knife"}
	days[3].Kind, days[3].Pending, days[3].Signs = kit.DayBooked, true, []string{"fork-knife", "sun"}
	days[4].Kind = kit.DayBookable
	return days
}

func TestAWeekIsWalkedAndPressed(t *testing.T) {
	kittest.Light(t)
	var pressed []int
	week := kit.NewWeekStrip("Léa", weekSample(), func(d kit.WeekDay) { pressed = append(pressed, d.Date.Day()) })
	w := kittest.Window(t, kit.NewPage(week), kittest.Small)
	if l := week.AccessibilityLabel(); !strings.HasPrefix(l, "Léa, jour 0, jour 1") {
		t.Errorf("it is read as %q", l)
	}
	w.Canvas().Focus(week)
	kittest.Key(w, fyne.KeyLeft, fyne.KeyReturn, fyne.KeyRight, fyne.KeySpace, fyne.KeyEnd, fyne.KeyRight, fyne.KeyReturn)
	week.Tapped(&fyne.PointEvent{Position: week.CellCentre(3)})
	if fmt.Sprint(pressed) != "[9 10 15 12]" || week.At().Date.Day() != 12 {
		t.Errorf("pressed were %v", pressed)
	}
}

func TestSearchAndWeeksFit(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		word, keys := "Rechercher", "Ctrl+K"
		if i18n.Language() == i18n.English {
			word = "Search"
		}
		s := shell(kit.NewPage(kit.Column(look.L, kit.NewWeekStrip("Léa", weekSample(), nil), kit.NewSearchButton(word, keys, nil))))
		s.Top.SetSearch(kit.NewSearchButton(word, keys, func() {}))
		s.Top.SetRight(kit.NewMenuButton("text-aa", "Affichage", nil).Folds(), kit.NewIconButton("question", "Aide", nil), kit.NewCountButton("bell", "Avis", nil), kit.NewMenuButton("user", "Maximilien de la Tour", nil).Edged().Folds())
		return s
	})
}
