package account

import (
	"net/http"
	"testing"
	"time"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	loginLabel    = "Identifiant"
	passwordLabel = "Mot de passe"
	otpLabel      = "Code à six chiffres"
	foldTitle     = "Comptes de démonstration"
)

func (d *desk) signIn(login, password string) {
	d.t.Helper()
	d.write(loginLabel, login)
	d.write(passwordLabel, password)
	d.press("Se connecter")
}

func TestSignInOpensHome(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	w.on(wire.RouteSessions, http.StatusOK, claire())
	d := open(t, w, options{}).at(screen.To(screen.SignIn))
	d.hides(otpLabel, foldTitle, "Déjà venus")

	d.press("Se connecter")
	d.mistake(loginLabel, "Indiquez votre identifiant")
	d.mistake(passwordLabel, "Indiquez votre mot de passe")

	d.field(loginLabel).Focus()
	kittest.Type(d.window, "claire.martel")
	d.field(passwordLabel).Focus()
	kittest.Type(d.window, " "+phrase)
	d.enter()
	d.is(screen.To(screen.Home))
	var sent wire.SignIn
	w.got(t, wire.RouteSessions, &sent)
	if sent.Login != "claire.martel" || sent.Password != " "+phrase || sent.OTP != "" {
		t.Errorf("sent was %+v", sent)
	}
	if who, in := d.session.Person(); !in || who.Name != "Claire Martel" {
		t.Errorf("signed in is %+v", who)
	}
}

func TestTheSignInSaysWhatItIsFor(t *testing.T) {
	kittest.Light(t)
	d := open(t, newTown(t), options{})
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	d.session.View().Apply(cache.Applied{Changes: []wire.Change{screentest.Row(wire.TownFeed, wire.Procedures, "fiche-enfant", files["fiche-enfant"])}}, nil, nil)
	d.at(screen.To(screen.SignIn, "for", "fiche-enfant"))
	d.shows("Pour commencer « Fiche enfant », connectez-vous")
	d.at(screen.To(screen.SignIn))
	d.hides("Pour commencer")
}

func TestSignInRefusals(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(screen.To(screen.SignIn))

	w.refuse(wire.RouteSessions, http.StatusUnauthorized, wire.BadCredentials, "")
	d.signIn("claire.martel", "faux")
	d.shows("Identifiant ou mot de passe incorrect")
	if d.field(loginLabel).Value() != "claire.martel" || d.field(passwordLabel).Value() != "faux" {
		t.Error("what was typed is lost")
	}
	// The password is selected: typing replaces it, and the card goes.
	kittest.Type(d.window, "autre")
	if got := d.field(passwordLabel).Value(); got != "autre" {
		t.Errorf("the password became %q", got)
	}
	d.hides("incorrect")

	for _, c := range []struct{ seconds, words string }{
		{"1", "une seconde"}, {"42", "42 secondes"}, {"90", "2 minutes"}, {"900", "15 minutes"},
	} {
		w.refuse(wire.RouteSessions, http.StatusTooManyRequests, portal.Throttled, "", "seconds", c.seconds)
		d.press("Se connecter")
		d.shows("Trop d'essais", "patientez "+c.words+" avant")
	}

	w.refuse(wire.RouteSessions, http.StatusInternalServerError, portal.Internal, "")
	d.press("Se connecter")
	d.shows("Quelque chose n'a pas marché de notre côté")
}

func TestSecondFactorIsAskedAfterTheRightPassword(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(screen.To(screen.SignIn))
	w.refuse(wire.RouteSessions, http.StatusUnauthorized, wire.OTPNeeded, "otp")
	d.signIn("sylvie.roy", phrase)
	d.shows(otpLabel, "Votre mot de passe est juste")
	d.is(screen.To(screen.SignIn))

	// The focus is in the field that has just appeared.
	kittest.Type(d.window, "000000")
	if got := d.field(otpLabel).Value(); got != "000000" {
		t.Errorf("the code field holds %q", got)
	}
	d.enter()
	d.mistake(otpLabel, "Ce code n'est pas le bon")

	agent := claire()
	agent.Account = wire.Account{ID: claireID, Kind: wire.Agent, Login: "sylvie.roy", FirstName: "Sylvie", LastName: "Roy"}
	w.on(wire.RouteSessions, http.StatusOK, agent)
	d.write(otpLabel, "170101")
	d.press("Se connecter")
	d.is(screen.To(screen.Home))
	var sent wire.SignIn
	w.got(t, wire.RouteSessions, &sent)
	if sent.OTP != "170101" {
		t.Errorf("the code sent was %q", sent.OTP)
	}
}

