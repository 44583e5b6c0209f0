package staff

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/assets/catalogue"
	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The documents of the tests, all of Claire's family.
const (
	vaccines  portal.ID = "0190b000-0000-7000-8000-0000000000d1"
	insurance portal.ID = "0190b000-0000-7000-8000-0000000000d2"
	address   portal.ID = "0190b000-0000-7000-8000-0000000000d3"
)

func papersRow(id portal.ID, kind string, child portal.ID, change func(*documents.Document)) wire.Change {
	d := documents.Document{ID: id, Account: screentest.Claire, Kind: kind, Child: child, Name: kind + ".png", Type: documents.PNG, Size: 48_000,
		Sent: screentest.Monday.At(8, 10).UnixMicro(), Status: documents.Submitted, Scan: documents.Clean}
	if change != nil {
		change(&d)
	}
	return screentest.Row(wire.FileFeed(screentest.Childhood, screentest.Claire), wire.Documents, id, d)
}

func kindRows(t *testing.T) (rows []wire.Change) {
	t.Helper()
	common, err := catalogue.LoadCommon()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range common.DocumentKinds {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.DocumentKinds, portal.ID(k.ID), k))
	}
	return rows
}

// asking is Léa's request with the documents that it asks for, in its file and
// in the queue.
func asking(t *testing.T, asked ...documents.Asked) []wire.Change {
	t.Helper()
	rows := append(kindRows(t), screentest.FileOf("in_review", screentest.Sylvie)...)
	for i, r := range rows {
		if r.Entity == screentest.ForLea && r.Collection == wire.Requests {
			var q wire.Request
			if err := wire.StrictJSON(r.Body, &q); err != nil {
				t.Fatal(err)
			}
			q.Documents = asked
			rows[i] = screentest.Row(r.Feed, r.Collection, r.Entity, q)
		}
	}
	item := wire.QueueItem{ID: screentest.ForLea, Reference: "2026-000101", Account: screentest.Claire, Procedure: "fiche-enfant", Desk: screentest.Childhood, State: "in_review",
		Person: "Léa Martel", Submitted: screentest.Monday.At(9, 0).Add(-72 * time.Hour).UnixMicro(), Agent: screentest.Sylvie, AgentName: "Sylvie Roy"}
	for _, a := range asked {
		item.Documents = append(item.Documents, wire.QueueDocument{Kind: a.Kind, ToCheck: 1})
	}
	return append(rows, screentest.Row(wire.DeskFeed(screentest.Childhood), wire.Queue, screentest.ForLea, item))
}

func picture(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 60, 80))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type benched struct {
	*judge
	*screentest.Desk
	t     *testing.T
	w     fyne.Window
	c     *screen.Context
	queue *task.Queue
	run   *task.Runner
}

func judging(t *testing.T, d *screentest.Desk, size fyne.Size, document portal.ID) *benched {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	runner, queue := task.NewQueued(nil)
	c.Scope = runner.Scope()
	c.Documents = pagestest.Opener(t)
	j := openJudge(c, d, screen.To(screen.Judge, "document", string(document), "request", string(screentest.ForLea)))
	t.Cleanup(c.Leave)
	w.SetContent(j.screen().Content)
	w.Resize(size)
	o := &benched{judge: j, Desk: d, t: t, w: w, c: c, queue: queue, run: runner}
	o.settle()
	return o
}

func (o *benched) settle() {
	o.t.Helper()
	o.Drain()
	o.queue.Settle(o.run)
	kittest.Settle(o.w)
}

func (o *benched) wantShown(parts ...string) {
	o.t.Helper()
	kittest.WantShown(o.t, o.w, parts...)
}

func (o *benched) judgments() (out []*wire.JudgeDocument) {
	for _, c := range o.Calls {
		if a, ok := c.Args.(*wire.JudgeDocument); ok {
			out = append(out, a)
		}
	}
	return out
}

// waitingDesk is Sylvie's with two documents of Léa's request to judge and one
// that it does not ask for.
func waitingDesk(t *testing.T) *screentest.Desk {
	d := screentest.Staff()
	d.Get(append(asking(t, documents.Asked{Kind: "vaccinations"}, documents.Asked{Kind: "liability-insurance", Indispensable: true}),
		papersRow(vaccines, "vaccinations", screentest.Lea, nil), papersRow(insurance, "liability-insurance", screentest.Lea, nil),
		papersRow(address, "address-proof", "", func(d *documents.Document) { d.Status, d.Until = documents.Valid, "2026-04-30" }))...)
	d.AtTownHall[vaccines], d.AtTownHall[insurance] = picture(t), picture(t)
	return d
}

