package agenda

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// opened is the agenda in a window of the smallest size.
type opened struct {
	*agenda
	*screentest.Desk
	t *testing.T
	w fyne.Window
	c *screen.Context
}

func show2(t *testing.T, d *screentest.Desk, r screen.Route) *opened {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	a := open(c, d, r)
	w.SetContent(a.screen().Content)
	w.Resize(fyne.NewSize(816, 483)) // what the frame leaves at 1024 × 600
	kittest.Settle(w)
	return &opened{agenda: a, Desk: d, t: t, w: w, c: c}
}

func family(t *testing.T) *opened {
	t.Helper()
	kittest.Light(t)
	return show2(t, screentest.Family(), screen.To(screen.Agenda))
}

func at(day portal.Date) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
}

func (o *opened) wantStrip(want string) {
	o.t.Helper()
	if got := plain(o.strip.Text()); got != want {
		o.t.Errorf("the strip says %q, not %q", got, want)
	}
}

func (o *opened) wantLine(want string) {
	o.t.Helper()
	if got := plain(o.line.Text()); got != want {
		o.t.Errorf("the line says %q, not %q", got, want)
	}
}

func (o *opened) wantCalls(kinds ...string) {
	o.t.Helper()
	var got []string
	for _, c := range o.Calls {
		got = append(got, c.Kind)
	}
	if strings.Join(got, " ") != strings.Join(kinds, " ") {
		o.t.Errorf("submitted %v, not %v", got, kinds)
	}
}

// plain writes no-break spaces as spaces.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestEachDayHasItsKindItsWordAndItsReason(t *testing.T) {
	o := family(t)
	o.Get(screentest.Row(wire.TownFeed, wire.Closures, "c", bookings.Closure{ID: "c", Period: portal.Period{From: "2026-03-24", To: "2026-03-24"}, Reason: "grève"}))
	for _, c := range []struct {
		day    portal.Date
		kind   kit.DayKind
		booked bool
		word   string
		label  string
	}{
		{"2026-03-06", kit.DayNot, false, "Passé", "ce jour est passé."},
		{screentest.Monday, kit.DayToday, true, "", "réservé pour Léa. Choisissez ce jour pour signaler une absence."},
		{screentest.Tuesday, kit.DayBooked, true, "", "réservé pour Léa. Annuler aujourd'hui avant 10:00 recrédite 3,20 €, ensuite rien."},
		{"2026-03-11", kit.DayNot, false, "Fermé", "l'activité n'a pas lieu ce jour de la semaine. Choisissez un autre jour."},
		{screentest.Thursday, kit.DayBookable, false, "", "3,20 €, à réserver avant mercredi à 10:00. Solde après : 73,60 €."},
		{"2026-03-17", kit.DayBooked, true, "Autre parent", "réservé par Hugo Martel. Seule cette personne, ou la mairie, peut annuler."},
		{"2026-03-19", kit.DayBookable, false, "Peu de places", "3,20 €, peu de places, à réserver avant le mercredi 18 mars à 10:00. Solde après : 73,60 €."},
		{"2026-03-20", kit.DayNot, false, "Complet", "il n'y a plus de place ce jour-là. Choisissez un autre jour."},
		{"2026-03-24", kit.DayNot, false, "Fermé", "fermé par la mairie : grève. Choisissez un autre jour."},
	} {
		d := o.shown[c.day]
		if d.Kind != c.kind || d.Booked != c.booked || d.Word != c.word || plain(d.Label) != c.label || d.Pending {
			t.Errorf("%s is %+v", c.day, d)
		}
		if got := o.grid.Day(at(c.day)); got != d {
			t.Errorf("%s is drawn as %+v", c.day, got)
		}
	}
	// Of today, too, what was told is read.
	o.Get(screentest.Row(screentest.Mine, wire.Absences, "a", wire.Absence{ID: "a", Child: screentest.Lea, State: bookings.AbsenceTold,
		Days: []bookings.AbsentDay{{Booking: o.c.View.Day(screentest.Lea, screentest.Canteen, screentest.Monday).Booking.ID, Activity: screentest.Canteen, Day: screentest.Monday, Cost: bookings.Due}}}))
	if d := o.shown[screentest.Monday]; d.Kind != kit.DayToday || d.Word != "Absent" {
		t.Errorf("told absent, today is %+v", d)
	}
	o.turn(at("2026-04-01"))
	if d := o.shown["2026-04-06"]; d.Word != "Férié" || d.Label != "jour férié (Lundi de Pâques) : il n'y a pas d'accueil. Choisissez un autre jour." {
		t.Errorf("Easter Monday is %+v", d)
	}
	// In the holidays a Wednesday is no exception.
	for _, day := range []portal.Date{"2026-04-14", "2026-04-15"} {
		if d := o.shown[day]; d.Word != "Vacances" || !strings.Contains(d.Label, "Printemps") {
			t.Errorf("the holidays are %+v", d)
		}
	}
}

