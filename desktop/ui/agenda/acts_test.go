package agenda

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// click presses a day; a second passes before, so that it is no double click.
func (o *opened) click(day portal.Date) {
	o.Now = o.Now.Add(time.Second)
	test.TapAt(o.grid, o.grid.CellCentre(at(day)))
	o.Drain()
	kittest.Settle(o.w)
}

func TestABookingWaitsIsSentAndStands(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.wantCalls(wire.BookingBook)
	call := o.Calls[0]
	book := call.Args.(*wire.Book)
	if book.Child != screentest.Lea || book.Activity != screentest.Canteen || book.Day != screentest.Thursday || !book.Booking.Valid() || len(call.Needs) != 0 {
		t.Errorf("submitted %+v", call)
	}
	if a := call.Note.Args; call.Note.Key != "agenda.note.book" || a["child"] != "Léa" || plain(a["day"]) != "jeudi 12 mars" || a["activity"] != "Restauration scolaire" {
		t.Errorf("its note is %+v", call.Note)
	}
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Léa, 3,20 €")
	if d := o.shown[screentest.Thursday]; !d.Pending || d.Kind != kit.DayBooked || !strings.Contains(d.Label, "en attente d'envoi") {
		t.Errorf("the day is %+v", d)
	}
	if got := plain(o.balance.line.Text()); got != "Solde : 76,80 € · après envoi : 73,60 €" {
		t.Errorf("the balance says %q", got)
	}
	o.Hand()
	o.wantStrip("Jeudi 12 mars : envoyé pour Léa, la mairie va répondre, 3,20 €")
	o.Accepted(screentest.Booked(book.Booking, screentest.Thursday), screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 7360}))
	o.wantStrip("Jeudi 12 mars réservé pour Léa, 3,20 €")
	if d := o.shown[screentest.Thursday]; d.Pending {
		t.Errorf("the day still waits: %+v", d)
	}
	if got := plain(o.balance.line.Text()); got != "Solde : 73,60 €" {
		t.Errorf("the balance says %q", got)
	}
	if strings.Contains(strings.ReplaceAll(strings.Join(kittest.Texts(o.w), " "), "Pas confirmé", ""), "confirmé") {
		t.Error("something says confirmed")
	}
}

// Where only money lacks, a press leads to where the account is topped up, and so
// does the refusal of a day that was sent.
func TestADayThatLacksMoneyLeadsToTheTopUp(t *testing.T) {
	balance := func(amount portal.Money) wire.Change {
		return screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: amount})
	}
	leads := func(o *opened, strip string) {
		t.Helper()
		o.wantStrip(strip)
		kittest.Press(t, o.w, "Recharger mon compte")
		if n := len(o.Routes); n == 0 || o.Routes[n-1].Name != screen.Payments {
			t.Errorf("it leads to %v", o.Routes)
		}
	}
	o := family(t)
	o.Get(balance(-4900))
	o.click(screentest.Thursday)
	o.wantCalls()
	leads(o, "Votre solde passerait à −52,20 €, sous la limite de −50,00 €. Rechargez d'abord votre compte dans « Paiements ».")

	o = family(t)
	o.click(screentest.Thursday)
	o.Hand()
	o.Refused(portal.E(bookings.BalanceFloor, "balance", "after", "-52.20", "floor", "-50.00"), balance(-4900))
	o.Drain()
	if o.strip.Text() == "" {
		t.Fatal("the refusal is not told")
	}
	leads(o, plain(o.strip.Text()))
}

func TestASecondClickWithinHalfASecondIsIgnored(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.Now = o.Now.Add(499 * time.Millisecond)
	test.TapAt(o.grid, o.grid.CellCentre(at(screentest.Thursday)))
	o.wantCalls(wire.BookingBook)
	if len(o.Undone) != 0 {
		t.Error("the double click took it back")
	}
	o.Now = o.Now.Add(time.Second)
	test.TapAt(o.grid, o.grid.CellCentre(at(screentest.Thursday)))
	if len(o.Undone) != 1 {
		t.Error("a later click does nothing")
	}
}

func TestNeverTodayNeverAGreyDayNeverTheirs(t *testing.T) {
	o := family(t)
	for _, day := range []portal.Date{screentest.Monday, "2026-03-06", "2026-03-11", "2026-03-17", "2026-03-20"} {
		o.click(day)
	}
	o.wantCalls()
	o.wantStrip("")
}

