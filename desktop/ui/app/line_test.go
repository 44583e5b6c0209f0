package app

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/syncing"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Each state of the line has its words in both languages, with the number of
// what waits where something does.
func TestTheLineSaysTheTruth(t *testing.T) {
	defer i18n.SetLanguage(i18n.Language())
	two := []cache.Pending{{}, {}}
	for _, lang := range i18n.Languages() {
		i18n.SetLanguage(lang)
		said := map[string]bool{}
		for _, state := range []syncing.State{syncing.UpToDate, syncing.Working, syncing.Silent, syncing.Offline, syncing.Busy, syncing.SignedOut, syncing.Outdated, syncing.Trouble} {
			for _, waiting := range [][]cache.Pending{nil, two[:1], two} {
				_, icon, text, _ := lineWords(syncing.Status{State: state, Waiting: waiting}, false)
				if strings.Contains(text, "[") || text == "" || icon == "" {
					t.Errorf("%s, %s with %d waiting: %q", lang, state, len(waiting), text)
				}
				if state == syncing.Offline && len(waiting) == 2 && !strings.Contains(text, "2") {
					t.Errorf("%s: off line with two waiting says %q", lang, text)
				}
				if len(waiting) == 0 {
					if said[text] {
						t.Errorf("%s: two states say %q", lang, text)
					}
					said[text] = true
				}
			}
		}
	}
}

func TestProgressIsTold(t *testing.T) {
	defer i18n.SetLanguage(i18n.Language())
	i18n.SetLanguage("fr")
	_, _, text, part := lineWords(syncing.Status{State: syncing.Working, Percent: 40}, false)
	if text != "Mise à jour 40 %" || part != 0.4 {
		t.Errorf("%q at %v", text, part)
	}
}

func TestAnAttemptIsOverOnceSomethingCameOfIt(t *testing.T) {
	now := screentest.Monday.At(9, 0)
	before := syncing.Status{State: syncing.Offline, RetryAt: now, LastContact: now}
	for what, c := range map[string]struct {
		now  syncing.Status
		over bool
	}{
		"nothing has happened":   {before, false},
		"something is under way": {syncing.Status{State: syncing.Working, LastContact: now}, false},
		"it failed the same way": {syncing.Status{State: syncing.Offline, RetryAt: now.Add(time.Second), LastContact: now}, true},
		"it failed another way":  {syncing.Status{State: syncing.Busy, RetryAt: now, LastContact: now}, true},
		"it went well":           {syncing.Status{State: syncing.UpToDate, LastContact: now.Add(time.Second)}, true},
		"the session has ended":  {syncing.Status{State: syncing.SignedOut, RetryAt: now, LastContact: now}, true},
		"what waits has changed": {syncing.Status{State: syncing.Offline, RetryAt: now, LastContact: now, Waiting: []cache.Pending{{}}}, false},
	} {
		if attemptMade(before, c.now) != c.over {
			t.Errorf("%s: over is %v", what, !c.over)
		}
	}
}

// Who asks for an attempt reads what came of it, where they asked.
func TestAnAttemptThatWasAskedForIsAnswered(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	s.lineDetails()
	kittest.Press(t, s.window, "Essayer maintenant")
	// The portal of this test never answers but with a refusal.
	for until := time.Now().Add(10 * time.Second); !kittest.Shows(s.window, "sans succès"); runtime.Gosched() {
		if time.Now().After(until) {
			t.Fatalf("no answer: %q", kittest.Texts(s.window))
		}
		s.settle()
	}
	if !kittest.Shows(s.window, "Essai de") || !kittest.Shows(s.window, "Essayer maintenant") || kittest.Shows(s.window, "Me reconnecter") {
		t.Errorf("the details say %q", kittest.Texts(s.window))
	}
	// They go on to say how the line is, until they are closed.
	s.told(syncing.Status{State: syncing.Outdated})
	if !kittest.Shows(s.window, "Une nouvelle version de Parvis est nécessaire") {
		t.Errorf("the details stay at %q", kittest.Texts(s.window))
	}
	kittest.Press(t, s.window, "Fermer")
	if s.told != nil || s.dialogs.Open() != "" {
		t.Error("the details are still told")
	}
}

