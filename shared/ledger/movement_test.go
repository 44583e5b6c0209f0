package ledger

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

func moved(id portal.ID, day portal.Date, kind Kind, amount portal.Money, booking portal.ID, on portal.Date) Movement {
	return Movement{ID: id, CashDesk: "main", At: day.At(12, 0).UnixMicro(), Kind: kind, Amount: amount, Booking: booking, Child: "lea", Activity: "canteen", Day: on}
}

func history() []Movement {
	return []Movement{
		moved("1", "2026-09-01", KindOpening, 1000, "", ""),
		moved("2", "2026-09-03", KindDebit, -320, "b1", "2026-09-07"),
		moved("3", "2026-10-01", KindDebit, -320, "b2", "2026-12-01"),
		moved("4", "2026-10-02", KindCredit, 320, "b1", "2026-09-07"),
		moved("5", "2026-10-31", KindTopUp, 5000, "", ""),
		moved("6", "2026-11-01", KindDebit, -450, "b3", "2026-12-04"),
	}
}

func TestAStatementOfAPeriod(t *testing.T) {
	shuffled := slices.Clone(history())
	slices.Reverse(shuffled)
	for _, all := range [][]Movement{history(), shuffled} {
		s := StatementOf(all, portal.Period{From: "2026-10-01", To: "2026-10-31"})
		if s.Opening != 680 || s.In != 5320 || s.Out != -320 || s.Closing != 5680 || len(s.Lines) != 3 {
			t.Fatalf("October is %+v", s)
		}
		if s.Lines[0].ID != "3" || s.Lines[0].Balance != 360 || s.Lines[2].ID != "5" || s.Lines[2].Balance != 5680 {
			t.Fatalf("its lines are %+v", s.Lines)
		}
	}
	if shuffled[0].ID != "6" {
		t.Error("what was given was sorted in place")
	}
	if s := StatementOf(history(), portal.Period{}); s.Opening != 0 || s.Closing != 5230 || len(s.Lines) != 6 {
		t.Errorf("all of it is %+v", s)
	}
	if s := StatementOf(history(), portal.Period{From: "2026-12-01"}); s.Opening != 5230 || s.Closing != 5230 || len(s.Lines) != 0 {
		t.Errorf("a period without movements is %+v", s)
	}
}

func TestTheDayIsTheTowns(t *testing.T) {
	// 23:30 in Paris on 31 October is 22:30 UTC, half past midnight the next day.
	late := Movement{ID: "1", At: portal.Date("2026-10-31").At(23, 30).UnixMicro(), Amount: 100}
	early := Movement{ID: "2", At: portal.Date("2026-11-01").At(0, 30).UnixMicro(), Amount: 10}
	s := StatementOf([]Movement{late, early}, portal.Period{From: "2026-11-01", To: "2026-11-30"})
	if s.Opening != 100 || len(s.Lines) != 1 || s.Lines[0].ID != "2" {
		t.Errorf("November is %+v", s)
	}
}

func TestCommitted(t *testing.T) {
	if c := CommittedOf(history(), "2026-11-02"); c != (Committed{770, 2, "2026-12-04"}) {
		t.Errorf("what is paid ahead is %+v", c)
	}
	if c := CommittedOf(history(), "2026-12-02"); c != (Committed{450, 1, "2026-12-04"}) {
		t.Errorf("after the first of them it is %+v", c)
	}
	if c := CommittedOf(history(), "2026-12-05"); c != (Committed{}) {
		t.Errorf("after both it is %+v", c)
	}
}

func TestPropertiesOfStatements(t *testing.T) {
	start := portal.Date("2026-09-01")
	rapid.Check(t, func(t *rapid.T) {
		day := func(label string) portal.Date { return start.Add(rapid.IntRange(0, 400).Draw(t, label)) }
		var all []Movement
		var sum portal.Money
		for i := range rapid.IntRange(0, 40).Draw(t, "n") {
			m := moved(portal.ID(rune('a'+i)), day("day"), KindDebit, portal.Money(rapid.IntRange(-5000, 5000).Draw(t, "amount")), "", "")
			all, sum = append(all, m), sum+m.Amount
		}
		whole := StatementOf(all, portal.Period{})
		if whole.Closing != sum || whole.Opening != 0 || len(whole.Lines) != len(all) {
			t.Fatalf("the whole is %+v, not %d", whole, sum)
		}
		// Three periods that follow each other tell the same as one.
		a, b := day("a"), day("b")
		a, b = min(a, b), max(a, b)
		parts := []Statement{StatementOf(all, portal.Period{To: a.Add(-1)}), StatementOf(all, portal.Period{From: a, To: b}), StatementOf(all, portal.Period{From: b.Add(1)})}
		var lines []Line
		balance := portal.Money(0)
		for _, p := range parts {
			if p.Opening != balance || p.Opening+p.In+p.Out != p.Closing {
				t.Fatalf("%+v does not follow %d", p, balance)
			}
			balance = p.Closing
			lines = append(lines, p.Lines...)
		}
		if !slices.Equal(lines, whole.Lines) {
			t.Fatalf("%v is not %v", lines, whole.Lines)
		}
	})
}

