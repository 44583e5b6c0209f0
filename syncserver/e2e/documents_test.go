package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// photo is a JPEG of more than a megabyte.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1500, 1200))
	seed := uint32(7)
	for y := range 1200 {
		for x := range 1500 {
			seed = seed*1664525 + 1013904223
			img.Set(x, y, color.RGBA{uint8(seed >> 24), uint8(seed >> 16), uint8(seed >> 8), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// of is the line about a kind among some; the zero line when there is none.
func of(items []view.DocumentItem, kind string) (found view.DocumentItem) {
	for _, i := range items {
		if i.Need.Kind == kind {
			found = i
		}
	}
	if found.Document == nil {
		found.Document = &view.Document{}
	}
	return found
}

func statusIn(items []view.DocumentItem, kind string) documents.Status { return of(items, kind).Status }

// A photo is chosen off line, goes over a line that breaks twice and a program
// that is closed between, is judged, and its rejection and the next one reach
// the family.
func TestADocumentOverACutLineIsJudged(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		home, office := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		home.signIn("claire.martel")
		office.signInAgent("sylvie.roy", false)
		var lea portal.ID
		home.eventually("the family's children are here", func() bool {
			for _, c := range home.View().Children() {
				if c.FirstName == "Léa" {
					lea = c.ID
				}
			}
			_, kinds := home.View().DocumentKind("family-quotient")
			return lea != "" && kinds
		})
		request := portal.NewID()
		answers := json.RawMessage(fmt.Sprintf(`{"child":%q,"lastName":"Martel","firstNames":"Léa","birthDate":"2018-03-12","birthPlace":"Reims","school":%q,"class":"ce2",
			"guardians":[{"lastName":"Martel","firstName":"Claire","relation":"mother","phone":"+33639980101","mail":"claire.martel@exemple.fr","livesWithChild":true}],
			"diet":"standard","hasAllergies":false,"hasCarePlan":false,"canteen":true,"emergencyConsent":true,"imageConsent":false}`, lea, demo.JulesFerry))
		if _, err := home.Submit(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: lea, Answers: answers, Terms: true}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		home.eventually("the quotient is asked for", func() bool {
			return len(home.Unsent()) == 0 && statusIn(home.View().Documents().ToGive, "family-quotient") == documents.Missing
		})

		// Off line: what is no good is refused at once, the rest waits.
		home.line.pull()
		if _, _, err := home.SendDocument([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "family-quotient", "", "IMG.heic"); portal.CodeOf(err) != documents.HEIC {
			t.Errorf("HEIC ends as %v", err)
		}
		document, _, err := home.SendDocument(photo(t), "family-quotient", "", "attestation.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if g := home.View().Documents(); statusIn(g.ToGive, "family-quotient") != "" || statusIn(g.ToCheck, "family-quotient") != documents.Submitted || !of(g.ToCheck, "family-quotient").Document.ToSend {
			t.Errorf("what waits to be sent stands as %+v", g)
		}
		breaks := func(after int64) {
			home.line.mu.Lock()
			home.line.left, home.line.cut = after, false
			home.line.mu.Unlock()
			home.TryNow()
			home.eventually("the line breaks", func() bool {
				home.line.mu.Lock()
				defer home.line.mu.Unlock()
				return home.line.cut
			})
		}
		breaks(400_000)
		home.reopen()
		if err := home.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		if data, kind, err := home.OpenDocument(context.Background(), document); err != nil || kind != documents.JPEG || len(data) == 0 {
			t.Errorf("off line it cannot be opened: %v", err)
		}
		home.line.plug()
		home.signIn("claire.martel")
		breaks(300_000)
		home.line.plug()
		home.TryNow()
		home.eventually("the document is at the town hall", func() bool {
			d, there := home.View().Document(document)
			return there && !d.Pending && len(home.Unsent()) == 0
		})

		// The agent has it in the queue, opens the file, looks and rejects.
		account := claire(home.Session)
		office.eventually("the badge is in the queue", func() bool {
			q, there := office.View().QueueItem(request)
			for _, d := range q.Documents {
				if d.Kind == "family-quotient" && d.ToCheck == 1 {
					return there
				}
			}
			return false
		})
		if _, _, err := office.OpenDocument(context.Background(), document); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("before the file is open: %v", err)
		}
		if _, err := office.Submit(wire.FileOpen, wire.OpenFile{Account: account, Desk: "enfance"}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		office.eventually("the file is open", func() bool { _, there := office.View().Document(document); return there })
		data, kind, err := office.OpenDocument(context.Background(), document)
		if err != nil || kind != documents.JPEG {
			t.Fatalf("the agent opens it: %v", err)
		}
		if img, err := jpeg.Decode(bytes.NewReader(data)); err != nil || img.Bounds().Dx() != 1500 {
			t.Errorf("what arrived is no such photo: %v", err)
		}
		if !office.HasDocument(document) {
			t.Error("it was not kept")
		}
		if _, err := office.Submit(wire.DocumentJudge, wire.JudgeDocument{Document: document, Reason: documents.Unreadable, Note: "Le bas est coupé."}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		home.eventually("the family reads why", func() bool {
			i := of(home.View().Documents().ToGive, "family-quotient")
			return i.Status == documents.Rejected && i.Document.Note == "Le bas est coupé." && len(i.Requests) == 1
		})

		// The next one is good.
		second, _, err := home.SendDocument(photo(t), "family-quotient", "", "attestation-2.jpg")
		if err != nil {
			t.Fatal(err)
		}
		office.eventually("the next one is there", func() bool { _, there := office.View().Document(second); return there })
		if _, err := office.Submit(wire.DocumentJudge, wire.JudgeDocument{Document: second, Valid: true, Until: "2027-08-31"}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		home.eventually("it is valid", func() bool {
			g := home.View().Documents()
			return statusIn(g.Valid, "family-quotient") == documents.Valid && statusIn(g.ToGive, "family-quotient") == "" && of(g.Valid, "family-quotient").Document.Until == "2027-08-31"
		})

		// A third is taken back: off line by itself, on line by a command.
		third, _, err := home.SendDocument(photo(t), "family-quotient", "", "attestation-3.jpg")
		if err != nil {
			t.Fatal(err)
		}
		home.eventually("the third is there", func() bool { d, there := home.View().Document(third); return there && !d.Pending })
		if err := home.TakeDocumentBack(third); err != nil {
			t.Fatal(err)
		}
		home.eventually("it is gone from both", func() bool {
			_, here := home.View().Document(third)
			_, there := office.View().Document(third)
			return !here && !there && len(home.Unsent()) == 0 && !home.HasDocument(third)
		})
		home.line.pull()
		fourth, _, err := home.SendDocument(photo(t), "family-quotient", "", "attestation-4.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if err := home.TakeDocumentBack(fourth); err != nil || len(home.Unsent()) != 0 || home.HasDocument(fourth) {
			t.Errorf("off line %d still wait: %v", len(home.Unsent()), err)
		}
		home.line.plug()
	})
}

func claire(s *session.Session) portal.ID { p, _ := s.Person(); return p.Account }
