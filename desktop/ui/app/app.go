// Package app is the window: the shell around the screens, the way between
// them, who may see which, appearance and language, and what the foot line
// says. It knows every module's screens; they know nothing of it.
package app

import (
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/notify"
	"parvis/desktop/pages"
	"parvis/desktop/print"
	"parvis/desktop/session"
	"parvis/desktop/syncing"
	"parvis/desktop/ui/finding"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
)

// Options of an App.
type Options struct {
	Fyne    fyne.App
	Session *session.Session
	Runner  *task.Runner
	Log     *slog.Logger
	Route   string          // the screen to begin with, "" for the usual one
	Notify  notify.Notifier // shows a notice of the system; nil: none
	// Documents opens what people send, Prints hands PDF to the system.
	Documents *pages.Opener
	Prints    *print.Tray
}

// App is the program's one window.
type App struct {
	news news // what the bell and the system tell
	aid  aid  // the help beside the screen

	finder *finding.Finder // Ctrl+K
	opener opener          // sends what was prepared

	o       Options
	window  fyne.Window
	shell   *kit.Shell
	dialogs *kit.Dialogs
	files   *pick.Window
	routes  map[string]entry

	now     screen.Route
	shown   screen.Screen
	context *screen.Context
	behind  []stop               // the way back
	last    map[string]any       // what each screen kept when it was left, by its name
	after   *screen.Route        // where to go on after signing in
	account portal.ID            // who was signed in when the screen was built
	life    *task.Scope          // of the window itself
	warning *warning             // nil while nobody has to be asked
	framed  *framed              // what the frame shows; nil before it was built
	told    func(syncing.Status) // is told how the line is, while its details are shown
	stirred bool                 // somebody did something since the last visitor was forgotten
}

// whose may open a screen.
type whose int

const (
	anybody whose = iota
	signedIn
	family
	agent
)

// stop is a screen one may come back to, and how one left it.
type stop struct {
	route  screen.Route
	memory kit.Memory
	kept   any
}

// entry is a screen with who may open it.
type entry struct {
	build screen.Build
	whose whose
}

// New makes the window. Show opens it.
func New(o Options) *App {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{o: o}
	a.appear(o.Session.Settings())
	a.window = o.Fyne.NewWindow("Parvis")
	a.window.SetIcon(look.WindowIcon())
	a.window.SetMaster()
	a.window.SetPadded(false)
	a.life = o.Runner.Scope()
	shownToasts := 0
	toasts := kit.NewToasts(func(d time.Duration, f func()) {
		shownToasts++ // each toast has a time of its own
		a.life.After("toast"+strconv.Itoa(shownToasts), d, f)
	})
	rail := kit.NewRail(nil, func(id string) { a.Go(screen.To(id)) })
	foot := kit.NewFootLine(func() { a.lineDetails() })
	a.shell = kit.NewShell(kit.NewTopBar(), rail, foot, toasts)
	a.window.SetContent(a.shell)
	a.dialogs = kit.NewDialogs(a.window.Canvas())
	a.dialogs.StandsOver(a.shell)
	a.files = pick.New(a.window)
	a.makeFinder()
	o.Runner.OnPanic(func(err error) {
		o.Log.Error("a screen's work failed", "error", err)
		a.dialogs.Info(i18n.T("app.failed.title", nil), i18n.T("app.failed.text", nil), nil)
	})
	a.routes = a.table()
	a.news.begin(o.Session)
	a.follow()
	o.Session.OnChange(a.changed)
	o.Session.OnStatus(a.tellLine)
	o.Session.OnStatus(a.sendPrepared)
	i18n.Listen(a.retell)
	kit.OnStir(a.stir)
	a.shortcuts()
	size := o.Session.Settings().Window
	if size.Width < 640 || size.Height < 480 {
		size.Width, size.Height = 1180, 780
	}
	a.window.Resize(fyne.NewSize(float32(size.Width), float32(size.Height)))
	a.putBack(size)
	a.window.SetOnClosed(func() {})
	a.window.SetCloseIntercept(a.close)
	return a
}

// Window is the window, for tests and the probe.
func (a *App) Window() fyne.Window { return a.window }

// Route is where the person is.
func (a *App) Route() screen.Route { return a.now }

// Show opens the window on the first screen.
func (a *App) Show() {
	a.frame()
	first := screen.To(screen.Home)
	if a.o.Route != "" {
		first = screen.Parse(a.o.Route)
	}
	if _, chosen := a.o.Session.Portal(); !chosen {
		a.firstStart(first)
	} else {
		a.Go(first)
		a.refresh()
	}
	a.tellLine()
	a.tick()
	a.lookAround()
	// On a public computer there is nothing beside this window.
	a.window.SetFullScreen(a.o.Session.Kiosk())
	a.window.Show()
}

