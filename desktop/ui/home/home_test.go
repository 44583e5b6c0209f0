package home

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

var claire = wire.Account{ID: screentest.Claire, Kind: wire.Family, Login: "claire.martel", FirstName: "Claire", LastName: "Martel"}

// stage is the first screen in a window.
type stage struct {
	*screentest.Portal
	t      testing.TB
	runner *task.Runner
	queue  *task.Queue
	window fyne.Window
	routes []screen.Route
}

func open(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t}
	s.runner, s.queue = task.NewQueued(func(err error) { t.Errorf("a task panicked: %v", err) })
	s.Portal = screentest.OpenPortal(t, s.runner, claire, nil)
	s.window = kittest.Window(t, kit.Gap(1), kittest.Small)
	return s
}

// family opens it for Claire, who has rows and the catalogue.
func family(t testing.TB, rows ...wire.Change) *stage {
	s := open(t)
	s.SignIn(t, claire.Login, append(procedures(t), rows...)...)
	return s
}

func procedures(t testing.TB) (rows []wire.Change) {
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	for id, raw := range files {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.Procedures, portal.ID(id), raw))
	}
	return rows
}

func (s *stage) show() *stage {
	note := func(r screen.Route) { s.routes = append(s.routes, r) }
	c := &screen.Context{
		Session: s.Session, View: s.Session.View(), Scope: s.runner.Scope(), Dialogs: kit.NewDialogs(s.window.Canvas()), Toasts: kit.NewToasts(nil),
		Window: s.window, Go: note, Replace: note, Back: func() {}, AfterSignIn: note, Browse: func(string) {},
	}
	s.t.Cleanup(c.Leave)
	s.window.SetContent(Home(c, screen.To(screen.Home)).Content)
	s.window.Resize(kittest.Small)
	s.settle()
	return s
}

func (s *stage) settle() {
	s.queue.Settle(s.runner)
	kittest.Settle(s.window)
}

func (s *stage) press(label string) {
	s.t.Helper()
	kittest.Press(s.t, s.window, label)
	s.settle()
}

func (s *stage) reads(parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if !s.says(p) {
			s.t.Errorf("%q is not shown; there is %q", p, kittest.Texts(s.window))
		}
	}
}

func (s *stage) hides(parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if s.says(p) {
			s.t.Errorf("%q is shown", p)
		}
	}
}

func (s *stage) says(part string) bool {
	for _, text := range kittest.Texts(s.window) {
		if strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), part) {
			return true
		}
	}
	return false
}

func (s *stage) led(to screen.Route) {
	s.t.Helper()
	if n := len(s.routes); n == 0 || s.routes[n-1].String() != to.String() {
		s.t.Errorf("it leads to %v, not to %s", s.routes, to)
	}
}

// begin keeps a draft as the forms do.
func (s *stage) begin(id, procedure string, answers map[string]any) {
	s.t.Helper()
	if err := s.Session.Keep("draft", id, map[string]any{
		"id": id, "procedure": procedure, "version": 1, "page": "identity", "answers": answers, "saved": screentest.Monday.At(8, 12),
	}); err != nil {
		s.t.Fatal(err)
	}
}

const draftID = "0190b000-0000-7000-8000-0000000000d1"

func TestAVisitorFindsTheProceduresAndTheTownHall(t *testing.T) {
	kittest.Light(t)
	s := open(t)
	s.show()
	s.reads("Bienvenue à Saint-Aubin-sur-Vesle")
	// What arrives is shown without a click.
	s.Session.View().Apply(cache.Applied{Changes: append(procedures(t), screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{
		ID: "town", Name: "Saint-Aubin-sur-Vesle", Phone: "03 26 00 00 00", Address: "1 place de la Mairie", Hours: "Du lundi au vendredi",
	}))}, nil, nil)
	s.settle()
	s.reads("Fiche enfant", "03 26 00 00 00", "1 place de la Mairie", "Du lundi au vendredi")
	s.hides("Reprendre")
}

