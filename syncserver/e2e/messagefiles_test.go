package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// leaflet is a small PDF with words of its own.
func leaflet(words string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%% %s\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%%%EOF\n", words)
}

// Files are chosen off line, outlive the program while they are a draft, go
// with their message over a line that breaks, and are read off line by both
// sides; what was never sent leaves nothing behind.
func TestFilesOfAMessageOverACutLine(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		home, office := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		home.signIn("claire.martel")
		office.signInAgent("sylvie.roy", false)
		lea := home.child("Léa")
		request := portal.NewID()
		answers := json.RawMessage(fmt.Sprintf(`{"child":%q,"lastName":"Martel","firstNames":"Léa","birthDate":"2018-03-12","birthPlace":"Reims","school":%q,"class":"ce2",
			"guardians":[{"lastName":"Martel","firstName":"Claire","relation":"mother","phone":"+33639980101","mail":"claire.martel@exemple.fr","livesWithChild":true}],
			"diet":"standard","hasAllergies":false,"hasCarePlan":false,"canteen":true,"emergencyConsent":true,"imageConsent":false}`, lea, demo.JulesFerry))
		if _, err := home.Submit(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: lea, Answers: answers, Terms: true}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		home.sent()

		home.line.pull()
		for name, data := range map[string][]byte{"photo.jpg": photo(t), "faux.pdf": leaflet("a slip")} {
			if err := home.Enclose(request, data, name); err != nil {
				t.Fatal(err)
			}
		}
		if err := home.Enclose(request, []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "IMG.heic"); portal.CodeOf(err) != documents.HEIC {
			t.Errorf("HEIC ends as %v", err)
		}
		home.reopen()
		if err := home.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		chosen := home.Enclosed(request)
		if len(chosen) != 2 {
			t.Fatalf("the draft has %+v", chosen)
		}
		for _, e := range chosen {
			if e.Name == "faux.pdf" {
				if err := home.TakeOut(request, e.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := home.Enclose(request, leaflet("Planning du mois"), "planning.pdf"); err != nil {
			t.Fatal(err)
		}
		home.line.plug()
		home.signIn("claire.martel")
		home.line.pull()
		message := portal.NewID()
		if _, err := home.SendMessage(wire.SendMessage{Message: message, Request: request, Text: "Ci-joint."}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		if left := home.Enclosed(request); len(left) != 0 {
			t.Errorf("the draft still has %+v", left)
		}
		files := func(v *view.View) []view.MessageFile {
			for _, m := range v.Messages(request) {
				if m.ID == message {
					return m.Files
				}
			}
			return nil
		}
		waiting := files(home.View())
		if len(waiting) != 2 || !waiting[0].ToSend || waiting[0].Name != "photo.jpg" {
			t.Fatalf("waiting it has %+v", waiting)
		}
		if data, kind, err := home.OpenDocument(context.Background(), waiting[1].ID); err != nil || kind != documents.PDF || !bytes.Contains(data, []byte("Planning")) {
			t.Errorf("what waits opens as %q %v", kind, err)
		}
		home.line.mu.Lock()
		home.line.left, home.line.cut = 300_000, false
		home.line.mu.Unlock()
		home.TryNow()
		home.eventually("the line breaks", func() bool {
			home.line.mu.Lock()
			defer home.line.mu.Unlock()
			return home.line.cut
		})
		if n := len(home.Unsent()); n != 1 {
			t.Errorf("%d commands wait", n)
		}
		home.line.plug()
		home.TryNow()
		home.eventually("the message is at the town hall with its files", func() bool {
			f := files(home.View())
			return len(home.Unsent()) == 0 && len(f) == 2 && !f[0].ToSend && f[0].Size > 0
		})

		// The agent reads it and answers with a file of the town hall's.
		account := claire(home.Session)
		if _, err := office.Submit(wire.FileOpen, wire.OpenFile{Account: account, Desk: "enfance"}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		office.eventually("the agent has the message", func() bool { return len(files(office.View())) == 2 })
		pdf := files(office.View())[1].ID
		if data, _, err := office.OpenDocument(context.Background(), pdf); err != nil || !bytes.Contains(data, []byte("Planning")) {
			t.Errorf("the agent reads %q, %v", data, err)
		}
		if err := office.Enclose(request, leaflet("Menu de la semaine"), "menu.pdf"); err != nil {
			t.Fatal(err)
		}
		if _, err := office.SendMessage(wire.SendMessage{Message: portal.NewID(), Request: request, Text: "Le menu."}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		var menu portal.ID
		home.eventually("the answer is here", func() bool {
			for _, m := range home.View().Messages(request) {
				if m.Staff && len(m.Files) == 1 {
					menu = m.Files[0].ID
				}
			}
			return menu != ""
		})
		if _, _, err := home.OpenDocument(context.Background(), menu); err != nil {
			t.Fatal(err)
		}
		home.line.pull()
		if data, _, err := home.OpenDocument(context.Background(), menu); err != nil || !bytes.Contains(data, []byte("Menu")) {
			t.Errorf("off line it opens as %q, %v", data, err)
		}
		home.line.plug()
		home.same("claire.martel")
	})
}
