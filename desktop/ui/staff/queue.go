// Package staff is the town hall's side of the program: the queue of requests
// with the request beside it, and how many children are awaited each day. It
// reads the view and submits commands; who may see and decide what is the
// town hall's to judge.
package staff

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// Queue builds the queue of the agent's desks; its route may name the request
// that is opened beside it, or what the list is narrowed to.
func Queue(c *screen.Context, r screen.Route) screen.Screen {
	return openQueue(c, c.Session, r).screen()
}

// desk is what the screens ask of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	MarkRead(id portal.ID) error
	Watch(request portal.ID) (stop func())
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
	AtWindow(within time.Duration) bool
	SendMessage(m wire.SendMessage, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Enclosed(request portal.ID) []session.Enclosed
	Enclose(request portal.ID, data []byte, name string) error
	TakeOut(request, file portal.ID) error
}

// queueKept is what the queue finds again when it is built anew.
type queueKept struct {
	filter   view.QueueFilter
	sort     view.QueueSort
	selected portal.ID
	open     portal.ID
	tab      int
}

type queue struct {
	c *screen.Context
	s desk

	filter   view.QueueFilter
	sort     view.QueueSort
	items    []view.QueueItem
	selected portal.ID // the row marked; opening it is another step
	open     *detail
	last     *decision
	given    view.QueueItem // that the address tells, for one that is in no queue

	search *kit.SearchField
	choose *kit.MenuButton
	table  *kit.Table
	list   *kit.Swap // the table, or why it is empty
	empty  emptiness
	shown  string // what the outline in the pane was made of
	pane   *kit.Swap
	strip  *kit.Strip
	side   *arrange.Box // what stands over the list, and the list
	root   *arrange.Box
	wide   bool // list and request stand beside each other
}

// emptiness is why the list shows no row.
type emptiness int

const (
	notEmpty emptiness = iota + 1
	nothingToDo
	nothingFound
	nothingReceived
)

// widePane is the room, at 100 %, from which the request stands beside the
// queue: what the rail leaves in a window of 1024.
const widePane float32 = 760

// stateColumn holds a state and since when, also *depuis un instant* and
// *En attente d'envoi*.
const stateColumn = 144

func openQueue(c *screen.Context, s desk, r screen.Route) *queue {
	q := &queue{c: c, s: s, filter: view.QueueFilter{State: r.Arg("state"), Mine: r.Arg("mine") != "", Wants: view.Wants(r.Arg("wants"))}}
	q.given.QueueItem = wire.QueueItem{ID: portal.ID(r.Arg("request")), Account: portal.ID(r.Arg("account")), Desk: r.Arg("desk"), Person: r.Arg("person"),
		Procedure: r.Arg("procedure"), Reference: r.Arg("reference"), State: r.Arg("stands")}
	q.search = kit.NewSearchField(i18n.T("staff.search", nil), func(v string) {
		q.filter.Text = v
		q.refresh()
	})
	q.choose = kit.NewMenuButton("funnel", "", q.filters).Edged()
	q.strip = kit.NewStrip()
	q.strip.OnMoved(q.layOut)
	q.table = kit.NewTable([]kit.TableColumn{{Width: 160, Grow: true}, {Width: stateColumn}}, q.cell)
	q.table.OnSelect = func(row int) { q.mark(q.items[row].ID) }
	q.table.OnOpen = func(row int) { q.show(q.items[row].ID) }
	q.search.OnDown(func() { q.focus() })
	q.search.OnEnter(func(string) { q.first() })
	q.list, q.pane = kit.NewSwap(nil), kit.NewSwap(nil)
	// Guessed until it is laid out: a request that is open from the beginning is
	// not built twice, and the keyboard stays in what is shown.
	q.wide = c.Window.Canvas().Size().Width-look.Px(look.RailWidth) >= look.Px(widePane)
	q.build()
	id, tab := portal.ID(r.Arg("request")), 0
	switch r.Arg("tab") {
	case messagesTab:
		tab = talkTab
	case papersTab:
		tab = paperTab
	}
	before, again := c.Kept.(queueKept)
	if again {
		q.filter, q.sort, q.selected, id, tab = before.filter, before.sort, before.selected, before.open, before.tab
	}
	q.refresh()
	if id != "" {
		q.show(id)
	}
	if q.open != nil && tab != 0 {
		if !again {
			q.open.found = portal.ID(r.Arg("message"))
		}
		q.open.choose(tab)
		q.keep()
	}
	c.On(q.refresh, view.Topic{Collection: wire.Queue}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic},
		view.Topic{Collection: view.ClockTopic}, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: wire.Accounts},
		view.Topic{Collection: view.FileTopic}, view.Topic{Collection: wire.Requests}, view.Topic{Collection: view.PresenceTopic},
		view.Topic{Collection: wire.Messages}, view.Topic{Collection: wire.MessageFiles}, view.Topic{Collection: wire.Texts}, view.Topic{Collection: wire.Documents},
		view.Topic{Collection: wire.DocumentKinds})
	c.OnLeave(q.leave)
	return q
}

