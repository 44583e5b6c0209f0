package family

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// 2026 has 53 weeks: the odd one at its end and the odd one after it follow
// each other, and by their numbers the same parent would have both.
func TestWeeksGoOnOverTheFiftyThirdWeek(t *testing.T) {
	w := Weeks{Anchor: "2026-12-21"} // week 52
	for day, first := range map[portal.Date]bool{
		"2026-12-21": true, "2026-12-27": true,
		"2026-12-28": false, "2027-01-03": false, // week 53
		"2027-01-04": true, "2027-01-10": true, // week 1
		"2027-01-11": false,
		"2026-12-20": false, "2026-12-14": false, "2026-12-13": true, "2026-12-07": true, "2026-12-06": false,
	} {
		if got := w.Has(day); got != first {
			t.Errorf("%s: %v", day, got)
		}
	}
	_, week := time.Date(2026, 12, 28, 12, 0, 0, 0, time.UTC).ISOWeek()
	if week != 53 {
		t.Fatalf("the test's premise: week %d", week)
	}
}

// Nothing about the time of day comes in: both changes of summer time are
// passed like any other night.
func TestWeeksGoOnOverBothChangesOfSummerTime(t *testing.T) {
	for _, c := range []struct{ anchor, last, next portal.Date }{
		{"2026-03-23", "2026-03-29", "2026-03-30"}, // Sunday has 23 hours
		{"2026-10-19", "2026-10-25", "2026-10-26"}, // and 25
	} {
		w := Weeks{Anchor: c.anchor}
		if !w.Has(c.last) || w.Has(c.next) || !w.Has(c.next.Add(7)) {
			t.Errorf("from %s: %v on %s, %v on %s", c.anchor, w.Has(c.last), c.last, w.Has(c.next), c.next)
		}
		// As the agenda asks: of the day in Paris at an instant.
		if day := portal.DateOf(c.next.At(0, 30)); w.Has(day) {
			t.Errorf("half an hour into %s is still the week before", day)
		}
	}
}

func TestWeeksOfAnyAnchor(t *testing.T) {
	days := rapid.IntRange(-1500, 1500)
	rapid.Check(t, func(t *rapid.T) {
		anchor := portal.Date("2026-06-01").Add(days.Draw(t, "anchor"))
		day := portal.Date("2026-06-01").Add(days.Draw(t, "day"))
		w := Weeks{Anchor: anchor}
		if w.Has(day) == w.Has(day.Add(7)) {
			t.Fatalf("%s and a week later are one parent's", day)
		}
		if w.Has(day) != w.Has(day.Add(14)) {
			t.Fatalf("%s and a fortnight later are not", day)
		}
		start := w.Start(day)
		if start > day || start.DaysUntil(day) > 6 || start.Weekday() != anchor.Weekday() {
			t.Fatalf("the week of %s begins on %s", day, start)
		}
		for i := range 7 {
			if w.Has(start.Add(i)) != w.Has(day) {
				t.Fatalf("the week of %s is parted at %s", day, start.Add(i))
			}
		}
		// Any day on which a week begins says the same, of one parent or the other.
		moved := Weeks{Anchor: start}
		if !w.Same(moved, !w.Has(start)) || w.Same(moved, w.Has(start)) || w.Same(Weeks{Anchor: start.Add(1)}, false) {
			t.Fatalf("%v and %v", w, moved)
		}
	})
}

func TestAnAnchorIsADayNear(t *testing.T) {
	const today = portal.Date("2026-11-27")
	for anchor, want := range map[portal.Date]portal.Code{"2026-11-23": "", "": portal.Missing, "2026-02-30": portal.Invalid, "2036-11-24": portal.Invalid, "2016-11-24": portal.Invalid} {
		if got := portal.CodeOf(asError(Weeks{Anchor: anchor}.Check(today))); got != want {
			t.Errorf("%q: %q", anchor, got)
		}
	}
}