func TestUndoBeforeItLeftIsAsIfNothingHadHappened(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.undo()
	o.Drain()
	o.wantCalls(wire.BookingBook)
	if len(o.Undone) != 1 || o.Undone[0] != o.Calls[0].ID || o.shown[screentest.Thursday].Kind != kit.DayBookable {
		t.Errorf("undone %v, the day is %+v", o.Undone, o.shown[screentest.Thursday])
	}
	o.wantStrip("Jeudi 12 mars n'est plus réservé pour Léa, rien n'avait été envoyé")
	o.undo() // nothing is left to undo
	o.wantCalls(wire.BookingBook)
}

// A day that waits together with others is cancelled alone: taking its command
// back would take the others back too.
func TestADayOfAGroupIsCancelledAlone(t *testing.T) {
	o := family(t)
	group := portal.NewID()
	if _, err := o.Submit(wire.BookingGroup, wire.GroupBookings{Group: group, Book: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{screentest.Thursday, screentest.Friday}}}}, cache.Note{}); err != nil {
		t.Fatal(err)
	}
	o.click(screentest.Thursday)
	o.wantCalls(wire.BookingGroup, wire.BookingCancel)
	if c := o.Calls[1]; len(o.Undone) != 0 || c.Args.(*wire.CancelBooking).Booking != bookings.GroupedID(group, screentest.Lea, screentest.Canteen, screentest.Thursday) || len(c.Needs) != 1 {
		t.Errorf("undone %v, submitted %+v", o.Undone, c)
	}
	if o.shown[screentest.Friday].Kind != kit.DayBooked {
		t.Error("the other day is gone")
	}
}

func TestUndoAfterItLeftIsTheOpposite(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.Hand()
	kittest.Press(t, o.w, "Annuler")
	o.Drain()
	o.wantCalls(wire.BookingBook, wire.BookingCancel)
	if c := o.Calls[1]; c.Args.(*wire.CancelBooking).Booking != o.Calls[0].Args.(*wire.Book).Booking || len(c.Needs) != 1 || c.Needs[0] != o.Calls[0].ID {
		t.Errorf("submitted %+v", c)
	}
	o.wantStrip("Jeudi 12 mars : annulation en attente d'envoi pour Léa")

	// A confirmed booking that is cancelled comes back by Ctrl+Z, anew.
	o = family(t)
	o.Now = screentest.Monday.At(9, 30)
	o.click(screentest.Tuesday)
	o.wantCalls(wire.BookingCancel)
	if d := o.shown[screentest.Tuesday]; !d.Pending || d.Word != "Annulation" {
		t.Errorf("the day is %+v", d)
	}
	o.Hand()
	o.Accepted(screentest.Gone(screentest.Mine, wire.Bookings, "b-tue"))
	o.wantStrip("Mardi 10 mars annulé pour Léa, recrédit de 3,20 €")
	for shortcut, do := range o.screen().Keys {
		if shortcut.ShortcutName() != (&fyne.ShortcutUndo{}).ShortcutName() {
			t.Errorf("a key of %s", shortcut.ShortcutName())
		}
		do()
	}
	o.Drain()
	o.wantCalls(wire.BookingCancel, wire.BookingBook)
}

func TestUndoAfterTheCutOffSaysWhy(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.Hand()
	o.Accepted(screentest.Booked(o.Calls[0].Args.(*wire.Book).Booking, screentest.Thursday))
	o.Now = portal.Date("2026-03-11").At(10, 0)
	o.Tick()
	o.Drain()
	kittest.Settle(o.w)
	if kittest.Shows(o.w, "Annuler") {
		t.Error("it is still offered to undo it")
	}
	o.undo()
	o.wantCalls(wire.BookingBook)
	o.wantStrip("Trop tard : il fallait le faire avant le mercredi 11 mars à 10:00. Appelez la mairie si c'est important.")
}

func TestALiveChangeRedrawsOneDay(t *testing.T) {
	o := family(t)
	o.Get(screentest.Row(screentest.Mine, wire.Bookings, "new", wire.Booking{ID: "new", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Friday, ByName: "Hugo Martel"}))
	if len(o.redrawn) != 1 || o.redrawn[0] != screentest.Friday || o.shown[screentest.Friday].Word != "Autre parent" {
		t.Errorf("redrawn %v", o.redrawn)
	}
	o.Get(screentest.Level("2026-03-26", bookings.Full))
	if len(o.redrawn) != 1 || o.redrawn[0] != "2026-03-26" {
		t.Errorf("redrawn %v", o.redrawn)
	}
	o.Get(screentest.Row(screentest.Mine, wire.Bookings, "noe", wire.Booking{ID: "noe", Child: screentest.Noe, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Friday, ByName: "Hugo Martel"}))
	if len(o.redrawn) != 0 {
		t.Errorf("a brother's day redraws %v", o.redrawn)
	}
	o.c.Leave()
	o.redrawn = nil
	o.Get(screentest.Level("2026-03-27", bookings.Full))
	if o.redrawn != nil {
		t.Error("a screen that was left still draws")
	}
}

