package takeout

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// desk is what the screen asks of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
	Portal() (session.Portal, bool)
}

// The secret of the address is kept on the computer on which it was made: the
// town hall does not know it.
const (
	keptKind = "calendar"
	keptKey  = "secret"
)

// address is the card about the private address to which a calendar subscribes.
func (p *page) address() fyne.CanvasObject {
	p.body = kit.NewSwap(nil)
	p.follow()
	p.c.On(p.follow, view.Topic{Collection: wire.CalendarAddresses}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic})
	return kit.Card(kit.Column(look.M, kit.Section(say("address.title")), kit.Body(say("address.text")), p.body))
}

// secret is the one kept here, "" for none.
func (p *page) secret() (secret string) {
	p.s.Kept(keptKind, keptKey, &secret)
	return secret
}

// link is the address of a secret.
func (p *page) link(secret string) string {
	at, _ := p.s.Portal()
	return strings.TrimSuffix(at.Address, "/") + wire.PageCalendar + secret + ".ics"
}

// follow has the card say how the address stands.
func (p *page) follow() {
	is, has, waits := p.c.View.CalendarAddress()
	end := kit.Plain(say("address.end"), p.end).Icon("trash")
	renew := kit.Secondary(say("address.renew"), p.renew).Icon("arrow-clockwise")
	var parts []fyne.CanvasObject
	shown := func(secret string) []fyne.CanvasObject {
		link := p.link(secret)
		return []fyne.CanvasObject{kit.Strong(link), kit.Line(look.S, kit.Secondary(say("address.copy"), func() { p.copy(link) }).Icon("copy"), renew, end)}
	}
	switch open, opening := waits.(*wire.OpenCalendar); {
	case opening:
		parts = append([]fyne.CanvasObject{kit.NewNotice(look.TonePending, say("address.waits"), "")}, shown(open.Secret)...)
	case waits != nil:
		parts = []fyne.CanvasObject{kit.NewNotice(look.TonePending, say("address.ending"), "")}
	case !has:
		parts = []fyne.CanvasObject{kit.Line(look.S, kit.Secondary(say("address.make"), p.make).Icon("link"))}
	case wire.CalendarMark(p.secret()) == is.Mark:
		parts = append([]fyne.CanvasObject{kit.Muted(say("address.since", "When", day(is.Made)))}, shown(p.secret())...)
	default:
		parts = []fyne.CanvasObject{kit.Muted(say("address.since", "When", day(is.Made))), kit.Body(say("address.elsewhere")), kit.Line(look.S, renew, end)}
	}
	p.body.Set(kit.Column(look.M, parts...))
	if p.page != nil {
		p.page.Refresh()
	}
}

func day(at int64) string { return i18n.Date(time.UnixMicro(at).In(portal.Paris)) }

// make makes the address, or another one.
func (p *page) make() {
	secret := wire.NewCalendarSecret()
	if err := p.s.Keep(keptKind, keptKey, secret); err != nil {
		p.tell(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	p.send(wire.CalendarOpen, wire.OpenCalendar{Secret: secret}, "takeout.note.open")
}

func (p *page) send(kind string, args any, note string) {
	if _, err := p.s.Submit(kind, args, cache.Note{Key: note}); err != nil {
		p.tell(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	p.follow()
}

// renew asks first: calendars that know the former address stop.
func (p *page) renew() {
	p.c.Dialogs.Confirm(kit.Confirmation{Title: say("address.renewTitle"), Text: say("address.renewText"), Yes: say("address.renew")}, func(yes bool) {
		if yes {
			p.make()
		}
	})
}

func (p *page) end() {
	p.c.Dialogs.Confirm(kit.Confirmation{Title: say("address.endTitle"), Text: say("address.endText"), Yes: say("address.end"), Danger: true}, func(yes bool) {
		if yes {
			p.send(wire.CalendarClose, wire.CloseCalendar{}, "takeout.note.close")
		}
	})
}

func (p *page) copy(link string) {
	fyne.CurrentApp().Clipboard().SetContent(link)
	p.c.Toasts.Say(look.ToneSuccess, say("address.copied"))
}
