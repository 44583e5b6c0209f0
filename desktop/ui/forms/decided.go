package forms

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/requests"
	"parvis/shared/wire"
	textwords "parvis/shared/words"
)

// decidedKind is the kind of thing under which it is kept that a decision was
// read; the request is its key, the state its value: a request may be decided
// again.
const decidedKind = "decision"

// decidedFor is how long a decision is told at *Accueil*: on another computer
// nobody knows what was read on this one.
const decidedFor = 30 * 24 * time.Hour

// DecisionCards is a card for each request that the town hall has decided and
// the family has not read of, for *Accueil*; it is hidden while there is none
// and follows the view.
func DecisionCards(c *screen.Context) fyne.CanvasObject { return enter(c).decisions() }

func (r room) decisions() fyne.CanvasObject {
	swap := kit.NewSwap(nil)
	var fill func()
	fill = func() {
		var cards []fyne.CanvasObject
		for _, q := range r.View.Requests() {
			if r.toRead(q) {
				cards = append(cards, r.decisionCard(q, fill))
			}
		}
		if len(cards) == 0 {
			swap.Set(nil)
			swap.Hide()
			return
		}
		swap.Set(kit.Column(look.M, cards...))
		swap.Show()
	}
	fill()
	r.On(fill, view.Topic{Collection: wire.Requests}, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: wire.Children})
	return swap
}

// toRead tells whether a request was decided lately and that was not read.
func (r room) toRead(q view.Request) bool {
	event, decided := map[requests.State]requests.EventKind{
		requests.Accepted: requests.EventAccepted, requests.Refused: requests.EventRefused,
	}[requests.State(q.State)]
	if !decided || q.Pending {
		return false
	}
	var at time.Time
	for _, e := range q.Timeline {
		if requests.EventKind(e.Kind) == event {
			at = time.UnixMicro(e.At)
		}
	}
	read := ""
	return r.View.Now().Sub(at) < decidedFor && !(r.desk.Kept(decidedKind, string(q.ID), &read) && read == q.State)
}

// hasRead keeps that a decision was read. Where this computer has no room it is
// told again, which does no harm.
func (r room) hasRead(q view.Request) {
	if r.toRead(q) {
		_ = r.desk.Keep(decidedKind, string(q.ID), q.State)
	}
}

// decisionCard says what was decided, why, and what one can do now.
func (r room) decisionCard(q view.Request, again func()) fyne.CanvasObject {
	what := i18n.Joined(r.titleOf(q), q.Person)
	read := kit.Plain(say("refused.read"), func() {
		r.hasRead(q)
		r.readOf(q.ID)
		again()
	})
	see := kit.Secondary(say("decided.see"), func() { r.Go(screen.To(screen.Request, "id", string(q.ID))) })
	if requests.State(q.State) == requests.Refused {
		// Who asks again has read it: the card would lead to a second draft.
		redo := r.afterRefusal(q, kit.Secondary, func() { r.hasRead(q) })
		return kit.NewNotice(look.ToneError, say("decided.refused", "What", what), q.Reason, append(redo, see, read)...)
	}
	p, known := r.View.Procedure(q.Procedure)
	if !known || p.OnAccept == nil || len(p.OnAccept.Enrol) == 0 {
		return kit.NewNotice(look.ToneSuccess, say("decided.accepted", "What", what), "", see, read)
	}
	name := q.Person
	if child, linked := r.View.Child(q.Child); linked {
		name = textwords.Called(child.FirstName)
	}
	book := kit.Secondary(say("confirmed.agenda"), func() {
		r.hasRead(q)
		r.readOf(q.ID)
		r.Go(screen.To(screen.Agenda, "child", string(q.Child)))
	}).Icon("calendar")
	return kit.NewNotice(look.ToneSuccess, say("decided.accepted", "What", what), say("decided.book", "Name", name), book, read)
}
