package account

import (
	"net/http"
	"testing"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	mailedLabel   = "Code reçu par courriel"
	shownLabel    = "Votre code"
	repeatedLabel = "Le même mot de passe, une deuxième fois"
)

func opened(w *town) {
	w.on(wire.RouteActivationCode, http.StatusOK, wire.Activation{
		Activation: "a1", Login: "camille.roux", FirstName: "Camille", LastName: "Roux", Mail: "camille.roux@exemple.fr",
	})
}

// choosing is a window in which the mailed code was right.
func choosingIn(t *testing.T, w *town) *desk {
	t.Helper()
	d := asked(t, w, options{})
	opened(w)
	d.write(mailedLabel, "12345678")
	d.press("Continuer")
	d.is(screen.To(screen.Activate))
	return d
}

func TestTheMailedCode(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := asked(t, w, options{})

	// What is typed stays as it is under the fingers, is grouped once it is left,
	// and any spelling of it is taken.
	d.field(mailedLabel).Focus()
	kittest.Type(d.window, "12345679")
	if got := d.field(mailedLabel).Value(); got != "12345679" {
		t.Errorf("typed is %q", got)
	}
	d.window.Canvas().Unfocus()
	kittest.Settle(d.window)
	if got := d.field(mailedLabel).Value(); got != "1234 5679" {
		t.Errorf("left is %q", got)
	}
	d.write(mailedLabel, "12 34")
	d.mistake(mailedLabel, "Le code a 8 chiffres")

	d.write(mailedLabel, "12345678")
	w.refuse(wire.RouteActivationCode, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "4")
	d.press("Continuer")
	d.mistake(mailedLabel, "Il vous reste 4 essais")
	w.refuse(wire.RouteActivationCode, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "1")
	d.press("Continuer")
	d.mistake(mailedLabel, "Il vous reste un essai")
	w.refuse(wire.RouteActivationCode, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "0")
	d.press("Continuer")
	d.shows("Trop de codes faux", "Demandez un nouveau courriel")
	w.refuse(wire.RouteActivationCode, http.StatusGone, wire.CodeExpired, "code")
	d.press("Continuer")
	d.shows("Ce code ne sert plus", "Renvoyer le courriel")

	opened(w)
	d.press("Continuer")
	d.is(screen.To(screen.Activate))
	var sent wire.ActivationCode
	w.got(t, wire.RouteActivationCode, &sent)
	if sent.Handle != "h1" || sent.Code != "12345678" {
		t.Errorf("sent was %+v", sent)
	}
}

func TestChoosingALogin(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := choosingIn(t, w)
	d.shows("Bonjour Camille", "De 3 à 32 lettres", "Au moins 12 caractères", "Cet identifiant est libre. Vous pouvez le garder")
	if got := d.field(loginLabel).Value(); got != "camille.roux" {
		t.Errorf("proposed is %q", got)
	}

	w.on(wire.RouteActivationName, http.StatusOK, wire.LoginFree{Free: false})
	d.write(loginLabel, "claire.martel")
	d.mistake(loginLabel, "déjà pris")
	d.hides("Cet identifiant est libre")
	// Left again without a change it is still taken, and nobody is asked.
	d.field(loginLabel).Focus()
	d.window.Canvas().Unfocus()
	d.settle()
	d.mistake(loginLabel, "déjà pris")
	if n := w.calls(wire.RouteActivationName); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	w.on(wire.RouteActivationName, http.StatusOK, wire.LoginFree{Free: true})
	d.write(loginLabel, "camille.r")
	d.mistake(loginLabel, "")
	d.shows("Cet identifiant est libre.")
	d.write(loginLabel, "c!")
	d.mistake(loginLabel, "lettres sans accent")
}

func TestChoosingAPassword(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := choosingIn(t, w)
	meter := kittest.All[*kit.StrengthMeter](d.window)[0]
	d.field(passwordLabel).Focus()
	kittest.Type(d.window, "soleil")
	d.settle()
	if meter.Word() != "Trop facile à deviner" {
		t.Errorf("the meter says %q", meter.Word())
	}
	d.shows("Encore 6 caractères au moins")
	d.mistake(passwordLabel, "")
	kittest.Type(d.window, " vert marche tabouret")
	d.settle()
	if meter.Word() != "Très difficile à deviner" {
		t.Errorf("the meter says %q", meter.Word())
	}
	d.hides("Encore")

	// Praise and blame never stand together: what was wrong goes with the first
	// letter that makes it right.
	d.write(passwordLabel, "azertyuiop12")
	if d.field(passwordLabel).Mistake() == "" {
		t.Error("a common password is taken")
	}
	put(d.context, d.field(passwordLabel), "")
	kittest.Type(d.window, phrase)
	d.settle()
	d.mistake(passwordLabel, "")

	d.write(passwordLabel, "camilleroux1985")
	d.mistake(passwordLabel, "N'utilisez ni votre nom")
	d.write(passwordLabel, phrase)
	d.write(repeatedLabel, "autre chose")
	d.mistake(repeatedLabel, "Les deux mots de passe diffèrent")
	d.write(passwordLabel, "autre chose")
	d.mistake(passwordLabel, "il en faut au moins 12")
	d.write(passwordLabel, phrase)
	d.mistake(repeatedLabel, "diffèrent")
	d.press("Activer mon compte")
	if w.calls(wire.RouteActivations) != 0 {
		t.Error("it was sent")
	}
}

