package e2e

import (
	"context"
	"encoding/json"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// letter is what the newest mail of a kind to an address says.
func letter(t *testing.T, s *hosttest.Server, address, kind string) (data struct{ Code, Link string }) {
	t.Helper()
	found := false
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(100, tx.Now().UnixMicro())
		for _, m := range due {
			if m.Address == address && m.Template == kind {
				found = true
				if err := json.Unmarshal([]byte(m.Data), &data); err != nil {
					return err
				}
			}
		}
		return err
	}); err != nil || !found {
		t.Fatalf("no %s for %s: %v", kind, address, err)
	}
	return data
}

// What a family did off line before it forgot its password is still there, and
// sent, once another one is chosen by mail: the portal's share of the key opens
// the sealed cache. From then on it opens off line with the new password only.
func TestTheCacheSurvivesAForgottenPassword(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		const other = "tambour-rouge-sous-la-pluie"
		c := newComputer(t, s, t.TempDir())
		elsewhere := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		elsewhere.signIn("claire.martel")
		lea := c.child("Léa")
		c.sent()
		c.line.pull()
		booking := c.book(lea, "2026-11-20")
		if err := c.Keep("draft", "fiche", "à moitié écrite"); err != nil {
			t.Fatal(err)
		}
		if err := c.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		c.line.plug()

		if err := c.RecoverPassword(ctx, "claire.martel@exemple.fr"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.OpenRecovery(ctx, letter(t, s, "claire.martel@exemple.fr", "password_reset").Code); err != nil {
			t.Fatal(err)
		}
		if err := c.ResetPassword(ctx, other, false); err != nil {
			t.Fatal(err)
		}
		var draft string
		if !c.Kept("draft", "fiche", &draft) || draft != "à moitié écrite" {
			t.Errorf("the draft is %q", draft)
		}
		c.sent()
		if b := c.View().Bookings(lea, "2026-11-20"); len(b) != 1 || b[0].ID != booking || b[0].Pending != "" {
			t.Errorf("what was booked off line is %+v", b)
		}
		elsewhere.eventually("the session elsewhere has ended", func() bool { who, _ := elsewhere.Person(); return who.OffLine })

		if err := c.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		c.line.pull()
		if err := c.OpenOffLine("claire.martel", demo.FamilyPassword); portal.CodeOf(err) != wire.BadCredentials {
			t.Errorf("the old password off line: %v", err)
		}
		if err := c.OpenOffLine("claire.martel", other); err != nil {
			t.Errorf("the new password off line: %v", err)
		}
		if !c.Kept("draft", "fiche", &draft) {
			t.Error("the draft is gone")
		}
	})
}
