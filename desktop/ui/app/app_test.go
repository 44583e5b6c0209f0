package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

var (
	claire = wire.Account{ID: screentest.Claire, Kind: wire.Family, Login: "claire.martel", FirstName: "Claire", LastName: "Martel"}
	sylvie = wire.Account{ID: screentest.Sylvie, Kind: wire.Agent, Login: "sylvie.roy", FirstName: "Sylvie", LastName: "Roy"}
)

// stage is the whole window over a portal that tells nothing by itself.
type stage struct {
	*App
	*screentest.Portal
	t     testing.TB
	queue *task.Queue
}

func open(t testing.TB, account wire.Account, demo *wire.Demo, with ...func(*session.Options)) *stage {
	t.Helper()
	return openIn(t, kittest.Light(t), account, demo, with...)
}

// openIn opens it in an app that is there.
func openIn(t testing.TB, f fyne.App, account wire.Account, demo *wire.Demo, with ...func(*session.Options)) *stage {
	t.Helper()
	s := &stage{t: t}
	var runner *task.Runner
	runner, s.queue = task.NewQueued(func(err error) { t.Errorf("a task panicked: %v", err) })
	s.Portal = screentest.OpenPortal(t, runner, account, demo, with...)
	s.queue.Drain()
	s.App = New(Options{Fyne: f, Session: s.Session, Runner: runner})
	t.Cleanup(s.App.close)
	s.window.Resize(kittest.Small)
	s.App.Show()
	s.window.Resize(kittest.Small)
	s.settle()
	return s
}

func (s *stage) settle() {
	s.queue.Settle(s.o.Runner)
	kittest.Settle(s.window)
}

func (s *stage) goTo(r screen.Route) {
	s.Go(r)
	s.settle()
}

// language switches as the menu does.
func (s *stage) language(lang string) {
	s.change(func(c *cache.Settings) { c.Language = lang })
	s.settle()
}

func (s *stage) field(label string) *kit.Field {
	s.t.Helper()
	for _, f := range kittest.All[*kit.Field](s.window) {
		if f.Label() == label {
			return f
		}
	}
	s.t.Fatalf("no field %q; there is %q", label, kittest.Texts(s.window))
	return nil
}

func (s *stage) typeIn(label, text string) {
	s.t.Helper()
	s.field(label).Focus()
	kittest.Type(s.window, text)
	s.settle()
}

func (s *stage) holds(label, want string) {
	s.t.Helper()
	if got := s.field(label).Typed(); got != want {
		s.t.Errorf("in %q stands %q, not %q", label, got, want)
	}
}

func procedures(t testing.TB) (rows []wire.Change) {
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	for id, raw := range files {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.Procedures, portal.ID(id), raw))
	}
	return append(rows, screentest.TownRows()...)
}

func TestASwitchOfLanguageKeepsASignIn(t *testing.T) {
	s := open(t, sylvie, nil)
	s.OTP = "123456"
	s.goTo(screen.To(screen.SignIn))
	s.typeIn("Identifiant", "sylvie.roy")
	s.typeIn("Mot de passe", screentest.Password)
	s.language(i18n.English)
	s.holds("Login", "sylvie.roy")
	s.holds("Password", screentest.Password)
	if f, ok := s.window.Canvas().Focused().(fyne.CanvasObject); !ok || f == nil {
		t.Error("nothing has the focus any more")
	}
	s.language(i18n.French)
	kittest.Press(t, s.window, "Se connecter")
	s.settle()
	s.typeIn("Code à six chiffres", "123")
	s.language(i18n.English)
	s.holds("Six-digit code", "123")
	s.holds("Password", screentest.Password)

	// Once the screen is left the password is gone, also for who comes back.
	s.goTo(screen.To(screen.Home))
	s.Back()
	s.settle()
	if s.Route().Name != screen.SignIn {
		t.Fatalf("the way back leads to %s", s.Route())
	}
	s.holds("Password", "")
}

// Passwords are in no file of the program, whatever was done around them.
func TestAPasswordThatIsTypedIsNotWritten(t *testing.T) {
	s := open(t, claire, nil)
	s.goTo(screen.To(screen.SignIn))
	const typed = "canari jaune dans le pré"
	s.typeIn("Mot de passe", typed)
	s.language(i18n.English)
	s.goTo(screen.To(screen.Home))
	seen := 0
	err := filepath.WalkDir(s.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		seen++
		if strings.Contains(string(raw), "canari") {
			t.Errorf("%s holds the password", path)
		}
		return err
	})
	if err != nil || seen == 0 {
		t.Errorf("%d files were read: %v", seen, err)
	}
}

