package exchanges

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/find"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// widePane is the room, at 100 %, from which a thread stands beside the list.
const widePane float32 = 760

// letters is the list of threads with the one that is read.
type letters struct {
	c *screen.Context
	s Desk

	search *kit.SearchField
	list   *kit.Swap
	page   *kit.Page
	side   fyne.CanvasObject
	pane   *kit.Swap
	root   *arrange.Box
	open   portal.ID
	shown  int // of the threads, while the screen is open
	talk   *Conversation
	wide   bool
}

func messages(c *screen.Context, r screen.Route) screen.Screen {
	return openLetters(c, c.Session, r).screen()
}

func openLetters(c *screen.Context, s Desk, r screen.Route) *letters {
	l := &letters{c: c, s: s, list: kit.NewSwap(nil), pane: kit.NewSwap(nil)}
	l.search = kit.NewSearchField(i18n.T("exchanges.search", nil), func(string) { l.refresh() })
	write := kit.NewMenuButton("note-pencil", i18n.T("exchanges.begin", nil), l.requests).Edged()
	l.page = kit.NewPage(kit.Column(look.M, kit.Limit(look.FormWidth, l.search), kit.Line(0, write), l.list))
	l.side = l.page
	l.root = arrange.New(func(size fyne.Size) {
		if wide := size.Width >= look.Px(widePane); wide != l.wide {
			l.wide = wide
			l.layPane()
			l.list.Set(l.build()) // the row that is read is marked where both are in sight
		}
		w := size.Width
		if l.wide {
			w = min(max(size.Width*0.42, look.Px(320)), look.Px(480))
			set(l.side, true)
			set(l.pane, true)
			arrange.Put(l.side, 0, 0, w, size.Height)
			arrange.Put(l.pane, w, 0, size.Width-w, size.Height)
			return
		}
		set(l.side, l.open == "")
		set(l.pane, l.open != "")
		arrange.Put(l.side, 0, 0, w, size.Height)
		arrange.Put(l.pane, 0, 0, w, size.Height)
	}, func(float32) float32 { return look.Px(200) }, l.side, l.pane)
	request, message := portal.ID(r.Arg("request")), portal.ID(r.Arg("message"))
	if before, again := c.Kept.(portal.ID); again {
		request, message = before, "" // one comes back to it, and has read it
	}
	l.show(request, message)
	c.On(l.refresh, view.Topic{Collection: wire.Messages}, view.Topic{Collection: wire.MessageFiles}, view.Topic{Collection: wire.Requests}, view.Topic{Collection: wire.Procedures},
		view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic}, view.Topic{Collection: wire.Accounts})
	return l
}

func (l *letters) screen() screen.Screen {
	s := screen.Screen{Content: l.root, Title: i18n.T("exchanges.title", nil)}
	if l.talk != nil {
		s.Focus = l.talk.Reader(l.keys)
	}
	return s
}

// keys leads back to the list where the thread stands in its place.
func (l *letters) keys(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyEscape || l.wide || l.open == "" {
		return false
	}
	l.back()
	return true
}

// refresh shows list and thread as they are now.
func (l *letters) refresh() {
	l.list.Set(l.build())
	l.page.Refresh()
	if l.talk != nil {
		l.talk.Refresh()
	}
}

// show opens a thread, "" none, at a message, "" its end.
func (l *letters) show(request, message portal.ID) {
	if request != "" {
		if _, there := l.c.View.Request(request); !there && len(l.c.View.Messages(request)) == 0 {
			request = "" // of a request that is gone, or never was theirs
		}
	}
	if l.talk != nil {
		l.talk.Close()
	}
	l.open, l.talk, l.c.Kept = request, nil, request
	if request != "" {
		l.talk = NewConversation(l.c, l.s, request, false)
		l.talk.Lead(message)
	}
	l.layPane()
	l.refresh()
	l.root.Refresh()
}

// choose opens a thread and leaves the keyboard there.
func (l *letters) choose(request, message portal.ID) {
	l.show(request, message)
	if l.talk != nil {
		kit.Draw(l.root)
		kit.Enter(l.c.Window.Canvas(), l.talk.Reader(l.keys))
	}
}

func (l *letters) back() {
	l.show("", "")
	l.search.Focus()
}

