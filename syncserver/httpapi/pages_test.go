package httpapi_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parvis/assets"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// activationLink asks for an account and gives the link of its mail.
func activationLink(t *testing.T, s *hosttest.Server, address string) (link string) {
	t.Helper()
	profile, err := json.Marshal(accounts.Profile{
		FirstName: "Lucie<script>", LastName: "Fabre", BirthDate: "1990-02-03", Mail: address,
		Address: accounts.Address{Line1: "3 rue du Lavoir", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Anonymous().Register(context.Background(), wire.Registration{Profile: profile}); err == nil {
		t.Fatal("a name with brackets passes")
	}
	profile = []byte(strings.Replace(string(profile), `Lucie\u003cscript\u003e`, "Lucie", 1))
	if _, err := s.Anonymous().Register(context.Background(), wire.Registration{Profile: profile}); err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(100, tx.Now().UnixMicro())
		for _, m := range due {
			var data struct{ Link string }
			if m.Address == address && json.Unmarshal([]byte(m.Data), &data) == nil {
				_, link, _ = strings.Cut(data.Link, "?j=")
			}
		}
		return err
	}); err != nil || link == "" {
		t.Fatalf("no link: %v", err)
	}
	return link
}

func closed(t *testing.T, what string, a hosttest.Answer) {
	t.Helper()
	csp := a.Header.Get("Content-Security-Policy")
	for _, must := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, must) {
			t.Errorf("%s: the policy is %q", what, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
		t.Errorf("%s: the policy is %q", what, csp)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	for _, inline := range []string{"<script", "<style", " onclick", " style=", "javascript:"} {
		if strings.Contains(strings.ToLower(string(a.Body)), inline) {
			t.Errorf("%s holds %s", what, inline)
		}
	}
}

func TestPagesKeepToThemselves(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	link := activationLink(t, s, "lucie.fabre@exemple.fr")
	for _, path := range []string{"/", wire.PageActivate, wire.PageActivate + "?j=" + link, wire.PageActivate + "?j=nothing", wire.PageActivate + "?j=%00%22%3E%3Cscript%3E"} {
		closed(t, path, s.Ask(http.MethodGet, path, ""))
	}
	if a := s.Ask(http.MethodGet, "/parvis.css", ""); a.Status != 200 || a.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(string(a.Body), "url(") {
		t.Errorf("the style sheet: %d", a.Status)
	}
	for _, path := range []string{wire.PageDemoMail, wire.RouteDemoMails} {
		if a := s.Ask(http.MethodGet, path, ""); a.Status != 404 {
			t.Errorf("a server without a mail sink shows mails at %s: %d", path, a.Status)
		}
	}
	if a := s.Ask(http.MethodGet, wire.RouteTown, ""); a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the API's headers are %v", a.Header)
	}
}

// A demonstration shows its mails, the newest first, on its page and by a route
// that its description knows of.
func TestADemonstrationShowsItsMails(t *testing.T) {
	mails := []wire.DemoMail{
		{ID: "b", From: "portail@exemple.fr", To: "<lucie@exemple.fr>", Subject: "Bienvenue <b>", Text: "Ouvrez http://127.0.0.1/activer?j=1 ou tapez\n\n    1234 5678\n", At: 2_000_000},
		{ID: "a", From: "portail@exemple.fr", To: "lucie@exemple.fr", Subject: "La première", Text: "Bonjour", At: 1_000_000},
	}
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.Mails = func() []wire.DemoMail { return mails } })
	got, err := s.Anonymous().DemoMails(context.Background())
	if err != nil || !slices.Equal(got, mails) {
		t.Errorf("the route answers %+v, %v", got, err)
	}
	a := s.Ask(http.MethodGet, wire.PageDemoMail, "")
	closed(t, wire.PageDemoMail, a)
	body := string(a.Body)
	first, second := strings.Index(body, "Bienvenue &lt;b&gt;"), strings.Index(body, "La première")
	if first < 0 || second < first || !strings.Contains(body, `<a href="http://127.0.0.1/activer?j=1">`) {
		t.Errorf("the page reads %s", body)
	}
	if strings.Contains(body, "&lt;lucie") {
		t.Errorf("an address stands as it travels: %s", body)
	}
	if a := s.Ask(http.MethodGet, wire.RouteOpenAPI, ""); !strings.Contains(string(a.Body), wire.RouteDemoMails) {
		t.Error("the description of a demonstration does not tell of its mails")
	}
}

