package app

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
)

// publicComputer is a window on a public computer whose clock the test moves.
func publicComputer(t *testing.T) (a *App, pass func(time.Duration), settle func()) {
	t.Helper()
	lang := i18n.Language()
	t.Cleanup(func() { i18n.SetLanguage(lang) })
	i18n.SetLanguage("fr")
	fyne := test.NewTempApp(t)
	runner, queue := task.NewQueued(func(err error) { t.Errorf("a task panicked: %v", err) })
	now := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	s, err := session.Open(session.Options{Dir: t.TempDir(), Kiosk: true, Dispatch: runner.Do, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	a = New(Options{Fyne: fyne, Session: s, Runner: runner})
	settle = func() { queue.Settle(runner) }
	a.Go(screen.To(screen.Home))
	settle()
	t.Cleanup(func() {
		a.leave()
		a.life.Leave()
		settle()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		a.window.Close()
	})
	pass = func(d time.Duration) {
		now = now.Add(d)
		a.lookAround()
		settle()
	}
	return a, pass, settle
}

func TestAVisitorWhoLeavesIsForgotten(t *testing.T) {
	a, pass, settle := publicComputer(t)
	// With nothing begun nobody is asked, however long it takes.
	pass(10 * time.Minute)
	if a.warning != nil {
		t.Fatal("an empty public computer asks whether anybody is there")
	}
	a.stir()
	a.Go(screen.To(screen.Register))
	settle()
	if err := a.o.Session.KeepRegistration(session.Registration{MailAgain: "lucie.fabre@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	a.rescale(1.5)
	pass(99 * time.Second)
	if a.warning != nil {
		t.Fatal("asked with 21 seconds left")
	}
	pass(time.Second)
	if a.warning == nil {
		t.Fatal("not asked with 20 seconds left")
	}
	said := strings.Join(kittest.Texts(a.window), "\n")
	if !strings.Contains(said, "toujours là") || !strings.Contains(said, "21 secondes") && !strings.Contains(said, "20 secondes") {
		t.Errorf("the question is\n%s", said)
	}
	pass(10 * time.Second)
	if said := strings.Join(kittest.Texts(a.window), "\n"); !strings.Contains(said, "11 secondes") {
		t.Errorf("the seconds do not count down:\n%s", said)
	}
	// A move of the mouse is an answer.
	a.stir()
	pass(250 * time.Millisecond)
	if a.warning != nil || a.Route().Name != screen.Register {
		t.Fatalf("after a sign of life: %v at %s", a.warning, a.Route())
	}
	// Another question that is open does not hide this one.
	a.dialogs.Info("Autre chose", "Un texte", nil)
	pass(2*time.Minute - 5*time.Second)
	if a.warning == nil {
		t.Fatal("not asked behind another question")
	}
	pass(6 * time.Second)
	if _, left := a.o.Session.Registration(); left || a.Route().Name != screen.Home || len(a.behind) != 0 || a.warning != nil || a.dialogs.Open() != "" {
		t.Errorf("the next visitor finds %s, a registration: %v, %q", a.Route(), left, a.dialogs.Open())
	}
	if a.o.Session.Settings().Scale != 0 {
		t.Error("the next visitor has the text size of the one before")
	}
}

func TestTheQuestionCanBeAnsweredByLeaving(t *testing.T) {
	a, pass, settle := publicComputer(t)
	a.stir()
	a.Go(screen.To(screen.Register))
	settle()
	pass(105 * time.Second)
	if a.warning == nil {
		t.Fatal("not asked")
	}
	kittest.Press(t, a.window, "Déconnexion")
	settle()
	if a.Route().Name != screen.Home || a.warning != nil {
		t.Errorf("at %s", a.Route())
	}
}

// Home needs no question, and is left as if nobody had ever been there.
func TestWhatAVisitorDidAtHomeIsForgotten(t *testing.T) {
	a, pass, settle := publicComputer(t)
	a.stir()
	a.rescale(2)
	settle()
	pass(115 * time.Second)
	if a.warning != nil {
		t.Error("a visitor at home is asked")
	}
	before := a.shown.Content
	pass(6 * time.Second)
	if a.shown.Content == before {
		t.Error("the next visitor finds the very screen of the last one, with what was searched there")
	}
	if scale := look.Current().Scale(); scale != 1 {
		t.Errorf("the next visitor has the text at %v", scale)
	}
	if a.stirred {
		t.Error("the end of a visit is taken for a new visitor")
	}
}
