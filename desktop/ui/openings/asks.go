package openings

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// asks is a card for each thing that is asked for where places are drawn, and for
// what became of it.
func (p *page) asks() (cards []fyne.CanvasObject) {
	v := p.c.View
	for _, a := range v.Asks() {
		o, _ := v.Opening(a.Opening)
		asking := !a.Pending && a.Turn == 0 && o.Asking(v.Now())
		when := Period(bookings.Within(a.Lots))
		if asking {
			when = i18n.List(dates(a.Days())) // what can be changed is read day by day
		}
		parts := []fyne.CanvasObject{kit.Column(look.XS, kit.Strong(p.whose(a.Lots)), kit.Muted(i18n.Capital(i18n.Joined(Days(len(a.Days())), when))))}
		switch {
		case a.Pending:
			parts = append(parts, kit.NewNotice(look.TonePending, say("asks.pending"), say("asks.pendingText", "Until", Instant(o.Ends()))))
		case a.Turn > 0:
			tone, title := p.became(a)
			to := screen.To(screen.Openings, "ask", string(a.ID))
			parts = append(parts, kit.NewNotice(tone, title, say("asks.turn", "Turn", a.Turn), kit.Secondary(say("asks.why"), func() { p.c.Go(to) }).Icon("scales")))
		case asking:
			parts = append(parts, kit.NewNotice(look.ToneSuccess, say("asks.kept", "Until", Instant(o.Ends())), say("asks.keptText")))
		default:
			parts = append(parts, kit.NewNotice(look.ToneInfo, say("announced.drawing"), say("announced.drawingText")).Icon("scales"))
		}
		if asking {
			parts = append(parts, kit.Line(look.S,
				kit.Secondary(say("asks.change"), func() { p.change(a) }).Icon("pencil-simple"),
				kit.Plain(say("asks.withdraw"), func() { p.withdraw(a) }).Icon("trash")))
		}
		cards = append(cards, kit.Card(kit.Column(look.M, parts...)))
	}
	return cards
}

func dates(days []portal.Date) (out []string) {
	for _, d := range days {
		out = append(out, i18n.DayDate(outcome.Day(d)))
	}
	return out
}

// became is what an ask was given, in a sentence.
func (p *page) became(a view.Ask) (look.Tone, string) {
	asked, placed := len(a.Results), a.Placed()
	switch placed {
	case asked:
		return look.ToneSuccess, say("asks.all", "Count", asked)
	case 0:
		return look.ToneWarning, say("asks.nothing", "Count", asked)
	}
	return look.ToneWarning, say("asks.some", "Count", placed, "Of", asked)
}

