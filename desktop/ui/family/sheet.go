package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// sheet is the page of one thing of Mes proches: the way back to the list, a
// strip for what went wrong, and a body that is filled anew.
type sheet struct {
	c     *screen.Context
	s     Desk
	id    portal.ID
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
	told  []string // the kinds of notices that one has read by being here
}

func newSheet(c *screen.Context, s Desk, r screen.Route, told ...notices.Kind) *sheet {
	p := &sheet{c: c, s: s, id: portal.ID(r.Arg("id")), strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	back := kit.Back(t("title"), func() { c.Up(screen.To(screen.Relations)) })
	p.page = kit.NewPage(kit.Column(look.M, back, p.strip, p.body))
	for _, kind := range told {
		p.told = append(p.told, string(kind))
	}
	return p
}

// follow fills the page, and again with each change of its topics.
func (p *sheet) follow(fill func(), topics []view.Topic) {
	fill()
	p.read()
	p.c.On(fill, topics...)
	p.c.On(p.read, view.Topic{Collection: wire.Notices})
}

// read takes what one was told about the thing as read: it stands here.
func (p *sheet) read() {
	ids := p.c.View.UntoldAbout(p.id, p.told...)
	if len(ids) == 0 {
		return
	}
	if _, err := p.s.Submit(wire.NoticeRead, wire.ReadNotices{Notices: ids}, cache.Note{Key: "notices.note.read"}); err != nil {
		p.fail(err)
	}
}

func (p *sheet) fail(err error) { p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil) }

// missing is what stands where there is no such thing, or nothing was received
// yet.
func (p *sheet) missing(icon, gone string) fyne.CanvasObject {
	if _, received := p.c.View.Me(); !received {
		return kit.EmptyState(kit.NotReceived, "", "", "", nil)
	}
	return kit.EmptyState(kit.NothingFound, icon, gone, t("title"), func() { p.c.Replace(screen.To(screen.Relations)) })
}
