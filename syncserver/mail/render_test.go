package mail

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"parvis/assets/mails"
	"parvis/shared/portal"
)

func renderer(t *testing.T) *Renderer {
	t.Helper()
	r, err := NewRenderer()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// item is a mail that has all its texts could ask for.
func item(kind Kind, lang string) Item {
	created := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	return Item{
		ID: portal.NewID(), To: "camille.roy@vesle.example", Kind: kind, Language: lang,
		Data: Data{
			Town: "Saint-Aubin-sur-Vesle", Name: "Camille Roy", Link: "https://portail.vesle.example/activer?j=abc&k=d",
			Code: "12345678", Login: "camille.roy", Reference: "2026-000042", Procedure: "Fiche enfant",
			Device: "Firefox sur Linux", When: created, Count: 3,
		},
		Unsubscribe: "https://portail.vesle.example/avis", Created: created,
	}
}

func TestEveryTextInEveryLanguage(t *testing.T) {
	r := renderer(t)
	links := regexp.MustCompile(`https?://[^\s"<]+`)
	for _, kind := range Kinds {
		for _, lang := range Languages {
			t.Run(lang+"/"+string(kind), func(t *testing.T) {
				m, err := r.Render(item(kind, lang))
				if err != nil {
					t.Fatal(err)
				}
				for part, text := range map[string]string{"subject": m.Subject, "text": m.Text, "html": m.HTML} {
					if strings.Contains(text, "<no value>") || strings.Contains(text, "{{") || strings.Contains(text, "ZgotmplZ") || strings.TrimSpace(text) == "" {
						t.Errorf("the %s is:\n%s", part, text)
					}
				}
				if !strings.HasPrefix(m.Subject, "Saint-Aubin-sur-Vesle") || strings.Contains(m.Subject, "\n") || len([]rune(m.Subject)) > 78 {
					t.Errorf("the subject is %q", m.Subject)
				}
				// One way on, and for a notice the way to end it.
				want := 1
				if kind.Notice() {
					want = 2
				}
				if n := len(links.FindAllString(m.Text, -1)); n != want {
					t.Errorf("the text has %d links:\n%s", n, m.Text)
				}
				if n := strings.Count(m.HTML, "href="); n != want {
					t.Errorf("the HTML has %d links:\n%s", n, m.HTML)
				}
				if strings.Contains(m.HTML, "<table") || strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<img") {
					t.Errorf("the HTML is not simple:\n%s", m.HTML)
				}
				if !strings.Contains(m.HTML, `<html lang="`+lang+`">`) {
					t.Errorf("the HTML does not say its language")
				}
				if (m.Unsubscribe != "") != kind.Notice() {
					t.Errorf("a %s offers %q to turn it off", kind, m.Unsubscribe)
				}
				// Where the link is optional the text makes sense without it.
				it := item(kind, lang)
				it.Data.Link, it.Unsubscribe = "", ""
				m, err = r.Render(it)
				if kind.needsLink() {
					if err == nil {
						t.Errorf("a %s without its link is written", kind)
					}
				} else if err != nil || strings.Contains(m.Text, "http") || strings.Contains(m.HTML, "href") {
					t.Errorf("without a link: %v", err)
				}
			})
		}
	}
}

// TestNoTextIsForgotten: a file nobody sends is as wrong as one that lacks.
func TestNoTextIsForgotten(t *testing.T) {
	known := map[string]bool{"foot": true}
	for _, k := range Kinds {
		known[string(k)] = true
	}
	for _, lang := range Languages {
		files, err := fs.ReadDir(mails.FS, lang)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 2*len(known) {
			t.Errorf("%s has %d files for %d texts", lang, len(files), len(known))
		}
		for _, f := range files {
			if name, _, _ := strings.Cut(f.Name(), "."); !known[name] {
				t.Errorf("%s/%s is never sent", lang, f.Name())
			}
		}
	}
}

