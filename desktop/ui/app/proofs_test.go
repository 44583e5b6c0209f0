package app

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

var pdf = []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" +
	"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")

// A document is sent through the session itself, without a line: the rail and
// the tab count what is to be given, and the sending is cancelled there.
func TestDocumentsAreCountedSentAndCancelled(t *testing.T) {
	s := open(t, claire, nil)
	request := wire.Request{ID: portal.NewID(), Account: screentest.Claire, Procedure: "fiche-enfant", Child: screentest.Lea, Person: "Léa Martel", State: string(requests.Submitted),
		Submitted: screentest.Monday.At(8, 0).UnixMicro(), Documents: []documents.Asked{{Kind: "family-quotient"}}}
	kind := requests.DocumentKind{ID: "family-quotient", Label: requests.Text{FR: "Attestation de quotient familial", EN: "Family quotient certificate"}}
	s.SignIn(t, claire.Login, append(procedures(t), screentest.Row(screentest.Mine, wire.Requests, request.ID, request),
		screentest.Row(wire.TownFeed, wire.DocumentKinds, portal.ID(kind.ID), kind))...)
	s.settle()
	s.goTo(screen.To(screen.Exchanges, "tab", proofs.Tab))
	says := func(parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !kittest.Shows(s.window, p) {
				t.Errorf("%q is not shown; there is %q", p, kittest.Texts(s.window))
			}
		}
	}
	says("Justificatifs (1)", "Attestation de quotient familial", "Non fourni")
	kittest.Press(t, s.window, "Envoyer")
	s.settle()
	if s.Route().Name != screen.SendProof || s.Route().Arg("kind") != kind.ID {
		t.Fatalf("it leads to %s", s.Route())
	}
	kittest.Key(s.window, fyne.KeyEscape)
	s.settle()
	if s.Route().Name != screen.Exchanges {
		t.Fatalf("Escape leads to %s", s.Route())
	}
	if _, _, err := s.Session.SendDocument(pdf, kind.ID, "", "attestation.pdf"); err != nil {
		t.Fatal(err)
	}
	s.settle()
	says("En cours d'envoi (1)", "attestation.pdf", "Pas encore envoyé")
	if kittest.Shows(s.window, "Justificatifs (1)") {
		t.Error("what is being sent is still counted as missing")
	}
	kittest.Press(t, s.window, "Annuler")
	s.settle()
	says("Justificatifs (1)", "Non fourni")
	if n := len(s.Session.Uploads()); n != 0 {
		t.Errorf("%d files are still on their way", n)
	}
}

// Whoever sends another in the place of one that was rejected comes back to the
// list, where what was sent stands, and not to the rejected one.
func TestAnotherDocumentTakesTheRejectedOnesPlace(t *testing.T) {
	s := open(t, claire, nil)
	kind := requests.DocumentKind{ID: "family-quotient", Label: requests.Text{FR: "Attestation de quotient familial", EN: "Family quotient certificate"}}
	no := documents.Document{ID: portal.NewID(), Account: screentest.Claire, Kind: kind.ID, Name: "attestation.pdf", Sent: 1, Status: documents.Rejected, Note: "La page est coupée"}
	s.SignIn(t, claire.Login, append(procedures(t), screentest.Row(screentest.Mine, wire.Documents, no.ID, no), screentest.Row(wire.TownFeed, wire.DocumentKinds, portal.ID(kind.ID), kind))...)
	s.settle()
	s.goTo(screen.To(screen.Exchanges, "tab", proofs.Tab))
	s.goTo(screen.To(screen.Proof, "id", string(no.ID)))
	kittest.Press(t, s.window, "Envoyer un autre fichier")
	s.settle()
	if s.Route().Name != screen.SendProof {
		t.Fatalf("it leads to %s", s.Route())
	}
	s.Back() // as it does once it is sent
	s.settle()
	if s.Route().Name != screen.Exchanges {
		t.Errorf("it comes back to %s", s.Route())
	}
}
