package forms

import (
	"encoding/json"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// checkedAsServer judges a submission as the town hall's side does.
func checkedAsServer(t *testing.T, s *stage, a wire.SubmitRequest) requests.Answers {
	t.Helper()
	answers, wrong := requests.Decode(a.Answers)
	if wrong != nil {
		t.Fatal(wrong)
	}
	ctx := requests.Context{Today: portal.DateOf(now), People: []portal.ID{lea, a.Child}, Sources: map[string][]requests.Choice{"sites": {{ID: string(ferry)}, {ID: string(till)}}}}
	if !a.Child.Valid() || answers.Text("child") != string(a.Child) || !a.Terms || !a.Request.Valid() {
		t.Errorf("child %q, named %q, terms %v, request %q", a.Child, answers.Text("child"), a.Terms, a.Request)
	}
	if es := requests.Check(s.fiche(), answers, ctx, ""); len(es) > 0 {
		t.Errorf("the answers would be refused: %v", es)
	}
	return answers
}

// The whole of it as a person does it: by keys, from the start to the number.
func TestANewChildIsRegistered(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.press("J'ai lu et j'accepte les conditions")
	s.press("Faire une demande en ligne")
	s.shows("1 sur 7", "Léa Roy", "Ajouter un enfant", "pour un frère ou une sœur, faites une autre demande")
	s.press("Ajouter un enfant, Un enfant que la mairie ne connaît pas encore")
	s.shows("2 sur 7", "Identité de l'enfant")
	fresh := s.draft().Fresh
	if s.draft().Answers.Text("child") != string(fresh) || !fresh.Valid() {
		t.Fatalf("the child is %q", s.draft().Answers.Text("child"))
	}

	s.typeIn("Nom de famille", "Roy")
	s.typeIn("Prénoms", "Tom")
	s.date("Date de naissance", "2", "5", "2020")
	s.typeIn("Lieu de naissance", "Besançon")
	s.press("Suivant")
	s.shows("3 sur 7")
	s.choose("École", 0)
	s.choose("Classe", 4)
	s.press("Suivant")

	s.shows("4 sur 7", "Responsable légal 1", "Repris de votre profil")
	if s.field("Nom").Value() != "Roy" || s.field("Téléphone").Value() != "06 12 34 56 78" || s.field("Adresse électronique").Value() != "anne.roy@exemple.fr" {
		t.Errorf("the guardian is %q %q %q", s.field("Nom").Value(), s.field("Téléphone").Value(), s.field("Adresse électronique").Value())
	}
	s.choose("Lien avec l'enfant", 0)
	s.choose("Vit avec l'enfant", 0)
	s.hides("Repris de votre profil")
	s.press("Suivant")
	s.shows("5 sur 7", "Personnes autorisées")
	s.press("Suivant")
	s.shows("6 sur 7")
	s.choose("Repas", 0)
	s.choose("a une allergie", 0)
	s.press("Œufs")
	s.choose("(PAI)", 1)
	s.press("Suivant")
	s.shows("7 sur 7", "ouvre seulement le droit de réserver")
	s.press("Suivant")
	s.shows("Cochez la restauration scolaire : cela ouvre le droit de réserver des repas, sans en réserver aucun.")
	kittest.Find[*kit.LinkButton](s.window, "Restauration scolaire").Tapped(nil)
	kittest.Key(s.window, fyne.KeySpace)
	s.choose("soigner mon enfant", 0)
	s.choose("publier des photos", 1)
	s.press("Suivant")

	s.shows("Récapitulatif", "Votre demande n'est pas encore envoyée", "Tom Roy", "2 mai 2020", "Jules-Ferry", "06 12 34 56 78", "Non renseigné", "Justificatifs à envoyer ensuite")
	s.press("Enregistrer")
	if len(s.desk.sent) != 1 {
		t.Fatalf("%d requests were sent", len(s.desk.sent))
	}
	sent := s.desk.sent[0]
	answers := checkedAsServer(t, s, sent)
	if sent.Child != fresh || sent.Procedure != "fiche-enfant" || sent.Version != s.fiche().Version {
		t.Errorf("sent %+v", sent)
	}
	if child, _ := requests.Child(s.fiche(), answers); child.FirstName != "Tom" || child.BirthDate != "2020-05-02" || child.Site != ferry || child.Class != "cp" || child.Health.Allergies != "Œufs" {
		t.Errorf("the child is %+v", child)
	}
	if n := s.desk.notes[len(s.desk.notes)-1]; words(n.Key, "Procedure", n.Args["Procedure"], "Person", n.Args["Person"]) != "Demande : Fiche enfant, Tom Roy" {
		t.Errorf("the note is %+v", n)
	}
	if len(s.desk.things) != 0 {
		t.Errorf("drafts are left: %v", s.desk.KeptKeys(draftKind))
	}

	// Off line it waits; the number comes by itself.
	if s.at.Name != screen.Confirmed {
		t.Fatalf("it leads to %s", s.at)
	}
	s.shows("Votre demande est enregistrée", "Fiche enfant · Tom Roy", "Elle partira dès que la connexion revient", "Certificat de vaccinations")
	landed := request(sent.Request, requests.Submitted, answers)
	landed.Reference = "2026-000777"
	s.desk.outbox = nil
	s.desk.apply(change(wire.AccountFeed(me), wire.Requests, landed.ID, landed))
	s.settle()
	s.shows("Numéro 2026-000777", "Attendue depuis le 19 novembre 2026", "Réservation dans l'agenda")
	s.hides("Elle partira")
	s.press("Ouvrir l'agenda")
	if s.at.Name != screen.Agenda {
		t.Errorf("it leads to %s", s.at)
	}
}

func TestConditionsShowAndHideWhileOneTypes(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.fill(s.fiche(), requests.Answers{"child": string(lea)}, "health")
	s.hides("Aliments à éviter", "Que faut-il faire")
	s.choose("a une allergie", 0)
	s.shows("Aliments à éviter")
	if f, ok := s.window.Canvas().Focused().(fyne.CanvasObject); !ok || !f.Visible() {
		t.Error("the focus was lost")
	}
	s.press("Autre")
	s.shows("Autre aliment à éviter")
	s.typeIn("Autre aliment à éviter", "Kiwi")
	s.choose("a une allergie", 1)
	s.hides("Aliments à éviter", "Autre aliment")
	// What was typed is still there when it is asked again, also another day.
	if s.draft().Answers.Text("otherAllergen") != "Kiwi" {
		t.Errorf("the draft lost it: %v", s.draft().Answers)
	}
	s.choose("a une allergie", 0)
	if got := s.field("Autre aliment à éviter").Value(); got != "Kiwi" {
		t.Errorf("it says %q", got)
	}
}

func TestTheDraftIsKeptAtEveryFieldAndRestored(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	d := s.fill(s.fiche(), requests.Answers{"child": string(lea)}, "identity")
	s.field("Nom de famille").Focus()
	kittest.Type(s.window, "Ro")
	s.settle()
	if got := s.draft().Answers.Text("lastName"); got != "Ro" {
		t.Errorf("after two letters the draft says %q", got)
	}
	kittest.Type(s.window, "y")
	// The window is closed without leaving the field.
	s.ctx.Leave()
	s.settle()
	s.shows("Enregistré à 10:42")
	s.ctx = nil
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID)))
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "identity"))
	if got := s.field("Nom de famille").Value(); got != "Roy" {
		t.Errorf("restored, it says %q", got)
	}
}

