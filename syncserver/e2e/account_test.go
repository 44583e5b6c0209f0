package e2e

import (
	"archive/zip"
	"context"
	"os"
	"path/filepath"
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

// All one's data comes as one file; closing the account takes away what this
// computer keeps, but for what was never sent.
func TestWhatAnAccountLeavesOnAComputer(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		downloads := t.TempDir()
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		c.sent()
		paper, _, err := c.SendDocument(photo(t), "family-quotient", "", "attestation.jpg")
		if err != nil {
			t.Fatal(err)
		}
		c.eventually("the document is there", func() bool { d, there := c.View().Document(paper); return there && !d.Pending })
		for _, name := range []string{"mes-donnees.zip", "mes-donnees-2.zip"} {
			path, err := c.SaveData(ctx, downloads, "mes-donnees")
			if err != nil || filepath.Base(path) != name {
				t.Fatalf("%s: %v", path, err)
			}
			z, err := zip.OpenReader(path)
			if err != nil {
				t.Fatal(err)
			}
			last := z.File[len(z.File)-1]
			if !strings.HasSuffix(last.Name, "attestation.jpg") || last.UncompressedSize64 < 500_000 {
				t.Errorf("the last file is %s of %d bytes", last.Name, last.UncompressedSize64)
			}
			if err := z.Close(); err != nil {
				t.Error(err)
			}
		}
		// A line that breaks leaves no half of a file.
		c.line.mu.Lock()
		c.line.left, c.line.cut = 100_000, false
		c.line.mu.Unlock()
		if _, err := c.SaveData(ctx, downloads, "mes-donnees"); err == nil {
			t.Error("a broken line gave a file")
		}
		c.line.plug()
		if left, err := os.ReadDir(downloads); err != nil || len(left) != 2 {
			t.Errorf("the folder holds %d files: %v", len(left), err)
		}

		if _, err := c.CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		if err := c.LeaveForGood(ctx); err != nil {
			t.Fatal(err)
		}
		if _, in := c.Person(); in || len(c.Known()) != 0 {
			t.Errorf("signed in %v, known are %+v", in, c.Known())
		}
		// Coming back gives all of it up, and all of it back.
		c.signIn("claire.martel")
		lea := c.child("Léa")
		c.sent()
		if !c.TakeReopened() {
			t.Error("nobody says that the closing was given up")
		}
		if _, err := c.CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		c.line.pull()
		c.book(lea, "2026-11-20")
		if err := c.LeaveForGood(ctx); err != nil && portal.CodeOf(err) != portal.NotReachable {
			t.Fatal(err)
		}
		if len(c.Known()) != 1 {
			t.Error("what was never sent is gone")
		}
		c.line.plug()
		c.signIn("claire.martel")
		c.sent()
		if b := c.View().Bookings(lea, "2026-11-01"); len(b) != 1 {
			t.Errorf("booked is %+v", b)
		}
	})
}
