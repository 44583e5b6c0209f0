package forms

import (
	"time"

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

// NoteWithdraw is the text by which the withdrawal of a request is called
// while it waits.
const NoteWithdraw = "forms.note.withdraw"

// acts is what the family can do with a request now, the most usual first, all
// in one place.
func (r room) acts(q view.Request) fyne.CanvasObject {
	buttons := []fyne.CanvasObject{r.exchanges(q)}
	// A refused one says so where it tells why.
	if p, known := r.View.Procedure(q.Procedure); known && p.Online && requests.State(q.State) != requests.Refused {
		buttons = append(buttons, kit.Secondary(say("request.copy"), func() { r.copy(q, p) }).Icon("copy"))
	}
	buttons = append(buttons, r.prints(q)...)
	if may := requests.State(q.State); q.State == view.StatePending || takes(may, requests.Withdraw) {
		// Apart from the others: it ends the request.
		return kit.Column(look.S, kit.LineEven(look.S, buttons...), kit.LineFlush(0, kit.Plain(say("request.withdraw"), func() { r.withdraw(q) }).Icon("arrow-u-up-left")))
	}
	return kit.LineEven(look.S, buttons...)
}

func takes(s requests.State, a requests.Action) bool {
	_, wrong := requests.Next(s, a)
	return wrong == nil
}

// withdraw takes a request back, after asking: that cannot be undone.
func (r room) withdraw(q view.Request) {
	r.Dialogs.Confirm(kit.Confirmation{
		Title: say("withdraw.title"), Text: say("withdraw.text", "What", i18n.Joined(r.titleOf(q), q.Person)), Yes: say("withdraw.do"), No: say("withdraw.keep"), Danger: true,
	}, func(yes bool) {
		if !yes {
			return
		}
		// It builds on what of this request still waits to be sent.
		var needs []portal.ID
		if q.Pending && q.Command != "" {
			needs = append(needs, q.Command)
		}
		note := cache.Note{Key: NoteWithdraw, Args: map[string]string{"Procedure": r.titleOf(q), "Person": q.Person}}
		if _, err := r.desk.Submit(wire.RequestWithdraw, wire.WithdrawRequest{Request: q.ID}, note, needs...); err != nil {
			r.Toasts.Say(look.ToneError, trouble(err))
		}
	})
}

// copy begins a new request from one that was made: what can be taken over is,
// each marked to be checked.
func (r room) copy(q view.Request, p *requests.Procedure) {
	d := newDraft(portal.NewID(), p)
	if f := requests.PersonField(p); f != nil {
		if _, linked := r.View.Child(q.Child); linked {
			d.Answers[f.Key] = string(q.Child)
		}
	}
	r.reuse(d, p, q, true)
	if err := r.save(d); err != nil {
		r.Toasts.Say(look.ToneError, trouble(err))
		return
	}
	r.Go(screen.To(screen.Fill, "id", p.ID, "draft", string(d.ID)))
}

// reuse offers what an earlier request said, as far as it may be taken: of the
// same person, or of another.
func (r room) reuse(d *Draft, p *requests.Procedure, q view.Request, same bool) {
	answers, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		return
	}
	mark := Mark{Key: "request", Args: map[string]string{"Date": i18n.Date(paris(time.UnixMicro(q.Submitted)))}}
	if !same {
		mark = Mark{Key: "sibling", Args: map[string]string{"Name": q.Person}}
	}
	for key, v := range requests.Reusable(p, answers, r.context(d.Fresh), same) {
		// What a person asks to take over says more than their own profile; what
		// the town hall knows of this very child says more than both.
		d.offer(key, v, mark, d.Marks[key].Key == markAccount)
	}
}

// offers is what of earlier requests could spare answering this page and the
// next again: as for a sister or brother, as last year. nil for nothing.
func (f *filling) offers() fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	seen := map[portal.ID]bool{}
	subject := f.draft.person(f.p)
	for _, q := range f.View.Requests() {
		state := requests.State(q.State)
		same := q.Child == subject
		switch {
		case q.Procedure != f.p.ID || q.Pending || state == requests.Refused || state == requests.Withdrawn || seen[q.Child]:
			continue
		case !same && (q.Child == "" || subject == ""), !f.gains(q, same):
			continue
		}
		seen[q.Child] = true
		if len(buttons) == offersMost {
			break
		}
		buttons = append(buttons, kit.Secondary(f.offerWord(q, same), func() {
			f.reuse(f.draft, f.p, q, same)
			f.goTo(f.at.key)
		}).Icon("copy"))
	}
	if len(buttons) == 0 {
		return nil
	}
	return kit.Card(kit.Column(look.S, kit.Strong(say("offer.title")), kit.Muted(say("offer.text")), kit.Line(look.S, buttons...)))
}

// offersMost is how many earlier requests are offered at once.
const offersMost = 3

// gains tells whether a request can answer something that is not answered yet.
func (f *filling) gains(q view.Request, same bool) bool {
	answers, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		return false
	}
	for key := range requests.Reusable(f.p, answers, f.ctx, same) {
		if blank(f.draft.Answers[key]) || f.draft.Marks[key].Key == markAccount {
			return true
		}
	}
	return false
}

func (f *filling) offerWord(q view.Request, same bool) string {
	at := time.UnixMicro(q.Submitted)
	switch {
	case !same:
		return say("offer.sibling", "Name", q.Person)
	case portal.SchoolYearOf(portal.DateOf(at)) < portal.SchoolYearOf(f.View.Today()):
		return say("offer.lastYear", "Date", i18n.Date(paris(at)))
	}
	return say("offer.last", "Date", i18n.Date(paris(at)))
}

// Asked is how many requests wait for the family's answer.
func Asked(v *view.View) (n int) {
	for _, q := range v.Requests() {
		if q.Asked() != nil {
			n++
		}
	}
	return n
}