func TestASwitchOfLanguageKeepsARegistration(t *testing.T) {
	s := open(t, claire, nil)
	s.goTo(screen.To(screen.Register))
	s.typeIn("Prénom", "Anne")
	s.field("Date de naissance").Focus()
	for i, part := range []string{"12", "3"} {
		if i > 0 {
			s.window.Canvas().FocusNext()
		}
		kittest.Type(s.window, part)
	}
	s.typeIn("Adresse électronique", "anne")
	s.field("Téléphone mobile").Focus()
	s.settle()
	if s.field("Adresse électronique").Mistake() == "" {
		t.Fatal("the address was not judged")
	}
	scrolled := kittest.All[*kit.Page](s.window)[0].Offset()
	if scrolled == 0 {
		t.Fatal("the form is not scrolled")
	}
	s.language(i18n.English)
	s.holds("First name", "Anne")
	s.holds("Date of birth", "12/3/")
	s.holds("E-mail address", "anne")
	if m := s.field("E-mail address").Mistake(); m == "" || strings.Contains(m, "Indiquez") {
		t.Errorf("beside the address stands %q", m)
	}
	if got := kittest.All[*kit.Page](s.window)[0].Offset(); got != scrolled {
		t.Errorf("the form is scrolled to %v, not to %v", got, scrolled)
	}
	kittest.Type(s.window, "0639")
	s.holds("Mobile phone", "0639")

	// The recap and back, and the way through the recap's own pages.
	s.goTo(screen.To(screen.Home))
	s.Back()
	s.settle()
	s.holds("Date of birth", "12/3/")
}

