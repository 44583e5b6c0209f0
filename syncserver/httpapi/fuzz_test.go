package httpapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
)

// fuzzed is a server for a fuzz target, with somebody signed in.
func fuzzed(f *testing.F) (*hosttest.Server, *hosttest.Desk) {
	s := hosttest.NewWith(f, "sqlite::memory:", func(o *host.Options) { o.Exempt = func(string) bool { return true } })
	return s, s.SignIn("sylvie.roy")
}

// judged holds what came of an input against what must come of any: no 5xx,
// and a problem where it is refused.
func judged(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if w.Code >= 400 {
		p := hosttest.Answer{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}.Problem(t)
		if p.Code == "" || (w.Code == 429) != (w.Header().Get("Retry-After") != "") {
			t.Fatalf("%d: %+v", w.Code, p)
		}
	}
}

func seeds(f *testing.F, route string, add func(body []byte)) {
	raw, err := json.Marshal(posts()[route])
	if err != nil {
		f.Fatal(err)
	}
	add(raw)
	for _, s := range []string{"", "{}", "null", "[]", "0", `""`, `{"wings":1}`, `{"device":{"id":"x"}}`, "{\"login\":\"\x00\"}", `{"login":"\ud800","password":"\u0000"}`, strings.Repeat("[", 999)} {
		add([]byte(s))
	}
}

// fuzzPost fuzzes the body of one route.
func fuzzPost(f *testing.F, route string) {
	s, d := fuzzed(f)
	fuzzPostOf(f, s, d, route)
}

// fuzzPostOf is fuzzPost for somebody signed in at a server.
func fuzzPostOf(f *testing.F, s *hosttest.Server, d *hosttest.Desk, route string) {
	seeds(f, route, func(body []byte) { f.Add(body) })
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, route, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+d.Session.Token)
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		judged(t, w)
	})
}

func FuzzSignIn(f *testing.F)          { fuzzPost(f, wire.RouteSessions) }
func FuzzHere(f *testing.F)            { fuzzPost(f, wire.RouteHere) }
func FuzzRevoke(f *testing.F)          { fuzzPost(f, wire.RouteRevoke) }
func FuzzRegister(f *testing.F)        { fuzzPost(f, wire.RouteRegistrations) }
func FuzzResend(f *testing.F)          { fuzzPost(f, wire.RouteResend) }
func FuzzActivationCode(f *testing.F)  { fuzzPost(f, wire.RouteActivationCode) }
func FuzzActivationLogin(f *testing.F) { fuzzPost(f, wire.RouteActivationName) }
func FuzzActivate(f *testing.F)        { fuzzPost(f, wire.RouteActivations) }
func FuzzWindowCode(f *testing.F)      { fuzzPost(f, wire.RouteActivationWin) }
func FuzzRecoverLogin(f *testing.F)    { fuzzPost(f, wire.RouteRecoveryLogin) }
func FuzzRecoverPassword(f *testing.F) { fuzzPost(f, wire.RouteRecoveryPassword) }
func FuzzRecoveryCode(f *testing.F)    { fuzzPost(f, wire.RouteRecoveryCode) }
func FuzzResetPassword(f *testing.F)   { fuzzPost(f, wire.RouteRecoveryReset) }
func FuzzChangePassword(f *testing.F)  { fuzzPost(f, wire.RouteAccountPassword) }
func FuzzChangeMail(f *testing.F)      { fuzzPost(f, wire.RouteAccountMail) }
func FuzzMailCode(f *testing.F)        { fuzzPost(f, wire.RouteAccountMailCode) }
func FuzzStopMailChange(f *testing.F)  { fuzzPost(f, wire.RouteAccountMailStop) }
func FuzzEndSession(f *testing.F)      { fuzzPost(f, wire.RouteAccountEnd) }
func FuzzCloseAccount(f *testing.F)    { fuzzPost(f, wire.RouteAccountClose) }
func FuzzAddresses(f *testing.F)       { fuzzPost(f, wire.RouteAddresses) }
func FuzzTownSearch(f *testing.F)      { fuzzPost(f, wire.RouteTownSearch) }
func FuzzClosurePreview(f *testing.F)  { fuzzPost(f, wire.RouteClosurePreview) }
func FuzzCommands(f *testing.F)        { fuzzPost(f, wire.RouteCommands) }

// FuzzPayments fuzzes it past the rights, for only families pay.
func FuzzPayments(f *testing.F) {
	s, _ := hosttest.NewPaying(f, "sqlite::memory:")
	f.Add([]byte(`{"payment":"` + string(portal.NewID()) + `","cash_desk":"main","amount":4250}`))
	f.Add([]byte(`{"payment":"` + string(portal.NewID()) + `","cash_desk":"main\u0000","amount":9223372036854775807}`))
	fuzzPostOf(f, s, s.SignIn("claire.martel"), wire.RoutePayments)
}