func TestAFullDiskIsToldAndLosesNothing(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	a := good(lea)
	s.fill(s.fiche(), a, "identity")
	s.desk.full = true
	s.typeIn("Lieu de naissance", "!")
	s.shows("Le brouillon n'a pas pu être gardé.")
	s.press("Suivant")
	s.shows("la place manque peut-être sur le disque", "Identité de l'enfant")
	s.desk.full = false
	s.press("Suivant")
	s.shows("École et classe")
	if s.draft().Answers.Text("birthPlace") == a.Text("birthPlace") {
		t.Error("what was typed meanwhile is lost")
	}
}

func TestAFieldIsJudgedWhenLeft(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.fill(s.fiche(), requests.Answers{"child": string(lea)}, "identity")
	s.field("Date de naissance").Focus()
	for _, part := range []string{"2", "5", "1990"} {
		kittest.Type(s.window, part)
		s.hides("moins de 18 ans")
		kittest.Key(s.window, fyne.KeyTab)
	}
	s.shows("Indiquez la date de naissance d'un enfant de moins de 18 ans.")
	s.typeIn("Nom de famille", "R0y")
	s.shows("Écrivez le nom en lettres")
}

func TestMistakesAreListedAndJumpedTo(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.fill(s.fiche(), requests.Answers{"child": string(lea)}, "identity")
	s.press("Suivant")
	s.shows("Il reste 4 réponses à compléter", "Répondez à cette question pour continuer.")
	if s.window.Canvas().Focused() == nil {
		t.Error("nothing has the focus")
	}
	links := kittest.All[*kit.LinkButton](s.window)
	var names []string
	for _, l := range links {
		names = append(names, l.Text())
	}
	if strings.Join(names, "|") != "Nom de famille|Prénoms|Date de naissance|Lieu de naissance" {
		t.Errorf("the list leads to %q", names)
	}
	// What was told to be missing is still told where one passes by.
	s.press("Prénoms")
	kittest.Key(s.window, fyne.KeyTab)
	s.settle()
	if s.field("Prénoms").Mistake() == "" {
		t.Error("a field left empty forgets that it was missing")
	}
	s.press("Lieu de naissance")
	kittest.Type(s.window, "Dole")
	if got := s.field("Lieu de naissance").Value(); got != "Dole" {
		t.Errorf("the link did not lead to its field: %q", got)
	}
	s.press("Suivant")
	s.shows("Il reste 3 réponses à compléter")
	// A date half typed is a mistake of its own, not one that is missing.
	s.field("Date de naissance").Focus()
	kittest.Type(s.window, "12")
	s.press("Suivant")
	s.shows("Indiquez une date qui existe")
}

