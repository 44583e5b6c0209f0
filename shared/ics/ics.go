// Package ics writes appointments and booked days as calendars read them
// (RFC 5545). The same thing always has the same UID, and each change of an
// appointment a higher SEQUENCE, so that a calendar which has it already changes
// it, or takes it out.
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

// Day is something that takes no hour of a day, such as a meal at the canteen.
type Day struct {
	ID      portal.ID // of the booking
	Day     portal.Date
	Title   string
	Place   string
	Changed time.Time // when it was booked
}

// MakeDays writes a file with many days, under a name that a calendar shows. Who
// has such a day is not busy for it.
func MakeDays(name string, town portal.ID, days []Day) []byte {
	cal := ical.NewCalendarFor("Parvis")
	cal.SetMethod(ical.MethodPublish)
	cal.SetXWRCalName(name)
	for _, d := range days {
		v := cal.AddEvent(string(d.ID) + "@" + string(town))
		v.SetDtStampTime(d.Changed.UTC())
		whole := ical.WithValue(string(ical.ValueDataTypeDate))
		v.SetProperty(ical.ComponentPropertyDtStart, strings.ReplaceAll(string(d.Day), "-", ""), whole)
		v.SetProperty(ical.ComponentPropertyDtEnd, strings.ReplaceAll(string(d.Day.Add(1)), "-", ""), whole) // the first day after it
		v.SetSummary(d.Title)
		if d.Place != "" {
			v.SetLocation(d.Place)
		}
		v.SetTimeTransparency(ical.TransparencyTransparent)
		v.SetStatus(ical.ObjectStatusConfirmed)
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
