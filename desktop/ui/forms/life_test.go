package forms

import (
	"encoding/json"
	"runtime"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

func mine(q wire.Request) wire.Change { return change(wire.AccountFeed(me), wire.Requests, q.ID, q) }

// asked is a request about which the town hall asks two fields and a paper.
func askedFor() wire.Request {
	q := request(portal.NewID(), requests.WaitingFamily, good(lea))
	q.Corrections = []wire.Correction{{N: 1, Asked: q.Submitted + 3600e6, Fields: []string{"birthPlace", "hasCarePlan"}, Documents: []string{"vaccinations"},
		Text: "Le lieu n'est pas celui de l'acte.", Until: "2026-12-04"}}
	return q
}

func TestACorrectionIsLedToAndAnswered(t *testing.T) {
	kittest.Light(t)
	q := askedFor()
	s := open(t, true, mine(q))
	s.show(screen.To(screen.Requests))
	s.shows("La mairie attend votre réponse au plus tard le 4 décembre 2026 : Fiche enfant · Léa Roy", "Le lieu n'est pas celui de l'acte.")
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.shows("La mairie vous demande, au plus tard le 4 décembre 2026", "Lieu de naissance", "Certificat de vaccinations", "Votre réponse", "Au plus tard le 4 décembre 2026")
	s.press("Certificat de vaccinations")
	if s.at.Name != screen.SendProof || s.at.Arg("kind") != "vaccinations" || s.at.Arg("child") != string(lea) {
		t.Fatalf("the document leads to %s", s.at)
	}
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.press("Lieu de naissance")
	if s.at.Name != screen.Correct || s.at.Arg(argField) != "birthPlace" {
		t.Fatalf("it leads to %s", s.at)
	}
	s.shows("Corriger votre demande", "Documents demandés")
	s.hides("Nom de famille", "Que faire, et où sont les médicaments")
	s.press("Envoyer ma réponse")
	s.shows("Envoyez le document demandé")
	if len(s.desk.did) != 0 {
		t.Fatalf("sent %v", s.desk.did)
	}
	// The document alone will do; words are not needed.
	s.shows("Les pages de vaccination", "Non fourni", "Pour Léa")
	s.press("Envoyer")
	if s.at.String() != screen.To(screen.SendProof, "kind", "vaccinations", "child", string(lea)).String() {
		t.Fatalf("it leads to %s", s.at)
	}
	if _, _, err := s.desk.SendDocument(pdf, "vaccinations", lea, "carnet.pdf"); err != nil {
		t.Fatal(err)
	}
	s.show(screen.To(screen.Correct, "id", string(q.ID)))
	s.shows("carnet.pdf", "Pas encore envoyé")
	s.press("Envoyer ma réponse")
	if n := len(s.desk.did); n != 2 || s.desk.did[1].(wire.AnswerCorrection).Request != q.ID {
		t.Fatalf("sent %v", s.desk.did)
	}

	s = open(t, true, mine(q))
	s.show(screen.To(screen.Correct, "id", string(q.ID)))
	s.field("Lieu de naissance").SetValue("")
	s.typeIn("Lieu de naissance", "Vesoul")
	// A question that the answer brings up is asked as well, and must be answered.
	s.choose("Votre enfant a un projet d'accueil individualisé (PAI)", 0)
	s.press("Envoyer ma réponse")
	if len(s.desk.did) != 0 {
		t.Fatalf("sent %+v", s.desk.did)
	}
	// What was written is there again, another time.
	s.show(screen.To(screen.Home))
	s.show(screen.To(screen.Correct, "id", string(q.ID)))
	if got := s.field("Lieu de naissance").Value(); got != "Vesoul" {
		t.Errorf("it is back as %q", got)
	}
	s.choose("Votre enfant a un projet d'accueil individualisé (PAI)", 1)
	s.press("Envoyer ma réponse")
	a, ok := s.desk.did[0].(wire.AnswerCorrection)
	if !ok || string(a.Answers) != `{"birthPlace":"Vesoul"}` {
		t.Fatalf("sent %s", a.Answers)
	}
	s.shows("En cours d'examen")
}

// What the bell tells of a request is read where it stands: on its page, and on
// the one on which it is corrected.
func TestTheBellIsReadOnTheRequestsPage(t *testing.T) {
	kittest.Light(t)
	for name, kind := range map[string]notices.Kind{screen.Request: notices.Decision, screen.Correct: notices.Correction} {
		q := askedFor()
		told := func(id, about portal.ID, kind notices.Kind) wire.Change {
			return change(wire.AccountFeed(me), wire.Notices, id, wire.Notice{ID: id, Kind: string(kind), About: about, At: now.UnixMicro()})
		}
		s := open(t, true, mine(q), told("n1", q.ID, kind), told("n2", "another", kind), told("n3", q.ID, notices.Message))
		s.show(screen.To(name, "id", string(q.ID)))
		if len(s.desk.did) != 1 || s.desk.did[0].(wire.ReadNotices).Notices[0] != "n1" || len(s.desk.did[0].(wire.ReadNotices).Notices) != 1 {
			t.Errorf("%s: sent %+v", name, s.desk.did)
		}
	}
}

func TestWhatWasCorrectedIsReadOldBesideNew(t *testing.T) {
	kittest.Light(t)
	q := request(portal.NewID(), requests.InReview, good(lea))
	q.Corrections = []wire.Correction{{N: 1, Asked: 1, Fields: []string{"birthPlace"}, Text: "Quel lieu ?", Answered: now.UnixMicro(), Reply: "Voici.", Before: json.RawMessage(`{"birthPlace":"Dole"}`)}}
	s := open(t, true, mine(q))
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.shows("Corrections", "Demandé par la mairie : Quel lieu ?", "Réponse : Voici.", "Avant", "Dole", "Après", "Besançon")
}

func TestARequestIsTakenBackAndMadeAgain(t *testing.T) {
	kittest.Light(t)
	q := request(portal.NewID(), requests.Submitted, good(lea))
	s := open(t, true, mine(q))
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.press("Retirer la demande")
	s.shows("Retirer cette demande ?")
	s.press("Garder la demande")
	if len(s.desk.did) != 0 {
		t.Fatal("it was taken back")
	}
	s.press("Retirer la demande")
	s.press("Retirer pour de bon")
	if a, ok := s.desk.did[0].(wire.WithdrawRequest); !ok || a.Request != q.ID {
		t.Fatalf("did %+v", s.desk.did)
	}
	s.shows("Retrait en attente d'envoi", "Retirée")
	s.hides("Retirer la demande")
	s.press("Refaire cette demande")
	if s.at.Name != screen.Fill {
		t.Fatalf("it leads to %s", s.at)
	}
	d := s.draft()
	if d.Answers.Text("child") != string(lea) || d.Answers.Text("birthPlace") != "Besançon" {
		t.Errorf("the copy holds %v", d.Answers)
	}
	for _, key := range []string{"canteen", "emergencyConsent", "class"} {
		if _, there := d.Answers[key]; there {
			t.Errorf("%s is taken over", key)
		}
	}
	if _, marked := d.Marks["birthPlace"]; !marked {
		t.Error("what is taken over is not marked")
	}
}

func TestAsForASisterOrBrother(t *testing.T) {
	kittest.Light(t)
	noe := portal.NewID()
	answers := good(lea)
	answers["doctorName"] = "Dr Roussel"
	earlier := request(portal.NewID(), requests.Accepted, answers)
	s := open(t, true, mine(earlier), change(wire.AccountFeed(me), wire.Children, noe, wire.Child{ID: noe, FirstName: "Noé", LastName: "Roy", BirthDate: "2021-09-30", Site: ferry, Class: "ps"}))
	d := newDraft(portal.NewID(), s.fiche())
	d.Terms, d.Saved = common().Terms.Version, now
	s.ctx = nil
	s.show(screen.To(screen.Home))
	room{s.ctx, s.desk}.about(d, s.fiche(), noe)
	_ = s.desk.Keep(draftKind, string(d.ID), d)
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "identity"))
	s.press("Comme pour Léa Roy")
	got := s.draft()
	if got.Answers.Text("doctorName") != "Dr Roussel" || got.Marks["doctorName"].Key != "sibling" || got.Marks["emergencyConsent"].Key != "" || got.Answers["allergens"] != nil || got.Answers.Text("firstNames") == "Tom" || got.Answers.Text("birthDate") != "2021-09-30" {
		t.Errorf("taken over: %v", got.Answers)
	}
	s.hides("Comme pour Léa Roy")
}

