package agenda

import (
	"slices"
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
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// shaped is an agenda in a mode, of one child or of all.
func shaped(t *testing.T, d *screentest.Desk, m mode, all bool, args ...string) *opened {
	t.Helper()
	for key, thing := range map[string]any{keptMode(): m, keptFamily: all} {
		if err := d.Keep(kept, key, thing); err != nil {
			t.Fatal(err)
		}
	}
	return show2(t, d, screen.To(screen.Agenda, args...))
}

// together is Claire's family with the evening, homework and the menus.
func together() *screentest.Desk {
	d := linked()
	d.Get(menus()...)
	return d
}

// cell presses a cell of the week: the row of a child at an activity.
func (o *opened) cell(child, activity portal.ID, day portal.Date) {
	o.t.Helper()
	for i, r := range o.rows {
		if r.of == (slot{child, activity}) {
			test.TapAt(o.board, o.board.CellCentre(i, o.week.DaysUntil(day)))
			o.Drain()
			kittest.Settle(o.w)
			return
		}
	}
	o.t.Fatalf("the week has no row of %s at %s: %+v", child, activity, o.rows)
}

func (o *opened) word(child, activity portal.ID, day portal.Date) string {
	for _, r := range o.rows {
		if r.of == (slot{child, activity}) {
			d := r.cells[o.week.DaysUntil(day)]
			return strings.TrimSpace(d.Word + " " + map[kit.DayKind]string{kit.DayNot: "not", kit.DayBookable: "bookable", kit.DayToday: "today", kit.DayBooked: "booked"}[d.Kind])
		}
	}
	return "no row"
}

// On a week-end the week of today shows today, though nothing runs on it.
func TestTheWeekOfTodayShowsToday(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, screentest.New(screentest.Claire, portal.Date("2026-03-14").At(9, 0), screentest.FamilyRows()...), byWeek, true)
	if o.week != "2026-03-16" || o.columns() != 5 {
		t.Errorf("it opens on %s with %d days", o.week, o.columns())
	}
	kittest.Press(t, o.w, "Aujourd'hui")
	kittest.Settle(o.w)
	if o.week != "2026-03-09" || o.columns() != 6 {
		t.Errorf("today is in %s with %d days", o.week, o.columns())
	}
	kittest.WantShown(t, o.w, "sam. 14")
}

// What it is too late for is one line of a day of the list, and no row each.
func TestAListDoesNotBeginWithWhatItIsTooLateFor(t *testing.T) {
	kittest.Light(t)
	d := together()
	d.Now = screentest.Monday.At(10, 30)
	o := shaped(t, d, byList, true)
	o.w.Resize(fyne.NewSize(816, 4000))
	kittest.Settle(o.w)
	said := plain(strings.Join(kittest.Texts(o.w), "\n"))
	if !strings.Contains(said, "Trop tard pour réserver : ") || strings.Contains(said, "Trop tard\n") {
		t.Errorf("the list is %q", said)
	}
	// Of what is booked, and of what was refused, there is a row.
	kittest.WantShown(t, o.w, "Mardi 10\u00a0mars", "Léa, Restauration scolaire", "Réservé")
}

func TestTheWeekOfTheWholeFamily(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, together(), byWeek, true)
	if o.is != shapeBoard || o.who.Text() != "Toute la famille" || plain(o.bar.Title()) != "Semaine du 9 mars" || o.columns() != 5 {
		t.Fatalf("%s of %s, %s, %d columns", o.is, o.who.Text(), o.bar.Title(), o.columns())
	}
	kittest.WantShown(t, o.w, "Léa", "Noé", "Restauration scolaire", "Étude surveillée", "lun. 9", "ven. 13")
	kittest.WantHidden(t, o.w, "Accueil de loisirs des vacances") // there are none this week
	for _, c := range []struct {
		child, activity portal.ID
		day             portal.Date
		want            string
	}{
		{screentest.Lea, screentest.Canteen, screentest.Monday, "today"},
		{screentest.Lea, screentest.Canteen, screentest.Tuesday, "booked"},
		{screentest.Noe, screentest.Canteen, screentest.Tuesday, "bookable"},
		{screentest.Lea, screentest.Canteen, "2026-03-11", "Fermé not"},
		{screentest.Lea, study, screentest.Thursday, "Pas seule not"},
	} {
		if got := o.word(c.child, c.activity, c.day); got != c.want {
			t.Errorf("%s at %s on %s: %q, not %q", c.child, c.activity, c.day, got, c.want)
		}
	}
	// One press books, for whom and what the row says, and can be undone.
	o.cell(screentest.Noe, screentest.Canteen, screentest.Thursday)
	o.wantCalls(wire.BookingBook)
	if b := o.Calls[0].Args.(*wire.Book); b.Child != screentest.Noe || b.Activity != screentest.Canteen || b.Day != screentest.Thursday {
		t.Errorf("booked %+v", b)
	}
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Noé (Restauration scolaire), 3,20 €")
	o.cell(screentest.Lea, evening, screentest.Thursday)
	if got := o.word(screentest.Lea, study, screentest.Thursday); got != "bookable" {
		t.Errorf("homework beside the evening: %q", got)
	}
	o.undo()
	o.undo()
	if len(o.Undone) != 2 || o.word(screentest.Noe, screentest.Canteen, screentest.Thursday) != "bookable" {
		t.Errorf("undone: %v", o.Undone)
	}
	// The reason stands in the line.
	o.strip.Clear()
	o.cell(screentest.Lea, study, screentest.Friday)
	o.wantLine("Léa, vendredi 13 mars, Étude surveillée : il faut d'abord réserver « Accueil du soir » pour ce jour.")
	// Below stands what is eaten.
	kittest.WantShown(t, o.w, "Menu de la cantine", "Carottes râpées, lasagnes de bœuf, pomme", "Repas végétarien : lasagnes aux épinards", "Allergènes : gluten, œufs, lait, moutarde")
}

