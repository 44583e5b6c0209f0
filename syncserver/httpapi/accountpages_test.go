package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

const newPassword = "tambour-rouge-sous-la-pluie"

// letter is the newest mail of a kind that waits for an address.
func letter(t *testing.T, s *hosttest.Server, address, kind string) (data struct{ Link, Code string }) {
	t.Helper()
	found := false
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(100, tx.Now().UnixMicro())
		for _, m := range due {
			if m.Address == address && m.Template == kind {
				found = true
				if err := json.Unmarshal([]byte(m.Data), &data); err != nil {
					return err
				}
			}
		}
		return err
	}); err != nil || !found {
		t.Fatalf("no %s for %s: %v", kind, address, err)
	}
	return data
}

// pageOf is what follows the server's name in a mailed link.
func pageOf(t *testing.T, link string) string {
	t.Helper()
	page, ok := strings.CutPrefix(link, "http://portail.exemple")
	if !ok {
		t.Fatalf("the link leads elsewhere: %s", link)
	}
	return page
}

func submit(s *hosttest.Server, page string, form url.Values, headers ...string) hosttest.Answer {
	return s.Ask(http.MethodPost, page, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func TestOnlyThePersonsOwnFormResetsThePassword(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	if _, err := s.Anonymous().RecoverPassword(context.Background(), wire.RecoverPassword{Who: "claire.martel@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	page := pageOf(t, letter(t, s, "claire.martel@exemple.fr", "password_reset").Link)
	_, link, _ := strings.Cut(page, "?r=")
	for range 3 {
		a := s.Ask(http.MethodGet, page, "")
		closed(t, "the page", a)
		if a.Status != 200 || !strings.Contains(string(a.Body), "claire.martel") || !strings.Contains(string(a.Body), `action="/mot-de-passe"`) {
			t.Fatalf("the page: %d %s", a.Status, a.Body)
		}
		s.Ask(http.MethodHead, page, "")
	}
	form := func(password, again string) url.Values {
		return url.Values{"r": {link}, "password": {password}, "again": {again}}
	}
	if a := submit(s, wire.PageReset, form(newPassword, newPassword), "Sec-Fetch-Site", "cross-site"); a.Status != http.StatusForbidden {
		t.Errorf("another site: %d", a.Status)
	}
	for what, c := range map[string]struct {
		form   url.Values
		status int
	}{
		"two passwords":    {form(newPassword, newPassword+"x"), 422},
		"a short password": {form("court", "court"), 422},
		"one's own name":   {form("claire.martel", "claire.martel"), 422},
		"nothing":          {url.Values{}, 410},
		"a wrong link":     {url.Values{"r": {"x"}, "password": {newPassword}, "again": {newPassword}}, 410},
		"too long a form":  {form(strings.Repeat("x", 20<<10), newPassword), 403},
	} {
		a := submit(s, wire.PageReset, c.form)
		closed(t, what, a)
		if a.Status != c.status || strings.Contains(string(a.Body), newPassword) {
			t.Errorf("%s: %d, not %d: %s", what, a.Status, c.status, a.Body)
		}
	}
	a := submit(s, wire.PageReset, form(newPassword, newPassword), "Sec-Fetch-Site", "same-origin")
	closed(t, "done", a)
	if a.Status != 200 || strings.Contains(string(a.Body), "<form") || strings.Contains(string(a.Body), "[") {
		t.Fatalf("reset: %d %s", a.Status, a.Body)
	}
	for what, a := range map[string]hosttest.Answer{"twice": submit(s, wire.PageReset, form(newPassword, newPassword)), "a used link": s.Ask(http.MethodGet, page, "")} {
		closed(t, what, a)
		if a.Status != http.StatusGone {
			t.Errorf("%s: %d", what, a.Status)
		}
	}
}

// The new address confirms and the old one takes back, each by a press of a
// button that only their own page has.
func TestOnlyAPressOfTheButtonChangesAnAddress(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	const old, fresh = "claire.martel@exemple.fr", "claire.bis@exemple.fr"
	d := s.SignIn("claire.martel")
	if _, err := d.ChangeMail(context.Background(), wire.ChangeMail{Mail: fresh, Password: demo.FamilyPassword}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		to, kind, name, route, shows, done string
	}{
		{fresh, "mail_confirm", "c", wire.PageMailConfirm, fresh, fresh},
		{old, "mail_changed", "u", wire.PageMailUndo, old, `action="/mot-de-passe"`},
	} {
		page := pageOf(t, letter(t, s, c.to, c.kind).Link)
		_, link, _ := strings.Cut(page, "?"+c.name+"=")
		for range 3 {
			a := s.Ask(http.MethodGet, page, "")
			closed(t, c.kind, a)
			if a.Status != 200 || !strings.Contains(string(a.Body), c.shows) || !strings.Contains(string(a.Body), `action="`+c.route+`"`) {
				t.Fatalf("%s: %d %s", c.kind, a.Status, a.Body)
			}
			s.Ask(http.MethodHead, page, "")
		}
		form := url.Values{c.name: {link}}
		if a := submit(s, c.route, form, "Sec-Fetch-Site", "cross-site"); a.Status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", c.kind, a.Status)
		}
		for what, form := range map[string]url.Values{"nothing": {}, "a wrong link": {c.name: {"x"}}, "another's name": {"r": {link}}} {
			if a := submit(s, c.route, form); a.Status != http.StatusGone {
				t.Errorf("%s with %s: %d", c.kind, what, a.Status)
			}
		}
		a := submit(s, c.route, form, "Sec-Fetch-Site", "same-origin")
		closed(t, c.kind, a)
		if a.Status != 200 || !strings.Contains(string(a.Body), c.done) || strings.Contains(string(a.Body), "[page") {
			t.Fatalf("%s: %d %s", c.kind, a.Status, a.Body)
		}
		if a := submit(s, c.route, form); a.Status != http.StatusGone {
			t.Errorf("%s twice: %d", c.kind, a.Status)
		}
		if a := s.Ask(http.MethodGet, page, ""); a.Status != http.StatusGone {
			t.Errorf("%s used: %d", c.kind, a.Status)
		}
	}
}
