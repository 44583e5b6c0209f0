package forms

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/view"
	"parvis/shared/requests"
)

// letter is the decision written out, for a procedure that has one; nil until
// it is accepted.
func (r room) letter(q view.Request) fyne.CanvasObject {
	title, body, written := r.letterText(q)
	if !written {
		return nil
	}
	return kit.Card(kit.Column(look.S, kit.Strong(title), kit.Body(body)))
}

// letterText is its first line and the rest.
func (r room) letterText(q view.Request) (title, body string, written bool) {
	p, _, known := r.View.ProcedureOf(q)
	if !known || requests.State(q.State) != requests.Accepted || q.Pending || p.Letter.Empty() {
		return "", "", false
	}
	me, _ := r.View.Me()
	town, _ := r.View.Town()
	answers := answered(q)
	text := requests.Letter(p, answers.Answers, requests.Context{Today: r.View.Today()}, FormatterOf(r.View, q), map[string]string{
		requests.LetterReference: q.Reference, requests.LetterDate: i18n.Date(paris(time.UnixMicro(q.Decided))), requests.LetterTown: town.Name,
		requests.LetterApplicant: strings.TrimSpace(me.FirstName + " " + me.LastName), requests.LetterPerson: q.Person,
		requests.LetterAgent: q.AgentName, requests.LetterDecision: q.Decision,
	})
	title, body, _ = strings.Cut(text, "\n")
	return title, strings.TrimSpace(body), true
}
