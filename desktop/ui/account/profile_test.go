package account

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const otherSession portal.ID = "0190b000-0000-7000-8000-0000000000b1"

// me is Claire's account as the town hall has it.
func me(change func(*wire.Account)) wire.Account {
	address, _ := json.Marshal(accounts.Address{Line1: "4 rue des Tilleuls", Postcode: "51999", City: "Saint-Aubin-sur-Vesle", Country: accounts.France})
	a := claire().Account
	a.Mail, a.Mobile, a.Language, a.Birth, a.Address, a.Payer = "claire.martel@exemple.fr", "+33639980101", "fr", "1985-03-12", address, &ledger.Payer{Resident: true}
	if change != nil {
		change(&a)
	}
	return a
}

func row(feed, collection string, id portal.ID, body any) wire.Change {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return wire.Change{Feed: feed, Collection: collection, Entity: id, Body: raw}
}

// atHome is Claire signed in, with what the town hall told of her.
func atHome(t *testing.T, w *town, o options, change func(*wire.Account)) *desk {
	t.Helper()
	a := me(change)
	in := claire()
	in.Account = a
	w.on(wire.RouteSessions, http.StatusOK, in)
	d := open(t, w, o)
	if err := d.session.SignIn(t.Context(), "claire.martel", phrase, "", false); err != nil {
		t.Fatal(err)
	}
	d.tell(a)
	return d
}

// tell has the town hall say anew what it knows of the account.
func (d *desk) tell(a wire.Account) {
	feed := wire.AccountFeed(a.ID)
	d.session.View().Replace(cache.Snapshot{Rows: []wire.Change{
		row(wire.TownFeed, wire.Towns, townID, wire.Town{ID: townID, Name: "Saint-Aubin-sur-Vesle", Postcode: "51999"}),
		row(feed, wire.Accounts, a.ID, a), row(feed, wire.Balances, "regie", wire.Balance{CashDesk: "regie", Amount: 7680}),
	}, Outbox: d.session.Unsent()})
	d.settle()
}

// submitted is the arguments of the only command that waits.
func (d *desk) submitted(into any) string {
	d.t.Helper()
	waits := d.session.Unsent()
	if len(waits) != 1 {
		d.t.Fatalf("%d commands wait", len(waits))
	}
	c, _, err := wire.ReadCommand(waits[0].Body)
	if err == nil {
		err = json.Unmarshal(c.Args, into)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return c.Type
}

func TestTheProfileLeadsToItsDetails(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.Profile))
	d.shows("Claire Martel", "claire.martel@exemple.fr", "Appareils connectés", "Mes données", "Fermer mon compte")
	d.press("Détails et modifications")
	d.is(screen.To(screen.Details))
	d.shows("4 rue des Tilleuls\n51999 Saint-Aubin-sur-Vesle", "Habitant de Saint-Aubin-sur-Vesle", "06\u00a039\u00a098\u00a001\u00a001", "12\u00a0mars 1985", "Français")
	d.hides("attend d'être confirmée", "En attente d'envoi")
	// A change made elsewhere is seen at once.
	d.tell(me(func(a *wire.Account) { a.Mobile = "+33639980199"; a.NewMail = "lucie@exemple.fr"; a.NewUntil = 1 << 60 }))
	d.shows("06\u00a039\u00a098\u00a001\u00a099", "attend d'être confirmée", "lucie@exemple.fr")
	d.press("Continuer")
	d.shows("fonctionne seulement dans la fenêtre où le changement a été demandé", "Ouvrez le lien qu'il contient")
	d.hides("Recopiez ici le code") // there is no field for it here
	d.press("Retour")
	d.is(screen.To(screen.Details))
}

func TestAnAgentChangesThePasswordOnly(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, func(a *wire.Account) { a.Kind = wire.Agent }).at(screen.To(screen.Profile))
	d.hides("Mes données", "Fermer mon compte")
	d.press("Détails et modifications")
	if n := len(kittest.All[*kit.Button](d.window)); n != 2 {
		t.Errorf("there are %d buttons: %q", n, kittest.Texts(d.window))
	}
	for _, part := range []string{changeAddress, changePhones, changeMail, changeLanguage} {
		d.at(toChange(part))
		d.shows("Détails de mon profil")
	}
}

