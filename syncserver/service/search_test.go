package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// An agent finds whatever was asked at their own desk, decided or not, by any
// beginning of a name or of the reference; nobody else finds anything, and the
// audit trail knows who was found and not what was typed.
func TestAnAgentFindsFamiliesOverTheTown(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		waits, decided := w.submitted(), w.decided()
		w.desks[family].Catch()
		reference := ""
		for id, body := range w.desks[family].In(wire.Requests) {
			if _, after, is := strings.Cut(body, `"reference":"`); is && id == string(decided) {
				reference, _, _ = strings.Cut(after, `"`)
			}
		}
		found := func(who, text string) (ids []portal.ID, code portal.Code) {
			t.Helper()
			out, err := w.desks[who].SearchTown(ctx, text)
			for _, f := range out.Found {
				ids = append(ids, f.Request)
				if f.Desk != "enfance" || f.Family == "" || f.Reference == "" || f.State == "" {
					t.Errorf("%s is told %+v", who, f)
				}
			}
			return ids, portal.CodeOf(err)
		}
		for _, who := range everybody {
			ids, code := found(who, "tamarin")
			want, n := portal.Forbidden, 0
			switch who {
			case signedOut:
				want = portal.Unauthorized
			case deskAgent, secondAgent:
				want, n = "", 2
			case otherAgent, cashier:
				want = ""
			}
			if code != want || len(ids) != n {
				t.Errorf("%s finds %d: %q, not %d: %q", who, len(ids), code, n, want)
			}
		}
		for text, n := range map[string]int{"OUSM": 2, "ondine tama": 2, "tamarin " + reference: 1, reference: 1, "ousmane vergne": 0, "amarin": 0} {
			if ids, code := found(deskAgent, text); len(ids) != n || code != "" {
				t.Errorf("%q finds %v: %q", text, ids, code)
			}
		}
		if ids, _ := found(deskAgent, reference); len(ids) != 1 || ids[0] != decided || ids[0] == waits {
			t.Errorf("the reference finds %v", ids)
		}
		for text, want := range map[string]portal.Code{"ta": portal.Missing, " -- ": portal.Missing, "a\x00bcd": portal.Invalid, strings.Repeat("a", 201): portal.TooLong} {
			if _, code := found(deskAgent, text); code != want {
				t.Errorf("%.20q: %q, not %q", text, code, want)
			}
		}
		all := storetest.Everything(t, s.DSN)
		if n := strings.Count(all, "town.search"); n < 8 || !strings.Contains(all, "town.search 2 "+string(w.account(family))) {
			t.Errorf("the trail has %d searches", n)
		}
		for _, line := range strings.Split(all, "\n") {
			if strings.Contains(line, "town.search") && strings.Contains(strings.ToLower(line), "tamarin") {
				t.Errorf("the trail tells what was typed: %s", line)
			}
		}
	})
}

// Everybody whom one search has found reads of it in their own data, not only who
// stands last in the trail's line; nobody else does.
func TestWhoWasFoundReadsOfIt(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		for _, who := range []string{family, otherParent} {
			w.desks[who].Must(wire.RequestSubmit, wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Child: familyChild, Answers: record(familyChild, "Philémon"), Terms: true})
		}
		if out, err := w.desks[deskAgent].SearchTown(ctx, "2026"); err != nil || len(out.Found) < 2 {
			t.Fatalf("%d found: %v", len(out.Found), err)
		}
		for who, want := range map[string]int{family: 1, otherParent: 1, otherFamily: 0} {
			n := 0
			if err := s.Store.Read(ctx, func(tx *store.Tx) error {
				all, err := tx.AuditAbout(w.account(who))
				for _, a := range all {
					if a.Action == "town.search" && !a.Self {
						n++
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if n != want {
				t.Errorf("%s reads of %d searches, not %d", who, n, want)
			}
		}
	})
}

// A search tells so many and says that there are more, and what was forgotten is
// not found; whoever asks without end waits.
func TestASearchOverTheTownIsBounded(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		forgotten := portal.NewID()
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			for n := range wire.MostTownFound + 2 {
				r := store.Request{ID: portal.NewID(), Reference: fmt.Sprintf("2026-9%05d", n), Account: w.account(family), Procedure: "fiche-enfant", Version: 1,
					Desk: "enfance", State: "submitted", Person: "Foulque", Submitted: int64(n + 1), Answers: "{}"}
				if n == wire.MostTownFound+1 {
					r.ID = forgotten
				}
				if err := tx.InsertRequest(r); err != nil {
					return err
				}
				if err := tx.AddRequestEvent(r.ID, "submitted", r.Account, ""); err != nil {
					return err
				}
			}
			return tx.ForgetWords(forgotten)
		}); err != nil {
			t.Fatal(err)
		}
		out, err := w.desks[deskAgent].SearchTown(ctx, "foulque")
		if err != nil || len(out.Found) != wire.MostTownFound || !out.More || out.Found[0].Submitted != int64(wire.MostTownFound+1) {
			t.Errorf("%d found, more %v: %v", len(out.Found), out.More, err)
		}
		for n := 0; ; n++ {
			if _, err = w.desks[deskAgent].SearchTown(ctx, "foulque"); err != nil || n == 100 {
				break
			}
		}
		if portal.CodeOf(err) != portal.Throttled {
			t.Errorf("without end: %v", err)
		}
		s.Clock.Add(time.Minute)
		if _, err = w.desks[deskAgent].SearchTown(ctx, "foulque"); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// The oldest of many is found, behind several pages.
func TestASearchOverTheTownGoesBackToTheFirst(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		storetest.OldRequests(t, s.DSN, w.account(family), 4100)
		out, err := w.desks[deskAgent].SearchTown(t.Context(), "zephirine du")
		if err != nil || len(out.Found) != 1 || out.Found[0].Request != "old-1" || out.More {
			t.Errorf("%+v: %v", out, err)
		}
		if out, err = w.desks[deskAgent].SearchTown(t.Context(), "camille"); err != nil || len(out.Found) != wire.MostTownFound || !out.More || out.Found[0].Request != "old-4100" {
			t.Errorf("%d found, from %v: %v", len(out.Found), out.Found, err)
		}
	})
}

// BenchmarkSearchOverTheTown looks through the 100,000 requests of a large
// town's ten years for the oldest, and for a name that many have.
func BenchmarkSearchOverTheTown(b *testing.B) {
	s := hosttest.New(b, storetest.SQLite(b))
	agent := s.SignIn("sylvie.roy")
	storetest.OldRequests(b, s.DSN, s.SignIn("claire.martel").Session.Account.ID, 100_000)
	for name, text := range map[string]string{"rare": "zephirine", "common": "camille"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Clock.Add(time.Minute)
				if _, err := agent.SearchTown(b.Context(), text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
