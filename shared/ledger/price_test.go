package ledger

import (
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

func family(quotient int) Payer {
	return Payer{Resident: true, Quotients: []Quotient{{Value: quotient, From: "2026-09-01", Until: "2027-08-31"}}}
}

const aDay portal.Date = "2026-11-19"

func TestTheRankMakesThePrice(t *testing.T) {
	three := []Sibling{
		{Child: "c", Born: "2022-02-02", Enrolled: true},
		{Child: "a", Born: "2016-01-01", Enrolled: true, Booked: true},
		{Child: "b", Born: "2019-05-05", Enrolled: true},
		{Child: "big", Born: "2010-01-01"}, // at another school
	}
	enrolled := &Siblings{CountEnrolled, []int{100, 90, 75}}
	present := &Siblings{CountPresent, []int{100, 90, 75}}
	tariff := Tariff{ID: "t", Activity: "canteen", Bands: []Band{{0, end(400), 120}, {401, nil, 335}}, Outside: 560}
	for _, c := range []struct {
		name        string
		s           *Siblings
		child       portal.ID
		of          []Sibling
		p           Payer
		want, full  portal.Money
		rank, share int
	}{
		{"without a rule for siblings all pay alike", nil, "c", three, family(700), 335, 0, 0, 0},
		{"the eldest pays the price", enrolled, "a", three, family(700), 335, 335, 1, 100},
		{"the second less, rounded half up: 301.5", enrolled, "b", three, family(700), 302, 335, 2, 90},
		{"the third less still: 251.25", enrolled, "c", three, family(700), 251, 335, 3, 75},
		{"one who is not enrolled makes no rank", enrolled, "big", three, family(700), 335, 335, 1, 100},
		{"of twins the id decides", enrolled, "y", []Sibling{{Child: "y", Born: "2020-01-01", Enrolled: true}, {Child: "x", Born: "2020-01-01", Enrolled: true}}, family(700), 302, 335, 2, 90},
		{"present: the first who is booked is the first", present, "a", three, family(700), 335, 335, 1, 100},
		{"present: whoever comes second is second, the eldest too", present, "b", three, family(700), 302, 335, 2, 90},
		{"present: two who are not booked do not count", present, "c", three, family(700), 302, 335, 2, 90},
		{"in another band", enrolled, "b", three, family(400), 108, 120, 2, 90},
		{"from outside no rank helps", enrolled, "b", three, Payer{}, 560, 0, 0, 0},
		{"of no child in particular it is a first one's", enrolled, "", nil, family(700), 335, 335, 1, 100},
		{"a first child may pay less as well", &Siblings{CountEnrolled, []int{90, 50}}, "a", three, family(700), 302, 335, 1, 90},
		{"after the last share the last stands", &Siblings{CountEnrolled, []int{100, 50}}, "c", three, family(700), 168, 335, 3, 50},
	} {
		tariff.Siblings = c.s
		got, err := PriceOf(&tariff, aDay, c.p, c.child, c.of)
		if err != nil || got.Amount != c.want || got.Full != c.full || got.Rank != c.rank || got.Share != c.share {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestARateFollowsTheQuotientWithinBounds(t *testing.T) {
	tariff := Tariff{ID: "t", Activity: "canteen", Rate: &Rate{Part: 45, Least: 100, Most: 480}, Outside: 560}
	for quotient, want := range map[int]portal.Money{0: 100, 222: 100, 223: 100, 300: 135, 701: 315, 702: 316, 1066: 480, 1067: 480, 4000: 480} {
		got, err := PriceOf(&tariff, aDay, family(quotient), "", nil)
		if err != nil || got.Amount != want || got.Rate == nil || got.Band != 0 {
			t.Errorf("of %d: %+v, not %v; %v", quotient, got, want, err)
		}
	}
	if got, _ := PriceOf(&tariff, aDay, Payer{Resident: true}, "", nil); got.Amount != 480 {
		t.Errorf("without a quotient: %+v", got)
	}
	// Rounded once: 0.9 × 3.1545 is 2.83905, not 0.9 × 3.15 = 2.835 or 2.84.
	tariff.Siblings = &Siblings{CountEnrolled, []int{90}}
	if got, _ := PriceOf(&tariff, aDay, family(701), "", nil); got.Amount != 284 {
		t.Errorf("a rate and a rank: %+v", got)
	}
}

// Whatever the tariff: a price is never above that of a first child where shares
// fall, never below zero, and does not depend on the order in which the children
// are told.
func TestRanksInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &Siblings{rapid.SampledFrom([]Counting{CountEnrolled, CountPresent}).Draw(t, "count"), []int{100, rapid.IntRange(0, 100).Draw(t, "second"), 0}}
		s.Shares[2] = rapid.IntRange(0, s.Shares[1]).Draw(t, "third")
		tariff := Tariff{ID: "t", Activity: "a", Bands: []Band{{0, nil, portal.Money(rapid.IntRange(0, 5000).Draw(t, "price"))}}, Siblings: s}
		var of []Sibling
		for i := range rapid.IntRange(1, 6).Draw(t, "children") {
			of = append(of, Sibling{
				Child: portal.ID(rune('a' + i)), Born: portal.Date("2015-01-01").Add(rapid.IntRange(0, 3).Draw(t, "born")),
				Enrolled: rapid.Bool().Draw(t, "enrolled"), Booked: rapid.Bool().Draw(t, "booked"),
			})
		}
		child := of[rapid.IntRange(0, len(of)-1).Draw(t, "child")].Child
		got, err := PriceOf(&tariff, aDay, family(500), child, of)
		other, _ := PriceOf(&tariff, aDay, family(500), child, rapid.Permutation(of).Draw(t, "order"))
		if err != nil || got.Amount > got.Full || got.Amount < 0 || got.Amount != other.Amount || got.Rank < 1 || got.Rank > len(of) {
			t.Fatalf("%+v and %+v, %v", got, other, err)
		}
	})
}
