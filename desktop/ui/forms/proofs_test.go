package forms

import (
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// pdf is one that is taken.
var pdf = []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" +
	"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")

// paper is a document of the family's.
func paper(kind string, child portal.ID, status documents.Status, until portal.Date) wire.Change {
	id := portal.NewID()
	return change(wire.AccountFeed(me), wire.Documents, id, documents.Document{ID: id, Account: me, Kind: kind, Child: child, Name: kind + ".pdf", Type: documents.PDF,
		Size: 900, Sent: now.UnixMicro(), Status: status, Until: until, Scan: documents.Clean})
}

func TestARequestLeadsToItsMissingDocuments(t *testing.T) {
	kittest.Light(t)
	q := request(portal.NewID(), requests.Submitted, good(lea))
	s := open(t, true, mine(q), paper("vaccinations", lea, documents.Submitted, ""))
	for _, name := range []string{screen.Confirmed, screen.Request} {
		s.show(screen.To(name, "id", string(q.ID), "request", string(q.ID)))
		s.shows("Il manque 1 justificatif", "Certificat de vaccinations", "À vérifier", "Assurance de responsabilité civile", "Non fourni", "Indispensable")
		s.press("Envoyer")
		if want := screen.To(screen.SendProof, "kind", "liability-insurance", "child", string(lea)); s.at.String() != want.String() {
			t.Errorf("%s leads to %s", name, s.at)
		}
	}
	// What is judged shows at once; what a decision no longer needs is not shown.
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.desk.apply(paper("liability-insurance", lea, documents.Valid, "2027-08-31"))
	s.settle()
	s.shows("Vous avez tout donné.", "Valable jusqu'au 31 août 2027.")
	q.State = string(requests.Accepted)
	s.desk.apply(mine(q))
	s.settle()
	s.hides("Justificatifs", "Vous avez tout donné.")
}

func TestWhatAProcedureNeedsIsSaidBeforeItBegins(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.show(screen.To(screen.Procedure, "id", "inscription-scolaire"))
	s.shows("Indispensables : Livret de famille et justificatif de domicile", "la mairie ne décidera pas sans")
	s = open(t, true, paper("address-proof", "", documents.Valid, "2027-02-20"), paper("vaccinations", lea, documents.Submitted, ""))
	s.show(screen.To(screen.Procedure, "id", "inscription-scolaire"))
	s.shows("Indispensable : Livret de famille", "Déjà fourni, valable jusqu'au 20 février 2027.", "Léa : Déjà envoyé, la mairie le vérifie.")
	s.hides("Indispensables", "et justificatif")
	s = open(t, false)
	s.show(screen.To(screen.Procedure, "id", "inscription-scolaire"))
	s.hides("Déjà fourni", "la mairie ne décidera pas sans")
}
