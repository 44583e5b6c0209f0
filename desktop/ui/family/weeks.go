package family

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// weeksTold is how many weeks are written out, so that one sees what is meant.
const weeksTold = 4

// isApart reports whether the child's parents are two who live apart, and so
// can have weeks of their own.
func isApart(child wire.Child) bool {
	shared := string(accounts.SharedCustody)
	return child.Custody == shared && len(child.Adults) == 1 && child.Adults[0].Custody == shared
}

// weeks is with whom the child is in which week, nil for parents who do not
// live apart.
func (p *page) weeks(child wire.Child) fyne.CanvasObject {
	if !isApart(child) {
		return nil
	}
	var lines, buttons []fyne.CanvasObject
	waiting := p.c.View.Waits(p.id, wire.WeeksPropose) || p.c.View.Waits(p.id, wire.WeeksEnd) || p.c.View.Waits(p.id, wire.WeeksAnswer)
	if child.Weeks == nil {
		lines = append(lines, kit.Muted(t("weeks.none", "Child", called(child))))
	} else {
		lines = append(lines, weekLines(*child.Weeks, p.c.View.Today())...)
		lines = append(lines, kit.Rule(), kit.Caption(t("weeks.text")))
	}
	propose := "weeks.propose"
	if child.Weeks != nil {
		propose = "weeks.others"
	}
	switch {
	case child.Asked != nil && child.Asked.Own:
		lines = append(lines, kit.NewNotice(look.ToneInfo, t("weeks.asked", "Name", child.Asked.With), sentenceOf(child.Asked.ChildWeeks, p.c.View.Today()),
			kit.Secondary(t("weeks.takeBack"), func() { p.answer(child, false) })).Icon("hourglass"))
	case child.Asked == nil && !waiting:
		buttons = append(buttons, kit.Secondary(t(propose), func() { p.c.Go(toChange(p.id, partWeeks)) }).Icon("calendar"))
	}
	if child.Weeks != nil && !waiting {
		buttons = append(buttons, kit.Plain(t("weeks.end"), func() { p.end(child) }).Icon("x"))
	}
	if len(buttons) > 0 {
		lines = append(lines, kit.Line(look.S, buttons...))
	}
	return section(t("weeks.title"), nil, waiting, 0, "", lines...)
}

// weekLines is the weeks from today on, each with whose it is.
func weekLines(w wire.ChildWeeks, today portal.Date) []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for i := range weeksTold {
		first := w.Start(today).Add(7 * i)
		lines = append(lines, kit.Rule(), kit.Line(look.M, kit.Grow(kit.Body(Span(first)), 180), mark(w, first)))
	}
	return lines
}

// mark is the sign and the word of whose a week is, as the agenda has them.
func mark(w wire.ChildWeeks, day portal.Date) fyne.CanvasObject {
	if w.Own(day) {
		return kit.NewChip(look.ToneInfo, "house", t("weeks.mine"))
	}
	return kit.NewChip(look.ToneNeutral, "suitcase", t("weeks.theirs", "Name", w.With))
}

// Span is a week by its first and last day.
func Span(first portal.Date) string {
	return t("weeks.span", "From", i18n.DayDate(outcome.Day(first)), "To", i18n.DayDate(outcome.Day(first.Add(6))))
}

// sentenceOf is weeks in a sentence: the next one of each.
func sentenceOf(w wire.ChildWeeks, today portal.Date) string {
	var parts []string
	for i := range 2 {
		first := w.Start(today).Add(7 * i)
		key := "weeks.with"
		if w.Own(first) {
			key = "weeks.withMe"
		}
		parts = append(parts, t(key, "Span", Span(first), "Name", w.With))
	}
	return strings.Join(parts, "\n")
}

// offer is what the other parent proposes, to be answered; nil where there is
// nothing.
func (p *page) offer(child wire.Child) fyne.CanvasObject {
	if child.Asked == nil || child.Asked.Own {
		return nil
	}
	if p.c.View.Waits(p.id, wire.WeeksAnswer) {
		return kit.NewNotice(look.TonePending, t("weeks.answered"), "")
	}
	text := sentenceOf(child.Asked.ChildWeeks, p.c.View.Today()) + "\n" + t("weeks.offerText")
	if child.Paying != nil {
		text += "\n" + t("paying.follows")
	}
	return kit.NewNotice(look.ToneWarning, t("weeks.offer", "Name", child.Asked.With), text,
		kit.Primary(t("weeks.accept"), func() { p.answer(child, true) }),
		kit.Secondary(t("weeks.decline"), func() { p.answer(child, false) })).Icon("hand-palm")
}

