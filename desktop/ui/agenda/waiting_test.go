package agenda

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// fullDay is one of Listed's.
const fullDay portal.Date = "2026-03-20"

func listed(t *testing.T, changes ...wire.Change) *opened {
	t.Helper()
	kittest.Light(t)
	d := screentest.Listed()
	d.Get(changes...)
	return show2(t, d, screen.To(screen.Agenda))
}

func TestAFullDayIsWaitedForWithOneClick(t *testing.T) {
	o := listed(t)
	if d := o.shown[fullDay]; d.Word != "Complet" || d.Kind != kit.DayNot {
		t.Errorf("a full day is %+v", d)
	}
	o.click(fullDay)
	o.wantCalls(wire.WaitingJoin)
	o.wantStrip("Vendredi 20 mars, liste d'attente pour Léa : en attente d'envoi")
	o.wantLine("Vendredi 20 mars : complet. Liste d'attente : demande en attente d'envoi pour Léa.")
	if d := o.shown[fullDay]; !d.Pending {
		t.Errorf("what waits to be sent is %+v", d)
	}
	id := o.Calls[0].Args.(*wire.JoinWaiting).Wait
	o.Hand()
	o.wantStrip("Vendredi 20 mars, liste d'attente pour Léa : envoyé, la mairie va répondre")
	o.Accepted(screentest.Waits(id, fullDay, bookings.WaitQueued, 3, time.Time{}))
	o.wantStrip("Vendredi 20 mars : Léa attend une place, 3e sur la liste")
	o.wantLine("Vendredi 20 mars : complet. Léa attend une place, 3e sur la liste. Choisissez ce jour pour y renoncer.")
	if d := o.shown[fullDay]; d.Word != "Sur liste" || d.Sign != "hourglass" || d.Pending {
		t.Errorf("who waits sees %+v", d)
	}
	// What was just done is undone with one press, without a question.
	o.undo()
	o.wantCalls(wire.WaitingJoin, wire.WaitingLeave)
	o.Hand()
	o.Accepted(screentest.Gone(screentest.Mine, wire.Waits, id))
	o.wantStrip("Vendredi 20 mars : Léa n'attend plus de place")
}

func TestWhatWasNotSentIsTakenBackWithoutATrace(t *testing.T) {
	o := listed(t)
	o.click(fullDay)
	o.undo()
	if len(o.View.Waiting()) != 0 {
		t.Errorf("what was taken back is still sent: %+v", o.View.Waiting())
	}
	if d := o.shown[fullDay]; d.Pending || d.Word != "Complet" {
		t.Errorf("it looks like %+v", d)
	}
}

func TestAPlaceInALineIsGivenUpAfterAQuestion(t *testing.T) {
	o := listed(t, screentest.Waits("w", fullDay, bookings.WaitQueued, 2, time.Time{}))
	o.click(fullDay)
	o.wantCalls()
	kittest.Press(t, o.w, "Garder")
	o.wantCalls()
	o.click(fullDay)
	kittest.Press(t, o.w, "Y renoncer")
	o.wantCalls(wire.WaitingLeave)
	o.wantStrip("Vendredi 20 mars : renoncement en attente d'envoi pour Léa")
	// Until it is sent it can be taken back: the place is not lost.
	o.undo()
	if d := o.shown[fullDay]; d.Word != "Sur liste" || d.Pending {
		t.Errorf("taken back it is %+v", d)
	}
}

func TestAPlaceThatIsKeptIsBookedLikeAnyOther(t *testing.T) {
	until := screentest.Tuesday.At(18, 0)
	o := listed(t, screentest.Waits("w", fullDay, bookings.WaitOffered, 0, until))
	if d := o.shown[fullDay]; d.Kind != kit.DayBookable || d.Word != "Place gardée" || d.Sign != "hourglass" ||
		plain(d.Label) != "une place est gardée pour Léa jusqu'à demain à 18:00, 3,20 €. Choisissez ce jour pour la réserver." {
		t.Errorf("a place that is kept is %+v", d)
	}
	o.click(fullDay)
	o.wantCalls(wire.BookingBook)
	o.wantStrip("Vendredi 20 mars : réservation en attente pour Léa, 3,20 €")
}

