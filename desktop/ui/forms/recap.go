package forms

import (
	"errors"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// NoteSubmit is the text by which a request is called while it waits, and
// where it is refused: Procedure and Person.
const NoteSubmit = "forms.note.submit"

// The recap's column with the button, and what the answers keep at least, at
// 100 %: where there is less, the button comes below.
const (
	sendWidth    = 272
	answersLeast = 400
)

// recap is the answers read over before they are sent, with the button beside
// them: however long they are, it is in sight.
func (f *filling) recap() fyne.CanvasObject {
	f.parts = kit.Column(look.L)
	sections := requests.Recap(f.p, f.draft.Answers, f.ctx, f.format(f.draft, f.p))
	sections = apart(sections, choosesPerson(f.p))
	cards := RecapCards(sections, func(page string) { f.goTo(page, argThen, stepRecap) })
	f.parts.Add(kit.NewNotice(look.ToneWarning, say("recap.notSent"), say("recap.notSentText")))
	f.parts.Add(cards)
	if docs := f.documents(f.p, f.draft); docs != nil {
		f.parts.Add(kit.Column(look.S, kit.Section(say("recap.documents")), kit.Muted(say("recap.documentsText")), docs))
	}
	send := kit.Column(look.M, kit.Strong(say("recap.ask")), kit.Body(say("recap.askText")))
	var terms *termsBox
	if f.draft.Terms != common().Terms.Version {
		terms = newTermsBox(f.room)
		send.Add(terms.box)
	}
	send.Add(kit.Line(look.S+4, kit.Primary(say("recap.save"), func() { f.submit(terms) }), kit.Plain(say("fill.back"), f.back)))
	return kit.Beside(f.parts, kit.Column(0, kit.Card(send)), sendWidth, answersLeast, look.L)
}

// apart gives the person a section of its own where it was chosen on a screen
// of its own, so that its *Modifier* leads there.
func apart(all []requests.RecapSection, person *requests.Field) []requests.RecapSection {
	if person == nil || len(all) == 0 || len(all[0].Lines) == 0 || all[0].Lines[0].Path != person.Key {
		return all
	}
	first := requests.RecapSection{Page: stepPerson, Title: in(person.Label), Lines: all[0].Lines[:1]}
	rest := all[0]
	rest.Lines = rest.Lines[1:]
	if len(rest.Lines) == 0 {
		first.Title = rest.Title
		return append([]requests.RecapSection{first}, all[1:]...)
	}
	return append([]requests.RecapSection{first, rest}, all[1:]...)
}

// RecapCards is answers as they are read, a card for each page; edit leads
// back to one, nil where there is nothing to change: for an agent, or once it
// was sent.
func RecapCards(sections []requests.RecapSection, edit func(page string)) fyne.CanvasObject {
	var cards []fyne.CanvasObject
	for _, s := range sections {
		head := []fyne.CanvasObject{kit.Grow(kit.Section(s.Title), 160)}
		if edit != nil {
			head = append(head, kit.Plain(i18n.T("kit.recap.edit", nil), func() { edit(s.Page) }).Icon("pencil-simple"))
		}
		rows := []fyne.CanvasObject{kit.Line(look.S, head...)}
		for _, l := range s.Lines {
			if l.Heading {
				rows = append(rows, kit.Rule(), kit.Strong(l.Question))
				continue
			}
			answer := kit.Body(l.Answer)
			if l.Answer == "" {
				answer = kit.Muted(i18n.T("kit.recap.empty", nil))
			}
			if len(s.Lines) == 1 && l.Question == s.Title {
				rows = append(rows, kit.Rule(), answer) // the title has asked
				continue
			}
			rows = append(rows, kit.Rule(), kit.Pair(kit.Muted(l.Question), answer))
		}
		cards = append(cards, kit.Card(kit.Column(look.S, rows...)))
	}
	return kit.Column(look.M, cards...)
}

// submit sends the request, once everything is right.
func (f *filling) submit(terms *termsBox) {
	if wrong := requests.Check(f.p, f.draft.Answers, f.ctx, ""); len(wrong) > 0 {
		f.toMend(wrong)
		return
	}
	if terms != nil {
		if !terms.accepted() {
			return
		}
		f.draft.Terms = common().Terms.Version
	}
	note := cache.Note{Key: NoteSubmit, Args: map[string]string{"Procedure": in(f.p.Title), "Person": f.draft.name(f.room, f.p)}}
	if _, err := f.desk.Submit(wire.RequestSubmit, f.draft.args(f.p, f.ctx), note); err != nil {
		f.list(nil, trouble(err))
		f.layOut()
		f.page.Top()
		return
	}
	// The request is on its way whether or not its draft can be forgotten.
	if err := f.keep.drop(); err != nil {
		f.Toasts.Say(look.ToneWarning, say("draft.notDeleted"))
	}
	f.Replace(screen.To(screen.Confirmed, "request", string(f.draft.Request)))
}

// toMend lists what is wrong anywhere in the form, each with the way to its
// page, from where one comes straight back.
func (f *filling) toMend(wrong portal.Errors) {
	var list []problem
	for _, e := range unexplained(wrong) {
		_, field := f.p.FieldAt(e.Field)
		label := e.Field
		if field != nil {
			label = in(field.Label)
		}
		list = append(list, problem{label, sentence(f.p, e), func() {
			f.goTo(stepOf(f.p, e.Field), argThen, stepRecap, argCheck, "1")
		}})
	}
	f.list(list)
	f.layOut()
	f.page.LeadToList(f.problems)
}

// whyRefused is why a request was refused on its arrival, with the question it
// is about.
func whyRefused(p *requests.Procedure, err error) string {
	var e *portal.Error
	if !errors.As(err, &e) || p == nil {
		return screen.Sentence(err)
	}
	const within = "answers."
	if len(e.Field) > len(within) && e.Field[:len(within)] == within {
		inner := *e
		inner.Field = e.Field[len(within):]
		if _, field := p.FieldAt(inner.Field); field != nil {
			return say("refused.at", "Question", in(field.Label), "Why", sentence(p, &inner))
		}
	}
	return screen.Sentence(e)
}