func TestAnAccountThatWasBegunIsTakenUpAgain(t *testing.T) {
	kittest.Light(t)
	s := open(t)
	r, _ := s.Session.Registration()
	r.Profile = accounts.Profile{FirstName: "Anne"}
	if err := s.Session.KeepRegistration(r); err != nil {
		t.Fatal(err)
	}
	s.show()
	s.reads("Vous aviez commencé à créer un compte.")
	s.press("Reprendre")
	s.led(screen.To(screen.Register))

	// One that is complete is read over; neither is asked about again.
	r.Profile = accounts.Profile{
		FirstName: "Anne", LastName: "Roy", BirthDate: "1988-04-02", Mail: "anne.roy@exemple.fr",
		Address: accounts.Address{Line1: "3 rue des Lilas", Postcode: "51000", City: "Saint-Aubin-sur-Vesle"},
	}
	r.MailAgain = r.Profile.Mail
	if err := s.Session.KeepRegistration(r); err != nil {
		t.Fatal(err)
	}
	s.show()
	s.press("Reprendre")
	s.led(screen.To(screen.Register, "step", "recap"))
	r.Handle = "h1"
	if err := s.Session.KeepRegistration(r); err != nil {
		t.Fatal(err)
	}
	s.show()
	s.reads("Votre compte attend d'être activé.")
	s.press("Reprendre")
	s.led(screen.To(screen.Register, "step", "sent"))
}

func TestAccueilTellsWhatMatters(t *testing.T) {
	kittest.Light(t)
	s := family(t, append(screentest.FamilyRows(), screentest.Row(screentest.Mine, wire.Requests, "r1", wire.Request{
		ID: "r1", Reference: "2026-000101", Account: screentest.Claire, Procedure: "fiche-enfant", Version: 1, State: "in_review", Person: "Noé Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro(),
	}))...)
	s.show()
	s.reads("Bonjour Claire", "76,80 €", "Lundi 9 mars", "Léa, Restauration scolaire", "Mardi 10 mars", "Noé Martel", "En cours d'examen")
	s.hides("Vous avez commencé", "Remplir une fiche enfant")
	s.press("Lundi 9\u00a0mars, Léa, Restauration scolaire")
	s.led(screen.To(screen.Agenda, "child", string(screentest.Lea), "activity", string(screentest.Canteen), "month", "2026-03-01"))
	s.press("Ouvrir l'agenda")
	s.led(screen.To(screen.Agenda))
	s.press("Fiche enfant, Noé Martel, En cours d'examen")
	s.led(screen.To(screen.Request, "id", "r1"))

	// A day booked elsewhere, a request decided: seen without a click.
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{screentest.Booked("b-thu", screentest.Thursday), screentest.Gone(screentest.Mine, wire.Bookings, "b-mon"),
		screentest.Row(screentest.Mine, wire.Requests, "r1", wire.Request{ID: "r1", Account: screentest.Claire, Procedure: "fiche-enfant", Version: 1, State: "accepted", Person: "Noé Martel"})}}, nil, nil)
	s.settle()
	s.reads("Jeudi 12 mars")
	s.hides("Lundi 9 mars", "En cours d'examen", "Demandes en cours")

	// What was booked before today is past.
	s.Now = screentest.Tuesday.At(9, 0)
	s.show()
	s.reads("Mardi 10 mars")
	s.Now = screentest.Tuesday.Add(1).At(9, 0)
	s.show()
	s.hides("Mardi 10 mars")
}

func TestAccueilWithoutAChild(t *testing.T) {
	kittest.Light(t)
	me := screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, claire)
	s := family(t).show()
	s.reads("Vos informations arrivent")
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{me}}, nil, nil)
	s.settle()
	s.reads("Bonjour Claire", "Pour réserver la cantine, remplissez d'abord une fiche enfant.")
	s.press("Remplir une fiche enfant")
	s.led(screen.To(screen.Procedure, "id", childRecord))
}

func TestAFormThatWasBegunIsTakenUpAgain(t *testing.T) {
	kittest.Light(t)
	me := screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, claire)
	s := family(t, me)
	// A form opened and left empty is nothing begun.
	s.begin(draftID, childRecord, map[string]any{})
	s.show()
	s.hides("Vous avez commencé")
	s.begin(draftID, childRecord, map[string]any{"child": "0190b000-0000-7000-8000-0000000000d2", "firstNames": "Zoé", "lastName": "Martel"})
	s.show()
	s.reads("Vous avez commencé : Fiche enfant (Zoé Martel)", "Enregistré le 9 mars")
	s.hides("Remplir une fiche enfant")
	s.press("Reprendre")
	s.led(screen.To(screen.Fill, "id", childRecord, "draft", draftID, "page", "identity"))

	// Of many the newest have a card.
	for i := range 4 {
		s.begin(draftID[:len(draftID)-1]+string(rune('3'+i)), "acte-de-naissance", map[string]any{"copies": "1"})
	}
	s.show()
	s.reads("Voir 2 autres brouillons")
	s.press("Voir 2 autres brouillons")
	s.led(screen.To(screen.Requests))
}

