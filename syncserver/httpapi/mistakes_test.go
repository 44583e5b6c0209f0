package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// leaves lists the paths of all values within a JSON value, raw ones whole.
func leaves(v any, at []string, visit func(path []string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			leaves(v[name], append(slices.Clone(at), name), visit)
		}
	case []any:
		for i, e := range v {
			leaves(e, append(slices.Clone(at), strconv.Itoa(i)), visit)
		}
	default:
		visit(at)
	}
}

// with is a JSON value with what stands at a path replaced.
func with(v any, path []string, by any) any {
	if len(path) == 0 {
		return by
	}
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		out[path[0]] = with(v[path[0]], path[1:], by)
		return out
	case []any:
		i, _ := strconv.Atoi(path[0])
		out := slices.Clone(v)
		out[i] = with(v[i], path[1:], by)
		return out
	}
	return by
}

// named is a path as an error's field tells it.
func named(path []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(path), func(p string) bool { _, err := strconv.Atoi(p); return err == nil }), ".")
}

func generic(t *testing.T, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMistakesInABodyNameTheirField(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	for route, body := range posts() {
		for what, raw := range map[string]string{
			"nothing": "", "no JSON": "{", "a list": "[]", "two values": `{} {}`, "garbage behind": `{}x`, "a number": "1", "deep": strings.Repeat("[", 20_000),
		} {
			if p := s.Post(route, d.Session.Token, raw).Problem(t); p.Status != 422 || p.Code != portal.Invalid {
				t.Errorf("%s with %s: %+v", route, what, p)
			}
		}
		// An unknown field is refused by its name, not quoted without end.
		if p := s.Post(route, d.Session.Token, `{"wings":2}`).Problem(t); p.Status != 422 || p.Code != portal.Invalid || p.Field != "wings" {
			t.Errorf("%s with an unknown field: %+v", route, p)
		}
		if p := s.Post(route, d.Session.Token, `{"`+strings.Repeat("é", 50_000)+`":2}`).Problem(t); p.Status != 422 || len(p.Field) > 100 {
			t.Errorf("%s with a long unknown field: %d bytes of it are told", route, len(p.Field))
		}
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data; boundary=x"} {
			if p := s.Ask(http.MethodPost, route, "{}", "Content-Type", kind, "Authorization", "Bearer "+d.Session.Token).Problem(t); p.Status != 415 || p.Field != "content-type" {
				t.Errorf("%s as %q: %+v", route, kind, p)
			}
		}
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
			a := s.Ask(method, route, "")
			if p := a.Problem(t); p.Status != 405 || p.Field != "method" || !strings.Contains(a.Header.Get("Allow"), http.MethodPost) {
				t.Errorf("%s %s: %+v, Allow %q", method, route, p, a.Header.Get("Allow"))
			}
		}
		// Each value in turn of a kind it cannot be, and with text that no
		// database keeps.
		whole := generic(t, body)
		leaves(whole, nil, func(path []string) {
			if slices.Contains(path, "body") {
				return // commands have their own test
			}
			for _, wrong := range []any{[]any{1}, map[string]any{"a": 1}, 1.5, true} {
				a := s.Post(route, d.Session.Token, with(whole, path, wrong))
				if b, isBool := wrong.(bool); isBool && b && path[len(path)-1] == "kiosk" {
					continue
				}
				if p := a.Problem(t); p.Status != 422 || p.Field != named(path) {
					t.Errorf("%s with %v at %s: %d %+v", route, wrong, named(path), a.Status, p)
				}
			}
			for _, text := range []string{"\x00", "a\x00b", strings.Repeat("a", 100_000), "\u202e", "\ufffd"} {
				if a := s.Post(route, d.Session.Token, with(whole, path, text)); a.Status >= 500 || a.Status < 400 && route != wire.RouteRevoke && route != wire.RouteRegistrations {
					t.Errorf("%s with %.10q at %s: %d %.200s", route, text, named(path), a.Status, a.Body)
				}
			}
		})
		if a := s.Post(route, d.Session.Token, "{}"); a.Status != http.StatusNoContent || route != wire.RouteRevoke && route != wire.RouteHere && route != wire.RouteAccountMailStop {
			if p := a.Problem(t); p.Status >= 500 || p.Field == "" && p.Code != wire.BadCredentials {
				t.Errorf("%s with nothing in it: %+v", route, p)
			}
		}
	}
}