func TestAMoveIsKeptAndSaysWhatItChanges(t *testing.T) {
	kittest.Light(t)
	waiting := waits(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.Details))
	d.context.Go(toChange(changeAddress))
	d.settle()
	w.on(wire.RouteAddresses, http.StatusOK, wire.AddressesFound{Found: []wire.ChangeAddress{
		{Line1: "2 Rue de la Gare", Postcode: "51000", City: "Reims", Country: "France"}, {Line1: "2 Rue du Lavoir", Postcode: "51999", City: "Saint-Aubin-sur-Vesle", Country: "France"},
	}})
	d.write("Rue", "2 rue de la")
	(*waiting)[len(*waiting)-1]()
	d.settle()
	var asked wire.AddressQuery
	w.got(t, wire.RouteAddresses, &asked)
	if asked.Text != "2 rue de la Saint-Aubin-sur-Vesle" {
		t.Errorf("asked was %q", asked.Text)
	}
	d.hides("Vos tarifs changeront")
	d.row("2 Rue de la Gare")
	d.hides("Est-ce l'une de ces adresses")
	if got := d.field("Code postal").Value() + d.field("Commune").Value(); got != "51000Reims" {
		t.Errorf("filled in is %s", got)
	}
	d.shows("Vos tarifs changeront", "vous n'habitez plus Saint-Aubin-sur-Vesle", "Les jours déjà réservés gardent leur prix")
	d.write("Code postal", "5")
	d.mistake("Code postal", "cinq chiffres")
	d.hides("Vos tarifs changeront")
	d.press("Enregistrer")
	if len(d.session.Unsent()) != 0 {
		t.Fatal("a wrong address is kept")
	}
	d.write("Code postal", "51000")
	d.press("Enregistrer")
	var args wire.ChangeAddress
	if kind := d.submitted(&args); kind != wire.AccountAddress || args.Line1 != "2 Rue de la Gare" || args.Postcode != "51000" || args.City != "Reims" || args.Country != "France" {
		t.Errorf("%s %+v", kind, args)
	}
	d.is(screen.To(screen.Details))
	d.shows("2 Rue de la Gare\n51000 Reims", "Hors de Saint-Aubin-sur-Vesle", "En attente d'envoi")
}

func TestWithoutAnAddressServiceTheFormIsPlain(t *testing.T) {
	kittest.Light(t)
	waiting := waits(t)
	w := newTown(t)
	w.on(wire.RouteAddresses, http.StatusOK, wire.AddressesFound{Off: true})
	d := atHome(t, w, options{}, nil).at(toChange(changeAddress))
	d.write("Rue", "2 rue de la")
	(*waiting)[len(*waiting)-1]()
	d.settle()
	n, asked := len(*waiting), w.calls(wire.RouteAddresses)
	d.write("Rue", "2 rue de la Gare")
	if len(*waiting) != n || asked != 1 {
		t.Errorf("it is asked again: %d", asked)
	}
	d.hides("Est-ce l'une de ces adresses")
}

func TestPhonesAreKept(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.Details))
	d.context.Go(toChange(changePhones))
	d.settle()
	d.write("Téléphone mobile", "03 26 00 00 01")
	d.mistake("Téléphone mobile", "06 ou 07")
	d.write("Téléphone mobile", "")
	d.write("Autre téléphone", "rien")
	d.mistake("Autre téléphone", "06\u00a012\u00a034\u00a056\u00a078") // on one line
	d.write("Autre téléphone", "03 26 00 00 01")
	d.enterIn("Autre téléphone")
	var phones wire.ChangePhones
	if kind := d.submitted(&phones); kind != wire.AccountPhones || phones.Mobile != "" || phones.Phone != "03 26 00 00 01" {
		t.Errorf("%s %+v", kind, phones)
	}
	d.shows("03\u00a026\u00a000\u00a000\u00a001", "En attente d'envoi")
}