// Where no attempt would help, the details lead to the sign-in.
func TestTheDetailsLeadBackIn(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login)
	if err := s.Session.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Session.OpenOffLine(claire.Login, screentest.Password); err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.lineDetails()
	kittest.Press(t, s.window, "Me reconnecter")
	s.settle()
	if s.Route().Name != screen.SignIn || s.dialogs.Open() != "" {
		t.Errorf("at %s with %q open", s.Route(), s.dialogs.Open())
	}
	s.holds("Identifiant", claire.Login)
}

// That somebody has looked at something leaves like the rest, but nobody is
// warned of it or reads it as work that waits, at home or on a public computer.
func TestWhatWasOnlyLookedAtIsNobodysWork(t *testing.T) {
	for name, kiosk := range map[string]bool{"at home": false, "public": true} {
		t.Run(name, func(t *testing.T) {
			var with []func(*session.Options)
			if kiosk {
				with = append(with, screentest.Kiosk)
			}
			s := open(t, claire, nil, with...)
			look := func() {
				t.Helper()
				if _, err := s.Session.Submit(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{"n1"}}, cache.Note{Key: "notices.note.read"}); err != nil {
					t.Fatal(err)
				}
			}
			s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
			s.settle()
			look()
			if n := len(s.Session.Unsent()); n != 1 {
				t.Fatalf("%d wait to be sent", n)
			}
			waiting := syncing.Status{State: syncing.Offline, Waiting: s.Session.Unsent()}
			if _, _, text, _ := lineWords(waiting, false); text != "Hors ligne" {
				t.Errorf("the line says %q", text)
			}
			s.signOut()
			s.settle()
			if _, in := s.Session.Person(); in || s.dialogs.Open() != "" {
				t.Fatalf("in: %v, asked %q", in, s.dialogs.Open())
			}

			s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
			s.settle()
			look()
			if _, err := s.Session.Submit(wire.NoticeChoose, wire.ChooseNotice{Kind: "message", Mail: "never"}, cache.Note{Key: "notices.note.choose"}); err != nil {
				t.Fatal(err)
			}
			waiting.Waiting = s.Session.Unsent()
			if _, _, text, _ := lineWords(waiting, false); text != "Hors ligne, 1 envoi en attente" {
				t.Errorf("the line says %q", text)
			}
			s.signOut()
			s.settle()
			if said := strings.Join(kittest.Texts(s.window), "|"); !strings.Contains(said, "Choix de vos avis") || strings.Contains(said, "Avis lus") {
				t.Errorf("leaving asks %q", said)
			}
		})
	}
}

// Who has just closed an account is not asked to sign in: that would keep it
// open.
func TestWhoHasClosedAnAccountIsNotAskedBackIn(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login)
	if err := s.Session.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Session.OpenOffLine(claire.Login, screentest.Password); err != nil {
		t.Fatal(err)
	}
	s.settle()
	asked := func() bool {
		return slices.ContainsFunc(kittest.All[*kit.Button](s.window), func(b *kit.Button) bool { return b.Text() == i18n.T("app.signIn", nil) })
	}
	s.goTo(screen.To(screen.CloseAccount)) // it takes a session to close it
	before := asked()
	s.goTo(screen.To(screen.CloseAccount, "until", strconv.FormatInt(screentest.Monday.Add(14).At(8, 0).UnixMicro(), 10)))
	if !before || asked() {
		t.Errorf("asked before %t, after %t", before, asked())
	}
	kittest.WantShown(t, s.window, i18n.T("app.line.closed", nil))
	s.lineDetails()
	s.settle()
	if said := strings.Join(kittest.Texts(s.window), "|"); strings.Contains(said, i18n.T("app.line.again", nil)) {
		t.Errorf("the details ask: %q", said)
	}
	kittest.Press(t, s.window, i18n.T("kit.close", nil))
	s.goTo(screen.To(screen.Home))
	if !asked() {
		t.Error("nor elsewhere")
	}
}
