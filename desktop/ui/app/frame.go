package app

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/exchanges"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/wire"
)

type contextT = context.Context

type found struct {
	info    wire.TownInfo
	address string
}

// framed is all that the frame depends on.
type framed struct {
	town     session.Portal
	who      session.Person
	in, demo bool
	language string
	at       string // the screen, signed out
	closed   bool   // the account has just been closed
}

// frame sets what stands around the screens: for whom, and in which language.
// Where that is as it was, nothing is built anew: a button that is exchanged
// between press and release loses the click.
func (a *App) frame() {
	town, chosen := a.o.Session.Portal()
	now := framed{town: town, demo: a.o.Session.Demo() != nil, language: i18n.Language()}
	now.who, now.in = a.o.Session.Person()
	if !now.in {
		now.at = a.now.Name
	}
	now.closed = a.closed()
	if a.framed != nil && *a.framed == now {
		return
	}
	a.framed = &now
	a.tellLine()
	brand := kit.NewBrand("Parvis", nil)
	if chosen {
		brand = kit.NewBrand(town.Name, func() { a.Go(screen.To(screen.Home)) })
	}
	a.shell.SetLeft(brand)
	var strip []string
	if now.demo {
		strip = append(strip, i18n.T("app.demo", nil))
	}
	if a.o.Session.Kiosk() {
		strip = append(strip, i18n.T("app.kiosk", nil))
	}
	a.shell.SetStrip(strings.Join(strip, " · "))
	who, in := now.who, now.in
	appearance := kit.NewMenuButton("text-aa", i18n.T("app.appearance", nil), a.appearanceMenu).Folds()
	if !in {
		a.shell.Rail.SetItems()
		var right []fyne.CanvasObject
		a.shell.Top.SetSearch(nil)
		if chosen {
			a.shell.Top.SetSearch(a.searchButton())
		}
		right = append(right, appearance, a.helpButton())
		if chosen {
			right = append(right, a.waysIn(now.at)...)
		}
		a.shell.Top.SetRight(right...)
		a.shell.ShowRail(false) // last: the bar may be of another height now
		return
	}
	a.news.bell = kit.NewCountButton("bell", i18n.T("app.bell.none", nil), func() { a.Go(screen.To(screen.Notices)) })
	a.ring()
	a.shell.Top.SetSearch(a.searchButton())
	right := []fyne.CanvasObject{appearance, a.helpButton(), a.news.bell}
	if who.OffLine && !now.closed { // to sign in would keep the account open
		right = append(right, kit.Primary(i18n.T("app.signIn", nil), func() { a.Go(screen.To(screen.SignIn)) }))
	}
	right = append(right, kit.NewMenuButton("user", who.Name, func() []kit.MenuItem {
		items := []kit.MenuItem{{Label: i18n.T("app.account", nil)}, {Rule: true},
			{Icon: "user-circle", Label: i18n.T("app.profile", nil), Do: func() { a.Go(screen.To(screen.Profile)) }},
			{Icon: "bell", Label: i18n.T("notices.settings", nil), Do: func() { a.Go(screen.To(screen.NoticeWays)) }}}
		if now.demo {
			items = append(items, kit.MenuItem{Icon: "envelope-simple", Label: i18n.T("app.demoMails", nil), Do: func() { a.Go(screen.To(screen.DemoMails)) }})
		}
		return append(items, kit.MenuItem{Icon: "sign-out", Label: i18n.T("app.signOut", nil), Do: a.signOut})
	}).Edged().Folds())
	if a.o.Session.Kiosk() {
		// In sight on every screen, whose own main action it must not rival.
		right = append(right, kit.Secondary(i18n.T("app.finish", nil), a.signOut).Icon("sign-out"))
	}
	a.shell.Top.SetRight(right...)
	a.shell.Rail.SetItems(a.railItems(who.Agent)...)
	a.shell.ShowRail(true)
	if a.shown.Rail != "" {
		a.shell.Rail.Select(a.shown.Rail)
	}
}

