package service_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"parvis/assets/town"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// A link that was asked for anew lives its day, whenever the registration
// began; after that it is forgotten.
func TestHousekeepingWaitsForTheNewestLink(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		d := s.Anonymous()
		in := register(t, d, "lucie.fabre@exemple.fr")
		forgotten := func() (n int64) {
			t.Helper()
			if err := s.Store.Write(context.Background(), func(tx *store.Tx) (err error) {
				n, err = tx.DropRegistrations(tx.Now().Add(-48*time.Hour).UnixMicro(), 1000)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		s.Clock.Add(47 * time.Hour)
		if err := s.Service.Resend(context.Background(), wire.Resend(in)); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(23 * time.Hour)
		if n := forgotten(); n != 0 {
			t.Errorf("%d forgotten while their link lives", n)
		}
		s.Clock.Add(2 * time.Hour)
		if n := forgotten(); n != 1 {
			t.Errorf("%d forgotten after their link ended", n)
		}
	})
}

func TestOnlyTheDeskIsToldWhoLooksAtARequest(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.submitted()
		for _, who := range everybody {
			actor, err := s.Service.Authenticate(context.Background(), w.desks[who].Session.Token)
			if (err == nil) != (who != signedOut) {
				t.Fatal(who, err)
			}
			want := who == deskAgent || who == secondAgent
			if got := s.Service.MayWatch(context.Background(), actor, request); got != want {
				t.Errorf("%s: %v", who, got)
			}
			if s.Service.MayWatch(context.Background(), actor, portal.NewID()) {
				t.Errorf("%s may watch what is not there", who)
			}
		}
	})
}

// A child who moves to another school takes along what that school has too.
func TestAMoveEndsWhatTheNewSchoolDoesNotHave(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		ctx := context.Background()
		text := strings.Replace(string(town.SaintAubin), `"key": "accueil-soir",`, `"key": "accueil-soir", "X": 0,`, 1)
		before, after, _ := strings.Cut(text, `"X": 0,`)
		after = strings.Replace(after, `{ "jules-ferry": 90, "les-tilleuls": 60, "louise-michel": 40 }`, `{ "les-tilleuls": 60, "louise-michel": 40 }`, 1)
		setup, err := service.ReadSetup(bytes.NewReader([]byte(before + after)))
		if err != nil {
			t.Fatal(err)
		}
		child, request := portal.NewID(), portal.NewID()
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			if err := s.Service.SetUp(tx, setup); err != nil {
				return err
			}
			_, err := s.Service.SeedChild(tx, store.Child{
				ID: child, FirstName: "Ousmane", LastName: "Tamarin", BirthDate: "2019-04-02", Site: demo.Tilleuls, Class: "ce1", Diet: "standard", Record: `{}`,
			}, map[portal.ID]accounts.Custody{w.account(family): accounts.FullCustody}, []string{"canteen", "evening"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.desks[family].Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, "Ousmane"), Terms: true})
		w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
		w.desks[deskAgent].Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		today := portal.DateOf(s.Clock.Now())
		if err := s.Store.Read(ctx, func(tx *store.Tx) error {
			had, err := tx.EnrolmentsOf(child)
			for _, e := range had {
				switch {
				case e.Activity == demo.Canteen && (e.Site != demo.JulesFerry || e.Period.To <= today):
					t.Errorf("the canteen is %+v", e)
				case e.Activity == demo.Evening && (e.Site != demo.Tilleuls || e.Period.To != today):
					t.Errorf("the evening is %+v", e)
				}
			}
			if len(had) != 2 {
				t.Errorf("%d enrolments", len(had))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
