package home

import (
	"slices"
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
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/notices"
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

// family opens it for Claire, who has rows and the catalogue, in a town that forgives an
// oversight: nothing is lost by one yet.
func family(t testing.TB, rows ...wire.Change) *stage {
	s := open(t)
	s.SignIn(t, claire.Login, append(append(procedures(t), forgives(1)), rows...)...)
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
	s := family(t, append(screentest.FamilyRows(), record("in_review"))...)
	s.show()
	s.reads("Bonjour Claire", "76,80 €", "Noé Martel", "En cours d'examen", "Rien ne vous attend en ce moment", "Réservé : restauration scolaire (lundi, mardi).", "Vous pouvez encore réserver : restauration scolaire (jeudi, vendredi) ;")
	s.hides("Vous avez commencé", "Remplir une fiche enfant", "Vos premiers pas")
	if _, err := s.Session.Submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Thursday}, cache.Note{}); err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.reads("Réservé : restauration scolaire (lundi, mardi).", "Vous pouvez encore réserver : restauration scolaire (vendredi) ;") // what waits to be sent is neither
	s.press("Réserver")
	s.led(screen.To(screen.Agenda))
	s.press("Fiche enfant, Noé Martel, En cours d'examen")
	s.led(screen.To(screen.Request, "id", "r1"))
	s.press("Envoyer un justificatif")
	s.led(screen.To(screen.Exchanges, "tab", "documents"))

	// A request that is decided leaves those under way without a click.
	s.give(record("accepted"))
	s.hides("En cours d'examen", "Demandes en cours")
}

// week is the week of a child on the screen.
func (s *stage) week(name string) *kit.WeekStrip {
	s.t.Helper()
	w := kittest.Find[*kit.WeekStrip](s.window, name)
	if w == nil {
		s.t.Fatalf("there is no week of %s", name)
	}
	return w
}

func kinds(w *kit.WeekStrip) (out []kit.DayKind) {
	for _, d := range w.Days() {
		out = append(out, d.Kind)
	}
	return out
}

func TestEachChildHasItsWeek(t *testing.T) {
	kittest.Light(t)
	s := family(t, screentest.FamilyRows()...)
	s.show()
	w := s.week("Léa")
	if got := kinds(w); !slices.Equal(got, []kit.DayKind{kit.DayToday, kit.DayBooked, kit.DayNot, kit.DayBookable, kit.DayBookable, kit.DayNot, kit.DayNot}) {
		t.Errorf("Léa's week is %v", got)
	}
	if d := w.Days()[0]; !slices.Equal(d.Signs, []string{"fork-knife"}) || d.Label != "lundi 9\u00a0mars\u00a0: Restauration scolaire (réservé)" {
		t.Errorf("today is %q, %q", d.Signs, d.Label)
	}
	// By the keyboard and by a press one comes to the day in the agenda.
	s.window.Canvas().Focus(w)
	kittest.Key(s.window, fyne.KeyRight, fyne.KeyReturn)
	to := func(child portal.ID, day portal.Date) screen.Route {
		return screen.To(screen.Agenda, "child", string(child), "activity", string(screentest.Canteen), "day", string(day))
	}
	s.led(to(screentest.Lea, screentest.Tuesday))
	noe := s.week("Noé")
	noe.Tapped(&fyne.PointEvent{Position: noe.CellCentre(3)})
	s.led(to(screentest.Noe, screentest.Thursday))

	// A day booked elsewhere is there without a click; what does not concern the
	// week draws nothing anew.
	s.give(screentest.Booked("b-thu", screentest.Thursday), screentest.Gone(screentest.Mine, wire.Bookings, "b-tue"))
	if got := kinds(s.week("Léa")); got[1] == kit.DayBooked || got[3] != kit.DayBooked {
		t.Errorf("Léa's week is %v", got)
	}
	before := s.week("Léa")
	s.give(screentest.Booked("b-far", "2026-05-12"))
	s.Session.View().Tick()
	s.settle()
	if s.week("Léa") != before {
		t.Error("the week is drawn anew though nothing of it has changed")
	}
	// Where of this week nothing is left, the next is told.
	s.Now = screentest.Friday.At(9, 0)
	s.show()
	s.reads("La semaine de vos enfants, à partir de lundi 16 mars")
	s.give(screentest.Booked("b-fri", screentest.Friday))
	s.hides("à partir de")
	// At the week-end the next week is told, after midnight another day is today.
	s.Now = screentest.Friday.At(23, 0)
	s.show()
	if d := s.week("Léa").Days()[4]; d.Kind != kit.DayToday {
		t.Errorf("on Friday, Friday is %v", d.Kind)
	}
	s.Now = screentest.Friday.Add(1).At(9, 0)
	s.Session.View().Tick()
	s.settle()
	s.reads("La semaine de vos enfants, à partir de lundi 16 mars")
	if d := s.week("Léa").Days()[1]; d.Kind != kit.DayBooked {
		t.Errorf("what the other parent has booked is told as %v", d.Kind) // Tuesday the 17th
	}
}