// waysIn are the buttons for who is not signed in: none leads to where one is,
// and signing in is the main action only where the screen has none of its own.
// The sign-in screen offers an account itself: a second way to it would take a
// line from its fields in large text.
func (a *App) waysIn(at string) (ways []fyne.CanvasObject) {
	way := func(make func(string, func()) *kit.Button, key, to string) {
		if at != to {
			ways = append(ways, make(i18n.T(key, nil), func() { a.Go(screen.To(to)) }))
		}
	}
	if at != screen.SignIn {
		way(kit.Secondary, "app.register", screen.Register)
	}
	signIn := kit.Secondary
	if at == screen.Home || at == screen.Procedures {
		signIn = kit.Primary
	}
	way(signIn, "app.signIn", screen.SignIn)
	return ways
}

// railItems are the parts of the program that are built, for a family or an
// agent, with what waits in each.
func (a *App) railItems(staff bool) []kit.RailItem {
	if staff {
		return a.staffRail()
	}
	return []kit.RailItem{
		{ID: screen.Home, Icon: "house", Label: i18n.T("app.rail.home", nil), Count: len(a.o.Session.View().Refusals())},
		{ID: screen.Exchanges, Icon: "chats", Label: i18n.T("app.rail.exchanges", nil), Count: exchanges.Waiting(a.o.Session.View())},
		{ID: screen.Payments, Icon: "wallet", Label: i18n.T("app.rail.payments", nil)},
		{ID: screen.Agenda, Icon: "calendar", Label: i18n.T("app.rail.agenda", nil)},
		{ID: screen.Requests, Icon: "list-checks", Label: i18n.T("app.rail.requests", nil), Count: forms.Asked(a.o.Session.View())},
		{ID: screen.Procedures, Icon: "files", Label: i18n.T("app.rail.procedures", nil)},
		// Mails send people there: it is not to be looked for under one's name.
		{ID: screen.Relations, Icon: "users", Label: i18n.T("family.title", nil)},
	}
}

// firstOfStaff is where an agent begins: the work, which Accueil counts.
func (a *App) firstOfStaff() screen.Route {
	if v := a.o.Session.View(); !v.Handles() && len(v.Tills()) > 0 {
		return screen.To(screen.Till)
	}
	return screen.To(screen.Queue)
}

// staffRail is an agent's: what comes in, then what each of their charges is,
// a group each where there is more than a little of it.
func (a *App) staffRail() []kit.RailItem {
	v := a.o.Session.View()
	me, _ := v.Me()
	item := func(id, icon, key string, count int) kit.RailItem {
		return kit.RailItem{ID: id, Icon: icon, Label: i18n.T(key, nil), Count: count}
	}
	items := []kit.RailItem{item(screen.Home, "house", "app.rail.home", 0)}
	handles := v.Handles()
	if handles {
		items = append(items, item(screen.Queue, "list-checks", "app.rail.queue", v.QueueWaits()))
	}
	if len(v.Services()) > 0 {
		items = append(items, item(screen.DeskDays, "calendar-check", "app.rail.visits", 0))
	}
	group := func(key string, of ...kit.RailItem) {
		if len(of) > 1 {
			of[0].Head = i18n.T(key, nil)
		}
		items = append(items, of...)
	}
	var decided, sites []kit.RailItem
	if len(me.Sites) > 0 {
		sites = append(sites, item(screen.StaffDay, "fork-knife", "app.rail.counts", 0))
	}
	if slices.Contains(me.Desks, string(accounts.Childhood)) {
		// The one desk that decides on them.
		decided = append(decided, item(screen.StaffQuotes, "coins", "app.rail.quotients", len(v.QuotientQueue())),
			item(screen.Absences, "first-aid", "app.rail.absences", len(v.AbsenceQueue())))
		sites = append(sites, item(screen.Closures, "lock", "app.rail.closures", 0), item(screen.StaffOpenings, "clock-countdown", "app.rail.openings", 0),
			item(screen.Menus, "cooking-pot", "app.rail.menus", 0))
	}
	items = append(items, decided...)
	group("app.rail.group.sites", sites...)
	var tools []kit.RailItem
	if len(v.Tills()) > 0 {
		tools = append(tools, item(screen.Till, "wallet", "app.rail.till", 0))
	}
	if handles {
		tools = append(tools, item(screen.Texts, "note-pencil", "app.rail.texts", 0))
	}
	group("app.rail.group.tools", append(tools, item(screen.Procedures, "files", "app.rail.procedures", 0))...)
	return items
}