func TestTheRequestShowsItsDocuments(t *testing.T) {
	kittest.Light(t)
	o := open(t, waitingDesk(t), wide, "request", string(screentest.ForLea), "tab", papersTab)
	o.Accepted()
	kittest.Settle(o.w)
	o.wantShown("Justificatifs (2)", "Certificat de vaccinations, Léa Martel", "Assurance de responsabilité civile", "À vérifier", "Autres justificatifs de la famille", "Justificatif de domicile",
		"Jusqu'au 30", "Justificatif indispensable à vérifier : ")
	if got := plain(o.list()); !strings.Contains(got, "2 à vérifier, Fiche enfant") {
		t.Errorf("the queue reads\n%s", got)
	}
	for _, r := range kittest.All[*kit.Row](o.w) {
		if strings.HasPrefix(r.AccessibilityLabel(), "Certificat de vaccinations") {
			r.Tapped(nil)
		}
	}
	if n := len(o.Routes); n == 0 || o.Routes[n-1].Name != screen.Judge || o.Routes[n-1].Arg("document") != string(vaccines) {
		t.Errorf("a press leads to %v", o.Routes)
	}
	o.Get(screentest.Gone(wire.FileFeed(screentest.Childhood, screentest.Claire), wire.Documents, insurance))
	kittest.Settle(o.w)
	o.wantShown("Il manque un justificatif indispensable : ", "Non fourni")
}

func TestADocumentIsAcceptedAndTheNextOpens(t *testing.T) {
	kittest.Light(t)
	o := judging(t, waitingDesk(t), wide, insurance)
	o.wantShown("Page 1 sur 1", "liability-insurance.png", "La règle : la fin de l'année scolaire.", "Léa Martel")
	if got := o.until.Value(); got != "2026-08-31" {
		t.Errorf("proposed is %q", got)
	}
	kittest.Press(t, o.w, "Valider")
	o.settle()
	got := o.judgments()
	if len(got) != 1 || !got[0].Valid || got[0].Until != "2026-08-31" || got[0].Longer || got[0].Document != insurance {
		t.Fatalf("judged %+v", got)
	}
	if o.id != vaccines {
		t.Errorf("%s is open, not the next", o.id)
	}
	o.wantShown("Justificatif validé : Assurance de responsabilité civile, en attente d'envoi", "Annuler", "vaccinations.png")
	if q, _ := o.QueueItem(screentest.ForLea); waitingHere(q) != 1 {
		t.Errorf("the queue's row tells %+v", q.Documents)
	}

	// What has not left is taken back at once.
	kittest.Press(t, o.w, "Annuler")
	o.settle()
	if len(o.Undone) != 1 || o.id != insurance {
		t.Errorf("undone %v, open is %s", o.Undone, o.id)
	}
	o.wantShown("de nouveau à vérifier", "Valider")
}

func TestAJudgmentIsTakenBackForAMinute(t *testing.T) {
	kittest.Light(t)
	o := judging(t, waitingDesk(t), wide, vaccines)
	o.until.SetValue("2026-10-01")
	kittest.Press(t, o.w, "Valider")
	o.settle()
	o.Hand()
	o.settle()
	o.undo()
	o.settle()
	last := o.Calls[len(o.Calls)-1]
	if a, ok := last.Args.(*wire.UnjudgeDocument); !ok || a.Document != vaccines || len(last.Needs) != 1 {
		t.Fatalf("taken back by %+v", last)
	}
	n := len(o.Calls)
	o.until.SetValue("2026-10-01")
	o.accept()
	o.settle()
	o.Now = o.Now.Add(documents.UndoFor)
	o.Tick()
	o.settle()
	if kittest.Shows(o.w, "Annuler") {
		t.Error("after a minute the way back is still there")
	}
	o.undo()
	if len(o.Calls) != n+1 {
		t.Error("after a minute it was taken back")
	}
}

