package staff

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
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func (w *week) reads(row int) string {
	var all []string
	for column := range schoolWeek + 1 {
		c := w.cell(row, column)
		all = append(all, strings.TrimSpace(c.Text+" "+c.Second))
	}
	return strings.Join(all, " | ")
}

func TestHeadCountsOfAWeekAreLive(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	win := kittest.Window(t, weekOf(d), wide)
	w := shown
	if got := w.reads(1); got != "Restauration scolaire | 62 sur 90 | 71 sur 90 | – | 90 complet | 68 sur 90" {
		t.Errorf("the canteen's week reads %q", got)
	}
	if got := []string{w.dayTitle(0), w.dayTitle(1)}; got[0] != "Aujourd'hui" || got[1] != "Mar. 10" {
		t.Errorf("the heads are %q", got)
	}
	d.Get(screentest.Counted(screentest.Canteen, screentest.Tuesday, 72, 90))
	kittest.Settle(win)
	if !kittest.Shows(win, "72") || kittest.Shows(win, "71") {
		t.Errorf("after a booking there is %q", kittest.Texts(win))
	}
	kittest.Press(t, win, "Semaine suivante")
	if got := w.reads(1); got != "Restauration scolaire | 0 | 0 | – | 0 | 0" || !kittest.Shows(win, "Semaine du 16") {
		t.Errorf("the week after reads %q", got)
	}
	w.site = screentest.Tilleul
	w.refresh()
	kittest.Settle(win)
	if !kittest.Shows(win, "École Les Tilleuls") {
		t.Errorf("of the other school: %q", kittest.Texts(win))
	}
}

// What is held in the holidays alone has no place in a week of school, and the
// other way round; what was counted stands whatever the calendar says.
func TestAWeekShowsWhatIsHeldInIt(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(screentest.Row(wire.TownFeed, wire.Activities, "loisirs", bookings.Activity{ID: "loisirs", Name: bookings.Names{"fr": "Accueil de loisirs des vacances"}, Kind: bookings.Holidays,
		Sites: []portal.ID{screentest.Ferry}, Weekdays: []time.Weekday{1, 2, 3, 4, 5}, Runs: bookings.HolidayDays}))
	kittest.Window(t, weekOf(d), wide)
	row := func(name string) string {
		for i := range shown.lines {
			if got := shown.reads(i); strings.HasPrefix(got, name) {
				return strings.TrimPrefix(got, name)
			}
		}
		return "no line"
	}
	if got := row("Accueil de loisirs des vacances"); got != " | – | – | – | – | –" {
		t.Errorf("in a week of school it reads %q", got)
	}
	d.Get(screentest.Counted("loisirs", screentest.Tuesday, 3, 40))
	if got := row("Accueil de loisirs des vacances"); got != " | – | 3 sur 40 | – | – | –" {
		t.Errorf("with what was counted it reads %q", got)
	}
	calendar, _ := d.View.Calendar()
	shown.monday = mondayOf(calendar.School[0].Period.From.Add(7))
	shown.refresh()
	if free, school := row("Accueil de loisirs des vacances"), row("Restauration scolaire"); !strings.HasPrefix(free, " | 0 | 0") || school != " | – | – | – | – | –" {
		t.Errorf("in the holidays they read %q and %q", free, school)
	}
}

var shown *week

func weekOf(d *screentest.Desk) fyne.CanvasObject {
	holder := test.NewWindow(nil)
	shown = openWeek(d.Context(holder), screen.To(screen.StaffDay))
	return shown.screen().Content
}

func TestLargeTextReadsTheWeekDayByDay(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	win := kittest.Window(t, weekOf(screentest.Staff()), kittest.Small)
	for _, part := range []string{"Lundi 9\u00a0mars", "Restauration scolaire", "62 sur 90"} {
		if !kittest.Shows(win, part) {
			t.Errorf("%q is not shown; there is %q", part, kittest.Texts(win))
		}
	}
}

