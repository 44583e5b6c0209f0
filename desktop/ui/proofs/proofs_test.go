package proofs

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/assets/catalogue"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

var wide = fyne.NewSize(816, 483) // what the frame leaves at 1024 × 600

const (
	forNoe portal.ID = "0190b000-0000-7000-8000-0000000000f1"
	water  portal.ID = "0190b000-0000-7000-8000-0000000000d1"
	jabs   portal.ID = "0190b000-0000-7000-8000-0000000000d2"
	income portal.ID = "0190b000-0000-7000-8000-0000000000d3"
	family portal.ID = "0190b000-0000-7000-8000-0000000000d4"
)

// kinds is what the town asks for.
func kinds(t testing.TB) (rows []wire.Change) {
	c, err := catalogue.LoadCommon()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range c.DocumentKinds {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.DocumentKinds, portal.ID(k.ID), k))
	}
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	return append(rows, screentest.Row(wire.TownFeed, wire.Procedures, "inscription-scolaire", files["inscription-scolaire"]))
}

// asking is a request for Noé that waits for three documents.
func asking() wire.Change {
	return screentest.Row(screentest.Mine, wire.Requests, forNoe, wire.Request{ID: forNoe, Account: screentest.Claire, Procedure: "inscription-scolaire", Child: screentest.Noe,
		Person: "Noé Martel", Reference: "2026-000104", State: string(requests.Submitted), Submitted: screentest.Monday.At(8, 0).UnixMicro(),
		Documents: []documents.Asked{{Kind: "family-book", Indispensable: true}, {Kind: "address-proof", Indispensable: true}, {Kind: "vaccinations"}}})
}

func given(id portal.ID, kind string, child portal.ID, status documents.Status, with func(*documents.Document)) wire.Change {
	d := documents.Document{ID: id, Account: screentest.Claire, Kind: kind, Child: child, Name: kind + ".pdf", Type: documents.JPEG, Size: 40_000,
		Sent: screentest.Monday.At(8, 30).UnixMicro(), Status: status, Scan: documents.Clean}
	if with != nil {
		with(&d)
	}
	return screentest.Row(screentest.Mine, wire.Documents, id, d)
}

// all is one of each status.
func all() []wire.Change {
	return []wire.Change{
		asking(),
		given(jabs, "vaccinations", screentest.Noe, documents.Rejected, func(d *documents.Document) {
			d.Reason, d.Note = documents.Unreadable, "La page 2 est coupée."
		}),
		given(water, "address-proof", "", documents.Submitted, nil),
		given(family, "identity", "", documents.Valid, func(d *documents.Document) { d.Until = "2030-02-20" }),
		given(income, "income", "", documents.Valid, func(d *documents.Document) { d.Until = "2026-03-01" }),
	}
}

type stage struct {
	*screentest.Desk
	t      testing.TB
	w      fyne.Window
	c      *screen.Context
	queue  *task.Queue
	runner *task.Runner
	shown  screen.Screen
}

func claire(t testing.TB, rows ...wire.Change) *screentest.Desk {
	d := screentest.Family()
	d.Get(append(kinds(t), rows...)...)
	return d
}

func open(t testing.TB, d *screentest.Desk, build func(room, screen.Route) screen.Screen, r screen.Route) *stage {
	t.Helper()
	s := &stage{Desk: d, t: t}
	s.w = test.NewWindow(nil)
	s.w.SetPadded(false)
	t.Cleanup(s.w.Close)
	s.c = d.Context(s.w)
	s.runner, s.queue = task.NewQueued(func(err error) { t.Error(err) })
	s.c.Scope = s.runner.Scope()
	t.Cleanup(s.c.Leave)
	s.shown = build(room{s.c, d}, r)
	s.w.SetContent(s.shown.Content)
	s.w.Resize(wide)
	s.settle()
	return s
}

func (s *stage) settle() {
	for range 3 {
		s.Drain()
		s.queue.Settle(s.runner)
		kittest.Settle(s.w)
	}
}

func (s *stage) press(label string) {
	s.t.Helper()
	kittest.Press(s.t, s.w, label)
	s.settle()
}