func TestEveryTextFits(t *testing.T) {
	me := screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, claire)
	for name, make := range map[string]func(t testing.TB) *stage{
		"visitor": func(t testing.TB) *stage {
			s := open(t)
			s.Show(append(procedures(t), screentest.TownRows()...)...)
			return s
		},
		"nothing yet": func(t testing.TB) *stage { return family(t) },
		"no child":    func(t testing.TB) *stage { return family(t, me) },
		"begun": func(t testing.TB) *stage {
			s := family(t, screentest.FamilyRows()...)
			for i := range 5 {
				s.begin(draftID[:len(draftID)-1]+string(rune('3'+i)), childRecord, map[string]any{"child": "x", "firstNames": "Marie-Antoinette-Joséphine", "lastName": "de la Rochefoucauld-Montbazon"})
			}
			return s
		},
		"family": func(t testing.TB) *stage {
			return family(t, append(screentest.FamilyRows(), screentest.Row(screentest.Mine, wire.Requests, "r1", wire.Request{
				ID: "r1", Reference: "2026-000101", Account: screentest.Claire, Procedure: "derogation-scolaire", Version: 1, State: "waiting_family",
				Person: "Marie-Antoinette de la Rochefoucauld", Submitted: time.Unix(0, 0).UnixMicro(),
			}))...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				s := make(t).show()
				content := s.window.Content()
				s.window.Canvas().Unfocus()
				s.window.SetContent(kit.Gap(1))
				rail := kit.NewRail(nil, func(string) {})
				rail.SetItems(kit.RailItem{ID: screen.Home, Icon: "house", Label: "Accueil"})
				shell := kit.NewShell(kit.NewTopBar(), rail, kit.NewFootLine(func() {}), kit.NewToasts(nil))
				shell.ShowRail(true)
				shell.SetPage(content)
				return shell
			})
		})
	}
}

// What the town hall has decided is a card until it is read: why, and what one
// can do now.
func TestADecisionIsACardUntilItIsRead(t *testing.T) {
	kittest.Light(t)
	decided := func(id portal.ID, state, person, reason string, child portal.ID, ago time.Duration) wire.Change {
		at := screentest.Monday.At(9, 0).Add(-ago).UnixMicro()
		return screentest.Row(screentest.Mine, wire.Requests, id, wire.Request{
			ID: id, Reference: "2026-0001", Account: screentest.Claire, Procedure: childRecord, Version: 1, State: state, Person: person, Child: child, Reason: reason,
			Submitted: at, Timeline: []wire.Event{{At: at, Kind: state}},
		})
	}
	s := family(t, append(screentest.FamilyRows(),
		decided("r1", "accepted", "Léa Marie Martel", "", screentest.Lea, time.Hour),
		decided("r2", "refused", "Zoé Martel", "La classe indiquée n'est pas celle de cette école.", "", 2*time.Hour),
		decided("r3", "accepted", "Noé Martel", "", screentest.Noe, 40*24*time.Hour))...)
	s.show()
	s.reads("La mairie a accepté votre demande : Fiche enfant · Léa Marie Martel", "Vous pouvez réserver pour Léa.",
		"La mairie a refusé votre demande : Fiche enfant · Zoé Martel", "La classe indiquée n'est pas celle de cette école.")
	s.hides("Noé Martel") // long ago
	s.press("Faire une nouvelle demande")
	s.led(screen.To(screen.Procedure, "id", childRecord))
	s.show()
	s.reads("Zoé Martel")
	s.press("Voir la demande")
	s.led(screen.To(screen.Request, "id", "r2"))
	book := kittest.All[*kit.Button](s.window)[0]
	book.Tapped(nil)
	s.led(screen.To(screen.Agenda, "child", string(screentest.Lea)))
	s.show()
	s.hides("Vous pouvez réserver pour Léa.") // who opens the agenda has read it
	s.press("J'ai compris")
	s.hides("Zoé Martel")
	s.show()
	s.hides("Zoé Martel")
	// Decided anew, it is told anew, without a click.
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{decided("r2", "accepted", "Zoé Martel", "", "", 0)}}, nil, nil)
	s.settle()
	s.reads("La mairie a accepté votre demande : Fiche enfant · Zoé Martel", "Vous pouvez réserver pour Zoé Martel.")
}
