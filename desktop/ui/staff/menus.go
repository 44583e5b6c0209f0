package staff

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/agenda"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Menus builds the canteen's week, where agents write what is served; its route
// may name a site and a day of the week, and a day that is written (edit).
func Menus(c *screen.Context, r screen.Route) screen.Screen {
	return openMenus(c, c.Session, r).screen()
}

type menuWeek struct {
	c      *screen.Context
	s      desk
	site   portal.ID // "": all that have no menu of their own
	monday portal.Date
	edit   portal.Date

	strip  *kit.Strip
	body   *kit.Swap
	page   *kit.Page
	dishes []dishFields
	list   *fyne.Container
}

// menuKept is what the week finds again when it is built anew: where one was, and
// what was last written, which one may take back.
type menuKept struct {
	site   portal.ID
	monday portal.Date
}

// writtenMenu is under what kind the last menu that was replaced is kept, so that it can
// be taken back from the week.
const writtenMenu = "menu"

func sm(key string, pairs ...any) string { return i18n.Say("staff.menus."+key, pairs...) }

func openMenus(c *screen.Context, s desk, r screen.Route) *menuWeek {
	w := &menuWeek{c: c, s: s, site: portal.ID(r.Arg("site")), strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	day, err := portal.ParseDate(r.Arg("day"))
	if err != nil {
		day = w.current()
	}
	w.monday = view.Monday(day)
	if edit, err := portal.ParseDate(r.Arg("edit")); err == nil {
		w.edit = edit
		back := kit.Back(sm("title"), w.toWeek)
		w.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, back, kit.Title(sm("day", "Day", i18n.DayDate(outcome.Day(edit)))), kit.Muted(w.siteName())), w.strip, w.body))
		w.write()
		return w
	}
	if before, again := c.Kept.(menuKept); again {
		w.site, w.monday = before.site, before.monday
	}
	w.page = kit.NewPage(kit.Column(look.L, kit.Column(look.XS, kit.Title(sm("title")), kit.Muted(sm("lead"))), outcome.Cards(c, s), w.strip, w.body))
	w.refresh()
	c.On(w.refresh, view.Topic{Collection: wire.Menus}, view.Topic{Collection: wire.Sites}, view.Topic{Collection: wire.Activities}, view.Topic{Collection: wire.Calendars}, view.Topic{Collection: wire.Closures}, view.Topic{Collection: view.ClockTopic})
	if r.Arg("saved") != "" {
		w.offerUndo()
	}
	return w
}

// current is a day of the week to write: this one, or from Saturday on, when nobody
// eats any more, the next.
func (w *menuWeek) current() portal.Date {
	today := w.c.View.Today()
	if d := today.Weekday(); d == time.Saturday || d == time.Sunday {
		return today.Add(2)
	}
	return today
}

func (w *menuWeek) screen() screen.Screen {
	return screen.Screen{Content: w.page, Title: sm("title"), Rail: screen.Menus}
}

func (w *menuWeek) toWeek() {
	w.c.Up(screen.To(screen.Menus, "site", string(w.site), "day", string(w.edit)))
}

// canteens is the sites at which one eats.
func (w *menuWeek) canteens() (out []bookings.Site) {
	for _, s := range w.c.View.Sites() {
		if slices.ContainsFunc(w.c.View.Activities(), func(a bookings.Activity) bool { return a.Kind == bookings.Canteen && a.At(s.ID) }) {
			out = append(out, s)
		}
	}
	return out
}

func (w *menuWeek) siteName() string {
	for _, s := range w.c.View.Sites() {
		if s.ID == w.site {
			return s.Name
		}
	}
	return sm("all")
}

// serves reports whether a canteen runs on a day at all, and why it does not.
func (w *menuWeek) serves(day portal.Date) (bool, string) {
	cal, _ := w.c.View.Calendar()
	var why *portal.Error
	for _, a := range w.c.View.Activities() {
		if a.Kind != bookings.Canteen {
			continue
		}
		for _, site := range a.Sites {
			if w.site != "" && site != w.site {
				continue
			}
			e := bookings.Situation{Day: day, Activity: a, Calendar: cal, Closures: w.c.View.Closures(), Enrolment: &bookings.Enrolment{Activity: a.ID, Site: site, Period: portal.Period{From: day, To: day}}}.Open()
			if e == nil {
				return true, ""
			}
			why = e
		}
	}
	if why == nil {
		return false, ""
	}
	return false, closedWord(why)
}

// closedWord is why a canteen does not run, for who writes its menus: what a family
// reads goes on with what a family may do.
func closedWord(why *portal.Error) string {
	switch why.Code {
	case bookings.PublicHoliday:
		return sm("shut.holiday", "Name", why.Args["name_"+i18n.Language()])
	case bookings.Closed:
		return sm("shut.closed", "Reason", why.Args["reason"])
	case bookings.SchoolHoliday:
		return sm("shut.school")
	}
	return sm("shut.day")
}

