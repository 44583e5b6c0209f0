package kit

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Answer is one line of a recap.
type Answer struct {
	Question string
	Answer   string
}

// RecapSection is a page of questions as answered, with its own Modifier.
type RecapSection struct {
	Title   string
	Answers []Answer
	Edit    func() // nil: nothing to change, as for an agent
}

// Recap shows all that was answered: question left, answer right, empty ones
// as such.
func Recap(sections ...RecapSection) *fyne.Container {
	var cards []fyne.CanvasObject
	for _, s := range sections {
		head := []fyne.CanvasObject{Grow(Section(s.Title), 160)}
		if s.Edit != nil {
			edit := Plain(i18n.T("kit.recap.edit", nil), s.Edit).Icon("pencil-simple")
			head = append(head, edit)
		}
		rows := []fyne.CanvasObject{Line(look.S, head...)}
		for _, a := range s.Answers {
			answer := Body(a.Answer)
			if a.Answer == "" {
				answer = Muted(i18n.T("kit.recap.empty", nil))
			}
			rows = append(rows, Rule(), Pair(Muted(a.Question), answer))
		}
		cards = append(cards, Card(Column(look.S, rows...)))
	}
	return Column(look.M, cards...)
}

// Pair puts a question left and its answer right, or below where narrow.
func Pair(question, answer fyne.CanvasObject) *fyne.Container {
	return Columns(200, look.M, 2, question, answer)
}
