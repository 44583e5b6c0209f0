package staff

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/exchanges"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// detail is one request as the agent reads it, with the bar that decides.
type detail struct {
	q    *queue
	id   portal.ID
	item view.QueueItem // as it last stood in the queue
	stop func()

	file   bool      // the family's file is here
	opened portal.ID // the command that asks for it

	root     *arrange.Box
	tabs     *kit.Tabs
	back     *kit.IconButton         // to the queue
	talk     *exchanges.Conversation // nil before it was looked at
	found    portal.ID               // the message at which it opens, "" for its end
	page     *kit.Swap
	reader   fyne.Focusable // of the page shown
	presence *kit.Notice
	bar      *kit.Swap
	drawn    string // what page and bar were made of
	at       int    // the tab that is drawn

	within fyne.CanvasObject // the decisions, where they scroll along with the page
}

// openDetail opens a request: the file is asked for, or looked at again, once.
// It is nil when the request stands in no queue and no file, and the address does
// not say whose it is.
func openDetail(q *queue, id portal.ID) *detail {
	d := &detail{q: q, id: id}
	item, inQueue := q.c.View.QueueItem(id)
	request, inFile := q.c.View.Request(id)
	switch {
	case inQueue:
		d.item = item
	case inFile:
		d.item = view.QueueItem{QueueItem: wire.QueueItem{ID: id, Reference: request.Reference, Account: request.Account, Procedure: request.Procedure,
			Desk: request.Desk, State: request.State, Person: request.Person, Submitted: request.Submitted, Agent: request.Agent, AgentName: request.AgentName}}
	case q.given.ID == id && q.given.Account != "":
		d.item = q.given // found over the town
	default:
		return nil
	}
	d.page, d.bar = kit.NewSwap(nil), kit.NewSwap(nil)
	d.presence = kit.NewNotice(look.ToneNeutral, "", "").Icon("eye")
	d.presence.Hide()
	d.tabs = kit.NewTabs([]kit.Tab{{Label: i18n.T("staff.tab.request", nil)}, {}, {}}, func(int) {
		d.redraw()
		q.keep()
	})
	// The way back stands beside the tabs, where the request has the window to
	// itself: a line of its own would be the page's.
	d.back = kit.NewIconButton("arrow-left", i18n.T("staff.back", nil), q.back)
	d.root = arrange.Headed(kit.PadXY(look.L, 0, kit.Line(0, d.back, kit.Grow(d.tabs, 240))), arrange.Footed(d.page, d.bar))
	d.stop = q.s.Watch(id)
	d.ask()
	d.refresh()
	return d
}

// ask has the town hall grant the family's file, or note that it was looked at
// again.
func (d *detail) ask() {
	args := map[string]string{"person": d.item.Person}
	_, d.file = d.q.c.View.File(d.item.Account, d.item.Desk)
	if d.file {
		// A line of the audit trail: where it cannot be kept, nothing of the
		// agent's is lost.
		_, _ = d.q.s.Submit(wire.FileSeen, wire.SeenFile{Account: d.item.Account, Desk: d.item.Desk}, cache.Note{Key: "staff.note.seen", Args: args})
		return
	}
	for _, p := range d.q.c.View.Waiting() {
		if _, a, err := wire.ReadCommand(p.Body); err == nil {
			if o, ok := a.(*wire.OpenFile); ok && o.Account == d.item.Account && o.Desk == d.item.Desk {
				d.opened = p.ID
				return
			}
		}
	}
	id, err := d.q.s.Submit(wire.FileOpen, wire.OpenFile{Account: d.item.Account, Desk: d.item.Desk}, cache.Note{Key: "staff.note.open", Args: args})
	if err != nil {
		d.q.fail(err)
		return
	}
	d.opened = id
}

