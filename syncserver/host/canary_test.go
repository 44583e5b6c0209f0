package host_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// logged is a buffer for logs of several goroutines.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *logged) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// Whatever is secret passes through a server that logs all it can, also where
// things fail; none of it may be in the log.
func TestNoSecretIsInTheLog(t *testing.T) {
	ctx := context.Background()
	log := &logged{}
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) {
		o.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Exempt = func(string) bool { return true }
	})
	secrets := map[string]string{"the families' password": demo.FamilyPassword, "the agents' password": demo.AgentPassword}
	keep := func(what string, in wire.Session) {
		secrets[what+"'s token"], secrets[what+"'s revocation secret"], secrets[what+"'s share"] = in.Token, in.Revoke, in.Share
	}
	const chosen, mistyped = "girafe-en-velo-matin", "Zq7-mot-de-passe-fautif"
	secrets["a chosen password"], secrets["a mistyped password"] = chosen, mistyped

	// An account by the code, one by the link, with every kind of failure.
	letter := func(address string) (code, link string) {
		t.Helper()
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			due, err := tx.DueMails(100, tx.Now().UnixMicro())
			for _, m := range due {
				var data struct{ Code, Link string }
				if m.Address == address && json.Unmarshal([]byte(m.Data), &data) == nil {
					code = data.Code
					_, link, _ = strings.Cut(data.Link, "?j=")
				}
			}
			return err
		}); err != nil || code == "" || link == "" {
			t.Fatalf("%s: %v", address, err)
		}
		secrets["the code for "+address], secrets["the link for "+address] = code, link
		return code, link
	}
	d := s.Anonymous()
	register := func(address string) wire.Registered {
		t.Helper()
		profile, err := json.Marshal(accounts.Profile{FirstName: "Lucie", LastName: "Fabre", BirthDate: "1990-02-03", Mail: address,
			Address: accounts.Address{Line1: "3 rue Zq7Canari", Postcode: demo.Postcode, City: demo.Town, Country: "FR"}})
		if err != nil {
			t.Fatal(err)
		}
		asked, err := d.Register(ctx, wire.Registration{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		secrets["the handle of "+address] = asked.Handle
		return asked
	}
	secrets["an address"], secrets["a mail address"] = "Zq7Canari", "lucie.zq7canari@exemple.fr"
	asked := register("lucie.zq7canari@exemple.fr")
	code, _ := letter("lucie.zq7canari@exemple.fr")
	_, _ = d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: "11112222"})
	open, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: code})
	if err != nil {
		t.Fatal(err)
	}
	secrets["an activation"] = open.Activation
	_, _ = d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "claire.martel", Password: chosen, Device: wire.Device{ID: portal.NewID()}})
	_, _ = d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "lucie", Password: "court", Device: wire.Device{ID: portal.NewID()}})
	if d.Session, err = d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "lucie", Password: chosen, Device: wire.Device{ID: portal.NewID()}}); err != nil {
		t.Fatal(err)
	}
	keep("the new account", d.Session)
	browser := register("marie.zq7canari@exemple.fr")
	_, link := letter("marie.zq7canari@exemple.fr")
	s.Ask(http.MethodGet, wire.PageActivate+"?j="+link, "")
	form := url.Values{"j": {link}, "login": {"marie"}, "password": {chosen}, "again": {chosen}}.Encode()
	page := s.Ask(http.MethodPost, wire.PageActivate, form, "Content-Type", "application/x-www-form-urlencoded")
	_, shown, _ := strings.Cut(string(page.Body), `id="code">`)
	window := strings.ReplaceAll(shown[:9], " ", "")
	secrets["the browser's code"], secrets["the browser's code as shown"] = window, shown[:9]
	in, err := d.SignInWindow(ctx, wire.WindowCode{Handle: browser.Handle, Code: window, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		t.Fatal(err)
	}
	keep("the browser's window", in)

	// Sign-in, with failures, of a family and an agent.
	family, agent := s.SignIn("claire.martel"), s.SignIn("sylvie.roy")
	keep("the family", family.Session)
	keep("the agent", agent.Session)
	for _, a := range s.Service.Town().Demo.Accounts {
		if a.OTP != "" {
			secrets[a.Login+"'s code"] = a.OTP
			for _, otp := range []string{a.OTP, ""} {
				_, _ = d.Client.SignIn(ctx, wire.SignIn{Login: a.Login, Password: mistyped, OTP: otp, Device: wire.Device{ID: portal.NewID()}})
				_, _ = d.Client.SignIn(ctx, wire.SignIn{Login: a.Login, Password: demo.AgentPassword, OTP: otp, Device: wire.Device{ID: portal.NewID()}})
			}
		}
	}
	_, _ = d.Client.SignIn(ctx, wire.SignIn{Login: mistyped, Password: mistyped, Device: wire.Device{ID: portal.NewID()}}) // typed into the wrong field

	// What concerns a child's health, and a socket with its token.
	child := portal.NewID()
	secrets["an answer"] = "Zq7Otherallergy"
	raw := []byte(strings.Replace(string(answers(child)), `"hasAllergies":false`, `"hasAllergies":true,"allergens":["other"],"otherAllergen":"Zq7Otherallergy"`, 1))
	family.Must(wire.RequestSubmit, wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Child: child, Answers: raw, Terms: true})
	watch(t, "family", family)
	s.Ask(http.MethodGet, wire.RouteLive+"?token="+family.Session.Token, "")
	s.Ask(http.MethodGet, wire.RoutePull+"?epoch="+family.Session.Token, "", "Authorization", "Bearer "+family.Session.Token)
	s.Ask(http.MethodGet, "/"+family.Session.Token, "")
	s.Ask("Z"+strings.NewReplacer("-", "", "_", "").Replace(family.Session.Token), wire.RouteTown, "")
	secrets["a made-up method"] = strings.NewReplacer("-", "", "_", "").Replace(family.Session.Token)
	s.Ask(http.MethodGet, "/healthz", "")
	for what, secret := range map[string]string{
		"a login": "claire.martel", "the agent's login": "sylvie.roy", "a person's address": "127.0.0.1", "a family's name": "Martel",
	} {
		secrets[what] = secret
	}

	// A use case that fails in a way nobody foresaw, with its data in hand.
	if err := s.Store.Write(ctx, func(*store.Tx) error { panic("broken") }); portal.CodeOf(err) != portal.Unavailable {
		t.Fatalf("a panic in the writer: %v", err)
	}
	if err := family.Revoke(ctx, family.Session.Revoke); err != nil {
		t.Fatal(err)
	}
	if err := agent.SignOut(ctx); err != nil {
		t.Fatal(err)
	}
	s.Clock.Add(time.Hour)

	text := log.String()
	requests := 0
	for line := range strings.Lines(text) {
		var l struct {
			Level, Msg, Request, Method, Route string
			Status                             int
			MS                                 *int64
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("a line is no JSON: %v: %s", err, line)
		}
		if l.Msg != "request" {
			continue
		}
		requests++
		level := "INFO"
		if l.Route == "/healthz" {
			level = "DEBUG"
		}
		if l.Level != level || len(l.Request) != 16 || l.Method == "" || l.Route == "" || l.Status == 0 || l.MS == nil {
			t.Errorf("a request is logged as %s", line)
		}
	}
	if requests < 30 || !strings.Contains(text, "broken") || !strings.Contains(text, `"route":"/healthz"`) || !strings.Contains(text, `"method":"other","route":"none"`) {
		t.Fatalf("the log has %d requests and cannot be what this test is about", requests)
	}
	for what, secret := range secrets {
		if secret == "" {
			t.Errorf("%s is empty", what)
		}
		for _, form := range []string{secret, url.QueryEscape(secret)} {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s is in the log: …%s…", what, text[max(0, at-120):min(len(text), at+60)])
				break
			}
		}
	}
}
