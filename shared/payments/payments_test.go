package payments

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
)

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		amount, most portal.Money
		want         portal.Code
		arg          string
	}{
		{-5000, 0, TooLittle, "1"}, {0, 0, TooLittle, "1"}, {99, 0, TooLittle, "1"},
		{100, 0, "", ""}, {50_000, 0, "", ""}, {50_001, 0, TooMuch, "500"},
		{20_000, 20_000, "", ""}, {20_001, 20_000, TooMuch, "200"},
		{9_999_999, 1 << 40, "", ""}, {10_000_000, 1 << 40, TooMuch, "99999.99"},
	} {
		wrong := CheckAmount(c.amount, c.most)
		if wrong == nil != (c.want == "") {
			t.Errorf("%s of %s at most: %v", c.amount.Decimal(), c.most.Decimal(), wrong)
			continue
		}
		if wrong != nil && (wrong.Code != c.want || wrong.Field != "amount" || wrong.Args["min"]+wrong.Args["max"] != c.arg) {
			t.Errorf("%s of %s at most: %v", c.amount.Decimal(), c.most.Decimal(), wrong)
		}
	}
}

func TestObjects(t *testing.T) {
	for text, want := range map[string]string{
		"Compte prépayé, Régie d'Été": "COMPTE PREPAYE REGIE D ETE", " ": "", "Œuvre n° 7": "OEUVRE N 7", strings.Repeat("ab ", 60): strings.TrimSpace(strings.Repeat("AB ", 33)),
	} {
		if got := Object(text); got != want || len(got) > 99 {
			t.Errorf("%q is told as %q", text, got)
		}
	}
}

func TestReferences(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9]{6,30}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := portal.NewID()
		ref := Reference(id)
		if !form.MatchString(ref) || seen[ref] {
			t.Fatalf("%s has the reference %q", id, ref)
		}
		seen[ref] = true
	}
	if a := Reference("0193f6f0-0000-7000-8000-000000000000"); !strings.HasPrefix(a, "069VDS0001O0") {
		t.Errorf("it is %s", a)
	}
	if Reference("not an id") != "" {
		t.Error("what is no id has no reference")
	}
}

// Every state, with each answer, before and after what the time decides.
func TestWhatAnswersMake(t *testing.T) {
	const (
		soon  = 5 * time.Minute
		late  = 25 * time.Minute
		never = 40 * 24 * time.Hour
	)
	start := portal.Date("2026-11-23").At(9, 0)
	for _, c := range []struct {
		state   State
		answers string
		age     time.Duration
		want    State
		again   bool
	}{
		{Pending, "P V", soon, Paid, false},
		{Pending, "P V", late, Paid, false},
		{Pending, "P V", never, Paid, false},
		{Pending, "R Z", soon, Refused, false},
		{Pending, "R Z", late, Refused, false},
		{Pending, "A", soon, Abandoned, true}, // may still become paid
		{Pending, "A", late, Abandoned, false},
		{Pending, "P5 P1 P3 P4 -", soon, Pending, true},
		{Pending, "P5", late, Expired, true}, // somebody may be on the page still
		{Pending, "P4", late, Expired, true},
		{Pending, "P1", late, Expired, false}, // purged
		{Pending, "P3 -", late, Pending, true},
		{Pending, "-", 29 * 24 * time.Hour, Pending, true}, // silence is no failure
		{Pending, "- P3", never, Unclear, false},
		{Pending, "P5 P1 P4", never, Expired, false},
		{Pending, "≠", soon, Unclear, false},
		{Abandoned, "P V", soon, Paid, false},
		{Abandoned, "P V", late, Paid, false},
		{Abandoned, "A P1 P5 -", soon, Abandoned, true},
		{Abandoned, "A P1", late, Abandoned, false},
		{Abandoned, "P5 P3 P4 -", late, Abandoned, true},
		{Abandoned, "R Z", soon, Refused, false},
		{Abandoned, "P5 -", never, Abandoned, false},
		{Expired, "P V", late, Paid, false},
		{Expired, "A", late, Abandoned, false},
		{Expired, "R Z", late, Refused, false},
		{Expired, "P5 P4 P3 -", late, Expired, true},
		{Expired, "P1", late, Expired, false},
		{Expired, "P5 -", 4 * 24 * time.Hour, Expired, false},
		{Expired, "≠", late, Unclear, false},
		{Refused, "P V", late, Paid, false}, // money that was taken is credited
		{Refused, "A R Z P5 P1 -", soon, Refused, false},
		{Refused, "≠", soon, Unclear, false},
		{Unclear, "P V", late, Paid, false},
		{Unclear, "A R Z P5 P1 - ≠", late, Unclear, false},
		{Paid, "P V R Z A P1 P3 P4 P5 - ≠", soon, Paid, false},
		{Paid, "P V R Z A P1 P3 P4 P5 - ≠", never, Paid, false},
		{Opening, "P V R Z A P1 P5 - ≠", soon, Opening, false}, // nobody has its page
		{Failed, "P V R Z A P1 P5 - ≠", late, Failed, false},
	} {
		for _, text := range strings.Fields(c.answers) {
			answer := Answer(text)
			if text == "-" {
				answer = Silent
			}
			now := start.Add(c.age)
			got := Life{c.state, start}.After(answer, now)
			if got != c.want {
				t.Errorf("%s with %q after %v becomes %s, not %s", c.state, answer, c.age, got, c.want)
			}
			next, again := Life{got, start}.Next(answer, now)
			if again != c.again {
				t.Errorf("%s with %q after %v: asked again %v", c.state, answer, c.age, again)
			}
			if again && (!next.After(now) || next.Sub(now) > 6*time.Hour) {
				t.Errorf("%s with %q after %v is asked again after %v", c.state, answer, c.age, next.Sub(now))
			}
		}
	}
}

// Left to itself a payment is asked about often at first, exactly when the time
// decides, and not for ever.
func TestAsksEndByThemselves(t *testing.T) {
	start := portal.Date("2026-11-23").At(9, 0)
	for _, c := range []struct {
		answer Answer
		end    State
		asks   int
		within time.Duration
	}{
		{NotYet, Expired, 60, Watched + 6*time.Hour},
		{Silent, Unclear, 170, GiveUp + 6*time.Hour},
		{WasAbandoned, Abandoned, 20, Unsure},
	} {
		l, now, asks, edge := Life{Pending, start}, start, 0, false
		for {
			l.State = l.After(c.answer, now)
			asks++
			next, again := l.Next(c.answer, now)
			if !again {
				break
			}
			now, edge = next, edge || next.Equal(start.Add(Unsure))
			if asks > 1000 {
				t.Fatalf("%q is asked for ever", c.answer)
			}
		}
		if l.State != c.end || asks > c.asks || now.Sub(start) > c.within || !edge {
			t.Errorf("always %q: %s after %d asks and %v", c.answer, l.State, asks, now.Sub(start))
		}
	}
}

func TestWhatIsOpen(t *testing.T) {
	for _, s := range States {
		if s.Open() != (s == Opening || s == Pending) {
			t.Errorf("%s", s)
		}
	}
	if Exercise("2026-11-23") != "2026" {
		t.Error("the budget year is the calendar's")
	}
}