func TestEntriesOfAGroup(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.fill(s.fiche(), good(lea), "guardians")
	s.shows("Responsable légal 1")
	s.hides("Retirer")
	s.press("Responsable légal supplémentaire")
	s.shows("Responsable légal 2", "Retirer")
	kittest.Type(s.window, "Petit")
	s.settle()
	if rows := s.draft().Answers.Rows("guardians"); len(rows) != 2 || rows[1].Text("lastName") != "Petit" {
		t.Fatalf("the draft has %v", rows)
	}
	s.press("Suivant")
	s.shows("Il reste 4 réponses à compléter")
	// The first is taken out and had back.
	s.press("Retirer")
	s.hides("Responsable légal 2")
	if rows := s.draft().Answers.Rows("guardians"); len(rows) != 1 || rows[0].Text("lastName") != "Petit" {
		t.Errorf("the draft has %v", rows)
	}
	s.press("Annuler")
	if rows := s.draft().Answers.Rows("guardians"); len(rows) != 2 || rows[0].Text("lastName") != "Roy" {
		t.Errorf("the draft has %v", rows)
	}
	// A rule over the whole group is told at the group, and goes by an answer
	// within it.
	a := good(lea)
	a["guardians"].([]any)[0].(map[string]any)["livesWithChild"] = false
	s.desk.things = map[string]json.RawMessage{}
	s.fill(s.fiche(), a, "guardians")
	s.press("Suivant")
	s.shows("Indiquez au moins un responsable qui vit avec l'enfant")
	s.choose("Vit avec l'enfant", 0)
	lines := 0
	for _, text := range kittest.Texts(s.window) {
		if strings.Contains(text, "Indiquez au moins un responsable qui vit") {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("the mistake is told %d times; it stays in the list alone until the next press", lines)
	}
	s.press("Suivant")
	s.shows("5 sur 7")
}

func TestALinkedChildIsFilledInAndMarked(t *testing.T) {
	kittest.Light(t)
	earlier := good(lea)
	earlier["doctorName"], earlier["firstNames"], earlier["birthPlace"] = "Morel", "Lea", "Dole"
	q := request(portal.NewID(), requests.Accepted, earlier)
	s := open(t, true, change(wire.AccountFeed(me), wire.Requests, q.ID, q))
	s.fill(s.fiche(), nil, "")
	s.shows("1 sur 7", "Naissance : 12 mars 2018 · Jules-Ferry")
	s.press("Léa Roy, Naissance : 12\u00a0mars 2018 · Jules-Ferry")
	s.shows("Repris de ce que la mairie sait de Léa : à vérifier.", "Repris de votre demande du 16")
	d := s.draft()
	if d.Answers.Text("firstNames") != "Léa" || d.Answers.Text("birthPlace") != "Dole" || d.Answers.Text("class") != "ce2" || d.Answers.Text("doctorName") != "Morel" {
		t.Errorf("filled in: %v", d.Answers)
	}
	// Touched, an answer is the person's own.
	s.typeIn("Lieu de naissance", "!")
	s.hides("Repris de votre demande du 16")
	// Another person takes out what was filled in for the first, not what was
	// typed.
	s.press("Retour")
	s.press("Ajouter un enfant, Un enfant que la mairie ne connaît pas encore")
	d = s.draft()
	if d.Answers.Text("firstNames") != "" || d.Answers.Text("doctorName") != "" || !strings.Contains(d.Answers.Text("birthPlace"), "!") {
		t.Errorf("for the other child: %v", d.Answers)
	}
	if d.Answers.Text("child") != string(d.Fresh) {
		t.Error("the new child has not the fresh id")
	}
}

func TestModifierReturnsToTheRecap(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	d := s.fill(s.fiche(), good(lea), stepRecap)
	edits := 0
	for _, b := range kittest.All[*kit.Button](s.window) {
		if b.Text() == "Modifier" {
			edits++
		}
	}
	if edits != 7 {
		t.Errorf("%d parts can be changed", edits)
	}
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "health", argThen, stepRecap))
	s.shows("Santé et repas", "Revenir au récapitulatif")
	s.choose("Repas", 2)
	s.press("Revenir au récapitulatif")
	s.shows("Récapitulatif", "Végétarien")
	for _, b := range kittest.All[*kit.Button](s.window) {
		if b.Text() == "Modifier" {
			b.Tapped(nil)
			break
		}
	}
	s.settle()
	s.shows("Choisi", "Revenir au récapitulatif")
	s.press("Retour")
	s.shows("Récapitulatif")
	s.press("Retour")
	s.shows("7 sur 7")
}

