package bookings_test

import (
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// A count is settled when the later of the two limits has passed and what was received
// before it is judged.
func TestACountIsSettledAfterBothLimits(t *testing.T) {
	cal := bookings.Calendar{Known: portal.Period{From: "2026-09-01", To: "2027-08-31"}}
	a := bookings.Activity{ID: "centre", Book: bookings.Cutoff{Days: 2, Hour: 10}, Cancel: bookings.Cutoff{Days: 1, Hour: 12}}
	day := portal.Date("2027-04-13")
	at := portal.Date("2027-04-12").At(12, 2)
	if got := a.SettledAt(day, cal); !got.Equal(at) {
		t.Errorf("it is settled at %s", got)
	}
	a.Book, a.Cancel = a.Cancel, a.Book
	if got := a.SettledAt(day, cal); !got.Equal(at) {
		t.Errorf("the limits exchanged, it is settled at %s", got)
	}
	drawn := spring(bookings.Pooled)
	drawn.Drawn = 1
	for _, c := range []struct {
		what     string
		now      time.Time
		openings []bookings.Opening
		want     portal.Date
	}{
		{"the instant before", at.Add(-time.Microsecond), nil, "2027-04-12"},
		{"at its time", at, nil, "2027-04-13"},
		{"the places still owed by a draw", at, []bookings.Opening{spring(bookings.Pooled)}, "2027-04-11"},
		{"the places drawn", at, []bookings.Opening{drawn}, "2027-04-13"},
	} {
		if got := a.SettledThrough("2027-04-12", cal, c.openings, c.now); got != c.want {
			t.Errorf("%s the last is %s, not %s", c.what, got, c.want)
		}
	}
}