// watchRail keeps the counts of the rail true while a screen is shown, and from
// its first moment: what the screen before was still to be told of is not told
// to it any more.
func (a *App) watchRail(c *screen.Context) {
	count := func() {
		if who, in := a.o.Session.Person(); in {
			a.shell.Rail.SetItems(a.railItems(who.Agent)...)
			a.shell.Rail.Select(a.shown.Rail)
		}
	}
	count()
	c.On(count, railTopics()...)
	c.On(func() {
		// Whose desks were not known yet at the sign-in was led to the requests.
		if first := a.firstOfStaff(); a.now.String() == screen.To(screen.Queue).String() && len(a.behind) == 0 && first.Name != screen.Queue {
			a.show(first)
		}
	}, view.Topic{Collection: wire.Accounts})
}

// appearanceMenu is text size, colours and language, changed at once.
func (a *App) appearanceMenu() []kit.MenuItem {
	now := look.Current()
	s := a.o.Session.Settings()
	var items []kit.MenuItem
	for _, size := range []struct {
		scale float32
		label string
	}{{1, "100 %"}, {1.25, "125 %"}, {1.5, "150 %"}, {1.75, "175 %"}, {2, "200 %"}} {
		items = append(items, kit.MenuItem{Label: i18n.T("app.textSize", map[string]any{"size": size.label}), Checked: now.Scale() == size.scale, Do: func() { a.rescale(size.scale) }})
	}
	palette := func(key string, p look.Palette, icon string) kit.MenuItem {
		return kit.MenuItem{Icon: icon, Label: i18n.T(key, nil), Checked: now.Palette() == p, Do: func() {
			a.change(func(s *cache.Settings) { s.Theme = string(p) })
		}}
	}
	items = append(items, kit.MenuItem{Rule: true},
		palette("app.theme.auto", look.Auto, "circle-half"), palette("app.theme.light", look.Light, "sun"), palette("app.theme.dark", look.Dark, "moon"),
		kit.MenuItem{Label: i18n.T("app.theme.contrast", nil), Checked: s.Contrast, Do: func() {
			a.change(func(s *cache.Settings) { s.Contrast = !s.Contrast })
		}},
		kit.MenuItem{Rule: true})
	for _, lang := range i18n.Languages() {
		items = append(items, kit.MenuItem{Icon: "translate", Label: i18n.In(lang, "app.language", nil), Checked: i18n.Language() == lang, Do: func() {
			a.change(func(s *cache.Settings) { s.Language = lang })
		}})
	}
	return items
}

func (a *App) rescale(scale float32) {
	a.change(func(s *cache.Settings) { s.Scale = min(max(scale, look.MinScale), look.MaxScale) })
}

// change keeps a setting and shows it at once.
func (a *App) change(f func(*cache.Settings)) {
	if err := a.o.Session.ChangeSettings(f); err != nil {
		a.shell.Toasts.Say(look.ToneError, screen.Sentence(err))
	}
	large := look.Large()
	a.appear(a.o.Session.Settings())
	a.shell.Refresh()
	if look.Large() != large {
		a.rebuild() // screens have another shape from there on
	}
}

// signOut says what is not sent yet and lets the person choose.
func (a *App) signOut() {
	work := cache.Work(a.o.Session.Unsent())
	if len(work) == 0 {
		a.reallySignOut()
		return
	}
	text := "app.unsent.text"
	if a.o.Session.Kiosk() {
		text = "app.unsent.kiosk" // nothing is kept there
	}
	a.dialogs.Confirm(kit.Confirmation{
		Title: i18n.T("app.unsent.title", nil),
		Text:  i18n.T(text, map[string]any{"what": waitingWords(work)}),
		Yes:   i18n.T("app.unsent.yes", nil), No: i18n.T("app.unsent.no", nil),
		Danger: a.o.Session.Kiosk(), // there it is lost
	}, func(yes bool) {
		if yes {
			a.reallySignOut()
		}
	})
}

func (a *App) reallySignOut() {
	task.Run(a.life, "sign-out", func(ctx contextT) (struct{}, error) {
		return struct{}{}, a.o.Session.SignOut(ctx)
	}, func(_ struct{}, err error) {
		if err != nil {
			a.o.Log.Warn("the sign-out was not clean", "error", err)
		}
	})
}
