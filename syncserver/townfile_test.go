package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parvis/assets/town"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// A town in earnest: served once, given its file, and then open to families.
func TestATownIsSetUpFromItsFile(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		for name, value := range map[string]string{
			"DATABASE": dsn, "TOWN_NAME": "Saint-Aubin-sur-Vesle", "TOWN_ZONE": "B", "PUBLIC_URL": "http://127.0.0.1:1", "LISTEN": "127.0.0.1:0",
			"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "SMTP_MODE": "plain", "MAIL_FROM": "portail@mairie.example", "LOG_LEVEL": "error", "DATA_DIR": t.TempDir(),
		} {
			t.Setenv("PARVIS_"+name, value)
		}
		file := filepath.Join(t.TempDir(), "commune.json")
		if err := os.WriteFile(file, town.SaintAubin, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		if err := townFile(ctx, []string{"apply", file}); err == nil {
			t.Fatal("a database without a town takes a file")
		}
		once, cancel := context.WithCancel(ctx)
		served := make(chan error, 1)
		go func() { served <- serve(once, nil) }()
		facts := func(collection string) (list []store.Fact) {
			t.Helper()
			st, err := store.Open(ctx, store.Options{DSN: dsn})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close(ctx)
			_ = st.Read(ctx, func(tx *store.Tx) (err error) { list, err = tx.Facts(collection); return err }) // no table yet: none
			return list
		}
		for end := time.Now().Add(20 * time.Second); len(facts(wire.Procedures)) == 0; {
			select {
			case err := <-served:
				t.Fatalf("the server ended: %v", err)
			default:
			}
			if time.Now().After(end) {
				t.Fatal("the server never wrote its town")
			}
		}
		if err := townFile(ctx, []string{"check", file}); err != nil || len(facts(wire.Sites)) != 0 {
			t.Fatalf("checking: %v, %d sites", err, len(facts(wire.Sites)))
		}
		if err := townFile(ctx, []string{"apply", file}); err != nil {
			t.Fatal(err)
		}
		if got := len(facts(wire.Sites)); got != 4 {
			t.Errorf("%d sites", got)
		}
		var says wire.Town
		if err := json.Unmarshal(facts(wire.Towns)[0].Body, &says); err != nil || says.Postcode != "51999" || says.Name != "Saint-Aubin-sur-Vesle" || says.Demo {
			t.Errorf("the town is %+v, %v", says, err)
		}
		// What is wrong is told with its place, and changes nothing.
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(town.SaintAubin), `"jules-ferry": 90`, `"jules-ferri": 90`)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := townFile(ctx, []string{"apply", file}); err == nil || !strings.Contains(err.Error(), `activities[0].places: there is no site "jules-ferri"`) {
			t.Errorf("%v", err)
		}
		for _, args := range [][]string{nil, {"apply"}, {"burn", file}, {"check", file + ".none"}} {
			if err := townFile(ctx, args); err == nil {
				t.Errorf("%q is done", args)
			}
		}
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}
