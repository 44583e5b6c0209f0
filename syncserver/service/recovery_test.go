package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

const newPassword = "tambour-rouge-sous-la-pluie"

func ask(t *testing.T, d *hosttest.Desk, who string) wire.Recovery {
	t.Helper()
	out, err := d.RecoverPassword(context.Background(), wire.RecoverPassword{Who: who})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func linkOf(letter map[string]string, name string) string {
	_, link, _ := strings.Cut(letter["link"], "?"+name+"=")
	return link
}

// audited is the actions of the audit trail about an account.
func audited(t *testing.T, s *hosttest.Server, account portal.ID) (actions []string) {
	t.Helper()
	if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
		lines, err := tx.AuditAbout(account)
		for _, l := range lines {
			actions = append(actions, l.Action)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return actions
}

func TestALostPasswordIsReplacedByTheMailedCode(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		before := s.SignIn("claire.martel")
		window := s.Anonymous()
		asked := ask(t, window, "Claire.Martel")
		letter := mail(t, s, knownMail)
		if letter["template"] != "password_reset" || len(letter["code"]) != 8 {
			t.Fatalf("the mail is %v", letter)
		}
		if _, err := window.OpenRecovery(ctx, wire.RecoveryCode{Handle: ask(t, window, knownMail).Handle, Code: letter["code"]}); portal.CodeOf(err) != wire.CodeWrong {
			t.Fatalf("the code works in another window: %v", err)
		}
		open, err := window.OpenRecovery(ctx, wire.RecoveryCode{Handle: asked.Handle, Code: letter["code"][:4] + " " + letter["code"][4:]})
		if err != nil || open.Login != "claire.martel" || open.FirstName != "Claire" {
			t.Fatalf("%+v %v", open, err)
		}
		if _, err := window.OpenRecovery(ctx, wire.RecoveryCode{Handle: asked.Handle, Code: letter["code"]}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a code works twice: %v", err)
		}
		device := wire.Device{ID: portal.NewID(), Name: "poste"}
		reset := func(password string) (wire.Session, error) {
			return window.ResetPassword(ctx, wire.ResetPassword{Reset: open.Reset, Password: password, Device: device})
		}
		if _, err := reset("claire.martel"); err == nil {
			t.Fatal("a password made of the name is taken")
		}
		session, err := reset(newPassword)
		if err != nil || session.Account.Login != "claire.martel" {
			t.Fatal(err)
		}
		if _, err := before.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Fatalf("a session of before lives on: %v", err)
		}
		window.Session = session
		window.Catch()
		if _, err := reset(goodPassword); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a reset works twice: %v", err)
		}
		if got := newest(t, s, knownMail); got["template"] != "password_changed" {
			t.Fatalf("the last mail is %v", got)
		}
		for password, want := range map[string]portal.Code{demo.FamilyPassword: wire.BadCredentials, newPassword: ""} {
			if _, err := s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: password, Device: device}); portal.CodeOf(err) != want {
				t.Errorf("with %s: %v", password, err)
			}
		}
		if got := audited(t, s, session.Account.ID); len(got) != 1 || got[0] != "account.reset" {
			t.Errorf("the audit trail has %v", got)
		}
	})
}

func TestALinkLivesAnHourAndEndsAllOthers(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		ask(t, d, knownMail)
		first := linkOf(mail(t, s, knownMail), "r")
		s.Clock.Add(time.Minute)
		ask(t, d, knownMail)
		second := linkOf(newest(t, s, knownMail), "r")
		if first == second || first == "" {
			t.Fatal("two mails have one link")
		}
		for range 3 { // looking changes nothing
			if _, err := s.Service.PeekReset(ctx, first); err != nil {
				t.Fatal(err)
			}
		}
		s.Clock.Set(hosttest.Start.Add(time.Hour + time.Millisecond))
		if _, err := s.Service.PeekReset(ctx, first); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a link after its hour: %v", err)
		}
		if _, _, err := s.Service.ResetByLink(ctx, first, newPassword, false); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a link after its hour: %v", err)
		}
		ask(t, d, knownMail)
		third := linkOf(newest(t, s, knownMail), "r")
		if _, login, err := s.Service.ResetByLink(ctx, second, newPassword, false); err != nil || login != "claire.martel" {
			t.Fatal(login, err)
		}
		for _, link := range []string{second, third} {
			if _, _, err := s.Service.ResetByLink(ctx, link, goodPassword, false); portal.CodeOf(err) != wire.CodeExpired {
				t.Errorf("a link after one was used: %v", err)
			}
		}
	})
}

