package agenda

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	rules "parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Each day of the other parent's weeks bears the mark, and says so; one's own
// bear none. Both can be booked, each on one's own balance.
func TestTheOtherParentsWeeksAreMarked(t *testing.T) {
	kittest.Light(t)
	o := show2(t, screentest.Apart(), screen.To(screen.Agenda))
	for day, theirs := range map[portal.Date]bool{
		"2026-03-08": true, screentest.Monday: false, "2026-03-15": false, "2026-03-16": true, "2026-03-20": true, "2026-03-22": true, "2026-03-23": false,
	} {
		d := o.shown[day]
		if (d.Mark != "") != theirs || strings.Contains(d.Label, "chez Hugo") != theirs {
			t.Errorf("%s: mark %q, %q", day, d.Mark, d.Label)
		}
	}
	if !kittest.Shows(o.w, "Chez Hugo") {
		t.Error("the legend does not tell the mark")
	}
	// Who booked stands on each booking, and only they can cancel.
	if got := plain(o.shown[screentest.Tuesday].Label); !strings.HasPrefix(got, "réservé par vous. Annuler aujourd'hui avant 10:00 recrédite 3,20 €") {
		t.Errorf("one's own: %q", got)
	}
	if d := o.shown["2026-03-16"]; d.Word != "Autre parent" || plain(d.Label) != "chez Hugo Martel, qui a réservé. Pour annuler, demandez-lui ou appelez la mairie." {
		t.Errorf("theirs: %+v", d)
	}
	o.click("2026-03-16")
	o.wantCalls()
	// A day of their week is booked like any other.
	o.click("2026-03-24")
	o.click("2026-03-17")
	o.wantCalls(wire.BookingBook)
	o.turn(at("2026-03-01"))
	o.click("2026-03-26")
	o.wantCalls(wire.BookingBook, wire.BookingBook)
}

// The mark is of the child shown, and comes and goes with what both agree on.
func TestTheMarkGoesWithTheWeeks(t *testing.T) {
	kittest.Light(t)
	o := show2(t, screentest.Apart(), screen.To(screen.Agenda))
	o.chooseChild(screentest.Noe)
	o.Drain()
	kittest.Settle(o.w)
	if o.shown["2026-03-16"].Mark != "" || kittest.Shows(o.w, "Chez Hugo") {
		t.Error("a brother who has no such weeks has them")
	}
	o.chooseChild(screentest.Lea)
	o.Get(screentest.Shared(func(c *wire.Child) { c.Weeks.Mine = false }))
	if o.shown["2026-03-16"].Mark != "" || o.shown[screentest.Thursday].Mark == "" {
		t.Error("the weeks are not the other way round")
	}
	o.Get(screentest.Shared(func(c *wire.Child) { c.Weeks = nil }))
	kittest.Settle(o.w)
	if o.shown[screentest.Thursday].Mark != "" || kittest.Shows(o.w, "Chez Hugo") {
		t.Error("the mark stays")
	}
}

// As a list one's own days come first; the others wait below, folded away.
func TestOnesOwnDaysComeFirst(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	o := show2(t, screentest.Apart(), screen.To(screen.Agenda))
	if o.is != shapeList || o.awayFold.Open() {
		t.Fatalf("the screen is a %s", o.is)
	}
	o.w.Resize(fyne.NewSize(816, 8000))
	kittest.Settle(o.w)
	texts := plain(strings.Join(kittest.Texts(o.w), "\n"))
	if strings.Contains(texts, "Lundi 16 mars") || !strings.Contains(texts, "Jeudi 26 mars") || !strings.Contains(texts, "Les jours chez Hugo Martel") {
		t.Errorf("the list is %q", texts)
	}
	day := kit.Day{Date: at("2026-03-18")}
	if one, more := plain(o.awayLine(day, day).Of), plain(o.awayLine(day, kit.Day{Date: at("2026-03-20")}).Of); one != "18 mars" || more != "18 mars – 20 mars" {
		t.Errorf("one day is %q, three are %q", one, more)
	}
	// A line in their place leads to them.
	line := strings.Index(texts, "Chez Hugo Martel : voir plus bas.")
	if line < strings.Index(texts, "Vendredi 13 mars") || line > strings.Index(texts, "Mardi 24 mars") {
		t.Errorf("nothing stands for the days with him: %q", texts)
	}
	for _, r := range kittest.All[*kit.Row](o.w) {
		if strings.Contains(r.AccessibilityLabel(), "voir plus bas") {
			r.Tapped(&fyne.PointEvent{})
		}
	}
	kittest.Settle(o.w)
	o.wantCalls()
	if texts = plain(strings.Join(kittest.Texts(o.w), "\n")); strings.Index(texts, "Lundi 16 mars") < strings.Index(texts, "Vendredi 27 mars") {
		t.Errorf("theirs come first: %q", texts)
	}
}

