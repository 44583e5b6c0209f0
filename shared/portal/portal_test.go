package portal

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestDatesAcrossSummerTime(t *testing.T) {
	// 29 March 2026 has 23 hours in Paris, 25 October 2026 has 25.
	if got := Date("2026-03-29").Add(1); got != "2026-03-30" {
		t.Fatalf("the day after the change is %s", got)
	}
	if d := Date("2026-10-25").At(10, 0).Sub(Date("2026-10-24").At(10, 0)); d != 25*time.Hour {
		t.Fatalf("from 10:00 to 10:00 across the change are %s", d)
	}
	if got := DateOf(time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)); got != "2026-07-02" {
		t.Fatalf("22:30 UTC in July is %s in Paris", got)
	}
	if n := Date("2026-03-01").DaysUntil("2026-04-01"); n != 31 {
		t.Fatalf("March has %d days", n)
	}
}

func TestSchoolYear(t *testing.T) {
	for d, want := range map[Date]SchoolYear{"2026-08-31": "2025-2026", "2026-09-01": "2026-2027"} {
		if got := SchoolYearOf(d); got != want {
			t.Errorf("%s lies in %s", d, got)
		}
	}
	if p := SchoolYear("2026-2027").Period(); p.From != "2026-09-01" || p.To != "2027-08-31" {
		t.Errorf("2026-2027 is %v", p)
	}
}

func TestParseDateRefusesWhatDoesNotExist(t *testing.T) {
	for _, s := range []string{"2026-02-29", "2026-13-01", "26-01-01", "", "2026-1-1"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestMoney(t *testing.T) {
	for m, want := range map[Money]string{0: "0.00", 5: "0.05", 320: "3.20", -1240: "-12.40"} {
		if got := m.Decimal(); got != want {
			t.Errorf("%d is written %s", m, got)
		}
	}
}

func TestErrorCodesAreFoundThroughWrapping(t *testing.T) {
	err := fmt.Errorf("booking: %w", E(Conflict, "day", "by", "x"))
	if CodeOf(err) != Conflict || !errors.Is(err, E(Conflict, "")) || errors.Is(err, E(Invalid, "")) {
		t.Fatalf("%v was misread", err)
	}
	if CodeOf(errors.New("disk")) != Internal || CodeOf(nil) != "" {
		t.Fatal("unknown errors are internal, none is none")
	}
}

func TestIDs(t *testing.T) {
	a, b := NewID(), NewID()
	if !a.Valid() || !b.Valid() || a == b {
		t.Fatalf("%s and %s", a, b)
	}
	for _, bad := range []ID{"", "x", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", ID("{" + string(a) + "}")} {
		if bad.Valid() {
			t.Errorf("%q passes for an id", bad)
		}
	}
}