func TestAnotherLoginIsNotAskedForTheCodeOfTheFirst(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, w, options{}).at(screen.To(screen.SignIn))
	w.refuse(wire.RouteSessions, http.StatusUnauthorized, wire.OTPNeeded, "otp")
	d.signIn("sylvie.roy", phrase)
	d.write(otpLabel, "111111")
	d.write(loginLabel, "marc.petit")
	d.hides(otpLabel)
	d.press("Se connecter")
	var sent wire.SignIn
	w.got(t, wire.RouteSessions, &sent)
	if sent.OTP != "" {
		t.Errorf("the code of another was sent: %q", sent.OTP)
	}
}

func TestWithoutALineThisComputersCacheIsOffered(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	w.on(wire.RouteSessions, http.StatusOK, claire())
	dir := t.TempDir()
	before := open(t, w, options{dir: dir}).at(screen.To(screen.SignIn))
	before.signIn("claire.martel", phrase)
	before.close()

	d := open(t, w, options{dir: dir})
	d.cut.Store(true)
	d.at(screen.To(screen.SignIn))
	d.shows("Déjà venus sur cet ordinateur", "Claire Martel")

	d.signIn("hugo.martel", phrase)
	d.shows("Le portail ne répond pas", "jamais connecté sur cet ordinateur")
	d.hides("Ouvrir sans connexion")

	d.press("Claire Martel, claire.martel")
	if got := d.field(loginLabel).Value(); got != "claire.martel" {
		t.Fatalf("the login is %q", got)
	}
	d.write(passwordLabel, "faux mot de passe")
	d.press("Se connecter")
	d.shows("Le portail ne répond pas", "ce que cet ordinateur garde pour Claire Martel")
	d.press("Ouvrir sans connexion")
	d.shows("Ce n'est pas le bon mot de passe")
	d.is(screen.To(screen.SignIn))

	d.write(passwordLabel, phrase)
	d.press("Se connecter")
	d.enter() // the focus is on the offer
	d.is(screen.To(screen.Home))
	if who, in := d.session.Person(); !in || !who.OffLine || who.Name != "Claire Martel" {
		t.Errorf("open is %+v", who)
	}

	// Who comes back with the line is asked for the password alone.
	d.cut.Store(false)
	d.at(screen.To(screen.SignIn))
	d.hides("Première visite")
	d.shows("Claire Martel, donnez votre mot de passe")
	if got := d.field(loginLabel).Value(); got != "claire.martel" {
		t.Errorf("the login is %q", got)
	}
	kittest.Type(d.window, phrase)
	if d.field(loginLabel).Value() != "claire.martel" || d.field(passwordLabel).Value() != phrase {
		t.Errorf("typed in the clear: %q", d.field(loginLabel).Value())
	}
	d.enter()
	d.is(screen.To(screen.Home))
	if who, in := d.session.Person(); !in || who.OffLine {
		t.Errorf("signed in again is %+v", who)
	}
}

func TestWrongPasswordsAreThrottledOffLineToo(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	w.on(wire.RouteSessions, http.StatusOK, claire())
	dir := t.TempDir()
	before := open(t, w, options{dir: dir}).at(screen.To(screen.SignIn))
	before.signIn("claire.martel", phrase)
	before.close()
	d := open(t, w, options{dir: dir})
	d.cut.Store(true)
	d.at(screen.To(screen.SignIn))
	d.signIn("claire.martel", "faux")
	for range 5 {
		d.press("Ouvrir sans connexion")
		d.shows("Ce n'est pas le bon mot de passe")
	}
	d.press("Ouvrir sans connexion")
	d.shows("Trop d'essais", "patientez 60 secondes")
}

