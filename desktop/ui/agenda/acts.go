package agenda

import (
	"context"
	"slices"
	"strings"

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
	"parvis/shared/words"
)

// slot is a child at an activity: what a day is of.
type slot struct{ child, activity portal.ID }

// slot is the one chosen above the month.
func (a *agenda) slot() slot { return slot{a.child, a.activity} }

// day is a slot's day.
func (a *agenda) day(s slot, day portal.Date) view.DayView {
	return a.c.View.Day(s.child, s.activity, day)
}

// act is something done here that may be taken back.
type act struct {
	book    bool // or it cancelled
	list    bool // it joined a waiting list; with book false it left one
	of      slot
	name    string // the child's
	day     portal.Date
	booking portal.ID // made, or cancelled; of a list, the waiting
	command portal.ID // "" when nothing had to be sent
	price   portal.Money
	form    form   // of the sentences, where another pays: no price is told
	paidBy  string // the child's other parent, where that one pays
}

// acts is what was done here, the newest last, and what the strip tells of.
type acts struct {
	done []act
	last *act
	said string // what the strip said of it
}

// press books the day of the slot chosen, or cancels it.
func (a *agenda) press(d kit.Day) {
	a.tell(a.slot(), d, true)
	a.act(a.slot(), dateOf(d.Date))
}

// stay brings the day pressed into sight again: the strip may just have covered it.
func (a *agenda) stay(days interface{ Reveal() }) {
	screen.Run(a.c, "cell", func(context.Context) (struct{}, error) { return struct{}{}, nil }, func(struct{}, error) {
		a.root.Object().Refresh() // the strip takes its room now
		days.Reveal()
	})
}

// act books a day, or cancels it, or leaves the line to say why not.
func (a *agenda) act(s slot, date portal.Date) {
	day := a.day(s, date)
	switch {
	case givesAway(&day):
		a.askCancel(s, day, a.do)
	case day.Look.CanCancel:
		a.do(a.cancel(s, day))
	case day.Look.CanBook:
		a.do(a.book(s, day))
	case day.Look.CanWait && day.Pending == view.PendingNone:
		a.do(a.join(s, day))
	case mayLeave(&day):
		a.askLeave(s, day)
	case late(day):
		// Too late to cancel: the town hall can still be told.
		to := screen.To(screen.Absent, "child", string(s.child), "day", string(date))
		if id, told := a.c.View.AbsenceOf(day.Booking.ID); told {
			to = screen.To(screen.Absent, "id", string(id)) // it was: the child may come after all
		}
		a.c.Go(to)
	case lacksMoney(day.Look.Reason):
		a.acts.last = nil
		a.say(look.ToneWarning, outcome.Sentence(day.Look.Reason), i18n.T("payments.topUp", nil), a.topUp)
	}
	// Of any other day the line says why nothing can be done: what was done before
	// stands, and so does the way to take it back.
}

// do takes what was done, or says why it could not be.
func (a *agenda) do(done act, err error) {
	if err != nil {
		a.fail(err)
		return
	}
	a.acts.done = append(a.acts.done, done)
	a.tellOf(done)
}

// givesAway reports whether cancelling a day gives up a place that cannot be had back:
// it is full, and whoever waits for it is not told here.
func givesAway(d *view.DayView) bool {
	return d.Look.CanCancel && d.Pending == view.PendingNone && d.Level == bookings.Full
}

// askCancel asks before a place on a full day is given up, and does it; then is told
// what became of it.
func (a *agenda) askCancel(s slot, day view.DayView, then func(act, error)) {
	key := "agenda.full."
	text := key + "text"
	if x := a.activityOf(s.activity); x.Waiting != nil {
		text = key + "listText"
	}
	args := map[string]any{"Day": i18n.DayDate(outcome.Day(day.Day))}
	a.c.Dialogs.Confirm(kit.Confirmation{Title: i18n.T(key+"title", args), Text: i18n.T(text, args), Yes: i18n.T(key+"yes", nil), No: i18n.T(key+"no", nil), Danger: true}, func(yes bool) {
		if now := a.day(s, day.Day); yes && now.Look.CanCancel { // it may have changed meanwhile
			then(a.cancel(s, now))
		}
	})
}

// tellOf has the strip follow what was done, and draws its day.
func (a *agenda) tellOf(done act) {
	a.acts.last, a.acts.said = &done, ""
	a.refresh()
}

