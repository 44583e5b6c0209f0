package ledger

import (
	"slices"
	"time"

	"parvis/shared/portal"
)

const (
	// habitWeeks is how many weeks make a habit.
	habitWeeks = 4
	// habitReach is how many weeks back one that was booked still tells
	// something: the summer lies between, but not a year.
	habitReach = 13
)

// Use is a day of a child at an activity that was booked.
type Use struct {
	Child, Activity portal.ID
	Day             portal.Date
}

// Habit is what an account usually books, from whole weeks in which it has
// booked anything: holidays are passed over by that.
type Habit struct {
	Weeks int   // so many; 0 where nothing was booked
	Ahead bool  // they are to come, for there are none of before
	Uses  []Use // in them
}

// HabitOf is the habit on a day: of the last weeks before the one the day lies
// in or, where the account is new, of the first after it.
func HabitOf(movements []Movement, today portal.Date) Habit {
	monday := Monday(today)
	before, after := map[portal.Date][]Use{}, map[portal.Date][]Use{}
	for _, m := range paid(movements) {
		week := Monday(m.Day)
		u := Use{m.Child, m.Activity, m.Day}
		switch {
		case week >= monday:
			after[week] = append(after[week], u)
		case week >= monday.Add(-7*habitReach):
			before[week] = append(before[week], u)
		}
	}
	if len(before) > 0 {
		return habit(before, -1)
	}
	h := habit(after, 1)
	h.Ahead = h.Weeks > 0
	return h
}

// habit is of the weeks nearest to today: the last ones, or the first.
func habit(weeks map[portal.Date][]Use, direction int) (h Habit) {
	var order []portal.Date
	for w := range weeks {
		order = append(order, w)
	}
	slices.Sort(order)
	if direction < 0 {
		slices.Reverse(order)
	}
	for _, w := range order[:min(len(order), habitWeeks)] {
		h.Weeks++
		h.Uses = append(h.Uses, weeks[w]...)
	}
	return h
}

// Monday is the one that begins the week of a day.
func Monday(d portal.Date) portal.Date { return d.Add(-((int(d.Weekday()) + 6) % 7)) }

// Pace is what a week costs at a habit, by the day of the week.
type Pace [7]portal.Money

// Week is what a whole week costs.
func (p Pace) Week() (sum portal.Money) {
	for _, m := range p {
		sum += m
	}
	return sum
}

// PaceOf is the pace of a habit at the price that each use has now; one that has
// none, for it can be booked no more, counts for nothing. The price of a day of
// the week is rounded once, half up.
func PaceOf(h Habit, price func(Use) (portal.Money, bool)) (p Pace) {
	if h.Weeks == 0 {
		return p
	}
	var sum [7]portal.Money
	for _, u := range h.Uses {
		if m, has := price(u); has {
			sum[u.Day.Weekday()] += m
		}
	}
	for d, s := range sum {
		p[d] = halfUp(int64(s), int64(h.Weeks))
	}
	return p
}

// Sufficient is until when a balance pays.
type Sufficient struct {
	Until portal.Date // the last day it pays; "" where it pays none
	Whole bool        // it is the last day looked at: it may pay more
}

// Suffices is until when a balance pays at a pace, from the day after today to
// last. Days that are paid already cost only what the pace has beyond that, and
// days on which nothing is open cost nothing.
func Suffices(balance portal.Money, pace Pace, today, last portal.Date, open func(portal.Date) bool, paid func(portal.Date) portal.Money) (s Sufficient) {
	for day := today.Add(1); day <= last; day = day.Add(1) {
		if pace[day.Weekday()] == 0 || !open(day) {
			continue
		}
		if cost := max(0, pace[day.Weekday()]-paid(day)); cost > 0 {
			if cost > balance {
				return s
			}
			balance -= cost
		}
		s.Until = day
	}
	s.Whole = s.Until != ""
	return s
}

// PaidOn is what the movements have paid for a day.
func PaidOn(movements []Movement) func(portal.Date) portal.Money {
	sums := map[portal.Date]portal.Money{}
	for _, m := range paid(movements) {
		sums[m.Day] -= m.Amount
	}
	return func(d portal.Date) portal.Money { return sums[d] }
}

// EndOfYear is the last day of the school year that a day lies in; in summer, of
// the one to come, for that is what one tops up for.
func EndOfYear(d portal.Date) portal.Date {
	if m := d.Month(); m == time.July || m == time.August {
		return portal.SchoolYearFor(d).Period().To
	}
	return portal.SchoolYearOf(d).Period().To
}
