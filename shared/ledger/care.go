package ledger

import (
	"cmp"
	"slices"
	"strconv"

	"parvis/shared/portal"
)

// What of the care of a child may be declared (CGI, article 200 quater B): a
// ceiling a year and child, half of it for each of two parents between whom a
// child lives by turns.
const (
	CareCeiling     portal.Money = 3500_00
	CareCeilingHalf portal.Money = CareCeiling / 2
	// CareAge is the age that a child has not reached on 1 January.
	CareAge = 6
)

// UnderCareAge reports whether a child's care in a year may be declared.
func UnderCareAge(born portal.Date, year int) bool {
	return born > portal.Date(strconv.Itoa(year-CareAge)+"-01-01")
}

// CareChild is a child of whom it may be certified what was paid.
type CareChild struct {
	ID      portal.ID
	Born    portal.Date
	Turning bool // lives with each parent by turns
}

// CareLine is what was paid for a child's care in a year.
type CareLine struct {
	Child   portal.ID
	Amount  portal.Money
	Ceiling portal.Money
}

// CareOf is what an account paid in a year for the care of children under the
// age, the eldest first, out of the books of each of its prepaid accounts. Nothing
// is cut off at the ceiling: other care may have been paid elsewhere, and the tax
// office reckons.
func CareOf(books [][]Movement, children []CareChild, care func(activity portal.ID) bool, year int) (out []CareLine) {
	paid := map[portal.ID]portal.Money{}
	for _, movements := range books {
		for child, amount := range PaidForCare(movements, care, year) {
			paid[child] += amount
		}
	}
	for _, c := range slices.SortedFunc(slices.Values(children), func(a, b CareChild) int { return cmp.Or(cmp.Compare(a.Born, b.Born), cmp.Compare(a.ID, b.ID)) }) {
		if paid[c.ID] <= 0 || !UnderCareAge(c.Born, year) {
			continue
		}
		line := CareLine{c.ID, paid[c.ID], CareCeiling}
		if c.Turning {
			line.Ceiling = CareCeilingHalf
		}
		out = append(out, line)
	}
	return out
}

// PaidForCare is what was paid in a year for each child's care out of the books of
// one prepaid account. What is paid, and not what is billed, counts, by one rule:
//
//   - The money of the account pays its days in the order in which they were
//     debited, the oldest first, whatever they are for.
//   - A day counts when money paid it: on the day of its debit where there was
//     enough, and for what was missing on the day the money came.
//   - A day that is cancelled is taken off again in the year of its cancelling; its
//     money pays what comes next.
//   - What of a day's price is the meal does not count: of what is paid of a day so
//     far, the meal's part, rounded half up, is left out. Paid whole, it is just the
//     meal that the town has stated.
//   - Money that was brought and is taken back, as a cheque that has bounced, has
//     paid nothing: what it had paid is owed again, and taken off in the year in
//     which that is found out.
//   - What else the town hall corrects is no payment of the family's: days it pays do
//     not count, and what it takes pays for nobody.
//
// A year so reckoned never changes once it is over: nothing that comes later
// belongs to it.
func PaidForCare(movements []Movement, care func(activity portal.ID) bool, year int) map[portal.ID]portal.Money {
	all := movements
	if !slices.IsSortedFunc(all, InOrder) {
		all = slices.SortedFunc(slices.Values(movements), InOrder)
	}
	out := map[portal.ID]portal.Money{}
	s := spread{days: map[portal.ID]*careDay{}}
	for _, m := range all {
		within := m.On().Year() == year
		s.count = func(d *careDay, amount portal.Money) {
			before := d.care()
			d.own += amount
			if within && d.booking != "" && care(d.activity) {
				out[d.child] += d.care() - before
			}
		}
		switch {
		case m.Kind == KindDebit:
			s.owe(&careDay{booking: m.Booking, child: m.Child, activity: m.Activity, price: -m.Amount, meal: m.Meal, owed: -m.Amount})
		case m.Kind == KindCredit && s.days[m.Booking] != nil:
			s.giveBack(s.days[m.Booking])
		case m.Amount < 0:
			s.owe(&careDay{owed: -m.Amount - s.takeBack(m.Undoes)})
		default:
			s.receive(lot{m.Amount, m.Kind != KindCorrection && m.Kind != KindCredit, m.ID})
		}
	}
	return out
}

// careDay is a debit: what of its price is a meal, what of it is still owed, what
// the family's own money has paid, and out of which money all was that did.
type careDay struct {
	booking, child, activity portal.ID
	price, meal              portal.Money
	owed, own                portal.Money
	by                       []lot
}

// care is what of the family's own money has paid the care, and not the meal.
func (d *careDay) care() portal.Money {
	if d.meal <= 0 || d.price <= 0 {
		return d.own
	}
	return d.own - halfUp(int64(d.meal)*int64(d.own), int64(d.price))
}

// lot is money that waits to be spent, or was for a day.
type lot struct {
	left portal.Money
	own  bool      // the family's
	from portal.ID // the movement that brought it
}

// spread pays days out of money, both in their order.
type spread struct {
	money []lot
	owing []*careDay
	owed  []*careDay // all that ever was, in the order of debits
	days  map[portal.ID]*careDay
	count func(d *careDay, amount portal.Money) // the family's own money has paid so much of it
}

func (s *spread) owe(d *careDay) {
	if d.booking != "" {
		s.days[d.booking] = d
	}
	s.owing, s.owed = append(s.owing, d), append(s.owed, d)
	s.pay()
}

func (s *spread) receive(l lot) {
	if l.left > 0 {
		s.money = append(s.money, l)
		s.pay()
	}
}

func (s *spread) pay() {
	for len(s.owing) > 0 {
		d := s.owing[0]
		for d.owed > 0 && len(s.money) > 0 {
			l := &s.money[0]
			part := min(d.owed, l.left)
			d.owed, l.left = d.owed-part, l.left-part
			d.by = append(d.by, lot{part, l.own, l.from})
			if l.own {
				s.count(d, part)
			}
			if l.left == 0 {
				s.money = s.money[1:]
			}
		}
		if d.owed > 0 {
			return
		}
		s.owing = s.owing[1:]
	}
}

// giveBack takes a day off again: what of it was owed is owed no more, and what
// had paid it pays what comes next, the family's own before the town hall's.
func (s *spread) giveBack(d *careDay) {
	by := d.by
	d.owed, d.by = 0, nil
	s.owing = slices.DeleteFunc(s.owing, func(o *careDay) bool { return o == d })
	s.count(d, -d.own)
	delete(s.days, d.booking)
	for _, own := range []bool{true, false} {
		for _, l := range by {
			if l.own == own {
				s.receive(l)
			}
		}
	}
}

// takeBack takes the money of a movement away, spent or not, and says how much it
// found: what it had paid is owed again, in its place among the debits.
func (s *spread) takeBack(from portal.ID) (found portal.Money) {
	if from == "" {
		return 0
	}
	without := func(lots []lot) (left []lot, sum portal.Money) {
		for _, l := range lots {
			if l.from == from {
				sum += l.left
			} else {
				left = append(left, l)
			}
		}
		return left, sum
	}
	s.money, found = without(s.money)
	s.owing = nil
	for _, d := range s.owed {
		left, sum := without(d.by)
		if sum > 0 {
			for _, l := range d.by {
				if l.from == from && l.own {
					s.count(d, -l.left)
				}
			}
			d.by, d.owed, found = left, d.owed+sum, found+sum
		}
		if d.owed > 0 {
			s.owing = append(s.owing, d)
		}
	}
	s.pay()
	return found
}