func (q *queue) screen() screen.Screen {
	s := screen.Screen{Content: q.root, Title: i18n.T("staff.queue", nil), Rail: screen.Queue}
	switch {
	case q.open != nil:
		s.Focus = q.open.reader
	case q.empty == notEmpty:
		s.Focus = q.table
	}
	return s
}

// build puts the list and the pane beside each other, or one over the other
// where there is no room.
func (q *queue) build() {
	head := kit.PadXY(look.M, look.S, kit.Column(look.S, outcome.Cards(q.c, q.s), q.strip, q.tools()))
	q.side = arrange.New(func(size fyne.Size) {
		h := kit.HeightFor(head, size.Width)
		arrange.Put(head, 0, 0, size.Width, h)
		arrange.Put(q.list, 0, h, size.Width, size.Height-h)
	}, func(width float32) float32 { return kit.HeightFor(head, width) + look.Px(2*look.RowHeight) }, head, q.list)
	q.root = arrange.New(func(size fyne.Size) {
		if wide := size.Width >= look.Px(widePane); wide != q.wide {
			q.wide = wide
			if q.open != nil {
				q.open.redraw() // the way back is there only where it is needed
			}
		}
		if q.wide {
			// Of a window of 1280 enough is left for the decisions to stand in one line.
			w := min(max(size.Width*0.46, look.Px(340)), look.Px(472))
			q.side.Show()
			q.pane.Show()
			arrange.Put(q.side, 0, 0, w, size.Height)
			arrange.Put(q.pane, w, 0, size.Width-w, size.Height)
			return
		}
		set(q.side, q.open == nil)
		set(q.pane, q.open != nil)
		arrange.Put(q.side, 0, 0, size.Width, size.Height)
		arrange.Put(q.pane, 0, 0, size.Width, size.Height)
	}, func(float32) float32 { return look.Px(200) }, q.side, q.pane)
}

// tools are the search and the filter: one over the other in a pane, and beside
// each other where the list has the width of the window and little height.
func (q *queue) tools() fyne.CanvasObject {
	return arrange.New(func(size fyne.Size) {
		gap, row := look.Px(look.S), look.Px(look.ControlHeight)
		if q.wide {
			arrange.Put(q.search, 0, 0, size.Width, row)
			arrange.Put(q.choose, 0, row+gap, size.Width, row)
			return
		}
		w := min(q.choose.NaturalWidth(), (size.Width-gap)*0.6)
		arrange.Put(q.search, 0, 0, size.Width-gap-w, row)
		arrange.Put(q.choose, size.Width-w, 0, w, row)
	}, func(float32) float32 {
		if q.wide {
			return look.Px(2*look.ControlHeight + look.S)
		}
		return look.Px(look.ControlHeight)
	}, q.search, q.choose)
}

// layOut gives the list the room that what stands over it leaves.
func (q *queue) layOut() {
	q.root.Refresh()
	q.side.Refresh()
}

