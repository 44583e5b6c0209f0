package ledger

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

func TestWhoIsUnderTheAge(t *testing.T) {
	for _, c := range []struct {
		born portal.Date
		year int
		want bool
	}{{"2020-01-01", 2026, false}, {"2020-01-02", 2026, true}, {"2019-12-31", 2026, false}, {"2026-05-01", 2026, true}, {"2020-12-31", 2027, false}} {
		if got := UnderCareAge(c.born, c.year); got != c.want {
			t.Errorf("born %s, in %d: %v", c.born, c.year, got)
		}
	}
}

// What of a price is a meal is left out to the cent, however it is paid: paid whole
// it is the meal that is stated, given back it is nothing.
func TestTheMealIsLeftOutToTheCent(t *testing.T) {
	all := func(portal.ID) bool { return true }
	rapid.Check(t, func(t *rapid.T) {
		price := portal.Money(rapid.IntRange(1, 3000).Draw(t, "price"))
		meal := portal.Money(rapid.IntRange(0, int(price)).Draw(t, "meal"))
		at := portal.Date("2026-01-05")
		moved := []Movement{{ID: "m0", At: at.At(8, 0).UnixMicro(), Kind: KindDebit, Booking: "b", Child: "lea", Amount: -price, Meal: meal}}
		for n, left := 1, price; left > 0; n++ {
			part := portal.Money(rapid.IntRange(1, int(left)).Draw(t, "part"))
			left -= part
			moved = append(moved, Movement{ID: portal.ID("m" + strconv.Itoa(n)), At: at.At(9, 0).UnixMicro() + int64(n), Kind: KindTopUp, Amount: part})
			if got := PaidForCare(moved, all, 2026)["lea"]; got < 0 || got > price-meal {
				t.Fatalf("of %d with a meal of %d, %d is care when %d are owed still", price, meal, got, left)
			}
		}
		if got := PaidForCare(moved, all, 2026)["lea"]; got != price-meal {
			t.Fatalf("of %d with a meal of %d, %d is care", price, meal, got)
		}
		moved = append(moved, Movement{ID: "z", At: at.At(20, 0).UnixMicro(), Kind: KindCredit, Booking: "b", Child: "lea", Amount: price})
		if got := PaidForCare(moved, all, 2026)["lea"]; got != 0 {
			t.Fatalf("given back %d is care", got)
		}
	})
}

// A cheque that bounces has paid nothing: what it had paid is owed again, in its
// place among the debits, and counts when other money has paid it. Found out in the
// year after, it is taken off in that one.
func TestMoneyThatIsTakenBackPaidNothing(t *testing.T) {
	all := func(portal.ID) bool { return true }
	n := 0
	move := func(day portal.Date, kind Kind, booking, child portal.ID, amount portal.Money) Movement {
		n++
		return Movement{ID: portal.ID("m" + strconv.Itoa(10+n)), At: day.At(9, n).UnixMicro(), Kind: kind, Booking: booking, Child: child, Amount: amount}
	}
	cash := move("2026-01-05", KindDeskMoney, "", "", 5_00)
	cheque := move("2026-01-06", KindDeskMoney, "", "", 50_00)
	first := move("2026-01-07", KindDebit, "b1", "lea", -20_00)
	first.Meal = 4_00
	second := move("2026-01-08", KindDebit, "b2", "noe", -10_00)
	gone := move("2026-01-09", KindDebit, "b3", "noe", -10_00)
	back := move("2026-01-10", KindCredit, "b3", "noe", 10_00)
	is := func(what string, moved []Movement, year int, lea, noe portal.Money) {
		t.Helper()
		if got := PaidForCare(moved, all, year); got["lea"] != lea || got["noe"] != noe {
			t.Errorf("%s: in %d %v, not %d and %d", what, year, got, lea, noe)
		}
	}
	before := []Movement{cash, cheque, first, second, gone, back}
	is("with the cheque", before, 2026, 16_00, 10_00)
	for _, of := range []struct {
		day                  portal.Date
		lea, noe, lea2, noe2 portal.Money // in the one year and the next
		thenLea, thenNoe     portal.Money
	}{
		{"2026-02-01", 4_00, 0, 0, 0, 16_00, 2_00},
		{"2027-02-01", 16_00, 10_00, -12_00, -10_00, 0, -8_00},
	} {
		bounced := move(of.day, KindCorrection, "", "", -50_00)
		bounced.Undoes = cheque.ID
		moved := append(slices.Clone(before), bounced)
		is("bounced", moved, 2026, of.lea, of.noe)
		is("bounced", moved, 2027, of.lea2, of.noe2)
		again := move(of.day.Add(1), KindTopUp, "", "", 17_00)
		is("paid again in part", append(moved, again), of.day.Year(), of.thenLea, of.thenNoe)
	}
}

