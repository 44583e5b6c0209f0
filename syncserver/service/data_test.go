package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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
		raw := all.Bytes()
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