func set(o fyne.CanvasObject, on bool) {
	if on != o.Visible() {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// refresh shows the queue as it is now; the row marked stays the same request.
func (q *queue) refresh() {
	all := q.c.View.Queue("", q.filter, q.sort)
	q.items = q.items[:0]
	for _, it := range all {
		// What this agent has just decided leaves the queue at once.
		if !requests.State(it.State).Decided() || it.Unread > 0 && !it.Pending {
			q.items = append(q.items, it)
		}
	}
	q.choose.SetText(q.filterWords())
	q.fillList()
	row := slices.IndexFunc(q.items, func(it view.QueueItem) bool { return it.ID == q.selected })
	q.table.SetLength(len(q.items))
	q.table.Select(row)
	if q.open != nil {
		q.open.refresh()
	} else {
		if row < 0 {
			q.selected = ""
		}
		q.preview()
	}
	q.tellLast()
	q.side.Refresh() // a refusal's card may have come or gone
	q.keep()
}

// keep writes down where the agent is.
func (q *queue) keep() {
	k := queueKept{filter: q.filter, sort: q.sort, selected: q.selected}
	if q.open != nil {
		k.open, k.tab = q.open.id, q.open.tabs.Selected()
	}
	q.c.Kept = k
}

func (q *queue) fillList() {
	is := notEmpty
	_, known := q.c.View.Me()
	switch {
	case len(q.items) > 0:
	case q.filter != (view.QueueFilter{}):
		is = nothingFound
	case !known:
		is = nothingReceived
	default:
		is = nothingToDo
	}
	if is == q.empty {
		return
	}
	q.empty = is
	switch is {
	case notEmpty:
		q.list.Set(q.table)
		if f := q.c.Window.Canvas().Focused(); q.open == nil && (f == nil || kit.Reading(f)) {
			kit.Draw(q.root)
			q.focus() // the rows have just arrived, and the keyboard waits for them
		}
	case nothingFound:
		q.list.Set(kit.NewBarePage(kit.PadXY(look.M, look.S, pad(kit.EmptyState(kit.NothingFound, "", i18n.T("staff.filter.none", nil), i18n.T("staff.filter.clear", nil), q.clear)))))
	case nothingReceived:
		q.list.Set(kit.NewBarePage(kit.PadXY(look.M, look.S, pad(kit.EmptyState(kit.NotReceived, "", "", "", nil)))))
	default:
		q.list.Set(kit.NewBarePage(kit.PadXY(look.M, look.S, pad(kit.EmptyState(kit.NothingYet, "check-circle", i18n.T("staff.nothing", nil), i18n.T("staff.town.title", nil), func() { q.c.Go(screen.To(screen.Town)) })))))
	}
}

// pad keeps a card as tall as its words, at the top of its page.
func pad(o fyne.CanvasObject) fyne.CanvasObject { return kit.Column(0, o) }

// clear takes search and filters away.
func (q *queue) clear() {
	q.filter = view.QueueFilter{}
	q.search.SetText("") // refreshes
	q.refresh()
}

// mark shows a row's outline beside the queue without opening the family's
// file: walking over the queue leaves no trace in the audit trail.
func (q *queue) mark(id portal.ID) {
	q.selected = id
	if q.open != nil && q.open.id != id {
		// What is shown beside a marked row is that row's, always: a decision on
		// another child must not be a click away.
		q.shut()
		q.shown = ""
	}
	if q.open == nil {
		q.preview()
	}
	q.keep()
}

// first opens what the search found first.
func (q *queue) first() {
	if len(q.items) > 0 {
		q.show(q.items[0].ID)
	}
}

// preview is the pane while no request is open.
func (q *queue) preview() {
	it, ok := q.c.View.QueueItem(q.selected)
	if key := fmt.Sprint(it, q.empty, q.since(it), i18n.Language()); key != q.shown {
		q.shown = key
	} else {
		return // a button there may have the focus
	}
	if !ok {
		var hint fyne.CanvasObject = kit.Gap(0) // an empty list says why itself
		if q.empty == notEmpty {
			hint = kit.EmptyState(kit.NothingYet, "tray", i18n.T("staff.choose", nil), "", nil)
		}
		q.pane.Set(kit.NewPage(kit.Column(0, hint)))
		return
	}
	tone, icon, word := stateChip(it.State)
	about := kit.Column(look.M,
		kit.Column(look.XS, kit.Title(it.Person), kit.Body(q.procedure(it.Procedure))),
		kit.Line(look.S, kit.NewChip(tone, icon, word), kit.Muted(q.since(it))),
		kit.Line(look.S, kit.Primary(i18n.T("staff.open", nil), func() { q.show(it.ID) }).Icon("file-text")),
		kit.Caption(i18n.T("staff.openNote", nil)))
	q.pane.Set(kit.NewPage(kit.Column(0, kit.Card(about))))
}

// show opens a request.
func (q *queue) show(id portal.ID) {
	if q.open != nil && q.open.id == id {
		q.open.focus()
		return
	}
	q.shut()
	q.selected = id
	q.table.Select(slices.IndexFunc(q.items, func(it view.QueueItem) bool { return it.ID == id }))
	d := openDetail(q, id)
	if d == nil {
		q.selected = ""
		q.preview()
		return
	}
	q.open, q.shown = d, ""
	q.pane.Set(d.root)
	q.layOut()
	q.keep()
	d.focus()
}

// back leaves the request for the queue.
func (q *queue) back() {
	q.shut()
	q.preview()
	q.layOut()
	q.keep()
	q.focus()
}

func (q *queue) shut() {
	if q.open != nil {
		q.open.stop()
		if q.open.talk != nil {
			q.open.talk.Close()
		}
		q.open = nil
	}
}

func (q *queue) leave() { q.shut() }

// next opens the request after one that was decided: the next that nobody else
// has in hand.
func (q *queue) next(after int) {
	me, _ := q.c.View.Me()
	q.shut()
	for n := range q.items {
		it := q.items[(max(after, 0)+n)%len(q.items)]
		if it.Agent == "" || it.Agent == me.ID {
			q.show(it.ID)
			return
		}
	}
	q.selected = ""
	q.preview()
	q.layOut()
	q.keep()
	q.focus()
}

// cell is what a row says.
func (q *queue) cell(row, column int) kit.Cell {
	if row < 0 || row >= len(q.items) {
		return kit.Cell{}
	}
	it := q.items[row]
	if column == 0 {
		c := kit.Cell{Text: it.Person, Second: q.procedure(it.Procedure), Bold: true}
		if n := waitingHere(it); n > 0 {
			// In front, where no long title pushes it out of sight.
			c.Second = i18n.T("staff.papers.badge", map[string]any{"Count": n, "Procedure": c.Second})
		}
		if me, _ := q.c.View.Me(); it.AgentName != "" && it.Agent != me.ID {
			c.Second += ", " + it.AgentName
		}
		return c
	}
	tone, icon, word := stateChip(it.State)
	c := kit.Cell{Text: word, Icon: icon, Role: tone.Text(), Second: q.since(it)}
	if it.Answered && requests.State(it.State) == requests.InReview {
		c.Text, c.Icon = i18n.T("staff.answered", nil), "envelope-open"
	}
	if it.Unread > 0 {
		c.Icon, c.Second = "envelope-simple", i18n.T("exchanges.unread", map[string]any{"Count": it.Unread})
	}
	if late := q.c.View.PromisedUntil(it); late != "" && late < q.c.View.Today() && it.Unread == 0 {
		c.Icon, c.Role, c.Second = "warning", look.Error, i18n.T("staff.due.row", map[string]any{"Date": i18n.DayMonth(outcome.Day(late))})
	}
	if it.Pending {
		c.Second = i18n.T("staff.waiting", nil)
	}
	return c
}

func (q *queue) since(it view.QueueItem) string {
	return i18n.Since(q.c.View.Now().Sub(time.UnixMicro(it.Submitted)))
}

// procedure is a procedure's title, or its id while the catalogue has not
// been received.
func (q *queue) procedure(id string) string {
	if p, ok := q.c.View.Procedure(id); ok {
		return p.Title.In(i18n.Language())
	}
	return id
}

// stateChip is a state as an agent reads it.
func stateChip(state string) (look.Tone, string, string) {
	word := i18n.T("staff.state."+state, nil)
	switch requests.State(state) {
	case requests.Submitted:
		return look.ToneWarning, "tray", word
	case requests.InReview:
		return look.ToneInfo, "hourglass", word
	case requests.WaitingFamily:
		return look.ToneNeutral, "chats", word
	case requests.Accepted:
		return look.ToneSuccess, "check-circle", word
	case requests.Refused:
		return look.ToneError, "x-circle", word
	}
	return look.ToneNeutral, "circle", word
}

// focus gives the keyboard to the list, where it is shown. It is asked of the
// window: a widget that has just come does not know its canvas yet.
func (q *queue) focus() {
	if q.empty == notEmpty && (q.wide || q.open == nil) {
		q.c.Window.Canvas().Focus(q.table)
	}
}
