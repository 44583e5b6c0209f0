package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// about is the topics on which what is shown of a request depends.
func about(id portal.ID) []view.Topic {
	return []view.Topic{{Collection: wire.Requests, Key: id}, {Collection: view.OutboxTopic}, {Collection: view.RefusalTopic}, {Collection: wire.Procedures}}
}

func (r room) confirmed(route screen.Route) screen.Screen {
	id := portal.ID(route.Arg("request"))
	page := r.live(func() fyne.CanvasObject { return r.confirmation(id) }, about(id)...)
	return screen.Screen{Content: page, Title: say("confirmed.title"), Rail: screen.Procedures}
}

func (r room) confirmation(id portal.ID) fyne.CanvasObject {
	q, there := r.View.Request(id)
	if !there {
		if refused, was := r.refusalOf(id); was {
			return r.refusalCard(refused)
		}
		return kit.EmptyState(kit.NothingFound, "", say("request.gone"), say("requests.title"), func() { r.Go(screen.To(screen.Requests)) })
	}
	p, known := r.View.Procedure(q.Procedure)
	title := say("confirmed.title")
	notice := kit.NewNotice(look.ToneSuccess, say("confirmed.number", "Number", q.Reference), say("confirmed.received"))
	if q.State == view.StatePending {
		notice = kit.NewNotice(look.TonePending, say("confirmed.pending"), say("confirmed.pendingText"))
	}
	what := q.Person
	if known {
		what = joined(in(p.Title), q.Person)
	}
	buttons := kit.Line(look.S+4, kit.Primary(say("requests.title"), func() { r.Go(screen.To(screen.Requests)) }))
	if known && p.OnAccept != nil && len(p.OnAccept.Enrol) > 0 {
		buttons.Add(kit.Secondary(say("confirmed.agenda"), func() { r.Go(screen.To(screen.Agenda)) }))
	}
	// The ways on stand above what may be long.
	objects := []fyne.CanvasObject{kit.Column(look.XS, kit.Title(title), kit.Muted(what)), notice, buttons}
	if known {
		objects = append(objects, kit.Column(look.S, kit.Section(say("confirmed.next")), kit.Timeline(r.ahead(q, p)...)))
		if docs := r.documents(p, answered(q)); docs != nil {
			objects = append(objects, kit.Column(look.S, kit.Section(say("recap.documents")), kit.Muted(say("recap.documentsText")), docs))
		}
	}
	return kit.Limit(look.TextWidth, kit.Column(look.L, objects...))
}

// answered is a request's answers as a form holds them.
func answered(q view.Request) *Draft {
	answers, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		answers = requests.Answers{}
	}
	return &Draft{Answers: answers, Fresh: q.Child}
}

// ahead is what is still to come, in order.
func (r room) ahead(q view.Request, p *requests.Procedure) []kit.Step {
	var out []kit.Step
	if q.State == view.StatePending {
		out = append(out, kit.Step{Title: say("ahead.sending"), Text: say("ahead.sendingText"), Icon: "cloud-arrow-up", Tone: look.TonePending, Ahead: true})
	}
	if requests.State(q.State).Decided() {
		return out
	}
	out = append(out, kit.Step{Title: say("ahead.answer"), When: in(p.Delay), Ahead: true})
	if p.OnAccept != nil && len(p.OnAccept.Enrol) > 0 {
		out = append(out, kit.Step{Title: say("ahead.book"), Text: say("ahead.bookText"), Icon: "calendar-check", Ahead: true})
	}
	return out
}

// joined is two words of a line, where both are there.
func joined(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " · " + b
}