func TestTheKeyboardWalksOverTheWeek(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, together(), byWeek, true)
	o.w.Canvas().Focus(o.board)
	o.board.GoTo(0, 0)
	kittest.Key(o.w, fyne.KeyRight)
	o.wantLine("Léa, mardi 10 mars, Restauration scolaire : réservé. Annuler aujourd'hui avant 10:00 recrédite 3,20 €, ensuite rien.")
	kittest.Key(o.w, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeySpace)
	o.Drain()
	o.wantCalls(wire.BookingBook)
	if b := o.Calls[0].Args.(*wire.Book); b.Child != screentest.Noe || b.Day != screentest.Tuesday {
		t.Errorf("booked %+v", b)
	}
	kittest.Key(o.w, fyne.KeyEnd, fyne.KeyRight)
	if o.week != "2026-03-16" || plain(o.bar.Title()) != "Semaine du 16 mars" {
		t.Errorf("past Friday: %s, %s", o.week, o.bar.Title())
	}
	if row, day := o.board.At(); row != 4 || day != 0 || o.w.Canvas().Focused() != fyne.Focusable(o.board) {
		t.Errorf("at %d, %d", row, day)
	}
	kittest.Key(o.w, fyne.KeyLeft, fyne.KeyPageUp)
	if o.week != "2026-03-02" {
		t.Errorf("back: %s", o.week)
	}
	// In the holidays the rows are others; the keyboard stays on the board.
	for range 6 {
		kittest.Key(o.w, fyne.KeyPageDown)
	}
	if o.week != "2026-04-13" || o.w.Canvas().Focused() != fyne.Focusable(o.board) {
		t.Errorf("in the holidays: %s, %v", o.week, o.w.Canvas().Focused())
	}
	if got := o.word(screentest.Lea, holidays, "2026-04-15"); got != "bookable" || o.word(screentest.Lea, screentest.Canteen, "2026-04-15") != "no row" || o.word(screentest.Noe, screentest.Canteen, "2026-04-15") != "Vacances not" {
		t.Errorf("the holidays: %q, %+v", got, o.rows)
	}
}

func TestASecondPressOfACellWithinHalfASecondIsIgnored(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, together(), byWeek, true)
	o.cell(screentest.Noe, screentest.Canteen, screentest.Thursday)
	o.cell(screentest.Noe, screentest.Canteen, screentest.Thursday)
	if o.wantCalls(wire.BookingBook); len(o.Undone) != 0 {
		t.Error("the double click took it back")
	}
}

