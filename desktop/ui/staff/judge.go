package staff

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Judge builds the screen where an agent reads a document and says what it is
// worth; its route names the document and the request it was opened from.
func Judge(c *screen.Context, r screen.Route) screen.Screen {
	return openJudge(c, c.Session, r).screen()
}

// bench is what judging asks of the session besides.
type bench interface {
	desk
	papers.Store
}

// judgeKept is what the screen finds again when it is built anew.
type judgeKept struct {
	document portal.ID
	last     *verdict
}

// verdict is the last judgment given here, for the strip that takes it back.
type verdict struct {
	command, document portal.ID
	name              string
	valid             bool
	at                time.Time
	undone            bool
}

type judge struct {
	c       *screen.Context
	s       bench
	request portal.ID
	account portal.ID
	desk    string
	id      portal.ID // the document shown

	paper *papers.Paper
	side  *kit.Swap
	page  *kit.Page
	bar   *kit.Swap // what decides, always in sight
	panel *arrange.Box
	strip *kit.Strip
	back  fyne.CanvasObject // beside the tabs there is another
	tabs  *kit.Tabs         // where document and judgment have no room beside each other
	root  *arrange.Box
	stop  func()

	tight tightness
	until *kit.Field
	last  *verdict
	drawn string
	said  string
}

// tightness is what the judgment leaves away where the window is low, so that
// until when a document is valid is in sight: the line of the way back, and where
// document and judgment share the room, the name before it.
type tightness int

const (
	roomy  tightness = iota
	low              // beside the document
	lowest           // on a tab of its own
)

// benchPane is the room, at 100 %, from which the judgment stands beside the
// document; sidePane is how wide it is.
const (
	benchPane float32 = 620
	sidePane  float32 = 300
)

func openJudge(c *screen.Context, s bench, r screen.Route) *judge {
	j := &judge{c: c, s: s, request: portal.ID(r.Arg("request")), id: portal.ID(r.Arg("document")), side: kit.NewSwap(nil), bar: kit.NewSwap(nil), strip: kit.NewStrip(), stop: func() {}}
	if before, again := c.Kept.(judgeKept); again {
		j.id, j.last = before.document, before.last
	}
	q, _ := c.View.Request(j.request)
	j.account, j.desk = q.Account, q.Desk
	j.paper = papers.New(c, s)
	j.page = kit.NewBarePage(kit.PadXY(look.M, look.XS, j.side))
	j.back = kit.Line(0, kit.Plain(i18n.T("staff.judge.back", nil), c.Back).Icon("arrow-left"))
	j.panel = arrange.Footed(j.page, j.bar)
	j.strip.OnMoved(func() { j.page.Refresh() })
	j.tabs = kit.NewTabs([]kit.Tab{{Icon: "file", Label: i18n.T("staff.judge.document", nil)}, {Icon: "check-square", Label: i18n.T("staff.judge.verdict", nil)}}, func(int) { j.root.Refresh() })
	head := kit.PadXY(look.M, 0, kit.Line(0, kit.NewIconButton("arrow-left", i18n.T("staff.judge.back", nil), c.Back), kit.Grow(j.tabs, 240)))
	j.root = arrange.New(func(size fyne.Size) {
		wide := size.Width >= look.Px(benchPane)
		set(head, !wide)
		if tight := j.tightIn(wide); tight != j.tight {
			j.tight = tight
			j.refresh()
		}
		if wide {
			w := look.Px(sidePane)
			set(j.paper.Viewer, true)
			set(j.panel, true)
			set(j.back, true)
			arrange.Put(j.paper.Viewer, 0, 0, size.Width-w, size.Height)
			arrange.Put(j.panel, size.Width-w, 0, w, size.Height)
			return
		}
		h := kit.HeightFor(head, size.Width)
		arrange.Put(head, 0, 0, size.Width, h)
		set(j.paper.Viewer, j.tabs.Selected() == 0)
		set(j.panel, j.tabs.Selected() == 1)
		set(j.back, false)
		arrange.Put(j.paper.Viewer, 0, h, size.Width, size.Height-h)
		arrange.Put(j.panel, 0, h, size.Width, size.Height-h)
	}, func(float32) float32 { return look.Px(200) }, head, j.paper.Viewer, j.panel)
	if j.request != "" {
		j.stop = s.Watch(j.request)
	}
	c.OnLeave(func() { j.stop() })
	j.show(j.id)
	c.On(j.refresh, view.Topic{Collection: wire.Documents}, view.Topic{Collection: wire.DocumentKinds}, view.Topic{Collection: wire.Requests}, view.Topic{Collection: view.FileTopic},
		view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic}, view.Topic{Collection: wire.Accounts})
	return j
}

func (j *judge) tightIn(wide bool) tightness {
	switch {
	case j.c.Window.Canvas().Size().Height >= look.Px(420):
		return roomy
	case wide:
		return low
	}
	return lowest
}

