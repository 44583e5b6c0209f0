//go:build browser

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// A person who follows the link in the mail activates the account in a real
// browser, and signs in the window with the code that it shows.
func TestTheLinkInARealBrowser(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	ctx := context.Background()
	window := s.Anonymous()
	profile, err := json.Marshal(accounts.Profile{
		FirstName: "Lucie", LastName: "Fabre", BirthDate: "1990-02-03", Mail: "lucie.fabre@exemple.fr",
		Address: accounts.Address{Line1: "3 rue du Lavoir", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
	})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := window.Register(ctx, wire.Registration{Profile: profile, Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	link := ""
	if err := s.Store.Write(ctx, func(tx *store.Tx) error {
		due, err := tx.DueMails(10, tx.Now().UnixMicro())
		for _, m := range due {
			var data mail.Data
			if err := json.Unmarshal([]byte(m.Data), &data); err != nil {
				return err
			}
			_, link, _ = strings.Cut(data.Link, wire.PageActivate)
		}
		return err
	}); err != nil || link == "" {
		t.Fatalf("no link: %v", err)
	}

	browser := aBrowser(t)
	var proposed, mistake, code string
	if err := chromedp.Run(browser,
		chromedp.Navigate(s.URL+wire.PageActivate+link),
		chromedp.Value("#login", &proposed, chromedp.ByQuery),
		picture("activation"),
		chromedp.SendKeys("#password", "azertyuiop12", chromedp.ByQuery),
		chromedp.SendKeys("#again", "azertyuiop12", chromedp.ByQuery),
		chromedp.Submit("#again", chromedp.ByQuery),
		chromedp.Text(".mistake", &mistake, chromedp.ByQuery),
		picture("activation-mistake"),
		chromedp.SendKeys("#password", "girafe-vélo-matin-27", chromedp.ByQuery),
		chromedp.SendKeys("#again", "girafe-vélo-matin-27", chromedp.ByQuery),
		chromedp.Submit("#again", chromedp.ByQuery),
		chromedp.Text("#code", &code, chromedp.ByQuery),
		picture("activation-done"),
	); err != nil {
		t.Fatal(err)
	}
	if proposed != "lucie.fabre" {
		t.Errorf("the page proposes %q", proposed)
	}
	if mistake == "" || strings.Contains(mistake, "[") {
		t.Errorf("a weak password is answered by %q", mistake)
	}
	session, err := window.SignInWindow(ctx, wire.WindowCode{Handle: asked.Handle, Code: code, Device: wire.Device{ID: portal.NewID()}})
	if err != nil || session.Account.Login != "lucie.fabre" {
		t.Fatalf("the code %q does not sign the window in: %v", code, err)
	}
	var title string
	if err := chromedp.Run(browser, chromedp.Navigate(s.URL+wire.PageActivate+link), chromedp.Text("h1", &title, chromedp.ByQuery), picture("activation-used")); err != nil {
		t.Fatal(err)
	}
	if title != "Ce lien ne sert plus" {
		t.Errorf("a used link says %q", title)
	}
}

// aBrowser is a real one, which ends with the test.
func aBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("accept-lang", "fr-FR"), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(900, 900))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	browser, cancel := context.WithTimeout(browser, time.Minute)
	t.Cleanup(cancel)
	return browser
}

// picture keeps what the browser shows, where a folder is named for it.
func picture(name string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		folder := os.Getenv("PARVIS_BROWSER_PICTURES")
		if folder == "" {
			return nil
		}
		var png []byte
		if err := chromedp.FullScreenshot(&png, 100).Do(ctx); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644)
	})
}

// mailed is the link of the newest mail of a kind, on this server.
func mailed(t *testing.T, s *hosttest.Server, address string, kind mail.Kind) (link string) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(100, tx.Now().UnixMicro())
		for _, m := range due {
			var data mail.Data
			if err := json.Unmarshal([]byte(m.Data), &data); err != nil {
				return err
			}
			if m.Address == address && m.Template == string(kind) {
				link = data.Link
			}
		}
		return err
	}); err != nil || link == "" {
		t.Fatalf("no link: %v", err)
	}
	return s.URL + strings.TrimPrefix(link, "http://portail.exemple")
}

