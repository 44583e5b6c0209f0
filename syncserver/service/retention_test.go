package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	rules "parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// What the screen says when an account is closed comes true: ten years later
// the name is gone and the payments are there; three years after school the
// child is, for both parents, and nobody else's.
func TestThePastIsForgottenWhenItsTimeHasCome(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		// The other parent's account stays, and what it gave for the child with it.
		paper := portal.NewID()
		asks := store.Request{
			ID: portal.NewID(), Reference: "2026-999999", Account: w.account(otherParent), Procedure: "fiche-enfant", Version: 1, Desk: "enfance", State: "submitted",
			Child: familyChild, Person: "Plantenfant", Answers: `{"allergy":"Plantarachide"}`,
		}
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			if err := tx.InsertRequest(asks); err != nil {
				return err
			}
			if err := tx.AddRequestEvent(asks.ID, "submitted", asks.Account, ""); err != nil {
				return err
			}
			return tx.InsertDocument(store.Document{
				ID: paper, Account: w.account(otherParent), Kind: "vaccinations", Child: familyChild, Name: "carnet.pdf", File: "00000000000000000000000000000000/a", Status: "submitted", Scan: "clean",
			})
		}); err != nil {
			t.Fatal(err)
		}
		id, p := w.account(family), people[family]
		if _, err := w.desks[family].CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		read := func() (a store.Account, c store.Child, balance portal.Money) {
			if err := s.Store.Read(ctx, func(tx *store.Tx) (err error) {
				if a, _, err = tx.Account(id); err != nil {
					return err
				}
				if c, _, err = tx.Child(familyChild); err != nil {
					return err
				}
				balance, err = tx.Balance(ledger.Prepaid(id, service.CashDesk))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return
		}
		later := func(years, days int) {
			now := s.Clock.Now()
			s.Clock.Add(now.AddDate(years, 0, days).Sub(now))
			s.Housekeep(ctx)
		}
		later(0, 15)
		before, child, money := read()
		if before.Closed == 0 || before.LastName != p.last || child.LastName == "" || money == 0 {
			t.Fatalf("after two weeks: %+v %+v %v", before, child, money)
		}
		later(3, 0) // the enrolments end in the summer after
		if _, child, _ = read(); child.LastName == "" {
			t.Error("the child is forgotten within three years of leaving")
		}
		later(1, 0)
		if _, child, _ = read(); child.LastName == "" {
			t.Error("a child for whom something is asked is forgotten")
		}
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			asks.State, asks.Agent, asks.Decided, asks.Reason = "refused", w.account(deskAgent), 1, "Plantraison"
			return tx.MoveRequest(asks)
		}); err != nil {
			t.Fatal(err)
		}
		later(0, 1)
		if _, child, _ = read(); child.LastName != "" || child.FirstName != "" || child.BirthDate != "" || child.Allergies != "" || strings.Contains(child.Record, "Phil") {
			t.Errorf("three years after leaving the child is %+v", child)
		}
		if err := s.Store.Read(ctx, func(tx *store.Tx) error {
			links, err := tx.LinksOf(familyChild)
			if len(links) > 0 {
				t.Errorf("tied to it are %+v", links)
			}
			if d, found, err := tx.Document(paper); err != nil || found {
				t.Errorf("of its health there is still %+v: %v", d, err)
			}
			if r, found, err := tx.Request(asks.ID); err != nil || !found || r.State != "refused" || strings.Contains(fmt.Sprint(r), "Plant") {
				t.Errorf("what was asked for it stands as %+v: %v", r, err)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if after, _, _ := read(); after.LastName != p.last {
			t.Error("the payer's name is gone before ten years")
		}
		later(6, 1)
		if after, _, kept := read(); after.LastName != "" || after.FirstName != "" || strings.Contains(after.Profile, p.street) || kept != money {
			t.Errorf("after ten years: %+v, %v", after, kept)
		}
	})
}