// late reports whether a day is one's own and can be cancelled no more, but its
// absence can be told.
func late(day view.DayView) bool {
	return day.Booking != nil && day.Pending == view.PendingNone && day.Look.Reason != nil && (day.Look.Reason.Code == bookings.CutoffPassed || day.Look.Reason.Code == bookings.DayToday)
}

// lacksMoney reports whether what somebody pays in oneself is all that a day
// needs.
func lacksMoney(why *portal.Error) bool { return why != nil && why.Code == bookings.BalanceFloor }

// topUp goes to where the account is topped up, in one of the town's ways.
func (a *agenda) topUp() { a.c.Go(screen.To(screen.Payments)) }

func (a *agenda) fail(err error) {
	a.acts.last = nil
	a.say(look.ToneError, outcome.Sentence(err), "", nil)
	a.refresh()
}

func (a *agenda) say(tone look.Tone, text, action string, do func()) {
	a.strip.Say(tone, text, action, do)
	a.foot.Refresh()
}

func (a *agenda) about(s slot, day view.DayView, book bool) act {
	return act{book: book, of: s, name: a.nameOf(s.child), day: day.Day, price: day.Own, form: formOf(&day), paidBy: day.PaidBy}
}

// book books a day. Where its cancellation has not left yet, that is taken
// back instead.
func (a *agenda) book(s slot, day view.DayView) (act, error) {
	done := a.about(s, day, true)
	if day.Pending == view.PendingCancel && !day.Together && a.s.Undo(day.Command) == nil {
		if now := a.day(s, day.Day); now.Booking != nil {
			done.booking = now.Booking.ID
			return done, nil
		}
	}
	done.booking = portal.NewID()
	var err error
	done.command, err = a.s.Submit(wire.BookingBook, wire.Book{Booking: done.booking, Child: done.of.child, Activity: done.of.activity, Day: done.day, Other: done.paidBy != ""},
		a.note("agenda.note.book", done), a.waits(day.Command)...)
	return done, err
}

// cancel cancels a booking. One that has not left yet is taken back instead.
func (a *agenda) cancel(s slot, day view.DayView) (act, error) {
	done := a.about(s, day, false)
	done.booking = day.Booking.ID
	if day.Pending == view.PendingBook && !day.Together && a.s.Undo(day.Command) == nil {
		return done, nil
	}
	var err error
	done.command, err = a.s.Submit(wire.BookingCancel, wire.CancelBooking{Booking: done.booking}, a.note("agenda.note.cancel", done), a.waits(day.Command)...)
	return done, err
}

// waits names the earlier command about the same day, if it still waits: what
// builds on it is not judged without it.
func (a *agenda) waits(command portal.ID) []portal.ID {
	for _, p := range a.c.View.Waiting() {
		if p.ID == command {
			return []portal.ID{command}
		}
	}
	return nil
}

func (a *agenda) note(key string, done act) cache.Note {
	return cache.Note{Key: done.form.key("agenda.note.", strings.TrimPrefix(key, "agenda.note.")), Args: map[string]string{
		"child": done.name, "day": i18n.DayDate(outcome.Day(done.day)), "activity": a.activityOf(done.of.activity).Name.In(i18n.Language()), "price": money(done.price), "payer": done.paidBy,
		outcome.ArgChild: string(done.of.child), outcome.ArgActivity: string(done.of.activity), outcome.ArgDate: string(done.day),
	}}
}

// undo takes back the newest act that can be.
func (a *agenda) undo() {
	for n := len(a.acts.done) - 1; n >= 0; n-- {
		done := a.acts.done[n]
		a.acts.done = a.acts.done[:n]
		if a.takeBack(done) {
			return
		}
	}
}

// takeBack undoes an act: by not sending it where it has not left, else by its
// opposite. It is false when the day has moved on and there is nothing left to
// undo.
func (a *agenda) takeBack(done act) bool {
	if a.strip == nil {
		return false
	}
	if done.list {
		return a.takeBackWait(done)
	}
	day := a.day(done.of, done.day)
	stands := day.Booking != nil && day.Booking.ID == done.booking
	if done.book != stands || !done.book && day.Booking != nil {
		return false
	}
	s := done.of // whoever is shown now
	var opposite act
	var err error
	switch {
	case done.book && givesAway(&day):
		a.acts.done = append(a.acts.done, done) // until it is answered it can still be asked for
		a.askCancel(s, day, func(back act, err error) {
			if err != nil {
				a.fail(err)
				return
			}
			a.acts.done = slices.DeleteFunc(a.acts.done, func(o act) bool { return o == done })
			a.tellOf(back)
		})
		return true
	case done.book && day.Look.CanCancel:
		opposite, err = a.cancel(s, day)
	case !done.book && day.Look.CanBook:
		opposite, err = a.book(s, day)
	default:
		if day.Look.Reason != nil {
			err = day.Look.Reason
		}
		defer a.fail(err)
		return true
	}
	if err != nil {
		a.fail(err)
		return true
	}
	a.tellOf(opposite)
	return true
}