// Whoever has lost the password chooses another one in a real browser, by the
// link of the mail.
func TestANewPasswordInARealBrowser(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	ctx := context.Background()
	before := s.SignIn("claire.martel")
	if _, err := s.Anonymous().RecoverPassword(ctx, wire.RecoverPassword{Who: "claire.martel"}); err != nil {
		t.Fatal(err)
	}
	link := mailed(t, s, "claire.martel@exemple.fr", mail.PasswordReset)
	browser := aBrowser(t)
	const password = "girafe-vélo-matin-27"
	var text, mistake, done, dead string
	if err := chromedp.Run(browser,
		chromedp.Navigate(link),
		chromedp.Text("main", &text, chromedp.ByQuery),
		picture("reset"),
		chromedp.SendKeys("#password", password, chromedp.ByQuery),
		chromedp.SendKeys("#again", "girafe-vélo-matin-28", chromedp.ByQuery),
		chromedp.Submit("#again", chromedp.ByQuery),
		chromedp.Text(".mistake", &mistake, chromedp.ByQuery),
		picture("reset-mistake"),
		chromedp.SendKeys("#password", password, chromedp.ByQuery),
		chromedp.SendKeys("#again", password, chromedp.ByQuery),
		chromedp.Submit("#again", chromedp.ByQuery),
		chromedp.WaitNotPresent("form", chromedp.ByQuery),
		chromedp.Text("h1", &done, chromedp.ByQuery),
		picture("reset-done"),
		chromedp.Navigate(link),
		chromedp.Text("h1", &dead, chromedp.ByQuery),
	); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "claire.martel") || mistake == "" || strings.Contains(mistake, "[") {
		t.Errorf("the page says %q, and to two passwords %q", text, mistake)
	}
	if done != "Votre mot de passe est changé" || dead != "Ce lien ne sert plus" {
		t.Errorf("done is %q, a used link %q", done, dead)
	}
	if _, err := before.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
		t.Errorf("a session of before lives on: %v", err)
	}
	if _, err := s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: password, Device: wire.Device{ID: portal.NewID()}}); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

// Who did not ask for a change of address takes the account back in a real
// browser, and chooses another password on the way.
func TestAnAccountIsTakenBackInARealBrowser(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	ctx := context.Background()
	d := s.SignIn("claire.martel")
	if _, err := d.ChangeMail(ctx, wire.ChangeMail{Mail: "claire.bis@exemple.fr", Password: demo.FamilyPassword}); err != nil {
		t.Fatal(err)
	}
	browser := aBrowser(t)
	const password = "girafe-vélo-matin-27"
	var confirmed, done string
	if err := chromedp.Run(browser,
		chromedp.Navigate(mailed(t, s, "claire.bis@exemple.fr", mail.MailConfirm)),
		picture("mail-confirm"),
		chromedp.Click("button", chromedp.ByQuery),
		chromedp.WaitNotPresent("form", chromedp.ByQuery),
		chromedp.Text("h1", &confirmed, chromedp.ByQuery),
	); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Run(browser,
		chromedp.Navigate(mailed(t, s, "claire.martel@exemple.fr", mail.MailChanged)),
		picture("mail-undo"),
		chromedp.Click("button", chromedp.ByQuery),
		chromedp.WaitVisible("#password", chromedp.ByQuery),
		picture("mail-undone"),
		chromedp.SendKeys("#password", password, chromedp.ByQuery),
		chromedp.SendKeys("#again", password, chromedp.ByQuery),
		chromedp.Submit("#again", chromedp.ByQuery),
		chromedp.WaitNotPresent("form", chromedp.ByQuery),
		chromedp.Text("h1", &done, chromedp.ByQuery),
	); err != nil {
		t.Fatal(err)
	}
	if confirmed != "Votre adresse est changée" || done != "Votre mot de passe est changé" {
		t.Errorf("confirmed is %q, done %q", confirmed, done)
	}
	in, err := s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: password, Device: wire.Device{ID: portal.NewID()}})
	if err != nil || in.Account.Mail != "claire.martel@exemple.fr" {
		t.Errorf("%+v %v", in.Account, err)
	}
}
