package forms

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/appointments"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// about is the topics on which what is shown of a request depends.
func about(id portal.ID) []view.Topic {
	return append(appointments.Topics(id), view.Topic{Collection: wire.Requests, Key: id}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: view.ClockTopic})
}

func (r room) confirmed(route screen.Route) screen.Screen {
	id := portal.ID(route.Arg("request"))
	docs := proofs.OfRequest(r.Context, r.desk, id)
	page := r.Live(func() fyne.CanvasObject { return r.confirmation(id, docs) }, about(id)...)
	return screen.Screen{Content: page, Title: say("confirmed.title"), Rail: screen.Procedures}
}

func (r room) confirmation(id portal.ID, docs fyne.CanvasObject) fyne.CanvasObject {
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
		what = i18n.Joined(in(p.Title), q.Person)
	}
	toRequests, visit := kit.Primary, r.visit(q)
	if len(visit) > 0 {
		toRequests = kit.Secondary // choosing a time is the one thing to do now
	}
	buttons := kit.Line(look.S+4, toRequests(say("requests.title"), func() { r.Go(screen.To(screen.Requests)) }))
	if known && p.OnAccept != nil && len(p.OnAccept.Enrol) > 0 {
		buttons.Add(kit.Secondary(say("confirmed.agenda"), func() { r.Go(screen.To(screen.Agenda)) }))
	}
	// The ways on stand above what may be long.
	objects := append([]fyne.CanvasObject{kit.Column(look.XS, kit.Title(title), kit.Muted(what)), notice}, append(visit, buttons, docs)...)
	if q.Reference != "" {
		objects = append(objects, r.receipt(q))
	}
	if known && !p.InPerson.Empty() {
		objects = append(objects, kit.NewNotice(look.ToneInfo, say("procedure.inPerson"), in(p.InPerson)))
	}
	if known {
		objects = append(objects, kit.Column(look.S, kit.Section(say("confirmed.next")), kit.Timeline(r.ahead(q, p)...)))
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
	out = append(out, r.awaited(q, p))
	if p.OnAccept != nil && len(p.OnAccept.Enrol) > 0 {
		out = append(out, kit.Step{Title: say("ahead.book"), Text: say("ahead.bookText"), Icon: "calendar-check", Ahead: true})
	}
	return out
}

// awaited is what comes next, from whom and by when.
func (r room) awaited(q view.Request, p *requests.Procedure) kit.Step {
	a := r.View.Awaits(q)
	switch {
	case a.By == requests.ByFamily && a.Until != "":
		return kit.Step{Title: say("ahead.yours"), When: say("ahead.until", "Date", i18n.Date(civil(a.Until))), Icon: "hand-palm", Tone: look.ToneWarning, Ahead: true}
	case a.By == requests.ByFamily:
		return kit.Step{Title: say("ahead.yours"), Icon: "hand-palm", Tone: look.ToneWarning, Ahead: true}
	case a.Until == "":
		return kit.Step{Title: say("ahead.answer"), When: in(p.Delay), Ahead: true}
	case a.Until < r.View.Today():
		return kit.Step{Title: say("ahead.answer"), When: say("ahead.late", "Date", i18n.Date(civil(a.Until))), Text: say("ahead.lateText"), Ahead: true}
	}
	return kit.Step{Title: say("ahead.answer"), When: say("ahead.until", "Date", i18n.Date(civil(a.Until))), Text: in(p.Delay), Ahead: true}
}

// receipt is what one keeps of a request that has arrived: its number, and
// when the town hall received it.
func (r room) receipt(q view.Request) fyne.CanvasObject {
	parts := []fyne.CanvasObject{kit.Strong(say("receipt.title"))}
	for _, p := range r.receiptLines(q) {
		parts = append(parts, kit.Rule(), kit.Pair(kit.Muted(p[0]), kit.Body(p[1])))
	}
	if button := r.printReceipt(q); button != nil {
		parts = append(parts, kit.Rule(), kit.Line(0, button...))
	}
	return kit.Card(kit.Column(look.S, parts...))
}

// receiptLines is what a receipt says, with what of it.
func (r room) receiptLines(q view.Request) [][2]string {
	return [][2]string{
		{say("receipt.number"), q.Reference}, {say("receipt.what"), r.titleOf(q)}, {say("receipt.person"), q.Person},
		{say("receipt.at"), dateTime(time.UnixMicro(q.Submitted))},
	}
}
