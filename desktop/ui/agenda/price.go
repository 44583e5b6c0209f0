package agenda

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// why is why a day costs what it does, where there is more than one price: the
// band, the quotient with its date, and the rank where it makes it less.
func why(p ledger.Price) string {
	args := map[string]any{"Band": strconv.Itoa(p.Band), "Share": i18n.Percent(p.Share)}
	if p.Outside {
		return i18n.T("agenda.why.outside", nil)
	}
	text := ""
	switch {
	case p.Quotient != nil && (p.Bands > 1 || p.Rate != nil):
		args["Value"], args["From"] = i18n.Number(int64(p.Quotient.Value)), i18n.Date(p.Quotient.From.At(12, 0))
		key := "agenda.why.quotient"
		if p.Rate != nil {
			key = "agenda.why.rate"
		}
		text = i18n.T(key, args)
	case p.Rate != nil:
		text = i18n.T("agenda.why.noRate", nil)
	case p.Bands > 1:
		text = i18n.T("agenda.why.none", args)
	}
	if p.Rank > 1 && p.Amount < p.Full {
		if text != "" {
			text += ", "
		}
		text += child(p.Rank)
	}
	return text
}

// why is why a day costs what it does, with what it costs in all where others pay
// a part of it.
func (f *facts) why(d *view.DayView) string {
	says := why(d.Price)
	if d.Shared == nil {
		return says
	}
	part := i18n.T("agenda.why.part", map[string]any{"Whole": money(d.Price.Amount)})
	if says == "" {
		return part
	}
	return part + ", " + says
}