// refresh shows the request as it is now. What is read keeps its place while
// only the bar or the notice changes.
func (d *detail) refresh() {
	v := d.q.c.View
	if item, ok := v.QueueItem(d.id); ok {
		d.item = item
	}
	_, d.file = v.File(d.item.Account, d.item.Desk)
	request, known := v.Request(d.id)
	if known && d.file {
		d.item.State, d.item.Agent, d.item.AgentName = request.State, request.Agent, request.AgentName
		d.item.Pending, d.item.Command = request.Pending, request.Command
	}
	names := v.Presence(d.id)
	if len(names) > 0 {
		d.presence.Set(look.ToneNeutral, "", i18n.T("staff.presence", map[string]any{"Count": len(names), "Names": i18n.List(names)}))
	}
	raw, _ := json.Marshal(request.Request)
	d.tabs.SetLabel(talkTab, d.talkLabel())
	d.tabs.SetLabel(paperTab, d.papersLabel())
	asked, others := filed(v, d.id, d.item.Account, d.item.Desk)
	set(d.root.Parts()[0], d.file && known)
	set(d.back, !d.q.wide)
	if d.talk != nil && d.tabs.Selected() == talkTab {
		d.talk.Refresh() // only what is shown is read
	}
	drawn := strings.Join([]string{strconv.Itoa(d.tabs.Selected()), string(raw), d.visitState(), d.item.State, string(d.item.Agent), i18n.Language(), yes(d.file && known), yes(d.item.Pending), yes(d.refused()),
		papersDrawn(asked, others), fileQuotient(d.q.c, d.item.Account, d.item.Desk)}, "\n")
	if drawn != d.drawn {
		d.drawn = drawn
		f, _ := d.q.c.Window.Canvas().Focused().(fyne.CanvasObject)
		deciding := f != nil && (kit.Within(d.bar, f) || d.within != nil && kit.Within(d.within, f))
		d.within = nil
		if d.file && known && d.tabs.Selected() != talkTab && d.cramped() {
			d.within = d.decisions(true, 0)
		}
		talking := false
		switch {
		case d.file && known && d.tabs.Selected() == talkTab:
			d.converse()
			talking = true
		case d.file && known && d.tabs.Selected() == paperTab:
			d.show(d.papers(request))
		case d.file && known:
			d.show(d.read(request))
		default:
			d.show(d.waiting())
		}
		if d.talk != nil && !talking {
			d.talk.Listen(false)
		}
		if d.within != nil || talking {
			d.bar.Set(kit.Gap(0)) // the room is the answer's
		} else {
			d.bar.Set(d.decisions(d.file && known, look.L))
		}
		if deciding {
			// A second press of Enter must not fall on the decision that has come
			// into the place of the one before.
			d.focus()
		}
		d.root.Refresh()
	}
	if on := len(names) > 0; on != d.presence.Visible() {
		set(d.presence, on)
		d.page.Refresh()
	}
}

// cramped tells whether a bar at the foot would leave no room to read.
func (d *detail) cramped() bool { return d.q.c.Window.Canvas().Size().Height < look.Px(340) }

// redraw makes the page anew, whatever has changed.
func (d *detail) redraw() {
	d.drawn = ""
	d.refresh()
}

// show exchanges the page and stays where the agent was reading; another tab
// begins at its top.
func (d *detail) show(p *kit.Page) {
	before, ok := d.page.Object().(*kit.Page)
	d.reader = p.Reader(d.key)
	d.page.Set(p)
	if ok && d.at == d.tabs.Selected() {
		p.SetOffset(before.Offset())
	}
	d.at = d.tabs.Selected()
}

// focus lets the request be read by the keyboard; Tab leads on to the bar.
func (d *detail) focus() {
	kit.Draw(d.root)
	d.reader.(fyne.Disableable).Enable() // one may have left it, and comes back
	kit.Enter(d.q.c.Window.Canvas(), d.reader)
}