func TestTheProfileIsOfferedWithAMark(t *testing.T) {
	kittest.Light(t)
	address := json.RawMessage(`{"line1":"4 rue des Tilleuls","postcode":"25320","city":"Saint-Aubin-sur-Vesle","country":"FR"}`)
	s := open(t, true)
	s.desk.apply(change(wire.AccountFeed(me), wire.Accounts, me, wire.Account{ID: me, Kind: wire.Family, FirstName: "Anne", LastName: "Roy", Mobile: "+33612345678", Address: address}))
	s.show(screen.To(screen.Procedure, "id", "encombrants"))
	s.press("J'ai lu et j'accepte les conditions")
	s.press("Faire une demande en ligne")
	d := s.draft()
	if requests.AddressOf(d.Answers["pickup"]).Line1 != "4 rue des Tilleuls" || d.Answers.Text("phone") != "+33612345678" || d.Marks["pickup"].Key != "account" {
		t.Errorf("offered %v with %v", d.Answers, d.Marks)
	}
	if d.begun() {
		t.Error("a form that nobody has typed in counts as begun")
	}
}

// What the town hall knows of the child is offered by every form about one,
// also by one that makes no child.
func TestWhatIsKnownOfTheChildIsOffered(t *testing.T) {
	kittest.Light(t)
	for procedure, want := range map[string]map[string]string{
		"inscription-scolaire":  {"lastName": "Roy", "firstNames": "Léa", "birthDate": "2018-03-12"},
		"mercredis-et-vacances": {"birthDate": "2018-03-12"},
		"restauration-scolaire": {"school": string(ferry)},
		"accueil-matin-soir":    {"school": string(ferry)},
		"transport-scolaire":    {"school": string(ferry)},
	} {
		s := open(t, true)
		s.show(screen.To(screen.Fill, "id", procedure))
		test.Tap(kittest.All[*kit.Row](s.window)[0])
		s.settle()
		d := s.draft()
		for key, v := range want {
			if d.Answers.Text(key) != v || d.Marks[key].Key != "child" {
				t.Errorf("%s: %s is %v, marked %v", procedure, key, d.Answers[key], d.Marks[key])
			}
		}
	}
}