func TestTheRecapLeadsToWhatIsMissing(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	a := good(lea)
	delete(a, "canteen")
	delete(a, "birthPlace")
	s.fill(s.fiche(), a, stepRecap)
	s.press("Enregistrer")
	s.shows("Il reste 2 réponses à compléter")
	if len(s.desk.sent) != 0 {
		t.Fatal("it was sent")
	}
	s.press("Lieu de naissance")
	s.shows("2 sur 7", "Il reste 1 réponse à compléter")
	kittest.Type(s.window, "Dole")
	s.press("Revenir au récapitulatif")
	s.press("Enregistrer")
	s.shows("Il reste 1 réponse à compléter")
	s.press("Restauration scolaire")
	kittest.Key(s.window, fyne.KeySpace)
	s.press("Revenir au récapitulatif")
	s.press("Enregistrer")
	if len(s.desk.sent) != 1 {
		t.Fatal("it was not sent")
	}
	checkedAsServer(t, s, s.desk.sent[0])
}

func TestTheTermsAreAskedAgainWhenTheyHaveChanged(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	d := s.fill(s.fiche(), good(lea), stepRecap)
	d.Terms--
	s.again(d)
	s.press("Enregistrer")
	s.shows("Lisez les conditions, puis cochez cette case")
	s.press("J'ai lu et j'accepte les conditions")
	s.press("Enregistrer")
	if len(s.desk.sent) != 1 || !s.desk.sent[0].Terms {
		t.Errorf("sent %v", s.desk.sent)
	}
}

