package service_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// subscribed is what a calendar program reads at an address, "" where it is
// answered that there is none.
func subscribed(t *testing.T, s *hosttest.Server, secret string) (days []string, raw string) {
	t.Helper()
	a := s.Ask(http.MethodGet, wire.PageCalendar+secret+".ics", "")
	if a.Status == http.StatusNotFound {
		return nil, ""
	}
	if a.Status != http.StatusOK {
		t.Fatalf("answered with %d", a.Status)
	}
	cal, err := ical.NewDecoder(strings.NewReader(string(a.Body))).Decode()
	if err != nil {
		t.Fatalf("no calendar: %v\n%s", err, a.Body)
	}
	for _, e := range cal.Events() {
		name, err := e.Props.Text(ical.PropSummary)
		start, failed := e.DateTimeStart(nil)
		if err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		days = append(days, start.Format("2006-01-02")+" "+name)
	}
	slices.Sort(days)
	return days, string(a.Body)
}

// A calendar program reads one's booked days at a private address, and what one
// may not see no more than in the window; the address is renewed and ended.
func TestACalendarSubscribesToOnesDays(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		first, second := wire.NewCalendarSecret(), wire.NewCalendarSecret()
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{lot(familyChild, demo.Canteen, schoolDays[0], schoolDays[3])}})
		w.desks[otherFamily].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: foreignChild, Activity: demo.Canteen, Day: schoolDays[0]})
		w.desks[family].Must(wire.CalendarOpen, wire.OpenCalendar{Secret: first})
		w.desks[otherFamily].Refused(portal.Conflict, wire.CalendarOpen, wire.OpenCalendar{Secret: first})
		want := []string{string(schoolDays[0]) + " Philémon : Restauration scolaire", string(schoolDays[3]) + " Philémon : Restauration scolaire"}
		days, raw := subscribed(t, s, first)
		if !slices.Equal(days, want) {
			t.Errorf("it reads %q, not %q", days, want)
		}
		for _, not := range []string{people[family].last, people[family].street, "4.80", "price"} {
			if strings.Contains(raw, not) {
				t.Errorf("it tells %q:\n%s", not, raw)
			}
		}
		w.desks[family].Catch()
		if told := w.desks[family].In(wire.CalendarAddresses)[string(w.account(family))]; !strings.Contains(told, `"mark":"`+wire.CalendarMark(first)) || strings.Contains(told, first) {
			t.Errorf("of the address is told %q", told)
		}
		// What is booked and cancelled later is there when it is asked again.
		w.book(family, schoolDays[5], false)
		if days, _ := subscribed(t, s, first); len(days) != 3 {
			t.Errorf("later it reads %q", days)
		}
		// A renewed address ends the former; an ended one is none.
		w.desks[family].Must(wire.CalendarOpen, wire.OpenCalendar{Secret: second})
		if _, raw := subscribed(t, s, first); raw != "" {
			t.Error("the former address still answers")
		}
		if days, _ := subscribed(t, s, second); len(days) != 3 {
			t.Errorf("the new one reads %q", days)
		}
		w.desks[family].Must(wire.CalendarClose, wire.CloseCalendar{})
		if _, raw := subscribed(t, s, second); raw != "" {
			t.Error("an address that was ended answers")
		}
		for _, secret := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("%00", 43)} {
			if _, raw := subscribed(t, s, secret); raw != "" {
				t.Errorf("%q answers", secret)
			}
		}
		if a := s.Ask(http.MethodGet, wire.PageCalendar+second, ""); a.Status != http.StatusNotFound {
			t.Errorf("without its ending it is answered with %d", a.Status)
		}
	})
}