func TestTheLanguageOfMailsIsKept(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.Details))
	d.context.Go(toChange(changeLanguage))
	d.settle()
	d.field("Vos courriels sont écrits en").SetValue("en")
	d.press("Enregistrer")
	var lang wire.ChangeLanguage
	if kind := d.submitted(&lang); kind != wire.AccountLanguage || lang.Language != "en" {
		t.Errorf("%s %+v", kind, lang)
	}
	d.shows("English")
}

// enterIn presses Enter in a field.
func (d *desk) enterIn(label string) {
	d.t.Helper()
	d.field(label).Focus()
	d.enter()
}

func TestAnotherPasswordAsksForTheOldOne(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.Details))
	d.context.Go(toChange(changePassword))
	d.settle()
	d.press("Changer mon mot de passe")
	d.mistake("Mot de passe actuel", "Indiquez votre mot de passe")
	d.write("Mot de passe actuel", phrase)
	d.write(newLabel, "martel claire 1985")
	d.mistake(newLabel, "ni votre nom")
	d.write(newLabel, otherPhrase)
	d.write(newAgain, otherPhrase)
	w.refuse(wire.RouteAccountPassword, http.StatusUnprocessableEntity, wire.WrongPassword, "old")
	d.press("Changer mon mot de passe")
	d.mistake("Mot de passe actuel", "Ce n'est pas le bon mot de passe")
	w.on(wire.RouteAccountPassword, http.StatusOK, wire.PasswordChanged{Share: claire().Share})
	d.press("Changer mon mot de passe")
	d.is(screen.To(screen.Details))
	var sent wire.ChangePassword
	w.got(t, wire.RouteAccountPassword, &sent)
	if sent.Old != phrase || sent.New != otherPhrase {
		t.Errorf("sent was %+v", sent)
	}
	// From now on the new one opens it off line, and only that.
	if err := d.session.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.session.OpenOffLine("claire.martel", phrase); portal.CodeOf(err) != wire.BadCredentials {
		t.Errorf("the old one: %v", err)
	}
	if err := d.session.OpenOffLine("claire.martel", otherPhrase); err != nil {
		t.Errorf("the new one: %v", err)
	}
}

func TestAnotherMailAddressIsConfirmedByItsCode(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(toChange(changeMail))
	d.write("Nouvelle adresse électronique", "Claire.Martel@exemple.fr")
	d.mistake("Nouvelle adresse électronique", "déjà l'adresse de votre compte")
	d.write("Nouvelle adresse électronique", "lucie@exemple.fr")
	d.write("Votre mot de passe", phrase)
	w.refuse(wire.RouteAccountMail, http.StatusTooManyRequests, portal.Throttled, "mail", "seconds", "900")
	d.press("Envoyer le courriel de confirmation")
	d.mistake("Nouvelle adresse électronique", "15 minutes")
	w.on(wire.RouteAccountMail, http.StatusOK, wire.MailChange{Handle: "h7"})
	d.press("Envoyer le courriel de confirmation")
	d.shows("Un courriel a été envoyé à lucie@exemple.fr")
	w.refuse(wire.RouteAccountMailCode, http.StatusGone, wire.CodeExpired, "code")
	d.write(codeLabel, "12345678")
	d.press("Confirmer cette adresse")
	d.shows("Le lien du courriel est valable 24 heures")
	w.on(wire.RouteAccountMailCode, http.StatusNoContent, nil)
	d.press("Confirmer cette adresse")
	d.is(screen.To(screen.Details))
	var sent wire.MailCode
	w.got(t, wire.RouteAccountMailCode, &sent)
	if sent.Handle != "h7" || sent.Code != "12345678" || d.session.AskedMail() {
		t.Errorf("sent was %+v", sent)
	}
	// One that waits is given up from anywhere.
	d.tell(me(func(a *wire.Account) { a.NewMail = "lucie@exemple.fr"; a.NewUntil = 1 << 60 }))
	d.at(toChange(changeCode))
	w.on(wire.RouteAccountMailStop, http.StatusNoContent, nil)
	d.press("Abandonner ce changement")
	if w.calls(wire.RouteAccountMailStop) != 1 {
		t.Error("it was not given up")
	}
}

