package finding

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	rules "parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

var (
	claire = wire.Account{ID: screentest.Claire, Kind: wire.Family, Login: "claire.martel", FirstName: "Claire", LastName: "Martel"}
	sylvie = wire.Account{ID: screentest.Sylvie, Kind: wire.Agent, Login: "sylvie.roy", FirstName: "Sylvie", LastName: "Roy"}
)

// stage is the search over a window with nothing in it.
type stage struct {
	*screentest.Portal
	t      testing.TB
	f      *Finder
	runner *task.Runner
	queue  *task.Queue
	window fyne.Window
	went   []string
	did    []string
	helped []string
}

func open(t testing.TB, account wire.Account) *stage {
	t.Helper()
	s := &stage{t: t}
	s.runner, s.queue = task.NewQueued(func(err error) { t.Errorf("a task panicked: %v", err) })
	s.Portal = screentest.OpenPortal(t, s.runner, account, nil)
	s.window = kittest.Window(t, kit.Gap(1), kittest.Small)
	do := func(name string) Action {
		return Action{Name: name, Icon: "moon", Do: func() { s.did = append(s.did, name) }}
	}
	away := do("light")
	away.Away = func() bool { return true }
	s.f = New(Options{
		Session: s.Session, Scope: s.runner.Scope(), Dialogs: kit.NewDialogs(s.window.Canvas()),
		Go: func(r screen.Route) { s.went = append(s.went, r.String()) }, Help: func(r screen.Route) { s.helped = append(s.helped, r.Name) },
		Actions: []Action{do("signOut"), do("dark"), away},
	})
	return s
}

func (s *stage) settle() {
	s.queue.Settle(s.runner)
	kittest.Settle(s.window)
}

// find types into the search, which it opens.
func (s *stage) find(text string) *kit.Palette {
	s.t.Helper()
	if s.f.palette == nil || !s.f.palette.Shown() {
		s.f.Toggle()
		s.settle()
	}
	s.f.palette.Search().SetText(text)
	s.settle()
	return s.f.palette
}

// best is what Enter would open.
func (s *stage) best(text string) string {
	found, _ := s.find(text).Chosen()
	return found.Title + " | " + found.Detail
}

// leads presses Enter and tells where that has led.
func (s *stage) leads(text string) string {
	s.t.Helper()
	s.find(text)
	s.went = nil
	kittest.Key(s.window, fyne.KeyReturn)
	if len(s.went) != 1 {
		s.t.Errorf("%q leads to %q", text, s.went)
		return ""
	}
	return s.went[0]
}

func catalogueRows(t testing.TB) (rows []wire.Change) {
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	for id, raw := range files {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.Procedures, portal.ID(id), raw))
	}
	return rows
}

const (
	record  portal.ID = "0190b000-0000-7000-8000-0000000000f1"
	another portal.ID = "0190b000-0000-7000-8000-0000000000f2"
	letter  portal.ID = "0190b000-0000-7000-8000-0000000000f3"
	paper   portal.ID = "0190b000-0000-7000-8000-0000000000f4"
)

// busy is a family with something of each kind.
func busy(t testing.TB) []wire.Change {
	at := screentest.Monday.At(8, 0)
	return append(append(catalogueRows(t), screentest.FamilyRows()...),
		screentest.Row(wire.TownFeed, wire.DocumentKinds, "family-record", requests.DocumentKind{ID: "family-record", Label: requests.Text{FR: "Livret de famille", EN: "Family record book"}}),
		screentest.Row(screentest.Mine, wire.Requests, record, wire.Request{ID: record, Reference: "2026-000101", Account: screentest.Claire, Procedure: "fiche-enfant", Version: 1, State: "in_review", Person: "Noé Martel", Submitted: at.UnixMicro()}),
		screentest.Row(screentest.Mine, wire.Requests, another, wire.Request{ID: another, Reference: "2025-000907", Account: screentest.Claire, Procedure: "derogation-scolaire", Version: 1, State: "refused", Person: "Léa Martel", Submitted: at.Add(-200 * 24 * time.Hour).UnixMicro()}),
		screentest.Row(screentest.Mine, wire.Messages, letter, wire.Message{ID: letter, Request: record, N: 1, At: at.UnixMicro(), Staff: true, By: "Sylvie Roy", Text: "La page du vaccin est illisible : pouvez-vous la photographier à nouveau ?"}),
		screentest.Row(screentest.Mine, wire.Documents, paper, rules.Document{ID: paper, Account: screentest.Claire, Kind: "family-record", Name: "livret-martel.pdf", Sent: at.UnixMicro(), Status: rules.Submitted}),
	)
}