func TestADraftOfAnOlderFormIsCarriedOver(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	d := s.fill(s.fiche(), good(lea), "identity")
	d.Version, d.Answers["oldQuestion"] = 0, "x"
	s.again(d)
	s.shows("Le formulaire a changé depuis votre brouillon")
	s.press("Suivant")
	s.shows("3 sur 7")
	if _, there := s.draft().Answers["oldQuestion"]; there || s.draft().Version != s.fiche().Version {
		t.Errorf("the draft is %+v", s.draft())
	}
}

func TestARequestThatCannotBeKeptStaysOnTheRecap(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.fill(s.fiche(), good(lea), stepRecap)
	s.desk.full = true
	s.press("Enregistrer")
	s.shows("Cela n'a pas pu être fait sur cet ordinateur.", "Récapitulatif")
	s.desk.full = false
	s.press("Enregistrer")
	if s.at.Name != screen.Confirmed || len(s.desk.sent) != 1 {
		t.Errorf("it leads to %s with %d sent", s.at, len(s.desk.sent))
	}
}

// An agent reads procedures and fills nothing in.
func TestAnAgentFillsNothingIn(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.desk.person.Agent = true
	s.show(screen.To(screen.Fill, "id", "fiche-enfant"))
	s.shows("La fiche enfant réunit")
	s.hides("1 sur 7", "Faire une demande en ligne")
}

// What a group lacks as a whole is not counted beside the mistakes of its
// entries that explain it, on its page as on the recap.
func TestAGroupsMistakeIsCountedOnce(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	a := good(lea)
	first := a["guardians"].([]any)[0].(map[string]any)
	delete(first, "relation")
	delete(first, "livesWithChild")
	s.fill(s.fiche(), a, "guardians")
	s.press("Suivant")
	s.shows("Il reste 2 réponses à compléter")
	s.hides("Indiquez au moins un responsable qui vit")
	var names []string
	for _, l := range kittest.All[*kit.LinkButton](s.window) {
		names = append(names, l.Text())
	}
	if strings.Join(names, "|") != "Lien avec l'enfant|Vit avec l'enfant" {
		t.Errorf("the list leads to %q", names)
	}
	s.desk.things = map[string]json.RawMessage{}
	s.fill(s.fiche(), a, stepRecap)
	s.press("Enregistrer")
	s.shows("Il reste 2 réponses à compléter")
}

// inSight tells whether a button stands within the window as the page opens.
func (s *stage) inSight(label string) bool {
	b := kittest.Find[*kit.Button](s.window, label)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
	return at.Y >= 0 && at.Y+b.Size().Height <= s.window.Canvas().Size().Height
}

// However much was answered or is asked for later, the way on is in sight.
func TestTheWayOnIsInSight(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.size = fyne.NewSize(816, 483) // what the frame leaves at 1024 × 600
	s.fill(s.fiche(), good(lea), stepRecap)
	if !s.inSight("Enregistrer") {
		t.Error("the recap opens without its button")
	}
	s.press("Enregistrer")
	s.shows("Il manque 3 justificatifs")
	if !s.inSight("Ouvrir l'agenda") {
		t.Error("the confirmation opens without the way to the agenda")
	}
}