// key leads back to the queue.
func (d *detail) key(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyEscape {
		return false
	}
	if d.q.wide {
		d.q.focus()
	} else {
		d.q.back()
	}
	return true
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// refused tells whether the town hall did not open the file.
func (d *detail) refused() bool {
	for _, r := range d.q.c.View.Refusals() {
		if r.ID == d.opened {
			return true
		}
	}
	return false
}

// head is whom and what the request is about.
func (d *detail) head() fyne.CanvasObject {
	tone, icon, word := stateChip(d.item.State)
	if d.item.Pending {
		tone, icon, word = look.TonePending, "", i18n.T("staff.pending", map[string]any{"State": word})
	}
	back := kit.Line(look.S, kit.Plain(i18n.T("staff.back", nil), d.q.back).Icon("arrow-left"))
	set(back, !d.q.wide && !d.root.Parts()[0].Visible())
	lacks := kit.NewNotice(look.ToneWarning, "", d.lacking())
	// Where large text leaves the bar no room to say so.
	decided := requests.State(d.item.State).Decided()
	set(lacks, look.Large() && d.lacking() != "" && !decided && d.tabs.Selected() != paperTab) // there the list says so
	says := kit.Caption(d.says())
	set(says, look.Large() && says.Text() != "" && d.file && !decided)
	parts := []fyne.CanvasObject{back,
		kit.Line(look.M, kit.Grow(kit.Title(d.item.Person), 200), kit.NewChip(tone, icon, word)),
		kit.Muted(i18n.T("staff.about", map[string]any{"Procedure": d.q.procedure(d.item.Procedure), "Reference": d.item.Reference, "Since": d.q.since(d.item)})),
		lacks, says, d.presence}
	if d.within != nil {
		parts = append(parts, d.within)
	}
	return kit.Column(look.S, parts...)
}

// waiting is the request while the family's file is not here yet.
func (d *detail) waiting() *kit.Page {
	var body fyne.CanvasObject
	if d.refused() {
		body = kit.NewNotice(look.ToneError, i18n.T("refused.open", map[string]any{"Person": d.item.Person}), "",
			kit.Secondary(i18n.T("staff.again", nil), func() {
				_ = d.q.s.MarkRead(d.opened) // it is asked for anew
				d.ask()
				d.refresh()
			}))
	} else {
		p := kit.NewProgress(i18n.T("staff.opening", nil), nil)
		p.Set(i18n.T("staff.opening", nil), -1)
		body = kit.Card(kit.Column(look.M, p, kit.Muted(i18n.T("staff.openingLine", nil))))
	}
	return kit.NewPage(kit.Column(look.L, d.head(), body))
}

// read is the request as the family read it over before sending, and what
// happened since.
func (d *detail) read(r view.Request) *kit.Page {
	parts := append([]fyne.CanvasObject{d.head()}, d.visit(r)...)
	var line []fyne.CanvasObject
	if due := dueLine(d.q.c.View, r); due != "" {
		line = append(line, kit.Grow(kit.Muted(due), 160))
	}
	if button := forms.PrintRequest(d.q.c, r, d.formatter(r)); button != nil {
		line = append(line, button)
	}
	if line != nil {
		parts = append(parts, kit.Line(look.S, line...))
	}
	if asked := r.Asked(); asked != nil {
		parts = append(parts, kit.NewNotice(look.ToneNeutral, i18n.T("staff.asked", nil), asked.Text+"\n"+d.ticked(r, asked)).Icon("hand-palm"))
	}
	if r.Decision != "" {
		parts = append(parts, kit.NewNotice(look.ToneSuccess, i18n.T("staff.wrote", nil), r.Decision))
	}
	f, _ := d.q.c.View.File(d.item.Account, d.item.Desk)
	if letter := forms.DecisionOf(d.q.c, r, d.formatter(r), strings.TrimSpace(f.Account.FirstName+" "+f.Account.LastName)); letter != nil {
		parts = append(parts, letter)
	}
	if p, _, known := d.q.c.View.ProcedureOf(r); known {
		if history := forms.History(p, r, d.formatter(r), d.q.c.View.Today()); history != nil {
			parts = append(parts, history)
		}
	}
	if r.Reason != "" {
		parts = append(parts, kit.NewNotice(look.ToneError, i18n.T("staff.reason", nil), r.Reason))
	}
	if len(f.Children) > 0 {
		to := screen.To(screen.StaffChildren, "account", string(d.item.Account), "desk", d.item.Desk, "request", string(d.id))
		parts = append(parts, kit.Line(0, kit.Secondary(ts("open"), func() { d.q.c.Go(to) }).Icon("users")))
	}
	parts = append(parts, d.answers(r))
	if says := fileQuotient(d.q.c, d.item.Account, d.item.Desk); says != "" {
		parts = append(parts, quotientCard(d.q.c, d.item.Account, says))
	}
	parts = append(parts, kit.Card(kit.Column(look.M, kit.Section(i18n.T("staff.timeline", nil)), kit.Timeline(steps(r)...))))
	return kit.NewPage(kit.Column(look.L, parts...))
}

// ticked is the answers and documents that a family is asked for.
func (d *detail) ticked(r view.Request, c *wire.Correction) string {
	var names []string
	if p, _, known := d.q.c.View.ProcedureOf(r); known {
		for _, page := range p.Pages {
			for _, f := range page.Fields {
				if slices.Contains(c.Fields, f.Key) {
					names = append(names, f.Label.In(i18n.Language()))
				}
			}
		}
	}
	for _, kind := range c.Documents {
		names = append(names, kindName(d.q.c.View, kind))
	}
	return i18n.T("staff.ticked", map[string]any{"Names": i18n.List(names)})
}

func (d *detail) formatter(r view.Request) *formatter {
	f := &formatter{v: d.q.c.View, request: r}
	f.file, _ = d.q.c.View.File(d.item.Account, d.item.Desk)
	return f
}

// answers is the recap; entries of a group become sections of their own.
func (d *detail) answers(r view.Request) fyne.CanvasObject {
	p, same, ok := d.q.c.View.ProcedureOf(r)
	answers, wrong := requests.Decode(r.Answers)
	if !ok || wrong != nil {
		return kit.NewNotice(look.ToneWarning, "", i18n.T("staff.unreadable", nil))
	}
	f := d.formatter(r)
	var cards []fyne.CanvasObject
	for _, s := range requests.Recap(p, answers, requests.Context{Today: d.q.c.View.Today()}, f) {
		title, lines := s.Title, []fyne.CanvasObject(nil)
		add := func() {
			if len(lines) > 0 {
				cards = append(cards, kit.Card(kit.Column(look.S, append([]fyne.CanvasObject{kit.Section(title)}, lines...)...)))
			}
		}
		for _, l := range s.Lines {
			if l.Heading {
				add()
				title, lines = l.Question, nil
				continue
			}
			answer := kit.Body(l.Answer)
			if l.Answer == "" {
				answer = kit.Muted(i18n.T("kit.recap.empty", nil))
			}
			// Narrower than the kit's recap, so that question and answer stay
			// beside each other in the pane.
			lines = append(lines, kit.Rule(), kit.Columns(150, look.M, 2, kit.Muted(l.Question), answer))
		}
		add()
	}
	out := kit.Column(look.M, cards...)
	if !same {
		return kit.Column(look.M, kit.NewNotice(look.ToneInfo, "", i18n.T("staff.otherVersion", nil)), out)
	}
	return out
}

// steps is the time line of a request.
func steps(r view.Request) []kit.Step {
	var out []kit.Step
	for _, e := range r.Timeline {
		s := kit.Step{When: i18n.DateTime(time.UnixMicro(e.At).In(portal.Paris)), Text: e.Text, Tone: look.ToneInfo}
		s.Title = i18n.T("staff.event."+e.Kind, nil)
		if !i18n.Has("staff.event." + e.Kind) {
			s.Title = i18n.T("staff.event.other", nil)
		}
		if e.By != "" {
			s.Title = i18n.T("staff.event.by", map[string]any{"What": s.Title, "By": e.By})
		}
		switch requests.EventKind(e.Kind) {
		case requests.EventSubmitted, requests.EventAccepted:
			s.Tone = look.ToneSuccess
		case requests.EventTaken:
			s.Icon = "user"
		case requests.EventRefused:
			s.Tone, s.Icon = look.ToneError, "x"
		}
		out = append(out, s)
	}
	if r.Pending {
		_, _, word := stateChip(r.State)
		out = append(out, kit.Step{Title: i18n.T("staff.pending", map[string]any{"State": word}), Icon: "cloud-arrow-up", Tone: look.TonePending, Ahead: true})
	}
	return out
}

func (q *queue) fail(err error) {
	q.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
}
