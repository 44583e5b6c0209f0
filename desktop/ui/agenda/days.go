package agenda

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// update draws the days that look different than before, the balance, and
// what became of the last thing done.
func (a *agenda) update() {
	month := firstOf(a.month.Year(), a.month.Month())
	days := a.days()
	a.tellSigns(days...)
	a.redrawn = a.redrawn[:0]
	if a.shown == nil || !a.grid.Month().Equal(month) {
		a.grid.SetMonth(month, days)
		a.bar.Refresh()
		a.shown = make(map[portal.Date]kit.Day, len(days))
		for _, d := range days {
			a.shown[dateOf(d.Date)] = d
		}
		a.fillLists(days)
	} else {
		for _, d := range days {
			if day := dateOf(d.Date); a.shown[day] != d {
				a.shown[day] = d
				a.redrawn = append(a.redrawn, day)
				a.grid.SetDay(d)
			}
		}
		if len(a.redrawn) > 0 {
			a.fillLists(days)
		}
	}
	a.tellMenu()
	a.offerPrice()
	a.account()
	a.tellLast()
}

// tellMenu shows the way to the menu where one is told.
func (a *agenda) tellMenu() {
	if a.menu == nil {
		return
	}
	if has := len(a.menuDays()) > 0; has != a.menu.Visible() {
		show(a.menu, has)
		a.root.Refresh()
	}
}

// fillLists writes the days of a list: one's own first, days with the other parent
// and days gone by behind their folds. Days on which the activity does not run are
// left out, unless there is no other: then they say why.
func (a *agenda) fillLists(days []kit.Day) {
	if a.is != shapeList {
		return
	}
	today := a.c.View.Today()
	all := !slices.ContainsFunc(days, func(d kit.Day) bool { return !a.offs[dateOf(d.Date)] && dateOf(d.Date) >= today })
	var past, coming, away, run []kit.Day
	own := 0
	instead := func() { // a line in the place of days with the other parent
		if len(run) > 0 {
			coming = append(coming, a.awayLine(run[0], run[len(run)-1]))
		}
		run = nil
	}
	for _, d := range days {
		d.Label = i18n.Capital(d.Label) // it begins a line there
		switch day := dateOf(d.Date); {
		case a.offs[day] && (!all || day < today):
		case day < today:
			past = append(past, d)
		case d.Mark != "":
			away, run = append(away, d), append(run, d)
		default:
			instead()
			coming = append(coming, d)
			own++
		}
	}
	if own == 0 {
		run = nil
	}
	instead()
	a.coming.SetDays(coming)
	a.away.SetDays(away)
	a.past.SetDays(past)
	show(a.coming, len(coming) > 0)
	show(a.awayFold, len(away) > 0)
	show(a.pastFold, len(past) > 0)
	if own == 0 {
		a.coming.SetDays(nil)
		show(a.coming, false)
		a.awayFold.SetOpen(true)
		a.pastFold.SetOpen(len(away) == 0)
	}
}

func dateOf(t time.Time) portal.Date { return portal.NewDate(t.Year(), t.Month(), t.Day()) }

// days is the month as it is drawn.
func (a *agenda) days() []kit.Day {
	f := a.facts(a.slot())
	all := a.c.View.Month(a.child, a.activity, a.month)
	var out []kit.Day
	a.offs = map[portal.Date]bool{}
	for i := range all {
		if all[i].Day.FirstOfMonth() == a.month {
			a.offs[all[i].Day] = off(&all[i])
			out = append(out, f.cell(&all[i]))
		}
	}
	return out
}

// facts is what the words about a day need besides the day itself.
type facts struct {
	v        *view.View
	child    string
	named    bool   // the child's name stands before what is said
	parent   string // who lets the account see the child; "" for one's own
	id       portal.ID
	activity bookings.Activity
	calendar bookings.Calendar
	now      time.Time
	sent     map[portal.ID]bool            // commands that wait: on their way or not
	refused  map[portal.Date]cache.Refusal // of this child and activity
	absent   view.Absents                  // bookings of which it was told that the child will not come
	weeks    *wire.ChildWeeks              // between parents who live apart
	shared   bool                          // another parent may book too
	desk     string                        // where it is paid; "" where all is paid at one
}

