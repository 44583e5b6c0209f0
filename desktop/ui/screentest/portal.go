package screentest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Password is the right one for everybody at Portal.
const Password = "soleil vert marche tabouret"

// Portal is a session at a town hall's portal that knows its name and who may
// sign in, and has nothing else to tell: what a screen shows is what the test
// puts into its view.
type Portal struct {
	Session *session.Session
	Now     time.Time
	Dir     string // of the installation
	// OTP, where it is set, is asked of whoever signs in.
	OTP string
}

// Kiosk makes it a public computer.
func Kiosk(o *session.Options) { o.Kiosk = true }

// OpenPortal opens one on a folder of its own. Whoever signs in is account.
func OpenPortal(t testing.TB, runner *task.Runner, account wire.Account, demo *wire.Demo, with ...func(*session.Options)) *Portal {
	t.Helper()
	p := &Portal{Now: Monday.At(9, 0), Dir: t.TempDir()}
	const town portal.ID = "0190b000-0000-7000-8000-0000000000a1"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, answer := http.StatusServiceUnavailable, any(wire.Problem{Code: portal.Unavailable})
		switch r.URL.Path {
		case wire.RouteTown:
			status, answer = http.StatusOK, wire.TownInfo{Portal: "parvis", ID: town, Name: "Saint-Aubin-sur-Vesle", Protocol: wire.Version, Demo: demo}
		case wire.RouteDemoMails:
			status, answer = http.StatusOK, wire.DemoMails{}
		case wire.RouteSessions:
			var in wire.SignIn
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				t.Errorf("a sign-in cannot be read: %v", err)
			}
			switch {
			case in.Login != account.Login || in.Password != Password:
				status, answer = http.StatusUnauthorized, wire.Problem{Code: wire.BadCredentials}
			case in.OTP != p.OTP:
				status, answer = http.StatusUnauthorized, wire.Problem{Code: wire.OTPNeeded}
			default:
				status, answer = http.StatusOK, wire.Session{
					Token: "t", Town: town, Account: account, Share: base64.StdEncoding.EncodeToString([]byte("a share of at least 16 bytes")),
				}
			}
		}
		kind := "application/json"
		if status >= 400 {
			kind = "application/problem+json"
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Errorf("an answer cannot be written: %v", err)
		}
	}))
	t.Cleanup(server.Close)
	o := session.Options{
		Dir: p.Dir, Dispatch: runner.Do, Device: "essai",
		Clock: func() time.Time { return p.Now }, CacheOptions: []cache.Option{cache.WithKDF(cache.CheapKDF)},
	}
	for _, f := range with {
		f(&o)
	}
	s, err := session.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	info, base, err := s.Probe(t.Context(), server.URL)
	if err == nil {
		err = s.Choose(info, base)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.Session = s
	return p
}

// SignIn signs the account in and shows rows.
func (p *Portal) SignIn(t testing.TB, login string, rows ...wire.Change) {
	t.Helper()
	if err := p.Session.SignIn(t.Context(), login, Password, p.OTP, false); err != nil {
		t.Fatal(err)
	}
	p.Show(rows...)
}

// Show puts rows into the view of this moment.
func (p *Portal) Show(rows ...wire.Change) {
	p.Session.View().Replace(cache.Snapshot{Rows: rows})
}