// shared is a sentence about who else pays a day, "" where nobody does.
func shared(d view.DayView) string {
	if d.Shared == nil {
		return ""
	}
	var names []string
	for _, p := range d.Shared.Parts {
		if !p.Own {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	key := "part"
	if d.Own == 0 {
		key = "nothing"
	}
	return i18n.T("agenda.price."+key, map[string]any{"Whole": money(d.Price.Amount), "Names": i18n.List(names)})
}

// child names a child by its rank: "2e enfant".
func child(rank int) string {
	key := "nth"
	if rank < 4 {
		key = strconv.Itoa(rank)
	}
	return i18n.T("agenda.price.rank."+key, map[string]any{"Rank": strconv.Itoa(rank)})
}

// priceButton is the way to the reasons of a price; nil where another pays, whose
// prices are not told.
func (a *agenda) priceButton() *kit.LinkButton {
	if !a.ours() || a.is == shapeCrowd { // of several children there is no one price
		return nil
	}
	return kit.Link(i18n.T("agenda.price.ask", nil), a.ask)
}

// ours reports whether a child shown is one's own.
func (a *agenda) ours() bool {
	if !a.family {
		return a.c.View.Tie(a.child).Parent()
	}
	return slices.ContainsFunc(a.c.View.Seen(), func(c wire.Child) bool { return a.c.View.Tie(c.ID).Parent() })
}

// hasPrice reports whether there is a price of a child's day to explain.
func (a *agenda) hasPrice(of slot, d *view.DayView) bool {
	return (d.Look.CanBook || d.Booking != nil) && a.c.View.Tie(of.child).Parent()
}

// offerPrice takes the way to the reasons away while the line is about a day that has
// no price. In a list it is about all its days.
func (a *agenda) offerPrice() {
	offered := true
	if a.told != (subject{}) && !a.asRows() {
		d := a.day(a.told.of, a.told.day)
		offered = a.hasPrice(a.told.of, &d)
	}
	if offered != a.offered {
		a.offered = offered
		if a.foot != nil {
			a.foot.Refresh()
		}
	}
}

// priced is the days shown whose prices can be explained, by day, and which of them
// is asked about: the one that the line is about, or the one on which the keyboard
// stands; else the first from today on, and -1 where there is none.
func (a *agenda) priced() (all []subject, at int) {
	here := a.told
	if a.is == shapeBoard || a.is == shapeDays {
		for day := range 7 {
			for row := range a.rows {
				if r := &a.rows[row]; a.hasPrice(r.of, &r.all[day]) {
					all = append(all, subject{r.of, r.all[day].Day})
				}
			}
		}
		if row, day := 0, 0; a.is == shapeBoard && here == (subject{}) && len(a.rows) > 0 {
			row, day = a.board.At()
			here = subject{a.rows[row].of, a.rows[row].all[day].Day}
		}
	} else {
		month := a.c.View.Month(a.child, a.activity, a.month)
		for i := range month {
			if d := &month[i]; d.Day.FirstOfMonth() == a.month && a.hasPrice(a.slot(), d) {
				all = append(all, subject{a.slot(), d.Day})
			}
		}
		if a.is == shapeGrid && here == (subject{}) {
			here = subject{a.slot(), dateOf(a.grid.At().Date)}
		}
	}
	if at = slices.Index(all, here); at < 0 {
		at = slices.IndexFunc(all, func(x subject) bool { return x.day >= a.c.View.Today() })
	}
	if at < 0 && len(all) > 0 {
		at = len(all) - 1 // all of it has gone by
	}
	return all, at
}

// ask explains the price of the day that is asked about. In a list, where pressing a
// row books it, one goes on from there to its other days.
func (a *agenda) ask() {
	all, at := a.priced()
	switch {
	case at < 0:
		a.explain(a.slot(), max(a.month, a.c.View.Today()))
	case a.asRows():
		a.explainAmong(all, at)
	default:
		a.explain(all[at].of, all[at].day)
	}
}

// explain tells why a day costs what it does, line by line.
func (a *agenda) explain(s slot, day portal.Date) {
	content, unknown := a.explained(s, day)
	a.tellPrice(content, unknown)
}

// explainAmong is explain with ways to the days before and after.
func (a *agenda) explainAmong(all []subject, at int) {
	first, unknown := a.explained(all[at].of, all[at].day)
	body := kit.NewSwap(first)
	tell := func(by int) {
		at = min(max(at+by, 0), len(all)-1)
		content, _ := a.explained(all[at].of, all[at].day)
		body.Set(content)
	}
	a.tellPrice(kit.Column(look.S, kit.Line(look.XS,
		kit.NewIconButton("caret-left", i18n.T("agenda.price.previous", nil), func() { tell(-1) }),
		kit.NewIconButton("caret-right", i18n.T("agenda.price.next", nil), func() { tell(1) })), body), unknown)
}

// tellPrice shows reasons, and the way to give a quotient where it is unknown.
func (a *agenda) tellPrice(content fyne.CanvasObject, unknown bool) {
	a.c.Dialogs.Custom(i18n.T("agenda.price.title", nil), content, func(shut func()) []fyne.CanvasObject {
		buttons := []fyne.CanvasObject{kit.Primary(i18n.T("kit.ok", nil), shut)}
		if unknown {
			buttons = append(buttons, kit.Secondary(i18n.T("agenda.price.toQuotient", nil), func() {
				shut()
				a.c.Go(screen.To(screen.Quotient))
			}))
		}
		return buttons
	}, nil)
}

// explained is the reasons of a day's price, and whether it is what it is because no
// quotient is known.
func (a *agenda) explained(s slot, day portal.Date) (content fyne.CanvasObject, unknown bool) {
	d := a.day(s, day)
	at := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, time.UTC)
	lines := []fyne.CanvasObject{kit.Muted(i18n.Joined(a.nameOf(s.child), a.activityOf(s.activity).Name.In(i18n.Language()), i18n.LongDate(at)))}
	switch {
	case d.PaidBy != "":
		lines = append(lines, kit.Body(i18n.T("agenda.price.other", map[string]any{"Name": d.PaidBy})))
	case d.Price.Tariff == "" && d.Booking != nil:
		lines = append(lines, kit.BalanceText(money(d.Price.Amount)), kit.Body(i18n.T("agenda.price.unkept", nil)))
	case d.Price.Tariff == "":
		lines = append(lines, kit.Body(i18n.T("agenda.price.noTariff", nil)))
	default:
		lines = append(lines, kit.BalanceText(money(d.Own)))
		if says := shared(d); says != "" {
			lines = append(lines, kit.Body(says))
		}
		if d.Booking != nil {
			lines = append(lines, kit.Muted(i18n.T("agenda.price.fixed", map[string]any{"When": i18n.DateTime(time.UnixMicro(d.Booking.At).In(portal.Paris))})))
		}
		lines = append(lines, a.reasons(d)...)
		unknown = d.Price.Quotient == nil && !d.Price.Outside
	}
	return kit.Column(look.S, lines...), unknown
}

// reasons is what fixed a price, each with its name.
func (a *agenda) reasons(d view.DayView) []fyne.CanvasObject {
	p := d.Price
	var out []fyne.CanvasObject
	say := func(key string, args map[string]any) string { return i18n.T("agenda.price."+key, args) }
	pair := func(key, answer string) {
		out = append(out, kit.Rule(), kit.Pair(kit.Muted(say(key, nil)), kit.Body(answer)))
	}
	date := func(day portal.Date) string { return i18n.Date(day.At(12, 0)) }
	switch {
	case p.Outside:
		pair("home", say("outside", nil))
	case p.Quotient == nil && p.Rate != nil:
		pair("quotient", say("noQuotientRate", nil))
	case p.Quotient == nil:
		pair("quotient", say("noQuotient", nil))
	default:
		pair("quotient", say("since", map[string]any{"Value": i18n.Number(int64(p.Quotient.Value)), "From": date(p.Quotient.From)}))
	}
	switch {
	case p.Rate != nil:
		part := strconv.FormatFloat(float64(p.Rate.Part)/100, 'f', 2, 64)
		if i18n.Language() == i18n.French {
			part = part[:len(part)-3] + "," + part[len(part)-2:]
		}
		pair("rate", say("rateText", map[string]any{"Part": part, "Least": money(p.Rate.Least), "Most": money(p.Rate.Most)}))
	case p.Bands > 1:
		pair("band", say("bandText", map[string]any{"Band": strconv.Itoa(p.Band), "Bands": strconv.Itoa(p.Bands)}))
	}
	if p.Rank > 0 {
		answer := say("rankFull", map[string]any{"Rank": child(p.Rank)})
		if p.Share < 100 {
			answer = say("rankLess", map[string]any{"Rank": child(p.Rank), "Share": i18n.Percent(p.Share), "Full": money(p.Full)})
		}
		pair("siblings", answer+" "+say("count."+a.counting(p.Tariff), nil))
	}
	if p.Meal > 0 && p.Meal < p.Amount {
		pair("meal", say("mealText", map[string]any{"Amount": money(p.Meal)}))
	}
	for _, t := range a.c.View.Tariffs() {
		if t.ID == p.Tariff {
			pair("decision", say("decided", map[string]any{"Decision": i18n.Capital(t.Decision), "From": date(t.From)}))
		}
	}
	return out
}

// counting is which brothers and sisters a tariff counts.
func (a *agenda) counting(tariff portal.ID) string {
	for _, t := range a.c.View.Tariffs() {
		if t.ID == tariff && t.Siblings != nil {
			return string(t.Siblings.Count)
		}
	}
	return string(ledger.CountEnrolled)
}
