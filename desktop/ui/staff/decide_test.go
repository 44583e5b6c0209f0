package staff

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// ready is Léa's request opened, its file here, in a state.
func ready(t *testing.T, state string, agent portal.ID) *opened {
	t.Helper()
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(append(screentest.FileOf(state, agent), screentest.Waiting(screentest.ForLea, screentest.Claire, "fiche-enfant", "Léa Martel", "2026-000101", 72*time.Hour, state, agent))...)
	o := open(t, d, wide, "request", string(screentest.ForLea))
	o.Accepted() // the file was looked at
	o.Calls = nil
	return o
}

func TestTakeAcceptAndTheNextOpens(t *testing.T) {
	o := ready(t, "submitted", "")
	kittest.Press(t, o.w, "Prendre en charge")
	o.settle()
	o.wantCalls(wire.RequestTake)
	if got := o.strip.Text(); got != "Demande de Léa Martel : prise en charge en attente d'envoi" {
		t.Errorf("the strip says %q", got)
	}
	o.wantShown("En examen, en attente d'envoi", "Accepter rattache l'enfant")
	kittest.Press(t, o.w, "Accepter")
	o.settle()
	o.wantCalls(wire.RequestTake, wire.RequestAccept, wire.FileSeen)
	if c := o.Calls[1]; c.Args.(*wire.AcceptRequest).Request != screentest.ForLea || len(c.Needs) != 1 || c.Needs[0] != o.Calls[0].ID {
		t.Errorf("accepted with %+v", c)
	}
	if o.queue.open == nil || o.queue.open.id != screentest.ForNoe || len(o.items) != 2 {
		t.Errorf("the next is not open; the queue reads\n%s", o.list())
	}
	o.Hand()
	o.Accepted(screentest.Gone(wire.DeskFeed(screentest.Childhood), wire.Queue, screentest.ForLea))
	if got := o.strip.Text(); got != "Demande de Léa Martel acceptée" {
		t.Errorf("the strip says %q", got)
	}
}

func TestADecisionIsTakenBackWhileItHasNotLeft(t *testing.T) {
	o := ready(t, "in_review", screentest.Sylvie)
	kittest.Press(t, o.w, "Accepter")
	o.settle()
	kittest.Press(t, o.w, "Annuler")
	o.settle()
	if len(o.Undone) != 1 || o.queue.open == nil || o.queue.open.id != screentest.ForLea || len(o.items) != 3 {
		t.Errorf("undone %v; the queue reads\n%s", o.Undone, o.list())
	}
}

func TestRefusingShowsWhatTheFamilyWillRead(t *testing.T) {
	o := ready(t, "in_review", screentest.Sylvie)
	kittest.Press(t, o.w, "Refuser…")
	o.wantShown("Ce que la famille lira", "Votre demande « Fiche enfant » n°\u00a02026-000101 pour Léa Martel est refusée.")
	kittest.Press(t, o.w, "Refuser la demande")
	o.wantCalls()
	o.wantShown("Écrivez le motif")
	field := kittest.Find[*kit.Field](o.w, "Motif du refus")
	field.Focus()
	kittest.Type(o.w, "Il manque le livret de famille.")
	if texts := kittest.Texts(o.w); texts[len(texts)-1] == "" || !kittest.Shows(o.w, "Il manque le livret de famille.") {
		t.Errorf("the family would read %q", texts)
	}
	kittest.Press(t, o.w, "Refuser la demande")
	o.settle()
	if len(o.Calls) == 0 || o.Calls[0].Kind != wire.RequestRefuse {
		t.Fatalf("submitted %v", o.Calls)
	}
	if a := o.Calls[0].Args.(*wire.RefuseRequest); a.Request != screentest.ForLea || a.Reason != "Il manque le livret de famille." {
		t.Errorf("refused with %+v", a)
	}
	if o.c.Dialogs.Open() != "" {
		t.Error("the dialog is still open")
	}
}

func TestAnotherAgentWasFaster(t *testing.T) {
	o := ready(t, "in_review", screentest.Sylvie)
	kittest.Press(t, o.w, "Accepter")
	o.settle()
	o.Hand()
	id := o.Refused(portal.E("already_decided", "request", "by", "Marc Petit", "state", "refused"), screentest.Gone(wire.DeskFeed(screentest.Childhood), wire.Queue, screentest.ForLea))
	o.settle()
	o.wantShown("La demande de Léa Martel n'a pas pu être acceptée", "Marc Petit a été plus rapide : cette demande est déjà refusée.")
	if o.strip.Text() != "" {
		t.Errorf("the strip still says %q", o.strip.Text())
	}
	kittest.Press(t, o.w, "J'ai compris")
	o.settle()
	if len(o.Read) != 1 || o.Read[0] != id || kittest.Shows(o.w, "plus rapide") {
		t.Errorf("read %v", o.Read)
	}
}

func TestADecisionOfAColleagueIsSeenAtOnce(t *testing.T) {
	o := ready(t, "submitted", "")
	o.SetPresence(screentest.ForLea, []string{"Marc Petit"})
	o.settle()
	o.wantShown("Marc Petit regarde aussi cette demande.")
	o.Get(append(screentest.FileOf("accepted", screentest.Marc), screentest.Gone(wire.DeskFeed(screentest.Childhood), wire.Queue, screentest.ForLea))...)
	o.SetPresence(screentest.ForLea, nil)
	o.settle()
	o.wantShown("Demande acceptée par Marc Petit.", "Demande suivante")
	if kittest.Shows(o.w, "regarde aussi") || kittest.Shows(o.w, "Prendre en charge") {
		t.Errorf("there is %q", kittest.Texts(o.w))
	}
	kittest.Press(t, o.w, "Demande suivante")
	if o.queue.open == nil || o.queue.open.id != screentest.ForNoe {
		t.Error("the next is not open")
	}
}