func TestActivatingSignsIn(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := choosingIn(t, w)
	d.write(passwordLabel, phrase)
	d.write(repeatedLabel, phrase)

	w.refuse(wire.RouteActivations, http.StatusConflict, wire.LoginTaken, "login")
	d.press("Activer mon compte")
	d.mistake(loginLabel, "déjà pris")

	w.on(wire.RouteActivationName, http.StatusOK, wire.LoginFree{Free: true})
	d.write(loginLabel, "Camille.R")
	w.on(wire.RouteActivations, http.StatusOK, claire())
	d.press("Activer mon compte")
	d.is(screen.To(screen.Home))
	var sent wire.Activate
	w.got(t, wire.RouteActivations, &sent)
	if sent.Login != "camille.r" || sent.Password != phrase || sent.Activation != "a1" {
		t.Errorf("sent was %+v", sent)
	}
	if _, in := d.session.Person(); !in {
		t.Error("nobody is signed in")
	}
	if _, kept := d.session.Registration(); kept {
		t.Error("what was typed is still kept")
	}
}

// The code serves once; what it opened is not lost by looking elsewhere.
func TestALiveActivationOutlivesTheScreen(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := choosingIn(t, w)
	d.at(screen.To(screen.Home)).at(screen.To(screen.Activate))
	d.shows("Bonjour Camille")

	w.refuse(wire.RouteActivations, http.StatusGone, wire.CodeExpired, "activation")
	d.write(passwordLabel, phrase)
	d.write(repeatedLabel, phrase)
	d.press("Activer mon compte")
	d.shows("Le temps est écoulé")
	d.press("Demander un nouveau courriel")
	d.shows(mailedLabel, "Renvoyer le courriel")
}

func TestTheBrowsersCode(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := asked(t, w, options{})
	d.shows("Le navigateur vous donne un code à la fin")
	d.press("J'ai un code")
	d.is(screen.To(screen.WindowCode))

	d.write(shownLabel, "87654321")
	w.refuse(wire.RouteActivationWin, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "3")
	d.press("Continuer")
	d.mistake(shownLabel, "Il vous reste 3 essais")
	w.refuse(wire.RouteActivationWin, http.StatusGone, wire.CodeExpired, "code")
	w.refuse(wire.RouteActivationCode, http.StatusGone, wire.CodeExpired, "code")
	d.press("Continuer")
	d.shows("Ce code ne sert plus", "Me connecter avec mon mot de passe", "Demander un nouveau courriel")

	w.on(wire.RouteActivationWin, http.StatusOK, claire())
	d.press("Continuer")
	d.is(screen.To(screen.Home))
	var sent wire.WindowCode
	w.got(t, wire.RouteActivationWin, &sent)
	if sent.Handle != "h1" || sent.Code != "87654321" {
		t.Errorf("sent was %+v", sent)
	}
}

// The mail's code is taken where any code is asked for.
func TestTheMailedCodeIsTakenAmongAllCodes(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := asked(t, w, options{}).at(screen.To(screen.WindowCode))
	w.refuse(wire.RouteActivationWin, http.StatusGone, wire.CodeExpired, "code")
	w.refuse(wire.RouteActivationCode, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "4")
	d.write(shownLabel, "12345678")
	d.press("Continuer")
	d.mistake(shownLabel, "Il vous reste 4 essais")
	w.refuse(wire.RouteActivationCode, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "0")
	d.press("Continuer")
	d.shows("Trop de codes faux", "Demandez un nouveau courriel")
	w.on(wire.RouteActivationCode, http.StatusOK, wire.Activation{Activation: "a1", Login: "camille.roux", FirstName: "Camille"})
	d.press("Continuer")
	d.is(screen.To(screen.Activate))
	d.shows("Activer mon compte")
}

// No window is signed in by a code of a request made elsewhere.
func TestACodeNeedsTheWindowThatAsked(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{})
	for _, name := range []string{screen.WindowCode, screen.Activate} {
		d.at(screen.To(name))
		d.shows("Aucun compte n'est attendu ici")
	}
	d.press("Me connecter")
	d.is(screen.To(screen.SignIn))
}

// Sentences never show the name of a text instead of the text.
func TestEveryCodeHasASentence(t *testing.T) {
	kittest.Light(t)
	for _, code := range []portal.Code{
		portal.Invalid, portal.Unauthorized, portal.Forbidden, portal.NotFound, portal.Conflict, portal.Throttled, portal.Unavailable, portal.Internal,
		portal.TooNew, portal.NotReachable, wire.BadCredentials, wire.OTPNeeded, wire.CodeWrong, wire.CodeExpired, wire.LoginTaken,
		"cache_in_use", "disk_full", "cache_damaged",
	} {
		what := troubleOf(portal.E(code, ""))
		if what.text == "" || what.text[0] == '[' {
			t.Errorf("%s is told as %q", code, what.text)
		}
	}
}
