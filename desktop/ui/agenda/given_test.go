package agenda

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const tom portal.ID = "0190b000-0000-7000-8000-000000000045"

// entrusted is Claire's desktop with Tom, whose canteen Camille Martin lets her
// see or book.
func entrusted(level string) *screentest.Desk {
	d := screentest.Family()
	mine := screentest.Mine
	d.Get(
		screentest.Row(mine, wire.Children, tom, wire.Child{ID: tom, FirstName: "Tom", LastName: "Martin", BirthDate: "2017-01-02", Site: screentest.Ferry, Custody: "none", Delegated: true}),
		screentest.Row(mine, wire.Enrolments, "e-tom", bookings.Enrolment{ID: "e-tom", Child: tom, Activity: screentest.Canteen, Site: screentest.Ferry, Year: "2025-2026", Period: portal.SchoolYear("2025-2026").Period()}),
		screentest.Row(mine, wire.Delegations, "given", wire.Delegation{ID: "given", From: "camille", FromName: "Camille Martin", To: screentest.Claire, Kind: "grandparent", Level: level,
			Children: []wire.DelegatedChild{{ID: tom, FirstName: "Tom"}}, Activities: []portal.ID{screentest.Canteen}, Until: "2026-08-31", State: "accepted"}),
		screentest.Row(mine, wire.Bookings, "b-tom", wire.Booking{ID: "b-tom", Child: tom, Activity: screentest.Canteen, Site: screentest.Ferry, Day: "2026-03-17", ByName: "Camille Martin"}),
	)
	return d
}

// noPrice fails where any amount is on the screen: what it costs is between the
// parent and the town hall.
func (o *opened) noPrice() {
	o.t.Helper()
	for _, s := range append(kittest.Texts(o.w), o.strip.Text(), o.line.Text()) {
		if strings.Contains(s, "€") {
			o.t.Errorf("%q tells an amount", s)
		}
	}
}

func TestADelegateBooksWithoutAPrice(t *testing.T) {
	kittest.Light(t)
	o := show2(t, entrusted("book"), screen.To(screen.Agenda, "child", string(tom)))
	for _, s := range []string{"Invitation de", "Camille Martin", "jusqu'au"} {
		if !kittest.Shows(o.w, s) {
			t.Errorf("%q is not shown; there is %q", s, kittest.Texts(o.w))
		}
	}
	o.wantLine("Camille Martin vous laisse réserver pour Tom, sur son compte. Choisissez un jour vert pour le réserver, un jour bleu pour annuler ce que vous avez réservé.")
	o.noPrice()
	o.click(screentest.Thursday)
	o.wantCalls(wire.BookingBook)
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Tom")
	if note := o.Calls[0].Note; strings.Contains(note.Key, "agenda.note.book") || note.Key != "agenda.note.given.book" {
		t.Errorf("what waits is noted as %+v", note)
	}
	o.noPrice()
	id := o.Calls[0].Args.(*wire.Book).Booking
	o.Hand()
	o.Accepted(screentest.Row(screentest.Mine, wire.Bookings, id, wire.Booking{ID: id, Child: tom, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Thursday, ByName: "Claire Martel", By: screentest.Claire}))
	o.wantStrip("Jeudi 12 mars réservé pour Tom")
	o.noPrice()
	o.click("2026-03-17")
	o.wantLine("Mardi 17 mars : réservé par Camille Martin. Seule cette personne, ou la mairie, peut annuler.")
	o.wantCalls(wire.BookingBook)
	// Her own child's days keep their prices, and the balance comes back.
	o.chooseChild(screentest.Lea)
	kittest.Settle(o.w)
	if !kittest.Shows(o.w, "Solde") || kittest.Shows(o.w, "Camille Martin") {
		t.Errorf("of her own child there is %q", kittest.Texts(o.w))
	}
}