// askedCard says in the list that the town hall waits for an answer, with the
// way to it.
func (r room) askedCard(q view.Request) fyne.CanvasObject {
	asked := *q.Asked()
	title := say("correct.needed", "What", i18n.Joined(r.titleOf(q), q.Person))
	if asked.Until != "" {
		title = say("correct.neededUntil", "What", i18n.Joined(r.titleOf(q), q.Person), "Date", i18n.Date(civil(asked.Until)))
	}
	return kit.NewNotice(look.ToneWarning, title, asked.Text,
		kit.Secondary(say("correct.do"), func() { r.Go(screen.To(screen.Correct, "id", string(q.ID))) })).Icon("hand-palm")
}

// asks is what the town hall asks about a request, each with the way to it.
func (r room) asks(q view.Request) fyne.CanvasObject {
	asked := *q.Asked()
	p, _, known := r.View.ProcedureOf(q)
	var lines []fyne.CanvasObject
	for _, key := range asked.Fields {
		label := key
		if known {
			if _, f := p.FieldAt(key); f != nil {
				label = in(f.Label)
			}
		}
		lines = append(lines, kit.Line(look.S, kit.NewIcon("pencil-simple", look.Link, look.IconSize),
			kit.Link(label, func() { r.Go(screen.To(screen.Correct, "id", string(q.ID), argField, key)) })))
	}
	for _, kind := range asked.Documents {
		need := proofs.NeedOf(r.View, q.ID, kind)
		lines = append(lines, kit.Line(look.S, kit.NewIcon("upload-simple", look.Link, look.IconSize),
			kit.Link(in(documentKind(kind).Label), func() { r.Go(proofs.ToSend(need.Kind, need.Child)) })))
	}
	lines = append(lines, kit.Line(look.S, kit.Primary(say("correct.do"), func() { r.Go(screen.To(screen.Correct, "id", string(q.ID))) })))
	return r.askedNotice(asked, kit.Column(look.S, lines...))
}

// Before is what a family changed when it was asked to, old beside new.
type Before struct{ Path, Question, Old, New string }

// BeforeAfter is what a correction changed, as both sides read it: the
// procedure is that of the request, f writes the answers.
func BeforeAfter(p *requests.Procedure, q view.Request, n int, f requests.Formatter, today portal.Date) []Before {
	before, wrong := requests.Decode(q.Corrections[n].Before)
	if wrong != nil || len(before) == 0 {
		return nil
	}
	// Step back from the answers of today, correction by correction.
	after, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		return nil
	}
	for i := len(q.Corrections) - 1; i > n; i-- {
		if later, wrong := requests.Decode(q.Corrections[i].Before); wrong == nil {
			put(after, later)
		}
	}
	old := requests.Answers{}
	put(old, after)
	put(old, before)
	ctx := requests.Context{Today: today}
	was, is := linesOf(p, old, ctx, f), linesOf(p, after, ctx, f)
	var out []Before
	for _, page := range p.Pages {
		for i := range page.Fields {
			field := &page.Fields[i]
			if _, changed := before[field.Key]; changed {
				out = append(out, Before{field.Key, field.Label.In(f.Lang()), was[field.Key], is[field.Key]})
			}
		}
	}
	return out
}

func put(into, from requests.Answers) {
	for key, v := range from {
		if v == nil {
			delete(into, key)
		} else {
			into[key] = v
		}
	}
}

// linesOf is answers as they are read, by the question of the form; entries of
// a group are joined.
func linesOf(p *requests.Procedure, a requests.Answers, ctx requests.Context, f requests.Formatter) map[string]string {
	out := map[string]string{}
	for _, s := range requests.Recap(p, a, ctx, f) {
		for _, l := range s.Lines {
			key, text := rootOf(l.Path), l.Answer
			if l.Heading || key != l.Path {
				text = l.Question
				if l.Answer != "" {
					text += " : " + l.Answer
				}
			}
			if out[key] != "" && text != "" {
				text = out[key] + "\n" + text
			}
			out[key] = text
		}
	}
	return out
}

// History is what was asked of a family about a request and what it changed,
// the newest first; nil where nothing was.
func History(p *requests.Procedure, q view.Request, f requests.Formatter, today portal.Date) fyne.CanvasObject {
	var cards []fyne.CanvasObject
	for n := len(q.Corrections) - 1; n >= 0; n-- {
		c := q.Corrections[n]
		if c.Answered == 0 {
			continue
		}
		rows := []fyne.CanvasObject{
			kit.Strong(say("history.title", "When", dateTime(time.UnixMicro(c.Answered)))),
			kit.Muted(say("history.asked", "Text", c.Text)),
		}
		if c.Reply != "" {
			rows = append(rows, kit.Body(say("history.reply", "Text", c.Reply)))
		}
		changed := BeforeAfter(p, q, n, f, today)
		for _, b := range changed {
			rows = append(rows, kit.Rule(), kit.Muted(b.Question), kit.Columns(140, look.M, 2,
				kit.Column(0, kit.Caption(say("history.before")), orNothing(b.Old)), kit.Column(0, kit.Caption(say("history.after")), orNothing(b.New))))
		}
		if len(changed) == 0 {
			rows = append(rows, kit.Muted(say("history.same")))
		}
		cards = append(cards, kit.Card(kit.Column(look.S, rows...)))
	}
	if len(cards) == 0 {
		return nil
	}
	return kit.Column(look.S, append([]fyne.CanvasObject{kit.Section(say("history.section"))}, cards...)...)
}

func orNothing(s string) fyne.CanvasObject {
	if s == "" {
		return kit.Muted(i18n.T("kit.recap.empty", nil))
	}
	return kit.Body(s)
}
