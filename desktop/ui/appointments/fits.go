package appointments

import (
	"strconv"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/portal"
)

// passed says of one whose time is over what is known, and no more: nobody has
// said whether they came. Another can be had at once.
func (r room) passed(a view.Appointment) fyne.CanvasObject {
	another := kit.Secondary(say("takeAnother"), r.chooses(a.Request)).Icon("calendar-blank")
	if !r.agent() {
		return kit.NewNotice(look.ToneNeutral, say("passed.title"), say("passed.text", "When", small(when(a))), another).Icon("calendar-blank")
	}
	mark := kit.Secondary(say("passed.mark"), func() {
		r.Go(screen.To(screen.DeskDays, "service", string(a.Service), "day", string(a.Slot().Day())))
	}).Icon("pencil-simple")
	return kit.NewNotice(look.ToneNeutral, say("passed.title"), say("passed.textStaff", "When", small(when(a))), mark, another).Icon("calendar-blank")
}

// chooses leads to the choice of a time.
func (r room) chooses(request portal.ID) func() {
	return func() { r.Go(screen.To(screen.Appointment, "request", string(request), "step", "choose")) }
}

// fits says that the time of an appointment is not, or not yet, that of the
// people who come now, and leads to one that is; nil where it is.
func (r room) fits(w view.Visit, a view.Appointment) fyne.CanvasObject {
	slot, fit := w.Fit()
	if fit == appointments.Fits || a.Pending {
		return nil
	}
	come, for_ := say("people", "Count", w.N), say("people", "Count", a.People)
	if w.Request.Pending && !r.agent() {
		switch fit {
		case appointments.Longer:
			return kit.NewNotice(look.TonePending, say("fit.will"), say("fit.willLonger", "When", clocks(slot)))
		case appointments.Shorter:
			return kit.NewNotice(look.TonePending, say("fit.will"), say("fit.willShorter", "When", clocks(slot)))
		}
	}
	if fit == appointments.Shorter {
		return nil // the town hall has seen to it, and its word is under way
	}
	text := "fit.text"
	switch {
	case r.agent():
		text = "fit.textStaff"
	case a.Late != nil:
		text = "fit.late"
	}
	says := say(text, "Come", come, "For", for_, "When", small(when(a)))
	if a.Late != nil {
		return kit.NewNotice(look.ToneWarning, say("fit.title"), says).Icon("clock")
	}
	other := kit.Primary(say("another"), r.chooses(a.Request)).Icon("calendar-blank")
	if fit == appointments.TooShort {
		return kit.NewNotice(look.ToneWarning, say("fit.title"), says, other).Icon("clock")
	}
	longer := kit.Primary(say("fit.longer", "To", i18n.Clock(slot.Until())), func() {
		r.Go(screen.To(screen.Appointment, "request", string(a.Request), "start", strconv.FormatInt(slot.Start, 10)))
	}).Icon("clock")
	return kit.NewNotice(look.ToneWarning, say("fit.title"), says, longer, kit.Secondary(say("another"), r.chooses(a.Request)).Icon("calendar-blank")).Icon("clock")
}