// tellLast keeps the strip true: what was done waits, is under way, stands, or
// was refused. Once the person has closed it, it stays closed.
func (a *agenda) tellLast() {
	last := a.acts.last
	if last == nil || a.acts.said != "" && !a.strip.Visible() {
		return
	}
	tone, text, standing := a.became(*last)
	action, do := "", func() {}
	if day := a.day(last.of, last.day); standing && len(a.acts.done) > 0 && a.acts.done[len(a.acts.done)-1] == *last {
		switch {
		case last.list:
			action = a.undoOfWait(*last, &day)
		case last.book && day.Look.CanCancel && day.Booking.ID == last.booking:
			action = i18n.T("agenda.undo.book", nil)
		case !last.book && day.Look.CanBook:
			action = i18n.T("agenda.undo.cancel", nil)
		}
		do = a.undo
	}
	if r := a.refusal(last.command); r != nil && lacksMoney(r.Verdict.Error) {
		action, do = i18n.T("payments.topUp", nil), a.topUp
	}
	if text == "" {
		a.acts.last = nil
		a.strip.Clear()
		a.foot.Refresh()
		return
	}
	if said := text + "\n" + action; said != a.acts.said {
		a.acts.said = said
		a.say(tone, text, action, do)
	}
}

// forWhom is the child of an act, in a week of several activities with what it
// is about.
func (a *agenda) forWhom(done act) string {
	if a.is != shapeBoard && a.is != shapeDays {
		return short(done.name)
	}
	return i18n.T("agenda.week.forWhom", map[string]any{"Child": short(done.name), "Activity": a.activityOf(done.of.activity).Name.In(i18n.Language())})
}

// refusal is why the town hall refused a command, nil where it did not.
func (a *agenda) refusal(command portal.ID) *cache.Refusal {
	for _, r := range a.c.View.Refusals() {
		if r.ID == command {
			return &r
		}
	}
	return nil
}

// became is what the strip says of an act; standing is false once it was
// refused.
func (a *agenda) became(done act) (tone look.Tone, text string, standing bool) {
	args := map[string]any{"Day": outcome.DayName(done.day), "Child": a.forWhom(done), "Price": money(done.price), "Payer": words.Called(done.paidBy)}
	verb := "cancel"
	switch {
	case done.list && done.book:
		verb = "wait"
	case done.list:
		verb = "leave"
	case done.book:
		verb = "book"
	}
	told := func(key string) string { return i18n.T(done.form.key("agenda.did."+verb+".", key), args) }
	if r := a.refusal(done.command); r != nil {
		args["Why"] = outcome.Past(wrong(*r))
		return look.ToneError, told("refused"), false
	}
	for _, d := range a.c.View.Doubts() {
		if d.ID == done.command {
			args["Why"] = outcome.Sentence(d.Reason)
			return look.ToneWarning, told("doubt"), false
		}
	}
	day := a.day(done.of, done.day)
	command := done.command
	if done.book && day.Booking != nil && day.Booking.ID == done.booking && day.Pending == view.PendingBook {
		command = day.Command // its cancellation was taken back, and it still waits itself
	}
	for _, p := range a.c.View.Waiting() {
		if p.ID != command {
			continue
		}
		if !a.sent(&p) {
			return look.TonePending, told("waiting"), true
		}
		return look.TonePending, told("sent"), true
	}
	if done.list {
		return a.becameOfWait(done, &day, told, args)
	}
	switch stands := day.Booking != nil && day.Booking.ID == done.booking; {
	case done.book && stands:
		return look.ToneSuccess, told("done"), true
	case done.book || day.Booking != nil:
		return look.ToneInfo, "", false // somebody has changed the day since
	case done.command == "":
		return look.ToneSuccess, told("unsent"), true
	}
	return look.ToneSuccess, told("done"), true
}
