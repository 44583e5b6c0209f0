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

// opening of the days after Friday at the canteen, this Wednesday at 9.
func opening(mode bookings.OpeningMode) bookings.Opening {
	o := bookings.Opening{ID: "0190b000-0000-7000-8000-000000000091", Activity: screentest.Canteen, Period: portal.Period{From: "2026-03-16", To: "2026-03-27"}, Opens: portal.Date("2026-03-11").At(9, 0).UnixMicro(), Mode: mode}
	if mode == bookings.Pooled {
		o.Opens, o.Until = screentest.Monday.At(8, 0).UnixMicro(), portal.Date("2026-03-12").At(18, 0).UnixMicro()
	}
	return o
}

// besides is Claire's desktop with an opening, an ask for some of its days where
// there is one, and the canteen provisional where that is asked for.
func besides(mode bookings.OpeningMode, provisional bool) *screentest.Desk {
	d := screentest.Family()
	o := opening(mode)
	d.Get(screentest.Row(wire.TownFeed, wire.Openings, o.ID, o))
	if mode == bookings.Pooled {
		a := wire.Ask{ID: bookings.AskID(o.ID, screentest.Lea, screentest.Claire), Opening: o.ID, Child: screentest.Lea, Lots: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{"2026-03-16"}}}}
		d.Get(screentest.Row(screentest.Mine, wire.Asks, a.ID, a))
	}
	if provisional {
		d.Get(screentest.Row(screentest.Mine, wire.Enrolments, "e1", bookings.Enrolment{ID: "e1", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry, Year: "2025-2026", Period: portal.SchoolYear("2025-2026").Period(), Provisional: "r"}),
			screentest.Row(screentest.Mine, wire.Bookings, "b-thu", wire.Booking{ID: "b-thu", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Thursday, Payer: screentest.Claire, Price: 320, ByName: "Claire Martel", Provisional: true}))
	}
	return d
}

func TestADaySaysWhenItOpensThatItIsAskedForAndThatItIsProvisional(t *testing.T) {
	kittest.Light(t)
	for _, c := range []struct {
		mode        bookings.OpeningMode
		provisional bool
		day         portal.Date
		word, says  string
	}{
		{bookings.FirstCome, false, "2026-03-16", "Ouvre 11/03", "ouvre le mercredi 11 mars à 09:00. Vous pouvez préparer vos jours d'ici là."},
		{bookings.Pooled, false, "2026-03-16", "Demandé", "demandé. Les places sont tirées après le jeudi 12 mars à 18:00."},
		{bookings.Pooled, false, "2026-03-19", "Sur demande", "ce jour se demande jusqu'au jeudi 12 mars à 18:00"},
		{bookings.FirstCome, true, screentest.Thursday, "Provisoire", "réservé pour Léa à titre provisoire : 3,20 € à payer si l'inscription est acceptée."},
		{bookings.FirstCome, true, screentest.Friday, "", "provisoire tant que l'inscription est examinée : 3,20 € à payer si elle est acceptée."},
	} {
		o := show2(t, besides(c.mode, c.provisional), screen.To(screen.Agenda))
		d := o.shown[c.day]
		if d.Word != c.word || !strings.HasPrefix(plain(d.Label), c.says) {
			t.Errorf("%s: %q, %q", c.day, d.Word, plain(d.Label))
		}
	}
}

func TestDaysOfOpeningsFitTheirBoxes(t *testing.T) {
	for name, build := range map[string]func() *screentest.Desk{
		"later":       func() *screentest.Desk { return besides(bookings.FirstCome, false) },
		"asked":       func() *screentest.Desk { return besides(bookings.Pooled, false) },
		"provisional": func() *screentest.Desk { return besides(bookings.FirstCome, true) },
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := build()
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				a := open(d.Context(w), d, screen.To(screen.Agenda, "day", "2026-03-16"))
				a.line.Tell(a.shown["2026-03-16"], true)
				return a.root
			})
		})
	}
}