func (s *stage) give(rows ...wire.Change) {
	s.Session.View().Apply(cache.Applied{Changes: rows}, nil, nil)
	s.settle()
}

func TestTheFirstStepsGoWhenTheyAreDone(t *testing.T) {
	kittest.Light(t)
	s := family(t, screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, claire)).show()
	s.reads("Vos premiers pas", "1 sur 4", "Activer votre compte", "Inscrire un enfant", "Envoyer les justificatifs", "Faire une première réservation", "Dès que la mairie a accepté la fiche de votre enfant.")
	s.hides("Rien ne vous attend", "Derniers messages", "La semaine de vos enfants")
	s.press("Remplir une fiche enfant")
	s.led(screen.To(screen.Procedure, "id", childRecord))

	// The record is with the town hall, which asks for a document.
	s.give(asked(kind("family-record", "Livret de famille"))...)
	s.reads("1 sur 4", "En cours d'examen", "Justificatif à fournir : Livret de famille")
	s.press("Inscrire un enfant, La mairie a reçu votre demande et l'examine., En cours d'examen")
	s.led(screen.To(screen.Requests))

	// Accepted, with a child and nothing booked yet.
	rows := slices.DeleteFunc(screentest.FamilyRows(), func(c wire.Change) bool { return c.Collection == wire.Bookings })
	s.give(append(rows, record("accepted"))...)
	s.reads("3 sur 4", "Choisissez un jour dans l'agenda.")
	s.hides("Dès que la mairie", "Remplir une fiche enfant", "En cours d'examen")
	kittest.All[*kit.Button](s.window)[0].Tapped(nil)
	s.give(screentest.Booked("b", screentest.Thursday))
	s.hides("Vos premiers pas", "sur 4")
	s.reads("Rien ne vous attend en ce moment")

	// Done once, they stay away: in summer nobody has a day booked.
	s.give(screentest.Gone(screentest.Mine, wire.Bookings, "b"))
	s.show()
	s.hides("Vos premiers pas")
}

func TestTheFirstStepsCanBePutAside(t *testing.T) {
	kittest.Light(t)
	s := family(t, screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, claire)).show()
	s.press("Ne plus afficher")
	s.hides("Vos premiers pas")
	s.reads("Pour réserver la cantine, remplissez d'abord une fiche enfant.") // what to do is said still
	s.press("Remplir une fiche enfant")
	s.led(screen.To(screen.Procedure, "id", childRecord))
	s.show()
	s.hides("Vos premiers pas")
}

