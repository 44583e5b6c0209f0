package store_test

import (
	"os"
	"strings"
	"testing"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// Quotients that stood with their account, before they had a table of their
// own, fix prices as they did.
func TestQuotientsOfBeforeAreCarriedOver(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s, err := store.Open(ctx, store.Options{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(ctx)
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(ctx); err != nil {
			t.Fatal(err)
		}
		engine := "postgres"
		if strings.HasPrefix(dsn, "sqlite:") {
			engine = "sqlite"
		}
		file, err := os.ReadFile("migrations/" + engine + "/0012_quotients.sql")
		if err != nil {
			t.Fatal(err)
		}
		_, carry, found := strings.Cut(string(file), "-- Those that stood with their account.\n")
		if !found {
			t.Fatal("the migration carries nothing over")
		}
		if err := s.Write(ctx, func(tx *store.Tx) error {
			for id, payer := range map[string]string{
				"claire": `{"resident":true,"quotients":[{"value":612,"from":"2025-09-01","source":"avis"},{"value":540,"from":"2026-10-01","source":"avis"}]}`,
				"amina":  `{"resident":true,"quotients":null}`, "sylvie": "", "nadia": `{"resident":false}`,
			} {
				if err := tx.InsertAccount(store.Account{ID: portal.ID("account-" + id), Kind: "family", Login: id, MailKey: id, Payer: payer, Profile: "{}", Created: 7}); err != nil {
					return err
				}
			}
			for _, statement := range strings.Split(strings.TrimSpace(carry), ";\n") {
				if _, err := tx.Exec(strings.TrimSuffix(statement, ";")); err != nil {
					return err
				}
			}
			got, err := tx.QuotientsThatServe("account-claire")
			if err != nil {
				return err
			}
			if len(got) != 2 || got[0].Value != 612 || got[0].From != "2025-09-01" || got[0].Source != ledger.FromDesk || got[0].Until != "" || got[1].Value != 540 {
				t.Errorf("they are %+v", got)
			}
			for id, want := range map[string]string{"claire": "quotients", "amina": "quotients", "nadia": "-"} {
				a, _, err := tx.AccountByLogin(id)
				if err != nil || strings.Contains(a.Payer, want) || !strings.Contains(a.Payer, "resident") {
					t.Errorf("%s is left with %s: %v", id, a.Payer, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
