package app

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
)

const (
	warnKiosk = 20 * time.Second // before a public computer forgets who was there
	warnAgent = time.Minute      // before an agent is signed out
	lookOften = 250 * time.Millisecond
	lookAgain = 5 * time.Second
)

// warning is the question whether anybody is there, while it is asked.
type warning struct {
	close func()
	text  *kit.Text
}

// lookAround sees whether anybody is still at the window, where that matters:
// it asks before the time is over, and closes what nobody answers for. It sets
// the time at which it looks again.
func (a *App) lookAround() {
	left, watched := a.o.Session.Left()
	again := lookAgain
	before := warnAgent
	if a.o.Session.Kiosk() {
		before = warnKiosk
	}
	switch {
	case !watched || a.untouched():
		a.unwarn()
	case left.For <= 0:
		a.unwarn()
		a.nobody()
	case left.For <= before && !a.atHome():
		a.warn(left)
		again = lookOften
	default:
		a.unwarn()
		again = min(again, max(left.For-before, lookOften))
	}
	a.life.After("vigil", again, a.lookAround)
}

// untouched reports whether this is a public computer that waits for its next
// visitor: nobody has done anything since it forgot the last one.
func (a *App) untouched() bool {
	_, in := a.o.Session.Person()
	return !in && !a.stirred
}

// atHome reports whether a visitor has nothing to lose: what they looked at is
// forgotten without a question.
func (a *App) atHome() bool {
	_, in := a.o.Session.Person()
	_, typed := a.o.Session.Registration()
	return !in && a.now.Name == screen.Home && len(a.behind) == 0 && a.dialogs.Open() == "" && !typed
}

// stir notes that somebody is at the window.
func (a *App) stir() {
	a.stirred = true
	a.o.Session.Touch()
}

func (a *App) warn(left session.Left) {
	seconds := int(left.For/time.Second) + 1
	key := "app.idle.text"
	if left.ByAge {
		key = "app.idle.old"
	}
	words := i18n.T(key, map[string]any{"Count": seconds})
	if work := cache.Work(a.o.Session.Unsent()); len(work) > 0 && a.o.Session.Kiosk() {
		words += "\n" + i18n.T("app.idle.lost", map[string]any{"what": waitingWords(work)}) // this computer keeps nothing
	}
	if a.warning != nil {
		a.warning.text.SetText(words)
		return
	}
	w := &warning{text: kit.Body(words)}
	a.warning = w
	// A queue of its own: another question that is open must not hide it.
	w.close = kit.NewDialogs(a.window.Canvas()).Custom(i18n.T("app.idle.title", nil), w.text, func(close func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{
			kit.Primary(i18n.T("app.idle.stay", nil), func() { a.o.Session.Touch(); a.lookAround() }),
			kit.Secondary(i18n.T("app.signOut", nil), a.leaveNow),
		}
	}, func() { a.o.Session.Touch(); a.lookAround() })
}

func (a *App) unwarn() {
	if w := a.warning; w != nil {
		a.warning = nil
		w.close()
	}
}

// leaveNow ends the visit of somebody who is there: what is not sent is asked
// about, as by the button in the window's frame.
func (a *App) leaveNow() {
	a.unwarn()
	if len(cache.Work(a.o.Session.Unsent())) == 0 {
		a.nobody()
		return
	}
	a.o.Session.Touch()
	a.lookAround()
	a.signOut()
}

// nobody closes what was open.
func (a *App) nobody() {
	a.stirred = false
	task.Run(a.life, "sign-out", func(ctx contextT) (struct{}, error) {
		return struct{}{}, a.o.Session.EndIdle(ctx)
	}, func(_ struct{}, err error) {
		if err != nil {
			a.o.Log.Warn("the end of a session was not clean", "error", err)
		}
	})
}

// afterEnd is where a window goes whose session has ended: an agent is told
// why, and on a public computer the next visitor finds the beginning.
func (a *App) afterEnd() screen.Route {
	why := a.o.Session.TakeEnding()
	if why == "" || a.o.Session.Kiosk() {
		return screen.To(screen.Home)
	}
	return screen.To(screen.SignIn, "why", string(why))
}
