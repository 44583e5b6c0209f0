package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// paying is who pays for what is booked, a setting of its own between parents
// who live apart; nil for others.
func (p *page) paying(child wire.Child) fyne.CanvasObject {
	if !isApart(child) {
		return nil
	}
	other := child.Adults[0].Name
	waiting := p.c.View.Waits(p.id, wire.PayingPropose) || p.c.View.Waits(p.id, wire.PayingEnd) || p.c.View.Waits(p.id, wire.PayingAnswer)
	var lines []fyne.CanvasObject
	var button *kit.Button
	switch {
	case child.Paying != nil:
		lines = append(lines, kit.Body(t("paying.weeks", "Name", other)), kit.Muted(t("paying.since", "When", when(child.Paying.At))), kit.Muted(t("paying.unseen", "Name", other)))
		button = kit.Plain(t("paying.end"), func() { p.endPaying(child, other) }).Icon("x")
	case child.Weeks == nil:
		lines = append(lines, kit.Body(t("paying.booker")), kit.Muted(t("paying.noWeeks")))
	default:
		lines = append(lines, kit.Body(t("paying.booker")))
		button = kit.Secondary(t("paying.propose"), func() { p.proposePaying(child, other) }).Icon("coins")
	}
	switch asked := child.AskedPaying; {
	case asked != nil && asked.Own:
		lines = append(lines, kit.NewNotice(look.ToneInfo, t("weeks.asked", "Name", other), t("paying.weeks", "Name", other),
			kit.Secondary(t("weeks.takeBack"), func() { p.answerPaying(child, false) })).Icon("hourglass"))
	case asked == nil && !waiting && button != nil:
		lines = append(lines, kit.Line(look.S, button))
	}
	return section(t("paying.title"), nil, waiting, 0, "", lines...)
}

// proposePaying says what the proposal would change before it is sent.
func (p *page) proposePaying(child wire.Child, other string) {
	p.c.Dialogs.Confirm(kit.Confirmation{
		Title: t("paying.askTitle"), Text: t("paying.askText", "Name", other), Yes: t("weeks.send", "Name", other), No: i18n.T("kit.cancel", nil),
	}, func(yes bool) {
		if yes {
			p.do(wire.PayingPropose, wire.ProposePaying{Proposal: portal.NewID(), Child: child.ID, Paying: family.EachOwnWeeks}, "payingPropose", child)
		}
	})
}

// endPaying asks before whoever books pays again: that is so for both.
func (p *page) endPaying(child wire.Child, other string) {
	p.c.Dialogs.Confirm(kit.Confirmation{
		Title: t("paying.endTitle"), Text: t("paying.endText", "Name", other), Yes: t("paying.end"), No: i18n.T("kit.cancel", nil),
	}, func(yes bool) {
		if yes {
			p.do(wire.PayingEnd, wire.EndPaying{Child: child.ID}, "payingEnd", child)
		}
	})
}

func (p *page) answerPaying(child wire.Child, accept bool) {
	if p.do(wire.PayingAnswer, wire.AnswerPaying{Child: child.ID, Proposal: child.AskedPaying.ID, Accept: accept}, "payingAnswer", child) && !child.AskedPaying.Own {
		p.answered(child.Adults[0].Name, accept)
	}
}

// payingOffer is what the other parent proposes of it, to be answered; nil where
// there is nothing.
func (p *page) payingOffer(child wire.Child) fyne.CanvasObject {
	if child.AskedPaying == nil || child.AskedPaying.Own || !isApart(child) {
		return nil
	}
	if p.c.View.Waits(p.id, wire.PayingAnswer) {
		return kit.NewNotice(look.TonePending, t("weeks.answered"), "")
	}
	other := child.Adults[0].Name
	accept := kit.Primary
	if child.Asked != nil && !child.Asked.Own && !p.c.View.Waits(p.id, wire.WeeksAnswer) {
		accept = kit.Secondary // the weeks are to be answered first: a page has one main action
	}
	return kit.NewNotice(look.ToneWarning, t("paying.offer", "Name", other), t("paying.offerText", "Name", other),
		accept(t("weeks.accept"), func() { p.answerPaying(child, true) }),
		kit.Secondary(t("weeks.decline"), func() { p.answerPaying(child, false) })).Icon("hand-palm")
}

// do keeps what was done for the child: it is sent as soon as there is a line. It
// reports whether it could.
func (p *page) do(kind string, args any, key string, child wire.Child) bool {
	_, err := p.s.Submit(kind, args, note(key, child))
	if err != nil {
		p.fail(err)
	}
	return err == nil
}
