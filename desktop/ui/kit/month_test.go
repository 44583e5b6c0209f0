package kit_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

func monthGrid(t *testing.T) (*kit.MonthGrid, fyne.Window, *time.Time, *[]kit.Day) {
	kittest.Light(t)
	g := kit.NewMonthGrid()
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	g.Now = func() time.Time { return now }
	pressed := &[]kit.Day{}
	g.OnSelect = func(d kit.Day) { *pressed = append(*pressed, d) }
	g.SetMonth(march, sampleDays())
	w := kittest.Window(t, g, fyne.NewSize(760, 420))
	return g, w, &now, pressed
}

func TestMonthWeeksStartOnMonday(t *testing.T) {
	_, w, _, _ := monthGrid(t)
	texts := kittest.Texts(w)
	if strings.Join(texts[:7], " ") != "lun. mar. mer. jeu. ven. sam. dim." {
		t.Errorf("heads: %v", texts[:7])
	}
	// March 2026 begins on a Sunday: six days of February stand before it.
	if texts[7] != "23" {
		t.Errorf("the first cell is %q", texts[7])
	}
}

func TestMonthHitTest(t *testing.T) {
	g, _, _, pressed := monthGrid(t)
	for day := 1; day <= 31; day++ {
		test.TapAt(g, g.CellCentre(on(day)))
	}
	if len(*pressed) != 31 {
		t.Fatalf("%d of 31 days were pressed", len(*pressed))
	}
	for i, d := range *pressed {
		if d.Date.Day() != i+1 {
			t.Errorf("press %d is on %v", i+1, d.Date)
		}
	}
	test.TapAt(g, fyne.NewPos(2, 60)) // 23 February
	test.TapAt(g, fyne.NewPos(-5, 60))
	test.TapAt(g, fyne.NewPos(20, 2))
	if len(*pressed) != 31 {
		t.Error("a cell outside the month was pressed")
	}
}

func TestASecondClickWithinHalfASecondIsIgnored(t *testing.T) {
	g, _, now, pressed := monthGrid(t)
	p := g.CellCentre(on(13))
	test.TapAt(g, p)
	*now = now.Add(499 * time.Millisecond)
	test.TapAt(g, p)
	if len(*pressed) != 1 {
		t.Fatalf("%d presses", len(*pressed))
	}
	test.TapAt(g, g.CellCentre(on(12)))
	if len(*pressed) != 2 {
		t.Fatal("another day was not pressed")
	}
	*now = now.Add(500 * time.Millisecond)
	test.TapAt(g, g.CellCentre(on(12)))
	if len(*pressed) != 3 {
		t.Fatal("after half a second the day is not pressed again")
	}
}

func TestMonthByKeyboard(t *testing.T) {
	g, w, _, pressed := monthGrid(t)
	w.Canvas().Focus(g)
	if g.At().Date.Day() != 9 {
		t.Fatalf("the keyboard begins on %v, not on today", g.At().Date)
	}
	var months []time.Time
	g.OnMonth = func(first time.Time) {
		months = append(months, first)
		g.SetMonth(first, nil)
	}
	step := func(want string, keys ...fyne.KeyName) {
		t.Helper()
		kittest.Key(w, keys...)
		if got := g.At().Date.Format("2006-01-02"); got != want {
			t.Errorf("after %v on %s, want %s", keys, got, want)
		}
	}
	step("2026-03-10", fyne.KeyRight)
	step("2026-03-17", fyne.KeyDown)
	step("2026-03-16", fyne.KeyLeft)
	step("2026-03-09", fyne.KeyUp)
	step("2026-03-31", fyne.KeyEnd)
	step("2026-03-01", fyne.KeyHome)
	step("2026-02-28", fyne.KeyLeft)
	step("2026-03-28", fyne.KeyPageDown)
	step("2026-03-31", fyne.KeyEnd)
	step("2026-02-28", fyne.KeyPageUp)
	if len(months) != 3 || months[0].Month() != time.February {
		t.Errorf("months shown: %v", months)
	}
	kittest.Key(w, fyne.KeyReturn)
	if len(*pressed) != 1 || (*pressed)[0].Date.Day() != 28 {
		t.Errorf("Enter pressed %v", *pressed)
	}
	if !ringShown(g) {
		t.Error("the cell has no ring")
	}
}

