package account

import (
	"net/http"
	"strings"
	"testing"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	whoLabel    = "Adresse électronique ou identifiant"
	codeLabel   = "Code reçu par courriel"
	newLabel    = "Nouveau mot de passe"
	newAgain    = "Le même mot de passe, une deuxième fois"
	otherPhrase = "tambour rouge sous la pluie"
)

func TestALostLoginIsAskedForByMail(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(screen.To(screen.SignIn))
	d.press("Mot de passe ou identifiant perdu ?")
	d.is(screen.To(screen.Lost))
	d.shows("agent de la mairie")
	d.row("Mon identifiant")
	d.is(toLost(lostLogin))
	d.press("Envoyer")
	d.mistake("Adresse électronique", "Indiquez votre adresse")
	d.write("Adresse électronique", "claire")
	d.mistake("Adresse électronique", "nom@exemple.fr")
	d.write("Adresse électronique", "claire.martel@exemple.fr")

	w.refuse(wire.RouteRecoveryLogin, http.StatusTooManyRequests, portal.Throttled, "", "seconds", "42")
	d.press("Envoyer")
	d.shows("Trop d'essais", "42 secondes")
	w.refuse(wire.RouteRecoveryLogin, http.StatusUnprocessableEntity, accounts.BadMail, "mail")
	d.press("Envoyer")
	d.mistake("Adresse électronique", "nom@exemple.fr")
	w.on(wire.RouteRecoveryLogin, http.StatusNoContent, nil)
	d.press("Envoyer")
	d.shows("Consultez vos courriels", "Si claire.martel@exemple.fr est l'adresse d'un compte")
	var sent wire.RecoverLogin
	w.got(t, wire.RouteRecoveryLogin, &sent)
	if sent.Mail != "claire.martel@exemple.fr" {
		t.Errorf("sent was %+v", sent)
	}
	d.press("Me connecter")
	d.is(screen.To(screen.SignIn))
}

func TestALostPasswordIsChosenAnew(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	w.on(wire.RouteRecoveryPassword, http.StatusOK, wire.Recovery{Handle: "h1"})
	d := open(t, w, options{}).at(screen.To(screen.Lost))
	d.row("Mon mot de passe")
	d.press("Envoyer")
	d.mistake(whoLabel, "Indiquez votre adresse électronique ou votre identifiant")
	d.field(whoLabel).Focus()
	kittest.Type(d.window, "claire.martel")
	d.enter()
	d.is(toLost(lostCode))
	d.shows("Si « claire.martel » correspond à un compte de famille")

	w.refuse(wire.RouteRecoveryCode, http.StatusUnprocessableEntity, wire.CodeWrong, "code", "left", "4")
	d.write(codeLabel, "12345678")
	d.press("Continuer")
	d.mistake(codeLabel, "Il vous reste 4 essais")
	w.refuse(wire.RouteRecoveryCode, http.StatusGone, wire.CodeExpired, "code")
	d.press("Continuer")
	d.shows("Ce code ne sert plus")
	w.on(wire.RouteRecoveryPassword, http.StatusOK, wire.Recovery{Handle: "h2"})
	d.press("Renvoyer le courriel")
	d.shows("Un nouveau courriel est en route")
	w.on(wire.RouteRecoveryCode, http.StatusOK, wire.Reset{Reset: "r1", Login: "claire.martel", FirstName: "Claire", LastName: "Martel", Mail: "claire.martel@exemple.fr", Pending: true})
	d.write(codeLabel, "8765 4321")
	d.press("Continuer")
	var code wire.RecoveryCode
	w.got(t, wire.RouteRecoveryCode, &code)
	if code.Handle != "h2" || code.Code != "87654321" {
		t.Errorf("sent was %+v", code)
	}
	d.shows("Bonjour Claire. Votre identifiant est claire.martel.", "Abandonner aussi le changement")

	d.write(newLabel, "martel claire")
	d.mistake(newLabel, "ni votre nom")
	d.write(newLabel, otherPhrase)
	d.write(newAgain, otherPhrase+"x")
	d.mistake(newAgain, "diffèrent")
	d.write(newAgain, otherPhrase)
	session := claire()
	w.on(wire.RouteRecoveryReset, http.StatusOK, session)
	d.press("Changer mon mot de passe")
	d.is(screen.To(screen.Home))
	var reset wire.ResetPassword
	w.got(t, wire.RouteRecoveryReset, &reset)
	if reset.Reset != "r1" || reset.Password != otherPhrase || !reset.EndPending || !reset.Device.ID.Valid() {
		t.Errorf("sent was %+v", reset)
	}
	if who, in := d.session.Person(); !in || who.Name != "Claire Martel" {
		t.Errorf("signed in is %+v", who)
	}
	if d.session.Recovering() != "" {
		t.Error("the recovery is not forgotten")
	}
}

func TestAResetThatTookTooLongBeginsAnew(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	w.on(wire.RouteRecoveryPassword, http.StatusOK, wire.Recovery{Handle: "h1"})
	w.on(wire.RouteRecoveryCode, http.StatusOK, wire.Reset{Reset: "r1", Login: "claire.martel", FirstName: "Claire", LastName: "Martel"})
	d := open(t, w, options{})
	lose(t, d)
	d.at(toLost(lostCode))
	d.hides("Abandonner aussi")
	d.write(newLabel, otherPhrase)
	d.write(newAgain, otherPhrase)
	w.refuse(wire.RouteRecoveryReset, http.StatusGone, wire.CodeExpired, "reset")
	d.press("Changer mon mot de passe")
	d.shows("Le temps est écoulé")
	d.press("Demander un nouveau courriel")
	d.is(toLost(lostPassword))
}

// lose brings the session to an open reset.
func lose(t *testing.T, d *desk) {
	t.Helper()
	if err := d.session.RecoverPassword(t.Context(), "claire.martel"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.session.OpenRecovery(t.Context(), "12345678"); err != nil {
		t.Fatal(err)
	}
}

// row presses the row of a title.
func (d *desk) row(title string) {
	d.t.Helper()
	for _, r := range kittest.All[*kit.Row](d.window) {
		if strings.HasPrefix(r.AccessibilityLabel(), title) {
			r.Tapped(nil)
			d.settle()
			return
		}
	}
	d.t.Fatalf("no row %q; there is %q", title, kittest.Texts(d.window))
}