func TestAFamilyFindsAllItHas(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.SignIn(t, claire.Login, busy(t)...)
	for query, want := range map[string]string{
		"101":                   "parvis://demande?id=" + string(record),
		"fiche noe":             "parvis://demande?id=" + string(record),
		"dérogtion léa refusée": "parvis://demande?id=" + string(another), // a slip
		"vaccin illisible":      "parvis://echanges?message=" + string(letter) + "&request=" + string(record),
		"livret":                "parvis://echanges?child=&document=", // see below
		"cantine 10 mars":       "parvis://agenda?activity=" + string(screentest.Canteen) + "&child=" + string(screentest.Lea) + "&day=2026-03-10",
		"lea":                   "parvis://agenda?child=" + string(screentest.Lea),
		"claire":                "parvis://mon-profil-details",
		"mot de passe":          "parvis://mon-profil-modifier?part=password",
		"password":              "parvis://mon-profil-modifier?part=password",
		"mdp":                   "parvis://mon-profil-modifier?part=password",
		"booking":               "parvis://agenda",
		"send a document":       "parvis://echanges?tab=documents",
		"ecrire mairie":         "parvis://echanges?tab=messages",
		"acte de naissance":     "parvis://demarche?id=acte-de-naissance",
		"birth certificate":     "parvis://demarche?id=acte-de-naissance",
	} {
		got := s.leads(query)
		if query == "livret" {
			if !strings.Contains(got, "document="+string(paper)) || !strings.Contains(got, "tab=documents") {
				t.Errorf("%q leads to %s", query, got)
			}
			continue
		}
		if got != want {
			t.Errorf("%q leads to %s, not to %s", query, got, want)
		}
	}
	s.find("nuit")
	kittest.Key(s.window, fyne.KeyReturn)
	if !slices.Equal(s.did, []string{"dark"}) {
		t.Errorf("done: %q", s.did)
	}
	if p := s.find("couleurs claires"); kittest.Shows(s.window, "Couleurs claires") {
		t.Errorf("the colours in force are offered: %v", p)
	}
}

func TestADayIsFoundWhetherBookedOrNot(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.SignIn(t, claire.Login, busy(t)...)
	to := func(child portal.ID, day string) string {
		return "parvis://agenda?activity=" + string(screentest.Canteen) + "&child=" + string(child) + "&day=" + day
	}
	for query, want := range map[string]string{
		"demain": to(screentest.Lea, "2026-03-10"), "jeudi": to(screentest.Lea, "2026-03-12"), "noé jeudi": to(screentest.Noe, "2026-03-12"),
		"12 mai": to(screentest.Lea, "2026-05-12"), "thursday canteen": to(screentest.Lea, "2026-03-12"), "réserver jeudi": to(screentest.Lea, "2026-03-12"),
		"accueil matin jeudi": "parvis://agenda?activity=" + string(screentest.Morning) + "&child=" + string(screentest.Lea) + "&day=2026-03-12",
	} {
		if got := s.leads(query); got != want {
			t.Errorf("%q leads to %s, not to %s", query, got, want)
		}
	}
	if got := s.best("demain"); got != "Mardi 10\u00a0mars 2026 | Léa, Restauration scolaire · Réservé" {
		t.Errorf("tomorrow is told as %q", got)
	}
	if got := s.best("jeudi"); got != "Jeudi 12\u00a0mars 2026 | Léa, Restauration scolaire · Réservable" {
		t.Errorf("Thursday is told as %q", got)
	}
	if got := s.best("mon compte"); strings.Contains(got, "2026") {
		t.Errorf("%q is a day", got)
	}
}

// Whoever reads English finds French words, and the other way round, each told
// in the language in force.
func TestBothLanguagesAreFoundInBoth(t *testing.T) {
	for lang, told := range map[string]string{i18n.French: "Fiche enfant | Noé Martel · 2026-000101 · En cours d'examen", i18n.English: "Child record | Noé Martel · 2026-000101 · Being examined"} {
		t.Run(lang, func(t *testing.T) {
			kittest.App(t, look.Light, 1, false, lang)
			s := open(t, claire)
			s.SignIn(t, claire.Login, busy(t)...)
			for _, query := range []string{"fiche enfant 101", "child record 101", "examen 2026-000101"} {
				if got := s.best(query); !strings.EqualFold(got, told) && !strings.HasPrefix(got, told[:12]) {
					t.Errorf("%q finds %q", query, got)
				}
			}
		})
	}
}