func TestComingBackFindsThePlace(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.Show(procedures(t)...)
	s.goTo(screen.To(screen.Procedures))
	search := kittest.All[*kit.SearchField](s.window)[0]
	search.SetText("cantine")
	s.settle()
	rows := len(kittest.All[*kit.Row](s.window))
	s.language(i18n.English)
	if got := kittest.All[*kit.SearchField](s.window)[0].Text(); got != "cantine" {
		t.Errorf("after the switch one looks for %q", got)
	}
	s.language(i18n.French)
	s.goTo(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.Back()
	s.settle()
	if got := kittest.All[*kit.SearchField](s.window)[0].Text(); got != "cantine" || len(kittest.All[*kit.Row](s.window)) != rows {
		t.Errorf("back at the list one looks for %q among %d rows, not %d", got, len(kittest.All[*kit.Row](s.window)), rows)
	}
	// A list that was scrolled is where it was.
	kittest.All[*kit.SearchField](s.window)[0].SetText("")
	s.settle()
	page := kittest.All[*kit.Page](s.window)[0]
	page.SetOffset(200)
	s.goTo(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.Back()
	s.settle()
	if got := kittest.All[*kit.Page](s.window)[0].Offset(); got != 200 {
		t.Errorf("the list is scrolled to %v", got)
	}
}

func TestTheKeyboardScrollsAnyPage(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.Show(procedures(t)...)
	for _, r := range []screen.Route{screen.To(screen.Procedure, "id", "fiche-enfant"), screen.To(screen.Home), screen.To(screen.Register)} {
		s.goTo(r)
		page := kittest.All[*kit.Page](s.window)[0]
		for what, before := range map[string]func(){
			"as it opens":              func() {},
			"with nothing focused":     func() { s.window.Canvas().Unfocus() },
			"from a button of the top": func() { s.window.Canvas().Focus(kittest.Find[*kit.MenuButton](s.window, "Affichage")) },
		} {
			if what == "as it opens" && r.Name == screen.Register {
				continue // a field has the focus: the arrows are its own
			}
			page.SetOffset(0)
			before()
			at := func() float32 { return page.Offset() }
			kittest.Key(s.window, fyne.KeyPageDown)
			if at() <= 0 {
				t.Errorf("%s, %s: Page Down leads to %v", r, what, at())
			}
			kittest.Key(s.window, fyne.KeyHome)
			if at() != 0 {
				t.Errorf("%s, %s: Home leads to %v", r, what, at())
			}
			kittest.Key(s.window, fyne.KeyDown)
			one := at()
			kittest.Key(s.window, fyne.KeyEnd)
			if one <= 0 || at() <= one {
				t.Errorf("%s, %s: an arrow leads to %v, End to %v", r, what, one, at())
			}
			kittest.Key(s.window, fyne.KeyPageUp, fyne.KeyUp)
			if at() < 0 {
				t.Errorf("%s, %s: Page Up leads to %v", r, what, at())
			}
		}
	}
}

// Each screen opens with the focus somewhere from where Tab and the arrows
// make sense.
func TestEveryScreenOpensWithAFocus(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.Show(procedures(t)...)
	check := func(r screen.Route) {
		t.Helper()
		s.goTo(r)
		if s.Route().Name != r.Name {
			t.Errorf("%s leads to %s", r, s.Route())
		}
		f, ok := s.window.Canvas().Focused().(fyne.CanvasObject)
		if !ok || !kit.Within(s.shell.Page(), f) {
			t.Errorf("%s opens with the focus on %T", r, s.window.Canvas().Focused())
		}
	}
	for _, name := range []string{screen.First, screen.Home, screen.SignIn, screen.Register, screen.Activate, screen.WindowCode, screen.DemoMails, screen.Procedures} {
		check(screen.To(name))
	}
	check(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.Portal.SignIn(t, claire.Login, append(procedures(t), screentest.FamilyRows()...)...)
	s.settle()
	for _, name := range []string{screen.Home, screen.Agenda, screen.Requests, screen.Procedures} {
		check(screen.To(name))
	}
	for _, r := range []screen.Route{
		screen.To(screen.Procedure, "id", "fiche-enfant"), screen.To(screen.Fill, "id", "fiche-enfant"), screen.To(screen.Request, "id", "nothing"), screen.To(screen.Confirmed, "request", "nothing"),
	} {
		check(r)
	}
}

func TestAnAgentWorksByTheKeyboardFromTheFirstMoment(t *testing.T) {
	s := open(t, sylvie, nil)
	s.Portal.SignIn(t, sylvie.Login)
	s.settle()
	if s.Route().Name != screen.Queue {
		t.Fatalf("an agent begins at %s", s.Route())
	}
	// The rows come after the sign-in.
	s.Session.View().Apply(cache.Applied{Changes: append(screentest.StaffRows(), screentest.FileOf("submitted", "")...)}, nil, nil)
	s.settle()
	table := kittest.All[*kit.Table](s.window)[0]
	if s.window.Canvas().Focused() != table {
		t.Fatalf("the focus is on %T", s.window.Canvas().Focused())
	}
	kittest.Key(s.window, fyne.KeyDown, fyne.KeyReturn)
	s.settle()
	if !kittest.Shows(s.window, "Prendre en charge") {
		t.Fatalf("nothing opened: %q", kittest.Texts(s.window))
	}
	offset := func() (most float32) {
		for _, p := range kittest.All[*kit.Page](s.window) {
			most = max(most, p.Offset())
		}
		return most
	}
	kittest.Key(s.window, fyne.KeyPageDown)
	if offset() == 0 {
		t.Error("Page Down does not scroll the request")
	}
	read := offset()

	// In another language it is the same request, at the same place.
	s.language(i18n.English)
	if !kittest.Shows(s.window, "Léa Martel") || offset() != read {
		t.Errorf("after the switch it is scrolled to %v, not %v: %q", offset(), read, kittest.Texts(s.window))
	}
	s.language(i18n.French)
	kittest.Key(s.window, fyne.KeyHome, fyne.KeyEscape)
	if _, in := s.window.Canvas().Focused().(*kit.Table); !in {
		t.Errorf("Escape leads to %T", s.window.Canvas().Focused())
	}
}

// The town's name leads home from anywhere, with or without an account, by
// the mouse and by the keyboard.
func TestTheTownsNameLeadsHome(t *testing.T) {
	s := open(t, claire, nil)
	home := func(from screen.Route, press func(*kit.Brand)) {
		t.Helper()
		s.goTo(from)
		b := kittest.All[*kit.Brand](s.window)
		if len(b) != 1 || b[0].AccessibilityLabel() != "Saint-Aubin-sur-Vesle, accueil" {
			t.Fatalf("there is %v", b)
		}
		press(b[0])
		s.settle()
		if s.Route().Name != screen.Home {
			t.Errorf("from %s it leads to %s", from, s.Route())
		}
	}
	enter := func(b *kit.Brand) {
		s.window.Canvas().Focus(b)
		kittest.Key(s.window, fyne.KeyReturn)
	}
	for _, name := range []string{screen.SignIn, screen.Register, screen.DemoMails} {
		home(screen.To(name), func(b *kit.Brand) { b.Tapped(nil) })
		home(screen.To(name), enter)
	}
	s.Portal.SignIn(t, claire.Login, procedures(t)...)
	s.settle()
	home(screen.To(screen.Requests), enter)
}

// The agenda's usual shape is the list from 150 % on, also where the text grows
// while it is shown; what was scrolled and typed elsewhere stays.
func TestLargeTextTurnsTheAgendaIntoAList(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	s.goTo(screen.To(screen.Agenda))
	grids := func() int { return len(kittest.All[*kit.MonthGrid](s.window)) }
	if grids() != 1 {
		t.Fatalf("the agenda is no grid: %q", kittest.Texts(s.window))
	}
	for _, mode := range [][2]string{{"Mois", "Liste"}, {"Liste", "Mois"}} {
		kittest.Press(t, s.window, mode[0])
		s.settle()
		kittest.Press(t, s.window, mode[1])
		s.settle()
	}
	s.rescale(1.5)
	s.settle()
	if grids() != 0 {
		t.Error("at 150 % it is still the grid")
	}
	s.rescale(1.25)
	s.settle()
	if grids() != 1 {
		t.Error("at 125 % it is still the list")
	}
}

// The agenda finds its month again when one has been elsewhere; whoever signs in
// next does not.
func TestTheAgendaKeepsItsMonthForASession(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, screentest.FamilyRows()...)
	s.settle()
	month := func() string {
		s.goTo(screen.To(screen.Agenda))
		return kittest.All[*kit.MonthGrid](s.window)[0].Month().Format("2006-01")
	}
	first := month()
	kittest.Press(t, s.window, "Mois suivant")
	s.settle()
	turned := kittest.All[*kit.MonthGrid](s.window)[0].Month().Format("2006-01")
	s.goTo(screen.To(screen.Requests))
	if again := month(); again != turned || again == first {
		t.Errorf("it opens on %s, was left on %s, began on %s", again, turned, first)
	}
	s.account = "somebody else"
	s.goTo(screen.To(screen.Requests))
	if again := month(); again != first {
		t.Errorf("somebody else finds %s", again)
	}
}

// The bar over a screen has the height of what stands in it there: signed out
// each screen has its own ways in.
func TestTheBarIsNoHigherThanItsButtons(t *testing.T) {
	s := open(t, claire, nil)
	s.language(i18n.English)
	s.rescale(1.5)
	s.settle()
	s.goTo(screen.To(screen.Home))
	first := s.shell.Top.Size().Height
	s.Go(screen.To(screen.SignIn)) // and nothing that lays the window out anew by itself
	got, want := s.shell.Top.Size().Height, s.shell.Top.HeightFor(s.shell.Top.Size().Width)
	if got != want || first <= want {
		t.Errorf("it is %v high, was %v, and takes %v", got, first, want)
	}
}

// The plus stands above another sign on most keyboards: it comes with Shift.
func TestThePlusOfEachKeyboardMakesTheTextLarger(t *testing.T) {
	named := map[string]bool{}
	for _, k := range larger {
		named[k.ShortcutName()] = true
	}
	for _, key := range []fyne.KeyName{fyne.KeyEqual, fyne.KeyPlus} {
		for _, with := range []fyne.KeyModifier{0, fyne.KeyModifierShift} {
			k := &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl | with}
			if !named[k.ShortcutName()] {
				t.Errorf("%s does nothing", k.ShortcutName())
			}
		}
	}
}

// Escape leaves what one has opened, never a part of the program itself.
func TestEscapeDoesNotLeaveThePartsOfTheRail(t *testing.T) {
	s := open(t, claire, nil)
	s.Portal.SignIn(t, claire.Login, append(procedures(t), screentest.FamilyRows()...)...)
	s.settle()
	s.goTo(screen.To(screen.Procedures))
	s.goTo(screen.To(screen.Agenda))
	s.dialogs.Info("Une question", "Un texte", nil)
	kittest.Key(s.window, fyne.KeyEscape, fyne.KeyEscape)
	s.settle()
	if s.Route().Name != screen.Agenda || s.dialogs.Open() != "" {
		t.Errorf("Escape leads to %s, with %q open", s.Route(), s.dialogs.Open())
	}
	s.goTo(screen.To(screen.Procedure, "id", "fiche-enfant"))
	kittest.Key(s.window, fyne.KeyEscape)
	s.settle()
	if s.Route().Name != screen.Agenda {
		t.Errorf("from a procedure Escape leads to %s", s.Route())
	}
}