// FuzzPaymentNotices fuzzes what anybody may post in PayFiP's name.
func FuzzPaymentNotices(f *testing.F) {
	s, _ := hosttest.NewPaying(f, "sqlite::memory:")
	for _, form := range []string{"", "idop=", "idop=00000000-0000-4000-8000-000000000000", "idOp=x&idop=%00", "idop=%ff%fe", "idop=00000000-0000-4000-8000-00000000000%00", ";;", "%zz"} {
		f.Add(form)
	}
	f.Fuzz(func(t *testing.T, form string) {
		r := httptest.NewRequest(http.MethodPost, wire.PagePaymentNotice, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		back := httptest.NewRecorder()
		s.Handler.ServeHTTP(back, httptest.NewRequest(http.MethodGet, wire.PagePaymentReturn+"?p="+url.QueryEscape(form), nil))
		if back.Code != http.StatusNotFound {
			t.Fatalf("%d: %s", back.Code, back.Body)
		}
	})
}

// Every route that takes a body has a target above.
func TestEveryPostIsFuzzed(t *testing.T) {
	var want []string
	for route, method := range routes {
		if method == "post" {
			want = append(want, route)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(posts())); !slices.Equal(got, want) {
		t.Errorf("posts has %v, the API %v", got, want)
	}
}

// FuzzArgs fuzzes what stands within an envelope, for each type of command,
// past ReadCommand and into the use cases.
func FuzzArgs(f *testing.F) {
	s, agent := fuzzed(f)
	family := s.SignIn("claire.martel")
	for i, c := range wire.Commands {
		raw, err := json.Marshal(c.Args())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), raw)
		f.Add(uint8(i), []byte(`{}`))
		f.Add(uint8(i), []byte(`{"request":"a\u0000b","booking":"\ud800","child":"`+string(family.Session.Account.ID)+`","day":"9999-12-31","answers":[[[[]]]],"desk":"enfance","reason":"\u0000"}`))
	}
	f.Add(uint8(0), []byte(`{"request":"`+string(portal.NewID())+`","procedure":"fiche-enfant","version":1,"child":"`+string(portal.NewID())+`","answers":{"child":"x","guardians":[[]],"birthDate":{}},"terms":true}`))
	f.Fuzz(func(t *testing.T, kind uint8, args []byte) {
		c := wire.Commands[int(kind)%len(wire.Commands)]
		if !json.Valid(args) {
			return
		}
		for _, d := range []*hosttest.Desk{agent, family} {
			body, err := json.Marshal(wire.Command{ID: portal.NewID(), Type: c.Type, Version: c.Version, Args: args})
			if err != nil {
				return
			}
			raw, err := json.Marshal(wire.SendCommands{Outbox: portal.NewID(), Commands: []wire.Envelope{{Number: 1, Body: body}}})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, wire.RouteCommands, strings.NewReader(string(raw)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+d.Session.Token)
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			judged(t, w)
		}
	})
}

func FuzzPullQuery(f *testing.F) {
	s, d := fuzzed(f)
	for _, q := range []string{
		"", "epoch=" + s.Store.Epoch() + "&at=town@3", "at=town@9223372036854775807&epoch=" + s.Store.Epoch(), "epoch=%00&run=%ff&at=%00@1", "at=~floor@1,town@1",
		"outbox=" + string(d.Outbox) + "&number=3", "a%zz", "at=,@", "number=-1", "wings=1", "at=town@1&at=town@2",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, token := range []string{"", d.Session.Token} {
			r := httptest.NewRequest(http.MethodGet, wire.RoutePull, nil)
			r.URL.RawQuery = query
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			judged(t, w)
		}
	})
}

// FuzzFrame sends frames to a socket that must live on, or end cleanly where
// a frame is larger than any may be.
func FuzzFrame(f *testing.F) {
	s, d := fuzzed(f)
	header := http.Header{"Authorization": {"Bearer " + d.Session.Token}}
	open := func(t testing.TB) *websocket.Conn {
		conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+wire.RouteLive, header)
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	for _, seed := range []string{"", "{}", "null", `{"type":"presence","request":"x"}`, `{"type":"presence"}`, `{"type":"hello","head":-1}`, "\xff\xfe", `{"type":"presence","request":"` + string(portal.NewID()) + `"}`} {
		f.Add(true, []byte(seed))
		f.Add(false, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, text bool, frame []byte) {
		conn := open(t)
		defer conn.Close()
		kind := websocket.BinaryMessage
		if text {
			kind = websocket.TextMessage
		}
		if err := conn.WriteMessage(kind, frame); err != nil {
			t.Fatal(err)
		}
		// It answers after that as it did before.
		if err := conn.WriteMessage(websocket.PingMessage, []byte("still")); err != nil && len(frame) <= wire.MaxClientFrame {
			t.Fatal(err)
		}
		heard := false
		conn.SetPongHandler(func(string) error { heard = true; return websocket.ErrCloseSent })
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				break
			}
		}
		if !heard && len(frame) <= wire.MaxClientFrame {
			t.Fatal("the socket is gone")
		}
	})
}
