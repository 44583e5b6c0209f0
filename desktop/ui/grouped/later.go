package grouped

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
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

// later takes the days out of those that are not possible that open later, or that
// are asked for: a card for each hour, from which they are prepared or asked for.
// alone says that nothing else can be done.
func (p *page) later(refused []view.PlannedDay, alone bool) (cards []fyne.CanvasObject, rest []view.PlannedDay) {
	type key struct {
		code portal.Code
		at   string
	}
	byKey := map[key][]view.PlannedDay{}
	var order []key
	for _, d := range refused {
		k := key{code: d.Refused.Code}
		switch {
		case d.Cancel:
		case k.code == bookings.OpensLater:
			k.at = d.Refused.Args["at"]
		case k.code == bookings.AskedFor:
			k.at = d.Refused.Args["until"]
		}
		at, err := time.Parse(time.RFC3339, k.at)
		if err != nil {
			rest = append(rest, d)
			continue
		}
		k.at = at.Format(time.RFC3339)
		if byKey[k] == nil {
			order = append(order, k)
		}
		byKey[k] = append(byKey[k], d)
	}
	for _, k := range order {
		at, _ := time.Parse(time.RFC3339, k.at) // written above
		cards = append(cards, p.laterCard(k.code, at, byKey[k], alone && len(order) == 1))
	}
	return cards, rest
}

func (p *page) laterCard(code portal.Code, at time.Time, days []view.PlannedDay, alone bool) fyne.CanvasObject {
	v := p.c.View
	var orders []bookings.Order
	for _, d := range days {
		orders = append(orders, bookings.Order{Lot: bookings.Lot{Child: d.Child, Activity: d.Activity}, Day: d.Day})
	}
	lots := v.Lots(orders)
	judged := v.Now()
	if code == bookings.OpensLater {
		judged = at
	}
	plan := v.PlanAt(wire.GroupBookings{Group: portal.NewID(), Book: lots}, judged)
	_, refused := apart(plan.Days)
	title := say("later.opens", "Count", len(days), "At", instant(at))
	text, action, do := say("later.prepareText"), say("later.prepare"), func() { p.prepare(lots) }
	if code == bookings.AskedFor {
		title = say("later.asked", "Count", len(days), "At", instant(at))
		text, action, do = say("later.askText"), say("later.ask"), func() { p.ask(lots) }
	}
	parts := []fyne.CanvasObject{kit.NewNotice(look.ToneInfo, title, Sum(v, plan)).Icon("clock-countdown"), kit.Body(text)}
	if len(refused) > 0 {
		parts = append(parts, kit.RowsCard(Reasons(v, refused)...))
	}
	button := kit.Secondary(action, do)
	if alone {
		button = kit.Primary(action, do)
	}
	return kit.Card(kit.Column(look.S, append(parts, kit.Line(look.S, button.Icon("calendar-check")))...))
}

// instant is "lundi 7 décembre à 9:00".
func instant(at time.Time) string {
	at = at.In(portal.Paris)
	return i18n.T("explain.until", map[string]any{"Day": i18n.DayDate(at), "Time": i18n.Clock(at)})
}

// Period is "du 10 au 26 avril 2027", as a sentence goes on.
func Period(of portal.Period) string {
	from, to := outcome.Day(of.From), outcome.Day(of.To)
	if of.From == of.To {
		return i18n.Say("openings.oneDay", "Day", i18n.Date(from))
	}
	first := i18n.DayMonthName(from)
	if from.Year() != to.Year() {
		first = i18n.Date(from)
	}
	return i18n.Say("openings.period", "From", first, "To", i18n.Date(to))
}

// prepare keeps days for the hour at which they open.
func (p *page) prepare(lots []bookings.Lot) {
	group, auto := portal.NewID(), false
	if was, known := p.c.View.PreparedGroup(p.is.prepared); known {
		group, auto = was.ID, was.Auto
	}
	p.submitLater(wire.GroupPrepare, wire.PrepareGroup{Group: group, Book: lots, All: p.is.all, Auto: auto}, "openings.note.prepare", lots)
}

// ask asks for days whose places are drawn, besides what is asked for already.
func (p *page) ask(lots []bookings.Lot) {
	asked := p.c.View.Askable(lots)
	p.submitLater(wire.OpeningAsk, wire.AskPlaces{Book: asked}, "openings.note.ask", asked)
}

func (p *page) submitLater(kind string, args any, key string, lots []bookings.Lot) {
	note := cache.Note{Key: key, Args: map[string]string{"what": i18n.Say("openings.bookings", "Count", bookings.Count(lots))}}
	if _, err := p.s.Submit(kind, args, note); err != nil {
		p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		p.page.Reveal(p.strip)
		return
	}
	p.c.Kept = nil
	p.c.Replace(screen.To(screen.Openings))
}

// toOpening begins with the days of an opening, for all children who may be booked
// for it.
func (p *page) toOpening(id portal.ID) {
	o, known := p.c.View.Opening(id)
	if !known {
		return
	}
	var children []portal.ID
	for _, c := range p.children() {
		if p.comes(o.Activity, []portal.ID{c.ID}) {
			children = append(children, c.ID)
		}
	}
	if len(children) == 0 {
		return
	}
	p.is.opening, p.is.intent = id, view.ToBook
	p.is.children, p.is.activities = children, []portal.ID{o.Activity}
	p.is.how, p.is.period, p.is.from, p.is.to = byWeek, otherDates, o.Period.From, o.Period.To
	p.is.month = o.Period.From.FirstOfMonth()
}
