package forms

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// several requests of the family's, in the states that people meet.
func three() (rows []wire.Change, ids []portal.ID) {
	for i, state := range []requests.State{requests.InReview, requests.Refused, requests.Accepted} {
		q := request(portal.NewID(), state, good(lea))
		q.Reference = "2026-00010" + string(rune('1'+i))
		q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 3600e6, Kind: string(requests.EventTaken), By: "Mme Martel"})
		switch state {
		case requests.Refused:
			q.Person, q.Reason = "Tom Roy", "L'adresse n'est pas dans la commune. Demandez d'abord une dérogation."
			q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 7200e6, Kind: string(requests.EventRefused), By: "Mme Martel", Text: q.Reason})
		case requests.Accepted:
			q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 7200e6, Kind: string(requests.EventAccepted), By: "Mme Martel"})
		}
		ids = append(ids, q.ID)
		rows = append(rows, change(wire.AccountFeed(me), wire.Requests, q.ID, q))
	}
	return rows, ids
}

func TestRequestsAreListedWithTheirStateAndFound(t *testing.T) {
	kittest.Light(t)
	rows, ids := three()
	s := open(t, true, rows...)
	s.show(screen.To(screen.Requests))
	s.shows("En cours d'examen", "Refusée", "Acceptée", "Léa Roy · n° 2026-000101 · 16 novembre 2026")
	for query, want := range map[string]string{"2026-000102": "Tom Roy", "tom": "Tom Roy", "refusee": "Tom Roy", "acceptte": "n° 2026-000103", "fiche": "n° 2026-000101"} {
		search(s, query)
		s.shows(want)
	}
	search(s, "xyzzy")
	s.shows("Aucune demande ne correspond à « xyzzy »")
	s.press("Effacer la recherche")
	// What the town hall decides is seen without a press.
	q := request(ids[0], requests.WaitingFamily, good(lea))
	s.desk.apply(change(wire.AccountFeed(me), wire.Requests, q.ID, q))
	s.settle()
	s.shows("Réponse attendue de vous")
	s.hides("En cours d'examen")
}

// A request that still needs an appointment says so in the list, until it has
// one.
func TestTheListSaysWhichAppointmentIsToBeTaken(t *testing.T) {
	kittest.Light(t)
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	const asked, held portal.ID = "0190b000-0000-7000-8000-0000000000c1", "0190b000-0000-7000-8000-0000000000c2"
	s := open(t, true,
		change(wire.TownFeed, wire.AppointmentServices, "titres", appointments.Service{ID: "titres", Slot: 15, Counters: 1, Most: 6, Weeks: 6, Hours: []appointments.Hours{{Weekday: time.Thursday, From: 9 * 60, To: 10 * 60}}}),
		change(wire.TownFeed, wire.Procedures, "papiers-d-identite", json.RawMessage(files["papiers-d-identite"])),
		change(wire.AccountFeed(me), wire.Requests, asked, wire.Request{ID: asked, Account: me, Procedure: "papiers-d-identite", Version: 2, State: "in_review", Person: "Léa Roy",
			Answers: json.RawMessage(`{"people":[{"name":"Léa Roy"}]}`)}))
	s.show(screen.To(screen.Requests))
	s.shows("Rendez-vous à prendre")
	start := portal.Date("2026-11-26").At(9, 0).UnixMicro()
	s.desk.apply(change(wire.AccountFeed(me), wire.Appointments, held, wire.Appointment{ID: held, Request: asked, Service: "titres", Start: start, End: start + 900e6, Counter: 1, People: 1, State: "booked", Made: 1}))
	s.settle()
	s.hides("Rendez-vous à prendre")
}

func TestTheThreeEmptyListsOfRequests(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.show(screen.To(screen.Requests))
	s.shows("Vous n'avez pas encore fait de demande")
	s.hides("Toutes les demandes", "Tout le monde")
	s.press("Faire une demande")
	if s.at.Name != screen.Procedures {
		t.Errorf("it leads to %s", s.at)
	}
	s.desk.view.Replace(cache.Snapshot{Rows: townRows()})
	s.show(screen.To(screen.Requests))
	s.shows("Ces informations ne sont pas encore arrivées")
}

func TestDraftsStandFirstAndAreDeletedUndoably(t *testing.T) {
	kittest.Light(t)
	rows, _ := three()
	s := open(t, true, rows...)
	d := s.fill(s.fiche(), good(lea), "school")
	s.show(screen.To(screen.Requests))
	texts := strings.Join(kittest.Texts(s.window), "|")
	if a, b := strings.Index(texts, "À terminer"), strings.Index(texts, "Envoyées"); a < 0 || b < a {
		t.Errorf("drafts stand at %d, requests at %d", a, b)
	}
	s.press("Supprimer le brouillon")
	s.hides("À terminer")
	s.shows("Brouillon supprimé.")
	if len(s.desk.KeptKeys(draftKind)) != 0 {
		t.Error("the draft is kept")
	}
	s.press("Annuler")
	s.shows("À terminer")
	if got := s.draft(); got.ID != d.ID || len(got.Answers) != len(d.Answers) {
		t.Errorf("back is %+v", got)
	}
	s.press("Reprendre")
	if s.at.Name != screen.Fill || s.at.Arg("draft") != string(d.ID) {
		t.Errorf("it leads to %s", s.at)
	}
}

