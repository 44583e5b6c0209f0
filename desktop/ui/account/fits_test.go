package account

import (
	"net/http"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// framed is a screen within the window's frame.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	foot := kit.NewFootLine(func() {})
	foot.Set(look.ToneWarning, "cloud-slash", "Hors ligne", -1)
	s := kit.NewShell(kit.NewTopBar(), kit.NewRail(nil, nil), foot, kit.NewToasts(nil))
	s.SetLeft(kit.Strong("Saint-Aubin-sur-Vesle"))
	s.SetPage(o)
	return s
}

// signedIn is a screen within the window's frame as one sees it signed in.
func signedIn(o fyne.CanvasObject) fyne.CanvasObject {
	s := framed(o).(*kit.Shell)
	s.Rail.SetItems(kit.RailItem{ID: screen.Home, Icon: "house", Label: "Accueil"})
	s.ShowRail(true)
	return s
}

func TestEveryTextFits(tt *testing.T) {
	// Somebody whose answers are long.
	long := accounts.Profile{
		Title: accounts.Madam, FirstName: "Marie-Antoinette-Joséphine", LastName: "de la Rochefoucauld-Montbazon", BirthDate: "1985-03-12",
		Address: accounts.Address{Line1: "1234 chemin rural du Moulin-Brûlé-de-la-Haute-Vesle", Line2: "Bâtiment C, escalier 12", Postcode: "51999", City: "Saint-Aubin-sur-Vesle", Country: "France"},
		Mail:    "marie-antoinette-josephine.de-la-rochefoucauld@messagerie-exemple.fr", Mobile: "+33612345678",
	}
	screens := []struct {
		name  string
		route screen.Route
		after func(d *desk)
	}{
		{"first", screen.To(screen.First), nil},
		{"found", screen.To(screen.First, "address", "TOWN"), nil},
		{"signin", screen.To(screen.SignIn), func(d *desk) {
			kittest.All[*kit.Fold](d.window)[0].SetOpen(true)
			d.settle()
			kittest.All[*kit.Form](d.window)[0].Submit()
		}},
		{"form", screen.To(screen.Register), func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }},
		{"part", screen.To(screen.Register, "part", partAddress), nil},
		{"recap", recapRoute, func(d *desk) {
			d.press(t("recap.send"))
		}},
		{"sent", sentRoute, nil},
		{"mails", screen.To(screen.DemoMails), nil},
		{"mail", screen.To(screen.DemoMails, "id", "<2@x>"), nil},
		{"activate", screen.To(screen.Activate), func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }},
		{"lost", screen.To(screen.Lost), nil},
		{"lost login", toLost(lostLogin), func(d *desk) {
			d.write(t("lost.mail"), long.Mail)
			kittest.All[*kit.Form](d.window)[0].Submit()
		}},
		{"lost password", toLost(lostPassword), func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }},
		{"lost code", toLost(lostCode), func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }},
		{"lost new", toLost(lostCode), func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }},
		{"code", screen.To(screen.WindowCode), func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }},
	}
	for _, s := range screens {
		tt.Run(s.name, func(tt *testing.T) {
			waits(tt)
			w := newTown(tt)
			w.info.Demo = demonstration("111222")
			w.on(wire.RouteActivationCode, http.StatusOK, wire.Activation{Activation: "a1", Login: "marie-antoinette-josephine.de", FirstName: long.FirstName, LastName: long.LastName})
			w.on(wire.RouteRecoveryLogin, http.StatusNoContent, nil)
			w.on(wire.RouteRecoveryPassword, http.StatusOK, wire.Recovery{Handle: "h1"})
			w.on(wire.RouteRecoveryCode, http.StatusOK, wire.Reset{Reset: "r1", Login: "marie-antoinette-josephine.de", FirstName: long.FirstName, LastName: long.LastName, Pending: true})
			w.on(wire.RouteDemoMails, http.StatusOK, mailsOf(2))
			w.refuse(wire.RouteRegistrations, http.StatusTooManyRequests, portal.Throttled, "", "seconds", "900")
			kittest.FitsEverywhere(tt, func() fyne.CanvasObject {
				d := open(tt, w, options{})
				keep(tt, d, long, s.name == "sent" || s.name == "activate" || s.name == "code", s.name == "activate")
				r := s.route
				if r.Arg("address") != "" {
					r = screen.To(r.Name, "address", w.URL)
				}
				if s.name == "form" {
					if err := d.session.ForgetRegistration(); err != nil {
						tt.Fatal(err)
					}
				}
				switch s.name {
				case "lost new":
					lose(tt, d)
				case "lost code":
					if err := d.session.RecoverPassword(tt.Context(), long.Mail); err != nil {
						tt.Fatal(err)
					}
				}
				d.at(r)
				if s.after != nil {
					s.after(d)
					d.settle()
				}
				o := d.window.Content()
				d.window.Canvas().Unfocus()
				d.window.SetContent(kit.Gap(1))
				return framed(o)
			})
		})
	}
}

