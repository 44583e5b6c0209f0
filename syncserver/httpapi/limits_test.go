package httpapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// posts is every route that takes a body, with one that is well formed.
func posts() map[string]any {
	device := wire.Device{ID: portal.NewID(), Name: "poste"}
	return map[string]any{
		wire.RouteRecoveryLogin:    wire.RecoverLogin{Mail: "lucie@exemple.fr"},
		wire.RouteRecoveryPassword: wire.RecoverPassword{Who: "lucie"},
		wire.RouteRecoveryCode:     wire.RecoveryCode{Handle: "x", Code: "12345678"},
		wire.RouteRecoveryReset:    wire.ResetPassword{Reset: "x", Password: "girafe-en-velo-matin", Device: device},
		wire.RouteAccountPassword:  wire.ChangePassword{Old: "pas le bon mot", New: "girafe-en-velo-matin"},
		wire.RouteAccountMail:      wire.ChangeMail{Mail: "lucie@exemple.fr", Password: "pas le bon mot"},
		wire.RouteAccountMailCode:  wire.MailCode{Handle: "x", Code: "12345678"},
		wire.RouteAccountMailStop:  wire.StopMailChange{},
		wire.RouteAccountEnd:       wire.EndSession{Session: portal.NewID()},
		wire.RouteAccountClose:     wire.CloseAccount{Password: "pas le bon mot"},
		wire.RouteAddresses:        wire.AddressQuery{Text: "3 rue du L"},
		wire.RouteTownSearch:       wire.TownQuery{Text: "martel"},
		wire.RouteClosurePreview:   wire.DeclareClosure{Kind: "strike", Reason: "grève"},
		wire.RoutePayments:         wire.StartPayment{Payment: portal.NewID(), CashDesk: "main", Amount: 99},

		wire.RouteSessions:       wire.SignIn{Login: "claire.martel", Password: "pas le bon mot", Device: device},
		wire.RouteHere:           wire.Here{Seconds: 1},
		wire.RouteRevoke:         wire.Revocation{Secret: "x"},
		wire.RouteRegistrations:  wire.Registration{Profile: json.RawMessage(`{}`), Language: "fr"},
		wire.RouteResend:         wire.Resend{Handle: "x"},
		wire.RouteActivationCode: wire.ActivationCode{Handle: "x", Code: "12345678"},
		wire.RouteActivationName: wire.ActivationLogin{Activation: "x", Login: "lucie"},
		wire.RouteActivations:    wire.Activate{Activation: "x", Login: "lucie", Password: "girafe-en-velo-matin", Device: device},
		wire.RouteActivationWin:  wire.WindowCode{Handle: "x", Code: "12345678", Device: device},
		wire.RouteCommands:       wire.SendCommands{Outbox: portal.NewID(), Commands: []wire.Envelope{{Number: 1, Body: json.RawMessage(`{}`)}}},
	}
}

func TestLimitsOfBodiesAndBatches(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	for route := range posts() {
		// One byte more than the limit, whatever it says.
		for _, size := range []int{wire.MaxBody + 1, 4 * wire.MaxBody} {
			a := s.Post(route, d.Session.Token, `"`+strings.Repeat("a", size-2)+`"`)
			if p := a.Problem(t); a.Status != http.StatusRequestEntityTooLarge || p.Args["max"] != fmt.Sprint(wire.MaxBody) {
				t.Errorf("%s with %d bytes: %d %+v", route, size, a.Status, p)
			}
		}
		if a := s.Post(route, d.Session.Token, `"`+strings.Repeat("a", wire.MaxBody-2)+`"`); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s with the most bytes: %d", route, a.Status)
		}
	}
	batch := wire.SendCommands{Outbox: d.Outbox}
	for i := range wire.MaxBatch + 1 {
		body, err := wire.NewCommand(portal.NewID(), wire.BookingCancel, wire.CancelBooking{Booking: portal.NewID()})
		if err != nil {
			t.Fatal(err)
		}
		batch.Commands = append(batch.Commands, wire.Envelope{Number: int64(i + 1), Body: body})
	}
	if p := s.Post(wire.RouteCommands, d.Session.Token, batch).Problem(t); p.Code != portal.TooLong || p.Field != "commands" || p.Args["max"] != "100" {
		t.Errorf("a batch of 101: %+v", p)
	}
	batch.Commands = batch.Commands[:wire.MaxBatch]
	if a := s.Post(wire.RouteCommands, d.Session.Token, batch); a.Status != http.StatusOK || strings.Count(string(a.Body), `"not_found"`) != wire.MaxBatch {
		t.Errorf("a batch of 100: %d %.300s", a.Status, a.Body)
	}
	if a := s.Ask(http.MethodGet, wire.RouteTown, "", "X-Long", strings.Repeat("a", 40<<10)); a.Status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 40 KiB: %d", a.Status)
	}
	if a := s.Ask(http.MethodGet, wire.RoutePull+"?epoch="+strings.Repeat("a", 20<<10), ""); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a long query: %d", a.Status)
	}
}