// Words planted in all that a family can leave are in no table any more once
// their time has come: a child's three years after it left, in whatever either
// parent asked and wrote about it; a payer's ten years after the closing. What is
// another's stays.
func TestNoWordIsLeftOfThePast(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		w.live(t)
		w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[4]})
		for _, who := range []string{family, otherParent} {
			about := portal.NewID()
			w.desks[who].Must(wire.RequestSubmit, wire.SubmitRequest{Request: about, Procedure: "fiche-enfant", Version: 1, Child: familyChild, Answers: record(familyChild, "Philémon"), Terms: true})
			files := w.attached(who, 1)
			files[0].Name = "Plantenclose.pdf"
			w.desks[who].Must(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: about, Text: "Plantemot.", Files: files})
			w.write(deskAgent, about, "Planteréponse.")
			w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: about})
			w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: about, Reason: "Planterefus."})
		}
		child := []string{"Philémon", "Plantallergie", "Plantegeste", "Plantecollecte", "Plantedossier", "Plantemot.", "Planteréponse", "Planterefus.", "Plantenclose"}
		payer := []string{"Ondine", "Plantefamille", "Plantequeue", "Plantelettre", "Plantemotif", "Plantecorrection", "Plantelieu", "Planteanswer", "Plantedecision"}
		stays := []string{"Planteparente", "Basile", "Planteparent"}
		want := func(when string, there bool, words []string) {
			t.Helper()
			all := storetest.Everything(t, s.DSN)
			for _, word := range words {
				if got := strings.Contains(all, word); got != there {
					t.Errorf("%s: %q is there: %v", when, word, got)
					for _, line := range strings.Split(all, "\n") {
						if strings.Contains(line, word) {
							t.Logf("%.300s", line)
						}
					}
				}
			}
		}
		if _, err := w.desks[family].CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		later := s.Later
		later(0, 15)
		later(1, 0)
		want("a year after the closing", true, slices.Concat(child[:1], child[5:8], payer, stays))
		later(4, 0)
		later(0, 100) // what was told of it goes with its own time
		want("five years after", false, child)
		want("five years after", true, []string{"Ondine", "Plantequeue", "Plantelettre", "Plantemotif"})
		// The town hall answers in an old thread; that is forgotten in its turn.
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		var about portal.ID
		if err := s.Store.Read(ctx, func(tx *store.Tx) error {
			asked, err := tx.RequestsAbout(familyChild)
			for _, r := range asked {
				if r.Account == w.account(otherParent) {
					about = r.ID
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.write(deskAgent, about, "Plantetardive.")
		later(1, 0)
		want("a year after it was written", true, []string{"Plantetardive"})
		later(2, 1)
		want("three years after it was written", false, []string{"Plantetardive"})
		later(3, 0)
		later(0, 100)
		want("eleven years after", false, slices.Concat(child, payer, []string{"plante.famille", "motfamille", "rue Plantefamille"}))
		want("eleven years after", true, stays)
	})
}

// A child whose enrolments ended long ago has not left while its parents act for
// it: what was just asked, written of its health or accepted for it is not taken
// away with the next round.
func TestAChildThatIsBackIsNotForgotten(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		years := func(n int) {
			w.Later(n, 0)
			for _, who := range []string{family, otherParent, deskAgent} {
				login := people[who].login
				if who == deskAgent {
					login = "sylvie.roy"
				}
				w.desks[who] = s.SignIn(login)
			}
		}
		stands := func(when string, want bool) {
			t.Helper()
			s.Housekeep(ctx)
			c, _, _ := w.kept()
			if there := c.LastName != ""; there != want {
				t.Fatalf("%s: the child is there: %v", when, there)
			}
		}
		years(3)
		c, _, _ := w.kept()
		was := rules.Health{Diet: c.Diet, Allergies: c.Allergies, CarePlan: c.CarePlan, CareActions: c.CareActions}
		w.desks[family].Must(wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: was, Health: rules.Health{Diet: "vegetarian"}})
		years(2) // the enrolments ended four years ago
		stands("with its health written two years ago", true)
		request := portal.NewID()
		w.desks[otherParent].Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: familyChild, Answers: record(familyChild, "Philémon"), Terms: true})
		w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
		w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: request, Reason: "Incomplet."})
		years(2)
		stands("two years after the last that was asked", true)
		w.Later(1, 1)
		stands("three years after it", false)
	})
}

// A town whose program forgot less has what is left taken away by the next
// rounds.
func TestWhatAnEarlierProgramLeftIsForgottenToo(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		var lines = func(word string) int { return strings.Count(storetest.Everything(t, s.DSN), word) }
		request := store.Request{ID: portal.NewID(), Reference: "2010-000001", Account: w.account(family), Procedure: "fiche-enfant", Version: 1, Desk: "enfance", State: "accepted",
			Person: "Plantancien", Submitted: 1, Answers: `{"lastName":"Plantancien"}`, Agent: w.account(deskAgent), Decided: 2}
		about := request
		about.ID, about.Reference, about.Account, about.Child, about.Person, about.Answers = portal.NewID(), "2010-000002", w.account(otherParent), portal.NewID(), "", "{}"
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			a, _, err := tx.Account(w.account(family))
			if err != nil {
				return err
			}
			a.FirstName, a.LastName, a.Profile, a.Closed = "", "", "{}", 1
			for _, f := range []func() error{
				func() error { return tx.SaveAccount(a) },
				func() error { return tx.SaveChild(store.Child{ID: about.Child, Record: "{}"}) },
				func() error { return tx.InsertRequest(request) },
				func() error { return tx.InsertRequest(about) },
				func() error { return tx.AddRequestEvent(request.ID, "submitted", request.Account, "Plantancien") },
				func() error { return tx.AddRequestEvent(about.ID, "submitted", about.Account, "") },
				func() error {
					return tx.AddMessage(store.Message{ID: portal.NewID(), Request: about.ID, Sender: about.Account, Body: "Plantancien."})
				},
			} {
				if err := f(); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if lines("Plantancien") == 0 {
			t.Fatal("nothing is planted")
		}
		s.Housekeep(ctx)
		if n := lines(`{"lastName":"Plantancien"}`); n != 0 {
			t.Errorf("the request of the forgotten account stands %d times", n)
		}
		now := s.Clock.Now()
		s.Clock.Add(now.AddDate(3, 0, 1).Sub(now))
		s.Housekeep(ctx)
		if n := lines("Plantancien"); n != 0 {
			t.Errorf("the word is there %d times", n)
		}
	})
}