func TestMonthStaysWhereNobodyTurnsThePage(t *testing.T) {
	g, w, _, _ := monthGrid(t)
	w.Canvas().Focus(g)
	kittest.Key(w, fyne.KeyPageDown)
	if g.At().Date.Month() != time.March {
		t.Errorf("the keyboard is on %v", g.At().Date)
	}
}

// cellFill is the fill drawn at a date.
func cellFill(g *kit.MonthGrid, day int) *canvas.Rectangle {
	centre := g.CellCentre(on(day))
	for _, o := range test.WidgetRenderer(g).Objects() {
		r, ok := o.(*canvas.Rectangle)
		if !ok || !r.Visible() {
			continue
		}
		p, s := r.Position(), r.Size()
		if centre.X > p.X && centre.X < p.X+s.Width && centre.Y > p.Y && centre.Y < p.Y+s.Height && s.Width < 200 {
			return r
		}
	}
	return nil
}

func hatched(g *kit.MonthGrid, day int) bool {
	centre := g.CellCentre(on(day))
	for _, o := range test.WidgetRenderer(g).Objects() {
		r, ok := o.(*canvas.Raster)
		if ok && r.Visible() && centre.X > r.Position().X && centre.X < r.Position().X+r.Size().Width && centre.Y > r.Position().Y && centre.Y < r.Position().Y+r.Size().Height {
			return true
		}
	}
	return false
}

// signAt is the name of the icon drawn in a date's cell.
func signAt(g *kit.MonthGrid, day int) string {
	centre := g.CellCentre(on(day))
	for _, o := range test.WidgetRenderer(g).Objects() {
		i, ok := o.(*canvas.Image)
		if ok && i.Visible() && i.Position().Y < centre.Y && i.Position().Y > centre.Y-40 && i.Position().X > centre.X && i.Position().X < centre.X+60 {
			return i.Resource.Name()
		}
	}
	return ""
}

func TestColoursAlwaysComeWithASignAndAWord(t *testing.T) {
	g, w, _, _ := monthGrid(t)
	for day, want := range map[int]fyne.ThemeColorName{9: look.TodayFill, 10: look.BookedFill, 12: look.PendingFill, 13: look.BookableFill, 14: look.NotDayFill, 20: look.NotDayFill} {
		if got := cellFill(g, day); got == nil || got.FillColor != look.Color(want) {
			t.Errorf("day %d is not %s", day, want)
		}
	}
	if !hatched(g, 12) || hatched(g, 10) || hatched(g, 13) {
		t.Error("only the pending day is hatched")
	}
	// Today stays yellow and carries the booked sign.
	if !strings.HasPrefix(signAt(g, 9), "check-circle") || !strings.HasPrefix(signAt(g, 10), "check-circle") ||
		!strings.HasPrefix(signAt(g, 13), "plus-circle") || !strings.HasPrefix(signAt(g, 14), "minus") {
		t.Errorf("signs: %s %s %s %s", signAt(g, 9), signAt(g, 10), signAt(g, 13), signAt(g, 14))
	}
	for _, word := range []string{"Réservable", "Réservé", "Pas confirmé", "Aujourd'hui", "Pas réservable"} {
		if !kittest.Shows(w, word) {
			t.Errorf("%q is not said", word)
		}
	}
	// The green day has its border: its fill alone is hardly told from grey.
	if r := cellFill(g, 13); r.StrokeColor != look.Color(look.BookableBorder) || r.StrokeWidth != 2 {
		t.Error("the green day has no border")
	}
	if got := g.CellLabel(on(13)); got != "Vendredi 13\u00a0mars, Réservable. Cantine Jules-Ferry, 3,20 €." {
		t.Errorf("label %q", got)
	}
}

func TestTheLineTellsTheReason(t *testing.T) {
	g, w, _, _ := monthGrid(t)
	line := kit.NewDayLine(func() string { return "Choisissez un jour." })
	g.OnShow = line.Tell
	if line.Text() != "Choisissez un jour." {
		t.Errorf("at first %q", line.Text())
	}
	g.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: g.CellCentre(on(14))}})
	if line.Text() != "Samedi 14\u00a0mars\u00a0: La cantine est fermée le week-end." {
		t.Errorf("over a grey day %q", line.Text())
	}
	w.Canvas().Focus(g)
	g.MouseOut()
	if !strings.HasPrefix(line.Text(), "Samedi 14\u00a0mars") {
		t.Errorf("on the way to what stands beside the line it tells %q", line.Text())
	}
	kittest.Key(w, fyne.KeyRight)
	if !strings.HasPrefix(line.Text(), "Mardi 10\u00a0mars") {
		t.Errorf("by the keyboard %q", line.Text())
	}
	// A page that is turned has the hint again, and so has a grid that the focus has
	// only arrived on.
	g.OnMonth = func(first time.Time) { g.SetMonth(first, nil) }
	g.Next()
	g.FocusLost()
	g.FocusGained()
	if line.Text() != "Choisissez un jour." {
		t.Errorf("before a day is chosen %q", line.Text())
	}
}