func TestAnAgentWithoutASite(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), screentest.TownRows()...)
	win := kittest.Window(t, weekOf(d), wide)
	if !kittest.Shows(win, "pas encore arrivées") {
		t.Errorf("before anything came: %q", kittest.Texts(win))
	}
	d.Get(screentest.Row(wire.AccountFeed(screentest.Sylvie), wire.Accounts, screentest.Sylvie, wire.Account{ID: screentest.Sylvie}))
	kittest.Settle(win)
	if !kittest.Shows(win, "Aucun établissement") {
		t.Errorf("without a site: %q", kittest.Texts(win))
	}
}

// Whom the town has closed out and who does not come stand over the week.
func TestAWeekTellsWhoDoesNotCome(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	win := kittest.Window(t, weekOf(d), wide)
	d.Get(closedWeek()...)
	kittest.Settle(win)
	for _, part := range []string{"Grève, jeudi 12\u00a0mars : 84 repas de moins", "Absents aujourd'hui", "Restauration scolaire : Léa Martel"} {
		if !kittest.Shows(win, part) {
			t.Errorf("%q is not shown; there is %q", part, kittest.Texts(win))
		}
	}
	if got := shown.reads(1); !strings.HasPrefix(got, "Restauration scolaire | 62 un absent | 71 sur 90") {
		t.Errorf("the week reads %q", got)
	}
	kittest.Press(t, win, "Semaine suivante")
	if kittest.Shows(win, "Absents aujourd'hui") || kittest.Shows(win, "84 repas") {
		t.Errorf("the week after tells of this one: %q", kittest.Texts(win))
	}
}

// closedWeek is a strike on Thursday, and a child who does not come today.
func closedWeek() []wire.Change {
	shut := bookings.Closure{ID: "grève", Kind: bookings.Strike, Activities: []portal.ID{screentest.Canteen}, Period: portal.Period{From: screentest.Thursday, To: screentest.Thursday}, Reason: "Grève"}
	site := wire.SiteFeed(screentest.Ferry)
	return []wire.Change{screentest.Row(wire.TownFeed, wire.Closures, shut.ID, shut),
		screentest.Row(site, wire.ClosureDays, "k", wire.ClosureDay{Closure: shut.ID, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Thursday, Fewer: 84}),
		screentest.Row(site, wire.HeadCounts, screentest.Canteen+"/"+screentest.Ferry+"/"+portal.ID(screentest.Monday), wire.HeadCount{Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday, Count: 62, Capacity: 90, Absent: 1}),
		screentest.Row(site, wire.SiteAbsences, "b1", wire.SiteAbsence{Booking: "b1", Person: "Léa Martel", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday})}
}

// What stands over the week leaves it no slit: in large text it scrolls along.
func TestTheDaysScrollWithWhatStandsOverThem(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	d := screentest.Staff()
	d.Get(closedWeek()...)
	content := weekOf(d)
	kittest.Window(t, kittest.InWindow(content, true), kittest.Small)
	page := kit.PageOf(shown.days)
	if page == nil || page.Size().Height < content.Size().Height-1 {
		t.Errorf("the days have %v of %v", page.Size(), content.Size())
	}
	if shown.over.Visible() || shown.along.Object() == nil {
		t.Error("the head does not scroll along")
	}
}

func TestAWeekWithClosuresFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Staff()
		d.Get(closedWeek()...)
		return kittest.InWindow(kittest.Under(stand(t, d).put(weekOf(d)).w), true)
	})
}

func TestTheWeekTellsWhoWaits(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	site := wire.SiteFeed(screentest.Ferry)
	me, _ := d.View.Me()
	me.Sites = []portal.ID{screentest.Ferry}
	d.Get(screentest.Row(wire.AccountFeed(me.ID), wire.Accounts, me.ID, me),
		screentest.Row(site, wire.HeadCounts, screentest.Canteen+"/"+screentest.Ferry+"/"+portal.ID(screentest.Monday),
			wire.HeadCount{Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday, Count: 89, Capacity: 90, Offered: 1, Waiting: 3}))
	win := test.NewWindow(nil)
	t.Cleanup(win.Close)
	w := openWeek(d.Context(win), screen.To(screen.StaffDay))
	for row := range w.lines {
		if c := w.cell(row, 1); w.lines[row].activity.ID == screentest.Canteen && (c.Text != "89" || c.Second != "4 attendent") {
			t.Errorf("Monday is %+v", c)
		}
	}
}