func (a *agenda) facts(s slot) *facts {
	v := a.c.View
	f := &facts{v: v, id: s.child, child: short(a.nameOf(s.child)), parent: a.parent(s), activity: a.activityOf(s.activity), now: v.Now(), sent: map[portal.ID]bool{}, refused: map[portal.Date]cache.Refusal{}, absent: v.ToldAbsent()}
	f.calendar, _ = v.Calendar()
	f.desk = screen.CashDeskWhere(v, f.activity.CashDesk)
	if child, known := v.Child(s.child); known {
		f.weeks, f.shared = child.Weeks, len(child.Adults) > 0
	}
	for _, p := range v.Waiting() {
		f.sent[p.ID] = a.sent(&p)
	}
	for _, r := range v.Refusals() {
		if child, activity, day := about(r); child == s.child && activity == s.activity {
			f.refused[day] = r
		}
	}
	return f
}

// sent reports whether what waits is on its way. Without a line what was numbered may
// have got nowhere: it waits to be sent, again.
func (a *agenda) sent(p *cache.Pending) bool { return p.Number != 0 && a.s.HasLine() }

// about is the day that a refused command was about, "" for none.
func about(r cache.Refusal) (child, activity portal.ID, day portal.Date) {
	_, args, err := wire.ReadCommand(r.Body)
	if err != nil {
		return "", "", ""
	}
	switch a := args.(type) {
	case *wire.Book:
		return a.Child, a.Activity, a.Day
	case *wire.JoinWaiting:
		return a.Child, a.Activity, a.Day
	case *wire.CancelBooking:
		n := r.Note.Args
		return portal.ID(n[outcome.ArgChild]), portal.ID(n[outcome.ArgActivity]), portal.Date(n[outcome.ArgDate])
	}
	return "", "", ""
}

// cell is a day as the grid and the list show it.
func (f *facts) cell(d *view.DayView) kit.Day {
	out := kit.Day{
		Date: time.Date(d.Day.Year(), d.Day.Month(), d.Day.Day(), 0, 0, 0, 0, time.UTC),
		Kind: kit.DayNot, Booked: d.Look.Booked, Pending: d.Pending != view.PendingNone,
	}
	switch d.Look.Colour {
	case bookings.Green:
		out.Kind = kit.DayBookable
	case bookings.Blue:
		out.Kind = kit.DayBooked
	case bookings.Yellow:
		out.Kind = kit.DayToday
	}
	out.Sign, out.Word = f.word(d)
	out.Label = f.sentence(d)
	if f.away(d.Day) {
		out.Mark = awayMark
		out.Label = f.awaySentence(d, out.Label)
	}
	return out
}

// theirs tells whether somebody else booked the day.
func theirs(d *view.DayView) bool {
	return d.Booking != nil && d.Look.Reason != nil && d.Look.Reason.Code == bookings.NotYourBooker
}

// forReader tells whether somebody else booked the day and the reader pays: one
// whom the reader lets do so, or the child's other parent.
func forReader(d *view.DayView) bool {
	return d.Booking != nil && (d.Booking.By != "" && d.Booking.Payer != "" || d.Booking.ByParent)
}

// told is that the child was said not to come on a booked day, nil where nobody has.
func (f *facts) told(d *view.DayView) *view.ToldAbsent {
	if d.Booking == nil {
		return nil
	}
	if t, told := f.absent[d.Booking.ID]; told {
		return &t
	}
	return nil
}