// Whoever asks too often is answered as before; the mails then have no code,
// and come one an hour, so that one link always works.
func TestThreeRecoveryCodesADay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		var last wire.Recovery
		for i := range 8 {
			last = ask(t, d, knownMail)
			if want, got := min(i+1, 3), letters(t, s, knownMail); got != want {
				t.Fatalf("%d mails after asking %d times", got, i+1)
			}
		}
		s.Clock.Add(time.Hour + time.Second)
		last = ask(t, d, knownMail)
		letter := newest(t, s, knownMail)
		if letters(t, s, knownMail) != 4 || letter["code"] != "" || linkOf(letter, "r") == "" {
			t.Fatalf("an hour later: %d mails, %v", letters(t, s, knownMail), letter)
		}
		for i := range 5 {
			if _, err := d.OpenRecovery(ctx, wire.RecoveryCode{Handle: last.Handle, Code: fmt.Sprintf("%08d", i)}); portal.CodeOf(err) != wire.CodeWrong {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if _, err := d.OpenRecovery(ctx, wire.RecoveryCode{Handle: last.Handle, Code: "12345678"}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a sixth try: %v", err)
		}
		if _, _, err := s.Service.ResetByLink(ctx, linkOf(letter, "r"), newPassword, false); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(25 * time.Hour)
		ask(t, d, knownMail)
		if letter := newest(t, s, knownMail); len(letter["code"]) != 8 {
			t.Fatalf("a day later: %v", letter)
		}
	})
}

func TestNobodyLearnsByRecoveryWhoHasAnAccount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		handles := map[string]string{}
		password := func(who string) string {
			a := s.Post(wire.RouteRecoveryPassword, "", wire.RecoverPassword{Who: who})
			var r wire.Recovery
			decode(t, a, &r)
			handles[who] = r.Handle
			return shape(a)
		}
		login := func(mail string) string {
			return shape(s.Post(wire.RouteRecoveryLogin, "", wire.RecoverLogin{Mail: mail}))
		}
		code := func(who string) string {
			return shape(s.Post(wire.RouteRecoveryCode, "", wire.RecoveryCode{Handle: handles[who], Code: "12345678"}))
		}
		for i := range 5 {
			for _, known := range []string{knownMail, "claire.martel", "sylvie.roy", "sylvie.roy@exemple.fr"} {
				s.Clock.Add(20 * time.Minute)
				unknown := strings.Replace(known, "claire", "personne", 1)
				if known == unknown {
					unknown = strings.Replace(known, "sylvie", "personne", 1)
				}
				if k, u := password(known), password(unknown); k != u || !strings.HasPrefix(k, "200") {
					t.Errorf("%s %d: %s, and %s for nobody", known, i, k, u)
				}
				for range 6 {
					if k, u := code(known), code(unknown); k != u {
						t.Errorf("a code for %s: %s, and %s for nobody", known, k, u)
					}
				}
				if strings.Contains(known, "@") {
					if k, u := login(known), login(unknown); k != u || !strings.HasPrefix(k, "204") {
						t.Errorf("the login of %s: %s, and %s for nobody", known, k, u)
					}
				}
			}
		}
		if n := letters(t, s, "sylvie.roy@exemple.fr"); n != 0 {
			t.Errorf("an agent gets %d mails", n)
		}
		if n := letters(t, s, "personne.martel@exemple.fr"); n != 0 {
			t.Errorf("nobody gets %d mails", n)
		}
		if n := letters(t, s, knownMail); n == 0 {
			t.Error("the family gets none")
		}
	})
}

func TestRecoveryTakesTheSameTimeForEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		o := hosttest.Options("sqlite::memory:", hosttest.NewClock())
		o.Clock, o.FailAfter = time.Now, 600*time.Millisecond
		o.Exempt = func(string) bool { return true }
		h, err := host.Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{knownMail, "claire.martel", unknownMail, "personne", "sylvie.roy"} {
			began := time.Now()
			if _, err := h.Service.RecoverPassword(ctx, wire.RecoverPassword{Who: who}, "192.0.2.1"); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took != 600*time.Millisecond {
				t.Errorf("%s took %s", who, took)
			}
		}
		for _, mail := range []string{knownMail, unknownMail} {
			began := time.Now()
			if err := h.Service.RecoverLogin(ctx, wire.RecoverLogin{Mail: mail}, "192.0.2.1"); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took != 600*time.Millisecond {
				t.Errorf("the login of %s took %s", mail, took)
			}
		}
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestALostLoginComesByMail(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		d := s.Anonymous()
		if err := d.RecoverLogin(context.Background(), wire.RecoverLogin{Mail: " Claire.Martel@Exemple.fr "}); err != nil {
			t.Fatal(err)
		}
		if letter := mail(t, s, knownMail); letter["template"] != "login_reminder" || letter["login"] != "claire.martel" {
			t.Errorf("the mail is %v", letter)
		}
		for in, want := range map[string]portal.Code{"": portal.Missing, "claire": "bad_mail"} {
			err := d.RecoverLogin(context.Background(), wire.RecoverLogin{Mail: in})
			if portal.CodeOf(err) != want {
				t.Errorf("%q: %v", in, err)
			}
		}
	})
}

// Somebody who has failed too often, at the account and from the address, gets
// in by mail, and is not blocked any more after that.
func TestRecoveryWorksWhileBlocked(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		own := s.SignIn("claire.martel")
		device := wire.Device{ID: portal.NewID()}
		fails := func() portal.Code {
			_, err := own.Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: "pas le bon mot", Device: device})
			return portal.CodeOf(err)
		}
		for fails() != portal.Throttled {
		}
		ask(t, s.Anonymous(), "claire.martel")
		if _, _, err := s.Service.ResetByLink(ctx, linkOf(mail(t, s, knownMail), "r"), newPassword, false); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Service.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: newPassword, Device: device}, "192.0.2.7"); err != nil {
			t.Fatalf("still blocked after the reset: %v", err)
		}
		// Recovery has a count of its own by address.
		for i := range 9 {
			ask(t, s.Anonymous(), fmt.Sprintf("personne%d", i))
		}
		if _, err := s.Anonymous().RecoverPassword(ctx, wire.RecoverPassword{Who: "personne"}); portal.CodeOf(err) != portal.Throttled {
			t.Fatalf("an eleventh wish from one address: %v", err)
		}
		if _, err := s.Service.RecoverPassword(ctx, wire.RecoverPassword{Who: "personne"}, "192.0.2.8"); err != nil {
			t.Fatalf("a neighbour: %v", err)
		}
	})
}

func TestAResetClosesTheSockets(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		before := s.SignIn("claire.martel")
		conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+wire.RouteLive, http.Header{"Authorization": {"Bearer " + before.Session.Token}})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		ask(t, s.Anonymous(), knownMail)
		// Past the endpoint, as another process of the town would do it.
		if _, _, err := s.Service.ResetByLink(context.Background(), linkOf(mail(t, s, knownMail), "r"), newPassword, false); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for {
			if _, _, err = conn.ReadMessage(); err != nil {
				break
			}
		}
		if !websocket.IsCloseError(err, websocket.CloseTryAgainLater) && !websocket.IsUnexpectedCloseError(err) {
			t.Errorf("the socket ends with %v", err)
		}
	})
}

func decode(t *testing.T, a hosttest.Answer, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("%d %s: %v", a.Status, a.Body, err)
	}
}