// Whatever moved: nobody is certified more than the family's own money, a year that
// is over stays as it was whatever comes later, and the order of what is given does
// not matter.
func TestPropertiesOfWhatIsPaidForCare(t *testing.T) {
	all := func(portal.ID) bool { return true }
	rapid.Check(t, func(t *rapid.T) {
		day := portal.Date("2024-01-01")
		var moved []Movement
		var own portal.Money
		live := map[portal.ID]portal.Money{}
		var brought []Movement
		for i := range rapid.IntRange(1, 60).Draw(t, "movements") {
			day = day.Add(rapid.IntRange(0, 40).Draw(t, "days"))
			id, amount := portal.ID("m"+strconv.Itoa(1000+i)), portal.Money(rapid.IntRange(1, 3000).Draw(t, "amount"))
			m := Movement{ID: id, At: day.At(12, 0).UnixMicro(), Amount: amount}
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				m.Kind = KindDeskMoney
				own += amount
				brought = append(brought, m)
			case 5:
				if len(brought) == 0 {
					continue
				}
				at := rapid.IntRange(0, len(brought)-1).Draw(t, "taken back")
				m.Kind, m.Undoes, m.Amount = KindCorrection, brought[at].ID, -brought[at].Amount
				own += m.Amount
				brought = slices.Delete(brought, at, at+1)
			case 1:
				m.Kind = KindCorrection
				if rapid.Bool().Draw(t, "less") {
					m.Amount = -amount
				}
			case 2:
				if len(live) == 0 {
					continue
				}
				booking := slices.Min(slices.Collect(maps.Keys(live)))
				m.Kind, m.Booking, m.Amount = KindCredit, booking, live[booking]
				delete(live, booking)
			default:
				m.Kind, m.Booking, m.Child, m.Amount = KindDebit, "b"+id, portal.ID(rapid.SampledFrom([]string{"lea", "noe"}).Draw(t, "child")), -amount
				m.Meal = portal.Money(rapid.IntRange(0, int(amount)).Draw(t, "meal"))
				live[m.Booking] = amount
			}
			moved = append(moved, m)
		}
		var sum portal.Money
		last := day.Year()
		for year := 2024; year <= last; year++ {
			paid := PaidForCare(moved, all, year)
			for _, m := range paid {
				sum += m
			}
			var before []Movement
			for _, m := range moved {
				if m.On().Year() <= year {
					before = append(before, m)
				}
			}
			if then := PaidForCare(before, all, year); !maps.Equal(then, paid) {
				t.Fatalf("%d was %v and is %v", year, then, paid)
			}
			if mixed := PaidForCare(rapid.Permutation(moved).Draw(t, "order"), all, year); !maps.Equal(mixed, paid) {
				t.Fatalf("in another order %d is %v, not %v", year, mixed, paid)
			}
		}
		if sum < 0 || sum > own {
			t.Fatalf("%s certified of %s", sum.Decimal(), own.Decimal())
		}
	})
}
