package ledger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

func TestTheOddCentGoesToTheFirst(t *testing.T) {
	halves := Shares{{"claire", 50}, {"hugo", 50}}
	for price, want := range map[portal.Money][]portal.Money{320: {160, 160}, 321: {161, 160}, 1: {1, 0}, 0: {0, 0}} {
		if got := halves.Split(price); !slices.Equal(got, want) {
			t.Errorf("%s in halves: %v", price.Decimal(), got)
		}
	}
	thirds := Shares{{"", 34}, {"hugo", 33}, {"dept", 33}}
	if got := thirds.For("claire"); !slices.Equal(got.Split(100), []portal.Money{34, 33, 33}) || got[0].Payer != "claire" || got.Part("dept", 101) != 33 || got.Part("claire", 101) != 35 || got.Part("nobody", 101) != 0 {
		t.Errorf("in thirds: %v", got)
	}
	if got := halves.For("hugo"); got.Part("hugo", 321) != 160 || !got.Parted("hugo") {
		t.Errorf("who books does not change fixed shares: %v", got)
	}
	if got := (Shares)(nil).For("hugo"); got.Parted("hugo") || got.Part("hugo", 320) != 320 {
		t.Errorf("without shares: %v", got)
	}
	if got := (Shares{{"", 50}, {"hugo", 50}}).For("hugo"); got.Parted("hugo") || got.Part("hugo", 321) != 321 {
		t.Errorf("who pays two shares pays the whole: %v", got)
	}
	if got := (Shares{{"dept", 100}}).For("hugo"); !got.Parted("hugo") || got.Part("hugo", 320) != 0 || got.Part("dept", 320) != 320 {
		t.Errorf("an organisation alone: %v", got)
	}
}

func TestSharesMakeAWhole(t *testing.T) {
	for _, c := range []struct {
		s    Shares
		good bool
	}{
		{nil, true}, {Shares{{"a", 100}}, true}, {Shares{{"", 50}, {"a", 50}}, true}, {Shares{{"a", 99}}, false}, {Shares{{"a", 50}, {"a", 50}}, false},
		{Shares{{"a", 101}, {"b", -1}}, false}, {Shares{{"a", 100}, {"b", 0}}, false}, {Shares{{"a", 25}, {"b", 25}, {"c", 25}, {"d", 25}}, false},
	} {
		if got := c.s.Check(); (got == nil) != c.good {
			t.Errorf("%v: %v", c.s, got)
		}
	}
}

func TestWhoPaysOnADay(t *testing.T) {
	dated := []Payers{{"2026-09-01", Shares{{"a", 100}}}, {"2027-01-01", Shares{{"", 50}, {"b", 50}}}, {"2027-03-01", nil}}
	for day, want := range map[portal.Date]int{"2026-08-31": 0, "2026-09-01": 1, "2026-12-31": 1, "2027-01-01": 2, "2027-03-01": 0} {
		if got := PayersOn(dated, day); len(got) != want {
			t.Errorf("on %s: %v", day, got)
		}
	}
}

// However a price is parted: nothing is lost or made, nobody but the first pays
// more than the exact share, and none pays a cent too much or too little of it.
func TestPropertiesOfShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.IntRange(1, 98).Draw(t, "first")
		second := rapid.IntRange(1, 99-first).Draw(t, "second")
		s := Shares{{"a", first}, {"b", second}, {"c", 100 - first - second}}
		price := portal.Money(rapid.IntRange(0, 100000).Draw(t, "price"))
		var sum portal.Money
		for i, part := range s.Split(price) {
			sum += part
			exact := int64(price) * int64(s[i].Percent)
			if over := int64(part)*100 - exact; over <= -100 || i > 0 && over > 0 || over >= 200 {
				t.Fatalf("%s of %s is %s", s[i].Payer, price.Decimal(), part.Decimal())
			}
		}
		if entries := DebitParted(s, "main", "canteen", price); sum != price || Check(entries) != nil {
			t.Fatalf("%s is parted into %v", price.Decimal(), s.Split(price))
		}
	})
}

// However a price is parted, the meal in it is parted whole, and nobody's meal is more
// than what they pay.
func TestTheMealIsPartedAsThePriceIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.IntRange(1, 98).Draw(t, "first")
		second := rapid.IntRange(1, 99-first).Draw(t, "second")
		s := Shares{{"a", first}, {"b", second}, {"c", 100 - first - second}}
		price := portal.Money(rapid.IntRange(0, 1000).Draw(t, "price"))
		meal := price - min(price, portal.Money(rapid.IntRange(0, 1000).Draw(t, "care")))
		var sum portal.Money
		for i, part := range s.Split(price) {
			of := s.MealPart(s[i].Payer, price, meal)
			sum += of
			if exact := int64(meal) * int64(part); of < 0 || of > part || int64(of)*int64(price) > exact+int64(price) || int64(of)*int64(price) < exact-int64(price) {
				t.Fatalf("of %d with a meal of %d, %s pays %d with a meal of %d", price, meal, s[i].Payer, part, of)
			}
		}
		if sum != meal {
			t.Fatalf("of a meal of %d, %d is parted", meal, sum)
		}
	})
}
