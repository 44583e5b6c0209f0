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
	"parvis/desktop/ui/task"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// large is the screen in large text, in what the frame of the smallest window
// leaves.
func large(t *testing.T, lang string, m mode) (*agenda, fyne.Window, func()) {
	kittest.App(t, look.Light, 2, false, lang)
	d := screentest.Family()
	if err := d.Keep(kept, keptMode(), m); err != nil {
		t.Fatal(err)
	}
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	runner, queue := task.NewQueued(func(err error) { t.Error(err) })
	c := d.Context(w)
	c.Scope = runner.Scope()
	a := open(c, d, screen.To(screen.Agenda))
	w.SetContent(a.screen().Content)
	w.Resize(fyne.NewSize(1024, 422))
	settle := func() {
		queue.Settle(runner)
		kittest.Settle(w)
	}
	settle()
	return a, w, settle
}

// In large text the week of the day pressed stays in sight above the strip, which
// says what the line would say again.
func TestAWeekStaysInSightAboveTheStrip(t *testing.T) {
	for _, lang := range i18n.Languages() {
		a, _, settle := large(t, lang, byMonth)
		if a.is != shapeGrid {
			t.Fatalf("the screen is a %s", a.is)
		}
		for _, day := range []portal.Date{screentest.Thursday, "2026-03-31"} {
			test.TapAt(a.grid, a.grid.CellCentre(at(day)))
			settle()
			if a.strip.Text() == "" || a.line.Visible() {
				t.Errorf("%s: the strip says %q, the line is seen: %v", lang, a.strip.Text(), a.line.Visible())
			}
			abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
			middle, page := abs(a.grid).Y+a.grid.CellCentre(at(day)).Y, kit.PageOf(a.grid)
			half := look.Px(look.CellHeight) / 2
			if top, bottom := abs(page).Y, abs(page).Y+page.Size().Height; middle-half < top || middle+half > bottom {
				t.Errorf("%s: the week of %s is around %v, seen is from %v to %v", lang, day, middle, top, bottom)
			}
		}
		// Of another day the line has something to say.
		a.grid.GoTo(at("2026-03-20"))
		a.grid.FocusGained()
		settle()
		if !a.line.Visible() || !strings.Contains(a.line.Text(), "20") {
			t.Errorf("%s: of the 20th it says %q", lang, a.line.Text())
		}
	}
}

// What leads on from a day stays beside the strip in a wide window.
func TestWhatLeadsOnStaysBesideTheStrip(t *testing.T) {
	kittest.Light(t)
	o := family(t)
	o.click(screentest.Thursday)
	if o.price.Visible() && inFoot(o, o.price) {
		t.Error("at 1024 it takes the room of the strip")
	}
	o.w.Resize(fyne.NewSize(1600, 900))
	kittest.Settle(o.w)
	if o.strip.Text() == "" || !inFoot(o, o.price) {
		t.Error("at 1600 it gives way to the strip")
	}
}

func inFoot(o *opened, b fyne.CanvasObject) bool {
	return slices.Contains(kittest.Texts(o.w), "Pourquoi ce prix ?") && kit.Within(o.foot, b)
}

// A list leaves out the days on which the activity does not run, and says what a
// press does.
func TestAListHoldsTheDaysOfTheActivity(t *testing.T) {
	kittest.Light(t)
	o := shaped(t, screentest.Family(), byList, false)
	o.w.Resize(fyne.NewSize(816, 8000))
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "Choisissez un jour pour le réserver ou l'annuler.", "Jeudi 12 mars")
	if texts := plain(strings.Join(kittest.Texts(o.w), "\n")); strings.Contains(texts, "Mercredi 11 mars") || strings.Contains(texts, "Samedi 14 mars") {
		t.Errorf("the list is %q", texts)
	}
	// Where there is no other day, they say why.
	o.turn(at("2026-08-01"))
	o.w.Resize(fyne.NewSize(816, 8001))
	kittest.Settle(o.w)
	if o.coming.First() == nil {
		t.Error("August is empty")
	}
}

// A week of the family and its list are one screen in large text: one is offered.
func TestTheSameScreenIsOfferedOnce(t *testing.T) {
	kittest.App(t, look.Light, 2, false, i18n.French)
	o := shaped(t, together(), byWeek, true)
	if got := o.modes().Text(); got != "Liste" {
		t.Errorf("the choice says %q", got)
	}
	o = shaped(t, together(), byWeek, false)
	if got := o.modes().Text(); got != "Semaine" {
		t.Errorf("of one child it says %q", got)
	}
}