func TestMistakesInAProfileNameTheirField(t *testing.T) {
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.Exempt = func(string) bool { return true } })
	profile := accounts.Profile{
		Title: "mme", FirstName: "Lucie", LastName: "Fabre", BirthDate: "1990-02-03", Mail: "lucie@exemple.fr", Mobile: "+33639980199",
		Address: accounts.Address{Line1: "3 rue du Lavoir", Line2: "porte B", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
	}
	ask := func(profile any) hosttest.Answer {
		return s.Post(wire.RouteRegistrations, "", map[string]any{"profile": profile, "language": "fr"})
	}
	whole := generic(t, profile)
	leaves(whole, nil, func(path []string) {
		field := "profile." + named(path)
		for _, wrong := range []any{1, []any{}, "\x00"} {
			if p := ask(with(whole, path, wrong)).Problem(t); p.Status != 422 || p.Field != field {
				t.Errorf("%v at %s: %+v", wrong, field, p)
			}
		}
	})
	if p := ask(with(whole, []string{"wings"}, 2)).Problem(t); p.Status != 422 || p.Field != "profile.wings" {
		t.Errorf("an unknown field: %+v", p)
	}
	if p := ask(map[string]any{}).Problem(t); p.Status != 422 || p.Code != portal.Missing || !strings.HasPrefix(p.Field, "profile.") {
		t.Errorf("nothing: %+v", p)
	}
	if a := ask(profile); a.Status != http.StatusOK {
		t.Errorf("a right one: %d %s", a.Status, a.Body)
	}
}

func TestACommandOfANewerDesktopIs426(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	send := func(number int, body string) hosttest.Answer {
		return s.Post(wire.RouteCommands, d.Session.Token, `{"outbox":"`+string(d.Outbox)+`","commands":[{"number":`+strconv.Itoa(number)+`,"body":`+body+`}]}`)
	}
	id := func() string { return string(portal.NewID()) }
	for field, body := range map[string]string{
		"type":  `{"id":"` + id() + `","type":"booking.fly","version":1,"args":{}}`,
		"wings": `{"id":"` + id() + `","type":"booking.book","version":1,"args":{"wings":2}}`,
		"tail":  `{"id":"` + id() + `","type":"booking.book","version":1,"args":{},"tail":1}`,
	} {
		if p := send(1, body).Problem(t); p.Status != 426 || p.Code != portal.TooNew || p.Field != field {
			t.Errorf("%s: %+v", field, p)
		}
	}
	// It was not answered: its number is free for what the server knows.
	for number, want := range []string{`"code":"invalid","field":"day"`, `"code":"not_found"`} {
		body := []string{
			`{"id":"` + id() + `","type":"booking.book","version":1,"args":{"booking":"` + id() + `","child":"x","activity":"x","day":"demain"}}`,
			`{"id":"` + id() + `","type":"booking.cancel","version":1,"args":{"booking":"a\u0000b"}}`,
		}[number]
		a := send(number+1, body)
		if a.Status != 200 || !strings.Contains(string(a.Body), want) && !strings.Contains(string(a.Body), `"code":"invalid"`) {
			t.Errorf("%s: %d %s", body, a.Status, a.Body)
		}
	}
	if p := send(9, `{"id":"`+id()+`","type":"booking.cancel","version":1,"args":{"booking":"x"}}`).Problem(t); p.Status != 409 || p.Code != portal.Gap || p.Mark != 2 {
		t.Errorf("a gap: %+v", p)
	}
	if p := send(1, `{"id":"`+id()+`","type":"booking.cancel","version":1,"args":{"booking":"x"}}`).Problem(t); p.Status != 409 || p.Code != portal.OtherOutbox || p.Mark != 2 {
		t.Errorf("another command's number: %+v", p)
	}
	if p := send(-1, `{}`).Problem(t); p.Status != 422 || p.Field != "number" {
		t.Errorf("a number below one: %+v", p)
	}
	other := s.SignIn("hugo.martel")
	if p := s.Post(wire.RouteCommands, other.Session.Token, `{"outbox":"`+string(d.Outbox)+`","commands":[{"number":3,"body":{}}]}`).Problem(t); p.Status != 403 || p.Field != "outbox" {
		t.Errorf("another's outbox: %+v", p)
	}
}