func (w *menuWeek) refresh() {
	w.c.Kept = menuKept{w.site, w.monday}
	sites := w.canteens()
	switch _, known := w.c.View.Me(); {
	case !known:
		w.body.Set(kit.EmptyState(kit.NotReceived, "", "", "", nil))
		return
	case len(sites) == 0:
		w.body.Set(kit.EmptyState(kit.NothingYet, "cooking-pot", sm("none"), "", nil))
		return
	}
	choose := kit.NewMenuButton("buildings", w.siteName(), func() []kit.MenuItem {
		items := []kit.MenuItem{{Label: sm("all"), Checked: w.site == "", Do: func() { w.turn("", w.monday) }}}
		for _, s := range w.canteens() {
			items = append(items, kit.MenuItem{Label: s.Name, Checked: s.ID == w.site, Do: func() { w.turn(s.ID, w.monday) }})
		}
		return items
	}).Edged()
	parts := []fyne.CanvasObject{kit.Line(look.S, choose,
		kit.NewIconButton("caret-left", i18n.T("staff.day.previous", nil), func() { w.turn(w.site, w.monday.Add(-7)) }),
		kit.NewIconButton("caret-right", i18n.T("staff.day.next", nil), func() { w.turn(w.site, w.monday.Add(7)) }),
		kit.Grow(kit.Section(i18n.T("staff.day.week", map[string]any{"Day": i18n.Date(outcome.Day(w.monday))})), 200))}
	if now := view.Monday(w.current()); now != w.monday {
		label := "staff.day.this"
		if now != view.Monday(w.c.View.Today()) {
			label = "staff.menus.coming"
		}
		parts = append(parts, kit.Line(0, kit.Plain(i18n.T(label, nil), func() { w.turn(w.site, now) })))
	}
	for i := range 7 {
		day := w.monday.Add(i)
		serves, why := w.serves(day)
		m, told, pending := w.c.View.MenuOf(w.site, day)
		if !serves && !told {
			if i < schoolWeek {
				parts = append(parts, kit.Card(kit.Column(look.XS, kit.Strong(outcome.DayName(day)), kit.Muted(why))))
			}
			continue
		}
		parts = append(parts, w.dayCard(day, m, told, pending))
	}
	w.body.Set(kit.Column(look.M, parts...))
	w.page.Refresh()
}

func (w *menuWeek) turn(site portal.ID, monday portal.Date) {
	w.site, w.monday = site, monday
	w.strip.Clear()
	w.refresh()
}

func (w *menuWeek) dayCard(day portal.Date, m meals.Menu, told, pending bool) fyne.CanvasObject {
	action := sm("change")
	if !told {
		action = sm("write")
	}
	head := []fyne.CanvasObject{kit.Grow(kit.Strong(outcome.DayName(day)), 160)}
	if pending {
		head = append(head, kit.NewChip(look.TonePending, "", sm("pending")))
	}
	if day >= w.c.View.Today() {
		head = append(head, kit.Secondary(action, func() {
			w.c.Go(screen.To(screen.Menus, "site", string(w.site), "edit", string(day)))
		}).Icon("pencil-simple"))
	}
	parts := []fyne.CanvasObject{kit.Line(look.S, head...)}
	if told {
		parts = append(parts, agenda.MenuLines(m)...)
	} else if common, is, _ := w.c.View.MenuOf("", day); is && w.site != "" {
		parts = append(parts, kit.Muted(sm("common")))
		parts = append(parts, agenda.MenuLines(common)...)
	} else {
		parts = append(parts, kit.Muted(sm("unwritten")))
	}
	return kit.Card(kit.Column(look.S, parts...))
}

// dishFields is a dish as it is written.
type dishFields struct {
	was             meals.Dish
	course, of      *kit.Field
	name            *kit.Field
	allergens, mark *kit.Field
	card            fyne.CanvasObject
}

// usualDishes is what a day without a menu begins with.
var usualDishes = []meals.Course{"starter", "main", "side", "cheese", "dessert"}

// write builds the form of a day: what is served now, or the usual courses.
func (w *menuWeek) write() {
	m, told, _ := w.c.View.MenuOf(w.site, w.edit)
	w.list = kit.Column(look.M)
	for _, d := range m.Dishes {
		w.add(d)
	}
	if !told {
		for _, course := range usualDishes {
			w.add(meals.Dish{Course: course})
		}
	}
	besides := []fyne.CanvasObject{kit.Plain(i18n.T("kit.cancel", nil), w.toWeek)}
	if told {
		besides = append(besides, kit.Plain(sm("remove"), func() { w.save(meals.Menu{Day: w.edit, Site: w.site}) }).Icon("trash"))
	}
	save := kit.Primary(sm("save"), w.judge).Icon("check")
	w.body.Set(kit.Column(look.L, kit.Muted(sm("hint")), w.list,
		kit.Line(look.S, kit.Secondary(sm("add"), func() {
			w.add(meals.Dish{Course: "main"})
			w.page.Refresh()
		}).Icon("plus")), kit.Line(look.S, append([]fyne.CanvasObject{save}, besides...)...)))
}

func options(keys []string, prefix string) (out []kit.Option) {
	for _, k := range keys {
		out = append(out, kit.Option{Value: k, Label: i18n.Capital(i18n.T(prefix+k, nil))})
	}
	return out
}

