package app

import (
	"parvis/desktop/i18n"
	"parvis/desktop/ui/grouped"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/openings"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/wire"
)

// opener sends what was prepared at its hour, for whoever is signed in.
type opener struct {
	of     *view.View // whose
	sender *openings.Sender
	leave  func()
}

// follow has it follow another person, or nobody: a public computer, which is
// left, sends nothing by itself.
func (a *App) follow() {
	who, in := a.o.Session.Person()
	v := a.o.Session.View()
	if v == a.opener.of {
		return
	}
	if a.opener.leave != nil {
		a.opener.leave()
	}
	a.opener = opener{of: v}
	a.life.Cancel("opening")
	if !in || who.Agent || a.o.Session.Kiosk() {
		return
	}
	a.opener.sender = &openings.Sender{View: v, Desk: a.o.Session, Line: a.o.Session.HasLine, Told: a.tellSent}
	a.opener.leave = v.Subscribe(func(view.Notice) { a.sendPrepared() },
		view.Topic{Collection: wire.Prepared}, view.Topic{Collection: wire.Groups}, view.Topic{Collection: wire.Openings}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})
	a.o.Runner.Do(a.sendPrepared)
}

// tellSent says what became of what the window has sent by itself, to whoever is on
// another screen than the one that says so.
func (a *App) tellSent(g wire.GroupResult) {
	if a.now.Name == screen.Openings {
		return
	}
	sentence, all := grouped.Done(a.o.Session.View(), g)
	tone := look.ToneSuccess
	if !all {
		tone = look.ToneWarning
	}
	a.shell.Toasts.Say(tone, i18n.T("openings.sent.toast", map[string]any{"What": sentence}))
}

// sendPrepared sends what is due and comes again when something will be. At an
// opening's hour the screens are told that time has passed.
func (a *App) sendPrepared() {
	s := a.opener.sender
	if s == nil || s.View != a.o.Session.View() {
		return
	}
	next := s.Round()
	if next == 0 {
		a.life.Cancel("opening")
		return
	}
	a.life.After("opening", next, func() {
		a.o.Session.View().Tick() // which comes back here
	})
}