func TestAnAgentsHomeCountsWhatWaits(t *testing.T) {
	kittest.Light(t)
	s := open(t)
	sylvie := wire.Account{ID: screentest.Sylvie, Kind: wire.Agent, Login: "sylvie.roy", FirstName: "Sylvie", LastName: "Roy"}
	s.Portal = screentest.OpenPortal(t, s.runner, sylvie, nil)
	s.SignIn(t, sylvie.Login, screentest.StaffRows()...)
	s.show()
	s.reads("Bonjour Sylvie", "2 demandes à prendre", "La plus ancienne attend depuis 3 jours", "Attendus aujourd'hui", "École Jules-Ferry", "Accueil du matin : 20, Restauration scolaire : 62", "Personne")
	s.hides("que vous examinez", "semaine de vos enfants", "Compte prépayé")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.Queue, "state", "submitted"))
	s.press("Tout ce qui est à traiter")
	s.led(screen.To(screen.Queue))
	s.give(screentest.Waiting(screentest.ForLea, screentest.Claire, childRecord, "Léa Martel", "2026-000101", 72*time.Hour, "in_review", screentest.Sylvie))
	s.reads("1 demande à prendre", "depuis 1 jour", "1 demande que vous examinez")
	// A line leads to what it counts, not to the whole queue.
	reply := screentest.Waiting(screentest.ForNoe, screentest.Claire, childRecord, "Noé Martel", "2026-000102", 26*time.Hour, "in_review", screentest.Sylvie)
	var q wire.QueueItem
	if err := wire.StrictJSON(reply.Body, &q); err != nil {
		t.Fatal(err)
	}
	q.Unread, q.Documents = 1, []wire.QueueDocument{{Kind: "vaccins", ToCheck: 2}}
	s.give(screentest.Row(reply.Feed, reply.Collection, reply.Entity, q))
	s.press("1 demande avec un message non lu, Une famille attend votre réponse")
	s.led(screen.To(screen.Queue, "wants", "unread"))
	s.press("1 demande a des justificatifs à vérifier, Personne ne les a encore regardés")
	s.led(screen.To(screen.Queue, "wants", "papers"))
	for _, id := range []portal.ID{screentest.ForLea, screentest.ForNoe, screentest.ForInes} {
		s.give(screentest.Gone(wire.DeskFeed(screentest.Childhood), wire.Queue, id))
	}
	s.reads("Rien à traiter")
}

// Who works at a cash desk alone reads what it took, and nothing of requests that
// never come there.
func TestACashiersHomeIsTheCashDesk(t *testing.T) {
	kittest.Light(t)
	s := cashier(t)
	s.show()
	s.reads("Bonjour Odile", "Régie Restauration et accueil", "Rien n'a été encaissé aujourd'hui")
	s.hides("À vos guichets", "Rien à traiter")
	for i, kind := range []ledger.Kind{ledger.KindDeskMoney, ledger.KindTopUp} {
		id := portal.ID(string(kind))
		s.give(screentest.Row(tillFeed, wire.Takings, id, wire.Taking{ID: id, CashDesk: "regie", Kind: kind, At: s.Session.View().Now().UnixMicro(), Brought: ledger.Brought{Form: ledger.Cash, Amount: portal.Money(2000 * (i + 1))}}))
	}
	s.give(screentest.Row(tillFeed, wire.UnclearPayments, "u1", wire.UnclearPayment{ID: "u1", CashDesk: "regie", Amount: 4250}))
	s.reads("2 encaissements aujourd'hui : 60,00 €", "1 paiement à vérifier")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.Till, "desk", "regie"))
}

var tillFeed = wire.DeskFeed(string(accounts.Till("regie")))