func TestADelegateWhoSeesIsToldWhy(t *testing.T) {
	kittest.Light(t)
	o := show2(t, entrusted("see"), screen.To(screen.Agenda, "child", string(tom)))
	o.click(screentest.Thursday)
	o.wantLine("Jeudi 12 mars : vous voyez ces jours sans pouvoir les réserver. Voyez avec Camille Martin si besoin.")
	o.wantCalls()
	if d := o.shown[screentest.Thursday]; d.Word != "Pas réservé" {
		t.Errorf("the day says %q", d.Word)
	}
	// What one booked before is told as one's own, with who can cancel it now.
	o.Get(screentest.Row(screentest.Mine, wire.Bookings, "b-mine", wire.Booking{ID: "b-mine", Child: tom, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Friday, ByName: "Claire Martel", By: screentest.Claire}))
	o.click(screentest.Friday)
	o.wantLine("Vendredi 13 mars : réservé par vous. Camille Martin ou la mairie peut annuler : vous voyez ces jours, sans plus pouvoir les changer.")
	o.wantCalls()
	// The right ends elsewhere: the child is no longer there to choose.
	o.Get(screentest.Gone(screentest.Mine, wire.Children, tom), screentest.Gone(screentest.Mine, wire.Enrolments, "e-tom"), screentest.Gone(screentest.Mine, wire.Delegations, "given"))
	kittest.Settle(o.w)
	if o.child != screentest.Lea || kittest.Shows(o.w, "Camille Martin") {
		t.Errorf("there is still %q", kittest.Texts(o.w))
	}
}

// Who lets others book sees who did, at what price, and may cancel it.
func TestAParentSeesWhatADelegateBooked(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Get(screentest.Row(screentest.Mine, wire.Bookings, "b-jeanne", wire.Booking{ID: "b-jeanne", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry,
		Day: screentest.Friday, Payer: screentest.Claire, Price: 320, ByName: "Jeanne Martel", By: "jeanne"}))
	o := show2(t, d, screen.To(screen.Agenda))
	if day := o.shown[screentest.Friday]; day.Word != "Un proche" || plain(day.Label) != "réservé par Jeanne Martel pour Léa. Annuler avant jeudi à 10:00 recrédite 3,20 €, ensuite rien." {
		t.Errorf("the day says %+v", day)
	}
	o.click(screentest.Friday)
	o.wantCalls(wire.BookingCancel)
}

// Whoever told that the child does not come, all who see the day read it: who pays,
// and the other parent.
func TestADaySaysWhoToldTheAbsence(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	late := wire.Booking{ID: "b-late", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday,
		Payer: screentest.Claire, Price: 320, ByName: "Jeanne Martel", By: "jeanne", Absent: "Jeanne Martel"}
	theirs := wire.Booking{ID: "b-hugo", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry, Day: "2026-03-17", ByName: "Hugo Martel", Absent: "Hugo Martel"}
	d.Get(screentest.Gone(screentest.Mine, wire.Bookings, "b-mon"), screentest.Row(screentest.Mine, wire.Bookings, late.ID, late), screentest.Row(screentest.Mine, wire.Bookings, theirs.ID, theirs))
	o := show2(t, d, screen.To(screen.Agenda))
	reads := func(day portal.Date, label string) {
		t.Helper()
		if got := o.shown[day]; got.Word != "Absent" || plain(got.Label) != label {
			t.Errorf("%s says %+v", day, got)
		}
	}
	reads(screentest.Monday, "réservé par Jeanne Martel pour Léa, absence signalée par Jeanne Martel.")
	reads("2026-03-17", "réservé par Hugo Martel, absence signalée par Hugo Martel.")
	is := wire.Absence{ID: "a", Child: screentest.Lea, State: bookings.AbsenceTold, ByName: "Jeanne Martel",
		Days: []bookings.AbsentDay{{Booking: late.ID, Activity: screentest.Canteen, Day: screentest.Monday, Cost: bookings.Due}}}
	o.Get(screentest.Row(screentest.Mine, wire.Absences, "a", is))
	reads(screentest.Monday, "réservé par Jeanne Martel pour Léa, absence signalée par Jeanne Martel. Le jour reste dû tant que la mairie ne l'a pas acceptée.")
	is.State = bookings.AbsenceRefused
	o.Get(screentest.Row(screentest.Mine, wire.Absences, "a", is))
	reads(screentest.Monday, "réservé par Jeanne Martel pour Léa, absence signalée par Jeanne Martel. Le jour reste dû : la mairie a répondu.")
	o.click(screentest.Monday)
	if to := o.Routes[len(o.Routes)-1]; to.Name != screen.Absent || to.Arg("id") != "a" {
		t.Errorf("it leads to %v", to)
	}
}

func TestADelegatesAgendaFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := entrusted("book")
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		c := d.Context(w)
		t.Cleanup(c.Leave)
		return open(c, d, screen.To(screen.Agenda, "child", string(tom))).screen().Content
	})
	for _, level := range []string{"see", "book"} {
		kittest.Light(t)
		inSight(t, show2(t, entrusted(level), screen.To(screen.Agenda, "child", string(tom))), level)
	}
}