func TestARequestTellsAllThatHappened(t *testing.T) {
	kittest.Light(t)
	rows, ids := three()
	s := open(t, true, rows...)
	s.show(screen.To(screen.Request, "id", string(ids[0])))
	s.shows("En cours d'examen", "Demande reçue par la mairie", "16 novembre 2026 à 09:30", "Un agent examine la demande", "Mme Martel",
		"Réponse de la mairie", "Attendue depuis le 19 novembre 2026", "Vos réponses", "Besançon", "Léa Roy", "Certificat de vaccinations")
	s.show(screen.To(screen.Request, "id", string(ids[1])))
	s.shows("La mairie a refusé cette demande", "L'adresse n'est pas dans la commune. Demandez d'abord une dérogation.", "Demande refusée")
	s.hides("Réponse de la mairie", "Certificat de vaccinations")
	// One way to ask again, which leads to what was answered.
	if n := len(kittest.All[*kit.Button](s.window)); n != 3 { // the way back, asking again, writing
		t.Errorf("%d buttons: %q", n, kittest.Texts(s.window))
	}
	s.press("Refaire cette demande")
	if s.at.Name != screen.Fill || s.draft().Answers.Text("birthPlace") != "Besançon" {
		t.Errorf("it leads to %s with %v", s.at, s.draft().Answers)
	}
	// Live: the decision comes while one looks.
	s.show(screen.To(screen.Request, "id", string(ids[0])))
	q := request(ids[0], requests.Accepted, good(lea))
	q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 7200e6, Kind: string(requests.EventAccepted)})
	s.desk.apply(change(wire.AccountFeed(me), wire.Requests, q.ID, q))
	s.settle()
	s.shows("Demande acceptée", "Acceptée")
	s.show(screen.To(screen.Request, "id", "nothing"))
	s.shows("Cette demande n'est pas ici.")
}

// submitted sends a request from the recap.
func submitted(s *stage, a requests.Answers) wire.SubmitRequest {
	s.t.Helper()
	s.fill(s.fiche(), a, stepRecap)
	s.press(say("recap.save"))
	if len(s.desk.sent) != 1 {
		s.t.Fatalf("%d were sent; there is %q", len(s.desk.sent), kittest.Texts(s.window))
	}
	return s.desk.sent[0]
}

func TestARefusedSendingIsToldAndTakenUpAgain(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	sent := submitted(s, good(lea))
	s.show(screen.To(screen.Request, "id", string(sent.Request)))
	s.shows("En attente d'envoi", "Enregistrée sur cet ordinateur", "Envoi à la mairie")
	s.show(screen.To(screen.Requests))
	s.shows("En attente d'envoi", "23 novembre 2026")

	pending := s.desk.outbox[0]
	s.desk.outbox = nil
	s.desk.refuse = []cache.Refusal{{Pending: pending, Verdict: wire.Verdict{Command: pending.ID, Error: portal.E(portal.Missing, "answers.guardians[0].phone")}}}
	s.desk.apply()
	s.settle()
	s.shows("n'a pas pu être enregistrée par la mairie : Fiche enfant · Léa Roy", "Téléphone : Répondez à cette question pour continuer.")
	s.show(screen.To(screen.Confirmed, "request", string(sent.Request)))
	s.shows("n'a pas pu être enregistrée par la mairie")
	s.show(screen.To(screen.Request, "id", string(sent.Request)))
	s.shows("n'a pas pu être enregistrée par la mairie", "Besançon")

	s.press("Reprendre le formulaire")
	if s.at.Name != screen.Fill || len(s.desk.read) != 1 || s.desk.read[0] != pending.ID {
		t.Fatalf("it leads to %s, read %v", s.at, s.desk.read)
	}
	s.shows("n'a pas pu être enregistrée la première fois", "Votre demande n'est pas encore envoyée", "Besançon")
	d := s.draft()
	if d.Request == sent.Request || string(d.Answers.Encode()) != string(sent.Answers) || d.person(s.fiche()) != lea {
		t.Errorf("the draft is %+v", d)
	}
	s.press("Enregistrer")
	if len(s.desk.sent) != 2 || s.desk.sent[1].Request == sent.Request {
		t.Errorf("sent %+v", s.desk.sent)
	}
	checkedAsServer(t, s, s.desk.sent[1])
}

