package ics

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"

	"parvis/shared/portal"
)

func event() Event {
	at := portal.Date("2026-12-03").At(9, 0)
	return Event{ID: "0190a0f0-0000-7000-8000-0000000000b1", Town: "saint-aubin", Start: at, End: at.Add(45 * time.Minute),
		Title: "Cartes d'identité, passeports ; mairie", Place: "Hôtel de ville, rez-de-chaussée", Text: "À apporter :\n- la photo\n- l'ancien titre", Changed: portal.Date("2026-11-23").At(10, 0)}
}

func parsed(t *testing.T, raw []byte) (*ical.Calendar, *ical.VEvent) {
	t.Helper()
	cal, err := ical.ParseCalendar(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if len(cal.Events()) != 1 {
		t.Fatalf("%d events", len(cal.Events()))
	}
	return cal, cal.Events()[0]
}

func TestAnAppointmentInACalendar(t *testing.T) {
	e := event()
	_, v := parsed(t, Make(e))
	start, err := v.GetStartAt()
	if err != nil || !start.Equal(e.Start) {
		t.Errorf("it begins at %s: %v", start, err)
	}
	if end, err := v.GetEndAt(); err != nil || !end.Equal(e.End) {
		t.Errorf("it ends at %s: %v", end, err)
	}
	text := func(p ical.ComponentProperty) string { return ical.FromText(v.GetProperty(p).Value) }
	for p, want := range map[ical.ComponentProperty]string{ical.ComponentPropertySummary: e.Title, ical.ComponentPropertyLocation: e.Place, ical.ComponentPropertyDescription: e.Text} {
		if got := text(p); got != want {
			t.Errorf("%s is %q", p, got)
		}
	}
	for _, line := range strings.Split(string(Make(e)), "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
		if strings.Contains(line, "\n") {
			t.Errorf("a bare line end: %q", line)
		}
	}
	for _, want := range []string{"METHOD:PUBLISH", "STATUS:CONFIRMED", "SEQUENCE:0", "UID:" + string(e.ID) + "@saint-aubin", "TZID:Europe/Paris",
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "TZOFFSETTO:+0200", "DTSTART;TZID=Europe/Paris:20261203T090000"} {
		if !strings.Contains(string(Make(e)), want+"\r\n") {
			t.Errorf("it does not say %s:\n%s", want, Make(e))
		}
	}
}

// A calendar that has it already must know it again.
func TestAMoveAndACancellationKeepTheName(t *testing.T) {
	_, first := parsed(t, Make(event()))
	moved := event()
	moved.Sequence, moved.Start, moved.End = 1, moved.Start.Add(time.Hour), moved.End.Add(time.Hour)
	_, second := parsed(t, Make(moved))
	gone := moved
	gone.Sequence, gone.Cancelled = 2, true
	cal, third := parsed(t, Make(gone))
	for n, v := range []*ical.VEvent{first, second, third} {
		if v.Id() != first.Id() {
			t.Errorf("it is called %s, not %s", v.Id(), first.Id())
		}
		if got := v.GetProperty(ical.ComponentPropertySequence).Value; got != string(rune('0'+n)) {
			t.Errorf("change %d has the sequence %s", n, got)
		}
	}
	method := ""
	for _, p := range cal.CalendarProperties {
		if p.IANAToken == string(ical.PropertyMethod) {
			method = p.Value
		}
	}
	if status := third.GetProperty(ical.ComponentPropertyStatus).Value; status != "CANCELLED" || method != "CANCEL" {
		t.Errorf("cancelled it says %s, %s", method, status)
	}
}

// The rule of summer time that the file tells is the zone's own.
func TestTheZoneToldIsParis(t *testing.T) {
	last := func(year int, month time.Month) time.Time {
		d := time.Date(year, month+1, 0, 12, 0, 0, 0, portal.Paris)
		return d.AddDate(0, 0, -int(d.Weekday()))
	}
	for year := 2024; year < 2036; year++ {
		for _, month := range []time.Month{time.March, time.October} {
			day := last(year, month)
			_, before := day.AddDate(0, 0, -1).Zone()
			_, after := day.Zone()
			if before == after {
				t.Errorf("nothing changes on %s", day)
			}
		}
	}
}

func TestDaysInACalendar(t *testing.T) {
	days := []Day{
		{ID: "0190a0f0-0000-7000-8000-0000000000b2", Day: "2026-12-03", Title: "Léa : Restauration scolaire", Place: "École Jules-Ferry", Changed: portal.Date("2026-11-23").At(10, 0)},
		{ID: "0190a0f0-0000-7000-8000-0000000000b3", Day: "2026-12-31", Title: "Noé ; accueil, soir", Changed: portal.Date("2026-11-23").At(10, 0)},
	}
	raw := MakeDays("Agenda de Léa", "saint-aubin", days)
	cal, err := ical.ParseCalendar(bytes.NewReader(raw))
	if err != nil || len(cal.Events()) != 2 {
		t.Fatalf("%d events: %v", len(cal.Events()), err)
	}
	for i, v := range cal.Events() {
		from, err := v.GetAllDayStartAt()
		to, failed := v.GetAllDayEndAt()
		if err != nil || failed != nil || from.Format("2006-01-02") != string(days[i].Day) || to.Sub(from) != 24*time.Hour {
			t.Errorf("from %s to %s: %v, %v", from, to, err, failed)
		}
		if got := ical.FromText(v.GetProperty(ical.ComponentPropertySummary).Value); got != days[i].Title {
			t.Errorf("it is called %q", got)
		}
	}
	for _, want := range []string{"METHOD:PUBLISH", "X-WR-CALNAME:Agenda de Léa", "TRANSP:TRANSPARENT", "DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20270101", "UID:" + string(days[0].ID) + "@saint-aubin"} {
		if !strings.Contains(string(raw), want+"\r\n") {
			t.Errorf("it does not say %s:\n%s", want, raw)
		}
	}
}