// A client that begins a request and says nothing more is not waited for.
func TestASilentClientIsCutOff(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("POST /v1/sessions HTTP/1.1\r\nHost: x\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatalf("after %s: %v", time.Since(began), err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("waited for %s", took)
	}
}

func dial(t *testing.T, s *hosttest.Server, header http.Header) (*websocket.Conn, *http.Response) {
	t.Helper()
	conn, answer, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+wire.RouteLive, header)
	if err == nil {
		t.Cleanup(func() { _ = conn.Close() })
	} else if answer == nil {
		t.Fatal(err)
	}
	return conn, answer
}

func TestLimitsOfTheSocket(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("sylvie.roy")
	token := "Bearer " + d.Session.Token
	request := s.Waiting(s.SignIn("claire.martel").Session.Account.ID)
	for what, c := range map[string]struct {
		header http.Header
		status int
		code   portal.Code
		field  string
	}{
		"no token":          {http.Header{}, 401, portal.Unauthorized, ""},
		"a wrong token":     {http.Header{"Authorization": {"Bearer x"}}, 401, portal.Unauthorized, ""},
		"another site":      {http.Header{"Authorization": {token}, "Origin": {"https://ailleurs.example"}}, 403, portal.Forbidden, "origin"},
		"even our own page": {http.Header{"Authorization": {token}, "Origin": {s.URL}}, 403, portal.Forbidden, "origin"},
	} {
		conn, answer := dial(t, s, c.header)
		if conn != nil {
			t.Errorf("%s: let in", what)
			continue
		}
		raw, _ := io.ReadAll(answer.Body)
		p := hosttest.Answer{Status: answer.StatusCode, Header: answer.Header, Body: raw}.Problem(t)
		if p.Status != c.status || p.Code != c.code || p.Field != c.field {
			t.Errorf("%s: %+v", what, p)
		}
	}
	// A token in the address is none.
	if a := s.Ask(http.MethodGet, wire.RouteLive+"?token="+d.Session.Token, ""); a.Status != http.StatusUnauthorized {
		t.Errorf("a token in the address: %d", a.Status)
	}
	if p := s.Ask(http.MethodGet, wire.RouteLive, "", "Authorization", token).Problem(t); p.Status != 422 || p.Field != "upgrade" {
		t.Errorf("no WebSocket: %+v", p)
	}

	for what, c := range map[string]struct {
		kind  int
		frame []byte
		ends  bool
	}{
		"64 KiB":         {websocket.TextMessage, []byte(`{"type":"` + strings.Repeat("x", wire.MaxClientFrame-11) + `"}`), false},
		"a byte more":    {websocket.TextMessage, []byte(`{"type":"` + strings.Repeat("x", wire.MaxClientFrame-10) + `"}`), true},
		"no JSON":        {websocket.TextMessage, []byte(`{{{`), false},
		"binary":         {websocket.BinaryMessage, []byte{0, 1, 2, 255}, false},
		"a foreign type": {websocket.TextMessage, []byte(`{"type":"feed","feed":"account:x","changes":[{"feed":"x"}]}`), false},
		"no id":          {websocket.TextMessage, []byte(`{"type":"presence","request":"../../x"}`), false},
	} {
		conn, _ := dial(t, s, http.Header{"Authorization": {token}})
		if conn == nil {
			t.Fatal("not let in")
		}
		var hello wire.Frame
		if err := conn.ReadJSON(&hello); err != nil || hello.Type != wire.FrameHello {
			t.Fatalf("%s: %+v %v", what, hello, err)
		}
		if err := conn.WriteMessage(c.kind, c.frame); err != nil {
			t.Fatal(err)
		}
		// What is ignored leaves the socket as it was: its presence still counts.
		_ = conn.WriteJSON(wire.Frame{Type: wire.FramePresence, Request: request})
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		var f wire.Frame
		err := conn.ReadJSON(&f)
		if ended := err != nil; ended != c.ends || !ended && f.Type != wire.FramePresence {
			t.Errorf("%s: %+v %v", what, f, err)
		}
		if c.ends && !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
			t.Errorf("%s ends with %v", what, err)
		}
	}
}

