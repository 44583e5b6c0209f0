package app

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/assets"
	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/wire"
)

func TestEveryScreenHasItsHelp(t *testing.T) {
	s := open(t, claire, nil)
	for name := range s.routes {
		for _, lang := range i18n.Languages() {
			if _, there := assets.Help(lang, name); !there {
				t.Errorf("assets/help/%s/%s.md is missing", lang, name)
			}
		}
	}
	entries, err := assets.FS.ReadDir("help/fr")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".md"), assets.ForAgents)
		if _, there := s.routes[name]; !there {
			t.Errorf("%s is of no screen", e.Name())
		}
	}
}

// What is another screen for an agent has another help.
func TestAgentsReadTheirOwnHelp(t *testing.T) {
	s := open(t, sylvie, nil)
	s.Portal.SignIn(t, sylvie.Login, screentest.StaffRows()...)
	s.settle()
	s.goTo(screen.To(screen.Home))
	kittest.Key(s.window, fyne.KeyF1)
	s.settle()
	if !kittest.Shows(s.window, "Ce qui attend à vos guichets") || kittest.Shows(s.window, "s'ouvre dans l'agenda") {
		t.Errorf("there is %q", kittest.Texts(s.window))
	}
	s.goTo(screen.To(screen.Notices))
	if s.settle(); !kittest.Shows(s.window, "Ce que d'autres ont fait pour vous") {
		t.Errorf("of a screen that is the same for all there is %q", kittest.Texts(s.window))
	}
}

func (s *stage) helped() bool { return s.shell.Sheet() != nil }

func TestHelpOpensBesideTheScreenAndCloses(t *testing.T) {
	s := open(t, claire, nil)
	s.SignIn(t, claire.Login, procedures(t)...)
	s.settle()
	s.goTo(screen.To(screen.Requests))
	kittest.Key(s.window, fyne.KeyF1)
	s.settle()
	if !s.helped() || !kittest.Shows(s.window, "Vos formulaires commencés, puis vos demandes envoyées") {
		t.Fatalf("there is %q", kittest.Texts(s.window))
	}
	// It covers nothing of the screen.
	sheet, page := s.shell.Sheet(), s.shell.Page()
	driver := fyne.CurrentApp().Driver()
	if left, right := driver.AbsolutePositionForObject(sheet).X, driver.AbsolutePositionForObject(page).X+page.Size().Width; right > left+0.5 || sheet.Size().Width < 200 {
		t.Errorf("the screen ends at %.0f, the help begins at %.0f", right, left)
	}
	// It goes along with the person, and speaks their language.
	s.goTo(screen.To(screen.Exchanges))
	if !kittest.Shows(s.window, "Le trombone joint") {
		t.Errorf("it does not go along: %q", kittest.Texts(s.window))
	}
	s.language(i18n.English)
	if !kittest.Shows(s.window, "The paper clip attaches") {
		t.Errorf("it stays in the language before: %q", kittest.Texts(s.window))
	}
	s.language(i18n.French)
	kittest.Key(s.window, fyne.KeyEscape)
	s.settle()
	if s.helped() || s.Route().Name != screen.Exchanges {
		t.Errorf("Escape leaves help %v on %s", s.helped(), s.Route())
	}
	kittest.Press(t, s.window, "Aide (F1)")
	s.settle()
	kittest.Press(t, s.window, "Fermer l'aide")
	if s.settle(); s.helped() {
		t.Error("the cross does not close it")
	}
	// F1 works from within a field, and leads back to it.
	for _, f := range kittest.All[*kit.SearchField](s.window) {
		f.Focus()
	}
	field := s.window.Canvas().Focused()
	kittest.Key(s.window, fyne.KeyF1)
	s.settle()
	if !s.helped() || s.window.Canvas().Focused() == field {
		t.Error("F1 in a field opens nothing")
	}
	kittest.Key(s.window, fyne.KeyEscape)
	if s.settle(); s.window.Canvas().Focused() != field {
		t.Error("the keyboard does not return to the field")
	}
}

// In a small window the help takes the room of the screen, not a sliver of it.
func TestANarrowWindowShowsTheHelpInTheScreensPlace(t *testing.T) {
	s := open(t, claire, nil)
	s.window.Resize(fyne.NewSize(700, 600))
	kittest.Key(s.window, fyne.KeyF1)
	s.settle()
	if w := s.shell.Sheet().Size().Width; w != 700 {
		t.Errorf("the help is %.0f wide", w)
	}
}

// With the help beside it every screen still fits, in both languages and at
// large text; at the largest the help takes the screen's place.
func TestScreensFitBesideTheirHelp(t *testing.T) {
	about := screentest.Row(screentest.Mine, wire.Requests, screentest.ForLea, wire.Request{ID: screentest.ForLea, Account: screentest.Claire, Procedure: "fiche-enfant", Version: 1, Person: "Léa Martel", Reference: "2026-000101", State: "in_review", Answers: []byte("{}")})
	letter := screentest.Row(screentest.Mine, wire.Messages, "m1", wire.Message{ID: "m1", Request: screentest.ForLea, N: 1, At: screentest.Monday.At(8, 0).UnixMicro(), Staff: true, By: "Sylvie Roy", Text: "Il manque le nom de l'école de votre enfant."})
	routes := []screen.Route{screen.To(screen.Home), screen.To(screen.Exchanges), screen.To(screen.Exchanges, "request", string(screentest.ForLea)), screen.To(screen.Notices),
		screen.To(screen.NoticeWays), screen.To(screen.Requests), screen.To(screen.Request, "id", string(screentest.ForLea)), screen.To(screen.Procedures), screen.To(screen.Procedure, "id", "fiche-enfant")}
	s := open(t, claire, nil)
	s.SignIn(t, claire.Login, append(procedures(t), about, letter, noticed("n1", "message", 1))...)
	s.settle()
	s.toggleHelp()
	for _, lang := range i18n.Languages() {
		for _, scale := range []float32{1, 1.5, 2} {
			s.change(func(c *cache.Settings) { c.Language, c.Scale = lang, scale })
			for _, r := range slices.Clone(routes) {
				s.goTo(r)
				s.settle()
				shown, size := s.window.Content(), kittest.Small
				if sheet := s.shell.Sheet(); sheet.Size().Width >= s.shell.Page().Size().Width {
					shown, size = sheet, sheet.Size() // in the screen's place
				}
				for _, p := range kittest.Problems(shown, size) {
					t.Errorf("%s %.0f %% %s: %s", lang, scale*100, r, p)
				}
			}
		}
	}
}