func asError(e *portal.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func TestHealthIsWhatToDoAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		health Health
		field  string
	}{
		{Health{Diet: "standard"}, ""},
		{Health{}, "diet"},
		{Health{Diet: "kosher"}, "diet"}, // what is eaten, never a religion
		{Health{Diet: "standard", CarePlan: true}, "care_actions"},
		{Health{Diet: "standard", CarePlan: true, CareActions: "Appeler le 15."}, ""},
		{Health{Diet: "standard", CareActions: strings.Repeat("x", CareActionsMax+1)}, ""}, // there is no plan: it is not kept
		{Health{Diet: "standard", CarePlan: true, CareActions: strings.Repeat("é", CareActionsMax+1)}, "care_actions"},
		{Health{Diet: "standard", Allergies: strings.Repeat("é", AllergiesMax)}, ""},
		{Health{Diet: "standard", Allergies: strings.Repeat("é", AllergiesMax+1)}, "allergies"},
	} {
		got := ""
		if wrong := c.health.Check(); len(wrong) > 0 {
			got = wrong[0].Field
		}
		if got != c.field {
			t.Errorf("%.60v: %q, not %q", c.health, got, c.field)
		}
	}
	if h := (Health{Diet: "standard", CareActions: "x", MealFromHome: true}).Normalise(); h.CareActions != "" || h.MealFromHome {
		t.Errorf("without a plan %+v is kept", h)
	}
}

func TestCollectors(t *testing.T) {
	good := Collector{FirstName: "Jeanne", LastName: "Morel", Relation: "grand-mère", Phone: "06 39 98 01 32"}
	if wrong := CheckCollectors([]Collector{good}); len(wrong) > 0 {
		t.Fatal(wrong[0])
	}
	bad := good
	bad.Phone = "12"
	if wrong := CheckCollectors([]Collector{good, bad}); len(wrong) != 1 || wrong[0].Field != "collectors.1.phone" || wrong[0].Code != accounts.BadPhone {
		t.Errorf("%v", wrong)
	}
	many := make([]Collector, MostCollectors+1)
	for i := range many {
		many[i] = good
	}
	if wrong := CheckCollectors(many); len(wrong) != 1 || wrong[0].Field != "collectors" {
		t.Errorf("%v", wrong)
	}
	spaced := good
	spaced.FirstName, spaced.Phone = " Jeanne ", "+33639980132"
	if !SameCollectors([]Collector{good}, []Collector{spaced}) || SameCollectors([]Collector{good}, nil) || !SameCollectors(nil, []Collector{}) {
		t.Error("the same persons are not told by what is kept of them")
	}
}

// What somebody at a counter is to read must be readable.
func TestTextsThatNobodyCanReadAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		h    Health
		code portal.Code
	}{
		"direction turned":     {Health{Diet: "standard", Allergies: "Arachide \u202eeton"}, accounts.BadText},
		"control signs":        {Health{Diet: "standard", CarePlan: true, CareActions: "Stylo\x1b[2J"}, accounts.BadText},
		"a nought":             {Health{Diet: "standard", CarePlan: true, CareActions: "Stylo\x00"}, accounts.BadText},
		"lines of two systems": {Health{Diet: "standard", CarePlan: true, CareActions: "Stylo.\r\nPuis le 15."}, ""},
	} {
		if wrong := c.h.Check(); (c.code == "") != (len(wrong) == 0) || c.code != "" && wrong[0].Code != c.code {
			t.Errorf("%s: %v", name, wrong)
		}
	}
	if h := (Health{CarePlan: true, CareActions: "Stylo.\r\nPuis le 15."}).Normalise(); strings.Contains(h.CareActions, "\r") {
		t.Errorf("kept as %q", h.CareActions)
	}
	c := []Collector{{FirstName: "Mina", LastName: "Vergne", Relation: "tante\u200e\u202e", Phone: "06 39 98 00 11"}}
	if wrong := CheckCollectors(c); len(wrong) != 1 || wrong[0].Code != accounts.BadText || wrong[0].Field != "collectors.0.relation" {
		t.Errorf("a relation nobody can read: %v", wrong)
	}
}