// tick lets time pass on the screens: a cut-off goes by, a day begins.
func (a *App) tick() {
	a.life.After("tick", time.Minute, func() {
		a.o.Session.View().Tick()
		a.tick()
	})
}

// firstStart asks for the town hall, or takes the one that the program was
// started with.
func (a *App) firstStart(then screen.Route) {
	given := a.o.Session.Given()
	if given == "" {
		a.Go(screen.To(screen.First))
		return
	}
	a.shell.SetPage(kit.NewPage(kit.NewProgress(i18n.T("app.finding", nil), nil)))
	task.Run(a.life, "first", func(ctx contextT) (found, error) {
		info, base, err := a.o.Session.Probe(ctx, given)
		return found{info, base}, err
	}, func(f found, err error) {
		if err == nil {
			err = a.o.Session.Choose(f.info, f.address)
		}
		if err != nil {
			a.o.Log.Warn("the portal of the command line does not answer", "error", err)
			a.Go(screen.To(screen.First, "address", given))
			return
		}
		// Behind the notice that the portal has changed, which shows Home.
		a.o.Runner.Do(func() { a.Go(then) })
	})
}

// refresh asks the portal what it says of itself, above all whether it is a
// demonstration; without a line the last word stands.
func (a *App) refresh() {
	task.Run(a.life, "refresh", func(ctx contextT) (struct{}, error) {
		return struct{}{}, a.o.Session.Refresh(ctx)
	}, func(_ struct{}, err error) {
		if portal.CodeOf(err) == portal.Conflict {
			var e *portal.Error
			errors.As(err, &e)
			a.dialogs.Info(i18n.T("app.otherTown.title", nil), i18n.T("app.otherTown.text", map[string]any{"name": e.Args["name"]}), func() {
				a.Go(screen.To(screen.First))
			})
			return
		}
		a.frame()
	})
}

// Go shows a screen; the one before is a way back.
func (a *App) Go(r screen.Route) {
	if a.now.Name != "" && a.now.String() != r.String() && a.context != nil {
		a.behind = append(a.behind, stop{a.now, kit.Remember(a.shell.Page()).Place(), a.context.Kept})
		if len(a.behind) > 50 {
			a.behind = a.behind[1:]
		}
	}
	a.show(r)
}

// Replace shows a screen in the place of the one shown.
func (a *App) Replace(r screen.Route) { a.show(r) }

// Back shows the screen before, or the first one.
func (a *App) Back() {
	if n := len(a.behind); n > 0 {
		to := a.behind[n-1]
		a.behind = a.behind[:n-1]
		a.open(to.route, to.kept, true)
		to.memory.Restore(a.shell.Page())
		return
	}
	a.show(screen.To(screen.Home))
}

// Up shows where the screen shown belongs: the one before, where that is it, or
// else in this one's place.
func (a *App) Up(r screen.Route) {
	if n := len(a.behind); n > 0 && a.behind[n-1].route.String() == r.String() {
		a.Back()
		return
	}
	a.Replace(r)
}

func (a *App) show(r screen.Route) { a.open(r, nil, false) }

// open builds a screen, after leaving the one before; kept is what that same
// screen kept of an earlier showing, anew that there was one. Who may not see it is asked to sign in,
// or brought to their own first screen.
func (a *App) open(r screen.Route, kept any, anew bool) {
	who, in := a.o.Session.Person()
	e, known := a.routes[r.Name]
	switch {
	case !known:
		r = screen.To(screen.Home)
	case e.whose != anybody && !in:
		wanted := r
		a.after = &wanted
		r = screen.To(screen.SignIn)
	case e.whose == family && who.Agent, e.whose == agent && !who.Agent:
		r = screen.To(screen.Home)
	}
	a.leave()
	a.window.Canvas().Unfocus()
	if who.Account != a.account {
		a.last = nil // it was somebody else's
	}
	a.account = who.Account
	c := &screen.Context{
		Session: a.o.Session, View: a.o.Session.View(), Scope: a.o.Runner.Scope(), Dialogs: a.dialogs, Toasts: a.shell.Toasts, Window: a.window,
		Go: a.Go, Replace: a.Replace, Back: a.Back, Up: a.Up, AfterSignIn: func(r screen.Route) { a.after = &r }, Browse: a.browse, Kept: kept, Anew: anew, Last: a.last[r.Name],
		Files: a.files, Documents: a.o.Documents, Prints: a.o.Prints,
	}
	a.now, a.context = r, c
	a.finder.Visited(r)
	before := c.View.Changes()
	a.shown = a.routes[r.Name].build(c, r)
	a.shell.SetPage(a.shown.Content)
	if a.shell.Sheet() != nil {
		a.showHelp() // of the screen that is shown now
	}
	a.frame() // its ways in depend on the screen
	a.shell.Rail.Select(a.shown.Rail)
	a.window.SetTitle(a.title())
	for shortcut, f := range a.shown.Keys {
		if _, own := shortcut.(*desktop.CustomShortcut); own {
			kit.OnPage(a.window.Canvas(), shortcut, f)
		} else {
			// Undoing and the like are a field's own while one types in it.
			a.window.Canvas().AddShortcut(shortcut, func(fyne.Shortcut) { f() })
		}
	}
	kit.Draw(a.shown.Content)
	if focus := a.shown.Focus; focus == nil || !kit.Enter(a.window.Canvas(), focus) {
		if page := kit.PageReader(a.shown.Content); page != nil {
			kit.Enter(a.window.Canvas(), page)
		}
	}
	if c.View.Changes() != before {
		a.o.Runner.Do(c.Catch)
	}
}

