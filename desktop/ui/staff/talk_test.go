package staff

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func asked(n int64, text string, read int64) wire.Change {
	id := portal.ID("asked-" + string(rune('0'+n)))
	return screentest.Row(wire.FileFeed(screentest.Childhood, screentest.Claire), wire.Messages, id,
		wire.Message{ID: id, Request: screentest.ForLea, N: n, At: screentest.Monday.At(8, int(n)).UnixMicro(), By: "Claire Martel", Text: text, Read: read})
}

func unread(n int) wire.Change {
	return screentest.Row(wire.DeskFeed(screentest.Childhood), wire.Queue, screentest.ForLea, wire.QueueItem{ID: screentest.ForLea, Reference: "2026-000101", Account: screentest.Claire,
		Procedure: "fiche-enfant", Desk: screentest.Childhood, State: "in_review", Person: "Léa Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro(), Agent: screentest.Sylvie, AgentName: "Sylvie Roy", Unread: n})
}

func reusable(title, body string) wire.Change {
	return screentest.Row(wire.DeskFeed(screentest.Childhood), wire.Texts, portal.ID("text-"+title), wire.Text{ID: portal.ID("text-" + title), Desk: screentest.Childhood, Title: title, Body: body})
}

func (o *opened) called(kind string) (out []screentest.Call) {
	for _, c := range o.Calls {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

func TestAnAgentReadsAndAnswersWithATextOfTheDesk(t *testing.T) {
	o := staff(t)
	o.Get(append(screentest.FileOf("in_review", screentest.Sylvie), asked(1, "Quelle école ?", 0), unread(1),
		reusable("Accusé", "Bonjour {prénom}, {démarche} n° {référence}. {agent}"), reusable("Ancien", "{nom}"))...)
	says := func() string {
		for i, it := range o.items {
			if it.ID == screentest.ForLea {
				return plain(o.cell(i, 1).Second)
			}
		}
		return ""
	}
	if says() != "1 non lu" {
		t.Errorf("the queue says %q", says())
	}
	o.show(screentest.ForLea)
	o.settle()
	if len(o.called(wire.MessageRead)) != 0 {
		t.Fatal("it was read although the messages were not shown")
	}
	o.wantShown("Messages (1)")
	o.open.choose(talkTab)
	o.settle()
	o.wantShown("Quelle école ?", "Envoyer")
	if read := o.called(wire.MessageRead); len(read) != 1 || read[0].Args.(*wire.ReadMessages).Message != "asked-1" {
		t.Fatalf("reading was told as %+v", read)
	}
	if says() == "1 non lu" {
		t.Error("the queue still says that it is unread")
	}
	use := func(title string) {
		t.Helper()
		for _, it := range o.open.texts() {
			if it.Label == title {
				it.Do()
				o.settle()
				return
			}
		}
		t.Fatalf("no text is called %s", title)
	}
	use("Ancien")
	o.wantShown("Le champ « nom » n'existe pas.")
	use("Accusé")
	o.open.talk.Send()
	o.settle()
	sent := o.called(wire.MessageSend)
	if len(sent) != 1 || sent[0].Args.(*wire.SendMessage).Text != "Bonjour Claire, Fiche enfant n° 2026-000101. Sylvie Roy" {
		t.Fatalf("sent %+v", sent)
	}
	// Back at the request, what arrives is not read.
	o.open.choose(0)
	o.Get(asked(3, "Merci.", 0), unread(1))
	o.settle()
	if n := len(o.called(wire.MessageRead)); n != 1 {
		t.Errorf("%d readings", n)
	}
	// The decision bar gives its room to the answer, and comes back.
	o.wantShown("Accepter")
	o.open.choose(talkTab)
	o.settle()
	if kittest.Shows(o.w, "Accepter") {
		t.Error("the decision bar is there")
	}
}

func TestADecidedRequestWithAMessageIsInTheQueue(t *testing.T) {
	o := staff(t)
	row := unread(1)
	o.Get(screentest.Row(row.Feed, row.Collection, row.Entity, wire.QueueItem{ID: screentest.ForLea, Account: screentest.Claire, Desk: screentest.Childhood, State: "refused", Person: "Léa Martel", Unread: 1}))
	if len(o.items) != 3 {
		t.Errorf("the queue is\n%s", o.list())
	}
	o.Get(screentest.Row(row.Feed, row.Collection, row.Entity, wire.QueueItem{ID: screentest.ForLea, Account: screentest.Claire, Desk: screentest.Childhood, State: "refused", Person: "Léa Martel"}))
	if len(o.items) != 2 {
		t.Errorf("it stays after it was read:\n%s", o.list())
	}
}

type texts struct {
	*screentest.Desk
	*textList
	w fyne.Window
}

func openTheTexts(t *testing.T, rows ...wire.Change) *texts {
	t.Helper()
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(rows...)
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	l := openTexts(d.Context(w), d)
	w.SetContent(l.screen().Content)
	w.Resize(wide)
	kittest.Settle(w)
	return &texts{d, l, w}
}

func (x *texts) typeIn(t *testing.T, label, text string) {
	t.Helper()
	for _, f := range kittest.All[*kit.Field](x.w) {
		if f.Label() == label {
			f.Focus()
			kittest.Type(x.w, text)
			return
		}
	}
	t.Fatalf("no field %s; there is %q", label, kittest.Texts(x.w))
}

func TestTextsAreWrittenChangedAndDeleted(t *testing.T) {
	x := openTheTexts(t)
	if !kittest.Shows(x.w, "Votre guichet n'a pas encore de texte type.") {
		t.Errorf("there is %q", kittest.Texts(x.w))
	}
	kittest.Press(t, x.w, "Nouveau texte")
	kittest.Press(t, x.w, "Enregistrer")
	if !kittest.Shows(x.w, "Donnez un nom à ce texte") {
		t.Error("a missing name is not told")
	}
	x.typeIn(t, "Nom du texte", "Accusé")
	x.typeIn(t, "Texte", "Bonjour {nom}")
	kittest.Press(t, x.w, "Enregistrer")
	if !kittest.Shows(x.w, "Le champ « nom » n'existe pas.") || len(x.Calls) != 0 {
		t.Errorf("an unknown field: %v, %q", x.Calls, kittest.Texts(x.w))
	}
	// A dialog closed by a slip loses nothing.
	kittest.Press(t, x.w, "Annuler")
	kittest.Press(t, x.w, "Nouveau texte")
	kittest.All[*kit.Field](x.w)[1].SetValue("Bonjour {prénom}")
	kittest.Press(t, x.w, "Enregistrer")
	x.Drain()
	kittest.Settle(x.w)
	if len(x.Calls) != 1 || x.Calls[0].Args.(*wire.SaveText).Title != "Accusé" || x.Calls[0].Args.(*wire.SaveText).Desk != screentest.Childhood || !kittest.Shows(x.w, "Accusé") {
		t.Fatalf("submitted %+v; there is %q", x.Calls, kittest.Texts(x.w))
	}
	kittest.Press(t, x.w, "Accusé, Bonjour {prénom}")
	kittest.Press(t, x.w, "Supprimer")
	x.Drain()
	kittest.Settle(x.w)
	if !kittest.Shows(x.w, "Texte « Accusé » supprimé") || kittest.Shows(x.w, "Bonjour {prénom}") {
		t.Errorf("there is %q", kittest.Texts(x.w))
	}
	kittest.Press(t, x.w, "Annuler")
	x.Drain()
	kittest.Settle(x.w)
	if !kittest.Shows(x.w, "Bonjour {prénom}") {
		t.Errorf("it was not given back: %q", kittest.Texts(x.w))
	}
}

func TestMessagesAndTextsFit(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Staff()
		d.Get(append(screentest.FileOf("in_review", screentest.Sylvie), asked(1, strings.Repeat("Quelle école ? ", 90), 0), unread(1), reusable("Accusé", "Bonjour {prénom}"))...)
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return openQueue(d.Context(w), d, screen.To(screen.Queue, "request", string(screentest.ForLea), "tab", messagesTab)).screen().Content
	})
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Staff()
		d.Get(reusable("Accusé", "Bonjour {prénom}"))
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return openTexts(d.Context(w), d).screen().Content
	})
}