func TestWhoMissedAPlaceMayWaitAgain(t *testing.T) {
	o := listed(t, screentest.Waits("w", fullDay, bookings.WaitLapsed, 0, screentest.Monday.At(8, 0)))
	want := "complet. La place gardée n'a pas été prise à temps. Choisissez ce jour pour mettre Léa sur la liste d'attente : une place libérée vous serait gardée 24 h au plus."
	if d := o.shown[fullDay]; plain(d.Label) != want {
		t.Errorf("it says %q", plain(d.Label))
	}
	o.click(fullDay)
	o.wantCalls(wire.WaitingJoin)
}

func TestTheAgendaWithAListFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Listed()
		d.Get(screentest.Waits("w", fullDay, bookings.WaitQueued, 0, time.Time{}), screentest.Waits("k", screentest.Friday, bookings.WaitOffered, 0, screentest.Tuesday.At(18, 0)))
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		a := open(d.Context(w), d, screen.To(screen.Agenda))
		a.press(a.shown[screentest.Thursday])
		return a.root
	})
}

// The place of a full day goes to whoever waits: nobody gives it away with one click,
// nor by taking back what was done.
func TestTheLastPlaceIsGivenUpAfterAQuestion(t *testing.T) {
	o := listed(t, screentest.Booked("b", screentest.Friday), screentest.Level(screentest.Friday, bookings.Full))
	o.NoLine = true
	o.click(screentest.Friday)
	o.wantCalls()
	kittest.WantShown(t, o.w, "Laisser la place du vendredi 13\u00a0mars ?", "la place lui ira aussitôt")
	kittest.Press(t, o.w, "Garder")
	o.wantCalls()
	o.click(screentest.Friday)
	kittest.Press(t, o.w, "Laisser la place")
	o.wantCalls(wire.BookingCancel)
	o.wantStrip("Vendredi 13 mars : annulation en attente d'envoi pour Léa")

	o = listed(t)
	o.click("2026-03-24")
	o.Hand()
	o.Accepted(screentest.Booked(o.Calls[0].Args.(*wire.Book).Booking, "2026-03-24"), screentest.Level("2026-03-24", bookings.Full))
	kittest.Press(t, o.w, "Annuler")
	o.wantCalls(wire.BookingBook)
	kittest.Press(t, o.w, "Laisser la place")
	o.wantCalls(wire.BookingBook, wire.BookingCancel)

	// Where there is no list, too.
	kittest.Light(t)
	d := screentest.Family()
	d.Get(screentest.Booked("b", screentest.Friday), screentest.Level(screentest.Friday, bookings.Full))
	o = show2(t, d, screen.To(screen.Agenda))
	o.click(screentest.Friday)
	o.wantCalls()
	kittest.WantShown(t, o.w, "votre place ira à qui la prendra en premier")
}

// Of a place that is kept the strip offers no Annuler: it would let the place go.
func TestAPlaceKeptMeanwhileIsNotCancelledFromTheStrip(t *testing.T) {
	o := listed(t)
	o.click(fullDay)
	id := o.Calls[0].Args.(*wire.JoinWaiting).Wait
	o.Hand()
	o.Accepted(screentest.Waits(id, fullDay, bookings.WaitOffered, 0, screentest.Tuesday.At(18, 0)))
	o.wantStrip("Vendredi 20 mars : une place est gardée pour Léa jusqu'à demain à 18:00")
	kittest.Settle(o.w)
	if kittest.Shows(o.w, "Annuler") {
		t.Error("Annuler would let the place go")
	}
	o.undo()
	o.wantCalls(wire.WaitingJoin)
}