func TestWhatTheTextsSay(t *testing.T) {
	r := renderer(t)
	for _, c := range []struct {
		kind Kind
		lang string
		want []string
	}{
		{Activation, "fr", []string{"1234 5678", "https://portail.vesle.example/activer?j=abc&k=d", "24 heures"}},
		{Activation, "en", []string{"1234 5678", "24 hours"}},
		{Activation, "de", []string{"24 heures"}}, // unknown languages get the first
		{Welcome, "fr", []string{"camille.roy", "Bonjour Camille Roy,"}},
		{RequestRefused, "fr", []string{"2026-000042", "Fiche enfant", "Mes demandes"}},
		{PasswordChanged, "fr", []string{"12 mars 2026 à 10:30"}}, // Paris, not UTC
		{LoginReminder, "fr", []string{"camille.roy"}},
		{PasswordReset, "fr", []string{"1234 5678", "une heure", "https://portail.vesle.example/activer?j=abc&k=d"}},
		{MailChanged, "en", []string{"72 hours", "12 March 2026 at 10:30"}},
		{AccountClosing, "fr", []string{"12 mars 2026"}},
		{NewDevice, "en", []string{"12 March 2026 at 10:30", "Firefox sur Linux"}},
	} {
		m, err := r.Render(item(c.kind, c.lang))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range c.want {
			if !strings.Contains(m.Text, w) {
				t.Errorf("%s in %s does not say %q:\n%s", c.kind, c.lang, w, m.Text)
			}
		}
	}
	// A stranger may have typed name and address of somebody else.
	for _, kind := range []Kind{Activation, AlreadyRegistered, PasswordReset, MailConfirm, MailInUse} {
		m, err := r.Render(item(kind, "fr"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(m.Text+m.HTML, "Camille") {
			t.Errorf("%s carries what a stranger typed", kind)
		}
	}
}

func TestNothingTypedBecomesMarkupOrHeader(t *testing.T) {
	r := renderer(t)
	it := item(RequestReceived, "fr")
	it.Data.Town = "Vesle\r\nBcc: tous@vesle.example\r\n\r\nBonjour"
	it.Data.Name = "<script>alert(1)</script>\u202eevil\x00 " + strings.Repeat("é", 500)
	it.Data.Procedure = `"><img src=x onerror=alert(1)>` + "\u2028X-Fake: 1"
	m, err := r.Render(it)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("the subject is %q", m.Subject)
	}
	for _, bad := range []string{"<script", "<img", "\u202e", "\x00", "\u2028"} {
		if strings.Contains(m.HTML, bad) {
			t.Errorf("the HTML holds %q:\n%s", bad, m.HTML)
		}
	}
	for _, l := range strings.Split(m.Text, "\n") {
		if strings.HasPrefix(l, "Bcc:") || strings.HasPrefix(l, "X-Fake") || len([]rune(l)) > 400 {
			t.Errorf("the text has the line %q", l)
		}
	}
	for name, spoil := range map[string]func(*Item){
		"a recipient with a header": func(it *Item) { it.To = "a@vesle.example\r\nBcc: b@vesle.example" },
		"two recipients":            func(it *Item) { it.To = "a@vesle.example, b@vesle.example" },
		"a name with the recipient": func(it *Item) { it.To = "A <a@vesle.example>" },
		"no recipient":              func(it *Item) { it.To = "" },
		"a script as a link":        func(it *Item) { it.Data.Link = "javascript:alert(1)" },
		"a link with a space":       func(it *Item) { it.Data.Link = "https://vesle.example/ x" },
		"a broken way to turn off":  func(it *Item) { it.Unsubscribe = "https://vesle.example/>\r\nX: y" },
		"a kind there is none of":   func(it *Item) { it.Kind = "../foot" },
	} {
		it := item(RequestReceived, "fr")
		spoil(&it)
		if m, err := r.Render(it); err == nil {
			t.Errorf("%s is written: %+v", name, m)
		}
	}
}