func TestALongerDateIsAskedAbout(t *testing.T) {
	kittest.Light(t)
	o := judging(t, waitingDesk(t), wide, insurance)
	o.until.SetValue("2027-12-31")
	o.accept()
	o.settle()
	o.wantShown("Plus longtemps que la règle ?", "31 août 2026")
	if len(o.judgments()) != 0 {
		t.Fatal("it was judged without being asked")
	}
	o.c.Dialogs.CloseAll()
	for day, mistake := range map[string]string{"2026-03-01": "Cette date est passée", "2056-01-01": "trop lointaine"} {
		o.until.SetValue(day)
		o.accept()
		o.settle()
		if len(o.judgments()) != 0 || !strings.Contains(o.until.Mistake(), mistake) {
			t.Errorf("%s: %q", day, o.until.Mistake())
		}
	}
	o.until.SetValue("2027-12-31")
	o.accept()
	kittest.Press(t, o.w, "Valider")
	o.settle()
	if got := o.judgments(); len(got) != 1 || !got[0].Longer || got[0].Until != "2027-12-31" {
		t.Errorf("judged %+v", got)
	}
}

func TestRejectingShowsWhatTheFamilyReads(t *testing.T) {
	kittest.Light(t)
	o := judging(t, waitingDesk(t), wide, vaccines)
	o.reject()
	o.settle()
	o.wantShown("Ce que la famille lira", "est invalide. Envoyez-en un autre.")
	kittest.Press(t, o.w, "Invalider le justificatif")
	o.wantShown("Choisissez le motif")
	reason := kittest.Find[*kit.Field](o.w, "Motif")
	reason.SetValue(string(documents.Other))
	kittest.Press(t, o.w, "Invalider le justificatif")
	o.wantShown("Écrivez en quelques mots")
	note := kittest.Find[*kit.Field](o.w, "Précision (facultative")
	note.Focus()
	kittest.Type(o.w, "Le verso manque.")
	kittest.Press(t, o.w, "Invalider le justificatif")
	o.settle()
	got := o.judgments()
	if len(got) != 1 || got[0].Valid || got[0].Reason != documents.Other || got[0].Note != "Le verso manque." {
		t.Fatalf("judged %+v", got)
	}
	if d, _ := o.Document(vaccines); d.Status != documents.Rejected || !d.Pending {
		t.Errorf("it stands as %+v", d)
	}
}

func TestWhatCannotBeShownIsSaid(t *testing.T) {
	kittest.Light(t)
	d := waitingDesk(t)
	d.NoLine = true
	o := judging(t, d, wide, vaccines)
	o.wantShown("Il n'est pas gardé sur cet ordinateur", "Réessayer")
	d.NoLine = false
	kittest.Press(t, o.w, "Réessayer")
	o.settle()
	o.wantShown("Page 1 sur 1")
	d.Get(papersRow(vaccines, "vaccinations", screentest.Lea, func(d *documents.Document) { d.Scan = documents.Pending }))
	o.settle()
	o.wantShown("Recherche de virus en cours")
	d.Get(papersRow(vaccines, "vaccinations", screentest.Lea, func(d *documents.Document) { d.Scan = documents.Infected }))
	o.show(vaccines)
	o.settle()
	o.wantShown("Un virus a été trouvé", "Il ne peut pas être ouvert ni validé")
	if o.until != nil {
		t.Error("an infected document can be found valid")
	}
	d.Get(screentest.Gone(wire.FileFeed(screentest.Childhood, screentest.Claire), wire.Documents, vaccines))
	o.show(vaccines)
	o.settle()
	o.wantShown("Ce document n'est plus là")
}

// A colleague's judgment, and the one a document lost, are seen at once; what
// was typed for another date stays.
func TestOthersJudgmentsAreSeenAtOnce(t *testing.T) {
	kittest.Light(t)
	o := judging(t, waitingDesk(t), wide, vaccines)
	o.until.SetValue("2026-05-05")
	o.Get(papersRow(insurance, "liability-insurance", screentest.Lea, func(d *documents.Document) {
		d.Status, d.Reason, d.JudgedBy, d.JudgedByName, d.Judged = documents.Rejected, documents.TooOld, screentest.Marc, "Marc Petit", screentest.Monday.At(9, 0).UnixMicro()
	}))
	o.settle()
	if got := o.until.Value(); got != "2026-05-05" {
		t.Errorf("what was typed is %q", got)
	}
	o.step(1)
	o.settle()
	o.wantShown("Marc Petit", "Trop ancien.", "Invalide")
}

