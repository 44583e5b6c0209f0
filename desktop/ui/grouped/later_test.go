package grouped

import (
	"slices"
	"testing"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// opens is an opening of the canteen's days from the 16th on: on Wednesday at 9, or
// asked for since this morning.
func opens(mode bookings.OpeningMode) wire.Change {
	o := bookings.Opening{ID: "0190b000-0000-7000-8000-000000000091", Activity: screentest.Canteen, Period: portal.Period{From: "2026-03-16", To: "2026-03-27"}, Opens: portal.Date("2026-03-11").At(9, 0).UnixMicro(), Mode: mode}
	if mode == bookings.Pooled {
		o.Opens, o.Until = screentest.Monday.At(8, 0).UnixMicro(), portal.Date("2026-03-12").At(18, 0).UnixMicro()
	}
	return screentest.Row(wire.TownFeed, wire.Openings, o.ID, o)
}

func TestWhatOpensLaterIsPreparedBesidesWhatCanBeBooked(t *testing.T) {
	kittest.Light(t)
	s := start(t)
	s.Get(opens(bookings.FirstCome))
	s.press("Suivant")
	s.choose("how", byPick)
	s.pick("2026-03-12", "2026-03-16", "2026-03-19") // two of them open later
	kittest.WantShown(t, s.w, "3 jours choisis.")
	s.press("Suivant")
	kittest.WantShown(t, s.w, "Un repas à réserver pour Léa, 3,20 €", "2 réservations s'ouvrent le mercredi 11 mars à 09:00", "2 repas à réserver, 6,40 €", "Préparer pour l'ouverture", "Réserver un repas")
	kittest.WantHidden(t, s.w, "Ce qui n'est pas possible")
	s.press("Préparer pour l'ouverture")
	g := s.Calls[0].Args.(*wire.PrepareGroup)
	if !g.Group.Valid() || !slices.Equal(g.Book[0].Days, []portal.Date{"2026-03-16", "2026-03-19"}) {
		t.Errorf("prepared is %+v", g)
	}
	if last := s.went[len(s.went)-1]; last.Name != screen.Openings {
		t.Errorf("then shown: %v", last)
	}
}

func TestWhatIsDrawnIsAskedForBesidesWhatWasBefore(t *testing.T) {
	kittest.Light(t)
	s := start(t)
	s.Get(opens(bookings.Pooled))
	id := portal.ID("0190b000-0000-7000-8000-000000000091")
	had := wire.Ask{ID: bookings.AskID(id, screentest.Lea, screentest.Claire), Opening: id, Child: screentest.Lea, Lots: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{"2026-03-23"}}}}
	s.Get(screentest.Row(screentest.Mine, wire.Asks, had.ID, had))
	s.keep(func(c *choice) {
		c.step, c.how, c.picked = stepCheck, byPick, []portal.Date{"2026-03-16", "2026-03-20"}
	}) // one of them is full, which is for the draw to see
	kittest.WantShown(t, s.w, "2 places se demandent jusqu'au jeudi 12 mars à 18:00")
	s.press("Demander ces jours")
	a := s.Calls[0].Args.(*wire.AskPlaces)
	days := slices.Clone(a.Book[0].Days)
	slices.Sort(days)
	if len(a.Book) != 1 || !slices.Equal(days, []portal.Date{"2026-03-16", "2026-03-20", "2026-03-23"}) {
		t.Errorf("asked is %+v", a)
	}
}

func TestAnOpeningBeginsWithItsDays(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Get(opens(bookings.FirstCome))
	s := on(t, d, screen.To(screen.Grouped, "opening", "0190b000-0000-7000-8000-000000000091"))
	s.press("Suivant")
	form := kittest.All[*kit.Form](s.w)[0]
	if from, to := form.Field("from").Value(), form.Field("to").Value(); from != "2026-03-16" || to != "2026-03-27" {
		t.Errorf("it begins from %s to %s", from, to)
	}
	if is := s.c.Kept.(choice); len(is.children) != 2 || !slices.Equal(is.activities, []portal.ID{screentest.Canteen}) {
		t.Errorf("it begins for %v at %v", is.children, is.activities)
	}
}
