package agenda

import (
	"time"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/waiting"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// mayLeave reports whether a click on a day gives up waiting for it.
func mayLeave(d *view.DayView) bool {
	return d.Booking == nil && d.Wait != nil && d.Wait.Mine && d.Wait.State == bookings.WaitQueued && d.Pending == view.PendingNone
}

// join puts the child on a day's list. Where its leaving has not been sent yet,
// that is taken back instead.
func (a *agenda) join(s slot, day view.DayView) (act, error) {
	done := a.about(s, day, true)
	done.list, done.booking = true, portal.NewID()
	var err error
	done.command, err = a.s.Submit(wire.WaitingJoin, wire.JoinWaiting{Wait: done.booking, Child: done.of.child, Activity: done.of.activity, Day: done.day},
		a.note("agenda.note.wait", done), a.waits(day.Command)...)
	return done, err
}

// askLeave asks before a place in a line is given up, for it cannot be had back.
func (a *agenda) askLeave(s slot, day view.DayView) {
	waiting.AskLeave(a.c, *day.Wait, func() {
		done := a.about(s, day, false)
		done.list, done.booking = true, day.Wait.ID
		var err error
		if done.command, err = a.s.Submit(wire.WaitingLeave, wire.LeaveWaiting{Wait: done.booking}, a.note("agenda.note.leave", done)); err != nil {
			a.fail(err)
			return
		}
		a.acts.done = append(a.acts.done, done)
		a.tellOf(done)
	})
}

// unsent reports whether a command has not been handed over.
func (a *agenda) unsent(command portal.ID) bool {
	for _, p := range a.c.View.Waiting() {
		if p.ID == command {
			return p.Number == 0
		}
	}
	return false
}

// undoOfWait is what takes back what was done about a list, "" where nothing
// does: who has left one does not get the place in it back.
func (a *agenda) undoOfWait(done act, day *view.DayView) string {
	switch {
	case a.unsent(done.command) && !done.book:
		return i18n.T("agenda.undo.cancel", nil)
	case done.book && day.Booking == nil && day.Wait != nil && day.Wait.ID == done.booking && !day.Look.Kept: // a place that is kept is taken, or let go where one is asked
		return i18n.T("agenda.undo.book", nil)
	}
	return ""
}

// takeBackWait is takeBack for what was done about a list.
func (a *agenda) takeBackWait(done act) bool {
	day := a.day(done.of, done.day)
	if a.undoOfWait(done, &day) == "" {
		return false
	}
	back := done
	back.book, back.command = !done.book, ""
	if !a.unsent(done.command) || a.s.Undo(done.command) != nil {
		var err error
		if back.command, err = a.s.Submit(wire.WaitingLeave, wire.LeaveWaiting{Wait: done.booking}, a.note("agenda.note.leave", done), a.waits(done.command)...); err != nil {
			a.fail(err)
			return true
		}
	}
	a.tellOf(back)
	return true
}

// becameOfWait is became for what was done about a list, once it was decided.
func (a *agenda) becameOfWait(done act, day *view.DayView, told func(string) string, args map[string]any) (look.Tone, string, bool) {
	stands := day.Booking == nil && day.Wait != nil && day.Wait.ID == done.booking
	switch {
	case done.book && stands && day.Look.Kept:
		args["To"] = a.facts(done.of).until("to", time.UnixMicro(day.Wait.Until))
		return look.ToneSuccess, told("kept"), true
	case done.book && stands:
		args["Place"] = waiting.Place(day.Wait.Wait)
		return look.ToneSuccess, told("done"), true
	case done.book || stands:
		return look.ToneInfo, "", false
	}
	return look.ToneSuccess, told("done"), true
}

// waiting is what the line says of a full day: of the list one may join, of the
// place in it, or of the place that is kept; "" where the day is to be told as
// any other.
func (f *facts) waiting(d *view.DayView, args map[string]any) string {
	say := func(key string) string { return i18n.T("agenda.day."+key, args) }
	w := d.Wait
	if w == nil || !w.State.Live() && d.Look.CanWait {
		args["Missed"] = ""
		if w != nil && w.State == bookings.WaitLapsed {
			args["Missed"] = say("missed")
		}
		args["Hours"] = f.activity.Waiting.Hours
		return say("full")
	}
	args["Who"] = ""
	if !w.Mine {
		args["Who"] = i18n.T("agenda.day.byName", map[string]any{"Name": w.ByName})
	}
	args["Place"] = waiting.Place(w.Wait)
	switch {
	case w.Pending == view.PendingWait && f.sent[w.Command]:
		return say("joinSent")
	case w.Pending == view.PendingWait:
		return say("joinWaiting")
	case w.Pending == view.PendingLeave && f.sent[w.Command]:
		return say("leaveSent")
	case w.Pending == view.PendingLeave:
		return say("leaveWaiting")
	case w.Kept(f.now):
		args["To"] = f.until("to", time.UnixMicro(w.Until))
		switch {
		case d.Look.CanBook:
			return i18n.T(formOf(d).key("agenda.day.", "kept"), args)
		case d.Look.Reason != nil:
			args["Why"] = f.reason(d.Look.Reason)
			return say("keptNot")
		}
	case w.State == bookings.WaitQueued && w.Mine:
		return say("listed")
	case w.State == bookings.WaitQueued:
		return say("listedBy")
	case w.State == bookings.WaitTooLate:
		return say("noneFreed")
	}
	return ""
}
