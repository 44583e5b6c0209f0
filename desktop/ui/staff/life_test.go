package staff

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

func (o *opened) more(label string) {
	o.t.Helper()
	kittest.Press(o.t, o.w, "Autres")
	kittest.Press(o.t, o.w, label)
	o.settle()
}

func TestACorrectionIsAskedFor(t *testing.T) {
	o := ready(t, "in_review", screentest.Sylvie)
	kittest.Press(t, o.w, "Faire corriger…")
	o.wantShown("Demander une correction pour Léa Martel", "Elle ne pourra changer que cela.")
	kittest.Press(t, o.w, "Envoyer à la famille")
	o.wantShown("Cochez au moins une question ou un justificatif.")
	if o.w.Canvas().Focused() == nil {
		t.Error("nothing has the keyboard")
	}
	kittest.Press(t, o.w, "Identité de l'enfant")
	kittest.Press(t, o.w, "Lieu de naissance")
	kittest.Press(t, o.w, "Envoyer à la famille")
	o.wantShown("Écrivez ce qui ne va pas")
	o.wantCalls()
	kittest.Find[*kit.Field](o.w, "Ce qui ne va pas").Focus()
	kittest.Type(o.w, "Quelle commune ?")
	kittest.Press(t, o.w, "Envoyer à la famille")
	o.settle()
	a, ok := o.Calls[0].Args.(*wire.AskCorrection)
	if !ok || a.Request != screentest.ForLea || strings.Join(a.Fields, " ") != "birthPlace" || a.Text != "Quelle commune ?" || a.Until != "" && !a.Until.Valid() {
		t.Fatalf("asked %+v", o.Calls[0].Args)
	}
	if q, _ := o.View.QueueItem(screentest.ForLea); q.State != string(requests.WaitingFamily) || !q.Pending {
		t.Errorf("the queue has it as %+v", q)
	}
	o.wantShown("Quelle commune ?", "À corriger ou à envoyer : Lieu de naissance")
}

func TestOldStandsBesideNew(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	rows := screentest.FileOf("in_review", screentest.Sylvie)
	for i, row := range rows {
		if row.Collection == wire.Requests && row.Entity == screentest.ForLea {
			body := strings.TrimSuffix(string(row.Body), "}") + `,"corrections":[{"n":1,"asked":1,"fields":["birthPlace"],"text":"Quelle commune ?","answered":1795000000000000,"reply":"Voici.","before":{"birthPlace":"Rems"}}]}`
			rows[i].Body = []byte(body)
		}
	}
	item := screentest.Waiting(screentest.ForLea, screentest.Claire, "fiche-enfant", "Léa Martel", "2026-000101", 72*time.Hour, "in_review", screentest.Sylvie)
	item.Body = []byte(strings.TrimSuffix(string(item.Body), "}") + `,"answered":true}`)
	d.Get(append(rows, item)...)
	o := open(t, d, wide, "request", string(screentest.ForLea))
	o.wantShown("Corrections", "Quelle commune ?", "Voici.", "Avant", "Rems", "Après", "Reims", "Lieu de naissance")
	if !strings.Contains(o.list(), "Réponse reçue") {
		t.Errorf("the queue reads\n%s", o.list())
	}
}

func TestReleaseCloseAndAWordWithTheAcceptance(t *testing.T) {
	o := ready(t, "in_review", screentest.Sylvie)
	o.more("Rendre à l'équipe")
	o.wantCalls(wire.RequestRelease)

	o = ready(t, "in_review", screentest.Sylvie)
	o.more("Clore sans décision…")
	kittest.Press(t, o.w, "Clore la demande")
	o.wantShown("Écrivez le motif")
	kittest.Find[*kit.Field](o.w, "Motif, lu par la famille").Focus()
	kittest.Type(o.w, "Faite deux fois.")
	// Closed by a slip, what was written is there again.
	kittest.Press(t, o.w, "Annuler")
	o.more("Clore sans décision…")
	kittest.Press(t, o.w, "Clore la demande")
	o.settle()
	if a, ok := o.Calls[0].Args.(*wire.CloseRequest); !ok || a.Reason != "Faite deux fois." {
		t.Fatalf("closed with %+v", o.Calls[0].Args)
	}

	o = ready(t, "in_review", screentest.Sylvie)
	o.more("Accepter avec un mot…")
	kittest.Find[*kit.Field](o.w, "Un mot pour la famille (facultatif)").Focus()
	kittest.Type(o.w, "À lundi.")
	kittest.Press(t, o.w, "Accepter la demande")
	o.settle()
	if a, ok := o.Calls[0].Args.(*wire.AcceptRequest); !ok || a.Text != "À lundi." {
		t.Fatalf("accepted with %+v", o.Calls[0].Args)
	}
}

func TestARefusalIsReopened(t *testing.T) {
	o := ready(t, "refused", portal.ID(screentest.Sylvie))
	kittest.Press(t, o.w, "Rouvrir…")
	kittest.Press(t, o.w, "Rouvrir la demande")
	o.settle()
	o.wantCalls(wire.RequestReopen)
	o.wantShown("En examen, en attente d'envoi")
}

// At twice the text size a bar at the foot would leave nothing to read.
func TestDecisionsScrollAlongWhereThereIsNoRoom(t *testing.T) {
	o := ready(t, "in_review", screentest.Sylvie)
	if o.open.within != nil {
		t.Error("they scroll along although there is room")
	}
	o.w.Resize(fyne.NewSize(816, 300))
	o.open.redraw()
	o.settle()
	if o.open.within == nil || o.open.bar.Size().Height > 2 {
		t.Errorf("the bar is %v high", o.open.bar.Size().Height)
	}
	o.wantShown("Accepter", "Refuser…")
	kittest.Press(t, o.w, "Accepter")
	o.settle()
	if len(o.called(wire.RequestAccept)) != 1 {
		t.Error("nothing was decided")
	}
}

// Where a procedure writes its decision out, the agent reads what the family has.
func TestAnAgentReadsTheDecisionThatTheFamilyHas(t *testing.T) {
	kittest.Light(t)
	const school = "inscription-scolaire"
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	d := screentest.Staff()
	rows := append(screentest.FileOf("accepted", screentest.Sylvie), screentest.Row(wire.TownFeed, wire.Procedures, school, files[school]))
	for i, r := range rows {
		if r.Entity != screentest.ForLea || r.Collection != wire.Requests {
			continue
		}
		var q wire.Request
		if err := wire.StrictJSON(r.Body, &q); err != nil {
			t.Fatal(err)
		}
		q.Procedure, q.Version, q.AgentName, q.Decided = school, 2, "Sylvie Roy", screentest.Monday.At(8, 0).UnixMicro()
		q.Answers = json.RawMessage(`{"firstNames":"Léa","lastName":"Martel","birthDate":"2017-05-02","class":"ce2","entryDate":"2026-09-01"}`)
		rows[i] = screentest.Row(r.Feed, r.Collection, r.Entity, q)
	}
	d.Get(rows...)
	o := open(t, d, wide, "request", string(screentest.ForLea))
	o.Accepted()
	kittest.Settle(o.w)
	o.wantShown("Certificat d'inscription scolaire", "certifie que Léa Martel, né(e) le 2\u00a0mai 2017")
	if letter := forms.DecisionOf(o.c, view.Request{Request: wire.Request{ID: "other", Procedure: school, Version: 2, State: "refused"}}, nil, ""); letter != nil {
		t.Error("what was not accepted has a certificate")
	}
}
