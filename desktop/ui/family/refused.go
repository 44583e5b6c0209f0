package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// refused is what the town hall did not take of what was done for a child, each
// with a way to take one's answers up again: nothing typed is lost.
func (p *page) refused(child wire.Child) []fyne.CanvasObject {
	var cards []fyne.CanvasObject
	for _, r := range p.c.View.Refusals() {
		part, about := partOf(r)
		if about != child.ID {
			continue
		}
		text := ""
		if r.Verdict.Error != nil {
			text = outcome.Past(r.Verdict.Error)
		}
		read := func() { _ = p.s.MarkRead(r.ID) } // one that is gone was read elsewhere
		actions := []fyne.CanvasObject{}
		if part != "" {
			actions = append(actions, kit.Secondary(t("again"), func() { p.c.Go(toChange(child.ID, part, "refused", string(r.ID))) }).Icon("pencil-simple"))
		}
		actions = append(actions, kit.Plain(t("read"), read))
		cards = append(cards, kit.NewNotice(look.ToneError, t("refused", "What", outcome.Note(r.Note)), text, actions...))
	}
	return cards
}

// partOf is the part of a child that a refused command was to change, "" for
// none that is typed, and which child.
func partOf(r cache.Refusal) (part string, child portal.ID) {
	_, args, err := wire.ReadCommand(r.Body)
	if err != nil {
		return "", ""
	}
	switch a := args.(type) {
	case *wire.ChangeHealth:
		return partHealth, a.Child
	case *wire.ChangeCollectors:
		return partCollect, a.Child
	case *wire.ProposeWeeks:
		return "", a.Child
	case *wire.AnswerWeeks:
		return "", a.Child
	case *wire.EndWeeks:
		return "", a.Child
	case *wire.ProposePaying:
		return "", a.Child
	case *wire.AnswerPaying:
		return "", a.Child
	case *wire.EndPaying:
		return "", a.Child
	}
	return "", ""
}

// typed is the arguments of a refused command, nil where it is gone.
func typed[T any](c interface{ Refusals() []cache.Refusal }, id portal.ID) *T {
	for _, r := range c.Refusals() {
		if r.ID != id {
			continue
		}
		if _, args, err := wire.ReadCommand(r.Body); err == nil {
			if a, ok := args.(*T); ok {
				return a
			}
		}
	}
	return nil
}