func TestRequestsAreChosenByStateAndPerson(t *testing.T) {
	kittest.Light(t)
	rows, _ := three()
	s := open(t, true, append(rows, mine(askedFor()))...)
	s.show(screen.To(screen.Requests))
	s.choose("État", 3)
	s.shows("Refusée", "Acceptée")
	s.hides("En cours d'examen")
	s.choose("Personne", 2)
	s.shows("Tom Roy")
	s.hides("Acceptée")
	s.choose("État", 1)
	s.shows("Aucune demande ne correspond à ce choix.")
	s.press("Effacer la recherche")
	s.shows("En cours d'examen", "Refusée", "Acceptée")
}

func TestTheReceiptAndTheDateOfTheAnswer(t *testing.T) {
	kittest.Light(t)
	q := request(portal.NewID(), requests.Submitted, good(lea))
	s := open(t, true, mine(q))
	s.show(screen.To(screen.Confirmed, "request", string(q.ID)))
	s.shows("Accusé de réception", "2026-000123", "16 novembre 2026 à 09:30", "Réponse de la mairie", "Attendue depuis le 19 novembre 2026")
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.shows("Attendue depuis le 19 novembre 2026", "vous pouvez appeler la mairie"[1:])
}

func TestADraftFromAnotherComputerIsGoneOnWith(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	form := requests.DraftForm{ID: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Request: portal.NewID(), Fresh: portal.NewID(), Page: "identity", Terms: common().Terms.Version}.
		With(requests.Answers{"child": string(lea), "lastName": "Roy", "birthPlace": "Vesoul"}, now.UnixMicro()-5e6)
	s.desk.apply(change(wire.AccountFeed(me), wire.Drafts, form.ID, form))
	s.show(screen.To(screen.Requests))
	s.shows("À terminer", "Fiche enfant")
	s.press("Reprendre")
	if got := s.field("Lieu de naissance").Value(); got != "Vesoul" {
		t.Fatalf("it says %q", got)
	}
	s.field("Lieu de naissance").SetValue("")
	s.typeIn("Lieu de naissance", "Dole")
	s.show(screen.To(screen.Home))
	var saved requests.DraftForm
	for _, a := range s.desk.did {
		if sd, ok := a.(wire.SaveDraft); ok {
			saved, _ = requests.DecodeDraft(sd.Draft)
		}
	}
	if saved.ID != form.ID || saved.Answers().Text("birthPlace") != "Dole" || saved.Request != form.Request {
		t.Fatalf("told %+v", saved)
	}
	// Of several states that wait only the newest is sent.
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(form.ID), "page", "identity"))
	s.typeIn("Lieu de naissance", "x")
	s.show(screen.To(screen.Home))
	if len(s.desk.outbox) != 1 {
		t.Errorf("%d states wait", len(s.desk.outbox))
	}
	// Sent elsewhere, it is gone here too.
	s.desk.outbox = nil
	q := request(form.Request, requests.Submitted, good(lea))
	s.desk.apply(mine(q), wire.Change{Feed: wire.AccountFeed(me), Collection: wire.Drafts, Entity: form.ID, Seq: 9, Deleted: true})
	s.show(screen.To(screen.Requests))
	s.hides("À terminer")
	if keys := s.desk.KeptKeys(draftKind); len(keys) != 0 {
		t.Errorf("it is kept: %v", keys)
	}
}

