package notices

import (
	"testing"
	"time"

	"parvis/shared/portal"
)

func TestTheMailOfTheDayLeavesOnceADay(t *testing.T) {
	// Also before both changes of summer time.
	for _, day := range []portal.Date{"2026-11-16", "2026-10-24", "2027-03-27"} {
		for after, want := range map[time.Duration]int{-time.Minute: 0, 0: 1, time.Minute: 1, 5 * time.Hour: 1} {
			got := DigestAfter(day.At(DigestHour, 0).Add(after))
			if next := day.Add(want).At(DigestHour, 0); !got.Equal(next) {
				t.Errorf("%s after the mail of %s the next leaves at %s, not %s", after, day, got, next)
			}
		}
	}
}

func TestAChoiceIsOneThatThereIs(t *testing.T) {
	seen := map[Kind]bool{}
	for _, s := range Kinds {
		if seen[s.Kind] {
			t.Errorf("%s is there twice", s.Kind)
		}
		seen[s.Kind] = true
		for _, m := range s.Ways() {
			if wrong := Choice(s.Kind, m); wrong != nil {
				t.Errorf("%s %s: %v", s.Kind, m, wrong)
			}
		}
		if wrong := Choice(s.Kind, "by pigeon"); wrong == nil || wrong.Field != "mail" {
			t.Errorf("%s by pigeon: %v", s.Kind, wrong)
		}
	}
	if wrong := Choice(Receipt, Digest); wrong == nil || wrong.Field != "mail" {
		t.Errorf("a receipt in the mail of the day: %v", wrong)
	}
	if wrong := Choice("weather", AtOnce); wrong == nil || wrong.Field != "kind" {
		t.Errorf("a kind there is none of: %v", wrong)
	}
}
