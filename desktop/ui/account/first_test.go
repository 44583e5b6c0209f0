package account

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/client"
	"parvis/shared/portal"
)

func TestFirstStartShowsTheTownAndAsks(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, nil, options{}).at(screen.To(screen.First))
	d.shows("Adresse du portail de votre mairie", "Vous pouvez la copier et la coller ici")

	d.enter()
	d.mistake("Adresse du portail de votre mairie", "Indiquez l'adresse")

	// Pasted without its beginning, and Enter instead of the button.
	d.field("Adresse du portail de votre mairie").Focus()
	kittest.Type(d.window, strings.TrimPrefix(w.URL, "http://"))
	d.enter()
	d.shows("Saint-Aubin-sur-Vesle", "Oui, c'est ma mairie", w.URL)
	if _, chosen := d.session.Portal(); chosen {
		t.Error("the portal was chosen before the person said so")
	}
	d.press("Non, changer l'adresse")
	d.shows("Chercher ma mairie")
	d.enter()
	d.enter() // the focus is on Oui
	d.is(screen.To(screen.Home))
	if p, _ := d.session.Portal(); p.Name != "Saint-Aubin-sur-Vesle" || p.Address != w.URL {
		t.Errorf("chosen is %+v", p)
	}
}

func TestFirstStartTellsFailuresApart(t *testing.T) {
	kittest.Light(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>Bienvenue à la mairie</html>"))
	}))
	defer other.Close()
	unsafe := httptest.NewUnstartedServer(http.NotFoundHandler())
	unsafe.Config.ErrorLog = log.New(io.Discard, "", 0)
	unsafe.StartTLS()
	defer unsafe.Close()

	for _, c := range []struct {
		name, address, title string
		dial                 func(context.Context, string, string) (net.Conn, error)
	}{
		{"no line", "familles.exemple.fr", "Pas de connexion", func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}
		}},
		{"another site", other.URL, "Ce n'est pas un portail Parvis", nil},
		{"certificate", unsafe.URL, "La connexion n'est pas sûre", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, nil, options{dial: c.dial}).at(screen.To(screen.First))
			d.write("Adresse du portail de votre mairie", c.address)
			d.press("Chercher ma mairie")
			d.shows(c.title, c.address)
			d.hides("Oui, c'est ma mairie")
			if got := d.field("Adresse du portail de votre mairie").Value(); got != c.address {
				t.Errorf("what was typed became %q", got)
			}
			d.write("Adresse du portail de votre mairie", "autre.exemple.fr")
			d.hides(c.title)
		})
	}

	// Each cause has words of its own, and what to do.
	titles := map[string]client.Cause{}
	for _, cause := range []client.Cause{client.NoLine, client.NoAnswer, client.NameNotFound, client.NotParvis, client.UnsafeCert} {
		what := about("first." + string(causeOf(portal.E(portal.NotReachable, "", "cause", string(cause)))))
		if strings.HasPrefix(what.title, "[") || strings.HasPrefix(what.text, "[") || titles[what.title] != "" {
			t.Errorf("%s is told as %+v, like %s", cause, what, titles[what.title])
		}
		titles[what.title] = cause
	}
}

func TestFirstStartWithAGivenAddressAsksNothing(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	d := open(t, nil, options{address: w.URL}).at(screen.To(screen.First))
	d.is(screen.To(screen.Home))
}

func TestAnotherTownAtAGivenAddressIsAskedAbout(t *testing.T) {
	kittest.Light(t)
	w := newTown(t)
	dir := t.TempDir()
	open(t, w, options{dir: dir}).close()
	another := newTown(t)
	another.info.ID, another.info.Name = "0190b000-0000-7000-8000-0000000000b1", "Prosnes-les-Bois"
	d := open(t, nil, options{dir: dir, address: another.URL}).at(screen.To(screen.First))
	d.shows("Prosnes-les-Bois", "Oui, c'est ma mairie")
	if p, _ := d.session.Portal(); p.Town != townID {
		t.Errorf("the town became %s without a question", p.Name)
	}
}
