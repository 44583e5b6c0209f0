package account

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const mailLabel, againLabel = "Adresse électronique", "La même adresse électronique, une deuxième fois"

var (
	recapRoute = screen.To(screen.Register, "step", stepRecap)
	sentRoute  = screen.To(screen.Register, "step", stepSent)
)

// fillIn answers everything rightly.
func (d *desk) fillIn() {
	d.t.Helper()
	d.write("Prénom", "Camille")
	d.write("Nom", "Roux")
	d.birth("12", "3", "1985")
	d.write("Rue", "4 rue des Tanneurs")
	d.write("Code postal", "51999")
	d.write("Commune", "Saint-Aubin-sur-Vesle")
	d.write(mailLabel, "camille.roux@exemple.fr")
	d.write(againLabel, "camille.roux@exemple.fr")
	d.write("Téléphone mobile", "06 12 34 56 78")
}

func TestRegistrationTellsRulesAndMistakesBesideTheFields(t *testing.T) {
	kittest.Light(t)
	d := open(t, newTown(t), options{}).at(screen.To(screen.Register))
	d.shows("Il faut avoir 18 ans", "Cinq chiffres en France", "Par exemple nom@exemple.fr")

	// Nothing is said while one types.
	d.field("Nom").Focus()
	kittest.Type(d.window, "Roux2")
	d.mistake("Nom", "")
	d.window.Canvas().Unfocus()
	d.settle()
	d.mistake("Nom", "Écrivez votre nom en lettres")

	d.birth("12", "3", "2015")
	d.mistake("Date de naissance", "Il faut avoir 18 ans")
	d.birth("30", "2", "1985")
	d.mistake("Date de naissance", "Indiquez une date qui existe")
	d.write("Code postal", "5199")
	d.mistake("Code postal", "cinq chiffres")
	d.write(mailLabel, "camille.roux@exemple.fr")
	d.write(againLabel, "camille.roux@exemple.com")
	d.mistake(againLabel, "Les deux adresses diffèrent")
	d.write(mailLabel, "camille.roux@exemple.com")
	d.mistake(againLabel, "")
	d.write("Téléphone mobile", "01 23 45 67 89")
	d.mistake("Téléphone mobile", "numéro de mobile")
	d.write("Téléphone mobile", "")
	d.mistake("Téléphone mobile", "")

	d.press("Suivant")
	d.is(screen.To(screen.Register))
	d.mistake("Prénom", "Indiquez votre prénom")
	d.mistake("Rue", "Indiquez le numéro et le nom de la rue")
	d.shows("réponses à compléter")
}

func TestWhatWasTypedSurvivesClosingTheWindow(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	dir := t.TempDir()
	d := open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.hides("Tout effacer")
	// Not even left: every letter counts.
	d.field("Prénom").Focus()
	kittest.Type(d.window, "Camille")
	d.settle()
	d.close()

	d = open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.shows("Vous aviez commencé à créer un compte")
	d.hides("Camille", "Prénom")
	d.enter() // Reprendre has the focus
	if got := d.field("Prénom").Value(); got != "Camille" {
		t.Errorf("the first name is %q", got)
	}
	d.write("Nom", "Roux")
	d.close()

	for _, path := range files(t, dir) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("Camille")) {
			t.Errorf("%s can be read", filepath.Base(path))
		}
	}

	d = open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.press("Recommencer")
	if got := d.field("Prénom").Value() + d.field("Nom").Value(); got != "" {
		t.Errorf("the form begins with %q", got)
	}
	d.close()
	d = open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.hides("Vous aviez commencé")
}

