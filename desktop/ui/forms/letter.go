package forms

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
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

// DecisionOf is the decision written out as the family has it, with the button
// that puts it on paper, for who reads it in a family's file, with the words of f
// and the name of who asked; nil where there is none.
func DecisionOf(c *screen.Context, q view.Request, f requests.Formatter, applicant string) fyne.CanvasObject {
	r := enter(c)
	title, body, written := r.letterFor(q, f, applicant)
	if !written {
		return nil
	}
	parts := []fyne.CanvasObject{kit.Strong(title), kit.Body(body)}
	if r.Prints != nil && (r.Session == nil || !r.Session.Kiosk()) {
		parts = append(parts, kit.Line(0, kit.Plain(say("print.letter"), func() { r.print(r.letterSheet(q, title, body)) }).Icon("printer")))
	}
	return kit.Card(kit.Column(look.S, parts...))
}

// letterText is its first line and the rest.
func (r room) letterText(q view.Request) (title, body string, written bool) {
	me, _ := r.View.Me()
	return r.letterFor(q, FormatterOf(r.View, q), strings.TrimSpace(me.FirstName+" "+me.LastName))
}

func (r room) letterFor(q view.Request, f requests.Formatter, applicant string) (title, body string, written bool) {
	p, _, known := r.View.ProcedureOf(q)
	if !known || requests.State(q.State) != requests.Accepted || q.Pending || p.Letter.Empty() {
		return "", "", false
	}
	town, _ := r.View.Town()
	answers := answered(q)
	text := requests.Letter(p, answers.Answers, requests.Context{Today: r.View.Today()}, f, map[string]string{
		requests.LetterReference: q.Reference, requests.LetterDate: i18n.Date(paris(time.UnixMicro(q.Decided))), requests.LetterTown: town.Name,
		requests.LetterApplicant: applicant, requests.LetterPerson: q.Person,
		requests.LetterAgent: q.AgentName, requests.LetterDecision: q.Decision,
	})
	title, body, _ = strings.Cut(text, "\n")
	return title, strings.TrimSpace(body), true
}