func TestTheMonthOfTheWholeFamilyLeadsToItsWeeks(t *testing.T) {
	kittest.Light(t)
	d := together()
	d.Get(screentest.Row(screentest.Mine, wire.Bookings, "noe", wire.Booking{ID: "noe", Child: screentest.Noe, Activity: screentest.Canteen, Site: screentest.Ferry, Day: "2026-03-17", Payer: screentest.Claire, Price: 320}),
		screentest.Row(screentest.Mine, wire.Bookings, "lea", wire.Booking{ID: "lea", Child: screentest.Lea, Activity: screentest.Morning, Site: screentest.Ferry, Day: "2026-03-17", Payer: screentest.Claire, Price: 128}))
	o := shaped(t, d, byMonth, true)
	if o.is != shapeCrowd {
		t.Fatalf("the screen is a %s", o.is)
	}
	day := o.shown["2026-03-17"]
	var signs []string
	for _, s := range day.Crowd {
		if s != (kit.DaySign{}) {
			signs = append(signs, s.Text+s.Icon)
		}
	}
	if got := strings.Join(signs, " "); got != "L fork-knife sun-horizon N fork-knife" || day.Kind != kit.DayBooked {
		t.Errorf("the day's signs are %q, it is %+v", got, day)
	}
	if plain(day.Label) != "Léa : restauration scolaire et accueil du matin ; Noé : restauration scolaire." {
		t.Errorf("it says %q", day.Label)
	}
	// One for whom it is booked does not hide another for whom it still can be.
	if d := o.shown[screentest.Tuesday]; d.Kind != kit.DayBooked || d.Sign != partSign || !strings.HasSuffix(plain(d.Label), "On peut encore réserver pour Noé.") {
		t.Errorf("a day of Léa's alone is %+v", d)
	}
	kittest.WantShown(t, o.w, "En partie", "Étude surveillée") // what the signs mean
	if d := o.shown[screentest.Thursday]; d.Kind != kit.DayBookable || d.Sign != freeSign || plain(d.Label) != "rien de réservé. On peut réserver pour Léa et Noé." {
		t.Errorf("a free day is %+v", d)
	}
	o.click("2026-03-17")
	o.wantCalls()
	if o.is != shapeBoard || o.week != "2026-03-16" {
		t.Fatalf("it opens a %s of %s", o.is, o.week)
	}
	if _, at := o.board.At(); at != 1 {
		t.Errorf("on day %d", at)
	}
	if again := show2(t, o.Desk, screen.To(screen.Agenda)); again.is != shapeCrowd {
		t.Errorf("a look at a week is remembered as a choice: %s", again.is)
	}
}

func TestInitialsTellChildrenApart(t *testing.T) {
	for name, want := range map[string]string{"Léa": "Lé", "Lucas": "Lu", "Noé": "N"} {
		if got := initial(name, []string{"Léa", "Lucas", "Noé"}); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

// Days of the whole family are booked together for the whole family.
func TestFromTheWholeFamilyOneBooksForAll(t *testing.T) {
	kittest.Light(t)
	for _, family := range []bool{true, false} {
		o := shaped(t, together(), byWeek, family)
		kittest.Press(t, o.w, "Réservations groupées")
		if to := o.Routes[len(o.Routes)-1]; to.Name != screen.Grouped || (to.Arg("children") == "all") != family {
			t.Errorf("whole family %v: it leads to %v", family, to)
		}
	}
}

func TestTheChoicesAreRemembered(t *testing.T) {
	kittest.Light(t)
	o := show2(t, together(), screen.To(screen.Agenda))
	if o.is != shapeGrid {
		t.Fatalf("it begins as a %s", o.is)
	}
	kittest.Press(t, o.w, "Léa")
	kittest.Press(t, o.w, "Toute la famille")
	kittest.Press(t, o.w, "Mois")
	kittest.Press(t, o.w, "Semaine")
	if o.is != shapeBoard || !o.family {
		t.Fatalf("it is a %s", o.is)
	}
	if again := show2(t, o.Desk, screen.To(screen.Agenda)); again.is != shapeBoard || !again.family {
		t.Errorf("opened again it is a %s", again.is)
	}
	// An address that names a child shows that one.
	named := show2(t, o.Desk, screen.To(screen.Agenda, "child", string(screentest.Lea), "activity", string(screentest.Canteen), "day", "2026-03-19"))
	if named.family || named.week != "2026-03-16" {
		t.Errorf("by its address: %v, %s", named.family, named.week)
	}
	if _, at := named.board.At(); at != 3 {
		t.Errorf("on day %d", at)
	}
	// One child alone is no family.
	d := together()
	d.Get(screentest.Gone(screentest.Mine, wire.Children, screentest.Noe), screentest.Gone(screentest.Mine, wire.Enrolments, "e3"))
	if o := shaped(t, d, byMonth, true); o.family {
		t.Error("one child is shown as all")
	}
}

func TestTheWeekAsAListBooks(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	for _, m := range []mode{byWeek, byList} {
		o := shaped(t, together(), m, true)
		if o.is != shapeDays {
			t.Fatalf("the screen is a %s", o.is)
		}
		o.w.Resize(fyne.NewSize(816, 6000))
		kittest.Settle(o.w)
		texts := plain(strings.Join(kittest.Texts(o.w), "\n"))
		if !strings.Contains(texts, "Jeudi 12 mars") || !strings.Contains(texts, "Noé, Restauration scolaire") || !strings.Contains(texts, "Cantine : carottes râpées, lasagnes de bœuf, pomme. Allergènes : gluten") || strings.Contains(texts, "Mercredi 11 mars") {
			t.Errorf("the list is %q", texts)
		}
		list := o.listed.lists[3]
		for _, r := range kittest.All[*kit.Row](o.w) {
			if kit.Within(list, r) && strings.HasPrefix(r.AccessibilityLabel(), "Noé, Restauration") {
				r.Tapped(&fyne.PointEvent{})
			}
		}
		o.Drain()
		o.wantCalls(wire.BookingBook)
		if b := o.Calls[0].Args.(*wire.Book); b.Child != screentest.Noe || b.Day != screentest.Thursday {
			t.Errorf("booked %+v", b)
		}
		o.wantStrip("Jeudi 12 mars : réservation en attente pour Noé (Restauration scolaire), 3,20 €")
	}
}

// One's own weeks come first, and the other parent's bear their mark.
func TestTheWeekSaysWhoseItIs(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, screentest.Apart(), byWeek, true)
	o.turnWeek(1)
	kittest.Settle(o.w)
	for _, r := range o.rows {
		if marked := r.cells[1].Mark != ""; marked != (r.of.child == screentest.Lea) {
			t.Errorf("%s: %+v", r.child, r.cells[1])
		}
	}
	kittest.WantShown(t, o.w, "Chez l'autre parent")
	o.chooseMode(byList)
	o.fillDays()
	var order []string
	for _, r := range kittest.All[*kit.Row](o.w) {
		if kit.Within(o.listed.lists[1], r) {
			order = append(order, strings.SplitN(r.AccessibilityLabel(), ",", 2)[0])
		}
	}
	if len(order) < 2 || order[0] != "Noé" {
		t.Errorf("the other parent's week comes first: %v", order)
	}
}

func TestAClosureShowsInTheWeek(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, together(), byWeek, true)
	o.Get(screentest.Row(wire.TownFeed, wire.Closures, "c", bookings.Closure{ID: "c", Period: portal.Period{From: screentest.Friday, To: screentest.Friday}, Reason: "grève"}))
	o.cell(screentest.Noe, screentest.Canteen, screentest.Friday)
	o.wantCalls()
	o.wantLine("Noé, vendredi 13 mars, Restauration scolaire : fermé par la mairie : grève. Choisissez un autre jour.")
}