// counts is the canteen's counts of the week, the first days final.
func counts(final int) (rows []wire.Change) {
	for i, n := range []int{62, 71, 90, 68} {
		day := screentest.Monday.Add([]int{0, 1, 3, 4}[i])
		for of, count := range map[portal.ID]int{screentest.Canteen: n, screentest.Morning: n / 3} {
			rows = append(rows, screentest.Row(wire.SiteFeed(screentest.Ferry), wire.HeadCounts, of+"/"+screentest.Ferry+"/"+portal.ID(day),
				wire.HeadCount{Activity: of, Site: screentest.Ferry, Day: day, Count: count, Capacity: 90, Final: i < final}))
		}
	}
	return rows
}

// A kitchen reads which counts are final and until when the next is not, in words and
// by a sign; a count is final when the server says so, not when its hour has come.
func TestAWeekTellsWhatIsFinal(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	win := kittest.Window(t, weekOf(d), wide)
	has := func(when, part string, locked string) {
		t.Helper()
		kittest.Settle(win)
		if !kittest.Shows(win, part) {
			t.Errorf("%s there is not %q but %q", when, part, kittest.Texts(win))
		}
		signs := ""
		for column := 1; column <= schoolWeek; column++ {
			signs += map[string]string{"lock": "x", "": "."}[shown.cell(1, column).Icon]
		}
		if signs != locked {
			t.Errorf("%s the signs are %q, not %q", when, signs, locked)
		}
	}
	d.Get(counts(1)...)
	has("at nine", "Accueil du matin et Restauration scolaire : effectif arrêté jusqu'à lundi ; mardi, provisoire aujourd'hui jusqu'à 10:02", "x....")
	d.Now = screentest.Monday.At(10, 1)
	d.Tick()
	d.Drain()
	has("after the limit", "mardi, provisoire aujourd'hui jusqu'à 10:02", "x....")
	d.Now = screentest.Monday.At(10, 3)
	d.Tick()
	d.Drain()
	has("before the server has said so", "mardi, provisoire", "x....")
	if kittest.Shows(win, "10:02") {
		t.Errorf("an hour that has gone by is told: %q", kittest.Texts(win))
	}
	d.Get(counts(2)...)
	has("then", "effectif arrêté jusqu'à mardi ; jeudi, provisoire jusqu'à mercredi à 10:02", "xx...")
	d.Get(counts(4)...)
	has("in the end", "effectif arrêté pour toute la semaine", "xx.xx")
	kittest.Press(t, win, "Semaine suivante")
	has("the week after", "lundi, provisoire jusqu'à vendredi à 10:02", ".....")
	i18n.SetLanguage(i18n.English)
	defer i18n.SetLanguage(i18n.French)
	shown.refresh()
	has("in English", "Monday, provisional until Friday at 10:02", ".....")
}

func TestDayByDayEachCountSaysWhetherItIsFinal(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	d := screentest.Staff()
	d.Get(counts(1)...)
	win := kittest.Window(t, weekOf(d), kittest.Small)
	for _, part := range []string{"62 sur 90 · arrêté", "71 sur 90 · provisoire aujourd'hui jusqu'à 10:02"} {
		if !kittest.Shows(win, part) {
			t.Errorf("%q is not shown; there is %q", part, kittest.Texts(win))
		}
	}
}

func TestAWeekHalfFinalFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := screentest.Staff()
		d.Get(counts(2)...)
		return kittest.InWindow(kittest.Under(stand(t, d).put(weekOf(d)).w), true)
	})
}
