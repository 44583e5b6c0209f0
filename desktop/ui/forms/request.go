package forms

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/appointments"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

func (r room) request(route screen.Route) screen.Screen {
	id := portal.ID(route.Arg("id"))
	docs := proofs.OfRequest(r.Context, r.desk, id)
	page := r.Live(func() fyne.CanvasObject {
		return kit.Column(look.M, backLink(say("requests.title"), func() { r.Go(screen.To(screen.Requests)) }), r.oneRequest(id, docs))
	}, about(id)...)
	r.told(id)
	title := say("requests.title")
	if q, there := r.View.Request(id); there {
		title = i18n.Joined(r.titleOf(q), q.Person)
	}
	return screen.Screen{Content: page, Title: title, Rail: screen.Requests}
}

// told ends what the bell says of a request that one looks at: it stands on the
// page.
func (r room) told(id portal.ID) {
	read := func() { r.readOf(id) }
	read()
	r.On(read, view.Topic{Collection: wire.Notices})
}

// readOf takes what one was told of a request as read. Where that cannot be kept
// the bell tells it once more, which does no harm.
func (r room) readOf(id portal.ID) {
	if ids := r.View.UntoldAbout(id, string(notices.Correction), string(notices.Decision)); len(ids) > 0 {
		_, _ = r.desk.Submit(wire.NoticeRead, wire.ReadNotices{Notices: ids}, cache.Note{Key: "notices.note.read"})
	}
}

// oneRequest is everything about a request in one place; docs is what it asks
// for, which lives by itself.
func (r room) oneRequest(id portal.ID, docs fyne.CanvasObject) fyne.CanvasObject {
	q, there := r.View.Request(id)
	if !there {
		if f, was := r.refusalOf(id); was {
			return kit.Limit(look.TextWidth, kit.Column(look.L, r.refusalCard(f), r.answers(requestOf(f))))
		}
		if _, received := r.View.Me(); !received {
			return kit.EmptyState(kit.NotReceived, "", "", "", nil)
		}
		return kit.EmptyState(kit.NothingFound, "", say("request.gone"), say("requests.title"), func() { r.Go(screen.To(screen.Requests)) })
	}
	r.hasRead(q)
	tone, icon, word := StateLook(q.State)
	objects := []fyne.CanvasObject{
		kit.Column(look.XS, kit.Line(look.M, kit.Title(r.titleOf(q)), kit.NewChip(tone, icon, word)), kit.Muted(i18n.Joined(q.Person, referenceLine(q)))),
	}
	switch {
	case q.Asked() != nil:
		objects = append(objects, r.asks(q))
	case q.Pending && requests.State(q.State) == requests.Withdrawn:
		objects = append(objects, kit.NewNotice(look.TonePending, say("withdraw.pending"), say("withdraw.pendingText")))
	case q.State == view.StatePending:
		objects = append(objects, kit.NewNotice(look.TonePending, say("confirmed.pending"), say("confirmed.pendingText")))
	case requests.State(q.State) == requests.Refused:
		objects = append(objects, kit.NewNotice(look.ToneError, say("request.refused"), q.Reason, r.afterRefusal(q, kit.Primary, nil)...))
	case q.State == string(requests.Closed) && q.Reason != "":
		objects = append(objects, kit.NewNotice(look.ToneNeutral, say("request.closed"), q.Reason).Icon(icon))
	case requests.State(q.State) == requests.Accepted && q.Decision != "":
		objects = append(objects, kit.NewNotice(look.ToneSuccess, say("request.accepted"), q.Decision))
	}
	objects = append(objects, r.visit(q)...)
	if letter := r.letter(q); letter != nil {
		objects = append(objects, letter)
	}
	objects = append(objects, r.acts(q), docs)
	objects = append(objects, kit.Column(look.S, kit.Section(say("request.timeline")), kit.Card(kit.Timeline(r.timeline(q)...))))
	p, _, known := r.View.ProcedureOf(q)
	if known {
		if history := History(p, q, FormatterOf(r.View, q), r.View.Today()); history != nil {
			objects = append(objects, history)
		}
	}
	return kit.Limit(look.TextWidth, kit.Column(look.L, append(objects, r.answers(q))...))
}

// afterRefusal is what the family can do about a refusal: ask again, with what
// it had answered and may mend; first is done before.
func (r room) afterRefusal(q view.Request, button func(string, func()) *kit.Button, first func()) []fyne.CanvasObject {
	p, known := r.View.Procedure(q.Procedure)
	if !known || !p.Online {
		return nil
	}
	return []fyne.CanvasObject{button(say("request.copy"), func() {
		if first != nil {
			first()
		}
		r.copy(q, p)
	}).Icon("copy")}
}

// answers is what was answered, as the recap showed it before it was sent.
func (r room) answers(q view.Request) fyne.CanvasObject {
	p, same, known := r.View.ProcedureOf(q)
	if !known {
		return kit.Muted(say("request.noAnswers"))
	}
	objects := []fyne.CanvasObject{kit.Section(say("request.answers"))}
	if !same {
		objects = append(objects, kit.Muted(say("request.older")))
	}
	d := answered(q)
	ctx := r.context(d.Fresh)
	// A request is read as it was answered: what the town's data or this
	// account hold today does not make an answer disappear.
	ctx.Sources, ctx.People = nil, nil
	return kit.Column(look.M, append(objects, RecapCards(requests.Recap(p, d.Answers, ctx, FormatterOf(r.View, q)), nil))...)
}

// timeline is what happened, and what is still to come.
func (r room) timeline(q view.Request) []kit.Step {
	var out []kit.Step
	if q.State == view.StatePending {
		out = append(out, kit.Step{Title: say("event.saved"), When: dateTime(time.UnixMicro(q.Submitted)), Icon: "floppy-disk"})
	}
	for _, e := range q.Timeline {
		tone, icon := eventLook(e.Kind)
		when := dateTime(time.UnixMicro(e.At))
		if e.By != "" {
			when = i18n.Joined(when, e.By)
		}
		text := e.Text
		switch requests.EventKind(e.Kind) {
		case requests.EventRefused, requests.EventAccepted, requests.EventClosed, requests.EventAsked, requests.EventAnswered:
			text = "" // it stands in full elsewhere on the page
		}
		out = append(out, kit.Step{Title: EventWord(e.Kind), When: when, Text: text, Icon: icon, Tone: tone})
	}
	out = append(out, appointments.Steps(r.View, q.ID)...)
	if p, _, known := r.View.ProcedureOf(q); known {
		out = append(out, r.ahead(q, p)...)
	}
	return out
}

// requestOf is a refused sending as a request.
func requestOf(f refusal) view.Request {
	var q view.Request
	q.ID, q.Procedure, q.Version, q.Child, q.Answers = f.args.Request, f.args.Procedure, f.args.Version, f.args.Child, f.args.Answers
	q.Person = f.Note.Args["Person"]
	return q
}