// keep puts the session into the state that a screen is shown in.
func keep(t *testing.T, d *desk, p accounts.Profile, sent, open bool) {
	t.Helper()
	r, _ := d.session.Registration()
	r.Profile, r.MailAgain = p, p.Mail
	if sent {
		r.Handle = "h1"
	}
	if err := d.session.KeepRegistration(r); err != nil {
		t.Fatal(err)
	}
	if open {
		if _, err := d.session.OpenActivation(t.Context(), "12345678"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryTextOfTheProfileFits(tt *testing.T) {
	long := me(func(a *wire.Account) {
		a.FirstName, a.LastName, a.Login = "Marie-Antoinette-Joséphine", "de la Rochefoucauld-Montbazon", "marie-antoinette-josephine.de"
		a.Mail, a.Phone = "marie-antoinette-josephine.de-la-rochefoucauld@messagerie-exemple.fr", "+33326000001"
		a.NewMail, a.NewUntil = "marie-antoinette-josephine.de-la-rochefoucauld.bis@messagerie-exemple.fr", 1<<60
	})
	submit := func(d *desk) { kittest.All[*kit.Form](d.window)[0].Submit() }
	for _, s := range []struct {
		name  string
		route screen.Route
		after func(d *desk)
	}{
		{"profile", screen.To(screen.Profile), nil},
		{"details", screen.To(screen.Details), nil},
		{"address", toChange(changeAddress), func(d *desk) {
			d.field(t("field.address.postcode")).SetValue("51000")
			d.field(t("field.address.postcode")).Focus()
			d.window.Canvas().Unfocus()
			d.field(t("field.address.line1")).SetValue("")
			submit(d)
		}},
		{"phones", toChange(changePhones), func(d *desk) {
			d.field(t("field.mobile")).SetValue("12") // a right one would lead away from the screen
			submit(d)
		}},
		{"language", toChange(changeLanguage), nil},
		{"password", toChange(changePassword), submit},
		{"mail", toChange(changeMail), submit},
		{"code", toChange(changeCode), nil},
		{"devices", screen.To(screen.Devices), nil},
		{"data", screen.To(screen.MyData), func(d *desk) { d.press(t("data.do")) }},
		{"closing", screen.To(screen.CloseAccount), submit},
		{"closed", screen.To(screen.CloseAccount, "until", strconv.FormatInt(noon.AddDate(0, 0, 14).UnixMicro(), 10)), nil},
	} {
		tt.Run(s.name, func(tt *testing.T) {
			waits(tt)
			w := newTown(tt)
			at := noon.UnixMicro()
			w.refuse(wire.RouteAccountData, http.StatusTooManyRequests, portal.Throttled, "account", "seconds", "900")
			w.on(wire.RouteAccountSessions, http.StatusOK, wire.OpenSessions{Sessions: []wire.OpenSession{
				{ID: claireID, Device: "ordinateur-portable-de-marie-antoinette-josephine", Kind: "kiosk", Since: at, Seen: at},
				{ID: otherSession, Kind: "home", Since: at, Seen: at, This: true},
			}})
			kittest.FitsEverywhere(tt, func() fyne.CanvasObject {
				d := atHome(tt, w, options{}, func(a *wire.Account) { *a = long })
				d.at(s.route)
				if s.after != nil {
					s.after(d)
					d.settle()
				}
				o := d.window.Content()
				d.window.Canvas().Unfocus()
				d.window.SetContent(kit.Gap(1))
				return signedIn(o)
			})
		})
	}
}
