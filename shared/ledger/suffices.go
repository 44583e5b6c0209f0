package ledger

import (
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

// Habit is what an account usually books, out of whole weeks.
type Habit struct {
	Weeks int   // so many; 0 where nothing was booked
	Ahead bool  // they are to come, for there are none of before
	Uses  []Use // in them
}

// HabitOf is the habit on a day: of the last weeks before the one it lies in in
// which something could be booked, from the first that was; or, where nothing
// was before, of the first to come. Booked weeks can always be booked.
func HabitOf(movements []Movement, today portal.Date, open func(monday portal.Date) bool) (h Habit) {
	monday := Monday(today)
	weeks := map[portal.Date][]Use{}
	first, last := portal.Date(""), portal.Date("")
	reach := monday.Add(-7 * habitReach)
	for m := range paid(movements) {
		if m.Day < reach {
			first = reach
			continue
		}
		w := Monday(m.Day)
		weeks[w] = append(weeks[w], Use{m.Child, m.Activity, m.Day})
		if first == "" || w < first {
			first = w
		}
		last = max(last, w)
	}
	take := func(w portal.Date) {
		h.Weeks++
		h.Uses = append(h.Uses, weeks[w]...)
	}
	for w := monday.Add(-7); h.Weeks < habitWeeks && first != "" && w >= first; w = w.Add(-7) {
		if len(weeks[w]) > 0 || open(w) {
			take(w)
		}
	}
	if len(h.Uses) > 0 {
		return h
	}
	h = Habit{Ahead: true}
	for w := monday; h.Weeks < habitWeeks && w <= last; w = w.Add(7) {
		if len(weeks[w]) > 0 {
			take(w)
		}
	}
	h.Ahead = h.Weeks > 0
	return h
}

// Monday is the one that begins the week of a day.
func Monday(d portal.Date) portal.Date { return d.Add(-((int(d.Weekday()) + 6) % 7)) }

// Usual is what a child's weekday at an activity costs on average.
type Usual struct {
	Child, Activity portal.ID
	Weekday         time.Weekday
	Amount          portal.Money // rounded once, half up
}

// UsualOf is what a habit costs at the price that each use has now; one that has
// none, for it can be booked no more, counts for nothing.
func UsualOf(h Habit, price func(Use) (portal.Money, bool)) (out []Usual) {
	type key struct {
		child, activity portal.ID
		weekday         time.Weekday
	}
	sums := map[key]portal.Money{}
	var order []key
	for _, u := range h.Uses {
		m, has := price(u)
		if !has {
			continue
		}
		k := key{u.Child, u.Activity, u.Day.Weekday()}
		if _, had := sums[k]; !had {
			order = append(order, k)
		}
		sums[k] += m
	}
	for _, k := range order {
		out = append(out, Usual{k.child, k.activity, k.weekday, halfUp(int64(sums[k]), int64(h.Weeks))})
	}
	return out
}

// Week is what a whole week of it costs.
func Week(of []Usual) (sum portal.Money) {
	for _, u := range of {
		sum += u.Amount
	}
	return sum
}

// Sufficient is until when a balance pays.
type Sufficient struct {
	Until portal.Date // the last day it pays; "" where it pays none
	Whole bool        // it is the last day there is anything to pay for
}

// Suffices is until when a balance pays what is usual, from the day after today
// to last. What is paid already for a day is not paid twice, and what is not
// open costs nothing.
func Suffices(balance portal.Money, usual []Usual, today, last portal.Date, open func(Usual, portal.Date) bool, paid func(portal.Date) portal.Money) (s Sufficient) {
	for day := today.Add(1); day <= last; day = day.Add(1) {
		cost := portal.Money(0)
		for _, u := range usual {
			if u.Weekday == day.Weekday() && open(u, day) {
				cost += u.Amount
			}
		}
		if cost == 0 {
			continue
		}
		if cost -= paid(day); cost > 0 {
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
	for m := range paid(movements) {
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