func used(day portal.Date) Movement {
	return moved(portal.ID("m"+day), day.Add(-20), KindDebit, -320, portal.ID("b"+day), day)
}

func TestAHabitPassesOverHolidays(t *testing.T) {
	var all []Movement
	// Mondays and Tuesdays of some weeks, the Toussaint between them.
	for _, monday := range []portal.Date{"2026-06-01", "2026-10-05", "2026-10-12", "2026-11-02", "2026-11-09", "2026-11-16"} {
		all = append(all, used(monday), used(monday.Add(1)))
	}
	school := func(monday portal.Date) bool {
		return monday != "2026-10-19" && monday != "2026-10-26" && monday < "2026-12-21"
	}
	h := HabitOf(all, "2026-11-25", school)
	if h.Weeks != 4 || h.Ahead || len(h.Uses) != 8 || h.Uses[0].Day != "2026-11-16" || h.Uses[7].Day != "2026-10-13" {
		t.Fatalf("the habit is %+v", h)
	}
	usual := UsualOf(h, func(Use) (portal.Money, bool) { return 330, true })
	if len(usual) != 2 || usual[0] != (Usual{"lea", "canteen", 1, 330}) || Week(usual) != 660 {
		t.Errorf("what is usual is %v", usual)
	}
	// A week in which nothing was booked and something could be counts, as where
	// parents have the child in turn.
	if h := HabitOf(append(slices.Clone(all[:4]), all[8:]...), "2026-11-25", school); h.Weeks != 4 || len(h.Uses) != 4 {
		t.Errorf("with two weeks left out it is %+v", h)
	}
	// One who has just begun is not taken for one who comes half the time.
	if h := HabitOf(all[8:], "2026-11-25", school); h.Weeks != 2 || len(h.Uses) != 4 {
		t.Errorf("of two weeks it is %+v", h)
	}
	if h := HabitOf(all[:2], "2026-11-25", school); h.Weeks != 0 || h.Ahead {
		t.Errorf("what was booked in June is a habit of November: %+v", h)
	}
	if h := HabitOf([]Movement{used("2026-11-30"), used("2026-12-14")}, "2026-11-25", school); h.Weeks != 2 || !h.Ahead {
		t.Errorf("a new account's habit is %+v", h)
	}
	// One Monday in four weeks is a quarter of its price.
	one := UsualOf(Habit{Weeks: 4, Uses: []Use{{"lea", "canteen", "2026-11-16"}, {"lea", "gone", "2026-11-17"}}}, func(u Use) (portal.Money, bool) { return 330, u.Activity == "canteen" })
	if len(one) != 1 || one[0].Amount != 83 {
		t.Errorf("one Monday of four makes %v", one)
	}
}

func TestUntilWhenABalanceSuffices(t *testing.T) {
	var usual []Usual
	for _, d := range []time.Weekday{1, 2, 4, 5} {
		usual = append(usual, Usual{"lea", "canteen", d, 300})
	}
	always := func(Usual, portal.Date) bool { return true }
	nothing := func(portal.Date) portal.Money { return 0 }
	for _, c := range []struct {
		name    string
		balance portal.Money
		open    func(Usual, portal.Date) bool
		paid    func(portal.Date) portal.Money
		want    Sufficient
	}{
		{"for three days", 1199, always, nothing, Sufficient{"2026-12-03", false}},
		{"to the cent", 1200, always, nothing, Sufficient{"2026-12-04", false}},
		{"for no day", 299, always, nothing, Sufficient{}},
		{"below zero for none", -500, always, nothing, Sufficient{}},
		{"a closed week costs nothing", 900, func(_ Usual, d portal.Date) bool { return d > "2026-12-06" }, nothing, Sufficient{"2026-12-10", false}},
		{"what is booked is paid", 300, always, func(d portal.Date) portal.Money {
			if d <= "2026-12-04" {
				return 450
			}
			return 0
		}, Sufficient{"2026-12-07", false}},
		{"what is paid for stands whatever the balance", -500, always, func(d portal.Date) portal.Money {
			if d == "2026-11-30" {
				return 300
			}
			return 0
		}, Sufficient{"2026-11-30", false}},
		{"to the end", 100_000, always, nothing, Sufficient{"2026-12-18", true}},
	} {
		if got := Suffices(c.balance, usual, "2026-11-29", "2026-12-18", c.open, c.paid); got != c.want {
			t.Errorf("%s: %+v, not %+v", c.name, got, c.want)
		}
	}
	if got := Suffices(1000, nil, "2026-11-29", "2026-12-18", always, nothing); got != (Sufficient{}) {
		t.Errorf("without a habit it suffices until %+v", got)
	}
	if EndOfYear("2026-11-29") != "2027-08-31" || EndOfYear("2026-07-10") != "2027-08-31" {
		t.Error("a summer belongs to the year to come")
	}
}

func TestWhatIsPaidForADay(t *testing.T) {
	on := PaidOn(history())
	if on("2026-12-01") != 320 || on("2026-09-07") != 0 || on("2026-12-04") != 450 {
		t.Errorf("paid are %d, %d and %d", on("2026-12-01"), on("2026-09-07"), on("2026-12-04"))
	}
}