func TestAgentsAreNotOfferedToOpenOffLine(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	agent := claire()
	agent.Account.Kind = wire.Agent
	w.on(wire.RouteSessions, http.StatusOK, agent)
	dir := t.TempDir()
	before := open(t, w, options{dir: dir}).at(screen.To(screen.SignIn))
	before.signIn("claire.martel", phrase)
	before.close()
	d := open(t, w, options{dir: dir})
	d.cut.Store(true)
	d.at(screen.To(screen.SignIn))
	d.signIn("claire.martel", phrase)
	d.shows("Un compte d'agent ne s'ouvre qu'avec une connexion")
	d.hides("Ouvrir sans connexion")
}

func demonstration(code string) *wire.Demo {
	return &wire.Demo{Mail: "/demo/courriels", Accounts: []wire.DemoAccount{
		{Name: "Claire Martel", Login: "claire.martel", Password: phrase, About: "deux parents, deux enfants à Jules-Ferry"},
		{Name: "Sylvie Roy", Login: "sylvie.roy", Password: phrase, About: "agent du guichet enfance", OTP: code},
	}}
}

// waits catches what a screen wants to do after a while.
func waits(t *testing.T) *[]func() {
	var all []func()
	before := later
	later = func(_ *screen.Context, _ string, d time.Duration, f func()) {
		if d != demoEvery && d != mailsEvery && d != suggestAfter {
			t.Errorf("it waits for %v", d)
		}
		all = append(all, f)
	}
	t.Cleanup(func() { later = before })
	return &all
}

func TestDemoAccountsLieInAClosedFold(t *testing.T) {
	kittest.Light(t)
	waiting := waits(t)
	w := newTown(t)
	w.info.Demo = demonstration("111222")
	d := open(t, w, options{}).at(screen.To(screen.SignIn))
	d.shows(foldTitle)
	d.hides("deux enfants", phrase, "111 222")

	d.press(foldTitle)
	d.shows("Deux parents, deux enfants à Jules-Ferry", "Identifiant claire.martel, mot de passe "+phrase, "Agent du guichet enfance", "111 222",
		"Lire les courriels de la démonstration")

	// The code changes while it is seen, and is asked for no more after.
	w.mu.Lock()
	w.info.Demo = demonstration("333444")
	w.mu.Unlock()
	next := (*waiting)[len(*waiting)-1]
	next()
	d.settle()
	d.shows("333 444")
	d.hides("111 222")
	d.press(foldTitle)
	calls := w.calls(wire.RouteTown)
	(*waiting)[len(*waiting)-1]()
	d.settle()
	if w.calls(wire.RouteTown) != calls {
		t.Error("a closed fold still asks")
	}
	d.press(foldTitle)

	fill := kittest.All[*kit.Button](d.window)
	for _, b := range fill {
		if b.Text() == "Remplir" {
			b.Tapped(nil)
			break
		}
	}
	d.settle()
	if d.field(loginLabel).Value() != "claire.martel" || d.field(passwordLabel).Value() != phrase {
		t.Error("the fields are not filled")
	}
	w.on(wire.RouteSessions, http.StatusOK, claire())
	d.enter()
	d.is(screen.To(screen.Home))
}

func TestDemoAgentsCodeIsFilledIn(t *testing.T) {
	kittest.Light(t)
	waits(t)
	w := newTown(t)
	w.info.Demo = demonstration("111222")
	w.refuse(wire.RouteSessions, http.StatusUnauthorized, wire.OTPNeeded, "otp")
	d := open(t, w, options{}).at(screen.To(screen.SignIn))
	d.signIn("sylvie.roy", phrase)
	if got := d.field(otpLabel).Value(); got != "111222" {
		t.Errorf("the code field holds %q", got)
	}
}