func TestTheReasonIsToldUnderThePointerTheKeyboardAndTheFinger(t *testing.T) {
	o := family(t)
	o.wantLine("Choisissez un jour vert pour le réserver, un jour « Réservé » pour l'annuler. Au clavier : les flèches, puis Entrée.")
	o.click("2026-03-11")
	o.wantLine("Mercredi 11 mars : l'activité n'a pas lieu ce jour de la semaine. Choisissez un autre jour.")
	o.wantCalls()
	o.w.Canvas().Focus(o.grid)
	kittest.Key(o.w, fyne.KeyRight)
	o.wantLine("Jeudi 12 mars : 3,20 €, à réserver avant mercredi à 10:00. Solde après : 73,60 €.")
	test.MoveMouse(o.w.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(o.grid).Add(o.grid.CellCentre(at("2026-03-20"))))
	o.wantLine("Vendredi 20 mars : il n'y a plus de place ce jour-là. Choisissez un autre jour.")
}

func TestSixWeeksTheLegendAndTheLineFitTheSmallestWindow(t *testing.T) {
	o := family(t)
	if got, least := o.grid.Size().Height, o.grid.HeightFor(0); got < least {
		t.Errorf("the grid has %v, six weeks need %v", got, least)
	}
	bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(o.grid).Y + o.grid.Size().Height
	line := fyne.CurrentApp().Driver().AbsolutePositionForObject(o.line).Y
	if bottom > line+1 {
		t.Errorf("the grid ends at %v, under the line at %v", bottom, line)
	}
	for _, word := range []string{"Réservable", "Réservé", "Pas confirmé", "Aujourd'hui", "Pas réservable", "Peu de places"} {
		if !kittest.Shows(o.w, word) {
			t.Errorf("%q is not in sight", word)
		}
	}
}

func TestWithoutAChild(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0), screentest.TownRows()...)
	o := show2(t, d, screen.To(screen.Agenda))
	if !kittest.Shows(o.w, "pas encore arrivées") {
		t.Errorf("before anything came: %q", kittest.Texts(o.w))
	}
	o.Get(screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Payer: &ledger.Payer{Resident: true}}))
	kittest.Settle(o.w)
	if !kittest.Shows(o.w, "Pour réserver, remplissez d'abord une fiche enfant") {
		t.Errorf("without a child: %q", kittest.Texts(o.w))
	}
	kittest.Press(t, o.w, "Remplir une fiche enfant")
	if len(d.Routes) != 1 || d.Routes[0].String() != "parvis://demarche?id=fiche-enfant" {
		t.Errorf("went to %v", d.Routes)
	}
	request := wire.Request{ID: "r", Procedure: "fiche-enfant", State: "in_review", Child: screentest.Lea, Person: "Léa Martel"}
	o.Get(screentest.Row(screentest.Mine, wire.Requests, "r", request))
	kittest.Settle(o.w)
	if !kittest.Shows(o.w, "Demande en cours d'examen par la mairie") {
		t.Errorf("under review: %q", kittest.Texts(o.w))
	}
	// It is accepted: the grid comes by itself.
	request.State = "accepted"
	var rows []wire.Change
	for _, r := range screentest.FamilyRows() {
		if r.Collection == wire.Children || r.Collection == wire.Enrolments {
			rows = append(rows, r)
		}
	}
	o.Get(append(rows, screentest.Row(screentest.Mine, wire.Requests, "r", request))...)
	if o.is != shapeGrid || o.grid == nil || o.shown[screentest.Thursday].Kind != kit.DayBookable {
		t.Errorf("after the acceptance the screen is %s", o.is)
	}
}