// What is to be sent is in sight, gaps of a standard text and all.
func TestTheBoxOfAnAnswerGrowsWithIt(t *testing.T) {
	o := staff(t)
	o.Get(append(screentest.FileOf("in_review", screentest.Sylvie), asked(1, "Quelle école ?", 0))...)
	o.show(screentest.ForLea)
	o.settle()
	o.open.choose(talkTab)
	o.settle()
	box := kittest.Find[*kit.Field](o.w, "Votre réponse à la famille")
	before := box.Size().Height
	o.open.talk.Insert("Bonjour,\n\nIl nous manque une précision :\n\nMerci.\n\nSylvie Roy")
	o.settle()
	if after := box.Size().Height; after < before+30 {
		t.Errorf("it was %v high and is %v", before, after)
	}
}

// A message that was found opens its request with the messages, at that message;
// files that are dropped go with the answer only while it is in sight.
func TestAFoundMessageOpensItsThread(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	rows := append(screentest.FileOf("in_review", screentest.Sylvie), unread(0))
	for n := int64(1); n <= 30; n++ {
		rows = append(rows, asked(n, "Message "+string(rune('A'+n)), 5))
	}
	d.Get(rows...)
	o := open(t, d, wide, "request", string(screentest.ForLea), "tab", "messages", "message", "asked-2")
	o.settle()
	o.wantShown("Trouvé", "Message C")
	if kittest.Shows(o.w, "Aucun message") {
		t.Error("the thread is empty")
	}
	drop := func() bool { return d.Files.Drop(pick.Chosen{}) }
	if !drop() {
		t.Error("beside the answer nobody takes what is dropped")
	}
	o.queue.open.choose(0)
	o.settle()
	if drop() {
		t.Error("it is taken while the answers are read")
	}
	o.queue.open.choose(talkTab)
	if o.settle(); !drop() {
		t.Error("back at the messages nobody takes it")
	}
	o.back()
	if drop() {
		t.Error("it is taken while no request is open")
	}
}