func (p *page) answer(child wire.Child, accept bool) {
	if p.do(wire.WeeksAnswer, wire.AnswerWeeks{Child: child.ID, Proposal: child.Asked.ID, Accept: accept}, "weeksAnswer", child) && !child.Asked.Own {
		p.answered(child.Asked.With, accept)
	}
}

// answered says what was answered: the proposal is gone from the page, and what
// follows from it stands further down.
func (p *page) answered(name string, accept bool) {
	key := "weeks.declined"
	if accept {
		key = "weeks.accepted"
	}
	p.strip.Say(look.ToneSuccess, t(key, "Name", name), "", nil)
}

// end asks before the weeks are told no longer: that changes what both see.
func (p *page) end(child wire.Child) {
	text := t("weeks.endText", "Name", child.Weeks.With)
	if child.Paying != nil {
		text += " " + t("paying.endsToo")
	}
	p.c.Dialogs.Confirm(kit.Confirmation{
		Title: t("weeks.endTitle"), Text: text, Yes: t("weeks.end"), No: i18n.T("kit.cancel", nil),
	}, func(yes bool) {
		if yes {
			p.do(wire.WeeksEnd, wire.EndWeeks{Child: child.ID}, "weeksEnd", child)
		}
	})
}

func note(key string, child wire.Child) cache.Note {
	return cache.Note{Key: "family.note." + key, Args: map[string]string{"child": called(child)}}
}

// The ways a week can begin: on Monday, or once school is over on Friday, when
// the first day of its own is Saturday.
const (
	FromMonday = "monday"
	FromFriday = "friday"
)

// Begins is the first day of the week of a kind that a day lies in.
func Begins(kind string, day portal.Date) portal.Date {
	monday := portal.Date("2024-01-01")
	if kind == FromFriday {
		monday = monday.Add(-2)
	}
	return family.Weeks{Anchor: monday}.Start(day)
}

// proposeWeeks asks when the week begins and whose the one under way is: a date
// that one sees, never the number of a week.
func (f *form) proposeWeeks(child wire.Child) screen.Screen {
	if !isApart(child) {
		return f.back(child)
	}
	other := child.Adults[0].Name
	today := f.c.View.Today()
	kind := kit.RadioField(t("weeks.when", "Child", called(child)), kit.Option{Value: FromMonday, Label: t("weeks.monday")}, kit.Option{Value: FromFriday, Label: t("weeks.friday")}).Named("kind")
	whose, told := kit.NewSwap(nil), kit.NewSwap(nil)
	kind.SetValue(FromMonday)
	mine := ""
	if w := child.Weeks; w != nil {
		if w.Start(today) == Begins(FromFriday, today) {
			kind.SetValue(FromFriday)
		}
		if mine = "theirs"; w.Own(today) {
			mine = "mine"
		}
	}
	var first *kit.Field
	proposed := func() wire.ChildWeeks {
		return wire.ChildWeeks{Weeks: family.Weeks{Anchor: Begins(kind.Value(), today)}, Mine: first.Value() == "mine", With: other}
	}
	show := func() {
		told.Set(nil)
		if first.Value() != "" {
			told.Set(kit.Card(kit.Column(look.S, append([]fyne.CanvasObject{kit.Strong(t("weeks.preview"))}, weekLines(proposed(), today)...)...)))
		}
		f.refresh()
	}
	ask := func() {
		first = kit.RadioField(t("weeks.whose", "Span", Span(Begins(kind.Value(), today)), "Child", called(child)),
			kit.Option{Value: "mine", Label: t("weeks.optionMine")}, kit.Option{Value: "theirs", Label: t("weeks.optionTheirs", "Name", other)}).Named("first").Needed(t("weeks.whoseMissing"))
		first.SetValue(mine)
		first.OnChanged(func(v string) { mine = v; show() })
		whose.Set(first)
		show()
	}
	kind.OnChanged(func(string) { ask() })
	questions := kit.NewForm(t("weeks.send", "Name", other), func() {
		w := proposed()
		f.submit(wire.WeeksPropose, wire.ProposeWeeks{Proposal: portal.NewID(), Child: child.ID, Weeks: w.Weeks, Mine: w.Mine}, note("weeksPropose", child))
	}, kit.Plain(i18n.T("kit.cancel", nil), f.c.Back))
	questions.Add(kind, whose, told)
	if child.Paying != nil {
		questions.Add(kit.Muted(t("paying.follows")))
	}
	questions.Add(kit.Muted(t("weeks.agreed", "Name", other)))
	ask()
	return f.build(t("weeks.title"), t("weeks.lead"), questions)
}