func TestARefusedNewChildKeepsItsId(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	tom := portal.NewID()
	a := wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Child: tom, Answers: json.RawMessage(good(tom).Encode()), Terms: true}
	body, err := wire.NewCommand(portal.NewID(), wire.RequestSubmit, a)
	if err != nil {
		t.Fatal(err)
	}
	s.desk.refuse = []cache.Refusal{{Pending: cache.Pending{ID: portal.NewID(), Body: body, Note: cache.Note{Key: NoteSubmit, Args: map[string]string{"Procedure": "Fiche enfant", "Person": "Tom Roy"}}},
		Verdict: wire.Verdict{Error: portal.E(portal.Conflict, "version")}}}
	s.desk.apply()
	s.show(screen.To(screen.Requests))
	s.shows("Le formulaire a changé depuis.")
	s.press("Reprendre le formulaire")
	s.shows("Tom Roy")
	s.press("Enregistrer")
	if sent := s.desk.sent[0]; sent.Child != tom {
		t.Errorf("the child is %s, not %s", sent.Child, tom)
	}
	checkedAsServer(t, s, s.desk.sent[0])
}

// Every state, event and action of a request's life has its word and sign.
func TestEveryStateEventAndActionHasItsWord(t *testing.T) {
	kittest.Light(t)
	for _, lang := range i18n.Languages() {
		i18n.SetLanguage(lang)
		states := []string{view.StatePending}
		for _, st := range requests.States {
			states = append(states, string(st))
		}
		for _, st := range states {
			if _, icon, word := StateLook(st); strings.HasPrefix(word, "[") || !look.HasIcon(icon) {
				t.Errorf("%s: state %s is %q %q", lang, st, icon, word)
			}
		}
		for _, e := range []requests.EventKind{requests.EventCreated, requests.EventSubmitted, requests.EventTaken, requests.EventReleased, requests.EventAsked,
			requests.EventAnswered, requests.EventAccepted, requests.EventRefused, requests.EventClosed, requests.EventReopened, requests.EventWithdrawn,
			requests.EventMessage, requests.EventDocumentSent, requests.EventDocumentValid, requests.EventDocumentRejected} {
			if _, icon := eventLook(string(e)); strings.HasPrefix(EventWord(string(e)), "[") || !look.HasIcon(icon) {
				t.Errorf("%s: event %s", lang, e)
			}
		}
		for _, tr := range requests.Transitions {
			if strings.HasPrefix(ActionWord(tr.Action), "[") {
				t.Errorf("%s: action %s", lang, tr.Action)
			}
		}
	}
}

func TestTheFormatterWritesAsPeopleDo(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	tom := portal.NewID()
	f := NewFormatter(s.desk.view, map[portal.ID]string{tom: "Tom Roy"})
	for got, want := range map[string]string{
		f.Date("2019-03-12"): "12\u00a0mars 2019", f.Month("2019-03"): "mars 2019", f.Time("08:30"): "8 h 30", f.Money(1250): "12,50\u00a0€",
		f.Number(1250.5): "1\u202f250,5", f.Number(-0.5): "−0,5", f.YesNo(true): "Oui", f.Phone("+33612345678"): "06 12 34 56 78", f.Phone("+32470123456"): "+32470123456",
		f.Person(string(lea)): "Léa Roy", f.Person(string(tom)): "Tom Roy", f.Person(requests.New): "Nouvel enfant", f.Sourced("sites", string(ferry)): "Jules-Ferry",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	i18n.SetLanguage(i18n.English)
	if got := f.Time("08:30") + f.Number(0.5); got != "8:300.5" {
		t.Error(got)
	}
}

// Who has seen a request has read what was decided about it.
func TestSeeingARequestReadsItsDecision(t *testing.T) {
	kittest.Light(t)
	rows, ids := three()
	s := open(t, true, rows...)
	s.show(screen.To(screen.Home))
	q, _ := s.desk.view.Request(ids[1])
	r := room{s.ctx, s.desk}
	if !r.toRead(q) {
		t.Fatal("nothing is to be read")
	}
	s.show(screen.To(screen.Request, "id", string(ids[1])))
	if r.toRead(q) {
		t.Error("it was seen, and is still to be read")
	}
}

// Of hundreds of requests the newest are shown, each press shows more, and the
// search looks at all of them.
func TestALongListIsShownInParts(t *testing.T) {
	kittest.Light(t)
	var rows []wire.Change
	for i := range 120 {
		q := request(portal.NewID(), requests.InReview, good(lea))
		q.Reference, q.Submitted = fmt.Sprintf("2026-%06d", i+1), q.Submitted+int64(i)*60e6
		rows = append(rows, change(wire.AccountFeed(me), wire.Requests, q.ID, q))
	}
	s := open(t, true, rows...)
	s.show(screen.To(screen.Requests))
	s.shows("2026-000120", "2026-000106", "Afficher la suite (105)")
	s.hides("2026-000105")
	s.press("Afficher la suite (105)")
	s.shows("2026-000056", "Afficher la suite (55)")
	search(s, "2026-000007")
	s.shows("n° 2026-000007")
	s.hides("n° 2026-000120", "Afficher la suite")
}
