// Package ics writes an appointment as calendars read it (RFC 5545). The same
// appointment always has the same UID, and each of its changes a higher
// SEQUENCE, so that a calendar which has it already changes it, or takes it out.
package ics

import (
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"

	"parvis/shared/portal"
)

// Event is an appointment.
type Event struct {
	ID       portal.ID // of the appointment
	Town     portal.ID
	Sequence int
	Start    time.Time
	End      time.Time
	Title    string
	Place    string
	Text     string // what to bring
	// Cancelled takes it out of the calendar.
	Cancelled bool
	Changed   time.Time // when it last changed
}

const (
	zone  = "Europe/Paris"
	local = "20060102T150405"
)

// Make writes a file with one event.
func Make(e Event) []byte {
	cal := ical.NewCalendarFor("Parvis")
	cal.SetMethod(ical.MethodPublish)
	if e.Cancelled {
		cal.SetMethod(ical.MethodCancel)
	}
	paris(cal)
	v := cal.AddEvent(string(e.ID) + "@" + string(e.Town))
	v.SetDtStampTime(e.Changed.UTC())
	v.SetModifiedAt(e.Changed.UTC())
	v.SetSequence(e.Sequence)
	v.SetProperty(ical.ComponentPropertyDtStart, e.Start.In(portal.Paris).Format(local), ical.WithTZID(zone))
	v.SetProperty(ical.ComponentPropertyDtEnd, e.End.In(portal.Paris).Format(local), ical.WithTZID(zone))
	v.SetSummary(e.Title)
	if e.Place != "" {
		v.SetLocation(e.Place)
	}
	if e.Text != "" {
		v.SetDescription(e.Text)
	}
	v.SetStatus(ical.ObjectStatusConfirmed)
	if e.Cancelled {
		v.SetStatus(ical.ObjectStatusCancelled)
	}
	return []byte(cal.Serialize(ical.WithNewLineWindows))
}

// paris says when summer time begins and ends, for calendars that do not know
// the zone by its name.
func paris(cal *ical.Calendar) {
	tz := cal.AddTimezone(zone)
	season := func(base *ical.ComponentBase, name, from, to, start, month string) {
		base.SetProperty(ical.ComponentPropertyDtStart, start)
		base.SetProperty(ical.ComponentProperty(ical.PropertyTzoffsetfrom), from)
		base.SetProperty(ical.ComponentProperty(ical.PropertyTzoffsetto), to)
		base.SetProperty(ical.ComponentProperty(ical.PropertyTzname), name)
		base.SetProperty(ical.ComponentPropertyRrule, strings.Join([]string{"FREQ=YEARLY", "BYMONTH=" + month, "BYDAY=-1SU"}, ";"))
	}
	summer := &ical.Daylight{}
	season(&summer.ComponentBase, "CEST", "+0100", "+0200", "19960331T020000", "3")
	winter := &ical.Standard{}
	season(&winter.ComponentBase, "CET", "+0200", "+0100", "19961027T030000", "10")
	tz.Components = append(tz.Components, summer, winter)
}
