// Package screen is what every screen is given and gives: its context, its
// route, its life. The screens themselves live in a package per module; the
// window that shows them is in ui/app.
package screen

import (
	"context"
	"errors"
	"net/url"
	"sort"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/pages"
	"parvis/desktop/print"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/task"
	"parvis/desktop/view"
	"parvis/shared/portal"
)

// Route is where a person is: a screen's name with its arguments. It is a
// value, so that it can be remembered, compared and written as an address.
type Route struct {
	Name string
	Args map[string]string
}

// The names of the screens, as they stand in addresses.
const (
	First      = "premiere-fois"   // choosing the town hall
	Home       = "accueil"         // signed out: the procedures, ended=1 after a visit; signed in: Accueil
	SignIn     = "connexion"       // why a session has ended, or for which procedure
	Register   = "creer-un-compte" // step=recap for the recap
	Activate   = "activation"
	WindowCode = "code"
	DemoMails  = "courriels" // of a demonstration; id for one of them
	Procedures = "demarches"
	Procedure  = "demarche"     // id
	Fill       = "formulaire"   // id, draft, page
	Confirmed  = "confirmation" // request
	Requests   = "demandes"
	Request    = "demande"               // id
	Correct    = "corriger"              // id, field
	Agenda     = "agenda"                // child, activity, month or day
	Grouped    = "reservations-groupees" // child, activity, opening; id of one that was sent; refused
	TakeOut    = "agenda-emporter"       // child, month
	Waiting    = "listes-d-attente"
	Queue      = "file"       // staff: request, tab, message, state, mine; of one found over the town what Town tells
	StaffDay   = "effectifs"  // staff: site, day
	Town       = "familles"   // staff: text that is looked for over the town
	Closures   = "fermetures" // staff: id, or done for the one just declared
	CloseDays  = "declarer-une-fermeture"
	Absent     = "absence"  // child, day
	Absences   = "absences" // staff: id
	Settings   = "affichage"
	Line       = "connexion-au-portail" // what the foot line knows
)

// To makes a route; args are pairs of name and value.
func To(name string, args ...string) Route {
	r := Route{Name: name}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1] == "" {
			continue
		}
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// Arg is an argument, "" when it is not there.
func (r Route) Arg(name string) string { return r.Args[name] }

// String writes the route as an address: parvis://agenda?child=….
func (r Route) String() string {
	q := url.Values{}
	for k, v := range r.Args {
		q.Set(k, v)
	}
	s := "parvis://" + r.Name
	if len(q) > 0 {
		s += "?" + q.Encode()
	}
	return s
}

// Parse reads an address, or a bare name; what it cannot read is Home.
func Parse(s string) Route {
	if !strings.Contains(s, "://") {
		s = "parvis://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "parvis" || u.Host == "" {
		return To(Home)
	}
	r := Route{Name: u.Host}
	names := make([]string, 0, len(u.Query()))
	for k := range u.Query() {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[k] = u.Query().Get(k)
	}
	return r
}

// Context is what a screen is given. It ends when the screen is left.
type Context struct {
	Session *session.Session
	View    *view.View
	Scope   *task.Scope
	Dialogs *kit.Dialogs
	Toasts  *kit.Toasts
	Window  fyne.Window
	// Go shows another screen; Replace does so without a way back; Back goes
	// back, to Home when there is nothing behind. Up leads to where a screen
	// belongs, from where its own way back must not lead here again.
	Go      func(Route)
	Replace func(Route)
	Back    func()
	Up      func(Route)
	// Files brings files in, Documents opens them, Prints hands PDF to the
	// system's viewer.
	Files     pick.Files
	Documents *pages.Opener
	Prints    *print.Tray
	// AfterSignIn remembers where to go on after signing in.
	AfterSignIn func(Route)
	// Browse opens an address in the system's browser.
	Browse func(address string)
	// Kept is for the screen to write down what it must find again when it is
	// built anew, in another language or because one comes back to it: a
	// filter, what is open beside a list. What stands in its fields is brought
	// back by the window itself. It is held in memory only.
	Kept any
	// Anew says that the screen is built again where it was shown before: where
	// one was on it is brought back by the window.
	Anew bool

	// Last is what the screen of this name kept when it was left in this session,
	// however one comes to it again; nil at first, and of what did not outlive it.
	Last any

	leave  []func()
	follow []func()
}

// On has f called when any of the topics changes, until the screen is left.
func (c *Context) On(f func(), topics ...view.Topic) {
	c.follow = append(c.follow, f)
	c.OnLeave(c.View.Subscribe(func(view.Notice) { f() }, topics...))
}

// Catch calls all that follows the view: a screen reads before it follows, and
// something came in between. The window calls it.
func (c *Context) Catch() {
	for _, f := range c.follow {
		if c.leave == nil {
			return // one of them led elsewhere
		}
		f()
	}
}

// OnLeave has f called when the screen is left.
func (c *Context) OnLeave(f func()) { c.leave = append(c.leave, f) }

// Leave ends the context; the window calls it.
func (c *Context) Leave() {
	c.Scope.Leave()
	for i := len(c.leave) - 1; i >= 0; i-- {
		c.leave[i]()
	}
	c.leave = nil
}

// Run does work off the window's goroutine and done on it, unless the screen
// was left or the same slot was used again meanwhile.
func Run[T any](c *Context, slot string, work func(ctx context.Context) (T, error), done func(T, error)) {
	task.Run(c.Scope, slot, work, done)
}

// Screen is what the window shows.
type Screen struct {
	Content fyne.CanvasObject
	// Title of the window while it is shown.
	Title string
	// Rail is the route name of the rail's entry that is lit.
	Rail string
	// Focus is given the focus when the screen opens; nil is the page itself,
	// which the keys then scroll and Tab walks from its top.
	Focus fyne.Focusable
	// Again is called after what was typed has been brought back to a screen
	// that was built anew; nil where nothing depends on it.
	Again func()
	// Escape is asked first when that key leads back: true where the screen has
	// something of its own to close. It may be nil.
	Escape func() bool
	// Keys are shortcuts of this screen (Ctrl+Z and the like).
	Keys map[fyne.Shortcut]func()
}

// Build makes a screen for a route.
type Build func(c *Context, r Route) Screen

// Sentence is an error in the person's words: of its code at its field, or
// of its code alone; whatever is unknown is told as an error of ours.
func Sentence(err error) string {
	var e *portal.Error
	if !errors.As(err, &e) || e.Code == portal.Internal && e.Args["request"] == "" {
		return i18n.T("app.failed.text", nil)
	}
	args := map[string]any{}
	for k, v := range e.Args {
		args[k] = v
	}
	field := e.Field[strings.LastIndex(e.Field, ".")+1:]
	for _, key := range []string{"error." + string(e.Code) + "." + e.Field, "error." + string(e.Code) + "." + field, "error." + string(e.Code)} {
		if i18n.Has(key) {
			return i18n.T(key, args)
		}
	}
	return i18n.T("app.failed.text", nil)
}
