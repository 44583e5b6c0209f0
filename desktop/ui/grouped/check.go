package grouped

import (
	"slices"
	"strings"

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

// check says what would become of each day, before anything is sent.
func (p *page) check() {
	drawn := p.draw()
	drawn.Group.All, drawn.Group.Wait = p.is.all, !p.is.unlist && !p.is.all
	p.plan = p.c.View.Plan(drawn.Group)
	possible, refused := apart(p.plan.Days)
	kept := p.remember(refused, p.is.only)
	later, refused := p.later(refused, len(possible) == 0)
	w := words{p.c.View}
	back := kit.Plain(say("back"), func() { p.goTo(stepWhen) })
	if len(possible) == 0 {
		parts := []fyne.CanvasObject{kit.NewNotice(look.ToneWarning, say("check.nothing"), w.left(drawn))}
		if len(later) > 0 {
			parts = later
			if left := w.left(drawn); left != "" {
				parts = append(parts, kit.Muted(left))
			}
		}
		if len(refused) > 0 {
			parts = append(parts, exceptions(p.c, w, refused, kept))
		}
		if full := p.plan.Full(); full > 0 && !p.is.all {
			parts = append(parts, flush(p.lists(full)))
		}
		p.body.Set(kit.Column(look.M, append(parts, kit.Line(look.S, back))...))
		return
	}
	tone := look.ToneInfo
	if len(refused) > 0 {
		tone = look.ToneWarning
	}
	told := p.plan // what opens later is neither done now nor impossible
	told.Days = slices.Concat(possible, refused)
	parts := []fyne.CanvasObject{
		kit.NewNotice(tone, w.sum(told, true), say("check.what", "What", w.what(possible))),
	}
	for _, line := range []string{w.left(drawn), w.others(possible), w.balances(p.plan)} {
		if line != "" {
			parts = append(parts, kit.Muted(line))
		}
	}
	parts = append(parts, later...)
	if len(refused) > 0 {
		parts = append(parts, exceptions(p.c, w, refused, kept))
	}
	all := kit.CheckField(say("check.all")).Named("all")
	all.SetValue(map[bool]string{true: "yes", false: ""}[p.is.all])
	all.OnChanged(func(v string) {
		p.is.all = v != ""
		p.keep()
		if p.plan.Full() > 0 { // all or nothing, and a list, do not go together
			p.check()
			p.page.Refresh()
		}
	})
	choices := kit.Column(look.XS)
	if full := p.plan.Full(); full > 0 && !p.is.all {
		choices.Add(p.lists(full))
	}
	choices.Add(all)
	parts = append(parts, flush(choices), kit.Line(look.S, kit.Primary(w.act(possible), func() { p.send(possible, refused, drawn) }).Icon("check"), back))
	parts = append(parts, w.months(p.page, possible, "todo.")...)
	p.body.Set(kit.Column(look.M, parts...))
}

// flush has boxes and folds, whose own edge leaves room for the ring, begin where
// the text above them begins.
func flush(o fyne.CanvasObject) fyne.CanvasObject { return kit.Indent(-look.S, o) }

// lists is the choice to wait for the days that are full.
func (p *page) lists(full int) fyne.CanvasObject {
	field := kit.CheckField(say("check.lists", "Count", full)).Hint(say("check.listsHint")).Named("lists")
	field.SetValue(map[bool]string{true: "", false: "yes"}[p.is.unlist])
	field.OnChanged(func(v string) {
		p.is.unlist = v == ""
		p.keep()
		p.check()
		p.page.Refresh()
	})
	return field
}

// apart parts what is possible from what is not.
func apart(days []view.PlannedDay) (possible, refused []view.PlannedDay) {
	for _, d := range days {
		if d.Refused == nil {
			possible = append(possible, d)
		} else {
			refused = append(refused, d)
		}
	}
	return possible, refused
}

// exceptions is what is not possible, a row for each reason, with the way to where the
// account is topped up where that is what is missing; kept says that what lacks money
// is found again afterwards.
func exceptions(c *screen.Context, w words, refused []view.PlannedDay, kept bool) fyne.CanvasObject {
	parts := []fyne.CanvasObject{kit.Section(say("check.exceptions")), kit.RowsCard(w.reasons(refused)...)}
	if lacksMoney(refused) {
		if kept {
			parts = append(parts, kit.Muted(say("check.kept")))
		}
		parts = append(parts, kit.Line(look.S, kit.Secondary(i18n.T("payments.topUp", nil), func() { c.Go(screen.To(screen.Payments)) }).Icon("credit-card")))
	}
	return kit.Column(look.S, parts...)
}

// unsentDays is what of a group was not possible before it was sent: the town hall
// knows nothing of it, and its recap says so.
type unsentDays struct {
	Group portal.ID
	Days  []view.PlannedDay
}

// send sends what is possible.
func (p *page) send(possible, refused []view.PlannedDay, drawn view.Drawn) {
	g := wire.GroupBookings{Group: p.is.id, All: p.is.all, Wait: drawn.Group.Wait}
	can := map[[3]string]bool{}
	for _, d := range possible {
		can[[3]string{string(d.Child), string(d.Activity), string(d.Day)}] = !d.Cancel
	}
	for _, l := range drawn.Group.Book {
		l.Days = slices.DeleteFunc(slices.Clone(l.Days), func(d portal.Date) bool { return !can[[3]string{string(l.Child), string(l.Activity), string(d)}] })
		if len(l.Days) > 0 {
			g.Book = append(g.Book, l)
		}
	}
	for _, d := range possible {
		if d.Cancel {
			g.Cancel = append(g.Cancel, d.Booking)
		}
	}
	w := words{p.c.View}
	note := cache.Note{Key: "grouped.note.send", Args: map[string]string{"what": w.counted(possible)}}
	if _, err := p.s.Submit(wire.BookingGroup, g, note); err != nil {
		p.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		p.page.Reveal(p.strip)
		return
	}
	if p.is.again != "" {
		_ = p.s.MarkRead(p.is.again) // one that is gone was read elsewhere
	}
	if left := lacking(p.c.View, refused); len(left) > 0 {
		p.is.only = left // the check goes on following until the recap is there
		p.remember(refused, left)
	} else if p.is.opening == "" && p.is.again == "" {
		p.forget()
	}
	_ = p.s.Keep(choices, unsent, unsentDays{g.Group, refused}) // without room the recap says what was sent
	p.c.Kept = nil
	p.c.Replace(screen.To(screen.Grouped, "id", string(g.Group)))
}

// words says days in words.
type words struct{ v *view.View }

func money(m portal.Money) string { return i18n.Money(int64(m)) }

func (w words) child(id portal.ID) string {
	c, _ := w.v.Child(id)
	return c.FirstName
}

func (w words) activity(id portal.ID) string {
	for _, a := range w.v.Activities() {
		if a.ID == id {
			return a.Name.In(i18n.Language())
		}
	}
	return ""
}

// floor is the least that a balance may become by a booking.
func (w words) floor(activity portal.ID) portal.Money {
	for _, a := range w.v.Activities() {
		if a.ID == activity {
			return a.Floor
		}
	}
	return 0
}

// noun is whether days are counted as meals or, where they are of anything else,
// as days.
func (w words) noun(days []view.PlannedDay) string {
	for _, a := range w.v.Activities() {
		if a.Kind != bookings.Canteen && slices.ContainsFunc(days, func(d view.PlannedDay) bool { return d.Activity == a.ID }) {
			return "day"
		}
	}
	return "meal"
}

// split is how many days are booked, cancelled, put on a list and taken off one.
func split(days []view.PlannedDay) (book, cancel, wait, leave int) {
	for _, d := range days {
		switch {
		case d.Waits && d.Cancel:
			leave++
		case d.Waits:
			wait++
		case d.Cancel:
			cancel++
		default:
			book++
		}
	}
	return book, cancel, wait, leave
}

// counted is "138 repas à réserver, 3 repas à annuler".
func (w words) counted(days []view.PlannedDay) string { return w.phrase("todo.", days) }

// act is what the button says that it does.
func (w words) act(days []view.PlannedDay) string { return i18n.Capital(w.phrase("act.", days)) }

func (w words) phrase(key string, days []view.PlannedDay) string {
	noun := w.noun(days)
	book, cancel, wait, leave := split(days)
	var parts []string
	if book > 0 {
		parts = append(parts, say(key+"book."+noun, "Count", book))
	}
	if cancel > 0 {
		parts = append(parts, say(key+"cancel."+noun, "Count", cancel))
	}
	if wait > 0 {
		parts = append(parts, say(key+"wait", "Count", wait))
	}
	if leave > 0 {
		parts = append(parts, say(key+"leave", "Count", leave))
	}
	return strings.Join(parts, ", ")
}

// parted is days that cost something or give something back, and what is only
// done to waiting lists: the price goes with the former.
func parted(days []view.PlannedDay) (paid, lists []view.PlannedDay) {
	for _, d := range days {
		if d.Waits {
			lists = append(lists, d)
		} else {
			paid = append(paid, d)
		}
	}
	return paid, lists
}

// told is a sentence of what is done with days: what is counted of them, for whom,
// then the rest, and last what is done to waiting lists, which costs nothing.
func (w words) told(key string, days []view.PlannedDay, whom string, rest []string) string {
	paid, lists := parted(days)
	if len(paid) == 0 {
		paid, lists = lists, nil
	}
	said := strings.Join(append([]string{strings.TrimSpace(w.phrase(key, paid) + " " + whom)}, rest...), ", ") + "."
	if len(lists) > 0 {
		return say("sum.also", "Said", said, "Lists", w.phrase(key, lists))
	}
	return said
}

// whom is for which children days are.
func (w words) whom(days []view.PlannedDay) string {
	var who []string
	for _, d := range days {
		who = with(who, w.child(d.Child))
	}
	return say("sum.for", "Who", i18n.List(who))
}

// what is at which activities days are.
func (w words) what(days []view.PlannedDay) string {
	var what []string
	for _, d := range days {
		what = with(what, w.activity(d.Activity))
	}
	return i18n.Labels(what)
}

// sum is the sentence that a plan begins with: what is done, for whom where that is
// to be told, what cannot be, what it costs and what is left.
func (w words) sum(p view.Plan, whom bool) string {
	possible, refused := apart(p.Days)
	var parts []string
	who := ""
	if whom {
		who = w.whom(possible)
	}
	if len(refused) > 0 {
		parts = append(parts, say("sum.refused", "Count", len(refused)))
	}
	parts = append(parts, moved("sum.both", p.Charged, p.Back)...)
	if len(p.Balances) == 1 && screen.CashDeskWhere(w.v, p.Balances[0].CashDesk) == "" {
		parts = append(parts, say("sum.after", "After", money(p.Balances[0].Expected)))
	}
	return i18n.Capital(w.told("todo.", possible, who, parts))
}

// moved is what is charged and what is given back, as far as there is any; both
// is the sentence for the two.
func moved(both string, charged, back portal.Money) []string {
	switch {
	case charged > 0 && back > 0:
		return []string{say(both, "Charged", money(charged), "Back", money(back))}
	case charged > 0:
		return []string{money(charged)}
	case back > 0:
		return []string{say("sum.back", "Back", money(back))}
	}
	return nil
}

// balances is what is left at each cash desk, where there are several.
func (w words) balances(p view.Plan) string {
	var parts []string
	if len(p.Balances) == 1 && screen.CashDeskWhere(w.v, p.Balances[0].CashDesk) == "" {
		return "" // the sentence before says it
	}
	for _, b := range p.Balances {
		parts = append(parts, say("sum.desk", "Desk", screen.CashDeskName(w.v, b.CashDesk), "After", money(b.Expected)))
	}
	return strings.Join(parts, " ")
}

// left is what of a wish needs nothing done.
func (w words) left(d view.Drawn) string {
	var parts []string
	if d.Already > 0 {
		parts = append(parts, say("left.already", "Count", d.Already))
	}
	off := 0
	for _, n := range d.Off {
		off += n
	}
	if off > 0 {
		parts = append(parts, say("left.off"))
	}
	return strings.Join(parts, " ")
}

// others says of days that somebody else pays.
func (w words) others(days []view.PlannedDay) string {
	var parts []string
	paid := map[string]int{}
	var names []string
	delegated, provisional := 0, 0
	for _, d := range days {
		switch {
		case d.Cancel, d.Waits:
		case d.Provisional:
			provisional++
		case d.PaidBy != "":
			if paid[d.PaidBy]++; paid[d.PaidBy] == 1 {
				names = append(names, d.PaidBy)
			}
		case d.Delegated:
			delegated++
		}
	}
	for _, n := range names {
		parts = append(parts, say("others.paid", "Count", paid[n], "Name", n))
	}
	if provisional > 0 {
		parts = append(parts, say("others.provisional", "Count", provisional))
	}
	if delegated > 0 {
		parts = append(parts, say("others.delegated", "Count", delegated))
	}
	return strings.Join(parts, " ")
}

// reasons is a row for each reason why days are not possible.
func (w words) reasons(refused []view.PlannedDay) (rows []fyne.CanvasObject) {
	type key struct {
		child, activity portal.ID
		code            portal.Code
		cancel          bool
	}
	byKey := map[key][]view.PlannedDay{}
	var order []key
	for _, d := range refused {
		k := key{d.Child, d.Activity, d.Refused.Code, d.Cancel}
		if byKey[k] == nil {
			order = append(order, k)
		}
		byKey[k] = append(byKey[k], d)
	}
	for _, k := range order {
		days := byKey[k]
		dates := make([]string, len(days))
		for i, d := range days {
			dates[i] = i18n.DayDate(outcome.Day(d.Day))
		}
		why := outcome.Sentence(days[0].Refused)
		if many := "grouped.why." + string(k.code); len(days) > 1 && i18n.Has(many) {
			why = i18n.T(many, map[string]any{"Floor": money(w.floor(k.activity))})
		}
		rows = append(rows, kit.Pad(look.M, kit.Column(look.XS,
			kit.Strong(i18n.Joined(w.child(k.child), w.activity(k.activity))),
			kit.Body(i18n.Capital(i18n.List(dates))), kit.Muted(why))))
	}
	return rows
}

// byMonth is days by month, in order.
func byMonth(days []view.PlannedDay) (months [][]view.PlannedDay) {
	days = slices.Clone(days)
	slices.SortStableFunc(days, func(a, b view.PlannedDay) int { return strings.Compare(string(a.Day), string(b.Day)) })
	for i, d := range days {
		if i == 0 || d.Day.FirstOfMonth() != days[i-1].Day.FirstOfMonth() {
			months = append(months, nil)
		}
		months[len(months)-1] = append(months[len(months)-1], d)
	}
	return months
}

// months is the days, a fold a month; what it holds is made when it is opened.
// They are counted as what is to be done or as what was. One month alone is open.
func (w words) months(page *kit.Page, days []view.PlannedDay, counted string) (folds []fyne.CanvasObject) {
	all := byMonth(days)
	for _, month := range all {
		var cost portal.Money
		for _, d := range month {
			if d.Cancel {
				cost -= d.Price
			} else {
				cost += d.Price
			}
		}
		var price []string
		if cost != 0 {
			price = []string{money(cost)}
		}
		title := say("month", "Month", i18n.Capital(i18n.MonthYear(outcome.Day(month[0].Day))), "What", strings.TrimSuffix(w.told(counted, month, "", price), "."))
		inside := kit.NewSwap(nil)
		fill := func() {
			if inside.Object() == nil {
				inside.Set(kit.Column(look.XS, w.lines(month)...))
			}
		}
		fold := kit.NewFold(title, inside)
		if len(all) == 1 {
			fill()
			fold.SetOpen(true)
		}
		folds = append(folds, flush(fold.OnOpen(func(open bool) {
			if open {
				fill()
			}
			page.Refresh()
		})))
	}
	return folds
}

// lines is a line a day.
func (w words) lines(days []view.PlannedDay) (lines []fyne.CanvasObject) {
	for _, d := range w.byDay(days) {
		lines = append(lines, kit.Pair(kit.Muted(i18n.Capital(d[0])), kit.Body(i18n.Capital(d[1]))))
	}
	return lines
}

// deed is what is done with a day, booked first; the word for it, "" for booked.
func deed(d view.PlannedDay) (rank int, key string) {
	switch {
	case d.Waits && d.Cancel:
		return 3, "line.leave"
	case d.Waits:
		return 2, "line.wait"
	case d.Cancel:
		return 1, "line.cancel"
	}
	return 0, ""
}

// byDay is, for each day of days in order, its name and what is done on it, said
// once for all of whom it is done.
func (w words) byDay(days []view.PlannedDay) (out [][2]string) {
	for i := 0; i < len(days); {
		j := i
		for j < len(days) && days[j].Day == days[i].Day {
			j++
		}
		var said, same []string
		for rank := range 4 {
			word := ""
			same = nil
			for _, d := range days[i:j] {
				if r, key := deed(d); r == rank {
					word, same = key, append(same, w.one(d))
				}
			}
			switch {
			case len(same) == 0:
			case word == "":
				said = append(said, same...)
			default:
				said = append(said, say(word, "What", i18n.Clauses(same)))
			}
		}
		out = append(out, [2]string{i18n.DayDate(outcome.Day(days[i].Day)), i18n.Clauses(said)})
		i = j
	}
	return out
}

// done is one, with what was to be done.
func (w words) done(d view.PlannedDay) string {
	if _, word := deed(d); word != "" {
		return say(word, "What", w.one(d))
	}
	return w.one(d)
}

// one is for whom a day is, at what: "Léa, cantine, 3,20 €".
func (w words) one(d view.PlannedDay) string {
	parts := []string{w.child(d.Child), w.activity(d.Activity)}
	if d.Price > 0 {
		parts = append(parts, money(d.Price))
	}
	return strings.Join(parts, ", ")
}

// Sum is the sentence that says what a plan does, what of it is not possible, what
// it costs and what is left.
func Sum(v *view.View, p view.Plan) string {
	if p.Possible() == 0 {
		return say("check.nothing")
	}
	return words{v}.sum(p, false)
}

// Done is the sentence that says what became of a group, and whether all of it was
// done.
func Done(v *view.View, g wire.GroupResult) (sentence string, all bool) {
	did, refused := days(v, g)
	return words{v}.sumDone(g, did, refused), len(refused) == 0
}

// Reasons is a row for each reason why days are not possible.
func Reasons(v *view.View, refused []view.PlannedDay) []fyne.CanvasObject {
	return words{v}.reasons(refused)
}
