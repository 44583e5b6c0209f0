// Package appointments is the screens of appointments at the town hall: a
// family chooses, moves and cancels one for a request, and the agents of a desk
// see who comes. It reads the view and submits commands; what can be had is
// decided by shared/appointments through the view.
package appointments

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/appointments"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// Desk is what these screens do besides reading the view. The session does it
// in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	MarkRead(id portal.ID) error
}

// room is what every screen here works with.
type room struct {
	*screen.Context
	desk Desk
}

// Appointment is the appointment of a request: to be chosen, to be read over,
// or as it stands.
func Appointment(c *screen.Context, r screen.Route) screen.Screen {
	return room{c, c.Session}.appointment(r)
}

// Days is who comes to a service on a day, for its agents.
func Days(c *screen.Context, r screen.Route) screen.Screen { return openDays(room{c, c.Session}, r) }

// Topics are those on which what is shown of a request's appointment depends.
func Topics(request portal.ID) []view.Topic {
	return []view.Topic{{Collection: wire.Appointments, Key: request}, {Collection: wire.AppointmentServices}}
}

// say is a text of this module; pairs fill its places.
func say(key string, pairs ...any) string { return i18n.Say("visits."+key, pairs...) }

// told is a text of this module that an agent reads in other words: to them
// neither the appointment nor the request is their own.
func (r room) told(key string, pairs ...any) string {
	if r.agent() {
		key += "Staff"
	}
	return say(key, pairs...)
}

// dayLong is a day with its year, as a heading.
func dayLong(s appointments.Slot) string { return i18n.Capital(i18n.LongDate(s.From())) }

// dayName is a day without its year.
func dayName(d portal.Date) string { return outcome.DayName(d) }

// clocks is from when to when.
func clocks(s appointments.Slot) string {
	return say("from", "From", i18n.Clock(s.From()), "To", i18n.Clock(s.Until()))
}

// minutes is how long it takes.
func minutes(s appointments.Slot) string {
	return say("minutes", "Count", int((s.End-s.Start)/time.Minute.Microseconds()))
}

func micro(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}

func backLink(label string, do func()) fyne.CanvasObject {
	return kit.Back(label, do)
}

// agent reports whether somebody of the town hall looks.
func (r room) agent() bool {
	me, _ := r.View.Me()
	return me.Kind == wire.Agent
}

// title is what the request asks for.
func title(v *view.View, q view.Request) string {
	p, _, known := v.ProcedureOf(q)
	if !known {
		if p, known = v.Procedure(q.Procedure); !known {
			return q.Procedure
		}
	}
	return p.Title.In(i18n.Language())
}

// note is what is read of a command while it waits, or once it was refused.
func note(key, what string, s appointments.Slot) cache.Note {
	return cache.Note{Key: "visits.note." + key, Args: map[string]string{
		outcome.ArgDate: string(s.Day()), "day": i18n.DayDate(s.From()), "time": i18n.Clock(s.From()), "what": what,
	}}
}

// needs is the command that this one builds on, while it waits.
func (r room) needs(commands ...portal.ID) (out []portal.ID) {
	for _, p := range r.View.Waiting() {
		for _, c := range commands {
			if c == p.ID {
				out = append(out, c)
			}
		}
	}
	return out
}

func (r room) fail(err error) { r.Toasts.Say(look.ToneError, outcome.Sentence(err)) }

// bring is what one has with one: the documents that the request asks for, as
// originals.
func (r room) bring(q view.Request) []string {
	p, _, known := r.View.ProcedureOf(q)
	if !known {
		return nil
	}
	answers, wrong := requests.Decode(q.Answers)
	if wrong != nil {
		return nil
	}
	var out []string
	for _, asked := range documents.AskedBy(p, answers, r.View.Today()) {
		kind, known := r.View.DocumentKind(asked.Kind)
		if !known {
			continue // kinds have not arrived yet
		}
		line := kind.Label.In(i18n.Language())
		for _, d := range p.Documents {
			if d.Kind == asked.Kind && !d.Note.Empty() {
				line = say("bringNote", "What", line, "Note", d.Note.In(i18n.Language()))
			}
		}
		out = append(out, line)
	}
	return out
}

// bringCard lists them, nil for nothing.
func (r room) bringCard(q view.Request) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, line := range r.bring(q) {
		lines = append(lines, kit.LineTop(look.S, kit.NewIcon("check", look.Muted, look.IconSize), kit.Grow(kit.Body(line), 160)))
	}
	if len(lines) == 0 {
		return nil
	}
	return kit.Column(look.S, kit.Section(say("bring")), kit.Muted(say("bringText")), kit.Card(kit.Column(look.S, lines...)))
}