func TestAnotherChildAndActivity(t *testing.T) {
	o := family(t)
	o.chooseActivity(screentest.Morning)
	if got := plain(o.shown[screentest.Thursday].Label); !strings.HasPrefix(got, "1,28 €") {
		t.Errorf("in the morning: %q", got)
	}
	o.chooseChild(screentest.Noe)
	if o.activity != screentest.Canteen || o.who.Text() != "Noé" || o.shown[screentest.Tuesday].Kind != kit.DayBookable {
		t.Errorf("Noé's day is %+v", o.shown[screentest.Tuesday])
	}
	o = show2(t, screentest.Family(), screen.To(screen.Agenda, "child", string(screentest.Noe), "month", "2026-05"))
	if o.child != screentest.Noe || o.bar.Title() != "Mai 2026" {
		t.Errorf("by its address: %s, %s", o.child, o.bar.Title())
	}
}

// A child that is gone while its days are shown takes its name along.
func TestAChildThatIsGoneIsNotNamedAnyMore(t *testing.T) {
	o := family(t)
	o.chooseChild(screentest.Noe)
	o.Get(screentest.Gone(screentest.Mine, wire.Children, screentest.Noe), screentest.Gone(screentest.Mine, wire.Enrolments, "e3"))
	kittest.Settle(o.w)
	if o.child != screentest.Lea || kittest.Shows(o.w, "Noé") {
		t.Errorf("the days are Léa's, the screen says %q", kittest.Texts(o.w))
	}
	if d := o.shown[screentest.Tuesday]; d.Kind != kit.DayBooked {
		t.Errorf("Léa's day is %+v", d)
	}
}

func TestLargeTextOpensTheListAndTheListBooks(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	o := show2(t, screentest.Family(), screen.To(screen.Agenda))
	if o.is != shapeList {
		t.Fatalf("the screen is a %s", o.is)
	}
	var row *kit.Row
	for _, r := range kittest.All[*kit.Row](o.w) {
		if strings.HasPrefix(plain(r.AccessibilityLabel()), "Jeudi 12 mars") {
			row = r
		}
	}
	if row == nil || !strings.HasSuffix(row.AccessibilityLabel(), "Réservable") {
		t.Fatalf("no row for Thursday: %q", kittest.Texts(o.w))
	}
	row.Tapped(&fyne.PointEvent{})
	o.Drain()
	o.wantCalls(wire.BookingBook)
	if !strings.HasSuffix(row.AccessibilityLabel(), "Pas confirmé") {
		t.Errorf("the row says %q", row.AccessibilityLabel())
	}
	o.chooseMode(byMonth)
	if o.is != shapeGrid {
		t.Error("the grid cannot be had")
	}
	kittest.App(t, look.Light, 1, false, i18n.French)
	o.chooseMode(byList)
	if again := show2(t, o.Desk, screen.To(screen.Agenda)); again.is != shapeList {
		t.Error("the choice is forgotten")
	}
	// Each side of 150 % has a choice of its own.
	o.chooseMode(byMonth)
	kittest.App(t, look.Light, 2, false, i18n.French)
	if again := show2(t, o.Desk, screen.To(screen.Agenda)); again.is != shapeGrid {
		t.Error("the grid chosen at 150 % is forgotten")
	}
	atOrdinary := screentest.Family()
	if err := atOrdinary.Keep(kept, "mode", byMonth); err != nil {
		t.Fatal(err)
	}
	if fresh := show2(t, atOrdinary, screen.To(screen.Agenda)); fresh.is != shapeList {
		t.Error("the grid chosen at 100 % is there at 200")
	}
}