func TestAnAgentPrintsARequest(t *testing.T) {
	kittest.Light(t)
	d := waitingDesk(t)
	w := test.NewWindow(nil)
	t.Cleanup(w.Close)
	c := d.Context(w)
	runner, queue := task.NewQueued(nil)
	c.Scope = runner.Scope()
	t.Cleanup(c.Leave)
	var printed *url.URL
	c.Prints = print.NewTray(t.TempDir(), func(u *url.URL) error { printed = u; return nil })
	q := openQueue(c, d, screen.To(screen.Queue, "request", string(screentest.ForLea)))
	w.SetContent(q.screen().Content)
	w.Resize(wide)
	kittest.Settle(w)
	kittest.Press(t, w, "Imprimer la demande")
	queue.Settle(runner)
	if printed == nil {
		t.Fatal("nothing was printed")
	}
	pdf, err := os.ReadFile(printed.Path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(strings.Join(pagestest.Text(t, pdf), " ")), " ")
	for _, want := range []string{"Fiche enfant", "2026-000101", "Léa Martel (nouvelle personne)", "École Jules-Ferry", "Reims"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not printed in %q", want, text)
		}
	}
}

func TestNothingIsCutWhereDocumentsAreJudged(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for _, scale := range []float32{1, 1.5, 2} {
			kittest.App(t, look.Light, scale, false, lang)
			size := wide
			if scale >= 1.5 {
				size = fyne.NewSize(1024, 440)
			}
			o := judging(t, waitingDesk(t), size, insurance)
			o.accept() // so that the strip is there
			o.settle()
			fits(t, o.w, size)
			o.choose(1)
			o.settle()
			fits(t, o.w, size)
			p := open(t, waitingDesk(t), size, "request", string(screentest.ForLea), "tab", papersTab)
			fits(t, p.w, size)
		}
	}
}

func fits(t *testing.T, w fyne.Window, size fyne.Size) {
	t.Helper()
	for _, p := range kittest.Problems(w.Content(), size) {
		t.Errorf("%s at %.0f %%: %s", i18n.Language(), 100*look.Current().Scale(), p)
	}
}

// One reads a request from its end; its documents begin at the first.
func TestAnotherTabBeginsAtItsTop(t *testing.T) {
	d := screentest.Staff()
	d.Get(asking(t, documents.Asked{Kind: "vaccins"})...)
	kittest.Light(t)
	o := open(t, d, wide, "request", string(screentest.ForLea))
	o.settle()
	page := func() *kit.Page { return o.queue.open.page.Object().(*kit.Page) }
	page().SetOffset(200)
	if page().Offset() == 0 {
		t.Fatal("there is nothing to scroll")
	}
	o.queue.open.choose(paperTab)
	o.settle()
	if at := page().Offset(); at != 0 {
		t.Errorf("it begins at %v", at)
	}
}

// Until when a document is valid is what the agent has to say: in a low window
// it stands where nothing has to be scrolled to.
func TestUntilWhenIsInSightInALowWindow(t *testing.T) {
	for _, c := range []struct {
		scale float32
		size  fyne.Size // what the frame leaves of 1024 × 600
	}{{1, fyne.NewSize(1024, 480)}, {1.5, fyne.NewSize(1024, 432)}, {2, fyne.NewSize(1024, 416)}} {
		kittest.App(t, look.Light, c.scale, false, "fr")
		o := judging(t, waitingDesk(t), c.size, insurance)
		o.choose(1)
		o.settle()
		from := fyne.CurrentApp().Driver().AbsolutePositionForObject
		top, bar := from(o.page), from(o.bar)
		field := from(o.until)
		if end := field.Y + o.until.Size().Height; field.Y < top.Y || end > bar.Y {
			t.Errorf("at %.0f %% the field stands from %.0f to %.0f, the page from %.0f, the bar at %.0f", 100*c.scale, field.Y, end, top.Y, bar.Y)
		}
		if !kittest.Shows(o.w, "Retour à la demande") && len(kittest.All[*kit.IconButton](o.w)) == 0 {
			t.Errorf("at %.0f %% nothing leads back", 100*c.scale)
		}
	}
}

// Where document and judgment have no room beside each other, the next document is
// shown; after the last one it is said what was done, with the way back.
func TestAfterTheLastJudgmentItIsSaidWhatWasDone(t *testing.T) {
	kittest.App(t, look.Light, 2, false, "fr")
	o := judging(t, waitingDesk(t), fyne.NewSize(1024, 416), insurance)
	o.choose(1)
	kittest.Press(t, o.w, "Valider")
	o.settle()
	if o.id != vaccines || o.tabs.Selected() != 0 {
		t.Fatalf("%s is open, on tab %d", o.id, o.tabs.Selected())
	}
	o.choose(1)
	o.until.SetValue("2026-10-01")
	kittest.Press(t, o.w, "Valider")
	o.settle()
	o.wantShown("Justificatif validé : Certificat de vaccinations, en attente d'envoi", "Annuler")
}