func (j *judge) screen() screen.Screen {
	return screen.Screen{
		Content: j.root, Title: i18n.T("staff.judge.title", nil), Rail: screen.Queue, Focus: j.paper.Viewer.Stage(),
		Keys: map[fyne.Shortcut]func(){
			chord(fyne.KeyReturn, 0):                     j.accept,
			chord(fyne.KeyEnter, 0):                      j.accept,
			chord(fyne.KeyReturn, fyne.KeyModifierShift): j.reject,
			chord(fyne.KeyEnter, fyne.KeyModifierShift):  j.reject,
			chord(fyne.KeyPageDown, 0):                   func() { j.step(1) },
			chord(fyne.KeyPageUp, 0):                     func() { j.step(-1) },
			&fyne.ShortcutUndo{}:                         j.undo,
		},
	}
}

func chord(key fyne.KeyName, with fyne.KeyModifier) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl | with}
}

// show puts a document before the agent.
func (j *judge) show(id portal.ID) {
	j.id, j.drawn, j.until = id, "", nil
	j.c.Kept = judgeKept{id, j.last}
	d, there := j.document()
	switch {
	case !there:
		j.paper.Empty(i18n.T("staff.judge.gone", nil))
	default:
		j.paper.Read(d.ID)
	}
	j.refresh()
	j.page.Top()
}

// document is the one shown, where it is still this desk's to see.
func (j *judge) document() (view.Document, bool) {
	d, there := j.c.View.Document(j.id)
	return d, there && d.Account == j.account
}

// all is every document here, in the order in which one walks over them.
func (j *judge) all() (items []view.DocumentItem) {
	asked, others := filed(j.c.View, j.request, j.account, j.desk)
	return slices.DeleteFunc(slices.Concat(asked, others), func(i view.DocumentItem) bool { return i.Document == nil })
}

// step goes to the document after or before the one shown.
func (j *judge) step(by int) {
	items := j.all()
	if len(items) == 0 {
		return
	}
	at := slices.IndexFunc(items, func(i view.DocumentItem) bool { return i.Document.ID == j.id })
	next := items[(at+by+len(items))%len(items)].Document.ID
	if next != j.id {
		j.show(next)
	}
}

// next opens the next document that waits, "" stays at the one just judged.
func (j *judge) next() {
	ids := toJudge(j.c.View, j.request, j.account, j.desk)
	ids = slices.DeleteFunc(ids, func(id portal.ID) bool { return id == j.id })
	if len(ids) == 0 {
		j.choose(1) // where it is said what was done, and taken back
		j.refresh()
		return
	}
	j.choose(0)
	j.show(ids[0])
}

// refresh shows what is known of the document now. What was typed stays while
// it is the same one, unjudged.
func (j *judge) refresh() {
	j.tell()
	q, _ := j.c.View.Request(j.request)
	if q.Account != "" {
		j.account, j.desk = q.Account, q.Desk
	}
	d, there := j.document()
	var others []string
	for _, i := range j.all() {
		others = append(others, fmt.Sprint(i.Document.ID, i.Status))
	}
	drawn := fmt.Sprint(d, there, q.Person, others, i18n.Language(), j.c.View.Today(), j.undoable(d), j.tight)
	if drawn == j.drawn {
		return
	}
	j.drawn = drawn
	typed := ""
	if j.until != nil {
		typed = j.until.Typed()
	}
	j.side.Set(j.build(d, there, q))
	if j.until != nil && typed != "" {
		j.until.SetValue(typed)
	}
	j.page.Refresh()
	j.panel.Refresh()
	j.root.Refresh()
}

// undoable reports whether the last judgment can still be taken back.
func (j *judge) undoable(d view.Document) bool {
	return d.Status != documents.Submitted && j.mine(d) && j.c.View.Now().Sub(time.UnixMicro(d.Judged)) < documents.UndoFor
}

func (j *judge) mine(d view.Document) bool {
	me, _ := j.c.View.Me()
	return d.JudgedBy != "" && d.JudgedBy == me.ID
}