func TestMistakesInAPull(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	for query, field := range map[string]string{
		"at=town": "at", "at=town@-1": "at", "outbox=x": "outbox", "number=x": "number", "epoch=a&epoch=b": "epoch", "epoch=" + strings.Repeat("e", 300): "epoch",
		"a%zz=1": "query", "at=town@1;number=2": "query", "%": "query",
	} {
		if p := s.Ask(http.MethodGet, wire.RoutePull+"?"+query, "").Problem(t); p.Status != 422 || p.Field != field {
			t.Errorf("%s: %+v", query, p)
		}
	}
	if p := s.Ask(http.MethodGet, wire.RoutePull+"?wings=2", "").Problem(t); p.Status != 426 || p.Field != "wings" {
		t.Errorf("a newer parameter: %+v", p)
	}
	for _, query := range []string{"epoch=%00&run=%00", "epoch=%ff&run=%ff&at=town@1", "run=" + s.Store.Epoch(), "at=%00@1", "at=~floor@3,town@2"} {
		if a := s.Ask(http.MethodGet, wire.RoutePull+"?"+query+"&outbox="+string(d.Outbox), "", "Authorization", "Bearer "+d.Session.Token); a.Status >= 500 {
			t.Errorf("%s: %d %s", query, a.Status, a.Body)
		}
	}
	if p := s.Ask(http.MethodGet, "/v1/nothing", "").Problem(t); p.Status != 404 {
		t.Errorf("no such route: %+v", p)
	}
}

// What was typed, wherever it stands, never comes back in an answer.
func TestNothingTypedIsEchoed(t *testing.T) {
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.Exempt = func(string) bool { return true } })
	d := s.SignIn("claire.martel")
	const canary = "Zq7Canari7qZ"
	for route, body := range posts() {
		whole := generic(t, body)
		leaves(whole, nil, func(path []string) {
			if a := s.Post(route, d.Session.Token, with(whole, path, canary)); strings.Contains(string(a.Body), canary) {
				t.Errorf("%s at %s comes back: %s", route, named(path), a.Body)
			}
		})
		for _, raw := range []string{`"` + canary + `"`, `{"x": ` + canary, canary} {
			if a := s.Post(route, d.Session.Token, raw); strings.Contains(string(a.Body), canary) {
				t.Errorf("%s: %s", route, a.Body)
			}
		}
	}
	for _, route := range []string{"/v1/" + canary, wire.RoutePull + "?epoch=" + strings.Repeat(canary, 30), wire.PageActivate + "?j=" + canary, wire.PageReset + "?r=" + canary,
		wire.PageMailConfirm + "?c=" + canary, wire.PageMailUndo + "?u=" + canary} {
		if a := s.Ask(http.MethodGet, route, ""); strings.Contains(string(a.Body), canary) {
			t.Errorf("%s: %s", route, a.Body)
		}
	}
}

// breaking is a Hasher with an error nobody foresaw, or a panic.
type breaking struct {
	hosttest.Plain
	panics bool
}

const inside = "inside of the server: /var/lib/parvis/parvis.db"

func (b breaking) Verify(context.Context, accounts.Kind, string, string) (bool, bool, error) {
	if b.panics {
		panic(inside)
	}
	return false, false, errors.New(inside)
}

// locked is a buffer for logs of several goroutines.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *locked) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

func TestAnUnknownErrorIsToldByItsRequestOnly(t *testing.T) {
	for _, panics := range []bool{false, true} {
		log := &locked{}
		s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) {
			o.Hasher, o.Log = breaking{panics: panics}, slog.New(slog.NewJSONHandler(log, nil))
		})
		a := s.Post(wire.RouteSessions, "", wire.SignIn{Login: "claire.martel", Password: "pas le bon mot", Device: wire.Device{ID: portal.NewID()}})
		p := a.Problem(t)
		if p.Status != 500 || p.Code != portal.Internal || p.Request == "" || p.Request != a.Header.Get(wire.RequestHeader) || p.Field != "" || len(p.Args) > 0 {
			t.Errorf("panic %v: %+v", panics, p)
		}
		if strings.Contains(string(a.Body), "inside") {
			t.Errorf("panic %v: %s", panics, a.Body)
		}
		if text := log.String(); !strings.Contains(text, p.Request) || !strings.Contains(text, inside) {
			t.Errorf("panic %v: the log does not know %s: %s", panics, p.Request, text)
		}
	}
}

func TestWhatIsUnavailableSaysWhenToComeBack(t *testing.T) {
	o := hosttest.Options(storetest.SQLite(t), hosttest.NewClock())
	h, err := host.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{http.MethodPost, wire.RouteSessions}, {http.MethodGet, wire.RoutePull}, {http.MethodPost, wire.RouteResend}, {http.MethodGet, "/readyz"}} {
		raw, err := json.Marshal(posts()[c[1]])
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(c[0], c[1], bytes.NewReader(raw))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, r)
		if after, err := strconv.Atoi(w.Header().Get("Retry-After")); w.Code != 503 || err != nil || after < 1 {
			t.Errorf("%v with the database gone: %d, Retry-After %q: %s", c, w.Code, w.Header().Get("Retry-After"), w.Body)
		}
	}
}