// A row that was pressed in large text stays in sight above the strip.
func TestARowStaysInSightAboveTheStrip(t *testing.T) {
	for _, lang := range i18n.Languages() {
		a, w, settle := large(t, lang, byList)
		var row *kit.Row
		for _, r := range kittest.All[*kit.Row](w) {
			if strings.Contains(r.AccessibilityLabel(), "12") && kit.Within(a.coming, r) {
				row = r
			}
		}
		a.page.Reveal(row)
		settle()
		row.Tapped(&fyne.PointEvent{})
		settle()
		abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
		if top, bottom, page := abs(row).Y, abs(row).Y+row.Size().Height, abs(a.page).Y; a.strip.Text() == "" || top < page || bottom > page+a.page.Size().Height {
			t.Errorf("%s: the row is from %v to %v, seen from %v to %v: %q", lang, top, bottom, page, page+a.page.Size().Height, a.strip.Text())
		}
	}
}

// At 1024 × 600 nothing scrolls above the foot, whatever it tells, and it is as tall
// for one day as for another: the days stay where they are.
func TestTheDaysStayWhereTheyAre(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 816, Height: 483}, {Width: 1072, Height: 683}} {
		for _, family := range []bool{false, true} {
			kittest.Light(t)
			d := together()
			d.Get(tariff(func(*ledger.Tariff) {}), claire(with450))
			o := shaped(t, d, byMonth, family)
			o.w.Resize(size)
			kittest.Settle(o.w)
			foot, cell := o.foot.Size().Height, o.grid.CellCentre(at(free))
			check := func(when string) {
				t.Helper()
				kittest.Settle(o.w)
				if page := kit.PageOf(o.grid); page.HeightFor(page.Size().Width) > page.Size().Height {
					t.Errorf("%v, %s: the days need %v and have %v", size, when, page.HeightFor(page.Size().Width), page.Size().Height)
				}
				if now := o.foot.Size().Height; now != foot || o.grid.CellCentre(at(free)) != cell {
					t.Errorf("%v, %s: the foot is %v tall, and was %v", size, when, now, foot)
				}
			}
			check("on arrival")
			o.w.Canvas().Focus(o.grid)
			if check("with the focus"); o.told != (subject{}) {
				t.Errorf("before a day is chosen it tells of %v", o.told)
			}
			if family && !o.key.Visible() {
				t.Error("on arrival it does not say what the signs mean")
			}
			for _, day := range []portal.Date{free, "2026-03-11", screentest.Friday} {
				o.point(day)
				check(string(day))
				if !family && inFoot(o, o.price) && o.line.Position().X+o.line.Size().Width+look.Px(look.M) > wayX(o)+1 {
					t.Errorf("%v, %s: the line ends at %v, what leads on begins at %v", size, day, o.line.Position().X+o.line.Size().Width, wayX(o))
				}
			}
			if !family {
				o.click(screentest.Friday)
				check("beside the strip")
			}
		}
	}
}

// wayX is where the way to a price begins in the foot.
func wayX(o *opened) float32 {
	abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
	return abs(o.price).X - abs(o.foot).X
}

// Two children with two activities each are told in a cell of the smallest window.
func TestTheSignsOfTwoChildrenFitIntoADay(t *testing.T) {
	kittest.Light(t)
	d := together()
	d.Get(screentest.Row(screentest.Mine, wire.Enrolments, "e-noe-evening", bookings.Enrolment{ID: "e-noe-evening", Child: screentest.Noe, Activity: evening, Site: screentest.Ferry, Year: "2025-2026",
		Period: portal.SchoolYear("2025-2026").Period()}))
	for _, child := range []portal.ID{screentest.Lea, screentest.Noe} {
		for _, activity := range []portal.ID{screentest.Canteen, evening} {
			id := child + activity
			d.Get(screentest.Row(screentest.Mine, wire.Bookings, id, wire.Booking{ID: id, Child: child, Activity: activity, Site: screentest.Ferry, Day: free, Payer: screentest.Claire, Price: 320}))
		}
	}
	o := shaped(t, d, byMonth, true)
	if signs := o.shown[free].Crowd; signs[5] == (kit.DaySign{}) || signs[6] != (kit.DaySign{}) {
		t.Fatalf("the day has the signs %v", signs)
	}
	if texts := kittest.Texts(o.w); slices.Contains(texts, "…") || !slices.Contains(texts, "N") {
		t.Errorf("what has no room is three dots: %q", texts)
	}
}
