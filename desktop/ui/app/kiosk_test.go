package app

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// A public computer says what it is on every screen, shows the way out, and
// tells the next one that the last one is gone.
func TestAPublicComputerSaysSo(t *testing.T) {
	s := open(t, claire, &wire.Demo{}, screentest.Kiosk)
	const public = "Ordinateur public : il ne garde rien"
	if !s.window.FullScreen() {
		t.Error("the window does not fill the screen")
	}
	for _, r := range []screen.Route{screen.To(screen.Home), screen.To(screen.SignIn)} {
		s.goTo(r)
		if !kittest.Shows(s.window, public) || !kittest.Shows(s.window, "Démonstration") {
			t.Errorf("%s does not say it: %q", r, kittest.Texts(s.window))
		}
	}
	if kittest.Shows(s.window, "La session est terminée") {
		t.Error("the first visitor is told of one before")
	}
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	if !kittest.Shows(s.window, public) {
		t.Errorf("signed in it does not say it: %q", kittest.Texts(s.window))
	}
	kittest.Press(t, s.window, "Terminer")
	s.settle()
	if _, in := s.Session.Person(); in || s.Route().Name != screen.Home || !kittest.Shows(s.window, "La session est terminée") {
		t.Errorf("in: %v, at %s: %q", in, s.Route(), kittest.Texts(s.window))
	}

	// Whoever just leaves is signed out, is warned of it, and so is the next.
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	s.Portal.Now = s.Portal.Now.Add(105 * time.Second)
	s.lookAround()
	s.settle()
	if !kittest.Shows(s.window, "vous serez déconnecté dans") {
		t.Fatalf("the warning says %q", kittest.Texts(s.window))
	}
	s.Portal.Now = s.Portal.Now.Add(16 * time.Second)
	s.lookAround()
	s.settle()
	if _, in := s.Session.Person(); in || !kittest.Shows(s.window, "La session est terminée") {
		t.Errorf("in: %v, at %s: %q", in, s.Route(), kittest.Texts(s.window))
	}
}

func TestAComputerAtHomeHasNoPublicWords(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	if kittest.Shows(s.window, "Ordinateur public") || kittest.Shows(s.window, "Terminer") || s.window.FullScreen() {
		t.Errorf("at home the window says %q", kittest.Texts(s.window))
	}
	if err := s.Session.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.settle()
	if kittest.Shows(s.window, "La session est terminée") {
		t.Error("at home a sign-out is told")
	}
}

// waits has the person do something that has not been sent.
func (s *stage) waits(kind string, args any, note cache.Note) {
	s.t.Helper()
	if _, err := s.Session.Submit(kind, args, note); err != nil {
		s.t.Fatal(err)
	}
	s.settle()
}

// writes has the person write to the town hall, without a line.
func (s *stage) writes() {
	s.t.Helper()
	s.waits(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: portal.NewID(), Text: "Bonjour"},
		cache.Note{Key: "exchanges.note", Args: map[string]string{"person": "Léa Martel"}})
}