// The mark and the longer sentences leave six weeks in sight, and every text in
// its box.
func TestSixWeeksFitWithMarkedWeeks(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		o := show2(t, screentest.Apart(), screen.To(screen.Agenda))
		o.click(screentest.Thursday)
		o.turn(at("2026-08-01"))
		kittest.Settle(o.w)
		for _, d := range o.shown {
			o.line.Tell(d, true)
			kittest.Settle(o.w)
			inSight(t, o, lang)
		}
		o.turn(at("2026-03-01"))
		for _, d := range o.shown {
			o.line.Tell(d, true)
			kittest.Settle(o.w)
			inSight(t, o, lang)
		}
	}
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Apart()
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		a := open(d.Context(w), d, screen.To(screen.Agenda))
		if a.awayFold != nil {
			a.awayFold.SetOpen(true)
		}
		return a.root
	})
}

// Narrow cells have the mark below the number, never over the sign.
func TestTheMarkIsDrawnInNarrowCells(t *testing.T) {
	kittest.App(t, look.Light, 2, false, i18n.French)
	g := kit.NewMonthGrid()
	g.SetMonth(at("2026-03-01"), []kit.Day{{Date: at("2026-03-16"), Kind: kit.DayBooked, Mark: awayMark}})
	if wrong := kittest.Problems(g, fyne.NewSize(700, 700)); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// byWeeks is Claire's desktop where each parent pays for their own weeks, with a
// day of hers that Hugo has booked.
func byWeeks(other string) *screentest.Desk {
	d := screentest.Apart()
	d.Get(screentest.Gone(screentest.Mine, wire.Bookings, "h-thu"), screentest.Shared(func(c *wire.Child) {
		c.Paying = &wire.ChildPaying{Rule: rules.EachOwnWeeks, At: 1}
		c.Adults[0].Name, c.Weeks.With = other, other
	}), screentest.Row(screentest.Mine, wire.Bookings, "h-mine", wire.Booking{ID: "h-mine", Child: screentest.Lea, Activity: screentest.Canteen, Site: screentest.Ferry,
		Day: screentest.Friday, Payer: screentest.Claire, Price: 320, ByName: other, ByParent: true}))
	return d
}

// A day of the other's week is booked on their account: who pays is said, and no
// amount anywhere. What they booked of one's own week has one's own price.
func TestADayPaidByTheOtherParent(t *testing.T) {
	kittest.Light(t)
	o := show2(t, byWeeks("Hugo Martel"), screen.To(screen.Agenda))
	if got := plain(o.shown["2026-03-19"].Label); got != "semaine chez Hugo. Payé par Hugo Martel, peu de places, à réserver avant le mercredi 18 mars à 10:00." {
		t.Errorf("before: %q", got)
	}
	if d := o.shown[screentest.Friday]; d.Word != "Autre parent" || plain(d.Label) != "réservé par Hugo Martel. Annuler avant jeudi à 10:00 recrédite 3,20 €, ensuite rien." {
		t.Errorf("what he booked of her week: %+v", d)
	}
	if got := plain(o.shown[screentest.Thursday].Label); !strings.Contains(got, "3,20 €") {
		t.Errorf("her own day: %q", got)
	}
	o.click("2026-03-19")
	o.wantCalls(wire.BookingBook)
	if a := o.Calls[0].Args.(*wire.Book); !a.Other || o.Calls[0].Note.Key != "agenda.note.other.book" || o.Calls[0].Note.Args["payer"] != "Hugo Martel" {
		t.Errorf("sent %+v, noted %+v", a, o.Calls[0].Note)
	}
	o.wantStrip("Jeudi 19 mars : réservation en attente pour Léa, payée par Hugo")
	for _, s := range []string{o.strip.Text(), o.shown["2026-03-19"].Label, o.line.Text()} {
		if strings.Contains(s, "€") {
			t.Errorf("%q tells an amount", s)
		}
	}
}

func TestWhatTheOtherPaysFits(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for grace := range 2 { // what is lost, and what is forgiven
			kittest.App(t, look.Light, 1, false, lang)
			d := byWeeks("Hugo Martel")
			rule := bookings.UsualAbsences
			rule.Grace = grace
			d.Get(screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, rule))
			o := show2(t, d, screen.To(screen.Agenda))
			o.click("2026-03-19")
			for _, d := range o.shown {
				o.line.Tell(d, true)
				kittest.Settle(o.w)
				inSight(t, o, lang)
			}
		}
	}
}

// In the other parent's week, too, whoever books pays, and reads so.
func TestADayOfTheOtherParentsWeekSaysWhoPays(t *testing.T) {
	kittest.Light(t)
	o := show2(t, screentest.Apart(), screen.To(screen.Agenda))
	if d := o.shown["2026-03-30"]; d.Mark != awayMark || d.Kind != kit.DayBookable || !strings.Contains(plain(d.Label), "3,20 € à votre charge, à réserver") {
		t.Errorf("the day is %+v", d)
	}
}