func (s *stage) shows(parts ...string) {
	s.t.Helper()
	s.settle()
	kittest.WantShown(s.t, s.w, parts...)
}

func (s *stage) hides(parts ...string) {
	s.t.Helper()
	s.settle()
	kittest.WantHidden(s.t, s.w, parts...)
}

func (s *stage) went(to screen.Route) {
	s.t.Helper()
	if n := len(s.Routes); n == 0 || s.Routes[n-1].String() != to.String() {
		s.t.Errorf("went to %v, not to %s", s.Routes, to)
	}
}

func TestWhatIsGivenAndToGive(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire(t, all()...), room.list, screen.Route{})
	s.shows("À fournir (2)", "Certificat de vaccinations", "Pour Noé", "Invalide", "Refusé par la mairie. Illisible", "« La page 2 est coupée. »", "Envoyer un autre fichier",
		"Livret de famille", "Non fourni", "Indispensable", "Inscription scolaire · Noé Martel",
		"À vérifier (1)", "address-proof.pdf · envoyé le 9 mars 2026",
		"Valides (1)", "Valable jusqu'au 20 février 2030.", "Expirés (1)", "Était valable jusqu'au 1er mars 2026.", "Envoyer le nouveau")
	if n := Waiting(s.View); n != 2 {
		t.Errorf("%d are waited for", n)
	}
	s.press("Envoyer un autre fichier")
	s.went(screen.To(screen.SendProof, "kind", "vaccinations", "child", string(screentest.Noe)))
	s.press("Envoyer le nouveau")
	s.went(screen.To(screen.SendProof, "kind", "income"))
	s.press("Inscription scolaire · Noé Martel")
	s.went(screen.To(screen.Request, "id", string(forNoe)))

	// An agent judges: it shows at once.
	s.Get(given(water, "address-proof", "", documents.Valid, func(d *documents.Document) { d.Until = "2026-06-09" }))
	s.shows("Valides (2)", "Valable jusqu'au 9 juin 2026.")
	s.hides("À vérifier (1)", "address-proof.pdf · envoyé le 9 mars 2026\nAttendu")
}

func TestTheListHasItsEmptyStates(t *testing.T) {
	kittest.Light(t)
	open(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0)), room.list, screen.Route{}).shows("pas encore arrivées")
	s := open(t, claire(t), room.list, screen.Route{})
	s.shows("Aucun justificatif pour l'instant")
	s.press("Envoyer un justificatif")
	s.went(screen.To(screen.SendProof))
}

func TestSendingTellsHowFarItIsAndCanBeCancelled(t *testing.T) {
	kittest.Light(t)
	d := claire(t, asking())
	id, command, err := d.SendDocument(paper(""), "family-book", "", "livret.pdf")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, d, room.list, screen.Route{})
	s.shows("En cours d'envoi (1)", "livret.pdf", "Pas encore envoyé", "En attente d'envoi", "À fournir (2)")
	at := func(sent int64, done bool) {
		s.Moving = []session.Uploading{{Command: command, Document: id, Size: 1000, Sent: sent, Done: done}}
		s.Hear()
	}
	before := kittest.Find[*kit.Progress](s.w, "")
	at(400, false)
	s.shows("Envoi en cours : 40 %")
	if kittest.Find[*kit.Progress](s.w, "") != before {
		t.Error("a step of the sending builds the list anew, and takes the keyboard's place away")
	}
	// Off line it says when it leaves, and forgets nothing.
	s.NoLine = true
	at(0, false)
	s.shows("il partira tout seul dès que la connexion sera revenue")
	if bar := kittest.Find[*kit.Progress](s.w, ""); !strings.Contains(bar.AccessibilityLabel(), "40") {
		t.Errorf("off line it says %q", bar.AccessibilityLabel())
	}
	s.NoLine = false
	at(1000, true)
	s.shows("Envoyé ; la mairie l'enregistre.")
	s.press("Annuler")
	s.shows("À fournir (3)")
	s.hides("livret.pdf", "En cours d'envoi")
	if !slices.Equal(s.Undone, []portal.ID{command}) {
		t.Errorf("undone: %v", s.Undone)
	}
}