func TestWhatChangesIsFoundWithoutClosing(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.SignIn(t, claire.Login, busy(t)...)
	if s.best("arrivée tardive"); !kittest.Shows(s.window, "Rien ne correspond") {
		t.Fatalf("there is %q", kittest.Texts(s.window))
	}
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{screentest.Row(screentest.Mine, wire.Messages, "late", wire.Message{
		ID: "late", Request: record, N: 2, At: screentest.Monday.At(9, 0).UnixMicro(), Staff: true, By: "Sylvie Roy", Text: "Une arrivée tardive est possible le jeudi.",
	})}}, nil, nil)
	s.settle()
	if found, _ := s.f.palette.Chosen(); !strings.Contains(found.Detail, "arrivée tardive") {
		t.Errorf("a message that has just come is not found: %q", kittest.Texts(s.window))
	}
	// A request that is gone leaves nothing to find.
	s.Session.View().Apply(cache.Applied{Changes: []wire.Change{screentest.Gone(screentest.Mine, wire.Requests, another)}}, nil, nil)
	s.settle()
	if got := s.best("2025-000907"); strings.Contains(got, "2025-000907") {
		t.Errorf("what is gone is found: %q", got)
	}
}

func TestAVisitorFindsProceduresAndTheWayIn(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.Show(catalogueRows(t)...)
	for query, want := range map[string]string{"naissance": "parvis://demarche?id=acte-de-naissance", "oublié": "parvis://identifiants-perdus", "connexion": "parvis://connexion"} {
		if got := s.leads(query); got != want {
			t.Errorf("%q leads to %s, not to %s", query, got, want)
		}
	}
	for _, query := range []string{"mes demandes", "demain", "profil"} {
		if got := s.best(query); strings.Contains(got, "Mes demandes") || strings.Contains(got, "mars") || strings.Contains(got, "Mon profil") {
			t.Errorf("a visitor finds %q", got)
		}
	}
}

// What somebody had, and where they were, is gone with them.
func TestNothingIsLeftOfWhoeverWasHere(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.SignIn(t, claire.Login, busy(t)...)
	s.find("fiche noe")
	s.f.Visited(screen.To(screen.Request, "id", string(record)))
	s.f.palette.Close()
	if s.find(""); !kittest.Shows(s.window, "Vus il y a peu") || !kittest.Shows(s.window, "Noé Martel") {
		t.Fatalf("where one was is not suggested: %q", kittest.Texts(s.window))
	}
	if err := s.Session.SignOut(t.Context()); err != nil {
		t.Log(err)
	}
	s.f.Forget()
	s.settle()
	if s.f.palette != nil || len(s.f.parts)+len(s.f.recent) > 0 {
		t.Error("something is left in the search")
	}
	s.Show(catalogueRows(t)...)
	for _, query := range []string{"", "noé", "101", "vaccin", "livret-martel"} {
		s.find(query)
		for _, text := range kittest.Texts(s.window) {
			if strings.Contains(text, "Noé") || strings.Contains(text, "2026-000101") || strings.Contains(text, "Vus il y a peu") {
				t.Errorf("a visitor who looks for %q reads %q", query, text)
			}
		}
	}
}

func TestAnAgentFindsWhatWaitsAndOpenFiles(t *testing.T) {
	kittest.Light(t)
	s := open(t, sylvie)
	rows := append(screentest.StaffRows(),
		screentest.Row(wire.DeskFeed(screentest.Childhood), wire.Texts, "t1", wire.Text{ID: "t1", Desk: screentest.Childhood, Title: "Pièce illisible", Body: "Bonjour {prénom}, la photographie est floue."}))
	s.SignIn(t, sylvie.Login, rows...)
	inQueue := "parvis://file?request="
	for query, want := range map[string]string{
		"haddad": inQueue + string(screentest.ForInes), "haddda": inQueue + string(screentest.ForInes), "102": inQueue + string(screentest.ForNoe),
		"floue": "parvis://textes?text=t1", "jules ferry": "parvis://effectifs?site=" + string(screentest.Ferry), "effectifs": "parvis://effectifs",
		"jeudi": "parvis://effectifs?day=2026-03-12",
	} {
		if got := s.leads(query); got != want {
			t.Errorf("%q leads to %s, not to %s", query, got, want)
		}
	}
	if s.find("claire martel"); kittest.Shows(s.window, "Dossier ouvert") {
		t.Error("a file is found that is not open")
	}
	s.Session.View().Apply(cache.Applied{Changes: screentest.FileOf("submitted", "")}, nil, nil)
	s.settle()
	if got := s.leads("claire martel"); !strings.HasPrefix(got, inQueue) {
		t.Errorf("the open file leads to %s", got)
	}
	// Whatever was typed leads on to the search over the town, also where nothing
	// is found here; too little does not.
	for _, query := range []string{"claire martel", "zyxwv introuvable"} {
		if s.find(query); !kittest.Shows(s.window, "Chercher « "+query+" » dans toutes les demandes") {
			t.Errorf("%q does not lead to the search over the town: %q", query, kittest.Texts(s.window))
		}
	}
	kittest.Press(t, s.window, "Chercher « zyxwv introuvable » dans toutes les demandes, Toutes les demandes faites à vos guichets")
	if got := s.went[len(s.went)-1]; got != "parvis://familles?text=zyxwv+introuvable" {
		t.Errorf("it leads to %s", got)
	}
	if s.find("zy"); kittest.Shows(s.window, "dans toutes les demandes") {
		t.Error("two letters lead to the search over the town")
	}
	// What is closed is found no more.
	s.Session.View().Apply(cache.Applied{Dropped: []string{wire.FileFeed(screentest.Childhood, screentest.Claire)}}, nil, nil)
	s.settle()
	if s.find("claire martel"); kittest.Shows(s.window, "Dossier ouvert") {
		t.Error("a file is found that was closed")
	}
}

