package appointments

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/ics"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

func (r room) appointment(route screen.Route) screen.Screen {
	request := portal.ID(route.Arg("request"))
	if start, given := micro(route.Arg("start")); given {
		return r.recap(request, start)
	}
	if _, has := r.View.AppointmentOf(request); route.Arg("step") == "choose" || !has {
		return r.choose(request)
	}
	r.read(request)
	page := r.Live(func() fyne.CanvasObject { return r.stands(request) }, append(Topics(request),
		view.Topic{Collection: wire.Requests, Key: request}, view.Topic{Collection: wire.DeskAppointments}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: view.ClockTopic})...)
	return screen.Screen{Content: page, Title: say("title"), Rail: r.rail()}
}

// read ends what was told of an appointment that is looked at now. Where that
// cannot be kept the bell tells it once more, which does no harm.
func (r room) read(request portal.ID) {
	var ids []portal.ID
	for _, n := range r.View.Told() {
		kind := notices.Kind(n.Kind)
		if n.Unread && n.About == request && slices.Contains([]notices.Kind{notices.AppointmentChanged, notices.AppointmentSoon, notices.AppointmentLength}, kind) && len(ids) < wire.MostNotices {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) > 0 {
		_, _ = r.desk.Submit(wire.NoticeRead, wire.ReadNotices{Notices: ids}, cache.Note{Key: "notices.note.read"})
	}
}

// small makes the first letter small, where a French sentence goes on: English
// days keep their capital.
func small(s string) string {
	if i18n.Language() != i18n.French {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// facts is when, where and for whom.
func (r room) facts(w view.Visit, s appointments.Slot) fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.Section(dayLong(s))}
	add := func(key, text string) {
		if text != "" {
			rows = append(rows, kit.Rule(), kit.Pair(kit.Muted(say(key)), kit.Body(text)))
		}
	}
	add("hour", i18n.Joined(clocks(s), minutes(s)))
	add("place", place(w.Service))
	if w.N > 1 {
		add("peopleLabel", say("people", "Count", w.N))
	}
	return kit.Card(kit.Column(look.S, rows...))
}

// recap is a time read over before it is taken.
func (r room) recap(request portal.ID, start int64) screen.Screen {
	page := r.Live(func() fyne.CanvasObject {
		w, offered := r.View.Visit(request)
		if !offered {
			return kit.EmptyState(kit.NothingFound, "calendar-x", say("gone"), "", nil)
		}
		other := func() { r.Go(screen.To(screen.Appointment, "request", string(request), "step", "choose")) }
		slot, wrong := w.Check(start)
		if wrong != nil {
			return kit.Column(look.L, kit.Title(say("recap.title")),
				kit.NewNotice(look.ToneWarning, say("recap.gone"), outcome.Past(wrong), kit.Primary(say("another"), other).Icon("calendar-blank")).Icon("calendar-x"))
		}
		do := say("recap.do")
		a, has := r.View.AppointmentOf(request)
		moves := has && a.Awaited()
		about := title(r.View, w.Request)
		if r.agent() {
			about = i18n.Joined(about, w.Request.Person)
		}
		objects := []fyne.CanvasObject{kit.Column(look.XS, kit.Title(say("recap.title")), kit.Muted(about)), r.facts(w, slot)}
		if moves {
			do = say("recap.move")
			objects = append(objects, kit.NewNotice(look.ToneNeutral, "", say("recap.instead", "When", small(when(a)))).Icon("arrows-clockwise"))
		}
		objects = append(objects, kit.NewNotice(look.ToneInfo, "", r.counts(w, slot)).Icon("clock"),
			kit.Line(look.S+4, kit.Primary(do, func() { r.take(w, slot) }).Icon("calendar-check"), kit.Secondary(say("otherTime"), other)))
		if bring := r.bringCard(w.Request); bring != nil {
			objects = append(objects, bring)
		}
		return kit.Limit(look.TextWidth, kit.Column(look.L, objects...))
	}, append(Topics(request), view.Topic{Collection: wire.AppointmentDays}, view.Topic{Collection: wire.AppointmentClosures}, view.Topic{Collection: view.ClockTopic})...)
	return screen.Screen{Content: page, Title: say("recap.title"), Rail: r.rail()}
}

// counts says what makes the time one's own, and until when it may be changed.
func (r room) counts(w view.Visit, slot appointments.Slot) string {
	if w.Agent {
		return say("recap.countsStaff")
	}
	return say("recap.counts", "Until", outcome.Until(w.BookUntil(slot.Day())), "Change", outcome.Until(w.ChangeUntil(slot.Day())))
}

// take takes the time, or moves what one has to it.
func (r room) take(w view.Visit, slot appointments.Slot) {
	request := w.Request.ID
	what := title(r.View, w.Request)
	stand := func(err error) {
		if err != nil {
			r.fail(err)
			return
		}
		r.Replace(screen.To(screen.Appointment, "request", string(request)))
	}
	if a, has := r.View.AppointmentOf(request); has && a.Awaited() {
		if a.Start == slot.Start && a.People == w.N {
			stand(nil)
			return
		}
		move := func(reason string) {
			_, err := r.desk.Submit(wire.AppointmentMove, wire.MoveAppointment{Appointment: a.ID, Start: slot.Start, Reason: reason}, note("move", what, slot), r.needs(a.Command, w.Request.Command)...)
			stand(err)
		}
		if r.agent() {
			r.askReason(say("why.moveTitle"), say("why.move"), false, move)
			return
		}
		move("")
		return
	}
	_, err := r.desk.Submit(wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: slot.Start}, note("book", what, slot), r.needs(w.Request.Command)...)
	stand(err)
}