func TestARefusedSendingSaysWhyAndHowToGoOn(t *testing.T) {
	kittest.Light(t)
	d := claire(t, asking())
	if _, _, err := d.SendDocument(paper(""), "family-book", "", "livret.pdf"); err != nil {
		t.Fatal(err)
	}
	id := d.Refused(portal.E(documents.ActivePDF, "file"))
	s := open(t, d, room.list, screen.Route{})
	s.shows("« livret.pdf » n'a pas pu être envoyé", "Ce PDF contient un programme", "À fournir (3)")
	s.press("Envoyer un autre fichier")
	s.went(ToSend("family-book", ""))
	s.press("J'ai compris")
	s.hides("n'a pas pu être envoyé")
	if !slices.Equal(s.Read, []portal.ID{id}) {
		t.Errorf("read: %v", s.Read)
	}
}

func TestTakingBackIsAsked(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire(t, all()...), room.list, screen.Route{})
	s.press("Retirer")
	s.shows("Retirer ce justificatif ?", "La mairie ne verra plus « address-proof.pdf »")
	s.press("Le laisser")
	if len(s.Calls) != 0 {
		t.Fatal("it is taken back all the same")
	}
	s.press("Retirer")
	// Of the two the dialog's own is on top.
	over := s.w.Canvas().Overlays().Top()
	for _, b := range kittest.All[*kit.Button](s.w) {
		if b.Text() == "Retirer" && kit.Within(over, b) {
			b.Tapped(&fyne.PointEvent{})
		}
	}
	s.settle()
	if len(s.Calls) != 1 || s.Calls[0].Args.(*wire.WithdrawDocument).Document != water {
		t.Fatalf("it did %v", s.Calls)
	}
	s.shows("À fournir (3)")
}

func TestARequestShowsItsDocuments(t *testing.T) {
	kittest.Light(t)
	d := claire(t, all()...)
	show := func(r room, _ screen.Route) screen.Screen {
		return screen.Screen{Content: kit.NewPage(OfRequest(r.Context, r.desk, forNoe))}
	}
	s := open(t, d, show, screen.Route{})
	s.shows("Il manque 2 justificatifs", "Livret de famille", "Non fourni", "Justificatif de domicile", "À vérifier", "Certificat de vaccinations", "Invalide")
	s.hides("Attendu pour", "Pièce d'identité")
	s.press("Envoyer")
	s.went(ToSend("family-book", ""))
	s.Get(given("0190b000-0000-7000-8000-0000000000d5", "family-book", "", documents.Valid, nil),
		given("0190b000-0000-7000-8000-0000000000d6", "vaccinations", screentest.Noe, documents.Submitted, func(d *documents.Document) { d.Sent++ }))
	s.shows("Vous avez tout donné.", "Valable sans limite de date.")

	// What is asked for again can be sent, whatever has been given.
	asked := func(r room, _ screen.Route) screen.Screen {
		return screen.Screen{Content: kit.NewPage(Asked(r.Context, r.desk, forNoe, []string{"address-proof", "custody-judgment"}))}
	}
	s = open(t, d, asked, screen.Route{})
	s.shows("Justificatif de domicile", "À vérifier", "Envoyer un autre fichier", "Décision sur l'autorité parentale", "Non fourni")
	s.press("Envoyer un autre fichier")
	s.went(ToSend("address-proof", ""))
}

func TestWhatIsGivenAlreadyIsSaidBeforeAFormBegins(t *testing.T) {
	d := claire(t, all()...)
	for _, c := range []struct {
		kind  string
		child portal.ID
		want  string
	}{
		{"identity", "", "Déjà fourni, valable jusqu'au 20 février 2030."}, {"identity", screentest.Lea, "Déjà fourni, valable jusqu'au 20 février 2030."},
		{"address-proof", "", "Déjà envoyé, la mairie le vérifie."}, {"vaccinations", screentest.Noe, ""}, {"income", "", ""},
	} {
		if got := strings.ReplaceAll(Given(d.View, c.kind, c.child), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q", c.kind, got)
		}
	}
}

