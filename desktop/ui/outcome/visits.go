package outcome

import (
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// visit tells of an appointment that was not had, and leads to another time.
func (t *told) visit(v *view.View, r cache.Refusal, request portal.ID, key string, start int64) {
	day, clock := portal.Date(r.Note.Args[ArgDate]), r.Note.Args["time"]
	if start > 0 {
		at := time.UnixMicro(start).In(portal.Paris)
		day, clock = portal.DateOf(at), i18n.Clock(at)
	}
	t.icon, t.title = "calendar-x", i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	if day.Valid() {
		t.title = i18n.T(key, map[string]any{"Day": i18n.DayDate(Day(day)), "Time": clock, "What": r.Note.Args["what"]})
	}
	me, _ := v.Me()
	switch {
	case me.Kind == wire.Agent:
		t.action, t.to = "refused.visit.days", screen.To(screen.DeskDays, "day", string(day))
	case request != "" && start > 0:
		t.action, t.to = "refused.visit.another", screen.To(screen.Appointment, "request", string(request), "step", "choose")
	case request != "":
		t.action, t.to = "refused.visit.see", screen.To(screen.Appointment, "request", string(request))
	default:
		t.action, t.to = "refused.requests", screen.To(screen.Requests)
	}
}