// layPane puts what is read into its pane.
func (l *letters) layPane() {
	if l.talk == nil && len(l.c.View.Threads()) == 0 {
		l.pane.Set(kit.NewPage(kit.Gap(1))) // the list says how to begin
		return
	}
	if l.talk == nil {
		l.pane.Set(kit.NewPage(kit.Column(0, kit.EmptyState(kit.NothingYet, "chats", i18n.T("exchanges.choose", nil), "", nil))))
		return
	}
	r, _ := l.c.View.Request(l.open)
	back := kit.Back(i18n.T("exchanges.back", nil), l.back)
	set(back, !l.wide)
	head := kit.PadXY(look.L, look.S, kit.Column(look.XS, back,
		kit.Line(look.M, kit.Grow(kit.Section(l.about(r)), 160), kit.Link(i18n.T("exchanges.request", nil), func() {
			l.c.Go(screen.To(screen.Request, "id", string(l.open)))
		})), kit.Rule()))
	top, talk := kit.NewBarePage(head), l.talk.Content()
	l.pane.Set(arrange.New(func(size fyne.Size) {
		// At large text the head is scrolled rather than the thread hidden by it.
		h := min(top.HeightFor(size.Width), size.Height*0.3)
		arrange.Put(top, 0, 0, size.Width, h)
		arrange.Put(talk, 0, h, size.Width, size.Height-h)
	}, func(float32) float32 { return look.Px(200) }, top, talk))
}

// about is a request in a line: whom and what it is about.
func (l *letters) about(r view.Request) string {
	title := i18n.T("exchanges.untitled", nil)
	if p, known := l.c.View.Procedure(r.Procedure); known {
		title = p.Title.In(i18n.Language())
	}
	if r.Person == "" {
		return title
	}
	return i18n.T("exchanges.about", map[string]any{"Person": r.Person, "Procedure": title})
}

func (l *letters) build() fyne.CanvasObject {
	threads := l.c.View.Threads()
	if len(threads) == 0 {
		if _, received := l.c.View.Me(); !received {
			return kit.Column(0, kit.EmptyState(kit.NotReceived, "", "", "", nil))
		}
		if len(l.c.View.Requests()) == 0 { // there is nothing yet to write about
			return kit.Column(0, kit.EmptyState(kit.NothingYet, "chats", i18n.T("exchanges.noRequest", nil), i18n.T("exchanges.procedures", nil), func() {
				l.c.Go(screen.To(screen.Procedures))
			}))
		}
		return kit.Column(0, kit.EmptyState(kit.NothingYet, "chats", i18n.T("exchanges.none", nil), i18n.T("exchanges.requests", nil), func() {
			l.c.Go(screen.To(screen.Requests))
		}))
	}
	var kept []view.Thread
	for _, t := range threads {
		if t.Has(l.search.Text(), l.about(t.Request)) {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return kit.Column(0, kit.EmptyState(kit.NothingFound, "", "", "", func() {
			l.search.SetText("")
			l.search.Focus()
		}))
	}
	return kit.LongRows(len(kept), &l.shown, func(i int) fyne.CanvasObject { return l.row(kept[i]) }, l.refresh)
}

// row is a thread: about whom and what, its last line or the one that was looked
// for, when, and what is new.
func (l *letters) row(t view.Thread) fyne.CanvasObject {
	last, line, at := t.Last(), "", portal.ID("")
	if m, is := t.Found(l.search.Text()); is {
		// Where words were found in a message it is that one which is shown.
		last, at = m, m.ID
		line = find.Excerpt(m.Text, find.Read(l.search.Text()), longestLine)
	} else {
		line = oneLine(last.Text)
	}
	if last.Mine {
		line = i18n.T("exchanges.yours", map[string]any{"Text": line})
	}
	when := i18n.DateTime(time.UnixMicro(last.At).In(portal.Paris))
	row := kit.NewRow(l.about(t.Request), line+"\n"+i18n.Capital(when), func() { l.choose(t.Request.ID, at) })
	switch {
	case t.Unread > 0:
		row.Status(look.ToneInfo, "envelope-simple", i18n.T("exchanges.unread", map[string]any{"Count": t.Unread}))
	case last.Pending:
		row.Status(look.TonePending, "cloud-arrow-up", i18n.T("exchanges.waiting", nil))
	}
	row.Selected(l.wide && t.Request.ID == l.open)
	return row
}

// longestLine is how much of a message its row shows, in characters.
const longestLine = 90

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longestLine {
		return strings.TrimSpace(string(r[:longestLine])) + "…"
	}
	return s
}

// requests is the menu of what one may write about.
func (l *letters) requests() []kit.MenuItem {
	var items []kit.MenuItem
	for _, r := range l.c.View.Requests() {
		items = append(items, kit.MenuItem{Icon: "file-text", Label: l.about(r), Do: func() { l.choose(r.ID, "") }})
	}
	if len(items) == 0 {
		items = append(items, kit.MenuItem{Label: i18n.T("exchanges.noRequest", nil)},
			kit.MenuItem{Icon: "files", Label: i18n.T("exchanges.procedures", nil), Do: func() { l.c.Go(screen.To(screen.Procedures)) }})
	}
	return items
}
