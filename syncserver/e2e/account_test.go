package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// A move that was noted off line is sent with the line back, before the day
// that was booked after it, which then costs what the window had said.
func TestAMoveOffLineHasThePriceThatWasShown(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		lea := c.child("Léa")
		c.sent()
		c.line.pull()
		before := c.View().Day(lea, demo.Canteen, "2026-11-20").Price.Amount
		if _, err := c.Submit(wire.AccountAddress, wire.ChangeAddress{Line1: "2 rue de la Gare", Postcode: "51000", City: "Reims", Country: "France"}, cache.Note{Key: "x"}); err != nil {
			t.Fatal(err)
		}
		shown := c.View().Day(lea, demo.Canteen, "2026-11-20").Price.Amount
		if shown == before || shown != 560 {
			t.Errorf("it shows %v, before the move %v", shown, before)
		}
		c.book(lea, "2026-11-20")
		c.line.plug()
		c.sent()
		b := c.View().Bookings(lea, "2026-11-01")
		if len(b) != 1 || b[0].Price != shown || b[0].Pending != "" {
			t.Errorf("booked is %+v", b)
		}
		if a, _ := c.View().Me(); a.Payer.Resident || !strings.Contains(string(a.Address), "Reims") || c.View().Changing(wire.AccountAddress) {
			t.Errorf("the account is %s", a.Address)
		}
		c.same("claire.martel")
	})
}

// Whoever changes the password, or ends a session from another device, sees
// the other window lose its line within seconds; each still opens what it
// keeps off line by the password it knew.
func TestADeviceIsSignedOutFromAnotherWindow(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		const other = "tambour-rouge-sous-la-pluie"
		here, there := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		here.signIn("claire.martel")
		there.signIn("claire.martel")
		here.sent()
		there.sent()
		list, err := here.Devices(ctx)
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v %v", list, err)
		}
		gone := func() bool { who, in := there.Person(); return in && who.OffLine }
		for _, d := range list {
			if !d.This {
				began := time.Now()
				if err := here.EndElsewhere(ctx, d.ID); err != nil {
					t.Fatal(err)
				}
				there.eventually("it is signed out", gone)
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("it took %s", took)
				}
			}
		}
		if _, err := there.Devices(ctx); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("without a session: %v", err)
		}
		// What it keeps is found again after signing in with the password, although
		// the share that opened it is gone.
		if err := there.Keep("draft", "fiche", "à moitié écrite"); err != nil {
			t.Fatal(err)
		}
		there.signIn("claire.martel")
		var draft string
		if !there.Kept("draft", "fiche", &draft) {
			t.Error("what the other computer kept is gone")
		}

		if err := here.ChangePassword(ctx, "pas le bon mot", other); portal.CodeOf(err) != wire.WrongPassword {
			t.Errorf("a wrong one: %v", err)
		}
		if err := here.ChangePassword(ctx, demo.FamilyPassword, other); err != nil {
			t.Fatal(err)
		}
		there.eventually("it is signed out", gone)
		for _, c := range []*computer{here, there} {
			c.line.pull()
			if err := c.SignOut(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := here.OpenOffLine("claire.martel", demo.FamilyPassword); portal.CodeOf(err) != wire.BadCredentials {
			t.Errorf("here, the old password off line: %v", err)
		}
		if err := here.OpenOffLine("claire.martel", other); err != nil {
			t.Errorf("here, the new password off line: %v", err)
		}
		if err := there.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Errorf("there, the password it knew: %v", err)
		}
		there.line.plug()
		if err := there.SignIn(ctx, "claire.martel", other, "", false); err != nil {
			t.Fatal(err)
		}
		if !there.Kept("draft", "fiche", &draft) {
			t.Error("what the other computer kept is gone after the new password")
		}
	})
}

// An account that is being closed is given back to whoever signs in again, who
// is told so once.
func TestSigningInGivesTheClosingUp(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		c.sent()
		if c.TakeReopened() {
			t.Error("nothing was closed")
		}
		at, err := c.CloseAccount(ctx, demo.FamilyPassword)
		if err != nil || !at.Equal(hosttest.Start.Add(14*24*time.Hour)) {
			t.Fatal(at, err)
		}
		c.eventually("the session has ended", func() bool { who, _ := c.Person(); return who.OffLine })
		c.signIn("claire.martel")
		if !c.TakeReopened() || c.TakeReopened() {
			t.Error("it is not told, or told twice")
		}
		s.Clock.Add(15 * 24 * time.Hour)
		s.Housekeep(ctx)
		c.signIn("claire.martel")
		c.same("claire.martel")
	})
}
