package account

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const mailText = "Bonjour,\n\nPour l'activer, ouvrez ce lien :\n\nhttp://127.0.0.1/activer?j=abc\n\nou tapez ce code :\n\n    1234 5678\n\nLe lien est valable 24 heures."

func mailsOf(n int) wire.DemoMails {
	all := []wire.DemoMail{
		{ID: "<2@x>", From: "portail@exemple.fr", To: "<claire.martel@exemple.fr>", Subject: "Activez votre compte", Text: mailText, At: noon.UnixMicro()},
		{ID: "<1@x>", From: "portail@exemple.fr", To: "hugo.martel@exemple.fr", Subject: "Votre demande est arrivée", Text: "Bonjour,\n\nSuivre ma demande :\nhttp://127.0.0.1\n\n-- \nPour ne plus recevoir de courriel :\nhttp://127.0.0.1/avis?j=x\n", At: noon.UnixMicro() - 60_000_000},
	}
	return wire.DemoMails{Mails: all[len(all)-n:]}
}

func TestTheDemosMailIsReadInTheWindow(t *testing.T) {
	kittest.Light(t)
	waiting := waits(t)
	next := func() { (*waiting)[len(*waiting)-1]() }
	w := newTown(t)
	w.info.Demo = demonstration("111222")
	w.on(wire.RouteDemoMails, http.StatusOK, mailsOf(0))
	d := asked(t, w, options{})
	d.press("Lire les courriels de la démonstration")
	d.is(screen.To(screen.DemoMails))
	d.shows("Aucun courriel pour l'instant")

	// What arrives is shown without a click, the newest first.
	w.on(wire.RouteDemoMails, http.StatusOK, mailsOf(1))
	next()
	d.settle()
	d.shows("Votre demande est arrivée", "À hugo.martel@exemple.fr, ")
	d.hides("Aucun courriel")
	w.on(wire.RouteDemoMails, http.StatusOK, mailsOf(2))
	next()
	d.settle()
	all := strings.Join(kittest.Texts(d.window), "|")
	if first, second := strings.Index(all, "Activez votre compte"), strings.Index(all, "Votre demande"); first < 0 || second < first {
		t.Errorf("the order is %s", all)
	}

	// The line is cut: what is known stays, and it is said why nothing comes.
	d.cut.Store(true)
	next()
	d.settle()
	d.shows("Activez votre compte", "Le portail ne répond pas")
	d.cut.Store(false)
	next()
	d.settle()
	d.hides("Le portail ne répond pas")

	d.press("Les lire dans le navigateur")
	if len(d.browsed) != 1 || d.browsed[0] != w.URL+"/demo/courriels" {
		t.Errorf("the browser was sent to %q", d.browsed)
	}
	d.press("Activez votre compte, À claire.martel@exemple.fr, " + sentAt(mailsOf(2).Mails[0]))
	d.is(screen.To(screen.DemoMails, "id", "<2@x>"))
	d.shows("Activez votre compte", "portail@exemple.fr", "claire.martel@exemple.fr", "Le lien est valable 24 heures.")
	d.press("Copier le code 1234 5678")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "1234 5678" {
		t.Errorf("copied %q", got)
	}
	d.press("Ouvrir le lien")
	if got := d.browsed[len(d.browsed)-1]; got != "http://127.0.0.1/activer?j=abc" {
		t.Errorf("the browser was sent to %q", got)
	}
	d.press("Copier le lien")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "http://127.0.0.1/activer?j=abc" {
		t.Errorf("copied %q", got)
	}
	if all := kittest.Texts(d.window); slices.Index(all, "Tous les courriels") > slices.Index(all, "Courriels de la démonstration") {
		t.Errorf("the way back stands below the title: %q", all)
	}
	d.press("Tous les courriels")
	d.is(screen.To(screen.DemoMails))

	// What the mail is about is opened above it, what every mail ends with below.
	d.at(screen.To(screen.DemoMails, "id", "<1@x>"))
	if n := strings.Count(strings.Join(kittest.Texts(d.window), "|"), "Ouvrir le lien|"); n != 1 {
		t.Errorf("there are %d links to open in %q", n, kittest.Texts(d.window))
	}
	d.press("Ouvrir le lien du bas")
	if got := d.browsed[len(d.browsed)-1]; got != "http://127.0.0.1/avis?j=x" {
		t.Errorf("the browser was sent to %q", got)
	}

	// From the list as from a mail there is a way back to where the code goes.
	for _, r := range []screen.Route{screen.To(screen.DemoMails), screen.To(screen.DemoMails, "id", "<2@x>")} {
		d.at(r)
		d.press("Retour à la saisie du code")
		d.is(screen.To(screen.Activate))
		d.shows(mailedLabel)
	}

	// A mail that is kept no more.
	d.at(screen.To(screen.DemoMails, "id", "<0@x>"))
	d.shows("Ce courriel n'est plus gardé.")
}

func TestAPortalInEarnestShowsNoMails(t *testing.T) {
	kittest.Light(t)
	waiting := waits(t)
	w := newTown(t)
	w.refuse(wire.RouteDemoMails, http.StatusNotFound, portal.NotFound, "")
	d := open(t, w, options{}).at(screen.To(screen.DemoMails))
	d.shows("n'est pas une démonstration")
	if len(*waiting) > 0 {
		t.Error("it asks again")
	}
	d.at(screen.To(screen.SignIn))
	d.hides("Lire les courriels de la démonstration")
}

// What never answered is told as that, and asked again.
func TestMailsThatCannotBeAskedFor(t *testing.T) {
	kittest.Light(t)
	waiting := waits(t)
	w := newTown(t)
	w.on(wire.RouteDemoMails, http.StatusOK, mailsOf(1))
	d := open(t, w, options{})
	d.cut.Store(true)
	d.at(screen.To(screen.DemoMails))
	d.shows("Le portail ne répond pas")
	d.hides("Nous cherchons", "Aucun courriel")
	d.cut.Store(false)
	(*waiting)[len(*waiting)-1]()
	d.settle()
	d.shows("Votre demande est arrivée")
	d.hides("Le portail ne répond pas")
}