// Programs that look at links before people do change nothing, and nor does a
// form that another site sends.
func TestOnlyThePersonsOwnFormActivates(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	link := activationLink(t, s, "lucie.fabre@exemple.fr")
	page := wire.PageActivate + "?j=" + link
	for range 5 {
		if a := s.Ask(http.MethodGet, page, ""); a.Status != 200 || !strings.Contains(string(a.Body), "lucie.fabre") {
			t.Fatalf("the page: %d", a.Status)
		}
		s.Ask(http.MethodHead, page, "")
		s.Ask(http.MethodOptions, page, "")
	}
	form := func(login, password, again string) string {
		return url.Values{"j": {link}, "login": {login}, "password": {password}, "again": {again}}.Encode()
	}
	const good = "girafe-en-velo-matin"
	post := func(body string, headers ...string) hosttest.Answer {
		return s.Ask(http.MethodPost, wire.PageActivate, body, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
	}
	for what, headers := range map[string][]string{
		"another site":              {"Sec-Fetch-Site", "cross-site"},
		"another name of the town":  {"Sec-Fetch-Site", "same-site"},
		"an old browser, elsewhere": {"Origin", "https://ailleurs.example"},
		"a sandboxed frame":         {"Origin", "null"},
	} {
		a := post(form("lucie", good, good), headers...)
		closed(t, what, a)
		if a.Status != http.StatusForbidden {
			t.Errorf("%s: %d", what, a.Status)
		}
	}
	for what, c := range map[string]struct {
		body   string
		status int
	}{
		"two passwords":     {form("lucie", good, good+"x"), 422},
		"a short password":  {form("lucie", "court", "court"), 422},
		"a taken login":     {form("claire.martel", good, good), 422},
		"an unusable login": {form("<script>", good, good), 422},
		"nothing":           {"", 410},
		"a wrong link":      {"j=x&login=lucie&password=" + good + "&again=" + good, 410},
		"a form too long":   {form(strings.Repeat("x", 20<<10), good, good), 403},
		"a broken form":     {"j=%zz", 403},
		"text with a NUL":   {form("lu\x00cie", good, good), 422},
	} {
		a := post(c.body)
		closed(t, what, a)
		if a.Status != c.status {
			t.Errorf("%s: %d, not %d", what, a.Status, c.status)
		}
		if strings.Contains(string(a.Body), good) {
			t.Errorf("%s: the password comes back", what)
		}
	}
	// All that has changed nothing: the link still works, once.
	a := post(form("lucie", good, good), "Sec-Fetch-Site", "same-origin")
	closed(t, "done", a)
	if a.Status != 200 || !strings.Contains(string(a.Body), `id="code"`) {
		t.Fatalf("activated: %d", a.Status)
	}
	if a := post(form("lucie2", good, good)); a.Status != http.StatusGone {
		t.Errorf("twice: %d", a.Status)
	}
	if a := s.Ask(http.MethodGet, page, ""); a.Status != http.StatusGone || !strings.Contains(string(a.Body), "<h1>") {
		t.Errorf("a used link: %d", a.Status)
	}
}

// The pages read their texts from two files: whatever they ask for stands there in
// both languages, and what is written for them stands nowhere else.
func TestEveryTextOfAPageIsThere(t *testing.T) {
	pages, err := filepath.Glob("pages/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	asked := map[string]bool{}
	for _, p := range pages {
		source, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllSubmatch(source, -1) {
			asked[string(m[1])] = true
		}
	}
	for _, s := range []bookings.AbsenceState{bookings.AbsenceSettled, bookings.AbsenceTold, bookings.AbsenceAccepted, bookings.AbsenceRefused, bookings.AbsenceWithdrawn} {
		asked["page.data.absence."+string(s)] = true
	}
	for _, lang := range []string{"fr", "en"} {
		known := map[string]bool{}
		files, err := fs.Glob(assets.FS, "translations/"+lang+"/*.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			raw, err := assets.FS.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var texts map[string]json.RawMessage
			if err := json.Unmarshal(raw, &texts); err != nil {
				t.Fatal(f, err)
			}
			read := path.Base(f) == "pages.json" || path.Base(f) == "rules.json"
			for key := range texts {
				known[key] = known[key] || read
				if strings.HasPrefix(key, "page.") && !read {
					t.Errorf("%s has %s, which no page reads there", f, key)
				}
			}
		}
		for key := range asked {
			if !known[key] {
				t.Errorf("a page asks for %s, which is not there in %s", key, lang)
			}
		}
	}
}
