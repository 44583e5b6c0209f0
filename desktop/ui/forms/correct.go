package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// correctionKind is the kind of thing under which a correction half written is
// kept, by its request. It stays until the town hall has taken it: should it
// be refused, nothing typed is lost.
const correctionKind = "correction"

// argField is the field that one is led to.
const argField = "field"

// NoteAnswer is the text by which an answer is called while it waits.
const NoteAnswer = "forms.note.answer"

// correcting is the screen on which a family corrects what it was asked to.
type correcting struct {
	*filling
	q     view.Request
	asked wire.Correction
	old   requests.Answers
	words *kit.Field
}

func (r room) correct(route screen.Route) screen.Screen {
	id := portal.ID(route.Arg("id"))
	q, there := r.View.Request(id)
	if !there || q.Asked() == nil {
		return r.request(screen.To(screen.Request, "id", string(id)))
	}
	p, _, known := r.View.ProcedureOf(q)
	if !known {
		return r.missing(route)
	}
	old, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		old = requests.Answers{}
	}
	c := &correcting{q: q, asked: *q.Asked(), old: old, filling: &filling{room: r, p: p, at: step{}}}
	d := r.correction(q, p, c.asked, old)
	c.draft, c.ctx = d, r.context(q.Child)
	c.keep = newKeeper(r, d, c.told)
	c.keep.kind = correctionKind
	c.send = c.answer
	r.told(id)
	return c.screen(route.Arg(argField))
}

// correction is what was written so far of a correction, or the answers as
// they are.
func (r room) correction(q view.Request, p *requests.Procedure, asked wire.Correction, old requests.Answers) *Draft {
	d := &Draft{}
	if r.desk.Kept(correctionKind, string(q.ID), d) && d.Version == asked.N && d.Answers != nil {
		return d
	}
	// Answers are copied, entries of groups too: what is typed must not change
	// the request as it is shown elsewhere.
	copied, wrong := requests.Decode(old.Encode())
	if wrong != nil {
		copied = requests.Answers{}
	}
	return &Draft{ID: q.ID, Procedure: p.ID, Version: asked.N, Answers: copied, Marks: map[string]Mark{}}
}

func (c *correcting) screen(field string) screen.Screen {
	c.problems = kit.NewNotice(look.ToneError, "", "")
	c.problems.Hide()
	c.saved = kit.Caption("")
	c.savedSign = kit.NewIcon("check", look.Muted, 16)
	c.showSaved()
	c.top = kit.Line(look.M, kit.Grow(kit.Caption(i18n.Joined(in(c.p.Title), c.q.Person)), 160), kit.Line(look.XS, c.savedSign, c.saved))
	c.may = c.amendable
	c.parts = kit.Column(look.L)
	for i := range c.p.Pages {
		for j := range c.p.Pages[i].Fields {
			f := &c.p.Pages[i].Fields[j]
			switch f.Kind {
			case requests.KindComputed, requests.KindExplanation, requests.KindPerson, requests.KindFile:
				continue
			}
			q := newQuestion(c.filling, f, top{c.filling})
			c.questions = append(c.questions, q)
			c.parts.Objects = append(c.parts.Objects, q.box)
		}
	}
	c.conditions()
	c.words = kit.LongField(say("correct.words"), 3).Named("words").Hint(say("correct.wordsHint")).Most(requests.MaxNote).MayBeEmpty()
	c.words.SetValue(c.draft.Words)
	c.words.OnChanged(func(v string) {
		c.draft.Words = v
		c.keep.changed()
	})
	objects := []fyne.CanvasObject{
		kit.Column(look.XS, backLink(wayBack(c.q), func() { c.Go(screen.To(screen.Request, "id", string(c.q.ID))) }), c.top, kit.Title(say("correct.title"))),
		c.notice(), c.problems, c.parts,
	}
	if docs := c.awaited(); docs != nil {
		objects = append(objects, docs)
	}
	objects = append(objects, c.words, kit.Line(look.S+4, kit.Primary(say("correct.send"), c.next), kit.Plain(say("fill.back"), c.Back)))
	c.page = kit.NewFormPage(kit.Column(look.L, objects...))
	if first := c.questionOf(field); first != nil && !c.Anew {
		c.focusSoon(first.focus)
	}
	return screen.Screen{Content: c.page, Title: say("correct.title"), Rail: screen.Requests}
}