// cashier opens it for Odile, who works at the cash desk.
func cashier(t testing.TB, rows ...wire.Change) *stage {
	s := open(t)
	odile := wire.Account{ID: screentest.Sylvie, Kind: wire.Agent, Login: "odile.vasseur", FirstName: "Odile", LastName: "Vasseur", Desks: []string{string(accounts.Till("regie"))}}
	s.Portal = screentest.OpenPortal(t, s.runner, odile, nil)
	s.SignIn(t, odile.Login, append(screentest.TownRows(), screentest.Row(wire.AccountFeed(odile.ID), wire.Accounts, odile.ID, odile),
		screentest.Row(wire.TownFeed, wire.CashDesks, "regie", wire.CashDesk{Key: "regie", Name: "Régie Restauration et accueil"}))...)
	s.give(rows...)
	return s
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
		"closed": func(t testing.TB) *stage {
			return family(t, append(screentest.FamilyRows(), closedRows(notices.ClosureDeclared)...)...)
		},
		"reopened": func(t testing.TB) *stage {
			return family(t, append(screentest.FamilyRows(), closedRows(notices.ClosureUndone, notices.ClosureLost)...)...)
		},
		"no child": func(t testing.TB) *stage { return family(t, me) },
		"begun": func(t testing.TB) *stage {
			s := family(t, screentest.FamilyRows()...)
			for i := range 5 {
				s.begin(draftID[:len(draftID)-1]+string(rune('3'+i)), childRecord, map[string]any{"child": "x", "firstNames": "Marie-Antoinette-Joséphine", "lastName": "de la Rochefoucauld-Montbazon"})
			}
			return s
		},
		"family": func(t testing.TB) *stage {
			return family(t, append(screentest.FamilyRows(), screentest.Row(screentest.Mine, wire.Requests, "r1", wire.Request{
				ID: "r1", Reference: "2026-000101", Account: screentest.Claire, Procedure: "derogation-scolaire", Version: 1, State: "in_review",
				Person: "Marie-Antoinette de la Rochefoucauld", Submitted: time.Unix(0, 0).UnixMicro(),
			}))...)
		},
		"awaited": func(t testing.TB) *stage {
			return family(t, append(append(screentest.FamilyRows(), asked(kind("family-record", "Livret de famille"), kind("home", "Justificatif de domicile de moins de trois mois"),
				kind("vaccines", "Carnet de vaccination à jour"), kind("insurance", "Attestation d'assurance scolaire"), kind("custody", "Jugement de garde"))...),
				screentest.Row(screentest.Mine, wire.Documents, "d1", documents.Document{ID: "d1", Account: screentest.Claire, Kind: "family-record", Name: "livret.pdf", Sent: 1, Status: documents.Rejected,
					Note: "La page des enfants est coupée en bas : reprenez la photographie en entier, à la lumière du jour."}),
				message("m1", 1, true, "Bonjour, il manque une page de votre livret de famille. Pouvez-vous l'envoyer à nouveau avant la fin de la semaine ?", 0), message("m2", 2, false, "Voici.", 0))...)
		},
		"below": func(t testing.TB) *stage {
			return family(t, append(screentest.FamilyRows(), screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -123456}),
				screentest.Row(wire.TownFeed, wire.CashDesks, "regie", wire.CashDesk{Key: "regie", Online: true, Most: 50000}), screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Pays: true}))...)
		},
		"cashier": func(t testing.TB) *stage {
			return cashier(t, screentest.Row(tillFeed, wire.Takings, "t1", wire.Taking{ID: "t1", CashDesk: "regie", Kind: ledger.KindDeskMoney, At: screentest.Monday.At(8, 0).UnixMicro(), Brought: ledger.Brought{Form: ledger.Cash, Amount: 123456}}),
				screentest.Row(tillFeed, wire.UnclearPayments, "u1", wire.UnclearPayment{ID: "u1", CashDesk: "regie", Amount: 4250}))
		},
		"staff": func(t testing.TB) *stage {
			s := open(t)
			sylvie := wire.Account{ID: screentest.Sylvie, Kind: wire.Agent, Login: "sylvie.roy", FirstName: "Sylvie", LastName: "Roy"}
			s.Portal = screentest.OpenPortal(t, s.runner, sylvie, nil)
			s.SignIn(t, sylvie.Login, screentest.StaffRows()...)
			return s
		},
		"limit": func(t testing.TB) *stage { return family(t, append(screentest.FamilyRows(), forgives(0))...) },
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

// A parent with a sick child finds the way at once.
func TestAnAbsenceIsToldFromHome(t *testing.T) {
	kittest.Light(t)
	s := family(t, screentest.FamilyRows()...).show()
	s.press("Signaler une absence")
	if n := len(s.routes); n == 0 || s.routes[n-1].Name != screen.Absent {
		t.Errorf("it leads to %v", s.routes)
	}
}