// change has days of an ask taken out; others are added where days are chosen.
func (p *page) change(a view.Ask) {
	var options []kit.Option
	var all []string
	for _, o := range bookings.InOrder(a.Lots) {
		key := string(o.Activity) + "/" + string(o.Day)
		all = append(all, key)
		options = append(options, kit.Option{Value: key, Label: outcome.DayName(o.Day)})
	}
	days := kit.TicksField(say("asks.days"), options...).Named("days").Needed(say("asks.daysMissing"))
	days.SetValue(strings.Join(all, " "))
	p.c.Dialogs.Custom(say("asks.change"), kit.Column(look.M, days, kit.Muted(say("asks.more"))), func(shut func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Primary(say("asks.save"), func() {
			if days.Check() != "" {
				days.Focus()
				return
			}
			kept := strings.Fields(days.Value())
			shut()
			var orders []bookings.Order
			for _, o := range bookings.InOrder(a.Lots) {
				if slices.Contains(kept, string(o.Activity)+"/"+string(o.Day)) {
					orders = append(orders, bookings.Order{Lot: bookings.Lot{Child: o.Child, Activity: o.Activity}, Day: o.Day})
				}
			}
			p.submit(wire.OpeningAsk, wire.AskPlaces{Book: p.c.View.Lots(orders)}, "openings.note.ask", Days(len(orders)))
		}), kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

func (p *page) withdraw(a view.Ask) {
	if !p.submit(wire.OpeningWithdraw, wire.WithdrawAsk{Ask: a.ID}, "openings.note.withdraw", Days(len(a.Days()))) {
		return
	}
	p.strip.Say(look.ToneNeutral, say("asks.withdrawn"), i18n.T("agenda.undo.book", nil), func() {
		p.strip.Clear()
		p.submit(wire.OpeningAsk, wire.AskPlaces{Book: a.Lots}, "openings.note.ask", Days(len(a.Days())))
	})
	p.page.Refresh()
}

// why is the page that says why an ask got what it got.
func (p *page) why() fyne.CanvasObject {
	v := p.c.View
	i := slices.IndexFunc(v.Asks(), func(a view.Ask) bool { return a.ID == p.ask && a.Turn > 0 })
	if i < 0 {
		return kit.EmptyState(kit.NothingYet, "scales", say("why.gone"), "", nil)
	}
	a := v.Asks()[i]
	o, _ := v.Opening(a.Opening)
	draw, told := v.DrawOf(a.Opening)
	tone, title := p.became(a)
	parts := []fyne.CanvasObject{kit.Strong(p.whose(a.Lots)), kit.NewNotice(tone, title, "")}

	turn := []fyne.CanvasObject{kit.Section(say("why.turn"))}
	if told {
		turn = append(turn, kit.Body(say("why.turnOf", "Turn", a.Turn, "Of", draw.Asks)))
	} else {
		turn = append(turn, kit.Body(say("asks.turn", "Turn", a.Turn)))
	}
	for _, c := range o.Criteria {
		answer := say("why.no")
		if slices.Contains(a.Met, c.Key) {
			answer = say("points", "Count", c.Points)
		}
		turn = append(turn, kit.Pair(kit.Body(say("criterion."+c.Key)), kit.Body(answer)))
	}
	turn = append(turn, kit.Pair(kit.Strong(say("why.points")), kit.Strong(say("points", "Count", a.Points))),
		kit.Pair(kit.Body(say("why.number")), kit.Body(Grouped(a.Number))), kit.Muted(say("why.order")))
	parts = append(parts, kit.Card(kit.Column(look.S, turn...)))

	days := []fyne.CanvasObject{kit.Section(say("why.days"))}
	for _, r := range a.Results {
		words, role := say("why.placed"), look.Success
		icon := "check-circle"
		if r.Error != nil {
			icon, role = "x-circle", look.Warning
			words = p.notPlaced(a, draw, told, r)
			if r.Waits {
				icon, words = "hourglass", words+" "+say("why.waits")
			}
		}
		days = append(days, kit.Rule(), kit.LineTop(look.S, kit.NewIcon(icon, role, 24),
			kit.Grow(kit.Column(look.XS, kit.Strong(outcome.DayName(r.Day)), kit.Body(words)), 200)))
	}
	parts = append(parts, kit.Card(kit.Column(look.S, days...)))
	if slices.ContainsFunc(a.Results, func(r wire.AskResult) bool { return r.Error != nil }) {
		parts = append(parts, kit.Muted(say("why.next")))
	}
	if told {
		check := []fyne.CanvasObject{
			kit.Body(say("check.text")),
			kit.Pair(kit.Muted(say("check.commitment")), kit.Body(Grouped(o.Commitment))),
			kit.Pair(kit.Muted(say("check.seed")), kit.Body(draw.Seed)),
			kit.Pair(kit.Muted(say("check.ticket")), kit.Body(string(a.Ticket))),
			kit.Line(look.S, kit.Secondary(say("check.copy"), func() {
				fyne.CurrentApp().Clipboard().SetContent("printf '%s' '" + draw.Seed + "/" + string(a.Ticket) + "' | sha256sum")
				p.c.Toasts.Say(look.ToneSuccess, say("check.copied"))
			}).Icon("copy")),
		}
		fold := kit.NewFold(say("check.title"), kit.Column(look.S, check...))
		fold.SetOpen(p.folds["check"])
		parts = append(parts, fold.OnOpen(func(on bool) {
			p.folds["check"] = on
			p.page.Refresh()
		}))
	}
	return kit.Column(look.M, parts...)
}

// notPlaced is why a day was not given: how many places there were, and who had the
// last.
func (p *page) notPlaced(a view.Ask, draw wire.Draw, told bool, r wire.AskResult) string {
	if r.Error.Code != bookings.NoPlace || !told {
		return outcome.Sentence(r.Error)
	}
	for _, e := range p.c.View.Enrolments(a.Child) {
		o, _ := p.c.View.Opening(a.Opening)
		if e.Activity != o.Activity || !e.Period.Has(r.Day) {
			continue
		}
		if d, there := draw.On(e.Site, r.Day); there && d.Turn > 0 {
			return say("why.last", "Count", d.Places, "Asked", d.Asked, "Turn", d.Turn, "Points", say("points", "Count", d.Points), "Number", Grouped(d.Number))
		} else if there {
			return say("why.none", "Count", d.Asked)
		}
	}
	return outcome.Sentence(r.Error)
}