// What the rail calls a screen leads there, and not to the help about it.
func TestTheNameOfAScreenLeadsToIt(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		s := open(t, claire)
		s.SignIn(t, claire.Login, busy(t)...)
		for called, want := range map[string]screen.Route{"home": screen.To(screen.Home), "agenda": screen.To(screen.Agenda), "exchanges": screen.To(screen.Exchanges, "tab", "messages"),
			"requests": screen.To(screen.Requests), "procedures": screen.To(screen.Procedures)} {
			s.find(i18n.T("app.rail."+called, nil))
			kittest.Key(s.window, fyne.KeyReturn)
			if got := s.went[len(s.went)-1]; got != want.String() {
				t.Errorf("%q leads to %s, not %s", i18n.T("app.rail."+called, nil), got, want)
			}
		}
	}
}

func TestTheKeyboardWalksAndLeaves(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.SignIn(t, claire.Login, busy(t)...)
	p := s.find("a")
	first, _ := p.Chosen()
	kittest.Key(s.window, fyne.KeyDown)
	second, _ := p.Chosen()
	kittest.Key(s.window, fyne.KeyUp, fyne.KeyUp)
	last, _ := p.Chosen()
	if first.Title+first.Detail == second.Title+second.Detail || last.Title+last.Detail == first.Title+first.Detail {
		t.Errorf("the arrows go from %q to %q and %q", first.Title, second.Title, last.Title)
	}
	kittest.Key(s.window, fyne.KeyPageDown, fyne.KeyEscape)
	if p.Shown() {
		t.Error("Escape leaves it open")
	}
	s.f.Toggle()
	s.settle()
	s.f.Toggle()
	if s.f.palette.Shown() {
		t.Error("the keys that opened it do not put it away")
	}
	// A press on a row leaves the focus in the field.
	p = s.find("profil")
	kittest.Press(t, s.window, "Mon profil, Votre compte")
	if p.Shown() || len(s.went) == 0 || s.went[len(s.went)-1] != "parvis://mon-profil" {
		t.Errorf("a press leads to %q", s.went)
	}
}

func TestTheSearchFits(t *testing.T) {
	for name, query := range map[string]string{"nothing typed": "", "found": "martel", "days": "jeudi", "lost": "xyzxyz introuvable absolument nulle part", "long": "illisible"} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				s := open(t, claire)
				s.SignIn(t, claire.Login, busy(t)...)
				s.f.Visited(screen.To(screen.Request, "id", string(record)))
				s.find(query)
				return kittest.Under(s.window)
			})
		})
	}
}

// All that families have on screens of their own is found by what they call it.
func TestWhatIsOfTheFamilyIsFound(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire)
	s.SignIn(t, claire.Login, busy(t)...)
	for query, want := range map[string]string{
		"proches": "parvis://mes-proches", "allergie": "parvis://mes-proches", "inviter": "parvis://inviter-un-proche", "nounou": "parvis://inviter-un-proche",
		"mon quotient": "parvis://quotient", "nouveau quotient": "parvis://quotient-envoyer", "QF": "parvis://quotient",
	} {
		if got := s.leads(query); got != want {
			t.Errorf("%q leads to %s, not to %s", query, got, want)
		}
	}
}