func TestErasingAsksAndLeavesNothing(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	dir := t.TempDir()
	d := open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.write("Prénom", "Camille")
	d.at(screen.To(screen.Home)).at(screen.To(screen.Register))
	if got := d.field("Prénom").Value(); got != "Camille" {
		t.Errorf("coming back in the same window finds %q", got)
	}
	d.press("Tout effacer")
	d.shows("Effacer ce que vous avez écrit ?")
	kittest.Key(d.window, fyne.KeyEscape)
	d.settle()
	if got := d.field("Prénom").Value(); got != "Camille" {
		t.Errorf("Escape erased: %q", got)
	}
	d.press("Tout effacer")
	d.press("Tout effacer") // the dialog's, which lies above
	if got := d.field("Prénom").Value(); got != "" {
		t.Errorf("the form still holds %q", got)
	}
	d.close()
	open(t, w, options{dir: dir}).at(screen.To(screen.Register)).hides("Vous aviez commencé")
}

func TestAPublicComputerKeepsNothing(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	dir := t.TempDir()
	d := open(t, w, options{dir: dir, kiosk: true}).at(screen.To(screen.Register))
	d.shows("Rien de ce que vous écrivez ne restera")
	before := len(files(t, dir))
	d.fillIn()
	d.press("Suivant")
	d.shows("camille.roux@exemple.fr") // the recap has it all the same
	if n := len(files(t, dir)); n != before {
		t.Errorf("%d files became %d", before, n)
	}
	d.back()
	d.settle()
	d.press("Annuler")
	d.at(screen.To(screen.Register))
	if got := d.field("Prénom").Value(); got != "" {
		t.Errorf("the next person finds %q", got)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRecapAndBack(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(screen.To(screen.Register))
	d.fillIn()
	d.press("Suivant")
	d.is(recapRoute)
	d.shows("Votre compte n'est pas encore créé", "Camille", "Roux", "12\u00a0mars 1985", "4 rue des Tanneurs\n51999 Saint-Aubin-sur-Vesle",
		"camille.roux@exemple.fr", "06\u00a012\u00a034\u00a056\u00a078", "Non renseigné", "Un courriel partira à camille.roux@exemple.fr")
	if w.calls(wire.RouteRegistrations) != 0 {
		t.Error("something was sent before Valider")
	}

	// Each part has a Modifier of its own, and comes straight back.
	var edits []*kit.Button
	for _, b := range kittest.All[*kit.Button](d.window) {
		if b.Text() == "Modifier" {
			edits = append(edits, b)
		}
	}
	if len(edits) != 3 {
		t.Fatalf("there are %d Modifier", len(edits))
	}
	edits[2].Tapped(nil)
	d.settle()
	d.is(screen.To(screen.Register, "part", partContact))
	d.shows("Comment vous joindre")
	d.hides("Prénom", "Rue")
	d.write("Téléphone mobile", "07 00 00 00 01")
	d.press("Enregistrer et revenir")
	d.is(recapRoute)
	d.shows("07\u00a000\u00a000\u00a000\u00a001", "Camille", "4 rue des Tanneurs")

	d.back()
	d.settle()
	d.is(screen.To(screen.Register))
	if got := d.field("Prénom").Value(); got != "Camille" {
		t.Errorf("the form holds %q", got)
	}
}

func TestValidatingSendsAndSaysWhere(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	dir := t.TempDir()
	d := open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.fillIn()
	d.press("Suivant")

	d.cut.Store(true)
	d.press("Valider")
	d.shows("Le portail ne répond pas", "Ce que vous avez écrit est gardé")
	d.is(recapRoute)
	d.cut.Store(false)

	w.refuse(wire.RouteRegistrations, http.StatusUnprocessableEntity, accounts.BadMail, "profile.mail")
	d.press("Valider")
	d.shows("Une réponse est à corriger", "Indiquez une adresse comme nom@exemple.fr")
	d.press("Corriger")
	d.is(screen.To(screen.Register, "part", partContact))
	d.back()
	d.settle()

	w.on(wire.RouteRegistrations, http.StatusOK, wire.Registered{Handle: "h1"})
	d.press("Valider")
	d.is(sentRoute)
	d.shows("Un courriel a été envoyé à camille.roux@exemple.fr")
	d.hides("Lire les courriels de la démonstration")
	var sent struct {
		Profile  accounts.Profile
		Language string
	}
	w.got(t, wire.RouteRegistrations, &sent)
	if sent.Profile.LastName != "Roux" || sent.Profile.BirthDate != "1985-03-12" || sent.Profile.Address.Country != "France" || sent.Language != "fr" {
		t.Errorf("sent was %+v", sent)
	}

	// The handle survives too: the next start asks for the code only.
	d.close()
	d = open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.shows("il reste à saisir le code")
	d.press("Reprendre")
	d.is(sentRoute)
}

// A second press of Enter does not send what nobody has read.
func TestEnterPressedTwiceStopsAtTheRecap(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(screen.To(screen.Register))
	d.fillIn()
	w.on(wire.RouteRegistrations, http.StatusOK, wire.Registered{Handle: "h1"})
	d.field("Téléphone mobile").Focus()
	d.enter()
	d.enter()
	d.is(recapRoute)
	if w.calls(wire.RouteRegistrations) != 0 {
		t.Error("it was sent unread")
	}
}

// Once sent, *Créer un compte* leads to what is still to do, from where all of
// it can be dropped.
func TestAnAccountThatWasAskedForIsNotAskedForAgain(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := asked(t, w, options{}).at(screen.To(screen.Register))
	d.shows("Consultez vos courriels", mailedLabel)
	d.hides("Prénom")
	d.press("Tout recommencer")
	d.press("Garder")
	if d.session.Handle() == "" {
		t.Fatal("it was dropped unasked")
	}
	// The answer given is the dialog's button, which comes first.
	d.press("Tout recommencer")
	d.press("Tout recommencer")
	d.is(screen.To(screen.Register))
	d.shows("Prénom")
	if d.session.Handle() != "" || d.field("Prénom").Value() != "" {
		t.Error("something was left")
	}
}

func TestRecapOfAnIncompleteFormSendsNothing(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(recapRoute)
	d.press("Valider")
	d.shows("Une réponse est à corriger", "Indiquez votre prénom")
	if w.calls(wire.RouteRegistrations) != 0 {
		t.Error("it was sent")
	}
}

func TestResending(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := asked(t, w, options{})
	w.on(wire.RouteResend, http.StatusOK, struct{}{})
	d.press("Renvoyer le courriel")
	d.shows("Un nouveau courriel est en route", "Seul le code du dernier courriel convient")
	w.refuse(wire.RouteResend, http.StatusGone, wire.CodeExpired, "handle")
	d.press("Renvoyer le courriel")
	d.shows("Cette demande n'attend plus de code")
	w.refuse(wire.RouteResend, http.StatusTooManyRequests, portal.Throttled, "", "seconds", "60")
	d.press("Renvoyer le courriel")
	d.shows("patientez 60 secondes")
}

// asked is a window whose registration was sent.
func asked(t *testing.T, w *town, o options) *desk {
	t.Helper()
	d := open(t, w, o).at(screen.To(screen.Register))
	d.fillIn()
	d.press("Suivant")
	w.on(wire.RouteRegistrations, http.StatusOK, wire.Registered{Handle: "h1"})
	d.press("Valider")
	d.is(sentRoute)
	return d
}

// A date of birth that is half typed is there again after the program was
// closed, and is told to be none.
func TestAHalfTypedBirthDateSurvivesTheProgram(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	dir := t.TempDir()
	d := open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.write("Prénom", "Anne")
	d.birth("12", "3", "")
	d.close()
	d = open(t, w, options{dir: dir}).at(screen.To(screen.Register))
	d.press("Reprendre")
	if got := d.field("Date de naissance").Typed(); got != "12/3/" {
		t.Errorf("the boxes hold %q", got)
	}
	d.press("Suivant")
	d.mistake("Date de naissance", "Indiquez une date qui existe")
	d.is(screen.To(screen.Register))
}