// submitted has a decision wait.
func (o *opened) submitted(t *testing.T) {
	t.Helper()
	o.Get(screentest.FileOf("submitted", "")...)
	o.show(screentest.ForLea)
	o.open.take()
	o.settle()
	if !o.items[o.indexOf(screentest.ForLea)].Pending {
		t.Fatal("nothing waits")
	}
}

// What was just done is said over the search and the filter, not upon them.
func TestTheStripHasRoomOfItsOwn(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1280, Height: 800}, kittest.Small} {
		kittest.Light(t)
		o := open(t, screentest.Staff(), size)
		o.submitted(t)
		at := func(w fyne.CanvasObject) (top, bottom float32) {
			y := fyne.CurrentApp().Driver().AbsolutePositionForObject(w).Y
			return y, y + w.Size().Height
		}
		_, strip := at(o.strip)
		top, bottom := at(o.search)
		filter, end := at(o.choose)
		list, _ := at(o.table)
		if !o.strip.Visible() || strip > top || bottom > filter || end > list+1 {
			t.Errorf("at %v the strip ends at %.0f, the search is at %.0f to %.0f, the filter at %.0f to %.0f, the list at %.0f", size, strip, top, bottom, filter, end, list)
		}
		o.strip.Clear()
		if again, _ := at(o.search); again >= top {
			t.Errorf("the strip is gone and its room is not: the search is at %.0f", again)
		}
	}
}

// Pressed twice, *Prendre en charge* does not accept.
func TestASecondEnterDecidesNothing(t *testing.T) {
	o := staff(t)
	o.Get(screentest.FileOf("submitted", "")...)
	o.show(screentest.ForLea)
	o.settle()
	o.w.Canvas().Focus(kittest.Find[*kit.Button](o.w, "Prendre en charge"))
	kittest.Key(o.w, fyne.KeyReturn)
	o.settle()
	kittest.Key(o.w, fyne.KeyReturn)
	o.settle()
	o.wantCalls(wire.FileSeen, wire.RequestTake)
	o.wantShown("Accepter")
	if !kit.Reading(o.w.Canvas().Focused()) {
		t.Errorf("the focus is on %T", o.w.Canvas().Focused())
	}
}

// A reason half written is there again, until the refusal is sent.
func TestAReasonHalfWrittenIsKept(t *testing.T) {
	o := staff(t)
	o.Get(screentest.FileOf("in_review", screentest.Sylvie)...)
	o.show(screentest.ForLea)
	o.settle()
	kittest.Press(t, o.w, "Refuser…")
	kittest.Type(o.w, "Il manque l'assu")
	kittest.Key(o.w, fyne.KeyEscape)
	o.settle()
	kittest.Press(t, o.w, "Refuser…")
	field := kittest.Find[*kit.Field](o.w, "Motif du refus")
	if field == nil || field.Value() != "Il manque l'assu" {
		t.Fatalf("the dialog reads %q", kittest.Texts(o.w))
	}
	kittest.Press(t, o.w, "Refuser la demande")
	o.settle()
	var left string
	if o.Kept(reasonKind, string(screentest.ForLea), &left) && left != "" {
		t.Errorf("%q is kept of a reason that was sent", left)
	}
}

// The family was told that the town hall does not decide without; an acceptance
// is not taken back. So it is asked about once more.
func TestAcceptingWithoutTheIndispensableIsAskedAbout(t *testing.T) {
	kittest.Light(t)
	d := waitingDesk(t)
	d.Get(append(asking(t, documents.Asked{Kind: "vaccinations", Indispensable: true}, documents.Asked{Kind: "liability-insurance", Indispensable: true}),
		screentest.Gone(wire.FileFeed(screentest.Childhood, screentest.Claire), wire.Documents, vaccines),
		screentest.Gone(wire.FileFeed(screentest.Childhood, screentest.Claire), wire.Documents, insurance))...)
	o := open(t, d, wide, "request", string(screentest.ForLea))
	o.Accepted()
	kittest.Settle(o.w)
	o.Calls = nil
	lacks := "Il manque 2 justificatifs indispensables : Certificat de vaccinations et assurance de responsabilité civile."
	o.wantShown(lacks)
	kittest.Press(t, o.w, "Accepter")
	o.settle()
	o.wantCalls()
	o.wantShown("Accepter quand même ?", lacks)
	kittest.Press(t, o.w, "Annuler")
	o.settle()
	o.more("Accepter avec un mot…")
	o.wantShown("Accepter quand même ?")
	kittest.Press(t, o.w, "Annuler")
	o.settle()
	o.wantCalls()
	kittest.Press(t, o.w, "Accepter")
	kittest.Press(t, o.w, "Accepter quand même")
	o.settle()
	if len(o.Calls) == 0 || o.Calls[0].Kind != wire.RequestAccept {
		t.Errorf("submitted %+v", o.Calls)
	}
}