func TestARefusedBookingIsMarkedAndExplained(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.Hand()
	id := o.Refused(portal.E(bookings.NoPlace, "day"), screentest.Level(screentest.Thursday, bookings.Full))
	o.wantStrip("Jeudi 12 mars n'a pas pu être réservé pour Léa. Il n'y avait plus de place. Vous pouvez choisir un autre jour ; rien ne vous est débité.")
	if d := o.shown[screentest.Thursday]; d.Word != "Refusé" || !strings.Contains(d.Label, "Il n'y avait plus de place") {
		t.Errorf("the day is %+v", d)
	}
	if err := o.MarkRead(id); err != nil {
		t.Fatal(err)
	}
	o.Drain()
	if d := o.shown[screentest.Thursday]; d.Word != "Complet" {
		t.Errorf("once read the day is %+v", d)
	}
}

func TestTheKeyboardBooksAndTurnsMonths(t *testing.T) {
	o := family(t)
	o.w.Canvas().Focus(o.grid)
	o.grid.GoTo(at(screentest.Thursday))
	kittest.Key(o.w, fyne.KeyReturn)
	o.wantCalls(wire.BookingBook)
	kittest.Key(o.w, fyne.KeyPageDown)
	if o.month != "2026-04-01" || o.bar.Title() != "Avril 2026" || dateOf(o.grid.At().Date) != "2026-04-12" {
		t.Errorf("at %v in %s", o.grid.At().Date, o.month)
	}
	kittest.Key(o.w, fyne.KeyHome, fyne.KeyLeft)
	if o.month != "2026-03-01" || dateOf(o.grid.At().Date) != "2026-03-31" {
		t.Errorf("at %v in %s", o.grid.At().Date, o.month)
	}
}

// What was handed over when the line went is not said to be on its way.
func TestWithoutALineNothingIsSaidToBeSent(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.Hand()
	o.wantStrip("Jeudi 12 mars : envoyé pour Léa, la mairie va répondre, 3,20 €")
	o.NoLine = true
	o.Hear()
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Léa, 3,20 €")
	if d := o.shown[screentest.Thursday]; !strings.Contains(d.Label, "en attente d'envoi") {
		t.Errorf("the day says %q", d.Label)
	}
	o.NoLine = false
	o.Hear()
	o.wantStrip("Jeudi 12 mars : envoyé pour Léa, la mairie va répondre, 3,20 €")
}

// A press on a day on which nothing can be done leaves what was done before, and the
// way to take it back.
func TestAGreyDayLeavesTheStrip(t *testing.T) {
	o := family(t)
	o.click(screentest.Thursday)
	o.click("2026-03-11")
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Léa, 3,20 €")
	o.Hand()
	kittest.Settle(o.w)
	o.wantStrip("Jeudi 12 mars : envoyé pour Léa, la mairie va répondre, 3,20 €")
	kittest.Press(t, o.w, "Annuler")
	o.wantCalls(wire.BookingBook, wire.BookingCancel)
}

// Who comes back to the agenda in the same session finds the same days.
func TestItOpensWhereItWasLeft(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, together(), byMonth, true)
	o.openWeek(kit.Day{Date: at("2026-03-24")})
	o.turnWeek(1)
	left := o.c.Kept
	o.c.Leave()
	again := func(r screen.Route) *agenda {
		c := o.Desk.Context(o.w)
		c.Last = left
		a := open(c, o.Desk, r)
		t.Cleanup(c.Leave)
		return a
	}
	if a := again(screen.To(screen.Agenda)); a.is != shapeBoard || a.week != "2026-03-30" || !a.family {
		t.Errorf("it is the %s of %s, of the family: %v", a.is, a.week, a.family)
	}
	// An address that names a day or a child is heard.
	if a := again(screen.To(screen.Agenda, "child", string(screentest.Lea), "day", string(screentest.Friday))); a.family || a.month != "2026-03-01" || a.is != shapeGrid {
		t.Errorf("asked for a day it is the %s of %s", a.is, a.month)
	}
}