// shares waits until the person's other computers were told of an answer.
func (s *stage) shares(field, answer string) requests.DraftForm {
	s.t.Helper()
	for until := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		s.settle()
		for _, a := range s.desk.did {
			if sd, ok := a.(wire.SaveDraft); ok {
				if f, wrong := requests.DecodeDraft(sd.Draft); wrong == nil && f.Answers().Text(field) == answer {
					return f
				}
			}
		}
		if time.Now().After(until) {
			s.t.Fatal("nobody was told")
		}
	}
}

// What was written just before the program was ended reaches the other computers
// once its page is open again, without another word.
func TestAPageOpenedAgainReachesTheOtherComputers(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	quiet = 0
	a := good(lea)
	a["birthPlace"] = "Dole"
	s.fill(s.fiche(), a, "identity")
	s.shares("birthPlace", "Dole")
}

// What is typed reaches the person's other computers while one is still on the
// page, and the page says so once it is there, not before.
func TestAPageHalfFilledReachesTheOtherComputers(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	quiet = 0
	a := good(lea)
	delete(a, "birthPlace")
	d := s.fill(s.fiche(), a, "identity")
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "identity"))
	s.typeIn("Lieu de naissance", "Dole")
	f := s.shares("birthPlace", "Dole")
	const reached = "vos réponses vous attendent aussi"
	s.hides(reached)
	s.desk.outbox = nil
	s.desk.apply(change(wire.AccountFeed(me), wire.Drafts, f.ID, f))
	s.settle()
	s.shows(reached)
	quiet = time.Hour
	s.typeIn("Lieu de naissance", "x")
	s.hides(reached)
}

func TestADraftThrownAwayElsewhereIsGoneUnlessOneWroteOn(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	d := s.fill(s.fiche(), good(lea), "identity")
	s.show(screen.To(screen.Home))
	s.desk.outbox = nil
	s.desk.apply(change(wire.AccountFeed(me), wire.DroppedDrafts, d.ID, wire.DroppedDraft{ID: d.ID, At: now.UnixMicro() - 1e6}))
	s.show(screen.To(screen.Requests))
	s.shows("À terminer")
	s.desk.apply(change(wire.AccountFeed(me), wire.DroppedDrafts, d.ID, wire.DroppedDraft{ID: d.ID, At: now.UnixMicro() + 1e6}))
	s.show(screen.To(screen.Requests))
	s.hides("À terminer")
}

func TestWhatChangedInTheFormIsTold(t *testing.T) {
	kittest.Light(t)
	newer, former := newerForm(t)
	s := open(t, true)
	d := s.fill(s.fiche(), good(lea), "identity")
	s.show(screen.To(screen.Home))
	s.desk.apply(newer, former)
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "school"))
	s.shows("Le formulaire a changé depuis votre brouillon", "À répondre de nouveau : Lieu de naissance", "Nouvelles questions : Lieu de naissance")
	s.press("J'ai compris")
	s.hides("Le formulaire a changé")
	if got := s.draft(); got.Version != 2 || got.Answers.Text("lastName") != "Roy" {
		t.Errorf("carried to %+v", got)
	}
}
