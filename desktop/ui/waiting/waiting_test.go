package waiting

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// stage is a screen in a window of the smallest size.
type stage struct {
	*screentest.Desk
	t testing.TB
	w fyne.Window
	c *screen.Context
}

// on shows all that children wait for, or the cards of it.
func on(t testing.TB, d *screentest.Desk, cards bool) *stage {
	t.Helper()
	s := &stage{Desk: d, t: t, w: test.NewWindow(nil)}
	s.w.SetPadded(false)
	t.Cleanup(s.w.Close)
	s.c = d.Context(s.w)
	t.Cleanup(s.c.Leave)
	s.w.SetContent(content(s.c, d, cards))
	s.w.Resize(fyne.NewSize(816, 483))
	kittest.Settle(s.w)
	return s
}

func content(c *screen.Context, d *screentest.Desk, cards bool) fyne.CanvasObject {
	if !cards {
		return open(c, d).Content
	}
	l := &list{c, d}
	return kit.NewPage(kit.Limit(look.TextWidth, l.follow(l.cards)))
}

func (s *stage) press(label string) {
	s.t.Helper()
	kittest.Press(s.t, s.w, label)
	s.Drain()
	kittest.Settle(s.w)
}

const (
	friday portal.Date = "2026-03-20"
	later  portal.Date = "2026-03-27"
)

// some is a family that waits in every way.
func some(t testing.TB) *screentest.Desk {
	d := screentest.Listed()
	d.Get(
		screentest.Waits("kept", friday, bookings.WaitOffered, 0, screentest.Tuesday.At(18, 0)),
		screentest.Waits("third", later, bookings.WaitQueued, 3, time.Time{}),
		screentest.Waits("last", "2026-03-30", bookings.WaitQueued, 0, time.Time{}),
		screentest.Waits("missed", screentest.Thursday, bookings.WaitLapsed, 0, screentest.Monday.At(8, 0)),
		screentest.Waits("none", screentest.Friday, bookings.WaitTooLate, 0, time.Time{}),
	)
	// Noé's, put on the list by the other parent.
	d.Get(screentest.Row(screentest.Mine, wire.Waits, "theirs", wire.Wait{ID: "theirs", Child: screentest.Noe, Activity: screentest.Canteen, Site: screentest.Ferry, Day: later,
		State: bookings.WaitQueued, Place: 1, Since: 1, ByName: "Hugo Martel"}))
	return d
}

func TestAPlaceIsTakenWithOnePress(t *testing.T) {
	kittest.Light(t)
	s := on(t, some(t), true)
	kittest.WantShown(t, s.w, "Une place est gardée pour Léa, vendredi 20 mars")
	kittest.WantShown(t, s.w, "Sur liste d'attente : 3 jours.")
	s.press("Réserver, 3,20\u00a0€")
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.BookingBook || s.Calls[0].Args.(*wire.Book).Day != friday {
		t.Fatalf("submitted %+v", s.Calls)
	}
	kittest.WantShown(t, s.w, "réservation en attente d'envoi")
	id := s.Calls[0].Args.(*wire.Book).Booking
	s.Hand()
	s.Accepted(screentest.Booked(id, friday), screentest.Gone(screentest.Mine, wire.Waits, "kept"))
	s.Drain()
	kittest.WantHidden(t, s.w, "Une place est gardée pour Léa")
}

// Where somebody else pays a part of the price, the button tells the reader's own,
// as the agenda does.
func TestAKeptPlaceCostsTheReadersPart(t *testing.T) {
	kittest.Light(t)
	d := some(t)
	d.Get(screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12", Site: screentest.Ferry,
		Payers: []wire.ChildPayers{{From: "2026-03-01", Parts: []wire.PayerPart{{Percent: 50, Name: "Département de la Vesle"}, {Percent: 50, Own: true, Booker: true}}}}}))
	s := on(t, d, true)
	kittest.WantShown(t, s.w, "Réserver, 1,60\u00a0€")
	kittest.WantHidden(t, s.w, "3,20\u00a0€")
}

func TestAPlaceIsLeftAfterAQuestion(t *testing.T) {
	kittest.Light(t)
	s := on(t, some(t), true)
	s.press("Laisser la place")
	if len(s.Calls) != 0 {
		t.Fatalf("without a question: %+v", s.Calls)
	}
	s.press("Y renoncer")
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.WaitingLeave || s.Calls[0].Args.(*wire.LeaveWaiting).Wait != "kept" {
		t.Fatalf("submitted %+v", s.Calls)
	}
	kittest.WantShown(t, s.w, "Renoncement en attente d'envoi")
}

func TestWithoutMoneyTheWayToPayIsShown(t *testing.T) {
	kittest.Light(t)
	d := some(t)
	d.Get(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -4990}))
	s := on(t, d, true)
	s.press("Recharger mon compte")
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Payments {
		t.Errorf("it leads to %+v", s.Routes)
	}
}

func TestAllThatIsWaitedFor(t *testing.T) {
	kittest.Light(t)
	s := on(t, some(t), false)
	for _, want := range []string{
		"Une place est gardée pour Léa, vendredi 20 mars", "Léa, vendredi 27 mars", "3e sur la liste", "Au-delà de la 100e place de la liste",
		"Noé, vendredi 27 mars", "à la demande d'Hugo Martel", "En tête de la liste", "Léa, jeudi 12 mars", "Place non prise à temps", "Léa, vendredi 13 mars", "Aucune place libérée",
	} {
		kittest.WantShown(t, s.w, want)
	}
	s.press("Léa, vendredi 27\u00a0mars, Restauration scolaire, 3e sur la liste")
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Agenda || s.Routes[0].Arg("day") != string(later) {
		t.Errorf("it leads to %+v", s.Routes)
	}
	empty := on(t, screentest.Listed(), false)
	kittest.WantShown(t, empty.w, "Vos enfants n'attendent aucune place.")
}

func TestItFits(t *testing.T) {
	for _, cards := range []bool{false, true} {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject {
			d := some(t)
			w := test.NewWindow(nil)
			t.Cleanup(w.Close)
			return content(d.Context(w), d, cards)
		})
	}
}
