package view

import (
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// What belongs together is judged by what will be booked, sent or not.
func TestADayIsJudgedBesideTheOthersOfThatDay(t *testing.T) {
	d := open(t)
	const evening portal.ID = "activity-evening"
	a := d.View.town.activities[canteen]
	a.ID, a.Requires, a.Name = evening, []portal.ID{canteen}, bookings.Names{"fr": "Soir"}
	d.get(d.row(town, wire.Activities, evening, a),
		d.row(town, wire.Tariffs, "evening", ledger.Tariff{ID: "evening", Activity: evening, From: "2026-09-01", Bands: []ledger.Band{{Price: 192}}}),
		d.row(mine, wire.Enrolments, "e2", bookings.Enrolment{ID: "e2", Child: lea, Activity: evening, Site: school, Period: portal.SchoolYear("2026-2027").Period()}))
	code := func() portal.Code {
		if e := d.Day(lea, evening, tuesday).Look.Reason; e != nil {
			return e.Code
		}
		return ""
	}
	if code() != bookings.NeedsOther {
		t.Fatalf("alone: %v", code())
	}
	first, second := portal.NewID(), portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: first, Child: lea, Activity: canteen, Day: tuesday})
	if code() != "" || !d.Day(lea, evening, tuesday).Look.CanBook {
		t.Errorf("beside what waits: %v", code())
	}
	d.do(wire.BookingBook, wire.Book{Booking: second, Child: lea, Activity: evening, Day: tuesday})
	if e := d.Day(lea, canteen, tuesday).Look.Reason; e == nil || e.Code != bookings.NeededBy || e.Args["name_fr"] != "Soir" {
		t.Errorf("what is needed: %v", e)
	}
	// Cancelled all the same, by an older program: it is doubtful, and stands.
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: first})
	if got := d.Doubts(); len(got) != 1 || got[0].Reason.Code != bookings.NeededBy {
		t.Errorf("doubts: %+v", got)
	}
	d.outbox = d.outbox[:2]
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: second})
	if day := d.Day(lea, canteen, tuesday); !day.Look.CanCancel {
		t.Errorf("nothing needs it any more: %v", day.Look.Reason)
	}
}
