package grouped

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// full is Claire's screen where two of the days chosen for Léa are full, at the
// last step.
func full(t testing.TB) *stage {
	s := on(t, screentest.Listed(), screen.To(screen.Grouped, "child", string(screentest.Lea), "activity", string(screentest.Canteen)))
	s.keep(func(c *choice) {
		c.step, c.how, c.picked = stepCheck, byPick, []portal.Date{"2026-03-12", "2026-03-16", "2026-03-20"}
	})
	return s
}

func TestFullDaysGoToTheirLists(t *testing.T) {
	kittest.Light(t)
	s := full(t)
	kittest.WantShown(t, s.w, "Un repas à réserver pour Léa, 3,20 €, solde après : 73,60 €. En plus, 2 places à attendre.")
	// Without the list they are left.
	s.press("Attendre 2 places là où il n'y en a plus")
	kittest.WantShown(t, s.w, "Un repas à réserver pour Léa, 2 réservations impossibles, 3,20 €", "Il n'y a plus de place ces jours-là.")
	s.press("Attendre 2 places là où il n'y en a plus")
	// All or nothing and a list do not go together.
	all := "Tout ou rien : ne rien changer si l'un de ces jours n'est plus possible"
	s.press(all)
	kittest.WantHidden(t, s.w, "Attendre une place")
	s.press(all, "Réserver un repas, attendre 2 places")
	g := s.sent()
	if !g.Wait || g.All || bookings.Count(g.Book) != 3 {
		t.Fatalf("sent %+v", g)
	}
	// What became of it, and back.
	of := func(day portal.Date) []bookings.Lot {
		return []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{day}}}
	}
	wait := bookings.WaitedID(g.Group, screentest.Lea, screentest.Canteen, "2026-03-20")
	s.Hand()
	s.Accepted(screentest.Row(screentest.Mine, wire.Groups, g.Group, wire.GroupResult{ID: g.Group, At: screentest.Monday.At(9, 1).UnixMicro(), Booked: of("2026-03-16"), Waiting: of("2026-03-20"), Debited: 320}),
		screentest.Waits(wait, "2026-03-20", bookings.WaitQueued, 2, time.Time{}))
	s.open(screen.To(screen.Grouped, "id", string(g.Group)))
	kittest.WantShown(t, s.w, "Un repas réservé, 3,20 €. En plus, une place demandée sur liste d'attente.")
	for _, f := range kittest.All[*kit.Fold](s.w) {
		f.SetOpen(true)
	}
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "Sur liste d'attente : Léa, Restauration scolaire")
	s.press("Tout annuler")
	if back := s.sent(); len(back.Leave) != 1 || back.Leave[0] != wait {
		t.Errorf("taken back it is %+v", back)
	}
}

func TestACheckWithListsFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject { return full(t).shown.Content })
}