func TestASessionElsewhereIsEnded(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil)
	d.at(screen.To(screen.Devices))
	d.shows("La liste ne peut pas s'afficher sans connexion")
	here := wire.OpenSession{ID: claireID, Device: "essai", Kind: "home", Since: noon.UnixMicro(), Seen: noon.UnixMicro(), This: true}
	there := wire.OpenSession{ID: otherSession, Device: "portable de Claire", Kind: "home", Since: noon.UnixMicro(), Seen: noon.UnixMicro()}
	w.on(wire.RouteAccountSessions, http.StatusOK, wire.OpenSessions{Sessions: []wire.OpenSession{there, here}})
	d.press("Réessayer")
	d.shows("portable de Claire", "Cet appareil")
	d.press("Déconnecter cet appareil")
	d.shows("Déconnecter « portable de Claire » ?")
	w.on(wire.RouteAccountEnd, http.StatusNoContent, nil)
	w.on(wire.RouteAccountSessions, http.StatusOK, wire.OpenSessions{Sessions: []wire.OpenSession{here}})
	d.press("Déconnecter cet appareil")
	d.shows("« portable de Claire » est déconnecté.", "Aucun autre appareil")
	d.hides("Déconnecter cet appareil")
	var sent wire.EndSession
	w.got(t, wire.RouteAccountEnd, &sent)
	if sent.Session != otherSession {
		t.Errorf("sent was %+v", sent)
	}
}

func TestOnesDataIsSavedAndNothingOfItOnAPublicComputer(t *testing.T) {
	kittest.Light(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	if err := os.Mkdir(filepath.Join(home, "Downloads"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.MyData))
	w.refuse(wire.RouteAccountData, http.StatusTooManyRequests, portal.Throttled, "account", "seconds", "900")
	d.press("Télécharger mes données")
	d.shows("déjà téléchargées trois fois")
	w.on(wire.RouteAccountData, http.StatusOK, "a ZIP, let us say")
	for _, name := range []string{"mes-donnees-2026-03-09.zip", "mes-donnees-2026-03-09-2.zip"} {
		d.press("Télécharger mes données")
		path := filepath.Join(home, "Downloads", name)
		d.shows("Vos données sont enregistrées", path)
		if raw, err := os.ReadFile(path); err != nil || !strings.Contains(string(raw), "a ZIP") {
			t.Errorf("%s: %q %v", name, raw, err)
		}
	}
	d.press("Ouvrir le dossier")
	if len(d.browsed) != 1 || !strings.HasPrefix(d.browsed[0], "file://") {
		t.Errorf("opened was %v", d.browsed)
	}
	public := atHome(t, w, options{kiosk: true}, nil).at(screen.To(screen.MyData))
	public.press("Télécharger mes données")
	public.shows("Pas sur un ordinateur public")
}

func TestClosingAnAccountSaysWhatItMeans(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := atHome(t, w, options{}, nil).at(screen.To(screen.CloseAccount))
	d.shows("pendant 14 jours", "dix ans", "trois ans au plus", "Il reste 76,80", "Les jours déjà réservés restent réservés")
	d.press("Fermer mon compte")
	d.mistake("Votre mot de passe", "Indiquez votre mot de passe")
	d.write("Votre mot de passe", phrase)
	d.press("Fermer mon compte")
	d.press("Garder mon compte")
	if w.calls(wire.RouteAccountClose) != 0 {
		t.Fatal("it is closed without a yes")
	}
	w.refuse(wire.RouteAccountClose, http.StatusUnprocessableEntity, wire.WrongPassword, "password")
	d.press("Fermer mon compte")
	d.press("Fermer mon compte")
	d.mistake("Votre mot de passe", "Ce n'est pas le bon mot de passe")
	w.on(wire.RouteAccountClose, http.StatusOK, wire.AccountClosing{At: noon.AddDate(0, 0, 14).UnixMicro()})
	d.press("Fermer mon compte")
	d.press("Fermer mon compte")
	d.shows("Votre compte va être fermé", "23\u00a0mars 2026")
	d.press("Quitter mon compte")
	if _, in := d.session.Person(); in {
		t.Error("the window is still signed in")
	}
}
