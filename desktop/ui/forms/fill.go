package forms

import (
	"fyne.io/fyne/v2"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// The route arguments of a form besides id, draft and page.
const (
	argThen  = "then"  // where to go on from this page: the recap
	argCheck = "check" // judge the page as soon as it opens
)

// filling is one screen of a form that is being filled in.
type filling struct {
	room
	p     *requests.Procedure
	draft *Draft
	ctx   requests.Context
	all   []step
	now   int
	at    step
	// may is the fields that may be answered, where not all may; send is what
	// the main button does where it does not lead to the next page.
	may  func() map[string]bool
	send func()

	then string // the step to return to, where this one was opened from there
	keep *keeper

	questions []*question
	page      *kit.Page
	problems  *kit.Notice
	parts     *fyne.Container
	saved     *kit.Text
	savedSign *kit.IconView
	top       *fyne.Container // the line that holds both
	reached   *kit.Text       // that it can be gone on with elsewhere; nil where it cannot
}

func (r room) fill(route screen.Route) screen.Screen {
	p, known := r.View.Procedure(route.Arg("id"))
	if !known {
		return r.missing(route)
	}
	if who, signedIn := r.desk.Person(); !signedIn || who.Agent || !p.Online {
		return r.procedure(screen.To(screen.Procedure, "id", p.ID))
	}
	d, kept := r.draft(portal.ID(route.Arg("draft")))
	if !kept || d.Procedure != p.ID {
		id := portal.ID(route.Arg("draft"))
		if !id.Valid() || kept {
			id = portal.NewID()
		}
		d = newDraft(id, p)
	}
	f := &filling{room: r, p: p, draft: d, then: route.Arg(argThen)}
	f.ctx = r.context(d.Fresh)
	r.carry(d, p, f.ctx)
	f.keep = newKeeper(r, d, f.told)
	f.find(route.Arg("page"))
	return f.screen(route.Arg(argCheck) != "")
}

// find looks for the step to show: the one asked for, or where the draft was
// left; whom the form is about comes before everything else.
func (f *filling) find(key string) {
	f.all = steps(f.p, f.draft.Answers, f.ctx)
	if key == "" {
		key = f.draft.Page
	}
	f.now = max(0, stepAt(f.all, key))
	if choosesPerson(f.p) != nil && f.draft.person(f.p) == "" {
		f.now, f.then = 0, ""
	}
	f.at = f.all[f.now]
}

func (f *filling) screen(check bool) screen.Screen {
	f.problems = kit.NewNotice(look.ToneError, "", "")
	f.problems.Hide()
	f.saved = kit.Caption("")
	f.savedSign = kit.NewIcon("check", look.Muted, 16)
	f.showSaved()
	var body fyne.CanvasObject
	var first func()
	switch {
	case f.at.key == stepRecap:
		body = f.recap()
	case f.at.person != nil:
		body = f.people()
	default:
		body = f.asking()
		if q := f.firstQuestion(); q != nil {
			first = func() {
				q.focus()
				f.page.Top()
			}
		}
		if check {
			if list := f.judge(); len(list) > 0 {
				first = list[0].jump // which was chosen from the recap's list
			}
		}
	}
	objects := []fyne.CanvasObject{f.head()}
	if c := f.draft.Changed; c != nil {
		objects = append(objects, f.changes(c))
	}
	if e := f.draft.Refusal; e != nil {
		objects = append(objects, kit.NewNotice(look.ToneWarning, say("refused.before"), whyRefused(f.p, e)))
	}
	objects = append(objects, f.problems, body)
	if f.page = kit.NewFormPage(kit.Column(look.L, objects...)); f.at.key == stepRecap {
		f.page = kit.NewPage(kit.Column(look.L, objects...))
	}
	if first != nil && !f.Anew {
		f.focusSoon(first)
	}
	return screen.Screen{Content: f.page, Title: in(f.p.Title), Rail: screen.Procedures}
}

// head is where one is: the procedure, the page, how far, and that the draft
// is kept.
func (f *filling) head() fyne.CanvasObject {
	title, lead, progress := say("recap.title"), "", say("recap.progress")
	part := 1.0
	if f.at.key != stepRecap {
		title, lead = in(f.at.page.Title), in(f.at.page.Explanation)
		if stepAt(f.all, stepPerson) == 0 && f.at.key == f.at.page.Key && f.at.page == &f.p.Pages[0] {
			lead = "" // it was read where the person was chosen
		}
		progress = say("fill.progress", "At", f.now+1, "Of", len(f.all)-1)
		part = float64(f.now+1) / float64(len(f.all)-1)
	}
	bar := kit.NewProgress(progress, nil)
	bar.Set(progress, part)
	of := in(f.p.Title)
	if name := f.draft.name(f.room, f.p); name != "" {
		of += " · " + name
	}
	f.top = kit.Line(look.M, kit.Grow(kit.Caption(of), 160), kit.Line(look.XS, f.savedSign, f.saved))
	objects := []fyne.CanvasObject{
		kit.Column(look.XS, f.top, kit.Title(title)),
		bar,
	}
	if lead != "" {
		objects = append(objects, kit.Muted(lead))
	}
	return kit.Column(look.M, objects...)
}

// asking is the questions of a page and the buttons.
func (f *filling) asking() fyne.CanvasObject {
	f.parts = kit.Column(look.L)
	if offers := f.offers(); offers != nil && f.then == "" {
		f.parts.Add(offers)
	}
	for _, field := range f.at.fields {
		q := newQuestion(f, field, top{f})
		f.questions = append(f.questions, q)
		f.parts.Objects = append(f.parts.Objects, q.box)
	}
	f.conditions()
	label := say("fill.next")
	if f.then != "" {
		label = say("fill.toRecap")
	}
	// The last of the page: that it comes and goes moves nothing.
	f.reached = kit.Caption(say("fill.reached"))
	f.showReached()
	f.On(func() {
		f.showReached()
		f.layOut()
	}, view.Topic{Collection: wire.Drafts})
	return kit.Column(look.L, f.parts, kit.Line(look.S+4, kit.Primary(label, f.next), kit.Plain(say("fill.back"), f.back)), f.reached)
}

// showReached tells whether all that was answered is at the town hall, for the
// person's other computers.
func (f *filling) showReached() {
	there, known := f.elsewhere(f.draft.ID)
	if known && there.Latest() >= f.draft.form().Latest() {
		f.reached.Show()
	} else {
		f.reached.Hide()
	}
}

// firstQuestion is the first that can be answered, nil where the page only
// tells.
func (f *filling) firstQuestion() *question {
	for _, q := range f.questions {
		if q.box.Visible() && (q.entry != nil || len(q.parts) > 0 || q.rows != nil) {
			return q
		}
	}
	return nil
}

// conditions shows the questions that are asked, given the answers, hides the
// others, and works out what is computed; it tells whether anything moved.
func (f *filling) conditions() bool {
	shown := requests.Shown(f.p, f.draft.Answers, f.ctx)
	var may map[string]bool
	if f.may != nil {
		may = f.may()
	}
	computed := requests.Computed(f.p, f.draft.Answers, f.ctx)
	moved := false
	var walk func(q *question)
	walk = func(q *question) {
		visible := shown.Fields[q.path()] && (may == nil || may[rootOf(q.path())])
		if visible != q.box.Visible() {
			moved = true
			if visible {
				q.box.Show()
			} else {
				q.box.Hide()
			}
		}
		if q.told != nil {
			text := NewFormatter(f.View, nil).computed(q.field, computed[q.field.Key])
			moved = moved || text != q.told.Text()
			q.told.SetText(text)
		}
		if q.rows != nil {
			for _, e := range q.rows.entries {
				for _, sub := range e.questions {
					walk(sub)
				}
			}
		}
	}
	for _, q := range f.questions {
		walk(q)
	}
	return moved
}

// changed follows an answer: what it shows or hides, what it mends, and that
// it is kept.
func (f *filling) changed(of *question) {
	root := of
	for _, q := range f.questions {
		if q == of || q.rows != nil && q.rows.holds(of) {
			root = q
		}
	}
	moved := f.conditions()
	if _, marked := f.draft.Marks[root.field.Key]; marked {
		delete(f.draft.Marks, root.field.Key)
		root.mark.Hide()
		moved = true
	}
	j := f.judgement()
	for _, q := range f.questions {
		q.mended(j, of)
	}
	if moved {
		f.layOut()
	}
	f.keep.changed()
}

// layOut gives the page its new height when something appeared or went.
func (f *filling) layOut() {
	if f.page == nil {
		return
	}
	f.parts.Refresh()
	f.page.Refresh()
}

// told says quietly that the draft is kept, or plainly that it is not.
func (f *filling) told(err error) {
	if err != nil {
		f.saved.Role(look.Error).SetText(say("fill.notSaved"))
		f.savedSign.Show()
	} else {
		f.showSaved()
	}
	if f.reached != nil {
		f.showReached()
	}
	f.top.Refresh()
}

func (f *filling) showSaved() {
	f.saved.Role(look.Muted)
	if f.draft.Saved.IsZero() {
		f.saved.SetText(say("fill.willSave"))
		f.savedSign.Hide()
		return
	}
	text := say("fill.saved", "Time", i18n.Clock(paris(f.draft.Saved)))
	if portal.DateOf(f.draft.Saved) != f.View.Today() {
		text = say("fill.savedOn", "When", dateTime(f.draft.Saved))
	}
	f.savedSign.Show()
	f.saved.SetText(text)
}

// judge judges the page and lists what is wrong.
func (f *filling) judge() []problem {
	j := f.judgement()
	var list []problem
	for _, q := range f.questions {
		q.judge(j, &list)
	}
	f.list(list)
	return list
}

// check judges the page and goes to the first mistake; it tells whether there
// is none.
func (f *filling) check() bool {
	list := f.judge()
	f.layOut()
	if len(list) > 0 {
		f.page.LeadTo(f.problems, list[0].jump)
	}
	return len(list) == 0
}

// list shows what is wrong at the top, each with the way to it.
func (f *filling) list(list []problem, general ...string) {
	if len(list)+len(general) == 0 {
		f.problems.SetActions()
		f.problems.Hide()
		return
	}
	f.problems.Show()
	if len(list) == 0 {
		f.problems.Set(look.ToneError, "", strings.Join(general, "\n"))
		f.problems.SetActions()
		return
	}
	var lines []fyne.CanvasObject
	for _, s := range general {
		lines = append(lines, kit.Body(s))
	}
	for _, p := range list {
		lines = append(lines, kit.Column(0, kit.Link(p.label, p.jump), kit.Body(p.text)))
	}
	f.problems.Set(look.ToneError, i18n.T("kit.form.problems", map[string]any{"Count": len(list)}), "")
	f.problems.SetActions(kit.Column(look.S, lines...))
}

// next goes on to the following step, or back to the recap that this one was
// opened from.
func (f *filling) next() {
	if f.send != nil {
		f.send()
		return
	}
	if !f.check() {
		return
	}
	f.all = steps(f.p, f.draft.Answers, f.ctx)
	to := f.then
	if to == "" {
		to = f.all[min(stepAt(f.all, f.at.key)+1, len(f.all)-1)].key
	}
	f.goTo(to)
}

// back goes to the step before; from the first one out of the form.
func (f *filling) back() {
	switch {
	case f.then != "":
		f.goTo(f.then)
	case f.now == 0:
		f.Back()
	default:
		f.goTo(f.all[f.now-1].key)
	}
}

// goTo shows another step. All of a form is one stop of the way back: what
// leads from page to page within it is its own buttons.
func (f *filling) goTo(key string, args ...string) {
	f.draft.Page, f.draft.PageAt = key, f.View.Now().UnixMicro()
	err := f.keep.now()
	if err == nil {
		err = f.keep.share()
	}
	if err != nil {
		f.told(err)
		f.list(nil, say("fill.notSavedText"))
		f.layOut()
		f.page.Top()
		return
	}
	f.Replace(screen.To(screen.Fill, append([]string{"id", f.p.ID, "draft", string(f.draft.ID), "page", key}, args...)...))
}