func TestTextsFitTheirBoxes(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := banded(&ledger.Payer{Resident: true, Quotients: []ledger.Quotient{{Value: 1640, From: "2025-09-01"}}})
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		a := open(d.Context(w), d, screen.To(screen.Agenda))
		a.press(a.shown[screentest.Thursday])
		return a.root
	})
}

// banded is Claire's desktop where the canteen has three prices, by quotient.
func banded(payer *ledger.Payer) *screentest.Desk {
	d := screentest.Family()
	low, high := 500, 700
	d.Get(screentest.Row(wire.TownFeed, wire.Tariffs, screentest.Canteen+"-t", ledger.Tariff{ID: screentest.Canteen + "-t", Activity: screentest.Canteen, From: "2025-09-01", Outside: 560,
		Bands: []ledger.Band{{To: &low, Price: 210}, {From: 501, To: &high, Price: 320}, {From: 701, Price: 480}}}),
		screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel", Payer: payer}))
	return d
}

func TestADaySaysWhyItCostsWhatItCosts(t *testing.T) {
	kittest.Light(t)
	dated := []ledger.Quotient{{Value: 640, From: "2025-10-01", Until: "2026-08-31"}}
	for want, payer := range map[string]*ledger.Payer{
		"3,20 € (tranche 2, quotient 640 depuis le 1er octobre 2025), à réserver": {Resident: true, Quotients: dated},
		"4,80 € (tranche 3, sans quotient), à réserver":                           {Resident: true},
		"5,60 € (tarif hors commune), à réserver":                                 {Quotients: dated},
	} {
		o := show2(t, banded(payer), screen.To(screen.Agenda))
		if says := plain(o.shown[screentest.Thursday].Label); !strings.Contains(says, want) {
			t.Errorf("it says %q, not %q", says, want)
		}
		// The price of a booked day was fixed when it was booked.
		if says := plain(o.shown[screentest.Tuesday].Label); strings.Contains(says, "tranche") || strings.Contains(says, "tarif") {
			t.Errorf("of a booked day it says %q", says)
		}
	}
}

// named is Claire's desktop with Léa's first names replaced.
func named(first string) *screentest.Desk {
	d := screentest.Family()
	d.Get(screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: first, LastName: "Martel", BirthDate: "2018-03-12", Site: screentest.Ferry}))
	return d
}

// The longest month has six weeks, and each of its days can be pointed at and
// pressed without the last week going out of sight.
func TestSixWeeksFitWhateverAChildIsCalled(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for _, first := range []string{"Zoe Marie", "Marie-Christophorine", "Maximilienne-Augusta"} {
			kittest.App(t, look.Light, 1, false, lang)
			o := show2(t, named(first), screen.To(screen.Agenda))
			o.click(screentest.Thursday)
			o.turn(at("2026-08-01"))
			kittest.Settle(o.w)
			for _, d := range o.shown {
				o.line.Tell(d, true)
				kittest.Settle(o.w)
				inSight(t, o, first+" in "+lang)
			}
		}
	}
}

func inSight(t *testing.T, o *opened, about string) {
	t.Helper()
	abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
	bottom, line := abs(o.grid).Y+o.grid.Size().Height, abs(o.line).Y
	if o.grid.Size().Height < o.grid.HeightFor(0) || bottom > line+1 {
		t.Fatalf("%s: the grid ends at %v, the line %q begins at %v", about, bottom, o.line.Text(), line)
	}
}

