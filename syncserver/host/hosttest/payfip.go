package hosttest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parvis/syncserver/host"
	"parvis/syncserver/payfip"
	"parvis/syncserver/payfip/simulator"
)

// NewPaying is New in a town that takes payments through a PayFiP of its own,
// which knows the cash desk of the demo town and shares the server's clock.
func NewPaying(t testing.TB, dsn string) (*Server, *simulator.Simulator) {
	t.Helper()
	var s *Server
	clock := NewClock()
	sim := simulator.New(simulator.Options{
		Clock: clock.Now, Desks: map[string]string{"006382": "Régie Restauration et accueil"},
		// The portal has another name here than the address it is reached at.
		Post: func(ctx context.Context, to string, form url.Values) {
			path := strings.TrimPrefix(to, "http://portail.exemple")
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
			if err != nil {
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if answer, err := s.http.Do(r); err == nil {
				_ = answer.Body.Close()
			}
		},
	})
	at := httptest.NewServer(sim)
	t.Cleanup(at.Close)
	client, err := payfip.New(at.URL+simulator.Service, at.URL+simulator.Page, payfip.ModeTest)
	if err != nil {
		t.Fatal(err)
	}
	s = NewWith(t, dsn, func(o *host.Options) { o.PayFiP, o.Clock = client, clock.Now })
	s.Clock = clock
	t.Cleanup(sim.Close) // before the server, which its notices go to
	return s, sim
}
