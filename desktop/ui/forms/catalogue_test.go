package forms

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
)

func search(s *stage, text string) {
	kittest.Find[*kit.SearchField](s.window, "").SetText(text)
	s.settle()
}

func TestTheCatalogueStandsInGroupsAndForgivesSlips(t *testing.T) {
	kittest.Light(t)
	s := open(t, false)
	s.show(screen.To(screen.Procedures))
	s.shows("École et enfance", "État civil", "Mes données", "Fiche enfant", "Acte de naissance", "En ligne")
	for query, want := range map[string]string{"cantine": "Fiche enfant", "CANTINNE": "Fiche enfant", "etat civl": "", "naisance": "Acte de naissance", "déchets": "Enlèvement d'encombrants"} {
		search(s, query)
		if want != "" {
			s.shows(want)
		}
		s.hides("École et enfance")
	}
	search(s, "xyzzy")
	s.shows("Aucune démarche ne correspond à « xyzzy »")
	s.press("Effacer la recherche")
	s.shows("École et enfance")
}

func TestEnterOpensTheBestOfWhatWasFound(t *testing.T) {
	kittest.Light(t)
	s := open(t, false)
	s.show(screen.To(screen.Procedures))
	kittest.Type(s.window, "fiche enf")
	kittest.Key(s.window, fyne.KeyReturn)
	if s.at.Name != screen.Procedure || s.at.Arg("id") != "fiche-enfant" {
		t.Errorf("Enter leads to %s", s.at)
	}
}

func TestTheCatalogueTellsWhyItIsEmpty(t *testing.T) {
	kittest.Light(t)
	s := open(t, false)
	s.desk.view.Replace(cache.Snapshot{})
	s.show(screen.To(screen.Procedures))
	s.shows("Ces informations ne sont pas encore arrivées sur cet ordinateur")
	s.desk.apply(townRows()[0])
	s.settle()
	s.shows("La mairie n'a pas encore ouvert de démarche ici.")
	// What arrives is shown without a press.
	s.desk.apply(townRows()...)
	s.settle()
	s.shows("Fiche enfant")
}

func TestAProcedureIsReadSignedOut(t *testing.T) {
	kittest.Light(t)
	s := open(t, false)
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.shows("La fiche enfant réunit", "Environ 15 minutes", "sous 3 jours ouvrés", "Certificat de vaccinations", "Selon votre situation")
	s.hides("J'ai lu", "Code de l'éducation")
	s.press("Ce que dit la loi, et ce que deviennent vos réponses")
	s.shows("Code de l'éducation")
	s.press("Faire une demande en ligne")
	if s.at.Name != screen.SignIn || s.after.String() != "parvis://demarche?id=fiche-enfant" {
		t.Errorf("it leads to %s, and after signing in to %s", s.at, s.after)
	}
	if s.at.Arg("for") != "fiche-enfant" {
		t.Errorf("the sign-in is not told what for: %s", s.at)
	}
}

// What is done at the town hall takes no time here, and nothing is sent later.
func TestAProcedureOfTheTownHallSaysNothingOfAForm(t *testing.T) {
	kittest.Light(t)
	s := open(t, false, atTownHall("acte-de-mariage"))
	s.show(screen.To(screen.Procedure, "id", "acte-de-mariage"))
	s.shows("Cette démarche se fait à la mairie", "Réponse")
	s.hides("Temps pour remplir", "vous donnerez le reste plus tard")
}

func TestTheIndispensableIsToldFirst(t *testing.T) {
	kittest.Light(t)
	s := open(t, false)
	for _, p := range s.desk.view.Procedures() {
		first := -1
		for i, d := range p.Documents {
			if d.Indispensable && first < 0 {
				first = i
			}
		}
		if first < 0 {
			continue
		}
		s.show(screen.To(screen.Procedure, "id", p.ID))
		rows := kittest.All[*kit.Row](s.window)
		if label := rows[0].AccessibilityLabel(); label == "" || label[len(label)-len("Indispensable"):] != "Indispensable" {
			t.Errorf("%s tells %q first", p.ID, label)
		}
		return
	}
	t.Error("no procedure asks for anything indispensable")
}

func TestWhatIsNotOnLineSaysHowItIsDone(t *testing.T) {
	kittest.Light(t)
	s := open(t, true, atTownHall("acte-de-naissance"))
	s.show(screen.To(screen.Procedure, "id", "acte-de-naissance"))
	s.shows("Cette démarche se fait à la mairie", "1 place de la Mairie", "03 81 00 00 00")
	s.hides("Faire une demande en ligne", "J'ai lu")
	// A form that cannot be sent is not opened by its address either.
	s.show(screen.To(screen.Fill, "id", "acte-de-naissance"))
	s.shows("Cette démarche se fait à la mairie")
}

func TestTheTermsAreExplainedBesideTheBox(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.press("Faire une demande en ligne")
	s.shows("Lisez les conditions, puis cochez cette case pour commencer.")
	if s.at.Name != screen.Procedure || len(s.desk.KeptKeys(draftKind)) != 0 {
		t.Fatalf("it went on to %s with %d drafts", s.at, len(s.desk.KeptKeys(draftKind)))
	}
	s.press("Lire les conditions")
	if s.ctx.Dialogs.Open() != "Conditions d'utilisation" {
		t.Errorf("the dialog is %q", s.ctx.Dialogs.Open())
	}
	kittest.Key(s.window, fyne.KeyEscape)
	s.press("J'ai lu et j'accepte les conditions")
	s.hides("Lisez les conditions, puis")
	s.press("Faire une demande en ligne")
	if s.at.Name != screen.Fill || s.draft().Terms != common().Terms.Version {
		t.Errorf("it leads to %s, terms %d", s.at, s.draft().Terms)
	}
	// Started and left empty, it is no draft to resume, and the next start
	// takes it up.
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.hides("Reprendre")
	s.press("J'ai lu et j'accepte les conditions")
	s.press("Faire une demande en ligne")
	s.draft()
}

func TestAnUnfinishedDraftIsOfferedBeforeANewStart(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	d := s.fill(s.fiche(), good(lea), "health")
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.shows("Vous avez déjà commencé", "Léa Roy · enregistré le 23")
	d, _ = room{s.ctx, s.desk}.draft(d.ID)
	d.Page = "health"
	_ = s.desk.Keep(draftKind, string(d.ID), d)
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.press("Reprendre")
	if s.at.Arg("draft") != string(d.ID) {
		t.Errorf("it resumes %s", s.at)
	}
	s.shows("Santé et repas")
}

// An agent asks for nothing of their own: what is said to families is told as
// what families read.
func TestTheCatalogueSpeaksToAgentsAsAgents(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.show(screen.To(screen.Procedures))
	s.shows("Tout ce que vous pouvez demander")
	s.show(screen.To(screen.Procedure, "id", "inscription-scolaire"))
	s.shows("Indispensables : ")
	s.desk.person = &session.Person{Account: "yann", Agent: true}
	s.show(screen.To(screen.Procedures))
	s.shows("Ce que les habitants peuvent demander")
	s.hides("Tout ce que vous pouvez demander")
	s.show(screen.To(screen.Procedure, "id", "inscription-scolaire"))
	s.shows("Indispensable")
	s.hides("Vous pouvez faire la demande maintenant")
}