// wayBack is the way back to a request, by its number where it has one.
func wayBack(q view.Request) string {
	if q.Reference == "" {
		return say("correct.back")
	}
	return i18n.Joined(say("correct.back"), say("request.number", "Number", q.Reference))
}

// notice is what the town hall wrote, and by when it hopes for an answer.
func (c *correcting) notice() fyne.CanvasObject { return c.askedNotice(c.asked) }

func (r room) askedNotice(asked wire.Correction, actions ...fyne.CanvasObject) fyne.CanvasObject {
	title := say("correct.asks")
	if asked.Until != "" {
		title = say("correct.asksUntil", "Date", i18n.Date(civil(asked.Until)))
	}
	return kit.NewNotice(look.ToneWarning, title, asked.Text, actions...).Icon("hand-palm")
}

// awaited is the documents asked for; nil for none.
func (c *correcting) awaited() fyne.CanvasObject {
	if len(c.asked.Documents) == 0 {
		return nil
	}
	return kit.Column(look.S, kit.Section(say("correct.documents")), kit.Muted(say("correct.documentsText")), proofs.Asked(c.Context, c.desk, c.q.ID, c.asked.Documents))
}

// questionOf is the question that one is led to, or the first that is asked.
func (c *correcting) questionOf(field string) *question {
	for _, q := range c.questions {
		if q.field.Key == field && q.box.Visible() {
			return q
		}
	}
	return c.firstQuestion()
}

// amendable tells whether an answer may be corrected, as things stand.
func (c *correcting) amendable() map[string]bool {
	return requests.Amendable(c.p, c.old, c.changes(), c.asked.Fields, c.ctx)
}

// changes is the answers that differ from those sent, nil for what was taken
// out.
func (c *correcting) changes() requests.Answers {
	out := requests.Answers{}
	for _, key := range requests.Differing(c.p, c.old, c.draft.Answers) {
		out[key] = c.draft.Answers[key]
	}
	return out
}

// answer sends the correction, once everything is right.
func (c *correcting) answer() {
	change := c.changes()
	if after, wrong := requests.Amend(c.p, c.old, change, c.asked.Fields, c.ctx); len(wrong) > 0 {
		c.toCorrect(wrong)
		return
	} else {
		// What is sent is in the form the rules keep it in.
		for key := range change {
			if v, kept := after[key]; kept {
				change[key] = v
			} else {
				change[key] = nil
			}
		}
	}
	if len(change) == 0 && c.draft.Words == "" && !proofs.SentSince(c.View, c.q.ID, c.asked.Documents, c.asked.Asked) {
		nothing := say("correct.nothing")
		if len(c.asked.Documents) > 0 {
			nothing = say("correct.nothingSent")
		}
		c.list(nil, nothing)
		c.layOut()
		c.page.LeadTo(c.problems, func() { c.questionOf("").focus() })
		return
	}
	if err := c.keep.now(); err != nil {
		c.list(nil, say("fill.notSavedText"))
		c.layOut()
		c.page.Top()
		return
	}
	note := cache.Note{Key: NoteAnswer, Args: map[string]string{"Procedure": in(c.p.Title), "Person": c.q.Person}}
	if _, err := c.desk.Submit(wire.RequestAnswer, wire.AnswerCorrection{Request: c.q.ID, Answers: change.Encode(), Text: c.draft.Words}, note); err != nil {
		c.list(nil, trouble(err))
		c.layOut()
		c.page.Top()
		return
	}
	c.Toasts.Say(look.ToneSuccess, say("correct.sent"))
	c.Replace(screen.To(screen.Request, "id", string(c.q.ID)))
}

// toCorrect lists what is wrong, each with the way to it.
func (c *correcting) toCorrect(wrong portal.Errors) {
	c.conditions()
	var list []problem
	j := judgement{}
	for _, e := range unexplained(wrong) {
		j[e.Field] = e
	}
	for _, q := range c.questions {
		q.judge(j, &list)
	}
	if len(list) == 0 {
		for _, e := range wrong {
			label := e.Field
			if _, f := c.p.FieldAt(e.Field); f != nil {
				label = in(f.Label)
			}
			list = append(list, problem{label, sentence(c.p, e), c.questionOf("").focus})
		}
	}
	c.list(list)
	c.layOut()
	c.page.LeadTo(c.problems, list[0].jump)
}
