package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
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
