package examples

import (
	"slices"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

func TestEveryPriceIsAsItWasReckonedByHand(t *testing.T) {
	all := Prices()
	if len(all) < 55 {
		t.Fatalf("there are only %d", len(all))
	}
	for _, e := range all {
		got, err := ledger.PriceOf(&e.Tariff, e.Day, e.Payer, e.Child, e.Children)
		if err != nil || got.Amount != e.Want {
			t.Errorf("%s: %s, not %s (%+v, %v)", e.Case, got.Amount.Decimal(), e.Want.Decimal(), got, err)
		}
	}
}

func TestEveryCutoffIsAsItWasCountedByHand(t *testing.T) {
	all := Cutoffs()
	if len(all) < 60 {
		t.Fatalf("there are only %d", len(all))
	}
	for _, e := range all {
		if got := e.Rule.Until(e.Day, e.Calendar); !got.Equal(e.Want) {
			t.Errorf("%s: %v, not %v", e.Case, got, e.Want)
		}
	}
}

func TestEveryDayIsAnsweredAsItStands(t *testing.T) {
	all := Days()
	if len(all) < 38 {
		t.Fatalf("there are only %d", len(all))
	}
	town, cal := DayTown()
	cal.Known = portal.Period{From: "2026-09-01", To: "2027-08-31"}
	for _, e := range all {
		a := town[e.Activity]
		a.Sites, a.Book, a.Cancel = []portal.ID{"ici"}, bookings.Cutoff{Days: 1, Hour: 10}, bookings.Cutoff{Days: 1, Hour: 10}
		s := bookings.Situation{
			Now: e.Day.Add(-20).At(9, 0), Day: e.Day, Activity: a, Calendar: cal, Town: town, Beside: e.Beside, Actor: "claire",
			Enrolment: &bookings.Enrolment{Site: "ici", Period: cal.Known},
		}
		got := s.CheckBook()
		if e.Cancel {
			s.Booking = &bookings.Booking{Payer: "claire"}
			got = s.CheckCancel()
		}
		code, of := portal.Code(""), portal.ID("")
		if got != nil {
			code, of = got.Code, portal.ID(got.Args["activity"])
		}
		if code != e.Want || of != e.Of {
			t.Errorf("%s: %q %s, not %q %s", e.Case, code, of, e.Want, e.Of)
		}
	}
}

func TestEveryClosureCreditsWhatWasReckonedByHand(t *testing.T) {
	all := Closures()
	if len(all) < 15 {
		t.Fatalf("there are only %d", len(all))
	}
	town := ClosedTown()
	for _, e := range all {
		c := e.Closure
		c.Activities, c.Declared = bookings.Needing(c.Activities, town), e.Declared.UnixMicro()
		if wrong := bookings.CheckClosure(c, portal.DateOf(e.Declared)); wrong != nil {
			t.Errorf("%s: %v", e.Case, wrong)
		}
		credited, again := portal.Money(0), portal.Money(0)
		if c.Hits(e.Activity, e.Site, e.Class, e.Day) {
			credited = e.Price
			if !e.Undone.IsZero() && c.Restores(e.Day, e.Undone) {
				again = e.Price
			}
		}
		if credited != e.Credited || again != e.Again {
			t.Errorf("%s: %s and %s, not %s and %s", e.Case, credited.Decimal(), again.Decimal(), e.Credited.Decimal(), e.Again.Decimal())
		}
	}
}

func TestEveryAbsenceCostsWhatWasReckonedByHand(t *testing.T) {
	all := Absences()
	if len(all) < 15 {
		t.Fatalf("there are only %d", len(all))
	}
	for _, e := range all {
		var told []bookings.Situation
		for _, day := range e.Days {
			told = append(told, bookings.Situation{Now: e.Told, Day: day, Activity: bookings.Activity{Cancel: AbsentCutoff}, Booking: &bookings.Booking{Payer: "claire"}, Actor: "claire"})
		}
		costs, refused := e.Rule.Absent(told, e.Forgiven)
		if refused != nil {
			t.Errorf("%s: %v", e.Case, refused)
			continue
		}
		var credited portal.Money
		var days []bookings.AbsentDay
		for i, day := range e.Days {
			days = append(days, bookings.AbsentDay{Booking: portal.ID(day), Day: day, Cost: costs[i]})
			if costs[i] != bookings.Due {
				credited += AbsentPrice
			}
		}
		if e.Accept {
			credited += AbsentPrice * portal.Money(len(e.Rule.Proved(days, e.Whole)))
		}
		if due := AbsentPrice*portal.Money(len(days)) - credited; credited != e.Credited || due != e.Due {
			t.Errorf("%s: %s credited and %s due, not %s and %s", e.Case, credited.Decimal(), due.Decimal(), e.Credited.Decimal(), e.Due.Decimal())
		}
	}
}

func TestEveryAbsenceIsTakenBackAsItWasReckonedByHand(t *testing.T) {
	all := Backs()
	if len(all) < 11 {
		t.Fatalf("there are only %d", len(all))
	}
	for _, e := range all {
		activity := bookings.Activity{ID: "cantine", Sites: []portal.ID{"ferry"}, Weekdays: []time.Weekday{e.Day.Weekday()}, Book: AbsentCutoff, Cancel: AbsentCutoff}
		year := portal.SchoolYearOf(e.Day)
		s := bookings.Situation{Now: e.Told, Day: e.Day, Activity: activity, Calendar: bookings.Calendar{Known: year.Period()}, Actor: "claire", Price: AbsentPrice, Balance: AbsentPrice,
			Enrolment: &bookings.Enrolment{Site: "ferry", Year: year, Period: year.Period()}, Booking: &bookings.Booking{ID: "b", Payer: "claire"}}
		costs, refused := e.Rule.Absent([]bookings.Situation{s}, nil)
		if refused != nil {
			t.Errorf("%s: %v", e.Case, refused)
			continue
		}
		day := bookings.AbsentDay{Booking: "b", Day: e.Day, Cost: costs[0]}
		paid := AbsentPrice
		if s.Now = e.Back; day.Cost != bookings.Due {
			s.Booking, paid = nil, 0
		}
		if !e.Place {
			s.Level = bookings.Full
		}
		why := s.CheckBack(e.Rule, day)
		if why == nil {
			paid = AbsentPrice
		}
		if (why == nil) != e.Done || paid != e.Paid {
			t.Errorf("%s: it is told that %v, and %s are paid", e.Case, why, paid.Decimal())
		}
	}
}

func TestWhatIsCertifiedOfCareIsAsItWasReckonedByHand(t *testing.T) {
	e := CareExample()
	if len(e.Movements) < 17 || len(e.Want) != 3 {
		t.Fatalf("there are only %d movements and %d years", len(e.Movements), len(e.Want))
	}
	for year := 2024; year <= 2028; year++ {
		got := ledger.CareOf([][]ledger.Movement{e.Movements}, e.Children, e.Counts, year)
		if !slices.Equal(got, e.Want[year]) {
			t.Errorf("of %d: %+v, not %+v", year, got, e.Want[year])
		}
	}
}

func TestEveryWeekIsWithWhomItWasCountedByHand(t *testing.T) {
	all := Weeks()
	if len(all) < 12 {
		t.Fatalf("there are only %d", len(all))
	}
	other := map[string]string{"Claire": "Julien", "Julien": "Claire"}
	for _, e := range all {
		with := "Julien"
		if e.Weeks.Has(e.Day) {
			with = "Claire"
		}
		pays := e.By
		if e.Rule.ByOther(with == e.By) {
			pays = other[e.By]
		}
		if with != e.With || pays != e.Pays {
			t.Errorf("%s: with %s, and %s pays", e.Case, with, pays)
		}
	}
}