// Leaving a public computer loses what is not sent: who leaves is asked, by
// whatever button; but not for the sake of something that was only read.
func TestWhoLeavesAPublicComputerIsAskedAboutWhatIsNotSent(t *testing.T) {
	const lost = "Tout n'est pas encore envoyé"
	for name, leave := range map[string]func(s *stage){
		"the button": func(s *stage) { kittest.Press(t, s.window, "Terminer") },
		"the question whether anybody is there": func(s *stage) {
			s.Portal.Now = s.Portal.Now.Add(105 * time.Second)
			s.lookAround()
			s.settle()
			const said = "Ce qui n'est pas encore envoyé sera perdu"
			if work := len(cache.Work(s.Session.Unsent())) > 0; kittest.Shows(s.window, said) != work {
				t.Errorf("unsent: %v, it says %q", work, kittest.Texts(s.window))
			}
			kittest.Press(t, s.window, "Déconnexion")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, claire, nil, screentest.Kiosk)
			s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
			s.settle()
			s.waits(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{portal.NewID()}}, cache.Note{Key: "notices.note.read"})
			s.writes()
			leave(s)
			s.settle()
			if _, in := s.Session.Person(); !in || !kittest.Shows(s.window, lost) || !kittest.Shows(s.window, "Message au sujet de Léa Martel") || kittest.Shows(s.window, "Avis lus") {
				t.Fatalf("in: %v, it says %q", in, kittest.Texts(s.window))
			}
			kittest.Press(t, s.window, "Rester")
			s.settle()
			if _, in := s.Session.Person(); !in {
				t.Error("who stays is signed out")
			}
		})
		t.Run(name+", with nothing to lose", func(t *testing.T) {
			s := open(t, claire, nil, screentest.Kiosk)
			s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
			s.settle()
			s.waits(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{portal.NewID()}}, cache.Note{Key: "notices.note.read"})
			leave(s)
			s.settle()
			if _, in := s.Session.Person(); in || kittest.Shows(s.window, lost) {
				t.Errorf("in: %v, it says %q", in, kittest.Texts(s.window))
			}
		})
	}
}

// A screen has one filled button: on a public computer too, where the way out
// stands beside it.
func TestTheWayOutDoesNotRivalTheMainButton(t *testing.T) {
	s := open(t, claire, nil, screentest.Kiosk)
	s.Portal.SignIn(t, claire.Login, append(procedures(t), screentest.FamilyRows()...)...)
	s.settle()
	s.goTo(screen.To(screen.Requests))
	var main []string
	for _, b := range kittest.All[*kit.Button](s.window) {
		if b.Main() {
			main = append(main, b.Text())
		}
	}
	if !slices.Equal(main, []string{"Faire une demande"}) {
		t.Errorf("filled are %q", main)
	}
}

// What a public computer says of itself fits, signed in and out.
func TestThePublicComputerFits(t *testing.T) {
	in := func(s *stage) {
		s.Portal.SignIn(s.t, claire.Login, append(procedures(s.t), screentest.FamilyRows()...)...)
		s.settle()
	}
	later := func(s *stage, d time.Duration) {
		s.Portal.Now = s.Portal.Now.Add(d)
		s.lookAround()
		s.settle()
	}
	for name, show := range map[string]func(s *stage){
		"public computer, nobody":    func(*stage) {},
		"public computer, sign in":   func(s *stage) { s.goTo(screen.To(screen.SignIn)) },
		"public computer, signed in": in,
		"public computer, requests":  func(s *stage) { in(s); s.goTo(screen.To(screen.Requests)) },
		"public computer, ended": func(s *stage) {
			in(s)
			kittest.Press(s.t, s.window, i18n.T("app.finish", nil))
			s.settle()
		},
		"public computer, not sent": func(s *stage) {
			in(s)
			s.writes()
			kittest.Press(s.t, s.window, i18n.T("app.finish", nil))
			s.settle()
		},
		"public computer, countdown": func(s *stage) { in(s); later(s, 105*time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				lang, now := i18n.Language(), look.Current()
				s := openIn(t, fyne.CurrentApp(), claire, &wire.Demo{}, screentest.Kiosk)
				appear := func() {
					s.change(func(c *cache.Settings) {
						c.Language, c.Theme, c.Scale, c.Contrast = lang, string(now.Palette()), now.Scale(), now.Contrast()
					})
					s.settle()
				}
				appear()
				show(s)
				if name == "public computer, ended" {
					appear() // the next visitor finds it as it came
				}
				if s.window.Canvas().Overlays().Top() == nil {
					// The page, once left, is a stop only where it scrolls.
					s.window.Canvas().Focus(kittest.All[*kit.MenuButton](s.window)[0])
				}
				return kittest.Under(s.window)
			})
		})
	}
}
