package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
)

func TestOnesDataIsAllOfItAndNobodyElses(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		w.live(t)
		id := give(t, w.desks[family], "family-quotient", "")
		draft := portal.NewID()
		w.desks[family].Must(wire.DraftSave, wire.SaveDraft{Draft: fmt.Appendf(nil, `{"id":%q,"procedure":"encombrants","version":1,"request":%q,"fresh":%q,"fields":{"place":{"value":"Plantebrouillon","at":1}}}`, draft, portal.NewID(), portal.NewID())})
		var all bytes.Buffer
		if err := w.desks[family].OwnData(ctx, &all); err != nil {
			t.Fatal(err)
		}
		files := unpacked(t, all.Bytes())
		own, _ := document(t, w.desks[family], id)
		kept := false
		for name, body := range files {
			if strings.HasPrefix(name, "justificatifs/") && strings.HasSuffix(name, own.Name) && strings.Contains(body, string(id)) && strings.HasPrefix(body, "%PDF-") {
				kept = true
				if !strings.Contains(files["donnees.html"], `href="`+strings.ReplaceAll(name, " ", "%20")) {
					t.Errorf("the page does not lead to %q", name)
				}
			}
		}
		if !kept {
			t.Error("the document is not in it")
		}
		if body := files["messages/001 Plantejointe.pdf"]; !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("what goes with a message is %q", body)
		}
		p := people[family]
		for _, name := range []string{"donnees.html", "donnees.json"} {
			body := files[name]
			for _, must := range []string{p.street, p.mail, p.login, "Philémon", "Plantallergie", "Plantequeue", "Planterefuse", "Plantemotif", "613579", "76538.41", "Plantebrouillon", own.Name, "Plantejointe.pdf"} {
				if !strings.Contains(body, must) {
					t.Errorf("%s says nothing of %s", name, must)
				}
			}
			for _, never := range []string{people[otherParent].street, people[otherParent].mail, "62621.41", "Planteparente", people[otherFamily].last, "plain:", "Plantedossier"} {
				if strings.Contains(body, never) {
					t.Errorf("%s says %s", name, never)
				}
			}
		}
		if len(files) < 3 || strings.Contains(files["donnees.html"], "[page.") {
			t.Errorf("the files: %d, %.2000s", len(files), files["donnees.html"])
		}
		var d service.OwnData
		if err := json.Unmarshal([]byte(files["donnees.json"]), &d); err != nil || len(d.Bookings) != 1 || len(d.Requests) != 3 || d.Account.Login != p.login {
			t.Errorf("%+v %v", d, err)
		}
		for range 2 {
			if err := w.desks[family].OwnData(ctx, io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.desks[family].OwnData(ctx, io.Discard); portal.CodeOf(err) != portal.Throttled {
			t.Errorf("a fourth time within a day: %v", err)
		}
		if err := w.desks[deskAgent].OwnData(ctx, io.Discard); portal.CodeOf(err) != portal.Forbidden {
			t.Errorf("an agent: %v", err)
		}
		if err := w.desks[signedOut].OwnData(ctx, io.Discard); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("signed out: %v", err)
		}
	})
}

func unpacked(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	files := map[string]string{}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(body)
	}
	return files
}

// What two parents have agreed is in the data of both, and so is what one booked
// that the other pays: never its price, and never whose account the other's is.
func TestOnesDataTellsWhatParentsHaveAgreed(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		w.submitted()
		w.payingByWeeks()
		w.book(family, theirDay, true)
		w.book(otherParent, ourDay, true)
		w.desks[family].Must(wire.DelegationChange, wire.ChangeDelegation{Delegation: w.delegated(seer), Level: "see", Children: []portal.ID{familyChild}, Until: "2026-12-01"})
		if _, err := w.desks[deskAgent].SearchTown(ctx, "tamarin"); err != nil {
			t.Fatal(err)
		}
		var all bytes.Buffer
		if err := w.desks[family].OwnData(ctx, &all); err != nil {
			t.Fatal(err)
		}
		files := unpacked(t, all.Bytes())
		page := html.UnescapeString(files["donnees.html"])
		for _, must := range []string{"la semaine du 16/11/2026 est la vôtre.", "Chaque parent paie pour ses semaines", "réservé, payé par Basile Corbin", "réservé, réservé par Basile Corbin",
			"Accès partagé modifié", "recherche d'un agent"} {
			if !strings.Contains(page, must) {
				t.Errorf("the page says nothing of %q", must)
			}
		}
		var d service.OwnData
		if err := json.Unmarshal([]byte(files["donnees.json"]), &d); err != nil || len(d.Children) != 1 || d.Children[0].Weeks == nil || d.Children[0].Paying == nil {
			t.Fatalf("%+v: %v", d.Children, err)
		}
		if len(d.Bookings) != 2 || d.Bookings[0].Price == "" || d.Bookings[0].By != "Basile Corbin" || d.Bookings[1].Price != "" || d.Bookings[1].PaidBy != "Basile Corbin" || d.Bookings[1].Child != "Philémon" {
			t.Errorf("the days are %+v", d.Bookings)
		}
		for name, body := range files {
			if strings.Contains(body, string(w.account(otherParent))) {
				t.Errorf("%s tells the other parent's account", name)
			}
		}
		// A proposal that waits is told as one.
		w.payingAsked()
		all.Reset()
		if err := w.desks[otherParent].OwnData(ctx, &all); err != nil {
			t.Fatal(err)
		}
		if page := html.UnescapeString(unpacked(t, all.Bytes())["donnees.html"]); !strings.Contains(page, "est celle de l'autre parent.") || !strings.Contains(page, "Proposé par l'autre parent, sans réponse, le 16/11/2026") {
			t.Errorf("the other one's page: %.3000s", page)
		}
	})
}