// word is the sign and the short word within a cell, "" for the kind's own.
func (f *facts) word(d *view.DayView) (sign, word string) {
	said := func(sign, key string) (string, string) { return sign, i18n.T("agenda.word."+key, nil) }
	_, refused := f.refused[d.Day]
	switch {
	case d.Doubt != nil:
		return said("warning", "doubt")
	case d.Pending == view.PendingCancel:
		return said("x-circle", "cancelling")
	case d.Pending != view.PendingNone:
		return "", ""
	case refused && d.Look.Colour != bookings.Yellow:
		return said("warning-circle", "refused")
	case d.Booking == nil && d.Look.Kept:
		return said(listMark, "kept")
	case d.Booking == nil && d.Wait != nil && d.Wait.State == bookings.WaitQueued:
		return said(listMark, "listed")
	case f.told(d) != nil:
		return said("first-aid", "absent")
	case theirs(d): // today's, too, whose colour says only that it is today
		if d.Delegated {
			return "users", "" // the parent's, or the other one's: booked, and not to be cancelled
		}
		return said("users", "theirs")
	case forReader(d) && d.Booking.ByParent:
		return said("users", "theirs")
	case forReader(d):
		return said("users", "given")
	case d.Look.Colour == bookings.Yellow:
		return "", ""
	case d.Booking != nil && d.Provisional:
		return said("clipboard-text", "provisional")
	case d.Booking != nil:
		return "", ""
	case d.Asked:
		return said("list-checks", "asked")
	case d.Look.CanBook:
		if d.Level == bookings.Few {
			return said("", "few")
		}
		return "", ""
	case d.Look.Reason == nil:
		return "", ""
	}
	switch d.Look.Reason.Code {
	case bookings.NoPlace:
		return said("prohibit", "full")
	case bookings.OpensLater:
		if at, err := time.Parse(time.RFC3339, d.Look.Reason.Args["at"]); err == nil {
			return "clock-countdown", i18n.T("agenda.word.opens_later", map[string]any{"Day": i18n.DayMonth(at.In(portal.Paris))})
		}
		return "clock-countdown", ""
	case bookings.AskedFor, bookings.BeingDrawn:
		return said("list-checks", string(d.Look.Reason.Code))
	default:
		return said("", string(d.Look.Reason.Code))
	}
}

// sentence is all that the line under the grid says of a day; it goes on
// after the date and a colon.
func (f *facts) sentence(d *view.DayView) string {
	s := small(f.state(d))
	if r, ok := f.refused[d.Day]; ok && d.Doubt == nil && d.Pending == view.PendingNone {
		return i18n.T("agenda.day.refused", map[string]any{"Why": outcome.Past(wrong(r)), "Now": i18n.Capital(s)})
	}
	return s
}

// wrong is why something was refused, as an error, and nil where the town
// hall gave no reason.
func wrong(r cache.Refusal) error {
	if r.Verdict.Error == nil {
		return nil
	}
	return r.Verdict.Error
}