// askReason asks an agent what the family shall read.
func (r room) askReason(heading, do string, needed bool, then func(reason string)) {
	field := kit.LongField(say("why.label"), 3).Named("reason").Hint(say("why.hint")).Most(requests.MaxNote)
	if needed {
		field.Needed(say("why.missing"))
	} else {
		field.Optional()
	}
	r.Dialogs.Custom(heading, field, func(shut func()) []fyne.CanvasObject {
		yes := kit.Primary(do, func() {
			if field.Check() != "" {
				field.Focus()
				return
			}
			shut()
			then(strings.TrimSpace(field.Value()))
		})
		return []fyne.CanvasObject{yes, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// stands is the appointment as it is.
func (r room) stands(request portal.ID) fyne.CanvasObject {
	w, offered := r.View.Visit(request)
	a, has := r.View.AppointmentOf(request)
	back := backLink(say("back"), func() { r.Go(screen.To(screen.Request, "id", string(request))) })
	if r.agent() {
		back = backLink(say("backStaff"), func() {
			r.Go(screen.To(screen.DeskDays, "service", string(a.Service), "day", string(a.Slot().Day())))
		})
	}
	if !offered || !has {
		return kit.Column(look.L, back, kit.EmptyState(kit.NothingFound, "calendar-x", say("gone"), "", nil))
	}
	tone, icon, word := stateChip(a.State, a.Pending, a.Passed)
	heading := say("title")
	if r.agent() {
		heading = i18n.Joined(w.Request.Person, w.Request.Reference)
	}
	objects := []fyne.CanvasObject{kit.Column(look.XS, back, kit.Line(look.M, kit.Title(heading), kit.NewChip(tone, icon, word)), kit.Muted(title(r.View, w.Request)))}
	if f, was := r.refused(request); was {
		objects = append(objects, r.refusal(w.Request, f))
	}
	if unsure := r.unsure(request); unsure != nil {
		objects = append(objects, unsure)
	}
	another := kit.Primary(say("another"), r.chooses(request)).Icon("calendar-blank")
	switch {
	case a.Pending && a.Stands() && a.Confirmed != nil && (a.Confirmed.Start != a.Start || a.Confirmed.End != a.End):
		before := view.Appointment{Appointment: *a.Confirmed}
		objects = append(objects, kit.NewNotice(look.TonePending, say("stands.moving"), r.told("stands.movingText", "When", small(when(before)))))
	case a.Passed:
		objects = append(objects, r.passed(a))
	case a.State == string(appointments.Missed):
		objects = append(objects, kit.NewNotice(look.ToneWarning, say("card.missed"), "", another).Icon("calendar-x"))
	case a.Pending && a.Awaited():
		objects = append(objects, kit.NewNotice(look.TonePending, say("stands.pending"), r.told("stands.pendingText", "Until", outcome.Until(w.BookUntil(a.Slot().Day())))))
	case a.Pending && !a.Stands():
		objects = append(objects, kit.NewNotice(look.TonePending, say("card.cancelling"), r.told("stands.cancellingText")))
	case a.State == string(appointments.Cancelled) && a.Staff:
		objects = append(objects, kit.NewNotice(look.ToneWarning, say("stands.byTown"), a.Reason, another).Icon("calendar-x"))
	case a.State == string(appointments.Cancelled):
		objects = append(objects, kit.NewNotice(look.ToneNeutral, r.told("stands.cancelled"), "", another).Icon("calendar-x"))
	case a.Staff && a.Reason != "" && a.State == string(appointments.Booked):
		objects = append(objects, kit.NewNotice(look.ToneWarning, say("stands.movedByTown"), a.Reason).Icon("arrows-clockwise"))
	}
	if fits := r.fits(w, a); fits != nil {
		objects = append(objects, fits)
	}
	objects = append(objects, r.facts(w, a.Slot()))
	if acts := r.acts(w, a); acts != nil {
		objects = append(objects, acts)
	}
	if a.Awaited() {
		if bring := r.bringCard(w.Request); bring != nil {
			objects = append(objects, bring)
		}
		if p, _, known := r.View.ProcedureOf(w.Request); known && !p.InPerson.Empty() {
			objects = append(objects, kit.NewNotice(look.ToneInfo, say("inPerson"), p.InPerson.In(i18n.Language())))
		}
	}
	return kit.Limit(look.TextWidth, kit.Column(look.L, objects...))
}

// stateChip is the state of an appointment in a word.
func stateChip(state string, pending, passed bool) (look.Tone, string, string) {
	if pending {
		return look.TonePending, "", say("state.pending")
	}
	switch appointments.State(state) {
	case appointments.Cancelled:
		return look.ToneNeutral, "x-circle", say("state.cancelled")
	case appointments.Honoured:
		return look.ToneSuccess, "check-circle", say("state.honoured")
	case appointments.Missed:
		return look.ToneWarning, "warning", say("state.missed")
	}
	if passed {
		return look.ToneNeutral, "clock", say("state.passed")
	}
	return look.ToneSuccess, "check-circle", say("state.booked")
}

// acts is what can be done with it.
func (r room) acts(w view.Visit, a view.Appointment) fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	var says string
	if !r.agent() && !a.Pending && (r.Session == nil || !r.Session.Kiosk()) && (a.Awaited() || a.State == string(appointments.Cancelled) && a.Sequence > 0) {
		word, icon := say("ics.add"), "calendar-blank"
		if a.State == string(appointments.Cancelled) {
			word, icon = say("ics.remove"), "calendar-x"
		}
		buttons = append(buttons, kit.Secondary(word, func() { r.calendar(w, a) }).Icon(icon))
	}
	if a.Awaited() {
		switch {
		case a.Late == nil:
			buttons = append(buttons,
				kit.Secondary(say("move"), func() { r.Go(screen.To(screen.Appointment, "request", string(a.Request), "step", "choose")) }).Icon("arrows-clockwise"),
				kit.Plain(say("cancel"), func() { r.cancel(w, a) }).Icon("x"))
			if !r.agent() {
				says = say("changeUntil", "Until", outcome.Until(a.Until))
			}
		case a.Start > w.Now.UnixMicro():
			says = outcome.Sentence(a.Late)
		}
	}
	if len(buttons) == 0 && says == "" {
		return nil
	}
	out := []fyne.CanvasObject{}
	if len(buttons) > 0 {
		out = append(out, kit.Line(look.S+4, buttons...))
	}
	if says != "" {
		out = append(out, kit.Muted(says))
	}
	return kit.Column(look.S, out...)
}

// cancel gives it up, after asking. One that has not left yet is not sent.
func (r room) cancel(w view.Visit, a view.Appointment) {
	what := title(r.View, w.Request)
	do := func(reason string) {
		if a.Confirmed == nil && a.Pending && r.desk.Undo(a.Command) == nil {
			return
		}
		if _, err := r.desk.Submit(wire.AppointmentCancel, wire.CancelAppointment{Appointment: a.ID, Reason: reason}, note("cancel", what, a.Slot()), r.needs(a.Command)...); err != nil {
			r.fail(err)
		}
	}
	if r.agent() {
		r.askReason(say("why.cancelTitle", "When", small(when(a))), say("cancelYes"), true, do)
		return
	}
	r.Dialogs.Confirm(kit.Confirmation{Title: say("cancelTitle"), Text: say("cancelText", "When", when(a)), Yes: say("cancelYes"), No: say("cancelNo"), Danger: true}, func(yes bool) {
		if yes {
			do("")
		}
	})
}

// calendar writes the appointment as a file beside the person's other
// downloads, and has the system open it.
func (r room) calendar(w view.Visit, a view.Appointment) {
	town, _ := r.View.Town()
	text := i18n.Joined(title(r.View, w.Request), w.Request.Reference)
	if bring := r.bring(w.Request); len(bring) > 0 {
		text += "\n" + say("bring") + "\n- " + strings.Join(bring, "\n- ")
	}
	e := ics.Event{ID: a.ID, Town: town.ID, Sequence: a.Sequence, Start: a.Slot().From(), End: a.Slot().Until(), Title: say("ics.title", "What", w.Service.Name.In(i18n.Language())),
		Place: i18n.Joined(place(w.Service), town.Address), Text: text, Cancelled: a.State == string(appointments.Cancelled), Changed: time.UnixMicro(a.Changed)}
	screen.Run(r.Context, "calendar", func(context.Context) (string, error) {
		return pick.Save(say("ics.file", "Date", string(a.Slot().Day()))+".ics", ics.Make(e))
	}, func(path string, err error) {
		if err != nil {
			r.Dialogs.Info(say("ics.failed"), say("ics.failedText"), nil)
			return
		}
		r.Browse((&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
		r.Dialogs.Info(say("ics.done"), say("ics.doneText", "Path", path), nil)
	})
}