func TestADocumentOpensAlsoOffLine(t *testing.T) {
	kittest.Light(t)
	d := claire(t, all()...)
	d.AtTownHall[jabs], d.AtTownHall[water] = photo(60, 80), photo(60, 80)
	s := open(t, d, room.proof, screen.To(screen.Proof, "id", string(jabs)))
	s.shows("Certificat de vaccinations", "Pour Noé · vaccinations.pdf", "Invalide", "Refusé par la mairie", "Page 1 sur 1")
	s.press("Envoyer un autre fichier")
	s.went(ToSend("vaccinations", screentest.Noe))

	s.NoLine = true
	s = open(t, d, room.proof, screen.To(screen.Proof, "id", string(jabs)))
	s.shows("Page 1 sur 1")
	s = open(t, d, room.proof, screen.To(screen.Proof, "id", string(water)))
	s.shows("Il n'est pas gardé sur cet ordinateur", "Réessayer")
	s.hides("Page 1 sur 1")
	s.NoLine = false
	s.Hear()
	s.shows("Page 1 sur 1")
	s.hides("Il n'est pas gardé")

	// What is judged while one reads it is said; what goes is said to be gone.
	s.Get(given(water, "address-proof", "", documents.Valid, func(d *documents.Document) { d.Until = "2026-06-09" }))
	s.shows("Valide", "Valable jusqu'au 9 juin 2026.")
	s.hides("Retirer")
	s.Get(screentest.Gone(screentest.Mine, wire.Documents, water))
	s.shows("Ce justificatif n'est plus là.")
	s = open(t, d, room.proof, screen.To(screen.Proof, "id", "nobody's"))
	s.shows("Ce justificatif n'est plus là.")
	s.press("Voir mes justificatifs")
	s.went(screen.To(screen.Exchanges, "tab", Tab))

	// The list says which need a line.
	s = open(t, d, room.list, screen.Route{})
	s.hides("Pas gardé sur cet ordinateur")
	s.NoLine = true
	s.Hear()
	s.shows("Pas gardé sur cet ordinateur")
}

func TestItFits(t *testing.T) {
	for name, show := range map[string]struct {
		build func(room, screen.Route) screen.Screen
		route screen.Route
		then  func(s *stage)
	}{
		"list": {room.list, screen.Route{}, nil},
		"list off line, sending": {room.list, screen.Route{}, func(s *stage) {
			if _, _, err := s.SendDocument(paper(""), "family-book", "", strings.Repeat("livret de famille ", 6)+".pdf"); err != nil {
				s.t.Fatal(err)
			}
			s.NoLine = true
			s.Drain()
			s.Hear()
		}},
		"send":           {room.send, ToSend("vaccinations", screentest.Noe), chosenAndRefused},
		"send something": {room.send, screen.To(screen.SendProof), func(s *stage) { s.NoLine = true; s.Hear(); s.press(say("send.do")) }},
		"photos left": {room.send, ToSend("income", ""), func(s *stage) {
			s.Files.Drop(pick.Chosen{Files: []pick.File{file("a.jpg", photo(60, 80))}})
			s.settle()
			s.shown.Escape()
		}},
		"document":          {room.proof, screen.To(screen.Proof, "id", string(jabs)), nil},
		"document off line": {room.proof, screen.To(screen.Proof, "id", string(water)), nil},
		"of a request": {func(r room, _ screen.Route) screen.Screen {
			return screen.Screen{Content: kit.NewPage(OfRequest(r.Context, r.desk, forNoe))}
		}, screen.Route{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := claire(t, all()...)
				d.AtTownHall[jabs] = photo(60, 80)
				d.NoLine = name == "document off line"
				s := open(t, d, show.build, show.route)
				if show.then != nil {
					show.then(s)
				}
				s.settle()
				content := s.shown.Content
				s.w.Canvas().Unfocus()
				s.w.SetContent(nil)
				return content
			})
		})
	}
}