func TestSetDayChangesOneDay(t *testing.T) {
	g, _, _, _ := monthGrid(t)
	g.SetDay(kit.Day{Date: on(13), Kind: kit.DayBooked, Pending: true})
	if cellFill(g, 13).FillColor != look.Color(look.PendingFill) || cellFill(g, 10).FillColor != look.Color(look.BookedFill) {
		t.Error("the day did not change, or another did")
	}
}

func TestTheMonthBarTurnsThePage(t *testing.T) {
	kittest.Light(t)
	g := kit.NewMonthGrid()
	g.OnMonth = func(first time.Time) { g.SetMonth(first, nil) }
	bar := kit.NewMonthBar(g, func() {})
	g.SetMonth(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), nil)
	w := kittest.Window(t, kit.Column(look.S, bar, g), fyne.NewSize(800, 500))
	kittest.Press(t, w, "Mois précédent")
	bar.Refresh()
	if bar.Title() != "Décembre 2025" || !kittest.Shows(w, "Décembre 2025") {
		t.Errorf("the bar says %q", bar.Title())
	}
	kittest.Press(t, w, "Mois suivant")
	kittest.Press(t, w, "Mois suivant")
	if bar.Title() != "Février 2026" {
		t.Errorf("the bar says %q", bar.Title())
	}
	i18n.SetLanguage(i18n.English)
	if bar.Title() != "February 2026" {
		t.Errorf("in English %q", bar.Title())
	}
}

func TestDayListIsTheSameDaysInWords(t *testing.T) {
	kittest.Light(t)
	l := kit.NewDayList()
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	l.Now = func() time.Time { return now }
	var pressed []int
	l.OnSelect = func(d kit.Day) { pressed = append(pressed, d.Date.Day()) }
	l.SetDays(sampleDays())
	w := kittest.Window(t, kit.NewPage(l), fyne.NewSize(800, 600))
	for _, s := range []string{"Vendredi 13\u00a0mars", "Réservable", "La cantine est fermée le week-end."} {
		if !kittest.Shows(w, s) {
			t.Errorf("%q is not shown", s)
		}
	}
	kittest.Key(w, fyne.KeyTab, fyne.KeyTab, fyne.KeyReturn, fyne.KeyReturn)
	if len(pressed) != 1 || pressed[0] != 10 {
		t.Errorf("pressed %v", pressed)
	}
	focused := w.Canvas().Focused()
	days := sampleDays()
	days[1].Kind = kit.DayBookable
	l.SetDays(days)
	kittest.Settle(w)
	kept := false
	for _, r := range kittest.All[*kit.Row](w) {
		kept = kept || fyne.Focusable(r) == focused
	}
	if w.Canvas().Focused() != focused || !kept {
		t.Error("the focus is lost when a day changes")
	}
}

// A turn of the page must not be felt.
func BenchmarkMonthTurn(b *testing.B) {
	kittest.Light(b)
	g := kit.NewMonthGrid()
	days := sampleDays()
	g.SetMonth(march, days)
	kittest.Window(b, g, fyne.NewSize(760, 420))
	for b.Loop() {
		g.SetMonth(march.AddDate(0, 1, 0), nil)
		g.SetMonth(march, days)
	}
}

// What stands below the line of a calendar does not move when a day is told in fewer
// lines than the hint.
func TestASteadyLineKeepsItsRoom(t *testing.T) {
	kittest.Light(t)
	line := kit.NewDayLine(func() string {
		return "Choisissez les jours : une deuxième fois pour ne plus le choisir. Au clavier : les flèches, puis Entrée."
	}).Steady()
	const width = 320
	hint := line.HeightFor(width)
	line.Say("Mardi 23 février : choisi.")
	if told := line.HeightFor(width); told != hint {
		t.Errorf("it is %v high with its hint, and %v with a day", hint, told)
	}
}