func (f *facts) state(d *view.DayView) string {
	cancel := f.activity.Cancel.Until(d.Day, f.calendar)
	args := map[string]any{
		"Child": f.child, "Price": money(d.Own), "Before": f.until("before", d.Look.Until), "After": money(d.BalanceAfter),
		"Why":      f.why(d),
		"Payer":    d.PaidBy,
		"Desk":     f.desk,
		"CancelTo": f.until("to", cancel), "CancelBefore": f.until("before", cancel), "By": "", "For": f.child, "AbsentBy": "",
	}
	if t := f.told(d); t != nil && t.By != "" {
		args["AbsentBy"] = i18n.T("agenda.day.byName", map[string]any{"Name": t.By})
	}
	if f.named {
		args["For"] = ""
	}
	if d.Pending != view.PendingNone {
		args["Payer"] = words.Called(d.PaidBy) // the strip stands beside the line then
	}
	switch {
	case forReader(d):
		args["By"] = i18n.T("agenda.day.byName", map[string]any{"Name": d.Booking.ByName})
	case f.shared:
		args["By"] = i18n.T("agenda.day.byYou", nil)
	}
	say := func(key string) string { return i18n.T(formOf(d).key("agenda.day.", key), args) }
	switch {
	case d.Doubt != nil:
		args["Why"] = outcome.Sentence(d.Doubt)
		return say("doubt")
	case theirs(d) && d.Delegated && d.Booking.By != "" && f.parent != "":
		// One's own, from before one was only to see: who booked is told to
		// who pays and to who did it, and a delegate does not pay.
		args["Name"] = f.parent
		if f.told(d) != nil {
			return say("bookedAbsentOnly")
		}
		return say("seesMine")
	case theirs(d):
		args["Name"] = d.Booking.ByName
		if f.told(d) != nil {
			return say("theirsAbsent")
		}
		if d.Booking.Payer == "" && d.Booking.Price > 0 {
			return say("theirs") + " " + i18n.T("agenda.day.part", args)
		}
		return say("theirs")
	case d.Pending == view.PendingBook && f.sent[d.Command]:
		return say("sent")
	case d.Pending == view.PendingBook:
		return say("waiting")
	case d.Pending == view.PendingCancel && f.sent[d.Command]:
		return say("cancelSent")
	case d.Pending == view.PendingCancel:
		return say("cancelWaiting")
	case d.Booking == nil && d.Wait != nil || d.Look.CanWait:
		if s := f.waiting(d, args); s != "" {
			return s
		}
	}
	switch {
	case d.Booking != nil && d.Look.CanCancel && d.Provisional && !d.Delegated && d.PaidBy == "":
		return say("bookedProvisional")
	case d.Booking != nil && d.Look.CanCancel:
		if args["Later"] = f.later(d); f.weeks != nil {
			args["For"] = "" // shorter, for the line may stand beside whose week it is
		}
		return say("booked")
	case f.told(d) != nil && f.told(d).State.Judged():
		return say("bookedAbsentJudged")
	case f.told(d) != nil && f.told(d).State != "":
		return say("bookedAbsent")
	case f.told(d) != nil:
		return say("bookedAbsentOnly")
	case d.Booking != nil && d.Look.Reason != nil && d.Look.Reason.Code == bookings.DayToday:
		return say("bookedToday")
	case d.Booking != nil && d.Look.Reason != nil && d.Look.Reason.Code == bookings.DayPast:
		return say("bookedPast")
	case d.Booking != nil && d.Look.Reason != nil && d.Look.Reason.Code == bookings.NeededBy:
		args["Name"] = d.Look.Reason.Args["name_"+i18n.Language()]
		return say("bookedNeeded")
	case d.Booking != nil:
		return say("bookedLate")
	case d.Asked && d.Look.Reason != nil && d.Look.Reason.Code == bookings.AskedFor:
		at, err := time.Parse(time.RFC3339, d.Look.Reason.Args["until"])
		if err != nil {
			return outcome.Sentence(d.Look.Reason)
		}
		args["Draw"] = outcome.Until(at)
		return say("askedFor")
	case d.Look.CanBook && d.Provisional && !d.Delegated && d.PaidBy == "":
		return say("freeProvisional")
	case d.Look.CanBook:
		key := "free"
		if d.Level == bookings.Few {
			key = "few"
		}
		if f.away(d.Day) {
			key += "Away" // shorter, for the line also says whose week it is
		}
		return say(key)
	case d.Look.Reason != nil:
		return outcome.Sentence(f.reason(d.Look.Reason))
	}
	return ""
}

// later is what becomes of the price once it is too late to cancel; "" where there is
// none to lose. What the town has forgiven a child only its parents are told.
func (f *facts) later(d *view.DayView) string {
	switch {
	case d.Own == 0 || d.Delegated:
		return ""
	case f.v.Forgives(f.id, d.Day):
		return i18n.T("agenda.day.laterForgiven", nil)
	}
	return i18n.T("agenda.day.laterDue", nil)
}

// until is a time limit as near as it needs to be told, with what leads to it: how is
// before, or to.
func (f *facts) until(how string, at time.Time) string { return outcome.When(f.now, how, at) }

// small makes the first letter small, where a sentence goes on after a colon.
func small(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
