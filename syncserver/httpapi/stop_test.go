package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// stopLink is the address in a notice's mail at which mails are ended.
func stopLink(t *testing.T, s *hosttest.Server, d *hosttest.Desk) (link string, agent *hosttest.Desk) {
	t.Helper()
	request := ask(t, d)
	agent = s.SignIn("sylvie.roy")
	agent.Must(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: request, Text: "Bonjour."})
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(100, tx.Now().UnixMicro())
		for _, m := range due {
			var data struct{ Stop string }
			if m.Template == "message_received" && json.Unmarshal([]byte(m.Data), &data) == nil {
				link = data.Stop
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil || u.Path != wire.PageNotices || u.Query().Get("j") == "" {
		t.Fatalf("the mail is ended at %q: %v", link, err)
	}
	return wire.PageNotices + "?" + u.RawQuery, agent
}

// ask makes a request of a person and gives its id.
func ask(t *testing.T, d *hosttest.Desk) portal.ID {
	t.Helper()
	request, child := portal.NewID(), portal.NewID()
	answers, err := json.Marshal(map[string]any{
		"child": child, "lastName": "Martel", "firstNames": "Jean", "birthDate": "2019-04-02", "birthPlace": "Reims", "school": "jules-ferry", "class": "ce1",
		"guardians": []map[string]any{{"lastName": "Martel", "firstName": "Claire", "relation": "mother", "phone": "+33639980109", "mail": "c@exemple.fr", "livesWithChild": true}},
		"diet":      "standard", "hasAllergies": false, "hasCarePlan": false, "canteen": true, "emergencyConsent": true, "imageConsent": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: answers, Terms: true})
	return request
}

func choices(d *hosttest.Desk) string {
	d.Catch()
	for _, body := range d.In(wire.NoticeChoices) {
		return body
	}
	return ""
}

func TestMailsAreEndedByAPostAndNothingElse(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	link, agent := stopLink(t, s, d)
	a := s.Ask(http.MethodGet, link, "")
	closed(t, "the page", a)
	if a.Status != 200 || !strings.Contains(string(a.Body), "<button") || choices(d) != "" {
		t.Fatalf("opening it gives %d, and %s is chosen", a.Status, choices(d))
	}
	// From another site nothing happens.
	a = s.Ask(http.MethodPost, link, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site")
	if a.Status != 403 || choices(d) != "" {
		t.Fatalf("from another site: %d, %s", a.Status, choices(d))
	}
	// As a mail program does it.
	a = s.Ask(http.MethodPost, link, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded")
	closed(t, "the answer", a)
	if got := choices(d); a.Status != 200 || strings.Count(got, `"never"`) != len(notices.Kinds) {
		t.Fatalf("%d, and %s is chosen", a.Status, got)
	}
	other := s.SignIn("sofia.benali")
	if got := choices(other); got != "" {
		t.Errorf("another has chosen %s", got)
	}
	// No mail comes any more, and one may be had again.
	before := waiting(t, s)
	agent.Must(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: ask(t, d), Text: "Bonjour."})
	if n := waiting(t, s) - before; n != 0 {
		t.Errorf("%d mails after they were ended", n)
	}
	d.Must(wire.NoticeChoose, wire.ChooseNotice{Kind: "message", Mail: "at_once"})
	agent.Must(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: ask(t, d), Text: "Bonjour."})
	if n := waiting(t, s) - before; n != 1 {
		t.Errorf("%d mails after they were chosen again", n)
	}
}

func waiting(t *testing.T, s *hosttest.Server) (n int) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(1000, tx.Now().UnixMicro())
		n = len(due)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestALinkThatEndsMailsIsNotGuessed(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	link, _ := stopLink(t, s, d)
	other := s.SignIn("sofia.benali").Session.Account.ID
	foreign := wire.PageNotices + "?j=" + string(other) + link[strings.Index(link, "."):]
	for _, bad := range []string{wire.PageNotices, wire.PageNotices + "?j=", wire.PageNotices + "?j=%00", wire.PageNotices + "?j=" + strings.Repeat("a", 5000), link[:len(link)-1], link + "0", foreign} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if a := s.Ask(method, bad, ""); a.Status != 410 {
				t.Errorf("%s %.60s: %d", method, bad, a.Status)
			}
		}
	}
}

func FuzzStopPage(f *testing.F) {
	s, _ := fuzzed(f)
	for _, q := range []string{"", "j=", "j=%00", "j=a.b", "j=" + string(portal.NewID()) + ".00", "j=%zz"} {
		f.Add(q, "j=x")
		f.Add("", q)
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := httptest.NewRequest(method, wire.PageNotices, strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			if w.Code >= 500 || w.Code == 200 {
				t.Fatalf("%s %q %q: %d", method, query, body, w.Code)
			}
		}
	})
}
