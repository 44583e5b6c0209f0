package appointments

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// Card is what a screen about a request shows of its appointment: to be taken,
// as it stands, or what became of it; nil where nobody need come.
func Card(c *screen.Context, desk Desk, q view.Request) fyne.CanvasObject {
	r := room{c, desk}
	w, offered := r.View.Visit(q.ID)
	if !offered {
		return nil
	}
	a, has := r.View.AppointmentOf(q.ID)
	over := requests.State(q.State).Decided() && requests.State(q.State) != requests.Accepted
	choose := func(label string, primary bool) fyne.CanvasObject {
		do := func() { r.Go(screen.To(screen.Appointment, "request", string(q.ID), "step", "choose")) }
		if primary && !r.agent() { // an agent's main button is the bar's at the foot
			return kit.Primary(label, do).Icon("calendar-blank")
		}
		return kit.Secondary(label, do).Icon("calendar-blank")
	}
	see := kit.Secondary(say("see"), func() { r.Go(screen.To(screen.Appointment, "request", string(q.ID))) }).Icon("calendar-check")
	if refused, was := r.refused(q.ID); was && !over {
		return r.refusal(q, refused)
	}
	if unsure := r.unsure(q.ID); unsure != nil && !over {
		return unsure
	}
	switch {
	case has && a.State == string(appointments.Honoured):
		word := say("card.honoured")
		if r.agent() {
			word = say("step.honoured")
		}
		return kit.NewNotice(look.ToneSuccess, word, when(a)).Icon("calendar-check")
	case over:
		return nil
	case has && a.State == string(appointments.Missed):
		return kit.NewNotice(look.ToneWarning, say("card.missed"), when(a), choose(say("another"), true)).Icon("calendar-x")
	case has && a.Passed:
		return r.passed(a)
	case has && a.Stands() && a.Pending:
		return kit.NewNotice(look.TonePending, when(a), r.told("card.pending"), see)
	case has && a.Stands():
		if fits := r.fits(w, a); fits != nil {
			return fits
		}
		return kit.NewNotice(look.ToneSuccess, when(a), place(w.Service), see).Icon("calendar-check")
	case has && a.Pending:
		return kit.NewNotice(look.TonePending, say("card.cancelling"), when(a), see)
	case has && a.Staff && a.Reason != "":
		word := "card.byTown"
		if r.agent() {
			word = "card.byTownStaff"
		}
		return kit.NewNotice(look.ToneWarning, say(word, "When", small(when(a))), a.Reason, choose(say("another"), true)).Icon("calendar-x")
	}
	text := "card.lead"
	if r.agent() {
		text = "card.leadStaff"
	}
	return kit.NewNotice(look.ToneInfo, say("card.none"), say(text), choose(say("take"), true)).Icon("calendar-blank")
}

// when is the day and hour of an appointment, as a heading.
func when(a view.Appointment) string {
	return say("when", "Day", dayLong(a.Slot()), "From", i18n.Clock(a.Slot().From()), "To", i18n.Clock(a.Slot().Until()))
}

func place(s appointments.Service) string { return s.Place.In(i18n.Language()) }

// refused is the newest thing about a request's appointment that the town hall
// did not accept, and that nobody has read of.
func (r room) refused(request portal.ID) (out cache.Refusal, found bool) {
	for _, f := range r.View.Refusals() {
		_, args, err := wire.ReadCommand(f.Body)
		if err != nil {
			continue
		}
		about := portal.ID("")
		switch a := args.(type) {
		case *wire.BookAppointment:
			about = a.Request
		case *wire.MoveAppointment:
			about = r.requestOf(a.Appointment, request)
		case *wire.CancelAppointment:
			about = r.requestOf(a.Appointment, request)
		}
		if about == request && about != "" {
			out, found = f, true
		}
	}
	return out, found
}

// requestOf is the request whose appointment this is, where it is that one.
func (r room) requestOf(appointment, request portal.ID) portal.ID {
	if r.View.RequestOfAppointment(appointment) == request {
		return request
	}
	return ""
}

// refusal says what was not accepted and why, and leads to another time.
func (r room) refusal(q view.Request, f cache.Refusal) fyne.CanvasObject {
	title, _, _ := outcome.Refused(r.View, f)
	why := ""
	if f.Verdict.Error != nil {
		why = outcome.Past(f.Verdict.Error)
	}
	if a, has := r.View.AppointmentOf(q.ID); has && a.Awaited() {
		why = say("stillHave", "Why", why, "When", small(when(a)))
	}
	read := func() { _ = r.desk.MarkRead(f.ID) } // where it cannot be kept it is told again
	return kit.NewNotice(look.ToneError, title, why,
		kit.Primary(say("another"), func() {
			read()
			r.Go(screen.To(screen.Appointment, "request", string(q.ID), "step", "choose"))
		}).Icon("calendar-blank"),
		kit.Plain(i18n.T("refused.read", nil), read)).Icon("calendar-x")
}

// unsure says that what waits is likely to be refused, and leads to another
// time instead; nil where it is not.
func (r room) unsure(request portal.ID) fyne.CanvasObject {
	command, why := r.View.UnsureAppointment(request)
	if why == nil {
		return nil
	}
	return kit.NewNotice(look.ToneWarning, say("unsure"), outcome.Past(why), kit.Primary(say("another"), func() {
		_ = r.desk.Undo(command) // under way already, it is judged by the town hall
		r.Go(screen.To(screen.Appointment, "request", string(request), "step", "choose"))
	}).Icon("calendar-blank")).Icon("warning")
}

// Steps is what a request's time line says of its appointments: of all that
// were to be held, and of one that was cancelled where no other came after it.
func Steps(v *view.View, request portal.ID) (out []kit.Step) {
	now, _ := v.AppointmentOf(request)
	for _, a := range v.AppointmentsOf(request) {
		if a.Stands() || a.ID == now.ID {
			out = append(out, stepOf(a))
		}
	}
	return out
}

func stepOf(a view.Appointment) kit.Step {
	s := kit.Step{Title: say("step.booked"), When: when(a), Icon: "calendar-check", Tone: look.ToneInfo, Ahead: true}
	switch appointments.State(a.State) {
	case appointments.Honoured:
		s.Title, s.Tone, s.Ahead = say("step.honoured"), look.ToneSuccess, false
	case appointments.Missed:
		s.Title, s.Icon, s.Tone, s.Ahead = say("step.missed"), "calendar-x", look.ToneWarning, false
	case appointments.Cancelled:
		s.Title, s.Text, s.Icon, s.Tone, s.Ahead = say("step.cancelled"), a.Reason, "calendar-x", look.ToneNeutral, false
	}
	if a.Passed {
		s.Title, s.Icon, s.Tone, s.Ahead = say("step.passed"), "calendar-blank", look.ToneNeutral, false
	}
	if a.Pending {
		s.Tone, s.Text = look.TonePending, say("step.pending")
	}
	return s
}