// An IPv6 client is its /64, and what it says of its own address is heard from
// a trusted proxy only.
func TestAddressesAreThoseOfTheConnection(t *testing.T) {
	for what, c := range map[string]struct {
		proxies []string
		from    func(i int) (remote, forwarded string)
		stopped bool
	}{
		"one address":                         {nil, func(int) (string, string) { return "192.0.2.1:4000", "" }, true},
		"a new port each time":                {nil, func(i int) (string, string) { return fmt.Sprintf("192.0.2.1:%d", 4000+i), "" }, true},
		"neighbours":                          {nil, func(i int) (string, string) { return fmt.Sprintf("192.0.2.%d:4000", i), "" }, false},
		"one household's IPv6":                {nil, func(i int) (string, string) { return fmt.Sprintf("[2001:db8:1:2::%x]:4000", i), "" }, true},
		"different households' IPv6":          {nil, func(i int) (string, string) { return fmt.Sprintf("[2001:db8:1:%x::1]:4000", i), "" }, false},
		"IPv4 written as IPv6":                {nil, func(int) (string, string) { return "[::ffff:192.0.2.1]:4000", "" }, true},
		"somebody who says they are others":   {nil, func(i int) (string, string) { return "192.0.2.1:4000", fmt.Sprintf("198.51.100.%d", i) }, true},
		"others behind a proxy":               {[]string{"10.0.0.1/32"}, func(i int) (string, string) { return "10.0.0.1:4000", fmt.Sprintf("198.51.100.%d", i) }, false},
		"one behind a proxy":                  {[]string{"10.0.0.1/32"}, func(int) (string, string) { return "10.0.0.1:4000", "198.51.100.1" }, true},
		"one who lies to the proxy":           {[]string{"10.0.0.1/32"}, func(i int) (string, string) { return "10.0.0.1:4000", fmt.Sprintf("203.0.113.%d, 198.51.100.1", i) }, true},
		"somebody who is no trusted proxy":    {[]string{"10.0.0.1/32"}, func(i int) (string, string) { return "10.0.0.2:4000", fmt.Sprintf("198.51.100.%d", i) }, true},
		"one household's IPv6 behind a proxy": {[]string{"10.0.0.1/32"}, func(i int) (string, string) { return "10.0.0.1:4000", fmt.Sprintf("2001:db8::%x", i) }, true},
	} {
		s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.TrustedProxies = c.proxies })
		last := 0
		for i := range 12 {
			raw, err := json.Marshal(wire.SignIn{Login: fmt.Sprintf("personne%d", i), Password: demo.FamilyPassword, Device: wire.Device{ID: portal.NewID()}})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, wire.RouteSessions, strings.NewReader(string(raw)))
			r.Header.Set("Content-Type", "application/json")
			var forwarded string
			if r.RemoteAddr, forwarded = c.from(i); forwarded != "" {
				r.Header.Set("X-Forwarded-For", forwarded)
				r.Header.Set("X-Real-Ip", forwarded)
			}
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			if last = w.Code; last != http.StatusUnauthorized && last != http.StatusTooManyRequests {
				t.Fatalf("%s: %d %s", what, w.Code, w.Body)
			}
			if last == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
				t.Errorf("%s: not told when to come back", what)
			}
		}
		if got := last == http.StatusTooManyRequests; got != c.stopped {
			t.Errorf("%s: stopped %v, not %v", what, got, c.stopped)
		}
	}
}
