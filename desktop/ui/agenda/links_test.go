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
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	evening  portal.ID = "0190b000-0000-7000-8000-000000000033"
	study    portal.ID = "0190b000-0000-7000-8000-000000000034"
	holidays portal.ID = "0190b000-0000-7000-8000-000000000035"
)

// linked is Claire's desktop where Léa may also come in the evening, which
// excludes the morning, to homework, which needs the evening, and in the holidays.
func linked() *screentest.Desk {
	d := screentest.Family()
	week := []time.Weekday{time.Monday, time.Tuesday, time.Thursday, time.Friday}
	cut := bookings.Cutoff{Days: 1, Hour: 10, Working: true}
	for _, a := range []bookings.Activity{
		{ID: evening, Kind: bookings.Evening, Name: bookings.Names{"fr": "Accueil du soir", "en": "Evening care"}, Excludes: []portal.ID{screentest.Morning}, Weekdays: week},
		{ID: study, Kind: bookings.Study, Name: bookings.Names{"fr": "Étude surveillée", "en": "Supervised study"}, Requires: []portal.ID{evening}, Weekdays: week},
		{ID: holidays, Kind: bookings.Holidays, Name: bookings.Names{"fr": "Accueil de loisirs des vacances", "en": "Holiday leisure centre"}, Runs: bookings.HolidayDays, Weekdays: append(week, time.Wednesday)},
	} {
		a.Desk, a.CashDesk, a.Sites, a.Book, a.Cancel, a.Floor = "enfance", "regie", []portal.ID{screentest.Ferry}, cut, cut, -5000
		d.Get(screentest.Row(wire.TownFeed, wire.Activities, a.ID, a),
			screentest.Row(wire.TownFeed, wire.Tariffs, a.ID+"-t", ledger.Tariff{ID: a.ID + "-t", Activity: a.ID, From: "2025-09-01", Bands: []ledger.Band{{Price: 192}}, Outside: 560}),
			screentest.Row(screentest.Mine, wire.Enrolments, "e-"+a.ID, bookings.Enrolment{ID: "e-" + a.ID, Child: screentest.Lea, Activity: a.ID, Site: screentest.Ferry, Year: "2025-2026",
				Period: portal.SchoolYear("2025-2026").Period()}))
	}
	return d
}

func TestADaySaysWhatItBelongsWith(t *testing.T) {
	kittest.Light(t)
	o := show2(t, linked(), screen.To(screen.Agenda))
	day := func(activity portal.ID) kit.Day {
		t.Helper()
		o.chooseActivity(activity)
		return o.shown[screentest.Thursday]
	}
	if d := day(study); d.Kind != kit.DayNot || d.Word != "Pas seule" || plain(d.Label) != "il faut d'abord réserver « Accueil du soir » pour ce jour." {
		t.Errorf("homework alone is %+v", d)
	}
	day(evening)
	o.click(screentest.Thursday)
	if d := day(screentest.Morning); d.Word != "Autre activité" || plain(d.Label) != "« Accueil du soir » est déjà réservé ce jour-là, et l'un exclut l'autre. Pour changer, annulez d'abord « Accueil du soir »." {
		t.Errorf("the morning beside the evening is %+v", d)
	}
	if d := day(study); d.Kind != kit.DayBookable {
		t.Errorf("homework with the evening is %+v", d)
	}
	o.click(screentest.Thursday)
	if d := day(evening); !d.Pending {
		t.Errorf("the evening is %+v", d)
	}
	o.click(screentest.Thursday)
	o.wantCalls(wire.BookingBook, wire.BookingBook) // no cancellation
	// Once both stand, the line says how to cancel the first.
	for _, a := range []portal.ID{evening, study} {
		o.Get(screentest.Row(screentest.Mine, wire.Bookings, a, wire.Booking{ID: a, Child: screentest.Lea, Activity: a, Site: screentest.Ferry, Day: screentest.Friday, Payer: screentest.Claire, Price: 192}))
	}
	o.line.Tell(o.shown[screentest.Friday], true)
	o.wantLine("Vendredi 13 mars : réservé pour Léa. Pour annuler, annulez d'abord « Étude surveillée », qui ne va pas sans.")
}

func TestTheHolidaysAreBookedInTheHolidays(t *testing.T) {
	kittest.Light(t)
	o := show2(t, linked(), screen.To(screen.Agenda, "activity", string(holidays)))
	if o.month != "2026-04-01" {
		t.Errorf("it opens on %s", o.month)
	}
	for day, want := range map[portal.Date]string{"2026-04-10": "Hors vacances", "2026-04-13": "", "2026-04-15": "", "2026-04-18": "Fermé"} {
		if d := o.shown[day]; d.Word != want || (d.Kind == kit.DayBookable) != (want == "") {
			t.Errorf("%s is %+v", day, d)
		}
	}
	if d := o.shown["2026-04-10"]; plain(d.Label) != "cette activité a lieu pendant les vacances scolaires. Choisissez un jour de vacances." {
		t.Errorf("a school day says %q", d.Label)
	}
}

func TestTextsOfLinkedDaysFit(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := linked()
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		a := open(d.Context(w), d, screen.To(screen.Agenda, "activity", string(evening)))
		a.press(a.shown[screentest.Thursday])
		a.chooseActivity(screentest.Morning)
		a.grid.GoTo(at(screentest.Thursday))
		a.press(a.shown[screentest.Thursday])
		return a.root
	})
}