func TestAChildIsCalledByTheFirstName(t *testing.T) {
	kittest.Light(t)
	o := show2(t, named("Zoé Marie Jeanne"), screen.To(screen.Agenda))
	if o.who.Text() != "Zoé" {
		t.Errorf("the agenda is that of %q", o.who.Text())
	}
	o.click(screentest.Thursday)
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Zoé, 3,20 €")
	kittest.Press(t, o.w, "Zoé")
	if !kittest.Shows(o.w, "Zoé Marie Jeanne Martel") {
		t.Error("the choice of the child does not tell the whole name")
	}
}

// With large text the choices above the list fill the window: the first day
// that can be booked is brought into sight.
func TestTheListOpensAtToday(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 2, false, lang)
		d := screentest.Family()
		w := test.NewWindow(nil)
		w.SetPadded(false)
		t.Cleanup(w.Close)
		runner, queue := task.NewQueued(func(err error) { t.Error(err) })
		c := d.Context(w)
		c.Scope = runner.Scope()
		a := open(c, d, screen.To(screen.Agenda))
		w.SetContent(a.screen().Content)
		w.Resize(fyne.NewSize(1024, 330)) // what the frame leaves
		queue.Settle(runner)
		kittest.Settle(w)
		abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
		first := a.coming.First()
		top, bottom := abs(first).Y, abs(first).Y+first.Size().Height
		if top < 0 || bottom > abs(a.page).Y+a.page.Size().Height {
			t.Errorf("%s: today stands from %v to %v in a page of %v", lang, top, bottom, a.page.Size())
		}
	}
}

// Each word of the legend stands on one line beside the smallest grid.
func TestTheLegendHasNoBrokenWords(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		o := show2(t, screentest.Family(), screen.To(screen.Agenda))
		last := kittest.Find[*kit.Text](o.w, i18n.T("kit.day.not", nil))
		if got := last.HeightFor(last.Size().Width); got > last.Size().Height {
			t.Errorf("%s: %q needs %v in a line of %v", lang, last.Text(), got, last.Size().Height)
		}
	}
}

// Who pays the price of those from outside the town reads why, in both shapes,
// without the last week going out of sight.
func TestThePriceFromOutsideIsExplained(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		why := i18n.T("agenda.outside", nil)
		if o := show2(t, screentest.Family(), screen.To(screen.Agenda)); kittest.Shows(o.w, why) {
			t.Error("a family of the town is told that it is none")
		}
		d := screentest.Family()
		d.Get(screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Payer: &ledger.Payer{}}))
		o := show2(t, d, screen.To(screen.Agenda))
		if !kittest.Shows(o.w, why) {
			t.Errorf("the grid says %q", kittest.Texts(o.w))
		}
		inSight(t, o, lang)
		o.chooseMode(byList)
		kittest.Settle(o.w)
		if !kittest.Shows(o.w, why) {
			t.Errorf("the list says %q", kittest.Texts(o.w))
		}
	}
}

// Where there are two cash desks, what is left after a click says at which.
func TestTwoCashDesksAreToldApartAndFit(t *testing.T) {
	kittest.Light(t)
	o := show2(t, screentest.Family(), screen.To(screen.Agenda))
	if says := plain(o.shown[screentest.Thursday].Label); !strings.Contains(says, "Solde après : 73,60 €") {
		t.Errorf("with one it says %q", says)
	}
	d := screentest.Family()
	d.Get(screentest.TwoDesks()...)
	o = show2(t, d, screen.To(screen.Agenda))
	if says := plain(o.shown[screentest.Thursday].Label); !strings.Contains(says, "Solde après (Régie Restauration scolaire) : 73,60 €") {
		t.Errorf("with two it says %q", says)
	}
	kittest.WantShown(t, o.w, "Solde, Régie Restauration scolaire")
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Family()
		d.Get(screentest.TwoDesks()...)
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		a := open(d.Context(w), d, screen.To(screen.Agenda))
		a.press(a.shown[screentest.Thursday])
		return a.root
	})
}
