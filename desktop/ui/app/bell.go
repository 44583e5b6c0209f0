package app

import (
	"slices"

	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/exchanges"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/notices"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// news is what the bell and the system's notices have told.
type news struct {
	bell  *kit.CountButton
	since int64              // when the person came, by the town hall's clock
	heard map[portal.ID]bool // what the system has told since
}

// begin forgets what was told to somebody else.
func (n *news) begin(s *session.Session) {
	n.since, n.heard = s.View().Now().UnixMicro(), map[portal.ID]bool{}
}

// railTopics are those on which the counts of the rail depend.
func railTopics() []view.Topic {
	return append(slices.Clone(exchanges.Topics), view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: wire.QuotientQueue}, view.Topic{Collection: wire.AppointmentServices}, view.Topic{Collection: wire.Accounts},
		view.Topic{Collection: wire.Queue}, view.Topic{Collection: view.OutboxTopic})
}

// watchBell keeps the bell true while a screen is shown.
func (a *App) watchBell(c *screen.Context) {
	a.ring()
	c.On(func() {
		a.ring()
		a.announce()
	}, notices.Topics...)
}

// ring shows on the bell how much is new.
func (a *App) ring() {
	if a.news.bell == nil {
		return
	}
	n := notices.Waiting(a.o.Session.View())
	label := i18n.T("app.bell.none", nil)
	if n > 0 {
		label = i18n.T("app.bell", map[string]any{"Count": n})
	}
	a.news.bell.Set(n, label)
	a.shell.Top.Refresh()
}

// announce has the system tell what has just happened, in words that anybody
// beside the screen may read. What happened before the person came is told by
// the bell alone, and on a public computer everything is.
func (a *App) announce() {
	who, in := a.o.Session.Person()
	v := a.o.Session.View()
	if a.o.Notify == nil || !in || a.o.Session.Kiosk() {
		return
	}
	var fresh []view.Told
	for _, n := range v.Told() {
		if !n.Unread || n.At < a.news.since || a.news.heard[n.ID] {
			continue
		}
		a.news.heard[n.ID] = true
		if notices.Announced(a.o.Session, n.Kind) {
			fresh = append(fresh, n)
		}
	}
	text := ""
	switch len(fresh) {
	case 0:
		return
	case 1:
		text = notices.Sentence(fresh[0].Kind, who.Agent)
	default:
		text = i18n.T("notices.several", map[string]any{"Count": len(fresh)})
	}
	town, _ := a.o.Session.Portal()
	if err := a.o.Notify(town.Name, text); err != nil {
		a.o.Log.Warn("the system shows no notices", "error", err)
	}
}
