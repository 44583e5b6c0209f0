package home

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/closures"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// closures is a card for each closure by the town that took away what the family
// had booked, or that was taken back, until it is read.
func (b *board) closures() fyne.CanvasObject {
	return live(b, func() []view.ClosureTold { return b.c.View.ClosuresTold() }, func(all []view.ClosureTold) fyne.CanvasObject {
		var cards []fyne.CanvasObject
		for _, t := range all {
			if t.Known {
				cards = append(cards, b.closure(t))
			}
		}
		if len(cards) == 0 {
			return nil
		}
		return kit.Column(look.M, cards...)
	}, topics(wire.Notices, wire.Closures, wire.Movements, wire.Activities, wire.Sites, wire.Children, view.OutboxTopic)...)
}

func (b *board) closure(t view.ClosureTold) fyne.CanvasObject {
	say := func(key string, pairs ...any) string { return i18n.Say("home.closure."+key, pairs...) }
	var names []string
	for _, id := range t.Children {
		if c, known := b.c.View.Child(id); known {
			names = append(names, words.Called(c.FirstName))
		}
	}
	amount := func(m portal.Money) string { return i18n.Money(int64(m)) }
	tone, icon, heading := look.ToneWarning, "lock", i18n.Capital(closures.Heading(t.Closure))
	text := closures.Where(b.c.View, t.Closure) + "\n" + t.Closure.Reason + "\n"
	switch {
	case t.What != notices.ClosureDeclared:
		tone, icon, heading = look.ToneSuccess, "lock-open", say("undone", "When", closures.When(t.Closure))
		text = say("open")
		if t.Moved != 0 && len(names) > 0 {
			text = say("restored", "Amount", amount(-t.Moved), "Children", i18n.List(names))
		}
	case t.Moved != 0 && len(names) > 0:
		text += say("credited", "Amount", amount(t.Moved), "Children", i18n.List(names))
	default:
		text += say("declared")
	}
	if len(t.Lost) > 0 {
		var days []string
		for _, d := range t.Lost {
			days = append(days, i18n.DayDate(outcome.Day(d)))
		}
		lost := i18n.Capital(say("lost", "Count", len(days), "Days", i18n.List(days)))
		if t.What == notices.ClosureLost {
			tone, text = look.ToneWarning, lost
		} else {
			text += "\n" + lost
		}
	}
	to := screen.To(screen.Agenda, "month", string(t.Closure.Period.From)[:7])
	if len(t.Children) > 0 {
		to.Args["child"] = string(t.Children[0])
	}
	read := func() {
		// Where it cannot be kept it is told again, which does no harm.
		_, _ = b.c.Session.Submit(wire.NoticeRead, wire.ReadNotices{Notices: t.Notices}, cache.Note{Key: "notices.note.read"})
	}
	return kit.NewNotice(tone, heading, text, kit.Secondary(say("agenda"), func() { b.c.Go(to) }), kit.Plain(say("read"), read)).Icon(icon)
}