func (a *App) leave() {
	if a.context == nil {
		return
	}
	for shortcut := range a.shown.Keys {
		kit.Nowhere(a.window.Canvas(), shortcut)
	}
	if a.last == nil {
		a.last = map[string]any{}
	}
	a.last[a.now.Name] = a.context.Kept
	a.context.Leave()
	a.context = nil
}

func (a *App) title() string {
	town, ok := a.o.Session.Portal()
	title := "Parvis"
	if ok {
		title = town.Name
	}
	if a.shown.Title != "" {
		title = a.shown.Title + " · " + title
	}
	return title
}

// emptyTray removes what was printed by whoever is gone now.
func (a *App) emptyTray() {
	if a.o.Prints == nil {
		return
	}
	if err := a.o.Prints.Empty(); err != nil {
		a.o.Log.Error("what was printed could not be removed", "error", err)
	}
}

// changed is told that somebody signed in or out, or that the portal changed.
func (a *App) changed() {
	who, in := a.o.Session.Person()
	if in && who.Account == a.account && a.context != nil && a.context.View == a.o.Session.View() {
		a.frame()
		return
	}
	town, _ := a.o.Session.Portal()
	left := a.o.Session.Kiosk() && !in && a.framed != nil && a.framed.town == town
	a.unwarn()
	a.dialogs.CloseAll()
	a.emptyTray()
	a.behind = nil
	a.finder.Forget()
	a.news.begin(a.o.Session)
	a.follow()
	a.appear(a.o.Session.Settings()) // a visitor's own are gone with them
	a.frame()
	next := a.afterEnd()
	if left {
		next = screen.To(screen.Home, "ended", "1")
	}
	if in {
		next = screen.To(screen.Home)
		if who.Agent {
			next = a.firstOfStaff()
		}
		if a.after != nil {
			next = *a.after
		}
	}
	a.after = nil
	a.show(next)
	if in && a.o.Session.TakeReopened() {
		a.dialogs.Info(i18n.T("app.reopened.title", nil), i18n.T("app.reopened.text", nil), nil)
	}
	a.tellLine()
}

// retell builds the window anew in another language.
func (a *App) retell() {
	a.rebuild()
	a.tellLine()
}

// rebuild builds the window anew, with all that was typed, chosen and scrolled
// to in it.
func (a *App) rebuild() {
	memory := kit.Remember(a.shell)
	a.frame()
	if a.context != nil {
		a.open(a.now, a.context.Kept, true)
	}
	memory.Restore(a.shell)
	if a.shown.Again != nil {
		a.shown.Again()
	}
}

// appear sets the theme and the language of the settings.
func (a *App) appear(s cache.Settings) {
	scale := s.Scale
	if scale == 0 {
		scale = 1
	}
	palette := look.Palette(s.Theme)
	if palette == "" {
		// Where a system says nothing the toolkit is dark; who seldom uses a
		// computer expects paper.
		palette = look.Light
	}
	a.o.Fyne.Settings().SetTheme(look.New(palette, scale, s.Contrast))
	lang := s.Language
	if lang == "" {
		lang = "fr"
	}
	if i18n.Language() != lang {
		i18n.SetLanguage(lang)
	}
}

// browse opens an address in the system's browser.
func (a *App) browse(address string) {
	u, err := url.Parse(address)
	if err == nil {
		err = a.o.Fyne.OpenURL(u)
	}
	if err != nil {
		a.dialogs.Info(i18n.T("app.browse.title", nil), i18n.T("app.browse.text", map[string]any{"address": address}), nil)
	}
}

// close remembers the window and ends the program; what waits to be sent is
// safe, and said.
func (a *App) close() {
	if err := a.remember(a.window.Canvas().Size()); err != nil {
		a.o.Log.Warn("the window's size and place could not be kept", "error", err)
	}
	a.leave()
	a.life.Leave()
	a.window.Close()
}