// add adds a dish to the form.
func (w *menuWeek) add(d meals.Dish) {
	n := strconv.Itoa(len(w.dishes))
	var courses, allergens []string
	for _, c := range meals.Courses {
		courses = append(courses, string(c))
	}
	for _, a := range meals.Allergens {
		allergens = append(allergens, string(a))
	}
	f := dishFields{was: d}
	f.course = kit.SelectField(sm("course"), options(courses, "meals.course.")...).Named("course-" + n)
	f.course.SetValue(string(d.Course))
	f.name = kit.TextField(sm("dish")).Named("dish-" + n).MayBeEmpty().Most(120)
	f.name.SetValue(d.Name["fr"])
	f.of = kit.SelectField(sm("for"), append([]kit.Option{{Value: "all", Label: sm("forAll")}}, options(meals.Diets, "meals.for.")...)...).Named("for-" + n)
	f.of.SetValue("all")
	if d.For != "" {
		f.of.SetValue(d.For)
	}
	ticked := make([]string, len(d.Allergens))
	for i, a := range d.Allergens {
		ticked[i] = string(a)
	}
	f.allergens = kit.TicksField(sm("allergens"), options(allergens, "meals.allergen.")...).Named("allergens-" + n).MayBeEmpty()
	f.allergens.SetValue(strings.Join(ticked, " "))
	f.mark = kit.TicksField(sm("marks"), options(meals.Marks, "meals.mark.")...).Named("marks-" + n).MayBeEmpty()
	f.mark.SetValue(strings.Join(d.Marks, " "))
	fold := kit.NewFold("", kit.Column(look.M, f.allergens, f.of, f.mark))
	tell := func(string) {
		var names []string
		for _, a := range strings.Fields(f.allergens.Value()) {
			names = append(names, i18n.T("meals.allergen."+a, nil))
		}
		title := sm("nothingDeclared")
		if len(names) > 0 {
			title = sm("declared", "List", strings.Join(names, ", "))
		}
		fold.SetTitle(title)
	}
	tell("")
	f.allergens.OnChanged(tell)
	fold.OnOpen(func(bool) { w.page.Refresh() })
	f.card = kit.Card(kit.Column(look.S, kit.Columns(260, look.M, 2, f.course, f.name), fold))
	w.dishes = append(w.dishes, f)
	w.list.Add(f.card)
}

// judge takes what is written; a dish without a name is none.
func (w *menuWeek) judge() {
	m := meals.Menu{Day: w.edit, Site: w.site}
	for _, f := range w.dishes {
		name := strings.TrimSpace(f.name.Value())
		if name == "" {
			continue
		}
		d := meals.Dish{Course: meals.Course(f.course.Value()), Name: bookings.Names{"fr": name}, Marks: strings.Fields(f.mark.Value())}
		if f.was.Name["fr"] == name && f.was.Name["en"] != "" {
			d.Name["en"] = f.was.Name["en"] // what the town's file also said in English
		}
		if v := f.of.Value(); v != "all" {
			d.For = v
		}
		for _, a := range strings.Fields(f.allergens.Value()) {
			d.Allergens = append(d.Allergens, meals.Allergen(a))
		}
		m.Dishes = append(m.Dishes, d)
	}
	if wrong := m.Check(); len(wrong) > 0 {
		if wrong[0].Field == "dishes" && wrong[0].Code == portal.Missing {
			w.strip.Say(look.ToneError, sm("empty"), "", nil)
		} else {
			w.strip.Say(look.ToneError, sm("wrong"), "", nil)
		}
		w.page.Refresh()
		w.page.Reveal(w.strip)
		return
	}
	w.save(m)
}

// save writes the day's menu; the week offers to take it back.
func (w *menuWeek) save(m meals.Menu) {
	was, told, _ := w.c.View.MenuOf(w.site, w.edit)
	if !told {
		was = meals.Menu{Day: w.edit, Site: w.site}
	}
	if !w.send(m) {
		return
	}
	_ = w.s.Keep(writtenMenu, "was", was) // without room there is no way back, and nothing else lost
	w.c.Up(screen.To(screen.Menus, "site", string(w.site), "day", string(w.edit), "saved", "1"))
}

func (w *menuWeek) send(m meals.Menu) bool {
	if _, err := w.s.Submit(wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{m}}, cache.Note{Key: "staff.menus.note", Args: map[string]string{"day": i18n.DayDate(outcome.Day(m.Day)), outcome.ArgDate: string(m.Day)}}); err != nil {
		w.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		w.page.Reveal(w.strip)
		return false
	}
	return true
}

// offerUndo says what was written and takes it back with one press.
func (w *menuWeek) offerUndo() {
	var was meals.Menu
	if !w.s.Kept(writtenMenu, "was", &was) || was.Day == "" {
		return
	}
	w.strip.Say(look.ToneSuccess, sm("saved", "Day", i18n.DayDate(outcome.Day(was.Day))), i18n.T("staff.undo", nil), func() {
		w.strip.Clear()
		if w.send(was) {
			_ = w.s.Keep(writtenMenu, "was", nil)
			w.refresh()
		}
	})
}