func TestAPriceIsExplainedOfTheCell(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, together(), byWeek, true)
	o.board.GoTo(2, 3)
	if all, at := o.priced(); at < 0 || all[at] != (subject{slot{screentest.Lea, evening}, screentest.Thursday}) {
		t.Errorf("explained: %v of %v", at, all)
	}
	kittest.Press(t, o.w, "Pourquoi ce prix ?")
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "Accueil du soir")
}

func TestTheFamilysShapesFit(t *testing.T) {
	for _, m := range []mode{byMonth, byWeek, byList} {
		t.Run(string(m), func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := together()
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				for _, key := range []string{"mode", "mode-large"} {
					if err := d.Keep(kept, key, m); err != nil {
						t.Fatal(err)
					}
				}
				if err := d.Keep(kept, keptFamily, true); err != nil {
					t.Fatal(err)
				}
				a := open(d.Context(w), d, screen.To(screen.Agenda))
				a.act(slot{screentest.Noe, screentest.Canteen}, screentest.Thursday)
				return a.root
			})
		})
	}
}

func TestTheWeekOfOneChildFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Apart()
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		if err := d.Keep(kept, "mode", byWeek); err != nil {
			t.Fatal(err)
		}
		if err := d.Keep(kept, "mode-large", byWeek); err != nil {
			t.Fatal(err)
		}
		a := open(d.Context(w), d, screen.To(screen.Agenda))
		a.turnWeek(1)
		return a.root
	})
}

// A child of others stands among one's own without a price, and says whose
// invitation it is.
func TestAChildOfOthersInTheFamilysWeek(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, entrusted("book"), byWeek, true)
	kittest.WantShown(t, o.w, "Tom, sur invitation de Camille Martin")
	o.cell(tom, screentest.Canteen, screentest.Thursday)
	o.wantCalls(wire.BookingBook)
	o.wantStrip("Jeudi 12 mars : réservation en attente pour Tom (Restauration scolaire)")
	o.board.GoTo(len(o.rows)-1, 3)
	if all, _ := o.priced(); slices.ContainsFunc(all, func(x subject) bool { return x.of.child == tom }) {
		t.Error("what another pays is explained")
	}
	o.chooseChild(tom)
	kittest.Settle(o.w)
	if got := plain(o.hint()); !strings.HasPrefix(got, "Camille Martin vous laisse réserver pour Tom, sur son compte.") {
		t.Errorf("of Tom alone it says %q", got)
	}
	o.noPrice()
}
