package app

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
)

// looks types into the search that is open.
func (s *stage) looks(text string) {
	s.t.Helper()
	s.settle()
	search := kittest.Find[*kit.SearchField](s.window, "")
	for _, f := range kittest.All[*kit.SearchField](s.window) {
		search = f // the last is that over the window
	}
	search.SetText(text)
	s.settle()
}

func (s *stage) searching() bool { return s.dialogs.Open() == "Rechercher" }

func TestTheSearchOpensFromAnywhere(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, append(procedures(t), screentest.FamilyRows()...)...)
	s.settle()
	// From a field too, which keeps other keys for itself.
	s.goTo(screen.To(screen.Procedures))
	kittest.All[*kit.SearchField](s.window)[0].Focus()
	for _, k := range findKeys {
		s.window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(k)
		if !s.searching() {
			t.Fatalf("%s does not open the search", k.ShortcutName())
		}
		s.settle()
		s.window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(k)
		if s.searching() {
			t.Fatalf("%s does not put it away", k.ShortcutName())
		}
	}
	kittest.Press(t, s.window, "Rechercher, Ctrl+K")
	s.looks("agenda")
	kittest.Key(s.window, fyne.KeyReturn)
	s.settle()
	if s.Route().Name != screen.Agenda || s.searching() {
		t.Errorf("the search has led to %s", s.Route())
	}
	// To a day, on which the keyboard then stands.
	s.Find()
	s.looks("jeudi noé")
	kittest.Key(s.window, fyne.KeyReturn)
	s.settle()
	if at := kittest.All[*kit.MonthGrid](s.window)[0].At(); at.Date.Day() != 12 || !kittest.Shows(s.window, "Noé") {
		t.Errorf("the agenda stands on %v", at.Date)
	}
	// What a dialog asks comes first.
	s.dialogs.Info("Un instant", "Une question", nil)
	s.Find()
	if s.searching() {
		t.Error("the search opened over a dialog")
	}
	s.dialogs.CloseAll()

	// The help of another screen, and an action.
	s.Find()
	s.looks("aide demandes")
	kittest.Key(s.window, fyne.KeyReturn)
	s.settle()
	if s.shell.Sheet() == nil || s.Route().Name != screen.Requests {
		t.Errorf("the help is not beside %s", s.Route())
	}
	s.Find()
	s.looks("english")
	kittest.Key(s.window, fyne.KeyReturn)
	s.settle()
	if !kittest.Shows(s.window, "My requests") {
		t.Errorf("the language is the same: %q", kittest.Texts(s.window))
	}
}

func TestThePageStepsAsideForTheSearch(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, append(procedures(t), screentest.FamilyRows()...)...)
	s.settle()
	s.goTo(screen.To(screen.Procedures))
	field := kittest.All[*kit.SearchField](s.window)[0]
	field.SetText("piscine")
	field.Focus()
	was := s.window.Canvas().Focused()
	at := kittest.All[*kit.Page](s.window)[0]
	at.SetOffset(40)
	s.settle()
	there := at.Offset()
	seen := func() bool {
		x := fyne.CurrentApp().Driver().AbsolutePositionForObject(field).X
		return field.Visible() && x >= 0 && x < s.window.Canvas().Size().Width
	}
	for _, ends := range []func(){
		func() { kittest.Key(s.window, fyne.KeyEscape) },
		s.dialogs.CloseAll,
	} {
		s.Find()
		s.settle()
		if seen() {
			t.Error("the page stands behind the search")
		}
		ends()
		s.settle()
		if !seen() || field.Text() != "piscine" || s.window.Canvas().Focused() != was || at.Offset() != there {
			t.Errorf("the page has come back otherwise: %q at %v", field.Text(), at.Offset())
		}
	}
	// What asks a question leaves it in sight.
	s.dialogs.Info("Un instant", "Une question", nil)
	if !seen() {
		t.Error("a dialog takes the page away")
	}
	s.dialogs.CloseAll()
}

func TestAKioskForgetsWhatWasLookedFor(t *testing.T) {
	s := open(t, claire, nil, screentest.Kiosk)
	s.Portal.SignIn(t, claire.Login, append(procedures(t), screentest.FamilyRows()...)...)
	s.settle()
	s.goTo(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.Find()
	s.looks("noé")
	if !kittest.Shows(s.window, "Noé Martel") {
		t.Fatalf("there is %q", kittest.Texts(s.window))
	}
	s.reallySignOut()
	s.settle()
	if s.searching() || s.finder.Knows() {
		t.Error("the search of somebody who has left is open, or knows what they had")
	}
	s.Find()
	for _, query := range []string{"", "noé", "léa"} {
		s.looks(query)
		for _, text := range kittest.Texts(s.window) {
			if strings.Contains(text, "Noé") || strings.Contains(text, "Léa") || strings.Contains(text, "Vus il y a peu") {
				t.Errorf("the next person who looks for %q reads %q", query, text)
			}
		}
	}
}

func TestAnAgentComesHome(t *testing.T) {
	s := open(t, sylvie, nil)
	s.Portal.SignIn(t, sylvie.Login, screentest.StaffRows()...)
	s.settle()
	s.goTo(screen.To(screen.Home))
	if s.Route().Name != screen.Home || !kittest.Shows(s.window, "2 demandes à prendre") {
		t.Fatalf("at %s there is %q", s.Route(), kittest.Texts(s.window))
	}
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.settle()
	if s.Route().Name != screen.Queue || !kittest.Shows(s.window, "À prendre (2)") {
		t.Errorf("at %s there is %q", s.Route(), kittest.Texts(s.window))
	}
}