// build is what stands beside the document.
func (j *judge) build(d view.Document, there bool, q view.Request) fyne.CanvasObject {
	j.until = nil
	j.bar.Set(kit.Gap(0))
	parts := []fyne.CanvasObject{j.back, outcome.Cards(j.c, j.s), j.strip}
	if there && j.tight != roomy {
		parts = parts[1:] // there is an icon for it
	}
	if !there {
		return kit.Column(look.M, append(parts, kit.NewNotice(look.ToneNeutral, "", i18n.T("staff.judge.gone", nil)))...)
	}
	status := d.On(j.c.View.Today())
	tone, icon, word := StatusLook(status)
	if d.Pending {
		tone, icon = look.TonePending, "cloud-arrow-up"
		word = i18n.T("staff.pending", map[string]any{"State": word})
	}
	title := kindName(j.c.View, d.Kind)
	about := q.Person
	if name := childIn(j.c.View, d.Child, j.account, j.desk); name != "" && d.Child != q.Child {
		about = name
	}
	var name fyne.CanvasObject = kit.Section(title)
	if j.tight == low {
		name = kit.Line(look.XS, kit.NewIconButton("arrow-left", i18n.T("staff.judge.back", nil), j.c.Back), kit.Grow(name, 100))
	}
	named := len(parts)
	parts = append(parts, kit.Column(look.XS, name, kit.Line(look.S, kit.Grow(kit.Muted(about), 100), kit.NewChip(tone, icon, word))))
	file := kit.Caption(i18n.T("staff.judge.file", map[string]any{"Name": d.Name, "Size": i18n.Size(d.Size), "When": i18n.DateTime(time.UnixMicro(d.Sent).In(portal.Paris))}))
	switch d.Scan {
	case documents.Infected:
		parts = append(parts, kit.NewNotice(look.ToneError, i18n.T("documents.scan.infected", nil), i18n.T("staff.judge.infected", nil)))
	case documents.Pending, documents.ScanError:
		parts = append(parts, kit.NewNotice(look.ToneWarning, "", i18n.T("documents.scan."+string(d.Scan), nil)).Icon("shield-check"))
	case documents.Unscanned:
		file.SetText(file.Text() + ". " + i18n.T("documents.scan.unscanned", nil))
	}
	if d.Status == documents.Submitted {
		switch form := j.form(d); {
		case form == nil:
		case j.tight == lowest:
			parts = slices.Insert(parts, named, form) // its tab tells what it is about
		default:
			parts = append(parts, form)
		}
	} else {
		parts = append(parts, j.judged(d, status))
	}
	parts = append(parts, file)
	if list := j.list(); list != nil {
		parts = append(parts, list)
	}
	return kit.Column(look.M, append(parts, kit.Caption(i18n.T("staff.judge.keys", nil)))...)
}

// form is what is said of a document that is judged, nil where nothing can be;
// the buttons that judge it stand at the foot.
func (j *judge) form(d view.Document) fyne.CanvasObject {
	buttons := []fyne.CanvasObject{kit.Secondary(i18n.T("staff.judge.reject", nil), j.reject)}
	if d.Scan != documents.Infected {
		buttons = append([]fyne.CanvasObject{kit.Primary(i18n.T("staff.judge.accept", nil), j.accept).Icon("check")}, buttons...)
	}
	gap := look.S
	if j.tight == lowest {
		gap = look.XS
	}
	j.bar.Set(kit.Column(gap, kit.Rule(), kit.PadXY(look.M, 0, kit.Line(look.S, buttons...)), kit.Gap(look.XS)))
	if d.Scan == documents.Infected {
		return nil
	}
	kind, _ := j.c.View.DocumentKind(d.Kind)
	today := j.c.View.Today()
	proposed, known := documents.Proposed(kind, today)
	j.until = kit.DateField(i18n.T("staff.judge.until", nil)).Named("until").DateExample("31 / 08 / 2027")
	hint := ""
	switch {
	case !known:
		hint = i18n.T("staff.judge.ownDate", nil)
		j.until.Needed(i18n.T("error.until_needed", nil))
	case proposed == "":
		hint = i18n.T("staff.judge.forever", nil)
	case kind.SchoolYear:
		hint = i18n.T("staff.judge.schoolYear", nil)
	default:
		hint = i18n.T("staff.judge.months", map[string]any{"Count": kind.Months})
	}
	if known {
		j.until.MayBeEmpty()
	}
	j.until.SetValue(string(proposed))
	if j.tight == lowest {
		return kit.Column(look.XS, j.until, kit.Caption(hint)) // the date itself first
	}
	j.until.Hint(hint)
	return j.until
}

// judged is what was decided of it, and by whom.
func (j *judge) judged(d view.Document, status documents.Status) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	switch status {
	case documents.Rejected:
		lines = append(lines, kit.Caption(i18n.T("staff.judge.reads", nil)), kit.Body(judgedWords(d.Reason, d.Note)))
	case documents.Expired:
		lines = append(lines, kit.Body(i18n.T("staff.papers.expired", map[string]any{"Date": i18n.Date(outcome.Day(d.Until))})))
	default:
		lines = append(lines, kit.Body(i18n.Capital(until(d.Until))))
	}
	if d.JudgedByName != "" {
		lines = append(lines, kit.Muted(i18n.T("staff.judge.by", map[string]any{"By": d.JudgedByName, "When": i18n.DateTime(time.UnixMicro(d.Judged).In(portal.Paris))})))
	}
	return kit.Card(kit.Column(look.XS, lines...))
}

// list is the documents one walks over, the one shown marked.
func (j *judge) list() fyne.CanvasObject {
	items := j.all()
	if len(items) < 2 {
		return nil
	}
	var rows []fyne.CanvasObject
	for _, i := range items {
		id := i.Document.ID
		tone, icon, word := StatusLook(i.Status)
		row := kit.NewRow(kindName(j.c.View, i.Need.Kind), childIn(j.c.View, i.Child, j.account, j.desk), func() { j.show(id) }).Status(tone, icon, word).NoChevron()
		row.Selected(id == j.id)
		rows = append(rows, row)
	}
	return kit.Column(look.S, kit.Strong(i18n.T("staff.judge.all", nil)), kit.RowsCard(rows...))
}
